"""GRE, VXLAN and IPsec's headers as Wireshark shows them."""

from typing import Any

from wirelab.codecs.dissect.fields import Kind, derived
from wirelab.codecs.dissect.header_layer import LARGEST_HEADER, HeaderLayer, show_part
from wirelab.codecs.dissect.visit import Buffer, Visit
from wirelab.codecs.protocols import AH, ESP, GRE, VXLAN

ETHERNET_HEADER = 14
BRIDGED, PPP = 0x6558, 0x880B  # RFC 1701 section 5, RFC 2637 section 4.1


FIRST_WORDS = 4
"""Bytes of GRE that are always there."""


def _first_word(header: GRE) -> int:
    """Flags and version as one number."""
    flags = (
        header.checksum_present,
        header.routing_present,
        header.key_present,
        header.sequence_present,
        header.strict_source_route,
    )
    word = sum(0x8000 >> place for place, flag in enumerate(flags) if flag)
    word |= header.recursion_control << 8 | header.acknowledgment_present << 7
    return word | header.reserved << 3 | header.version


def _is_pptp(header: GRE) -> bool:
    return header.version == 1 and header.protocol_type == PPP


class GreLayer(HeaderLayer):
    """GRE; the bit that says "acknowledgment" in PPTP's version 1 is reserved in version 0."""

    HEADERS = (GRE,)
    EXTRA = (
        derived("gre.flags_and_version", Kind.HEX, "Flags and Version", 2, _first_word, digits=4),
        derived(
            "gre.flags.ack",
            Kind.BOOLEAN,
            "Acknowledgment",
            2,
            lambda header: header.acknowledgment_present if _is_pptp(header) else None,
        ),
        derived(
            "gre.flags.reserved",
            Kind.NUMBER,
            "Reserved",
            2,
            lambda header: (
                header.reserved
                if _is_pptp(header)
                else header.acknowledgment_present << 4 | header.reserved
            ),
        ),
    )

    def payload(
        self, visit: Visit, header: Any, buffer: Buffer, start: int, end: int, limit: int
    ) -> None:
        """Go on, if enough of the payload was captured, and no source route stands before it."""
        fewest = ETHERNET_HEADER if visit.in_error and header.protocol_type == BRIDGED else 1
        if end - start >= fewest and not header.routing_present:
            super().payload(visit, header, buffer, start, end, limit)

    def _cut(self, visit: Visit, buffer: Buffer, offset: int, end: int) -> None:
        """The first four bytes, or nothing; then the parts that are there as a whole."""
        if end - offset < FIRST_WORDS:
            return
        show_part(self, visit, buffer, offset, offset + FIRST_WORDS)
        header = GRE.parse(buffer[offset:end] + bytes(LARGEST_HEADER), strict=False)
        place = offset + FIRST_WORDS
        for field in GRE.FIELDS:
            value = getattr(header, field.name)
            if not field.optional or value is None:
                continue
            place += field.bits // 8
            if place > end:
                return
            if self.context.wants(field.display):
                visit.items.append((field.display, value))


def _flags(header: VXLAN) -> int:
    """The first 16 bits: those of RFC 7348, and those of the group policy extension."""
    low = header.reserved >> 16
    return header.reserved_flags << 12 | header.vni_valid << 11 | header.reserved_flags2 << 8 | low


class VxlanLayer(HeaderLayer):
    """VXLAN; Wireshark dissects a frame in it whatever the flags say."""

    HEADERS = (VXLAN,)
    EXTRA = (
        derived("vxlan.flags", Kind.HEX, "Flags", 2, _flags, digits=4),
        derived(
            "vxlan.flag_g", Kind.BOOLEAN, "GBP Extension", 2, lambda h: _flags(h) & 0x8000 != 0
        ),
        derived("vxlan.flag_i", Kind.BOOLEAN, "VNI is valid", 2, lambda h: _flags(h) & 0x0800 != 0),
        derived("vxlan.flag_d", Kind.BOOLEAN, "Don't Learn", 2, lambda h: _flags(h) & 0x0040 != 0),
        derived(
            "vxlan.flag_a", Kind.BOOLEAN, "Policy Applied", 2, lambda h: _flags(h) & 0x0008 != 0
        ),
        derived("vxlan.gbp", Kind.NUMBER, "Group Policy ID", 4, lambda h: h.reserved & 0xFFFF),
    )

    def payload(
        self, visit: Visit, header: Any, buffer: Buffer, start: int, end: int, limit: int
    ) -> None:
        """Go on with the frame."""
        layer = self.context.table("vxlan")[1]
        if layer is not None and not (visit.in_error and end - start < ETHERNET_HEADER):
            layer.dissect(visit, buffer, start, end, limit)

    def _cut(self, visit: Visit, buffer: Buffer, offset: int, end: int) -> None:
        """Flags are shown together or not at all."""
        if end - offset >= 2:
            show_part(self, visit, buffer, offset, end)


class AhLayer(HeaderLayer):
    """The authentication header."""

    HEADERS = (AH,)
    EXTRA = (
        derived(
            "ah.reserved", Kind.BYTES, "Reserved", 4, lambda header: header.reserved.to_bytes(2)
        ),
    )

    def payload(
        self, visit: Visit, header: Any, buffer: Buffer, start: int, end: int, limit: int
    ) -> None:
        """Go on; of an unknown protocol without a byte captured Wireshark says nothing."""
        is_known = self._next is not None and self._next[header.next_header] is not None
        if is_known or start < end:
            super().payload(visit, header, buffer, start, end, limit)

    def _cut(self, visit: Visit, buffer: Buffer, offset: int, end: int) -> None:
        """What is there of it."""
        if end - offset >= 1:
            show_part(self, visit, buffer, offset, end)


class EspLayer(HeaderLayer):
    """Encrypted: what follows is nobody's business."""

    HEADERS = (ESP,)

    def payload(
        self, visit: Visit, header: Any, buffer: Buffer, start: int, end: int, limit: int
    ) -> None:
        """Nothing."""
