"""Netlink messages, packed and taken apart again."""

import struct

from wirelab.adapters import netlink


def test_attributes_are_padded_and_found_again():
    """RFC 3549 section 2.3.2: aligned to 4 bytes, the padding outside the length."""
    body = netlink.attribute(1, b"abc") + netlink.attribute(2, "eth0") + netlink.attribute(3, 7)
    assert len(body) % 4 == 0
    found = netlink.attributes(bytes(8) + body, 8)
    assert found == {1: b"abc", 2: b"eth0\0", 3: struct.pack("!I", 7)}


def test_nested_attributes_are_marked_and_read_under_their_own_number():
    body = netlink.nested(4, netlink.attribute(1, b"inner"))
    found = netlink.attributes(body, 0)
    assert netlink.attributes(found[4], 0) == {1: b"inner"}


def test_a_datagram_of_messages_is_taken_apart():
    acknowledgement = struct.pack("=i", 0) + bytes(16)
    refusal = struct.pack("=i", -1) + bytes(16)
    datagram = netlink.message(netlink.ERROR, 0, 1, acknowledgement)
    datagram += netlink.message(netlink.ERROR, 0, 2, refusal)
    told = [(sequence, netlink.error_of(each)) for each, sequence in netlink.messages(datagram)]
    assert told == [(1, 0), (2, 1)]


def test_damaged_lengths_end_the_reading():
    assert list(netlink.messages(bytes(16))) == []
    assert netlink.attributes(bytes(8), 0) == {}
