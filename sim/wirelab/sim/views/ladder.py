"""The ladder: every frame as an arrow between lifelines, with states, calls and refusals beside.

Rule 1: rows come in the order of the trace; a frame's row stands where it was sent.
Rule 2: silence of more than `SILENCE` is one row, named by the timer that ended it.
Rule 3: a long run of delivered segments without anything new is one row.
Rule 4: every row is exactly as wide as the ladder.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from wirelab.codecs.addresses import ipv4_text
from wirelab.sim.trace import (
    Call,
    Event,
    Fate,
    FrameRecord,
    Refusal,
    StateChange,
    TimerFired,
    Trace,
)
from wirelab.sim.trace.failure import ORDINARY
from wirelab.sim.trace.segments import SegmentReader, read_frame
from wirelab.sim.views.arrows import Arrow, draw_arrow
from wirelab.sim.views.glyphs import UNICODE, Glyphs
from wirelab.sim.views.labels import Label, label_of
from wirelab.sim.views.lanes import Lanes, gutter_for
from wirelab.sim.views.messages import Language, explanation, word
from wirelab.sim.views.rows import Row

SILENCE = 30_000_000  # ns; views.md "HTML report": more than 30 ms of silence is folded
RUN_KEPT = 3  # arrows shown at each end of a run of segments; ours
RUN_FOLDED = 4  # ours: fewer than this are shown rather than folded

_STATE_STYLES = {
    "SYN-SENT": "opening",
    "SYN-RECEIVED": "opening",
    "ESTABLISHED": "established",
    "FIN-WAIT-1": "closing",
    "FIN-WAIT-2": "closing",
    "CLOSE-WAIT": "closing",
    "CLOSING": "closing",
    "LAST-ACK": "closing",
    "TIME-WAIT": "closing",
}
_QUIET_STATES = {"CLOSED", "LISTEN", "TIME-WAIT"}


class _Shown(NamedTuple):
    """A frame and its copies, with what is written on the arrow."""

    copies: list[FrameRecord]
    label: Label
    plain: bool
    """A delivered, first-time segment with data or a bare ACK: may be folded into a run."""
    length: int


class Ladder:
    """Renders a trace.

    Args:
        trace: what happened.
        width: columns; more are taken when the lifelines need them.
        glyphs: Unicode or ASCII.
        language: of the words, not of what programs and protocols say.
    """

    def __init__(
        self,
        trace: Trace,
        *,
        width: int = 80,
        glyphs: Glyphs = UNICODE,
        language: Language = Language.ENGLISH,
    ) -> None:
        self.trace = trace
        self.glyphs = glyphs
        self.language = language
        self._frames = self._read_frames()
        names = list(dict.fromkeys([*trace.hosts, *_names_seen(trace.events)]))
        last = max((event_time(event) for event in trace.events), default=0)
        gutter = gutter_for(len(self._frames), last)
        captions = [self._caption(name) for name in names]
        self.lanes = Lanes(names, captions, width, glyphs, gutter)
        self._styles: dict[str, str] = {}
        self._states: dict[str, dict[object, str]] = {}

    def rows(self, title: Iterable[str] = ()) -> Iterator[Row]:
        """All rows, from the title to the last event."""
        parts = [*title, word("clock", self.language)]
        yield self.lanes.title(parts)
        yield from self.lanes.heading(word("time", self.language))
        if self.trace.forgotten:
            text = word("forgotten", self.language, count=f"{self.trace.forgotten:,}")
            yield self.lanes.fold(text)
        folded = self._folded()
        before: int | None = None
        run: list[_Shown] = []
        for number, event in self._visible():
            if isinstance(event, FrameRecord) and event.id in folded:
                run.append(self._frames[event.origin])
                continue
            if run:
                yield self._run_row(run)
                run = []
            yield from self._silence(before, event)
            yield from self._event_rows(event, number, before)
            before = event_time(event)
        if run:
            yield self._run_row(run)

    # What there is to show.

    def _read_frames(self) -> dict[int, _Shown]:
        """The frames by id of their origin, in order."""
        frames: dict[int, _Shown] = {}
        reader = SegmentReader()
        for record in self.trace.frames():
            if record.origin in frames:
                frames[record.origin].copies.append(record)
                continue
            packet = read_frame(record.data)
            segment = reader.read(packet)
            label = label_of(packet, segment)
            plain = (
                segment is not None
                and segment.space == segment.length
                and not segment.retransmission
                and record.fate is Fate.DELIVERED
                and "RST" not in label.parts[0]
            )
            length = segment.length if segment is not None else 0
            frames[record.origin] = _Shown([record], label, plain, length)
        return frames

    def _visible(self) -> Iterator[tuple[int, Event]]:
        """The events that get rows, each with the number of its frame (0 = no frame)."""
        number = 0
        for event in self.trace.events:
            if isinstance(event, FrameRecord):
                if event.origin == event.id or self._frames[event.origin].copies[0] is event:
                    number += 1
                    yield number, event
            elif not (isinstance(event, Refusal) and event.frame.reason in ORDINARY):
                yield 0, event

    def _folded(self) -> set[int]:
        """The ids of frames inside long runs of plain segments."""
        folded: set[int] = set()
        run: list[FrameRecord] = []
        for _, event in [*self._visible(), (0, None)]:
            if isinstance(event, FrameRecord) and self._frames[event.origin].plain:
                run.append(event)
                continue
            inner = run[RUN_KEPT:-RUN_KEPT]
            if len(inner) >= RUN_FOLDED:
                folded.update(record.id for record in inner)
            run = []
        return folded

    # Rows.

    def _event_rows(self, event: Event, number: int, before: int | None) -> Iterator[Row]:
        lanes = self.lanes
        if isinstance(event, FrameRecord):
            yield self._frame_row(event, number)
        elif isinstance(event, Refusal):
            frame = event.frame
            if frame.receiver in lanes.index:
                text = f"{self.glyphs.cut} {frame.reason}: {self._because(frame)}"
                yield from lanes.note(frame.receiver, text, "drop", self._styles)
        elif isinstance(event, StateChange):
            yield from self._state_rows(event)
        elif isinstance(event, Call):
            text = event.text if event.returned else f"{self.glyphs.call} {event.text}"
            yield from lanes.note(event.host, text, "call", self._styles)
        elif not self._named_the_silence(event, before):
            yield from lanes.note(event.host, f"[{_timer_text(event)}]", "dim", self._styles)

    def _frame_row(self, record: FrameRecord, number: int) -> Row:
        shown = self._frames[record.origin]
        lost = [copy for copy in shown.copies if copy.fate is Fate.LOST]
        arrow = Arrow(
            record.sender,
            [copy.receiver for copy in shown.copies if copy.fate is not Fate.LOST],
            shown.label,
            self._cut_text(lost[0]) if lost else None,
            lost[0].receiver if lost else "",
        )
        canvas = draw_arrow(self.lanes, arrow, self._styles)
        self.lanes.number_and_time(canvas, number, record.sent_at)
        return canvas.row()

    def _state_rows(self, event: StateChange) -> Iterator[Row]:
        states = self._states.setdefault(event.host, {})
        states[event.local, event.remote] = event.new
        style = _STATE_STYLES.get(event.new, "dim")
        self._styles[event.host] = style
        text = f"[{event.new}]"
        if sum(state not in _QUIET_STATES for state in states.values()) > 1:
            text += f" {event.local[1]} > {event.remote[1]}"  # which of several connections
        yield from self.lanes.note(event.host, text, style, self._styles)

    def _cut_text(self, record: FrameRecord) -> str:
        text = word("drop", self.language, reason=record.reason)
        return f"{text} ({record.detail})" if record.detail else text

    def _because(self, record: FrameRecord) -> str:
        """The host's own words where they are English, the catalogue's elsewhere."""
        assert record.reason is not None
        if record.detail and self.language is Language.ENGLISH:
            return record.detail
        return explanation(record.reason, self.language)

    def _silence(self, before: int | None, event: Event) -> Iterator[Row]:
        if before is None or event_time(event) - before <= SILENCE:
            return
        if isinstance(event, TimerFired):
            yield self.lanes.fold(_timer_text(event))
        else:
            duration = duration_text(event_time(event) - before)
            yield self.lanes.fold(word("silence", self.language, duration=duration))

    @staticmethod
    def _named_the_silence(event: TimerFired, before: int | None) -> bool:
        return before is not None and event.time - before > SILENCE

    def _run_row(self, run: list[_Shown]) -> Row:
        count, size = len(run), sum(shown.length for shown in run)
        text = word("segments", self.language, count=f"{count:,}", bytes=f"{size:,}")
        return self.lanes.fold(text)

    def _caption(self, name: str) -> str:
        host = self.trace.hosts.get(name)
        if host is None:
            return ""
        return " / ".join(ipv4_text(interface.address) for interface in host.interfaces)


def event_time(event: Event) -> int:
    """When an event happened (ns); for a frame, when it was sent."""
    return event.sent_at if isinstance(event, FrameRecord) else event.time


def duration_text(duration_ns: int) -> str:
    """A duration for a person.

    >>> duration_text(57_000_000), duration_text(1_500_000_000)
    ('57 ms', '1.500 s')
    """
    whole_ms = (duration_ns + 500_000) // 1_000_000
    if whole_ms < 1000:
        return f"{whole_ms} ms"
    return f"{whole_ms // 1000:,}.{whole_ms % 1000:03d} s"


def _timer_text(event: TimerFired) -> str:
    seconds, rest = divmod(event.after, 1_000_000_000)
    return f"{event.name} {seconds:,}.{rest // 1_000_000:03d} s"


def _names_seen(events: Iterable[Event]) -> Iterator[str]:
    """Whoever sent, took or did something, known as a host or not, in order of appearance."""
    for event in events:
        if isinstance(event, FrameRecord):
            yield event.sender
            if event.fate is Fate.DELIVERED:
                yield event.receiver
        elif not isinstance(event, Refusal):
            yield event.host
