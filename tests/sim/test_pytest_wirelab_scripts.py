"""Scripts as pytest items, in a user's own run."""

import subprocess
import sys

import pytest

GOOD = "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
BAD = "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 > S 0:0(0) <...>\n"
UNKNOWN = "0 mystery(1) = 0\n"
TEST = "def test_plain():\n    pass\n"


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    """What pytest says about three scripts."""
    folder = tmp_path_factory.mktemp("scripts")
    (folder / "deep").mkdir()
    (folder / "good.pkt").write_text(GOOD)
    (folder / "deep" / "bad.pkt").write_text(BAD)
    (folder / "deep" / "unknown.pkt").write_text(UNKNOWN)
    command = [sys.executable, "-m", "pytest", "-rs", "-p", "no:cacheprovider", "-W", "error"]
    command += ["--packetdrill", str(folder)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_each_script_is_an_item(result):
    assert "1 failed, 1 passed, 1 skipped" in result.stdout


def test_a_script_that_fails_shows_line_expected_got_and_ladder(result):
    assert "line 2    +0 > S 0:0(0) <...>" in result.stdout
    assert "got       nothing" in result.stdout
    assert "socket(..., SOCK_STREAM, IPPROTO_TCP)" in result.stdout


def test_a_script_that_needs_more_is_skipped_with_the_reason(result):
    place = "deep/unknown.pkt:1"
    assert f"SKIPPED [1] {place}: the system call mystery is not known" in result.stdout


def test_bytes_that_are_no_text_fail_their_script_in_another_process_too(tmp_path):
    """What a worker reports must be text that can be sent."""
    (tmp_path / "garbage.pkt").write_bytes(bytes(range(256)))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "1"]
    command += ["--packetdrill", "garbage.pkt"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert "1 failed" in run.stdout, run.stdout + run.stderr
    assert r"line 3    \x0e\x0f" in run.stdout
    assert r"\xfe\xff" in run.stdout.replace("\n            ", "")


def test_other_paths_that_are_named_are_collected_too(tmp_path):
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "good.pkt").write_text(GOOD)
    (tmp_path / "other.pkt").write_text(BAD)
    (tmp_path / "test_plain.py").write_text(TEST)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_plain.py"]
    command += ["--packetdrill", "scripts"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert "2 passed" in run.stdout, run.stdout
