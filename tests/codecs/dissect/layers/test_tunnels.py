"""The fields of GRE, VXLAN and IPsec's headers against tshark's."""

import pytest
from scapy.layers.inet import IP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.ipsec import AH, ESP
from scapy.layers.l2 import GRE, Ether
from scapy.layers.vxlan import VXLAN
from scapy.packet import Raw

ETHER = Ether(src="02:00:00:00:00:0a", dst="02:00:00:00:00:0b")
THERE = ETHER / IP(src="10.0.0.1", dst="10.0.0.2", id=1)
INNER = IP(src="10.1.0.1", dst="10.1.0.2") / UDP(sport=50000, dport=49152) / b"inside"


def gre():
    """With and without each optional part."""
    yield THERE / GRE() / INNER
    yield THERE / GRE(key_present=1, key=0xCAFE, seqnum_present=1, sequence_number=7) / INNER
    yield THERE / GRE(chksum_present=1) / INNER
    yield THERE / GRE(proto=0x6558) / ETHER / INNER
    yield THERE / GRE(proto=0x88B5) / Raw(b"experiment")


def vxlan():
    """One frame in another."""
    tunnel = THERE / UDP(sport=50000, dport=4789)
    yield tunnel / VXLAN(vni=0x123456, flags=8) / ETHER / INNER
    yield tunnel / VXLAN(vni=1, flags=8) / ETHER / Raw(b"odd")


def ah():
    """Authenticated, with a value that nobody checks."""
    yield (
        THERE
        / AH(nh=17, payloadlen=4, spi=0x1234, seq=5, icv=b"0123456789ab")
        / UDP(sport=50000, dport=49152)
        / b"signed"
    )
    yield THERE / AH(nh=253, payloadlen=4, spi=1, seq=2, icv=b"x" * 12) / Raw(b"experiment")


def esp():
    """Encrypted, to whom it may concern."""
    yield THERE / ESP(spi=0xCAFE, seq=7, data=b"secret" * 4)
    yield THERE / ESP(spi=1, seq=2, data=b"")
    yield ETHER / IPv6(src="2001:db8::a", dst="2001:db8::b") / ESP(spi=3, seq=4, data=b"x" * 9)


CASES = {
    "gre": (gre, {"gre.proto", "gre.key", "gre.sequence_number", "gre.checksum", "gre.offset"}),
    "vxlan": (vxlan, {"vxlan.vni", "vxlan.reserved8", "vxlan.flags"}),
    "esp": (esp, {"esp.spi", "esp.sequence"}),
    "ah": (ah, {"ah.next_header", "ah.length", "ah.spi", "ah.sequence", "ah.icv"}),
}


@pytest.mark.parametrize("protocol", CASES)
def test_every_field_of_a_tunnel_is_what_tshark_prints(oracle, variations, protocol):
    """RFC 2784, RFC 2890; RFC 7348; RFC 4302; RFC 4303."""
    base, filled = CASES[protocol]
    compared = oracle(protocol, variations(base(), count=480))
    assert compared.filled >= filled
