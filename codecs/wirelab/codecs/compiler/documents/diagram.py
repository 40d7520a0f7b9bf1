"""A header as the RFCs draw it: rows of 32 bits, two columns a bit.

     0                   1                   2                   3
     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
    |          source_port          |       destination_port        |
    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+

A field that goes on in the next row has no line there. A part whose length varies has colons for
sides; parts that may be absent stand in brackets, in one row if they depend on the same. What
follows either begins a row of its own, and from there on rows do not count from the start of the
header. A name that has no room in its bits is a letter, which the lines below the drawing explain.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from wirelab.codecs.compiler.documents.layout import Part, tiles

WIDTH = 32
"""Bits of a row."""

TALLEST = 4
"""Lines of text in a row at most; ours: `SYN` may stand upright, `reserved` may not."""


@dataclass(frozen=True)
class Piece:
    """The bits of one field in one row.

    Attributes:
        field: number of the field in the drawing; pieces of one field have the same.
        text: what to write; empty in all but one piece of a field.
        start: first bit in the row.
        stop: bit after the last one.
        varies: its length is not known, and it fills its row.
    """

    field: int
    text: str
    start: int
    stop: int
    varies: bool = False


Row = list[Piece]


def diagram(parts: Sequence[Part]) -> str:
    """The drawing, without a line break at the end; empty if there is nothing to draw."""
    rows, legend = _rows(parts)
    if not rows:
        return ""
    lines = [_ruler(True), _ruler(False), _border([], rows[0])]
    for index, row in enumerate(rows):
        lines += _text_lines(row)
        lines.append(_border(row, rows[index + 1] if index + 1 < len(rows) else []))
    width = max((len(letter) for letter, _ in legend), default=0)
    lines += [f"    {letter:<{width}} {text}" for letter, text in legend]
    return "\n".join(line.rstrip() for line in lines)


def _cells(parts: Iterable[Part]) -> list[tuple[str, int, bool]]:
    """Name, bits (0: varies), and whether it begins a row of its own."""
    found: list[tuple[str, int, bool]] = []
    fresh, condition = False, ""
    for part in parts:
        fresh = fresh or part.condition != condition
        name = f"[{part.name}]" if part.condition else part.name
        views = tiles(part)
        if views:
            found += [
                (view.name, view.bits, fresh and not index) for index, view in enumerate(views)
            ]
        else:
            found.append((name, part.bits, fresh))
        fresh, condition = not part.bits, part.condition
    return found


def _rows(parts: Iterable[Part]) -> tuple[list[Row], list[tuple[str, str]]]:
    """The pieces of each row, and letters with the names that they stand for."""
    rows: list[Row] = []
    letters: list[tuple[str, str]] = []
    at = WIDTH
    for field, (name, bits, fresh) in enumerate(_cells(parts)):
        if fresh or not bits:
            at = WIDTH
        if not bits:
            rows.append([Piece(field, name, 0, WIDTH, varies=True)])
            continue
        spans: list[tuple[int, int, int]] = []  # row, start, stop
        left = bits
        while left:
            if at == WIDTH:
                rows.append([])
                at = 0
            stop = min(WIDTH, at + left)
            spans.append((len(rows) - 1, at, stop))
            left -= stop - at
            at = stop
        labelled = _widest(spans)
        text = name
        if not _fits(name, bits if len(spans) == 1 else WIDTH // 2):
            text = ascii_uppercase[len(letters) % 26]
            letters.append((text, name))
        for index, (row, start, stop) in enumerate(spans):
            rows[row].append(Piece(field, text if index == labelled else "", start, stop))
    return rows, letters


def _widest(spans: Sequence[tuple[int, int, int]]) -> int:
    """The middle one of the widest spans: where the name goes."""
    width = max(stop - start for _, start, stop in spans)
    widest = [index for index, (_, start, stop) in enumerate(spans) if stop - start == width]
    return widest[(len(widest) - 1) // 2]


def _fits(name: str, bits: int) -> bool:
    return len(_wrap(name, bits)) <= TALLEST


def _wrap(name: str, bits: int) -> list[str]:
    """The lines of a name in so many bits: whole, by words, or, in one bit, upright."""
    room = bits * 2 - 1
    if len(name) <= room:
        return [name]
    if bits == 1:
        return list(name)
    lines: list[str] = []
    for word in name.split("_"):
        joined = f"{lines[-1]}_{word}" if lines else word
        if lines and len(joined) <= room:
            lines[-1] = joined
        else:
            lines.append(word)
    return lines if all(len(line) <= room for line in lines) else [*name, *"*" * TALLEST]


def _text_lines(row: Row) -> list[str]:
    wrapped = [_wrap(piece.text, piece.stop - piece.start) for piece in row]
    height = max(3 if any(piece.varies for piece in row) else 1, *map(len, wrapped))
    lines = []
    for at in range(height):
        line = " " * 4
        for piece, text in zip(row, wrapped, strict=True):
            first = (height - len(text)) // 2
            word = text[at - first] if first <= at < first + len(text) else ""
            # The ends of a part of variable length are closed, what is between is open.
            side = ":" if piece.varies and at > 0 else "|"
            line += side + _centred(word, (piece.stop - piece.start) * 2 - 1)
        last = row[-1]
        right = ":" if last.varies and at < height - 1 else "|"
        lines.append(line + right)
    return lines


def _centred(word: str, room: int) -> str:
    """As the RFCs do it: what cannot be halved is on the right (`str.center` is not so sure)."""
    return (" " * ((room - len(word)) // 2) + word).ljust(room)


def _border(above: Row, below: Row) -> str:
    """The line between two rows, with a gap where a field goes on."""
    upper, lower = _owners(above), _owners(below)
    end = max(len(upper), len(lower))
    line = ""
    for bit in range(end):
        here = _goes_on(upper, lower, bit)
        line += (" " if here and bit and _goes_on(upper, lower, bit - 1) else "+") + (
            " " if here else "-"
        )
    return f"    {line}+"


def _owners(row: Row) -> list[int]:
    """The field of each bit of a row."""
    return [piece.field for piece in row for _ in range(piece.start, piece.stop)]


def _goes_on(upper: Sequence[int], lower: Sequence[int], bit: int) -> bool:
    return bit < len(upper) and bit < len(lower) and upper[bit] == lower[bit]


def _ruler(tens: bool) -> str:
    digits = [str(bit // 10 if tens else bit % 10) for bit in range(WIDTH)]
    if tens:
        digits = [digit if bit % 10 == 0 else " " for bit, digit in enumerate(digits)]
    return "     " + " ".join(digits)
