"""What a link is: frames in, frames out, no protocol logic, no thread, nothing that blocks.

A link is driven by an event loop: `fileno()` becomes readable, `recv()` is called until it returns
None (at most 64 times a wake-up), `send()` at any time. Errors are two: `LinkDown`, after which the
same link works again once the interface is up, and `LinkGone`, after which it never does.
"""

import errno
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from wirelab.adapters import system

HEADER_BYTES = 14
"""An Ethernet II header (IEEE 802.3 clause 3.2)."""
MINIMUM_BYTES = 60
"""The shortest Ethernet frame without its check sequence (IEEE 802.3 clause 3.2.7)."""
TAG_BYTES = 4
"""An 802.1Q tag."""
TAG_TYPE = b"\x81\x00"
TAP_DEVICE = "/dev/net/tun"
RECEIVE_BYTES = 65_550
"""Ours: the largest frame a kernel hands over, a 64 KiB packet with its Ethernet header. Bigger
than any MTU, because segmentation offload skips the cutting between kernels on one machine."""

Checksum = Literal["check", "trusted", "partial-ok"]


class Frame(NamedTuple):
    """One received frame.

    Attributes:
        data: from the destination MAC to the end of the payload; 802.1Q tag of `vlan` removed.
        timestamp_ns: when the kernel (or the adapter, where it does not say) saw it, ns since 1970.
        checksum: `check`: the transport checksum must be verified. `trusted`: the kernel vouches
            for it. `partial-ok`: the field holds the sum of the pseudo-header, as a kernel on the
            same machine leaves it for hardware to complete; there is nothing to verify.
        vlan: the VLAN whose tag was removed, or None.
        truncated: cut short by whoever recorded it. Only a capture file yields such frames; live
            links count them in `Stats.truncated` and go on.
    """

    data: bytes
    timestamp_ns: int
    checksum: Checksum = "check"
    vlan: int | None = None
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a link can and cannot do.

    Attributes:
        own_mac: frames for a MAC other than the interface's reach us.
        reaches_this_host: frames we send reach the kernel of this machine.
        filters: `set_filter` works.
        cuts_segments: `send` takes a `LargeFrame`, and cuts it into TCP segments.
    """

    own_mac: bool
    reaches_this_host: bool
    filters: bool
    cuts_segments: bool = False


@dataclass(slots=True)
class Stats:
    """Frames since the link was opened.

    Attributes:
        received: handed to us; sent: taken by the kernel.
        send_dropped: refused by the kernel for want of room.
        kernel_dropped: arrived, but our receive buffer was full.
        vlan_dropped: tagged for a VLAN that is not ours.
        truncated: longer than the buffer for one frame (see `largest`, bytes), and so useless.
        partial_checksums: accepted with the pseudo-header's sum in place of a checksum.
    """

    received: int = 0
    sent: int = 0
    send_dropped: int = 0
    kernel_dropped: int = 0
    vlan_dropped: int = 0
    truncated: int = 0
    largest: int = 0
    partial_checksums: int = 0


class LinkError(OSError):
    """A link that cannot be opened or used; the text holds the way out."""


class LinkDown(LinkError):  # noqa: N818 - it is news, not a failure
    """The interface is down. The link stays open and works again when it comes up."""


class LinkGone(LinkError):  # noqa: N818
    """The interface no longer exists."""


class Link(Protocol):
    """A wire at the end of a file descriptor."""

    name: str
    mac: bytes
    mtu: int
    capabilities: Capabilities
    poll_interval_ns: int | None
    """None: `fileno` tells of every frame. Otherwise also call `recv` this often."""

    def fileno(self) -> int:
        """The descriptor that becomes readable when frames wait."""

    def recv(self) -> Frame | None:
        """The next frame, or None when none waits. Never blocks.

        Raises:
            LinkDown: the interface went down; told once each time.
            LinkGone: the interface was removed.
        """

    def send(self, frame: bytes) -> bool:
        """Hand a frame to the kernel, padded to 60 bytes. False: no room, the frame is lost.

        Raises:
            ValueError: shorter than a header, or longer than the MTU allows.
            LinkDown: the interface is down.
            LinkGone: the interface was removed.
        """

    def set_filter(self, expression: str) -> None:
        """Let only frames through that match a tcpdump expression (pcap-filter(7)), too.

        Raises:
            LinkError: not an expression, or the link cannot filter.
        """

    def stats(self) -> Stats:
        """The counters so far; also after `close`."""

    def close(self) -> None:
        """Give everything back. May be called again, and never blocks."""


def prepared(frame: bytes, mtu: int, vlan: int | None) -> bytes:
    """A frame as it goes out: size checked, tagged for `vlan`, padded.

    Raises:
        ValueError: shorter than a header, or longer than the MTU allows.
    """
    if not HEADER_BYTES <= len(frame) <= mtu + HEADER_BYTES:
        raise ValueError(
            f"frame of {len(frame)} bytes: this link takes {HEADER_BYTES} to {mtu + HEADER_BYTES} "
            f"(MTU {mtu} and an Ethernet header)"
        )
    if vlan is not None:
        frame = frame[:12] + TAG_TYPE + vlan.to_bytes(2) + frame[12:]
    if len(frame) < MINIMUM_BYTES:
        frame = frame + bytes(MINIMUM_BYTES - len(frame))
    return frame


def untagged(data: bytes) -> tuple[bytes, int | None]:
    """A frame without its 802.1Q tag, and the tag's VLAN (None: not tagged, or priority only)."""
    if data[12:14] != TAG_TYPE or len(data) < HEADER_BYTES + TAG_BYTES:
        return data, None
    vlan = int.from_bytes(data[14:16]) & 0xFFF
    return data[:12] + data[16:], vlan or None


