"""What importing `parse` loads, and what it must not: people write short scripts with it."""

import os
import subprocess
import sys
from pathlib import Path

from wirelab import codecs

HEAVY = {
    *("collections", "dataclasses", "enum", "functools", "inspect", "ipaddress", "random", "re"),
    *("typing", "construct", "numpy", "hypothesis"),
}
"""Modules that take longer to import than all of ours together, or are no dependency at all."""


def loaded_by(statement: str) -> set[str]:
    """The modules that a new interpreter loads for a statement and not without it."""
    code = f"import sys; before = set(sys.modules); {statement}; print(*set(sys.modules) - before)"
    # Without `site`, which loads some of them itself: so the path must be told.
    root = Path(codecs.__file__).parents[2]
    run = subprocess.run(
        [sys.executable, "-S", "-c", code],
        env=os.environ | {"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(run.stdout.split())


def test_importing_parse_loads_nothing_heavy():
    """codecs.md, decision 3: at most 15 ms."""
    assert loaded_by("from wirelab.codecs import parse") & HEAVY == set()


def test_importing_parse_loads_the_protocols_of_usual_frames_only():
    modules = loaded_by("from wirelab.codecs import parse")
    protocols = {name.rpartition(".")[2] for name in modules if ".protocols." in name}
    usual = {"ethernet", "icmpv4", "ipv4", "ipv6", "stack_builders", "stacks", "tcp", "udp"}
    assert protocols <= usual


def test_using_a_packet_loads_nothing_heavy_either():
    statement = (
        "from wirelab.codecs import TCP, IPv4, Ethernet, parse; "
        "frame = bytes(Ethernet() / IPv4() / TCP(1, 2)); assert parse(frame)[TCP].source_port"
    )
    assert loaded_by(statement) & HEAVY == set()
