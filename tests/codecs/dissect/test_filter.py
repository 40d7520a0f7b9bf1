"""Display filters, compared with tshark -Y on a capture of all layers."""

import itertools
import re

import pytest

from wirelab.codecs import TCP, UDP, Dot1Q, Ethernet, IPv4, IPv6, display_filter, parse
from wirelab.codecs.capture import open_capture
from wirelab.codecs.display_filters import DisplayFilterError, collect, compile_filter
from wirelab.codecs.dissect import REGISTRY, Dissector

FILTERS = r"""
tcp
udp
arp
icmp
vlan
ip.opt.type
!tcp
not udp and not tcp
tcp.port == 8001
tcp.port eq 8001
tcp.port != 8001
tcp.port ne 8001
tcp.port === 8001
tcp.port !== 8001
!(tcp.port == 8001)
ip.addr == 10.0.0.1
ip.addr != 10.0.0.1
ip.addr == 10.0.0.0/24
ip.addr != 10.0.0.0/24
ip.addr == 192.168.0.0/16
ip.src == ip.dst
ip.src != ip.dst
ip.src > 10.0.0.1
ip.src >= 10.0.0.2
ip.dst < 10.0.0.2
ip.dst <= 10.0.0.2
eth.src == 02:00:00:00:00:0a
eth.addr == ff:ff:ff:ff:ff:ff
eth.dst[0:3] == 02:00:00
eth.src[0:3] == 00:00:5e
eth.src[5] == 0a
eth.dst[0] & 1
eth.src[1-2] == 00:00
eth.src[:4] == 02:00:00:00
eth.src[4:] == 00:0a
eth.src[-1] == 0a
eth.src[0,5] == 02:0a
udp contains "Hello"
udp contains 48:65:6c
frame contains "quoted"
frame[0:2] == ff:ff
frame[12:2] == 08:06
udp.payload contains "hello"
udp.payload matches "hello"
udp.payload ~ "^hello.*!$"
frame matches "(?-i)Hello"
data.data contains 68:65:6c
tcp.flags.syn == 1
tcp.flags.syn == True
tcp.flags.syn == 0
tcp.flags.syn
tcp.flags & 2
tcp.flags & 0x12 == 0x12
tcp.flags bitwise_and 1
tcp.flags == 0x012
tcp.flags == 022
tcp.flags.str contains "S"
tcp.port in {8001 .. 8003, 50200}
tcp.port in {8001..8003}
not tcp.port in {8001..8003}
tcp.port not in {8001..8003}
ip.addr in {10.0.0.1, 192.168.0.0/16}
ip.src in {10.0.0.2 .. 10.0.0.9}
eth.src in {02:00:00:00:00:0b}
tcp.len > 0
tcp.len gt 0 && tcp.flags.push == 1
tcp.len ge 10 or udp.length le 12
tcp.len lt 5 and tcp
udp.length < 10
frame.len > 60
frame.number == 5 || frame.number == 7
frame.number == 5 or frame.number == 7 and tcp
frame.time_relative > 0.1
frame.time_delta < 0.0012
frame.time_epoch >= 1700000000.1
arp.opcode == 1
arp.src.proto_ipv4 == 10.0.0.1
arp.isgratuitous
arp.isgratuitous == 1
icmp.type == 3 and icmp.code == 3
vlan.id == 42
vlan.id > 100
eth.type == 0x0806
ip.flags.df == 1 || ip.flags.mf == 1
ip.id == 0x1234
ip.proto == 17
ip.dsfield.dscp == 46
ip.opt.type == 7
ip.rec_rt
tcp.options.mss_val == 1460
tcp.options.timestamp.tsval > 1000
tcp.options.sack_le > 40
any tcp.port == 8001
all tcp.port > 8000
all ip.addr == 10.0.0.0/24
any ip.addr != 10.0.0.1
len(udp.payload) > 10
count(ip.addr) > 2
upper(frame.protocols) contains "TCP"
lower(frame.protocols) == "eth:ethertype:arp"
string(ip.src) matches "1$"
string(tcp.port) == "8001"
frame.protocols == "eth:ethertype:ip:udp:data"
frame.protocols contains "icmp:ip"
tcp.srcport > tcp.dstport
tcp.srcport == tcp.dstport + 42099
udp.srcport - 848 == 49152
ip.len % 2 == 1
tcp.len * 2 > 40
ip.hdr_len / 4 > 5
udp[8:4] == "Hell"
udp[8:4] == 48:65:6c:6c
tcp[13] & 2
tcp[13:1] == 12
ip[8] == 01
ip.host == "10.0.0.1"
ip.src_host contains "0.0.1"
ip.host matches "^10"
(tcp or udp) and ip.ttl < 64
!(arp or icmp or tcp)
((tcp))
ip.addr == 10.0.0.1 && !(ip.addr == 10.0.0.2)
tcp.window_size_scalefactor == -1
tcp.window_size_scalefactor == -2
tcp.window_size_scalefactor < 0
eth.src > 02:00:00:00:00:0a
ip.fragment.count == 3
frame.interface_name == "tap0"
ip.checksum.status == 2
tcp.stream eq 2
udp.stream == 0
eth.dst.ig == 1
eth.lg == 1
ip.ttl == 0x40
ip.ttl == 0100
ip.ttl == 0b1000000
ip.ttl == '@'
frame contains "a\x62c"
data.len == 12
udp.checksum == 0
eth.padding
eth.trailer
eth.addr[0:3] == 02:00:00
max(tcp.srcport, tcp.dstport) > 50300
icmp.type in {3, 5, 11} && ip.ttl == 64
min(ip.ttl) < 64
abs(tcp.window_size_scalefactor) == 1
icmp.ident == 0x102
icmp.checksum.status == "Bad"
tcp.checksum.status == 2
eth.src contains 00:0a
eth.dst matches "\\xff"
tcp.options contains 02:04
tcp.payload[0:5] == "hello"
tcp.payload[0:5] == 68:65:6c:6c:6f
ip.version == 4 && ip.src[0] == 10
frame.time >= "2023-11-14 22:13:20.3"
len(tcp) > 20 && tcp.dstport in {0, 1 .. 65535}
len(udp) == 8
icmp[8:2] == 45:00
eth[14:2] == 08:00
eth[12:2] == 08:00
vlan[4:1] == 08
vlan[2:2] == 08:00
arp[20:2] == 00:00
ip[20:2] == 00:00
ip[16:4] == 0a:00:00:02
len(data) > 3
tcp[0:2] == c3:b4
arp contains 0a:00
ip contains "quoted"
eth contains "quoted"
ip.src#2 == 10.0.0.1
ip.ttl#[-1] == 64
ip.ttl#[1] < 64
ip.dst#[2-3] == 192.168.0.2
vlan.id#2 > 5
ip#2
tcp.port any_eq 8001
tcp.port all_ne 8001
ip.addr == 10.0.0.0/9
ip.addr > 10.0.0.0/30
""".strip().splitlines()

