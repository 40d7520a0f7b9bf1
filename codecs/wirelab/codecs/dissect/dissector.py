"""Dissecting frames: the layers tied together, and their state over a capture."""

from collections.abc import Collection
from typing import Any, NamedTuple

from wirelab.codecs.capture.records import CapturedFrame, Interface, JournalEntry
from wirelab.codecs.dissect.layer import Context
from wirelab.codecs.dissect.layers.data import DataLayer
from wirelab.codecs.dissect.layers.frame import LARGEST_LENGTH, FrameLayer
from wirelab.codecs.dissect.layers.link_layers import LINK_TYPE_JOURNAL
from wirelab.codecs.dissect.visit import Visit
from wirelab.codecs.errors import DecodeError


class Dissection(NamedTuple):
    """What is in one frame."""

    items: list[tuple[str, Any]]
    """Display names and values, in tshark's order; a protocol's name begins a layer."""
    protocols: list[str]
    problem: DecodeError | None
    """Why dissection stopped early."""
    opaque: str = ""
    """What Wireshark dissects further and we do not, such as `ipv6`."""

    def values(self, name: str) -> list[Any]:
        """All values of a field."""
        return [value for each, value in self.items if each == name]


class Dissector:
    """Dissects the frames of one capture, in order: streams and times need the frames before.

    Args:
        wanted: names of the fields that will be looked at; None: all. Fewer is faster.
        interfaces: of the capture file (`CaptureReader.interfaces`, which may grow).
        is_pcapng: whether the file has interfaces with names.
    """

    def __init__(
        self,
        wanted: Collection[str] | None = None,
        interfaces: list[Interface] | None = None,
        is_pcapng: bool = False,
    ) -> None:
        names = None if wanted is None else frozenset(wanted)
        self._interfaces = [] if interfaces is None else interfaces
        self._is_pcapng = is_pcapng
        self._protocols = names is None or "frame.protocols" in names
        self._frame = FrameLayer(names)
        self.context = Context(names)
        self._data = self.context.layer(DataLayer)
        self._links = self.context.table("link_type")

    def dissect(self, record: CapturedFrame | JournalEntry) -> Dissection:
        """Read a frame as far as it goes; never raises for what is in it."""
        frame = _as_frame(record) if isinstance(record, JournalEntry) else record
        visit = Visit(frame.number, frame.timestamp_ns)
        index = frame.interface
        interface = self._interfaces[index] if 0 <= index < len(self._interfaces) else None
        self._frame.dissect(visit, frame, interface, self._is_pcapng)
        data = frame.data
        end, limit = len(data), max(min(frame.wire_length, LARGEST_LENGTH), len(data))
        layer = self._links[frame.link_type]
        if layer is None:
            layer, visit.opaque = self._data, f"link type {frame.link_type}"
        try:
            layer.dissect(visit, data, 0, end, limit)
        except DecodeError as error:
            visit.problem = error
        if self._protocols:
            visit.items.append(("frame.protocols", ":".join(visit.protocols)))
        return Dissection(visit.items, visit.protocols, visit.problem, visit.opaque)

    def displayed(self, frame: CapturedFrame | JournalEntry) -> None:
        """Note that a frame passed the display filter, for `frame.time_delta_displayed`."""
        self._frame.displayed(frame.timestamp_ns)


def _as_frame(entry: JournalEntry) -> CapturedFrame:
    return CapturedFrame(
        entry.number,
        entry.timestamp_ns,
        entry.data,
        len(entry.data),
        LINK_TYPE_JOURNAL,
        interface=-1,
        has_timestamp=entry.has_timestamp,
    )
