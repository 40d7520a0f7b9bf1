"""Checksums judged for people, compared with tshark told to verify."""

import subprocess
from typing import Any

import pytest

from wirelab.codecs import (
    TCP,
    UDP,
    Ethernet,
    ICMPv4,
    ICMPv6,
    IPv4,
    IPv6,
    IPv6Destination,
    IPv6Fragment,
    IPv6SourceRoute,
)
from wirelab.codecs.capture import CapturedFrame, open_capture
from wirelab.codecs.dissect import Dissector
from wirelab.codecs.dissect.tree import layers

IP = IPv4(source="10.0.0.1", destination="10.0.0.2")
DATAGRAM = IP / UDP(source_port=5, destination_port=6) / b"data"


def verdicts(data, wire_length=None):
    """Layer name -> what is said of its checksum."""
    frame = CapturedFrame(1, 0, data, wire_length or len(data), 1)
    found = layers(Dissector().dissect(frame))
    return {layer.protocol.name: str(layer.checksum) for layer in found if layer.checksum}


@pytest.mark.parametrize("transport", [UDP(), TCP(), ICMPv4()])
def test_a_right_checksum_is_correct_and_a_wrong_one_is_told_with_the_right_value(transport):
    whole = bytes(Ethernet() / IP / transport / b"data")
    name = type(transport).LAYER.lower().removesuffix("v4")
    assert verdicts(whole) == {"ip": "correct", name: "correct"}
    place = 34 + {"udp": 6, "tcp": 16, "icmp": 2}[name]
    right = whole[place : place + 2].hex()
    broken = whole[:place] + b"\x12\x34" + whole[place + 2 :]
    assert verdicts(broken)[name] == f"wrong, should be 0x{right}"


@pytest.mark.parametrize("transport", [UDP(), TCP(), ICMPv6(type=128)], ids=lambda one: one.LAYER)
@pytest.mark.parametrize("lower", [(), (IPv6Destination(),), (IP,)], ids=["", "extended", "tunnel"])
def test_checksums_above_ipv6_are_judged_with_its_addresses(transport, lower):
    """RFC 8200 section 8.1; a tunnel's outer addresses have no part in it."""
    packet: Any = IPv6(source="2001:db8::1", destination="2001:db8::2")
    for header in lower:
        packet = header / packet if header is IP else packet / header
    whole = bytes(Ethernet() / packet / transport / b"data")
    name = transport.LAYER.lower()
    assert verdicts(whole)[name] == "correct"
    place = len(whole) - transport.header_length - 4 + {"udp": 6, "tcp": 16, "icmpv6": 2}[name]
    right = whole[place : place + 2].hex()
    broken = whole[:place] + b"\x12\x34" + whole[place + 2 :]
    assert verdicts(broken)[name] == f"wrong, should be 0x{right}"
    assert verdicts(whole[:-1], len(whole))[name] == "not checked: not all of it was captured"


@pytest.mark.parametrize(
    ("extension", "reason"),
    [
        (IPv6Fragment(more_fragments=True), "a fragment"),
        (
            IPv6SourceRoute(addresses=["2001:db8::9"], segments_left=1),
            "a routing header names another destination",
        ),
    ],
    ids=["fragment", "route"],
)
def test_what_cannot_be_checked_above_ipv6_is_told_with_the_reason(extension, reason):
    whole = bytes(Ethernet() / IPv6() / extension / UDP() / bytes(16))
    assert verdicts(whole)["udp"] == f"not checked: {reason}"


def test_a_wrong_header_checksum_is_told():
    whole = bytearray(bytes(Ethernet() / DATAGRAM))
    whole[14 + 8] -= 1  # a router took one off the TTL, and forgot the checksum
    assert verdicts(bytes(whole))["ip"].startswith("wrong, should be 0x")


@pytest.mark.parametrize(
    ("packet", "kept", "reason"),
    [
        (DATAGRAM, -1, "not all of it was captured"),
        (IP / UDP(checksum=0) / b"data", None, "the sender computed none"),
        (IP.replace(more_fragments=True) / UDP() / b"data", -2, "a fragment"),
    ],
)
def test_what_cannot_be_checked_is_told_with_the_reason(packet, kept, reason):
    whole = bytes(Ethernet() / packet)
    if reason == "a fragment":
        assert "udp" not in verdicts(whole)
        return
    assert verdicts(whole[:kept], len(whole))["udp"] == f"not checked: {reason}"


def test_a_quoted_packet_is_not_checked():
    whole = bytes(Ethernet() / IP / ICMPv4(type=3, code=3) / bytes(DATAGRAM))
    assert verdicts(whole)["udp"] == "not checked: quoted in an ICMP error"


def test_tshark_comes_to_the_same_verdicts(corpus, tshark):
    """With its preferences for verifying switched on; 1 good, 0 bad."""
    words = [
        word for name in ("ip", "udp", "tcp") for word in ("-o", f"{name}.check_checksum:TRUE")
    ]
    fields = [f"{name}.checksum.status" for name in ("ip", "udp", "tcp")]
    words += [word for name in fields for word in ("-e", name)]
    command = [tshark, "-n", "-r", corpus, "-T", "fields", "-E", "occurrence=f", *words]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    names = {"1": "correct", "0": "wrong"}
    compared = 0
    with open_capture(corpus) as capture:
        dissector = Dissector()
        for record, line in zip(capture.records(), output.splitlines(), strict=True):
            found: dict[str, str] = {}
            for layer in layers(dissector.dissect(record)):
                if layer.checksum is not None:
                    found.setdefault(layer.protocol.name, layer.checksum.status)
            for name, status in zip(("ip", "udp", "tcp"), line.split("\t"), strict=True):
                if status in names and found.get(name, "") in ("correct", "wrong"):
                    assert found[name] == names[status], (record.number, name)
                    compared += 1
    assert compared > 500
