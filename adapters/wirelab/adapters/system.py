"""What this machine says about its network: interfaces, addresses, routes, switches.

The switches are those that decide whether its kernel will meddle with our frames.

Linux answers over rtnetlink, macOS through `getifaddrs`; other systems get a clear error. Nothing
is cached: each call asks the kernel.

Source: Linux `include/uapi/linux/{if_link,if_addr,rtnetlink}.h`.
"""

import contextlib
import ctypes
import errno
import socket
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from wirelab.adapters import bsd, netlink
from wirelab.codecs.addresses import ANY_IPV4, ip_text

IFF_UP, IFF_LOOPBACK, IFF_RUNNING, IFF_LOWER_UP = 0x1, 0x8, 0x40, 0x10000
GET_LINK, GET_ADDRESS, GET_ROUTE = 18, 22, 26
LINK_FIXED, ADDRESS_FIXED, ROUTE_FIXED = 16, 8, 12
"""Sizes of `struct ifinfomsg`, `ifaddrmsg` and `rtmsg`."""
MAIN_TABLE = 254
UNICAST_ROUTE = 1
SIOCGIFINDEX = 0x8933
SIOCETHTOOL = 0x8946
ETHTOOL_GET_GRO, ETHTOOL_GET_FLAGS, ETHTOOL_FLAG_LRO = 0x2B, 0x25, 1 << 15
"""Linux `include/uapi/linux/ethtool.h`."""
SIOCGIWNAME = 0x8B01
"""Linux `include/uapi/linux/wireless.h`: answered by Wi-Fi interfaces only."""


@dataclass(frozen=True, slots=True)
class InterfaceAddress:
    """An address of an interface, 4 or 16 bytes, and how many of its bits are its network's."""

    address: bytes
    prefix_length: int

    def __str__(self) -> str:
        return f"{ip_text(self.address)}/{self.prefix_length}"

    def holds(self, address: bytes) -> bool:
        """Whether `address` is in this address's network."""
        if len(address) != len(self.address):
            return False
        shift = 8 * len(address) - self.prefix_length
        ours, theirs = int.from_bytes(self.address), int.from_bytes(address)
        return ours >> shift == theirs >> shift


@dataclass(frozen=True, slots=True)
class Interface:
    """One network interface of this machine.

    Attributes:
        mac: 6 bytes; empty where it has none.
        mtu: largest IP packet, bytes.
        up: switched on by the administrator.
        carrier: the cable is in, and its other end is up.
        running: it transmits; follows the carrier a moment later.
        kind: the driver's word (`veth`, `tun`, `bridge`), empty for hardware.
        addresses: of IPv4.
        addresses6: of IPv6, as far as the system tells (on Linux).
    """

    name: str
    index: int
    mac: bytes
    mtu: int
    up: bool
    carrier: bool
    running: bool
    loopback: bool
    kind: str = ""
    addresses: tuple[InterfaceAddress, ...] = field(default=())
    addresses6: tuple[InterfaceAddress, ...] = field(default=())

    @property
    def state(self) -> str:
        """`up`, `down`, or `no carrier`."""
        if not self.up:
            return "down"
        return "up" if self.carrier else "no carrier"


@dataclass(frozen=True, slots=True)
class Route:
    """A unicast route of the main table; a `gateway` of None means on-link."""

    destination: bytes
    prefix_length: int
    interface: int
    gateway: bytes | None
    source: bytes | None


def interfaces() -> list[Interface]:
    """All interfaces, by index.

    Raises:
        OSError: the system refused, or is neither Linux nor macOS.
    """
    if sys.platform == "darwin":
        return [_from_bsd(entry) for entry in bsd.interfaces()]
    if not sys.platform.startswith("linux"):
        raise OSError(
            errno.ENOSYS, f"listing interfaces is not written for {sys.platform}: Linux or macOS"
        )
    four, six = _addresses(socket.AF_INET), _addresses(socket.AF_INET6)
    links = netlink.dump(GET_LINK, bytes(LINK_FIXED))
    return [_from_link(received.body, four, six) for received in links]


def _addresses(family: int) -> dict[int, list[InterfaceAddress]]:
    """The addresses of a family, by index of their interface."""
    by_index: dict[int, list[InterfaceAddress]] = {}
    for received in netlink.dump(GET_ADDRESS, bytes([family]) + bytes(ADDRESS_FIXED - 1)):
        _family, prefix_length, _, _, index = struct.unpack_from("=BBBBI", received.body)
        held = netlink.attributes(received.body, ADDRESS_FIXED)
        local = held.get(2) or held.get(1)  # IFA_LOCAL; IFA_ADDRESS is the far end on a tunnel
        if local is not None:
            by_index.setdefault(index, []).append(InterfaceAddress(local, prefix_length))
    return by_index


def _from_link(
    body: bytes,
    addresses: dict[int, list[InterfaceAddress]],
    addresses6: dict[int, list[InterfaceAddress]],
) -> Interface:
    """An interface out of one `RTM_NEWLINK`."""
    index, flags = struct.unpack_from("=4xiI", body)
    held = netlink.attributes(body, LINK_FIXED)
    details = netlink.attributes(held.get(18, b""), 0)  # IFLA_LINKINFO
    mac = held.get(1, b"")  # IFLA_ADDRESS
    return Interface(
        name=_text(held[3]),  # IFLA_IFNAME
        index=index,
        mac=mac if len(mac) == 6 else b"",
        mtu=int(struct.unpack("=I", held[4])[0]),  # IFLA_MTU
        up=bool(flags & IFF_UP),
        carrier=bool(flags & IFF_LOWER_UP),
        running=bool(flags & IFF_RUNNING),
        loopback=bool(flags & IFF_LOOPBACK),
        kind=_text(details.get(1, b"")),  # IFLA_INFO_KIND
        addresses=tuple(addresses.get(index, ())),
        addresses6=tuple(addresses6.get(index, ())),
    )


