"""Fragments of IP, put together: the core, with numbers and bytes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wirelab.codecs.reassembly import (
    GivenUp,
    IPv4Reassembler,
    IPv6Reassembler,
    Reason,
    Refused,
    Whole,
)
from wirelab.codecs.reassembly.overlap import OLD_WINS
from wirelab.codecs.reassembly.pieces import Pieces

ONE, TWO = b"\x0a\0\0\x01", b"\x0a\0\0\x02"
SIX = b"\xfe\x80" + bytes(13) + b"\1"
S = 1_000_000_000
UDP, TCP = 17, 6


def add4(reassembler, offset, data, more=True, now=0, identification=1, protocol=UDP, **words):
    """A fragment of ONE > TWO."""
    return reassembler.add(ONE, TWO, protocol, identification, offset, more, data, now, **words)


def add6(reassembler, *arguments, **words):
    """A fragment of IPv6."""
    return reassembler.add(*arguments, **words)


@st.composite
def fragmented(draw):
    """Bytes and their fragments (offset, data, more) in any order, some of them twice."""
    data = draw(st.binary(min_size=9, max_size=400))
    places = sorted(
        draw(st.sets(st.integers(1, (len(data) - 1) // 8), min_size=1).map(lambda s: {0, *s}))
    )
    stops = [*(place * 8 for place in places[1:]), len(data)]
    pieces = [
        (place * 8, data[place * 8 : stop], stop < len(data))
        for place, stop in zip(places, stops, strict=True)
    ]
    order = draw(st.permutations(pieces))
    twice = draw(st.lists(st.sampled_from(pieces), max_size=3))
    return data, [*order[:-1], *twice, order[-1]]


@settings(max_examples=150, deadline=None)
@given(case=fragmented(), overlap=st.sampled_from(["refuse", *OLD_WINS]))
def test_every_fragmentation_in_every_order_gives_the_original(case, overlap):
    """RFC 815; duplicates change nothing."""
    data, fragments = case
    reassembler = IPv4Reassembler(overlap=overlap)
    results = [add4(reassembler, *fragment) for fragment in fragments]
    wholes = [result for result in results if isinstance(result, Whole)]
    assert wholes[0].data == data
    assert not [result for result in results if isinstance(result, Refused)]


@settings(max_examples=60, deadline=None)
@given(cases=st.lists(fragmented(), min_size=2, max_size=4), data=st.data())
def test_interleaved_datagrams_do_not_mix(cases, data):
    waiting = [(number, list(fragments)) for number, (_, fragments) in enumerate(cases)]
    six = IPv6Reassembler()
    got: dict[int, bytes] = {}
    while waiting:
        number, fragments = data.draw(st.sampled_from(waiting))
        offset, piece, more = fragments.pop(0)
        if not fragments:
            waiting = [pair for pair in waiting if pair[0] != number]
        found = add6(six, SIX, SIX, number, UDP, offset, more, piece, 0, tag=(number, offset))
        if isinstance(found, Whole) and number not in got:
            got[number] = found.data
            assert found.first_tag == (number, 0)
            assert {tag[0] for tag in found.tags} == {number}
    assert got == {number: whole for number, (whole, _) in enumerate(cases)}


@settings(max_examples=150, deadline=None)
@given(
    fragments=st.lists(
        st.tuples(st.integers(0, 30), st.binary(min_size=1, max_size=20)), min_size=1, max_size=8
    ),
    overlap=st.sampled_from(sorted(OLD_WINS)),
)
def test_policies_decide_every_byte_as_a_naive_model_does(fragments, overlap):
    """Novak (2005): who wins depends on where the two fragments began."""
    old_wins = OLD_WINS[overlap]
    model: dict[int, tuple[int, int]] = {}
    pieces = Pieces()
    for start, data in fragments:
        for place, value in enumerate(data, start):
            if place not in model or not old_wins(model[place][0], start):
                model[place] = (start, value)
        pieces.add(start, data, old_wins)
    got: dict[int, int] = {}
    assert pieces.size == len(model)
    while (first := pieces.first) is not None:
        got |= dict(enumerate(pieces.take(first), first))
    assert got == {place: value for place, (_, value) in model.items()}
    assert (pieces.size, len(pieces)) == (0, 0)


@pytest.mark.parametrize(
    ("overlap", "expected"),
    [
        ("first", b"11111111" * 2 + b"22222222"),
        ("last", b"11111111" + b"22222222" * 2),
        ("bsd", b"11111111" * 2 + b"22222222"),
        ("bsd-right", b"11111111" + b"22222222" * 2),
        ("linux", b"11111111" * 2 + b"22222222"),
    ],
)
def test_an_observer_sees_what_the_receiver_saw(overlap, expected):
    reassembler = IPv4Reassembler(overlap=overlap)
    assert add4(reassembler, 0, b"1" * 16) is None
    assert add4(reassembler, 8, b"2" * 16) is None
    found = add4(reassembler, 24, b"end", more=False)
    assert found.data == expected + b"end"


def test_an_overlap_gives_the_whole_datagram_up_and_all_that_follows():
    """RFC 5722 section 3."""
    six = IPv6Reassembler()
    assert add6(six, SIX, SIX, 9, UDP, 0, True, bytes(16), 0) is None
    refused = add6(six, SIX, SIX, 9, UDP, 8, True, b"\1" * 8, 0)
    assert refused == Refused(Reason.OVERLAP, (SIX, SIX, 9), True)
    assert "RFC 5722" in refused.reason.text
    late = add6(six, SIX, SIX, 9, UDP, 16, False, b"x", 1)
    assert late == Refused(Reason.REFUSED_BEFORE, (SIX, SIX, 9), True)
    assert six.give_up(59 * S) == []
    assert add6(six, SIX, SIX, 9, UDP, 0, True, bytes(8), 60 * S) is None


def test_an_exact_copy_of_a_fragment_is_no_overlap():
    """RFC 8200 section 4.5: implementations may take exact duplicates for what they are."""
    four = IPv4Reassembler()
    for _ in range(3):
        assert add4(four, 8, b"end", more=False) is None
    assert add4(four, 0, b"12345678").data == b"12345678end"


def test_an_atomic_fragment_touches_no_other():
    """RFC 6946 section 4."""
    six = IPv6Reassembler()
    assert add6(six, SIX, SIX, 9, UDP, 0, True, bytes(8), 0) is None
    atomic = add6(six, SIX, SIX, 9, TCP, 0, False, b"alone", 0)
    assert (atomic.data, atomic.next_header) == (b"alone", TCP)
    assert add6(six, SIX, SIX, 9, UDP, 8, False, b"end", 0).data == bytes(8) + b"end"


def test_the_first_fragment_names_the_next_header():
    """RFC 8200 section 4.5."""
    six = IPv6Reassembler()
    add6(six, SIX, SIX, 9, 59, 8, False, b"end", 0)
    assert add6(six, SIX, SIX, 9, UDP, 0, True, bytes(8), 0).next_header == UDP


@pytest.mark.parametrize(
    ("fragment", "reason"),
    [
        ((0, b"123", True), Reason.BAD_LENGTH),
        ((65_528, b"12345678", False), Reason.TOO_LARGE),
        ((65_512, b"1234", False), Reason.TOO_LARGE),
        ((8, b"", False), Reason.EMPTY),
    ],
)
def test_a_wrong_fragment_is_refused_and_harms_no_other(fragment, reason):
    """RFC 791 section 3.1; the ping of death."""
    offset, data, more = fragment
    four = IPv4Reassembler()
    assert add4(four, 0, bytes(8)) is None
    assert add4(four, offset, data, more) == Refused(reason, (ONE, TWO, UDP, 1), False)
    assert add4(four, 8, b"end", more=False).data == bytes(8) + b"end"


def test_the_longest_datagram_is_put_together():
    """RFC 791 section 3.1: 65,535 bytes with the header."""
    four, six = IPv4Reassembler(), IPv6Reassembler()
    add4(four, 0, bytes(65_504))
    assert len(add4(four, 65_504, bytes(11), more=False).data) == 65_515
    assert add4(four, 65_504, bytes(11), False, header_length=24).reason is Reason.TOO_LARGE
    add6(six, SIX, SIX, 1, UDP, 0, True, bytes(65_528), 0)
    assert len(add6(six, SIX, SIX, 1, UDP, 65_528, False, bytes(7), 0).data) == 65_535


def test_a_second_end_or_bytes_behind_the_end_are_refused():
    """Teardrop and its kin."""
    four = IPv4Reassembler()
    add4(four, 16, b"end", more=False)
    conflict = Refused(Reason.END_CONFLICT, (ONE, TWO, UDP, 1), True)
    assert add4(four, 24, b"another", more=False) == conflict
    four = IPv4Reassembler()
    add4(four, 24, bytes(8))
    assert add4(four, 8, b"end", more=False) == conflict


def test_a_lenient_policy_refuses_the_conflicting_fragment_only():
    """The observer follows the receiver, which keeps what it has."""
    lenient = IPv4Reassembler(overlap="first")
    add4(lenient, 16, b"end", more=False)
    conflict = Refused(Reason.END_CONFLICT, (ONE, TWO, UDP, 1), False)
    assert add4(lenient, 24, b"another", more=False) == conflict
    assert add4(lenient, 0, bytes(16)).data == bytes(16) + b"end"


def test_fragments_that_cut_the_tcp_header_are_refused():
    """RFC 3128 section 2, RFC 1858 section 3."""
    four = IPv4Reassembler()
    assert add4(four, 0, bytes(8), protocol=TCP).reason is Reason.TINY
    assert add4(four, 8, bytes(8), protocol=TCP).reason is Reason.TINY
    assert add4(four, 0, bytes(16), protocol=TCP) is None
    assert add4(IPv4Reassembler(refuse_tiny=False), 0, bytes(8), protocol=TCP) is None


def test_a_datagram_runs_out_after_its_first_fragment_s_time():
    """RFC 8200 section 4.5: 60 s; RFC 792: only with the first fragment there is an ICMP error."""
    four = IPv4Reassembler()
    add4(four, 8, b"later", more=False, now=0)
    add4(four, 0, bytes(8), now=5 * S, identification=2, tag="header")
    add4(four, 16, bytes(8), now=50 * S, identification=2)
    assert four.next_timeout == 60 * S
    assert four.give_up(60 * S - 1) == []
    assert four.give_up(60 * S) == [GivenUp((ONE, TWO, UDP, 1), Reason.TIMEOUT, None, False, 5)]
    assert four.give_up(65 * S) == [GivenUp((ONE, TWO, UDP, 2), Reason.TIMEOUT, "header", True, 16)]
    assert four.next_timeout is None
    assert (len(four), four.cost) == (0, 0)


def test_a_fragment_after_the_time_out_begins_anew():
    four = IPv4Reassembler()
    add4(four, 0, bytes(8), now=0)
    assert add4(four, 8, b"end", more=False, now=60 * S) is None


@pytest.mark.parametrize("size", [8, 1480])
def test_a_flood_of_datagrams_stays_within_the_memory(size):
    """The oldest go, and are told of."""
    four = IPv4Reassembler(most_bytes=100_000)
    largest = 0
    for number in range(20_000):
        add4(four, 0, bytes(size), identification=number)
        largest = max(largest, four.cost)
    assert largest <= 100_000 + 1000 + 200 + size
    assert four.cost <= 100_000
    assert len(four) <= 100
    told = four.give_up(0)
    assert {one.reason for one in told} == {Reason.MEMORY}
    assert len(told) <= 1024
    assert add4(four, size, b"end", more=False, identification=19_999).data == bytes(size) + b"end"


def test_a_flood_of_tiny_fragments_of_one_datagram_is_refused():
    four = IPv4Reassembler(most_fragments=100)
    results = [add4(four, 16 * number, bytes(8)) for number in range(4000)]
    assert results[:100] == [None] * 100
    assert results[100].reason is Reason.TOO_MANY_FRAGMENTS
    assert {result.reason for result in results[101:]} == {Reason.REFUSED_BEFORE}
    assert four.cost < 2000


def test_a_flood_of_copies_takes_no_memory():
    four = IPv4Reassembler()
    add4(four, 0, bytes(8))
    cost = four.cost
    for _ in range(1000):
        add4(four, 0, bytes(8))
    assert four.cost == cost


@settings(max_examples=150, deadline=None)
@given(
    fragments=st.lists(
        st.tuples(
            st.integers(0, 65_535),
            st.binary(max_size=40),
            st.booleans(),
            st.integers(0, 100 * S),
            st.integers(0, 3),
            st.sampled_from([TCP, UDP]),
        ),
        max_size=40,
    ),
    overlap=st.sampled_from(["refuse", *OLD_WINS]),
)
def test_nothing_raises_and_nothing_leaks(fragments, overlap):
    four = IPv4Reassembler(overlap=overlap, most_bytes=6000, most_fragments=10)
    for fragment in fragments:
        found = add4(four, *fragment)
        assert found is None or isinstance(found, Whole | Refused)
        assert four.cost <= 6000
    four.give_up(1000 * S)
    assert (len(four), four.cost) == (0, 0)


def test_an_unknown_policy_is_refused():
    with pytest.raises(ValueError, match="give one of refuse, first, last"):
        IPv4Reassembler(overlap="mine")  # type: ignore[arg-type]
    assert len(IPv6Reassembler(overlap="linux")) == 0


def test_clearing_forgets_everything():
    four = IPv4Reassembler()
    add4(four, 0, bytes(8))
    four.clear()
    assert (len(four), four.cost) == (0, 0)


@pytest.mark.parametrize("overlap", ["refuse", "first"])
def test_a_long_header_of_the_first_fragment_counts_too(overlap):
    """Each fragment fits for itself; the datagram would not."""
    four = IPv4Reassembler(overlap=overlap)
    assert add4(four, 65_504, bytes(11), more=False) is None
    found = add4(four, 0, bytes(65_504), header_length=24)
    assert found == Refused(Reason.TOO_LARGE, (ONE, TWO, UDP, 1), True)
    assert four.cost < 2000
