"""The extensions of ICMP errors and probes as Wireshark shows them, under ICMPv4's names.

Source: RFC 4884 sections 7 and 8, RFC 4950, RFC 5837, RFC 8335. Wireshark shows their fields only
if all of them were captured.
"""

from collections.abc import Callable

from wirelab.codecs.checksum import verify
from wirelab.codecs.dissect.cursor import Cursor
from wirelab.codecs.dissect.fields import CHECKSUM_STATUS, Kind, declare
from wirelab.codecs.dissect.layer import Context, Layer
from wirelab.codecs.dissect.layers.dns_names import text_of
from wirelab.codecs.dissect.visit import Buffer, Visit
from wirelab.codecs.protocols.icmp_extensions import ICMPExtensions

SOURCE = "RFC 4884 section 7"
HEAD = 4
"""bytes of the structure's header, and of each object's."""
VERSIONS = (1, 2)
"""Those of which Wireshark reads the objects; only 2 is specified."""
LABEL_STACK, INTERFACE, IDENTIFICATION = 1, 2, 3
BY_NAME, BY_INDEX, BY_ADDRESS = 1, 2, 3
IPV4, IPV6 = 1, 2
"""Address families."""
GOOD, BAD, NOT_PRESENT = 1, 0, 3

declare("icmp.ext.checksum.status", Kind.NUMBER, "Checksum status", names=CHECKSUM_STATUS)
declare("icmp.ext.length", Kind.NUMBER, "Object length")
declare("icmp.ext.class", Kind.NUMBER, "Object class")
declare("icmp.ext.ctype", Kind.NUMBER, "Object C-type")
declare("icmp.ext.data", Kind.BYTES, "Object data")
declare("icmp.mpls.data", Kind.BYTES, "Label stack of another C-type")
declare("icmp.reserved", Kind.BYTES, "Reserved")
declare("icmp.int_info.name_present", Kind.BOOLEAN, "Interface name")
declare("icmp.int_info.ipv4", Kind.IPV4, "Interface address")
declare("icmp.int_info.ipv6", Kind.IPV6, "Interface address")
declare("icmp.int_info.ipunknown", Kind.BYTES, "Interface address")
declare("icmp.int_info.name_length", Kind.NUMBER, "Name length")
declare("icmp.int_ident.name", Kind.STRING, "Interface name")
declare("icmp.int_ident.reserved", Kind.BYTES, "Reserved")
declare("icmp.int_ident.ipv4", Kind.IPV4, "Interface address")
declare("icmp.int_ident.ipv6", Kind.IPV6, "Interface address")
declare("icmp.int_ident.address", Kind.BYTES, "Interface address")


class IcmpExtensionsLayer(Layer):
    """What stands behind the quote of an error, or in a probe."""

    HEADERS = (ICMPExtensions,)

    def dissect(self, visit: Visit, buffer: Buffer, offset: int, end: int, limit: int) -> int:
        """Add the structure's fields; a carrier may have named the protocol already."""
        show_extensions(self.context, visit, buffer, offset, end, limit)
        return limit


def show_extensions(
    context: Context, visit: Visit, buffer: Buffer, offset: int, end: int, limit: int
) -> None:
    """Add the fields of an extension structure, and of the objects in it.

    Raises:
        DecodeError: not all of it was captured.
    """
    if limit - offset < HEAD:
        return
    cursor = Cursor(context, visit, buffer, offset, end, "ICMPExtensions", SOURCE)
    cursor.need(1)
    version = buffer[offset] >> 4
    cursor.add("icmp.ext.version", version)
    cursor.add("icmp.ext.res", cursor.number("", 2) & 0xFFF)
    cursor.need(limit - cursor.offset)
    checksum = cursor.number("icmp.ext.checksum", 2)
    status = NOT_PRESENT
    if checksum:
        status = GOOD if verify(buffer[offset:limit]) else BAD
    cursor.add("icmp.ext.checksum.status", status)
    while version in VERSIONS and limit - cursor.offset >= HEAD:
        start = cursor.offset
        length = cursor.number("icmp.ext.length", 2)
        kind = cursor.number("icmp.ext.class", 1)
        c_type = cursor.number("icmp.ext.ctype", 1)
        if length < HEAD:
            return
        stop = min(start + length, limit)
        show = _OBJECTS.get(kind)
        if show is not None:
            show(cursor, c_type, stop, stop - start == length)
        elif stop > cursor.offset:
            cursor.bytes("icmp.ext.data", stop - cursor.offset)
        cursor.offset = stop


