"""The fields of IPv6 and its extension headers against tshark's."""

import pytest
from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.inet6 import (
    IPv6,
    IPv6ExtHdrDestOpt,
    IPv6ExtHdrFragment,
    IPv6ExtHdrHopByHop,
    PadN,
    RouterAlert,
)
from scapy.layers.l2 import Ether
from scapy.packet import Raw

A, B = "2001:db8::a", "2001:db8::b"
ETHER = Ether(src="02:00:00:00:00:0a", dst="02:00:00:00:00:0b")
THERE = ETHER / IPv6(src=A, dst=B, tc=0xB9, fl=0x12345, hlim=63)
BACK = ETHER / IPv6(src=B, dst=A)
DATAGRAM = UDP(sport=50000, dport=49152) / b"Hello UDP!"
SEGMENT = TCP(sport=50000, dport=49152, flags="S", options=[("MSS", 1440)])


def base():
    """Ports are outside of those that Wireshark hands to a dissector of its own."""
    yield THERE / DATAGRAM
    yield BACK / UDP(sport=49152, dport=50000) / b"an answer"
    yield THERE / SEGMENT
    yield BACK / TCP(sport=49152, dport=50000, flags="SA")
    yield ETHER / IPv6(nh=59) / Raw(b"no next header")
    yield ETHER / IPv6(nh=253) / Raw(b"experiment")
    yield THERE / IPv6ExtHdrHopByHop(options=[RouterAlert(value=0)]) / DATAGRAM
    yield THERE / IPv6ExtHdrDestOpt(options=[PadN(optdata=b"\0\0")]) / DATAGRAM
    yield THERE / IPv6ExtHdrFragment(id=7, offset=0, m=1) / Raw(b"x" * 16)
    yield THERE / IPv6ExtHdrFragment(id=9, offset=3, m=0, nh=17) / Raw(b"the last piece")
    yield ETHER / IP(src="10.0.0.1", dst="10.0.0.2") / IPv6(src=A, dst=B) / DATAGRAM
    yield ETHER / IPv6(src=A, dst=B) / IP(src="10.0.0.1", dst="10.0.0.2") / DATAGRAM


@pytest.fixture
def frames(variations):
    """About 400 of them."""
    return variations(base(), count=420)


def test_every_field_of_ipv6_is_what_tshark_prints(oracle, frames):
    """RFC 8200."""
    compared = oracle("ipv6", frames)
    names = ("ipv6.tclass", "ipv6.hopopts.nxt", "ipv6.dstopts.len", "ipv6.fraghdr.offset")
    assert compared.filled >= {*names, "ipv6.src", "ipv6.flow", "ipv6.opt.router_alert"}
