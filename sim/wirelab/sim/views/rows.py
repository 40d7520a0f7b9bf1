"""Rows of styled text, and a canvas one row high on which arrows are drawn.

A renderer yields rows; a sink (`wirelab.sim.views.sinks`) makes a line of each. A style is a name,
not a colour.
"""

from collections.abc import Iterable
from typing import NamedTuple

from wirelab.sim.views.cells import character_width, printable

PLAIN = ""


class Span(NamedTuple):
    """Text in one style."""

    text: str
    style: str = PLAIN


Row = tuple[Span, ...]


def row(*spans: str | Span) -> Row:
    """A row of spans; bare text is plain."""
    return tuple(Span(span) if isinstance(span, str) else span for span in spans)


def plain_text(line: Iterable[Span]) -> str:
    """The text of a row without its styles."""
    return "".join(span.text for span in line)


class Canvas:
    """One row of `width` terminal cells; later drawing covers earlier drawing."""

    __slots__ = ("_cells", "_styles", "width")

    def __init__(self, width: int) -> None:
        self.width = width
        self._cells = [" "] * width
        self._styles = [PLAIN] * width

    def put(self, column: int, text: str, style: str = PLAIN) -> None:
        """Draw `text` from `column` on. What does not fit on the row is left out."""
        for character in printable(text):
            cells = character_width(character)
            if cells == 0 or column < 0 or column + cells > self.width:
                continue
            self._clear_wide_at(column)
            self._clear_wide_at(column + cells - 1)
            self._cells[column] = character
            self._styles[column] = style
            if cells == 2:
                self._cells[column + 1] = ""
                self._styles[column + 1] = style
            column += cells

    def _clear_wide_at(self, column: int) -> None:
        """Half of a two-cell character cannot stay: blank the other half."""
        if self._cells[column] == "":
            self._cells[column - 1] = " "
            self._cells[column] = " "
        elif column + 1 < self.width and self._cells[column + 1] == "":
            self._cells[column + 1] = " "

    def row(self) -> Row:
        """The row: neighbouring cells of one style are one span. Always `width` cells wide."""
        spans: list[Span] = []
        for character, style in zip(self._cells, self._styles, strict=True):
            if spans and (spans[-1].style == style or (character == " " and not spans[-1].style)):
                spans[-1] = Span(spans[-1].text + character, spans[-1].style)
            else:
                spans.append(Span(character, style))
        return tuple(spans)
