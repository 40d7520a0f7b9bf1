"""Show what the RFCs demand beside the tests that show it: `make conformance`.

Runs every test that names a requirement's id, prints the table *id, requirement, test, result*, and
writes it to `docs/conformance.md`. A requirement without a test needs a line in `deviations.toml`
that says why.

Exit code: 0 if each requirement has passing tests or a stated deviation; 1 if not.
"""

import os
import sys
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from tests.conformance.evidence import Evidence, Proof
from tests.conformance.requirements import (
    ROOT,
    TESTS,
    Document,
    Requirement,
    deviations,
    documents,
)

PAGE = ROOT / "docs" / "conformance.md"
QUIET = ["-q", "-n", "0", "--no-header", "--no-summary", "-p", "no:cacheprovider"]
INTRODUCTION = """\
# Conformance

What the RFCs demand of TCP and of the layers below it, and the tests that show it from outside:
frames and segments in, frames and segments out. `make conformance` runs every test that is named
here, writes this page, and fails where a requirement has neither a test nor a stated deviation. A
deviation is on purpose, and says why.

The requirements of RFC 9293 are those of its Appendix B under their own ids; for the other RFCs an
id is number and section (`6298-5.1`), with a letter where a section demands several things. They
stand in `tests/conformance/rfcs`, deviations in `tests/conformance/deviations.toml`; a test shows a
requirement by naming its id.
"""


class Row(NamedTuple):
    """One requirement, and what is known of it."""

    requirement: Requirement
    proofs: list[Proof]
    result: str
    good: bool

    @property
    def deviates(self) -> bool:
        """Whether we do otherwise on purpose."""
        return self.result.startswith("deviation")


Table = tuple[Document, list[Row]]


def main() -> int:
    """Run the tests, print the table, write the page."""
    found = documents()
    evidence = Evidence({one.id for document in found for one in document.requirements})
    pytest.main([*QUIET, *(str(path) for path in TESTS)], plugins=[evidence])
    stated = deviations()
    tables = [
        (document, [_row(one, evidence, stated) for one in document.requirements])
        for document in found
    ]
    for line in _printed(tables):
        print(line)
    PAGE.write_text("\n".join(_page(tables)) + "\n")
    rows = [row for _, table in tables for row in table]
    print(f"\n{_summary(rows)}; written to {PAGE.relative_to(ROOT)}")
    missing = [row.requirement.id for row in rows if not row.good]
    if missing:
        print(f"not shown: {', '.join(missing)}", file=sys.stderr)
    return 1 if missing else 0


def _row(one: Requirement, evidence: Evidence, stated: dict[str, str]) -> Row:
    proofs = list(evidence.proofs.get(one.id, ()))
    result = evidence.result(one.id)
    if result == "failed":
        return Row(one, proofs, "FAILED", good=False)
    if one.id in stated:
        return Row(one, proofs, f"deviation: {stated[one.id]}", good=True)
    if result is None:
        return Row(one, proofs, "MISSING: no test, no stated deviation", good=False)
    return Row(one, proofs, result, good=True)


def _printed(tables: list[Table]) -> Iterator[str]:
    for document, rows in tables:
        yield f"\n{document.title}"
        for row in rows:
            one = row.requirement
            shown_by = ", ".join(proof.name for proof in row.proofs)
            yield f"{one.id:12} {one.text[:60]:60}  {shown_by[:70]:70}  {row.result}"


def _summary(rows: list[Row]) -> str:
    deviating = sum(row.deviates for row in rows)
    good = sum(row.good for row in rows)
    return f"{len(rows)} requirements: {good - deviating} shown, {deviating} stated deviations"


def _page(tables: list[Table]) -> Iterator[str]:
    """The page in Markdown; it has no date and no duration, so that a diff means something."""
    yield INTRODUCTION
    yield "| document | requirements | shown by tests | stated deviations |"
    yield "|---|--:|--:|--:|"
    for document, rows in tables:
        yield f"| [{document.title}](#{_anchor(document)}) {_counts(rows)}"
    yield f"| together {_counts([row for _, rows in tables for row in rows])}"
    for document, rows in tables:
        yield f"\n## {_short_title(document)}\n\n[{document.title}]({document.url})\n"
        yield "| id | requirement | test | result |"
        yield "|---|---|---|---|"
        for row in rows:
            one = row.requirement
            tests = "<br>".join(_link(proof) for proof in row.proofs)
            demand = f"**{one.level}** {one.text} (section {one.section})"
            yield f"| {one.id} | {demand} | {tests} | {row.result} |"


def _counts(rows: list[Row]) -> str:
    deviating = sum(row.deviates for row in rows)
    return f"| {len(rows)} | {sum(row.good for row in rows) - deviating} | {deviating} |"


def _short_title(document: Document) -> str:
    return document.title.partition(",")[0]


def _anchor(document: Document) -> str:
    return _short_title(document).lower().replace(" ", "-")


def _link(proof: Proof) -> str:
    return f"[{proof.name}]({os.path.relpath(proof.path, PAGE.parent)})"


if __name__ == "__main__":
    sys.exit(main())
