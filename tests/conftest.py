"""Fixtures for every test: outside tools, and the rule that CI skips nothing.

A test that needs a program of the system asks for it (`tool("tshark")`). On a developer's machine
without the program the test is skipped with the reason; in CI, where `.ci/run` has installed
everything, a skip is a failure.
"""

import os
import shutil
from collections.abc import Callable, Generator

import pytest

IN_CI = os.environ.get("CI", "").lower() not in ("", "0", "false")


@pytest.fixture(scope="session")
def tool() -> Callable[[str], str]:
    """The path of a program; skips the test where it is not installed."""

    def find(name: str) -> str:
        path = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
        if path is None:
            pytest.skip(f"{name} is not installed (.ci/run says which package has it)")
        return path

    return find


@pytest.fixture(scope="session")
def tshark(tool: Callable[[str], str]) -> str:
    """The path of tshark."""
    return tool("tshark")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI, turn a skip into a failure."""
    report = yield
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {report.longrepr}"
    return report
