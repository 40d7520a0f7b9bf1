"""Links other than Ethernet, as Wireshark shows them.

Source: tcpdump.org/linktypes.html.
"""

from typing import Any, ClassVar

from wirelab.codecs.capture.records import LINK_TYPE_RAW
from wirelab.codecs.dissect.fields import Item, Kind, declare, derived, schema_items
from wirelab.codecs.dissect.header_layer import HeaderLayer
from wirelab.codecs.dissect.layer import Context, Layer
from wirelab.codecs.dissect.layers.data import DataLayer
from wirelab.codecs.dissect.layers.ethernet import TypedPayload
from wirelab.codecs.dissect.layers.tunnels import show_part
from wirelab.codecs.dissect.visit import Buffer, Visit, cut
from wirelab.codecs.protocols import BSDLoop, BSDNull, IPv4, LinuxCooked, LinuxCooked2

LINK_TYPE_JOURNAL = -1
"""Ours: no link type of a file; stands for journal entries, which are no frames."""
LINK_TYPE_IPV4 = 228
LINK_TYPE_IPV6 = 229

LARGEST_LENGTH = 1500
"""Type fields up to this are no Ethernet type."""
LARGEST_LINUX_NUMBER = 1536
"""The same, where Linux's own numbers stand."""
IPV6_TYPE = 0x86DD
FEWEST = 8
"""Bytes of a raw packet in which Wireshark looks for what some drivers put before it."""
BSD_FAMILIES = {2: 0x0800, 23: 0x8137, 24: IPV6_TYPE, 28: IPV6_TYPE, 30: IPV6_TYPE}
"""Address families of the BSDs -> Ethernet types."""

RAW = declare("raw", Kind.PROTOCOL, "Raw packet data")


class RawLayer(Layer):
    """No link header: the packet begins with IPv4, or IPv6."""

    # 12 and 14: raw IP in files of BSD and OpenBSD, where the number differed.
    NUMBERS: ClassVar[dict[str, tuple[int, ...]]] = {"link_type": (LINK_TYPE_RAW, 12, 14)}

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        types = context.table("ethertype")
        self._versions = {4: context.layer_of(IPv4), 6: types[IPV6_TYPE]}
        self._data = context.layer(DataLayer)
        self._shown = context.wants("raw")

    def dissect(self, visit: Visit, buffer: Buffer, offset: int, end: int, limit: int) -> int:
        """Dissect by the version in the first four bits."""
        visit.protocols.append("raw")
        if self._shown:
            visit.begin("raw", buffer, offset, end, 0)
        if end - offset < FEWEST:
            raise cut("raw", offset, FEWEST, end - offset, "LINKTYPE_RAW")
        layer = self._versions.get(buffer[offset] >> 4) or self._data
        return layer.dissect(visit, buffer, offset, end, limit)


class NullLayer(HeaderLayer):
    """BSD loopback: 4 bytes of address family in the byte order of the machine."""

    HEADERS = (BSDNull,)

    def __init__(self, context: Context) -> None:
        super().__init__(context, self.HEADERS[0])
        self._types = context.table("ethertype")

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
        return self._types[kind] if kind else None


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


declare("null.family", Kind.NUMBER, "Family", 0, BSDNull.FIELDS[0].names)
declare("null.type", Kind.HEX, "Type", 4)


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


declare("sll.trailer", Kind.BYTES, "Trailer")


class CookedLayer(HeaderLayer):
    """What Linux captures on all interfaces at once: an Ethernet type somewhere in a header."""

    HEADERS = (LinuxCooked,)
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


class JournalLayer(Layer):
    """An entry of systemd's journal, which is no frame."""

    NUMBERS: ClassVar[dict[str, tuple[int, ...]]] = {"link_type": (LINK_TYPE_JOURNAL,)}

    def dissect(self, visit: Visit, buffer: Buffer, offset: int, end: int, limit: int) -> int:
        """Name it."""
        visit.protocols.append("systemd_journal")
        return limit
