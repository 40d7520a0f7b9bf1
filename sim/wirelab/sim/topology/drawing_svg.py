"""A topology as SVG: each network a horizontal line, each machine a box in a column of its own.

    lan ─┬───────┬──────┬─────
       alice    bob     │r1
                        │
    servers ────────────┴──┬──
                          web

A box that joins networks stands below the first of them, and its lines run up and down to all.
Rule: a column belongs to one such box from its topmost to its lowest network, so that no line runs
behind a machine; hosts stand in the columns that are free below their network.
"""

from html import escape
from typing import TYPE_CHECKING, Final

from wirelab.sim.topology.drawing_text import settings, summary
from wirelab.sim.topology.model import Kind, Member, Segment

if TYPE_CHECKING:
    from wirelab.sim.topology.declaration import Topology

# All in px.
MARGIN: Final = 24
TITLE: Final = 40
BOX_WIDTH: Final = 148
COLUMN: Final = BOX_WIDTH + 20
NAME_LINE: Final = 20
LINE: Final = 15
STEM: Final = 22
BUS_LABEL: Final = 22
ROW_GAP: Final = 26
CHARACTER: Final = 6.7

STYLE: Final = """
svg { background: #fbfbfa; color-scheme: light dark; }
text { font: 12px ui-monospace, "DejaVu Sans Mono", monospace; fill: #1b1f24; white-space: pre; }
.label { paint-order: stroke; stroke: #fbfbfa; stroke-width: 5px; }
.title { font-weight: 700; font-size: 14px; }
.name { font-weight: 700; }
.faint { fill: #5f6b7a; }
.bus { stroke: #4053c9; stroke-width: 4; stroke-linecap: round; }
.wire { stroke: #5f6b7a; stroke-width: 1.5; fill: none; }
.dot { fill: #4053c9; }
.machine { fill: #ffffff; stroke: #5f6b7a; stroke-width: 1.5; }
.router { stroke: #0a7d6b; stroke-width: 2.5; }
.nat { stroke: #a05a00; stroke-width: 2.5; }
.filter { stroke: #c4232f; stroke-width: 2.5; }
@media (prefers-color-scheme: dark) {
svg { background: #0f1216; }
text { fill: #e6e9ec; }
.label { stroke: #0f1216; }
.faint { fill: #9aa7b5; }
.bus { stroke: #98a6ff; }
.wire { stroke: #9aa7b5; }
.dot { fill: #98a6ff; }
.machine { fill: #181d23; stroke: #9aa7b5; }
.router { stroke: #4fd1b4; }
.nat { stroke: #f0a04b; }
.filter { stroke: #ff7b78; }
}
"""
"""The colours of the views, which adapt to the reader's scheme."""


def draw(topology: "Topology") -> str:
    """Draw a topology that was checked; see `Topology.svg`."""
    return _Drawing(topology).svg()


