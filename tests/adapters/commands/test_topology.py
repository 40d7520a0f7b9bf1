"""`wirelab topology`: drawings, routing tables, and declarations with mistakes."""

import io
import json
import sys

import pytest

from wirelab.adapters.cli import main

OFFICE = """\
name = "office"
[networks]
lan = "10.0.1.0/24"
servers = "10.0.2.0/24"
[hosts]
alice = "lan"
web = "servers"
[routers]
r1 = ["lan", "servers"]
"""


@pytest.fixture
def office(tmp_path):
    path = tmp_path / "office.toml"
    path.write_text(OFFICE)
    return str(path)


def test_it_draws_what_the_file_declares(office, capsys):
    assert main(["topology", office, "--ascii"]) == 0
    assert capsys.readouterr().out == (
        "office: 2 networks, 1 router, 2 hosts\n"
        "\n"
        "lan  10.0.1.0/24\n"
        "|- alice  10.0.1.2\n"
        "`- r1 (router)  10.0.1.1\n"
        "   `- servers  10.0.2.0/24  (r1: 10.0.2.1)\n"
        "      `- web  10.0.2.2\n"
    )


def test_it_shows_the_routes_that_follow(office, capsys):
    assert main(["topology", office, "--ascii", "--routes"]) == 0
    tables = capsys.readouterr().out.split("\n\n", 2)[2]
    assert tables == (
        "alice\n"
        "  10.0.1.0/24 on lan\n"
        "  default via 10.0.1.1 on lan\n"
        "\n"
        "web\n"
        "  10.0.2.0/24 on servers\n"
        "  default via 10.0.2.1 on servers\n"
        "\n"
        "r1\n"
        "  10.0.1.0/24 on lan\n"
        "  10.0.2.0/24 on servers\n"
    )


def test_json_has_addresses_and_routes(office, capsys):
    assert main(["topology", office, "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["web"] == {
        "kind": "host",
        "addresses": {"servers": ["10.0.2.2"]},
        "routes": ["10.0.2.0/24 on servers", "default via 10.0.2.1 on servers"],
    }


def test_a_picture_goes_to_a_file_or_to_stdout(office, tmp_path, capsys):
    out = tmp_path / "office.svg"
    assert main(["topology", office, "--svg", str(out)]) == 0
    assert capsys.readouterr().out == ""
    assert main(["topology", office, "--svg", "-"]) == 0
    assert capsys.readouterr().out == out.read_text()
    assert out.read_text().startswith("<svg ")


def test_stdin_is_a_file_too(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.StringIO(OFFICE))
    assert main(["topology", "-"]) == 0
    assert "alice" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[networks", "is no TOML"),
        ('[hosts]\nalice = "moon"', "host alice: there is no network 'moon'"),
        (
            '[networks]\na = "10.0.0.0/8"\nb = "10.1.0.0/16"',
            "network a: 10.0.0.0/8 overlaps 10.1.0.0/16 of network b",
        ),
    ],
)
def test_mistakes_are_named_and_nothing_is_drawn(text, words, tmp_path, capsys):
    path = tmp_path / "bad.toml"
    path.write_text(text)
    assert main(["topology", str(path)]) == 4
    captured = capsys.readouterr()
    assert words in captured.err
    assert captured.out == ""


def test_a_file_that_is_not_there_or_cannot_be_written_is_named(office, tmp_path, capsys):
    assert main(["topology", str(tmp_path / "none.toml")]) == 4
    assert "none.toml: No such file" in capsys.readouterr().err
    assert main(["topology", office, "--svg", str(tmp_path / "no" / "x.svg")]) == 3
    assert "cannot write" in capsys.readouterr().err
