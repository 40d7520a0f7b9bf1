"""What UDP and UDP-Lite carry: text, DHCP (RFC 2131) or DNS (RFC 1035), each in a line."""

from wirelab.codecs import (
    DHCP,
    DNS,
    UDP,
    DHCPMessage,
    DHCPMessageType,
    DHCPRequestedAddress,
    DNSQuestion,
    DNSRecord,
    Packet,
    UDPLite,
)
from wirelab.codecs.addresses import ip_text, ipv4_text, mac_text
from wirelab.codecs.dhcp_messages import effective_options
from wirelab.codecs.registries import dhcp, dns
from wirelab.sim.trace.segments import Segment
from wirelab.sim.views.labels.label import Label, payload_part

ADDRESSES_SHOWN = 2  # records of an answer; ours: the first one is what a program takes
_GIVES = ("OFFER", "ACK")  # what carries an address to the client, RFC 2131 section 3.1


def udp_label(packet: Packet, segment: Segment | None) -> Label:
    """A datagram: by its content where that is known, else by its ports."""
    if DHCP in packet:
        return _dhcp(packet[DHCP])
    if DNS in packet:
        return _dns(packet[DNS])
    udp = packet[UDP]
    ports = f"UDP {udp.source_port} > {udp.destination_port}"
    return Label("udp", (ports, payload_part(packet.payload)))


def udplite_label(packet: Packet, segment: Segment | None) -> Label:
    """A datagram of RFC 3828, with the bytes that its checksum covers where these are not all."""
    header = packet[UDPLite]
    parts = [f"UDP-Lite {header.source_port} > {header.destination_port}"]
    parts.append(payload_part(packet.payload))
    coverage = int(header.checksum_coverage)
    return Label("udp", (*parts, *([f"covers {coverage}"] if coverage else [])))


def _dhcp(message: DHCP) -> Label:
    options = effective_options(message)
    kinds = [one.value for one in options if isinstance(one, DHCPMessageType)]
    kind = dhcp.OPERATIONS.get(int(message.operation), f"operation {message.operation}")
    if kinds:
        kind = dhcp.MESSAGE_TYPES.get(int(kinds[0]), f"type {kinds[0]}")
    parts = [f"DHCP {kind}"]
    wanted = [one.address for one in options if isinstance(one, DHCPRequestedAddress)]
    if kind in _GIVES and any(message.your_address):
        parts[0] += f" {ipv4_text(message.your_address)}"
        parts.append(f"to {mac_text(message.client_hardware_address)}")
    elif wanted or any(message.client_address):
        parts[0] += f" {ipv4_text(wanted[0] if wanted else message.client_address)}"
    else:
        parts.append(f"from {mac_text(message.client_hardware_address)}")
    texts = [one.text for one in options if isinstance(one, DHCPMessage)]
    parts += [_text(text) for text in texts]
    if any(message.relay_address):
        parts.append(f"by relay {ipv4_text(message.relay_address)}")
    return Label("udp", tuple(parts))


def _dns(message: DNS) -> Label:
    """`DNS A www.example?`, and `DNS www.example A 192.0.2.1`: the question is in both."""
    asked = next((one for one in message.questions if isinstance(one, DNSQuestion)), None)
    name, kind = ("?", "?") if asked is None else (asked.name, _type(asked.type))
    if not message.response:
        return Label("udp", (f"DNS {kind} {name}?",))
    if message.response_code:
        code = int(message.response_code)
        return Label("udp", (f"DNS {name}: {dns.RESPONSE_CODES.get(code, f'code {code}')}",))
    if message.truncated:
        return Label("udp", (f"DNS {name}: truncated",))
    answers = [text for one in message.answers if (text := _data(one))]
    if not answers:
        return Label("udp", (f"DNS {name}: no {kind} record",))
    more = len(answers) - ADDRESSES_SHOWN
    parts = [f"DNS {name} {answers[0]}", *answers[1:ADDRESSES_SHOWN]]
    return Label("udp", (*parts, *([f"and {more} more"] if more > 0 else [])))


def _data(record: object) -> str:
    """A record's type with the data that says where something is; the type alone elsewhere."""
    if not isinstance(record, DNSRecord):
        kind = getattr(record, "type", None)
        return "" if kind is None else _type(int(kind))
    kind = type(record).__name__.removeprefix("DNS")
    for field in ("address", "canonical_name", "domain_name", "server", "exchange", "target"):
        value = getattr(record, field, None)
        if value is not None:
            return f"{kind} {ip_text(value) if isinstance(value, bytes) else value}"
    return kind


def _type(number: int) -> str:
    return str(dns.TYPES.get(int(number), f"TYPE{number}"))


def _text(value: bytes | str) -> str:
    return value if isinstance(value, str) else value.decode("utf-8", "backslashreplace")
