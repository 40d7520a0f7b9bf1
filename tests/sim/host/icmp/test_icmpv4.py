import pytest

from wirelab.codecs import TCP, UDP, ICMPv4, IPv4
from wirelab.sim.host.config import Route
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.errors import HostError
from wirelab.sim.host.events import EchoReply, IcmpError, NeighborFailed, SocketError
from wirelab.sim.host.manner import Manner
from wirelab.sim.reasons import Reason

GATEWAY = b"\x0a\0\0\x02"  # the neighbour of the rig
FAR = b"\xc6\x33\x64\x07"
ECHO = ICMPv4(type=8, identifier=7, sequence_number=3)
CLOSED = UDP(source_port=5000, destination_port=81)
NOBODYS = UDP(source_port=9999, destination_port=5000)


@pytest.fixture
def routed(make_rig):
    """A host that knows its gateway, which is also its neighbour."""
    rig = make_rig(routes=[Route(bytes(4), 0, 0, GATEWAY)])
    rig.introduce()
    return rig


def error_about(rig, type_, code, quote, **rest):
    return rig.frame(ICMPv4(type=type_, code=code, **rest), quote)


def quoted(source, destination, header, payload=b"12345678"):
    """A packet as a router saw it: TTL nearly gone, checksum as it was then."""
    numbers = {UDP: 17, TCP: 6, ICMPv4: 1}
    ip = IPv4(source=source, destination=destination, protocol=numbers[type(header)], ttl=1)
    return ip.build(header.build(payload, ip))


# --- echo server, RFC 1122 section 3.2.2.6


def test_an_echo_request_comes_back_whole(met):
    """1122-3.2.2.6-a, 1122-3.2.2.6-b, 1122-3.2.2.6-c."""
    assert met.receive(met.frame(ECHO, b"whole data", ttl=9)) is None
    [answer] = met.sent()
    assert (answer.transport.type, answer.transport.code) == (0, 0)
    assert (answer.transport.identifier, answer.transport.sequence_number) == (7, 3)
    assert answer.payload == b"whole data"
    assert (answer.ip.source, answer.ip.destination) == (met.ADDRESS, met.PEER)
    assert answer.ip.ttl == 64


def test_an_echo_to_a_broadcast_address_is_ignored(met):
    """RFC 1122 section 3.2.2.6: MAY be silently discarded."""
    drop = met.receive(met.frame(ECHO, destination=met.BROADCAST, to=met.BROADCAST_MAC))
    assert drop == (Reason.ICMP_ECHO_IGNORED, "sent to 10.0.0.255", False)
    assert met.frames() == []


def test_answering_may_be_left_to_a_kernel_that_shares_the_address(make_rig):
    rig = make_rig(answer_echo=False)
    assert rig.receive(rig.frame(ECHO)).reason is Reason.ICMP_ECHO_IGNORED


def test_a_reply_too_large_for_the_way_back_goes_in_fragments(make_rig):
    """1122-3.2.2.6-c: all data, since intentional fragmentation is implemented."""
    rig = make_rig(mtu=576)
    rig.introduce()
    data = bytes(range(250)) * 4
    rig.receive(rig.frame(ECHO, data))
    frames = rig.frames()
    headers = [IPv4.parse(frame, 14) for frame in frames]
    assert [(ip.total_length, ip.more_fragments, ip.dont_fragment) for ip in headers] == [
        (572, True, False),
        (20 + 1008 - 552, False, False),
    ]
    assert b"".join(frame[34:] for frame in frames)[8:] == data


RECORD_ROUTE = bytes((7, 11, 8)) + GATEWAY + bytes(4)


def test_a_record_route_covers_the_round_trip(met):
    """RFC 1122 section 3.2.2.6: updated to include this host, and not truncated."""
    met.receive(met.frame(ECHO, b"data", options=RECORD_ROUTE + bytes(1)))
    [frame] = met.frames()
    ip = IPv4.parse(frame, 14)
    assert ip.option_bytes == bytes((7, 11, 12)) + GATEWAY + met.ADDRESS + bytes(1)
    assert frame[14 + ip.header_length + 8 :] == b"data"


def test_a_source_route_is_reversed_for_the_reply(make_rig):
    """1122-3.2.1.8-f, 1122-3.2.2.6-e, 1122-3.2.2.8-b: where source routes are allowed at all."""
    rig = make_rig(source_routes=True, routes=[Route(bytes(4), 0, 0, GATEWAY)])
    rig.introduce()
    route = bytes((131, 11, 12)) + FAR + GATEWAY + bytes(1)
    source = b"\xcb\0\x71\1"
    for request in (ECHO, ICMPv4(type=13)):
        rig.receive(rig.frame(request, bytes(12), source=source, options=route))
        [frame] = rig.frames()
        ip = IPv4.parse(frame, 14)
        assert ip.destination == GATEWAY
        assert ip.option_bytes == bytes((131, 11, 4)) + FAR + source + bytes(1)


