"""What is shown of a script that did not pass: its line, what was expected, what came, the ladder.

Rows for any sink (`wirelab.sim.views`): the command line colours them, pytest takes their text.
"""

from collections.abc import Iterator
from typing import Final

from wirelab.sim.packetdrill.outcome import Outcome, Verdict
from wirelab.sim.views.glyphs import UNICODE, Glyphs
from wirelab.sim.views.ladder import Ladder
from wirelab.sim.views.messages import Language
from wirelab.sim.views.rows import Row, Span, plain_text, row

WIDTH: Final = 80  # columns
LADDER_ROWS: Final = 200
"""Rows of ladder at most; ours: what a person scrolls through."""

_INDENT: Final = "  "


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
        yield _fact(f"line {outcome.line}", outcome.source)
    if outcome.verdict is not Verdict.PASS:
        yield _fact("what", outcome.what)
    if outcome.expected:
        yield _fact("expected", outcome.expected)
    if outcome.got:
        yield _fact("got", outcome.got, "drop" if outcome.verdict is Verdict.FAIL else "")
    for note in outcome.notes:
        yield _fact("note", note)
    trace = outcome.trace
    if trace is not None and trace.events:
        ladder = Ladder(trace, width=width, glyphs=glyphs, language=language, limit=limit)
        yield from ladder.rows([outcome.path])


def report_text(outcome: Outcome, *, limit: int = LADDER_ROWS) -> str:
    """The report as plain text, beginning with the verdict."""
    lines = [str(outcome)]
    lines += [plain_text(line).rstrip() for line in report_rows(outcome, limit=limit)]
    return "\n".join(lines)


def _fact(name: str, text: str, style: str = "") -> Row:
    return row(Span(f"{_INDENT}{name:<10}", "dim"), Span(text, style))
