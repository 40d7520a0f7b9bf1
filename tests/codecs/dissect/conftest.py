"""A capture of all layers, whole, malformed and cut, and what tshark says about it.

Ports are chosen outside of those that Wireshark hands to a dissector of its own.
"""

import os
import struct
import subprocess

import pytest
from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.layers.l2 import ARP, Dot1Q, Ether
from scapy.packet import Raw
from scapy.utils import checksum

from wirelab.codecs.capture import PcapngWriter

A, B = "02:00:00:00:00:0a", "02:00:00:00:00:0b"
E = Ether(src=A, dst=B)
R = Ether(src=B, dst=A)
IA, IB = "10.0.0.1", "10.0.0.2"
X = IP(src=IA, dst=IB, id=0x1234)
Y = IP(src=IB, dst=IA, id=0x4321)


def arp():
    yield Ether(src=A, dst="ff:ff:ff:ff:ff:ff") / ARP(hwsrc=A, psrc=IA, pdst=IB) / Raw(bytes(18))
    yield R / ARP(op=2, hwsrc=B, psrc=IB, hwdst=A, pdst=IA)
    yield Ether(src=A, dst="ff:ff:ff:ff:ff:ff") / ARP(
        hwsrc=A, psrc=IA, pdst=IA, hwdst="ff:ff:ff:ff:ff:ff"
    )
    yield Ether(src=A, dst="ff:ff:ff:ff:ff:ff") / ARP(hwsrc=A, psrc=IA, pdst=IA)
    yield Ether(src=A, dst="ff:ff:ff:ff:ff:ff") / ARP(hwsrc=A, psrc="0.0.0.0", pdst=IA)
    yield R / ARP(op=2, hwsrc=B, psrc=IB, hwdst=B, pdst=IB)
    yield E / ARP(op=9, hwsrc=A, psrc=IA, pdst=IB)
    yield (
        bytes(E / Raw(b""))[:12]
        + b"\x08\x06"
        + struct.pack("!HHBBH", 1, 0x0800, 8, 4, 1)
        + bytes(range(24))
    )
    yield (
        bytes(E / Raw(b""))[:12]
        + b"\x08\x06"
        + struct.pack("!HHBBH", 6, 0x86DD, 6, 16, 1)
        + bytes(range(44))
    )
    yield bytes(E / ARP(hwsrc=A, psrc=IA, pdst=IB))[:30]
    yield bytes(E / ARP(hwsrc=A, psrc=IA, pdst=IB))[:40]
    yield bytes(E / ARP(hwsrc=A, psrc=IA, pdst=IB))[:18]


def udp():
    yield E / X / UDP(sport=50000, dport=49152) / b"Hello UDP!"
    yield (
        R / Y / UDP(sport=49152, dport=50000) / b"Hello back, this is longer than the minimum frame"
    )
    yield E / X / UDP(sport=50000, dport=49152, chksum=0) / b"odd"
    yield E / X / UDP(sport=50001, dport=49152, chksum=0x1234) / b"bad"
    yield bytes(E / X / UDP(sport=50000, dport=49152) / b"pad") + bytes(15)
    yield (
        bytes(E / X / UDP(sport=50000, dport=49152) / b"trailer")
        + b"\1\2\3\4\5\6\7\x08\x09\x0a\x0b"
    )
    yield (
        bytes(E / X / UDP(sport=50000, dport=49152) / (b"trailer after a long payload" * 3))
        + b"\1\2\3\4\5\6"
    )
    yield E / X / UDP(sport=50000, dport=49152, len=100) / b"length too long"
    yield E / X / UDP(sport=50000, dport=49152, len=12) / b"length too short"
    yield E / X / UDP(sport=50000, dport=49152, len=7) / b"length below 8"
    yield E / X / UDP(sport=50000, dport=49152, len=0) / b"length zero"
    yield E / X / UDP(sport=50000, dport=49152)
    yield bytes(E / X / UDP(sport=50000, dport=49152) / b"cut")[:38]
    yield (
        E
        / IP(src=IA, dst=IB, len=25)
        / UDP(sport=50000, dport=49152)
        / b"ip length cuts the UDP header"
    )
    yield (
        E
        / IP(src=IA, dst=IB, tos=0xB9, ttl=1, flags="DF+MF+evil", frag=0)
        / UDP(sport=50000, dport=49152)
        / b"flags"
    )
    yield E / IP(src=IA, dst="224.0.0.9", ttl=3) / UDP(sport=50000, dport=49153) / b"multicast"
    yield E / IP(src=IB, dst=IB) / UDP(sport=50007, dport=50007) / b"same ports and addresses"


