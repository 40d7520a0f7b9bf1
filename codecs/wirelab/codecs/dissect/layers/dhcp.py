"""DHCP as Wireshark shows it: each option's code, length and bytes, then what is in them.

Sources: RFC 2131 section 2, RFC 2132, RFC 3046 and those that `schemas/dhcp_options.py` names.
"""

from collections.abc import Iterator
from typing import Any

from wirelab.codecs.dissect.fields import Kind, declare, derived
from wirelab.codecs.dissect.header_layer import HeaderLayer, Span
from wirelab.codecs.dissect.layer import Context
from wirelab.codecs.dissect.visit import Buffer, Visit
from wirelab.codecs.domain_names import decode_names
from wirelab.codecs.errors import DecodeError
from wirelab.codecs.options import ListEnd, MalformedOption, Option, Padding, Record
from wirelab.codecs.protocols.dhcp import DHCP
from wirelab.codecs.protocols.dhcp_options import (
    DHCP_OPTION_STYLE,
    DHCPClasslessStaticRoute,
    DHCPClientFQDN,
    DHCPClientIdentifier,
    DHCPDomainSearch,
    DHCPNetWareIPInformation,
    DHCPRelayAgentInformation,
    DHCPTimeOffset,
    DHCPUserClass,
    DHCPVendorSpecific,
)
from wirelab.codecs.registries.dhcp import OPTION_CODES

_OPTION = "dhcp.option"
_ETHERNET = 1
_FQDN_FLAGS = (("n", 8), ("e", 4), ("o", 2), ("s", 1))

declare(f"{_OPTION}.type", Kind.NUMBER, "Option", names=OPTION_CODES)
declare(f"{_OPTION}.length", Kind.NUMBER, "Length")
declare(f"{_OPTION}.value", Kind.BYTES, "Value")
declare(f"{_OPTION}.end", Kind.NUMBER, "Option end")
declare(f"{_OPTION}.padding", Kind.BYTES, "Padding")
declare(f"{_OPTION}.suboption_length", Kind.NUMBER, "Length")
declare(f"{_OPTION}.time_offset", Kind.NUMBER, "Time offset")
declare(f"{_OPTION}.classless_static_route", Kind.BYTES, "Classless static route")
declare(f"{_OPTION}.dhcp_dns_domain_search_list_fqdn", Kind.STRING, "FQDN")
declare(f"{_OPTION}.vendor.value", Kind.BYTES, "Value")
declare(f"{_OPTION}.user_class", Kind.NUMBER, "Instance of user class")
declare(f"{_OPTION}.user_class.length", Kind.NUMBER, "User class length")
declare(f"{_OPTION}.user_class.data", Kind.BYTES, "User class data")
declare("dhcp.fqdn.mbz", Kind.HEX, "Reserved flags", 2)
for _name, _ in _FQDN_FLAGS:
    declare(f"dhcp.fqdn.{_name}", Kind.BOOLEAN, f"Flag {_name.upper()}")
for _family in ("agent_information_option", "novell_options"):
    declare(f"{_OPTION}.{_family}.suboption", Kind.NUMBER, "Suboption")
    declare(f"{_OPTION}.{_family}.value", Kind.BYTES, "Value")


def _text(data: bytes) -> str:
    """Text up to the first zero."""
    return data.partition(b"\0")[0].decode("utf-8", "replace")


def _seconds(header: Any) -> int:
    """Some clients write them in little endian; Wireshark sees it in the low byte."""
    seconds: int = header.seconds
    return seconds >> 8 if seconds > 255 and seconds & 0xFF == 0 else seconds


class DhcpLayer(HeaderLayer):
    """Adds flags and cookie as a whole, and the options."""

    HEADERS = (DHCP,)
    EXTRA = (
        derived(
            "dhcp.flags", Kind.HEX, "Flags", 12, lambda h: h.broadcast << 15 | h.reserved, digits=4
        ),
        derived(
            "dhcp.cookie", Kind.IPV4, "Magic cookie", 240, lambda h: h.magic_cookie.to_bytes(4)
        ),
        derived("dhcp.secs", Kind.NUMBER, "Seconds elapsed", 10, _seconds),
        derived(
            "dhcp.server", Kind.STRING, "Server host name", 108, lambda h: _text(h.server_name)
        ),
        derived("dhcp.file", Kind.STRING, "Boot file name", 236, lambda h: _text(h.file)),
    )

    def __init__(self, context: Context, header: Any = None) -> None:
        super().__init__(context, header)
        self._asked = bool(self._lists)
        self._lists = []  # shown by `computed`, with what Wireshark adds

    def computed(self, visit: Visit, header: Any, buffer: Buffer, span: Span) -> None:
        """Add the options."""
        if not self._asked:
            return
        wanted = self.context.wanted
        for name, value in _options(header.options):
            if wanted is None or name in wanted:
                visit.items.append((name, value))


