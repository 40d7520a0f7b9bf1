"""Text measured in terminal cells, never in characters.

Source: Unicode Standard Annex 11 (East Asian Width). *Ambiguous* characters, which box-drawing ones
are, count one cell: a terminal set to draw them double is what `--ascii` is for.
"""

from unicodedata import category, east_asian_width

_NO_CELL = {"Mn", "Me", "Cf"}  # combining marks and format characters sit on their neighbour
# A line of Japanese does not begin with these (JIS X 4051).
_NEVER_FIRST = "、。，．・）」』】!?,.)"  # noqa: RUF001
_CONTROLS = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)), "?")  # ECMA-48 C0, DEL and C1


def printable(text: str) -> str:
    r"""`text` with a question mark for each control character: a terminal would obey them.

    >>> printable("a\nb\x1b[31m")
    'a?b?[31m'
    """
    return text.translate(_CONTROLS)


def cell_width(text: str) -> int:
    """How many terminal cells `text` takes.

    >>> cell_width("SYN"), cell_width("再送"), cell_width("──▶")
    (3, 4, 3)
    """
    if text.isascii():
        return len(text)
    return sum(character_width(character) for character in text)


def character_width(character: str) -> int:
    """0, 1 or 2 cells."""
    if east_asian_width(character) in "WF":
        return 2
    return 0 if category(character) in _NO_CELL else 1


def fit(text: str, width: int, ellipsis: str = "…") -> str:
    """`text`, cut with an ellipsis when it is wider than `width` cells.

    >>> fit("connect(bob, 80)", 9)
    'connect(…'
    """
    if cell_width(text) <= width:
        return text
    room = width - cell_width(ellipsis)
    if room < 0:
        return text[: max(width, 0)] if text.isascii() else ""
    kept = []
    for character in text:
        room -= character_width(character)
        if room < 0:
            break
        kept.append(character)
    return "".join(kept) + ellipsis


def pad(text: str, width: int) -> str:
    """`text`, cut or filled with spaces to exactly `width` cells."""
    text = fit(text, width)
    return text + " " * (width - cell_width(text))


def wrap(text: str, width: int) -> list[str]:
    """`text` in lines of at most `width` cells, broken at spaces or beside wide characters.

    A single word wider than a line is broken where the line ends.
    """
    lines: list[str] = []
    line = ""
    for piece in _pieces(text):
        if line and cell_width(line) + cell_width(piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
        while cell_width(line.rstrip()) > width:
            head = fit(line, width, "") or line[0]
            lines.append(head)
            line = line[len(head) :]
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _pieces(text: str) -> list[str]:
    """The parts between which a line may be broken; a part carries the spaces after it."""
    pieces: list[str] = []
    for character in text:
        last = pieces[-1][-1] if pieces else ""
        wide = character_width(character) == 2
        breaks = (last == " " and character != " ") or (
            last not in ("", " ") and (wide or character_width(last) == 2) and character != " "
        )
        if not pieces or (breaks and character not in _NEVER_FIRST):
            pieces.append(character)
        else:
            pieces[-1] += character
    return pieces
