"""macOS's interface list, from records as its headers define them."""

import struct

from wirelab.adapters.bsd import AF_INET, AF_LINK, Record, combine

MAC = bytes.fromhex("f01898000001")


def link_record(name, index, mac, mtu):
    """`struct sockaddr_dl` and the front of `struct if_data` (<net/if_dl.h>, <net/if_var.h>)."""
    words = struct.pack("<BBHBBBB", 20, AF_LINK, index, 6, len(name), len(mac), 0)
    data = bytes(8) + struct.pack("<I", mtu)
    return Record(name, 0x8863, words + name.encode() + mac, b"", data)


def address_record(name, address, mask):
    """`struct sockaddr_in`; the kernel cuts the zeros at the end of a mask off."""
    words = struct.pack("<BBH", 16, AF_INET, 0) + address + bytes(8)
    return Record(name, 0x8863, words, struct.pack("<BBH", 4 + len(mask), 0, 0) + mask, b"")


def test_the_records_of_an_interface_add_up():
    (entry,) = combine(
        [
            link_record("en0", 4, MAC, 9000),
            address_record("en0", bytes([192, 0, 2, 5]), b"\xff\xff\xff"),
            address_record("en0", bytes([10, 0, 0, 5]), b"\xff\xff\xf0\0"),
        ]
    )
    assert (entry.name, entry.index, entry.mac, entry.mtu) == ("en0", 4, MAC, 9000)
    assert entry.addresses == [(bytes([192, 0, 2, 5]), 24), (bytes([10, 0, 0, 5]), 20)]
    assert entry.flags == 0x8863


def test_an_interface_without_a_mac_and_records_of_other_families_are_fine():
    entries = combine(
        [
            link_record("utun0", 12, b"", 1380),
            Record("utun0", 1, struct.pack("<BB", 28, 30) + bytes(26), b"", b""),
            Record("awdl0", 1, b"", b"", b""),
        ]
    )
    assert [(entry.name, entry.mac, entry.mtu) for entry in entries] == [
        ("utun0", b"", 1380),
        ("awdl0", b"", 1500),
    ]
