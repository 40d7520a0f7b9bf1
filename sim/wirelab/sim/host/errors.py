"""How a call on a host says no: an exception with a named reason, or "not yet"."""

import errno
from enum import Enum
from typing import Final

from wirelab.sim.reasons import Reason

# What a BSD socket call would have returned; anything else is EIO.
_ERRNO: Final = {
    Reason.ARP_TIMEOUT: errno.EHOSTUNREACH,
    Reason.ND_TIMEOUT: errno.EHOSTUNREACH,
    Reason.ICMP_HOST_UNREACHABLE: errno.EHOSTUNREACH,
    Reason.ICMP_NET_UNREACHABLE: errno.ENETUNREACH,
    Reason.ICMP_PORT_UNREACHABLE: errno.ECONNREFUSED,
    Reason.ICMP_PROTOCOL_UNREACHABLE: errno.ENOPROTOOPT,
    Reason.ICMP_PARAMETER_PROBLEM: errno.EPROTO,
    Reason.ICMP_PROHIBITED: errno.EHOSTUNREACH,  # as Linux: net/ipv4/icmp.c, icmp_err_convert
    Reason.ICMP_REASSEMBLY_TIMEOUT: errno.EHOSTUNREACH,
    Reason.ICMP_FRAGMENTATION_NEEDED: errno.EMSGSIZE,
    Reason.ICMP_NO_ANSWER: errno.ETIMEDOUT,
    Reason.ICMP_BEYOND_SCOPE: errno.EHOSTUNREACH,
    Reason.ICMP_TTL_EXPIRED: errno.EHOSTUNREACH,
    Reason.IP_BAD_HEADER: errno.EINVAL,
    Reason.IP_NO_ROUTE: errno.ENETUNREACH,
    Reason.IP_NOT_MY_ADDRESS: errno.EADDRNOTAVAIL,
    Reason.IP_TOO_BIG_DF: errno.EMSGSIZE,
    Reason.TCP_BROADCAST: errno.ENETUNREACH,
    Reason.TCP_CLOSED: errno.ENOTCONN,
    Reason.TCP_NO_LISTENER: errno.ECONNREFUSED,
    Reason.TCP_PORT_IN_USE: errno.EADDRINUSE,
    Reason.TCP_RESET: errno.ECONNRESET,
    Reason.TCP_TIMEOUT: errno.ETIMEDOUT,
    Reason.UDP_CLOSED: errno.EBADF,
    Reason.UDP_PORT_IN_USE: errno.EADDRINUSE,
}


def errno_of(reason: Reason) -> int:
    """The errno of a socket call that fails for this reason."""
    return _ERRNO.get(reason, errno.EIO)


class HostError(OSError):
    """A call on a host failed.

    Attributes:
        reason: the stable id (`tcp.no_listener`).
        detail: the numbers, for a person.
        errno: what a BSD socket call would have returned (`ECONNREFUSED`).
    """

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(errno_of(reason), f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail}" if self.detail else str(self.reason)


class WouldBlock(Enum):
    """The type of `WOULD_BLOCK`; compare with `is`, then a type checker narrows the result."""

    WOULD_BLOCK = "would block"


WOULD_BLOCK: Final = WouldBlock.WOULD_BLOCK
"""Nothing to do yet: an event will tell when to call again."""
