"""The pytest plugin: simulated networks as a fixture, checked when the test is over.

    def test_bob_gets_the_datagram(sim_network):
        network = sim_network(seed=7)
        alice = network.host("alice", "10.0.0.1")
        bob = network.host("bob", "10.0.0.2")
        network.link(alice, bob, latency="1ms")
        ...

At teardown every network that the test made is checked: each frame has exactly one fate (sent =
delivered + lost + dropped + rejected + in flight), and each host counted what it was given.

When the test fails, its report shows the seed, the ladder and where it failed for each network.

Scripts as tests: `pytest --packetdrill DIR` makes an item of each packetdrill script in a folder.
One that fails shows its line, what was expected, what came, and the ladder; one that needs what is
not here is skipped with the reason.

This module stays outside the `wirelab` namespace on purpose, and imports wirelab only when a test
asks for a network: see CONTRIBUTING.md, "Layout".
"""

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    from wirelab.sim.network import Network
    from wirelab.sim.packetdrill.outcome import Outcome

LADDER_ROWS = 40  # ours: what is still read in the report of a test

_networks: "pytest.StashKey[list[Network]]" = pytest.StashKey()


class SimNetworkFactory(Protocol):
    """Makes networks; what the fixture `sim_network` is."""

    def __call__(self, seed: int = 0, *, trace_limit: int | None = None) -> "Network":
        """A new `wirelab.sim.network.Network`."""


@pytest.fixture
def sim_network(request: pytest.FixtureRequest) -> Iterator[SimNetworkFactory]:
    """A factory of simulated networks whose invariants are asserted at teardown."""
    from wirelab.sim.network import Network

    networks: list[Network] = []
    request.node.stash[_networks] = networks

    def make(seed: int = 0, *, trace_limit: int | None = None) -> Network:
        network = Network(seed, trace_limit=trace_limit)
        networks.append(network)
        return network

    yield make
    for network in networks:
        network.check()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what happened on the networks of a test that failed."""
    report = yield
    if report.when == "call" and report.failed:
        networks = item.stash.get(_networks, [])
        for network in (network for network in networks if network.trace.recorded):
            title = f"Simulated network, seed {network.seed}"
            report.sections.append((title, _story(network)))
    if report.skipped and isinstance(item, ScriptItem) and item.unsupported is not None:
        # The place is the script's, else pytest counts all of them as one, skipped in this file.
        outcome = item.unsupported
        report.longrepr = (str(item.path), outcome.line, f"Skipped: {outcome.what}")
    return report


def _story(network: "Network") -> str:
    """The ladder, and where it failed, as plain text."""
    from wirelab.sim.trace.failure import find_failure
    from wirelab.sim.views.ladder import Ladder
    from wirelab.sim.views.rows import plain_text
    from wirelab.sim.views.where import where_rows

    rows = list(Ladder(network.trace, limit=LADDER_ROWS).rows([f"seed {network.seed}"]))
    failure = find_failure(network.trace)
    rows += where_rows(failure) if failure is not None else []
    return "\n".join(plain_text(row).rstrip() for row in rows)


# --- packetdrill scripts as tests ----------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--packetdrill` and how the scripts run."""
    group = parser.getgroup("wirelab")
    group.addoption(
        "--packetdrill",
        action="append",
        default=[],
        metavar="DIR",
        help="run the packetdrill scripts of a folder (or one script) as tests; may be repeated",
    )
    group.addoption(
        "--packetdrill-profile",
        metavar="P",
        choices=("rfc", "linux", "freebsd"),
        help="rfc, linux or freebsd; default: as the script says, or as it looks",
    )
    group.addoption(
        "--packetdrill-ignore-psh",
        action="store_true",
        help="do not compare PSH of what the host sends",
    )


def pytest_configure(config: pytest.Config) -> None:
    """The folders of `--packetdrill` are what is asked for, beside paths that were named."""
    folders = config.getoption("--packetdrill")
    if folders:
        named = config.args if config.args_source is pytest.Config.ArgsSource.ARGS else []
        config.args = [*named, *(folder for folder in folders if folder not in named)]


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "ScriptFile | None":
    """Scripts within the folders of `--packetdrill`."""
    if file_path.suffix != ".pkt":
        return None
    folders = [Path(one).resolve() for one in parent.config.getoption("--packetdrill")]
    wanted = any(file_path.resolve().is_relative_to(folder) for folder in folders)
    return ScriptFile.from_parent(parent, path=file_path) if wanted else None


class ScriptFailure(Exception):  # noqa: N818 (what is raised when a script fails)
    """A script did not pass."""

    def __init__(self, outcome: "Outcome") -> None:
        super().__init__(str(outcome))
        self.outcome = outcome


class ScriptFile(pytest.File):
    """A script file: one item."""

    def collect(self) -> Iterator["ScriptItem"]:
        """The script."""
        yield ScriptItem.from_parent(self, name=self.path.stem)


class ScriptItem(pytest.Item):
    """A script as a test.

    Attributes:
        unsupported: its outcome, if it needs what is not here.
    """

    unsupported: "Outcome | None" = None

    def runtest(self) -> None:
        """Run it."""
        from wirelab.sim.packetdrill.outcome import Verdict
        from wirelab.sim.packetdrill.run import run_script

        outcome = run_script(
            self.path,
            profile=self.config.getoption("--packetdrill-profile"),
            ignore_psh=self.config.getoption("--packetdrill-ignore-psh"),
        )
        if outcome.verdict is Verdict.UNSUPPORTED:
            self.unsupported = outcome
            pytest.skip(outcome.reason)
        if outcome.verdict is Verdict.FAIL:
            raise ScriptFailure(outcome)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        """Line, expected, got and ladder; the traceback of our own bug."""
        from wirelab.sim.packetdrill.report import report_text

        if isinstance(excinfo.value, ScriptFailure):
            return report_text(excinfo.value.outcome, limit=LADDER_ROWS)
        return str(super().repr_failure(excinfo, style))

    def reportinfo(self) -> tuple[Path, None, str]:
        """Where it stands."""
        return self.path, None, f"packetdrill {self.name}"
