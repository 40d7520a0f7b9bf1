"""What RFC 1122 section 3 demands of the internet layer, and no test of a mechanism shows."""

import random

import pytest

from wirelab.codecs import TCP, UDP, Ethernet, ICMPv4, IPv4, MaximumSegmentSize
from wirelab.codecs.addresses import ipv4_bytes
from wirelab.sim.host.config import HostConfig, InterfaceConfig, Route
from wirelab.sim.host.drops import FORWARDED
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.errors import HostError
from wirelab.sim.host.host import Host
from wirelab.sim.host.manner import Manner
from wirelab.sim.host.routing import Routes
from wirelab.sim.host.sockets.constants import (
    AF_INET,
    IP_MTU,
    IP_MTU_DISCOVER,
    IP_PKTINFO,
    IP_PMTUDISC_DO,
    IP_TOS,
    IP_TTL,
    IPPROTO_ICMP,
    SOCK_DGRAM,
    SOCK_STREAM,
    SOL_IP,
)
from wirelab.sim.host.udp.layer import HEADER_LENGTH, largest_payload
from wirelab.sim.reasons import Reason

ECHO = ICMPv4(type=8, identifier=1, sequence_number=1)
HELLO = UDP(source_port=9, destination_port=4000)
SECOND_ADDRESS = b"\xc0\0\2\1"
OTHER_GATEWAY = b"\x0a\0\0\xfe"


def ip_of(frame):
    return IPv4.parse(frame, 14)


# Section 3.1: hosts and gateways


@pytest.mark.parametrize("settings", [{}, {"forwarding": False}, {"forwarding": True}])
def test_a_host_with_two_interfaces_is_no_gateway_until_it_is_told_to(settings):
    """1122-3.1-d, 1122-3.1-e, 1122-3.1-f; 1122-3.2.1.3-c: what is for others is dropped."""
    interfaces = [
        InterfaceConfig("eth0", b"\2\0\0\0\0\1", b"\x0a\0\0\1"),
        InterfaceConfig("eth1", b"\2\0\0\0\0\2", b"\x0a\0\1\1"),
    ]
    host = Host(HostConfig("host", interfaces, **settings), random.Random(1))
    ip = IPv4(source=b"\x0a\0\0\5", destination=b"\x0a\0\1\5", protocol=17)
    frame = b"\2\0\0\0\0\1\2\0\0\0\0\5\x08\0" + ip.build(HELLO.build(b"x", ip))
    drop = host.receive_frame(0, frame, 0)
    if settings.get("forwarding"):
        assert drop is FORWARDED
    else:
        assert drop is not None
        assert (drop.reason, drop.answered) == (Reason.IP_FORWARDING_OFF, False)
        assert host.poll_transmit(0) == []


def test_a_host_speaks_ip_and_icmp(met):
    """1122-3.1-a: a ping over IP is answered, a datagram delivered, a closed port told."""
    socket = met.host.udp_bind(4000, met.now)
    closed = UDP(source_port=9, destination_port=4001)
    for header in (ECHO, HELLO, closed):
        met.receive(met.frame(header, b"x"))
    assert socket.receive_from(met.now).data == b"x"
    assert [(one.transport.type, one.transport.code) for one in met.sent()] == [(0, 0), (3, 3)]


# Section 3.2.1.3: addresses


def test_everything_comes_from_an_address_of_the_host(said, make_rig):
    """1122-3.2.1.3-b, 1122-3.2.1.3-e: whatever it answers, to groups and broadcasts, too."""
    packets = [ip_of(frame) for frame in said if Ethernet.parse(frame).type == 0x0800]
    assert {ip.source for ip in packets} == {make_rig.ADDRESS}
    assert {ip.protocol for ip in packets} == {1, 2, 6, 17}