def _from_bsd(entry: "bsd.Entry") -> Interface:
    return Interface(
        name=entry.name,
        index=entry.index,
        mac=entry.mac,
        mtu=entry.mtu,
        up=bool(entry.flags & IFF_UP),
        carrier=bool(entry.flags & IFF_RUNNING),
        running=bool(entry.flags & IFF_RUNNING),
        loopback=bool(entry.flags & IFF_LOOPBACK),
        addresses=tuple(InterfaceAddress(address, length) for address, length in entry.addresses),
    )


def interface(name: str) -> Interface:
    """The interface of that name.

    Raises:
        OSError: ENODEV, with the names there are.
    """
    there = interfaces()
    for candidate in there:
        if candidate.name == name:
            return candidate
    names = ", ".join(candidate.name for candidate in there)
    raise OSError(errno.ENODEV, f"no interface {name!r} here; there are: {names}")


def still_there(name: str, index: int, descriptor: int) -> bool:
    """Whether the interface of that name is still the one with that index.

    On Linux `descriptor`, a socket, is asked: it knows its own network namespace, whichever the
    caller is in by now.
    """
    try:
        if sys.platform.startswith("linux") and descriptor >= 0:
            answer = ioctl(descriptor, SIOCGIFINDEX, struct.pack("40s", name.encode()))
            return bool(struct.unpack_from("@i", answer, 16)[0] == index)
        return socket.if_nametoindex(name) == index
    except OSError:
        return False


def routes() -> list[Route]:
    """The IPv4 unicast routes of the main table (Linux), longest prefix first; elsewhere none."""
    if not sys.platform.startswith("linux"):
        return []
    found = []
    for received in netlink.dump(GET_ROUTE, bytes([socket.AF_INET]) + bytes(ROUTE_FIXED - 1)):
        prefix_length, table, kind = struct.unpack_from("=xBxxBxxB", received.body)
        held = netlink.attributes(received.body, ROUTE_FIXED)
        if table != MAIN_TABLE or kind != UNICAST_ROUTE or 4 not in held:  # RTA_OIF
            continue
        (index,) = struct.unpack("=I", held[4])
        destination = held.get(1, ANY_IPV4)  # RTA_DST; 5: RTA_GATEWAY; 7: RTA_PREFSRC
        found.append(Route(destination, prefix_length, index, held.get(5), held.get(7)))
    return sorted(found, key=lambda route: -route.prefix_length)


def gateway(name: str) -> bytes | None:
    """The default gateway behind an interface, or None."""
    index = interface(name).index
    for route in routes():
        if route.prefix_length == 0 and route.interface == index:
            return route.gateway
    return None


def forwards() -> bool:
    """Whether the kernel forwards IPv4 packets (`net.ipv4.ip_forward`)."""
    return _switch("ipv4/ip_forward")


def proxies_arp(name: str) -> bool:
    """Whether the kernel may answer ARP for others on that interface (`proxy_arp`)."""
    return _switch("ipv4/conf/all/proxy_arp") or _switch(f"ipv4/conf/{name}/proxy_arp")


def _switch(path: str) -> bool:
    with contextlib.suppress(OSError):
        return Path("/proc/sys/net", path).read_text().strip() not in ("", "0")
    return False


def is_wifi(name: str, ask: Callable[[int, bytes], bytes] | None = None) -> bool:
    """Whether an interface is Wi-Fi: its access point would drop frames from other MACs.

    Linux: the wireless extensions' ioctl, or the mac80211 link in sysfs (Wi-Fi 7
    has no extensions).
    macOS: unknown, told by nothing we may ask; `en0` of a portable is Wi-Fi, so it is assumed.
    """
    if sys.platform == "darwin":
        return name == "en0"
    if any(Path("/sys/class/net", name, entry).exists() for entry in ("wireless", "phy80211")):
        return True
    with contextlib.suppress(OSError):
        (ask or _ask)(SIOCGIWNAME, struct.pack("40s", name.encode()))
        return True
    return False


def merges_frames(name: str) -> bool:
    """Whether frames longer than the MTU may arrive (Linux only).

    They do where the receiver merges (GRO, LRO), and where the interface is virtual and its peer
    need not cut (veth, bridge).
    """
    if not sys.platform.startswith("linux"):
        return False
    if interface(name).kind:
        return True
    for command, bits in ((ETHTOOL_GET_GRO, 1), (ETHTOOL_GET_FLAGS, ETHTOOL_FLAG_LRO)):
        value = ctypes.create_string_buffer(struct.pack("=II", command, 0))
        request = struct.pack("@16sP16x", name.encode(), ctypes.addressof(value))
        with contextlib.suppress(OSError):
            _ask(SIOCETHTOOL, request)
            if struct.unpack_from("=I", value, 4)[0] & bits:
                return True
    return False


def _ask(request: int, argument: bytes) -> bytes:
    """An ioctl that any socket answers."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        return ioctl(any_socket.fileno(), request, argument)


def ioctl(descriptor: int, request: int, argument: bytes) -> bytes:
    """What the system makes of `argument` (at most 1024 bytes).

    Raises:
        OSError: it refused.
    """
    import fcntl  # no such module on Windows

    return fcntl.ioctl(descriptor, request, argument)


def set_by_ioctl(descriptor: int, request: int, value: int) -> None:
    """Give the system a number.

    Raises:
        OSError: it refused.
    """
    import fcntl

    fcntl.ioctl(descriptor, request, value)


def _text(value: bytes) -> str:
    return value.rstrip(b"\0").decode(errors="replace")
