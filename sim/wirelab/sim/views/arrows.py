"""Drawing one frame between lifelines.

├─ LABEL ─────────────────▶│      delivered: the label stands at the sender's end
│◀───────────────── LABEL ─┤
├─ LABEL ──✗ REASON        │      lost: the arrow is cut, with its reason
├╌ LABEL ↻ 1 ╌╌╌╌╌╌╌╌╌╌╌╌╌▶│      sent again: dashed
├─ LABEL ───────▶┼────────▶│      a copy each
├─ LABEL ───────▶┼────────✗│      a copy each, of which one was lost
├─ LABEL ──… in flight     │      not ended yet
│◀─ LABEL ─                │      come back to its sender, by another of its interfaces
│◀─ LABEL ───────┼─────────┤      passing a lifeline that is not concerned
├─ LABEL ───○─ MORE ──────▶│      passed on by a router, which no word covers
"""

import itertools
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from wirelab.sim.views.cells import cell_width, fit
from wirelab.sim.views.labels import PREVIEW_MARK, Label
from wirelab.sim.views.lanes import Lanes
from wirelab.sim.views.rows import Canvas

SHORTEST_PREVIEW = 7  # cells; ours: less of a payload says nothing
CUT_AT = 0.55  # of the way, when there is room: views.md "HTML report"


class Arrow(NamedTuple):
    """A frame, and where its copies ended.

    Attributes:
        sender: name of a lifeline.
        heads: lifelines that it reached.
        label: what is written on it.
        cut: why it ended on the way to `toward`; None when it arrived.
        toward: where a lost frame was going.
        missed: lifelines that it should have reached.
        pending: the cut is no failure: the frame is still on its way.
        via: lifelines of the routers that passed it on, in order, all on its way.
        beyond: what is written behind each of them, where there is room; may be empty.
    """

    sender: str
    heads: Sequence[str]
    label: Label
    cut: str | None = None
    toward: str = ""
    missed: Sequence[str] = ()
    pending: bool = False
    via: Sequence[str] = ()
    beyond: Sequence[str] = ()


def draw_arrow(lanes: Lanes, arrow: Arrow, styles: Mapping[str, str]) -> Canvas:
    """A row with lifelines and this arrow; its gutter is empty."""
    canvas = lanes.canvas(styles)
    start = lanes.columns[lanes.index[arrow.sender]]
    reached = [lanes.columns[lanes.index[name]] for name in arrow.heads if name in lanes.index]
    ends = reached + [lanes.columns[lanes.index[name]] for name in arrow.missed]
    if arrow.cut is not None:
        ends.append(_target(lanes, arrow, start))
    right, left = [end for end in ends if end > start], [end for end in ends if end < start]
    for side in (right, left):
        if side:
            _draw_side(lanes, canvas, arrow, start, side, reached)
    if not right and not left and reached:
        _draw_return(lanes, canvas, arrow, start)
    if right and left:  # a broadcast from the middle: one label is enough
        style = arrow.label.style
        canvas.put(left[0] + 2, lanes.glyphs.line * (start - left[0] - 2), style)
        canvas.put(start, lanes.glyphs.cross, style)
    return canvas


def _target(lanes: Lanes, arrow: Arrow, start: int) -> int:
    """The column a lost frame was going to: a lifeline, or the neighbour when it is unknown."""
    if arrow.toward in lanes.index and arrow.toward != arrow.sender:
        return lanes.columns[lanes.index[arrow.toward]]
    if len(lanes.columns) == 1:
        return lanes.width - 1
    if lanes.columns[-1] == start:
        return lanes.columns[-2]
    return lanes.columns[lanes.columns.index(start) + 1]


def _draw_side(
    lanes: Lanes, canvas: Canvas, arrow: Arrow, start: int, ends: list[int], reached: list[int]
) -> None:
    glyphs = lanes.glyphs
    style = arrow.label.style
    rightward = ends[0] > start
    far = max(ends) if rightward else min(ends)
    line = glyphs.dashed if arrow.label.retransmission else glyphs.line
    low, high = (start + 1, far) if rightward else (far + 1, start)
    canvas.put(low, line * (high - low), style)
    routers = [lanes.columns[lanes.index[name]] for name in arrow.via]
    for column in lanes.columns:
        if low <= column < high:
            canvas.put(column, glyphs.hop if column in routers else glyphs.cross, style)
    canvas.put(start, glyphs.out_right if rightward else glyphs.out_left, style)
    for column in ends:
        place = column - 1 if rightward else column + 1
        if column in reached:
            canvas.put(place, glyphs.right if rightward else glyphs.left, style)
        elif arrow.cut is None:
            canvas.put(place, glyphs.cut, "drop")
    if arrow.cut is None:
        nearest = min(abs(column - start) for column in ends)
        _put_label(lanes, canvas, arrow, low, high, rightward, nearest)
    else:
        _put_cut(lanes, canvas, arrow, low, high, rightward)


def _put_label(
    lanes: Lanes, canvas: Canvas, arrow: Arrow, low: int, high: int, rightward: bool, nearest: int
) -> None:
    if arrow.via and _put_words(lanes, canvas, arrow, low, high, rightward):
        return
    # "─ " before and " ─▶" behind: the line shows at both ends of the label.
    room = high - low - 5
    if cell_width(arrow.label.parts[0]) <= nearest - 6:
        room = nearest - 6  # do not cover the head at a nearer lifeline
    text = _text(lanes, arrow.label, room)
    start = low + 1 if rightward else high - 1 - cell_width(text) - 2
    canvas.put(start, f" {text} ", arrow.label.style)


