"""Fixtures for every test: outside tools, and the rule that CI skips nothing.

A test that needs a program of the system asks for it (`tool("tshark")`). On a developer's machine
without the program the test is skipped with the reason; in CI, where `.ci/run` has installed
everything, a skip is a failure.

The live tests make network namespaces. Root can do that at once; anybody else can after
`unshare --user --map-root-user --net`, which wants a process with a single thread. So the run
starts itself again under `unshare`, once, before pytest-xdist starts its workers.
"""

import getpass
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

IN_CI = os.environ.get("CI", "").lower() not in ("", "0", "false")
LIVE = Path(__file__).parent / "live"
AGAIN = "WIRELAB_TESTS_UNSHARED"
UNSHARE = ("unshare", "--user", "--map-root-user", "--net")
"""The network namespace, too: a test returns to it, which only its owner may."""
LOOPBACK_UP = 'PATH="$PATH:/usr/sbin:/sbin" ip link set lo up; exec "$@"'


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


@pytest.fixture(scope="session")
def tcpdump(tool: Callable[[str], str]) -> list[str]:
    """The words that run tcpdump on a file."""
    words = [tool("tcpdump")]
    if AGAIN in os.environ:  # it leaves root behind by changing groups, which root there may not
        words = ["unshare", "--user", *words]
    return words


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


def pytest_configure(config: pytest.Config) -> None:
    """Start again as root of a user namespace when live tests are asked for and we are not root."""
    if os.geteuid() == 0 or AGAIN in os.environ or hasattr(config, "workerinput"):
        return
    if not _wants_live(config) or not _can_unshare():
        return
    capture = config.pluginmanager.getplugin("capturemanager")
    if capture is not None:
        capture.stop_global_capturing()  # gives file descriptors 1 and 2 back
    os.environ[AGAIN] = "1"
    # pytest names its temporary folder after the user; that of the real root is not ours.
    os.environ.setdefault("LOGNAME", getpass.getuser())
    os.execvp("unshare", [*UNSHARE, "sh", "-c", LOOPBACK_UP, "sh", *sys.orig_argv])


def _wants_live(config: pytest.Config) -> bool:
    """Whether a chosen path holds tests/live or lies inside it."""
    if "not live" in config.getoption("markexpr", ""):
        return False
    chosen = [
        (config.invocation_params.dir / word.split("::")[0]).resolve() for word in config.args
    ]
    return any(path == LIVE or path in LIVE.parents or LIVE in path.parents for path in chosen)


def _can_unshare() -> bool:
    if not sys.platform.startswith("linux") or shutil.which("unshare") is None:
        return False
    return subprocess.run([*UNSHARE, "true"], capture_output=True, check=False).returncode == 0
