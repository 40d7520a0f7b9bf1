"""AF_PACKET: a wired interface on Linux, by the standard library alone.

Source: packet(7); Linux `include/uapi/linux/if_packet.h`.

Rule 1: the socket is deaf (protocol 0) until its filter is attached; then it is bound. So no frame
that the filter would refuse is ever read.
Rule 2: what the kernel says beside a frame (checksum state, VLAN tag) is believed before its bytes.
"""

import contextlib
import errno
import os
import socket
import struct

from wirelab.adapters import system
from wirelab.adapters.links import bpf
from wirelab.adapters.links.libpcap import compile_filter
from wirelab.adapters.links.link import (
    RECEIVE_BYTES,
    TAG_BYTES,
    Capabilities,
    Checksum,
    Frame,
    LinkError,
    Stats,
    down,
    ethernet_interface,
    gone,
    prepared,
    refused,
    transmitted,
)

SOL_PACKET = 263
ETH_P_ALL = 3
ADD_MEMBERSHIP, STATISTICS, AUXDATA, IGNORE_OUTGOING = 1, 6, 8, 23
MEMBERSHIP_PROMISCUOUS = 1
SO_TIMESTAMPNS, SO_RCVBUFFORCE = 35, 33
AUXILIARY = struct.Struct("=IIIHHHH")
"""`struct tpacket_auxdata`: status, length, captured, MAC offset, net offset, TCI, TPID."""
STATUS_CHECKSUM_NOT_READY, STATUS_VLAN_VALID, STATUS_CHECKSUM_VALID = 0x08, 0x10, 0x80
TIME = struct.Struct("@ll")
"""`struct timespec`."""
RECEIVE_BUFFER = 16 << 20
"""Ours: bytes of frames the kernel may hold for us; its default holds 93 full frames."""