@pytest.mark.parametrize(
    "source", ["10.0.0.2", "10.0.0.255", "255.255.255.255", "224.0.0.1", "240.0.0.1", "127.0.0.1"]
)
def test_an_application_cannot_send_from_what_is_no_address_of_the_host(met, source):
    """1122-3.2.1.3-b, 1122-3.2.1.3-e, 1122-4.1.3.6-b."""
    socket = met.host.socket(AF_INET, SOCK_DGRAM)
    info = (SOL_IP, IP_PKTINFO, bytes(4) + ipv4_bytes(source) + bytes(4))
    with pytest.raises(OSError, match=r"ip\.not_my_address"):
        socket.sendmsg([b"x"], [info], 0, ("10.0.0.2", 9), now=met.now)
    assert met.frames() == []


@pytest.mark.parametrize("bound", ["224.0.0.1", "10.0.0.255"])
def test_who_hears_a_group_does_not_send_from_it(met, bound):
    """1122-3.2.1.3-e: a socket bound to a group or broadcast address."""
    socket = met.host.socket(AF_INET, SOCK_DGRAM)
    socket.bind((bound, 4000), now=met.now)
    socket.sendto(b"x", ("10.0.0.2", 9), now=met.now)
    [sent] = met.sent()
    assert sent.ip.source == met.ADDRESS


@pytest.mark.parametrize(("prefix_length", "nearby"), [(24, False), (16, True)])
def test_the_mask_of_an_address_says_who_is_on_the_network(prefix_length, nearby):
    """1122-3.2.1.3-a, 1122-3.2.2.9-b, 1122-3.3.1.1-a: class A, subnetted in two ways."""
    interface = InterfaceConfig("eth0", b"\2\0\0\0\0\1", b"\x0a\1\0\1", prefix_length)
    gateway, other = b"\x0a\1\0\xfe", b"\x0a\1\7\1"
    host = Host(HostConfig("host", [interface], [Route(bytes(4), 0, 0, gateway)]), random.Random(1))
    host.udp_bind(4000, 0).send_to(b"x", other, 9, 0)
    [(_, request)] = host.poll_transmit(0)
    assert request[38:42] == (other if nearby else gateway)


# Sections 3.2.1.6 and 3.2.1.7: type of service, time to live


@pytest.mark.parametrize("tos", [0, 0x10, 0x1E])
def test_transports_set_the_type_of_service_of_each_packet(make_rig, tos):
    """1122-3.2.1.6-a, 1122-3.2.1.7-c, 1122-3.4-a: UDP, TCP, ICMP; their default is zero."""
    rig = make_rig(ttl=77)
    rig.introduce()
    udp = rig.host.socket(AF_INET, SOCK_DGRAM)
    tcp = rig.host.socket(AF_INET, SOCK_STREAM)
    for socket in (udp, tcp) if tos else ():
        socket.setsockopt(SOL_IP, IP_TOS, tos, now=rig.now)
        socket.setsockopt(SOL_IP, IP_TTL, 5, now=rig.now)
    udp.sendto(b"x", ("10.0.0.2", 9), now=rig.now)
    tcp.connect_ex(("10.0.0.2", 80), now=rig.now)
    rig.host.ping(rig.PEER, 1, 1, b"", rig.now, manner=Manner(tos=tos, ttl=5 if tos else None))
    sent = [(one.ip.protocol, one.ip.dscp << 2 | one.ip.ecn, one.ip.ttl) for one in rig.sent()]
    expected = {(17, tos), (6, tos & ~3), (1, tos)}  # TCP's two lowest bits are ECN's (RFC 3168)
    assert {(protocol, value) for protocol, value, _ in sent} == expected
    assert {ttl for *_, ttl in sent} == {5 if tos else 77}


# Section 3.2.1.8: options


@pytest.mark.parametrize("transport", ["udp", "icmp"])
def test_transports_send_options(met, transport):
    """1122-3.2.1.8-a, 1122-3.4-a."""
    options = bytes([7, 7, 4, 0, 0, 0, 0, 0])
    manner = Manner(options=options)
    if transport == "udp":
        met.host.udp_bind(4000, met.now).send_to(b"x", met.PEER, 9, met.now, manner)
    else:
        met.host.ping(met.PEER, 1, 1, b"x", met.now, manner=manner)
    [sent] = met.sent()
    assert (sent.ip.option_bytes, sent.payload) == (options, b"x")


