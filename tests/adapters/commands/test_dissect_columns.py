"""`wirelab dissect --columns` from the outside."""

import os
import pty
import signal
import subprocess
import sys

import pytest
from pyarrow import parquet

from wirelab.adapters.cli import main
from wirelab.adapters.commands import dissect_columns
from wirelab.adapters.exits import Exit
from wirelab.codecs import TCP, UDP, Ethernet, IPv4
from wirelab.codecs.capture import PcapWriter

PACKETS = 500


@pytest.fixture
def capture(tmp_path):
    """Five hundred packets, every tenth of them UDP."""
    path = tmp_path / "some.pcap"
    with PcapWriter(path) as writer:
        for number in range(PACKETS):
            transport = TCP(1, number) if number % 10 else UDP(2, number)
            writer.write(bytes(Ethernet() / IPv4(source="10.0.0.1") / transport), number)
    return path


@pytest.fixture
def dissect(capsys):
    """Run the command: exit code and stderr; nothing goes to stdout."""

    def run(*words):
        code = main(["dissect", *map(str, words)])
        out, err = capsys.readouterr()
        assert out == ""
        return code, err

    return run


def test_a_capture_becomes_a_parquet_file(capture, dissect, tmp_path):
    out = tmp_path / "out.parquet"
    assert dissect(capture, "--columns", out) == (Exit.OK, "")
    table = parquet.read_table(out)
    assert table.num_rows == PACKETS
    assert table["ip.src"].to_pylist() == ["10.0.0.1"] * PACKETS
    assert table["tcp.dstport"].to_pylist()[:3] == [None, 1, 2]
    assert table["udp.checksum.status"].to_pylist()[:2] == [1, None]


def test_fields_filter_and_count_choose(capture, dissect, tmp_path):
    out = tmp_path / "out.parquet"
    words = ("-e", "udp.dstport", "-e", "frame.number", "-Y", "udp", "-c", "45")
    assert dissect("-r", capture, "--columns", out, *words) == (Exit.OK, "")
    table = parquet.read_table(out)
    assert table.to_pydict() == {
        "udp.dstport": [0, 10, 20, 30, 40],
        "frame.number": [1, 11, 21, 31, 41],
    }


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("--columns", "OUT.xls"), Exit.USAGE, "must end in .parquet"),
        (("--columns", "OUT.csv", "-e", "tcp.srcprt"), Exit.USAGE, "did you mean tcp.srcport"),
        (("--columns", "OUT.csv", "-e", "tcp.port"), Exit.USAGE, "take tcp.srcport or"),
        (("--columns", "OUT.csv", "-Y", "tcp.stream == 1"), Exit.USAGE, "no column"),
        (("--columns", "OUT.csv", "-V"), Exit.USAGE, "leave out -V"),
        (("--columns", "OUT.csv", "--json"), Exit.USAGE, "leave out --json"),
        (("--columns", "missing/OUT.csv"), Exit.IMPOSSIBLE, "cannot write"),
        (("more", "--columns", "OUT.csv"), Exit.USAGE, "give one capture FILE"),
    ],
)
def test_what_cannot_be_is_refused(words, code, says, capture, dissect, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result, err = dissect(capture, *words)
    assert result == code
    assert says in err


def test_a_cut_capture_leaves_what_was_whole(capture, dissect, tmp_path):
    out = tmp_path / "out.parquet"
    capture.write_bytes(capture.read_bytes()[:-5])
    code, err = dissect(capture, "--columns", out)
    assert code == Exit.BAD_INPUT
    assert "the file is cut" in err
    assert parquet.read_table(out).num_rows == PACKETS - 1


def test_a_missing_library_is_named(capture, dissect, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    code, err = dissect(capture, "--columns", tmp_path / "out.parquet")
    assert code == Exit.IMPOSSIBLE
    assert "pip install pyarrow" in err


def test_ctrl_c_leaves_a_whole_file_with_what_it_has(capture, dissect, tmp_path, monkeypatch):
    monkeypatch.setattr(dissect_columns, "BLOCK_ROWS", 100)
    shown = []

    def press(progress, table):
        shown.append(len(table))
        if len(shown) == 3:
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(dissect_columns.Progress, "show", press)
    before = signal.getsignal(signal.SIGINT)
    out = tmp_path / "out.parquet"
    code, err = dissect(capture, "--columns", out)
    assert code == Exit.INTERRUPTED
    assert "has the 300 packets written so far" in err
    assert parquet.read_table(out).num_rows == 300
    assert signal.getsignal(signal.SIGINT) is before


def test_progress_shows_on_a_terminal_only(capture, tmp_path):
    command = [sys.executable, "-m", "wirelab.adapters.cli", "dissect", str(capture)]
    command += ["--columns", str(tmp_path / "out.csv"), "-e", "ip.src"]
    ours, theirs = pty.openpty()
    done = subprocess.run(command, stderr=theirs, check=False)
    os.close(theirs)
    text = os.read(ours, 4096).decode()
    os.close(ours)
    assert done.returncode == Exit.OK
    assert text.endswith(dissect_columns.CLEAR_LINE)
    assert "500 packets, 100 %" in text


def test_standard_input_is_read_too(capture, tmp_path):
    out = tmp_path / "out.parquet"
    command = [sys.executable, "-m", "wirelab.adapters.cli", "dissect", "-", "--columns", str(out)]
    with capture.open("rb") as stream:
        done = subprocess.run(command, stdin=stream, check=False)
    assert done.returncode == Exit.OK
    assert parquet.read_table(out).num_rows == PACKETS
