"""The fields of link layers other than Ethernet against tshark's."""

import pytest
from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import ARP, Dot1Q

DATAGRAM = bytes(IP(src="10.0.0.1", dst="10.0.0.2") / UDP(sport=50000, dport=49152) / b"Hello UDP!")
SEGMENT = bytes(IP(src="10.0.0.2", dst="10.0.0.1") / TCP(sport=49152, dport=50000, flags="SA"))
SIXTH = bytes(
    IPv6(src="2001:db8::a", dst="2001:db8::b") / UDP(sport=50000, dport=49152) / b"IPv6 as well"
)
REQUEST = bytes(ARP(hwsrc="02:00:00:00:00:0a", psrc="10.0.0.1", pdst="10.0.0.2"))
TAGGED = bytes(Dot1Q(vlan=7, type=0x0800)) + DATAGRAM
ODD = ("tagged", "options", "lying", "fragments", "quotes")
"""Variations that are for Ethernet frames only."""


def heads(frames, size):
    """The frames with one byte of the link header changed."""
    for frame in frames:
        for place in range(size):
            for value in (0, 1, frame[place] ^ 1, frame[place] + 2 & 0xFF, 0x80, 0xFF):
                yield frame[:place] + bytes((value,)) + frame[place + 1 :]


def varied(variations, frames, size):
    """Changed headers, and what `variations` makes of cuts and padding."""
    frames = list(frames)
    return [*heads(frames, size), *variations(frames, count=320, without=ODD)]


def cooked():
    """Addresses of several lengths, types and Linux's own numbers."""
    mac = bytes.fromhex("02000000000a0000")
    for kind, hardware, length, address, protocol, payload in (
        (0, 1, 6, mac, 0x0800, DATAGRAM),
        (4, 1, 6, mac, 0x86DD, SIXTH),
        (1, 1, 6, mac, 0x0806, REQUEST),
        (0, 772, 6, bytes(8), 0x0800, SEGMENT),
        (0, 768, 4, bytes((10, 0, 0, 9)) + bytes(4), 0x0800, DATAGRAM),
        (3, 65534, 0, bytes(8), 0x0800, DATAGRAM),
        (2, 32, 20, bytes(range(8)), 0x0800, DATAGRAM),
        (0, 1, 6, mac, 0x8100, TAGGED),
        (0, 1, 6, mac, 0x88B5, b"an experiment of somebody else's"),
    ):
        yield (
            kind.to_bytes(2)
            + hardware.to_bytes(2)
            + length.to_bytes(2)
            + address
            + protocol.to_bytes(2)
            + payload
        )


def cooked2():
    """The same packets as the second version has them."""
    for frame in cooked():
        kind, hardware, length = frame[1:2], frame[2:4], frame[5:6]
        interface = bytes((0, 0, 0, 0, 0, 3))
        yield frame[14:16] + interface + hardware + kind + length + frame[6:14] + frame[16:]


def null(order="big"):
    """Families in one byte order or the other."""
    for family, payload in (
        (2, DATAGRAM),
        (2, SEGMENT),
        (10, SIXTH),
        (24, SIXTH),
        (28, SIXTH),
        (30, SIXTH),
        (99, b"nobody's family"),
    ):
        yield family.to_bytes(4, order) + payload


@pytest.mark.parametrize(("link_type", "frames", "size"), [(113, cooked, 16), (276, cooked2, 20)])
def test_every_field_of_cooked_captures_is_what_tshark_prints(
    variations, oracle, link_type, frames, size
):
    """tcpdump.org, LINKTYPE_LINUX_SLL and LINKTYPE_LINUX_SLL2."""
    compared = oracle(["sll", "ip.src"], varied(variations, frames(), size), link_type=link_type)
    filled = {"sll.src.eth", "sll.src.ipv4", "sll.src.other", "sll.unused", "sll.trailer"}
    assert compared.filled >= {*filled, "sll.etype", "sll.ltype", "sll.halen", "ip.src"}


def is_ipv6_under_the_number_of_ipv4(frame, theirs, ours):
    """Wireshark's IPv4 looks at the version, and goes on with IPv6."""
    return frame.data[4] >> 4 == 6 and 2 in (frame.data[0], frame.data[2], frame.data[3])


@pytest.mark.parametrize("order", ["big", "little"])
def test_every_field_of_bsd_null_is_what_tshark_prints(variations, oracle, order):
    """tcpdump.org, LINKTYPE_NULL."""
    frames = varied(variations, null(order), 4)
    on_purpose = {
        name: is_ipv6_under_the_number_of_ipv4 for name in ("frame.protocols", "ipv6.src")
    }
    names = ["null", "ip.src", "ipv6.src"]
    compared = oracle(names, frames, link_type=0, on_purpose=on_purpose)
    assert compared.filled >= {"null.family", "null.type", "ip.src", "ipv6.src"}


def test_every_field_of_bsd_loop_is_what_tshark_prints(variations, oracle):
    """tcpdump.org, LINKTYPE_LOOP."""
    frames = varied(variations, null(), 4)
    compared = oracle(["null", "ip.src", "ipv6.src"], frames, link_type=108)
    assert compared.filled >= {"null.family", "ip.src", "ipv6.src"}


@pytest.mark.parametrize("link_type", [101, 228, 229])
def test_raw_packets_are_dissected_as_tshark_does(variations, oracle, link_type):
    """tcpdump.org, LINKTYPE_RAW, LINKTYPE_IPV4, LINKTYPE_IPV6."""
    frames = {228: (DATAGRAM, SEGMENT), 229: (SIXTH,)}.get(link_type, (DATAGRAM, SEGMENT, SIXTH))
    fields = ["ip.src", "ip.version", "ipv6.src", "ipv6.version", "udp.srcport", "tcp.flags"]
    oracle(fields, varied(variations, frames, 12), link_type=link_type)
