"""How packets look to people: one line, all fields, or bytes."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from wirelab.codecs.addresses import ipv4_text, ipv6_text, mac_text
from wirelab.codecs.field import AUTO, Field, format_value
from wirelab.codecs.header import Header
from wirelab.codecs.message_texts import SILENT, SUMMARIES
from wirelab.codecs.protocols import ARP, TCP, UDP, Dot1Q, Ethernet, ICMPv4, IPv4, IPv6
from wirelab.codecs.registries import icmp
from wirelab.codecs.stack_texts import STACK_SUMMARIES

if TYPE_CHECKING:
    from wirelab.codecs.packet import Packet

FLAG_NAMES = ("fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr", "ae")


def summary(packet: "Packet") -> str:
    """One line; the Ethernet header is left out where something more telling follows."""
    layers = packet.layers
    if len(layers) > 1 and isinstance(layers[0], Ethernet):
        layers = layers[1:]
    telling = [header for header in layers if header.LAYER not in SILENT] or layers
    parts = [header_summary(header) for header in telling]
    payload = len(packet.payload)
    quoted = packet.quoted
    if quoted is not None:
        parts.append(f"quoting [{' / '.join(header_summary(one) for one in quoted.layers)}]")
    elif payload:
        parts.append(_bytes(payload))
    extensions = packet.extensions
    if extensions is not None and extensions not in layers:
        names = ", ".join(type(one).__name__ for one in extensions.objects)
        parts.append(f"extended by {names or 'nothing'}")
    if packet.error is not None:
        parts.append(f"malformed: {packet.error}")
    return " / ".join(parts)


def _bytes(count: int) -> str:
    return "1 byte" if count == 1 else f"{count} bytes"


def header_summary(header: Header) -> str:
    """What matters of one header, on one line."""
    name = header.LAYER
    special = _SUMMARIES.get(type(header)) or SUMMARIES.get(name) or STACK_SUMMARIES.get(name)
    return special(header) if special is not None else header.LAYER


def _ethernet(header: Header) -> str:
    assert isinstance(header, Ethernet)
    addresses = f"{mac_text(header.source)} > {mac_text(header.destination)}"
    return f"Ethernet {addresses} {header.field_text('type')}"


def _dot1q(header: Header) -> str:
    assert isinstance(header, Dot1Q)
    return f"VLAN {header.vlan_id}"


def _arp(header: Header) -> str:
    assert isinstance(header, ARP)
    sender = ipv4_text(header.sender_protocol_address)
    target = ipv4_text(header.target_protocol_address)
    if header.operation == 1:
        return f"ARP who has {target}? tell {sender}"
    if header.operation == 2:
        return f"ARP {sender} is at {mac_text(header.sender_hardware_address)}"
    return f"ARP {header.field_text('operation')} {sender} > {target}"


def _ipv4(header: Header) -> str:
    assert isinstance(header, IPv4)
    text = f"IPv4 {ipv4_text(header.source)} > {ipv4_text(header.destination)}"
    if header.more_fragments or header.fragment_offset:
        more = "+" if header.more_fragments else ""
        text += f" fragment {header.identification:#06x} at {header.fragment_offset * 8}{more}"
    return text


def _ipv6(header: Header) -> str:
    assert isinstance(header, IPv6)
    return f"IPv6 {ipv6_text(header.source)} > {ipv6_text(header.destination)}"


def _icmpv4(header: Header) -> str:
    assert isinstance(header, ICMPv4)
    text = f"ICMP {icmp.TYPES.get(header.type, f'type {header.type}')}"
    codes = icmp.CODES.get(header.type)
    if codes is not None:
        return f"{text}: {codes.get(header.code, f'code {header.code}')}"
    if header.type in (0, 8):
        text += f" id={header.identifier} seq={header.sequence_number}"
    return text


def _udp(header: Header) -> str:
    assert isinstance(header, UDP)
    return f"UDP {header.source_port} > {header.destination_port}"


def _tcp(header: Header) -> str:
    assert isinstance(header, TCP)
    flags = ",".join(name.upper() for name in FLAG_NAMES if getattr(header, name))
    text = f"TCP {header.source_port} > {header.destination_port} [{flags}]"
    text += f" seq={header.sequence_number}"
    if header.ack:
        text += f" ack={header.acknowledgment_number}"
    return f"{text} win={header.window}"


_SUMMARIES: dict[type[Header], Callable[[Header], str]] = {
    Ethernet: _ethernet,
    Dot1Q: _dot1q,
    ARP: _arp,
    IPv4: _ipv4,
    IPv6: _ipv6,
    ICMPv4: _icmpv4,
    UDP: _udp,
    TCP: _tcp,
}


def show(packet: "Packet") -> str:
    """All layers with all fields; an ICMP error is followed by the packet that it quotes."""
    lines = list(_layers(packet, ""))
    quoted = packet.quoted
    if quoted is not None:
        lines.append("quoted packet")
        # One level is all there is: an ICMP error must not quote another (RFC 1122 section 3.2.2).
        lines += _layers(quoted, "  ")
    extensions = packet.extensions
    if extensions is not None and extensions not in packet.layers:
        lines += _layers(extensions / b"", "  ")
    return "\n".join(lines)


def _layers(packet: "Packet", indent: str) -> Iterator[str]:
    from wirelab.codecs.verification import places, problems

    for place, wrong in zip(places(packet), problems(packet), strict=True):
        header, knowable = place.header, place.knowable()
        should_be = {problem.field: problem.expected for problem in wrong}
        yield f"{indent}{header.TITLE}, {header.header_length} bytes"
        for field in header.FIELDS:
            if not _applies(header, field) or (field.name == "sections" and header.LAYER == "DNS"):
                continue  # the sections of a message are shown item by item, below
            text = _field_text(header, field)
            if field.name == "checksum" and place.lacks_checksum:
                text += " [none computed]" if header.ZERO_MEANS_NONE else ""
            elif field.name in header.COMPUTED:
                text += _verdict(header, field, should_be.get(field.name), field.name in knowable)
            name = f"  {field.name}" if field.view_of else field.name
            yield f"{indent}  {name:<26}{text}"
        for section in getattr(header, "SECTIONS", ()):
            yield from (f"{indent}  {section}: {item!r}" for item in getattr(header, section))
    for name, part in (("Payload", packet.payload), ("Trailer", packet.trailer)):
        if part:
            yield f"{indent}{name}, {_bytes(len(part))}"
            yield from (f"{indent}  {line}" for line in hex_lines(part))
    if packet.error is not None:
        yield f"{indent}Stopped: {packet.error}"


def _applies(header: Header, field: Field) -> bool:
    """Views may have a meaning for some values of the header's first field only."""
    return not field.when or getattr(header, header.VALUES[0]) in field.when


