"""Address families in captures of BSD's loopback interfaces (tcpdump.org, LINKTYPE_NULL)."""

from wirelab.codecs.registries import Registry

_NAMES = {2: "IPv4", 7: "OSI", 10: "IPv6 (Linux)", 23: "IPX", 24: "IPv6 (NetBSD, OpenBSD)"}
_NAMES |= {28: "IPv6 (FreeBSD)", 30: "IPv6 (macOS)"}

FAMILIES = Registry(
    "families.FAMILIES",
    _NAMES
    | {
        int.from_bytes(number.to_bytes(4, "little"), "big"): name for number, name in _NAMES.items()
    },
)
"""Each in both byte orders: the file does not say which one the capturing machine had."""
