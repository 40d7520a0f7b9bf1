"""What is sent, and when (RFC 9293 sections 3.7 and 3.8.6)."""

from itertools import pairwise

from wirelab.codecs import MaximumSegmentSize
from wirelab.sim.host.durations import MILLISECOND, SECOND
from wirelab.sim.host.errors import WOULD_BLOCK
from wirelab.sim.host.tcp.config import TcpConfig


def texts(segments):
    """Flags, relative SEQ and length of what carries text or FIN."""
    return [(flags, seq, len(text)) for flags, seq, _, text in segments if text or "F" in flags]


def test_must_14_a_syn_carries_our_mss(script):
    """MUST-14: Section 3.7.1 (SHLD-5, MUST-67): the MTU less 40; and no other segment does
    (MUST-65)."""
    script.connect()
    script.connection.send(b"x", 0)
    script.node.layer.connect(b"\x0a\0\0\2", 81, 0)
    script.poll()
    assert script.last[0].header.options[0] == MaximumSegmentSize(1460)
    script.feed("S.", 0, 1)
    script.poll()
    assert script.last[0].header.options == ()


def test_the_window_of_a_syn_is_the_buffer_as_far_as_the_field_goes(make_script):
    """Section 3.1: 16 bits, and no scale on a SYN."""
    for buffer, window in [(1000, 1000), (65_535, 65_535), (1 << 20, 65_535)]:
        script = make_script(TcpConfig(receive_buffer=buffer))
        script.connect()
        assert script.last[0].header.window == window


def test_data_is_cut_into_segments_of_the_mss_and_the_last_is_pushed(script):
    """Section 3.7 (SHLD-28); MUST-61: PSH in the last buffered segment."""
    connection = script.establish()
    connection.nagle = False
    connection.send(bytes(3000), 0)
    assert texts(script.poll()) == [(".", 1, 1460), (".", 1461, 1460), ("P.", 2921, 80)]


def test_must_15_without_an_mss_option_segments_have_536_bytes(script):
    """MUST-15."""
    script.mss = None
    connection = script.establish()
    connection.send(bytes(1000), 0)
    assert texts(script.poll())[0] == (".", 1, 536)


def test_must_16_our_own_mtu_bounds_the_mss(make_script):
    """MUST-16."""
    script = make_script(mtu=1000)
    connection = script.establish()
    connection.send(bytes(2000), 0)
    assert texts(script.poll())[0] == (".", 1, 960)


def test_an_absurdly_small_mss_is_not_followed(script):
    """Ours: one byte a segment would be an attack."""
    script.mss = 1
    connection = script.establish()
    connection.send(bytes(100), 0)
    assert texts(script.poll())[0] == (".", 1, 28)


def test_no_more_is_sent_than_the_window_allows(script):
    """Section 3.8.6; what is beyond waits for an ACK."""
    connection = script.establish(window=3000)
    connection.send(bytes(10_000), 0)
    assert texts(script.poll()) == [(".", 1, 1460), (".", 1461, 1460)]
    script.feed(".", 1, 1461, window=3000)
    assert texts(script.poll()) == [(".", 2921, 1460)]


def test_shld_7_a_short_segment_waits_while_data_is_on_the_way(script):
    """SHLD-7: Section 3.7.4, the Nagle algorithm."""
    connection = script.establish()
    connection.send(b"a", 0)
    assert texts(script.poll()) == [("P.", 1, 1)]
    connection.send(b"b", 0)
    connection.send(b"c", 0)
    assert script.poll() == []
    script.feed(".", 1, 2)
    assert texts(script.poll()) == [("P.", 2, 2)]


def test_a_full_segment_does_not_wait_for_an_ack(script):
    """Section 3.7.4: "or until the TCP endpoint can send a full-sized segment"."""
    connection = script.establish()
    connection.send(b"a", 0)
    script.poll()
    connection.send(bytes(1500), 0)
    assert texts(script.poll()) == [(".", 2, 1460)]


def test_must_17_nagle_can_be_switched_off(script):
    """MUST-17."""
    connection = script.establish()
    connection.nagle = False
    connection.send(b"a", 0)
    script.poll()
    connection.send(b"b", 0)
    assert texts(script.poll()) == [("P.", 2, 1)]


def test_a_fin_takes_the_last_short_segment_along(script):
    """Nothing can follow it that would fill it up."""
    connection = script.establish()
    connection.send(b"a", 0)
    script.poll()
    connection.send(b"b", 0)
    connection.shutdown(0)
    assert texts(script.poll()) == [("FP.", 2, 1)]


def test_a_fin_waits_for_room_in_the_window(script):
    """Section 3.4: it takes a sequence number."""
    connection = script.establish(window=4)
    connection.send(b"data", 0)
    connection.shutdown(0)
    assert texts(script.poll()) == [("P.", 1, 4)]
    script.feed(".", 1, 5, window=1)
    assert texts(script.poll()) == [("F.", 5, 0)]


def test_must_38_small_windows_do_not_draw_small_segments(script):
    """MUST-38: Section 3.8.6.2.1, sender's SWS avoidance: at least half of the largest window."""
    connection = script.establish(window=2000)
    connection.send(bytes(10_000), 0)
    assert texts(script.poll()) == [(".", 1, 1460)]
    script.feed(".", 1, 1461, window=400)
    assert script.poll() == []
    script.feed(".", 1, 1461, window=1000)
    assert texts(script.poll()) == [(".", 1461, 1000)]


