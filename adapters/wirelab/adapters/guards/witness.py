"""A witness of the kernel's RST: it sees that this machine reset a connection of ours.

A tap on the interface that keeps only outgoing RSTs from our address and ports. Those that we sent
ourselves are told to it (`sent`), so what is left is the kernel's: `live.kernel_rst`.
"""

import errno
import socket
import sys
from collections import deque
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from wirelab.adapters.links import bpf
from wirelab.adapters.links.libpcap import DIRECTION_OUT, NO_PERMISSION, Pcap, PcapError
from wirelab.adapters.links.link import LinkError, refused
from wirelab.codecs.addresses import ipv4_text
from wirelab.sim.reasons import Reason

ETH_P_ALL = 3
PACKET_BYTES = 256
"""Ours: Ethernet, IPv4 and TCP headers with all their options, 14 + 60 + 60, and some."""
REMEMBERED = 64
"""Ours: RSTs of our own whose copies may still be on their way to us."""
RST = 0x04


class KernelReset(NamedTuple):
    """An RST that the kernel sent in our name; `frame` is the whole of it."""

    source: bytes
    source_port: int
    destination: bytes
    destination_port: int
    frame: bytes = b""

    @property
    def reason(self) -> Reason:
        """What a command ends with."""
        return Reason.LIVE_KERNEL_RST

    def __str__(self) -> str:
        return (
            f"the kernel reset {ipv4_text(self.source)}:{self.source_port} -> "
            f"{ipv4_text(self.destination)}:{self.destination_port}: it knows nothing of our "
            "connection. Use --ip with a free address, --link tap, or --guard."
        )


class _Tap(Protocol):
    """Where outgoing frames are read: bytes, or None when none waits."""

    def fileno(self) -> int: ...
    def next(self) -> bytes | None: ...
    def close(self) -> None: ...


class Witness:
    """Watches one interface for RSTs of the kernel's.

    Args:
        interface: its name.
        address: the IPv4 address we use, 4 bytes.
        ports: those of our connections.

    Raises:
        LinkError: no permission, no such interface, or no libpcap where that is needed.
    """

    def __init__(self, interface: str, address: bytes, ports: Sequence[int]) -> None:
        self._own: deque[bytes] = deque(maxlen=REMEMBERED)
        if sys.platform.startswith("linux"):
            self._tap: _Tap = _PacketSocket(interface, bpf.outgoing_resets(address, ports))
        else:
            self._tap = _PcapTap(interface, address, ports)

    def fileno(self) -> int:
        """Readable when an RST left this machine."""
        return self._tap.fileno()

    def sent(self, frame: bytes) -> None:
        """Tell of a frame *before* we send it; all but RSTs are forgotten at once."""
        segment = _reset(frame)
        if segment is not None:
            self._own.append(segment)

    def next(self) -> KernelReset | None:
        """The next RST that was not ours, or None. Never blocks."""
        while True:
            frame = self._tap.next()
            if frame is None:
                return None
            segment = _reset(frame)
            if segment is None:
                continue
            if segment in self._own:
                self._own.remove(segment)
                continue
            header_length = (segment[0] & 0x0F) * 4
            return KernelReset(
                source=segment[12:16],
                source_port=int.from_bytes(segment[header_length : header_length + 2]),
                destination=segment[16:20],
                destination_port=int.from_bytes(segment[header_length + 2 : header_length + 4]),
                frame=frame,
            )

    def close(self) -> None:
        """Stop watching; may be called again."""
        self._tap.close()


def _reset(frame: bytes) -> bytes | None:
    """The IPv4 packet in a frame that carries an RST, without padding; None for all others."""
    if len(frame) < 54 or frame[12:14] != b"\x08\x00" or frame[23] != socket.IPPROTO_TCP:
        return None
    flags = 14 + (frame[14] & 0x0F) * 4 + 13
    if flags >= len(frame) or not frame[flags] & RST:
        return None
    return frame[14 : 14 + int.from_bytes(frame[16:18])]


class _PacketSocket:
    """Outgoing frames by AF_PACKET."""

    def __init__(self, interface: str, program: bpf.Program) -> None:
        try:
            kind = socket.SOCK_RAW | socket.SOCK_CLOEXEC
            self._socket = socket.socket(socket.AF_PACKET, kind, 0)  # deaf until it is filtered
        except PermissionError as error:
            raise refused(interface) from error
        try:
            bpf.attach(self._socket, program)
            self._socket.setblocking(False)
            self._socket.bind((interface, ETH_P_ALL))
        except OSError as error:
            self._socket.close()
            raise LinkError(error.errno, f"{interface}: {error.strerror}") from error

    def fileno(self) -> int:
        return self._socket.fileno()

    def next(self) -> bytes | None:
        try:
            return self._socket.recv(PACKET_BYTES)
        except BlockingIOError:
            return None
        except OSError as error:
            if error.errno in (errno.ENETDOWN, errno.EBADF):
                return None  # the link itself tells of that
            raise

    def close(self) -> None:
        self._socket.close()


class _PcapTap:
    """Outgoing frames by libpcap."""

    def __init__(self, interface: str, address: bytes, ports: Sequence[int]) -> None:
        try:
            self._pcap = Pcap(
                interface, snap_length=PACKET_BYTES, buffer_bytes=1 << 20, direction=DIRECTION_OUT
            )
        except PcapError as error:
            if error.status in NO_PERMISSION:
                raise refused(interface) from error
            raise
        listed = " or ".join(f"src port {port}" for port in ports)
        try:
            self._pcap.set_filter(
                f"src host {ipv4_text(address)} and tcp[tcpflags] & tcp-rst != 0 and ({listed})"
            )
        except BaseException:
            self._pcap.close()
            raise

    def fileno(self) -> int:
        return self._pcap.fileno()

    def next(self) -> bytes | None:
        try:
            found = self._pcap.next()
        except LinkError:
            return None  # the link itself tells of that
        return found and found[0]

    def close(self) -> None:
        self._pcap.close()
