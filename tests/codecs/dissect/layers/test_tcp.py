"""TCP's fields against tshark's."""

import re

from scapy.layers.inet import IP, TCP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import Ether

IA, IB = "10.0.0.1", "10.0.0.2"
THERE = Ether(src="02:00:00:00:00:0a", dst="02:00:00:00:00:0b") / IP(src=IA, dst=IB, id=1)
BACK = Ether(src="02:00:00:00:00:0b", dst="02:00:00:00:00:0a") / IP(src=IB, dst=IA, id=2)
SYN_OPTIONS = [
    ("MSS", 1460),
    ("SAckOK", b""),
    ("Timestamp", (1000, 0)),
    ("NOP", None),
    ("WScale", 7),
]


def base():
    """A connection that is opened, used with loss, and closed; ports without a dissector."""
    there, back = {"sport": 50100, "dport": 8001}, {"sport": 8001, "dport": 50100}
    yield THERE / TCP(**there, seq=99, flags="S", window=64240, options=SYN_OPTIONS)
    yield BACK / TCP(**back, seq=499, ack=100, flags="SA", window=65160, options=SYN_OPTIONS)
    yield THERE / TCP(**there, seq=100, ack=500, flags="A", window=502)
    stamps = [("NOP", None), ("NOP", None), ("Timestamp", (1001, 1000))]
    yield THERE / TCP(**there, seq=100, ack=500, flags="PA", options=stamps) / (b"hello " * 5)
    blocks = [("NOP", None), ("NOP", None), ("SAck", (140, 150, 170, 180))]
    yield BACK / TCP(**back, seq=500, ack=130, flags="A", window=1000, options=blocks)
    yield THERE / TCP(**there, seq=150, ack=500, flags="PA", window=502) / b"out of order"
    yield BACK / TCP(**back, seq=500, ack=130, flags="UPAEC", urgptr=3, window=0) / b"urgent"
    yield THERE / TCP(**there, seq=162, ack=506, flags="FA", window=502)
    yield BACK / TCP(**back, seq=506, ack=163, flags="R", window=0)
    six = Ether(dst="02:00:00:00:00:0b") / IPv6(src="2001:db8::1", dst="2001:db8::2")
    yield six / TCP(**there, seq=100, ack=500, flags="PA", options=stamps) / b"over IPv6"


def is_another_verdict(frame, theirs, ours):
    """Whether a segment after damaged ones is data to one, and sent before to the other."""
    return re.search(" with 0x|captured to", frame.name) and theirs.removesuffix(
        ":data"
    ) == ours.removesuffix(":data")


def test_every_field_of_tcp_is_what_tshark_prints(variations, oracle):
    """RFC 9293."""
    on_purpose = {"frame.protocols": is_another_verdict}
    # An IPv6 length of 0 is what test_ipv6.py compares.
    frames = [
        frame
        for frame in variations(base(), count=900)
        if frame.data[12:14] != b"\x86\xdd" or frame.data[18:20] != b"\0\0"
    ]
    compared = oracle("tcp", frames, on_purpose=on_purpose)
    assert {"tcp.stream", "tcp.options.sack_le", "tcp.urgent_pointer"} <= compared.filled
