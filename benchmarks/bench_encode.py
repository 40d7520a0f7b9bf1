"""Encoding Ethernet/IPv4/TCP, lengths and checksums computed, beside dpkt and scapy."""

import struct

import dpkt
from benchmarks.frames import LINK, NETWORK
from benchmarks.harness import Row, compare
from benchmarks.plain_construct import FRAME
from scapy.layers import inet, l2

from wirelab.codecs import TCP, Ethernet, FlowTemplate, IPv4, TCPFlags
from wirelab.codecs.reference import encode

FLOOR = "one pack and arithmetic checksums"

_pack = struct.Struct("!6s6sHHHHHBBH4s4sHHIIHHHH").pack
FLAGS = int(TCPFlags.PSH | TCPFlags.ACK)
DESTINATION, SOURCE = LINK.destination, LINK.source
A, B = NETWORK.source, NETWORK.destination


def floor(payload: bytes) -> bytes:
    """What a careful person writes: sums of fields instead of a pass over built bytes."""
    total = 40 + len(payload)
    a, b = int.from_bytes(A), int.from_bytes(B)
    ipv4 = -(0x4500 + total + 1 + 0x4000 + (64 << 8) + 6 + a + b) % 0xFFFF
    number = int.from_bytes(payload) << 8 * (len(payload) & 1)
    word = 0x5000 | FLAGS
    tcp = -(80 + 50000 + 1 + 2 + word + 501 + a + b + 6 + 20 + len(payload) + number) % 0xFFFF
    return (
        _pack(
            *(DESTINATION, SOURCE, 0x0800, 0x4500, total, 1, 0x4000, 64, 6, ipv4, A, B),
            *(80, 50000, 1, 2, word, 501, tcp, 0),
        )
        + payload
    )


def new_headers(payload: bytes) -> bytes:
    """Headers made anew for each frame."""
    link = Ethernet(DESTINATION, SOURCE)
    network = IPv4(source=A, destination=B, identification=1, dont_fragment=True)
    return bytes(link / network / _segment() / payload)


def host_path(payload: bytes) -> bytes:
    """What a host does: a new TCP header, each layer built with the one below known."""
    network = IPv4(source=A, destination=B, identification=1, dont_fragment=True, protocol=6)
    data = _segment().build(payload, network)
    return Ethernet(DESTINATION, SOURCE, 0x0800).build(network.build(data))


def _segment() -> TCP:
    return TCP(80, 50000, sequence_number=1, acknowledgment_number=2, flags=FLAGS, window=501)


def with_dpkt(payload: bytes) -> bytes:
    """The same frame by dpkt."""
    segment = dpkt.tcp.TCP(sport=80, dport=50000, seq=1, ack=2, flags=FLAGS, win=501, data=payload)
    packet = dpkt.ip.IP(src=A, dst=B, id=1, p=6, data=segment)
    packet.df = 1
    packet.len = 40 + len(payload)
    return bytes(dpkt.ethernet.Ethernet(dst=DESTINATION, src=SOURCE, data=packet))


def with_scapy(payload: bytes) -> bytes:
    """The same frame by scapy."""
    link = l2.Ether(dst="02:00:00:00:00:02", src="02:00:00:00:00:01")
    network = inet.IP(src="10.0.0.1", dst="10.0.0.2", id=1, flags="DF")
    segment = inet.TCP(sport=80, dport=50000, seq=1, ack=2, flags="PA", window=501)
    return bytes(link / network / segment / payload)


def with_reference(payload: bytes) -> bytes:
    """The same frame by construct's interpretation of our schemas."""
    addresses = {"source": A, "destination": B}
    segment = {
        "source_port": 80,
        "destination_port": 50000,
        "sequence_number": 1,
        "acknowledgment_number": 2,
        "flags": FLAGS,
        "window": 501,
    }
    data = encode("TCP", segment, payload, addresses)
    network = addresses | {"identification": 1, "dont_fragment": True, "protocol": 6}
    data = encode("IPv4", network, data)
    return encode("Ethernet", {"destination": DESTINATION, "source": SOURCE, "type": 0x800}, data)


SIZES = {
    32: ("at most 1.5", "at least 10 x wirelab"),
    1448: ("at most 1.3", "at least 7 x wirelab"),
}
"""Bytes of payload -> what is asked of `bytes(packet)`, and of dpkt."""


def measure() -> list[Row]:
    """One group a size."""
    return [row for size in SIZES for row in _size(size)]


def _size(size: int) -> list[Row]:
    """Everybody writes the same bytes, which is checked first."""
    payload = (bytes(range(256)) * 6)[:size]
    stack = LINK / NETWORK / _segment()
    packet = stack / payload
    template = FlowTemplate(
        stack, "sequence_number", "acknowledgment_number", "flags", "window", "payload"
    )
    wanted = floor(payload)
    values = FRAME.parse(wanted)
    compiled = FRAME.compile()
    competitors = {
        FLOOR: lambda: floor(payload),
        "wirelab, bytes of a packet": lambda: bytes(packet),
        "wirelab, flow template": lambda: template.build(1, 2, FLAGS, 501, payload),
        "wirelab, headers made anew, built one by one": lambda: host_path(payload),
        "wirelab, headers made anew and stacked": lambda: new_headers(payload),
        "dpkt": lambda: with_dpkt(payload),
        "scapy": lambda: with_scapy(payload),
        "construct, compiled, checksums given": lambda: compiled.build(values) + payload,
        "construct, interpreted, checksums given": lambda: FRAME.build(values) + payload,
        "wirelab's schemas, interpreted": lambda: with_reference(payload),
    }
    for name, function in competitors.items():
        assert function() == wanted, name
    ours, theirs = SIZES[size]
    targets = {
        "wirelab, bytes of a packet": ours,
        "wirelab, flow template": "0.6 to 0.87",
        "dpkt": theirs,
    }
    return compare(f"encode Ethernet/IPv4/TCP, {size} bytes", competitors, FLOOR, targets)
