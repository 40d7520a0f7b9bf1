"""Five fields of each packet of a capture: a compiled reader, `parse`, and dpkt."""

import io
from collections.abc import Callable
from dataclasses import replace

import dpkt
from benchmarks.frames import DATA, PLAIN, SYN
from benchmarks.harness import Row, compare

from wirelab.codecs import TCP, IPv4, fields, parse
from wirelab.codecs.capture import PcapWriter, read_frames

ROUNDS = 300
FIVE = ("ip.src", "ip.dst", "ip.proto", "tcp.srcport", "tcp.dstport")
ANY = (
    *("ip.src | ipv6.src", "ip.dst | ipv6.dst", "ip.proto | ipv6.nxt"),
    *("tcp.srcport | udp.srcport", "tcp.dstport | udp.dstport"),
)


def measure() -> list[Row]:
    """The same tuples by everybody, which is checked first; microseconds a packet."""
    stream = io.BytesIO()
    writer = PcapWriter(stream)
    for _ in range(ROUNDS):
        for frame in (DATA, PLAIN, SYN):
            writer.write(frame, 0)
    capture = stream.getvalue()
    read, read_any = fields(*FIVE), fields(*ANY)

    def with_reader() -> list[object]:
        return list(read.iterate(io.BytesIO(capture)))

    def with_alternatives() -> list[object]:
        return list(read_any.iterate(io.BytesIO(capture)))

    def with_parse() -> list[object]:
        found: list[object] = []
        for _, frame in read_frames(io.BytesIO(capture)):
            packet = parse(frame)
            ipv4, tcp = packet[IPv4], packet[TCP]
            found.append(
                (
                    ipv4.source,
                    ipv4.destination,
                    ipv4.protocol,
                    tcp.source_port,
                    tcp.destination_port,
                )
            )
        return found

    def with_dpkt() -> list[object]:
        found: list[object] = []
        for _, frame in dpkt.pcap.Reader(io.BytesIO(capture)):
            ipv4 = dpkt.ethernet.Ethernet(frame).data
            tcp = ipv4.data
            found.append((ipv4.src, ipv4.dst, ipv4.p, tcp.sport, tcp.dport))
        return found

    competitors: dict[str, Callable[[], list[object]]] = {
        "wirelab fields(...)": with_reader,
        "wirelab fields(...), TCP or UDP, IPv4 or IPv6": with_alternatives,
        "wirelab parse(frame)": with_parse,
        "dpkt": with_dpkt,
    }
    wanted = with_dpkt()
    for name, function in competitors.items():
        assert function() == wanted, name
    targets = {"dpkt": "at least 13"}
    name = "five fields of each packet of a capture"
    rows = compare(name, competitors, "wirelab fields(...)", targets, slice_s=0.02)
    return [replace(row, value=row.value / len(wanted)) for row in rows]
