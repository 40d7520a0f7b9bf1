"""The characters a ladder is drawn with: Unicode, or ASCII for terminals that cannot."""

from collections.abc import Mapping
from dataclasses import dataclass

ASCII_VARIABLE = "WIRELAB_ASCII"


@dataclass(frozen=True, slots=True)
class Glyphs:
    """One set. Every one-cell name is one cell wide in a terminal."""

    lifeline: str
    line: str
    dashed: str
    right: str
    left: str
    out_right: str  # where an arrow leaves a lifeline to the right
    out_left: str
    cross: str
    hop: str  # a router passes it on
    cut: str
    fold: str
    call: str
    again: str
    check: str
    rule: str
    ellipsis: str


UNICODE = Glyphs("│", "─", "╌", "▶", "◀", "├", "┤", "┼", "○", "✗", "⋮", "▸", "↻", "✓", "─", "…")
ASCII = Glyphs("|", "-", "=", ">", "<", "|", "|", "+", "o", "X", ":", ">", "retx", "ok", "-", "~")


def choose_glyphs(ascii_asked: bool, environment: Mapping[str, str], encoding: str) -> Glyphs:
    """Which set to draw with.

    The order: `--ascii` or the environment (`WIRELAB_ASCII=1`), then what the output can show (an
    encoding other than UTF-8, or `TERM=dumb`), then Unicode.
    """
    if ascii_asked or environment.get(ASCII_VARIABLE, "0") not in ("", "0"):
        return ASCII
    if encoding.lower().replace("-", "").replace("_", "") not in ("utf8", "utf8sig"):
        return ASCII
    return ASCII if environment.get("TERM") == "dumb" else UNICODE
