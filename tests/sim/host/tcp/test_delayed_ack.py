"""When an ACK is sent (RFC 9293 section 3.8.6.3)."""

from wirelab.sim.host.durations import MILLISECOND

ACK = (".", 1, 2921, b"")


def test_shld_18_one_segment_waits_for_a_companion(script):
    """And MUST-40: less than half a second."""
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
