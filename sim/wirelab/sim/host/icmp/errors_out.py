"""ICMP errors that this host sends: when one must not be sent, what it quotes, whose name it bears.

Source: RFC 1122 section 3.2.2, RFC 1812 section 4.3.2 (IPv4); RFC 4443 section 2.4 (IPv6).

Rule 1: whoever refuses a packet calls here, whatever the packet is: what forbids an answer is
known here alone, and so are the limits.
Rule 2: a packet of our own comes back as `Trouble`, as if a router had said it.
"""

from collections.abc import Callable
from typing import Final

from wirelab.codecs import DecodeError, ICMPv4, ICMPv6, IPv4, IPv6
from wirelab.sim.host.icmp import message_types
from wirelab.sim.host.icmp.output import IcmpOutput
from wirelab.sim.host.icmp.quotes import ICMP, ICMP6, upper_layer
from wirelab.sim.host.icmp.rate_limit import RateLimit
from wirelab.sim.host.loopback import LOOPBACK
from wirelab.sim.host.manner import Manner
from wirelab.sim.host.routing import LOOPBACK_NETWORK
from wirelab.sim.reasons import Reason

LARGEST_ERROR: Final = 576
"""bytes of IPv4 packet: as much as every host can take in one piece (RFC 1812 section 4.3.2.3)."""

LARGEST_ERROR6: Final = 1280
"""bytes of IPv6 packet: as much as passes everywhere (RFC 4443 section 2.4 (c))."""

HEADERS: Final = 28
"""bytes: an IPv4 header without options and an ICMP header."""

HEADERS6: Final = 48
"""bytes: an IPv6 header and an ICMPv6 error's."""

_GROUP_TOO: Final = {
    (message_types.PACKET_TOO_BIG6, 0),
    (message_types.PARAMETER_PROBLEM6, message_types.UNRECOGNIZED_OPTION6),
}
"""What may be said about a multicast (RFC 4443 section 2.4 (e.3))."""


class ErrorsOut:
    """The errors of one host, for both families.

    Args:
        output: the way down.
        is_local: whether an address is this host's.
        is_group: whether an IPv4 address means more than one host: multicast, limited broadcast,
            the directed broadcast of a network that the host is on.
        limit: how many may leave.
        enabled: off where a kernel that shares our addresses says what is to be said.
    """

    __slots__ = (
        "_enabled",
        "_is_group",
        "_is_local",
        "_limit",
        "_output",
    )

    def __init__(
        self,
        output: IcmpOutput,
        is_local: Callable[[bytes], bool],
        is_group: Callable[[bytes], bool],
        limit: RateLimit,
        enabled: bool,
    ) -> None:
        self._output = output
        self._is_local = is_local
        self._is_group = is_group
        self._limit = limit
        self._enabled = enabled

    def send(
        self,
        packet: bytes,
        kind: tuple[int, int],
        info: int,
        now: int,
        interface: int | None,
    ) -> Reason | None:
        """Tell the sender of a packet what is wrong with it.

        Args:
            packet: from its IP header on, unchanged since it came (RFC 1122 section 3.2.2), at
                least as far as 8 bytes of payload.
            kind: type and code of its family.
            info: the four bytes behind the checksum.
            now: ns.
            interface: where the packet came in; the answer to a link-local sender leaves there.

        Returns:
            None when sent, else why not: `icmp.answer_forbidden`, `icmp.rate_limited`,
            `ip.no_route`.
        """
        version = packet[0] >> 4 if packet else 0
        if not self._enabled:
            return Reason.ICMP_ANSWER_FORBIDDEN
        try:
            if version == 6:
                return self._send_v6(packet, kind, info, now, interface)
            return self._send_v4(packet, kind, info, now, interface == LOOPBACK.index)
        except DecodeError:  # not even an IP header
            return Reason.ICMP_ANSWER_FORBIDDEN

    def _send_v4(
        self, packet: bytes, kind: tuple[int, int], info: int, now: int, looped: bool
    ) -> Reason | None:
        ip = IPv4.parse(packet, strict=False)
        sender = ip.source
        if (
            not sender[0]  # RFC 1122 section 3.2.2, its cases from the last to the first
            or (sender[0] == LOOPBACK_NETWORK and not looped)
            or sender[0] >= 224
            or self._is_group(sender)
            or ip.fragment_offset
            or self._is_group(ip.destination)
            or _is_error(packet, ip)
        ):
            return Reason.ICMP_ANSWER_FORBIDDEN
        local = self._is_local(ip.destination)
        source = ip.destination if local else self._output.source_for(sender)
        if source is None:
            return Reason.IP_NO_ROUTE
        if not self._limit.take(sender, now):
            return Reason.ICMP_RATE_LIMITED
        header = ICMPv4(type=kind[0], code=kind[1], rest_of_header=info)
        quote = packet[: LARGEST_ERROR - HEADERS]
        return self._output.send(header, quote, source, sender, now)

    def _send_v6(
        self, packet: bytes, kind: tuple[int, int], info: int, now: int, interface: int | None
    ) -> Reason | None:
        ip = IPv6.parse(packet, strict=False)
        sender = ip.source
        if (
            not any(sender)  # RFC 4443 section 2.4 (e.6)
            or sender[0] == 0xFF
            or (ip.destination[0] == 0xFF and kind not in _GROUP_TOO)
            or _is_error6(packet, ip)
        ):
            return Reason.ICMP_ANSWER_FORBIDDEN
        link_local = sender[0] == 0xFE and sender[1] & 0xC0 == 0x80
        leaves_by = interface if link_local else None
        local = self._is_local(ip.destination)
        source = ip.destination if local else self._output.source_for(sender, leaves_by)
        if source is None:
            return Reason.IP_NO_ROUTE
        if not self._limit.take(sender, now):
            return Reason.ICMP_RATE_LIMITED
        body = info.to_bytes(4, "big") + packet[: LARGEST_ERROR6 - HEADERS6]
        manner = Manner(interface=leaves_by)
        return self._output.send(ICMPv6(*kind), body, source, sender, now, manner)


def may_answer_group(kind: tuple[int, int]) -> bool:
    """Whether an ICMPv6 error may be about a multicast (RFC 4443 section 2.4 (e.3) to (e.5))."""
    return kind in _GROUP_TOO


def _is_error(packet: bytes, ip: IPv4) -> bool:
    """Whether a packet carries an ICMP error, or may do so."""
    at = ip.header_length
    return ip.protocol == ICMP and packet[at : at + 1] not in _QUERY_BYTES


def _is_error6(packet: bytes, ip: IPv6) -> bool:
    """Whether a packet carries an ICMPv6 error or redirect, or may do so (e.1, e.2)."""
    protocol, at = upper_layer(packet, 0, len(packet), ip)
    if protocol != ICMP6:
        return False
    type_ = packet[at] if at < len(packet) else 0
    return type_ < message_types.FIRST_INFORMATIONAL6 or type_ == message_types.REDIRECT6


_QUERY_BYTES: Final = frozenset(bytes((number,)) for number in message_types.QUERIES)
