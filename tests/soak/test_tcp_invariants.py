"""A few worlds run here; `python -m tests.soak.tcp_invariants` looks at as many as one likes."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "tests.soak.tcp_invariants"]

FORGETFUL = """
import sys
from tests.soak import tcp_invariants
from wirelab.sim.host.tcp.flight import Flight
unmarked = Flight.sent_again
def sent_again(flight, record, now):
    unmarked(flight, record, now)
    flight.resent += 1
Flight.sent_again = sent_again
sys.exit(tcp_invariants.main(["--examples", "3"]))
"""


def test_what_must_hold_of_a_connection_holds_whatever_happens_to_it():
    """RFC 9293 section 3.3.1, RFC 6675 section 4 (pipe), RFC 8985 section 5 (order)."""
    command = [*COMMAND, "--examples", "4"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("no failure\n")


def test_a_planted_bug_is_found_and_told_with_the_number_of_its_world():
    command = [sys.executable, "-c", FORGETFUL]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    problem, number, *_ = done.stdout.splitlines()
    assert problem.startswith("FAILURE BrokenPromiseError: resent is ")
    assert number.isdecimal()
