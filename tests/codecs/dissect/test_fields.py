"""The registry of display fields."""

import pytest

from wirelab.codecs.dissect.fields import (
    REGISTRY,
    SHARED,
    Kind,
    UnknownFieldError,
    duration_text,
    lookup,
    nearest_names,
    usual_names,
)


def test_an_unknown_field_is_refused_with_the_nearest_names():
    with pytest.raises(UnknownFieldError, match=r"'ip.srcc'; did you mean ip\.src"):
        lookup("ip.srcc")


def test_a_part_of_a_name_finds_fields_that_hold_it():
    assert "tcp.options.mss_val" in nearest_names("mss_val")


def test_nothing_is_near_to_nonsense():
    assert nearest_names("qqqqqqqq") == []


def test_a_field_that_we_lack_is_refused_with_fields_of_the_same_protocol():
    with pytest.raises(UnknownFieldError) as caught:
        lookup("tcp.analysis.retransmission")
    assert 1 <= len(caught.value.nearest) <= 3
    assert all(name.startswith("tcp.") for name in caught.value.nearest)
    assert str(caught.value).endswith(f"; tcp has {', '.join(caught.value.nearest)}, ...")


@pytest.mark.parametrize("name", ["_ws.col.Info", "qqqqqqqq", ""])
def test_where_nothing_is_near_the_usual_fields_are_named(name):
    with pytest.raises(UnknownFieldError, match=r"; there are frame\.number, ip\.src, tcp\.port, "):
        lookup(name)


def test_every_protocol_has_fields_to_name():
    protocols = [field.name for field in REGISTRY.values() if field.kind is Kind.PROTOCOL]
    assert protocols
    for protocol in set(protocols) - {"udplite", "raw"}:  # UDP's fields, and none
        names = usual_names(protocol)
        assert 1 <= len(names) <= 3
        prefix = f"{SHARED.get(protocol, protocol)}."
        assert all(name.startswith(prefix) and name in REGISTRY for name in names)


def test_schemas_name_their_fields_and_aliases():
    assert lookup("tcp.srcport").kind is Kind.NUMBER
    assert {"tcp.port", "ip.addr", "eth.addr"} <= REGISTRY.keys()


@pytest.mark.parametrize(
    ("nanoseconds", "text"),
    [(0, "0.000000000"), (1, "0.000000001"), (1_500_000_000, "1.500000000"), (-5, "-0.000000005")],
)
def test_durations_have_nine_digits(nanoseconds, text):
    assert duration_text(nanoseconds) == text


def test_every_field_is_one_that_tshark_knows(tshark_run, tshark):
    known = {line.split("\t")[2] for line in tshark_run("-G", "fields").splitlines()}
    assert set(REGISTRY) - known == set()


@pytest.mark.parametrize("seconds", [1 << 62, -(1 << 62), 18_446_744_073_709])
def test_a_time_beyond_the_calendar_is_not_representable(seconds):
    """A damaged pcapng interface can claim any offset."""
    assert lookup("frame.time").text(seconds * 1_000_000_000) == "Not representable"
