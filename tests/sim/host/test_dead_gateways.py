import pytest

from wirelab.codecs.addresses import ipv4_bytes
from wirelab.sim.host.config import Route

FIRST, SECOND = ipv4_bytes("10.0.0.253"), ipv4_bytes("10.0.0.254")
FAR = ipv4_bytes("198.51.100.7")


@pytest.fixture
def rig(make_rig):
    """A host with two default gateways, of which only the second one is there."""
    rig = make_rig(routes=[Route(bytes(4), 0, 0, FIRST), Route(bytes(4), 0, 0, SECOND)])
    rig.receive(rig.arp_frame(sender=SECOND))
    rig.frames()
    return rig


def asked(rig):
    return [arp.target_protocol_address for _, arp in rig.arps()]


def test_when_a_gateway_does_not_answer_the_next_one_is_taken(rig):
    """1122-3.3.1.2-c, 1122-3.3.1.4-a, 1122-3.3.1.5-a."""
    socket = rig.host.udp_bind(4000, rig.now)
    socket.send_to(b"one", FAR, 9, rig.now)
    assert asked(rig) == [FIRST]
    rig.wait(4)
    socket.send_to(b"two", FAR, 9, rig.now)
    assert [sent.payload for sent in rig.sent()] == [b"one", b"two"]


def test_tcp_goes_on_by_the_other_gateway(rig):
    """1122-3.3.1.4-a, 1122-3.3.1.5-a: existing connections, too."""
    rig.host.tcp_connect(FAR, 80, rig.now)
    rig.frames()
    rig.wait(4)
    segments = rig.sent()
    assert {one.transport.destination_port for one in segments} == {80}
    assert segments[0].ethernet.destination == rig.PEER_MAC


def test_a_dead_gateway_is_tried_again_after_a_minute(rig):
    """RFC 1122 section 3.3.1.4 wants no gateway to be given up for ever."""
    socket = rig.host.udp_bind(4000, rig.now)
    socket.send_to(b"one", FAR, 9, rig.now)
    rig.wait(70)
    rig.frames()
    socket.send_to(b"two", FAR, 9, rig.now)
    assert asked(rig) == [FIRST]


def test_an_only_gateway_is_not_given_up(make_rig):
    rig = make_rig(routes=[Route(bytes(4), 0, 0, FIRST)])
    socket = rig.host.udp_bind(4000, rig.now)
    for _ in range(2):
        socket.send_to(b"x", FAR, 9, rig.now)
        assert asked(rig) == [FIRST]
        rig.wait(5)
        rig.frames()


def test_neighbours_that_are_no_gateways_are_nothing_to_the_routes(rig):
    rig.host.ping(ipv4_bytes("10.0.0.77"), 1, 1, b"", rig.now)
    rig.wait(5)
    assert not rig.host._routes._dead