def _options(options: tuple[Record, ...]) -> Iterator[tuple[str, Any]]:
    """Names and values of all options; several paddings are shown as one."""
    padding = 0
    for option in options:
        if isinstance(option, Padding):
            padding += 1
            continue
        if padding:
            yield from _padding(padding)
            padding = 0
        if isinstance(option, ListEnd):
            yield f"{_OPTION}.type", 0
            yield f"{_OPTION}.end", option.KIND
            if option.padding:
                yield f"{_OPTION}.padding", option.padding
        elif isinstance(option, MalformedOption):
            return
        elif isinstance(option, Option):
            yield from _option(option)
    if padding:
        yield from _padding(padding)


def _padding(count: int) -> Iterator[tuple[str, Any]]:
    yield f"{_OPTION}.type", 0
    yield f"{_OPTION}.padding", bytes(count)


def _option(option: Option) -> Iterator[tuple[str, Any]]:
    encoded = option.encode(DHCP_OPTION_STYLE)
    data = encoded[2:]
    yield f"{_OPTION}.type", encoded[0]
    yield f"{_OPTION}.length", len(data)
    yield f"{_OPTION}.value", data
    if isinstance(option, DHCPRelayAgentInformation):
        yield from _suboptions("agent_information_option", option.suboptions)
    elif isinstance(option, DHCPNetWareIPInformation):
        yield from _suboptions("novell_options", option.suboptions)
    elif isinstance(option, DHCPClientIdentifier):
        yield from _client(option)
    else:
        yield from _special(option, data)
        yield from _fields(option)


def _special(option: Option, data: bytes) -> Iterator[tuple[str, Any]]:
    """What Wireshark shows of options whose fields have no display names of their own."""
    if isinstance(option, DHCPTimeOffset):
        yield f"{_OPTION}.time_offset", int.from_bytes(data, "big", signed=True)
    elif isinstance(option, DHCPClasslessStaticRoute):
        for route in option.routes:
            yield f"{_OPTION}.classless_static_route", route.encode()
    elif isinstance(option, DHCPDomainSearch):
        yield from _domains(data)
    elif isinstance(option, DHCPVendorSpecific):
        yield f"{_OPTION}.vendor.value", data
    elif isinstance(option, DHCPUserClass):
        for number, instance in enumerate(option.classes):
            yield f"{_OPTION}.user_class", number
            yield f"{_OPTION}.user_class.length", len(instance.data)
            yield f"{_OPTION}.user_class.data", instance.data


def _domains(data: bytes) -> Iterator[tuple[str, Any]]:
    try:
        names = decode_names(data)
    except DecodeError:
        return
    for name in names:
        yield f"{_OPTION}.dhcp_dns_domain_search_list_fqdn", name


def _client(option: DHCPClientIdentifier) -> Iterator[tuple[str, Any]]:
    """A hardware address; other identifiers are shown as bytes alone."""
    if option.hardware_type == _ETHERNET and len(option.identifier) == 6:
        yield "dhcp.hw.type", option.hardware_type
        yield "dhcp.hw.mac_addr", option.identifier


def _suboptions(family: str, suboptions: tuple[Any, ...]) -> Iterator[tuple[str, Any]]:
    for option in suboptions:
        if isinstance(option, MalformedOption):
            return
        encoded = option.encode(DHCP_OPTION_STYLE)
        yield f"{_OPTION}.{family}.suboption", encoded[0]
        yield f"{_OPTION}.suboption_length", encoded[1]
        yield f"{_OPTION}.{family}.value", encoded[2:]
        yield from _fields(option)


def _fields(record: Record) -> Iterator[tuple[str, Any]]:
    """The fields of an option that have display names, and those of records in it."""
    for field in record.FIELDS:
        value = getattr(record, field.name)
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, Record):
                yield from _fields(one)
            elif field.display and one is not None:
                yield field.display, _text(one) if field.format == "text" else one
        if isinstance(record, DHCPClientFQDN) and field.name == "flags":
            yield "dhcp.fqdn.mbz", value >> 4
            for name, bit in _FQDN_FLAGS:
                yield f"dhcp.fqdn.{name}", bool(value & bit)
