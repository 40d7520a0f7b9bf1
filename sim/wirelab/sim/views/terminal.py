"""A trace on a terminal: which look it gets, and the two things that are shown of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from shutil import get_terminal_size
from typing import TextIO

from wirelab.sim.reasons import Reason
from wirelab.sim.trace import Trace
from wirelab.sim.trace.failure import find_failure, find_quoted, find_reset
from wirelab.sim.views.glyphs import ASCII, Glyphs, choose_glyphs
from wirelab.sim.views.ladder import Ladder
from wirelab.sim.views.messages import Language, choose_language
from wirelab.sim.views.rows import Row
from wirelab.sim.views.sinks import Sink, choose_sink, write_rows
from wirelab.sim.views.where import reason_only_rows, where_rows

TERMINAL_ROWS = 200  # ours: what a person scrolls through
WIDEST = 120  # columns taken of a wide terminal unasked; ours: an arrow's ends stay in one view

# What a program is told (left) for what became of its frame at the other host (right).
_CAUSES = {
    Reason.ICMP_PORT_UNREACHABLE: {Reason.UDP_NO_SOCKET},
    Reason.ICMP_PROTOCOL_UNREACHABLE: {Reason.IP_NO_PROTOCOL},
    Reason.ICMP_TTL_EXPIRED: {Reason.IP_TTL_EXPIRED},
    Reason.TCP_RESET: {Reason.TCP_NO_CONNECTION, Reason.TCP_CLOSED},
}
_SILENCES = {Reason.TCP_TIMEOUT, Reason.ARP_TIMEOUT, Reason.ND_TIMEOUT, Reason.LIVE_TIMEOUT}


@dataclass(frozen=True, slots=True)
class Look:
    """How views appear: columns, characters, language, and the sink that colours them or not."""

    width: int
    glyphs: Glyphs
    language: Language
    sink: Sink

    def show(self, rows: Iterable[Row], stream: TextIO) -> None:
        """Write rows as lines."""
        write_rows(rows, self.sink, stream)


def choose_look(
    stream: TextIO,
    environment: Mapping[str, str],
    *,
    color: str = "auto",
    ascii_only: bool = False,
    language: str | None = None,
    width: int | None = None,
) -> Look:
    """The look for an output stream.

    Args:
        stream: where rows will go; asked whether it is a terminal, and for its encoding.
        environment: the process's, for NO_COLOR, TERM, CI, LANG and so on.
        color: `auto`, `always` or `never`.
        ascii_only: no characters beyond ASCII.
        language: `en` or `ja`; None = by the locale. English where the encoding has no Japanese.
        width: columns; None = the terminal's, at most `WIDEST`.
    """
    encoding = stream.encoding or "ascii"
    glyphs = choose_glyphs(ascii_only, environment, encoding)
    chosen = choose_language(language, environment)
    if language is None and glyphs is ASCII:
        chosen = Language.ENGLISH  # a terminal without box characters has no kanji either
    if chosen is Language.JAPANESE and not _can_show("日本語", encoding):
        chosen = Language.ENGLISH  # also when asked for: nobody reads question marks
    return Look(
        width=min(get_terminal_size().columns, WIDEST) if width is None else width,
        glyphs=glyphs,
        language=chosen,
        sink=choose_sink(color, environment, stream.isatty()),
    )


def _can_show(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def ladder_rows(trace: Trace, look: Look, title: Iterable[str] = ()) -> Iterator[Row]:
    """The ladder of a trace.

    Args:
        trace: what happened.
        look: how it appears.
        title: words for the first line, such as the command and the seed.
    """
    ladder = Ladder(
        trace,
        width=look.width,
        glyphs=look.glyphs,
        language=look.language,
        limit=TERMINAL_ROWS,
    )
    return ladder.rows(title)


def failure_rows(
    trace: Trace, look: Look, reason: Reason | None = None, host: str = ""
) -> Iterator[Row]:
    """Where it failed, why, and what to do; no rows when nothing failed.

    Args:
        trace: searched for the frame that failed.
        look: how it appears.
        reason: what the program was told. Only a frame that explains it is shown then; without
            one, the reason alone.
        host: who was told.
    """
    failure = None
    if reason is not None:  # an answer from beyond a real link says most
        failure = find_reset(trace, reason) or find_quoted(trace, reason)
    if failure is None:
        failure = find_failure(trace, None if reason is None else _causes(reason))
    if failure is not None:
        return where_rows(failure, width=look.width, glyphs=look.glyphs, language=look.language)
    if reason is None:
        return iter(())
    return reason_only_rows(
        reason, host, width=look.width, glyphs=look.glyphs, language=look.language
    )


def _causes(reason: Reason) -> set[Reason]:
    """The reasons of frames that explain what a program was told."""
    lost = {each for each in Reason if each.layer == "link"} if reason in _SILENCES else set()
    return {reason, *_CAUSES.get(reason, ()), *lost}