class _Drawing:
    def __init__(self, topology: "Topology") -> None:
        self._topology = topology
        self._rows = list(topology.segments)
        self._columns: dict[str, int] = {}
        self._place()
        self._tops: list[int] = []  # y of each network's line
        y = MARGIN + TITLE
        for row in range(len(self._rows)):
            self._tops.append(y + BUS_LABEL)
            y += BUS_LABEL + self._row_height(row) + ROW_GAP
        self._height = y - ROW_GAP + MARGIN

    # Columns.

    def _place(self) -> None:
        """Give every machine its column: joining boxes first, since their lines cross rows."""
        taken: list[set[int]] = [set() for _ in self._rows]
        members = sorted(self._topology.members.values(), key=lambda one: not one.kind.joins)
        for member in members:
            rows = [self._rows.index(one.network) for one in member.attachments]
            first, last = min(rows), max(rows)
            span = range(first, max(last, first + 1))
            column = 0
            while any(column in taken[row] for row in span):
                column += 1
            for row in span:
                taken[row].add(column)
            self._columns[member.name] = column

    def _home(self, member: Member) -> int:
        """The row that a machine's box stands in: below its topmost network."""
        return min(self._rows.index(one.network) for one in member.attachments)

    def _row_height(self, row: int) -> int:
        heights = [
            _box_height(member)
            for member in self._topology.members.values()
            if self._home(member) == row
        ]
        return STEM + max(heights, default=0)

    def _middle(self, member: Member) -> int:
        return MARGIN + self._columns[member.name] * COLUMN + BOX_WIDTH // 2

    # Drawing.

    def svg(self) -> str:
        width = self._width()
        title = escape(summary(self._topology))
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {self._height}" '
            f'width="{width}" height="{self._height}" role="img" aria-label="{title}">',
            f"<title>{title}</title>",
            f"<style>{STYLE}</style>",
            f'<text class="title" x="{MARGIN}" y="{MARGIN + 14}">{title}</text>',
        ]
        members = self._topology.members.values()
        parts += [wire for member in members for wire in self._wires(member)]
        parts += [line for name in self._rows for line in self._bus(self._topology.segments[name])]
        parts += [line for member in members for line in self._box(member)]
        parts.append("</svg>")
        return "\n".join(parts) + "\n"

    def _width(self) -> int:
        columns = max(self._columns.values(), default=0) + 1
        labels = [len(_label(one)) for one in self._topology.segments.values()]
        text = max([len(summary(self._topology)), *labels], default=0) * CHARACTER
        return 2 * MARGIN + max(columns * COLUMN, round(text) + COLUMN // 2)

    def _bus(self, segment: Segment) -> list[str]:
        y = self._tops[self._rows.index(segment.name)]
        present = [one for one in self._topology.members.values() if one.on(segment.name)]
        middles = [self._middle(member) for member in present] or [MARGIN]
        left = min(MARGIN, *middles)
        right = max(middles) + BOX_WIDTH // 2
        lines = [
            f'<line class="bus" x1="{left}" y1="{y}" x2="{right}" y2="{y}"/>',
            f'<text class="label" x="{MARGIN}" y="{y - 9}">'
            f'<tspan class="name">{escape(segment.name)}</tspan>'
            f'<tspan class="faint">{escape(_label(segment)[len(segment.name) :])}</tspan></text>',
        ]
        lines += [f'<circle class="dot" cx="{x}" cy="{y}" r="5"/>' for x in middles]
        return lines

    def _wires(self, member: Member) -> list[str]:
        x = self._middle(member)
        rows = [self._rows.index(one.network) for one in member.attachments]
        top, bottom = self._tops[min(rows)], self._tops[max(rows)]
        below = self._tops[self._home(member)] + STEM
        return [f'<path class="wire" d="M{x} {top}V{max(below, bottom)}"/>']

    def _box(self, member: Member) -> list[str]:
        left = MARGIN + self._columns[member.name] * COLUMN
        top = self._tops[self._home(member)] + STEM
        kind = "" if member.kind is Kind.HOST else f" {member.kind.name.lower()}"
        lines = [
            f'<rect class="machine{kind}" x="{left}" y="{top}" width="{BOX_WIDTH}" '
            f'height="{_box_height(member)}" rx="6"/>'
        ]
        middle = self._middle(member)
        name = member.name if member.kind is Kind.HOST else f"{member.name} ({member.kind.word})"
        y = top + NAME_LINE - 3
        lines.append(_centred(middle, y, name, "name"))
        for text in _address_lines(member):
            y += LINE
            lines.append(_centred(middle, y, text, "faint"))
        return lines


def _label(segment: Segment) -> str:
    prefixes = "  ".join(map(str, segment.prefixes))
    return "  ".join(filter(None, (segment.name, prefixes, settings(segment))))


def _address_lines(member: Member) -> list[str]:
    serves = [f"serves {', '.join(member.services)}"] if member.services else []
    return [line for attachment in member.attachments for line in attachment.lines()] + serves


def _box_height(member: Member) -> int:
    return NAME_LINE + LINE * len(_address_lines(member)) + 6


def _centred(x: int, y: int, text: str, style: str) -> str:
    """A line of text, squeezed where it is wider than a box."""
    room = BOX_WIDTH - 12
    squeeze = f' textLength="{room}" lengthAdjust="spacingAndGlyphs"'
    fit = squeeze if len(text) * CHARACTER * 1.08 > room else ""
    return f'<text class="{style}" x="{x}" y="{y}" text-anchor="middle"{fit}>{escape(text)}</text>'
