"""What is written on a frame's arrow.

A label is a list of parts in the order of importance, as many as fit are shown; the first always.
"""

from collections.abc import Callable
from typing import NamedTuple

from wirelab.codecs import ARP, TCP, UDP, Ethernet, ICMPv4, IPv4, MaximumSegmentSize, Packet
from wirelab.codecs.addresses import ipv4_text, mac_text
from wirelab.codecs.registries.ethertypes import ETHERTYPES
from wirelab.codecs.registries.ip_protocols import IP_PROTOCOLS
from wirelab.sim.trace.segments import Segment

PREVIEW = 24  # cells of payload; ours: leaves room for the numbers at 80 columns
PREVIEW_MARK = " "  # a part that begins so is a payload: set apart, and may be cut

_SMALLEST_TYPE = 0x600  # IEEE 802.3 section 3.2.6: a smaller number is a length
_ECHO_REPLY, _UNREACHABLE, _ECHO_REQUEST, _TIME_EXCEEDED = 0, 3, 8, 11  # RFC 792
_UNREACHABLE_CODES = {  # RFC 792 page 4, RFC 1122 section 3.2.2.1
    0: "net unreachable",
    1: "host unreachable",
    2: "protocol unreachable",
    3: "port unreachable",
    4: "fragmentation needed",
    13: "prohibited",
}


class Label(NamedTuple):
    """A frame in words.

    Attributes:
        style: the protocol's style.
        parts: most important first, in reading order.
        retransmission: how often these bytes were sent before.
    """

    style: str
    parts: tuple[str, ...]
    retransmission: int = 0


def label_of(packet: Packet | None, segment: Segment | None) -> Label:
    """The label of a frame.

    Args:
        packet: the frame, parsed leniently; None when it is shorter than an Ethernet header.
        segment: what its TCP segment is in its conversation, if it is one.
    """
    if packet is None:
        return Label("ethernet", ("too short for Ethernet",))
    for header, describe in _DESCRIPTIONS:
        if header in packet:
            return describe(packet, segment)
    ethernet = packet.get(Ethernet)
    # All that follows the first header: what a further one takes of it does not matter here.
    inner = sum(header.header_length for header in packet.layers[1:]) + len(packet.payload)
    length = f"len={inner}"
    if ethernet is None:
        return Label("ethernet", ("frame", length))
    kind = int(ethernet.type)
    if kind < _SMALLEST_TYPE:
        return Label("ethernet", ("802.3 frame", length))
    return Label("ethernet", (ETHERTYPES.get(kind, f"Ethernet type 0x{kind:04x}"), length))


def preview(payload: bytes) -> str:
    r"""The first line of a payload where it is text, the first bytes in hexadecimal elsewhere.

    >>> preview(b"GET / HTTP/1.1\r\nHost: bob"), preview(bytes(4))
    ('GET / HTTP/1.1', '00000000')
    """
    line = payload.split(b"\n", 1)[0].rstrip(b"\r")
    if line and all(0x20 <= byte < 0x7F for byte in line[:PREVIEW]):
        return line[:PREVIEW].decode("ascii")
    return payload[: PREVIEW // 3].hex()


def _arp(packet: Packet, segment: Segment | None) -> Label:
    arp = packet[ARP]
    target = ipv4_text(arp.target_protocol_address)
    sender = ipv4_text(arp.sender_protocol_address)
    if arp.operation == 1:
        return Label("arp", (f"ARP who has {target}?", f"tell {sender}"))
    if arp.operation == 2:
        return Label("arp", (f"ARP {sender} is at {mac_text(arp.sender_hardware_address)}",))
    return Label("arp", (f"ARP operation {int(arp.operation)}", f"from {sender}"))


def _udp(packet: Packet, segment: Segment | None) -> Label:
    udp = packet[UDP]
    data = preview(packet.payload)
    parts = [f"UDP {udp.source_port} > {udp.destination_port}"]
    if packet.payload and packet.payload[:PREVIEW] == data.encode():
        parts.append(f'{PREVIEW_MARK}"{data}"')
    else:
        parts.append(f"len={len(packet.payload)}")
    return Label("udp", tuple(parts))


def _icmp(packet: Packet, segment: Segment | None) -> Label:
    icmp = packet[ICMPv4]
    if icmp.type in (_ECHO_REQUEST, _ECHO_REPLY):
        kind = "request" if icmp.type == _ECHO_REQUEST else "reply"
        numbers = f"id={icmp.identifier} seq={icmp.sequence_number}"
        return Label("icmp", (f"ICMP echo {kind}", numbers, f"len={len(packet.payload)}"))
    if icmp.type == _UNREACHABLE:
        text = _UNREACHABLE_CODES.get(int(icmp.code), f"unreachable, code {int(icmp.code)}")
        return Label("icmp", (f"ICMP {text}",))
    if icmp.type == _TIME_EXCEEDED:
        return Label("icmp", ("ICMP time exceeded",))
    return Label("icmp", (f"ICMP type {int(icmp.type)} code {int(icmp.code)}",))


def _tcp(packet: Packet, segment: Segment | None) -> Label:
    tcp = packet[TCP]
    names = ("SYN", "FIN", "RST", "PSH", "ACK", "URG", "ECE", "CWR")
    flags = ",".join(name for name in names if getattr(tcp, name.lower())) or "no flags"
    style = "drop" if tcp.rst else "tcp"
    if segment is None:
        return Label(style, (f"TCP {flags}",))
    parts = [f"TCP {flags}"]
    # An ACK without data is told by what it acknowledges, an answer RST likewise.
    if segment.space or (tcp.rst and segment.acknowledgment is None):
        parts[0] += f" seq={segment.sequence}"
    if segment.acknowledgment is not None and not segment.length:
        parts[0] += f" ack={segment.acknowledgment}"
    if not segment.alone and not tcp.syn:
        parts.append(f"{tcp.source_port} > {tcp.destination_port}")
    if segment.length:
        parts[0] += f" len={segment.length}"
        parts.append(PREVIEW_MARK + preview(packet.payload))
    elif tcp.syn:
        if not tcp.ack:
            parts.append(f"> port {tcp.destination_port}")
        parts.append(f"win={tcp.window}")
        sizes = [option for option in tcp.options if isinstance(option, MaximumSegmentSize)]
        parts += [f"mss={option.value}" for option in sizes]
    elif tcp.window == 0 and not tcp.rst:
        parts.append("win=0")
    return Label(style, tuple(parts), segment.retransmission)


def _ip(packet: Packet, segment: Segment | None) -> Label:
    ip = packet[IPv4]
    protocol = IP_PROTOCOLS.get(int(ip.protocol), f"protocol {int(ip.protocol)}")
    length = f"len={len(packet.payload)}"
    if ip.fragment_offset:
        return Label("ip", (f"IPv4 fragment at {ip.fragment_offset * 8}", protocol, length))
    ends = f"{ipv4_text(ip.source)} > {ipv4_text(ip.destination)}"
    return Label("ip", (f"IPv4 {protocol}", length, ends))


_DESCRIPTIONS: tuple[tuple[type, Callable[[Packet, Segment | None], Label]], ...] = (
    (TCP, _tcp),
    (UDP, _udp),
    (ICMPv4, _icmp),
    (ARP, _arp),
    (IPv4, _ip),
)