def foreign_ports():
    """Payloads that Wireshark has a dissector for."""
    yield E / X / UDP(sport=50020, dport=514) / b"<13>Jan  1 00:00:00 host program: text"
    yield R / Y / UDP(sport=514, dport=50020) / b"<13>back"
    yield E / X / UDP(sport=123, dport=123) / (b"\x23" + bytes(47))
    yield E / X / TCP(sport=50021, dport=80, seq=9, ack=9, flags="PA") / b"GET / HT"
    yield E / X / TCP(sport=50021, dport=80, seq=17, ack=9, flags="PA") / b"TP/1.1\r\nHost: "


def vlan():
    yield E / Dot1Q(vlan=42, prio=5, dei=1) / X / UDP(sport=50000, dport=49152) / b"tagged"
    yield E / Dot1Q(vlan=1) / Dot1Q(vlan=4095, prio=7) / ARP(hwsrc=A, psrc=IA, pdst=IB)
    yield bytes(
        E / Dot1Q(vlan=100) / Dot1Q(vlan=200) / X / UDP(sport=50000, dport=49152) / b"q in q"
    ).replace(b"\x81\0", b"\x88\xa8", 1)
    yield bytes(E / Dot1Q(vlan=7) / X / UDP(sport=50000, dport=49152) / b"p") + bytes(11)
    yield bytes(E / Dot1Q(vlan=7))[:16]
    yield E / Dot1Q(vlan=7, type=0x88B5) / Raw(b"unknown type in vlan")


def ethernet():
    yield Ether(src=A, dst="01:80:c2:00:00:00", type=0x88B5) / Raw(b"experimental")
    yield bytes(E)[:12] + b"\x08\x00"
    yield bytes(E)[:10]


def ipv4():
    yield E / IP(src=IA, dst=IB, proto=253) / Raw(b"protocol 253")
    yield (
        E
        / IP(src=IA, dst=IB)
        / IP(src="192.168.0.1", dst="192.168.0.2")
        / UDP(sport=50000, dport=49152)
        / b"tunnel"
    )
    raw = bytes(E / X / UDP(sport=50000, dport=49152) / b"mangled")
    yield raw[:14] + b"\x44" + raw[15:]
    yield raw[:14] + b"\x4f" + raw[15:]
    yield raw[:16] + struct.pack("!H", 19) + raw[18:]
    yield raw[:16] + struct.pack("!H", 20) + raw[18:]
    yield raw[:16] + struct.pack("!H", 1000) + raw[18:]
    yield raw[:16] + struct.pack("!H", 0) + raw[18:]
    yield raw[:24] + b"\xff\xff" + raw[26:]
    for cut in (15, 16, 20, 24, 28, 30, 33, 34, 36):
        yield raw[:cut]
    yield bytes(E)[:12] + b"\x08\x00" + bytes(46)


