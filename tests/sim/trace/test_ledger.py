import pytest

from wirelab.sim.host.drops import Drop
from wirelab.sim.reasons import Reason
from wirelab.sim.trace import Call, Fate, StateChange, Trace, TraceError


def test_every_frame_gets_the_next_id_and_one_fate():
    trace = Trace()
    fates = [None, Drop(Reason.UDP_NO_SOCKET, "port 9", True), Drop(Reason.ETH_NOT_FOR_ME)]
    for drop in fates:
        trace.frame_arrived(trace.frame_sent("a", b"", 0), "b", drop, 1)
    trace.frame_lost(trace.frame_sent("a", b"", 2), "b", Reason.LINK_LOSS, "", 2)
    records = list(trace.frames())
    assert [record.id for record in records] == [1, 2, 3, 4]
    assert [record.fate for record in records] == [
        Fate.DELIVERED,
        Fate.REJECTED,
        Fate.DROPPED,
        Fate.LOST,
    ]
    trace.check(in_flight=0)


def test_a_frame_cannot_end_twice():
    trace = Trace()
    record = trace.frame_sent("a", b"", 0)
    trace.frame_arrived(record, "b", None, 1)
    with pytest.raises(TraceError, match="frame 1 ended as lost at b at 2 ns, but it had ended"):
        trace.frame_lost(record, "b", Reason.LINK_LOSS, "", 2)


def test_a_frame_under_way_must_be_found_by_whoever_counts():
    trace = Trace()
    trace.frame_sent("a", b"", 0)
    trace.check(in_flight=1)
    assert trace.in_flight == 1
    with pytest.raises(TraceError, match="1 frames sent, but 0 delivered"):
        trace.check(in_flight=0)


def test_a_copy_is_a_frame_with_its_own_fate():
    trace = Trace()
    original = trace.frame_sent("a", b"x", 0, 3)
    copy = trace.frame_copied(original, 5)
    again = trace.frame_copied(copy, 6)
    assert (copy.id, copy.origin, copy.sender_interface) == (2, 1, 3)
    assert again.origin == 1
    assert trace.sent == 3


def test_a_bounded_trace_forgets_the_oldest_events_but_no_count():
    trace = Trace(limit=3)
    for _ in range(10):
        trace.frame_arrived(trace.frame_sent("a", b"", 0), "b", None, 1)
    assert [record.id for record in trace.frames()] == [8, 9, 10]
    assert trace.forgotten == 7
    trace.check(in_flight=0)


def test_a_bounded_trace_keeps_how_it_began():
    trace = Trace(limit=20)
    for number in range(100):
        trace.call("a", str(number), number)
    assert [event.time for event in trace.events if isinstance(event, Call)] == [
        0,
        1,
        *range(82, 100),
    ]
    assert (trace.forgotten, trace.gap_at) == (80, 2)


def test_a_bounded_trace_has_no_gap_before_it_is_full():
    trace = Trace(limit=20)
    for number in range(20):
        trace.call("a", str(number), number)
    assert (trace.forgotten, trace.gap_at, len(trace.events)) == (0, 0, 20)


def test_an_observer_writes_states_under_its_hosts_name():
    class End:
        local_address, local_port = b"\x0a\0\0\1", 49152
        remote_address, remote_port = b"\x0a\0\0\2", 80

    trace = Trace()
    trace.observer("alice").state_changed(End(), "SYN-SENT", "ESTABLISHED", 7)
    (event,) = trace.events
    assert event == StateChange(
        7, "alice", (b"\x0a\0\0\1", 49152), (b"\x0a\0\0\2", 80), "SYN-SENT", "ESTABLISHED"
    )


def test_a_live_tap_ends_frames_where_it_sees_them():
    trace = Trace()
    trace.frame_handed_over("me", b"out", 1)
    trace.frame_received("me", b"in", Drop(Reason.UDP_NO_SOCKET), 2, "10.0.0.9")
    assert [(record.sender, record.receiver) for record in trace.frames()] == [
        ("me", "network"),
        ("10.0.0.9", "me"),
    ]
    trace.check(in_flight=0)
