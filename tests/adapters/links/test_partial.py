"""Partial checksums: recognised by value, and nothing else taken for one."""

import struct

import pytest

from wirelab.adapters.links.partial import completed, holds_pseudo_sum
from wirelab.codecs import TCP, UDP, Ethernet, ICMPv4, IPv4, IPv6, parse

OUTER = Ethernet(destination="02:00:00:00:00:01", source="02:00:00:00:00:02")


def pseudo_sum(source, destination, protocol, length):
    """RFC 9293 section 3.1: the pseudo-header's words, added with the carry brought back."""
    total = sum(struct.unpack("!6H", source + destination + struct.pack("!HH", protocol, length)))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def with_checksum(transport, payload, checksum, options=b""):
    network = IPv4(source="198.51.100.2", destination="198.51.100.77", options=options)
    return bytes(OUTER / network / transport.replace(checksum=checksum) / payload)


@pytest.mark.parametrize("options", [b"", bytes([1, 1, 1, 1])])
@pytest.mark.parametrize(
    ("transport", "protocol", "header_length"),
    [
        (TCP(source_port=80, destination_port=49152, flags=0x10), 6, 20),
        (UDP(source_port=9, destination_port=49152), 17, 8),
    ],
)
def test_the_pseudo_headers_sum_is_recognised(transport, protocol, header_length, options):
    payload = b"x" * 33
    expected = pseudo_sum(
        bytes([198, 51, 100, 2]), bytes([198, 51, 100, 77]), protocol, header_length + len(payload)
    )
    partial = with_checksum(transport, payload, expected, options)
    assert holds_pseudo_sum(partial)
    assert holds_pseudo_sum(partial + bytes(7))  # Ethernet padding is not covered
    assert not holds_pseudo_sum(with_checksum(transport, payload, expected ^ 1, options))


def test_a_complete_checksum_is_not_a_partial_one():
    network = IPv4(source="198.51.100.2", destination="198.51.100.77")
    frame = bytes(OUTER / network / UDP(source_port=9, destination_port=49152) / b"Hello UDP!")
    assert UDP in parse(frame)
    assert not holds_pseudo_sum(frame)


@pytest.mark.parametrize("size", range(0, 60, 3))
def test_a_cut_frame_is_no_error(size):
    frame = with_checksum(UDP(source_port=9, destination_port=7), b"abc", 0)
    assert holds_pseudo_sum(frame[:size]) is False


def test_other_protocols_and_fragments_have_no_partial_checksum():
    """A fragment's checksum covers bytes that are not in it (RFC 791 section 3.2)."""
    network = IPv4(source="198.51.100.2", destination="198.51.100.77")
    assert not holds_pseudo_sum(bytes(OUTER / network / ICMPv4(type=8)))
    assert not holds_pseudo_sum(bytes(12) + b"\x08\x06" + bytes(46))
    whole = pseudo_sum(bytes([198, 51, 100, 2]), bytes([198, 51, 100, 77]), 17, 11)
    frame = bytearray(with_checksum(UDP(source_port=9, destination_port=7), b"abc", whole))
    assert holds_pseudo_sum(bytes(frame))
    frame[20] |= 0x20  # more fragments
    assert not holds_pseudo_sum(bytes(frame))


@pytest.mark.parametrize("payload", [b"", b"odd", b"even"])
@pytest.mark.parametrize("transport", [TCP(80, 49152, flags=0x10), UDP(9, 49152)])
@pytest.mark.parametrize(
    "network",
    [
        IPv4(source="198.51.100.2", destination="198.51.100.77", options=bytes([1, 1, 1, 1])),
        IPv6(source="2001:db8::2", destination="2001:db8::77"),
    ],
)
def test_a_partial_checksum_is_completed_for_the_next_wire(network, transport, payload):
    """What comes by one link may leave by another, where nothing will complete it."""
    whole = bytes(OUTER / network / transport / payload)
    partial = bytes(OUTER / network / transport.replace(checksum=0x1234) / payload)
    assert completed(partial) == whole
    assert completed(partial.ljust(80, b"\0")) == whole.ljust(80, b"\0")  # Ethernet's padding
    assert parse(whole).verify() == []


@pytest.mark.parametrize("length", range(0, 60, 6))
def test_what_has_no_such_checksum_stays_as_it_is(length):
    ping = bytes(OUTER / IPv4() / ICMPv4(type=8) / b"text")
    later = bytes(OUTER / IPv4(protocol=17, fragment_offset=3) / b"fragment")
    cut = bytes(OUTER / IPv6() / UDP(9, 9) / b"text")[:length]
    assert [completed(frame) for frame in (ping, later, cut)] == [ping, later, cut]
