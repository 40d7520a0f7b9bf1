"""The fields of UDP-Lite against tshark's."""

from scapy.layers.inet import IP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import Ether

ETHER = Ether(src="02:00:00:00:00:0a", dst="02:00:00:00:00:0b")
THERE = ETHER / IP(src="10.0.0.1", dst="10.0.0.2", proto=136, id=1)
BACK = ETHER / IP(src="10.0.0.2", dst="10.0.0.1", proto=136, id=2)
SIXTH = ETHER / IPv6(src="2001:db8::a", dst="2001:db8::b", nh=136)


def lite(source, destination, coverage, payload, checksum=0x1234):
    """A datagram as bytes."""
    words = (source, destination, coverage, checksum)
    return b"".join(word.to_bytes(2) for word in words) + payload


def base():
    """All covered, the header only, a part; and lies."""
    yield THERE / lite(50000, 49152, 0, b"all of it is covered")
    yield BACK / lite(49152, 50000, 8, b"the header only")
    yield THERE / lite(50000, 49152, 12, b"header and four bytes")
    yield SIXTH / lite(50000, 49152, 0, b"above IPv6")
    yield THERE / lite(50000, 49152, 5, b"less than the header")
    yield THERE / lite(50000, 49152, 500, b"more than there is")
    yield THERE / lite(50000, 49152, 0, b"no checksum", checksum=0)
    yield THERE / lite(50000, 49152, 8, b"")


def test_every_field_of_udplite_is_what_tshark_prints(variations, oracle):
    """RFC 3828."""
    compared = oracle(["udp", "udp.checksum_coverage"], variations(base(), count=420))
    assert compared.filled >= {"udp.srcport", "udp.checksum_coverage", "udp.checksum.status"}
    assert "udp.stream" in compared.filled
