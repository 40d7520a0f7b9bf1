"""Which file of `layers/` shows what, so that none is imported before it is needed.

A capture of TCP needs nothing of DNS. A file is imported when a frame has a header that it shows,
or when somebody asks for a field of a protocol that it declares. A test holds this list to what the
files say.
"""

from collections.abc import Iterator
from importlib import import_module
from typing import NamedTuple

from wirelab.codecs.dissect.fields import Kind, declare_fields, declare_missing
from wirelab.codecs.header import Header
from wirelab.codecs.protocols import DISPLAYS


class LayerFile(NamedTuple):
    """What is in a file, as words between blanks."""

    shows: str
    """Header classes, and number spaces of which it has numbers of its own."""
    declares: str
    """First words of display names."""


FILES = {
    "arp": LayerFile("ARP RARP", "arp"),
    "cooked": LayerFile("LinuxCooked LinuxCooked2", "sll"),
    "data": LayerFile("", "data"),
    "dhcp": LayerFile("DHCP", "dhcp"),
    "dns": LayerFile("DNS", "dns mdns"),
    "ethernet": LayerFile("Ethernet Dot1Q ethertype", "eth vlan ieee8021ad"),
    "frame": LayerFile("", "frame"),
    "icmp_extensions": LayerFile("ICMPExtensions", "icmp"),
    "icmpv4": LayerFile("ICMPv4", "icmp"),
    "icmpv6": LayerFile("ICMPv6", "icmpv6"),
    "igmp": LayerFile("IGMP", "igmp"),
    "ipv4": LayerFile("IPv4", "ip"),
    "ipv4_options": LayerFile("", "ip"),
    "ipv6": LayerFile("IPv6 IPv6HopByHop IPv6Destination IPv6Fragment", "ipv6"),
    "ipv6_routing": LayerFile(
        "IPv6Routing IPv6SourceRoute IPv6MobilityRouting IPv6SegmentRouting", "ipv6"
    ),
    "ipx": LayerFile("IPX", "ipx"),
    "link_layers": LayerFile("link_type", "raw"),
    "llc": LayerFile("LLC SNAP", "llc"),
    "loopback": LayerFile("BSDNull BSDLoop", "null"),
    "nd_options": LayerFile("", "icmpv6"),
    "tcp": LayerFile("TCP", "tcp"),
    "tcp_options": LayerFile("", "tcp"),
    "tcp_structured_options": LayerFile("", "tcp mptcp"),
    "tunnels": LayerFile("GRE VXLAN AH ESP", "gre vxlan ah esp"),
    "udp": LayerFile("UDP UDPLite", "udp udplite"),
}

_SHOWN_IN = {word: name for name, file in FILES.items() for word in file.shows.split()}
_declared: set[str] = set()


def load_layers_of(name: str) -> None:
    """Import the file that shows a header class, or has numbers of a number space, if there is."""
    file = _SHOWN_IN.get(name)
    if file is not None:
        _load(file)


def declare_protocol(protocol: str) -> None:
    """Make all display fields known whose names begin with a word."""
    if protocol in _declared:
        return
    _declared.add(protocol)
    for name, file in FILES.items():
        if protocol in file.declares.split():
            _load(name)
    for header in headers_with(protocol):
        declare_fields(header, protocol)
        if header.DISPLAY.partition(".")[0] == protocol and not continues(header):
            declare_missing(header.DISPLAY, Kind.PROTOCOL, header.TITLE)
    for entry in _classes(protocol):
        declare_fields(entry, protocol)


def declare_all() -> None:
    """Make all display fields known."""
    for file in FILES.values():
        for protocol in file.declares.split():
            declare_protocol(protocol)
    for protocol in DISPLAYS:
        declare_protocol(protocol)


def continues(header: type[Header]) -> bool:
    """Whether a header is the rest of the one below it, as a message's body is.

    Wireshark then shows one protocol: the same display name, reached by the other's numbers.
    """
    return any(
        other is not header
        and other.DISPLAY == header.DISPLAY
        and other.NEXT_TABLE in header.NUMBERS
        for other in headers_with(header.DISPLAY.partition(".")[0])
    )


def headers_with(protocol: str) -> list[type[Header]]:
    """Header classes with display names that begin with a word."""
    return [each for each in _classes(protocol) if issubclass(each, Header)]


def _classes(protocol: str) -> Iterator[type]:
    """Generated headers, options and records with display names that begin with a word."""
    for name in DISPLAYS.get(protocol, ()):
        module = import_module(f"wirelab.codecs.protocols.{name}")
        for value in list(vars(module).values()):
            if isinstance(value, type) and value.__module__ == module.__name__:
                yield value


def _load(file: str) -> None:
    import_module(f"wirelab.codecs.dissect.layers.{file}")
