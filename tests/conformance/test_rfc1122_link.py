"""What RFC 1122 section 2 demands of the link layer, and no test of a mechanism shows."""

import pytest

from wirelab.codecs import UDP, Ethernet, ICMPv4, IPv4
from wirelab.sim.host.manner import Manner
from wirelab.sim.host.neighbors.arp import Arp
from wirelab.sim.reasons import Reason

ECHO = ICMPv4(type=8, identifier=1, sequence_number=1)
IPV4, ARP = 0x0800, 0x0806
TRAILERS = range(0x1000, 0x1010)  # RFC 893: 0x1000 in ARP, then one type for each number of blocks
LARGEST_LENGTH = 1500  # of IEEE 802.3's length field, which is no type


def as_802_3(frame, link_header):
    """A frame of Ethernet in the clothes of IEEE 802.3."""
    body = link_header + frame[14:]
    return frame[:12] + len(body).to_bytes(2, "big") + body


def test_nothing_is_sent_with_trailers(said):
    """1122-2.3.1-a: nor are they offered; texts and datagrams had their sizes."""
    types = [Ethernet.parse(frame).type for frame in said]
    assert set(types) == {IPV4, ARP}
    protocols = {frame[16:18] for frame in said if Ethernet.parse(frame).type == ARP}
    assert protocols == {b"\x08\0"}


@pytest.mark.parametrize("protocol", TRAILERS)
def test_who_offers_trailers_is_sent_none(met, protocol):
    """1122-2.3.1-a: the ARP reply that negotiates them is for a protocol that nobody speaks."""
    offer = met.arp_frame(operation=2, protocol_type=protocol)
    assert met.receive(offer).reason is Reason.ARP_BAD_PACKET
    met.host.udp_bind(4000, met.now).send_to(bytes(512), met.PEER, 9, met.now)
    assert [Ethernet.parse(frame).type for frame in met.frames()] == [IPV4]


def test_ip_stands_right_behind_the_type(met, said):
    """1122-2.3.3-a: RFC 894 both ways."""
    assert met.receive(met.frame(ECHO, b"data")) is None
    [frame] = met.frames()
    for one in (frame, *(one for one in said if Ethernet.parse(one).type == IPV4)):
        ip = IPv4.parse(one, 14)
        assert IPv4.checksum_ok(one, 14, 14 + ip.header_length)
        assert 14 + ip.total_length == len(one)


def test_what_comes_as_ieee_802_frames_is_answered_as_ethernet(met):
    """1122-2.3.3-b: RFC 1042 is received (SHOULD), intermixed, and never sent: no switch."""
    snap = bytes.fromhex("aaaa03000000")
    for request in (met.frame(ECHO, b"data"), met.arp_frame()):
        kind = request[12:14]
        answers = []
        for frame in (request, as_802_3(request, snap + kind)):
            assert met.receive(frame) is None
            answers += met.frames()
        plain, answer = answers
        assert answer[12:14] == plain[12:14] == kind
        assert answer[-8:] == plain[-8:]


def test_what_only_looks_like_an_ieee_802_frame_is_dropped(met):
    """RFC 1042: another organization's code, and a frame that ends too early."""
    foreign = as_802_3(met.frame(ECHO), bytes.fromhex("aaaa03000001 0800"))
    assert met.receive(foreign).reason is Reason.ETH_UNKNOWN_TYPE
    nested = as_802_3(met.frame(ECHO), bytes.fromhex("aaaa03000000 0010 aaaa03000000 0800"))
    assert met.receive(nested).reason is Reason.ETH_UNKNOWN_TYPE
    assert met.receive(foreign[:14] + bytes.fromhex("aaaa03000000")).reason is Reason.ETH_TOO_SHORT


def test_every_frame_sent_has_a_type_and_no_ieee_802_header(said):
    """1122-2.3.3-b, 1122-2.3.3-c: so neither K1 = 6 nor any other."""
    assert min(Ethernet.parse(frame).type for frame in said) > LARGEST_LENGTH


@pytest.mark.parametrize(
    ("to", "destination", "unicast"),
    [
        ("MAC", "ADDRESS", True),
        ("BROADCAST_MAC", "BROADCAST", False),
        ("BROADCAST_MAC", "EVERYBODY", False),
        ("MAC", "BROADCAST", False),
    ],
)
def test_ip_is_told_of_a_link_layer_broadcast(met, to, destination, unicast):
    """1122-2.4-a: and passes it on; a unicast packet in one is dropped by it."""
    told = []
    met.host._layers.ipv4.input._handlers[253] = lambda arrival, now: told.append(arrival.unicast)
    frame = met.frame(None, b"data", to=getattr(met, to), destination=getattr(met, destination))
    assert met.receive(frame) is None
    assert told == [unicast]
    drop = met.receive(met.frame(None, b"data", to=met.BROADCAST_MAC))
    assert drop.reason is Reason.IP_UNICAST_IN_BROADCAST


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("tos", [0, 0x08, 0x1C])
def test_the_link_is_given_the_type_of_service(make_rig, monkeypatch, known, tos):
    """1122-2.4-b: in front of its eyes, also of what waited for ARP."""
    rig = make_rig()
    if known:
        rig.introduce()
    seen = []
    send_packet = Arp.send_packet

    def looked_at(self, packet, next_hop, now):
        seen.append(packet[1])
        send_packet(self, packet, next_hop, now)

    monkeypatch.setattr(Arp, "send_packet", looked_at)
    socket = rig.host.udp_bind(4000, rig.now)
    socket.send_to(b"x", rig.PEER, 9, rig.now, Manner(tos=tos))
    if not known:
        rig.receive(rig.arp_frame())
    [sent] = rig.sent()
    assert seen == [sent.ip.dscp << 2] == [tos]


def test_no_known_neighbour_is_no_unreachable_destination(rig):
    """1122-2.4-c: the packet waits, and nobody is told anything, until ARP has given up."""
    socket = rig.host.udp_bind(4000, rig.now)
    socket.send_to(b"x", rig.PEER, 9, rig.now)
    rig.wait(2)
    assert (rig.events(), socket.error) == ([], None)
    rig.receive(rig.arp_frame(operation=2))
    [packet] = rig.sent()
    assert packet.payload == b"x"
    assert isinstance(packet.transport, UDP)
