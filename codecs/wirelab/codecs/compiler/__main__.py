"""`python -m wirelab.codecs.compiler [--check]`: rewrite, or compare, the generated modules."""

import argparse
import difflib
import sys
from collections.abc import Sequence

from wirelab.codecs.compiler.modules import PROTOCOLS, generate


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the compiler.

    Returns:
        0; or 1 if `--check` found a difference.
    """
    parser = argparse.ArgumentParser(prog="python -m wirelab.codecs.compiler", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 on difference")
    check = parser.parse_args(arguments).check
    stale = []
    sources = generate()
    for name, source in sources.items():
        path = PROTOCOLS / name
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        if before == source:
            continue
        stale.append(name)
        if check:
            lines = difflib.unified_diff(
                before.splitlines(),
                source.splitlines(),
                name,
                f"{name} (generated)",
                lineterm="",
                n=1,
            )
            print("\n".join(list(lines)[:20]), file=sys.stderr)
        else:
            path.write_text(source, encoding="utf-8")
            print(f"wrote {path}")
    extra = sorted({path.name for path in PROTOCOLS.glob("*.py")} - set(sources))
    if check and (stale or extra):
        names = ", ".join([*stale, *(f"{name} (no schema)" for name in extra)])
        print(f"protocols/ differs from schemas/: {names}; run `make generate`", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
