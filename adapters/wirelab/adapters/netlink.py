"""Netlink, as far as wirelab needs it: messages and attributes, in the standard library alone.

Source: Linux `include/uapi/linux/netlink.h`; RFC 3549 section 2.3.2. Everything is in the machine's
byte order unless its reader says otherwise.
"""

import errno
import os
import socket
import struct
from collections.abc import Iterator
from typing import NamedTuple

HEADER = struct.Struct("=IHHII")
"""`struct nlmsghdr`: length, type, flags, sequence, port."""
ATTRIBUTE = struct.Struct("=HH")
"""`struct nlattr`: length, type."""

REQUEST, ACKNOWLEDGE, DUMP = 0x001, 0x004, 0x300
CREATE, APPEND = 0x400, 0x800
ERROR, DONE = 2, 3
NESTED = 0x8000
TYPE_MASK = 0x3FFF
RECEIVE_BYTES = 1 << 17
"""Ours: a dump arrives in datagrams of at most 32 KiB (kernel: `NLMSG_GOODSIZE` to 32 KiB)."""
PATIENCE_S = 5.0
"""Ours: the kernel answers at once; a silent one is a bug that must not hang us."""


class Message(NamedTuple):
    """One netlink message: its type and everything behind its header."""

    type: int
    body: bytes


def attribute(number: int, value: bytes | str | int) -> bytes:
    """One attribute, padded. Text is terminated by a zero, a number is 32 bits in network order."""
    if isinstance(value, str):
        value = value.encode() + b"\0"
    elif isinstance(value, int):
        value = struct.pack("!I", value)
    length = ATTRIBUTE.size + len(value)
    return ATTRIBUTE.pack(length, number) + value + bytes(-length % 4)


def nested(number: int, *children: bytes) -> bytes:
    """An attribute that holds attributes."""
    return attribute(number | NESTED, b"".join(children))


def attributes(body: bytes, offset: int) -> dict[int, bytes]:
    """The attributes behind a message's fixed part; the last one of a type wins."""
    found = {}
    while offset + ATTRIBUTE.size <= len(body):
        length, number = ATTRIBUTE.unpack_from(body, offset)
        if length < ATTRIBUTE.size:
            break
        found[number & TYPE_MASK] = body[offset + ATTRIBUTE.size : offset + length]
        offset += (length + 3) & ~3
    return found


def message(kind: int, flags: int, sequence: int, body: bytes) -> bytes:
    """A whole message with its header; `body` is padded by its attributes already."""
    return HEADER.pack(HEADER.size + len(body), kind, flags, sequence, 0) + body


def messages(datagram: bytes) -> Iterator[tuple[Message, int]]:
    """Take a datagram from the kernel apart into (message, sequence)."""
    offset = 0
    while offset + HEADER.size <= len(datagram):
        length, kind, _, sequence, _ = HEADER.unpack_from(datagram, offset)
        if length < HEADER.size:
            return
        yield Message(kind, datagram[offset + HEADER.size : offset + length]), sequence
        offset += (length + 3) & ~3


def error_of(received: Message) -> int:
    """The errno in an `NLMSG_ERROR`; 0 is an acknowledgement."""
    return -int(struct.unpack_from("=i", received.body)[0])


def dump(kind: int, body: bytes) -> list[Message]:
    """Ask rtnetlink for everything of one kind.

    Raises:
        OSError: the kernel refused, or did not answer within `PATIENCE_S`.
    """
    found: list[Message] = []
    with open_netlink(socket.NETLINK_ROUTE) as channel:
        channel.send(message(kind, REQUEST | DUMP, 1, body))
        while True:
            for received, _ in messages(channel.recv(RECEIVE_BYTES)):
                if received.type == DONE:
                    return found
                if received.type == ERROR:
                    number = error_of(received) or errno.EPROTO
                    raise OSError(number, f"rtnetlink dump {kind}: {os.strerror(number)}")
                found.append(received)


def open_netlink(protocol: int) -> socket.socket:
    """A netlink socket connected to the kernel, with a time limit on every call."""
    channel = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, protocol)
    try:
        channel.settimeout(PATIENCE_S)
        channel.bind((0, 0))
        channel.connect((0, 0))
    except BaseException:
        channel.close()
        raise
    return channel