def test_a_sender_that_recorded_itself_is_not_repeated(make_rig):
    """1122-3.2.1.8-g: the return route must be correct, not redundant."""
    rig = make_rig(source_routes=True, routes=[Route(bytes(4), 0, 0, GATEWAY)])
    rig.introduce()
    route = bytes((131, 11, 12)) + FAR + GATEWAY + bytes(1)
    rig.receive(rig.frame(ECHO, b"", source=FAR, options=route))
    [frame] = rig.frames()
    ip = IPv4.parse(frame, 14)
    assert (ip.destination, ip.option_bytes) == (GATEWAY, bytes((131, 7, 4)) + FAR + bytes(1))


def test_an_answer_to_nowhere_is_counted(met):
    """No route back to the asker."""
    assert met.receive(met.frame(ECHO, source=FAR)) is None
    assert met.frames() == []
    assert met.host.counters.not_sent == {Reason.IP_NO_ROUTE: 1}


def test_one_flipped_bit_is_noticed(met):
    frame = bytearray(met.frame(ECHO, b"data"))
    frame[-1] ^= 1
    drop = met.receive(bytes(frame), trusted=True)
    assert drop.reason is Reason.ICMP_BAD_CHECKSUM


def test_a_message_shorter_than_its_header_is_refused(met):
    assert met.receive(met.frame(None, b"\x08\0\0", protocol=1)).reason is Reason.ICMP_BAD_PACKET


@pytest.mark.parametrize(("type_", "code"), [(4, 0), (15, 0), (17, 0), (44, 0), (3, 99)])
def test_messages_that_are_not_acted_upon_are_dropped_without_a_word(met, type_, code):
    """1122-3.2.2-a: unknown types; RFC 6633 section 3: source quench.

    1122-3.2.2.9-e: nor is an address mask request ever answered (RFC 6918 section 2.3).
    """
    drop = met.receive(met.frame(ICMPv4(type=type_, code=code), bytes(28)))
    assert drop == (Reason.ICMP_UNKNOWN_TYPE, f"type {type_} code {code}", False)
    assert met.frames() == []


# --- ping


def test_a_ping_shows_its_answer(met):
    """1122-3.2.2.6-a, 1122-3.2.2.6-d."""
    met.host.ping(met.PEER, 7, 3, b"payload", met.now, ttl=5)
    [request] = met.sent()
    assert (request.transport.type, request.ip.ttl, request.payload) == (8, 5, b"payload")
    reply = ICMPv4(type=0, identifier=7, sequence_number=3)
    assert met.receive(met.frame(reply, b"payload", ttl=60)) is None
    assert met.events() == [EchoReply(met.PEER, 7, 3, b"payload", 60)]


def test_a_ping_longer_than_the_mtu_goes_in_fragments(met):
    """RFC 1122 section 3.3.3; one that fits may not be cut, so that the path's MTU shows."""
    met.host.ping(met.PEER, 7, 3, bytes(1472), met.now)
    met.host.ping(met.PEER, 7, 4, bytes(3000), met.now)
    headers = [IPv4.parse(frame, 14) for frame in met.frames()]
    assert [(ip.dont_fragment, ip.more_fragments) for ip in headers] == [
        (True, False),
        (False, True),
        (False, True),
        (False, False),
    ]


def test_a_ping_with_record_route_tells_the_way(met):
    """RFC 1122 section 3.2.2.6: for the entire round trip."""
    asked = bytes((7, 11, 4)) + bytes(8) + bytes(1)
    met.host.ping(met.PEER, 7, 3, b"", met.now, manner=Manner(options=asked))
    [frame] = met.frames()
    assert IPv4.parse(frame, 14).option_bytes == asked
    reply = ICMPv4(type=0, identifier=7, sequence_number=3)
    met.receive(met.frame(reply, b"", options=RECORD_ROUTE + bytes(1)))
    [event] = met.events()
    assert event.options == bytes((7, 11, 12)) + GATEWAY + met.ADDRESS + bytes(1)


def test_a_second_answer_to_one_ping_is_unmatched(met):
    met.host.ping(met.PEER, 7, 3, b"", met.now)
    reply = met.frame(ICMPv4(type=0, identifier=7, sequence_number=3))
    assert met.receive(reply) is None
    assert met.receive(reply).reason is Reason.ICMP_UNMATCHED_REPLY


