"""The layer that every header has: what its schema says, shown as Wireshark does.

Fields come in wire order under their display names, the options and records of its lists after
them, and what follows is found by the field that names it. A subclass adds what Wireshark computes:

    class GreLayer(HeaderLayer):
        HEADERS = (GRE,)
        EXTRA = (derived("gre.flags_and_version", Kind.HEX, "Flags", 2, _flags, digits=4),)

        def computed(self, visit, header, buffer, span): ...  # streams, checksum status
        def payload(self, visit, header, buffer, start, end, limit): ...  # another way to go on
"""

from typing import Any, ClassVar, NamedTuple

from wirelab.codecs.dissect.catalogue import continues
from wirelab.codecs.dissect.fields import Item, Plan, items_of
from wirelab.codecs.dissect.layer import Context, Layer, Table
from wirelab.codecs.dissect.layers.data import DataLayer
from wirelab.codecs.dissect.lists import ListNames, ListView
from wirelab.codecs.dissect.visit import Buffer, Visit, cut
from wirelab.codecs.errors import DecodeError
from wirelab.codecs.header import Field, Header

_ADDRESSES = frozenset(("source", "destination"))
"""Attributes of a network header, of which streams are told apart."""


LARGEST_HEADER = 2048
"""Bytes, and more: that many zeros complete any header."""


class Span(NamedTuple):
    """Where a layer lies in the buffer."""

    offset: int
    start: int
    """Where its payload begins."""
    end: int
    """Where the captured bytes end."""
    limit: int
    """Where the bytes ended on the wire, by the layer's own length."""


class HeaderLayer(Layer):
    """A header's layer, made from the header class alone.

    Attributes:
        NAME: Wireshark's name in `frame.protocols`, if it is not the header's display name.
        EXTRA: items that Wireshark computes; one with the name of a schema's field replaces it.
        HIDDEN: display names of schema fields that Wireshark does not show there.
        LISTS: a list's attribute -> what the parts are called that all its options have.
    """

    NAME: ClassVar[str] = ""
    EXTRA: ClassVar[tuple[Item, ...]] = ()
    HIDDEN: ClassVar[frozenset[str]] = frozenset()
    LISTS: ClassVar[dict[str, ListNames]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for names in cls.__dict__.get("LISTS", {}).values():
            names.declare()

    def __init__(self, context: Context, header: type[Header] | None = None) -> None:
        super().__init__(context)
        self.header = header or self.HEADERS[0]
        self.name = self.NAME or self.header.DISPLAY
        self.data = context.layer(DataLayer)
        self._is_own = bool(self.name) and not continues(self.header)
        self._shown = self._is_own and context.wants(self.header.DISPLAY)
        self._plan = context.plan(_items(self.header, self.EXTRA, self.HIDDEN))
        self._lists = [
            ListView(context.wanted, field, self.LISTS.get(field.name))
            for field in self.header.FIELDS
            if field.format == "options"
        ]
        self._lists = [view for view in self._lists if view.asked]
        self._next: Table | None = None
        if self.header.NEXT_TABLE:
            self._next = context.table(self.header.NEXT_TABLE)
        names = {field.name for field in self.header.FIELDS}
        self._addressed = self.header.NEXT_TABLE == "ip_protocol" and names >= _ADDRESSES
        self._fixed = max((_last_byte(field) for field in self.header.FIELDS), default=0)

    def dissect(self, visit: Visit, buffer: Buffer, offset: int, end: int, limit: int) -> int:
        """Add the header's fields, and hand the payload on."""
        if self._is_own:
            visit.protocols.append(self.name)
            visit.deepen(self.header.LAYER, offset)
        if end - offset < self._fixed:
            self._cut(visit, buffer, offset, end)
            source = self.header.FIELDS[0].source if self.header.FIELDS else ""
            raise cut(self.header.LAYER, offset, self._fixed, end - offset, source)
        try:
            header = self.header.parse(buffer, offset, end, False)
        except DecodeError:
            self._cut(visit, buffer, offset, end)
            raise
        start = offset + header.header_length
        if self._shown:
            visit.begin(self.header.DISPLAY, buffer, offset, end, start - offset)
        visit.emit_all(self._plan, header)
        for view in self._lists:
            view.show(visit, header)
        if self._addressed:
            visit.source, visit.destination = header.source, header.destination  # type: ignore[attr-defined]
        limit = header.payload_end(offset, limit)
        span = Span(offset, start, min(end, limit), limit)
        self.computed(visit, header, buffer, span)
        self.payload(visit, header, buffer, start, span.end, limit)
        return limit

    def computed(self, visit: Visit, header: Any, buffer: Buffer, span: Span) -> None:
        """Add what depends on more than the header: streams, times, checksum verdicts."""

    def payload(
        self, visit: Visit, header: Any, buffer: Buffer, start: int, end: int, limit: int
    ) -> None:
        """Hand the payload on: to the layer that the header names, or as data."""
        if start >= limit:
            return
        layer: Layer | None = None
        if self._next is not None and header.starts_payload:
            layer = self._next[getattr(header, header.NEXT_FIELD)]
        (layer or self.data).dissect(visit, buffer, start, end, limit)

    def _cut(self, visit: Visit, buffer: Buffer, offset: int, end: int) -> None:
        """The fields that were captured of a header that cannot be read as a whole."""
        available = end - offset
        if self._shown and available > 0:
            visit.begin(self.header.DISPLAY, buffer, offset, end, available)
        wanted = self.context.wanted
        for field in self.header.FIELDS:
            if not field.display or field.bit_offset < 0 or field.bits < 0 or field.when:
                continue
            if _last_byte(field) > available or field.optional:
                break
            for name in (field.display, *field.aliases):
                if wanted is None or name in wanted:
                    visit.items.append((name, from_bits(field, buffer, offset)))


def show_part(layer: HeaderLayer, visit: Visit, buffer: Buffer, offset: int, end: int) -> None:
    """Show the fields of a header that ends too early, computed ones among them."""
    available = end - offset
    if layer._shown:
        visit.begin(layer.header.DISPLAY, buffer, offset, end, available)
    header = layer.header.parse(buffer[offset:end] + bytes(LARGEST_HEADER), strict=False)
    varying = {f.display for f in layer.header.FIELDS if f.bits < 0 or f.optional}
    for item in layer._plan:
        if item[0] <= available and item[2][0] not in varying:
            visit.emit(Plan([item]), header, available)


def _items(
    header: type[Header], extra: tuple[Item, ...], hidden: frozenset[str]
) -> tuple[Item, ...]:
    """The schema's items in wire order, and then the extra ones."""
    replaced = hidden | {item.fields[0].name for item in extra}
    kept = [item for item in items_of(header) if item.fields[0].name not in replaced]
    return (*kept, *extra)


def _last_byte(field: Field) -> int:
    """Bytes of the header up to the end of a field; 0 where that varies."""
    return (field.bit_offset + field.bits + 7) // 8 if field.bit_offset >= 0 <= field.bits else 0


def from_bits(field: Field, buffer: Buffer, offset: int) -> Any:
    """The value of a field at a fixed place, without a header around it."""
    first, last = offset + field.bit_offset // 8, offset + _last_byte(field)
    if field.format in ("mac", "ipv4", "ipv6", "bytes", "text"):
        return bytes(buffer[first:last])
    behind = -(field.bit_offset + field.bits) % 8
    value = int.from_bytes(buffer[first:last], "big") >> behind & (1 << field.bits) - 1
    return bool(value) if field.format == "bool" else value * field.scale
