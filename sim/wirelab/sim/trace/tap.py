"""A pcapng file of what one host saw: Wireshark, running on that host.

Rule 1: a frame is in the file when the host sent it (direction out) and when it arrived at the host
(direction in). A frame lost on the way to the host is not: the host never saw it.
Rule 2: virtual time from 0 is the time stamp, so equal runs give equal bytes.
Rule 3: states and timers of the host are systemd journal entries: rows of their own in Wireshark,
skipped by tcpdump, scapy and dpkt.
Rule 4: `packet_id` is the id of the frame as its sender sent it: the same at every tap.
"""

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from wirelab.codecs.addresses import ANY_IPV4, ip_text
from wirelab.codecs.capture import PcapngWriter
from wirelab.codecs.capture.output import Destination
from wirelab.sim.trace.ledger import Trace
from wirelab.sim.trace.records import (
    Fate,
    FrameRecord,
    HostInfo,
    InterfaceInfo,
    StateChange,
    TimerFired,
)
from wirelab.sim.trace.segments import SegmentReader, read_frame

_REFUSED = {Fate.LOST: "DROP", Fate.DROPPED: "DROP", Fate.REJECTED: "REJECT"}


class Sighting(NamedTuple):
    """A frame as a tap saw it; `order` breaks ties of time."""

    time: int
    order: int
    host: str
    interface: int
    direction: Literal["in", "out"]
    frame: FrameRecord

    @property
    def data(self) -> bytes:
        """The frame as it was there: a switch may change it on the way."""
        if self.direction == "out" and self.frame.as_sent is not None:
            return self.frame.as_sent
        return self.frame.data


def write_tap(
    trace: Trace, destination: Destination, host: str | None, *, comment: str | None = None
) -> int:
    """Write the frames that `host` saw, or with None those of all hosts.

    A file of all hosts holds every frame at both its ends, and Wireshark takes the second sight of
    a segment for a retransmission.

    Args:
        trace: what happened; hosts must have been added to it.
        destination: a path, or a binary file object.
        host: name of a host, or None for all.
        comment: of the file, such as the seed and the command that repeats the run.

    Returns:
        How many frames were written.

    Raises:
        KeyError: no such host.
    """
    hosts = list(trace.hosts.values()) if host is None else [trace.hosts[host]]
    comments = dict(_comments(trace))
    with PcapngWriter(destination, comment=comment) as writer:
        numbers = _declare(writer, hosts, single=len(hosts) == 1)
        writer.write_names(
            {
                address: info.name
                for info in trace.hosts.values()
                for interface in info.interfaces
                for address in interface.addresses
                if len(address) == len(ANY_IPV4) or trace.speaks_ipv6()
            }
        )
        rows = _rows(trace, {info.name for info in hosts})
        for row in rows:
            if isinstance(row, Sighting):
                writer.write(
                    row.data,
                    row.time,
                    interface=numbers[row.host, row.interface],
                    direction=row.direction,
                    comment=comments.get(row.frame.id),
                    packet_id=row.frame.origin,
                )
            else:
                writer.write_journal(_entry(row), row.time)
    return sum(isinstance(row, Sighting) for row in rows)


def _rows(trace: Trace, hosts: set[str]) -> list[Sighting | StateChange | TimerFired]:
    """Frames, states and timers, in the order of the file."""
    rows: list[Sighting | StateChange | TimerFired] = [*sightings(trace, hosts)]
    rows += [
        event
        for event in trace.events
        if isinstance(event, StateChange | TimerFired) and event.host in hosts
    ]
    # An event has the order of the frame before it, and follows it.
    rows.sort(key=lambda row: (row.time, row.order, not isinstance(row, Sighting)))
    return rows


def sightings(trace: Trace, hosts: set[str]) -> list[Sighting]:
    """The frames that taps at these hosts saw, in no particular order."""
    found: list[Sighting] = []
    for frame in trace.frames():
        if frame.sender in hosts and frame.origin == frame.id:
            found.append(
                Sighting(
                    frame.sent_at, frame.order, frame.sender, frame.sender_interface, "out", frame
                )
            )
        arrived = frame.fate not in (Fate.LOST, Fate.IN_FLIGHT)
        if arrived and frame.receiver in hosts:
            interface = frame.receiver_interface
            found.append(
                Sighting(frame.ended_at, frame.ended_order, frame.receiver, interface, "in", frame)
            )
    return found


def _entry(event: StateChange | TimerFired) -> dict[str, str]:
    """A journal entry in the fields that Wireshark shows."""
    if isinstance(event, StateChange):
        message = f"TCP {_end(*event.local)} > {_end(*event.remote)}: {event.old} -> {event.new}"
    else:
        message = f"timer {event.name} expired after {event.after / 1e9:.3f} s"
    return {"MESSAGE": message, "SYSLOG_IDENTIFIER": event.host, "PRIORITY": "6"}


def _end(address: bytes, port: int) -> str:
    """`10.0.0.1:80`, `[2001:db8::1]:80`, and a star for what may be any, as ss(8) prints them."""
    text = ip_text(address) if any(address) else "*"
    return f"{f'[{text}]' if ':' in text else text}:{port or '*'}"


def _declare(
    writer: PcapngWriter, hosts: Iterable[HostInfo], single: bool
) -> dict[tuple[str, int], int]:
    """An interface block for each interface of each host; their numbers in the file."""
    numbers = {}
    for info in hosts:
        for index, interface in enumerate(info.interfaces):
            numbers[info.name, index] = writer.add_interface(
                interface.name if single else f"{info.name} {interface.name}",
                description=_description(info, interface),
                mac=interface.mac,
            )
    return numbers


def _description(info: HostInfo, interface: InterfaceInfo) -> str:
    return f"simulated interface {interface.name} of {info.name}"


def _comments(trace: Trace) -> Iterator[tuple[int, list[str]]]:
    """Id and comments of the frames that were refused or sent again."""
    reader = SegmentReader()
    for frame in trace.frames():
        comments = []
        if frame.fate in _REFUSED:
            detail = f": {frame.detail}" if frame.detail else ""
            comments.append(f"{_REFUSED[frame.fate]} {frame.reason}{detail}")
        if frame.origin == frame.id:
            segment = reader.read(read_frame(frame.data), frame.sender)
            if segment is not None and segment.retransmission:
                comments.append(f"RETRANSMIT {segment.retransmission}")
        if comments:
            yield frame.id, comments
