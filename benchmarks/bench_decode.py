"""Decoding Ethernet/IPv4/TCP, beside the hand-written floor, dpkt, scapy and construct."""

from collections.abc import Callable

import dpkt
from benchmarks.frames import DATA, PLAIN, SYN, floor, parse_and_read_integers, parse_and_touch
from benchmarks.harness import Row, compare
from benchmarks.plain_construct import FRAME
from scapy.layers.l2 import Ether

from wirelab.codecs import TCP, Ethernet, IPv4, Packet, parse
from wirelab.codecs.reference import decode

FLOOR = "F0, hand-written"


def measure() -> list[Row]:
    """Ratios over F0 for three kinds of segments; one group with everybody."""
    rows = _all(DATA)
    for name, frame in (("SYN with five options", SYN), ("without options", PLAIN)):
        rows += compare(f"decode Ethernet/IPv4/TCP, {name}", _quick(frame), FLOOR, TARGETS)
    return rows


TARGETS = {
    "wirelab parse(frame), all integers read": "at most 1.0",
    "wirelab parse(frame), 28 fields touched": "at most 1.9",
    "dpkt": "at least 6.5",
    "dpkt with options decoded": "at least 4 x 28 fields",
    "scapy": "at least 80",
    "construct, compiled, no options": "at least 50",
}


def _quick(frame: bytes) -> dict[str, Callable[[], object]]:
    def one_by_one():
        return Ethernet.parse(frame), IPv4.parse(frame, 14), TCP.parse(frame, 34)

    return {
        FLOOR: lambda: floor(frame),
        "wirelab parse(frame)": lambda: parse(frame),
        "wirelab parse(frame), one port read": lambda: parse(frame)[TCP].destination_port,
        "wirelab parse(frame), all integers read": lambda: parse_and_read_integers(frame),
        "wirelab parse(frame), 28 fields touched": lambda: parse_and_touch(frame),
        "wirelab X.parse, three times": one_by_one,
        "dpkt": lambda: dpkt.ethernet.Ethernet(frame),
    }


def _all(frame: bytes) -> list[Row]:
    compiled = FRAME.compile()

    def reference():
        return decode("Ethernet", frame), decode("IPv4", frame[14:]), decode("TCP", frame[34:])

    def with_options():
        segment = dpkt.ethernet.Ethernet(frame).data.data
        return dpkt.tcp.parse_opts(segment.opts)

    competitors = _quick(frame) | {
        "wirelab parse and verify checksums": lambda: _verify(parse(frame), frame),
        "dpkt with options decoded": with_options,
        "scapy": lambda: Ether(frame),
        "construct, compiled, no options": lambda: compiled.parse(frame),
        "construct, interpreted, no options": lambda: FRAME.parse(frame),
        "wirelab's schemas, interpreted": reference,
    }
    return compare("decode Ethernet/IPv4/TCP, data with timestamps", competitors, FLOOR, TARGETS)


def _verify(packet: Packet, frame: bytes) -> bool:
    ipv4 = packet[IPv4]
    end = 14 + ipv4.total_length
    return IPv4.checksum_ok(frame, 14, end) and TCP.checksum_ok(frame, 34, end, ipv4)
