import pytest

from wirelab.codecs import (
    DHCP,
    DNS,
    DNSA,
    IGMP,
    RARP,
    UDP,
    DHCPMessageType,
    DHCPRequestedAddress,
    DNSQuestion,
    Dot1Q,
    Ethernet,
    ICMPv4,
    ICMPv6,
    ICMPv6Echo,
    ICMPv6PacketTooBig,
    ICMPv6Unreachable,
    IGMPv3GroupRecord,
    IGMPv3Report,
    IPv4,
    IPv6,
    IPv6Fragment,
    MLDReport,
    NDPrefixInformation,
    NDRedirect,
    NDTargetLinkAddress,
    NeighborAdvertisement,
    NeighborSolicitation,
    RouterAdvertisement,
    RouterSolicitation,
    UDPLite,
)
from wirelab.sim.trace.segments import SegmentReader, read_frame
from wirelab.sim.views.labels import label_of, preview

ALICE, BOB = b"\x02\0\0\0\0\x01", b"\x02\0\0\0\0\x02"


def text(*frames):
    """The last frame's label, having seen the others."""
    reader = SegmentReader()
    for frame in frames:
        packet = read_frame(frame)
        label = label_of(packet, reader.read(packet))
    return " ".join(label.parts)


def icmp(kind, code, rest=0, payload=b""):
    below = Ethernet(BOB, ALICE) / IPv4(source="10.0.0.1", destination="10.0.0.2")
    return bytes(below / ICMPv4(type=kind, code=code, rest_of_header=rest) / payload)


def test_arp_asks_and_answers_in_words(story):
    assert text(story.arp_request("alice", "bob")) == "ARP who has 10.0.0.2? tell 10.0.0.1"
    assert text(story.arp_reply("bob", "alice")) == "ARP 10.0.0.2 is at 02:00:00:00:00:02"


def test_a_datagram_shows_its_ports_and_its_text(story):
    assert text(story.udp("alice", "bob", b"Hello UDP!")) == 'UDP 49152 > 49152  "Hello UDP!"'
    assert text(story.udp("alice", "bob", bytes(9))) == "UDP 49152 > 49152 len=9"
    assert text(story.udp("alice", "bob", b"")) == "UDP 49152 > 49152 len=0"


def test_segments_have_relative_numbers(story):
    syn = story.tcp("alice", "bob", "S", 9000)
    syn_ack = story.tcp("bob", "alice", "S.", 70000, 9001, ports=(80, 49153))
    ack = story.tcp("alice", "bob", ".", 9001, 70001)
    data = story.tcp("alice", "bob", "P.", 9001, 70001, b"GET / HTTP/1.0\r\n")
    fin = story.tcp("alice", "bob", "F.", 9017, 70001)
    assert text(syn) == "TCP SYN seq=0 > port 80 win=65535 mss=1460"
    assert text(syn, syn_ack) == "TCP SYN,ACK seq=0 ack=1 win=65535 mss=1460"
    assert text(syn, syn_ack, ack) == "TCP ACK ack=1"
    assert text(syn, syn_ack, data) == "TCP PSH,ACK seq=1 len=16  GET / HTTP/1.0"
    assert text(syn, syn_ack, data, fin) == "TCP FIN,ACK seq=17 ack=1"


def test_a_reset_shows_the_number_that_makes_it_valid(story):
    syn = story.tcp("alice", "bob", "S", 9000)
    assert text(syn, story.tcp("alice", "bob", "R", 9001)) == "TCP RST seq=1"
    refused = story.tcp("bob", "alice", "R.", 0, 9001, ports=(80, 49153))
    assert text(syn, refused) == "TCP RST,ACK ack=1"


def test_segments_show_their_ports_while_several_connections_are_open(story):
    one, other = (50001, 80), (50002, 80)
    syns = [story.tcp("alice", "bob", "S", 1, ports=ports) for ports in (one, other)]
    ack = story.tcp("alice", "bob", ".", 2, 9, ports=one)
    assert text(*syns, ack) == "TCP ACK ack=1 50001 > 80"
    assert text(syns[0], ack) == "TCP ACK ack=1"


