"""TAP: a wire whose other end is this machine's own kernel (Linux).

Source: Linux `Documentation/networking/tuntap.rst`, `include/uapi/linux/if_tun.h`.

The kernel's end is an interface with a MAC and addresses of its own; ours is a descriptor. Nothing
is merged and every checksum is complete, unless we ask for offload: then each frame has a header
before it that says what is left to do with it (`virtio_header`).
"""

import errno
import os
import socket
import struct
import time
from contextlib import suppress
from pathlib import Path

from wirelab.adapters import system
from wirelab.adapters.links import bpf, virtio_header
from wirelab.adapters.links.libpcap import compile_filter
from wirelab.adapters.links.link import (
    RECEIVE_BYTES,
    TAG_BYTES,
    TAP_DEVICE,
    Capabilities,
    Checksum,
    Frame,
    LinkError,
    Stats,
    down,
    gone,
    prepared,
    tap_missing,
    tap_refused,
    untagged,
)
from wirelab.codecs.addresses import ipv4_text, ipv6_text
from wirelab.sim.host.interface import LARGEST_PACKET
from wirelab.sim.host.large_frame import LargeFrame

TUNSETIFF, TUNGETIFF, TUNATTACHFILTER = 0x400454CA, 0x800454D2, 0x401054D5
TUNSETOFFLOAD = 0x400454D0
IFF_TAP, IFF_PERSIST, IFF_NO_PI, IFF_VNET_HDR = 0x0002, 0x0800, 0x1000, 0x4000
TUN_F_CSUM, TUN_F_TSO4, TUN_F_TSO6 = 0x01, 0x02, 0x04
OFFLOADS = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6
SIOCGIFFLAGS, SIOCSIFFLAGS = 0x8913, 0x8914
SIOCSIFADDR, SIOCSIFNETMASK = 0x8916, 0x891C
NO_DRIVER = (errno.ENOENT, errno.ENODEV, errno.ENXIO)
"""How opening the device fails where the kernel's driver is absent, with and without its node."""
NAME_BYTES = 15
"""`IFNAMSIZ` less the final zero."""
READY_ATTEMPTS, READY_PAUSE_S = 200, 0.002
"""Ours: it takes the kernel about a millisecond; after 0.4 s we go on without."""