@pytest.mark.parametrize("changes", [{"identifier": 8}, {"sequence_number": 4}])
def test_an_answer_to_no_ping_of_ours_is_unmatched(met, changes):
    met.host.ping(met.PEER, 7, 3, b"", met.now)
    reply = ICMPv4(type=0, **{"identifier": 7, "sequence_number": 3, **changes})
    assert met.receive(met.frame(reply)).reason is Reason.ICMP_UNMATCHED_REPLY


def test_an_answer_from_somebody_else_is_unmatched(met):
    met.host.ping(met.PEER, 7, 3, b"", met.now)
    reply = ICMPv4(type=0, identifier=7, sequence_number=3)
    drop = met.receive(met.frame(reply, source=b"\x0a\0\0\x09"))
    assert drop == (Reason.ICMP_UNMATCHED_REPLY, "identifier 7, number 3 from 10.0.0.9", False)


def test_everybody_may_answer_a_broadcast_ping(met):
    met.host.ping(met.BROADCAST, 7, 3, b"", met.now)
    assert met.sent()[0].ethernet.destination == met.BROADCAST_MAC
    reply = ICMPv4(type=0, identifier=7, sequence_number=3)
    for last in (2, 3):
        assert met.receive(met.frame(reply, source=bytes((10, 0, 0, last)))) is None
    assert [event.source[3] for event in met.events()] == [2, 3]


def test_pings_that_nobody_answers_make_room(met):
    for number in range(1100):
        met.host.ping(met.PEER, 7, number, b"", met.now)
    old = met.frame(ICMPv4(type=0, identifier=7, sequence_number=0))
    new = met.frame(ICMPv4(type=0, identifier=7, sequence_number=1099))
    assert met.receive(old).reason is Reason.ICMP_UNMATCHED_REPLY
    assert met.receive(new) is None


def test_a_ping_without_a_route_or_too_large_is_refused(met):
    with pytest.raises(HostError, match=r"ip\.no_route: to 198\.51\.100\.7"):
        met.host.ping(FAR, 7, 3, b"", met.now)
    with pytest.raises(HostError, match=r"ip\.too_big_df"):
        met.host.ping(met.PEER, 7, 3, bytes(1473), met.now, manner=Manner())
    with pytest.raises(HostError, match=r"ip\.too_big_df"):
        met.host.ping(met.PEER, 7, 3, bytes(70_000), met.now)
    met.host.ping(met.PEER, 7, 3, bytes(1472), met.now)


def test_a_ping_to_nobody_is_told(rig):
    """RFC 1122 section 3.2.2.1: the host itself finds the neighbour unreachable."""
    rig.host.ping(rig.PEER, 7, 3, b"", rig.now)
    rig.wait(3)
    assert rig.events() == [
        NeighborFailed(rig.PEER),
        IcmpError(rig.ADDRESS, Reason.ARP_TIMEOUT, rig.PEER, 7, 3),
    ]


@pytest.mark.parametrize(
    ("type_", "code", "reason"),
    [
        (3, 0, Reason.ICMP_NET_UNREACHABLE),
        (3, 1, Reason.ICMP_HOST_UNREACHABLE),
        (3, 2, Reason.ICMP_PROTOCOL_UNREACHABLE),
        (3, 13, Reason.ICMP_PROHIBITED),
        (11, 0, Reason.ICMP_TTL_EXPIRED),
        (11, 1, Reason.ICMP_REASSEMBLY_TIMEOUT),
        (12, 0, Reason.ICMP_PARAMETER_PROBLEM),
    ],
)
def test_an_error_about_a_ping_is_told_with_its_reason(routed, type_, code, reason):
    """1122-3.2.2.1-a, 1122-3.2.2.4-a, 1122-3.2.2.5-a."""
    routed.host.ping(FAR, 7, 3, b"", routed.now)
    quote = quoted(routed.ADDRESS, FAR, ECHO, b"")
    assert routed.receive(error_about(routed, type_, code, quote)) is None
    assert routed.events() == [IcmpError(routed.PEER, reason, FAR, 7, 3)]


# --- errors about what we sent


def test_an_error_about_a_datagram_reaches_its_socket(routed):
    """1122-3.2.2-c, 1122-3.2.2.1-a, RFC 1122 section 4.1.3.3."""
    socket = routed.host.udp_bind(5000, routed.now)
    quote = quoted(routed.ADDRESS, FAR, UDP(source_port=5000, destination_port=53))
    assert routed.receive(error_about(routed, 3, 1, quote)) is None
    assert routed.events() == [SocketError(socket, Reason.ICMP_HOST_UNREACHABLE)]
    assert socket.error is Reason.ICMP_HOST_UNREACHABLE


