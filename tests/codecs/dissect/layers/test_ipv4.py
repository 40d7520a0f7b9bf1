"""IPv4's fields against tshark's."""

from scapy.layers.inet import ICMP, IP, TCP, UDP, IPOption
from scapy.layers.l2 import Ether

E = Ether(src="02:00:00:00:00:0a", dst="02:00:00:00:00:0b")
IA, IB = "10.0.0.1", "10.0.0.2"


def base():
    """Every payload that has a codec, fragments, tunnels, options."""
    udp = UDP(sport=50000, dport=49152) / b"Hello, this is UDP!"
    yield E / IP(src=IA, dst=IB, id=1) / udp
    yield E / IP(src=IA, dst=IB, id=2, tos=0xB9, ttl=1, flags="DF") / udp
    yield E / IP(src=IA, dst=IB, id=3) / ICMP(type=8, id=1, seq=2) / b"abcdefghijkl"
    yield E / IP(src=IA, dst=IB, id=4) / TCP(sport=50000, dport=49152, flags="S") / b"segment"
    yield E / IP(src=IA, dst=IB, proto=253) / b"protocol 253"
    yield E / IP(src=IA, dst=IB) / IP(src="192.168.0.1", dst="192.168.0.2") / udp
    yield E / IP(src=IA, dst=IB, id=5, options=[IPOption(b"\x07\x0b\x04" + bytes(8))]) / udp
    yield (E / IP(src=IA, dst=IB, options=[IPOption(b"\x44\x14\x0d\x01" + bytes(range(16)))]) / udp)
    yield E / IP(src=IA, dst=IB, options=[IPOption(b"\x83\x0b\x04" + bytes(range(8)))]) / udp
    yield E / IP(src=IA, dst=IB, options=[IPOption(b"\x94\x04\0\0")]) / udp
    yield E / IP(src=IA, dst=IB, options=[IPOption(b"\x88\x04\x12\x34")]) / udp
    yield E / IP(src=IA, dst=IB, options=[IPOption(b"\x0b\x04\x05\xdc")]) / udp


def test_every_field_of_ipv4_is_what_tshark_prints(variations, oracle):
    """RFC 791."""
    compared = oracle("ip", variations(base(), count=900))
    absent = set(compared.fields) - compared.filled
    options = {name for name in absent if name.startswith(("ip.opt.", "ip.cipso."))}
    assert absent - options <= {"ip.fragment.overlap"}  # options: test_ipv4_options.py
