"""Throttled answers to what may be an attack (RFC 5961 section 7)."""

from wirelab.sim.host.durations import SECOND


def test_ten_in_five_seconds_and_no_more(script):
    """5961-7."""
    script.establish()
    for _ in range(3):
        sent = []
        for _ in range(50):
            script.feed("R", 100)
            sent += script.poll()
        assert sent == [(".", 1, 1, b"")] * 10
        script.pass_time(5 * SECOND)


def test_two_confused_peers_do_not_answer_each_other_for_ever(wire):
    """Each thinks that the other's ACK is out of range."""
    client, server, _ = wire.connect()
    wire.run_for(SECOND)
    count = len(wire.sent)
    for connection in (client, server):
        connection._tcb.rcv_nxt += 100_000
        connection._tcb.rcv_adv += 100_000
        connection._tcb.acknowledge_at_once()
    wire.run_for(4 * SECOND)
    assert 2 <= len(wire.sent) - count <= 22
