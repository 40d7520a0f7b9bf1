"""Which tests show which requirement, and how they ended: a pytest plugin.

A test shows a requirement by naming its id in its docstring, which the house's style asks for
anyway; a packetdrill script names it in a comment. A test that is skipped shows nothing.
"""

import re
from collections.abc import Collection

import pytest

IDENTIFIER = re.compile(r"\b(?:MUST|SHLD|\d{4})-[0-9A-Za-z.-]*[0-9A-Za-z]")


class Evidence:
    """Keeps the tests that name a known id, and notes their outcomes.

    Attributes:
        tests: test ids by requirement id, in the order of collection.
        outcomes: `passed`, `failed` or `skipped` by test id.
    """

    def __init__(self, known: Collection[str]) -> None:
        self.tests: dict[str, list[str]] = {}
        self.outcomes: dict[str, str] = {}
        self._known = frozenset(known)

    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Deselect every test that shows nothing."""
        kept: list[pytest.Item] = []
        rest: list[pytest.Item] = []
        for item in items:
            identifiers = self._known.intersection(IDENTIFIER.findall(_text(item)))
            for identifier in identifiers:
                self.tests.setdefault(identifier, []).append(item.nodeid)
            (kept if identifiers else rest).append(item)
        items[:] = kept
        config.hook.pytest_deselected(items=rest)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A failure in any phase is one; a test has passed when its call has."""
        if report.failed:
            self.outcomes[report.nodeid] = "failed"
        elif report.skipped or report.when == "call":
            self.outcomes.setdefault(report.nodeid, report.outcome)

    def result(self, identifier: str) -> str | None:
        """`passed` if every test of this requirement that ran did; None if none ran."""
        outcomes = {self.outcomes.get(test, "failed") for test in self.tests.get(identifier, ())}
        outcomes.discard("skipped")
        if not outcomes:
            return None
        return "failed" if "failed" in outcomes else "passed"


def _text(item: pytest.Item) -> str:
    """A test function's docstring, or the script behind a packetdrill item."""
    if isinstance(item, pytest.Function):
        return item.function.__doc__ or ""
    return item.path.read_text() if item.path.suffix == ".pkt" else ""