def test_a_stream_identifier_is_ignored(met):
    """1122-3.2.1.8-d: neither refused nor reflected."""
    assert met.receive(met.frame(ECHO, b"x", options=b"\x88\4\0\7")) is None
    [answer] = met.sent()
    assert (answer.transport.type, answer.ip.option_bytes) == (0, b"")


def test_who_sends_a_timestamp_option_stamps_it(met):
    """RFC 1122 section 3.2.1.8 (e): unless the first address in it is another's."""
    met.now = 3 * SECOND
    stamp = (0x8000_0000 | 3000).to_bytes(4, "big")
    prespecified = bytes([68, 12, 5, 3])
    for options, sent in (
        (bytes([68, 8, 5, 0]) + bytes(4), bytes([68, 8, 9, 0]) + stamp),
        (prespecified + met.ADDRESS + bytes(4), bytes([68, 12, 13, 3]) + met.ADDRESS + stamp),
        (prespecified + met.PEER + bytes(4), prespecified + met.PEER + bytes(4)),
    ):
        met.host.ping(met.PEER, 1, 1, b"", met.now, manner=Manner(options=options))
        [packet] = met.sent()
        assert packet.ip.option_bytes == sent


# Section 3.3.1: routing outbound datagrams


def test_a_network_without_any_gateway_works(rig):
    """1122-3.3.1.1-b: neighbours and broadcasts are reached; the rest is out of reach."""
    socket = rig.host.udp_bind(4000, rig.now)
    rig.introduce()
    for destination in (rig.PEER, rig.EVERYBODY, rig.BROADCAST):
        socket.send_to(b"x", destination, 9, rig.now)
    assert len(rig.sent()) == 3
    with pytest.raises(HostError, match=r"ip\.no_route"):
        socket.send_to(b"x", rig.FAR, 9, rig.now)


def test_the_next_hop_is_looked_up_once_and_remembered(make_rig, monkeypatch):
    """1122-3.3.1.2-a: until a route changes."""
    looked_up = []
    hop = Routes.hop

    def counting(self, destination, interface=None):
        looked_up.append(destination)
        return hop(self, destination, interface)

    rig = make_rig(routes=[Route(bytes(4), 0, 0, make_rig.PEER)])
    rig.introduce()
    socket = rig.host.udp_bind(4000, rig.now)
    monkeypatch.setattr(Routes, "hop", counting)
    for _ in range(3):
        socket.send_to(b"x", rig.FAR, 9, rig.now)
    assert looked_up == [rig.FAR]
    rig.host.add_route(Route(rig.FAR, 32, 0, rig.PEER))
    socket.send_to(b"x", rig.FAR, 9, rig.now)
    assert looked_up == [rig.FAR, rig.FAR]
    assert {one.ethernet.destination for one in rig.sent()} == {rig.PEER_MAC}


@pytest.fixture
def routed(make_rig):
    """A host that knows its only gateway."""
    rig = make_rig(routes=[Route(bytes(4), 0, 0, make_rig.PEER)])
    rig.introduce()
    return rig


def test_a_gateway_is_left_alone_while_nothing_is_sent_to_it(routed):
    """1122-3.3.1.4-b, 1122-3.3.1.4-c: for an hour, after traffic, too."""
    routed.host.udp_bind(4000, routed.now).send_to(b"x", routed.FAR, 9, routed.now)
    assert len(routed.sent()) == 1
    routed.wait(3600)
    assert routed.frames() == []


def test_a_gateway_is_asked_with_traffic_that_nothing_says_to_arrive(routed):
    """1122-3.3.1.4-a, 1122-3.3.1.4-c: once, to it alone; and by ARP, never by a ping."""
    socket = routed.host.udp_bind(4000, routed.now)
    routed.wait(61)
    socket.send_to(b"x", routed.FAR, 9, routed.now)
    request, datagram = routed.frames()
    assert (request[:6], request[12:14]) == (routed.PEER_MAC, b"\x08\x06")
    assert ip_of(datagram).protocol == 17
    socket.send_to(b"x", routed.FAR, 9, routed.now)
    assert len(routed.frames()) == 1


