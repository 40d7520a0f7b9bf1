"""Congestion window validation (RFC 2861, RFC 5681 section 4.1, RFC 7661 section 4.2)."""

from wirelab.sim.host.durations import MILLISECOND
from wirelab.sim.host.tcp.config import TcpConfig

SMALL = 500


def chat(script, connection, count, pause):
    """`count` little texts, each acknowledged after `pause`."""
    sent = 0
    for _ in range(count):
        connection.send(bytes(SMALL), script.now)
        script.poll()
        sent += SMALL
        script.pass_time(pause)
        script.feed(".", 1, 1 + sent)


def test_an_application_that_sends_little_does_not_open_the_window(script):
    """RFC 7661 section 4.2: or it could send a burst that the path was never tried with."""
    connection = script.establish()
    before = connection._tcb.congestion.cwnd
    chat(script, connection, 100, MILLISECOND)
    assert connection._tcb.congestion.cwnd == before


def test_a_bulk_transfer_opens_it(script):
    connection = script.establish()
    connection.send(bytes(200_000), script.now)
    before = connection._tcb.congestion.cwnd
    for _ in range(3):
        script.poll()
        tcb = connection._tcb
        script.feed(".", 1, tcb.snd_nxt - tcb.iss)
    assert connection._tcb.congestion.cwnd > 2 * before


def test_a_window_that_is_used_little_for_an_rto_shrinks(script):
    """RFC 2861 section 3.2: half of the way to what is used, an RTO at a time."""
    connection = script.establish()
    congestion = connection._tcb.congestion
    congestion.cwnd = 114_600
    chat(script, connection, 150, 10 * MILLISECOND)
    assert congestion.cwnd == (114_600 + 14_600) // 2


def test_it_keeps_its_window_where_the_knob_says_so(make_script):
    script = make_script(TcpConfig(slow_start_after_idle=False))
    connection = script.establish()
    congestion = connection._tcb.congestion
    congestion.cwnd = 114_600
    chat(script, connection, 150, 10 * MILLISECOND)
    assert congestion.cwnd == 114_600