def test_a_closed_window_is_told(story):
    syn = story.tcp("alice", "bob", "S", 9000)
    assert text(syn, story.tcp("alice", "bob", ".", 9001, 1, window=0)).endswith("win=0")


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (icmp(8, 0, 0x0001_0007, b"ping"), "ICMP echo request id=1 seq=7 len=4"),
        (icmp(0, 0, 0x0001_0007), "ICMP echo reply id=1 seq=7 len=0"),
        (icmp(3, 3), "ICMP port unreachable"),
        (icmp(3, 9), "ICMP unreachable, code 9"),
        (icmp(11, 0), "ICMP time exceeded"),
        (icmp(11, 1), "ICMP reassembly time exceeded"),
        (icmp(5, 1, 0x0A0000FE), "ICMP redirect by way of 10.0.0.254"),
        (icmp(3, 4, 1400), "ICMP fragmentation needed mtu=1400"),
        (icmp(12, 0, 0x14 << 24), "ICMP parameter problem at byte 20"),
        (
            icmp(13, 0, 0x0001_0007, (5).to_bytes(4) * 3),
            "ICMP timestamp request id=1 seq=7 at 5 ms",
        ),
        (icmp(42, 1), "ICMP type 42 code 1"),
    ],
)
def test_icmp_messages_have_names(frame, expected):
    """RFC 792."""
    assert text(frame) == expected


def six(*headers, source="2001:db8::1", destination="2001:db8::2"):
    """A frame over IPv6."""
    frame = Ethernet(BOB, ALICE) / IPv6(source=source, destination=destination)
    for header in headers:
        frame = frame / header
    return bytes(frame)


def four(*headers):
    """A frame over IPv4."""
    frame = Ethernet(BOB, ALICE) / IPv4(source="10.0.0.1", destination="10.0.0.2")
    for header in headers:
        frame = frame / header
    return bytes(frame)


def solicitation(source):
    return six(ICMPv6(135), NeighborSolicitation(target="2001:db8::2"), source=source)


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (solicitation("2001:db8::1"), "ND who has 2001:db8::2? tell 2001:db8::1"),
        (solicitation("::"), "ND is 2001:db8::2 taken?"),
        (
            six(
                ICMPv6(136),
                NeighborAdvertisement(
                    router=True, target="2001:db8::2", options=[NDTargetLinkAddress(BOB)]
                ),
            ),
            "ND 2001:db8::2 is at 02:00:00:00:00:02 router",
        ),
        (six(ICMPv6(133), RouterSolicitation()), "ND any router?"),
        (
            six(
                ICMPv6(134),
                RouterAdvertisement(
                    options=[NDPrefixInformation(prefix_length=64, prefix="2001:db8:1::")]
                ),
            ),
            "ND router here 2001:db8:1::/64 for 1800 s",
        ),
        (
            six(ICMPv6(137), NDRedirect(target="fe80::2", destination="2001:db8::9")),
            "ND redirect 2001:db8::9 by way of fe80::2",
        ),
        (six(ICMPv6(128), ICMPv6Echo(1, 7), b"ping"), "ICMPv6 echo request id=1 seq=7 len=4"),
        (six(ICMPv6(1, 4), ICMPv6Unreachable()), "ICMPv6 port unreachable"),
        (six(ICMPv6(2), ICMPv6PacketTooBig(1280)), "ICMPv6 packet too big mtu=1280"),
        (six(ICMPv6(131), MLDReport(group="ff02::1:3")), "MLD join ff02::1:3"),
        (six(UDPLite(1, 2, 8), b"abc"), 'UDP-Lite 1 > 2  "abc" covers 8'),
        (
            four(IGMP(0x22), IGMPv3Report(records=[IGMPv3GroupRecord("239.1.1.1", type=4)])),
            "IGMP join 239.1.1.1",
        ),
        (
            four(IGMP(0x22), IGMPv3Report(records=[IGMPv3GroupRecord("239.1.1.1", type=3)])),
            "IGMP leave 239.1.1.1",
        ),
        (
            bytes(Ethernet(BOB, ALICE) / RARP(target_hardware_address=ALICE)),
            "RARP who is 02:00:00:00:00:01?",
        ),
    ],
)
def test_what_the_internet_layer_says_is_told_in_words(frame, expected):
    """RFC 4861, RFC 4443, RFC 2710, RFC 3376, RFC 3828, RFC 903."""
    assert text(frame) == expected


