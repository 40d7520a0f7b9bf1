"""The window that we offer (RFC 9293 section 3.8.6, RFC 7323 section 2)."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wirelab.codecs import MaximumSegmentSize, NoOperation, WindowScale
from wirelab.sim.host.durations import MILLISECOND, SECOND
from wirelab.sim.host.errors import WOULD_BLOCK
from wirelab.sim.host.tcp import option_changes
from wirelab.sim.host.tcp.config import TcpConfig
from wirelab.sim.host.tcp.socket_options import TcpOptions
from wirelab.sim.reasons import Reason

BSD: dict[str, Any] = {
    "receive_buffer": 65_536,
    "receive_buffer_rounding": "up",
    "window_in_steps": False,
    "window_update": "quarter",
    "accept_all_that_fits": True,
}


def windows(script):
    """ACK and window field of what goes out."""
    numbers = [ack for _, _, ack, _ in script.poll()]
    return [(ack, sent.header.window) for ack, sent in zip(numbers, script.last, strict=True)]


def arrive(script, seq, count):
    """Bytes in two segments, so that they are acknowledged at once."""
    script.feed(".", seq, 1, bytes(count - 1))
    script.feed(".", seq + count - 1, 1, b"x")
    script.connection._tcb.acknowledge_at_once()
    return windows(script)


def test_must_39_the_edge_moves_in_steps_of_a_segment(make_script):
    """MUST-39: Section 3.8.6.2.2: while less than that is free, the window shrinks with what
    comes."""
    script = make_script(TcpConfig(receive_buffer=10_000))
    script.establish()
    assert arrive(script, 1, 1000) == [(1001, 9000)]
    script.connection.receive(1000, script.now)
    assert arrive(script, 1001, 500) == [(1501, 8500)]
    script.connection.receive(500, script.now)
    assert arrive(script, 1501, 100) == [(1601, 9900)]


def test_all_that_is_free_is_offered_where_that_is_wanted(make_script):
    """4.4BSD: the buffer is a multiple of the MSS, and the field cannot say all of it."""
    script = make_script(TcpConfig(**BSD))
    script.establish()
    assert script.connection._tcb.rcv_buff == 65_700
    assert arrive(script, 1, 99) == [(100, 65_535)]
    assert arrive(script, 100, 700) == [(800, 64_901)]
    assert script.connection.receive(1000, script.now)
    assert windows(script) == []
    assert arrive(script, 800, 32_000) == [(32_800, 33_700)]
    assert script.connection.receive(32_000, script.now)
    assert windows(script) == [(32_800, 65_535)]


def test_a_window_smaller_than_a_segment_and_a_quarter_is_offered_as_none(make_script):
    """Section 3.8.6.2.2: the silly window, 4.4BSD's way."""
    script = make_script(TcpConfig(**{**BSD, "receive_buffer": 5840}))
    script.establish()
    assert arrive(script, 1, 5000) == [(5001, 840)]
    script.feed(".", 5001, 1, bytes(840))
    script.connection._tcb.acknowledge_at_once()
    assert windows(script) == [(5841, 0)]
    assert script.connection.receive(1000, script.now)
    script.connection._tcb.acknowledge_at_once()
    assert windows(script) == [(5841, 0)]
    assert script.connection.receive(4840, script.now)
    assert windows(script) == [(5841, 5840)]


def test_a_buffer_can_be_rounded_down(make_script):
    """Linux's window of 64240."""
    script = make_script(TcpConfig(receive_buffer=65_536, receive_buffer_rounding="down"))
    script.establish()
    assert script.connection._tcb.rcv_wnd == 64_240


@pytest.mark.parametrize(("fits", "taken"), [(True, 65_700), (False, 65_535)])
def test_what_is_acceptable_is_what_was_offered_or_all_that_fits(make_script, fits, taken):
    script = make_script(TcpConfig(**{**BSD, "accept_all_that_fits": fits}))
    script.establish()
    assert script.feed("R", taken + 1).reason == Reason.TCP_OUT_OF_WINDOW
    assert script.poll() == []
    assert script.feed("R", taken).reason == Reason.TCP_OUT_OF_WINDOW
    assert script.poll() == [(".", 1, 1, b"")]  # inside: challenged (RFC 5961)
    script.feed(".", 1, 1, bytes(30_000))
    script.feed(".", 30_001, 1, bytes(35_700))
    assert script.connection.readable_bytes == taken
    script.connection._tcb.acknowledge_at_once()
    assert windows(script) == [(taken + 1, 0)]


@pytest.mark.parametrize(
    ("rule", "reads"), [("two segments", 2920), ("quarter", 16_425), ("doubled", 10_000)]
)
def test_when_a_read_is_worth_an_ack_of_its_own(make_script, rule, reads):
    script = make_script(TcpConfig(**{**BSD, "window_update": rule}))
    script.establish()
    arrive(script, 1, 55_700)  # 10 000 are left
    assert script.connection.receive(reads - 1, script.now)
    assert windows(script) == []
    assert script.connection.receive(1, script.now)
    assert windows(script) == [(55_701, 10_000 + reads)]


def test_so_rcvbuf_bounds_window_and_scale(make_script):
    """socket(7): the value set is doubled, half of it is for bookkeeping."""
    script = make_script()
    options = TcpOptions(script.config)
    options.rcv_buff = 2 * 20_000
    script.connection = script.layer.connect(b"\x0a\0\0\x02", 80, script.now, options=options)
    script.layer.poll_transmit(script.now)
    syn = script.out[0].header
    assert syn.window == 20_000
    assert WindowScale(0) in syn.options


