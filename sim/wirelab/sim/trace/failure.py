"""Finding what went wrong: the last frame that ended badly and for which nothing made up.

Rule 1: a refusal counts, unless it is what a healthy network does (a flooded frame is not for me).
Rule 2: a lost TCP segment is made up for when the other side acknowledges it; any other lost frame
when the same bytes are delivered later.
"""

from collections.abc import Collection, Hashable
from typing import NamedTuple

from wirelab.codecs import ARP, TCP, UDP, Ethernet, ICMPv4, IPv4, Packet
from wirelab.sim.reasons import Reason
from wirelab.sim.trace.ledger import Trace
from wirelab.sim.trace.records import Fate, FrameRecord
from wirelab.sim.trace.segments import FlowKey, Segment, SegmentReader, read_frame

ORDINARY = frozenset(
    (
        Reason.ETH_NOT_FOR_ME,
        Reason.ETH_NO_OTHER_PORT,
        Reason.ARP_NOT_FOR_ME,
        Reason.ARP_QUEUE_FULL,
        Reason.TCP_OLD_DATA,
    )
)
"""Reasons that a healthy network gives all day: nobody has to do anything about them."""

LAYERS = {
    "link": (1, "link"),
    "eth": (2, "Ethernet"),
    "arp": (2, "ARP"),
    "ip": (3, "IPv4"),
    "icmp": (3, "ICMP"),
    "udp": (4, "UDP"),
    "tcp": (4, "TCP"),
    "app": (7, "application"),
}
"""Layer of each reason's prefix: number and name."""

_LAYER_OF = {Reason.LIVE_KERNEL_RST: "tcp", Reason.LIVE_OFFLOAD_CHECKSUM: "tcp"}


def layer_of(reason: Reason) -> str:
    """The layer where something ends for this reason, as in `LAYERS`; `live` if it is none."""
    return _LAYER_OF.get(reason, reason.layer)


_HEADERS = (
    (Ethernet, "eth"),
    (ARP, "arp"),
    (IPv4, "ip"),
    (ICMPv4, "icmp"),
    (UDP, "udp"),
    (TCP, "tcp"),
)


class Step(NamedTuple):
    """One layer of the walk: `passed` is False where the frame ended."""

    layer: str
    passed: bool


class Failure(NamedTuple):
    """A frame that failed, and how far it came."""

    frame: FrameRecord
    packet: Packet | None
    reason: Reason
    steps: tuple[Step, ...]


def find_failure(trace: Trace, reasons: Collection[Reason] | None = None) -> Failure | None:
    """The last failure that nothing made up for, or None.

    Args:
        trace: what happened.
        reasons: only failures for one of these count; None = all but `ORDINARY`.
    """
    reader = SegmentReader()
    open_losses: dict[Hashable, FrameRecord] = {}
    last: FrameRecord | None = None
    for record in trace.frames():
        packet = read_frame(record.data)
        segment = reader.read(packet)
        if record.fate is Fate.DELIVERED:
            _make_up(open_losses, record, segment)
        elif reasons is not None and record.reason not in reasons:
            continue
        elif record.fate is Fate.LOST:
            if segment is None or segment.space:
                open_losses[_identity(record, segment)] = record
        elif record.reason is not None and record.reason not in ORDINARY:
            last = record
    candidates = [*open_losses.values(), *([last] if last else [])]
    if not candidates:
        return None
    return explain_frame(max(candidates, key=lambda record: record.ended_order))


def explain_frame(record: FrameRecord) -> Failure:
    """How far a frame came that was not delivered."""
    packet = read_frame(record.data)
    assert record.reason is not None
    failed_at = layer_of(record.reason)
    steps = []
    for layer in _layers(packet):
        if layer == failed_at:
            break
        steps.append(Step(layer, True))
    return Failure(record, packet, record.reason, (*steps, Step(failed_at, False)))


def _layers(packet: Packet | None) -> list[str]:
    """The layers that this packet goes through, in order."""
    layers = ["link"]
    for header, name in _HEADERS:
        if packet is not None and header in packet:
            layers.append(name)
    return layers


class _Lost(NamedTuple):
    """A lost segment: made up for by an acknowledgment of `end` in the other direction."""

    key: FlowKey
    end: int


def _identity(record: FrameRecord, segment: Segment | None) -> Hashable:
    if segment is None:
        return record.sender, record.data
    return _Lost(segment.key, segment.sequence + segment.space)


def _make_up(
    losses: dict[Hashable, FrameRecord], record: FrameRecord, segment: Segment | None
) -> None:
    """Forget the losses that this delivered frame makes up for."""
    if not losses:
        return
    if segment is None:
        losses.pop((record.sender, record.data), None)
    elif segment.acknowledgment is not None:
        sender = (*segment.key[2:], *segment.key[:2])
        acknowledged = [
            loss
            for loss in losses
            if isinstance(loss, _Lost) and loss.key == sender and segment.acknowledgment >= loss.end
        ]
        for loss in acknowledged:
            del losses[loss]