# tshark's statistics leave out most of the packets that quote another one; here they stay out
# altogether, and the filters with a comma, which tshark runs one by one, see them.
ERRORS = " || ".join(f"icmp.type == {kind}" for kind in (3, 4, 5, 11, 12))


@pytest.fixture(scope="module")
def values_of_frames(corpus):
    """All values of each frame."""
    frames = []
    with open_capture(corpus) as capture:
        dissector = Dissector(None, capture.interfaces, is_pcapng=True)
        for record in capture.records():
            items = dissector.dissect(record).items
            dissector.displayed(record)
            frames.append(collect(items, frozenset(each.name for each in REGISTRY.values())))
    return frames


@pytest.fixture(scope="module")
def tshark_counts(corpus, tshark_run, tshark):
    """Filter -> frames and bytes that pass in tshark; one run for all that hold no comma."""
    together = [each for each in FILTERS if "," not in each]
    words = [word for each in together for word in ("-z", f"io,stat,0,({each}) && !({ERRORS})")]
    tables = tshark_run("-n", "-q", "-r", str(corpus), *words).split("=\n\n")
    rows = re.findall(r"\| +[\d.]+ <> +[\d.]+ +\| +(\d+) +\| +(\d+) +\|", "".join(tables))
    assert len(rows) == len(together)
    # tshark prints the tables of -z in the reverse order.
    return {
        each: (int(frames), int(size))
        for each, (frames, size) in zip(together, reversed(rows), strict=True)
    }


