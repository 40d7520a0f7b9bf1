"""The vocabulary of reasons."""

import re
from pathlib import Path

import wirelab.adapters
import wirelab.sim
from wirelab.sim.reasons import RESERVED, Reason

TELLERS = ("reasons.py", "errors.py")
"""Files that translate reasons, as all of views/ does; they decide nothing."""


def decided():
    """Names of the reasons that the code gives for a decision."""
    names = set()
    for package in (wirelab.sim, wirelab.adapters):
        for path in Path(package.__path__[0]).rglob("*.py"):
            if path.name not in TELLERS and "views" not in path.parts:
                names |= set(re.findall(r"Reason\.([A-Z_]+)", path.read_text(encoding="utf-8")))
    return names


def test_every_reason_is_decided_somewhere_or_reserved():
    """Rule 3."""
    names = decided()
    assert {reason for reason in Reason if reason.name not in names} == RESERVED


def test_an_id_begins_with_its_layer_and_matches_its_name():
    """So that `tcp.no_listener` is found as `TCP_NO_LISTENER`, and the other way round."""
    for reason in Reason:
        assert reason.value == reason.name.lower().replace("_", ".", 1)
        assert reason.value.startswith(reason.layer + ".")
