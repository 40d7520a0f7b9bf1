"""IPv4 as Wireshark shows it: header, options, fragments (RFC 791)."""

from typing import Any, ClassVar

from wirelab.codecs.addresses import ipv4_text
from wirelab.codecs.capture.records import LINK_TYPE_IPV4
from wirelab.codecs.dissect.fields import (
    CHECKSUM_STATUS,
    Kind,
    Plan,
    declare,
    derived,
    schema_items,
)
from wirelab.codecs.dissect.fragments import Datagram, Reassembly
from wirelab.codecs.dissect.layer import Context, Layer
from wirelab.codecs.dissect.layers.data import DataLayer
from wirelab.codecs.dissect.layers.ipv4_options import OptionsView, route_is_cut
from wirelab.codecs.dissect.visit import Buffer, Visit, cut
from wirelab.codecs.errors import DecodeError
from wirelab.codecs.protocols import IPv4
from wirelab.codecs.source_routes import route_end

SOURCE = "RFC 791 section 3.1"
HEADER = 20
"""Bytes without options."""
LARGEST_HEADER = 60
NOT_VERIFIED = 2

PROTOCOL = declare("ip", Kind.PROTOCOL, "Internet Protocol Version 4")

_FIELDS = schema_items(IPv4)


def _flags(header: IPv4) -> int:
    return header.reserved_flag << 2 | header.dont_fragment << 1 | header.more_fragments


def _host(which: str, title: str, needs: int, attribute: str) -> Any:
    def text(header: Any) -> str:
        return ipv4_text(getattr(header, attribute))

    return derived(f"ip.{which}_host", Kind.STRING, title, needs, text, "ip.host")


_LENGTH = (
    _FIELDS["ip.version"],
    _FIELDS["ip.hdr_len"],
    derived(
        "ip.dsfield",
        Kind.HEX,
        "Differentiated services",
        2,
        lambda header: header.dscp << 2 | header.ecn,
        digits=2,
    ),
    _FIELDS["ip.dsfield.dscp"],
    _FIELDS["ip.dsfield.ecn"],
    _FIELDS["ip.len"],
)
_MIDDLE = (
    _FIELDS["ip.id"],
    derived("ip.flags", Kind.HEX, "Flags", 8, _flags, digits=2),
    *(_FIELDS[name]._replace(needs=8) for name in ("ip.flags.rb", "ip.flags.df", "ip.flags.mf")),
    _FIELDS["ip.frag_offset"]._replace(get=lambda header: header.fragment_offset),
    _FIELDS["ip.ttl"],
    _FIELDS["ip.proto"],
    _FIELDS["ip.checksum"],
    # Wireshark does not verify IPv4 checksums by default.
    derived(
        "ip.checksum.status",
        Kind.NUMBER,
        "Checksum status",
        12,
        lambda header: NOT_VERIFIED,
        names=CHECKSUM_STATUS,
    ),
    _FIELDS["ip.src"],
    _host("src", "Source host", 16, "source"),
)
_DESTINATION = (_FIELDS["ip.dst"], _host("dst", "Destination host", 20, "destination"))

_FRAGMENT_FIELDS = (
    declare("ip.fragment.overlap", Kind.BOOLEAN, "Fragment overlap"),
    declare("ip.fragment.count", Kind.NUMBER, "Fragment count"),
    declare("ip.fragment", Kind.NUMBER, "Fragment in frame"),
    declare("ip.fragments", Kind.BYTES, "Fragments"),
    declare("ip.reassembled.length", Kind.NUMBER, "Reassembled length"),
    declare("ip.reassembled.data", Kind.BYTES, "Reassembled data"),
)


