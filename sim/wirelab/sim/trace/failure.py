"""Finding what went wrong: the last frame that ended badly and for which nothing made up.

Rule 1: a refusal counts, unless it is what a healthy network does (a flooded frame is not for me).
Rule 2: a lost TCP segment is made up for when the other side acknowledges it; any other lost frame
when the same bytes are delivered later.
"""

from collections.abc import Collection, Iterator
from typing import NamedTuple, TypeAlias

from wirelab.codecs import (
    ARP,
    IGMP,
    RARP,
    TCP,
    UDP,
    Ethernet,
    ICMPv4,
    ICMPv6,
    IPv4,
    IPv6,
    NDRedirect,
    NeighborAdvertisement,
    NeighborSolicitation,
    Packet,
    RouterAdvertisement,
    RouterSolicitation,
    UDPLite,
)
from wirelab.sim.host.icmp import icmpv4, icmpv6
from wirelab.sim.reasons import Reason
from wirelab.sim.trace.ledger import Trace
from wirelab.sim.trace.records import Fate, FrameRecord
from wirelab.sim.trace.segments import (
    FlowKey,
    Segment,
    SegmentReader,
    network_header,
    read_frame,
)

ORDINARY = frozenset(
    (
        Reason.ETH_NOT_FOR_ME,
        Reason.ETH_NO_OTHER_PORT,
        Reason.ARP_NOT_FOR_ME,
        Reason.ARP_QUEUE_FULL,
        Reason.RARP_NOT_FOR_ME,
        Reason.ND_NOT_FOR_ME,
        Reason.ND_QUEUE_FULL,
        Reason.ETH_RESERVED_GROUP,
        Reason.IP_FRAG_DUPLICATE,
        Reason.TCP_OLD_DATA,
    )
)
"""Reasons that a healthy network gives all day: nobody has to do anything about them."""

_FOR_ALL = frozenset((Reason.UDP_NO_SOCKET, Reason.IP_NOT_FOR_ME, Reason.IP_NO_PROTOCOL))
"""Reasons that are ordinary where the frame went to everybody, or to a group."""

LAYERS = {
    "link": (1, "link"),
    "eth": (2, "Ethernet"),
    "arp": (2, "ARP"),
    "rarp": (2, "RARP"),
    "ip": (3, "IPv4"),
    "nat": (3, "NAT"),
    "icmp": (3, "ICMP"),
    "nd": (3, "neighbor discovery"),
    "mld": (3, "MLD"),
    "igmp": (3, "IGMP"),
    "udp": (4, "UDP"),
    "tcp": (4, "TCP"),
    "dns": (7, "DNS"),
    "app": (7, "application"),
}
"""Layer of each reason's prefix: number and name."""

_NAMES = {("ip", IPv6): "IPv6", ("icmp", ICMPv6): "ICMPv6", ("udp", UDPLite): "UDP-Lite"}
"""Names of layers that another header stands for."""

_BEHIND = {"nat": "ip"}
"""What is done to a packet behind a layer, before the next one sees it."""

_RESETS = frozenset((Reason.TCP_NO_LISTENER, Reason.TCP_RESET))
"""What a program is told when the other side answers with a RST."""

QUOTED_BYTES = 8
"""What an ICMP error quotes at least behind the IPv4 header (RFC 792)."""

_Quote: TypeAlias = tuple[bytes, bytes, int, bytes]
"""Source, destination, protocol and the payload's first bytes: no router changes them."""

_LAYER_OF = {Reason.LIVE_KERNEL_RST: "tcp", Reason.LIVE_OFFLOAD_CHECKSUM: "tcp"}


def is_ordinary(record: FrameRecord) -> bool:
    """Whether a healthy network ends a frame like this one all day."""
    if record.reason in ORDINARY:
        return True
    return record.fate is Fate.DROPPED and record.reason in _FOR_ALL and is_for_many(record)


def is_for_many(record: FrameRecord) -> bool:
    """Whether the frame was a broadcast or went to a group (IEEE 802.3 section 3.2.3)."""
    return bool(record.data[:1]) and bool(record.data[0] & 1)