def test_a_tag_is_told_behind_the_words_of_its_frame():
    """IEEE 802.1Q section 9.6."""
    below = Ethernet(BOB, ALICE) / Dot1Q(vlan_id=7)
    frame = below / IPv4(source="10.0.0.1", destination="10.0.0.2") / UDP(1, 2) / b"hi"
    assert text(bytes(frame)) == 'UDP 1 > 2 vlan 7  "hi"'


def test_fragments_say_where_they_belong_and_which_is_the_last():
    def cut(at, more):
        ip = IPv4(
            source="10.0.0.1",
            destination="10.0.0.2",
            protocol=17,
            fragment_offset=at,
            more_fragments=more,
        )
        return bytes(Ethernet(BOB, ALICE) / ip / (bytes(UDP(1, 2, 16, checksum=0)) + b"12345678"))

    assert text(cut(0, True)).startswith("UDP 1 > 2 first fragment")
    assert text(cut(2, True)) == "IPv4 fragment at 16 UDP len=16"
    assert text(cut(4, False)) == "IPv4 fragment at 32 UDP len=16 the last"
    later = IPv6Fragment(next_header=58, fragment_offset=181)
    assert text(six(later, b"12345678")) == "IPv6 fragment at 1448 IPv6-ICMP len=8 the last"


def dhcp(kind, *options, **fields):
    message = DHCP(options=[DHCPMessageType(kind), *options], **fields)
    return four(UDP(68, 67), message)


def test_dhcp_tells_who_asks_for_what_and_what_is_given():
    """RFC 2131 section 3.1."""
    asks = dhcp(1, client_hardware_address=ALICE)
    assert text(asks) == "DHCP DISCOVER from 02:00:00:00:00:01"
    offer = dhcp(2, operation=2, your_address="10.0.0.7", client_hardware_address=ALICE)
    assert text(offer) == "DHCP OFFER 10.0.0.7 to 02:00:00:00:00:01"
    assert text(dhcp(3, DHCPRequestedAddress("10.0.0.7"))) == "DHCP REQUEST 10.0.0.7"


def dns(**fields):
    return four(UDP(53, 53), DNS(questions=[DNSQuestion("www.example", 1)], **fields))


def test_dns_shows_the_question_and_the_first_answers():
    """RFC 1035 section 4.1."""
    assert text(dns()) == "DNS A www.example?"
    answers = [DNSA("www.example", f"192.0.2.{last}") for last in (1, 2, 3)]
    answer = dns(response=True, answers=answers)
    assert text(answer) == "DNS www.example A 192.0.2.1 A 192.0.2.2 and 1 more"
    assert text(dns(response=True)) == "DNS www.example: no A record"
    assert text(dns(response=True, response_code=3)) == "DNS www.example: no such name"


def test_an_unknown_frame_still_has_a_label():
    assert text(bytes(Ethernet(BOB, ALICE, type=0x88B0) / b"abc")) == "Ethernet type 0x88b0 len=3"
    assert text(bytes(Ethernet(BOB, ALICE, type=0x26) / b"abc")) == "802.3 frame len=3"
    unknown = IPv4(source="10.0.0.1", destination="10.0.0.2", protocol=200)
    assert text(bytes(Ethernet(BOB, ALICE) / unknown / b"abc")).startswith("IPv4 protocol 200")


def test_what_has_no_header_class_is_named_by_the_registries():
    """IANA "IEEE 802 Numbers" and "Protocol Numbers"."""
    assert text(bytes(Ethernet(BOB, ALICE, type=0x86DD) / bytes(76))) == "IPv6 len=76"
    igmp = IPv4(source="10.0.0.1", destination="10.0.0.2", protocol=2)
    assert text(bytes(Ethernet(BOB, ALICE) / igmp / b"abc")) == (
        "IPv4 IGMP len=3 10.0.0.1 > 10.0.0.2"
    )


def test_a_truncated_frame_still_has_a_label():
    whole = bytes(
        Ethernet(BOB, ALICE) / IPv4(source="10.0.0.1", destination="10.0.0.2") / UDP(1, 2)
    )
    for length in range(len(whole)):
        assert text(whole[:length])


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (b"GET / HTTP/1.1\r\nHost: bob\r\n", "GET / HTTP/1.1"),
        (b"x" * 100, "x" * 24),
        (b"\x00\x01text", "000174657874"),
        (b"", ""),
    ],
)
def test_a_preview_is_text_where_it_can_be(payload, expected):
    assert preview(payload) == expected
