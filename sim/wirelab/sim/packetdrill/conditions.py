"""Lines of a script that hold for one system only: `#ifdef FreeBSD` ... `#else` ... `#endif`.

Source: the C preprocessor's words, as scripts of FreeBSD's TCP test suite use them to say where a
system differs from the standard.

Rule 1: a line that does not hold becomes an empty one, so every other keeps its number.
Rule 2: nothing else of the preprocessor's is known; values are `--define`'s business.
"""

import re
from collections.abc import Collection
from typing import Final, NamedTuple

from wirelab.sim.packetdrill.script_error import ScriptError
from wirelab.sim.packetdrill.syntax import Position

_DIRECTIVE: Final = re.compile(r"[ \t]*#[ \t]*(ifdef|ifndef|else|endif)\b[ \t]*(\w*)")


class _Branch(NamedTuple):
    """One open `#ifdef`.

    Attributes:
        line: where it stands, from 1.
        holds: whether the lines that follow do, as far as this one is concerned.
        other: whether `#else` was there.
    """

    line: int
    holds: bool
    other: bool = False


def is_conditional(text: str) -> bool:
    """Whether a script has lines for some systems only."""
    return "#" in text and any(map(_DIRECTIVE.match, text.splitlines()))


def select(text: str, path: str, words: Collection[str]) -> str:
    """Leave the lines that hold.

    Args:
        text: the script.
        path: for messages.
        words: that are defined.

    Raises:
        ScriptError: an `#else` or `#endif` without its `#ifdef`, or one that never ends.
    """
    if not is_conditional(text):
        return text
    selected: list[str] = []
    branches: list[_Branch] = []
    lines = text.split("\n")
    for i, line in enumerate(lines, 1):
        directive = _DIRECTIVE.match(line)
        if directive is None:
            selected.append(line if all(branch.holds for branch in branches) else "")
            continue
        selected.append("")
        name, word = directive[1], directive[2]
        if name in ("ifdef", "ifndef"):
            if not word:
                raise ScriptError(path, Position(i, 1), f"#{name} without a word", line)
            branches.append(_Branch(i, (word in words) == (name == "ifdef")))
        elif not branches or (name == "else" and branches[-1].other):
            raise ScriptError(path, Position(i, 1), f"#{name} without #ifdef before it", line)
        elif name == "else":
            begun = branches.pop()
            branches.append(_Branch(begun.line, not begun.holds, other=True))
        else:
            branches.pop()
    if branches:
        first = branches[0].line
        problem = "an #ifdef that never ends: #endif is missing"
        raise ScriptError(path, Position(first, 1), problem, lines[first - 1])
    return "\n".join(selected)
