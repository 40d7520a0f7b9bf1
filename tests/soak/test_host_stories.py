"""Some stories are told here; `python -m tests.soak.host_stories` tells as many as one likes."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

FORGETFUL = """
import sys
from tests.soak import host_stories
from wirelab.sim.host.counters import Counters
settle = Counters.settle
def forgetful(counters, drop):
    if drop is None or drop.reason.value != "arp.not_for_me":
        settle(counters, drop)
Counters.settle = forgetful
sys.exit(host_stories.main(["--examples", "300", "--kind", "plain", "--as-found"]))
"""


def tell(*command):
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_what_must_hold_of_a_host_holds_whatever_happens_to_it():
    """RFC 1122 section 1.2.2 (robustness): books balanced, frames sound, tables bounded."""
    status, output = tell("-m", "tests.soak.host_stories", "--examples", "40")
    assert status == 0, output
    assert output.endswith("no failure\n")


def test_a_planted_bug_is_found_and_told():
    status, output = tell("-c", FORGETFUL)
    assert status == 1
    assert ": not balanced: Counters(" in output
