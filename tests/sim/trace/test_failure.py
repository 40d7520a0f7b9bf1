import pytest

from wirelab.sim.host.drops import Drop
from wirelab.sim.reasons import Reason
from wirelab.sim.trace.failure import Step, find_failure, find_quoted, find_reset

CLOSED = Drop(Reason.TCP_NO_LISTENER, "port 81 is closed", True)


def test_nothing_failed_when_everything_was_delivered(story):
    story.delivered("alice", "bob", story.udp("alice", "bob", b"hi"), 0)
    assert find_failure(story.trace) is None


def test_a_failure_can_be_looked_for_by_its_reason(story):
    story.refused("alice", "bob", story.tcp("alice", "bob", "S", 1, ports=(49153, 81)), 0, CLOSED)
    later = Drop(Reason.UDP_NO_SOCKET, "port 9 is closed", True)
    story.refused("alice", "bob", story.udp("alice", "bob", b"hi", port=9), 1, later)
    newest = find_failure(story.trace)
    assert newest is not None
    assert newest.reason is Reason.UDP_NO_SOCKET
    found = find_failure(story.trace, {Reason.TCP_NO_LISTENER})
    assert found is not None
    assert found.reason is Reason.TCP_NO_LISTENER
    assert find_failure(story.trace, {Reason.TCP_PAWS}) is None


def test_a_segment_that_the_kernel_reset_is_walked_down_to_tcp(live):
    syn_ack = live.tcp("10.0.0.2", "wirelab", "S.", 5, 2, ports=(80, 49153))
    drop = Drop(Reason.LIVE_KERNEL_RST, "no socket on port 49153", True)
    live.refused("10.0.0.2", "kernel", syn_ack, 0, drop)
    failure = find_failure(live.trace)
    assert failure is not None
    assert [step.layer for step in failure.steps] == ["link", "eth", "ip", "tcp"]
    assert [step.passed for step in failure.steps] == [True, True, True, False]


def test_a_refused_segment_is_walked_down_to_the_layer_that_refused(story):
    story.refused("alice", "bob", story.tcp("alice", "bob", "S", 1, ports=(49153, 81)), 0, CLOSED)
    failure = find_failure(story.trace)
    assert failure is not None
    assert failure.reason is Reason.TCP_NO_LISTENER
    assert failure.steps == (
        Step("link", True),
        Step("eth", True),
        Step("ip", True),
        Step("tcp", False),
    )


def test_a_lost_syn_is_made_up_for_by_the_answer_to_its_retransmission(handshake):
    assert find_failure(handshake.trace) is None


def test_a_lost_segment_that_nobody_acknowledged_is_the_failure(story):
    story.lost("alice", "bob", story.tcp("alice", "bob", "S", 1000), 0, "nth=1")
    failure = find_failure(story.trace)
    assert failure is not None
    assert failure.steps == (Step("link", False),)


def test_a_lost_acknowledgment_is_no_failure(handshake):
    lost = handshake.tcp("alice", "bob", ".", 1001, 5001)
    handshake.lost("alice", "bob", lost, 2000)
    assert find_failure(handshake.trace) is None


def test_a_lost_datagram_is_a_failure_because_nobody_sends_it_again(story):
    story.lost("alice", "bob", story.udp("alice", "bob", b"hi"), 0)
    story.delivered("alice", "bob", story.udp("alice", "bob", b"ho"), 1)
    failure = find_failure(story.trace)
    assert failure is not None
    assert failure.frame.id == 1


def test_a_lost_arp_request_is_made_up_for_when_it_is_asked_again(story):
    request = story.arp_request("alice", "bob")
    story.lost("alice", "bob", request, 0)
    story.delivered("alice", "bob", request, 1000)
    assert find_failure(story.trace) is None


def test_a_flooded_frame_that_is_not_for_me_is_no_failure(story):
    frame = story.udp("alice", "bob", b"hi")
    story.refused("alice", "bob", frame, 0, Drop(Reason.ETH_NOT_FOR_ME))
    assert find_failure(story.trace) is None


def test_the_last_of_several_failures_is_told(story):
    story.refused("alice", "bob", story.tcp("alice", "bob", "S", 1), 0, CLOSED)
    story.lost("alice", "bob", story.udp("alice", "bob", b"hi"), 9)
    failure = find_failure(story.trace)
    assert failure is not None
    assert failure.reason is Reason.LINK_LOSS


