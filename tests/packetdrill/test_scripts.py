"""Our own packetdrill scripts, an item each: `<mechanism>/*.pkt`, written from the RFCs."""

from pathlib import Path

import pytest

from wirelab.sim.packetdrill.outcome import Verdict
from wirelab.sim.packetdrill.parser import read_script
from wirelab.sim.packetdrill.report import report_text
from wirelab.sim.packetdrill.run import READY_WORDS, run_script

HERE = Path(__file__).parent
SCRIPTS = sorted(HERE.glob("*/*.pkt"))

OVER_IPV6 = [("ip_version", "ipv6"), ("mtu", "1520")]
"""So the published suites are run: 20 bytes more make up for the longer header."""

ONLY_IPV4 = {
    "icmp/source-quench-is-ignored": "ICMPv6 has no such message",
    "path-mtu/black-hole": "falls back to less than 1280 bytes; ipv6/black-hole does not",
    "path-mtu/frag-needed": "an MTU below 1280 bytes is not believed; ipv6/packet-too-big is",
    "time-wait/reuse-by-connect": "names an IPv4 address",
}
"""Scripts about what IPv6 does otherwise."""


def name_of(path):
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("script", SCRIPTS, ids=name_of)
def test_the_script_passes(script):
    """Mechanism and section stand in the script's first lines."""
    outcome = run_script(script)
    assert outcome.verdict is Verdict.PASS, f"{outcome}\n{report_text(outcome)}"


@pytest.mark.parametrize(
    "script",
    [path for path in SCRIPTS if path.parent.name != "ipv6" and name_of(path) not in ONLY_IPV4],
    ids=name_of,
)
def test_the_script_passes_over_ipv6(script):
    """Issue 5: "the packetdrill and kernel tests of TCP run on IPv6 too"."""
    outcome = run_script(script, options=OVER_IPV6)
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


@pytest.mark.parametrize("path", SCRIPTS, ids=name_of)
def test_the_script_says_what_it_is_about(path):
    """A comment names the mechanism and its source before anything else."""
    script = read_script(path, definitions=READY_WORDS)
    comment = script.source.partition("\n\n")[0]
    assert all(line.startswith("//") for line in comment.splitlines())
    assert any(source in comment for source in ("RFC", "POSIX", "Linux", "TCP_CONGESTION"))
