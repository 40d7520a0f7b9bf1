import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wirelab.codecs import ICMPv4, IPv4
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.ipv4.options import (
    BadOption,
    Options,
    advance,
    is_strict,
    next_stop,
    read,
    record,
)
from wirelab.sim.reasons import Reason

OWN = b"\x0a\0\0\x01"
ELSEWHERE = b"\x0a\0\0\x09"


def is_own(address):
    return address == OWN


def written(options, now=0):
    found = read(options)
    assert isinstance(found, Options)
    return record(options, found, OWN, is_own, now)


def test_the_options_that_are_acted_upon_are_found_among_others():
    """RFC 1122 section 3.2.1.8: what is unknown is passed over."""
    options = b"\x01\x9e\x04ab" + bytes([148, 4, 0, 0, 7, 7, 4, 0, 0, 0, 0, 0])
    assert read(options) == Options(record_route=9, router_alert=True)


def test_what_follows_the_end_of_options_is_padding():
    """RFC 791 section 3.1."""
    assert read(b"\x00\x07\x02\x01") == Options()


@pytest.mark.parametrize(
    ("options", "pointer"),
    [
        ("07", 21),
        ("0701", 21),
        ("070704", 21),
        ("0702", 21),
        ("070703 00000000", 22),
        ("070706 00000000", 22),
        ("4403 05", 21),
        ("4408 04 00 00000000", 22),
        ("4408 05 02 00000000", 23),
        ("440a 05 01 000000000000", 22),
        ("4408 09 f0 00000000", 23),
        ("83070400000000 83070400000000", 27),
        ("83070400000000 89070400000000", 27),
    ],
)
def test_an_option_that_cannot_be_followed_is_told_with_its_place(options, pointer):
    """RFC 792 "Parameter Problem"; RFC 1122 section 3.2.1.8 (c): one source route at most."""
    found = read(bytes.fromhex(options))
    assert isinstance(found, BadOption)
    assert found.pointer == pointer


def test_a_record_route_takes_our_address_where_there_is_room():
    """RFC 791 section 3.1."""
    empty = bytes([7, 11, 4]) + bytes(8)
    once = written(empty)
    assert once == bytes([7, 11, 8]) + OWN + bytes(4)
    full = written(once)
    assert full == bytes([7, 11, 12]) + OWN + OWN
    assert written(full) == full


def test_a_timestamp_says_that_it_counts_from_no_midnight():
    """RFC 791 section 3.1: then the highest bit is set; milliseconds."""
    options = written(bytes([68, 8, 5, 0]) + bytes(4), now=3 * SECOND)
    assert options == bytes([68, 8, 9, 0]) + (0x8000_0000 | 3000).to_bytes(4, "big")


def test_a_timestamp_with_address_takes_both_and_then_counts_who_found_no_room():
    """RFC 791 section 3.1: the overflow count."""
    options = written(bytes([68, 12, 5, 1]) + bytes(8))
    assert options[:8] == bytes([68, 12, 13, 1]) + OWN
    assert written(options) == options[:3] + bytes([0x11]) + options[4:]


def test_a_prespecified_timestamp_is_left_to_those_whom_it_names():
    """RFC 791 section 3.1, flag 3."""
    ours = bytes([68, 12, 5, 3]) + OWN + bytes(4)
    assert written(ours)[2] == 13
    theirs = bytes([68, 12, 5, 3]) + ELSEWHERE + bytes(4)
    assert written(theirs) == theirs


def test_a_source_route_leads_to_its_stops_one_by_one():
    """RFC 791 section 3.1; RFC 1122 section 3.2.1.8 (c)."""
    options = bytes([137, 11, 4]) + ELSEWHERE + b"\x0a\0\0\x0a\0"
    found = read(options)
    assert isinstance(found, Options)
    assert is_strict(options, found)
    assert next_stop(options, found) == ELSEWHERE
    options = advance(options, found, OWN)
    assert next_stop(options, found) == b"\x0a\0\0\x0a"
    options = advance(options, found, OWN)
    assert next_stop(options, found) is None
    assert options == bytes([137, 11, 12]) + OWN + OWN + b"\0"


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=40))
def test_no_options_raise_anything_or_change_their_length(options):
    """Whatever is in a packet."""
    found = read(options)
    if isinstance(found, BadOption):
        assert 20 <= found.pointer <= 20 + len(options)
    else:
        assert len(record(options, found, OWN, is_own, 0)) == len(options)


# --- a host ----------------------------------------------------------------------------------


def test_a_host_answers_a_bad_option_with_the_place(met):
    """RFC 1122 section 3.2.2.5."""
    echo = ICMPv4(type=8, identifier=1, sequence_number=1)
    drop = met.receive(met.frame(echo, options=bytes([7, 9, 4, 0])))
    assert (drop.reason, drop.answered) == (Reason.IP_BAD_OPTION, True)
    [sent] = met.sent()
    assert (sent.transport.type, sent.transport.pointer) == (12, 21)


def test_what_is_above_finds_our_entry_in_the_options(met):
    """1122-3.2.1.8-b, 1122-3.4-c: passed to the transport layer, with our entry."""
    seen = []
    met.host._layers.ipv4.input._handlers[253] = lambda arrival, now: seen.append(arrival)
    options = bytes([7, 11, 4]) + bytes(8) + b"\1"
    assert met.receive(met.frame(None, b"data", options=options)) is None
    [arrival] = seen
    header = IPv4.build(arrival.ip)
    assert header[20:32] == bytes([7, 11, 8]) + met.ADDRESS + bytes(4) + b"\1"


@pytest.mark.parametrize("accepted", [False, True])
def test_a_host_takes_what_came_by_a_source_route_only_if_it_is_told_to(make_rig, accepted):
    """RFC 1122 section 3.2.1.8 (c); refused by default: RFC 7126 section 4.3."""
    rig = make_rig(source_routes=accepted)
    rig.introduce()
    options = bytes([131, 7, 8]) + ELSEWHERE + b"\0"
    drop = rig.receive(rig.frame(ICMPv4(type=8, identifier=1), options=options))
    assert (drop is None) == accepted
    assert drop is None or drop[::2] == (Reason.IP_SOURCE_ROUTE, False)


def test_a_source_route_that_does_not_end_here_has_failed(met):
    """RFC 1122 section 3.3.5: a host that does not forward says so."""
    options = bytes([131, 7, 4]) + ELSEWHERE + b"\0"
    drop = met.receive(met.frame(ICMPv4(type=8, identifier=1), options=options))
    assert (drop.reason, drop.answered) == (Reason.IP_SOURCE_ROUTE, True)
    [sent] = met.sent()
    assert (sent.transport.type, sent.transport.code) == (3, 5)
