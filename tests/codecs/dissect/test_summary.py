"""A frame in one line."""

import pytest

from wirelab.codecs import (
    ARP,
    DHCP,
    DNS,
    RARP,
    TCP,
    UDP,
    VXLAN,
    DHCPMessageType,
    DNSQuestion,
    Ethernet,
    ICMPv4,
    ICMPv6,
    ICMPv6Echo,
    ICMPv6TimeExceeded,
    IPv4,
    IPv6,
    IPv6Fragment,
    MaximumSegmentSize,
    RouterSolicitation,
)
from wirelab.codecs.capture import CapturedFrame
from wirelab.codecs.dissect import Dissector
from wirelab.codecs.dissect.summary import FIELDS, summarize

ALICE, BOB = "10.0.0.1", "10.0.0.2"
IP = IPv4(source=ALICE, destination=BOB)
REPLY = IPv4(source=BOB, destination=ALICE)
QUOTED = bytes(IP / UDP(source_port=5, destination_port=6))


def line(packet):
    """The summary of one packet."""
    data = bytes(packet)
    frame = CapturedFrame(1, 0, data, len(data), 1)
    dissection = Dissector(FIELDS).dissect(frame)
    values: dict[str, list[object]] = {}
    for name, value in dissection.items:
        values.setdefault(name, []).append(value)
    return summarize(values, dissection.protocols, dissection.problem, frame)


@pytest.mark.parametrize(
    ("packet", "protocol", "text"),
    [
        (
            Ethernet() / ARP(sender_protocol_address=ALICE, target_protocol_address=BOB),
            "ARP",
            "who has 10.0.0.2? tell 10.0.0.1",
        ),
        (Ethernet() / IP / UDP(source_port=5, destination_port=6) / b"xy", "UDP", "5 → 6 Len=2"),
        (
            Ethernet()
            / IP
            / TCP(source_port=5, destination_port=6, flags=2, options=(MaximumSegmentSize(1460),)),
            "TCP",
            "5 → 6 [SYN] Seq=0 Win=65535 Len=0 MSS=1460",
        ),
        (
            Ethernet()
            / IPv4()
            / UDP()
            / DHCP(
                options=[DHCPMessageType(2)],
                transaction_id=7,
                your_address=BOB,
                client_hardware_address="02:00:00:00:00:01",
            ),
            "DHCP",
            "OFFER 0x00000007 02:00:00:00:00:01 gets 10.0.0.2",
        ),
        (
            Ethernet() / IP / UDP() / VXLAN() / Ethernet() / IPv4() / UDP(source_port=5),
            "UDP",
            "5 → 0 Len=0",
        ),
        (
            Ethernet() / IP / ICMPv4(type=8, identifier=1, sequence_number=2),
            "ICMP",
            "echo request id=1 seq=2 ttl=64",
        ),
        (Ethernet() / REPLY / ICMPv4(type=3, code=3) / QUOTED, "ICMP", "port unreachable"),
        (Ethernet(type=0x88B5) / b"?", "Ethernet", "type 0x88b5"),
        (Ethernet() / IPv6() / ICMPv6() / RouterSolicitation(), "ICMPv6", "router solicitation"),
        (
            Ethernet() / IPv6() / ICMPv6() / ICMPv6TimeExceeded() / bytes(IPv6() / UDP()),
            "ICMPv6",
            "time exceeded: in transit",
        ),
        (
            Ethernet() / IPv6() / IPv6Fragment(17, identification=7, fragment_offset=2) / bytes(8),
            "IPv6",
            "fragment 0x00000007 at 16",
        ),
        (
            Ethernet() / RARP(operation=3, target_hardware_address="02:00:00:00:00:09"),
            "RARP",
            "who is 02:00:00:00:00:09? tell 00:00:00:00:00:00",
        ),
        (
            Ethernet()
            / RARP(
                operation=4,
                target_hardware_address="02:00:00:00:00:09",
                target_protocol_address=BOB,
            ),
            "RARP",
            "02:00:00:00:00:09 is 10.0.0.2",
        ),
    ],
)
def test_a_line_says_what_the_packet_is(packet, protocol, text):
    summary = line(packet)
    assert summary.protocol == protocol
    assert summary.information == text


def test_addresses_are_the_outer_ones_of_an_icmp_error():
    summary = line(Ethernet() / REPLY / ICMPv4(type=3, code=3) / QUOTED)
    assert (summary.source, summary.destination) == (BOB, ALICE)


def test_ipv6_has_its_addresses_in_the_line():
    ip = Ethernet() / IPv6(source="2001:db8::1", destination="2001:db8::2")
    datagram = line(ip / UDP(50000, 50001) / b"hello")
    assert datagram[:3] == ("2001:db8::1", "2001:db8::2", "UDP")
    echo = line(ip / ICMPv6() / ICMPv6Echo(identifier=7, sequence_number=8))
    assert echo.protocol == "ICMPv6"
    assert "id=7 seq=8" in echo.information


def test_a_protocol_without_a_codec_is_described_by_its_ports():
    summary = line(Ethernet() / IP / UDP(123, 123) / bytes(48))
    assert (summary.protocol, summary.information) == ("NTP", "123 → 123 Len=48")


def test_protocols_above_are_described_by_their_codecs():
    question = DNS(questions=[DNSQuestion("host.lab", 1, 1)])
    summary = line(Ethernet() / IP / UDP(50000, 53) / question)
    assert (summary.source, summary.protocol) == (ALICE, "DNS")
    assert summary.information == "query 0x0000 A host.lab"


@pytest.mark.parametrize(
    ("packet", "source"),
    [
        (IP / IPv4(source="10.9.9.9") / UDP(source_port=5, destination_port=6), "10.9.9.9"),
        (IP / IPv6(source="2001:db8::1") / UDP(source_port=5, destination_port=6), "2001:db8::1"),
        (IP / ICMPv4(type=3, code=3) / bytes(IPv4(source="10.9.9.9") / UDP()), ALICE),
    ],
    ids=["tunnel", "tunnel of IPv6", "quote"],
)
def test_addresses_are_those_of_the_innermost_packet_that_was_sent(packet, source):
    assert line(Ethernet() / packet).source == source
