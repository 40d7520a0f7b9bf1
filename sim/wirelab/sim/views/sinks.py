"""From rows to lines of a terminal or a file. Colour never carries meaning alone."""

from collections.abc import Callable, Iterable, Mapping
from typing import TextIO

from wirelab.sim.views.cells import character_width
from wirelab.sim.views.rows import Row, plain_text

ESCAPE = "\x1b["
RESET = f"{ESCAPE}0m"

# SGR parameters (ECMA-48 section 8.3.117). The sixteen basic colours follow the reader's theme.
ANSI = {
    "title": "1",
    "name": "1",
    "dim": "2",
    "time": "2",
    "call": "1",
    "ethernet": "37",
    "arp": "33",
    "icmp": "35",
    "ip": "34",
    "udp": "94",
    "tcp": "36",
    "drop": "1;31",
    "opening": "33",
    "established": "32",
    "closing": "34",
    "good": "32",
    "advice": "1",
}

Sink = Callable[[Row], str]


def plain_sink(line: Row) -> str:
    """The row's text."""
    return plain_text(line)


def ansi_sink(line: Row) -> str:
    """The row's text with colours."""
    parts = []
    for span in line:
        code = ANSI.get(span.style)
        parts.append(f"{ESCAPE}{code}m{span.text}{RESET}" if code else span.text)
    return "".join(parts)


def choose_sink(color: str, environment: Mapping[str, str], is_terminal: bool) -> Sink:
    """Colours or none.

    Args:
        color: `always`, `never` or `auto`: on a terminal, unless NO_COLOR (https://no-color.org)
            is set or `TERM=dumb`.
        environment: where NO_COLOR and TERM are looked up.
        is_terminal: whether the output is one.
    """
    if color == "always":
        return ansi_sink
    if color == "never" or not is_terminal:
        return plain_sink
    plain = bool(environment.get("NO_COLOR")) or environment.get("TERM") == "dumb"
    return plain_sink if plain else ansi_sink


def write_rows(lines: Iterable[Row], sink: Sink, stream: TextIO) -> None:
    """Write each row as a line, without spaces at its end.

    What the stream's encoding lacks (a host's Japanese name, in ASCII) becomes question marks.
    """
    for line in lines:
        text = sink(line).rstrip(" ")
        if stream.encoding:
            text = _encodable(text, stream.encoding)
        stream.write(text + "\n")


def _encodable(text: str, encoding: str) -> str:
    """`text` in the same number of cells, with nothing that `encoding` lacks."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        kept = []
        for character in text:
            missing = not character.encode(encoding, "ignore")
            kept.append("?" * character_width(character) if missing else character)
        return "".join(kept)
    return text
