"""A guard in the packet filter that cannot outlive us: an nftables table with an owner.

A table with the flag *owner* belongs to the netlink socket that made it. When that socket closes
(exit, crash, SIGKILL), the kernel removes the table. The table drops what arrives for our ports
before the kernel's TCP sees it; packet taps, and so our links, sit in front of it.

Source: Linux `include/uapi/linux/netfilter/nf_tables.h`, 5.12 or newer. It is one netlink batch and
needs CAP_NET_ADMIN, but no `nft`.
"""

import os
import socket
import struct
from collections.abc import Sequence

from wirelab.adapters.netlink import (
    ACKNOWLEDGE,
    APPEND,
    CREATE,
    ERROR,
    RECEIVE_BYTES,
    REQUEST,
    attribute,
    error_of,
    message,
    messages,
    nested,
    open_netlink,
)

NETLINK_NETFILTER = 12
BATCH_BEGIN, BATCH_END = 0x10, 0x11
SUBSYSTEM = 10
"""`NFNL_SUBSYS_NFTABLES`."""
NEW_TABLE, NEW_CHAIN, NEW_RULE = 0, 3, 6
FAMILY_IPV4 = 2
TABLE_OWNER = 0x2
HOOK_PREROUTING = 0
PRIORITY = struct.pack("!i", -310)
"""Ours: before the raw table's -300, so that nothing tracks these packets."""
REGISTER = 8
"""`NFT_REG32_00`."""
EQUAL = 0
NETWORK_HEADER, TRANSPORT_HEADER = 1, 2
META_PROTOCOL = 16
"""`NFT_META_L4PROTO`."""
VERDICT_REGISTER, VERDICT_DROP = 0, 0
PROTOCOLS = {"tcp": 6, "udp": 17}


class OwnedTable:
    """Drops what arrives for `address` and `ports`, until closed or until this process ends.

    Args:
        address: IPv4, 4 bytes.
        ports: 1 to 65535 each.
        protocol: `tcp` or `udp`.

    Raises:
        OSError: EPERM without CAP_NET_ADMIN; EINVAL or EOPNOTSUPP before Linux 5.12.
    """

    def __init__(self, address: bytes, ports: Sequence[int], protocol: str = "tcp") -> None:
        self.table = f"wirelab_{os.getpid()}_{ports[0]}_{protocol}"
        number = PROTOCOLS[protocol]
        orders = [
            _order(NEW_TABLE, CREATE, attribute(1, self.table) + attribute(2, TABLE_OWNER)),
            _order(NEW_CHAIN, CREATE, _chain(self.table)),
        ]
        for port in ports:
            rule = _drop_rule(self.table, address, number, port)
            orders.append(_order(NEW_RULE, CREATE | APPEND, rule))
        self._channel = open_netlink(NETLINK_NETFILTER)
        try:
            _commit(self._channel, orders)
        except BaseException:
            self._channel.close()
            raise

    def close(self) -> None:
        """Close the socket: the kernel removes the table. May be called again."""
        self._channel.close()


def _order(kind: int, flags: int, body: bytes) -> tuple[int, int, bytes]:
    """One message of a batch: type, flags, body with its `struct nfgenmsg`."""
    general = struct.pack("!BBH", FAMILY_IPV4, 0, 0)
    return SUBSYSTEM << 8 | kind, REQUEST | ACKNOWLEDGE | flags, general + body


def _chain(table: str) -> bytes:
    hook = nested(4, attribute(1, HOOK_PREROUTING), attribute(2, PRIORITY))
    accept = attribute(5, 1)  # what no rule drops goes on
    return attribute(1, table) + attribute(3, "arriving") + hook + accept + attribute(7, "filter")


def _drop_rule(table: str, address: bytes, protocol: int, port: int) -> bytes:
    """To `address`, this protocol, this port: drop."""
    expressions = (
        _load(NETWORK_HEADER, 16, 4),  # the destination address (RFC 791 section 3.1)
        _compare(address),
        _expression("meta", attribute(1, REGISTER), attribute(2, META_PROTOCOL)),
        _compare(bytes([protocol])),
        _load(TRANSPORT_HEADER, 2, 2),  # the destination port (RFC 9293 section 3.1, RFC 768)
        _compare(struct.pack("!H", port)),
        _expression(
            "immediate",
            attribute(1, VERDICT_REGISTER),
            nested(2, nested(2, attribute(1, VERDICT_DROP))),
        ),
    )
    return attribute(1, table) + attribute(2, "arriving") + nested(4, *expressions)


def _expression(name: str, *content: bytes) -> bytes:
    return nested(1, attribute(1, name), nested(2, *content))


def _load(base: int, offset: int, length: int) -> bytes:
    return _expression(
        "payload",
        attribute(1, REGISTER),
        attribute(2, base),
        attribute(3, offset),
        attribute(4, length),
    )


def _compare(value: bytes) -> bytes:
    return _expression(
        "cmp", attribute(1, REGISTER), attribute(2, EQUAL), nested(3, attribute(1, value))
    )


def _commit(channel: socket.socket, orders: Sequence[tuple[int, int, bytes]]) -> None:
    """Send the batch, which holds entirely or not at all, and read every acknowledgement.

    Raises:
        OSError: the first refusal, by the kernel's number.
    """
    bracket = struct.pack("!BBH", 0, 0, SUBSYSTEM)
    batch = message(BATCH_BEGIN, REQUEST, 0, bracket)
    for sequence, (kind, flags, body) in enumerate(orders, 1):
        batch += message(kind, flags, sequence, body)
    batch += message(BATCH_END, REQUEST, len(orders) + 1, bracket)
    channel.send(batch)
    waiting = len(orders)
    while waiting > 0:
        for received, sequence in messages(channel.recv(RECEIVE_BYTES)):
            if received.type != ERROR:
                continue
            number = error_of(received)
            if number != 0:
                text = f"nftables refused message {sequence}: {os.strerror(number)}"
                raise OSError(number, text)
            waiting -= 1
