"""The fields of IPv6's routing headers against tshark's."""

from scapy.layers.inet import UDP
from scapy.layers.inet6 import IPv6, IPv6ExtHdrRouting, IPv6ExtHdrSegmentRouting
from scapy.layers.l2 import Ether
from scapy.packet import Raw

A, B, C = "2001:db8::a", "2001:db8::b", "2001:db8::c"
ETHER = Ether(src="02:00:00:00:00:0a", dst="02:00:00:00:00:0b")
THERE = ETHER / IPv6(src=A, dst=B)
DATAGRAM = UDP(sport=50000, dport=49152) / b"routed"


def base():
    """Source routes, mobility, segments, and a type that nobody knows."""
    yield THERE / IPv6ExtHdrRouting(addresses=[B, C], segleft=1) / DATAGRAM
    yield THERE / IPv6ExtHdrRouting(addresses=[C], segleft=0) / DATAGRAM
    yield THERE / IPv6ExtHdrRouting(type=2, addresses=[C], segleft=1) / DATAGRAM
    yield THERE / IPv6ExtHdrSegmentRouting(addresses=[C, B], segleft=1, lastentry=1) / DATAGRAM
    yield THERE / IPv6ExtHdrSegmentRouting(addresses=[C], segleft=0, lastentry=0, tag=7) / DATAGRAM
    yield (
        ETHER / IPv6(src=A, dst=B, nh=43) / Raw(bytes((17, 1, 253, 0)) + b"experimental") / DATAGRAM
    )


def test_every_field_of_routing_headers_is_what_tshark_prints(variations, oracle):
    """RFC 8200 section 4.4; RFC 2460; RFC 6275; RFC 8754."""
    frames = variations(base(), count=520)
    compared = oracle(["ipv6.routing", "udp.srcport"], frames)
    names = ("src.addr", "mipv6.home_address", "srh.addr", "unknown_data", "segleft", "srh.tag")
    assert compared.filled >= {f"ipv6.routing.{name}" for name in names}
