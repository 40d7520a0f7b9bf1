"""What a socket option is: how it is read, how it is set, and what values it takes.

An option is a getter and a setter, made by the functions below from the few kinds that there are.
Getters give an integer, or bytes for a structure; setters get what the caller gave, decoded.
"""

from collections.abc import Callable
from errno import EINVAL, ENOPROTOOPT
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from wirelab.sim.host.sockets.failures import failure

if TYPE_CHECKING:
    from wirelab.sim.host.sockets.base import Socket

Getter: TypeAlias = Callable[[Any, int], int | bytes]
"""Socket and `now` in, value out. Which class of socket it is, the table decides that it is in."""

Setter: TypeAlias = Callable[[Any, int, int], None]
"""Socket, value and `now` in."""

INT_SIZE: Final = 4


class Option(NamedTuple):
    """One option.

    Attributes:
        get: reads it; None: it cannot be read.
        put: sets it; None: it cannot be set (ENOPROTOOPT, as Linux says there).
        put_bytes: sets a structure from its bytes, instead of `put`.
        get_sized: reads it, instead of `get`, where it matters how much the caller has room for.
    """

    get: Getter | None
    put: Setter | None = None
    put_bytes: Callable[[Any, bytes, int], None] | None = None
    get_sized: Callable[[Any, int, int], bytes] | None = None


def flag(attribute: str, inverted: bool = False) -> Option:
    """A yes or no of `Socket.options`; every number but 0 means yes."""

    def get(socket: Any, now: int) -> int:
        return int(bool(getattr(socket.options, attribute)) != inverted)

    def put(socket: Any, value: int, now: int) -> None:
        socket.set_option(attribute, bool(value) != inverted, now)

    return Option(get, put)


def switch(attribute: str) -> Option:
    """A yes or no of `Socket.options` that takes 0 and 1 only."""
    return number(attribute, 0, 1, convert=bool)


def number(
    attribute: str,
    low: int,
    high: int,
    unit: int = 1,
    convert: Callable[[int], object] | None = None,
) -> Option:
    """An integer of `Socket.options` from `low` to `high`, kept in `unit`s."""

    def get(socket: Any, now: int) -> int:
        return int(getattr(socket.options, attribute) or 0) // unit

    def put(socket: Any, value: int, now: int) -> None:
        require(low <= value <= high, attribute, value, f"{low} to {high}")
        wanted = value * unit if convert is None else convert(value)
        socket.set_option(attribute, wanted, now)

    return Option(get, put)


def stored(key: tuple[int, int], default: int = 0, low: int | None = None, high: int = 0) -> Option:
    """An integer that is kept and given back, and nothing more; bounded if `low` is given."""

    def get(socket: "Socket", now: int) -> int:
        return socket.settings.get(key, default)

    def put(socket: "Socket", value: int, now: int) -> None:
        if low is not None:
            require(low <= value <= high, f"option {key[1]}", value, f"{low} to {high}")
        socket.settings[key] = value

    return Option(get, put)


def stored_flag(key: tuple[int, int], default: int = 0) -> Option:
    """A yes or no that is kept and given back, and nothing more."""

    def get(socket: "Socket", now: int) -> int:
        return socket.settings.get(key, default)

    def put(socket: "Socket", value: int, now: int) -> None:
        socket.settings[key] = int(bool(value))

    return Option(get, put)


def refusing(errno: int, value: int = 0) -> Option:
    """Reads as `value`; setting it is refused, as on Linux without the privilege or the feature."""

    def put(socket: "Socket", value: int, now: int) -> None:
        raise failure(errno, f"this option cannot be set to {value} on {socket!r}")

    return Option(lambda socket, now: value, put)


def require(condition: bool, name: str, value: int, allowed: str) -> None:
    """Raise EINVAL unless `condition` holds."""
    if not condition:
        raise failure(EINVAL, f"{name} is {value}; give {allowed}")


def unknown(level: int, name: int, errno: int = ENOPROTOOPT) -> OSError:
    """What to raise for an option that does not exist."""
    return failure(errno, f"no socket option {name} at level {level}")


def int_of(value: bytes) -> int:
    """The signed 32-bit integer at the beginning of `value`."""
    return int.from_bytes(value[:INT_SIZE], "little", signed=True)


def bytes_of(value: int) -> bytes:
    """32 bits of an integer, signed or not."""
    return (value & 0xFFFF_FFFF).to_bytes(INT_SIZE, "little")
