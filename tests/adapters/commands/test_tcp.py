"""`wirelab tcp` in the simulated network."""

import signal
import subprocess
import sys
from subprocess import PIPE

from wirelab.adapters.cli import main
from wirelab.sim.programs.streams import Stream


def wirelab(*words: str, stdin: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
    """The real command, since it reads file descriptor 0."""
    command = [sys.executable, "-m", "wirelab.adapters.cli", *words]
    return subprocess.run(command, input=stdin, capture_output=True, check=False, timeout=60)


def test_stdin_goes_out_and_the_echo_comes_back_whole():
    data = bytes(range(256)) * 400
    done = wirelab("tcp", "connect", "bob", "7", stdin=data)
    assert (done.returncode, done.stdout) == (0, data)
    assert b"ESTABLISHED" in done.stderr
    assert b"closed: TIME-WAIT" in done.stderr


def test_a_closed_port_is_refused_and_explained(capsys):
    assert main(["tcp", "connect", "bob", "81", "-n"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines[-1] == "reason=tcp.no_listener"
    assert any("where: layer 4 TCP, on bob" in line for line in lines)
    assert any("port 81 is closed" in line for line in lines)


def test_no_time_for_the_handshake_is_a_timeout(capsys):
    assert main(["tcp", "connect", "bob", "7", "-n", "-W", "0.003"]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == "reason=tcp.timeout"


def test_bob_calls_a_listener(capsysbinary):
    assert main(["tcp", "listen", "5000", "-c", "2", "--no-stdin"]) == 0
    output = capsysbinary.readouterr()
    assert output.out == b"Hello TCP!\n" * 2
    assert output.err.count(b"connection from 10.0.0.2:") == 2


def test_a_client_that_resets_ends_its_connection_and_not_the_listener(capsys, monkeypatch):
    """The first of two sends a RST; the second is served, and the failure is told at the end."""
    whole = Stream.receive_all
    callers: list[Stream] = []

    async def receive_all(stream: Stream) -> bytes:
        callers.append(stream)
        if len(callers) == 1:
            stream.abort()
            return b""
        return await whole(stream)

    monkeypatch.setattr(Stream, "receive_all", receive_all)
    assert main(["tcp", "listen", "5000", "-c", "2", "-n"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert "failed: tcp.reset" in lines
    assert "closed: CLOSED" in lines
    assert lines[-1] == "reason=tcp.reset"


def test_ctrl_c_ends_a_simulation_that_waits_for_standard_input():
    command = [sys.executable, "-m", "wirelab.adapters.cli", "tcp", "connect", "bob", "7"]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, stderr=PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"hi\n")
        process.stdin.flush()
        assert process.stdout.readline() == b"hi\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130


def test_the_same_seed_gives_the_same_capture(tmp_path, capsys):
    files = [tmp_path / name for name in ("one", "two", "other")]
    for file, seed in zip(files, ("5", "5", "6"), strict=True):
        assert main(["tcp", "connect", "bob", "7", "-n", "--seed", seed, "-w", str(file)]) == 0
    one, two, other = (file.read_bytes() for file in files)
    assert one == two
    assert one != other
