"""The frame itself: number, time, lengths, and what the capture file says about it.

Source: draft-ietf-opsawg-pcapng section 4.3.1 for the packet flags.
"""

from typing import Any, NamedTuple

from wirelab.codecs.capture.records import CapturedFrame, Interface
from wirelab.codecs.dissect.fields import Kind, declare, derived, plan
from wirelab.codecs.dissect.visit import Visit

PROTOCOL = declare("frame", Kind.PROTOCOL, "Frame")
PROTOCOLS = declare("frame.protocols", Kind.STRING, "Protocols in frame")

ENCAPSULATIONS = {
    0: 15, 1: 1, 12: 7, 14: 7, 101: 7, 108: 174, 113: 25, 228: 129, 229: 130, 276: 210,
}  # fmt: skip
"""Link type of the file -> `frame.encap_type` (Wireshark's `wtap.h`)."""
LARGEST_LENGTH = 0x7FFFFFFF
"""Bytes; Wireshark cuts larger claims down to this, because it counts with signed numbers."""


class FrameView(NamedTuple):
    """A frame with what depends on the frames before it."""

    frame: CapturedFrame
    interface: Interface | None
    first_ns: int
    previous_ns: int
    displayed_ns: int
    is_pcapng: bool


def _flags(shift: int, mask: int) -> Any:
    def get(view: FrameView) -> int | None:
        flags = view.frame.packet_flags
        return None if flags is None else flags >> shift & mask

    return get


def _error_flag(bit: int) -> Any:
    def get(view: FrameView) -> bool | None:
        flags = view.frame.packet_flags
        return None if flags is None else bool(flags >> bit & 1)

    return get


def _named(attribute: str, nameless: str | None = None) -> Any:
    def get(view: FrameView) -> str | None:
        if not view.is_pcapng or view.interface is None:
            return None
        return getattr(view.interface, attribute) or nameless

    return get


def _section(view: FrameView) -> int | None:
    if not view.is_pcapng:
        return None
    return view.interface.section + 1 if view.interface else 1


def _timed(get: Any) -> Any:
    return lambda view: get(view) if view.frame.has_timestamp else None


_N, _D, _B, _S = Kind.NUMBER, Kind.DURATION, Kind.BOOLEAN, Kind.STRING
_ERRORS = {
    "crc_error": (24, "CRC error"),
    "packet_too_error": (25, "Packet too long"),
    "packet_too_short_error": (26, "Packet too short"),
    "wrong_inter_frame_gap_error": (27, "Wrong interframe gap"),
    "unaligned_frame_error": (28, "Unaligned frame"),
    "start_frame_delimiter_error": (29, "Start frame delimiter"),
    "preamble_error": (30, "Preamble"),
    "symbol_error": (31, "Symbol"),
}
_ITEMS = (
    derived(
        "frame.section_number",
        _N,
        "Section number",
        0,
        _section,
    ),
    derived(
        "frame.interface_id",
        _N,
        "Interface",
        0,
        lambda v: v.interface.number if v.interface and v.is_pcapng else None,
    ),
    derived("frame.interface_name", _S, "Interface name", 0, _named("name", "unknown")),
    derived("frame.interface_description", _S, "Interface description", 0, _named("description")),
    derived("frame.packet_flags", Kind.HEX, "Packet flags", 0, _flags(0, 0xFFFFFFFF), digits=8),
    derived("frame.packet_flags_direction", Kind.HEX, "Direction", 0, _flags(0, 3), digits=8),
    derived("frame.packet_flags_reception_type", _N, "Reception type", 0, _flags(2, 7)),
    derived("frame.packet_flags_fcs_length", _N, "FCS length", 0, _flags(5, 15)),
    derived("frame.packet_flags_reserved", _N, "Reserved", 0, _flags(9, 0x7F)),
    *(
        derived(f"frame.packet_flags_{name}", _B, title, 0, _error_flag(bit))
        for name, (bit, title) in _ERRORS.items()
    ),
    derived("frame.packet_id", _N, "Packet id", 0, lambda v: v.frame.packet_id),
    derived("frame.drop_count", _N, "Drop count", 0, lambda v: v.frame.drop_count),
    derived(
        "frame.encap_type",
        _N,
        "Encapsulation type",
        0,
        lambda v: ENCAPSULATIONS.get(v.frame.link_type),
    ),
    derived("frame.time", Kind.TIME, "Arrival time", 0, _timed(lambda v: v.frame.timestamp_ns)),
    derived("frame.offset_shift", _D, "Time shift", 0, _timed(lambda v: 0)),
    derived("frame.time_epoch", _D, "Epoch time", 0, _timed(lambda v: v.frame.timestamp_ns)),
    derived(
        "frame.time_delta",
        _D,
        "Since last frame",
        0,
        _timed(lambda v: v.frame.timestamp_ns - v.previous_ns),
    ),
    derived(
        "frame.time_delta_displayed",
        _D,
        "Since last shown frame",
        0,
        _timed(lambda v: v.frame.timestamp_ns - v.displayed_ns),
    ),
    derived(
        "frame.time_relative",
        _D,
        "Since first frame",
        0,
        _timed(lambda v: v.frame.timestamp_ns - v.first_ns),
    ),
    derived("frame.number", _N, "Frame number", 0, lambda v: v.frame.number),
    derived(
        "frame.len", _N, "Bytes on the wire", 0, lambda v: min(v.frame.wire_length, LARGEST_LENGTH)
    ),
    derived("frame.cap_len", _N, "Bytes captured", 0, lambda v: len(v.frame.data)),
    derived("frame.marked", _B, "Marked", 0, lambda v: False),
    derived("frame.ignored", _B, "Ignored", 0, lambda v: False),
)
COMMENT = declare("frame.comment", _S, "Comment")


class FrameLayer:
    """The frame's own fields; keeps the times that others are relative to."""

    def __init__(self, wanted: frozenset[str] | None) -> None:
        self._plan = plan(_ITEMS, wanted)
        self._shown = wanted is None or "frame" in wanted
        self._comment = wanted is None or "frame.comment" in wanted
        self._first_ns: int | None = None
        self._previous_ns = 0
        self._displayed_ns: int | None = None

    def dissect(
        self, visit: Visit, frame: CapturedFrame, interface: Interface | None, is_pcapng: bool
    ) -> None:
        """Add the frame's fields."""
        now = frame.timestamp_ns
        if self._first_ns is None:
            self._first_ns = self._previous_ns = now
        displayed = now if self._displayed_ns is None else self._displayed_ns
        if self._shown:
            visit.begin("frame", frame.data, 0, len(frame.data), len(frame.data))
        if self._plan:
            view = FrameView(
                frame, interface, self._first_ns, self._previous_ns, displayed, is_pcapng
            )
            visit.emit_all(self._plan, view)
        if self._comment:
            visit.items += [("frame.comment", text) for text in frame.comments]
        self._previous_ns = now

    def displayed(self, timestamp_ns: int) -> None:
        """Note that a frame passed the display filter."""
        self._displayed_ns = timestamp_ns
