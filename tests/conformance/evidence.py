"""Which tests show which requirement, and how they ended: a pytest plugin.

A test shows a requirement by naming its id in its docstring, which the house's style asks for
anyway; a packetdrill script names it in a comment. A test that is skipped shows nothing.

Rule: `ids_in` alone decides what names an id, for the run and for the check without running.
"""

import ast
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final, NamedTuple

import pytest

IDENTIFIER: Final = re.compile(r"\b(?:MUST|SHLD|\d{4})-[0-9A-Za-z.-]*[0-9A-Za-z]")

SCRIPT: Final = "script"
"""The parameter by which a test is given the packetdrill script that it runs."""


class Proof(NamedTuple):
    """What shows a requirement: one test with all its parameters, or one script.

    Attributes:
        name: for readers: `test_rto: test_it_is_doubled`, `packetdrill: rto/doubles`.
        path: the file to read.
    """

    name: str
    path: Path


def ids_in(text: str) -> set[str]:
    """The ids that a docstring, or a script's comments, name."""
    return set(IDENTIFIER.findall(text))


def ids_named_below(folder: Path) -> set[str]:
    """The ids that tests and scripts in a folder name, without importing or running any."""
    named: set[str] = set()
    for path in folder.rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                named |= ids_in(ast.get_docstring(node) or "")
    for path in folder.rglob("*.pkt"):
        named |= ids_in("\n".join(_comments(path)))
    return named


def _comments(script: Path) -> Iterator[str]:
    return (line for line in script.read_text().splitlines() if line.startswith("//"))


class Evidence:
    """Keeps the tests that name a known id, and notes their outcomes.

    Attributes:
        tests: test ids by requirement id, in the order of collection.
        proofs: by requirement id, in the same order.
        outcomes: `passed`, `failed` or `skipped` by test id.
    """

    def __init__(self, known: Collection[str]) -> None:
        self.tests: dict[str, list[str]] = {}
        self.proofs: dict[str, dict[Proof, None]] = {}
        self.outcomes: dict[str, str] = {}
        self._known = frozenset(known)

    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Deselect every test that shows nothing."""
        kept: list[pytest.Item] = []
        rest: list[pytest.Item] = []
        for item in items:
            identifiers = self._known & ids_in(_text(item))
            for identifier in identifiers:
                self.tests.setdefault(identifier, []).append(item.nodeid)
                self.proofs.setdefault(identifier, {})[_proof(item)] = None
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
    """A test function's docstring, and the comments of the packetdrill script that it runs."""
    if not isinstance(item, pytest.Function):
        return ""
    text = item.function.__doc__ or ""
    script = _script_of(item)
    return text if script is None else "\n".join([text, *_comments(script)])


def _proof(item: pytest.Item) -> Proof:
    assert isinstance(item, pytest.Function), "only test functions name ids"
    script = _script_of(item)
    if script is not None:
        return Proof(f"packetdrill: {script.parent.name}/{script.stem}", script)
    return Proof(f"{item.path.stem}: {item.function.__name__}", item.path)


def _script_of(item: pytest.Function) -> Path | None:
    """The script behind an item, if it was given one."""
    call = getattr(item, "callspec", None)
    script = None if call is None else call.params.get(SCRIPT)
    return script if isinstance(script, Path) else None
