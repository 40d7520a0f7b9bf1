import pytest

from wirelab.sim.host.config import Route
from wirelab.sim.host.ipv4.output import MAXIMUM_PATHS

GATEWAY = b"\x0a\0\0\x02"  # the neighbour of the rig


@pytest.fixture
def routed(make_rig):
    """A host that knows its gateway, which is also its neighbour."""
    rig = make_rig(routes=[Route(bytes(4), 0, 0, GATEWAY)], ttl=33)
    rig.introduce()
    return rig


def far(number):
    return b"\xc6\x12" + number.to_bytes(2, "big")  # 198.18.0.0/15, RFC 2544


def test_a_packet_for_another_network_goes_to_the_gateway(routed):
    """1122-3.3.1.1-a, 1122-3.3.1.2-b: the frame is for it, the packet for the destination."""
    routed.host.ping(far(1), 1, 1, b"", routed.now)
    [packet] = routed.sent()
    assert packet.ethernet.destination == routed.PEER_MAC
    assert (packet.ip.source, packet.ip.destination) == (routed.ADDRESS, far(1))


def test_every_packet_has_its_own_identification_and_may_not_be_fragmented(routed):
    """RFC 1122 section 3.2.1.5; RFC 1191 section 3: Don't Fragment."""
    for number in range(3):
        routed.host.ping(far(number), 1, number, b"", routed.now)
        routed.host.ping(far(9), 1, number, b"", routed.now)
    packets = routed.sent()
    first = packets[0].ip.identification
    numbers = [packet.ip.identification for packet in packets]
    assert numbers == [(first + step) & 0xFFFF for step in range(6)]
    assert all(packet.ip.dont_fragment for packet in packets)


def test_identifications_start_somewhere_else_with_another_seed(make_rig):
    def first(seed):
        rig = make_rig(seed)
        rig.introduce()
        rig.host.ping(rig.PEER, 1, 1, b"", rig.now)
        return rig.sent()[0].ip.identification

    assert first(1) == first(1) != first(2)


def test_the_ttl_is_the_hosts_unless_said_otherwise(routed):
    """1122-3.2.1.7-c, 1122-3.2.1.7-d: configurable."""
    routed.host.ping(far(1), 1, 1, b"", routed.now)
    routed.host.ping(far(1), 1, 2, b"", routed.now, ttl=2)
    routed.host.ping(far(1), 1, 3, b"", routed.now)
    assert [packet.ip.ttl for packet in routed.sent()] == [33, 2, 33]


def test_one_destination_gets_packets_of_several_protocols(routed):
    """The header kept from the last packet is not taken for another protocol's."""
    socket = routed.host.udp_bind(4000, routed.now)
    routed.host.ping(far(1), 1, 1, b"", routed.now)
    socket.send_to(b"", far(1), 53, routed.now)
    routed.host.tcp_connect(far(1), 80, routed.now)
    assert [packet.ip.protocol for packet in routed.sent()] == [1, 17, 6]


def test_no_number_of_destinations_fills_the_memory(routed):
    for number in range(MAXIMUM_PATHS + 2):
        routed.host.ping(far(number), 1, 1, b"", routed.now)
    assert len(routed.frames()) == MAXIMUM_PATHS + 2
