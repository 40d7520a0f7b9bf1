"""Linux's cooked captures as Wireshark shows them (tcpdump.org, LINKTYPE_LINUX_SLL and SLL2)."""

from typing import Any, ClassVar

from wirelab.codecs.dissect.fields import Item, Kind, declare, derived, schema_items
from wirelab.codecs.dissect.header_layer import HeaderLayer, show_part
from wirelab.codecs.dissect.layer import Context
from wirelab.codecs.dissect.layers.ethernet import TypedPayload
from wirelab.codecs.dissect.visit import Buffer, Visit
from wirelab.codecs.header import Header
from wirelab.codecs.protocols import LinuxCooked, LinuxCooked2

LARGEST_LINUX_NUMBER = 1536
"""Numbers up to this are Linux's own, and no Ethernet types."""


def _address(length: int, places: int) -> Any:
    """A getter of the address if it has that length."""
    return lambda header: header.address[:places] if header.address_length == length else None


def _other_address(header: Any) -> bytes | None:
    return None if header.address_length in (0, 4, 6) else header.address[: header.address_length]


def _unused(header: Any) -> bytes | None:
    return header.address[header.address_length :] or None


def _cooked_items(header: type[LinuxCooked | LinuxCooked2], end: int) -> tuple[Item, ...]:
    """What Wireshark makes of a cooked header in which the address ends at `end`."""
    kind = schema_items(header)["sll.etype"]

    def type_of(header: Any) -> int | None:
        return header.protocol if header.protocol > LARGEST_LINUX_NUMBER else None

    def linux_number(header: Any) -> int | None:
        return header.protocol if header.protocol <= LARGEST_LINUX_NUMBER else None

    return (
        derived("sll.src.ipv4", Kind.IPV4, "Source", end - 4, _address(4, 4)),
        derived("sll.src.eth", Kind.MAC, "Source", end - 2, _address(6, 6)),
        derived("sll.src.other", Kind.BYTES, "Source", end, _other_address),
        derived("sll.unused", Kind.BYTES, "Unused", end, _unused),
        kind._replace(get=type_of),
        derived("sll.ltype", Kind.HEX, "Protocol", kind.needs, linux_number, digits=4),
    )


declare("sll", Kind.PROTOCOL, "Linux cooked capture")  # both versions
declare("sll.trailer", Kind.BYTES, "Trailer")


class CookedLayer(HeaderLayer):
    """What Linux captures on all interfaces at once: an Ethernet type somewhere in a header."""

    HEADERS: ClassVar[tuple[type[Header], ...]] = (LinuxCooked,)
    EXTRA = _cooked_items(LinuxCooked, 14)
    FEWEST = 4
    """Bytes, or nothing is shown."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, self.HEADERS[0])
        self._types = TypedPayload(context)

    def payload(
        self, visit: Visit, header: Any, buffer: Buffer, start: int, end: int, limit: int
    ) -> None:
        """Dissect by type."""
        if header.protocol > LARGEST_LINUX_NUMBER:
            self._types.dissect(visit, buffer, header.protocol, start, end, limit, "sll.trailer")
        else:
            super().payload(visit, header, buffer, start, end, limit)

    def _cut(self, visit: Visit, buffer: Buffer, offset: int, end: int) -> None:
        """What is there of it; Wireshark reads some bytes before it shows any."""
        if end - offset >= self.FEWEST:
            show_part(self, visit, buffer, offset, end)


class Cooked2Layer(CookedLayer):
    """Version 2 of it."""

    HEADERS = (LinuxCooked2,)
    EXTRA = _cooked_items(LinuxCooked2, 20)
    FEWEST = 12