def options():
    u = bytes(IP(src=IA, dst=IB) / UDP(sport=50000, dport=49152) / b"options")[20:]

    def ip(raw):
        raw += bytes(-len(raw) % 4)
        header = bytes(
            IP(src=IA, dst=IB, proto=17, ihl=5 + len(raw) // 4, len=20 + len(raw) + len(u))
        )[:20]

        header = header[:10] + b"\0\0" + header[12:]
        return (
            bytes(E)[:12]
            + b"\x08\0"
            + header[:10]
            + struct.pack("!H", checksum(header + raw))
            + header[12:]
            + raw
            + u
        )

    yield ip(b"\x07\x0f\x04" + bytes(12))
    yield ip(b"\x07\x0f\x0c" + bytes((10, 0, 0, 9, 10, 0, 0, 8)) + bytes(4))
    yield ip(b"\x83\x0b\x04" + bytes((10, 0, 0, 9, 10, 0, 0, 8)))
    yield ip(b"\x89\x0b\x08" + bytes((10, 0, 0, 9, 10, 0, 0, 8)))
    yield ip(b"\x44\x0c\x09\x00" + struct.pack("!II", 1234567, 0))
    yield ip(b"\x44\x14\x0d\x01" + bytes((10, 0, 0, 9)) + struct.pack("!I", 77) + bytes(8))
    yield ip(b"\x94\x04\0\0")
    yield ip(b"\x88\x04\x12\x34")
    yield ip(b"\x82\x0b\xf1\x35" + bytes(4) + b"abc")
    yield ip(b"\x01\x01\x01\x94\x04\0\0\x00")
    yield ip(b"\x1e\x06abcd\x01\x00")
    yield ip(b"\x94\x00\0\0")
    yield ip(b"\x94\x01\0\0")
    yield ip(b"\x94\x09\0\0")
    yield ip(b"\x94\x03\0\0")
    yield ip(b"\x00\x01\x02\x03")
    yield ip(b"\x07\x07\x04" + bytes(4) + b"\x01")
    yield ip(b"\x07\x06\x04" + bytes(4) + b"\x01")
    yield ip(b"\x07\x07\x05" + bytes(4) + b"\x01")
    yield ip(b"\x19\x08" + b"\x01\x02\x03\x04\x05\x06")
    yield ip(b"\x52\x0c" + b"\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a")
    yield ip(b"\x0b\x04\x05\xdc")


def icmp():
    quoted = IP(src=IA, dst=IB, id=7) / UDP(sport=50000, dport=49152) / b"quoted data"
    tcp = IP(src=IA, dst=IB, id=8, flags="DF") / TCP(
        sport=50010, dport=80, seq=0x01020304, flags="S"
    )
    yield E / X / ICMP(type=8, id=0x0102, seq=1) / (b"abcdefgh" * 4)
    yield R / Y / ICMP(type=0, id=0x0102, seq=1) / (b"abcdefgh" * 4)
    yield (
        E
        / X
        / ICMP(type=8, id=0x0102, seq=2)
        / (struct.pack("<QQ", 1_700_000_000, 123456) + bytes(range(0x10, 0x38)))
    )
    yield (
        R
        / Y
        / ICMP(type=0, id=0x0102, seq=2)
        / (struct.pack("<QQ", 1_700_000_000, 123456) + bytes(range(0x10, 0x38)))
    )
    yield E / X / ICMP(type=8, id=0x0102, seq=3)
    yield R / Y / ICMP(type=0, id=0x0102, seq=9) / b"nobody asked"
    yield R / Y / ICMP(type=3, code=3) / quoted
    yield R / Y / ICMP(type=3, code=3) / bytes(quoted)[:28]
    yield R / Y / ICMP(type=3, code=1) / bytes(tcp)[:28]
    yield R / Y / ICMP(type=3, code=1) / tcp
    yield R / Y / ICMP(type=3, code=4, nexthopmtu=1400) / bytes(quoted)[:28]
    yield R / Y / ICMP(type=3, code=4, nexthopmtu=0) / bytes(quoted)[:28]
    yield R / Y / ICMP(type=3, code=2) / bytes(quoted)[:24]
    yield R / Y / ICMP(type=3, code=2) / bytes(quoted)[:12]
    yield R / Y / ICMP(type=3, code=2)
    yield R / Y / ICMP(type=5, code=1, gw="10.0.0.254") / bytes(quoted)[:28]
    yield R / Y / ICMP(type=11, code=0) / bytes(quoted)[:28]
    yield R / Y / ICMP(type=12, code=0, ptr=20) / bytes(quoted)[:28]
    yield R / Y / ICMP(type=4, code=0) / bytes(quoted)[:28]
    yield E / X / ICMP(type=13, id=5, seq=6, ts_ori=1000, ts_rx=2000, ts_tx=3000)
    yield R / Y / ICMP(type=14, id=5, seq=6, ts_ori=1000, ts_rx=2000, ts_tx=3000)
    yield E / X / ICMP(type=17, id=5, seq=6, addr_mask="255.255.255.0")
    yield E / X / ICMP(type=15, id=5, seq=6)
    yield E / X / ICMP(type=10) / Raw(b"")
    yield E / X / ICMP(type=200, code=3) / Raw(b"unknown type")
    yield E / X / ICMP(type=8, chksum=0x1111, id=1, seq=1) / b"bad checksum"
    yield R / Y / ICMP(type=3, code=3, chksum=0x1111) / bytes(quoted)[:28]
    for cut in (34, 35, 36, 37, 38, 40, 41):
        yield bytes(E / IP(src=IA, dst=IB, len=28) / ICMP(type=8, id=3, seq=4))[:cut]
    inner = IP(src=IA, dst=IB, id=9) / ICMP(type=8, id=77, seq=1) / b"0123456789"
    yield R / Y / ICMP(type=11) / bytes(inner)[:28]
    yield R / Y / ICMP(type=11) / inner
    yield (
        R
        / Y
        / ICMP(type=3, code=3)
        / (IP(src=IA, dst=IB, flags="MF") / UDP(sport=50000, dport=49152) / b"fragment quoted")
    )
    yield (
        R / Y / ICMP(type=3, code=3) / (IP(src=IA, dst=IB, frag=10, proto=17) / b"fragment quoted")
    )
    yield bytes(R / Y / ICMP(type=3, code=3) / bytes(quoted)[:28]) + bytes(0)
    yield E / IP(src=IA, dst=IB, flags="MF") / ICMP(type=8, id=3, seq=4) / b"12345678"


def fragments():
    whole = bytes(UDP(sport=50000, dport=49152, len=8 + 40, chksum=0) / bytes(range(40)))

    def piece(a, b, more, ident, src=IA):
        return (
            E
            / IP(src=src, dst=IB, id=ident, proto=17, flags="MF" if more else 0, frag=a // 8)
            / Raw(whole[a:b])
        )

    yield piece(0, 16, 1, 100)
    yield piece(16, 32, 1, 100)
    yield piece(32, 48, 0, 100)
    yield piece(32, 48, 0, 101)
    yield piece(0, 16, 1, 101)
    yield piece(16, 32, 1, 101)
    yield piece(0, 16, 1, 102)
    yield piece(24, 48, 0, 102)
    yield piece(0, 16, 1, 103)
    yield piece(0, 16, 1, 103)
    yield piece(8, 24, 1, 103)
    yield piece(24, 48, 0, 103)
    yield piece(0, 16, 1, 104, src="10.0.0.77")
    yield piece(0, 16, 1, 104)
    yield piece(16, 48, 0, 104)
    t = bytes(
        IP(src=IA, dst=IB) / TCP(sport=50060, dport=50061, seq=5, ack=6, flags="A") / (b"x" * 20)
    )[20:]
    yield E / IP(src=IA, dst=IB, id=105, proto=6, flags="MF") / Raw(t[:24])
    yield E / IP(src=IA, dst=IB, id=105, proto=6, frag=3) / Raw(t[24:])
    i = bytes(ICMP(type=8, id=1, seq=2) / (b"fragmented ping" * 3))
    yield E / IP(src=IA, dst=IB, id=106, proto=1, flags="MF") / Raw(i[:32])
    yield E / IP(src=IA, dst=IB, id=106, proto=1, frag=4) / Raw(i[32:])
    yield piece(32, 48, 0, 100)


def tcp():
    there = {"sport": 50100, "dport": 8001}
    back = {"sport": 8001, "dport": 50100}
    c, s0, m = 0xFFFFFFF0, 5000, 0xFFFFFFFF
    yield (
        E
        / X
        / TCP(
            **there,
            seq=c,
            flags="S",
            window=64240,
            options=[
                ("MSS", 1460),
                ("SAckOK", b""),
                ("Timestamp", (1000, 0)),
                ("NOP", None),
                ("WScale", 7),
            ],
        )
    )
    yield (
        R
        / Y
        / TCP(
            **back,
            seq=s0,
            ack=(c + 1) & m,
            flags="SA",
            window=65160,
            options=[
                ("MSS", 1460),
                ("SAckOK", b""),
                ("Timestamp", (2000, 1000)),
                ("NOP", None),
                ("WScale", 6),
            ],
        )
    )
    yield (
        E
        / X
        / TCP(
            **there,
            seq=(c + 1) & m,
            ack=s0 + 1,
            flags="A",
            window=502,
            options=[("NOP", None), ("NOP", None), ("Timestamp", (1001, 2000))],
        )
    )
    yield (
        E / X / TCP(**there, seq=(c + 1) & m, ack=s0 + 1, flags="PA", window=502) / (b"hello " * 5)
    )
    yield R / Y / TCP(**back, seq=s0 + 1, ack=(c + 31) & m, flags="A", window=1000)
    yield (
        E / X / TCP(**there, seq=(c + 51) & m, ack=s0 + 1, flags="PA", window=502) / b"out of order"
    )
    yield (
        R
        / Y
        / TCP(
            **back,
            seq=s0 + 1,
            ack=(c + 31) & m,
            flags="A",
            window=1000,
            options=[("NOP", None), ("NOP", None), ("SAck", ((c + 51) & m, (c + 63) & m))],
        )
    )
    yield E / X / TCP(**there, seq=(c + 31) & m, ack=s0 + 1, flags="PA", window=502) / (b"y" * 20)
    yield (
        R
        / Y
        / TCP(
            **back,
            seq=s0 + 1,
            ack=(c + 63) & m,
            flags="A",
            window=1000,
            options=[
                ("NOP", None),
                ("NOP", None),
                ("SAck", ((c + 31) & m, (c + 35) & m, (c + 51) & m, (c + 63) & m)),
            ],
        )
    )
    yield (
        R
        / Y
        / TCP(**back, seq=s0 + 1, ack=(c + 63) & m, flags="UPA", urgptr=3, window=0)
        / b"urgent"
    )
    yield E / X / TCP(**there, seq=(c + 63) & m, ack=s0 + 7, flags="FA", window=502)
    yield R / Y / TCP(**back, seq=s0 + 7, ack=(c + 64) & m, flags="FA", window=1000)
    yield E / X / TCP(**there, seq=(c + 64) & m, ack=s0 + 8, flags="A", window=502)
    # refused
    yield E / X / TCP(sport=50101, dport=8002, seq=1, ack=99, flags="S", window=1024)
    yield R / Y / TCP(sport=8002, dport=50101, seq=0, ack=2, flags="RA", window=0)
    # ports reused
    yield E / X / TCP(**there, seq=777777, flags="S", window=64240, options=[("WScale", 2)])
    yield R / Y / TCP(**back, seq=888888, ack=777778, flags="SA", window=65160)
    yield E / X / TCP(**there, seq=777778, ack=888889, flags="A", window=502)
    # no handshake seen
    yield (
        R
        / Y
        / TCP(sport=8003, dport=50103, seq=10_000, ack=20_000, flags="PA", window=300)
        / b"middle"
    )
    yield E / X / TCP(sport=50103, dport=8003, seq=20_000, ack=10_006, flags="A", window=400)
    yield E / X / TCP(sport=50103, dport=8003, seq=20_000, ack=10_006, flags="R", window=400)
    yield E / X / TCP(sport=50103, dport=8003, seq=20_000, ack=12, flags=0, window=400)
    # flags
    yield E / X / TCP(sport=50104, dport=8004, seq=1, flags="SEC", window=10)
    yield E / X / TCP(sport=50104, dport=8004, seq=1, flags="SECN", reserved=5, window=10)
    yield E / X / TCP(sport=50104, dport=8004, seq=1, flags="FSRPAUECN", reserved=7, window=10)
    # zero bytes of padding
    yield bytes(E / X / TCP(sport=50105, dport=8005, seq=1, ack=1, flags="A", window=10)) + bytes(6)
    # retransmitted SYN, then SYN/ACK with another sequence number
    yield E / X / TCP(sport=50106, dport=8006, seq=100, flags="S", window=10)
    yield E / X / TCP(sport=50106, dport=8006, seq=100, flags="S", window=10)
    yield R / Y / TCP(sport=8006, dport=50106, seq=200, ack=101, flags="SA", window=10)
    yield R / Y / TCP(sport=8006, dport=50106, seq=300, ack=101, flags="SA", window=10)
    yield E / X / TCP(sport=50106, dport=8006, seq=101, ack=301, flags="A", window=10) / b"after"
    # one with window scale, the other without
    yield (
        R
        / Y
        / TCP(
            sport=8007,
            dport=50107,
            seq=200,
            ack=101,
            flags="SA",
            window=10,
            options=[("WScale", 15)],
        )
    )
    yield E / X / TCP(sport=50107, dport=8007, seq=101, ack=201, flags="A", window=10)
    yield R / Y / TCP(sport=8007, dport=50107, seq=201, ack=101, flags="A", window=10)


def tcp_options():
    def seg(options, flags=0x10, dataofs=None, payload=b""):
        options += bytes(-len(options) % 4)
        ofs = 5 + len(options) // 4 if dataofs is None else dataofs
        t = (
            struct.pack("!HHIIBBHHH", 50200, 8100, 1000, 2000, ofs << 4, flags, 100, 0, 0)
            + options
            + payload
        )
        return E / IP(src=IA, dst=IB, proto=6) / Raw(t)

    yield seg(b"\x02\x04\x05\xb4", flags=2)
    yield seg(b"\x03\x03\x0e\x01", flags=2)
    yield seg(b"\x04\x02\x01\x01")
    yield seg(b"\x63\x06abcd")
    yield seg(b"\xfd\x06\xf9\x89ab")
    yield seg(b"\x13\x12" + bytes(range(16)))
    yield seg(b"\x22\x0a12345678")
    yield seg(b"\x22\x02")
    yield seg(b"\x1c\x04\x80\x05")
    yield seg(b"\x05\x0a" + struct.pack("!II", 1, 2) + b"\x01\x01")
    yield seg(b"\x05\x12" + struct.pack("!IIII", 1, 2, 3, 4) + b"\x01\x01")
    yield seg(b"\x05\x09" + bytes(7))
    yield seg(b"\x05\x02")
    yield seg(b"\x08\x0a" + struct.pack("!II", 5, 6) + b"\x00\x00")
    yield seg(b"\x08\x08" + bytes(6))
    yield seg(b"\x02\x03\x05\x01")
    yield seg(b"\x02\x08\x05\xb4\0\0\0\0")
    yield seg(b"\x02\x00\x05\xb4")
    yield seg(b"\x02\x01\x05\xb4")
    yield seg(b"\x02\x0a\x05\xb4")
    yield seg(b"\x01\x01\x01\x02")
    yield seg(b"\x63\x02\x01\x00")
    yield seg(b"\x63\x09\x01\x00")
    yield seg(b"\x00\x01\x02\x03\x00\x00\x00\x00")
    yield seg(b"\x01\x00\x00\x00", payload=b"data after options")
    yield seg(b"\x1d\x10\x01\x02" + bytes(12))
    yield seg(b"", dataofs=4, payload=b"offset four")
    yield seg(b"", dataofs=0, payload=b"offset zero")
    yield seg(b"", dataofs=15, payload=b"offset past the end")
    full = bytes(seg(b"\x02\x04\x05\xb4\x04\x02\x08\x0a" + bytes(8) + b"\x01\x03\x03\x07", flags=2))
    for cut in (34, 35, 37, 40, 44, 46, 47, 48, 50, 52, 53, 54, 56, 58, 60, 66):
        yield full[:cut]


def more_tcp():
    def a(seq, ack, flags="A", data=b"", **kw):
        return (
            E
            / X
            / TCP(
                sport=50300,
                dport=8200,
                seq=1000 + seq,
                ack=7000 + ack if ack else 0,
                flags=flags,
                window=500,
                **kw,
            )
            / data
        )

    def b(seq, ack, flags="A", data=b"", **kw):
        kw.setdefault("window", 600)
        return (
            R
            / Y
            / TCP(sport=8200, dport=50300, seq=7000 + seq, ack=1000 + ack, flags=flags, **kw)
            / data
        )

    yield a(0, 0, "S", b"syn data")
    yield b(0, 9, "SA")
    yield a(9, 1, "A")
    yield a(9, 1, "PA", b"0123456789")
    yield a(9, 1, "PA", b"0123456789")  # retransmission
    yield b(1, 19)
    yield a(9, 1, "PA", b"0123456789")  # spurious
    yield a(29, 1, "PA", b"third")
    yield b(1, 19)
    yield b(1, 19)
    yield b(1, 19)
    yield a(19, 1, "PA", b"second ten")  # fast
    yield a(18, 1)  # keep-alive
    yield a(18, 1, data=b"k")  # keep-alive with a byte
    yield b(1, 34, window=0)
    yield a(34, 1, data=b"p")  # zero window probe
    yield b(1, 35)
    yield a(50, 1, "PA", b"x" * 10)
    yield a(40, 1, "PA", b"y" * 10)  # out of order
    yield a(35, 1, "PA", b"z" * 5)
    yield a(35, 1, "PA", b"z" * 30)  # overlaps
    yield b(1, 65, "FA", b"fin data")
    yield a(65, 10, "RA", b"reset text")
    yield a(65, 10, "R")
    # quoted segment of a known stream
    q = (
        IP(src=IA, dst=IB, id=8)
        / TCP(sport=50300, dport=8200, seq=1044, ack=7001, flags="PA", window=500)
        / b"quoted"
    )
    yield R / Y / ICMP(type=3, code=1) / bytes(q)[:28]
    yield R / Y / ICMP(type=3, code=1) / q
    yield R / Y / ICMP(type=3, code=13) / bytes(q)[:36]
    yield R / Y / ICMP(type=3, code=13) / bytes(q)[:40]
    yield E / IP(src=IA, dst=IB, len=35) / TCP(sport=50301, dport=8200, seq=1, flags="S")
    yield (
        E
        / IP(src=IA, dst=IB, len=60)
        / TCP(sport=50301, dport=8200, seq=1, flags="S", options=[("MSS", 1460)])
    )
    yield (
        E
        / IP(src=IA, dst=IB, len=0)
        / TCP(sport=50301, dport=8200, seq=1, flags="S", options=[("MSS", 1460)])
        / b"tso"
    )


def kinds():
    for kind in (
        6,
        7,
        9,
        10,
        11,
        12,
        13,
        14,
        15,
        16,
        17,
        18,
        20,
        22,
        23,
        24,
        25,
        26,
        27,
        28,
        29,
        31,
        33,
        34,
        35,
        69,
        70,
        75,
        77,
        78,
        79,
        80,
        172,
        173,
        174,
        175,
        252,
        253,
        254,
        255,
    ):
        t = (
            struct.pack("!HHIIBBHHH", 50400, 8300, 1000, 2000, 7 << 4, 16, 100, 0, 0)
            + bytes((kind, 6, 1, 2, 3, 4, 1, 1))
            + b"data"
        )
        yield E / IP(src=IA, dst=IB, proto=6) / Raw(t)
    for number in range(2, 32):
        for copy in (0, 0x40, 0x80):
            kind = number | copy
            if kind == 82:
                continue
            raw = bytes((kind, 10, 1, 2, 3, 4, 5, 6, 7, 8, 0x94, 4, 0, 1))
            raw += bytes(2)
            h = struct.pack(
                "!BBHHHBBH4s4s",
                0x49,
                0,
                36 + 12,
                7,
                0,
                64,
                17,
                0,
                bytes((10, 0, 0, 1)),
                bytes((10, 0, 0, 2)),
            )
            yield (
                bytes(E)[:12]
                + b"\x08\0"
                + h
                + raw
                + struct.pack("!HHHH", 50500, 50501, 12, 0)
                + b"tail"
            )


def more_icmp():
    whole = bytes(
        IP(src=IA, dst=IB, id=7) / TCP(sport=50010, dport=8300, seq=5, flags="A") / b"quoted data"
    )
    for kind in (3, 4, 5, 11, 12):
        yield R / IP(src=IB, dst=IA, proto=1) / Raw(struct.pack("!BBHI", kind, 0, 0, 0) + whole)
    quoted = bytes(IP(src=IA, dst=IB, id=7) / UDP(sport=50000, dport=49152) / b"quoted data")
    for kind, code in ((3, 3), (3, 4), (11, 0), (12, 0), (5, 0), (4, 0)):
        for word in (0x00050000, 0x14070578, 0x00200000):
            body = quoted + bytes(128 - len(quoted))
            yield (
                R
                / IP(src=IB, dst=IA, proto=1)
                / Raw(struct.pack("!BBHI", kind, code, 0, word) + body)
            )
    yield (
        R
        / IP(src=IB, dst=IA, proto=1)
        / Raw(struct.pack("!BBHI", 3, 4, 0, 0x00000578) + quoted[:28])
    )
    yield (
        R
        / IP(src=IB, dst=IA, proto=1)
        / Raw(struct.pack("!BBHI", 3, 3, 0, 0xDE000001) + quoted[:28])
    )
    yield (
        R
        / IP(src=IB, dst=IA, proto=1)
        / Raw(struct.pack("!BBHI", 11, 1, 0, 0xDE000001) + quoted[:28])
    )
    yield (
        R
        / IP(src=IB, dst=IA, proto=1)
        / Raw(struct.pack("!BBHI", 12, 1, 0, 0x14000001) + quoted[:28])
    )
    yield R / IP(src=IB, dst=IA, proto=1) / Raw(struct.pack("!BBHI", 30, 0, 0, 0) + quoted[:28])
    yield R / IP(src=IB, dst=IA, proto=1) / Raw(struct.pack("!BBHI", 13, 0, 0, 0) + b"12345")
    yield R / IP(src=IB, dst=IA, proto=1) / Raw(struct.pack("!BBHI", 17, 0, 0, 0) + b"12")
    yield R / IP(src=IB, dst=IA, proto=1) / Raw(struct.pack("!BBHI", 17, 0, 0, 0) + b"12345678")
    yield R / IP(src=IB, dst=IA, proto=1) / Raw(struct.pack("!BBHI", 8, 5, 0, 0) + b"1234")
    yield (
        R
        / IP(src=IB, dst=IA, proto=1)
        / Raw(struct.pack("!BBHI", 8, 5, 0, 0) + struct.pack("!II", 1700000001, 999999999))
    )
    yield (
        R
        / IP(src=IB, dst=IA, proto=1)
        / Raw(struct.pack("!BBHI", 8, 5, 0, 0) + struct.pack("!II", 1700000001, 1000000000) + b"x")
    )
    yield (
        R
        / IP(src=IB, dst=IA, proto=1)
        / Raw(struct.pack("!BBHI", 8, 5, 0, 0) + struct.pack("<II", 1700000001, 5) + b"x")
    )


GROUPS = (
    arp,
    udp,
    foreign_ports,
    vlan,
    ethernet,
    ipv4,
    options,
    icmp,
    fragments,
    tcp,
    tcp_options,
    more_tcp,
    kinds,
    more_icmp,
)
SNAPSHOT = 54
"""Bytes kept of the second copy of long frames."""
START_NS = 1_700_000_000_000_000_000
STEP_NS = 1_234_567


def frames():
    """Pairs of bytes and length on the wire."""
    whole = [(group, bytes(frame)) for group in GROUPS for frame in group()]
    for _, frame in whole:
        yield frame, len(frame)
    for group, frame in whole:
        if len(frame) > SNAPSHOT and group not in (vlan, ethernet, options, kinds, more_tcp):
            yield frame[:SNAPSHOT], len(frame)


@pytest.fixture(scope="session")
def corpus(tmp_path_factory):
    """The capture file."""
    path = tmp_path_factory.mktemp("dissect") / "corpus.pcapng"
    with PcapngWriter(path, comment="all layers") as writer:
        writer.add_interface("tap0", description="corpus")
        other = writer.add_interface("tap1")
        for number, (frame, wire_length) in enumerate(frames(), 1):
            writer.write(frame, START_NS + number * STEP_NS, wire_length=wire_length)
        now = START_NS + 10**9
        writer.write(frame, now, interface=other, direction="in", packet_id=7, comment="one")
        writer.write(
            frame, now + 1, comment=["tab\t", "line\nbreak"], direction="out", drop_count=3
        )
        writer.write(frame, now + 2, flags=0xFF00FE1C)
        writer.write_journal({"MESSAGE": "a state", "SYSLOG_IDENTIFIER": "alice"}, now + 3000)
    return path


@pytest.fixture(scope="session")
def tshark_run():
    """Run tshark; its standard output as text."""

    def run(*words):
        done = subprocess.run(
            ["tshark", *words],
            capture_output=True,
            check=True,
            env={"TZ": "UTC", **os.environ},
        )
        return done.stdout.decode()

    return run
