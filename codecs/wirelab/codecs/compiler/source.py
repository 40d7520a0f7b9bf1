"""Small helpers for writing Python source. Layout is ruff's business; see `format_sources`."""

import builtins
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import wrap

from wirelab.codecs.constructs import Noted


class Lines:
    """Source lines with an indentation."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._indent = ""

    def add(self, *lines: str) -> None:
        """Append lines (or blocks of lines) at the present indentation."""
        for block in lines:
            for line in block.split("\n"):
                self._lines.append(self._indent + line if line else "")

    @contextmanager
    def indented(self) -> Iterator[None]:
        """Four more spaces within the `with` block."""
        before, self._indent = self._indent, self._indent + "    "
        yield
        self._indent = before

    def text(self) -> str:
        """All lines."""
        return "\n".join(self._lines)


def local(name: str) -> str:
    """A local variable's name for a field: not that of a builtin."""
    return f"{name}_" if hasattr(builtins, name) else name


def snake(name: str) -> str:
    """`MaximumSegmentSize` -> `maximum_segment_size`, `IPv4Option` -> `ipv4_option`."""
    words = re.findall(r"[A-Z]+v\d+|[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+|\d+", name)
    return "_".join(words).lower()


def sentence(name: str, notes: Noted, bits: int | None) -> str:
    """One line of documentation of a field."""
    doc = notes.doc or f"{name.replace('_', ' ').capitalize()}."
    width = f"; {bits} bit{'s' if bits != 1 else ''}" if bits else ""
    return f"{doc.rstrip('.')} ({notes.source}{width})."


def attribute(name: str, notes: Noted, bits: int | None) -> list[str]:
    """The lines of one entry under `Attributes:`."""
    doc = sentence(name, notes, bits)
    # A line of 100 columns, less the class body's indentation.
    return wrap(f"{name}: {doc}", 96, initial_indent=" " * 4, subsequent_indent=" " * 8)


def docstring(text: str, width: int = 92) -> list[str]:
    """A docstring of one line, or, when that is too long, of a first line and a paragraph."""
    if len(text) + 6 <= width:
        return [f'"""{text}"""']
    first, _, rest = text.partition(";")
    if not rest or len(first) + 4 > width:
        first, _, rest = text.rpartition(" (")
        rest = f" ({rest}" if rest.endswith(".") else rest
        return [f'"""{first}.', "", f"Source: {rest[2:].rstrip('.').rstrip(')')}.", '"""']
    rest = rest.strip()
    return [f'"""{first}.', "", *wrap(rest[0].upper() + rest[1:], width), '"""']


def format_sources(sources: dict[str, str], folder: Path) -> dict[str, str]:
    """Lay out modules as `ruff format` does, with the project's configuration for `folder`.

    Of the rules that its `noqa` line names, those stay that it breaks; parentheses go that the
    expressions came with and that mean nothing. All files at once: starting ruff takes longest.

    Raises:
        RuntimeError: ruff refuses a file; with what it says.
    """
    with TemporaryDirectory() as name:
        place = Path(name)
        for file, source in sources.items():
            (place / file).write_text(source, encoding="utf-8")
        # Formatting first, because it makes the lines that the rules count; and last, for layout.
        _ruff(place, folder, "format")
        _ruff(place, folder, "check", "--fix-only", "--fixable=RUF100,UP034")
        _ruff(place, folder, "format")
        return {file: (place / file).read_text(encoding="utf-8") for file in sources}


def _ruff(place: Path, folder: Path, *command: str) -> None:
    """Run ruff over a directory, with the configuration that holds for another one."""
    found = (parent / "pyproject.toml" for parent in folder.parents)
    configuration = [f"--config={path}" for path in found if path.exists()][:1]
    result = subprocess.run(
        [sys.executable, "-m", "ruff", *command, "--quiet", "--no-cache", *configuration, place],
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise RuntimeError(f"ruff cannot {command[0]} what was generated: {result.stderr}")