class TapLink:
    """A TAP interface: the one of that name, or a new one that goes when we close.

    Args:
        name: the kernel's end, such as `tap0`.
        mac: our MAC; None for one derived from the kernel's end's.
        vlan: the VLAN (1 to 4094) we belong to; None for untagged.
        kernel_address: give this address to the kernel's end, and switch it on.
            None: leave it as its owner set it up.
        prefix_length: of `kernel_address`.
        offload: exchange frames of up to 64 KiB with the kernel, cut and summed by neither side
            (TCP over IPv4). Both ends are on this machine, so nothing is lost by it.

    Raises:
        LinkDown: the kernel's end is down, and no `kernel_address` was given.
        LinkError: no TAP device here, no permission, or the name is another interface's.
    """

    poll_interval_ns: int | None = None

    def __init__(
        self,
        name: str,
        mac: bytes | None = None,
        vlan: int | None = None,
        kernel_address: bytes | None = None,
        prefix_length: int = 24,
        offload: bool = False,
    ) -> None:
        self._descriptor = _open(name, IFF_VNET_HDR if offload else 0)
        try:
            if offload:
                system.set_by_ioctl(self._descriptor, TUNSETOFFLOAD, OFFLOADS)
            if kernel_address is not None:
                _set_up(name, kernel_address, prefix_length)
            interface = _ready(name, self._descriptor)
        except BaseException:
            os.close(self._descriptor)
            raise
        self.name = name
        self.mac = mac or local_mac(interface.mac)
        self.mtu = interface.mtu
        self.vlan = vlan
        self.offload = offload
        self.capabilities = Capabilities(
            own_mac=True, reaches_this_host=True, filters=not offload, cuts_segments=offload
        )
        self._stats = Stats()

    def fileno(self) -> int:
        """See `Link.fileno`."""
        return self._descriptor

    def recv(self) -> Frame | None:
        """See `Link.recv`."""
        while True:
            try:
                data = os.read(self._descriptor, RECEIVE_BYTES + virtio_header.LENGTH)
            except BlockingIOError:
                return None
            except OSError as error:
                raise self._translated(error) from error
            checksum: Checksum = "check"
            if self.offload:
                checksum = virtio_header.checksum(data)
                data = data[virtio_header.LENGTH :]
            data, vlan = untagged(data)
            if vlan != self.vlan:
                self._stats.vlan_dropped += 1
                continue
            self._stats.received += 1
            return Frame(data, time.time_ns(), checksum, vlan)

    def send(self, frame: bytes) -> bool:
        """See `Link.send`."""
        try:
            if not self.offload:
                os.write(self._descriptor, prepared(frame, self.mtu, self.vlan))
            elif isinstance(frame, LargeFrame):
                tag = 0 if self.vlan is None else TAG_BYTES
                header = virtio_header.of_large_frame(frame, tag)
                os.writev(self._descriptor, (header, prepared(frame, LARGEST_PACKET, self.vlan)))
            else:
                whole = prepared(frame, self.mtu, self.vlan)
                os.writev(self._descriptor, (virtio_header.NOTHING_LEFT, whole))
        except OSError as error:
            if error.errno in (errno.EAGAIN, errno.ENOBUFS):
                self._stats.send_dropped += 1
                return False
            raise self._translated(error) from error
        self._stats.sent += 1
        return True

    def set_filter(self, expression: str) -> None:
        """See `Link.set_filter`; libpcap compiles the expression."""
        if self.offload:
            raise LinkError(errno.ENOTSUP, f"{self.name}: no filters with offload; leave one out")
        _code, argument = bpf.filter_argument(compile_filter(expression, RECEIVE_BYTES))
        system.ioctl(self._descriptor, TUNATTACHFILTER, argument)

    def stats(self) -> Stats:
        """See `Link.stats`; what the kernel drops is counted at its end of the TAP."""
        return self._stats

    def close(self) -> None:
        """See `Link.close`."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _translated(self, error: OSError) -> LinkError:
        """The same news in the words of a link."""
        if error.errno in (errno.EBADFD, errno.EFAULT, errno.ENODEV, errno.EBADF):
            return gone(self.name)
        if error.errno in (errno.EIO, errno.ENETDOWN):
            return down(self.name)
        return LinkError(error.errno, f"{self.name}: {os.strerror(error.errno or 0)}")


def local_mac(neighbor: bytes) -> bytes:
    """A locally administered MAC (IEEE 802 section 8.4) next to another one, the same each time."""
    return bytes([(neighbor[0] | 0x02) & 0xFE]) + neighbor[1:5] + bytes([neighbor[5] ^ 0x01])


def _open(name: str, flags: int) -> int:
    # The kernel would make a number out of "tap%d", and a name of any bytes.
    if not name.isprintable() or "%" in name or not 0 < len(name.encode()) <= NAME_BYTES:
        text = f"{name!r}: an interface name has 1 to {NAME_BYTES} bytes, printable, and no %"
        raise LinkError(errno.EINVAL, text)
    try:
        descriptor = os.open(TAP_DEVICE, os.O_RDWR | os.O_CLOEXEC | os.O_NONBLOCK)
    except PermissionError as error:
        raise tap_refused(name) from error
    except OSError as error:
        if error.errno in NO_DRIVER:
            raise tap_missing() from error
        raise LinkError(error.errno, f"{TAP_DEVICE}: {error.strerror}") from error
    try:
        system.ioctl(descriptor, TUNSETIFF, _request("H", name, IFF_TAP | IFF_NO_PI | flags))
    except OSError as error:
        os.close(descriptor)
        if error.errno == errno.EPERM:
            raise tap_refused(name) from error
        if error.errno == errno.EBUSY:
            text = f"{name} is in use by another program; choose another name."
        else:
            text = f"{name} cannot be a TAP ({error.strerror}); choose another name."
        raise LinkError(error.errno, text) from error
    return descriptor


def _request(layout: str, name: str, *values: int | bytes) -> bytes:
    """A `struct ifreq`: 16 bytes of name, and what the request wants."""
    return struct.pack(f"@16s{layout}", name.encode(), *values).ljust(40, b"\0")


def _ready(name: str, descriptor: int) -> system.Interface:
    """The kernel's end, once it transmits.

    Opening the descriptor plugs the cable in; the kernel starts the interface's queue a moment
    later, and until then drops what it sends to us.

    Raises:
        LinkDown: it is switched off.
        LinkError: so it is, because it is new and nobody has set it up.
    """
    for _ in range(READY_ATTEMPTS):
        interface = system.interface(name)
        if not interface.up:
            raise _not_up(name, descriptor)
        if interface.running:
            break
        time.sleep(READY_PAUSE_S)
    return interface


def _not_up(name: str, descriptor: int) -> LinkError:
    """That the kernel's end is down; one that goes with us cannot be switched on by hand."""
    answer = system.ioctl(descriptor, TUNGETIFF, bytes(40))
    if struct.unpack_from("@H", answer, 16)[0] & IFF_PERSIST:
        return down(name)
    return LinkError(
        errno.ENETDOWN,
        f"{name} is new, and its kernel's end has no address: give it one (--kernel-ip), or once "
        f'"sudo ip tuntap add dev {name} mode tap user $USER" and set it up.',
    )


