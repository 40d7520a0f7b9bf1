"""TCP end to end: two layers on a wire, with losses, duplicates and other orders."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wirelab.codecs import IPv4
from wirelab.sim.host.durations import MILLISECOND, SECOND
from wirelab.sim.host.errors import WOULD_BLOCK, HostError
from wirelab.sim.host.events import Accepted, Closed, Connected, SocketError
from wirelab.sim.host.tcp.config import TcpConfig
from wirelab.sim.reasons import Reason

BOB = b"\x0a\x00\x00\x02"


def transfer(wire: Any, sender: Any, receiver: Any, data: bytes, limit: int = 100_000) -> bytes:
    """Send all of `data` and half-close; what the other end reads until the end."""
    received = bytearray()
    view = memoryview(data)
    ended = False

    def pump() -> bool:
        nonlocal view, ended
        while len(view):
            count = sender.send(view, wire.now)
            if count is WOULD_BLOCK:
                break
            view = view[count:]
            if not len(view):
                sender.shutdown(wire.now)
        while not ended:
            piece = receiver.receive(1 << 20, wire.now)
            if piece is WOULD_BLOCK:
                break
            ended = not piece
            received.extend(piece)
        return ended

    if not data:
        sender.shutdown(wire.now)
    wire.run(pump, limit)
    return bytes(received)


def test_the_three_way_handshake_takes_three_segments(wire):
    """RFC 9293 section 3.5, figure 6."""
    client, server, listener = wire.connect()
    wire.run_for(SECOND)
    assert [sent.flags for sent in wire.sent] == ["S", "S.", "."]
    syn, syn_ack, ack = wire.sent
    assert syn_ack.ack == syn.seq + 1
    assert (ack.seq, ack.ack) == (syn.seq + 1, syn_ack.seq + 1)
    assert wire.alice.states == [("CLOSED", "SYN-SENT"), ("SYN-SENT", "ESTABLISHED")]
    assert wire.bob.states == [
        ("CLOSED", "LISTEN"),
        ("LISTEN", "SYN-RECEIVED"),
        ("SYN-RECEIVED", "ESTABLISHED"),
    ]
    assert wire.alice.events_of(Connected) == [Connected(client)]
    assert wire.bob.events_of(Accepted) == [Accepted(listener, server)]


def test_both_directions_carry_exactly_the_bytes_and_close_in_order(wire):
    """RFC 9293 section 3.6, figure 12: half-close one way, then the other."""
    client, server, _ = wire.connect()
    request, answer = bytes(range(256)) * 700, b"answer" * 30_000
    assert transfer(wire, client, server, request) == request
    wire.run_for(20 * MILLISECOND)
    assert (client.state, server.state) == ("FIN-WAIT-2", "CLOSE-WAIT")
    assert transfer(wire, server, client, answer) == answer
    wire.run_for(SECOND)
    assert (client.state, server.state) == ("TIME-WAIT", "CLOSED")
    assert wire.alice.events_of(Closed) == [Closed(client, None)]
    assert wire.bob.events_of(Closed) == [Closed(server, None)]
    wire.run()
    assert client.state == "CLOSED"
    assert len(wire.alice.events_of(Closed)) == 1
    assert wire.now >= 240 * SECOND
    assert not wire.alice.drops
    assert not wire.bob.drops


def test_a_lost_syn_is_sent_again_after_one_second(wire):
    """RFC 6298 section 2.1; RFC 9293 section 3.8.3."""
    wire.fate = lambda sent: [] if sent.time == 0 else [0]
    wire.connect()
    assert wire.alice.fired == [("RTO", SECOND)]
    assert [sent.time for sent in wire.sent if sent.flags == "S"] == [0, SECOND]


def test_a_closed_port_refuses(wire):
    """RFC 9293 section 3.10.7.1, and 3.10.7.3 second step."""
    client = wire.alice.layer.connect(BOB, 81, 0)
    wire.run()
    assert client.state == "CLOSED"
    assert client.error == Reason.TCP_NO_LISTENER
    assert [(drop.reason, drop.answered) for drop in wire.bob.drops] == [
        (Reason.TCP_NO_LISTENER, True)
    ]
    assert wire.alice.events_of(Closed) == [Closed(client, Reason.TCP_NO_LISTENER)]
    with pytest.raises(HostError) as caught:
        client.receive(1, wire.now)
    assert caught.value.reason == Reason.TCP_NO_LISTENER


def test_a_host_told_not_to_answer_for_closed_ports_is_silent(make_wire):
    """`answer_closed_ports`: another stack answers for them."""
    wire = make_wire(bob_config=TcpConfig(answer_closed_ports=False))
    wire.alice.layer.connect(BOB, 81, 0)
    wire.run_for(SECOND // 2)
    assert wire.segments("bob") == []
    assert wire.bob.drops[0].answered is False


def test_both_opening_at_once_make_one_connection(wire):
    """RFC 9293 section 3.5, figure 7 (MUST-10)."""
    alice = wire.alice.layer.connect(BOB, 5001, 0, source_port=5000)
    bob = wire.bob.layer.connect(wire.alice.address, 5000, 0, source_port=5001)
    wire.run(lambda: alice.state == bob.state == "ESTABLISHED")
    expected = [
        ("CLOSED", "SYN-SENT"),
        ("SYN-SENT", "SYN-RECEIVED"),
        ("SYN-RECEIVED", "ESTABLISHED"),
    ]
    assert wire.alice.states == wire.bob.states == expected
    assert transfer(wire, alice, bob, b"x" * 5000) == b"x" * 5000


def test_both_closing_at_once_go_through_closing(wire):
    """RFC 9293 section 3.6, figure 13."""
    client, server, _ = wire.connect()
    wire.run_for(SECOND)
    client.close(wire.now)
    server.close(wire.now)
    wire.run_for(SECOND)
    for node in (wire.alice, wire.bob):
        assert node.states[-3:] == [
            ("ESTABLISHED", "FIN-WAIT-1"),
            ("FIN-WAIT-1", "CLOSING"),
            ("CLOSING", "TIME-WAIT"),
        ]
    wire.run()
    assert client.state == server.state == "CLOSED"


def test_a_silent_peer_ends_a_connection_attempt_after_three_minutes(wire):
    """RFC 9293 section 3.8.3: R2 of a SYN is at least 3 minutes (MUST-23)."""
    wire.fate = lambda sent: []
    client = wire.alice.layer.connect(BOB, 80, 0)
    wire.run()
    assert client.error == Reason.TCP_TIMEOUT
    assert wire.now >= 180 * SECOND


def test_a_silent_peer_ends_an_established_connection(make_wire):
    """RFC 9293 section 3.8.3, R2 (MUST-20)."""
    wire = make_wire(alice_config=TcpConfig(retries=3))
    client, _, _ = wire.connect()
    wire.fate = lambda sent: []
    client.send(b"hello", wire.now)
    wire.run(lambda: client.state == "CLOSED")
    timeouts = [after for name, after in wire.alice.fired if name == "RTO"]
    assert timeouts == [SECOND * 2**n for n in range(4)]
    assert client.error == Reason.TCP_TIMEOUT
    assert wire.alice.events_of(Closed) == [Closed(client, Reason.TCP_TIMEOUT)]


def test_no_segment_is_larger_than_what_the_smaller_side_takes(make_wire):
    """RFC 9293 section 3.7.1 (MUST-14, MUST-16); 12 bytes of each are timestamps."""
    wire = make_wire(bob_mtu=1000)
    client, server, _ = wire.connect()
    assert transfer(wire, client, server, b"a" * 10_000) == b"a" * 10_000
    assert transfer(wire, server, client, b"b" * 10_000) == b"b" * 10_000
    assert max(len(sent.payload) for sent in wire.segments("alice")) == 948
    assert max(len(sent.payload) for sent in wire.segments("bob")) == 948


def test_the_same_seed_sends_the_same_segments(make_wire):
    """Nothing here depends on hash order or on a clock."""

    def run(seed: int) -> list[tuple[Any, ...]]:
        wire = make_wire(seed=seed)
        wire.fate = lambda sent: [] if len(wire.sent) % 7 == 0 else [0]
        client, server, _ = wire.connect()
        transfer(wire, client, server, bytes(50_000))
        return [(s.time, s.sender, s.header.source_port, s.seq, s.ack, s.flags) for s in wire.sent]

    assert run(3) == run(3)
    assert run(3) != run(4)


def test_losses_of_two_percent_cost_little_time(make_wire):
    """Fast retransmit and fast recovery (RFC 5681 section 3.2), not one timeout for each loss."""
    wire = make_wire()
    client, server, _ = wire.connect()
    count = 0

    def fate(sent: Any) -> list[int]:
        nonlocal count
        count += 1
        return [] if count % 50 == 0 else [0]

    wire.fate = fate
    data = bytes(1_000_000)
    assert transfer(wire, client, server, data) == data
    assert wire.now < 10 * SECOND


FAULT = st.sampled_from([[0], [0], [0], [], [0, 0], [0, 30 * MILLISECOND], [12 * MILLISECOND]])


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    faults=st.lists(FAULT, max_size=60),
    there=st.binary(max_size=40).map(lambda data: data * 173),
    back=st.binary(max_size=40).map(lambda data: data * 211),
    receive_buffer=st.sampled_from([600, 3000, 65535]),
)
def test_any_faults_at_first_still_deliver_the_exact_bytes_and_close(
    make_wire, faults, there, back, receive_buffer
):
    """RFC 9293 section 3.8: reliable, in order, both ways; both ends end in CLOSED."""
    config = TcpConfig(receive_buffer=receive_buffer)
    wire = make_wire(alice_config=config, bob_config=config)
    remaining = list(faults)
    wire.fate = lambda sent: remaining.pop() if remaining else [0]
    client, server, _ = wire.connect()
    assert transfer(wire, client, server, there) == there
    assert transfer(wire, server, client, back) == back
    wire.run()
    assert client.state == server.state == "CLOSED"
    assert client.error is None
    assert server.error is None


def test_a_hard_icmp_error_ends_a_connection_attempt(wire):
    """RFC 9293 section 3.9.2.2 (MUST-54, SHLD-26)."""
    wire.fate = lambda sent: []
    client = wire.alice.layer.connect(BOB, 80, 0, source_port=4000)
    wire.settle()
    ip = IPv4(source=wire.alice.address, destination=BOB)
    iss = wire.sent[0].seq
    report = wire.alice.layer.icmp_error
    assert report(ip, (4000, 80), iss, Reason.ICMP_PORT_UNREACHABLE, 1)
    assert client.error == Reason.ICMP_PORT_UNREACHABLE
    assert not report(ip, (4000, 80), iss, Reason.ICMP_PORT_UNREACHABLE, 2)


def test_a_soft_icmp_error_ends_nothing_but_is_told(wire):
    """MUST-47: RFC 9293 section 3.9.2.2 (MUST-56, SHLD-25)."""
    wire.fate = lambda sent: []
    client = wire.alice.layer.connect(BOB, 80, 0, source_port=4000)
    wire.settle()
    ip = IPv4(source=wire.alice.address, destination=BOB)
    iss = wire.sent[0].seq
    report = wire.alice.layer.icmp_error
    assert report(ip, (4000, 80), iss, Reason.ICMP_HOST_UNREACHABLE, 1)
    assert client.state == "SYN-SENT"
    assert wire.alice.events == [SocketError(client, Reason.ICMP_HOST_UNREACHABLE)]


def test_icmp_errors_cannot_end_an_established_connection(wire):
    """RFC 5927 section 5.2; and section 4.1: the sequence number must be on the way."""
    client, _, _ = wire.connect()
    client.send(b"data", wire.now)
    wire.settle()
    ip = IPv4(source=wire.alice.address, destination=BOB)
    ports = (client.local_port, 80)
    sequence = wire.segments("alice")[-1].seq
    report = wire.alice.layer.icmp_error
    assert report(ip, ports, sequence, Reason.ICMP_PORT_UNREACHABLE, wire.now)
    assert not report(ip, ports, sequence + 5, Reason.ICMP_PORT_UNREACHABLE, wire.now)
    assert client.state == "ESTABLISHED"


def test_a_neighbour_that_does_not_answer_ends_a_connection_attempt(wire):
    client = wire.alice.layer.connect(BOB, 80, 0)
    wire.alice.layer.neighbor_failed(BOB, 1)
    assert client.error == Reason.ARP_TIMEOUT
    assert wire.alice.events_of(Closed) == [Closed(client, Reason.ARP_TIMEOUT)]


def test_connecting_without_a_route_fails_at_once(wire):
    wire.alice.routed = False
    with pytest.raises(HostError) as caught:
        wire.alice.layer.connect(BOB, 80, 0)
    assert caught.value.reason == Reason.IP_NO_ROUTE


def test_a_port_listens_once_and_again_after_closing(wire):
    first = wire.bob.layer.listen(80, 0)
    with pytest.raises(HostError) as caught:
        wire.bob.layer.listen(80, 0)
    assert caught.value.reason == Reason.TCP_PORT_IN_USE
    first.close(0)
    assert wire.bob.layer.listen(80, 0).state == "LISTEN"


def test_a_source_port_makes_one_connection_to_the_same_place(wire):
    wire.alice.layer.connect(BOB, 80, 0, source_port=4000)
    wire.alice.layer.connect(BOB, 81, 0, source_port=4000)
    with pytest.raises(HostError) as caught:
        wire.alice.layer.connect(BOB, 80, 0, source_port=4000)
    assert caught.value.reason == Reason.TCP_PORT_IN_USE


def test_free_ports_are_ephemeral_and_differ(wire):
    """RFC 6335 section 6."""
    ports = {wire.alice.layer.connect(BOB, 80, 0).local_port for _ in range(50)}
    assert len(ports) == 50
    assert all(49_152 <= port <= 65_535 for port in ports)


def test_port_0_listens_on_a_free_ephemeral_port(wire):
    listeners = {wire.bob.layer.listen(0, 0).local_port for _ in range(20)}
    assert len(listeners) == 20
    assert all(49_152 <= port <= 65_535 for port in listeners)


def test_running_out_of_ports_is_an_error(wire):
    """And ends: no endless search."""
    for _ in range(16_384):
        wire.alice.layer.listen(0, 0)
    with pytest.raises(HostError) as caught:
        wire.alice.layer.listen(0, 0)
    assert caught.value.reason == Reason.TCP_PORT_IN_USE


def test_the_layer_works_without_an_observer(wire):
    """`observer=None` is what a user who wants no trace has."""
    for node in (wire.alice, wire.bob):
        node.layer._environment.observer = None
    client, server, _ = wire.connect()
    client.close(wire.now)
    server.close(wire.now)
    wire.run()
    assert client.state == server.state == "CLOSED"
    assert wire.alice.states == wire.alice.fired == []


def test_a_listener_on_one_address_leaves_the_others_closed(wire):
    """RFC 9293 section 3.9.1.1 (MUST-43)."""
    wire.bob.layer.listen(80, 0, address=b"\x0a\x00\x00\x03")
    client = wire.alice.layer.connect(BOB, 80, 0)
    wire.run(lambda: client.state == "CLOSED")
    assert client.error == Reason.TCP_NO_LISTENER


def test_one_ack_answers_a_batch_of_segments(script):
    """RFC 9293 section 3.10.7.4 (MUST-58, MUST-59)."""
    script.establish()
    for index in range(10):
        script.feed(".", 1 + 1000 * index, 1, bytes(1000))
    assert script.poll() == [(".", 1, 10_001, b"")]


@pytest.mark.parametrize("port", [-1, 65_536])
def test_a_port_that_does_not_exist_cannot_be_connected_to(wire, port):
    with pytest.raises(ValueError, match=f"TCP port to connect to is {port}; give 1 to 65535"):
        wire.alice.layer.connect(BOB, port, 0)


@pytest.mark.parametrize("port", [-1, 65_536])
def test_a_port_that_does_not_exist_cannot_be_ours(wire, port):
    with pytest.raises(ValueError, match=f"TCP port is {port}; give 0 .any free one. to 65535"):
        wire.alice.layer.connect(BOB, 80, 0, source_port=port)
    with pytest.raises(ValueError, match=f"TCP port is {port}; give 0 .any free one. to 65535"):
        wire.alice.layer.listen(port, 0)


@pytest.mark.parametrize("addresses", [(None, BOB), (BOB, None), (BOB, BOB)])
def test_listeners_on_one_address_and_on_all_do_not_share_a_port(wire, addresses):
    """Whichever came first; as UDP sockets, too."""
    wire.bob.layer.listen(80, 0, address=addresses[0])
    with pytest.raises(HostError) as caught:
        wire.bob.layer.listen(80, 0, address=addresses[1])
    assert caught.value.reason == Reason.TCP_PORT_IN_USE


def test_listeners_on_two_addresses_share_a_port(wire):
    """RFC 9293 section 3.9.1.1 (MUST-43)."""
    wire.bob.layer.listen(80, 0, address=BOB)
    assert wire.bob.layer.listen(80, 0, address=b"\x0a\0\0\3").state == "LISTEN"