@pytest.mark.parametrize("sign", [True, False])
def test_a_sign_of_life_spares_the_gateway_the_question(routed, sign):
    """1122-3.3.1.4-d: here an ARP packet of its own."""
    socket = routed.host.udp_bind(4000, routed.now)
    routed.wait(50)
    if sign:
        routed.receive(routed.arp_frame(target=b"\x0a\0\0\x63"))
    routed.wait(50)
    socket.send_to(b"x", routed.FAR, 9, routed.now)
    kinds = [Ethernet.parse(frame).type for frame in routed.frames()]
    assert kinds == ([0x0800] if sign else [0x0806, 0x0800])


def test_addresses_masks_and_gateways_in_order_are_entered_by_hand(make_rig):
    """1122-3.3.1.6-a, 1122-3.3.1.2-c, 1122-3.2.2.9-a: when made, and later."""
    routes = [Route(bytes(4), 0, 0, OTHER_GATEWAY, metric=20)]
    routes.append(Route(bytes(4), 0, 0, make_rig.PEER, metric=10))
    rig = make_rig(routes=routes)
    rig.host.add_address(SECOND_ADDRESS, 28, rig.now)
    entries = [(one.address, one.prefix_length) for one in rig.host.interfaces[0].ipv4]
    assert entries == [(rig.ADDRESS, 24), (SECOND_ADDRESS, 28)]
    rig.introduce()
    socket = rig.host.udp_bind(4000, rig.now)
    socket.send_to(b"x", rig.FAR, 9, rig.now)
    [sent] = rig.sent()
    assert sent.ethernet.destination == rig.PEER_MAC
    rig.host.remove_route(routes[1])
    socket.send_to(b"x", rig.FAR, 9, rig.now)
    [(_, request)] = rig.arps()
    assert request.target_protocol_address == OTHER_GATEWAY


# Sections 3.3.2 and 3.3.3: the largest messages


def test_transports_learn_the_largest_message_that_can_come(met):
    """1122-3.3.2-c: MMS_R is EMTU_R - 20, and a datagram of that size does come."""
    largest = HEADER_LENGTH + largest_payload(met.ADDRESS)
    assert largest == 65_535 - 20
    socket = met.host.udp_bind(4000, met.now)
    message = HELLO.build(bytes(largest_payload(met.ADDRESS)), met.ip())
    for at in range(0, largest, 1480):
        piece, more = message[at : at + 1480], at + 1480 < largest
        frame = met.frame(
            None, piece, protocol=17, fragment_offset=at // 8, more_fragments=more, identification=7
        )
        assert met.receive(frame) is None
    assert len(socket.receive_from(met.now).data) == largest_payload(met.ADDRESS)


def test_transports_learn_the_largest_message_that_can_be_sent(make_rig):
    """1122-3.3.3-a, 1122-3.3.3-b: MMS_S is EMTU_S - 20.

    TCP cuts its text to it; an application that wants nothing cut below it can send no more.
    """
    rig = make_rig(mtu=600)
    rig.introduce()
    largest = rig.host.path_mtu(rig.PEER) - 20
    assert largest == 580
    socket = rig.host.socket(AF_INET, SOCK_DGRAM)
    socket.connect(("10.0.0.2", 9), now=rig.now)
    assert socket.getsockopt(SOL_IP, IP_MTU, now=rig.now) - 20 == largest
    socket.setsockopt(SOL_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO, now=rig.now)
    socket.send(bytes(largest - 8), now=rig.now)
    with pytest.raises(OSError, match="path MTU 600"):
        socket.send(bytes(largest - 7), now=rig.now)
    rig.host.tcp_connect(rig.PEER, 80, rig.now)
    datagram, syn = rig.sent()
    assert datagram.ip.total_length == 600
    assert syn.transport.options[0] == MaximumSegmentSize(largest - 20)


