"""`wirelab dhcp` in the simulated network; on a real link: tests/live/internet/services."""

import json

import pytest

from wirelab.adapters.cli import main


def test_the_dialogue_and_the_lease_are_shown_and_the_lease_is_given_back(capsys):
    """RFC 2131 section 3.1, figure 3."""
    assert main(["dhcp", "-q"]) == 0
    *dialogue, given_back = capsys.readouterr().out.splitlines()
    assert [line.split()[2:5] for line in dialogue[:4]] == [
        ["-->", "DISCOVER"],
        ["<--", "OFFER", "10.0.0.100"],
        ["-->", "REQUEST", "10.0.0.100"],
        ["<--", "ACK", "10.0.0.100"],
    ]
    assert dialogue[4:] == [
        "lease  10.0.0.100/24 from 10.0.0.2, for 3600 s",
        "  renew after 1800 s, rebind after 3150 s",
        "  routers: 10.0.0.2",
        "  name servers: 10.0.0.2",
        "  search: lab",
    ]
    assert given_back.endswith("--> RELEASE  10.0.0.100 to 10.0.0.2")


def test_json_gives_one_object_a_message_and_one_for_the_lease(capsys):
    assert main(["dhcp", "--json", "-q", "--keep", "--no-probe"]) == 0
    *dialogue, lease = map(json.loads, capsys.readouterr().out.splitlines())
    assert [(one["message"], one["sent"]) for one in dialogue] == [
        ("DISCOVER", True),
        ("OFFER", False),
        ("REQUEST", True),
        ("ACK", False),
    ]
    assert lease == {
        "lease": "10.0.0.100/24",
        "server": "10.0.0.2",
        "lease_s": 3600,
        "renew_s": 1800.0,
        "rebind_s": 3150.0,
        "routers": ["10.0.0.2"],
        "routes": [],
        "name_servers": ["10.0.0.2"],
        "search": ["lab"],
        "mtu": None,
    }


def test_a_certain_address_is_asked_for_without_a_discover_and_renewed(capsys):
    """RFC 2131 sections 3.2 and 4.4.5."""
    words = ["--request", "10.0.0.150", "--renew", "--keep", "--no-probe"]
    assert main(["dhcp", "--json", "-q", *words]) == 0
    *dialogue, lease = map(json.loads, capsys.readouterr().out.splitlines())
    assert [one["message"] for one in dialogue] == ["REQUEST", "ACK"] * 2
    assert lease["lease"] == "10.0.0.150/24"


def test_an_address_from_elsewhere_is_refused_with_the_servers_words(capsys):
    """RFC 2131 section 3.2 (4)."""
    assert main(["dhcp", "-q", "--request", "192.0.2.9", "--no-probe"]) == 0
    out = capsys.readouterr().out
    assert '<-- NAK      from 10.0.0.2 "wrong network"' in out
    assert "lease  10.0.0.100/24" in out


def test_no_lease_in_time_has_its_reason_on_the_last_line(capsys):
    assert main(["dhcp", "-q", "-W", "0.2"]) == 1
    said = capsys.readouterr().err.splitlines()
    assert "SELECTING" in said[0]
    assert said[-1] == "reason=dhcp.timeout"


@pytest.mark.parametrize("words", [["--ip", "10.0.0.5"], ["--gateway", "10.0.0.1"], ["--guard"]])
def test_an_address_of_our_own_is_for_a_real_link_only_and_refused_there_too(capsys, words):
    assert main(["dhcp", *words]) == 2
    assert "is for a real link" in capsys.readouterr().err


def test_the_same_seed_gives_the_same_dialogue(capsys):
    said = [(main(["dhcp", "--seed", "7"]), capsys.readouterr()) for _ in range(2)]
    assert said[0] == said[1]
