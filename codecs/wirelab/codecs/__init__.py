"""Every header of the TCP/IP stack as typed values: bytes in, values out, and back.

>>> from wirelab.codecs import IPv4, UDP, Ethernet, parse
>>> network = Ethernet() / IPv4(source="10.0.0.1", destination="10.0.0.2")
>>> frame = bytes(network / UDP(destination_port=49152) / b"Hello UDP!")
>>> parse(frame)[UDP].destination_port
49152
"""

from wirelab.codecs.addresses import (
    BROADCAST_MAC,
    AddressError,
    ipv4_bytes,
    ipv4_text,
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
from wirelab.codecs.protocols import ARP, TCP, UDP, Dot1Q, Ethernet, ICMPv4, IPv4
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
    "Header",
    "ICMPv4",
    "IPv4",
    "IPv4Option",
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
    "internet_checksum",
    "ipv4_bytes",
    "ipv4_text",
    "mac_bytes",
    "mac_text",
    "parse",
]
