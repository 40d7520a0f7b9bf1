"""Control messages: what comes with a datagram, and what is asked for with one; see ip(7)."""

import struct
from typing import TYPE_CHECKING, Final

from wirelab.sim.host.ipv4.source_routes import way_back
from wirelab.sim.host.sockets import constants as c
from wirelab.sim.host.sockets import control6
from wirelab.sim.host.sockets.addresses import socket_address
from wirelab.sim.host.sockets.failures import invalid
from wirelab.sim.host.sockets.wishes import INT, USUAL, Wishes

if TYPE_CHECKING:
    from wirelab.sim.host.sockets.base import ControlMessage
    from wirelab.sim.host.sockets.mailboxes import Arrived

_PACKET_INFO: Final = struct.Struct("<i4s4s")  # struct in_pktinfo: index, local, destination
_TIME: Final = struct.Struct("<qq")
_SECOND: Final = 1_000_000_000
_HEADER: Final = 16  # struct cmsghdr on a 64-bit machine
_ALIGNMENT: Final = 8
_IPV4_HEADER: Final = 20  # bytes without options, RFC 791 section 3.1

LARGEST_OPTIONS: Final = 40
"""bytes: what 4 bits of header length leave (RFC 791 section 3.1)."""


def space(length: int) -> int:
    """CMSG_SPACE: bytes that a message with `length` bytes of data takes.

    >>> space(4)
    24
    """
    return _HEADER + (length + _ALIGNMENT - 1) // _ALIGNMENT * _ALIGNMENT


def fit(messages: "list[ControlMessage]", size: int) -> "tuple[list[ControlMessage], int]":
    """As many messages as `size` bytes hold, and MSG_CTRUNC if that is not all.

    Like Linux, data that does not fit is cut rather than left out, if its header fits.
    """
    fitting: list[ControlMessage] = []
    for level, kind, data in messages:
        if size < _HEADER + len(data):
            if size > _HEADER:
                fitting.append((level, kind, data[: size - _HEADER]))
            return fitting, c.MSG_CTRUNC
        fitting.append((level, kind, data))
        size -= space(len(data))
    return fitting, 0


def of_datagram(
    datagram: "Arrived", settings: dict[tuple[int, int], int], dropped: int, family: int = c.AF_INET
) -> "list[ControlMessage]":
    """What the options of a socket ask to be told about a datagram, in Linux's order."""
    if not settings:
        return []

    def wanted(level: int, name: int) -> bool:
        return bool(settings.get((level, name), 0))

    messages: list[ControlMessage] = []
    seconds, nanoseconds = divmod(datagram.at, _SECOND)
    if wanted(c.SOL_SOCKET, c.SO_TIMESTAMPNS):
        stamp = _TIME.pack(seconds, nanoseconds)
        messages.append((c.SOL_SOCKET, c.SO_TIMESTAMPNS, stamp))
    elif wanted(c.SOL_SOCKET, c.SO_TIMESTAMP):
        stamp = _TIME.pack(seconds, nanoseconds // 1000)
        messages.append((c.SOL_SOCKET, c.SO_TIMESTAMP, stamp))
    if wanted(c.SOL_SOCKET, c.SO_RXQ_OVFL) and dropped:
        messages.append((c.SOL_SOCKET, c.SO_RXQ_OVFL, dropped.to_bytes(4, "little")))
    if family == c.AF_INET6:
        messages += control6.of_datagram(datagram, settings)
    if len(datagram.destination) == 4:
        messages += _of_ipv4(datagram, settings)
    return messages


def _of_ipv4(datagram: "Arrived", settings: dict[tuple[int, int], int]) -> "list[ControlMessage]":
    """What options of level IP ask for (Linux: ip_cmsg_recv_offset)."""

    def wanted(name: int) -> bool:
        return bool(settings.get((c.SOL_IP, name), 0))

    messages: list[ControlMessage] = []
    if wanted(c.IP_PKTINFO):
        info = _PACKET_INFO.pack(datagram.interface + 1, datagram.local, datagram.destination)
        messages.append((c.SOL_IP, c.IP_PKTINFO, info))
    if wanted(c.IP_RECVTTL):
        messages.append((c.SOL_IP, c.IP_TTL, INT.pack(datagram.ttl)))
    if wanted(c.IP_RECVTOS):
        messages.append((c.SOL_IP, c.IP_TOS, bytes([datagram.tos])))
    options = datagram.headers[_IPV4_HEADER:]
    if options and wanted(c.IP_RECVOPTS):
        messages.append((c.SOL_IP, c.IP_RECVOPTS, options))
    if options and wanted(c.IP_RETOPTS):
        answer = way_back(datagram.address, options)
        messages.append((c.SOL_IP, c.IP_RETOPTS, answer))
    if wanted(c.IP_RECVORIGDSTADDR):
        address = socket_address(datagram.destination, datagram.local_port)
        messages.append((c.SOL_IP, c.IP_RECVORIGDSTADDR, address))
    return messages


def wishes_of(
    messages: "list[ControlMessage] | tuple[ControlMessage, ...]", family: int, host: bytes
) -> Wishes:
    """Read what sendmsg asks for; what is of another family than `host` asks for nothing.

    Raises:
        OSError: EINVAL for a message of level IP or IPv6 that is not known, or a value that cannot
            be.
    """
    wishes = USUAL
    for level, kind, data in messages:
        if level == c.SOL_IP and len(host) == 4:
            wishes = _wish(wishes, kind, data)
        elif level == c.SOL_IPV6 and family == c.AF_INET6:
            wishes = control6.wish(wishes, kind, data)
    return wishes  # Linux leaves other levels to others


def _wish(wishes: Wishes, kind: int, data: bytes) -> Wishes:
    """Read one message of level IP."""
    if kind == c.IP_TTL and len(data) == INT.size:
        ttl = INT.unpack(data)[0]
        if not 1 <= ttl <= 255:
            raise invalid(f"IP_TTL of a message is {ttl}; give 1 to 255")
        return wishes._replace(ttl=ttl)
    if kind == c.IP_TOS and len(data) in (1, INT.size):
        tos = data[0] if len(data) == 1 else INT.unpack(data)[0]
        if not 0 <= tos <= 255:
            raise invalid(f"IP_TOS of a message is {tos}; give 0 to 255")
        return wishes._replace(tos=tos)
    if kind == c.IP_PKTINFO and len(data) == _PACKET_INFO.size:
        index, source, _ = _PACKET_INFO.unpack(data)
        interface = index - 1 if index else None
        return wishes._replace(source=source if any(source) else None, interface=interface)
    if kind == c.IP_RETOPTS and len(data) <= LARGEST_OPTIONS:
        return wishes._replace(options=padded_options(data))
    text = "IP_TTL (int), IP_TOS (byte or int), IP_PKTINFO (12 bytes) and IP_RETOPTS are known"
    raise invalid(f"control message {kind} of level IP with {len(data)} bytes; {text}")


def padded_options(options: bytes) -> bytes:
    """Options of IPv4, ended and padded to a multiple of 4 bytes (RFC 791 section 3.1)."""
    return options + bytes(-len(options) % 4)
