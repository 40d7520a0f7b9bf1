"""Links to real interfaces, and the one place that chooses among them."""

import errno
import sys
from importlib import import_module
from typing import Any, Literal, cast

from wirelab.adapters.links.link import (
    Capabilities,
    Frame,
    Link,
    LinkDown,
    LinkError,
    LinkGone,
    Stats,
)

__all__ = [
    "KINDS",
    "Capabilities",
    "Frame",
    "Kind",
    "Link",
    "LinkDown",
    "LinkError",
    "LinkGone",
    "Stats",
    "default_kind",
    "linux_only_text",
    "open_link",
    "runs_on",
]

Kind = Literal["tap", "afpacket", "pcap"]
KINDS: dict[str, tuple[str, str]] = {
    "tap": ("wirelab.adapters.links.tap", "TapLink"),
    "afpacket": ("wirelab.adapters.links.afpacket", "AfPacketLink"),
    "pcap": ("wirelab.adapters.links.pcaplink", "PcapLink"),
}
"""Where each kind lives. Loaded on demand: most runs need one of them, or none."""


def default_kind(platform: str = sys.platform) -> Kind:
    """The kind for a named interface: AF_PACKET on Linux, libpcap elsewhere."""
    return "afpacket" if platform.startswith("linux") else "pcap"


def runs_on(kind: str, platform: str = sys.platform) -> bool:
    """Whether a platform has that kind at all."""
    return kind == "pcap" or platform.startswith("linux")


def linux_only_text(kind: str) -> str:
    """The text for a kind that another platform does not have."""
    return f"--link {kind} is for Linux; here use --link pcap."


def open_link(
    kind: str | None,
    interface: str,
    *,
    mac: bytes | None = None,
    vlan: int | None = None,
    platform: str = sys.platform,
    **options: Any,
) -> Link:
    """Open a link.

    Args:
        kind: `tap`, `afpacket`, `pcap`; None for the platform's default.
        interface: its name; for a TAP the name of the kernel's end.
        mac: our MAC, 6 bytes; None for the interface's own (TAP: one derived from it).
        vlan: the VLAN (1 to 4094) we belong to; None for untagged.
        platform: as `sys.platform` has it.
        options: what only that kind takes: `kernel_address`, `prefix_length` (tap),
            `receive_buffer` (afpacket), `strict_checksum`, `snap_length` (pcap).

    Raises:
        LinkDown: the interface is down.
        LinkError: it cannot be opened here; the text holds the way out.
    """
    kind = kind or default_kind(platform)
    if kind not in KINDS:
        raise LinkError(errno.EINVAL, f"no link {kind!r}; there are: {', '.join(KINDS)}")
    if not runs_on(kind, platform):
        raise LinkError(errno.ENOTSUP, linux_only_text(kind))
    if vlan is not None and not 1 <= vlan <= 4094:  # IEEE 802.1Q clause 9.6
        raise LinkError(errno.EINVAL, f"VLAN {vlan}: use 1 to 4094")
    module, name = KINDS[kind]
    made = getattr(import_module(module), name)(interface, mac=mac, vlan=vlan, **options)
    return cast(Link, made)