def reset_by_a_live_peer(live):
    """Port 81 of 10.0.0.2 is closed, as port 82 is; the peer's other traffic does not matter."""
    live.delivered("wirelab", "10.0.0.2", live.tcp("wirelab", "10.0.0.2", "S", 1), 0)
    live.delivered("wirelab", "10.0.0.2", live.tcp("wirelab", "10.0.0.2", "S", 7, ports=(5, 81)), 1)
    rst = live.tcp("10.0.0.2", "wirelab", "R.", 0, 8, ports=(81, 5))
    live.delivered("10.0.0.2", "wirelab", rst, 2)
    live.delivered("10.0.0.2", "wirelab", live.udp("10.0.0.2", "wirelab", b"hi"), 3)
    return live.trace


@pytest.mark.parametrize("told", [Reason.TCP_NO_LISTENER, Reason.TCP_RESET])
def test_what_a_live_peer_reset_is_found_by_its_answer(live, told):
    """RFC 9293 section 3.10.7.1: a RST answers a segment that belongs to nothing there."""
    failure = find_reset(reset_by_a_live_peer(live), told)
    assert failure is not None
    assert (failure.frame.id, failure.frame.receiver) == (2, "10.0.0.2")
    assert failure.reason is told
    assert failure.steps == (
        Step("link", True),
        Step("eth", True),
        Step("ip", True),
        Step("tcp", False),
    )


def test_a_reset_of_ours_is_no_answer_to_us(live):
    live.delivered("wirelab", "10.0.0.2", live.tcp("wirelab", "10.0.0.2", "S", 1), 0)
    live.delivered("wirelab", "10.0.0.2", live.tcp("wirelab", "10.0.0.2", "R", 2), 1)
    assert find_reset(live.trace, Reason.TCP_RESET) is None


def test_only_a_reset_of_a_live_peer_is_such_an_answer(live, story):
    assert find_reset(reset_by_a_live_peer(live), Reason.TCP_TIMEOUT) is None
    assert find_reset(story.trace, Reason.TCP_RESET) is None


@pytest.mark.parametrize("quoted", [8, 500])
@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_what_a_live_peer_refused_by_icmp_is_found_by_its_quote(transport, quoted, live):
    """RFC 792: the quote may end 8 bytes behind the IPv4 header."""
    sent = {
        "udp": live.udp("wirelab", "10.0.0.2", b"hi", port=9),
        "tcp": live.tcp("wirelab", "10.0.0.2", "S", 7, ports=(5, 9)),
    }
    live.delivered("wirelab", "10.0.0.2", live.udp("wirelab", "10.0.0.2", b"hi", port=8), 0)
    frame = live.delivered("wirelab", "10.0.0.2", sent[transport], 1)
    live.delivered("wirelab", "10.0.0.2", live.udp("wirelab", "10.0.0.2", b"hi", port=7), 2)
    error = live.icmp_error("10.0.0.2", "wirelab", sent[transport], 3, 3, quoted)
    live.delivered("10.0.0.2", "wirelab", error, 3)
    failure = find_quoted(live.trace, Reason.ICMP_PORT_UNREACHABLE)
    assert failure is not None
    assert (failure.frame, failure.host) == (frame, "10.0.0.2")
    assert [step.layer for step in failure.steps] == ["link", "eth", "ip", transport]
    assert [step.passed for step in failure.steps] == [True, True, True, False]


def test_what_a_router_refused_failed_there_and_in_its_ip(live):
    """RFC 1812 section 5.3.1: time exceeded comes from the router, not from the destination."""
    sent = live.udp("wirelab", "10.0.0.2", b"hi")
    live.delivered("wirelab", "10.0.0.2", sent, 0)
    live.delivered("10.0.0.3", "wirelab", live.icmp_error("10.0.0.3", "wirelab", sent, 11, 0), 1)
    failure = find_quoted(live.trace, Reason.ICMP_TTL_EXPIRED)
    assert failure is not None
    assert failure.host == "10.0.0.3"
    assert failure.steps == (Step("link", True), Step("eth", True), Step("ip", False))


def test_an_icmp_error_counts_when_it_is_about_us_and_says_what_we_were_told(live, story):
    foreign = live.udp("10.0.0.3", "10.0.0.2", b"hi")
    error = live.icmp_error("10.0.0.2", "wirelab", foreign, 3, 3)
    live.delivered("10.0.0.2", "wirelab", error, 0)
    assert find_quoted(live.trace, Reason.ICMP_PORT_UNREACHABLE) is None
    ours = live.udp("wirelab", "10.0.0.2", b"hi")
    live.delivered("wirelab", "10.0.0.2", ours, 1)
    live.delivered("10.0.0.2", "wirelab", live.icmp_error("10.0.0.2", "wirelab", ours, 3, 3), 2)
    assert find_quoted(live.trace, Reason.ICMP_PORT_UNREACHABLE) is not None
    assert find_quoted(live.trace, Reason.ICMP_HOST_UNREACHABLE) is None
    assert find_quoted(story.trace, Reason.ICMP_PORT_UNREACHABLE) is None
