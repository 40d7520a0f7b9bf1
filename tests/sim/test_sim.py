"""The public names of `wirelab.sim`, and what importing it does not load."""

import subprocess
import sys

import pytest

import wirelab.sim


def test_every_public_name_can_be_imported():
    for name in wirelab.sim.__all__:
        assert getattr(wirelab.sim, name).__name__ == name


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'Netwrok'"):
        _ = wirelab.sim.Netwrok


def test_the_host_alone_loads_no_network_no_event_loop_and_no_construct():
    """architecture.md's dependency rule, as a user's process sees it."""
    code = "import sys, wirelab.sim.host; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "wirelab.sim.host.tcp.layer" in loaded
    unwanted = {"wirelab.sim.network", "asyncio", "socket", "random", "threading", "construct"}
    assert unwanted & set(loaded) == set()
