"""`wirelab dns` in the simulated network; on a real link: tests/live/internet/services."""

import json

import pytest

from wirelab.adapters.cli import main

ZONE = "$ORIGIN home.\n$TTL 60\n@ A 10.9.9.9\n"


def test_a_name_is_found_with_its_alias(capsys):
    assert main(["dns", "query", "www.lab", "-q"]) == 0
    assert (
        capsys.readouterr().out == "www.lab. 3600 IN CNAME bob.lab.\nbob.lab. 3600 IN A 10.0.0.2\n"
    )


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["lab", "mx"], "lab. 3600 IN MX 10 bob.lab."),
        (["lab", "TXT"], 'lab. 3600 IN TXT "a zone for exercises"'),
        (["lab", "SOA"], "lab. 3600 IN SOA bob.lab. hostmaster.lab. 1 7200 3600 1209600 300"),
        (["bob", "--search", "lab"], "bob.lab. 3600 IN A 10.0.0.2"),
    ],
)
def test_other_types_and_short_names_are_found(capsys, words, line):
    assert main(["dns", "query", *words, "-q"]) == 0
    assert capsys.readouterr().out.splitlines() == [line]


def test_json_gives_one_object_a_record(capsys):
    assert main(["dns", "query", "bob.lab", "--json", "-q"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "name": "bob.lab",
        "ttl": 3600,
        "type": "A",
        "address": "10.0.0.2",
    }


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["none.lab"], "dns.no_name"),
        (["lab", "AAAA"], "dns.no_data"),
        (["www.example"], "dns.server_failed"),
        (["bob.lab", "--server", "10.0.0.9"], "dns.timeout"),
    ],
)
def test_what_is_not_found_has_its_reason_on_the_last_line(capsys, words, reason):
    assert main(["dns", "query", *words, "-q"]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == f"reason={reason}"


def test_an_unknown_type_is_refused_with_those_that_there_are(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["dns", "query", "bob.lab", "HINFO"])
    assert caught.value.code == 2
    assert "'HINFO' is no type; there are A, NS," in capsys.readouterr().err


def test_a_zone_of_ours_is_served_to_bob(capsys, tmp_path):
    file = tmp_path / "home.zone"
    file.write_text(ZONE)
    assert main(["dns", "serve", str(file)]) == 0
    said = capsys.readouterr()
    assert said.out == "home A: 1 records, no error\n"
    assert "serving <Zone home 2 records> on port 53 of 10.0.0.1" in said.err


def test_a_zone_that_cannot_be_read_is_refused_with_its_line(capsys, tmp_path):
    file = tmp_path / "bad.zone"
    file.write_text("$ORIGIN home.\nx A 10.0.0\n")
    assert main(["dns", "serve", str(file)]) == 2
    assert "line 2" in capsys.readouterr().err