def transmitted(send: Callable[[bytes], object], frame: bytes) -> bool:
    """Send a frame; False: the kernel has no room for it.

    An interface that was down and is up again still reports ENETDOWN once, on a read or a write:
    the second attempt tells old news from the present.

    Raises:
        OSError: it cannot be sent.
    """
    try:
        try:
            send(frame)
        except OSError as error:
            if error.errno != errno.ENETDOWN:
                raise
            send(frame)
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.ENOBUFS):
            return False
        raise
    return True


def ethernet_interface(name: str) -> system.Interface:
    """The interface of that name.

    Raises:
        LinkError: there is none, or it carries no Ethernet.
    """
    try:
        interface = system.interface(name)
    except OSError as error:
        raise LinkError(error.errno, error.strerror) from error
    text = no_ethernet_text(interface)
    if text is not None:
        raise LinkError(errno.EPROTONOSUPPORT, text)
    return interface


def no_ethernet_text(interface: system.Interface) -> str | None:
    """What to tell of an interface that carries no Ethernet; None: it does."""
    if interface.loopback:
        return (
            f"{interface.name} carries no Ethernet, only this host's talk with itself; use "
            "--link tap."
        )
    if not interface.mac:
        return f"{interface.name} carries no Ethernet (it has no MAC); choose another interface."
    return None


def down(name: str) -> LinkDown:
    """The error for an interface that is down."""
    return LinkDown(errno.ENETDOWN, f'{name} is down: run "ip link set {name} up".')


def gone(name: str) -> LinkGone:
    """The error for an interface that was removed."""
    return LinkGone(errno.ENODEV, f"{name} no longer exists.")


def tap_missing() -> LinkError:
    """The error for a system whose kernel has no TAPs, or hides them."""
    return LinkError(
        errno.ENOENT, f'{TAP_DEVICE} does not exist: run "modprobe tun", or use --link afpacket.'
    )


def tap_refused(name: str) -> LinkError:
    """The error for a TAP that this user may not have."""
    return LinkError(
        errno.EPERM,
        f"no TAP {name} for this user: needs CAP_NET_ADMIN (sudo), or once "
        f'"sudo ip tuntap add dev {name} mode tap user $USER" (and access to {TAP_DEVICE}).',
    )


def refused(name: str) -> LinkError:
    """The error for want of permission, with every way to get it."""
    return LinkError(
        errno.EPERM,
        f"raw access to {name} refused: needs CAP_NET_RAW (sudo, or setpriv --ambient-caps "
        "+net_raw); macOS: read and write on /dev/bpf*; or --link tap with a TAP created for "
        "your user.",
    )
