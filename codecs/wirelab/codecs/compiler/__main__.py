"""`python -m wirelab.codecs.compiler [--check]`: rewrite, or compare, what is generated."""

import argparse
import difflib
import sys
from collections.abc import Sequence
from pathlib import Path

from wirelab.codecs.compiler.documents.pages import pages
from wirelab.codecs.compiler.modules import PROTOCOLS, generate

CHECKOUT = PROTOCOLS.parents[3] / "pyproject.toml"
"""Beside it is the documentation; an installed package has none."""

DOCUMENTS = CHECKOUT.parent / "docs" / "protocols"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the compiler.

    Returns:
        0; or 1 if `--check` found a difference.
    """
    parser = argparse.ArgumentParser(prog="python -m wirelab.codecs.compiler", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 on difference")
    check = parser.parse_args(arguments).check
    stale = [
        *_bring_up_to_date(PROTOCOLS, generate(), "*.py", check),
        *(_bring_up_to_date(DOCUMENTS, pages(), "*.md", check) if CHECKOUT.exists() else ()),
    ]
    if check and stale:
        names = ", ".join(stale)
        print(
            f"generated files differ from schemas/: {names}; run `make generate`", file=sys.stderr
        )
        return 1
    return 0


def _bring_up_to_date(folder: Path, texts: dict[str, str], ours: str, check: bool) -> list[str]:
    """Write, or compare, the files of one folder.

    Args:
        folder: where they are.
        texts: name -> what should be in it.
        ours: pattern of the files there that only the compiler writes.
        check: write nothing.

    Returns:
        The files that differ.
    """
    stale = []
    for name, text in texts.items():
        path = folder / name
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        if before == text:
            continue
        stale.append(name)
        if check:
            lines = difflib.unified_diff(
                before.splitlines(),
                text.splitlines(),
                name,
                f"{name} (generated)",
                lineterm="",
                n=1,
            )
            print("\n".join(list(lines)[:20]), file=sys.stderr)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path}")
    extra = sorted({path.name for path in folder.glob(ours)} - set(texts))
    return stale + [f"{name} (no schema)" for name in extra]


if __name__ == "__main__":
    sys.exit(main())
