"""Our own packetdrill scripts, an item each: `<mechanism>/*.pkt`, written from the RFCs."""

from pathlib import Path

import pytest

from wirelab.sim.packetdrill.outcome import Verdict
from wirelab.sim.packetdrill.parser import read_script
from wirelab.sim.packetdrill.report import report_text
from wirelab.sim.packetdrill.run import READY_WORDS, run_script

HERE = Path(__file__).parent
SCRIPTS = sorted(HERE.glob("*/*.pkt"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_script_passes(script):
    """Mechanism and section stand in the script's first lines."""
    outcome = run_script(script)
    assert outcome.verdict is Verdict.PASS, f"{outcome}\n{report_text(outcome)}"


def test_there_are_scripts_for_every_mechanism():
    """Issue 4, "Conformance", 2: 150 scripts or more, a folder a mechanism."""
    assert len(SCRIPTS) >= 150
    folders = {path.parent.name for path in SCRIPTS}
    assert folders >= {
        "backlog", "close", "congestion", "delayed-ack", "ecn", "f-rto", "fast-open",
        "fast-retransmit", "handshake", "icmp", "keepalive", "mss", "nagle", "options", "path-mtu",
        "persist", "prr", "rack", "reassembly", "reset", "rto", "sack", "sockets", "tcp-info",
        "time-wait", "timestamps", "undo", "urgent", "user-timeout", "window",
    }  # fmt: skip


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_script_says_what_it_is_about(path):
    """A comment names the mechanism and its source before anything else."""
    script = read_script(path, definitions=READY_WORDS)
    comment = script.source.partition("\n\n")[0]
    assert all(line.startswith("//") for line in comment.splitlines())
    assert any(source in comment for source in ("RFC", "POSIX", "Linux", "TCP_CONGESTION"))
