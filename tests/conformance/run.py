"""Show what the RFCs demand beside the tests that show it: `make conformance`.

Runs every test that names a requirement's id, prints the table *id, requirement, test, result*, and
writes it to `docs/conformance.md`. A requirement without a test needs a line in `deviations.toml`
that says why.

Exit code: 0 if each requirement has passing tests or a stated deviation; 1 if not.
"""

import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.conformance.evidence import Evidence
from tests.conformance.requirements import Document, Requirement, deviations, documents

ROOT = Path(__file__).parents[2]
TESTS = ["tests/codecs", "tests/sim", "tests/packetdrill", "tests/conformance"]
PAGE = ROOT / "docs" / "conformance.md"
QUIET = ["-q", "-n", "0", "--no-header", "--no-summary", "-p", "no:cacheprovider"]


class Row(NamedTuple):
    """One requirement, and what is known of it."""

    requirement: Requirement
    shown_by: str
    result: str
    good: bool


def main() -> int:
    """Run the tests, print the table, write the page."""
    found = documents()
    evidence = Evidence({one.id for document in found for one in document.requirements})
    pytest.main([*QUIET, *(name for name in TESTS if (ROOT / name).exists())], plugins=[evidence])
    stated = deviations()
    tables = [
        (document, [_row(one, evidence, stated) for one in document.requirements])
        for document in found
    ]
    for document, rows in tables:
        print(f"\n{document.title}")
        for row in rows:
            one = row.requirement
            print(f"{one.id:16} {one.text[:60]:60}  {row.shown_by[:70]:70}  {row.result}")
    rows = [row for _, table in tables for row in table]
    missing = [row.requirement.id for row in rows if not row.good]
    PAGE.write_text(_page(tables))
    print(f"\n{_summary(rows)}; written to {PAGE.relative_to(ROOT)}")
    if missing:
        print(f"not shown: {', '.join(missing)}", file=sys.stderr)
    return 1 if missing else 0


def _row(one: Requirement, evidence: Evidence, stated: dict[str, str]) -> Row:
    tests = evidence.tests.get(one.id, [])
    result = evidence.result(one.id)
    shown_by = ", ".join(_short(test) for test in tests)
    if result == "failed":
        return Row(one, shown_by, "FAILED", good=False)
    if one.id in stated:
        return Row(one, shown_by, f"deviation: {stated[one.id]}", good=True)
    if result is None:
        return Row(one, shown_by, "MISSING: no test, no stated deviation", good=False)
    return Row(one, shown_by, result, good=True)


def _short(test: str) -> str:
    """The file without its folder, and the test without its parameters."""
    path, _, name = test.partition("::")
    return f"{Path(path).stem}: {name.partition('[')[0]}" if path.endswith(".py") else path


def _summary(rows: list[Row]) -> str:
    deviating = sum(row.result.startswith("deviation") for row in rows)
    good = sum(row.good for row in rows)
    return f"{len(rows)} requirements: {good - deviating} shown, {deviating} stated deviations"


def _page(tables: list[tuple[Document, list[Row]]]) -> str:
    """The table in Markdown; it has no date and no duration, so that a diff means something."""
    lines = [
        "# Conformance",
        "",
        "What the RFCs demand, and the tests that show it; `make conformance` runs them and writes",
        "this page. A deviation is on purpose, and says why.",
        "",
        "| document | requirements | shown by tests | stated deviations |",
        "|---|---|---|---|",
    ]
    for document, rows in tables:
        deviating = sum(row.result.startswith("deviation") for row in rows)
        shown = sum(row.good for row in rows) - deviating
        lines.append(f"| {document.title} | {len(rows)} | {shown} | {deviating} |")
    for document, rows in tables:
        lines += ["", f"## [{document.title}]({document.url})", ""]
        lines += ["| id | section | requirement | test | result |", "|---|---|---|---|---|"]
        for row in rows:
            one = row.requirement
            tests = "<br>".join(dict.fromkeys(row.shown_by.split(", "))) if row.shown_by else ""
            text = f"{one.level}: {one.text}"
            lines.append(f"| {one.id} | {one.section} | {text} | {tests} | {row.result} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
