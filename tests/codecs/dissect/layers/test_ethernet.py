"""The fields of Ethernet, VLAN tags and the frame itself against tshark's."""

from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import ARP, Dot1Q, Ether

A, B = "02:00:00:00:00:0a", "02:00:00:00:00:0b"
IA, IB = "10.0.0.1", "10.0.0.2"
DATAGRAM = IP(src=IA, dst=IB) / UDP(sport=50000, dport=49152) / b"tagged"


def base():
    """Short and long frames, with tags and without."""
    yield Ether(src=A, dst=B) / DATAGRAM
    yield Ether(src=A, dst="01:00:5e:00:00:01") / DATAGRAM / (b"long enough" * 9)
    yield Ether(src=A, dst="ff:ff:ff:ff:ff:ff") / ARP(hwsrc=A, psrc=IA, pdst=IB)
    yield Ether(src=A, dst=B) / Dot1Q(vlan=42, prio=5, dei=1) / DATAGRAM
    yield Ether(src=A, dst=B) / Dot1Q(vlan=42) / Dot1Q(vlan=4095, prio=7) / DATAGRAM
    yield bytes(Ether(src=A, dst=B) / Dot1Q(vlan=9) / Dot1Q(vlan=8) / DATAGRAM).replace(
        b"\x81\0", b"\x88\xa8", 1
    )
    yield Ether(src=A, dst=B, type=0x88B5) / b"an experiment of somebody else's"


def test_every_field_of_ethernet_is_what_tshark_prints(variations, oracle):
    """RFC 894; IEEE 802.3 section 3.2."""
    compared = oracle("eth", variations(base(), count=500))
    assert set(compared.fields) - compared.filled <= {"eth.len", "eth.invalid_lentype"}


def test_every_field_of_vlan_tags_is_what_tshark_prints(variations, oracle):
    """IEEE 802.1Q section 9."""
    compared = oracle("vlan", variations(base(), count=450))
    assert set(compared.fields) - compared.filled == set()


def test_every_field_of_the_frame_is_what_tshark_prints(variations, oracle):
    """What does not depend on a pcapng file, which test_dissector.py compares."""
    compared = oracle("frame", variations(base(), count=400))
    assert {"frame.number", "frame.time_delta", "frame.cap_len"} <= compared.filled
