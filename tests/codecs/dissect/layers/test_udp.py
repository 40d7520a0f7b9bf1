"""UDP's fields against tshark's."""

import pytest
from scapy.layers.inet import IP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import Ether

A, B = "02:00:00:00:00:0a", "02:00:00:00:00:0b"
IA, IB = "10.0.0.1", "10.0.0.2"
THERE = Ether(src=A, dst=B) / IP(src=IA, dst=IB, id=1)
BACK = Ether(src=B, dst=A) / IP(src=IB, dst=IA, id=2)
V6 = Ether(src=A, dst=B) / IPv6(src="2001:db8::1", dst="2001:db8::2")


def base():
    """Ports are outside of those that Wireshark hands to a dissector of its own."""
    yield THERE / UDP(sport=50000, dport=49152) / b"Hello UDP!"
    yield BACK / UDP(sport=49152, dport=50000) / (b"a longer answer" * 4)
    yield THERE / UDP(sport=50000, dport=49152, chksum=0) / b"no checksum"
    yield THERE / UDP(sport=50001, dport=49152)
    yield THERE / UDP(sport=50002, dport=49152, len=12) / b"length too short"
    yield THERE / UDP(sport=50003, dport=49152, len=99) / b"length too long"
    yield THERE / UDP(sport=50007, dport=50007) / b"same ports"
    yield V6 / UDP(sport=50000, dport=49152) / b"over IPv6"


@pytest.fixture
def frames(variations):
    """About 400 of them."""
    return [frame for frame in variations(base(), count=450) if not is_without_length(frame.data)]


def is_without_length(data):
    """Whether IPv6 says 0 bytes, which test_ipv6.py compares."""
    return data[12:14] == b"\x86\xdd" and data[18:20] == b"\0\0"


def test_every_field_of_udp_is_what_tshark_prints(oracle, frames):
    """RFC 768."""
    compared = oracle("udp", frames)
    assert set(compared.fields) - compared.filled == {"udp.checksum_coverage"}  # UDP-Lite's
