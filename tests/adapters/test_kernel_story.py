import pytest

from wirelab.adapters.guards.witness import KernelReset
from wirelab.adapters.kernel_story import tell_reset
from wirelab.codecs import TCP, Ethernet, IPv4
from wirelab.sim.reasons import Reason
from wirelab.sim.trace import KERNEL, Fate, InterfaceInfo, LiveLink, Trace

OURS, PEER = bytes((192, 0, 2, 7)), bytes((192, 0, 2, 9))
SYN, RST, ACK = 2, 4, 16


def frame(source, destination, ports, flags):
    ends = IPv4(source=source, destination=destination)
    return bytes(Ethernet(bytes(6), bytes(6)) / ends / TCP(ports[0], ports[1], flags=flags))


RESET = KernelReset(OURS, 49153, PEER, 80, frame(OURS, PEER, (49153, 80), RST))


@pytest.fixture
def trace():
    trace = Trace(live=LiveLink("eth0", "raw socket", OURS))
    trace.add_host("wirelab", [InterfaceInfo("eth0", bytes(6), OURS)])
    return trace


def test_the_segment_that_the_kernel_answered_was_rejected_by_it(trace):
    trace.frame_handed_over("wirelab", frame(OURS, PEER, (49153, 80), SYN), 0, "192.0.2.9")
    syn_ack = trace.frame_received(
        "wirelab", frame(PEER, OURS, (80, 49153), SYN | ACK), None, 1, "192.0.2.9"
    )
    trace.frame_received("wirelab", frame(PEER, OURS, (80, 50000), ACK), None, 2, "192.0.2.9")
    tell_reset(trace, RESET, 3)
    *_, heard, reset = trace.frames()
    assert (heard.origin, heard.fate, heard.receiver) == (syn_ack.id, Fate.REJECTED, KERNEL)
    assert (heard.reason, heard.detail) == (Reason.LIVE_KERNEL_RST, "no socket on port 49153")
    assert (reset.sender, reset.receiver, reset.data) == (KERNEL, "192.0.2.9", RESET.frame)
    assert list(trace.hosts) == ["wirelab", KERNEL]
    trace.check(in_flight=0)


def test_a_reset_of_something_unseen_is_told_alone(trace):
    tell_reset(trace, RESET, 3)
    (record,) = trace.frames()
    assert record.sender == KERNEL
