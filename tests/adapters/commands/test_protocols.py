"""`wirelab protocols`: the list, one protocol, and names that are none."""

import json

import pytest

from wirelab.adapters.cli import main
from wirelab.codecs.protocols import HEADERS


def test_every_header_is_listed_with_its_numbers(capsys):
    assert main(["protocols"]) == 0
    text = capsys.readouterr().out
    for header in HEADERS:
        assert f"{header.LAYER} " in text
    assert "ethertype 0x0806" in text


@pytest.mark.parametrize("name", ["TCP", "tcp", "Tcp", "transmission control protocol"])
def test_a_protocol_is_found_in_any_case(name, capsys):
    assert main(["protocols", name]) == 0
    assert capsys.readouterr().out.startswith("TCP: Transmission Control Protocol (RFC 9293)\n")


@pytest.mark.parametrize(
    ("name", "title"),
    [("ip", "IPv4: "), ("vlan", "Dot1Q: "), ("eth", "Ethernet: "), ("icmp", "ICMPv4: ")],
)
def test_display_names_are_aliases_and_a_carrier_comes_before_its_bodies(name, title, capsys):
    assert main(["protocols", name]) == 0
    assert capsys.readouterr().out.startswith(title)


def test_one_protocol_shows_diagram_fields_and_options(capsys):
    main(["protocols", "tcp"])
    text = capsys.readouterr().out
    assert "|          source_port          |       destination_port        |" in text
    assert "96-99     data_offset              tcp.hdr_len" in text
    assert "Default AUTO: Internet checksum of pseudo-header, header and payload." in text.replace(
        "\n            ", " "
    )
    assert "2  MaximumSegmentSize: " in text


def test_nothing_is_wider_than_a_terminal(capsys):
    main(["protocols"])
    for header in HEADERS:
        assert main(["protocols", header.LAYER]) == 0
    wide = [line for line in capsys.readouterr().out.splitlines() if len(line) > 80]
    assert wide == []


def test_an_unknown_name_is_a_usage_error_with_the_nearest_ones(capsys):
    assert main(["protocols", "ipv5"]) == 2
    error = capsys.readouterr().err
    assert "no protocol is called ipv5; did you mean IPv" in error
    assert main(["protocols", "qqqqqqq"]) == 2
    assert "did you mean" not in capsys.readouterr().err


def test_json_has_all_of_it(capsys):
    assert main(["protocols", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["name"] for row in rows} == {header.LAYER for header in HEADERS}
    assert main(["protocols", "ip", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["numbers"]["ethertype"] == [0x0800]
    assert facts["numbers"]["ip_protocol"] == [4]
    fields = {field["name"]: field for field in facts["fields"]}
    assert fields["ttl"]["default"] == "64"
    assert fields["ttl"]["display"] == "ip.ttl"
    assert {option["name"] for option in facts["lists"][0]["elements"]} >= {"RouterAlert"}
