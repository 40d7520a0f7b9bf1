"""Link layers, IPv6's extensions and tunnels: our bytes are scapy's, and are read back."""

import pytest
from scapy.layers import inet, inet6, l2
from scapy.layers import vxlan as scapy_vxlan
from scapy.packet import Raw

from wirelab.codecs import (
    AH,
    AUTO,
    ESP,
    GRE,
    IPX,
    LLC,
    RARP,
    SNAP,
    TCP,
    UDP,
    VXLAN,
    BSDLoop,
    BSDNull,
    DecodeError,
    Dot1Q,
    EncodeError,
    Ethernet,
    IPv4,
    IPv6,
    IPv6Destination,
    IPv6Fragment,
    IPv6HopByHop,
    IPv6RouterAlert,
    IPv6SegmentRouting,
    IPv6SourceRoute,
    JumboPayload,
    LinuxCooked,
    LinuxCooked2,
    Packet,
    PadN,
    UDPLite,
    parse,
)

A, B, C = "2001:db8::a", "2001:db8::b", "2001:db8::c"
ETHER = l2.Ether(src="02:00:00:00:00:0a", dst="02:00:00:00:00:0b")
LINK = Ethernet("02:00:00:00:00:0b", "02:00:00:00:00:0a")
THERE = ETHER / inet6.IPv6(src=A, dst=B)
FOUR = ETHER / inet.IP(src="10.0.0.1", dst="10.0.0.2", id=1)
V6, V4 = IPv6(source=A, destination=B), IPv4(source="10.0.0.1", destination="10.0.0.2")
V4 = V4.replace(identification=1)
DATAGRAM = inet.UDP(sport=50000, dport=49152) / b"Hello"
OURS = UDP(50000, 49152)
DOT3 = l2.Dot3(src="02:00:00:00:00:0a", dst="02:00:00:00:00:0b")

