"""Progress and Ctrl-C of long dissections."""

import io
import json
import signal

import pytest

from wirelab.adapters.cli import main
from wirelab.adapters.commands.dissect_progress import STEP, Interruptible, Progress
from wirelab.adapters.exits import Exit
from wirelab.codecs import UDP, Ethernet, IPv4
from wirelab.codecs.capture import PcapWriter

PACKET = bytes(Ethernet() / IPv4() / UDP(source_port=50000, destination_port=50001) / b"hello")


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        return True


class Silent(io.RawIOBase):
    """A pipe that has some bytes, and then a user who presses Ctrl-C."""

    def __init__(self, data):
        self._data = io.BytesIO(data)

    def readable(self):
        return True

    def readinto(self, buffer):
        count = self._data.readinto(buffer)
        if not count:
            signal.raise_signal(signal.SIGINT)
        return count


class Interrupting(io.StringIO):
    """A stream in the midst of whose n-th write Ctrl-C is pressed."""

    def __init__(self, count):
        super().__init__()
        self._left = count

    def write(self, text):
        half = len(text) // 2
        super().write(text[:half])
        self._left -= 1
        if self._left == 0:
            signal.raise_signal(signal.SIGINT)
        return half + super().write(text[half:])


@pytest.fixture
def capture(tmp_path):
    """Five packets."""
    path = tmp_path / "five.pcap"
    with PcapWriter(path) as writer:
        for number in range(5):
            writer.write(PACKET, number * 1_000_000_000)
    return path


@pytest.mark.parametrize("words", [(), ("--json",), ("-V",), ("-T", "fields", "-e", "udp.port")])
def test_an_interrupt_while_reading_keeps_what_was_printed(words, capture, monkeypatch, capsys):
    data = capture.read_bytes()
    stdin = io.TextIOWrapper(io.BufferedReader(Silent(data[:-30])))
    monkeypatch.setattr("sys.stdin", stdin)
    code = main(["dissect", "-", *words])
    output, errors = capsys.readouterr()
    assert code == Exit.INTERRUPTED
    assert errors.splitlines() == ["wirelab: interrupted after 4 packets"]
    if "--json" in words:
        assert [packet["number"] for packet in json.loads(output)] == [1, 2, 3, 4]


@pytest.mark.parametrize("write", [2, 3, 4])
def test_an_interrupt_while_printing_waits_for_the_packet(write, capture, monkeypatch, capsys):
    output = Interrupting(write)
    monkeypatch.setattr("sys.stdout", output)
    assert main(["dissect", "--json", str(capture)]) == Exit.INTERRUPTED
    assert len(json.loads(output.getvalue())) == write - 1
    assert f"interrupted after {write - 1} packet" in capsys.readouterr().err


def test_a_second_interrupt_does_not_wait():
    with Interruptible() as interruptible:
        next(interruptible.each([1]))  # the caller now works on it
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_the_handler_of_before_comes_back():
    before = signal.getsignal(signal.SIGINT)
    with Interruptible():
        assert signal.getsignal(signal.SIGINT) != before
    assert signal.getsignal(signal.SIGINT) == before


def test_a_terminal_is_told_how_many_packets_there_were():
    now = iter(range(1000))
    errors = Terminal()
    progress = Progress(errors, io.StringIO(), clock=lambda: next(now))
    list(progress.count(range(STEP * 2)))
    progress.clear()
    assert f"{STEP * 2:,} packets, " in errors.getvalue()
    assert errors.getvalue().endswith("\r\x1b[K")


@pytest.mark.parametrize(
    ("errors", "output"), [(io.StringIO(), io.StringIO()), (Terminal(), Terminal())]
)
def test_nobody_is_told_who_does_not_wait(errors, output):
    """No terminal on stderr, or one on stdout, where the packets themselves show it."""
    progress = Progress(errors, output)
    assert list(progress.count(range(STEP * 3))) == list(range(STEP * 3))
    progress.clear()
    assert errors.getvalue() == ""
