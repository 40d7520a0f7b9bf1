"""Urgent data (RFC 9293 section 3.8.5, MUST-30 to MUST-33; RFC 6093)."""

import pytest

from wirelab.sim.host.errors import WOULD_BLOCK
from wirelab.sim.host.events import Readable, Urgent


@pytest.fixture
def opened(script):
    """An established connection whose events are those to come."""
    script.establish()
    script.node.events.clear()
    return script


def urgent(script, seq, data, pointer):
    return script.feed("PU.", seq, 1, data, urgent_pointer=pointer)


def read(script, limit=100):
    return script.connection.receive(limit, script.now)


def kinds(script):
    found = [type(event) for event in script.node.events]
    script.node.events.clear()
    return found


def test_must_30_the_urgent_byte_is_taken_out_of_band_and_the_stream_goes_on_without_it(opened):
    """MUST-30: RFC 6093 section 3.1: the pointer is behind the last urgent byte."""
    assert urgent(opened, 1, b"abXcd", 3) is None
    assert opened.connection.urgent_is_here
    assert opened.connection.take_urgent() == ord("X")
    assert opened.connection.take_urgent() is None
    assert not opened.connection.has_urgent
    assert read(opened) == b"ab"
    assert read(opened) == b"cd"


def test_must_33_a_read_ends_at_the_mark_and_the_application_can_see_it(opened):
    """MUST-33."""
    urgent(opened, 1, b"abXcd", 3)
    assert not opened.connection.at_urgent_mark
    assert opened.connection.readable_bytes == 2
    assert read(opened) == b"ab"
    assert opened.connection.at_urgent_mark
    assert opened.connection.take(10, opened.now, peek=True) == b"cd"
    assert read(opened, 1) == b"c"
    assert not opened.connection.at_urgent_mark
    assert not opened.connection.has_urgent  # read past it: nobody will take it any more


def test_in_line_it_stays_in_the_stream_and_the_mark_shows_where(opened):
    """RFC 6093 section 3.4 recommends SO_OOBINLINE."""
    opened.connection._tcb.options.oob_inline = True
    urgent(opened, 1, b"abXcd", 3)
    assert read(opened) == b"ab"
    assert opened.connection.at_urgent_mark
    assert read(opened) == b"Xcd"
    assert not opened.connection.at_urgent_mark


def test_must_32_each_pointer_further_on_is_an_event_and_a_repeated_one_is_not(opened):
    """MUST-32."""
    urgent(opened, 1, b"", 10)
    assert kinds(opened) == [Urgent]
    urgent(opened, 1, b"", 10)
    urgent(opened, 1, b"", 9)
    assert kinds(opened) == []
    urgent(opened, 1, b"", 11)
    assert kinds(opened) == [Urgent]
    assert opened.connection.has_urgent
    assert opened.connection.take_urgent() is None  # it will come
    opened.feed(".", 1, 1, b"0123456789X")
    assert kinds(opened) == [Urgent, Readable]
    assert opened.connection.take_urgent() == ord("X")


def test_must_31_urgent_data_may_go_on_and_on(opened):
    """MUST-31: Each pointer moves the mark; what was the urgent byte before is plain text then."""
    for index in range(20):
        urgent(opened, 1 + 100 * index, bytes([index]) * 100, 100)
        assert opened.connection.take_urgent(peek=True) == index
    text = b"".join(iter(lambda: read(opened, 150), WOULD_BLOCK))
    assert text == b"".join(bytes([index]) * 100 for index in range(20))[:-1]


def test_a_mark_right_after_a_mark_that_was_reached_leaves_no_byte_out_of_band_behind(opened):
    urgent(opened, 1, b"aX", 2)
    assert read(opened) == b"a"
    urgent(opened, 3, b"bY", 2)
    assert read(opened) == b"b"
    assert opened.connection.take_urgent() == ord("Y")
    assert read(opened) is WOULD_BLOCK


def test_the_byte_is_there_before_a_gap_in_front_of_it_is_filled(opened):
    urgent(opened, 11, b"X", 1)
    assert opened.connection.take_urgent() == ord("X")
    opened.feed(".", 1, 1, bytes(10))
    assert read(opened) == bytes(10)
    assert read(opened) is WOULD_BLOCK


def test_a_pointer_into_what_was_delivered_is_ignored(opened):
    opened.feed(".", 1, 1, b"abc")
    kinds(opened)
    urgent(opened, 1, b"abc", 2)
    urgent(opened, 4, b"", 0)
    assert kinds(opened) == []
    assert not opened.connection.has_urgent


def test_the_end_of_the_stream_is_seen_behind_an_urgent_byte(opened):
    opened.feed("UF.", 1, 1, b"X", urgent_pointer=1)
    assert read(opened) == b""
    assert opened.connection.take_urgent() == ord("X")


# Sending


def sent_pointers(script):
    return [
        (seq, len(data), sent.header.urgent_pointer if "U" in flags else None)
        for (flags, seq, _, data), sent in zip(script.poll(), script.last, strict=True)
    ]


def test_the_pointer_tells_of_the_number_behind_the_last_urgent_byte(opened):
    """MUST-62: RFC 6093 section 2.1; every segment before the mark tells it."""
    opened.connection.queue(bytes(2000), opened.now, urgent_byte=True)
    opened.connection.queue(bytes(1000), opened.now)
    assert sent_pointers(opened) == [(1, 1460, 2000), (1461, 1460, 540)]
    opened.feed(".", 1, 2921)
    assert sent_pointers(opened) == [(2921, 80, None)]


def test_urgent_text_does_not_wait_for_an_ack(opened):
    """Ours: Nagle's algorithm is not for what is in a hurry (Linux: tcp_nagle_test)."""
    opened.connection.queue(b"first", opened.now)
    opened.poll()
    opened.connection.queue(b"X", opened.now, urgent_byte=True)
    assert sent_pointers(opened) == [(6, 1, 1)]


def test_a_window_that_is_shut_does_not_keep_the_news_back(opened):
    """MUST-30: the probe of a zero window tells of it."""
    opened.feed(".", 1, 1, window=0)
    opened.connection.queue(b"abcX", opened.now, urgent_byte=True)
    assert sent_pointers(opened) == []
    opened.pass_time(2_000_000_000)
    assert opened.last[0].header.urgent_pointer == 4


def test_a_mark_too_far_away_is_told_of_as_far_as_the_field_can(make_script):
    script = make_script()
    script.establish(window=65535)
    script.connection.queue(bytes(70_000), script.now, urgent_byte=True)
    assert {pointer for _, _, pointer in sent_pointers(script)} >= {0xFFFF}


def test_it_goes_from_end_to_end(wire):
    client, server, _ = wire.connect()
    client.queue(b"calm", wire.now)
    wire.run_for(1_000_000_000)
    client.queue(b"!", wire.now, urgent_byte=True)
    client.queue(b"calm again", wire.now)
    wire.run_for(1_000_000_000)
    assert server.receive(100, wire.now) == b"calm"
    assert server.at_urgent_mark
    assert server.take_urgent() == ord("!")
    assert server.receive(100, wire.now) == b"calm again"
