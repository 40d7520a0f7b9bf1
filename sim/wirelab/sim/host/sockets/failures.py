"""How a socket call fails: with the exception that Python's own sockets raise, and why.

`except ConnectionRefusedError`, `except BlockingIOError` and `error.errno` work as they do on real
sockets. `reason` is there where the network decided, None where the caller made a mistake.
"""

from errno import EAGAIN, EBADF, EINVAL, errorcode
from functools import cache
from typing import cast

from wirelab.sim.host.errors import errno_of
from wirelab.sim.reasons import Reason


class SocketCallError(OSError):
    """A socket call failed.

    Attributes:
        errno: Linux's number for it.
        reason: what the network did, if it did it (`tcp.reset`), else None.
    """

    reason: Reason | None = None


@cache
def _kind(number: int) -> type[SocketCallError]:
    """Both `SocketCallError` and what Python raises for this number (PEP 3151)."""
    native = type(OSError(number, ""))
    if native is OSError:
        return SocketCallError
    return cast(type[SocketCallError], type(native.__name__, (SocketCallError, native), {}))


def failure(number: int, text: str, reason: Reason | None = None) -> SocketCallError:
    """What to raise.

    Args:
        number: the errno.
        text: what was asked of whom, with the numbers, and the way out.
        reason: why, if the network decided.
    """
    error = _kind(number)(number, f"{text} ({reason})" if reason is not None else text)
    error.reason = reason
    return error


def refused(reason: Reason, text: str) -> SocketCallError:
    """What to raise where a layer below refused with a reason."""
    return failure(errno_of(reason), text, reason)


def would_block(who: object, call: str) -> SocketCallError:
    """EAGAIN: there is nothing to do now."""
    return failure(EAGAIN, f"{call} on {who}: nothing to do yet; poll and call again")


def invalid(text: str) -> SocketCallError:
    """EINVAL: an argument, or a state that does not allow the call."""
    return failure(EINVAL, text)


def bad_descriptor(call: str) -> SocketCallError:
    """EBADF: the socket is closed."""
    return failure(EBADF, f"{call} on a closed socket")


def errno_name(number: int) -> str:
    """`ECONNREFUSED` for 111; the number itself where it has no name.

    >>> errno_name(111)
    'ECONNREFUSED'
    """
    return errorcode.get(number, str(number))
