"""Where things are on a row of a ladder: the time gutter, the lifelines, the lanes between.

|<-- gutter -->|alice                      bob|
 4      60.000  ├─ TCP SYN ────────────────▶│
                ^ column of lifeline 0       ^ column of lifeline 1 = width - 1
"""

from collections.abc import Mapping, Sequence

from wirelab.sim.views.cells import cell_width, fit, printable, wrap
from wirelab.sim.views.glyphs import Glyphs
from wirelab.sim.views.rows import Canvas, Row, Span, row

GUTTER = 16  # columns before the first lifeline: number 2, time 11, spaces
MINIMUM_LANE = 21  # columns between two lifelines; ours: four of them stand on 80 columns
NOTE_ROWS = 3  # of a note beside a lifeline; ours: more would hide the frames
NO_BREAK = "\N{NO-BREAK SPACE}"
"""In a note: a space at which no row ends."""


class Lanes:
    """The geometry of one ladder, and the rows that are no arrows.

    Args:
        names: of the lifelines, left to right, at least one.
        captions: a line under each name, such as its address.
        width: columns of every row.
        glyphs: what to draw with.
        gutter: columns before the first lifeline.
    """

    def __init__(
        self,
        names: Sequence[str],
        captions: Sequence[str],
        width: int,
        glyphs: Glyphs,
        gutter: int = GUTTER,
    ) -> None:
        span = max(len(names) - 1, 1)
        self.width = max(width, gutter + 1 + span * MINIMUM_LANE)
        self.gutter = gutter
        self.glyphs = glyphs
        self.names = list(names)
        self.captions = list(captions)
        inner = self.width - 1 - gutter
        # Halves round up: a lifeline in the middle stands where an eye expects it.
        self.columns = [gutter + (2 * index * inner + span) // (2 * span) for index in range(span)]
        self.columns += [self.width - 1] if len(names) > 1 else []
        self.index = {name: index for index, name in enumerate(names)}

    def title(self, parts: Sequence[str]) -> Row:
        """A rule with words in it, as many parts as fit."""
        rule = self.glyphs.rule
        room = self.width - 6
        text = fit(printable(parts[0]), room, self.glyphs.ellipsis)
        for part in map(printable, parts[1:]):
            if cell_width(f"{text}   {part}") > room:
                break
            text = f"{text}   {part}"
        used = cell_width(text) + 4
        return row(
            Span(rule * 2 + " ", "dim"),
            Span(text, "title"),
            Span(" " + rule * (self.width - used), "dim"),
        )

    def heading(self, time_word: str) -> list[Row]:
        """The names over their lifelines, and the captions under them."""
        first = Canvas(self.width)
        first.put(1, "#", "dim")
        first.put(self.gutter - 2 - cell_width(time_word), time_word, "dim")
        second = Canvas(self.width)
        for texts, canvas, style in ((self.names, first, "name"), (self.captions, second, "dim")):
            for index, text in enumerate(texts):
                self._over_lifeline(canvas, index, text, style)
        return [first.row(), second.row()]

    def _over_lifeline(self, canvas: Canvas, index: int, text: str, style: str) -> None:
        """Left-aligned at the first lifeline, right-aligned at the last, centred between."""
        column = self.columns[index]
        last = len(self.columns) - 1
        room = self.width - self.gutter if last == 0 else self.columns[1] - self.columns[0] - 2
        text = fit(text, room, self.glyphs.ellipsis)
        width = cell_width(text)
        if index == 0:
            start = column
        elif index == last:
            start = column - width + 1
        else:
            start = column - width // 2
        canvas.put(start, text, style)

    def canvas(self, styles: Mapping[str, str], glyph: str | None = None) -> Canvas:
        """A row with nothing but its lifelines, each in its host's style."""
        canvas = Canvas(self.width)
        for name, column in zip(self.names, self.columns, strict=True):
            canvas.put(column, glyph or self.glyphs.lifeline, styles.get(name, "dim"))
        return canvas

    def fold(self, text: str) -> Row:
        """A row for time in which nothing happened, or for rows left out."""
        canvas = self.canvas({}, self.glyphs.fold)
        room = self.columns[-1] - self.gutter - 1 if len(self.columns) > 1 else self.width
        text = fit(text, room - 2, self.glyphs.ellipsis)
        start = self.gutter + 1 + (room - cell_width(text)) // 2
        padded = f" {text} "
        canvas.put(start - 1, padded, "dim")
        return canvas.row()

    def note(
        self,
        host: str,
        text: str,
        style: str,
        styles: Mapping[str, str],
        rows: int = NOTE_ROWS,
    ) -> list[Row]:
        """Words of one host, beside its lifeline, cut if they need more than so many rows."""
        index = self.index[host]
        column = self.columns[index]
        last = index == len(self.columns) - 1 and index > 0
        if last:
            room = column - self.columns[index - 1] - 3
        elif len(self.columns) > 1:
            room = self.columns[index + 1] - column - 3
        else:
            room = self.width - column - 3
        lines = wrap(text, room)
        if len(lines) > rows:
            rest = " ".join(lines[rows - 1 :]) if rows > 1 else text
            lines[rows - 1 :] = [fit(rest, room, self.glyphs.ellipsis)]
        drawn = []
        for line in lines:
            canvas = self.canvas(styles)
            start = column - 1 - cell_width(line) if last else column + 2
            canvas.put(start, line.replace(NO_BREAK, " "), style)
            drawn.append(canvas.row())
        return drawn

    def number_and_time(self, canvas: Canvas, number: int, time_ns: int) -> None:
        """Fill the gutter: the frame's number, and its time in ms with three decimals."""
        time = milliseconds(time_ns)
        canvas.put(0, f"{number:>2}", "dim")
        canvas.put(self.gutter - 2 - len(time), time, "time")


def milliseconds(time_ns: int) -> str:
    """Nanoseconds as milliseconds, to the microsecond.

    >>> milliseconds(1_060_000_499)
    '1,060.000'
    """
    return f"{time_ns // 1_000_000:,}.{time_ns // 1000 % 1000:03d}"


def lanes_in(width: int, gutter: int) -> int:
    """How many lifelines that can be read fit on a row."""
    return 1 + (width - gutter - 1) // MINIMUM_LANE


def gutter_for(frames: int, last_time_ns: int) -> int:
    """Columns the gutter needs for that many frames up to that time."""
    return max(GUTTER, max(2, len(str(frames))) + 1 + len(milliseconds(last_time_ns)) + 2)
