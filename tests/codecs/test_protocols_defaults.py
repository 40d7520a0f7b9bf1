"""What AUTO fills in makes packets that receivers take, with nothing given but the layers."""

import pytest

from wirelab.codecs import (
    DHCP,
    DNS,
    IGMP,
    IPX,
    TCP,
    UDP,
    VXLAN,
    DNSQuestion,
    Ethernet,
    Header,
    ICMPv6,
    ICMPv6Echo,
    IGMPQuery,
    IGMPv3Query,
    IPv4,
    IPv6,
    IPv6Destination,
    IPv6HomeAddress,
    IPv6HopByHop,
    IPv6RouterAlert,
    LooseSourceRoute,
    MLDQuery,
    MLDv2Report,
    NDRedirect,
    NeighborAdvertisement,
    NeighborSolicitation,
    RouterAdvertisement,
    RouterSolicitation,
    UDPLite,
    parse,
)
from wirelab.codecs.errors import EncodeError
from wirelab.codecs.packet import Packet


def sent(packet: Packet) -> Packet:
    """The packet as a receiver reads it."""
    return parse(bytes(packet))


@pytest.mark.parametrize(
    ("service", "port"),
    [
        (DNS(questions=[DNSQuestion("example.com")]), 53),
        (DHCP(), 67),
        (VXLAN(vni=7), 4789),
        (IPX(), 213),
    ],
    ids=lambda value: value.LAYER if isinstance(value, Header) else "",
)
@pytest.mark.parametrize("carrier", [UDP, UDPLite])
def test_udp_takes_its_port_from_the_service_above(
    carrier: type[UDP | UDPLite], service: Header, port: int
) -> None:
    """IANA's port numbers (RFC 1035 section 4.2.1, RFC 2131 section 4.1, RFC 7348 section 5)."""
    packet = sent(Ethernet() / IPv4() / carrier() / service)
    assert packet[carrier].destination_port == port
    assert type(service) in packet
    assert packet.verify() == []


def test_a_udp_port_that_is_given_stays_and_one_that_nothing_names_is_zero():
    """RFC 768 page 1."""
    given = Ethernet() / IPv4() / UDP(destination_port=5300) / DNS()
    assert sent(given)[UDP].destination_port == 5300
    assert sent(Ethernet() / IPv4() / UDP() / b"data")[UDP].destination_port == 0
    assert sent(Ethernet() / IPv6() / UDP())[UDP].destination_port == 0


@pytest.mark.parametrize(
    "message",
    [
        RouterSolicitation,
        RouterAdvertisement,
        NeighborSolicitation,
        NeighborAdvertisement,
        NDRedirect,
    ],
)
def test_neighbor_discovery_goes_out_with_the_only_hop_limit_that_is_taken(
    message: type[Header],
) -> None:
    """RFC 4861 section 7.1: anything else is discarded."""
    assert sent(Ethernet() / IPv6() / ICMPv6() / message())[IPv6].hop_limit == 255
    given = Ethernet() / IPv6(hop_limit=64) / ICMPv6() / message()
    assert sent(given)[IPv6].hop_limit == 64


def test_multicast_listener_discovery_stays_on_the_link_also_above_a_router_alert():
    """RFC 3810 section 5."""
    alert = IPv6HopByHop(options=[IPv6RouterAlert(0)])
    packet = sent(Ethernet() / IPv6() / alert / ICMPv6() / MLDv2Report())
    assert packet[IPv6].hop_limit == 1
    assert packet.verify() == []
    assert sent(Ethernet() / IPv6() / ICMPv6() / MLDQuery())[MLDQuery].maximum_response_delay


def test_other_packets_have_the_usual_hop_limit():
    """RFC 1700 "IP TIME TO LIVE PARAMETER"; the inner header of a tunnel counts for itself."""
    assert sent(Ethernet() / IPv6() / ICMPv6() / ICMPv6Echo())[IPv6].hop_limit == 64
    assert sent(Ethernet() / IPv6() / TCP())[IPv6].hop_limit == 64
    tunnel = parse(bytes(Ethernet() / IPv6() / IPv6() / ICMPv6() / RouterSolicitation()))
    assert [one.hop_limit for one in tunnel.layers if isinstance(one, IPv6)] == [64, 255]


def test_what_is_demanded_is_seen_by_all_ways_to_resolve_a_packet():
    packet = Ethernet() / IPv6() / ICMPv6() / NeighborSolicitation()
    assert packet.resolved()[IPv6].hop_limit == 255
    assert packet.fix()[IPv6].hop_limit == 255
    assert bytes(packet.fix_checksums()) == bytes(packet)


def test_queries_of_igmp_leave_ten_seconds_for_an_answer():
    """RFC 2236 section 8.3, RFC 3376 section 8.3; 0 would be a query of version 1."""
    for query in (IGMPQuery(), IGMPv3Query()):
        assert sent(Ethernet() / IPv4() / IGMP() / query)[IGMP].maximum_response_code == 100
    first = Ethernet() / IPv4() / IGMP(maximum_response_code=0) / IGMPQuery()
    assert sent(first)[IGMP].maximum_response_code == 0


def test_checksums_above_a_source_route_are_for_the_node_at_its_end():
    """RFC 791 section 3.1: the destination in the header is the next stop only."""
    stops = IPv4(
        source="10.0.0.1",
        destination="10.0.0.2",
        options=[LooseSourceRoute(4, ["10.0.0.3", "10.0.0.4"])],
    )
    there = IPv4(
        source="10.0.0.1",
        destination="10.0.0.4",
        options=[LooseSourceRoute(12, ["10.0.0.2", "10.0.0.3"])],
    )
    on_its_way = sent(Ethernet() / stops / UDP(1, 2) / b"data")
    arrived = sent(Ethernet() / there / UDP(1, 2) / b"data")
    assert on_its_way[UDP].checksum == arrived[UDP].checksum
    assert on_its_way.verify() == arrived.verify() == []


def test_checksums_of_a_mobile_node_that_is_away_are_those_of_one_at_home():
    """RFC 6275 section 11.3.1."""
    away = IPv6Destination(options=[IPv6HomeAddress("2001:db8::7")])
    there = sent(Ethernet() / IPv6(source="fe80::1") / away / UDP(1, 2) / b"data")
    home = sent(Ethernet() / IPv6(source="2001:db8::7") / UDP(1, 2) / b"data")
    assert there[UDP].checksum == home[UDP].checksum
    assert there.verify() == []


@pytest.mark.parametrize("flags", ["SA", ("SYN",), "syn"])
def test_flags_that_are_no_number_are_refused_with_the_way_out(flags: object) -> None:
    """RFC 9293 section 3.1."""
    with pytest.raises(EncodeError, match=r"0 to 511, like TCPFlags\.SYN"):
        TCP(flags=flags)  # type: ignore[arg-type]
