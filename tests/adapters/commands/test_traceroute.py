"""`wirelab traceroute` in the simulated network."""

import json

import pytest

from wirelab.adapters.cli import main


def test_the_only_hop_is_bob(capsys):
    assert main(["traceroute", "bob"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "traceroute to 10.0.0.2, 30 hops max",
        " 1  10.0.0.2  4.000 ms  4.000 ms  4.000 ms",
    ]


def test_echo_requests_find_the_same(capsys):
    assert main(["traceroute", "bob", "-I", "-n", "1"]) == 0
    assert capsys.readouterr().out.splitlines()[1] == " 1  10.0.0.2  4.000 ms"


def test_json_gives_one_hop_a_line(capsys):
    assert main(["traceroute", "bob", "--json", "-n", "1"]) == 0
    answer = {"address": "10.0.0.2", "rtt_ms": 4.0, "reason": "icmp.port_unreachable"}
    assert json.loads(capsys.readouterr().out) == {"hop": 1, "answers": [answer]}


def test_nobody_there_is_exit_1_with_arps_reason(capsys):
    assert main(["traceroute", "10.0.0.9", "-W", "5", "-n", "1"]) == 1
    output = capsys.readouterr()
    assert output.out.splitlines()[-1] == " 1  10.0.0.1  3000.000 ms !H"
    assert output.err.splitlines()[-1] == "reason=arp.timeout"


def test_silence_is_exit_1(capsys):
    assert main(["traceroute", "10.0.0.9", "-W", "0.5", "-m", "2", "-n", "1"]) == 1
    output = capsys.readouterr()
    assert output.out.splitlines()[1:] == [" 1  *", " 2  *"]
    assert output.err.splitlines()[-1] == "reason=icmp.no_answer"


@pytest.mark.parametrize("hops", ["0", "256", "x"])
def test_a_distance_that_no_ttl_can_say_is_refused(hops, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["traceroute", "bob", "-m", hops])
    assert stopped.value.code == 2
    assert "use 1 to 255 hops" in capsys.readouterr().err