# Section 3.3.4.2: several addresses


@pytest.mark.parametrize("kind", [SOCK_DGRAM, SOCK_STREAM])
def test_the_application_chooses_the_local_address(make_rig, kind):
    """1122-3.3.4.2-a: of the other interface, though the way leads by this one."""
    rig = make_rig(second=SECOND_ADDRESS)
    rig.introduce()
    for address in ("192.0.2.1", ""):
        socket = rig.host.socket(AF_INET, kind)
        socket.bind((address, 0), now=rig.now)
        socket.connect_ex(("10.0.0.2", 80), now=rig.now)
        if kind == SOCK_DGRAM:
            socket.send(b"x", now=rig.now)
    assert [one.ip.source for one in rig.sent()] == [SECOND_ADDRESS, rig.ADDRESS]


# Section 3.3.6: broadcasts


def test_what_goes_to_everybody_on_the_link_goes_to_everybody_in_ip(said, make_rig):
    """1122-3.3.6-b: a broadcast or a group; unicasts have asked for an address first."""
    packets = [frame for frame in said if frame[12:14] == b"\x08\0"]
    groups = [ip_of(frame).destination for frame in packets if frame[0] & 1]
    others = [ip_of(frame).destination for frame in packets if not frame[0] & 1]
    broadcasts = {make_rig.EVERYBODY, make_rig.BROADCAST}
    assert broadcasts < set(groups)
    assert all(one in broadcasts or one[0] & 0xF0 == 0xE0 for one in groups)
    assert not broadcasts & set(others)


# Section 3.4: between internet and transport layer


def test_transports_learn_by_which_interface_a_datagram_came(make_rig):
    """1122-3.4-b."""
    rig = make_rig(second=SECOND_ADDRESS)
    socket = rig.host.socket(AF_INET, SOCK_DGRAM)
    socket.bind(("", 4000), now=rig.now)
    socket.setsockopt(SOL_IP, IP_PKTINFO, 1, now=rig.now)
    frame = rig.frame(HELLO, b"x", to=rig.BROADCAST_MAC, destination=rig.EVERYBODY)
    for index in (0, 1):
        assert rig.host.receive_frame(index, frame, rig.now) is None
        [(_, _, info)] = socket.recvmsg(9, 99, now=rig.now)[1]
        assert int.from_bytes(info[:4], "little") == index + 1


def test_transports_have_icmp_messages_sent(met):
    """1122-3.4-d: UDP a Port Unreachable, an application an echo."""
    met.receive(met.frame(HELLO, b"x"))
    socket = met.host.socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP)
    socket.sendto(b"\x08\0\0\0\0\0\0\1", ("10.0.0.2", 0), now=met.now)
    kinds = [(one.transport.type, one.transport.code) for one in met.sent()]
    assert kinds == [(3, 3), (8, 0)]


@pytest.mark.parametrize(
    ("type_", "code"), [(3, 0), (3, 1), (3, 3), (3, 5), (11, 0), (11, 1), (12, 0)]
)
@pytest.mark.parametrize("protocol", [6, 17])
def test_transports_are_given_icmp_errors_with_header_and_8_bytes(met, protocol, type_, code):
    """1122-3.4-e, 1122-3.4-f: TCP and UDP, of a quote that has no more."""
    told = []

    def tell(trouble, now):
        told.append((trouble, now))
        return True

    met.host._layers.icmp.troubles[protocol] = tell
    header = (TCP if protocol == 6 else UDP)(source_port=4000, destination_port=9)
    ip = IPv4(source=met.ADDRESS, destination=met.PEER, protocol=protocol)
    quoted = ip.build(header.build(b"", ip))[:28]
    assert met.receive(met.frame(ICMPv4(type=type_, code=code), quoted)) is None
    [(trouble, _)] = told
    assert (trouble.type, trouble.code, trouble.source) == (type_, code, met.PEER)
    assert (trouble.quoted.destination, trouble.quoted.protocol) == (met.PEER, protocol)
    assert trouble.packet[trouble.offset :][:8] == quoted[20:]
