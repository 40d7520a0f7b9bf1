"""The fields of IPX against tshark's: over Ethernet types, LLC, Novell's raw frames, and UDP."""

from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether

TO, FROM = bytes.fromhex("02000000000b"), bytes.fromhex("02000000000a")
TUNNEL = Ether(src=FROM, dst=TO) / IP(src="10.0.0.1", dst="10.0.0.2", id=1)


def ipx(payload=b"sixteen bytes...", kind=0, socket=0x5000, length=None, checksum=0xFFFF, hops=1):
    """A packet as bytes."""
    total = 30 + len(payload) if length is None else length
    head = checksum.to_bytes(2) + total.to_bytes(2) + bytes((hops, kind))
    there = (0x12).to_bytes(4) + TO + socket.to_bytes(2)
    return head + there + (0x34).to_bytes(4) + FROM + (0x5001).to_bytes(2) + payload


def ieee(body):
    """An IEEE 802.3 frame."""
    return TO + FROM + len(body).to_bytes(2) + body


def base():
    """Packet types and sockets whose payload nobody dissects."""
    yield TO + FROM + b"\x81\x37" + ipx()
    yield TO + FROM + b"\x81\x37" + ipx(kind=4, checksum=0x1234)
    yield ieee(b"\xe0\xe0\x03" + ipx(b"in LLC"))
    yield ieee(ipx(b"raw, as Novell did"))
    yield TUNNEL / UDP(sport=213, dport=213) / ipx(b"in UDP")
    yield TO + FROM + b"\x81\x37" + ipx(length=29)
    yield TO + FROM + b"\x81\x37" + ipx(length=1000)
    yield ieee(ipx(b""))


def test_every_field_of_ipx_is_what_tshark_prints(variations, oracle):
    """Novell IPX Router Specification section 3; RFC 1234."""
    frames = variations(base(), count=520)
    compared = oracle(["ipx", "eth.len"], frames)
    assert set(compared.fields) - compared.filled == set()