def test_a_clamp_bounds_the_window_and_may_be_lifted(script):
    """TCP_WINDOW_CLAMP: what was offered stays offered (SHLD-14)."""
    tcb = script.establish()._tcb
    tcb.options.window_clamp = 5000
    option_changes.changed(tcb, "window_clamp", script.now)
    assert arrive(script, 1, 30_000) == [(30_001, 35_535)]
    assert arrive(script, 30_001, 35_535) == [(65_536, 0)]
    script.connection.receive(65_535, script.now)
    assert windows(script) == [(65_536, 5000)]
    tcb.options.window_clamp = None
    option_changes.changed(tcb, "window_clamp", script.now)
    assert windows(script) == [(65_536, 65_535)]


def test_a_larger_buffer_is_offered_at_once(script):
    tcb = script.establish()._tcb
    arrive(script, 1, 65_535)
    tcb.options.rcv_buff = 2 * 100_000
    option_changes.changed(tcb, "rcv_buff", script.now)
    assert windows(script) == [(65_536, 34_465)]


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.tuples(st.booleans(), st.integers(1, 9000)), max_size=40),
    st.integers(0, 9),
    st.booleans(),
)
def test_shld_14_the_right_edge_never_goes_back_by_a_unit_and_all_offered_is_taken(
    make_script, steps, shift, in_steps
):
    """SHLD-14: 7323-2.4: less than a unit of the scale may seem to be taken back."""
    buffer = 60_000 << max(shift - 2, 0)
    script = make_script(
        TcpConfig(
            receive_buffer=buffer,
            maximum_receive_buffer=60_000 << shift,
            window_in_steps=in_steps,
        )
    )
    script.connect()
    script.feed("S.", 0, 1, options=(MaximumSegmentSize(1460), NoOperation(), WindowScale(0)))
    script.poll()
    seq, edge, queued = 1, 1 + min(buffer, 65_535), 0
    for arrives, count in steps:
        if arrives:
            count = min(count, edge - seq)
            if count:
                assert script.feed(".", seq, 1, bytes(count)) is None
            seq += count
            queued += count
        else:
            data = script.connection.receive(count, script.now)
            queued -= 0 if data is WOULD_BLOCK else len(data)
        script.connection._tcb.acknowledge_at_once()
        for ack, window in windows(script):
            offered = ack + (window << shift)
            assert offered > edge - (1 << shift)
            assert offered - seq + queued <= buffer
            edge = max(edge, offered)


def bulk(wire, duration, latency):
    """Alice sends all she can for so long; what Bob got, and his buffer at the end."""
    wire.latency = latency
    client, server, _ = wire.connect()
    got = 0
    end = wire.now + duration
    while wire.now < end:
        client.send(bytes(100_000), wire.now)
        if not wire.step():
            break
        data = server.receive(1 << 20, wire.now)
        got += 0 if data is WOULD_BLOCK else len(data)
    return got, server._tcb.rcv_buff


def test_the_buffer_grows_with_what_is_read_in_a_round_trip(make_wire):
    """Dynamic right-sizing: a long path is filled all the same."""
    sender = TcpConfig(send_buffer=8 << 20)
    tuned = bulk(make_wire(alice_config=sender), 3 * SECOND, 50 * MILLISECOND)
    fixed = TcpConfig(maximum_receive_buffer=65_535)
    untuned = bulk(make_wire(alice_config=sender, bob_config=fixed), 3 * SECOND, 50 * MILLISECOND)
    assert untuned[1] == 65_535
    assert tuned[1] > 500_000
    assert tuned[0] > 3 * untuned[0]


def test_the_buffer_of_a_slow_reader_stays_small(make_wire):
    wire = make_wire(alice_config=TcpConfig(send_buffer=8 << 20), latency=1 * MILLISECOND)
    client, server, _ = wire.connect()
    client.send(bytes(4 << 20), wire.now)
    for _ in range(40):
        wire.run_for(100 * MILLISECOND)
        assert len(server.receive(20_000, wire.now)) == 20_000
    assert server._tcb.rcv_buff == 65_535


def test_an_empty_buffer_offers_a_unit_of_the_window_scale_at_least(make_script):
    """RFC 7323 section 2.3: else a buffer smaller than that would never take another byte."""
    script = make_script(TcpConfig(receive_buffer=100, maximum_receive_buffer=1 << 30))
    script.connect()
    script.feed("S.", 0, 1, options=(MaximumSegmentSize(1460), NoOperation(), WindowScale(0)))
    script.poll()
    script.feed(".", 1, 1, bytes(100))
    script.connection.receive(100, script.now)
    script.connection._tcb.acknowledge_at_once()
    assert windows(script) == [(101, 1)]


@pytest.mark.parametrize("knobs", [{}, BSD, {"window_in_steps": False, "window_update": "doubled"}])
def test_a_window_that_is_clamped_below_a_segment_opens_again(make_script, knobs):
    """MUST-39 counts in parts of what can be offered at all, which is not the whole buffer."""
    script = make_script(TcpConfig(**knobs))
    script.establish()
    script.connection.options.window_clamp = 1000
    count = script.connection.tcb.rcv_wnd
    for begin in range(0, count, 1000):  # what had been offered before
        script.feed(".", 1 + begin, 1, bytes(min(1000, count - begin)))
        script.connection.receive(1000, script.now)
        script.poll()
    script.feed(".", 1 + count, 1, bytes(1000))
    script.poll()
    assert script.connection.tcb.rcv_wnd == 0
    script.connection.receive(1000, script.now)
    assert windows(script) == [(count + 1001, 1000)]
