"""When an ACK is sent (RFC 9293 section 3.8.6.3)."""

import pytest

from wirelab.sim.host.durations import MILLISECOND
from wirelab.sim.host.tcp.config import TcpConfig

ACK = (".", 1, 2921, b"")


def test_shld_18_one_segment_waits_for_a_companion(script):
    """SHLD-18: And MUST-40: less than half a second."""
    script.establish()
    script.feed(".", 1, 1, bytes(1460))
    assert script.pass_time(199 * MILLISECOND) == []
    assert script.pass_time(1 * MILLISECOND) == [(".", 1, 1461, b"")]
    assert script.pass_time(1000 * MILLISECOND) == []


def test_text_is_acknowledged_after_our_own_fin_too(script):
    script.to_state("FIN-WAIT-2")
    script.feed(".", 1, 2, b"text")
    assert script.pass_time(199 * MILLISECOND) == []
    assert script.pass_time(1 * MILLISECOND) == [(".", 2, 5, b"")]


def test_shld_19_the_second_full_segment_is_acknowledged_at_once(script):
    """SHLD-19."""
    script.establish()
    script.feed(".", 1, 1, bytes(1460))
    assert script.poll() == []
    script.feed(".", 1461, 1, bytes(1460))
    assert script.poll() == [ACK]


def test_full_segments_may_be_smaller_than_our_mss(script):
    """A peer with a smaller MTU sends no larger ones; every second is acknowledged at once."""
    script.establish()
    for index in range(4):
        script.feed(".", 1 + 1000 * index, 1, bytes(1000))
    assert script.poll() == [(".", 1, 4001, b"")]
    script.feed(".", 4001, 1, bytes(1000))
    assert script.poll() == []
    script.feed(".", 5001, 1, bytes(1000))
    assert script.poll() == [(".", 1, 6001, b"")]


def test_each_segment_out_of_order_gets_its_duplicate_ack(script):
    """RFC 5681 section 4.2: the peer counts them to find the loss."""
    script.establish()
    for index in range(1, 4):
        script.feed(".", 1 + 1000 * index, 1, bytes(1000))
    assert script.poll() == [(".", 1, 1, b"")] * 3


def test_each_segment_behind_a_gap_gets_one_ack_and_the_first_tells_the_news(script):
    """RFC 5681 section 4.2: an immediate ACK for it, which settles the one that was delayed."""
    script.establish()
    script.feed(".", 1, 1, bytes(1000))
    script.feed(".", 2001, 1, bytes(1000))
    assert script.poll() == [(".", 1, 1001, b"")]
    script.feed(".", 3001, 1, bytes(1000))
    script.feed(".", 4001, 1, bytes(1000))
    assert script.poll() == [(".", 1, 1001, b"")] * 2


def test_a_filled_gap_is_acknowledged_at_once_and_once(script):
    """RFC 5681 section 4.2; duplicates of the old number would be wrong now."""
    script.establish()
    script.feed(".", 1001, 1, bytes(1000))
    script.feed(".", 2001, 1, bytes(1000))
    script.feed(".", 1, 1, bytes(1000))
    assert script.poll() == [(".", 1, 3001, b"")]


def test_text_does_not_settle_duplicate_acks(script):
    """RFC 5681 section 2: an ACK with text is no duplicate."""
    connection = script.establish()
    for index in range(1, 4):
        script.feed(".", 1 + 1000 * index, 1, bytes(1000))
    connection.send(b"x", script.now)
    assert [text for *_, text in script.poll()] == [b"x", b"", b"", b""]


# Other rules, by configuration


def ticks(script, count, size=1000, first=1):
    """For each segment of bulk text, 1 ms apart, whether an ACK goes out at once."""
    answers = []
    for index in range(count):
        script.pass_time(MILLISECOND)
        script.feed(".", first + size * index, 1, bytes(size))
        answers.append(bool(script.poll()))
    return answers


@pytest.mark.parametrize(
    ("rule", "sizes", "answers"),
    [
        ("two full segments", [1000, 900, 900, 200], [False, False, True, False]),
        ("more than a full segment", [1000, 900, 900, 200], [False, True, False, True]),
        ("more than a full segment", [1000, 200, 100, 100], [False, True, False, False]),
        ("second segment", [10, 10, 10, 10], [False, True, False, True]),
    ],
)
def test_what_is_enough_for_an_ack_is_a_matter_of_the_system(make_script, rule, sizes, answers):
    """SHLD-19; Linux: __tcp_ack_snd_check; 4.4BSD: DELAY_ACK."""
    script = make_script(TcpConfig(acknowledge_each=rule))
    script.establish()
    seq = 1
    for size, answer in zip(sizes, answers, strict=True):
        script.feed(".", seq, 1, bytes(size))
        seq += size
        assert bool(script.poll()) == answer


def test_the_first_acks_do_not_wait_where_that_is_wanted(make_script):
    """Linux: a sender in slow start needs each of them."""
    script = make_script(TcpConfig(quick_acks=3))
    script.establish()
    assert ticks(script, 5) == [True, True, True, False, True]


def test_as_many_acks_are_quick_as_half_the_window_has_segments(make_script):
    script = make_script(TcpConfig(quick_acks=16, receive_buffer=8000))
    script.establish()
    assert ticks(script, 6) == [True, True, True, False, True, False]


def test_acks_are_quick_again_after_a_long_silence(make_script):
    script = make_script(TcpConfig(quick_acks=2))
    script.establish()
    assert ticks(script, 4) == [True, True, False, True]
    script.pass_time(2000 * MILLISECOND)
    assert ticks(script, 3, first=4001) == [True, True, False]


def test_an_interactive_connection_lets_its_acks_travel_with_the_answers(make_script):
    script = make_script(TcpConfig(quick_acks=16))
    connection = script.establish()
    script.feed("P.", 1, 1, b"question")
    assert script.poll() == [(".", 1, 9, b"")]
    connection.send(b"answer", script.now)
    script.poll()
    script.feed("P.", 9, 7, b"question")
    assert script.poll() == []
    assert script.pass_time(300 * MILLISECOND) == [(".", 7, 17, b"")]  # none came
    script.feed("P.", 17, 7, b"question")
    assert script.poll() == [(".", 7, 25, b"")]


def test_what_came_again_makes_acks_quick(make_script):
    """Linux: the ACKs before were lost, or the sender times out too early."""
    script = make_script(TcpConfig(quick_acks=2))
    script.establish()
    assert ticks(script, 4) == [True, True, False, True]
    script.feed(".", 3001, 1, bytes(1000))
    script.poll()
    assert ticks(script, 3, first=4001) == [True, False, True]


@pytest.mark.parametrize(("quick", "answers"), [(True, [True] * 4), (False, [False, True] * 2)])
def test_the_application_may_say_how_quickly(make_script, quick, answers):
    """TCP_QUICKACK."""
    script = make_script(TcpConfig(quick_acks=16))
    script.establish().options.quickack = quick
    assert ticks(script, 4) == answers


def test_full_segments_are_no_longer_than_the_mss_that_we_announce(make_script):
    """SHLD-19: the second of them is acknowledged at once, though 536 bytes have not come yet."""
    script = make_script(mtu=140)
    script.establish()
    script.feed(".", 1, 1, bytes(100))
    assert script.poll() == []
    script.feed(".", 101, 1, bytes(100))
    assert script.poll() == [(".", 1, 201, b"")]
