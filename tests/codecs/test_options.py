"""TLV options: nothing is lost, and nothing raises when they are read (RFC 9293 section 3.1)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirelab.codecs import (
    SACK,
    TCP,
    EncodeError,
    EndOfOptions,
    IGMPv3Query,
    IPv4,
    MalformedOption,
    MaximumSegmentSize,
    NoOperation,
    RecordRoute,
    RouterAlert,
    SACKPermitted,
    Timestamps,
    UnknownOption,
    WindowScale,
)
from wirelab.codecs.options import MalformedRecord


def tcp_options(data):
    return TCP(options=data).options


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("020405b4", (MaximumSegmentSize(1460),)),
        ("01030307", (NoOperation(), WindowScale(7))),
        ("04020000", (SACKPermitted(), EndOfOptions(b"\0"))),
        ("0101080a0000000100000002", (NoOperation(), NoOperation(), Timestamps(1, 2))),
        ("0101050a0000000100000002", (NoOperation(), NoOperation(), SACK(((1, 2),)))),
        ("fb0612345678", (UnknownOption(251, bytes.fromhex("12345678")), EndOfOptions(b"\0"))),
        ("02030500", (UnknownOption(2, b"\5"), EndOfOptions())),
        ("00deadbe", (EndOfOptions(bytes.fromhex("deadbe")),)),
        ("01010800", (NoOperation(), NoOperation(), MalformedOption(b"\x08\0"))),
        ("01010801", (NoOperation(), NoOperation(), MalformedOption(b"\x08\1"))),
        ("0101080a", (NoOperation(), NoOperation(), MalformedOption(b"\x08\x0a"))),
        ("01010108", (NoOperation(), NoOperation(), NoOperation(), MalformedOption(b"\x08"))),
    ],
    ids=[
        "mss",
        "window scale",
        "sack permitted",
        "timestamps",
        "sack",
        "unknown kind",
        "known kind, unknown length",
        "padding that is not zero",
        "length zero",
        "length one",
        "length past the end",
        "length missing",
    ],
)
def test_decoding_tcp_options(data, expected):
    raw = bytes.fromhex(data)
    assert tcp_options(raw) == expected
    assert TCP(options=expected).option_bytes == TCP(options=raw).option_bytes


@given(st.binary(max_size=40))
def test_any_bytes_are_decoded_and_give_themselves_when_encoded(data):
    padded = TCP(options=data).option_bytes
    assert TCP(options=TCP(options=padded).options).option_bytes == padded
    assert IPv4(options=IPv4(options=padded).options).option_bytes == padded


def test_ipv4_options():
    """RFC 791 section 3.1; RFC 2113."""
    options = (RouterAlert(0), RecordRoute(4, (b"\n\0\0\1", bytes(4))), NoOperation())
    header = IPv4(protocol=17, options=options)
    assert header.option_bytes.hex() == "94040000070b040a0000010000000001"
    assert IPv4.parse(header.build()).options == options


def test_a_header_without_options_has_an_empty_tuple():
    assert TCP().options == ()
    assert TCP().data_offset == 5


def test_options_are_padded_to_a_multiple_of_four_bytes():
    assert TCP(options=[WindowScale(1)]).option_bytes == b"\3\3\1\0"
    assert TCP(options=[WindowScale(1)]).data_offset == 6


def test_more_than_forty_bytes_are_refused():
    """The data offset has 4 bits."""
    with pytest.raises(EncodeError, match="at most 40 bytes"):
        TCP(options=[UnknownOption(9, bytes(20))] * 2)


def test_options_are_equal_by_class_and_values():
    """`MaximumSegmentSize(7)` is not `WindowScale(7)`, which a tuple would not know."""
    assert MaximumSegmentSize(7) == MaximumSegmentSize(7) != MaximumSegmentSize(8)
    assert MaximumSegmentSize(7) != WindowScale(7)
    assert len({SACKPermitted(), SACKPermitted(), NoOperation(), Timestamps(1, 2)}) == 3


def test_repeated_values_may_come_as_any_iterable_and_addresses_as_text():
    assert SACK([(1, 2)]) == SACK(((1, 2),)) == TCP(options=[SACK([(1, 2)])]).options[0]
    assert hash(SACK([(1, 2)])) == hash(SACK(((1, 2),)))
    assert RecordRoute(4, ["10.0.0.1"]) == RecordRoute(4, (b"\n\0\0\1",))
    with pytest.raises(EncodeError, match=r"RecordRoute\.route: expected four numbers"):
        RecordRoute(4, ["10.0.0"])


def test_options_match_patterns():
    match TCP(options=[Timestamps(5, 6)]).options:
        case (Timestamps(value, echo_reply), EndOfOptions()):
            assert (value, echo_reply) == (5, 6)
        case other:
            pytest.fail(f"no match: {other}")


@pytest.mark.parametrize(
    "option",
    [
        MaximumSegmentSize(65536),
        UnknownOption(256, b""),
        UnknownOption(9, bytes(254)),
        SACK(((1, -1),)),
        Timestamps("now", 0),  # type: ignore[arg-type]
    ],
)
def test_values_that_do_not_fit_are_the_callers_fault(option):
    with pytest.raises(EncodeError) as caught:
        option.encode()
    assert caught.value.layer == type(option).__name__


def test_the_error_names_the_value_its_range_and_the_rule():
    with pytest.raises(EncodeError) as caught:
        bytes(TCP(options=[MaximumSegmentSize(70000)]))
    assert str(caught.value) == (
        "MaximumSegmentSize.value: expected 0 to 65535, got 70000 (RFC 9293 section 3.2)"
    )


def test_the_rest_of_a_list_that_is_no_record_does_not_count():
    """RFC 3376 section 4.1.10: additional data behind the sources is no error."""
    query = IGMPv3Query(sources=b"\n\0\0\1")
    assert query.number_of_sources == 1
    read = IGMPv3Query.parse(bytes(query) + b"more")
    assert read.sources == (*query.sources, MalformedRecord(b"more"))
    assert read.derived()["number_of_sources"] == 1
