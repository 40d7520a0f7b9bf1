"""Interfaces by `getifaddrs`, for macOS.

Reading the list is apart from asking for it, so that it is tested on any system.

Source: macOS `<ifaddrs.h>`, `<net/if_dl.h>`, `<net/if_var.h>`; written from the headers, not run
on a Mac.
"""

import ctypes
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

AF_INET, AF_LINK = 2, 18


class _InterfaceAddress(ctypes.Structure):
    """`struct ifaddrs`."""


_InterfaceAddress._fields_ = [
    ("next", ctypes.POINTER(_InterfaceAddress)),
    ("name", ctypes.c_char_p),
    ("flags", ctypes.c_uint),
    ("address", ctypes.c_void_p),
    ("netmask", ctypes.c_void_p),
    ("destination", ctypes.c_void_p),
    ("data", ctypes.c_void_p),
]


class Record(NamedTuple):
    """One list item: socket addresses as bytes (`sa_len`, `sa_family`, ...), empty when absent."""

    name: str
    flags: int
    address: bytes
    netmask: bytes
    data: bytes


@dataclass(slots=True)
class Entry:
    """What the records of one interface add up to."""

    name: str
    index: int = 0
    flags: int = 0
    mac: bytes = b""
    mtu: int = 1500
    addresses: list[tuple[bytes, int]] = field(default_factory=list)


def interfaces() -> list[Entry]:
    """All interfaces, in the system's order.

    Raises:
        OSError: `getifaddrs` failed.
    """
    library = ctypes.CDLL(None, use_errno=True)
    first = ctypes.POINTER(_InterfaceAddress)()
    if library.getifaddrs(ctypes.byref(first)) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"getifaddrs: {os.strerror(number)}")
    try:
        records = []
        item = first
        while item:
            records.append(_record(item.contents))
            item = item.contents.next
        return combine(records)
    finally:
        library.freeifaddrs(first)


def combine(records: Iterable[Record]) -> list[Entry]:
    """Add the records up, by interface name."""
    entries: dict[str, Entry] = {}
    for record in records:
        entry = entries.setdefault(record.name, Entry(record.name))
        entry.flags = record.flags
        family = record.address[1] if len(record.address) > 1 else 0
        if family == AF_LINK:
            _link_layer(entry, record)
        elif family == AF_INET:
            mask = record.netmask[4:8].ljust(4, b"\0")  # the kernel cuts trailing zeros off
            length = int.from_bytes(mask).bit_count()
            entry.addresses.append((record.address[4:8], length))
    return list(entries.values())


def _link_layer(entry: Entry, record: Record) -> None:
    """Read `struct sockaddr_dl` and, for the MTU (32 bits at 8), `struct if_data`.

    `sockaddr_dl`: index at 2, name length at 5, address length at 6; name and address from 8 on.
    """
    entry.index = int.from_bytes(record.address[2:4], "little")
    name_length, mac_length = record.address[5], record.address[6]
    if mac_length == 6:
        entry.mac = record.address[8 + name_length : 14 + name_length]
    if len(record.data) >= 12:
        entry.mtu = int.from_bytes(record.data[8:12], "little")


def _record(item: _InterfaceAddress) -> Record:
    return Record(
        name=(item.name or b"").decode(errors="replace"),
        flags=item.flags,
        address=_socket_address(item.address),
        netmask=_socket_address(item.netmask),
        data=ctypes.string_at(item.data, 12) if item.data else b"",
    )


def _socket_address(pointer: int | None) -> bytes:
    """The bytes of a BSD socket address, whose first byte is its length."""
    if not pointer:
        return b""
    return ctypes.string_at(pointer, ctypes.string_at(pointer, 1)[0])
