"""`wirelab arp` in the simulated network."""

import json

import pytest

from wirelab.adapters.cli import main


def test_the_first_line_says_where_it_runs(capsys):
    assert main(["arp", "bob"]) == 0
    output = capsys.readouterr()
    assert output.err.startswith("simulated network, seed 0: you are alice 10.0.0.1")
    assert output.out == "10.0.0.2 is at 02:00:00:00:00:02  (2.000 ms)\n"


def test_json_is_one_object(capsys):
    assert main(["arp", "10.0.0.2", "--json", "-q"]) == 0
    output = capsys.readouterr()
    assert json.loads(output.out) == {
        "address": "10.0.0.2",
        "mac": "02:00:00:00:00:02",
        "milliseconds": 2.0,
    }
    assert output.err == ""


def test_silence_is_told_with_its_layer_and_reason(capsys):
    assert main(["arp", "10.0.0.9"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines[-1] == "reason=arp.timeout"
    assert any("where: layer 2 ARP" in line for line in lines)


def test_an_address_that_arp_cannot_ask_for_is_a_usage_error(capsys):
    assert main(["arp", "192.0.2.1"]) == 2
    assert "not on our network (10.0.0.1/24)" in capsys.readouterr().err


def test_a_name_is_refused_with_the_way_out(capsys):
    assert main(["arp", "example.org"]) == 2
    assert "use an address or one of alice, bob" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [("--sim", "-i", "eth0"), ("--ip", "10.0.0.5"), ("--guard",), ("--gateway", "10.0.0.254")],
)
def test_options_of_the_two_places_do_not_mix(words, capsys):
    assert main(["arp", "bob", *words]) == 2
    assert "real link" in capsys.readouterr().err


def test_the_ladder_comes_with_v(capsys):
    assert main(["arp", "bob", "-v", "--ascii"]) == 0
    assert "ARP who has 10.0.0.2?" in capsys.readouterr().err


def test_the_explanation_speaks_japanese(capsys):
    assert main(["arp", "10.0.0.9", "--lang", "ja"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert "失敗した場所" in "".join(lines)
    assert lines[-1] == "reason=arp.timeout"
