"""The error queue of IP_RECVERR and IPV6_RECVERR: what the network said about which packet of ours.

Source: ip(7), ipv6(7), struct sock_extended_err; the errnos of ICMP messages are those of Linux
(icmp_err_convert, icmpv6_err_convert).
"""

import struct
from collections import deque
from errno import (
    EACCES,
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

from wirelab.codecs import IPv4
from wirelab.sim.host.icmp.message_types import DESTINATION_UNREACHABLE, PARAMETER_PROBLEM
from wirelab.sim.host.icmp.trouble import Trouble
from wirelab.sim.host.sockets.addresses import AnyAddress, address_of, socket_address
from wirelab.sim.host.sockets.constants import (
    AF_INET,
    IP_RECVERR,
    IPV6_RECVERR,
    SO_EE_CODE_ZEROCOPY_COPIED,
    SO_EE_ORIGIN_ICMP,
    SO_EE_ORIGIN_ICMP6,
    SO_EE_ORIGIN_LOCAL,
    SO_EE_ORIGIN_ZEROCOPY,
    SOL_IP,
    SOL_IPV6,
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

_UNREACHABLE_IPV6_BSD: Final = {1: ECONNREFUSED, 2: ENOPROTOOPT, 4: ECONNREFUSED}
"""Codes of ICMPv6 destination unreachable on FreeBSD 14 (icmp6_errmap); all others are
EHOSTUNREACH."""

_UNREACHABLE_IPV6: Final = {
    0: (ENETUNREACH, False),
    1: (EACCES, True),
    2: (EHOSTUNREACH, False),
    3: (EHOSTUNREACH, False),
    4: (ECONNREFUSED, True),
    5: (EACCES, True),
    6: (EACCES, True),
}
"""Codes of ICMPv6 destination unreachable (RFC 4443 section 3.1)."""

_OF_ICMPV6: Final = {2: (EMSGSIZE, True), 3: (EHOSTUNREACH, False), 4: (EPROTO, True)}
"""Other ICMPv6 errors by type: packet too big, time exceeded, parameter problem."""


def errno_of_icmp(trouble: Trouble, as_bsd: bool = False) -> tuple[int, bool]:
    """The errno of an ICMP error, and whether a socket without IP_RECVERR hears of it, too."""
    if not isinstance(trouble.quoted, IPv4):
        return _errno_of_icmpv6_bsd(trouble) if as_bsd else _errno_of_icmpv6(trouble)
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


def _errno_of_icmpv6(trouble: Trouble) -> tuple[int, bool]:
    if trouble.type == 1:
        return _UNREACHABLE_IPV6.get(trouble.code, (EPROTO, False))
    return _OF_ICMPV6.get(trouble.type, (EPROTO, False))


def _errno_of_icmpv6_bsd(trouble: Trouble) -> tuple[int, bool]:
    """FreeBSD tells a next header that nobody knows (type 4, code 1) like a closed port."""
    number = EHOSTUNREACH
    if trouble.type == 1:
        number = _UNREACHABLE_IPV6_BSD.get(trouble.code, EHOSTUNREACH)
    elif trouble.type == 2:
        number = EMSGSIZE
    elif trouble.type == 4:
        number = ECONNREFUSED if trouble.code == 1 else ENOPROTOOPT
    return number, number != EHOSTUNREACH


class ExtendedError(NamedTuple):
    """One entry of an error queue.

    Attributes:
        errno: ee_errno.
        origin: SO_EE_ORIGIN_ICMP, SO_EE_ORIGIN_ICMP6, or SO_EE_ORIGIN_LOCAL.
        type, code: of the ICMP message.
        info: ee_info: the MTU, for EMSGSIZE.
        offender: who says so.
        destination: where the packet was going; None for what is about no packet.
        data: what the error quotes of its payload.
        extra: ee_data: the last number of a range whose first is `info` (MSG_ZEROCOPY).
    """

    errno: int
    origin: int
    type: int
    code: int
    info: int
    offender: bytes
    destination: AnyAddress | None
    data: bytes
    extra: int = 0

    def __str__(self) -> str:
        origin = f"ICMP {self.type}/{self.code}" if self.is_from_icmp else "local"
        return f"{errno_name(self.errno)} ({origin}) about {self.destination}"

    @property
    def is_from_icmp(self) -> bool:
        """Whether somebody on the path said it."""
        return self.origin in (SO_EE_ORIGIN_ICMP, SO_EE_ORIGIN_ICMP6)

    def control_message(self, family: int) -> tuple[int, int, bytes]:
        """Level, type and data as recvmsg gives them on a socket of that family.

        It is sock_extended_err, then the offender, in the socket's form of address.
        """
        kind = (self.origin, self.type, self.code, self.info, self.extra)
        body = _EXTENDED_ERROR.pack(self.errno, *kind)
        if family == AF_INET:
            offender = socket_address(self.offender or bytes(4), 0, AF_INET)
            level = (SOL_IP, IP_RECVERR)
        else:
            offender = socket_address(self.offender, 0, family)
            level = (SOL_IPV6, IPV6_RECVERR)
        if not self.is_from_icmp:
            offender = bytes(len(offender))
        return *level, body + offender


def from_icmp(trouble: Trouble, header_length: int, family: int = AF_INET) -> ExtendedError:
    """The entry for an ICMP error about a packet with a transport header of that length."""
    packet, at = trouble.packet, trouble.offset
    port = int.from_bytes(packet[at + 2 : at + 4], "big")
    number, _ = errno_of_icmp(trouble)
    return ExtendedError(
        number,
        SO_EE_ORIGIN_ICMP if isinstance(trouble.quoted, IPv4) else SO_EE_ORIGIN_ICMP6,
        trouble.type,
        trouble.code,
        trouble.info,
        trouble.source,
        address_of(trouble.quoted.destination, port, family),
        packet[at + header_length :],
    )


def too_big(mtu: int, destination: AnyAddress, data: bytes) -> ExtendedError:
    """The entry for a datagram of ours that does not fit the path."""
    return ExtendedError(EMSGSIZE, SO_EE_ORIGIN_LOCAL, 0, 0, mtu, b"", destination, data)


def sends_over(first: int, last: int) -> ExtendedError:
    """The entry for sends with MSG_ZEROCOPY whose bytes are free again (see `zero_copy`)."""
    code = SO_EE_CODE_ZEROCOPY_COPIED
    return ExtendedError(0, SO_EE_ORIGIN_ZEROCOPY, 0, code, first, b"", None, b"", last)


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
        if self._entries and self._entries[0].is_from_icmp:
            return self._entries[0].errno
        return 0

    def clear(self) -> None:
        """Forget all errors: IP_RECVERR was turned off."""
        self._entries.clear()