def _set_up(name: str, address: bytes, prefix_length: int) -> None:
    """Address and netmask of the kernel's end, then up.

    Raises:
        LinkError: not allowed, or no address for an interface.
    """
    if len(address) == 16:
        _set_up6(name, address, prefix_length)
        return
    mask = ((0xFFFFFFFF << (32 - prefix_length)) & 0xFFFFFFFF).to_bytes(4)
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
            control = any_socket.fileno()
            for request, value in ((SIOCSIFADDR, address), (SIOCSIFNETMASK, mask)):
                system.ioctl(control, request, _request("H2x4s", name, socket.AF_INET, value))
            asked = system.ioctl(control, SIOCGIFFLAGS, _request("", name))
            (flags,) = struct.unpack_from("@H", asked, 16)
            system.ioctl(control, SIOCSIFFLAGS, _request("H", name, flags | system.IFF_UP))
    except OSError as error:
        text = f"cannot give {name} {ipv4_text(address)}/{prefix_length} ({error.strerror})"
        needed = ": needs CAP_NET_ADMIN (sudo)." if error.errno == errno.EPERM else "."
        raise LinkError(error.errno, text + needed) from error


def _set_up6(name: str, address: bytes, prefix_length: int) -> None:
    """The same for IPv6. Only we are at the other end, so that nobody needs to be asked (DAD).

    Raises:
        LinkError: not allowed, or no address for an interface.
    """
    try:
        for setting in ("disable_ipv6", "dad_transmits"):
            with suppress(FileNotFoundError):  # a kernel without IPv6 says so below
                Path(f"/proc/sys/net/ipv6/conf/{name}/{setting}").write_text("0", "ascii")
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as any_socket:
            control = any_socket.fileno()
            asked = system.ioctl(control, SIOCGIFFLAGS, _request("", name))
            (flags,) = struct.unpack_from("@H", asked, 16)
            system.ioctl(control, SIOCSIFFLAGS, _request("H", name, flags | system.IFF_UP))
            wanted = struct.pack("=16sIi", address, prefix_length, socket.if_nametoindex(name))
            system.ioctl(control, SIOCSIFADDR, wanted)  # linux/ipv6.h: struct in6_ifreq
    except OSError as error:
        text = f"cannot give {name} {ipv6_text(address)}/{prefix_length} ({error.strerror})"
        needed = ": needs CAP_NET_ADMIN (sudo)." if error.errno == errno.EPERM else "."
        raise LinkError(error.errno, text + needed) from error