@pytest.mark.parametrize("text", [each for each in FILTERS if "," not in each])
def test_a_filter_passes_as_many_frames_and_bytes_as_in_tshark(
    text, values_of_frames, tshark_counts
):
    matches = compile_filter(f"({text}) && !({ERRORS})").matches
    passed = [values for values in values_of_frames if matches(values)]
    got = len(passed), sum(values["frame.len"][0] for values in passed)
    assert got == tshark_counts[text]


@pytest.mark.parametrize("text", [each for each in FILTERS if "," in each])
def test_a_filter_with_a_list_passes_the_frames_that_tshark_passes(
    text, values_of_frames, corpus, tshark_run, tshark
):
    output = tshark_run("-n", "-r", str(corpus), "-Y", text, "-T", "fields", "-e", "frame.number")
    matches = compile_filter(text).matches
    passed = [values["frame.number"][0] for values in values_of_frames if matches(values)]
    assert passed == [int(number) for number in output.split()]


def test_most_filters_tell_frames_apart(values_of_frames):
    """A filter that passes nothing or everything compares little."""
    telling = 0
    for text in FILTERS:
        matches = compile_filter(text).matches
        telling += 0 < sum(map(matches, values_of_frames)) < len(values_of_frames)
    assert telling > len(FILTERS) * 0.9


@pytest.mark.parametrize("text", [each for each in FILTERS if "interface" not in each])
def test_a_predicate_over_frames_decides_as_the_filter_does(text, corpus, values_of_frames):
    predicate, matches = display_filter(text), compile_filter(text).matches
    with open_capture(corpus) as capture:
        frames = list(itertools.islice(capture, 260))
    expected = [matches(values) for values in values_of_frames[: len(frames)]]
    assert [predicate(frame) for frame in frames] == expected


def test_a_predicate_takes_packets_and_bytes_too():
    is_web = display_filter("tcp.port == 80 && ip.ttl < 5")
    packet = Ethernet() / IPv4(ttl=3) / TCP(destination_port=80) / b"GET"
    assert "layer.ttl" in is_web.code
    assert is_web(packet)
    assert is_web(bytes(packet))
    assert is_web(parse(bytes(packet)))
    assert not is_web(packet.replace(IPv4, ttl=5))
    assert not is_web(packet.replace(TCP, destination_port=81))


def test_lengths_of_a_built_packet_are_those_that_it_has_as_bytes():
    packet = Ethernet() / IPv4() / UDP(destination_port=50000) / b"12345"
    assert display_filter("udp.length == 13 && ip.len == 33 && ip.hdr_len == 20")(packet)


def test_a_field_that_is_computed_needs_the_dissector():
    syn = display_filter("tcp.flags & 2 && tcp.stream == 0")
    assert syn.code == ""
    assert syn(Ethernet() / IPv4() / TCP(flags=2))


def test_frames_of_other_links_can_be_filtered():
    packet = bytes(IPv4() / UDP(destination_port=50000))
    assert display_filter("udp.dstport == 50000", link_type=101)(packet)
    assert not display_filter("udp.dstport == 50000")(packet)


def test_a_service_tag_is_no_vlan_to_wireshark():
    inner = Dot1Q(vlan_id=200) / IPv4() / UDP(50000, 50001)
    stacked = Ethernet(type=0x88A8) / Dot1Q(vlan_id=100) / inner
    assert display_filter("vlan.id == 200")(bytes(stacked))
    assert not display_filter("vlan.id == 100")(bytes(stacked))
    assert display_filter("vlan.id == 100")(Ethernet() / Dot1Q(vlan_id=100) / inner)


def test_ipv6_addresses_have_prefixes():
    packet = Ethernet() / IPv6(source="2001:db8::1", destination="fe80::2") / UDP()
    assert display_filter("ipv6.src == 2001:db8::/32 && ipv6.dst == fe80::2")(packet)
    assert display_filter("ipv6.src == 2001:db8::/31 && udp")(packet)
    assert not display_filter("ipv6.src == 2001:db9::/32")(packet)
    assert display_filter("ipv6.dst > 2001:db8::1")(packet)


