"""The ladder: every frame as an arrow between lifelines, with states, calls and refusals beside.

Rule 1: rows come in the order of the trace; a frame's row stands where it was sent.
Rule 2: silence of more than `SILENCE` is one row, named by the timer that ended it.
Rule 3: what a long trace has too much of is folded (`wirelab.sim.views.folding`).
Rule 4: every row is exactly as wide as the ladder.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from wirelab.codecs.addresses import ip_text
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
from wirelab.sim.trace.failure import find_failure, is_ordinary
from wirelab.sim.trace.segments import Segment, SegmentReader, read_frame
from wirelab.sim.trace.ways import continuations
from wirelab.sim.views.arrows import draw_arrow
from wirelab.sim.views.cast import choose_cast
from wirelab.sim.views.crossings import crossings
from wirelab.sim.views.folding import SILENCE, Item, beyond_limit, inside_runs
from wirelab.sim.views.glyphs import UNICODE, Glyphs
from wirelab.sim.views.journeys import Journeys
from wirelab.sim.views.labels import Label, label_of
from wirelab.sim.views.lanes import NO_BREAK, NOTE_ROWS, Lanes, gutter_for, lanes_in
from wirelab.sim.views.messages import Language, explanation, word
from wirelab.sim.views.rows import Row

MOST_ROWS = 2000  # views.md "HTML report"
DATA_CALLS = ("send(", "receive(")  # calls that a transfer repeats

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
        limit: rows at most, without the heading.
    """

    def __init__(
        self,
        trace: Trace,
        *,
        width: int = 80,
        glyphs: Glyphs = UNICODE,
        language: Language = Language.ENGLISH,
        limit: int = MOST_ROWS,
    ) -> None:
        self.trace = trace
        self.glyphs = glyphs
        self.language = language
        goes_on = continuations(trace.frames())
        self._frames = self._read_frames({after: before for before, after in goes_on.items()})
        last = max((event_time(event) for event in trace.events), default=0)
        gutter = gutter_for(trace.sent if trace.live else len(self._frames), last)
        self._cast = choose_cast(trace, lanes_in(width, gutter), language)
        self.lanes = Lanes(self._cast.names, self._cast.captions, width, glyphs, gutter)
        self._journeys = Journeys(trace, self._cast, language, goes_on)
        copies = {origin: shown.copies for origin, shown in self._frames.items()}
        self._ways = self._journeys.ways(copies)
        self._styles: dict[str, str] = {}
        self._states: dict[str, dict[object, str]] = {}
        self._items: list[Item] = []
        self._gap = 0  # index of the first item after events that are no longer kept
        self._number_items()
        self._left_out = self._choose(limit - 2)

    def rows(self, title: Iterable[str] = ()) -> Iterator[Row]:
        """All rows, from the title to the last event."""
        yield self.lanes.title(self._title(title))
        yield from self.lanes.heading(word("time", self.language))
        before: int | None = None
        folded: list[Item] = []
        for index, item in enumerate(self._items):
            if self.trace.forgotten and index == self._gap:
                yield from self._fold(folded)
                folded = []
                yield self._forgotten_row()
                before = None
            if index in self._left_out:
                folded.append(item)
                before = item.time
                self._note_state(item.event)
                continue
            yield from self._fold(folded)
            folded = []
            yield from self._silence(before, item.event)
            yield from self._event_rows(item.event, item.number, before)
            before = item.time
        yield from self._fold(folded)
        yield from self._noise()

    def _title(self, words: Iterable[str]) -> list[str]:
        live, language = self.trace.live, self.language
        if live is None:
            return [*words, word("clock", language)]
        parts = [word("live", language), word("interface", language, name=live.interface)]
        parts.append(live.kind)
        if live.shared is not None:
            parts.append(word("shares", language, address=ip_text(live.shared)))
        return [*parts, *words]

    # What there is to show.

    def _read_frames(self, came_in: Mapping[int, int]) -> dict[int, _Shown]:
        """The frames by id of their origin, in order.

        Args:
            came_in: the frame in which a packet came that was passed on in this one.
        """
        segments: dict[int, Segment | None] = {}
        frames: dict[int, _Shown] = {}
        reader = SegmentReader()
        for record in self.trace.frames():
            if record.origin in frames:
                frames[record.origin].copies.append(record)
                continue
            packet = read_frame(record.data)
            segment = reader.read(
                packet, record.sender, came_as=segments.get(came_in.get(record.id, 0))
            )
            segments[record.id] = segment
            label = label_of(packet, segment)
            plain = (
                segment is not None
                and segment.space == segment.length
                and not segment.retransmission
                and record.fate in (Fate.DELIVERED, Fate.FORWARDED)
                and "RST" not in label.parts[0]
            )
            length = segment.length if segment is not None else 0
            frames[record.origin] = _Shown([record], label, plain, length)
        return frames

    def _number_items(self) -> None:
        """The events that get rows, each with the number of its frame.

        Frames of a live trace have the numbers that they have in a capture file of it: those that
        are not shown, or not kept, are counted.
        """
        number = copies = 0
        for index, event in enumerate(self.trace.events):
            if index == self.trace.gap_at:
                self._gap = len(self._items)
            if isinstance(event, FrameRecord):
                shown = self._frames[event.origin]
                copies += shown.copies[0] is not event
                if shown.copies[0] is not event or event.id in self._cast.noise:
                    continue
                if event.id not in self._ways:  # it carries on what has its row above
                    continue
                number = event.id - copies if self.trace.live else number + 1
                last = self._frames[self._ways[event.id][-1]].copies
                lost = any(copy.fate is Fate.LOST for copy in last)
                notes = len(self._journeys.notes(last))
                self._items.append(
                    Item(
                        event,
                        event.sent_at,
                        number,
                        shown.length,
                        routine=shown.plain,
                        notable=lost or shown.label.retransmission > 0,
                        rows=1 + notes * NOTE_ROWS,
                    )
                )
            elif isinstance(event, Refusal):
                frame = event.frame
                if not is_ordinary(frame) and frame.id not in self._cast.noise:
                    self._items.append(Item(event, event.time, notable=True, rows=NOTE_ROWS))
            else:
                routine = isinstance(event, Call) and event.text.startswith(DATA_CALLS)
                self._items.append(Item(event, event.time, routine=routine))

    def _choose(self, limit: int) -> set[int]:
        """The indexes of the items without rows of their own."""
        folded = inside_runs(self._items, self._gap)
        failure = find_failure(self.trace) if len(self._items) > limit else None
        first = [
            index
            for index, item in enumerate(self._items)
            if failure is not None and self._carries(item.event, failure.frame)
        ]
        return beyond_limit(self._items, folded, limit, first)

    def _carries(self, event: Event, frame: FrameRecord) -> bool:
        """Whether an event is a frame, or the first of those that carried its packet."""
        return isinstance(event, FrameRecord) and frame.origin in self._ways.get(event.id, ())

    # Rows.

    def _event_rows(self, event: Event, number: int, before: int | None) -> Iterator[Row]:
        lanes = self.lanes
        if isinstance(event, FrameRecord):
            yield from self._frame_rows(event, number)
        elif isinstance(event, Refusal):
            frame = event.frame
            if frame.receiver in lanes.index:
                text = f"{self.glyphs.cut}{NO_BREAK}{frame.reason}: {self._because(frame)}"
                yield from lanes.note(frame.receiver, text, "drop", self._styles)
        elif isinstance(event, StateChange):
            yield from self._state_rows(event)
        elif isinstance(event, Call):
            text = event.text if event.returned else f"{self.glyphs.call} {event.text}"
            yield from lanes.note(event.host, text, "call", self._styles, rows=1)
        elif not self._named_the_silence(event, before):
            yield from lanes.note(event.host, f"[{_timer_text(event)}]", "dim", self._styles)

    def _frame_rows(self, record: FrameRecord, number: int) -> Iterator[Row]:
        hops = [self._frames[origin].copies for origin in self._ways[record.id]]
        label = self._label(record, self._frames[record.id].label)
        label, beyond = crossings(label, [hop[0] for hop in hops], self.language)
        arrow = self._journeys.arrow(hops, label)._replace(beyond=beyond)
        canvas = draw_arrow(self.lanes, arrow, self._styles)
        self.lanes.number_and_time(canvas, number, record.sent_at)
        yield canvas.row()
        for note in self._journeys.notes(hops[-1]):
            text = f"{self.glyphs.cut}{NO_BREAK}{note.text}"
            yield from self.lanes.note(note.lifeline, text, "drop", self._styles)

    def _label(self, record: FrameRecord, label: Label) -> Label:
        """The label; with the peer's name where it shares its lifeline."""
        for name in (record.sender, record.receiver):
            if name in self._cast.shared:
                return label._replace(parts=(f"{name} {label.parts[0]}", *label.parts[1:]))
        return label

    def _note_state(self, event: Event) -> None:
        """A state change colours the lifeline, whether it is shown or not."""
        if isinstance(event, StateChange):
            self._states.setdefault(event.host, {})[event.local, event.remote] = event.new
            self._styles[event.host] = _STATE_STYLES.get(event.new, "dim")

    def _state_rows(self, event: StateChange) -> Iterator[Row]:
        self._note_state(event)
        text = f"[{event.new}]"
        states = self._states[event.host].values()
        if sum(state not in _QUIET_STATES for state in states) > 1:
            text += f" {event.local[1]} > {event.remote[1]}"  # which of several connections
        style = self._styles[event.host]
        yield from self.lanes.note(event.host, text, style, self._styles)

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

    def _fold(self, items: list[Item]) -> Iterator[Row]:
        """One row for all that was left out here."""
        if not items:
            return
        frames = [item for item in items if item.number]
        key = "segments" if all(item.routine for item in items) else "frames"
        size = sum(item.size for item in frames)
        text = word(key, self.language, count=f"{len(frames):,}", bytes=f"{size:,}")
        notable = sum(item.notable for item in items)
        if notable:
            text += word("notable", self.language, count=f"{notable:,}")
        yield self.lanes.fold(text)

    def _forgotten_row(self) -> Row:
        key = "forgotten_between" if self._gap else "forgotten"
        return self.lanes.fold(word(key, self.language, count=f"{self.trace.forgotten:,}"))

    def _noise(self) -> Iterator[Row]:
        """One row for the frames that were nothing to us."""
        noise = self._cast.noise
        if noise:
            kinds = Counter(self._frames[number].label.parts[0].split()[0] for number in noise)
            text = ", ".join(f"{count:,} {kind}" for kind, count in kinds.most_common())
            yield self.lanes.fold(word("noise", self.language, kinds=text))


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