class Ipv4Layer(Layer):
    """IPv4 with reassembly."""

    HEADERS = (IPv4,)
    NUMBERS: ClassVar[dict[str, tuple[int, ...]]] = {"link_type": (LINK_TYPE_IPV4,)}

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        wanted = context.wanted
        self._layers = context.table("ip_protocol")
        self._data = context.layer(DataLayer)
        self._wanted = wanted
        self._shown = context.wants("ip")
        self._length = context.plan(_LENGTH)
        self._middle = context.plan(_MIDDLE)
        self._destination = context.plan(_DESTINATION)
        self._whole = Plan((*self._length, *self._middle, *self._destination))
        self._options = OptionsView(wanted)
        self._reassembly = Reassembly()
        self._fragments = context.wants(*(field.name for field in _FRAGMENT_FIELDS))

    def dissect(self, visit: Visit, buffer: Buffer, offset: int, end: int, limit: int) -> int:
        """Add the header's fields and hand the payload on; the rest behind it is padding."""
        visit.protocols.append("ip")
        if self._shown:
            visit.begin("ip", buffer, offset, end, (buffer[offset] & 15) * 4 if offset < end else 0)
        visit.deepen("IPv4", offset)
        try:
            header = IPv4.parse(buffer, offset, end, False)
        except DecodeError:
            return self._malformed(visit, buffer, offset, end, limit)
        if not header.total_length:
            # Segmentation offload: the capture was taken before the length was known. It may then
            # be more than 65,535, which a header cannot say and Wireshark shows nevertheless.
            header.total_length = limit - offset
        total = header.total_length
        if total < header.header_length:
            visit.emit_all(self._length, header)
            visit.problem = _bogus_length(offset, header.header_length, total)
            return limit
        limit = min(limit, offset + total)
        end = min(end, limit)
        visit.source = header.source
        visit.destination = header.destination
        start = offset + header.header_length
        if start == offset + HEADER:
            visit.emit_all(self._whole, header)
        else:
            self._with_options(visit, header, buffer, offset, start)
        try:
            self._payload(visit, header, buffer, start, end, limit)
        except DecodeError as error:
            visit.problem = error
        return limit

    def _with_options(
        self, visit: Visit, header: IPv4, buffer: Buffer, offset: int, start: int
    ) -> None:
        """A header with options: a source route holds the destination."""
        options = buffer[offset + HEADER : start]
        visit.destination = route_end(options) or header.destination
        visit.emit_all(self._length, header)
        visit.emit_all(self._middle, header)
        visit.emit_all(self._destination, header.replace(destination=visit.destination))
        self._options.show(visit, options, header.destination, offset + HEADER)

    def _payload(
        self, visit: Visit, header: IPv4, buffer: Buffer, start: int, end: int, limit: int
    ) -> None:
        if start >= limit:
            return
        if header.more_fragments or header.fragment_offset:
            self._fragment(visit, header, buffer, start, end, limit)
            return
        visit.fragmented = False
        self._dispatch(visit, header.protocol, buffer, start, end, limit)

    def _dispatch(
        self, visit: Visit, protocol: int, buffer: Buffer, start: int, end: int, limit: int
    ) -> None:
        layer = self._layers[protocol] or self._data
        layer.dissect(visit, buffer, start, end, limit)

    def _fragment(
        self, visit: Visit, header: IPv4, buffer: Buffer, start: int, end: int, limit: int
    ) -> None:
        """A fragment is shown as data, and the last one with the whole datagram."""
        if end < limit:
            # Not all of it was captured: the first fragment is dissected by itself.
            if header.fragment_offset:
                self._data.dissect(visit, buffer, start, end, limit)
                return
            visit.fragmented = True
            self._dispatch(visit, header.protocol, buffer, start, end, limit)
            visit.fragmented = False
            return
        key = (header.source, header.destination, header.identification, header.protocol)
        offset = header.fragment_offset * 8
        more = bool(header.more_fragments)
        whole = self._reassembly.add(key, offset, buffer[start:end], more, visit.number)
        if whole is None:
            self._data.dissect(visit, buffer, start, end, limit)
            return
        if self._fragments:
            self._show(visit, whole)
        size = len(whole.data)
        self._dispatch(visit, header.protocol, whole.data, 0, size, size)

    def _show(self, visit: Visit, whole: Datagram) -> None:
        """The fragments of a datagram, in the frame that completes it."""
        items: list[tuple[str, Any]] = [("ip.fragments", whole.data)]
        for fragment in whole.fragments:
            items.append(("ip.fragment", fragment.number))
            if fragment.overlap:
                items.append(("ip.fragment.overlap", True))
        items += [
            ("ip.fragment.count", len(whole.fragments)),
            ("ip.reassembled.length", len(whole.data)),
            ("ip.reassembled.data", whole.data),
        ]
        wanted = self._wanted
        visit.items += [item for item in items if wanted is None or item[0] in wanted]

    def _malformed(self, visit: Visit, buffer: Buffer, offset: int, end: int, limit: int) -> int:
        """Show what there is of a header that cannot be read as a whole."""
        available = end - offset
        if available < 1:
            raise cut("IPv4", offset, HEADER, available, SOURCE)
        version, size = buffer[offset] >> 4, (buffer[offset] & 15) * 4
        readable = bytes((0x40 | max(buffer[offset] & 15, 5),)) + buffer[offset + 1 : end]
        header = IPv4.parse(readable + bytes(LARGEST_HEADER), 0, None, False)
        shown = self._wanted
        if version != 4:
            if shown is None or "ip.version" in shown:
                visit.items.append(("ip.version", version))
            visit.problem = DecodeError("IPv4", "version", offset, "4", str(version), SOURCE)
            return limit
        if size < HEADER:
            for name, value in (("ip.version", version), ("ip.hdr_len", size)):
                if shown is None or name in shown:
                    visit.items.append((name, value))
            visit.problem = DecodeError("IPv4", "ihl", offset, "at least 5", str(size // 4), SOURCE)
            return limit
        visit.emit(self._length, header, available)
        total = header.total_length
        if available >= 4 and 0 < total < size:
            visit.problem = _bogus_length(offset, size, total)
            return limit
        visit.emit(self._middle, header, available)
        if not route_is_cut(buffer[offset + HEADER : end], size - HEADER):
            visit.emit(self._destination, header, available)
        raise cut("IPv4", offset, size, available, SOURCE)


def _bogus_length(offset: int, size: int, total: int) -> DecodeError:
    expected = f"at least the header's {size}"
    return DecodeError("IPv4", "total_length", offset + 2, expected, str(total), SOURCE)