PAIRS = {
    "IPv6": (THERE / DATAGRAM, LINK / V6 / OURS / b"Hello"),
    "hop-by-hop": (
        THERE / inet6.IPv6ExtHdrHopByHop(options=[inet6.RouterAlert(value=0)]) / DATAGRAM,
        LINK / V6 / IPv6HopByHop(options=[IPv6RouterAlert(0), PadN()]) / OURS / b"Hello",
    ),
    "jumbo": (
        THERE / inet6.IPv6ExtHdrHopByHop(options=[inet6.Jumbo(jumboplen=70000)]) / DATAGRAM,
        LINK / V6 / IPv6HopByHop(options=[JumboPayload(70000)]) / OURS / b"Hello",
    ),
    "destination options": (
        THERE / inet6.IPv6ExtHdrDestOpt() / DATAGRAM,
        LINK / V6 / IPv6Destination(options=b"\1\4\0\0\0\0") / OURS / b"Hello",
    ),
    "fragment": (
        THERE / inet6.IPv6ExtHdrFragment(id=7, offset=2, m=1, nh=17) / Raw(b"12345678"),
        LINK
        / V6
        / IPv6Fragment(17, fragment_offset=2, more_fragments=True, identification=7)
        / b"12345678",
    ),
    "source route": (
        THERE / inet6.IPv6ExtHdrRouting(addresses=[B, C], segleft=2) / DATAGRAM,
        LINK / V6 / IPv6SourceRoute(segments_left=2, addresses=[B, C]) / OURS / b"Hello",
    ),
    "segment routing": (
        THERE / inet6.IPv6ExtHdrSegmentRouting(addresses=[C, B], segleft=1, lastentry=1) / DATAGRAM,
        LINK / V6 / IPv6SegmentRouting(segments_left=1, segments=[C, B]) / OURS / b"Hello",
    ),
    "6in4": (FOUR / inet6.IPv6(src=A, dst=B) / DATAGRAM, LINK / V4 / V6 / OURS / b"Hello"),
    "IPv6 in IPv6": (
        THERE / inet6.IPv6(src=A, dst=C) / DATAGRAM,
        LINK / V6 / IPv6(source=A, destination=C) / OURS / b"Hello",
    ),
    "GRE": (
        FOUR
        / l2.GRE(key_present=1, key=0xCAFE, seqnum_present=1, sequence_number=7)
        / inet.IP(src="10.0.0.1", dst="10.0.0.2", id=1)
        / DATAGRAM,
        LINK / V4 / GRE(key=0xCAFE, sequence_number=7) / V4 / OURS / b"Hello",
    ),
    "GRE with a checksum": (
        FOUR / l2.GRE(chksum_present=1) / inet6.IPv6(src=A, dst=B) / DATAGRAM,
        LINK / V4 / GRE(checksum=AUTO) / V6 / OURS / b"Hello",
    ),
    "VXLAN": (
        FOUR
        / inet.UDP(sport=50000, dport=4789)
        / scapy_vxlan.VXLAN(vni=0x123456, flags=8)
        / FOUR
        / DATAGRAM,
        LINK / V4 / UDP(50000, 4789) / VXLAN(vni=0x123456) / LINK / V4 / OURS / b"Hello",
    ),
    "802.3": (
        DOT3 / l2.LLC(dsap=0x42, ssap=0x42, ctrl=3) / Raw(b"spanning"),
        LINK / LLC(dsap=0x42, ssap=0x42) / b"spanning",
    ),
    "SNAP": (
        DOT3
        / l2.LLC()
        / l2.SNAP(OUI=0, code=0x0800)
        / inet.IP(src="10.0.0.1", dst="10.0.0.2", id=1)
        / DATAGRAM,
        LINK / LLC() / SNAP() / V4 / OURS / b"Hello",
    ),
    "RARP": (
        ETHER
        / l2.ARP(
            op=3,
            hwsrc="02:00:00:00:00:0a",
            psrc="0.0.0.0",
            hwdst="02:00:00:00:00:0a",
            pdst="0.0.0.0",
        ),
        LINK
        / RARP(
            sender_hardware_address="02:00:00:00:00:0a", target_hardware_address="02:00:00:00:00:0a"
        ),
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_our_bytes_are_scapys_and_are_read_back(name):
    theirs, ours = PAIRS[name]
    if name == "RARP":
        theirs[l2.Ether].type = 0x8035
    frame = bytes(theirs)
    assert bytes(ours).hex() == frame.hex()
    parsed = parse(frame)
    assert [type(layer) for layer in parsed.layers] == [type(layer) for layer in ours.layers]
    assert parsed == ours.resolved()
    assert bytes(parsed) == frame
    assert parsed.verify() == []
    assert parsed.show()
    assert parsed.hexdump()
    assert "malformed" not in parsed.summary()


@pytest.mark.parametrize("name", PAIRS)
def test_cut_anywhere_nothing_but_a_decode_error_is_raised(name):
    frame = bytes(PAIRS[name][1])
    for length in range(len(frame)):
        cut = frame[:length]
        try:
            assert bytes(parse(cut)) == cut
        except DecodeError:
            if length >= 14:
                assert bytes(parse(cut, strict=False)) == cut
        captured = parse(cut, strict=False, wire_length=len(frame)) if length >= 14 else None
        assert captured is None or bytes(captured) == cut


def test_a_checksum_of_zero_is_wrong_above_ipv6_but_below_a_tunnel():
    """RFC 8200 section 8.1; RFC 6935 section 5."""
    wrong = parse(bytes(LINK / V6 / UDP(50000, 49152, checksum=0) / b"x"))
    assert [problem.field for problem in wrong.verify()] == ["checksum"]
    assert wrong.fix_checksums().verify() == []
    right = parse(bytes(LINK / V6 / UDP(50000, 4789, checksum=0) / VXLAN() / LINK / V4 / OURS))
    assert right.verify() == []
    assert right.fix_checksums() == right


def test_udplite_sums_what_it_says():
    """RFC 3828 section 3.1."""
    packet = LINK / V4 / UDPLite(50000, 49152, checksum_coverage=12)
    frame = bytes(packet / b"Hello World")
    flipped = frame[:-1] + b"!"
    assert parse(frame)[UDPLite].checksum == parse(flipped)[UDPLite].checksum
    assert parse(flipped).verify() == []
    covered = frame[:43] + b"?" + frame[44:]
    assert [problem.field for problem in parse(covered).verify()] == ["checksum"]
    for coverage, expected in ((7, "0 or at least 8"), (20, "8 to 19")):
        lie = LINK / V4 / UDPLite(50000, 49152, checksum_coverage=coverage, checksum=1)
        with pytest.raises(DecodeError, match=expected):
            parse(bytes(lie / b"Hello World"))


def test_the_pseudo_header_names_the_final_destination():
    """RFC 8200 section 8.1."""
    routed = LINK / V6 / IPv6SegmentRouting(segments_left=1, segments=[C, B]) / TCP(1, 2)
    direct = LINK / IPv6(source=A, destination=C) / TCP(1, 2)
    assert parse(bytes(routed))[TCP].checksum == parse(bytes(direct))[TCP].checksum


LINK_TYPES = {
    "Linux cooked": (113, LinuxCooked(packet_type=4, address=b"\2\0\0\0\0\1\0\0") / V4 / OURS),
    "Linux cooked 2": (276, LinuxCooked2(interface_index=3) / V6 / OURS),
    "null, little-endian": (0, BSDNull() / V4 / OURS),
    "null, big-endian": (0, BSDNull(2) / V4 / OURS),
    "loop": (108, BSDLoop(24) / V6 / OURS),
    "raw IPv4": (101, V4 / OURS),
    "raw IPv6": (101, V6 / OURS),
    "raw IPv6 of its own": (229, V6 / OURS),
    "Ethernet": (1, LINK / V4 / OURS),
}


@pytest.mark.parametrize("name", LINK_TYPES)
def test_link_types_lead_to_their_headers(name):
    """tcpdump.org/linktypes.html."""
    link_type, packet = LINK_TYPES[name]
    frame = bytes(packet / b"Hello")
    parsed = parse(frame, link_type=link_type)
    assert parsed == (packet / b"Hello").resolved()
    assert parsed.verify() == []
    assert bytes(parsed) == frame


def test_scapy_reads_our_cooked_header():
    frame = bytes(LINK_TYPES["Linux cooked"][1] / b"Hello")
    theirs = l2.CookedLinux(frame)
    assert (theirs.pkttype, theirs.proto, theirs[inet.UDP].dport) == (4, 0x0800, 49152)


def test_of_an_unknown_link_type_everything_is_payload():
    packet = parse(b"what is this", link_type=9999)
    assert (packet.layers, packet.payload) == ((), b"what is this")


def test_a_port_only_suggests():
    """What does not parse as the port's protocol stays payload, strictly and leniently."""
    for payload in (b"odd", b"\x08\0\0\0\0\0\1\0 and then no frame"[:12]):
        frame = bytes(LINK / V4 / UDP(50000, 4789) / payload)
        for strict in (True, False):
            packet = parse(frame, strict=strict)
            assert packet.error is None
            assert bytes(packet) == frame


def test_ipx_is_found_in_udp():
    """RFC 1234."""
    frame = bytes(LINK / V4 / UDP(213, 213) / IPX(destination_socket=0x0452) / b"odd")
    assert parse(frame)[IPX].length == 33
    assert parse(frame)[IPX].destination_socket == 0x0452


def test_security_headers_keep_what_is_secret():
    """RFC 4302 and RFC 4303."""
    frame = bytes(LINK / V6 / AH(spi=5, icv=b"0123456789ab") / OURS / b"Hello")
    assert parse(frame)[AH].length == 4
    assert parse(frame).verify() == []
    frame = bytes(LINK / V4 / ESP(spi=7, sequence_number=9) / b"opaque")
    assert (parse(frame)[ESP].spi, parse(frame).payload) == (7, b"opaque")


def test_an_optional_value_must_be_where_its_flag_says():
    """RFC 2890 section 2."""
    assert GRE(key_present=True, protocol_type=0).key == 0
    assert GRE(key=7, protocol_type=0).replace(key=None).key_present is False
    with pytest.raises(EncodeError, match="expected None"):
        bytes(GRE(key=7, key_present=False, protocol_type=0))


def test_a_nest_of_tunnels_is_followed_only_so_far():
    packet = LINK / V6
    for _ in range(40):
        packet = packet / V6
    frame = bytes(packet / IPv6(next_header=59) / b"core")
    assert len(parse(frame).layers) == 16


@pytest.mark.parametrize("below", [(), (Dot1Q(vlan_id=7),)], ids=["Ethernet", "VLAN tag"])
@pytest.mark.parametrize("wrong", [3, 1500], ids=["too short", "too long"])
def test_a_wrong_802_3_length_is_found_and_mended(below, wrong):
    """IEEE 802.3 section 3.2.6."""
    headers = [Ethernet(), *below]
    inside = LLC() / SNAP() / IPv4(source="10.0.0.1", destination="10.0.0.2") / b"experiment"
    inside = inside.replace(IPv4, protocol=253)
    right = parse(bytes(Packet((*headers, *inside.layers), inside.payload)))
    assert right.verify() == []
    lying = right.replace(type(headers[-1]), type=wrong)
    (problem,) = lying.verify()
    assert (problem.field, problem.expected, problem.got) == ("type", len(bytes(inside)), wrong)
    assert bytes(lying.fix()) == bytes(right)


def test_a_length_over_bytes_that_a_snaplen_cut_is_not_judged():
    """IEEE 802.3 section 3.2.6."""
    whole = bytes(Ethernet() / LLC(dsap=0x42, ssap=0x42) / bytes(60))
    packet = parse(whole[:40], wire_length=len(whole))
    assert packet.verify() == []
    assert packet.fix()[Ethernet].type == 63


def test_a_gre_checksum_that_only_a_route_brings_along_is_not_judged():
    """RFC 1701: checksum and offset are there with either flag, and mean something with one."""
    routed = bytes.fromhex("40000800") + bytes(20)
    packet = parse(routed, first=GRE)
    assert packet.verify() == []
    assert bytes(packet.fix()) == bytes(packet.fix_checksums()) == routed
    summed = bytes.fromhex("c0000800") + bytes(20)
    (problem,) = parse(summed, first=GRE).verify()
    assert (problem.field, problem.got) == ("checksum", 0)
