"""The error queue of IP_RECVERR: what the network said about which packet of ours.

Source: ip(7), struct sock_extended_err; the errnos of ICMP messages are those of Linux
(icmp_err_convert).
"""

import struct
from collections import deque
from errno import (
    ECONNREFUSED,
    EHOSTDOWN,
    EHOSTUNREACH,
    EMSGSIZE,
    ENETUNREACH,
    ENONET,
    ENOPROTOOPT,
    EOPNOTSUPP,
    EPROTO,
)
from typing import Final, NamedTuple

from wirelab.codecs.addresses import ipv4_text
from wirelab.sim.host.icmp.message_types import DESTINATION_UNREACHABLE, PARAMETER_PROBLEM
from wirelab.sim.host.icmp.trouble import Trouble
from wirelab.sim.host.sockets.addresses import NOWHERE, Address, socket_address
from wirelab.sim.host.sockets.constants import (
    AF_INET,
    IP_RECVERR,
    SO_EE_CODE_ZEROCOPY_COPIED,
    SO_EE_ORIGIN_ICMP,
    SO_EE_ORIGIN_LOCAL,
    SO_EE_ORIGIN_ZEROCOPY,
    SOL_IP,
)
from wirelab.sim.host.sockets.failures import errno_name

_EXTENDED_ERROR: Final = struct.Struct("<IBBBxII")
"""ee_errno, ee_origin, ee_type, ee_code, ee_info, ee_data."""

MAXIMUM_ERRORS: Final = 64
"""Ours: a flood of ICMP errors must not eat the memory (Linux counts them as received bytes)."""

_UNREACHABLE: Final = {
    0: (ENETUNREACH, False),
    1: (EHOSTUNREACH, False),
    2: (ENOPROTOOPT, True),
    3: (ECONNREFUSED, True),
    4: (EMSGSIZE, True),
    5: (EOPNOTSUPP, False),
    6: (ENETUNREACH, True),
    7: (EHOSTDOWN, True),
    8: (ENONET, True),
    9: (ENETUNREACH, True),
    10: (EHOSTUNREACH, True),
    11: (ENETUNREACH, False),
    12: (EHOSTUNREACH, False),
    13: (EHOSTUNREACH, True),
    14: (EHOSTUNREACH, True),
    15: (EHOSTUNREACH, True),
}
"""Codes of destination unreachable: errno, and whether there is no use in trying again."""

_UNREACHABLE_BSD: Final = {4: EMSGSIZE} | dict.fromkeys((2, 3, 9, 10, 13), ECONNREFUSED)
"""The same on FreeBSD 14 (icmp_errmap); all others are EHOSTUNREACH."""


def errno_of_icmp(trouble: Trouble, as_bsd: bool = False) -> tuple[int, bool]:
    """The errno of an ICMP error, and whether a socket without IP_RECVERR hears of it, too."""
    if as_bsd:
        number = EHOSTUNREACH
        if trouble.type == DESTINATION_UNREACHABLE:
            number = _UNREACHABLE_BSD.get(trouble.code, EHOSTUNREACH)
        elif trouble.type == PARAMETER_PROBLEM:
            number = ENOPROTOOPT
        return number, number != EHOSTUNREACH
    if trouble.type == DESTINATION_UNREACHABLE:
        return _UNREACHABLE.get(trouble.code, (EHOSTUNREACH, False))
    if trouble.type == PARAMETER_PROBLEM:
        return EPROTO, True
    return EHOSTUNREACH, False


class ExtendedError(NamedTuple):
    """One entry of an error queue.

    Attributes:
        errno: ee_errno.
        origin: SO_EE_ORIGIN_ICMP, or SO_EE_ORIGIN_LOCAL.
        type, code: of the ICMP message.
        info: ee_info: the MTU, for EMSGSIZE.
        offender: who says so.
        destination: where the packet was going.
        data: what the error quotes of its payload.
        extra: ee_data: the last number of a range whose first is `info` (MSG_ZEROCOPY).
    """

    errno: int
    origin: int
    type: int
    code: int
    info: int
    offender: bytes
    destination: Address
    data: bytes
    extra: int = 0

    def __str__(self) -> str:
        origin = f"ICMP {self.type}/{self.code}" if self.origin == SO_EE_ORIGIN_ICMP else "local"
        return f"{errno_name(self.errno)} ({origin}) about {self.destination}"

    def control_message(self) -> tuple[int, int, bytes]:
        """Level, type and data as recvmsg gives them: sock_extended_err, then the offender."""
        kind = (self.origin, self.type, self.code, self.info, self.extra)
        family = AF_INET if self.origin == SO_EE_ORIGIN_ICMP else 0
        offender = socket_address(self.offender, 0, family)
        return SOL_IP, IP_RECVERR, _EXTENDED_ERROR.pack(self.errno, *kind) + offender


def from_icmp(trouble: Trouble, header_length: int) -> ExtendedError:
    """The entry for an ICMP error about a packet with a transport header of that length."""
    packet, at = trouble.packet, trouble.offset
    port = int.from_bytes(packet[at + 2 : at + 4], "big")
    number, _ = errno_of_icmp(trouble)
    return ExtendedError(
        number,
        SO_EE_ORIGIN_ICMP,
        trouble.type,
        trouble.code,
        trouble.info,
        trouble.source,
        Address(ipv4_text(trouble.quoted.destination), port),
        packet[at + header_length :],
    )


def too_big(mtu: int, destination: Address, data: bytes) -> ExtendedError:
    """The entry for a datagram of ours that does not fit the path."""
    return ExtendedError(EMSGSIZE, SO_EE_ORIGIN_LOCAL, 0, 0, mtu, bytes(4), destination, data)


def sends_over(first: int, last: int) -> ExtendedError:
    """The entry for sends with MSG_ZEROCOPY whose bytes are free again (see `zero_copy`)."""
    code = SO_EE_CODE_ZEROCOPY_COPIED
    return ExtendedError(0, SO_EE_ORIGIN_ZEROCOPY, 0, code, first, bytes(4), NOWHERE, b"", last)


class ErrorQueue:
    """The errors of one socket, oldest first."""

    __slots__ = ("_entries",)

    def __init__(self) -> None:
        self._entries: deque[ExtendedError] = deque()

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, error: ExtendedError) -> None:
        """Keep an error, unless there are too many that nobody has read."""
        if len(self._entries) < MAXIMUM_ERRORS:
            self._entries.append(error)

    def add_sends(self, first: int, last: int) -> None:
        """Sends `first` to `last` with MSG_ZEROCOPY are over; what is told already is extended."""
        newest = self._entries[-1] if self._entries else None
        told = newest is not None and newest.origin == SO_EE_ORIGIN_ZEROCOPY
        if newest is not None and told and newest.extra + 1 == first:
            self._entries[-1] = newest._replace(extra=last)
        else:
            self.add(sends_over(first, last))

    def take(self) -> ExtendedError | None:
        """The oldest error, or None."""
        return self._entries.popleft() if self._entries else None

    @property
    def next_errno(self) -> int:
        """The errno of the oldest error that came by ICMP; it waits as SO_ERROR, too."""
        if self._entries and self._entries[0].origin == SO_EE_ORIGIN_ICMP:
            return self._entries[0].errno
        return 0

    def clear(self) -> None:
        """Forget all errors: IP_RECVERR was turned off."""
        self._entries.clear()
