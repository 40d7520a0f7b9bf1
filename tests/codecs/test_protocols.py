"""Each header's own rules: checksums, views, ranges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirelab.codecs import (
    ARP,
    TCP,
    UDP,
    DecodeError,
    Dot1Q,
    EncodeError,
    Ethernet,
    ICMPv4,
    IPv4,
    RouterAlert,
    TCPFlags,
    Timestamps,
    parse,
)
from wirelab.codecs.checksum import verify
from wirelab.codecs.protocols import HEADERS, TABLES

BELOW = IPv4(source="10.0.0.1", destination="10.0.0.2")
# Wikipedia's example of an IPv4 header, known to be right.
IPV4_HEADER = bytes.fromhex("450000730000400040 11b861c0a80001c0a800c7")


def test_a_known_ipv4_header():
    """RFC 791 section 3.1."""
    header = IPv4.parse(IPV4_HEADER, strict=False)
    assert (header.version, header.ihl, header.total_length) == (4, 5, 115)
    assert (header.dont_fragment, header.more_fragments, header.fragment_offset) == (True, False, 0)
    assert (header.ttl, header.protocol, header.checksum) == (64, 17, 0xB861)
    assert IPv4.checksum_ok(IPV4_HEADER, 0, len(IPV4_HEADER))


def test_every_bit_of_an_ipv4_header_is_covered_by_its_checksum():
    for bit in range(8, 160):
        flipped = bytearray(IPV4_HEADER)
        flipped[bit // 8] ^= 0x80 >> bit % 8
        assert not IPv4.checksum_ok(flipped, 0, len(flipped)), bit


def test_the_ipv4_checksum_covers_options_and_nothing_else():
    header = IPv4(protocol=17, options=[RouterAlert(0)])
    built = header.build(b"payload")
    assert verify(built[:24])
    assert IPv4.checksum_ok(b"??" + built, 2, len(built) + 2)


@pytest.mark.parametrize("header", [TCP(1, 2, options=[Timestamps(1, 2)]), UDP(1, 2), ICMPv4()])
@pytest.mark.parametrize("payload", [b"", b"odd", b"even", bytes(1000), b"\xff" * 1001])
def test_every_bit_of_a_segment_is_covered_by_its_checksum(header, payload):
    """RFC 9293 section 3.1, RFC 768, RFC 792."""
    built = bytearray(b"?" + header.build(payload, BELOW))
    end = len(built)
    assert header.checksum_ok(built, 1, end, BELOW)
    for bit in [*range(8, 40 * 8), end * 8 - 1]:
        if bit // 8 < end:
            built[bit // 8] ^= 0x80 >> bit % 8
            is_none = isinstance(header, UDP) and built[7] == built[8] == 0
            assert header.checksum_ok(built, 1, end, BELOW) == is_none, bit
            built[bit // 8] ^= 0x80 >> bit % 8


def test_the_pseudo_header_is_covered():
    other = IPv4(source="10.0.0.9", destination="10.0.0.2")
    for header in (TCP(1, 2), UDP(1, 2)):
        built = header.build(b"data", BELOW)
        assert not header.checksum_ok(built, 0, len(built), other)


def test_a_pseudo_header_needs_addresses():
    with pytest.raises(EncodeError, match="IPv4 or IPv6 header below"):
        TCP.checksum_ok(bytes(20), 0, 20)


@given(st.integers(0, 0xFFFF), st.integers(0, 0xFFFF))
def test_udp_never_sends_a_computed_checksum_of_zero(source_port, word):
    """RFC 768 page 2: a computed zero is sent as all ones."""
    without = UDP(source_port, 0, checksum=0).build(word.to_bytes(2), BELOW)
    built = UDP(source_port, 0).build(word.to_bytes(2), BELOW)
    assert built[6:8] != b"\0\0"
    assert without[6:8] == b"\0\0"
    assert UDP.checksum_ok(built, 0, len(built), BELOW)


def test_a_udp_checksum_that_computes_to_zero_is_all_ones():
    """RFC 768 page 2. The word that makes the sum come out so is the checksum without it."""
    word = UDP(1, 2).build(b"\0\0", BELOW)[6:8]
    built = UDP(1, 2).build(word, BELOW)
    assert built[6:8] == b"\xff\xff"
    assert UDP.checksum_ok(built, 0, len(built), BELOW)


def test_udp_without_checksum_is_not_verified():
    assert UDP.checksum_ok(UDP(1, 2, checksum=0).build(b"x"), 0, 9)


def test_a_tcp_checksum_of_zero_is_a_checksum():
    word = TCP(1, 2).build(b"\0\0", BELOW)[16:18]
    built = TCP(1, 2).build(word, BELOW)
    assert built[16:18] == b"\0\0"
    assert TCP.checksum_ok(built, 0, len(built), BELOW)


def test_an_icmp_message_that_is_all_zero_has_the_checksum_of_plus_zero():
    """An echo reply with identifier 0, sequence number 0 and zeros to carry."""
    built = ICMPv4(type=0).build(bytes(8))
    assert built[2:4] == b"\xff\xff"
    assert ICMPv4.checksum_ok(built, 0, len(built))


@pytest.mark.parametrize("header", [IPv4, UDP, TCP, ICMPv4])
@pytest.mark.parametrize("length", [0, 7])
def test_the_checksum_of_less_than_a_header_is_wrong(header, length):
    assert not header.checksum_ok(b"\0" * length, 0, length, BELOW)


def test_headers_without_a_checksum_have_nothing_wrong_with_it():
    assert Ethernet.checksum_ok(b"", 0, 0)
    assert ARP.checksum_ok(b"", 0, 0)


def test_each_tcp_flag_has_its_bit():
    """RFC 9293 section 3.1; RFC 9768 for AE."""
    for flag in TCPFlags:
        header = TCP.parse(TCP(flags=flag, checksum=0).build())
        views = [name.lower() for name in TCPFlags.__members__ if getattr(header, name.lower())]
        assert views == [str(flag.name).lower()]
        assert header.flags == flag
        assert type(header.flags) is int
    assert TCP(flags=TCPFlags.SYN, checksum=0).build()[12:14].hex() == "5002"
    assert TCP(reserved=7, flags=0x100, checksum=0).build()[12:14].hex() == "5f00"


def test_icmp_views_share_four_bytes():
    """RFC 792; RFC 1191 section 4 for the MTU."""
    assert ICMPv4(identifier=0x1234, sequence_number=7).build()[4:8].hex() == "12340007"
    assert ICMPv4(type=3, code=4, next_hop_mtu=1400).next_hop_mtu == 1400
    assert ICMPv4(type=12, pointer=9).build()[4:8].hex() == "09000000"
    redirect = ICMPv4.parse(ICMPv4(type=5, gateway="10.0.0.254").build())
    assert redirect.gateway == b"\n\0\0\xfe"


def test_an_icmp_view_replaces_its_bits_and_leaves_the_others():
    assert ICMPv4(rest_of_header=0xFFFF_0005, identifier=7).rest_of_header == 0x0007_0005
    with pytest.raises(EncodeError, match=r"ICMPv4\.rest_of_header: expected 0 to 4294967295"):
        ICMPv4(rest_of_header="7", identifier=7)  # type: ignore[arg-type]


def test_a_vlan_tag():
    """IEEE 802.1Q section 9.6."""
    tag = Dot1Q(priority=5, drop_eligible=True, vlan_id=100, type=0x0800)
    assert bytes(tag).hex() == "b0640800"
    assert Dot1Q.parse(bytes(tag)) == tag


def test_service_tags_are_vlan_tags(frames):
    """IEEE 802.1ad: the outer tag has a type of its own."""
    packet = parse(frames["double_vlan"])
    outer, inner = (layer for layer in packet.layers if isinstance(layer, Dot1Q))
    assert (outer.vlan_id, outer.priority, outer.drop_eligible, inner.vlan_id) == (10, 1, True, 20)


def test_an_arp_request():
    """RFC 826 "Packet Generation"."""
    request = ARP(
        sender_hardware_address="02:00:00:00:00:01",
        sender_protocol_address="10.0.0.1",
        target_protocol_address="10.0.0.2",
    )
    assert bytes(request).hex() == (
        "0001080006040001" + "0200000000010a000001" + "0000000000000a000002"
    )


def test_arp_carries_addresses_of_any_length():
    """RFC 826: the lengths are in the packet."""
    packet = ARP(
        hardware_type=20,
        sender_hardware_address=b"\x01",
        target_hardware_address=b"\x02",
        sender_protocol_address=b"\x0a\x0b",
        target_protocol_address=b"\x0c\x0d",
    )
    assert (packet.hardware_length, packet.protocol_length, packet.header_length) == (1, 2, 14)
    assert ARP.parse(bytes(packet)) == packet


def test_arp_addresses_must_be_as_long_as_it_says():
    with pytest.raises(EncodeError, match="target_hardware_address"):
        ARP(target_hardware_address=b"short").build()


def test_cut_arp_packets_are_refused(frames):
    with pytest.raises(DecodeError) as caught:
        ARP.parse(frames["arp_request"][14:41])
    assert caught.value.field == "target_protocol_address"


def test_numbers_lead_to_headers_and_headers_to_numbers():
    for header in HEADERS:
        for table, numbers in header.NUMBERS.items():
            for number in numbers:
                found = TABLES[table][number]
                assert header in (found if isinstance(found, tuple) else (found,))
