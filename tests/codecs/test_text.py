"""How packets look to people."""

import pytest

from wirelab.codecs import (
    ARP,
    DHCP,
    DNSA,
    DNSAAAA,
    TCP,
    UDP,
    DHCPMessageType,
    Ethernet,
    ICMPv4,
    IPv4,
    TCPFlags,
    parse,
)

SUMMARIES = {
    "arp_request": "ARP who has 10.0.0.2? tell 10.0.0.1 / 18 bytes",
    "udp": "IPv4 10.0.0.1 > 10.0.0.2 / UDP 49153 > 49152 / 10 bytes",
    "tcp_syn": "IPv4 10.0.0.1 > 10.0.0.2 / TCP 50000 > 80 [SYN] seq=3735928559 win=64240",
    "tcp_data": "IPv4 10.0.0.1 > 10.0.0.2 / "
    "TCP 80 > 50000 [PSH,ACK] seq=1 ack=2 win=8192 / 18 bytes",
    "vlan_udp": "VLAN 100 / IPv4 10.0.0.1 > 10.0.0.2 / UDP 1 > 2 / 3 bytes",
    "icmp_echo": "IPv4 10.0.0.1 > 10.0.0.2 / ICMP echo request id=4660 seq=7 / 7 bytes",
    "icmp_unreachable": "IPv4 10.0.0.1 > 10.0.0.2 / "
    "ICMP destination unreachable: port unreachable / "
    "quoting [IPv4 10.0.0.2 > 10.0.0.1 / UDP 49152 > 49153]",
    "fragment": "IPv4 10.0.0.1 > 10.0.0.2 fragment 0x0005 at 1480 / 24 bytes",
    "first_fragment": "IPv4 10.0.0.1 > 10.0.0.2 fragment 0x0005 at 0+ / UDP 1 > 2 / 24 bytes",
}


@pytest.mark.parametrize("name", SUMMARIES)
def test_the_summary_is_one_telling_line(frames, name):
    assert parse(frames[name]).summary() == SUMMARIES[name]


def test_an_arp_reply_says_who_is_where():
    reply = ARP(
        operation=2,
        sender_hardware_address="02:00:00:00:00:02",
        sender_protocol_address="10.0.0.2",
    )
    assert (Ethernet() / reply).summary() == "ARP 10.0.0.2 is at 02:00:00:00:00:02"


def test_a_lone_ethernet_header_is_not_left_out():
    packet = Ethernet(source="02:00:00:00:00:01", type=0x88CC) / b"x"
    expected = "Ethernet 02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff 0x88cc (LLDP) / 1 byte"
    assert packet.summary() == expected


def test_the_summary_says_what_is_wrong_and_where(frames):
    packet = parse(frames["udp"][:38], strict=False)
    assert "malformed: IPv4.total_length at byte 16" in packet.summary()
    cut = parse(frames["udp"][:38], strict=False, wire_length=len(frames["udp"]))
    assert "malformed: UDP.length at byte 38" in cut.summary()


def test_show_names_every_field_and_judges_checksums(frames):
    lines = parse(frames["udp"]).show().splitlines()
    fields = dict(line.split(None, 1) for line in lines if line.startswith("  "))
    assert "User Datagram Protocol, 8 bytes" in lines
    assert fields["protocol"] == "17 (UDP)"
    assert fields["destination_port"] == "49152"
    assert [line.split()[-1] for line in lines if "checksum" in line] == ["[correct]"] * 2


def test_show_blames_the_layer_that_is_wrong_and_not_its_namesake(frames):
    inner, outer = IPv4(source="10.0.0.1", checksum=7), IPv4(source="10.0.0.2")
    packet = parse(bytes(Ethernet() / outer / inner / UDP(1, 2) / b"x"))
    verdicts = [line for line in packet.show().splitlines() if "checksum" in line]
    assert ["wrong" in verdict for verdict in verdicts] == [False, True, False]
    assert "Payload, 1 byte" in packet.show().splitlines()


def test_show_says_what_a_wrong_checksum_should_be(frames):
    text = parse(frames["udp"]).replace(UDP, checksum=1).show()
    assert "0x0001 [wrong, should be 0xa26d]" in text


def test_show_says_when_a_checksum_cannot_be_judged(frames):
    assert "0x0000 [none computed]" in parse(frames["udp_no_checksum"]).show()
    cut = parse(frames["tcp_data"][:-6], wire_length=84).show()
    assert "0xa052 [not verified]" in cut
    assert "0x66af [correct]" in cut


def test_show_follows_an_icmp_error_into_what_it_quotes(frames):
    text = parse(frames["icmp_unreachable"]).show()
    assert "quoted packet\n  Internet Protocol Version 4" in text
    assert "next_hop_mtu" in text
    assert "gateway" not in text


def test_show_writes_auto_for_what_is_not_known_yet():
    text = (Ethernet() / IPv4() / TCP(flags=TCPFlags.SYN)).show()
    assert "total_length              AUTO" in text


def test_show_works_on_a_transport_header_alone():
    """Without the addresses its checksum can be neither computed nor judged."""
    assert "0x0001 [not verified]" in parse(bytes(TCP(checksum=1)), first=TCP).show()
    assert "identifier" in parse(bytes(ICMPv4(identifier=5)), first=ICMPv4).show()


def test_the_hexdump_counts_from_the_frame_and_is_cut_by_layers(frames):
    assert parse(frames["udp"] + b"\0").hexdump().splitlines() == [
        "Ethernet",
        "0000  02 00 00 00 00 02 02 00 00 00 00 01 08 00        ..............",
        "IPv4",
        "000e  45 00 00 26 00 01 40 00 40 11 26 c4 0a 00 00 01  E..&..@.@.&.....",
        "001e  0a 00 00 02                                      ....",
        "UDP",
        "0022  c0 01 c0 00 00 12 a2 6d                          .......m",
        "Payload",
        "002a  48 65 6c 6c 6f 20 55 44 50 21                    Hello UDP!",
        "Trailer",
        "0034  00                                               .",
    ]


def test_the_summary_of_dhcp_says_what_kind_of_message_it_is():
    """RFC 2132 section 9.6."""
    asked = DHCP(client_hardware_address="02:00:00:00:00:01", options=[DHCPMessageType(1)])
    text = (UDP() / asked).summary()
    assert text.endswith("DHCP DISCOVER 0x00000000 02:00:00:00:00:01")
    given = DHCP(operation=2, your_address="10.0.0.9", options=[DHCPMessageType(5)])
    assert (UDP() / given).summary().endswith("ACK 0x00000000 00:00:00:00:00:00 gets 10.0.0.9")
    assert "DHCP reply" in (UDP() / DHCP(operation=2)).summary()


def test_text_in_a_field_of_fixed_size_is_shown_without_what_fills_it_up():
    """RFC 2131 section 2: `file` ends with a zero."""
    header = DHCP(file="pxelinux.0")
    assert "file='pxelinux.0'" in repr(header)
    assert header.field_text("file") == "pxelinux.0"
    assert header.field_text("server_name") == "none"
    assert DHCP(file=b"\xff\0a").field_text("file") == "ff0061"


def test_addresses_in_records_of_dns_are_shown_as_text():
    """RFC 1035 section 3.4.1."""
    assert "address='10.0.0.9'" in repr(DNSA("example.com", "10.0.0.9"))
    assert "address='fe80::1'" in repr(DNSAAAA("example.com", "fe80::1"))
