"""libpcap as a link: macOS, Windows (Npcap), and Linux where AF_PACKET will not do."""

import contextlib
import errno

from wirelab.adapters import system
from wirelab.adapters.links.libpcap import (
    DIRECTION_IN,
    LINK_TYPE_ETHERNET,
    NO_PERMISSION,
    NO_SUCH_DEVICE,
    NOT_UP,
    Pcap,
    PcapError,
    compile_filter,
)
from wirelab.adapters.links.link import (
    HEADER_BYTES,
    RECEIVE_BYTES,
    TAG_BYTES,
    Capabilities,
    Frame,
    LinkError,
    Stats,
    down,
    ethernet_interface,
    gone,
    prepared,
    refused,
    transmitted,
    untagged,
)
from wirelab.adapters.links.partial import holds_pseudo_sum

MEBIBYTE = 1 << 20
BUFFER_BYTES = 8 * MEBIBYTE
"""Ours: 4,000 slots of one MTU each."""
BUFFER_BYTES_MERGED = 32 * MEBIBYTE
"""Ours: 500 slots, where one frame may fill 64 KiB. Immediate mode spends one slot a frame."""
POLL_INTERVAL_NS = 1_000_000
"""Ours: how often to look where there is no descriptor to wait on (Windows)."""


class PcapLink:
    """An interface through libpcap.

    Args:
        name: the interface.
        mac: our MAC; None for the interface's own.
        vlan: the VLAN (1 to 4094) we belong to; None for untagged.
        strict_checksum: treat the pseudo-header's sum as the wrong checksum it is on a real wire.
        snap_length: bytes kept of a frame; 0: one MTU, or 64 KiB where the system merges frames.

    Raises:
        LinkDown: the interface is down.
        LinkError: no libpcap, no permission, no such interface, or not Ethernet.
    """

    def __init__(
        self,
        name: str,
        mac: bytes | None = None,
        vlan: int | None = None,
        strict_checksum: bool = False,
        snap_length: int = 0,
    ) -> None:
        interface = ethernet_interface(name)
        self.name = name
        self.mac = mac or interface.mac
        self.mtu = interface.mtu
        self.vlan = vlan
        self.strict_checksum = strict_checksum
        self.capabilities = Capabilities(own_mac=True, reaches_this_host=False, filters=True)
        self._index = interface.index
        self._stats = Stats()
        merged = snap_length == 0 and system.merges_frames(name)
        self._snap_length = snap_length or snap_length_for(self.mtu, merged)
        self._pcap = _open(
            name,
            self._snap_length,
            BUFFER_BYTES_MERGED if merged else BUFFER_BYTES,
            promiscuous=self.mac != interface.mac,
        )
        try:
            self.set_filter("")
        except BaseException:
            self._pcap.close()
            raise
        self.warning = self._pcap.warning
        self.poll_interval_ns = self._pcap.required_timeout_ns()
        if self._pcap.fileno() < 0:
            self.poll_interval_ns = POLL_INTERVAL_NS

    def fileno(self) -> int:
        """See `Link.fileno`.

        Raises:
            LinkError: this system has no descriptor for it; call `recv` every `poll_interval_ns`.
        """
        descriptor = self._pcap.fileno()
        if descriptor < 0:
            raise LinkError(errno.ENOTSUP, f"{self.name}: no descriptor to wait on; poll instead")
        return descriptor

    def recv(self) -> Frame | None:
        """See `Link.recv`."""
        stats = self._stats
        while True:
            try:
                found = self._pcap.next()
            except PcapError as error:
                raise self._translated(error) from error
            if found is None:
                return None
            data, length, timestamp = found
            if length > len(data):
                stats.truncated += 1
                stats.largest = max(stats.largest, length)
                continue
            data, vlan = untagged(data)
            if vlan != self.vlan:
                stats.vlan_dropped += 1
                continue
            stats.received += 1
            if not self.strict_checksum and holds_pseudo_sum(data):
                stats.partial_checksums += 1
                return Frame(data, timestamp, "partial-ok", vlan)
            return Frame(data, timestamp, "check", vlan)

    def send(self, frame: bytes) -> bool:
        """See `Link.send`."""
        frame = prepared(frame, self.mtu, self.vlan)
        try:
            accepted = transmitted(self._pcap.inject, frame)
        except PcapError as error:
            raise self._translated(error) from error
        self._stats.sent += accepted
        self._stats.send_dropped += not accepted
        return accepted

    def set_filter(self, expression: str) -> None:
        """See `Link.set_filter`."""
        octets = ":".join(f"{octet:02x}" for octet in self.mac)
        ours = f"ether dst {octets} or ether multicast"  # broadcast has the group bit, too
        if expression:
            compile_filter(expression, self._snap_length)  # blames the user's words, not ours
        self._pcap.set_filter(f"({ours}) and ({expression})" if expression else ours)

    def stats(self) -> Stats:
        """See `Link.stats`."""
        with contextlib.suppress(PcapError):  # closed, or gone: what was told last holds
            self._stats.kernel_dropped = self._pcap.dropped()
        return self._stats

    def close(self) -> None:
        """See `Link.close`."""
        self._pcap.close()

    def _translated(self, error: PcapError) -> LinkError:
        """The same news in the words of a link; libpcap's text is the last resort."""
        if not system.still_there(self.name, self._index, self._pcap.fileno()):
            return gone(self.name)
        if error.errno in (errno.ENETDOWN, errno.ENXIO) or " down" in str(error.strerror):
            return down(self.name)
        return error


def snap_length_for(mtu: int, merged: bool) -> int:
    """Bytes to keep of a frame: one with a tag, or the largest a merging kernel hands over."""
    longest = RECEIVE_BYTES if merged else mtu + HEADER_BYTES + TAG_BYTES
    return (longest + 255) // 256 * 256


def oversize_text(size: int, name: str) -> str:
    """What to tell the user of frames larger than the snap length."""
    return (
        f"oversize frame ({size} bytes): turn off GRO/TSO (ethtool -K {name} gro off lro off; "
        "veth: on the peer too) or use --link afpacket."
    )


def _open(name: str, snap_length: int, buffer_bytes: int, promiscuous: bool) -> Pcap:
    try:
        pcap = Pcap(
            name,
            snap_length=snap_length,
            buffer_bytes=buffer_bytes,
            promiscuous=promiscuous,
            direction=DIRECTION_IN,
        )
    except PcapError as error:
        if error.status in NO_PERMISSION:
            raise refused(name) from error
        if error.status == NOT_UP:
            raise down(name) from error
        if error.status == NO_SUCH_DEVICE:
            raise gone(name) from error
        raise
    link_type = pcap.link_type
    if link_type != LINK_TYPE_ETHERNET:
        pcap.close()
        raise LinkError(
            errno.EPROTONOSUPPORT,
            f"{name} is not Ethernet (link type {link_type}); choose another interface.",
        )
    return pcap
