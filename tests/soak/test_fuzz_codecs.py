"""The fuzzer runs for a few seconds here, and for millions of inputs in `make soak`."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from wirelab.codecs import IPv4, Packet, text
from wirelab.codecs.protocols import HEADERS

SCRIPT = Path(__file__).parent / "fuzz_codecs.py"


@pytest.fixture(scope="module")
def fuzzer():
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("fuzz_codecs", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_some_seconds_of_it_find_nothing_and_meet_every_header(fuzzer):
    results = [fuzzer.run_block((1, block)) for block in range(4)]
    failures = [failure for result in results for failure in result.failures]
    assert [f"{one.problem} --replay {one.first}:{one.frame.hex()}" for one in failures] == []
    met = {name for result in results for name in result.met}
    assert met == {header.LAYER for header in HEADERS}


def test_the_inputs_of_a_seed_are_always_the_same(fuzzer):
    assert list(fuzzer.inputs(7, 3)) == list(fuzzer.inputs(7, 3))
    assert list(fuzzer.inputs(7, 3)) != list(fuzzer.inputs(7, 4))


def break_parsing(patch):
    """Lenient parsing of IPv4 drops the last byte."""
    patch.setattr(Packet, "trailer", property(lambda packet: b""))


def break_a_text(patch):
    """The summary of IPv4 fails for long times to live."""
    summary = text.header_summary

    def broken(header):
        if isinstance(header, IPv4) and header.ttl > 200:
            raise KeyError(header.ttl)
        return summary(header)

    patch.setattr(text, "header_summary", broken)


@pytest.mark.parametrize(
    ("plant", "said"),
    [
        (break_parsing, "BrokenPromiseError at ?: lenient parsing changed the bytes"),
        (break_a_text, "KeyError at text.py"),
    ],
)
def test_a_planted_bug_is_found_and_cut_down(fuzzer, plant, said, monkeypatch):
    plant(monkeypatch)
    monkeypatch.setattr(fuzzer, "BLOCK", 3000)
    result = fuzzer.run_block((1, 0))
    assert any(failure.problem.startswith(said) for failure in result.failures)
    failure = next(one for one in result.failures if one.problem.startswith(said))
    least = fuzzer.smallest(failure)
    assert (len(least.frame), least.frame) < (len(failure.frame), failure.frame)
    problem, _ = fuzzer.try_one(least.frame, least.first)
    assert problem.startswith(said)


def test_an_input_that_never_ends_is_a_failure(fuzzer, monkeypatch):
    def endless(*arguments):
        while True:
            pass

    monkeypatch.setattr(fuzzer, "check", endless)
    monkeypatch.setattr(fuzzer, "PATIENCE_S", 0.05)
    monkeypatch.setattr(fuzzer, "BLOCK", 1)
    (failure,) = fuzzer.run_block((1, 0)).failures
    assert failure.problem.startswith("HangingError")


def test_a_failure_is_replayed_from_its_line():
    command = [sys.executable, str(SCRIPT), "--replay", "IPv4:4500"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "no problem; refused\n"
