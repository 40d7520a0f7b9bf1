"""Display filters as masks: the same frames pass as one by one."""

from io import BytesIO

import pytest

from wirelab.codecs import (
    ARP,
    TCP,
    UDP,
    Dot1Q,
    Ethernet,
    ICMPv4,
    IPv4,
    IPv6,
    columns,
)
from wirelab.codecs.capture import PcapWriter, open_capture
from wirelab.codecs.display_filters import DisplayFilterError, collect, compile_filter
from wirelab.codecs.dissect import Dissector

FILTERS = [
    "tcp",
    "!udp",
    "arp || icmp",
    "ip ^^ ipv6",
    "tcp.port == 80",
    "tcp.port != 80",
    "tcp.port === 80",
    "tcp.port !== 80",
    "any tcp.port > 1000",
    "all tcp.port > 1000",
    "!(tcp.port == 80)",
    "80 == tcp.port",
    "udp.port in {53, 1000..2000, 49152}",
    "udp.srcport not in {1}",
    "tcp.port == 80 && ip.ttl < 5",
    "ip.ttl <= 64 and ip.ttl >= 0x40",
    "ip.addr == 10.0.0.0/8",
    "ip.addr != 10.0.0.0/8",
    "ip.src == 10.0.0.1",
    "ip.src > 10.0.0.1",
    "ip.src in {10.0.0.0/31, 192.168.0.1}",
    "ip.src in {10.0.0.1..10.0.0.9}",
    "ip.src == ip.dst",
    "ip.addr[0:2] == 0a:00",
    "ip.src == 0.0.0.0/0",
    "ipv6.addr == 2001:db8::/32",
    "ipv6.addr != 2001:db8::/33",
    "ipv6.src == 2001:db8::1",
    "ipv6.src < 2001:db8::2",
    "ipv6.hlim > 1",
    "eth.src == 02:00:00:00:00:01",
    "eth.addr == 02:00:00:00:00:01",
    "eth.src[0:3] == 02:00:00",
    "eth.dst[-1] == ff",
    "eth.dst[0] & 1",
    "eth.src < eth.dst",
    "eth.src contains 00:01",
    'eth.dst matches "^\\xff"',
    "eth.src[0:2] < 02:00:01",
    "tcp.flags.syn == 1",
    "tcp.flags.syn && tcp.flags.ack",
    "tcp.flags.syn == True",
    "tcp.flags & 0x12 == 0x12",
    "tcp.flags & 2",
    "(tcp.flags & 0x10) != 0",
    "tcp.srcport + 1 == tcp.dstport",
    "tcp.seq_raw * 4294967296 > 5",
    "udp.length % 2 == 1",
    "udp.length / 2 == 4",
    "udp.length - 8 > 0",
    "ip.len > udp.length",
    "tcp.hdr_len > 20",
    "ip.hdr_len == 36",
    "vlan.id == 7",
    "vlan.id != 7",
    "vlan.id#1 == 7",
    "vlan.id#2 == 8",
    "count(vlan.id) == 2",
    "max(tcp.srcport, tcp.dstport) > 40000",
    "min(tcp.srcport, tcp.dstport) < 100",
    "len(eth.src) == 6",
    "arp.opcode == 1",
    "arp.src.proto_ipv4 == 10.0.0.1",
    "arp.dst.hw_mac == 00:00:00:00:00:00",
    "icmp.type == 8",
    "icmp.seq",
    "icmp.mtu > 0",
    "frame.len > 60",
    "frame.cap_len < frame.len",
    "frame.number in {2..4}",
    "frame.time_epoch < 0.000000003",
    "frame.time_relative >= 0.000000002",
    "ip.checksum == 0x26c4",
    "ip.flags.df == 1",
    "0 < ip.ttl < 65",
    "ip.ttl == -1",
    "ip.ttl < 300",
    "",
]


@pytest.fixture(scope="module")
def capture(frames):
    """A capture with something for each filter, without quotes and options of ICMP errors."""
    four = IPv4(source="10.0.0.1", destination="192.168.0.1", ttl=3)
    six = IPv6(source="2001:db8::1", destination="2001:db8:8000::2")
    packets = [
        Ethernet() / four / TCP(80, 81, flags=0x12) / b"GET",
        Ethernet() / four / TCP(50000, 80, flags=0x02),
        Ethernet() / IPv4(source="10.0.0.5") / TCP(79, 80, flags=0x10),
        Ethernet() / Dot1Q(vlan_id=7) / Dot1Q(vlan_id=8) / six / UDP(1000, 53) / b"odd",
        Ethernet() / six / TCP(443, 50000),
        Ethernet() / four / IPv4(source="11.0.0.1", destination="11.0.0.2") / UDP(1, 2),
        Ethernet() / four / IPv4(ttl=1) / ICMPv4(),
        Ethernet("00:00:00:00:00:00", "02:00:00:00:00:01") / ARP(operation=2),
    ]
    made = [bytes(packet) for packet in packets]
    # Left out is what rows and Wireshark see differently: see `Table.mask`.
    seen_alike = frames.keys() - {"icmp_unreachable", "first_fragment", "double_vlan"}
    made += [frames[name] for name in sorted(seen_alike)]
    stream = BytesIO()
    with PcapWriter(stream) as writer:
        for number, frame in enumerate(made):
            writer.write(frame, number)
        writer.write(frames["tcp_data"][:70], number + 1, wire_length=84)
        writer.write(frames["udp"][:45], number + 2, wire_length=52)
    return stream.getvalue()


@pytest.fixture(scope="module")
def dissections(capture):
    dissector = Dissector()
    return [dissector.dissect(frame).items for frame in open_capture(BytesIO(capture))]


@pytest.mark.parametrize("text", FILTERS)
def test_a_mask_passes_what_the_filter_passes(text, capture, dissections):
    by_row = compile_filter(text)
    expected = [by_row.matches(collect(items, by_row.layered)) for items in dissections]
    assert columns.read(BytesIO(capture)).mask(text).tolist() == expected


def test_the_filters_tell_frames_apart(capture):
    """A filter that passes all or nothing would prove little: hardly one does."""
    table = columns.read(BytesIO(capture))
    passed = [int(table.mask(text).sum()) for text in FILTERS]
    assert sum(count in (0, len(table)) for count in passed) <= 9


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("tcp.nothing == 1", "there is no field 'tcp.nothing'"),
        ("tcp.stream == 1", "tcp.stream is no column"),
        ('tcp contains "GET"', "bytes of a protocol are no column"),
        ("tcp[0:2] == 00:50", "bytes of a protocol are no column"),
        ("ip.ttl contains 1", "`contains` does not apply to a number"),
        ("ip.ttl == ip.src", "cannot be compared"),
        ("ip.ttl == ", "expected a field or a value"),
        ("ip.src == 10.0.0.300", "ip.src"),
        ("ip.ttl / 0 == 1", "division by zero"),
        ('"x"', "a string alone is no test"),
        ('ip.ttl matches "6"', "`matches` does not apply to a number"),
        ('eth.src matches "("', "no regular expression"),
        ("upper(eth.src) == 1", "is nothing for a mask"),
    ],
)
def test_a_filter_that_is_no_mask_is_refused_with_its_place(text, says, capture):
    with pytest.raises(DisplayFilterError, match=says) as caught:
        columns.read(BytesIO(capture)).mask(text)
    assert "^" in str(caught.value)
