import pytest

from wirelab.codecs.addresses import ipv4_bytes, ipv6_bytes
from wirelab.sim.host.config import Route
from wirelab.sim.reasons import Reason

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
    assert not rig.host._layers.routes._dead


def test_ipv6_takes_the_next_gateway_too_and_loses_nothing(make_rig):
    """RFC 4861 sections 6.3.6 and 7.3.3; what waited for the dead one goes by the other."""
    own, far = ipv6_bytes("2001:db8::1"), ipv6_bytes("2001:db8:ffff::7")
    first, second = ipv6_bytes("2001:db8::fd"), ipv6_bytes("2001:db8::fe")
    rig = make_rig()
    rig.host.add_address(own, 64, 0)
    for metric, gateway in enumerate((first, second)):
        rig.host.add_route(Route(bytes(16), 0, 0, gateway, metric))
    rig.host.add_neighbor(second, rig.PEER_MAC, 0)
    rig.frames()
    socket = rig.host.udp_bind(4000, rig.now)
    socket.send_to(b"one", far, 9, rig.now)
    rig.wait(4)
    socket.send_to(b"two", far, 9, rig.now)
    told = [frame for frame in rig.frames() if frame[:6] == rig.PEER_MAC]
    assert [frame[-3:] for frame in told] == [b"one", b"two"]
    assert rig.host.routes[-2].gateway == first  # still there, for when it lives again


def test_a_connection_over_ipv6_fails_with_the_reason_of_its_family(make_rig):
    """RFC 1122 section 2.4, RFC 4861 section 7.2.2."""
    rig = make_rig()
    rig.host.add_address(ipv6_bytes("2001:db8::1"), 64, 0)
    connection = rig.host.tcp_connect(ipv6_bytes("2001:db8::2"), 80, rig.now)
    rig.frames()
    rig.wait(4)
    assert connection.error is Reason.ND_TIMEOUT
