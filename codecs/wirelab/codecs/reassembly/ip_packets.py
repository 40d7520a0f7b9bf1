"""Whole IP packets out of fragments, as bytes: what a host or an observer puts at its entrance.

Sources: RFC 791 section 3.2; RFC 8200 sections 4.1 and 4.5.
"""

from typing import Any, NamedTuple

from wirelab.codecs.checksum import internet_checksum
from wirelab.codecs.reassembly.answers import GivenUp, Reason, Refused
from wirelab.codecs.reassembly.fragments import IPv4Reassembler, IPv6Reassembler

_MORE_FRAGMENTS = 0x2000
_OFFSET = 0x1FFF
_IPV4_LENGTH, _IPV6_LENGTH = 20, 40

HOP_BY_HOP, ROUTING, FRAGMENT, DESTINATION_OPTIONS = 0, 43, 44, 60
_BEFORE_FRAGMENT = (HOP_BY_HOP, ROUTING, DESTINATION_OPTIONS)
"""RFC 8200 section 4.5: what a router has to look at stands before the fragment header."""
MOST_EXTENSIONS = 16
"""Ours: headers looked at before the fragment header; a packet of 1280 bytes could hold 155."""


class IPDefragmenter:
    """IPv4 and IPv6 packets in, whole packets out.

    Args:
        ipv4: with other limits or another overlap policy than usual.
        ipv6: the same.
    """

    def __init__(
        self, ipv4: IPv4Reassembler | None = None, ipv6: IPv6Reassembler | None = None
    ) -> None:
        self.ipv4 = IPv4Reassembler() if ipv4 is None else ipv4
        self.ipv6 = IPv6Reassembler() if ipv6 is None else ipv6

    def add(self, packet: bytes, now: int, tag: Any = None) -> bytes | Refused | None:
        """Take a packet, from its IP header on; what follows its end (padding) is cut off.

        Args:
            packet: fragment or not; what is no fragment, or no IP at all, comes back as it is.
            now: nanoseconds.
            tag: anything, for `GivenUp.first_tag`.

        Returns:
            A whole packet: with the first fragment's header, lengths and checksum set right, and
            without fragment header. Or why the fragment is refused, or None: wait for more.
        """
        version = packet[0] >> 4 if packet else 0
        if version == 4 and len(packet) >= _IPV4_LENGTH:
            return self._add_ipv4(packet, now, tag)
        if version == 6 and len(packet) >= _IPV6_LENGTH:
            return self._add_ipv6(packet, now, tag)
        return packet

    def give_up(self, now: int) -> list[GivenUp]:
        """Forget what is too old; tells of it, and of what went because memory was short."""
        told = self.ipv4.give_up(now) + self.ipv6.give_up(now)
        return [one._replace(first_tag=one.first_tag.tag) if one.has_first else one for one in told]

    def _add_ipv4(self, packet: bytes, now: int, tag: Any) -> bytes | Refused | None:
        flags_and_offset = int.from_bytes(packet[6:8], "big")
        if not flags_and_offset & (_MORE_FRAGMENTS | _OFFSET):
            return packet
        source, destination, protocol = packet[12:16], packet[16:20], packet[9]
        identification = int.from_bytes(packet[4:6], "big")
        header_length = (packet[0] & 15) * 4
        end = int.from_bytes(packet[2:4], "big")
        if not _IPV4_LENGTH <= header_length <= end <= len(packet):
            return Refused(Reason.CUT, (source, destination, protocol, identification), False)
        found = self.ipv4.add(
            source,
            destination,
            protocol,
            identification,
            (flags_and_offset & _OFFSET) * 8,
            bool(flags_and_offset & _MORE_FRAGMENTS),
            packet[header_length:end],
            now,
            tag=_First(packet[:header_length], tag),
            header_length=header_length,
        )
        if found is None or isinstance(found, Refused):
            return found
        header = bytearray(found.first_tag.headers)
        header[2:4] = (len(header) + len(found.data)).to_bytes(2, "big")
        header[6:8] = bytes((header[6] & 0xC0, 0))  # neither offset nor more fragments
        header[10:12] = b"\0\0"
        header[10:12] = internet_checksum(bytes(header)).to_bytes(2, "big")
        return bytes(header) + found.data

    def _add_ipv6(self, packet: bytes, now: int, tag: Any) -> bytes | Refused | None:
        place = fragment_header(packet)
        if place is None:
            return packet
        at, naming = place
        source, destination = packet[8:24], packet[24:40]
        offset_and_more = int.from_bytes(packet[at + 2 : at + 4], "big")
        identification = int.from_bytes(packet[at + 4 : at + 8], "big")
        end = _IPV6_LENGTH + int.from_bytes(packet[4:6], "big")
        if not at + 8 <= end <= len(packet):
            return Refused(Reason.CUT, (source, destination, identification), False)
        found = self.ipv6.add(
            source,
            destination,
            identification,
            packet[at],
            offset_and_more & 0xFFF8,
            bool(offset_and_more & 1),
            packet[at + 8 : end],
            now,
            tag=_First(packet[:at], tag, naming),
            extension_length=at - _IPV6_LENGTH,
        )
        if found is None or isinstance(found, Refused):
            return found
        first: _First = found.first_tag
        headers = bytearray(first.headers)
        headers[first.naming] = found.next_header
        headers[4:6] = (len(headers) - _IPV6_LENGTH + len(found.data)).to_bytes(2, "big")
        return bytes(headers) + found.data


class _First(NamedTuple):
    """What a fragment brings besides its data; that of the first one counts."""

    headers: bytes
    tag: Any
    naming: int = 0
    """Offset of the byte that names the fragment header."""


def fragment_header(packet: bytes) -> tuple[int, int] | None:
    """Offsets of an IPv6 packet's fragment header and of the byte that names it, or None."""
    naming, at = 6, _IPV6_LENGTH
    for _ in range(MOST_EXTENSIONS):
        kind = packet[naming]
        if at + 8 > len(packet):
            return None
        if kind == FRAGMENT:
            return at, naming
        if kind not in _BEFORE_FRAGMENT:
            return None
        naming, at = at, at + 8 + packet[at + 1] * 8
    return None
