"""What is sent again, and when (RFC 6298 section 5, RFC 5681 section 3.2, RFC 6582)."""

import pytest

from wirelab.codecs import SACK
from wirelab.sim.host.durations import MILLISECOND, SECOND
from wirelab.sim.host.events import SocketError
from wirelab.sim.host.tcp.config import TcpConfig
from wirelab.sim.reasons import Reason


def spans(segments):
    return [(seq, len(text)) for _, seq, _, text in segments if text]


def grow(script, connection, segments):
    """Open the congestion window by `segments` acknowledged ones; the next relative SEQ."""
    at = 1
    for _ in range(segments):
        connection.send(bytes(1460), script.now)
        script.poll()
        at += 1460
        script.feed(".", 1, at)
        script.poll()
    return at


def test_the_timer_sends_the_first_segment_again_and_backs_off(script):
    """6298-5.1, 6298-5.6: RFC 6298 sections 5.4 to 5.6."""
    connection = script.establish()
    connection.send(b"data", script.now)
    script.poll()
    times = []
    for _ in range(400):
        if script.pass_time(SECOND // 2) == [("P.", 1, 1, b"data")]:
            times.append(script.now / SECOND)
    assert times == [1, 3, 7, 15, 31, 63, 123, 183]
    assert script.node.fired[:2] == [("RTO", SECOND), ("RTO", 2 * SECOND)]


def test_an_ack_of_new_data_restarts_the_timer(script):
    """RFC 6298 section 5.3."""
    connection = script.establish()
    connection.send(bytes(2920), script.now)
    script.poll()
    script.pass_time(900 * MILLISECOND)
    script.feed(".", 1, 1461)
    assert script.pass_time(900 * MILLISECOND) == []
    assert spans(script.pass_time(100 * MILLISECOND + 3 * SECOND))[0] == (1461, 1460)


def test_nothing_is_sent_again_once_all_is_acknowledged(script):
    """RFC 6298 section 5.2."""
    connection = script.establish()
    connection.send(b"data", script.now)
    script.poll()
    script.feed(".", 1, 5)
    assert script.pass_time(100 * SECOND) == []


def test_karn_a_segment_sent_twice_gives_no_sample(script):
    """RFC 6298 section 3 (MUST-18): the back-off stays until new data is measured."""
    connection = script.establish()
    connection.send(b"first", script.now)
    script.poll()
    script.pass_time(SECOND)  # goes again; the timeout is 2 s now
    script.feed(".", 1, 6)  # which of the two does this acknowledge?
    connection.send(b"second", script.now)
    script.poll()
    assert script.pass_time(1900 * MILLISECOND) == []
    assert spans(script.pass_time(100 * MILLISECOND)) == [(6, 6)]


def test_a_new_sample_ends_the_back_off(script):
    connection = script.establish()
    connection.send(b"first", script.now)
    script.poll()
    script.pass_time(SECOND)
    script.feed(".", 1, 6)
    connection.send(b"second", script.now)
    script.poll()
    script.pass_time(10 * MILLISECOND)
    script.feed(".", 1, 12)
    connection.send(b"third", script.now)
    script.poll()
    assert spans(script.pass_time(SECOND)) == [(12, 5)]


def test_after_a_lost_syn_the_first_data_waits_three_seconds(script):
    """6298-5.7: RFC 6298 section 5.7."""
    script.connect()
    script.pass_time(SECOND)
    script.feed("S.", 0, 1)
    script.connection.send(b"data", script.now)
    script.poll()
    assert script.pass_time(2900 * MILLISECOND) == []
    assert spans(script.pass_time(100 * MILLISECOND)) == [(1, 4)]


def test_must_20_the_connection_is_given_up_after_the_last_retry(make_script):
    """MUST-20: RFC 9293 section 3.8.3, R2; the last wait passes before that."""
    script = make_script(TcpConfig(retries=2))
    connection = script.establish()
    connection.send(b"data", script.now)
    assert len(spans(script.pass_time(6900 * MILLISECOND))) == 3
    assert connection.state == "ESTABLISHED"
    assert script.pass_time(100 * MILLISECOND) == []
    assert connection.error == Reason.TCP_TIMEOUT


def test_shld_9_the_application_is_told_long_before_that(script):
    """SHLD-9: RFC 9293 section 3.8.3 (e): R1 is three retransmissions (SHLD-10)."""
    connection = script.establish()
    connection.send(b"data", script.now)
    script.node.events.clear()
    script.pass_time(6 * SECOND)
    assert script.node.events == []
    script.pass_time(100 * SECOND)
    assert script.node.events == [SocketError(connection, Reason.TCP_TIMEOUT)]


def test_must_21_an_application_may_choose_how_long_to_try(script):
    """MUST-21: RFC 9293 section 3.8.3 (d)."""
    connection = script.establish()
    connection.retries = connection.retries - 14
    connection.send(b"data", script.now)
    script.pass_time(3 * SECOND)
    assert connection.error == Reason.TCP_TIMEOUT


def test_three_duplicate_acks_send_the_missing_segment_at_once(script):
    """RFC 5681 section 3.2, fast retransmit."""
    connection = script.establish()
    at = grow(script, connection, 10)
    connection.send(bytes(14_600), script.now)
    assert len(spans(script.poll())) == 10
    for _ in range(2):
        script.feed(".", 1, at)
        assert spans(script.poll()) == []
    script.feed(".", 1, at)
    assert spans(script.poll()) == [(at, 1460)]
    script.feed(".", 1, at)
    assert spans(script.poll()) == []
    assert script.node.fired == []


def test_a_fast_retransmission_takes_nothing_new_along(script):
    """RFC 5681 section 3.2: what appears to be missing, and no more than the window."""
    connection = script.establish()
    at = grow(script, connection, 3)
    connection.nagle = False
    for text in (b"abc", b"def", b"ghi", b"jkl"):
        connection.send(text, script.now)
        script.poll()
    for _ in range(3):
        script.feed(".", 1, at, window=65535)
    connection.send(bytes(1460), script.now)
    (first, *_) = script.poll()
    assert first == ("P.", at, 1, b"abcdefghijkl")  # pushed before, so pushed again


def test_two_duplicate_acks_let_new_data_go(make_script):
    """RFC 3042, limited transmit: else a small window would never see three duplicates."""
    script = make_script(TcpConfig(initial_window=0))
    connection = script.establish()
    connection.send(bytes(14_600), script.now)
    assert len(spans(script.poll())) == 3  # the initial window
    for number in (4, 5):
        script.feed(".", 1, 1)
        assert spans(script.poll()) == [(1 + 1460 * (number - 1), 1460)]


def test_a_window_update_is_not_a_duplicate_ack(script):
    """RFC 5681 section 2, condition (e)."""
    connection = script.establish()
    at = grow(script, connection, 10)
    connection.send(bytes(14_600), script.now)
    script.poll()
    for window in (60_000, 61_000, 62_000, 63_000):
        script.feed(".", 1, at, window=window)
    assert spans(script.poll()) == []


def test_a_partial_ack_sends_the_next_hole(script):
    """RFC 6582 section 3.2, step 3."""
    connection = script.establish()
    at = grow(script, connection, 10)
    connection.send(bytes(14_600), script.now)
    script.poll()
    for _ in range(3):
        script.feed(".", 1, at)
    script.poll()
    script.feed(".", 1, at + 1460 * 4)
    assert spans(script.poll())[0] == (at + 1460 * 4, 1460)
    script.feed(".", 1, at + 1460 * 10)
    assert spans(script.poll()) == []
    assert connection._tcb.congestion.cwnd == 2 * 1460  # no burst after the full ACK


def test_a_later_loss_begins_a_recovery_of_its_own(script):
    """RFC 6582 section 3.2: a full ACK ended the first; the new one is beyond `recover`."""
    connection = script.establish()
    at = grow(script, connection, 10)
    for _ in range(2):
        connection.send(bytes(14_600), script.now)
        script.poll()
        for _ in range(3):
            script.feed(".", 1, at)
        assert spans(script.poll())[0] == (at, 1460)
        script.feed(".", 1, at + 14_600)
        script.poll()
        connection.send(bytes(1460), script.now)
        script.poll()
        at += 14_600 + 1460
        script.feed(".", 1, at)
    assert connection._tcb.congestion.cwnd < 14_600
    assert script.node.fired == []


def test_after_a_timeout_what_arrived_is_not_sent_again(script):
    """Only the first of six was lost: its repetition acknowledges them all."""
    connection = script.establish()
    at = grow(script, connection, 10)
    connection.send(bytes(1460 * 6), script.now)
    script.poll()
    assert spans(script.pass_time(SECOND)) == [(at, 1460)]
    script.feed(".", 1, at + 1460 * 6)
    assert script.poll() == []
    assert script.pass_time(100 * SECOND) == []


def test_after_a_timeout_the_rest_goes_again_in_slow_start(script):
    """RFC 5681 section 3.1: the loss window is one segment."""
    connection = script.establish()
    at = grow(script, connection, 10)
    connection.send(bytes(1460 * 6), script.now)
    script.poll()
    assert spans(script.pass_time(SECOND)) == [(at, 1460)]
    script.feed(".", 1, at + 1460)
    assert spans(script.poll()) == [(at + 1460, 1460), (at + 2920, 1460)]


def test_duplicates_of_what_was_sent_before_a_timeout_mean_nothing(script):
    """RFC 6582 section 3.2, step 4."""
    connection = script.establish()
    at = grow(script, connection, 10)
    connection.send(bytes(1460 * 6), script.now)
    script.poll()
    script.pass_time(SECOND)
    for _ in range(5):
        script.feed(".", 1, at)
    assert (at, 1460) not in spans(script.poll())


def test_a_smaller_path_mtu_cuts_smaller_and_sends_again(script):
    """RFC 1191 section 6.4."""
    connection = script.establish()
    connection.send(bytes(1460), script.now)
    script.poll()
    script.node.mtu = 1000
    from_us = (connection.local_port, 80)
    ip = type("Quoted", (), {"source": connection.local_address, "destination": b"\x0a\0\0\2"})()
    sequence = (script.our_iss + 1) & 0xFFFF_FFFF
    assert script.layer.icmp_error(
        ip, from_us, sequence, Reason.ICMP_FRAGMENTATION_NEEDED, script.now
    )
    assert spans(script.poll()) == [(1, 960), (961, 500)]


def test_what_has_become_too_large_for_the_path_is_cut_at_once(script):
    """RFC 1191 section 6.4, when another connection to the same host was told."""
    connection = script.establish()
    connection.send(bytes(3000), script.now)
    script.node.mtu = 1000
    assert spans(script.poll()) == [(1, 960), (961, 960), (1921, 960)]


def test_a_path_mtu_that_is_no_smaller_changes_nothing(script):
    connection = script.establish()
    connection.send(bytes(1460), script.now)
    script.poll()
    ip = type("Quoted", (), {"source": connection.local_address, "destination": b"\x0a\0\0\2"})()
    ports = (connection.local_port, 80)
    sequence = (script.our_iss + 1) & 0xFFFF_FFFF
    reason = Reason.ICMP_FRAGMENTATION_NEEDED
    assert script.layer.icmp_error(ip, ports, sequence, reason, script.now)
    assert script.poll() == []


@pytest.mark.parametrize("mtu", [68, 80, 88])
def test_even_the_smallest_path_mtu_is_cut_to(script, mtu):
    """RFC 791 section 3.2: 68 bytes pass every link; and the poll comes to an end."""
    connection = script.establish()
    connection.send(bytes(60), script.now)
    script.node.mtu = mtu
    assert {len(text) for *_, text in script.poll()} <= {mtu - 40, 60 % (mtu - 40)}


def test_a_retransmission_that_an_ack_overtakes_is_not_sent(script):
    """Third duplicate and full ACK came in one batch: nothing is on the way, no timer runs."""
    connection = script.establish()
    connection.send(bytes(1460 * 3), script.now)
    script.poll()
    for _ in range(3):
        script.feed(".", 1, 1)
    script.feed(".", 1, 1 + 1460 * 3)
    assert script.poll() == []
    assert script.node.timers.next_deadline() is None


def test_a_duplicate_of_a_part_does_not_keep_the_rest_from_going_again(transfer):
    """RFC 2883 section 4: D-SACK of the second half of what went again; the first is missing."""
    transfer.write(8)
    transfer.round_trip()
    assert 0 in transfer.ack(0, (1, 8))
    base = transfer.script.our_iss + 1
    part, whole = (base + 500, base + 1000), (base + 500, base + 8000)
    blocks = SACK([(left % 2**32, right % 2**32) for left, right in (part, whole)])
    transfer.script.feed(".", 1, 1, window=4000, options=(blocks,))
    assert 0 in transfer.wait(2 * SECOND)
    transfer.ack(8)
    assert transfer.tcb.flight.pipe == 0
