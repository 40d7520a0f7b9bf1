"""Run the benchmarks and write `benchmarks/RESULTS.md`: `make bench`, or with names of some.

python -m benchmarks.run [--no-write] [decode encode ...]
"""

import argparse
import os
import platform
import sys
from importlib import import_module
from pathlib import Path

from benchmarks.harness import Row, table

HERE = Path(__file__).parent
ORDER = (
    *("decode", "projection", "encode", "checksum", "memory", "capture", "columns", "dissect"),
    *("simulation", "scaling", "internet", "links", "live", "recovery", "peers"),
)


def main() -> int:
    """Measure what was asked for; print it, and write the file when everything was measured."""
    known = {path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py")}
    names = [name for name in ORDER if name in known] + sorted(known - set(ORDER))
    parser = argparse.ArgumentParser(description="Measure wirelab beside its peers.")
    parser.add_argument("names", nargs="*", choices=[[], *names], metavar="NAME", help=str(names))
    parser.add_argument("--no-write", action="store_true", help="leave RESULTS.md alone")
    arguments = parser.parse_args()
    chosen = arguments.names or names
    rows: list[Row] = []
    for name in chosen:
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        rows += import_module(f"benchmarks.bench_{name}").measure()
    print(table(rows))
    if chosen == names and not arguments.no_write:
        (HERE / "RESULTS.md").write_text(_page(rows), encoding="utf-8")
    return 0


def _page(rows: list[Row]) -> str:
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return (
        "# Results\n\n"
        f"Made by `make bench` with {python} on {platform.system()}, {os.cpu_count()} cores, "
        "shared with other work.\n"
        "Competitors take turns in one process; medians. Ratios carry over to other machines, "
        "absolute times do not.\n\n"
        f"{table(rows)}\n"
    )


if __name__ == "__main__":
    sys.exit(main())