def _field_text(header: Header, field: Field) -> str:
    if field.format == "options":
        options = getattr(header, field.name)
        return ", ".join(repr(option) for option in options) or "none"
    return header.field_text(field.name)


def _verdict(header: Header, field: Field, expected: int | None, verifiable: bool) -> str:
    """What `Packet.verify` has to say about a length or checksum."""
    value = getattr(header, field.name)
    if expected is not None:
        return f" [wrong, should be {format_value(field, expected)}]"
    if field.name != "checksum" or value is AUTO:
        return ""
    return " [correct]" if verifiable else " [not verified]"


def hexdump(packet: "Packet") -> str:
    """Bytes under the name of the layer that they belong to; offsets count from the frame."""
    data = bytes(packet)
    lines: list[str] = []
    offset = 0
    for header in packet.layers:
        lines.append(header.LAYER)
        stop = offset + header.header_length
        lines += hex_lines(data[offset:stop], offset)
        offset = stop
    for name, part in (("Payload", packet.payload), ("Trailer", packet.trailer)):
        if part:
            lines.append(name)
            lines += hex_lines(part, offset)
            offset += len(part)
    return "\n".join(lines)


def hex_lines(data: bytes, offset: int = 0) -> Iterator[str]:
    """`0000  48 65 6c 6c 6f ...  Hello`, 16 bytes a line."""
    for position in range(0, len(data), 16):
        row = data[position : position + 16]
        printable = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
        yield f"{offset + position:04x}  {row.hex(' '):<47}  {printable}"
