"""What we report of text out of order and of duplicates (RFC 2018, RFC 2883)."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wirelab.codecs import SACK, MaximumSegmentSize, NoOperation, SACKPermitted, Timestamps
from wirelab.sim.host.tcp.config import TcpConfig

NOP = NoOperation()
SYN = (MaximumSegmentSize(1460), SACKPermitted())


@pytest.fixture
def sacked(script):
    """A connection with SACK and without timestamps; 99 bytes have come."""
    script.connect()
    script.feed("S.", 0, 1, options=SYN)
    script.feed(".", 1, 1, bytes(99))
    script.poll()
    return script


def told(script):
    """ACK and SACK blocks of each segment that goes out now."""
    numbers = [ack for _, _, ack, _ in script.poll()]
    found = []
    for ack, sent in zip(numbers, script.last, strict=True):
        blocks = [
            tuple((edge - script.their_iss) & 0xFFFF_FFFF for edge in block)
            for option in sent.header.options
            if isinstance(option, SACK)
            for block in option.blocks
        ]
        found.append((ack, blocks))
    return found


def arrive(script, left, right):
    script.feed(".", left, 1, bytes(right - left))
    return told(script)


@pytest.fixture
def three(sacked):
    """Three blocks are held behind a gap."""
    assert arrive(sacked, 200, 300) == [(100, [(200, 300)])]
    assert arrive(sacked, 400, 500) == [(100, [(400, 500), (200, 300)])]
    assert arrive(sacked, 600, 700) == [(100, [(600, 700), (400, 500), (200, 300)])]
    return sacked


def test_the_latest_block_comes_first(three):
    """RFC 2018 section 4, rules 1 to 3."""
    assert arrive(three, 300, 310) == [(100, [(200, 310), (600, 700), (400, 500)])]


def test_an_option_has_room_for_four_blocks_and_for_three_with_timestamps(make_script):
    """RFC 2018 section 3."""
    for options, room in ((SYN, 4), ((*SYN, Timestamps(1, 0)), 3)):
        script = make_script()
        script.connect()
        script.feed("S.", 0, 1, options=options)
        stamps = tuple(option for option in options if isinstance(option, Timestamps))
        for index in range(5):
            script.feed(".", 10 * (index + 1), 1, b"x", options=stamps)
            ((_, blocks),) = told(script)[-1:]
            assert blocks == [(10 * n, 10 * n + 1) for n in range(index + 1, 0, -1)][:room]


def test_a_filled_gap_is_not_told_of_any_more(three):
    assert arrive(three, 100, 200) == [(300, [(600, 700), (400, 500)])]
    assert arrive(three, 300, 600) == [(700, [(400, 500)])]  # it had come before: RFC 2883
    assert arrive(three, 710, 720) == [(700, [(710, 720)])]


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (50, 100, (100, [(50, 100), (600, 700), (400, 500), (200, 300)])),  # known entirely
        (50, 150, (150, [(50, 100), (600, 700), (400, 500), (200, 300)])),  # known in part
        (50, 300, (300, [(50, 100), (600, 700), (400, 500)])),
        (50, 700, (700, [(50, 100)])),
        (100, 275, (300, [(200, 275), (600, 700), (400, 500)])),  # meets what is held
        (200, 300, (100, [(200, 300), (200, 300), (600, 700), (400, 500)])),
        (200, 475, (100, [(200, 300), (200, 500), (600, 700)])),
        (250, 700, (100, [(250, 300), (200, 700)])),
        (150, 650, (100, [(200, 300), (150, 700)])),
        (250, 310, (100, [(250, 300), (200, 310), (600, 700), (400, 500)])),
    ],
)
def test_what_came_again_is_told_of_first_and_at_once(three, left, right, expected):
    """RFC 2883 section 4: the duplicate, then the block that it is part of, then the others."""
    assert arrive(three, left, right) == [expected]


def test_a_duplicate_is_told_of_once(three):
    """RFC 2883 section 4, rule 2."""
    arrive(three, 50, 100)
    assert arrive(three, 800, 810)[0][1][0] == (800, 810)


def test_without_duplicate_sack_only_what_is_held_is_told(make_script):
    script = make_script(TcpConfig(duplicate_sack=False))
    script.connect()
    script.feed("S.", 0, 1, options=SYN)
    script.feed(".", 1, 1, bytes(99))
    script.poll()
    assert arrive(script, 200, 300) == [(100, [(200, 300)])]
    assert arrive(script, 50, 100) == [(100, [(200, 300)])]


def test_a_peer_without_sack_is_told_nothing(script):
    """RFC 2018 section 2."""
    script.establish()
    assert arrive(script, 200, 300) == [(1, [])]
    assert arrive(script, 1, 300) == [(300, [])]


def test_text_that_goes_out_meanwhile_carries_the_blocks_and_leaves_room_for_them(three):
    """RFC 2018 section 4; RFC 9293 section 3.7.1: no segment is larger than the MSS."""
    three.connection.send(bytes(3000), three.now)
    sizes = [len(data) for *_, data in three.poll()]
    assert sizes[:2] == [1432, 1432]  # 1460 less 4 + 3 * 8
    assert all(sent.header.header_length == 48 for sent in three.last)


def test_memory_for_blocks_is_bounded_and_the_last_go_first(sacked):
    """RFC 2018 section 8: reneging is allowed, so the lower text stays."""
    for index in range(200):
        sacked.feed(".", 40_000 + 10 * index, 1, b"x")
    sacked.poll()
    for index in range(100):
        assert sacked.feed(".", 200 + 10 * index, 1, b"x") is None or index >= 64
    assert sacked.connection._tcb.reassembly.blocks[-1][1] - sacked.connection._tcb.rcv_nxt < 1000


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.tuples(st.integers(1, 60), st.integers(1, 20)), max_size=25))
def test_all_that_is_told_is_held_and_the_first_block_is_news(make_script, pieces):
    """RFC 2018 section 4, RFC 2883: against a set of the positions that came."""
    script = make_script()
    script.connect()
    script.feed("S.", 0, 1, options=SYN)
    script.poll()
    came: set[int] = set()
    rcv_nxt = 1
    for left, length in pieces:
        news = set(range(left, left + length))
        again = news & (came | set(range(1, rcv_nxt)))
        came |= news
        while rcv_nxt in came:
            rcv_nxt += 1
        for ack, blocks in arrive(script, left, left + length):
            assert ack == rcv_nxt
            if again:
                first = blocks.pop(0)
                assert min(again) == first[0]
                assert set(range(*first)) <= again
            for block in blocks:
                assert set(range(*block)) <= came
                assert block[0] > rcv_nxt
                assert block[0] - 1 not in came
                assert block[1] not in came
            if blocks and max(news) >= rcv_nxt:
                assert news & set(range(*blocks[0]))


@pytest.mark.parametrize("stamps", [False, True])
@pytest.mark.parametrize("mss", [0, 1, 28, 40])
def test_blocks_leave_room_for_text_however_small_the_segments(make_script, mss, stamps):
    """RFC 2018 section 3 names a most; RFC 9293 section 3.7.1 takes options off each segment."""
    script = make_script(TcpConfig(nagle=False))
    script.connect()
    options: list[Any] = [MaximumSegmentSize(mss), SACKPermitted()]
    stamp = [Timestamps(1, 0)] if stamps else []
    script.feed("S.", 0, 1, options=(*options, *stamp))
    script.poll()
    for left in range(2, 20, 3):
        script.feed(".", left, 1, b"x", options=tuple(stamp))
    script.connection.send(bytes(range(200)), script.now)
    sent = script.poll()
    assert any(
        isinstance(option, SACK) for segment in script.last for option in segment.header.options
    )
    for segment in script.last:
        assert len(segment.payload) + segment.header.header_length - 20 <= max(mss, 28)
    got = b"".join(text for *_, text in sent)
    assert got == bytes(range(200))[: len(got)]
    assert got
