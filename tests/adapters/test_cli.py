"""The command line as a whole: streams that are closed, full or narrow, and how it ends."""

import os
import subprocess
import sys

import pytest

from wirelab.adapters import cli
from wirelab.adapters.cli import main

COMMAND = f"{sys.executable} -m wirelab.adapters.cli"


def shell(words: str, **environment: str) -> "subprocess.CompletedProcess[bytes]":
    """A command line with redirections, as a user types it."""
    return subprocess.run(
        words.replace("wirelab", COMMAND, 1),
        shell=True,
        capture_output=True,
        check=False,
        timeout=60,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **environment},
    )


@pytest.mark.parametrize(
    "words",
    [
        "wirelab tcp connect bob 7 <&-",
        "wirelab udp send bob 49152 - <&-",
        "wirelab udp listen 5 >&-",
        "wirelab tcp connect bob 7 >&-",
        "wirelab arp bob 2>&-",
    ],
)
def test_a_closed_standard_stream_is_an_empty_one(words):
    done = shell(words)
    assert (done.returncode, b"Traceback" in done.stderr) == (0, False)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="/dev/full is Linux's")
@pytest.mark.parametrize("words", ["> /dev/full", "-w /dev/full"])
def test_a_full_disk_is_told_in_one_line(words):
    done = shell(f"wirelab ping bob -c 1 -q {words}")
    assert done.returncode == 3
    assert done.stderr == b"wirelab: cannot write: No space left on device; make room\n"


@pytest.mark.parametrize("verb", ["ping bob -c 9", "serve . -c 9", "udp listen 5 -c 9"])
def test_a_reader_that_has_seen_enough_ends_it_quietly(verb):
    """`wirelab ... | head -1`."""
    done = shell(f"wirelab {verb} -q | head -1")
    assert done.stderr == b""
    assert done.stdout.count(b"\n") == 1


def test_what_the_terminal_cannot_show_is_escaped():
    done = shell("wirelab udp send bob 49152 あ --wait -q", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stdout) == (0, b"\\u3042\n")


def test_ctrl_c_while_a_command_is_still_loaded_is_130(monkeypatch):
    def interrupted(chosen: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_parser", interrupted)
    assert main(["ping", "bob"]) == 130


@pytest.mark.parametrize("option", ["--ip=10.0.0.9", "--mac=own", "--guard", "--allow-global"])
def test_options_of_real_links_are_refused_in_the_simulation(option, capsys):
    """Else the user believes that they had an effect."""
    assert main(["arp", "bob", option]) == 2
    assert f"{option.partition('=')[0]} is for a real link" in capsys.readouterr().err


@pytest.mark.parametrize("words", [("ping",), ("arp",), ("tcp", "connect"), ("udp", "send")])
def test_our_own_address_is_no_destination(words, capsys):
    port = ("7",) if len(words) > 1 else ()
    assert main([*words, "10.0.0.1", *port]) == 2
    assert "is our own address" in capsys.readouterr().err


def test_a_capture_that_cannot_be_written_is_told_before_anything_runs(tmp_path, capsys):
    assert main(["ping", "bob", "-w", str(tmp_path / "missing" / "file")]) == 3
    assert capsys.readouterr().out == ""
