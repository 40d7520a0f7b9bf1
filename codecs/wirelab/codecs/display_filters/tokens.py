"""Cutting a display filter into words, strings and operators (`man wireshark-filter`)."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from wirelab.codecs.display_filters.errors import DisplayFilterError

WORD_OPERATORS = {
    "eq": "==",
    "any_eq": "==",
    "ne": "!=",
    "all_ne": "!=",
    "all_eq": "===",
    "any_ne": "!==",
    "gt": ">",
    "lt": "<",
    "ge": ">=",
    "le": "<=",
    "and": "&&",
    "or": "||",
    "xor": "^^",
    "not": "!",
    "in": "in",
    "contains": "contains",
    "matches": "matches",
    "bitwise_and": "&",
    "bitand": "&",
}
"""Operators that are words -> what they mean."""

SIGN_OPERATORS = {"~": "matches", "~=": "!=="}

_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<string>r?"(?:[^"\\]|\\.)*")
  | (?P<character>'(?:[^'\\]|\\.[^']*)')
  | (?P<sign>===|!==|==|!=|>=|<=|&&|\|\||\^\^|~=|\.\.|[<>!~&(){}\[\],+*/%#])
  | (?P<bytes>[0-9a-fA-F]{2}(?:-[0-9a-fA-F]{2})+(?![\w.:]))
  | (?P<address>\d{1,3}(?:\.\d{1,3}){3}/\d{1,2}(?![\w.]))
  | (?P<prefix>[0-9a-fA-F:]*::?[0-9a-fA-F:.]*/\d{1,3}(?![\w.:]))
  | (?P<word>(?:[\w:]|\.(?!\.))+)
  | (?P<minus>-)
    """,
    re.VERBOSE,
)


class Token(NamedTuple):
    """A piece of the filter."""

    kind: str
    """`word`, `string`, `operator` or `end`."""
    text: str
    column: int
    source: str
    """As it was written."""


def tokens(text: str) -> Iterator[Token]:
    """The pieces of a filter, and an `end`.

    Raises:
        DisplayFilterError: a character that begins nothing.
    """
    position = 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            what = "this string does not end" if text[position] in "\"'" else "not understood"
            raise DisplayFilterError(what, text, position, len(text) - position)
        kind, source = found.lastgroup or "", found.group()
        if kind != "space":
            yield _token(kind, source, position)
        position = found.end()
    yield Token("end", "", len(text), "")


def _token(kind: str, source: str, column: int) -> Token:
    if kind in ("sign", "minus"):
        return Token("operator", SIGN_OPERATORS.get(source, source), column, source)
    if kind == "word" and source in WORD_OPERATORS:
        return Token("operator", WORD_OPERATORS[source], column, source)
    if kind == "string":
        raw = source.startswith("r")
        inner = source[2:-1] if raw else source[1:-1]
        return Token("string", inner if raw else unescape(inner), column, source)
    if kind == "character":
        return Token("word", str(ord(unescape(source[1:-1])[:1] or "\0")), column, source)
    return Token("word", source, column, source)


_ESCAPES = {
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "0": "\0",
}  # fmt: skip


def unescape(text: str) -> str:
    r"""Resolve `\n`, `\x0a`, `\012` and the like; an unknown escape stays as it is."""

    def one(found: re.Match[str]) -> str:
        body = found.group(1)
        if body[0] == "x" and len(body) > 1:
            return chr(int(body[1:], 16))
        if body[0] in "01234567" and (len(body) > 1 or body == "0"):
            return chr(int(body, 8) & 0xFF)
        if body in _ESCAPES:
            return _ESCAPES[body]
        return body if body in "\\\"'" else "\\" + body

    return re.sub(r"\\(x[0-9a-fA-F]{1,2}|[0-7]{1,3}|.)", one, text, flags=re.DOTALL)
