"""What ICMP and ICMPv6 say, neighbour discovery, and the groups of IGMP and MLD.

Source: RFC 792, RFC 1122 section 3.2.2, RFC 4443, RFC 4861 section 4, RFC 3376, RFC 3810.
"""

from collections.abc import Callable
from typing import Any

from wirelab.codecs import (
    ICMPv4,
    ICMPv4Timestamp,
    ICMPv6,
    ICMPv6Echo,
    ICMPv6PacketTooBig,
    ICMPv6ParameterProblem,
    IGMPLeave,
    IGMPQuery,
    IGMPv1Report,
    IGMPv2Report,
    IGMPv3Query,
    IGMPv3Report,
    IPv6,
    MLDDone,
    MLDQuery,
    MLDReport,
    MLDv2Query,
    MLDv2Report,
    NDPrefixInformation,
    NDRedirect,
    NDSourceLinkAddress,
    NDTargetLinkAddress,
    NeighborAdvertisement,
    NeighborSolicitation,
    Packet,
    RouterAdvertisement,
    RouterSolicitation,
)
from wirelab.codecs.addresses import ip_text, ipv4_text, ipv6_text, mac_text
from wirelab.codecs.registries import icmpv6
from wirelab.sim.trace.segments import Segment
from wirelab.sim.views.labels.label import Label

_ECHO_REPLY, _UNREACHABLE, _REDIRECT, _ECHO_REQUEST = 0, 3, 5, 8  # RFC 792
_TIME_EXCEEDED, _PARAMETER_PROBLEM, _TIMESTAMP, _TIMESTAMP_REPLY = 11, 12, 13, 14
_FRAGMENTATION_NEEDED = 4  # a code of unreachable, RFC 1191 section 4
_UNREACHABLE_CODES = {  # RFC 792 page 4, RFC 1122 section 3.2.2.1
    0: "net unreachable",
    1: "host unreachable",
    2: "protocol unreachable",
    3: "port unreachable",
    _FRAGMENTATION_NEEDED: "fragmentation needed",
    5: "source route failed",
    13: "prohibited",
}
_UNREACHABLE6, _TIME_EXCEEDED6 = 1, 3  # RFC 4443 sections 3.1 and 3.3
_ECHO_REQUEST6 = 128  # RFC 4443 section 4.1
_TO_INCLUDE = 3
"""Type of a group record that, without sources, is a leave (RFC 3376 section 4.2.12)."""


def icmp_label(packet: Packet, segment: Segment | None) -> Label:
    """ICMP for IPv4."""
    icmp = packet[ICMPv4]
    kind = int(icmp.type)
    numbers = f"id={icmp.identifier} seq={icmp.sequence_number}"
    if kind in (_ECHO_REQUEST, _ECHO_REPLY):
        word = "request" if kind == _ECHO_REQUEST else "reply"
        return Label("icmp", (f"ICMP echo {word}", numbers, f"len={len(packet.payload)}"))
    if kind in (_TIMESTAMP, _TIMESTAMP_REPLY) and ICMPv4Timestamp in packet:
        word = "request" if kind == _TIMESTAMP else "reply"
        times = [f"at {sent} ms" for sent in (packet[ICMPv4Timestamp].transmit,) if sent]
        return Label("icmp", (f"ICMP timestamp {word}", numbers, *times))
    return Label("icmp", tuple(_icmp_error(icmp, kind, int(icmp.code))))


def _icmp_error(icmp: ICMPv4, kind: int, code: int) -> list[str]:
    if kind == _UNREACHABLE:
        parts = [f"ICMP {_UNREACHABLE_CODES.get(code, f'unreachable, code {code}')}"]
        return parts + [f"mtu={icmp.next_hop_mtu}"] * (code == _FRAGMENTATION_NEEDED)
    if kind == _TIME_EXCEEDED:
        return ["ICMP reassembly time exceeded" if code else "ICMP time exceeded"]
    if kind == _REDIRECT:
        return ["ICMP redirect", f"by way of {ipv4_text(icmp.gateway or bytes(4))}"]
    if kind == _PARAMETER_PROBLEM:
        return ["ICMP parameter problem", f"at byte {icmp.pointer}"]
    return [f"ICMP type {kind} code {code}"]


def icmpv6_label(packet: Packet, segment: Segment | None) -> Label:
    """ICMPv6, with neighbour discovery (in ARP's colour: it does ARP's work) and MLD."""
    for header in reversed(packet.layers):
        describe = _MESSAGES.get(type(header))
        if describe is not None:
            return describe(packet, header)
    return Label("icmp", (_icmpv6_name(packet[ICMPv6]),))


def _icmpv6_name(icmp: ICMPv6) -> str:
    kind, code = int(icmp.type), int(icmp.code)
    if kind == _UNREACHABLE6:
        return f"ICMPv6 {icmpv6.UNREACHABLE_CODES.get(code, f'unreachable, code {code}')}"
    if kind == _TIME_EXCEEDED6:
        return "ICMPv6 reassembly time exceeded" if code else "ICMPv6 time exceeded"
    return f"ICMPv6 {icmpv6.TYPES.get(kind, f'type {kind} code {code}')}"