def passes(text, **values):
    """Whether a frame passes; `a_b=[1]` is the field a.b."""
    return compile_filter(text).matches(
        {name.replace("__", "."): value for name, value in values.items()}
    )


def test_equality_asks_for_any_occurrence_and_inequality_for_all():
    """Wireshark 4.0 release notes: `!=` is "all not equal"."""
    ports = {"tcp__port": [80, 50000]}
    assert passes("tcp.port == 80", **ports)
    assert not passes("tcp.port != 80", **ports)
    assert passes("tcp.port !== 80", **ports)
    assert not passes("tcp.port === 80", **ports)
    assert passes("!(tcp.port == 81)", **ports)


def test_inequality_needs_an_occurrence():
    assert not passes("tcp.port != 80")
    assert passes("!(tcp.port == 80)")


def test_and_binds_tighter_than_or():
    assert passes("ip.ttl == 1 || ip.ttl == 2 && udp", ip__ttl=[1])


def test_an_empty_filter_passes_everything():
    assert compile_filter("  ").matches({})


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("tcp.prt == 80", 0, "did you mean tcp.port"),
        ("tcp.analysis.retransmission", 0, "; tcp has tcp."),
        ("_ws.col.Info == 1", 0, "; there are frame.number, ip.src"),
        ("tcp.port == ", 12, "expected a field or a value here, got the end"),
        ("tcp.port == eighty", 12, "'eighty' is no number for tcp.port"),
        ("ip.addr == 10.0.0.999", 11, "is no IPv4 address"),
        ("ip.addr == 10.0.0.0/33", 11, "no prefix length"),
        ("(udp && tcp", 11, "expected ')' here"),
        ("udp tcp", 4, "an operator missing"),
        ("tcp.port in {}", 14, "set is empty"),
        ('frame matches "("', 14, "no regular expression"),
        ("ip.src contains 1", 16, "no IPv4 address"),
        ("udp.payload matches 1", 12, "quoted regular expression"),
        ("1 == 2", 2, "neither side"),
        ('"x"', 0, "a string alone"),
        ("tcp.port == $", 12, "not understood"),
        ('udp contains "open', 13, "does not end"),
        ("tcp.len[0:2] == 1", 7, "has no slices"),
        ("ip.ttl / 0 == 1", 7, "division by zero"),
        ("ip.src in {10.0.0.0/8 .. 11.0.0.0}", 7, "no end of a range"),
        ("ip.src == tcp.port", 7, "cannot be compared"),
        ("!" * 150 + "tcp", 100, "levels of nesting"),
        ("ip.ttl == " + "(" * 3000 + "1" + ")" * 3000, 0, "levels of nesting"),
        ("ip.ttl" + " + 1" * 300 + " == 1", 0, "levels of nesting"),
        ("ip.src#0 == 1", 6, "count from 1"),
        ("ip.src#x == 1", 7, "number of a layer"),
        ("ipv6.src == 2001:db8::/129", 12, "from 0 to 128"),
        ("ip.src == -1", 11, "-1 is no ipv4"),
    ],
)
def test_an_error_points_to_its_column(text, column, message):
    with pytest.raises(DisplayFilterError) as caught:
        compile_filter(text)
    assert message in caught.value.message
    assert caught.value.column == column
    assert f"\n    {' ' * column}^" in str(caught.value)


def test_exclusive_or_and_literals_on_the_left_go_beyond_wireshark_4_0():
    assert passes("tcp.flags.syn xor tcp.flags.ack", tcp__flags__syn=[True])
    assert not passes("tcp.port == 1 ^^ tcp.port == 2", tcp__port=[1, 2])
    assert passes("8000 <= tcp.port < 8100", tcp__port=[8050])
    assert passes("10.0.0.0/8 < ip.dst", ip__dst=[b"\x0b\0\0\1"])


def test_sets_take_spaces_instead_of_commas():
    """Wireshark before 4.0 wrote them so."""
    assert passes("tcp.port in {80 443 8000..8010}", tcp__port=[8005])
    assert not passes("tcp.port in {80 443 8000..8010}", tcp__port=[8011])