def _put_words(
    lanes: Lanes, canvas: Canvas, arrow: Arrow, low: int, high: int, rightward: bool
) -> bool:
    """Write as much of the label as there is room for between the routers; False: not even a part.

    Parts stand, from the sender on, where they cover no router, in reading order within each lane.
    """
    routers = sorted(lanes.columns[lanes.index[name]] for name in arrow.via)
    # As in `_put_label`, the line shows at both ends.
    bounds = [low, *routers, high - 2] if rightward else [low + 1, *routers, high - 1]
    gaps = [(one + 2, other - 2) for one, other in itertools.pairwise(bounds)]
    if not rightward:
        gaps.reverse()
    again = f"{lanes.glyphs.again} {arrow.label.retransmission}"
    for count in range(len(arrow.label.parts), 0, -1):
        parts = list(arrow.label.parts[:count]) + [again] * bool(arrow.label.retransmission)
        runs = _flow(parts, ["", *arrow.beyond], [end - start + 1 for start, end in gaps])
        if runs is None:
            continue
        for (start, end), run in zip(gaps, runs, strict=True):
            if run:
                column = start if rightward else end - cell_width(run) + 1
                canvas.put(column - 1, f" {run} ", arrow.label.style)
        return True
    return False


def _flow(parts: Sequence[str], behind: Sequence[str], rooms: Sequence[int]) -> list[str] | None:
    """What stands in each gap, from the sender on; None where the parts do not fit."""
    left = list(parts)
    runs = []
    for text, room in itertools.zip_longest(behind, rooms, fillvalue=""):
        run = text if cell_width(text) <= int(room or 0) else ""
        while left and cell_width(f"{run} {left[0]}".strip()) <= int(room or 0):
            run = f"{run} {left.pop(0)}".strip()
        runs.append(run)
    return None if left else runs


def _put_cut(
    lanes: Lanes, canvas: Canvas, arrow: Arrow, low: int, high: int, rightward: bool
) -> None:
    """The label, some line, the cut with its reason, then nothing up to the other lifeline."""
    room = high - low
    mark, cut_style = lanes.glyphs.cut, "drop"
    if arrow.pending:
        mark, cut_style = lanes.glyphs.ellipsis, "dim"
    cut = f"{mark} {arrow.cut}"
    cut = fit(cut, max(room - 16, 8), lanes.glyphs.ellipsis)
    cut_width = cell_width(cut)
    # "─ " before the label, " ──" behind it, one space between the reason and the lifeline.
    text = _text(lanes, arrow.label, room - cut_width - 6)
    text_width = cell_width(text)
    nearest = text_width + 5  # from the sender to the cut
    if arrow.via:
        last = lanes.columns[lanes.index[arrow.via[-1]]]
        nearest = max(nearest, (last - low if rightward else high - last) + 2)
    offset = min(max(nearest, round(room * CUT_AT)), room - cut_width - 1)
    style = arrow.label.style
    if rightward:
        _clear(lanes, canvas, low + offset, high)
        canvas.put(low + 1, f" {text} ", style)
        canvas.put(low + offset, cut, cut_style)
    else:
        _clear(lanes, canvas, low, high - offset)
        canvas.put(high - 1 - text_width - 2, f" {text} ", style)
        canvas.put(high - offset - cut_width, cut, cut_style)


def _draw_return(lanes: Lanes, canvas: Canvas, arrow: Arrow, start: int) -> None:
    """A frame that its sender got back."""
    glyphs = lanes.glyphs
    last = start == lanes.columns[-1] and len(lanes.columns) > 1
    between = sorted([start, lanes.columns[-2] if last else [*lanes.columns, lanes.width][1]])
    text = _text(lanes, arrow.label, between[1] - between[0] - 7)
    if last:
        text = f"{glyphs.line} {text} {glyphs.line}{glyphs.right}"
        canvas.put(start - cell_width(text), text, arrow.label.style)
    else:
        text = f"{glyphs.left}{glyphs.line} {text} {glyphs.line}"
        canvas.put(start + 1, text, arrow.label.style)


def _clear(lanes: Lanes, canvas: Canvas, low: int, high: int) -> None:
    """Take the line away again where the frame did not come."""
    canvas.put(low, " " * (high - low))
    for column in lanes.columns:
        if low <= column < high:
            canvas.put(column, lanes.glyphs.lifeline, "dim")


def _text(lanes: Lanes, label: Label, room: int) -> str:
    """As many parts of the label as fit; the count of retransmissions always."""
    again = f" {lanes.glyphs.again} {label.retransmission}" if label.retransmission else ""
    room -= cell_width(again)
    text = fit(label.parts[0], room, lanes.glyphs.ellipsis)
    for part in label.parts[1:]:
        left = room - cell_width(text) - 1
        if cell_width(part) > left:
            if part.startswith(PREVIEW_MARK) and left >= SHORTEST_PREVIEW:
                text += f" {fit(part, left, lanes.glyphs.ellipsis)}"
            break
        text += f" {part}"
    return text + again
