"""`wirelab ping` in the simulated network."""

import io
import json

from wirelab.adapters.cli import main
from wirelab.codecs.capture import open_capture
from wirelab.sim.programs.diagnostics import PingReport


def test_three_pings_and_a_summary(capsys):
    assert main(["ping", "bob"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "PING 10.0.0.2: 56 data bytes"
    assert lines[1] == "64 bytes from 10.0.0.2: icmp_seq=1 ttl=64 time=4.000 ms"
    assert lines[3] == "64 bytes from 10.0.0.2: icmp_seq=3 ttl=64 time=2.000 ms"
    assert lines[-2] == "3 packets transmitted, 3 received, 0% packet loss, time 2002ms"
    assert lines[-1] == "rtt min/avg/max/mdev = 2.000/2.667/4.000/0.943 ms"


def test_size_and_ttl_are_what_was_asked_for(capsys):
    assert main(["ping", "bob", "-c", "1", "-s", "100", "-t", "5"]) == 0
    assert "108 bytes from 10.0.0.2: icmp_seq=1" in capsys.readouterr().out


def test_a_ping_longer_than_the_mtu_comes_back_in_fragments(capsys, tmp_path):
    """RFC 1122 section 3.2.2.6."""
    file = tmp_path / "ping.pcapng"
    assert main(["ping", "bob", "-c", "1", "-s", "4000", "-w", str(file)]) == 0
    assert "4008 bytes from 10.0.0.2: icmp_seq=1" in capsys.readouterr().out
    with open_capture(file) as capture:
        assert len(list(capture)) == 2 + 2 * 3  # ARP, and three fragments each way


def test_nobody_there_is_exit_1_with_arps_reason(capsys):
    assert main(["ping", "10.0.0.9", "-c", "1", "-W", "10"]) == 1
    output = capsys.readouterr()
    assert "1 packets transmitted, 0 received, 100% packet loss" in output.out
    assert output.err.splitlines()[-1] == "reason=arp.timeout"


def test_json_lines(capsys):
    assert main(["ping", "bob", "-c", "2", "--json"]) == 0
    first, second, summary = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first["icmp_seq"], second["time_ms"]) == (1, 2.0)
    assert summary["received"] == 2


def test_what_alice_saw_is_written_as_pcapng(tmp_path, capsys):
    file = tmp_path / "ping.pcapng"
    assert main(["ping", "bob", "-c", "1", "-w", str(file)]) == 0
    with open_capture(file) as capture:
        frames = list(capture)
    assert [frame.direction for frame in frames] == ["out", "in", "out", "in"]


def test_a_capture_on_stdout_sends_the_results_to_stderr(capsysbinary):
    """`wirelab ping bob -w - | wireshark -k -i -`."""
    assert main(["ping", "bob", "-c", "1", "-w", "-"]) == 0
    output = capsysbinary.readouterr()
    assert output.out.startswith(b"\x0a\x0d\x0d\x0a")
    assert len(list(open_capture(io.BytesIO(output.out)))) == 4
    assert b"1 packets transmitted, 1 received" in output.err


def test_a_file_that_cannot_be_written_is_told(tmp_path, capsys):
    assert main(["ping", "bob", "-c", "1", "-w", str(tmp_path)]) == 3
    assert f"cannot write {tmp_path}" in capsys.readouterr().err


def test_the_summary_of_nothing_divides_by_nothing():
    """Interrupted before the first request left."""
    assert "0 packets transmitted, 0 received, 0% packet loss" in str(PingReport("10.0.0.2"))


def test_quiet_shows_the_summary_alone(capsys):
    """As iputils' ping -q."""
    assert main(["ping", "bob", "-c", "2", "-q"]) == 0
    output = capsys.readouterr()
    assert "bytes from" not in output.out
    assert "2 packets transmitted, 2 received" in output.out
    assert output.err == ""
