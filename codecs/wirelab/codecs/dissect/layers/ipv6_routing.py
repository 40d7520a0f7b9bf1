"""IPv6's routing headers as Wireshark shows them."""

from types import SimpleNamespace
from typing import Any, ClassVar

from wirelab.codecs.dissect.fields import Item, Kind, Plan, declare, derived
from wirelab.codecs.dissect.header_layer import LARGEST_HEADER, HeaderLayer, from_bits
from wirelab.codecs.dissect.layer import Context
from wirelab.codecs.dissect.visit import Buffer, Visit
from wirelab.codecs.header import Header
from wirelab.codecs.protocols import (
    IPv6MobilityRouting,
    IPv6Routing,
    IPv6SegmentRouting,
    IPv6SourceRoute,
)

FIXED, ADDRESS = 8, 16
"""Bytes before the addresses, and of each."""


def _reserved(name: str) -> Item:
    name = f"ipv6.routing.{name}"
    return derived(name, Kind.BYTES, "Reserved", 8, lambda header: header.reserved.to_bytes(4))


_LENGTH = derived(
    "ipv6.routing.len_oct", Kind.NUMBER, "Length", 2, lambda header: header.length * 8 + 8
)
declare("ipv6.routing", Kind.PROTOCOL, "Routing Header for IPv6")


class IPv6RoutingLayer(HeaderLayer):
    """A routing header of a type without a layout of its own."""

    HEADERS: ClassVar[tuple[type[Header], ...]] = (IPv6Routing,)
    EXTRA: ClassVar[tuple[Item, ...]] = (_LENGTH,)
    ADDRESSES = ""
    """Display name of the list of addresses."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        # It carries what carries it, and so seems to be a body of itself.
        self._is_own = True
        self._shown = context.wants("ipv6.routing")

    def dissect(self, visit: Visit, buffer: Buffer, offset: int, end: int, limit: int) -> int:
        """Leave it to the layer of its type; see the base class."""
        kind = buffer[offset + 2] if end - offset > 2 else -1
        header = _ROUTES.get(kind, IPv6Routing)
        if header is not IPv6Routing is self.header:
            return self.context.layer_of(header).dissect(visit, buffer, offset, end, limit)
        return super().dissect(visit, buffer, offset, end, limit)

    def payload(
        self, visit: Visit, header: Any, buffer: Buffer, start: int, end: int, limit: int
    ) -> None:
        """Go on; a known protocol is named without a byte of it, too."""
        layer = self._next[header.next_header] if self._next is not None else None
        if layer is not None:
            layer.dissect(visit, buffer, start, max(start, end), max(start, limit))
        elif start < end:
            self.data.dissect(visit, buffer, start, end, limit)

    def _cut(self, visit: Visit, buffer: Buffer, offset: int, end: int) -> None:
        """What is there of it, also of one whose lengths contradict each other."""
        data = buffer[offset:end]
        fixed = [field for field in self.header.FIELDS if field.bit_offset >= 0 < field.bits]
        padded = data + bytes(LARGEST_HEADER)
        head = SimpleNamespace(**{field.name: from_bits(field, padded, 0) for field in fixed})
        kept = {field.display for field in self.header.FIELDS if field not in fixed}
        for item in self._plan:
            if item[2][0] not in kept:
                visit.emit(Plan([item]), head, len(data))
        name = self.ADDRESSES
        if name and self.context.wants(name):
            whole = min(head.length // 2, (len(data) - FIXED) // ADDRESS)
            for place in range(FIXED, FIXED + ADDRESS * whole, ADDRESS):
                visit.items.append((name, data[place : place + ADDRESS]))


class IPv6SourceRouteLayer(IPv6RoutingLayer):
    """Type 0."""

    HEADERS = (IPv6SourceRoute,)
    ADDRESSES = "ipv6.routing.src.addr"
    EXTRA = (_LENGTH, _reserved("src.reserved"))


class IPv6MobilityRoutingLayer(IPv6RoutingLayer):
    """Type 2."""

    HEADERS = (IPv6MobilityRouting,)
    EXTRA = (_LENGTH, _reserved("mipv6.reserved"))


class IPv6SegmentRoutingLayer(IPv6RoutingLayer):
    """Type 4."""

    HEADERS = (IPv6SegmentRouting,)
    ADDRESSES = "ipv6.routing.srh.addr"
    EXTRA = (
        _LENGTH,
        derived(
            "ipv6.routing.srh.tag", Kind.BYTES, "Tag", 8, lambda header: header.tag.to_bytes(2)
        ),
    )


_ROUTES: dict[int, type[Header]] = {
    0: IPv6SourceRoute,
    2: IPv6MobilityRouting,
    4: IPv6SegmentRouting,
}
"""Types of routing headers that have a layout of their own."""
