"""BSD's loopback links as Wireshark shows them (tcpdump.org, LINKTYPE_NULL, LINKTYPE_LOOP)."""

from typing import ClassVar

from wirelab.codecs.dissect.fields import Kind, declare
from wirelab.codecs.dissect.header_layer import HeaderLayer
from wirelab.codecs.dissect.layer import LARGEST_LENGTH, Context, Layer
from wirelab.codecs.dissect.visit import Buffer, Visit, cut
from wirelab.codecs.header import Header
from wirelab.codecs.protocols import BSDLoop, BSDNull

IPV6_TYPE = 0x86DD
BSD_FAMILIES = {2: 0x0800, 23: 0x8137, 24: IPV6_TYPE, 28: IPV6_TYPE, 30: IPV6_TYPE}
"""Address families of the BSDs -> Ethernet types."""

declare("null.family", Kind.NUMBER, "Family", 0, BSDNull.FIELDS[0].names)
declare("null.type", Kind.HEX, "Type", 4)


class NullLayer(HeaderLayer):
    """BSD loopback: 4 bytes of address family in the byte order of the machine."""

    HEADERS: ClassVar[tuple[type[Header], ...]] = (BSDNull,)

    def __init__(self, context: Context) -> None:
        super().__init__(context, self.HEADERS[0])
        self._types = context.table("ethertype")
        self._families = context.table("null_family")

    def dissect(self, visit: Visit, buffer: Buffer, offset: int, end: int, limit: int) -> int:
        """Dissect by the family, or by what may be an Ethernet type."""
        visit.protocols.append("null")
        if end - offset < 4:
            raise cut("null", offset, 4, end - offset, "LINKTYPE_NULL")
        if self._shown:
            visit.begin("null", buffer, offset, end, 4)
        layer = self.next_layer(visit, buffer[offset : offset + 4])
        return (layer or self.data).dissect(visit, buffer, offset + 4, end, limit)

    def next_layer(self, visit: Visit, head: bytes) -> Layer | None:
        """Show the family or type, and find who goes on."""
        number = _host_order(head)
        if number <= LARGEST_LENGTH:
            return self.family(visit, number)
        if self.context.wants("null.type"):
            visit.items.append(("null.type", number & 0xFFFF))
        return self._types[number & 0xFFFF]

    def family(self, visit: Visit, number: int) -> Layer | None:
        """Show the family, and find who goes on."""
        if self.context.wants("null.family"):
            visit.items.append(("null.family", number))
        kind = BSD_FAMILIES.get(number)
        return self._types[kind] if kind else self._families[number]


def _host_order(head: bytes) -> int:
    """A family whose byte order is unknown; IRIX put it into the first two bytes."""
    number = int.from_bytes(head, "little")
    if number >> 16:
        return number >> 16 if number < 0x60000 else int.from_bytes(head, "big")
    is_swapped = number & 0xFF == 0 and number < 0x600
    return number >> 8 if is_swapped else number


class LoopLayer(NullLayer):
    """OpenBSD's variant, always in network byte order."""

    HEADERS = (BSDLoop,)

    def next_layer(self, visit: Visit, head: bytes) -> Layer | None:
        """Show the family, and find who goes on."""
        return self.family(visit, int.from_bytes(head, "big"))