@pytest.mark.parametrize("code", [0, 1, 5])
def test_an_unreachable_destination_is_a_hint_and_no_proof(routed, code):
    """1122-3.2.2.1-b: nothing ends, and the gateway stays what it was."""
    connection = routed.host.tcp_connect(FAR, 80, routed.now)
    [syn] = routed.sent()
    quote = syn.ip.build(syn.transport.build(b"", syn.ip))
    routed.receive(error_about(routed, 3, code, quote))
    assert connection in routed.host.connections
    routed.wait(1)
    assert [packet.ethernet.destination for packet in routed.sent()] == [routed.PEER_MAC]


def test_eight_quoted_bytes_are_enough(routed):
    """RFC 792: the header and the first 64 bits."""
    socket = routed.host.udp_bind(5000, routed.now)
    quote = quoted(routed.ADDRESS, FAR, UDP(source_port=5000, destination_port=53))[:28]
    assert routed.receive(error_about(routed, 3, 3, quote)) is None
    assert socket.error is Reason.ICMP_PORT_UNREACHABLE


@pytest.mark.parametrize("length", [0, 19, 20, 27])
def test_a_quote_that_is_too_short_is_refused(routed, length):
    quote = quoted(routed.ADDRESS, FAR, UDP(source_port=5000, destination_port=53))[:length]
    assert routed.receive(error_about(routed, 3, 3, quote)).reason is Reason.ICMP_BAD_PACKET


def test_an_error_about_something_we_never_sent_is_unmatched(routed):
    """RFC 5927 section 4.1: a forged error finds no socket."""
    routed.host.udp_bind(5000, routed.now)
    quotes = [
        quoted(routed.ADDRESS, FAR, NOBODYS),
        quoted(FAR, routed.ADDRESS, UDP(source_port=5000, destination_port=53)),
        quoted(routed.ADDRESS, FAR, ECHO),
        quoted(routed.ADDRESS, FAR, ICMPv4(type=0)),
        quoted(routed.ADDRESS, FAR, TCP(source_port=5000, destination_port=80)),
        IPv4(source=routed.ADDRESS, destination=FAR, protocol=132).build(bytes(8)),
    ]
    for quote in quotes:
        drop = routed.receive(error_about(routed, 3, 1, quote))
        assert drop.reason is Reason.ICMP_UNMATCHED_ERROR
    assert routed.events() == []


def lengths(routed, socket, size):
    """Of the IP packets that a datagram of that size becomes, bytes."""
    routed.frames()
    socket.send_to(bytes(size), FAR, 53, routed.now)
    return [int.from_bytes(frame[16:18], "big") for frame in routed.frames()]


def test_fragmentation_needed_lowers_the_path_mtu_for_ten_minutes(routed):
    """RFC 1191 sections 3 and 6.3."""
    socket = routed.host.udp_bind(5000, routed.now)
    socket.send_to(bytes(1400), FAR, 53, routed.now)
    quote = quoted(routed.ADDRESS, FAR, UDP(source_port=5000, destination_port=53))
    assert routed.receive(error_about(routed, 3, 4, quote, next_hop_mtu=1000)) is None
    assert routed.events() == [SocketError(socket, Reason.ICMP_FRAGMENTATION_NEEDED)]
    assert lengths(routed, socket, 973) == [996, 25]  # payloads of fragments: multiples of 8
    assert lengths(routed, socket, 972) == [1000]
    routed.wait(600)
    routed.introduce()  # the gateway, whom ARP has forgotten by now
    assert lengths(routed, socket, 1400) == [1428]


def test_a_router_that_tells_no_mtu_makes_us_guess_the_next_common_one(routed):
    """RFC 1191 section 7.1."""
    socket = routed.host.udp_bind(5000, routed.now)
    quote = quoted(routed.ADDRESS, FAR, UDP(source_port=5000, destination_port=53), bytes(1472))
    routed.receive(error_about(routed, 3, 4, quote[:28]))
    assert lengths(routed, socket, 1472) == [1492, 28]


@pytest.mark.parametrize("mtu", [67, 1501])
def test_a_path_mtu_is_believed_neither_upwards_nor_below_the_minimum(routed, mtu):
    """RFC 1191 section 3."""
    socket = routed.host.udp_bind(5000, routed.now)
    quote = quoted(routed.ADDRESS, FAR, UDP(source_port=5000, destination_port=53))
    routed.receive(error_about(routed, 3, 4, quote, next_hop_mtu=mtu))
    socket.send_to(bytes(1472), FAR, 53, routed.now)
    assert lengths(routed, socket, 1473) == [1500, 21]


