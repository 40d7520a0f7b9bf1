"""How a script ends: it passes, fails with a difference, or needs something that is not here.

Rule 1: a script passes only if every line was done and judged. What cannot be done is never skipped
in silence: it makes the script UNSUPPORTED, with what it was.
Rule 2: a failure names the line, what the script expected there and what came instead.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from wirelab.sim.trace import Trace

_BYTES_THAT_ARE_NO_TEXT: Final = 0xDC00  # PEP 383: the byte comes on top


class Verdict(Enum):
    """How a script ended."""

    PASS = "PASS"
    FAIL = "FAIL"
    UNSUPPORTED = "UNSUPPORTED"


class ScriptFailed(Exception):  # noqa: N818 (a verdict, not a bug)
    """The host did something else than the script says.

    Attributes:
        what: in a few words.
        expected, got: both sides of the difference; empty where `what` says it all.
        line: of the script, counted from 1; 0 until the runner knows it.
        is_fatal: whatever `--non_fatal` says: there is nothing to go on with.
    """

    def __init__(self, what: str, expected: str = "", got: str = "", line: int = 0) -> None:
        super().__init__(what)
        self.what = what
        self.expected = expected
        self.got = got
        self.line = line
        self.is_fatal = False

    @property
    def difference(self) -> str:
        """All of it in one line."""
        return difference(self.what, self.expected, self.got)


class ScriptUnsupported(Exception):  # noqa: N818 (a verdict, not a bug)
    """The script needs something that this interpreter or this stack does not have.

    Attributes:
        what: what it needs.
        line: as in `ScriptFailed`.
    """

    def __init__(self, what: str, line: int = 0) -> None:
        super().__init__(what)
        self.what = what
        self.line = line


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a script.

    Attributes:
        path: as it was given.
        verdict: pass, fail or unsupported.
        what: why it did not pass, in one line; empty after a pass.
        line: where in the script, or 0: nowhere in particular.
        source: that line, as written.
        expected, got: both sides of the difference, where there are two.
        profile: under which the host ran.
        trace: everything that happened, for the views; None if it never began.
        notes: what a person should know: how the profile was chosen, what was left out.
    """

    path: str
    verdict: Verdict
    what: str = ""
    line: int = 0
    source: str = ""
    expected: str = ""
    got: str = ""
    profile: str = ""
    trace: Trace | None = None
    notes: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """Why it did not pass, in one line that begins with the line of the script."""
        what = difference(self.what, self.expected, self.got)
        return visible(f"line {self.line}: {what}" if self.line else what)

    def __str__(self) -> str:
        """The line that the command prints: verdict, path, reason."""
        return f"{self.verdict.value} {visible(self.path)} {self.reason}".rstrip()


def visible(text: str) -> str:
    r"""A text that any terminal and any log can take: what cannot be shown is escaped.

    >>> visible("caf\xe9 \x1b[2J")
    'café \\x1b[2J'
    """
    if text.isprintable():
        return text
    return "".join(map(_visible, text))


def _visible(character: str) -> str:
    if character.isprintable():
        return character
    byte = ord(character) - _BYTES_THAT_ARE_NO_TEXT
    return f"\\x{byte:02x}" if 0x80 <= byte <= 0xFF else ascii(character)[1:-1]


def difference(what: str, expected: str, got: str) -> str:
    """What differs and, where there are two, both sides of it; in one line."""
    if not expected or not got:
        return what
    return f"{what}: expected {_one_line(expected)}, got {_one_line(got)}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