def _labels(cursor: Cursor, c_type: int, stop: int, is_whole: bool) -> None:
    """RFC 4950 section 3."""
    if c_type != 1:
        cursor.bytes("icmp.mpls.data", stop - cursor.offset)
        return
    while stop > cursor.offset:
        if stop - cursor.offset < 4:
            cursor.bytes("icmp.mpls.data", stop - cursor.offset)
            return
        cursor.bits(
            4,
            ("icmp.mpls.label", 20),
            ("icmp.mpls.exp", 3),
            ("icmp.mpls.s", 1),
            ("icmp.mpls.ttl", 8),
        )


def _interface(cursor: Cursor, c_type: int, stop: int, is_whole: bool) -> None:
    """RFC 5837 section 4; the C-type says what is there."""
    for name, shift, mask in (
        ("icmp.int_info.role", 6, 3),
        ("icmp.int_info.reserved", 4, 3),
        ("icmp.int_info.ifindex", 3, 1),
        ("icmp.int_info.ipaddr", 2, 1),
        ("icmp.int_info.name_present", 1, 1),
        ("icmp.int_info.mtu_present", 0, 1),
    ):
        cursor.add(name, c_type >> shift & mask)
    if c_type & 8 and stop - cursor.offset >= 4:
        cursor.number("icmp.int_info.index", 4)
    if c_type & 4 and stop - cursor.offset >= 4:
        family = cursor.number("icmp.int_info.afi", 2)
        cursor.bytes("icmp.reserved", 2)
        if family == IPV4 and stop - cursor.offset >= 4:
            cursor.bytes("icmp.int_info.ipv4", 4)
        elif family == IPV6 and stop - cursor.offset >= 16:
            cursor.bytes("icmp.int_info.ipv6", 16)
    if c_type & 2 and stop > cursor.offset and is_whole:
        length = cursor.number("icmp.int_info.name_length", 1)
        cursor.offset = min(cursor.offset + max(length - 1, 0), stop)
    if c_type & 1 and stop - cursor.offset >= 4:
        cursor.number("icmp.int_info.mtu", 4)


def _identification(cursor: Cursor, c_type: int, stop: int, is_whole: bool) -> None:
    """RFC 8335 section 2.1."""
    left = stop - cursor.offset
    if c_type == BY_NAME and left and is_whole:
        cursor.add("icmp.int_ident.name", text_of(cursor.bytes("", left)))
    elif c_type == BY_INDEX and left >= 4:
        cursor.number("icmp.int_ident.index", 4)
    elif c_type == BY_ADDRESS and left >= 3:
        family = cursor.number("icmp.int_ident.afi", 2)
        cursor.number("icmp.int_ident.addr_length", 1)
        if left == 3:
            return
        cursor.bytes("icmp.int_ident.reserved", 1)
        left = stop - cursor.offset
        if family == IPV4 and left >= 4:
            cursor.bytes("icmp.int_ident.ipv4", 4)
        elif family == IPV6 and left >= 16:
            cursor.bytes("icmp.int_ident.ipv6", 16)
        elif left and family not in (IPV4, IPV6):
            cursor.bytes("icmp.int_ident.address", left)


_OBJECTS: dict[int, Callable[[Cursor, int, int, bool], None]] = {
    LABEL_STACK: _labels,
    INTERFACE: _interface,
    IDENTIFICATION: _identification,
}
