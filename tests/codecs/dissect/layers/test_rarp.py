"""RARP's fields against tshark's: ARP's, under another Ethernet type."""

import struct

from scapy.layers.l2 import ARP, Ether

A, B = "02:00:00:00:00:0a", "02:00:00:00:00:0b"


def base():
    """Requests and replies, those of ARP by the way, and other hardware."""
    there = Ether(src=A, dst="ff:ff:ff:ff:ff:ff", type=0x8035)
    back = Ether(src=B, dst=A, type=0x8035)
    nobody = "0.0.0.0"
    yield there / ARP(op=3, hwsrc=A, hwdst=A, psrc=nobody, pdst=nobody)
    yield back / ARP(op=4, hwsrc=B, psrc="10.0.0.2", hwdst=A, pdst="10.0.0.1")
    yield there / ARP(op=1, hwsrc=A, psrc="10.0.0.1", pdst="10.0.0.1")
    yield back / ARP(op=4, hwsrc=B, psrc="10.0.0.2", hwdst=A, pdst="10.0.0.1") / b"a trailer"
    yield bytes(there)[:14] + struct.pack("!HHBBH", 6, 0x86DD, 6, 16, 3) + bytes(range(44))
    yield bytes(there)[:14] + struct.pack("!HHBBH", 32, 0x0800, 20, 4, 4) + bytes(range(48))


def test_every_field_of_rarp_is_what_tshark_prints(variations, oracle):
    """RFC 903."""
    compared = oracle("arp", variations(base(), count=420))
    assert compared.filled >= {"arp.opcode", "arp.src.hw_mac", "arp.dst.proto_ipv4", "arp.src.hw"}
