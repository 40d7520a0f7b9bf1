import pytest

from wirelab.codecs import UDP, Ethernet, ICMPv4, IPv4
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
        (icmp(5, 1), "ICMP type 5 code 1"),
    ],
)
def test_icmp_messages_have_names(frame, expected):
    """RFC 792."""
    assert text(frame) == expected


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
