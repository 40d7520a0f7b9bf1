"""What is shown of a script that did not pass: its line, what was expected, what came, the ladder.

Rows for any sink (`wirelab.sim.views`): the command line colours them, pytest takes their text.
"""

from collections.abc import Iterator
from textwrap import wrap
from typing import Final

from wirelab.sim.packetdrill.outcome import Outcome, Verdict, visible
from wirelab.sim.views.glyphs import UNICODE, Glyphs
from wirelab.sim.views.ladder import Ladder
from wirelab.sim.views.messages import Language
from wirelab.sim.views.rows import Row, Span, plain_text, row

WIDTH: Final = 80  # columns
LADDER_ROWS: Final = 200
"""Rows of ladder at most; ours: what a person scrolls through."""

_INDENT: Final = "  "
_NAME: Final = 10  # columns of the longest name, with a blank


def report_rows(
    outcome: Outcome,
    *,
    width: int = WIDTH,
    glyphs: Glyphs = UNICODE,
    language: Language = Language.ENGLISH,
    limit: int = LADDER_ROWS,
) -> Iterator[Row]:
    """The rows of a report, without the line that names the verdict.

    Args:
        outcome: of a script.
        width: columns of the ladder.
        glyphs: Unicode or ASCII.
        language: of the ladder's words.
        limit: rows of the ladder at most.
    """
    if outcome.line:
        yield from _fact(f"line {outcome.line}", outcome.source, width)
    if outcome.verdict is not Verdict.PASS:
        yield from _fact("what", outcome.what, width)
    if outcome.expected:
        yield from _fact("expected", outcome.expected, width)
    if outcome.got:
        style = "drop" if outcome.verdict is Verdict.FAIL else ""
        yield from _fact("got", outcome.got, width, style)
    for note in outcome.notes:
        yield from _fact("note", note, width)
    trace = outcome.trace
    if trace is not None and trace.events:
        ladder = Ladder(trace, width=width, glyphs=glyphs, language=language, limit=limit)
        yield from ladder.rows([outcome.path])


def report_text(outcome: Outcome, *, limit: int = LADDER_ROWS) -> str:
    """The report as plain text, beginning with the verdict."""
    lines = [str(outcome)]
    lines += [plain_text(line).rstrip() for line in report_rows(outcome, limit=limit)]
    return "\n".join(lines)


def _fact(name: str, text: str, width: int, style: str = "") -> Iterator[Row]:
    """A fact under its name, in as many rows as it takes."""
    room = max(width - len(_INDENT) - _NAME, _NAME)
    for part in wrap(visible(text), room) or [""]:
        yield row(Span(f"{_INDENT}{name:<{_NAME}}", "dim"), Span(part, style))
        name = ""