def test_the_override_timeout_ends_the_wait_for_a_larger_window(script):
    """Section 3.8.6.2.1, rule 4: between 0.1 and 1 s."""
    connection = script.establish(window=2000)
    connection.send(bytes(10_000), 0)
    script.poll()
    script.feed(".", 1, 1461, window=400)
    assert script.pass_time(100 * MILLISECOND) == []
    assert texts(script.pass_time(900 * MILLISECOND)) == [(".", 1461, 400)]


def test_a_window_that_becomes_smaller_still_does_not_stop_the_override(script):
    """Section 3.8.6.2.1, rule 4: something must keep the connection going."""
    connection = script.establish(window=2000)
    connection.send(bytes(10_000), 0)
    script.poll()
    script.feed(".", 1, 1461, window=400)
    script.poll()
    script.feed(".", 1, 1461, window=300)
    assert texts(script.pass_time(1 * SECOND)) == [(".", 1461, 300)]


def test_must_34_a_window_taken_back_stops_new_data_only(script):
    """MUST-34: Section 3.8.6 (SHLD-15, SHLD-16): what was sent goes again, within the window."""
    connection = script.establish(window=4000)
    connection.send(bytes(10_000), 0)
    assert len(texts(script.poll())) == 2
    script.feed(".", 1, 1, window=2000)
    connection.send(bytes(100), 0)
    assert script.poll() == []
    assert texts(script.pass_time(1 * SECOND)) == [(".", 1, 1460)]


def test_data_carries_the_ack_along(script):
    """Section 3.10.7.4, seventh step: "piggybacked"."""
    connection = script.establish()
    script.feed("P.", 1, 1, b"request")
    connection.send(b"answer", 0)
    assert script.poll() == [("P.", 1, 8, b"answer")]
    assert script.pass_time(500 * MILLISECOND) == []  # no delayed ACK is left behind


def test_must_39_the_offered_window_opens_in_steps_of_a_segment(script):
    """MUST-39: Section 3.8.6.2.2, receiver's SWS avoidance; and never shrinks (SHLD-14)."""
    connection = script.establish()
    edges = []
    for index in range(20):
        script.feed(".", 1 + 400 * index, 1, bytes(400))
        connection.receive(400, script.now)
        assert script.pass_time(200 * MILLISECOND) != []
        edges.append(400 * (index + 1) + script.last[-1].header.window)
    steps = [later - earlier for earlier, later in pairwise(edges)]
    assert all(step == 0 or step >= 1460 for step in steps)
    assert any(steps)


def test_a_window_update_follows_when_the_application_reads_a_full_buffer(make_script):
    """Section 3.8.6.2.2."""
    script = make_script(TcpConfig(receive_buffer=10_000))
    connection = script.establish()
    script.feed(".", 1, 1, bytes(10_000))
    script.poll()
    assert script.last[-1].header.window == 0
    connection.receive(1000, script.now)
    assert script.poll() == []  # less than a segment: not worth it
    connection.receive(500, script.now)
    script.poll()
    assert [sent.header.window for sent in script.last] == [1500]
    assert connection.receive(20_000, script.now) == bytes(8500)
    script.poll()
    assert [sent.header.window for sent in script.last] == [10_000]


def test_send_takes_what_fits_into_the_send_buffer(make_script):
    """Section 3.10.2; `Writable` follows when half of it is free."""
    script = make_script(TcpConfig(send_buffer=4000, maximum_send_buffer=4000))
    connection = script.establish()
    assert connection.send(bytes(10_000), 0) == 4000
    assert connection.send(b"more", 0) is WOULD_BLOCK
    script.poll()
    script.node.events.clear()
    script.feed(".", 1, 1461)
    assert script.node.events == []
    script.poll()
    script.feed(".", 1, 2921)
    assert [type(event).__name__ for event in script.node.events] == ["Writable"]
    assert connection.send(bytes(10_000), 0) == 2920


def test_after_a_pause_no_burst_is_sent(make_script):
    """RFC 5681 section 4.1: the initial window, if nothing was sent for longer than the RTO."""
    script = make_script(TcpConfig(initial_window=0))
    connection = script.establish()
    connection.send(bytes(1460 * 60), script.now)
    end = 1
    while end < 1460 * 60:
        end = sum(texts(script.poll())[-1][1:])
        script.feed(".", 1, end)
    bursts = []
    for pause in (900 * MILLISECOND, 1100 * MILLISECOND):
        script.pass_time(pause)
        connection.send(bytes(14_600), script.now)
        bursts.append(len(script.poll()))
        script.feed(".", 1, end + 14_600)
        end += 14_600
    assert bursts == [10, 3]


def test_nothing_is_sent_before_the_poll(script):
    """The contract of the host: receiving and calling never transmit."""
    connection = script.establish()
    connection.send(b"data", 0)
    script.feed(".", 1, 1, bytes(5000))
    script.feed("S", 1)
    connection.shutdown(0)
    assert script.out == []
    assert script.poll() != []
    assert script.poll() == []
