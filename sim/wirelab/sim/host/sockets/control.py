"""Control messages: what comes with a datagram, and what is asked for with one; see ip(7)."""

import struct
from typing import TYPE_CHECKING, Final, NamedTuple

from wirelab.sim.host.sockets import constants as c
from wirelab.sim.host.sockets.addresses import socket_address
from wirelab.sim.host.sockets.failures import invalid

if TYPE_CHECKING:
    from wirelab.sim.host.sockets.base import ControlMessage
    from wirelab.sim.host.sockets.mailboxes import Arrived

_INT: Final = struct.Struct("<i")
_PACKET_INFO: Final = struct.Struct("<i4s4s")  # struct in_pktinfo: index, local, destination
_TIME: Final = struct.Struct("<qq")
_SECOND: Final = 1_000_000_000
_HEADER: Final = 16  # struct cmsghdr on a 64-bit machine
_ALIGNMENT: Final = 8


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
    datagram: "Arrived", settings: dict[tuple[int, int], int], dropped: int
) -> "list[ControlMessage]":
    """What the options of a socket ask to be told about a datagram, in Linux's order."""

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
    if wanted(c.SOL_IP, c.IP_PKTINFO):
        info = _PACKET_INFO.pack(datagram.interface + 1, datagram.local, datagram.destination)
        messages.append((c.SOL_IP, c.IP_PKTINFO, info))
    if wanted(c.SOL_IP, c.IP_RECVTTL):
        messages.append((c.SOL_IP, c.IP_TTL, _INT.pack(datagram.ttl)))
    if wanted(c.SOL_IP, c.IP_RECVTOS):
        messages.append((c.SOL_IP, c.IP_TOS, bytes([datagram.tos])))
    if wanted(c.SOL_IP, c.IP_RECVORIGDSTADDR):
        address = socket_address(datagram.destination, datagram.local_port)
        messages.append((c.SOL_IP, c.IP_RECVORIGDSTADDR, address))
    return messages


class Wishes(NamedTuple):
    """What the control messages of sendmsg ask for; None: as the socket has it."""

    ttl: int | None = None
    tos: int | None = None
    source: bytes | None = None


def wishes_of(messages: "list[ControlMessage] | tuple[ControlMessage, ...]") -> Wishes:
    """Read IP_TTL, IP_TOS and IP_PKTINFO.

    Raises:
        OSError: EINVAL for any other message of level IP, or a value that cannot be.
    """
    wishes = Wishes()
    for level, kind, data in messages:
        if level != c.SOL_IP:
            continue  # Linux leaves other levels to others
        if kind == c.IP_TTL and len(data) == _INT.size:
            ttl = _INT.unpack(data)[0]
            if not 1 <= ttl <= 255:
                raise invalid(f"IP_TTL of a message is {ttl}; give 1 to 255")
            wishes = wishes._replace(ttl=ttl)
        elif kind == c.IP_TOS and len(data) in (1, _INT.size):
            tos = data[0] if len(data) == 1 else _INT.unpack(data)[0]
            if not 0 <= tos <= 255:
                raise invalid(f"IP_TOS of a message is {tos}; give 0 to 255")
            wishes = wishes._replace(tos=tos)
        elif kind == c.IP_PKTINFO and len(data) == _PACKET_INFO.size:
            source = _PACKET_INFO.unpack(data)[1]
            wishes = wishes._replace(source=source if any(source) else None)
        else:
            text = "IP_TTL (int), IP_TOS (byte or int) and IP_PKTINFO (12 bytes) are known"
            raise invalid(f"control message {kind} of level IP with {len(data)} bytes; {text}")
    return wishes
