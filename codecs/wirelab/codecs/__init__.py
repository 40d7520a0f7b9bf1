"""Every header of the TCP/IP stack as typed values: bytes in, values out, and back.

>>> from wirelab.codecs import IPv4, UDP, Ethernet, parse
>>> network = Ethernet() / IPv4(source="10.0.0.1", destination="10.0.0.2")
>>> frame = bytes(network / UDP(destination_port=49152) / b"Hello UDP!")
>>> parse(frame)[UDP].destination_port
49152

The names are loaded when they are first used. So the schema compiler, a part of this package, runs
whatever state the modules that it writes are in.
"""

from importlib import import_module

TYPE_CHECKING = False  # for type checkers it is true; importing `typing` would cost 10 ms
if TYPE_CHECKING:
    from wirelab.codecs.addresses import (
        BROADCAST_MAC,
        AddressError,
        ipv4_bytes,
        ipv4_text,
        ipv6_bytes,
        ipv6_text,
        mac_bytes,
        mac_text,
    )
    from wirelab.codecs.checksum import internet_checksum
    from wirelab.codecs.errors import CodecError, DecodeError, EncodeError
    from wirelab.codecs.header import AUTO, Field, Header
    from wirelab.codecs.options import (
        EndOfOptions,
        MalformedOption,
        NoOperation,
        Option,
        UnknownOption,
    )
    from wirelab.codecs.packet import Packet, parse
    from wirelab.codecs.projection import FieldNameError, FieldReader, fields
    from wirelab.codecs.protocols import ARP, TCP, UDP, Dot1Q, Ethernet, ICMPv4, IPv4, IPv6
    from wirelab.codecs.protocols.ipv4 import (
        InternetTimestamp,
        IPv4Option,
        LooseSourceRoute,
        RecordRoute,
        RouterAlert,
        StreamIdentifier,
        StrictSourceRoute,
    )
    from wirelab.codecs.protocols.tcp import (
        SACK,
        MaximumSegmentSize,
        SACKPermitted,
        TCPFlags,
        TCPOption,
        Timestamps,
        WindowScale,
    )

_HOMES = {
    "addresses": (
        "BROADCAST_MAC",
        "AddressError",
        "ipv4_bytes",
        "ipv4_text",
        "ipv6_bytes",
        "ipv6_text",
        "mac_bytes",
        "mac_text",
    ),
    "checksum": ("internet_checksum",),
    "errors": ("CodecError", "DecodeError", "EncodeError"),
    "header": ("AUTO", "Field", "Header"),
    "options": ("EndOfOptions", "MalformedOption", "NoOperation", "Option", "UnknownOption"),
    "packet": ("Packet", "parse"),
    "projection": ("FieldNameError", "FieldReader", "fields"),
    "protocols": ("ARP", "TCP", "UDP", "Dot1Q", "Ethernet", "ICMPv4", "IPv4", "IPv6"),
    "protocols.ipv4": (
        "InternetTimestamp",
        "IPv4Option",
        "LooseSourceRoute",
        "RecordRoute",
        "RouterAlert",
        "StreamIdentifier",
        "StrictSourceRoute",
    ),
    "protocols.tcp": (
        "SACK",
        "MaximumSegmentSize",
        "SACKPermitted",
        "TCPFlags",
        "TCPOption",
        "Timestamps",
        "WindowScale",
    ),
}
"""Module -> the public names that it defines."""

_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "ARP",
    "AUTO",
    "BROADCAST_MAC",
    "SACK",
    "TCP",
    "UDP",
    "AddressError",
    "CodecError",
    "DecodeError",
    "Dot1Q",
    "EncodeError",
    "EndOfOptions",
    "Ethernet",
    "Field",
    "FieldNameError",
    "FieldReader",
    "Header",
    "ICMPv4",
    "IPv4",
    "IPv4Option",
    "IPv6",
    "InternetTimestamp",
    "LooseSourceRoute",
    "MalformedOption",
    "MaximumSegmentSize",
    "NoOperation",
    "Option",
    "Packet",
    "RecordRoute",
    "RouterAlert",
    "SACKPermitted",
    "StreamIdentifier",
    "StrictSourceRoute",
    "TCPFlags",
    "TCPOption",
    "Timestamps",
    "UnknownOption",
    "WindowScale",
    "fields",
    "internet_checksum",
    "ipv4_bytes",
    "ipv4_text",
    "ipv6_bytes",
    "ipv6_text",
    "mac_bytes",
    "mac_text",
    "parse",
]


def __getattr__(name: str) -> object:
    """Load a public name from its home (PEP 562), once."""
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
