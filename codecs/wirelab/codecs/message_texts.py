"""One line for each message of DHCP, ICMPv6, Neighbor Discovery, MLD, IGMP and DNS, by class name.

By name, so that nothing is loaded for headers that are not there.
"""

from collections.abc import Callable
from typing import Any

from wirelab.codecs.addresses import ipv4_text, ipv6_text, mac_text
from wirelab.codecs.registries import dhcp, dns, icmpv6, igmp

GENERAL = "everyone"
"""Whom a query with an address of zeros asks."""


def _icmpv6(header: Any) -> str:
    text = f"ICMPv6 {icmpv6.TYPES.get(header.type, f'type {header.type}')}"
    codes = icmpv6.CODES.get(header.type)
    return f"{text}: {codes.get(header.code, f'code {header.code}')}" if codes else text


def _echo(header: Any) -> str:
    return f"id={header.identifier} seq={header.sequence_number}"


def _target(header: Any) -> str:
    return f"target {ipv6_text(header.target)}"


def _redirect(header: Any) -> str:
    return f"{ipv6_text(header.destination)} by way of {ipv6_text(header.target)}"


def _router(header: Any) -> str:
    return f"lifetime {header.router_lifetime} s, {_count(len(header.options), 'option')}"


def _group(header: Any) -> str:
    text = ipv4_text if len(header.group) == 4 else ipv6_text
    return f"group {text(header.group)}" if any(header.group) else GENERAL


def _query_with_sources(header: Any) -> str:
    return f"{_group(header)}, {_count(header.number_of_sources, 'source')}"


def _groups(header: Any) -> str:
    return _count(header.number_of_records, "group")


def _igmp(header: Any) -> str:
    return f"IGMP {igmp.TYPES.get(header.type, f'type {header.type:#04x}')}"


def _dns(header: Any) -> str:
    kind = "answer" if header.response else "query"
    if header.operation_code:
        kind = f"{dns.OPERATION_CODES.get(header.operation_code, header.operation_code)} {kind}"
    text = f"DNS {kind} {header.identification:#06x}"
    asked = [one for one in header.questions if hasattr(one, "name")]
    text += "".join(f" {dns.TYPES.get(one.type, one.type)} {one.name}" for one in asked[:3])
    if header.response:
        text += f", {_count(len(header.answers), 'record')}"
        if header.response_code:
            code = header.response_code
            text += f", {dns.RESPONSE_CODES.get(code, f'code {code}')}"
    return text


def _dhcp(header: Any) -> str:
    kinds = [one.value for one in header.options if type(one).__name__ == "DHCPMessageType"]
    kind = dhcp.OPERATIONS.get(header.operation, str(header.operation))
    if kinds:
        kind = dhcp.MESSAGE_TYPES.get(kinds[0], f"type {kinds[0]}")
    text = f"DHCP {kind} {header.transaction_id:#010x} {mac_text(header.client_hardware_address)}"
    given = header.your_address
    return f"{text} gets {ipv4_text(given)}" if any(given) else text


def _timestamps(header: Any) -> str:
    return f"at {header.originate}, {header.receive}, {header.transmit} ms"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


SUMMARIES: dict[str, Callable[[Any], str]] = {
    "DHCP": _dhcp,
    "DNS": _dns,
    "ICMPv4RouterAdvertisement": lambda header: _count(len(header.routers), "router"),
    "ICMPv4Timestamp": _timestamps,
    "ICMPv6": _icmpv6,
    "ICMPv6Echo": _echo,
    "ICMPv6ExtendedEchoReply": _echo,
    "ICMPv6ExtendedEchoRequest": _echo,
    "ICMPv6PacketTooBig": lambda header: f"MTU {header.mtu}",
    "ICMPv6ParameterProblem": lambda header: f"at byte {header.pointer}",
    "IGMP": _igmp,
    "IGMPLeave": _group,
    "IGMPQuery": _group,
    "IGMPv1Report": _group,
    "IGMPv2Report": _group,
    "IGMPv3Query": _query_with_sources,
    "IGMPv3Report": _groups,
    "MLDDone": _group,
    "MLDQuery": _group,
    "MLDReport": _group,
    "MLDv2Query": _query_with_sources,
    "MLDv2Report": _groups,
    "NDRedirect": _redirect,
    "NeighborAdvertisement": _target,
    "NeighborSolicitation": _target,
    "RouterAdvertisement": _router,
}
"""Class name -> what matters of such a header."""

SILENT = frozenset({"ICMPv6TimeExceeded", "ICMPv6Unreachable", "RouterSolicitation"})
"""Bodies that have nothing to say beyond what their carrier says."""
