"""Resets for what belongs to nothing (RFC 9293 sections 3.5.2 and 3.10.7.1)."""

import pytest

from wirelab.sim.reasons import Reason


@pytest.mark.parametrize(
    ("flags", "seq", "ack", "data", "reset"),
    [
        ("S", 5, None, b"", ("R.", 0, 6, b"")),
        ("S", 5, None, b"abc", ("R.", 0, 9, b"")),
        ("F", 5, None, b"abc", ("R.", 0, 9, b"")),
        ("P", 5, None, b"abc", ("R.", 0, 8, b"")),
        ("S.", 5, 77, b"", ("R", 77, 0, b"")),
        (".", 5, 77, b"abc", ("R", 77, 0, b"")),
        ("F.", 5, 77, b"", ("R", 77, 0, b"")),
    ],
)
def test_a_reset_is_made_so_that_its_receiver_believes_it(script, flags, seq, ack, data, reset):
    """Section 3.10.7.1: SEQ from SEG.ACK, or ACK from SEG.SEQ + SEG.LEN."""
    drop = script.feed(flags, seq, ack, data)
    assert drop.answered
    expected = Reason.TCP_NO_LISTENER if flags == "S" else Reason.TCP_NO_CONNECTION
    assert drop.reason == expected
    assert script.poll() == [reset]


@pytest.mark.parametrize("flags", ["R", "R."])
def test_a_reset_is_never_answered_with_a_reset(script, flags):
    drop = script.feed(flags, 5, 77)
    assert (drop.reason, drop.answered) == (Reason.TCP_NO_CONNECTION, False)
    assert script.poll() == []


def test_a_half_open_connection_is_discovered_by_sending(wire):
    """Section 3.5.1, figure 10: the other end has lost its memory."""
    client, server, _ = wire.connect()
    wire.run_for(10**9)
    wire.bob.layer._environment.connections.clear()
    client.send(b"are you there?", wire.now)
    wire.run(lambda: client.state == "CLOSED")
    assert client.error == Reason.TCP_RESET
    assert server.state == "ESTABLISHED"