def _echo6(packet: Packet, echo: Any) -> Label:
    word = "request" if packet[ICMPv6].type == _ECHO_REQUEST6 else "reply"
    numbers = f"id={echo.identifier} seq={echo.sequence_number}"
    return Label("icmp", (f"ICMPv6 echo {word}", numbers, f"len={len(packet.payload)}"))


def _solicitation(packet: Packet, solicitation: Any) -> Label:
    target = ipv6_text(solicitation.target)
    source = packet[IPv6].source
    if not any(source):  # RFC 4862 section 5.4.2
        return Label("arp", (f"ND is {target} taken?",))
    return Label("arp", (f"ND who has {target}?", f"tell {ipv6_text(source)}"))


def _advertisement(packet: Packet, advertisement: Any) -> Label:
    macs = [one for one in advertisement.options if isinstance(one, NDTargetLinkAddress)]
    target = ipv6_text(advertisement.target)
    first = f"ND {target} is at {mac_text(macs[0].address)}" if macs else f"ND {target} is here"
    more = ["router"] if advertisement.router else []
    return Label("arp", (first, *more))


def _router_solicitation(packet: Packet, solicitation: Any) -> Label:
    macs = [one for one in solicitation.options if isinstance(one, NDSourceLinkAddress)]
    return Label("arp", ("ND any router?", *[f"tell {mac_text(one.address)}" for one in macs]))


def _router_advertisement(packet: Packet, advertisement: Any) -> Label:
    prefixes = [
        f"{ipv6_text(one.prefix)}/{one.prefix_length}"
        for one in advertisement.options
        if isinstance(one, NDPrefixInformation)
    ]
    lifetime = advertisement.router_lifetime
    role = f"for {lifetime} s" if lifetime else "no default router"
    return Label("arp", ("ND router here", *prefixes, role))


def _redirect6(packet: Packet, redirect: Any) -> Label:
    destination, target = ipv6_text(redirect.destination), ipv6_text(redirect.target)
    return Label("arp", (f"ND redirect {destination}", f"by way of {target}"))


def _too_big(packet: Packet, too_big: Any) -> Label:
    return Label("icmp", ("ICMPv6 packet too big", f"mtu={too_big.mtu}"))


def _problem6(packet: Packet, problem: Any) -> Label:
    code = int(packet[ICMPv6].code)
    what = icmpv6.CODES[int(packet[ICMPv6].type)].get(code, f"code {code}")
    return Label("icmp", (f"ICMPv6 {what}", f"at byte {problem.pointer}"))


def igmp_label(packet: Packet, segment: Segment | None) -> Label:
    """IGMP, of all versions."""
    for header in reversed(packet.layers):
        describe = _MESSAGES.get(type(header))
        if describe is not None:
            return describe(packet, header)
    return Label("icmp", ("IGMP", f"len={len(packet.payload)}"))


def _group(verb: str) -> Callable[[Packet, Any], Label]:
    def label(packet: Packet, header: Any) -> Label:
        protocol = "IGMP" if len(header.group) == 4 else "MLD"
        return Label("icmp", (f"{protocol} {verb} {ip_text(header.group)}",))

    return label


def _query(packet: Packet, query: Any) -> Label:
    protocol = "IGMP" if len(query.group) == 4 else "MLD"
    if not any(query.group):  # a general query, RFC 3376 section 4.1.9
        return Label("icmp", (f"{protocol} which groups?",))
    return Label("icmp", (f"{protocol} who wants {ip_text(query.group)}?",))


def _report(packet: Packet, report: Any) -> Label:
    records = report.records
    protocol = "IGMP" if isinstance(report, IGMPv3Report) else "MLD"
    if not records:
        return Label("icmp", (f"{protocol} report of no group",))
    texts = []
    for record in records:
        leaves = record.type == _TO_INCLUDE and not record.sources
        sources = f" from {len(record.sources)} sources" if record.sources else ""
        texts.append(f"{'leave' if leaves else 'join'} {ip_text(record.group)}{sources}")
    return Label("icmp", (f"{protocol} {texts[0]}", *texts[1:]))


_MESSAGES: dict[type, Callable[[Packet, Any], Label]] = {
    ICMPv6Echo: _echo6,
    ICMPv6PacketTooBig: _too_big,
    ICMPv6ParameterProblem: _problem6,
    NeighborSolicitation: _solicitation,
    NeighborAdvertisement: _advertisement,
    RouterSolicitation: _router_solicitation,
    RouterAdvertisement: _router_advertisement,
    NDRedirect: _redirect6,
    MLDReport: _group("join"),
    MLDDone: _group("leave"),
    MLDQuery: _query,
    MLDv2Query: _query,
    MLDv2Report: _report,
    IGMPv1Report: _group("join"),
    IGMPv2Report: _group("join"),
    IGMPLeave: _group("leave"),
    IGMPQuery: _query,
    IGMPv3Query: _query,
    IGMPv3Report: _report,
}