def layer_name(layer: str, packet: Packet | None) -> tuple[int, str]:
    """Number and name of a layer of `LAYERS`, as it is called in this packet."""
    number, name = LAYERS[layer]
    for (of_layer, header), other in _NAMES.items():
        if of_layer == layer and packet is not None and header in packet:
            return number, other
    return number, name


def layer_of(reason: Reason) -> str:
    """The layer where something ends for this reason, as in `LAYERS`; `live` if it is none."""
    return _LAYER_OF.get(reason, reason.layer)


_HEADERS = (
    (Ethernet, "eth"),
    (ARP, "arp"),
    (RARP, "rarp"),
    (IPv4, "ip"),
    (IPv6, "ip"),
    (ICMPv4, "icmp"),
    (ICMPv6, "icmp"),
    (RouterSolicitation, "nd"),
    (RouterAdvertisement, "nd"),
    (NeighborSolicitation, "nd"),
    (NeighborAdvertisement, "nd"),
    (NDRedirect, "nd"),
    (IGMP, "igmp"),
    (UDP, "udp"),
    (UDPLite, "udp"),
    (TCP, "tcp"),
)


class Step(NamedTuple):
    """One layer of the walk: `passed` is False where the frame ended."""

    layer: str
    passed: bool


class Failure(NamedTuple):
    """A frame that failed, and how far it came; `host`: where that was, or was to be."""

    frame: FrameRecord
    packet: Packet | None
    reason: Reason
    steps: tuple[Step, ...]
    host: str


def find_failure(trace: Trace, reasons: Collection[Reason] | None = None) -> Failure | None:
    """The last failure that nothing made up for, or None.

    Args:
        trace: what happened.
        reasons: only failures for one of these count; None = all but `ORDINARY`.
    """
    reader = SegmentReader()
    losses = _Losses()
    last: FrameRecord | None = None
    for record in trace.frames():
        packet = read_frame(record.data)
        segment = reader.read(packet, record.sender)
        if record.fate in (Fate.DELIVERED, Fate.FORWARDED):
            losses.make_up(record, segment)
        elif reasons is not None and record.reason not in reasons:
            continue
        elif record.fate is Fate.LOST:
            losses.add(record, segment)
        elif record.reason is not None and not is_ordinary(record):
            last = record
    candidates = [*losses, *([last] if last else [])]
    if not candidates:
        return None
    return explain_frame(max(candidates, key=lambda record: record.ended_order))


def find_reset(trace: Trace, reason: Reason) -> Failure | None:
    """The segment of ours that a host beyond a real link answered with a RST, or None.

    There nobody sees the segment refused, only the answer to it.

    Args:
        trace: of a live run.
        reason: what our program was told.
    """
    if trace.live is None or reason not in _RESETS:
        return None
    sent: dict[FlowKey, FrameRecord] = {}
    refused = None
    for record in trace.frames():
        packet = read_frame(record.data)
        ip, tcp = network_header(packet), None if packet is None else packet.get(TCP)
        if ip is None or tcp is None:
            continue
        ours, theirs = (ip.source, tcp.source_port), (ip.destination, tcp.destination_port)
        if record.sender in trace.hosts:
            if not tcp.rst:
                sent[*ours, *theirs] = record
        elif tcp.rst and record.fate is Fate.DELIVERED:
            refused = sent.get((*theirs, *ours), refused)
    return None if refused is None else explain_frame(refused, reason)