class AfPacketLink:
    """A packet socket on one interface.

    Args:
        name: the interface.
        mac: our MAC; None for the interface's own. Another one makes the interface promiscuous,
            as long as the socket is open.
        vlan: the VLAN (1 to 4094) we belong to; None for untagged.
        receive_buffer: bytes; beyond `net.core.rmem_max` it wants CAP_NET_ADMIN.

    Raises:
        LinkDown: the interface is down.
        LinkError: no permission, no such interface, or it carries no Ethernet.
    """

    poll_interval_ns: int | None = None

    def __init__(
        self,
        name: str,
        mac: bytes | None = None,
        vlan: int | None = None,
        receive_buffer: int = RECEIVE_BUFFER,
    ) -> None:
        interface = ethernet_interface(name)
        if not interface.up:
            raise down(name)
        self.name = name
        self.mac = mac or interface.mac
        self.mtu = interface.mtu
        self.vlan = vlan
        self.capabilities = Capabilities(own_mac=True, reaches_this_host=False, filters=True)
        self._index = interface.index
        self._stats = Stats()
        self._socket = _open(name)
        try:
            self._prepare(receive_buffer, promiscuous=self.mac != interface.mac)
        except OSError as error:
            told = self._translated(error)
            self._socket.close()
            raise told from error

    def _prepare(self, receive_buffer: int, promiscuous: bool) -> None:
        """Everything between opening the deaf socket and letting it hear, in this order."""
        packet_socket = self._socket
        bpf.attach(packet_socket, bpf.for_mac(self.mac))
        packet_socket.setsockopt(SOL_PACKET, AUXDATA, 1)
        packet_socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        try:
            packet_socket.setsockopt(SOL_PACKET, IGNORE_OUTGOING, 1)
            self._sees_own_copies = False
        except OSError:  # before Linux 4.20: they are recognised one by one
            self._sees_own_copies = True
        try:
            packet_socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, receive_buffer)
        except PermissionError:
            packet_socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        if promiscuous:
            membership = struct.pack("=iHH8x", self._index, MEMBERSHIP_PROMISCUOUS, 0)
            packet_socket.setsockopt(SOL_PACKET, ADD_MEMBERSHIP, membership)
        packet_socket.setblocking(False)
        packet_socket.bind((self.name, ETH_P_ALL))

    def fileno(self) -> int:
        """See `Link.fileno`."""
        return self._socket.fileno()

    def recv(self) -> Frame | None:
        """See `Link.recv`."""
        stats = self._stats
        while True:
            try:
                data, ancillary, _, address = self._socket.recvmsg(RECEIVE_BYTES, 256)
            except BlockingIOError:
                return None
            except OSError as error:
                raise self._translated(error) from error
            if self._sees_own_copies and address[2] == bpf.PACKET_OUTGOING:
                continue
            status, length, vlan, timestamp = _beside(ancillary)
            if vlan != self.vlan:
                stats.vlan_dropped += 1
            elif length > len(data):
                stats.truncated += 1
                stats.largest = max(stats.largest, length)
            else:
                stats.received += 1
                if status & STATUS_CHECKSUM_NOT_READY:
                    stats.partial_checksums += 1
                    return Frame(data, timestamp, "partial-ok", vlan)
                checksum: Checksum = "trusted" if status & STATUS_CHECKSUM_VALID else "check"
                return Frame(data, timestamp, checksum, vlan)

    def send(self, frame: bytes) -> bool:
        """See `Link.send`."""
        frame = prepared(frame, self.mtu, self.vlan)
        try:
            accepted = transmitted(self._socket.send, frame)
        except OSError as error:
            raise self._translated(error) from error
        self._stats.sent += accepted
        self._stats.send_dropped += not accepted
        return accepted

    def set_filter(self, expression: str) -> None:
        """See `Link.set_filter`; libpcap compiles the expression."""
        program = compile_filter(expression, RECEIVE_BYTES + TAG_BYTES)
        bpf.attach(self._socket, bpf.for_mac(self.mac, then=program))

    def stats(self) -> Stats:
        """See `Link.stats`. The kernel forgets its own counters when it tells them."""
        with contextlib.suppress(OSError):  # closed: what was told last holds
            told = self._socket.getsockopt(SOL_PACKET, STATISTICS, 8)
            self._stats.kernel_dropped += struct.unpack("=II", told)[1]
        return self._stats

    def close(self) -> None:
        """See `Link.close`."""
        self._socket.close()

    def _translated(self, error: OSError) -> LinkError:
        """The same news in the words of a link."""
        if not system.still_there(self.name, self._index, self._socket.fileno()):
            return gone(self.name)
        if error.errno in (errno.ENETDOWN, errno.ENXIO):
            return down(self.name)
        return LinkError(error.errno, f"{self.name}: {os.strerror(error.errno or 0)}")


def _beside(ancillary: list[tuple[int, int, bytes]]) -> tuple[int, int, int | None, int]:
    """What the kernel says beside a frame: status bits, length, VLAN, nanoseconds since 1970."""
    status, length, vlan, timestamp = 0, 0, None, 0
    for level, kind, content in ancillary:
        if level == SOL_PACKET:
            status, length, _, _, _, tag, _ = AUXILIARY.unpack_from(content)
            if status & STATUS_VLAN_VALID:
                vlan = tag & 0xFFF or None  # VLAN 0 carries a priority only
        elif kind == SO_TIMESTAMPNS:
            seconds, nanoseconds = TIME.unpack(content)
            timestamp = seconds * 1_000_000_000 + nanoseconds
    return status, length, vlan, timestamp


def _open(name: str) -> socket.socket:
    try:
        # Protocol 0: deaf until it is bound.
        return socket.socket(socket.AF_PACKET, socket.SOCK_RAW | socket.SOCK_CLOEXEC, 0)
    except PermissionError as error:
        raise refused(name) from error
    except OSError as error:
        text = f"no packet socket here ({error.strerror}): use --link tap or --link pcap."
        raise LinkError(error.errno, text) from error