def test_a_forged_fragmentation_needed_leaves_the_path_mtu_alone(routed):
    """RFC 5927 section 7: only about a packet that a socket here has sent."""
    socket = routed.host.udp_bind(5000, routed.now)
    for source in (routed.ADDRESS, FAR):
        quote = quoted(source, FAR, NOBODYS)
        drop = routed.receive(error_about(routed, 3, 4, quote, next_hop_mtu=100))
        assert drop.reason is Reason.ICMP_UNMATCHED_ERROR
    socket.send_to(bytes(1472), FAR, 53, routed.now)


# --- errors that we send, RFC 1122 section 3.2.2


def test_a_closed_port_is_answered_with_the_packet_that_asked_for_it(met):
    """1122-3.2.2-b, 1122-3.3.8-a; RFC 1122 section 3.2.2.1: code 3."""
    frame = met.frame(CLOSED, b"hello", identification=77, dscp=10)
    assert met.receive(frame + bytes(6)) == (Reason.UDP_NO_SOCKET, "port 81 is closed", True)
    [answer] = met.sent()
    assert (answer.transport.type, answer.transport.code) == (3, 3)
    assert answer.payload == frame[14:]
    assert answer.ip.dscp == 0
    assert (answer.ip.source, answer.ip.destination) == (met.ADDRESS, met.PEER)


def test_an_error_is_no_larger_than_576_bytes(met):
    """RFC 1812 section 4.3.2.3."""
    met.receive(met.frame(CLOSED, bytes(1400)))
    [answer] = met.sent()
    assert answer.ip.total_length == 576


@pytest.mark.parametrize("destination", [b"\x0a\0\0\xff", b"\xff\xff\xff\xff", b"\xe0\0\0\x01"])
def test_no_error_answers_a_broadcast(met, destination):
    """1122-3.2.2-e, 1122-3.2.2-f: nor a multicast."""
    drop = met.receive(met.frame(CLOSED, destination=destination, to=met.BROADCAST_MAC))
    assert drop == (Reason.UDP_NO_SOCKET, "port 81 is closed", False)
    assert met.frames() == []


def test_no_error_answers_an_error(met):
    """1122-3.2.2-d."""
    quote = quoted(met.ADDRESS, met.PEER, NOBODYS)
    assert not met.receive(error_about(met, 3, 3, quote)).answered
    assert met.frames() == []


def test_no_error_answers_a_sender_that_is_no_single_host(met):
    """RFC 1122 section 3.2.2."""
    assert not met.receive(met.frame(CLOSED, b"", source=bytes(4))).answered
    assert met.frames() == []


def test_rejecting_may_be_left_to_a_kernel_that_shares_the_address(make_rig):
    rig = make_rig(answer_closed_ports=False)
    rig.introduce()
    assert rig.receive(rig.frame(CLOSED)) == (Reason.UDP_NO_SOCKET, "port 81 is closed", False)
    assert not rig.receive(rig.frame(None, bytes(8), protocol=132)).answered
    assert rig.frames() == []


def test_a_rejection_that_finds_no_way_back_is_a_plain_drop(met):
    drop = met.receive(met.frame(CLOSED, source=FAR))
    assert drop == (Reason.UDP_NO_SOCKET, "port 81 is closed", False)
    assert met.host.counters.not_sent == {Reason.IP_NO_ROUTE: 1}


def test_errors_are_limited_to_a_burst_and_then_a_hundred_a_second(met):
    """RFC 1812 section 4.3.2.8."""
    met.wait(5)
    frame = met.frame(CLOSED)
    answers = [met.receive(frame).answered for _ in range(60)]
    assert answers == [True] * 50 + [False] * 10
    assert met.receive(frame).detail == "port 81 is closed; no answer: icmp.rate_limited"
    assert met.host.counters.not_sent == {Reason.ICMP_RATE_LIMITED: 11}
    met.now += SECOND // 10
    answers = [met.receive(frame).answered for _ in range(20)]
    assert answers == [True] * 10 + [False] * 10


def test_without_an_address_nobody_is_pinged(make_rig):
    """RFC 1122 section 3.2.1.3 (a): 0.0.0.0 is for those who look for their address."""
    rig = make_rig()
    rig.host.remove_address(rig.ADDRESS, 0)
    with pytest.raises(HostError, match="no address to send from"):
        rig.host.ping(rig.EVERYBODY, 1, 1, b"", 0)
