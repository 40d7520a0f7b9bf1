"""A frame as a tree."""

import pytest

from wirelab.codecs import (
    ARP,
    DHCP,
    UDP,
    DHCPHostName,
    DHCPMessageType,
    Ethernet,
    IPv4,
    IPv6,
    IPv6Fragment,
    LinuxCooked2,
    UDPLite,
)
from wirelab.codecs.capture import CapturedFrame
from wirelab.codecs.dissect import Dissector, lookup
from wirelab.codecs.dissect.tree import json_layers, json_value, layers, value_text

FRAME_TIMES = ("time", "time_epoch", "time_delta", "time_delta_displayed", "time_relative")


def dissection(packet, padding=b""):
    """One packet taken apart."""
    data = bytes(packet) + padding
    return Dissector().dissect(CapturedFrame(1, 0, data, len(data), 1))


def test_padding_stands_in_the_layer_that_it_belongs_to():
    tree = layers(dissection(Ethernet() / ARP(), bytes(18)))
    names = {layer.protocol.name: [field.name for field, _ in layer.fields] for layer in tree}
    assert list(names) == ["frame", "eth", "arp"]
    assert "eth.padding" in names["eth"]


def test_headings_say_who_talks_to_whom():
    packet = Ethernet() / IPv4(source="10.0.0.1", destination="10.0.0.2") / UDP(1, 2) / b"x"
    assert [layer.heading() for layer in layers(dissection(packet))][2:] == [
        "Internet Protocol Version 4, 10.0.0.1 → 10.0.0.2",
        "User Datagram Protocol, 1 → 2",
        "Data",
    ]


@pytest.mark.parametrize(
    ("packet", "link_type", "heading"),
    [
        (IPv6(source="fe80::1", destination="fe80::2") / UDP(1, 2), 229, "6, fe80::1 → fe80::2"),
        (IPv4() / UDPLite(1, 2) / b"x", 228, "Lightweight User Datagram Protocol, 1 → 2"),
        (LinuxCooked2() / IPv4() / UDP(1, 2), 276, "Linux cooked capture"),
    ],
    ids=["IPv6", "UDP-Lite", "cooked v2"],
)
def test_other_headings_do_so_too(packet, link_type, heading):
    data = bytes(packet)
    tree = layers(Dissector().dissect(CapturedFrame(1, 0, data, len(data), link_type)))
    assert any(layer.heading().endswith(heading) for layer in tree)


def test_udplite_shows_its_fields_though_they_are_named_like_those_of_udp():
    tree = json_layers(dissection(Ethernet() / IPv4() / UDPLite(1, 2) / b"x"))
    (fields,) = [layer["fields"] for layer in tree if layer["protocol"] == "udplite"]
    assert (fields["udp.srcport"], fields["udp.dstport"]) == (1, 2)


def test_extension_headers_keep_their_fields():
    packet = Ethernet() / IPv6() / IPv6Fragment(17, identification=7, fragment_offset=2) / bytes(8)
    by_name = {layer.protocol.name: layer.fields for layer in layers(dissection(packet))}
    names = {field.name for field, _ in by_name["ipv6.fraghdr"]}
    assert "ipv6.fraghdr.ident" in names
    assert "ipv6.dst" in {field.name for field, _ in by_name["ipv6"]}


def test_times_of_a_usual_frame_fit_a_line_of_80_columns():
    """The arrival time is 36 characters long."""
    titles = [lookup(f"frame.{name}").title for name in FRAME_TIMES]
    assert 4 + max(map(len, titles)) + 2 + 36 + 2 + len("[frame.time]") <= 80


def test_a_tunnel_keeps_its_headers_apart():
    packet = Ethernet() / IPv4(source="10.0.0.1") / IPv4(source="10.0.0.9") / UDP()
    sources = [layer["fields"].get("ip.src") for layer in json_layers(dissection(packet))]
    assert sources == [None, None, "10.0.0.1", "10.0.0.9", None]


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("ip.proto", 17, "17 (UDP)"),
        ("tcp.flags.syn", True, "yes"),
        ("udp.time_delta", 1_500_000_000, "1.500000000 s"),
        ("icmp.resptime", 1_500_000, "1.5 ms"),
        ("eth.src.oui", 0x020000, "02:00:00"),
        ("eth.type", 0x88B7, "0x88b7"),
        ("data.data", bytes(16), "00" * 16),
        ("data.data", bytes(17), "00" * 16 + "... (17 bytes)"),
    ],
)
def test_values_are_written_for_people(name, value, text):
    assert value_text(lookup(name), value) == text


@pytest.mark.parametrize(
    ("name", "value", "typed"),
    [
        ("ip.proto", 17, 17),
        ("tcp.flags.syn", True, True),
        ("udp.time_delta", 1_500_000_000, 1.5),
        ("ip.src", b"\x0a\0\0\x01", "10.0.0.1"),
        ("data.data", b"\x01\x02", "0102"),
        ("ip.id", 0x1234, 0x1234),
    ],
)
def test_json_values_are_typed(name, value, typed):
    assert json_value(lookup(name), value) == typed


def test_options_of_dhcp_are_named():
    """RFC 2132."""
    message = DHCP(options=[DHCPMessageType(1), DHCPHostName("alice")])
    tree = layers(dissection(Ethernet() / IPv4() / UDP(68) / message))
    texts = [value_text(field, value) for field, value in tree[-1].fields]
    assert {"53 (message type)", "12 (host name)"} <= set(texts)