def find_quoted(trace: Trace, reason: Reason) -> Failure | None:
    """The frame of ours that an ICMP error from beyond a real link quotes, or None.

    Args:
        trace: of a live run.
        reason: what our program was told.
    """
    if trace.live is None or reason.layer != "icmp":
        return None
    sent: dict[_Quote, FrameRecord] = {}
    refused = None
    for record in trace.frames():
        packet = read_frame(record.data)
        ip = network_header(packet)
        if packet is None or ip is None:
            continue
        if record.sender in trace.hosts:
            sent[_quote(ip, record.data[_end_of_ip(packet) :])] = record
        elif record.fate is Fate.DELIVERED and (quoted := packet.quoted) is not None:
            inner = network_header(quoted)
            if inner is None:
                continue
            found = sent.get(_quote(inner, packet.payload[inner.header_length :]))
            if found is not None and _said(packet) is reason:
                refused = found, record.sender
    if refused is None:
        return None
    frame, host = refused
    return explain_frame(frame, reason, _refused_at(frame, reason), host)


def _said(packet: Packet) -> Reason | None:
    """What an ICMP error of either family says."""
    if ICMPv6 in packet:
        return icmpv6.reason_of(int(packet[ICMPv6].type), int(packet[ICMPv6].code))
    return icmpv4.reason_of(packet[ICMPv4])


def _quote(ip: IPv4 | IPv6, payload: bytes) -> _Quote:
    """What a packet is known by when it comes back in an ICMP error."""
    protocol = int(ip.protocol if isinstance(ip, IPv4) else ip.next_header)
    return ip.source, ip.destination, protocol, payload[:QUOTED_BYTES]


def _end_of_ip(packet: Packet) -> int:
    """Bytes from the frame's start to what its IP header carries."""
    end = 0
    for header in packet.layers:
        end += header.header_length
        if isinstance(header, (IPv4, IPv6)):
            break
    return end


def _refused_at(record: FrameRecord, reason: Reason) -> str:
    """The layer that sends this ICMP error."""
    transport = _layers(read_frame(record.data))[-1]
    closed = reason is Reason.ICMP_PORT_UNREACHABLE and transport in ("udp", "tcp")
    return transport if closed else "ip"


def explain_frame(
    record: FrameRecord, reason: Reason | None = None, layer: str = "", host: str = ""
) -> Failure:
    """How far a frame came that was not delivered.

    Args:
        record: the frame.
        reason: why it failed; None = for the reason that the trace has.
        layer: where it ended; "" = at the layer of the reason.
        host: who refused it; "" = the host that it reached.
    """
    packet = read_frame(record.data)
    reason = reason or record.reason
    assert reason is not None
    failed_at = layer or layer_of(reason)
    steps = []
    for layer in _layers(packet):
        if layer == failed_at:
            break
        steps.append(Step(layer, True))
        if layer == _BEHIND.get(failed_at):
            break
    return Failure(
        record, packet, reason, (*steps, Step(failed_at, False)), host or record.receiver
    )


def _layers(packet: Packet | None) -> list[str]:
    """The layers that this packet goes through, in order."""
    layers = ["link"]
    for header, name in _HEADERS:
        if packet is not None and header in packet and name not in layers:
            layers.append(name)
    return layers


class _Losses:
    """Lost frames that nothing has made up for yet (rule 2)."""

    def __init__(self) -> None:
        self._frames: dict[tuple[str, bytes], FrameRecord] = {}
        self._segments: dict[FlowKey, dict[int, FrameRecord]] = {}
        """By flow, then by the relative number after the segment."""

    def add(self, record: FrameRecord, segment: Segment | None) -> None:
        """The link lost this frame; one that takes no sequence numbers is not missed."""
        if segment is None:
            self._frames[record.sender, record.data] = record
        elif segment.space:
            end = segment.sequence + segment.space
            self._segments.setdefault(segment.key, {})[end] = record

    def make_up(self, record: FrameRecord, segment: Segment | None) -> None:
        """Forget the losses that this delivered frame makes up for."""
        if segment is None:
            self._frames.pop((record.sender, record.data), None)
        elif segment.acknowledgment is not None:
            back = (*segment.key[2:], *segment.key[:2])
            lost = self._segments.get(back)
            if lost:
                for end in [end for end in lost if end <= segment.acknowledgment]:
                    del lost[end]

    def __iter__(self) -> Iterator[FrameRecord]:
        yield from self._frames.values()
        for lost in self._segments.values():
            yield from lost.values()
