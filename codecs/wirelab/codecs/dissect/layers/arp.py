"""ARP as Wireshark shows it (RFC 826)."""

from typing import Any

from wirelab.codecs.dissect.fields import Item, Kind, declare, derived, schema_items
from wirelab.codecs.dissect.layer import Context, Layer
from wirelab.codecs.dissect.visit import Buffer, Visit, cut
from wirelab.codecs.protocols import ARP, RARP

SOURCE = 'RFC 826 "Packet format"'
RARP_REQUEST = 3
_FIXED = 8
"""Bytes before the addresses."""

PROTOCOL = declare("arp", Kind.PROTOCOL, "Address Resolution Protocol")
_FIELDS = schema_items(ARP)

_HEAD = (
    _FIELDS["arp.hw.type"],
    _FIELDS["arp.proto.type"],
    _FIELDS["arp.hw.size"],
    _FIELDS["arp.proto.size"],
    _FIELDS["arp.opcode"],
)


def _is_ethernet(header: ARP) -> bool:
    return header.hardware_length == 6 and header.hardware_type in (1, 6)


def _is_ipv4(header: ARP) -> bool:
    return header.protocol_length == 4 and header.protocol_type == 0x0800


def _is_gratuitous(header: ARP) -> bool | None:
    same = header.sender_protocol_address == header.target_protocol_address
    # Wireshark does not look at the protocol type here.
    return True if same and header.operation in (1, 2) and header.protocol_length == 4 else None


def _is_probe(header: ARP) -> bool | None:
    asks = header.operation == 1 and header.protocol_length == 4 and header.hardware_length == 6
    unknown = not any(header.sender_protocol_address + header.target_hardware_address)
    return True if asks and unknown else None


def _is_announcement(header: ARP) -> bool | None:
    if header.operation != 1 or not _is_gratuitous(header):
        return None
    return None if any(header.target_hardware_address) else True


def _hardware(name: str, attribute: str) -> tuple[Item, Item]:
    """The address as MAC if it is one, as bytes otherwise."""
    as_mac = _FIELDS[f"{name}_mac"]

    def mac(header: Any) -> bytes | None:
        return getattr(header, attribute) if _is_ethernet(header) else None

    def other(header: Any) -> bytes | None:
        return None if _is_ethernet(header) else getattr(header, attribute) or None

    title = as_mac.fields[0].title
    return as_mac._replace(get=mac), derived(name, Kind.BYTES, title, 0, other)


def _protocol(name: str, attribute: str) -> tuple[Item, Item]:
    """The address as IPv4 if it is one, as bytes otherwise."""
    as_ipv4 = _FIELDS[f"{name}_ipv4"]

    def ipv4(header: Any) -> bytes | None:
        return getattr(header, attribute) if _is_ipv4(header) else None

    def other(header: Any) -> bytes | None:
        return None if _is_ipv4(header) else getattr(header, attribute) or None

    title = as_ipv4.fields[0].title
    return as_ipv4._replace(get=ipv4), derived(name, Kind.BYTES, title, 0, other)


_ADDRESSES = (
    derived("arp.isgratuitous", Kind.BOOLEAN, "Is gratuitous", 0, _is_gratuitous),
    derived("arp.isprobe", Kind.BOOLEAN, "Is probe", 0, _is_probe),
    derived("arp.isannouncement", Kind.BOOLEAN, "Is announcement", 0, _is_announcement),
    *_hardware("arp.src.hw", "sender_hardware_address"),
    *_protocol("arp.src.proto", "sender_protocol_address"),
    *_hardware("arp.dst.hw", "target_hardware_address"),
    *_protocol("arp.dst.proto", "target_protocol_address"),
)


class ArpLayer(Layer):
    """ARP and RARP; all addresses are shown, or none when the packet is cut."""

    HEADERS = (ARP, RARP)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._shown = context.wants("arp")
        self._head = context.plan(_HEAD)
        self._addresses = context.plan(_ADDRESSES)
        self._first_addresses = context.plan(_ADDRESSES[:-2])

    def dissect(self, visit: Visit, buffer: Buffer, offset: int, end: int, limit: int) -> int:
        """Add the packet's fields; what follows it is padding."""
        visit.protocols.append("arp")
        available = end - offset
        size = _FIXED
        if available >= 6:
            size += 2 * (buffer[offset + 4] + buffer[offset + 5])
        if self._shown:
            visit.begin("arp", buffer, offset, end, min(size, available))
        if available >= size > _FIXED - 1 and available >= _FIXED:
            header = ARP.parse(buffer, offset, end, False)
            visit.emit_all(self._head, header)
            visit.emit_all(self._addresses, header)
            return min(limit, offset + size)
        padded = buffer[offset:end] + bytes(max(size, _FIXED) + 1024)
        header = ARP.parse(padded, 0, len(padded), False)
        visit.emit(self._head, header, available)
        # Of RARP's requests only, Wireshark looks at no address behind the target's hardware.
        fewest = size - header.protocol_length
        if header.operation == RARP_REQUEST and available >= fewest and limit - offset >= size:
            visit.emit_all(self._first_addresses, header)
        raise cut("ARP", offset, size, available, SOURCE)
