"""ARP's fields against tshark's."""

import struct

from scapy.layers.l2 import ARP, Ether

A, B = "02:00:00:00:00:0a", "02:00:00:00:00:0b"
IA, IB = "10.0.0.1", "10.0.0.2"
ALL = "ff:ff:ff:ff:ff:ff"


def base():
    """Requests, replies, probes, announcements; other hardware and other protocols."""
    yield Ether(src=A, dst=ALL) / ARP(hwsrc=A, psrc=IA, pdst=IB)
    yield Ether(src=B, dst=A) / ARP(op=2, hwsrc=B, psrc=IB, hwdst=A, pdst=IA)
    yield Ether(src=A, dst=ALL) / ARP(hwsrc=A, psrc=IA, pdst=IA, hwdst=ALL)
    yield Ether(src=A, dst=ALL) / ARP(hwsrc=A, psrc=IA, pdst=IA)
    yield Ether(src=A, dst=ALL) / ARP(hwsrc=A, psrc="0.0.0.0", pdst=IB)
    yield Ether(src=B, dst=A) / ARP(op=2, hwsrc=B, psrc=IB, hwdst=B, pdst=IB)
    start = bytes(Ether(src=A, dst=ALL, type=0x0806))
    yield start + struct.pack("!HHBBH", 1, 0x0800, 8, 4, 1) + bytes(range(24))
    yield start + struct.pack("!HHBBH", 6, 0x86DD, 6, 16, 1) + bytes(range(44))
    yield start + struct.pack("!HHBBH", 32, 0x0800, 20, 4, 2) + bytes(range(48))


def test_every_field_of_arp_is_what_tshark_prints(variations, oracle):
    """RFC 826."""
    compared = oracle("arp", variations(base(), count=450))
    assert set(compared.fields) - compared.filled == set()
