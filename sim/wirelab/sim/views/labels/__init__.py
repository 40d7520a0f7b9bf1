"""What is written on a frame's arrow.

A label is a list of parts in the order of importance, as many as fit are shown; the first always.
"""

from collections.abc import Callable

from wirelab.codecs import (
    ARP,
    IGMP,
    RARP,
    TCP,
    UDP,
    Dot1Q,
    Ethernet,
    ICMPv4,
    ICMPv6,
    IPv4,
    IPv6,
    IPv6Fragment,
    MaximumSegmentSize,
    Packet,
    UDPLite,
)
from wirelab.codecs.addresses import ip_text, ipv4_text, mac_text
from wirelab.codecs.registries.ethertypes import ETHERTYPES
from wirelab.codecs.registries.ip_protocols import IP_PROTOCOLS
from wirelab.sim.trace.segments import Segment
from wirelab.sim.views.labels.datagrams import udp_label, udplite_label
from wirelab.sim.views.labels.icmp import icmp_label, icmpv6_label, igmp_label
from wirelab.sim.views.labels.label import PREVIEW_MARK, Label, preview

__all__ = ["PREVIEW_MARK", "Label", "label_of", "preview"]

_SMALLEST_TYPE = 0x600  # IEEE 802.3 section 3.2.6: a smaller number is a length
_RARP_REPLY = 4  # RFC 903


def label_of(packet: Packet | None, segment: Segment | None) -> Label:
    """The label of a frame.

    Args:
        packet: the frame, parsed leniently; None when it is shorter than an Ethernet header.
        segment: what its TCP segment is in its conversation, if it is one.
    """
    if packet is None:
        return Label("ethernet", ("too short for Ethernet",))
    label = _content(packet, segment)
    tag = packet.get(Dot1Q)
    return label if tag is None else _with(label, f"vlan {tag.vlan_id}")


def _content(packet: Packet, segment: Segment | None) -> Label:
    """What the frame says, its tags aside."""
    later_fragment = _fragment_at(packet)
    if later_fragment is not None and later_fragment[0]:
        return _fragment(packet, *later_fragment)
    for header, describe in _DESCRIPTIONS:
        if header in packet:
            label = describe(packet, segment)
            return label if later_fragment is None else _with(label, "first fragment")
    return _ethernet(packet)


def _with(label: Label, part: str) -> Label:
    """One part more, behind the one that always fits."""
    return label._replace(parts=(label.parts[0], part, *label.parts[1:]))


def _ethernet(packet: Packet) -> Label:
    ethernet = packet.get(Ethernet)
    # All that follows the first header: what a further one takes of it does not matter here.
    inner = sum(header.header_length for header in packet.layers[1:]) + len(packet.payload)
    length = f"len={inner}"
    if ethernet is None:
        return Label("ethernet", ("frame", length))
    tag = packet.get(Dot1Q)
    kind = int(ethernet.type if tag is None else tag.type)
    if kind < _SMALLEST_TYPE:
        return Label("ethernet", ("802.3 frame", length))
    return Label("ethernet", (ETHERTYPES.get(kind, f"Ethernet type 0x{kind:04x}"), length))


def _arp(packet: Packet, segment: Segment | None) -> Label:
    arp = packet[ARP]
    target = ipv4_text(arp.target_protocol_address)
    sender = ipv4_text(arp.sender_protocol_address)
    if arp.operation == 1:
        if not any(arp.sender_protocol_address):  # a probe, RFC 5227 section 2.1.1
            return Label("arp", (f"ARP is {target} taken?",))
        if arp.sender_protocol_address == arp.target_protocol_address:  # section 2.3
            return Label("arp", (f"ARP {sender} is mine",))
        return Label("arp", (f"ARP who has {target}?", f"tell {sender}"))
    if arp.operation == 2:
        return Label("arp", (f"ARP {sender} is at {mac_text(arp.sender_hardware_address)}",))
    return Label("arp", (f"ARP operation {int(arp.operation)}", f"from {sender}"))


def _rarp(packet: Packet, segment: Segment | None) -> Label:
    rarp = packet[RARP]
    target = mac_text(rarp.target_hardware_address)
    if rarp.operation == _RARP_REPLY:
        return Label("arp", (f"RARP {target} is {ipv4_text(rarp.target_protocol_address)}",))
    return Label("arp", (f"RARP who is {target}?",))


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


def _fragment_at(packet: Packet) -> tuple[int, bool] | None:
    """The byte at which a fragment begins, and whether more follow; None where nothing was cut."""
    for header in packet.layers:
        if isinstance(header, (IPv4, IPv6Fragment)):
            at, more = header.fragment_offset * 8, bool(header.more_fragments)
            return (at, more) if at or more else None
    return None


def _fragment(packet: Packet, at: int, more: bool) -> Label:
    """A fragment but the first: what it belongs to stands in the first one."""
    ip = packet.get(IPv4)
    version = "IPv6" if ip is None else "IPv4"
    number = int(packet[IPv6Fragment].next_header if ip is None else ip.protocol)
    parts = [f"{version} fragment at {at}", _protocol(number), f"len={len(packet.payload)}"]
    return Label("ip", (*parts, *([] if more else ["the last"])))


def _ip(packet: Packet, segment: Segment | None) -> Label:
    ip = packet[IPv4]
    return _bare("IPv4", int(ip.protocol), ip.source, ip.destination, packet)


def _ipv6(packet: Packet, segment: Segment | None) -> Label:
    ip = packet[IPv6]
    number = int(getattr(packet.layers[-1], "next_header", ip.next_header))
    return _bare("IPv6", number, ip.source, ip.destination, packet)


def _bare(version: str, number: int, source: bytes, destination: bytes, packet: Packet) -> Label:
    """A packet of whose content nothing is known but the protocol."""
    ends = f"{ip_text(source)} > {ip_text(destination)}"
    return Label("ip", (f"{version} {_protocol(number)}", f"len={len(packet.payload)}", ends))


def _protocol(number: int) -> str:
    return str(IP_PROTOCOLS.get(number, f"protocol {number}"))


_DESCRIPTIONS: tuple[tuple[type, Callable[[Packet, Segment | None], Label]], ...] = (
    (TCP, _tcp),
    (UDP, udp_label),
    (UDPLite, udplite_label),
    (ICMPv4, icmp_label),
    (ICMPv6, icmpv6_label),
    (IGMP, igmp_label),
    (ARP, _arp),
    (RARP, _rarp),
    (IPv4, _ip),
    (IPv6, _ipv6),
)
