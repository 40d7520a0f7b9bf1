"""Every header of the TCP/IP stack as typed values: bytes in, values out, and back.

>>> from wirelab.codecs import IPv4, UDP, Ethernet, parse
>>> network = Ethernet() / IPv4(source="10.0.0.1", destination="10.0.0.2")
>>> frame = bytes(network / UDP(destination_port=49152) / b"Hello UDP!")
>>> parse(frame)[UDP].destination_port
49152

The names are loaded when they are first used. So the schema compiler, a part of this package, runs
whatever state the modules that it writes are in.

The classes of all protocols are public names, too: headers, options, records, flags. No list of
them stands here, the compiler writes it (`wirelab.codecs.protocols`).
"""

from importlib import import_module

TYPE_CHECKING = False  # for type checkers it is true; importing `typing` would cost 10 ms
if TYPE_CHECKING:
    from wirelab.codecs.addresses import BROADCAST_MAC as BROADCAST_MAC
    from wirelab.codecs.addresses import AddressError as AddressError
    from wirelab.codecs.addresses import ipv4_bytes as ipv4_bytes
    from wirelab.codecs.addresses import ipv4_text as ipv4_text
    from wirelab.codecs.addresses import ipv6_bytes as ipv6_bytes
    from wirelab.codecs.addresses import ipv6_text as ipv6_text
    from wirelab.codecs.addresses import mac_bytes as mac_bytes
    from wirelab.codecs.addresses import mac_text as mac_text
    from wirelab.codecs.checksum import internet_checksum as internet_checksum
    from wirelab.codecs.checksum import update_checksum as update_checksum
    from wirelab.codecs.display_filters import DisplayFilterError as DisplayFilterError
    from wirelab.codecs.display_filters import PacketFilter as PacketFilter
    from wirelab.codecs.display_filters import display_filter as display_filter
    from wirelab.codecs.dns_sections import DNSMalformed as DNSMalformed
    from wirelab.codecs.dns_sections import DNSQuestion as DNSQuestion
    from wirelab.codecs.dns_sections import DNSRecord as DNSRecord
    from wirelab.codecs.dns_sections import DNSResource as DNSResource
    from wirelab.codecs.errors import CodecError as CodecError
    from wirelab.codecs.errors import DecodeError as DecodeError
    from wirelab.codecs.errors import EncodeError as EncodeError
    from wirelab.codecs.flow_template import FlowTemplate as FlowTemplate
    from wirelab.codecs.flows import FlowKey as FlowKey
    from wirelab.codecs.flows import flow_key as flow_key
    from wirelab.codecs.header import AUTO as AUTO
    from wirelab.codecs.header import Field as Field
    from wirelab.codecs.header import Header as Header
    from wirelab.codecs.options import EndOfOptions as EndOfOptions
    from wirelab.codecs.options import MalformedOption as MalformedOption
    from wirelab.codecs.options import MalformedRecord as MalformedRecord
    from wirelab.codecs.options import NoOperation as NoOperation
    from wirelab.codecs.options import Option as Option
    from wirelab.codecs.options import UnknownOption as UnknownOption
    from wirelab.codecs.packet import Packet as Packet
    from wirelab.codecs.packet import parse as parse
    from wirelab.codecs.projection import FieldNameError as FieldNameError
    from wirelab.codecs.projection import FieldReader as FieldReader
    from wirelab.codecs.projection import fields as fields
    from wirelab.codecs.protocols import *  # noqa: F403
    from wirelab.codecs.quotes import extended_error as extended_error

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
    "checksum": ("internet_checksum", "update_checksum"),
    "display_filters": ("DisplayFilterError", "PacketFilter", "display_filter"),
    "dns_sections": ("DNSMalformed", "DNSQuestion", "DNSRecord", "DNSResource"),
    "errors": ("CodecError", "DecodeError", "EncodeError"),
    "flow_template": ("FlowTemplate",),
    "flows": ("FlowKey", "flow_key"),
    "header": ("AUTO", "Field", "Header"),
    "options": (
        "EndOfOptions",
        "MalformedOption",
        "MalformedRecord",
        "NoOperation",
        "Option",
        "UnknownOption",
    ),
    "packet": ("Packet", "parse"),
    "quotes": ("extended_error",),
    "projection": ("FieldNameError", "FieldReader", "fields"),
}
"""Module -> the public names that it defines, those of `protocols` aside."""

_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    """Load a public name from its home (PEP 562), once."""
    value: object
    if name in _HOME_OF:
        value = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    elif name == "__all__":
        value = sorted([*_HOME_OF, *_protocol_names()])
    elif name[:1].isupper() and name in _protocol_names():  # not for every submodule
        value = getattr(import_module(f"{__name__}.protocols"), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def _protocol_names() -> dict[str, str]:
    """Names of classes of protocols, and their modules."""
    homes: dict[str, str] = import_module(f"{__name__}.protocols").HOMES
    return homes


def __dir__() -> list[str]:
    return sorted({*globals(), *__getattr__("__all__")})  # type: ignore[misc]
