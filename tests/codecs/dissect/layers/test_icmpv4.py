"""ICMP's fields against tshark's."""

import struct

from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.layers.l2 import Ether

IA, IB = "10.0.0.1", "10.0.0.2"
THERE = Ether(src="02:00:00:00:00:0a", dst="02:00:00:00:00:0b") / IP(src=IA, dst=IB, id=1)
BACK = Ether(src="02:00:00:00:00:0b", dst="02:00:00:00:00:0a") / IP(src=IB, dst=IA, id=2)


def base():
    """Queries and their answers, errors and what they quote."""
    time = struct.pack("<QQ", 1_700_000_000, 123456)
    yield THERE / ICMP(type=8, id=0x0102, seq=1) / (b"abcdefgh" * 4)
    yield BACK / ICMP(type=0, id=0x0102, seq=1) / (b"abcdefgh" * 4)
    yield THERE / ICMP(type=8, id=0x0102, seq=2) / (time + bytes(range(0x10, 0x38)))
    yield THERE / ICMP(type=13, id=5, seq=6, ts_ori=1000, ts_rx=2000, ts_tx=3000)
    yield THERE / ICMP(type=17, id=5, seq=6, addr_mask="255.255.255.0")
    quoted = IP(src=IA, dst=IB, id=7) / UDP(sport=50000, dport=49152) / b"quoted data"
    segment = IP(src=IA, dst=IB, id=8) / TCP(sport=50010, dport=8300, seq=0x01020304, flags="S")
    yield BACK / ICMP(type=3, code=3) / quoted
    yield BACK / ICMP(type=3, code=4, nexthopmtu=1400) / bytes(segment)[:28]
    yield BACK / ICMP(type=5, code=1, gw="10.0.0.254") / bytes(quoted)[:28]
    yield BACK / ICMP(type=11, code=0) / segment
    yield BACK / ICMP(type=12, code=0, ptr=20) / bytes(quoted)[:28]


def test_every_field_of_icmp_is_what_tshark_prints(variations, oracle):
    """RFC 792."""
    compared = oracle("icmp", variations(base(), count=600))
    assert {"icmp.mtu", "icmp.redir_gw", "icmp.pointer", "icmp.data_time"} <= compared.filled
