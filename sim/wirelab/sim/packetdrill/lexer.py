r"""Text of a script to tokens.

Source: the lexers of both dialects. One pattern a kind, the first that fits, ordered so that this
is the longest match, too: `1.2.3.4` is an address and no number, `0123abcd` a word and no integer,
and `1:1001` two integers although it could start an IPv6 address.
"""

import re
from bisect import bisect_right
from enum import Enum
from typing import Final, NamedTuple

from wirelab.sim.packetdrill.script_error import ScriptError
from wirelab.sim.packetdrill.syntax import Position


class Kind(Enum):
    """What sort of token; the value is how messages call it."""

    OPTION = "an option --name=value"
    CODE = "Python between %{ and }%"
    COMMAND = "a command in backquotes"
    STRING = "a string"
    IPV6 = "an IPv6 address"
    IPV4 = "an IPv4 address"
    FLOAT = "a number with a decimal point"
    HEXADECIMAL = "a hexadecimal number"
    INTEGER = "a whole number"
    WORD = "a word"
    SYMBOL = "a symbol"
    END = "the end of the script"


class Token(NamedTuple):
    """One token.

    Attributes:
        text: as written, quotes and backquotes included.
    """

    kind: Kind
    text: str
    position: Position


_HEXTET: Final = "[0-9a-fA-F]{1,4}"
_QUOTED: Final = r'"(?:\\.|[^"\\])*"'
_BACKQUOTED: Final = r"`(?:\\.|[^`\\])*`"
_IPV4: Final = r"[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+"
_PATTERNS: Final = (
    ("BLANK", r"[ \t\r\n]+|//[^\n]*|/\*.*?\*/"),
    (
        "OPTION",
        r"--[a-zA-Z0-9_]+(?:[ \t]*=[ \t]*(?:[a-zA-Z0-9_]+=)?"
        rf"(?:{_QUOTED}|{_BACKQUOTED}|[^\s\"`]+))?",
    ),
    ("CODE", r"%\{.*?\}%"),
    ("COMMAND", _BACKQUOTED),
    ("STRING", _QUOTED),
    (
        "IPV6",
        rf"(?:{_HEXTET}:){{7}}{_HEXTET}(?!\w)"
        rf"|(?<![\w:])(?:{_HEXTET}(?::{_HEXTET})*)?::(?:(?:{_HEXTET}:)*(?:{_IPV4}|{_HEXTET}))?(?!\w)",
    ),
    ("IPV4", _IPV4),
    ("FLOAT", r"-?[0-9]*\.[0-9]+"),
    ("HEXADECIMAL", r"0[xX][0-9a-fA-F]+(?!\w)"),
    ("INTEGER", r"-?[0-9]+(?![a-zA-Z0-9_])"),
    ("WORD", r"exp-[a-zA-Z0-9_]+|sequence#|[a-zA-Z0-9_]+"),
    ("SYMBOL", r"\.\.\.|[^\"`]"),
)
_TOKEN: Final = re.compile("|".join(f"(?P<{name}>{one})" for name, one in _PATTERNS), re.DOTALL)
_UNCLOSED: Final = {
    '"': "a string that never ends: the closing quotation mark is missing",
    "`": "a command that never ends: the closing backquote is missing",
}


def tokens_of(text: str, path: str) -> list[Token]:
    """Cut a script into tokens, the last of kind END.

    Raises:
        ScriptError: a string, a command, a comment or Python code that never ends.
    """
    line_starts = [0]
    line_starts.extend(match.end() for match in re.finditer("\n", text))

    def place(offset: int) -> Position:
        line = bisect_right(line_starts, offset)
        return Position(line, offset - line_starts[line - 1] + 1)

    tokens = []
    offset = 0
    while offset < len(text):
        match = _TOKEN.match(text, offset)
        problem = _unclosed(text, offset, match)
        if match is None or problem:
            position = place(offset)
            line = text[line_starts[position.line - 1] :].partition("\n")[0]
            raise ScriptError(path, position, problem, line)
        name = match.lastgroup
        if name is not None and name != "BLANK":
            tokens.append(Token(Kind[name], match.group(), place(offset)))
        offset = match.end()
    tokens.append(Token(Kind.END, "", place(len(text.rstrip()))))
    return tokens


def _unclosed(text: str, offset: int, match: re.Match[str] | None) -> str:
    """What starts here and never ends, or nothing."""
    if match is None:
        return _UNCLOSED[text[offset]]
    if match.lastgroup == "SYMBOL":
        if text.startswith("/*", offset):
            return "a comment that never ends: */ is missing"
        if text.startswith("%{", offset):
            return "Python code that never ends: }% is missing"
    return ""
