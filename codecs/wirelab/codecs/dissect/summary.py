"""A frame in one line: source, destination, protocol, and what it says."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from wirelab.codecs.addresses import ipv4_text, ipv6_text, mac_text
from wirelab.codecs.capture.records import CapturedFrame, JournalEntry
from wirelab.codecs.errors import DecodeError, EncodeError
from wirelab.codecs.packet import parse
from wirelab.codecs.registries.icmp import TYPES

FIELDS = frozenset(
    (
        "eth.src", "eth.dst", "eth.type", "eth.len", "vlan.id", "vlan.etype",
        "arp.opcode", "arp.src.proto_ipv4", "arp.dst.proto_ipv4", "arp.src.hw_mac",
        "arp.dst.hw_mac",
        "arp.isgratuitous", "arp.isprobe", "arp.isannouncement",
        "ipv6.src", "ipv6.dst", "ipv6.nxt",
        "ip.src", "ip.dst", "ip.proto", "ip.ttl", "ip.id", "ip.frag_offset", "ip.flags.mf",
        "ip.fragment.count",
        "icmp.type", "icmp.code", "icmp.ident", "icmp.seq", "icmp.mtu", "icmp.redir_gw",
        "icmp.resp_to",
        "udp.srcport", "udp.dstport", "udp.length", "udp.payload",
        "tcp.srcport", "tcp.dstport", "tcp.seq", "tcp.ack", "tcp.len", "tcp.window_size",
        "tcp.flags", "tcp.options.mss_val", "tcp.options.wscale.multiplier",
        "tcp.options.sack_perm", "tcp.options.sack_le", "tcp.options.sack_re",
        "tcp.options.timestamp.tsval", "tcp.options.timestamp.tsecr", "_repeated",
        "tcp.urgent_pointer",
    )
)  # fmt: skip
"""What `summarize` looks at; a dissector asked for these only is several times faster."""

UNREACHABLE_CODES = {
    0: "network", 1: "host", 2: "protocol", 3: "port", 4: "fragmentation needed",
    13: "administratively prohibited",
}  # fmt: skip
"""RFC 792; RFC 1191; RFC 1812 section 5.2.7.1."""

FLAG_NAMES = ("FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "AE")
LAYERS = ("tcp", "udp", "icmp", "arp", "ip", "vlan", "eth", "null", "raw", "systemd_journal")
"""Protocols that give a line its name, the innermost first."""

Values = Mapping[str, Sequence[Any]]


class Summary(NamedTuple):
    """The columns of a line."""

    source: str
    destination: str
    protocol: str
    information: str


def summarize(
    values: Values,
    protocols: Sequence[str],
    problem: Exception | None,
    frame: CapturedFrame | JournalEntry | None = None,
) -> Summary:
    """Describe a frame.

    Args:
        values: display name -> values, at least of `FIELDS`.
        protocols: of the frame, outermost first.
        problem: why dissection stopped early.
        frame: for protocols that are described by their codec.
    """
    # An ICMP error is named by itself, not by the packet that it quotes.
    outer = list(protocols)
    for name in ("icmp", "icmpv6"):
        if name in outer:
            outer = outer[: outer.index(name) + 1]
    known = [name for name in outer if name not in ("ethertype", "data")]
    if len(set(known)) < len(known) or {"ip", "ipv6"} <= set(known):
        values = _innermost(values, known)
    protocol = next((name for name in reversed(known) if name in LAYERS), "eth")
    describe = _DESCRIPTIONS.get(protocol, _describe_other)
    if known and known[-1] not in LAYERS:
        protocol = known[-1]
        describe = (
            _DESCRIPTIONS[known[-2]] if known[-2:-1] in (["udp"], ["tcp"]) else _describe_other
        )
        said = _said_by_codec(frame)
        if said:
            source, destination = _addresses(values, protocol)
            note = f" [{problem}]" if problem is not None else ""
            return Summary(source, destination, _name(protocol, values), said + note)
    if protocol == "ip" or (
        protocol in ("udp", "tcp", "icmp") and not values.get(f"{protocol}.{_FIRST[protocol]}")
    ):
        describe = _describe_ip
    information = describe(values)
    if problem is not None:
        information = f"{information} [{problem}]".strip()
    source, destination = _addresses(values, protocol)
    return Summary(source, destination, _name(protocol, values), information)


def _innermost(values: Values, protocols: Sequence[str]) -> Values:
    """Of protocols that a tunnel repeats, the values of the layer inside; as Wireshark's columns.

    Args:
        values: of all layers.
        protocols: outermost first, without what an ICMP error quotes.
    """
    found = dict(values)
    for name, occurrences in values.items():
        count = protocols.count(name.partition(".")[0])
        if 1 < count <= len(occurrences):
            found[name] = occurrences[count - 1 :]
    networks = [name for name in protocols if name in ("ip", "ipv6")]
    for name in set(networks) - set(networks[-1:]):
        found.pop(f"{name}.src", None)
    return found


_FIRST = {"udp": "srcport", "tcp": "srcport", "icmp": "type"}
_NAMES = {
    "ip": "IPv4",
    "eth": "Ethernet",
    "systemd_journal": "journal",
    "vlan": "VLAN",
    "ipv6": "IPv6",
    "icmpv6": "ICMPv6",
    "udplite": "UDP-Lite",
    "rarp": "RARP",
}
RARP_REQUEST, RARP_REPLY = 3, 4
"""Operations of reverse ARP, which Wireshark counts as ARP (RFC 903)."""


def _name(protocol: str, values: Values) -> str:
    """How people call a protocol; extension headers are a part of IPv6."""
    if protocol == "arp" and _first(values, "arp.opcode") in (RARP_REQUEST, RARP_REPLY):
        protocol = "rarp"
    protocol = "ipv6" if protocol.startswith("ipv6.") else protocol
    return _NAMES.get(protocol, protocol.upper())


def _said_by_codec(frame: CapturedFrame | JournalEntry | None) -> str:
    """What the headers above the transport say of themselves; empty if there are none."""
    if not isinstance(frame, CapturedFrame):
        return ""
    # Imported here: most captures hold no such protocol.
    from wirelab.codecs.message_texts import SILENT
    from wirelab.codecs.text import header_summary

    try:
        packet = parse(frame.data, strict=False, link_type=frame.link_type)
    except (DecodeError, EncodeError):
        return ""
    told = [header for header in packet.layers if header.DISPLAY not in LAYERS]
    if not told or (len(told) == 1 and told[0].DISPLAY == "ipv6"):
        return ""
    # As in the summary of packets: a body that says no more than its carrier is left out.
    telling = [one for one in told if one.DISPLAY != "ipv6" and one.LAYER not in SILENT]
    texts = [header_summary(header) for header in telling]
    return " / ".join(texts).removeprefix(f"{telling[0].LAYER} ") if telling else ""


def _first(values: Values, name: str, default: Any = "") -> Any:
    found = values.get(name)
    return found[0] if found else default


def _addresses(values: Values, protocol: str) -> tuple[str, str]:
    if values.get("ip.src") and protocol != "arp":
        destination = values.get("ip.dst")
        return ipv4_text(values["ip.src"][0]), ipv4_text(destination[0]) if destination else ""
    if values.get("ipv6.src"):
        destination = values.get("ipv6.dst")
        return ipv6_text(values["ipv6.src"][0]), ipv6_text(destination[0]) if destination else ""
    source, destination = values.get("eth.src"), values.get("eth.dst")
    return (
        mac_text(source[0]) if source else "",
        mac_text(destination[0]) if destination else "",
    )


def _describe_arp(values: Values) -> str:
    target = ipv4_text(_first(values, "arp.dst.proto_ipv4", b""))
    sender = ipv4_text(_first(values, "arp.src.proto_ipv4", b""))
    operation = _first(values, "arp.opcode", 0)
    if not target:
        return f"operation {operation}"
    if operation == 2:
        text = f"{sender} is at {mac_text(_first(values, 'arp.src.hw_mac', b''))}"
    elif operation == 1:
        text = f"who has {target}? tell {sender}"
    elif operation == RARP_REQUEST:
        asked = mac_text(_first(values, "arp.dst.hw_mac", b""))
        text = f"who is {asked}? tell {mac_text(_first(values, 'arp.src.hw_mac', b''))}"
    elif operation == RARP_REPLY:
        text = f"{mac_text(_first(values, 'arp.dst.hw_mac', b''))} is {target}"
    else:
        text = f"operation {operation}: {sender} to {target}"
    for name, note in (
        ("arp.isprobe", "probe"),
        ("arp.isannouncement", "announcement"),
        ("arp.isgratuitous", "gratuitous"),
    ):
        if values.get(name):
            return f"{text} ({note})"
    return text


def _describe_icmp(values: Values) -> str:
    kind, code = _first(values, "icmp.type", 0), _first(values, "icmp.code", 0)
    text = TYPES.get(kind, f"type {kind}")
    if kind == 3:
        text = f"{UNREACHABLE_CODES.get(code, f'code {code}')} unreachable"
        if code == 4:
            text = f"fragmentation needed, next hop takes {_first(values, 'icmp.mtu')} bytes"
    elif kind == 5:
        text = f"redirect to {ipv4_text(_first(values, 'icmp.redir_gw', bytes(4)))}"
    elif values.get("icmp.ident"):
        text += f" id={_first(values, 'icmp.ident')} seq={_first(values, 'icmp.seq')}"
        text += f" ttl={_first(values, 'ip.ttl')}"
    elif code:
        text += f" (code {code})"
    answers = values.get("icmp.resp_to")
    return f"{text} (answers {answers[0]})" if answers else text


def _ports(values: Values, protocol: str) -> str:
    return f"{_first(values, f'{protocol}.srcport')} → {_first(values, f'{protocol}.dstport')}"


def _describe_udp(values: Values) -> str:
    length = _first(values, "udp.length", 8)
    return f"{_ports(values, 'udp')} Len={max(length - 8, 0)}"


def _describe_tcp(values: Values) -> str:
    parts = [_ports(values, "tcp")]
    flags = _first(values, "tcp.flags", None)
    if flags is None:
        return parts[0]
    names = [name for bit, name in enumerate(FLAG_NAMES) if flags >> bit & 1]
    parts.append(f"[{', '.join(names) or 'none'}]")
    parts.append(f"Seq={_first(values, 'tcp.seq')}")
    if flags & 16:
        parts.append(f"Ack={_first(values, 'tcp.ack')}")
    parts.append(f"Win={_first(values, 'tcp.window_size')}")
    if values.get("tcp.len"):
        parts.append(f"Len={values['tcp.len'][0]}")
    if flags & 32:
        parts.append(f"Urg={_first(values, 'tcp.urgent_pointer')}")
    parts += _options(values)
    if values.get("_repeated"):
        parts.append("(retransmission)")
    return " ".join(parts)


def _options(values: Values) -> list[str]:
    parts = []
    for label, name in (
        ("MSS", "tcp.options.mss_val"),
        ("WS", "tcp.options.wscale.multiplier"),
        ("TSval", "tcp.options.timestamp.tsval"),
        ("TSecr", "tcp.options.timestamp.tsecr"),
    ):
        if values.get(name):
            parts.append(f"{label}={values[name][0]}")
    if values.get("tcp.options.sack_perm"):
        parts.append("SACK_PERM")
    edges = zip(
        values.get("tcp.options.sack_le", ()), values.get("tcp.options.sack_re", ()), strict=False
    )
    return parts + [f"SACK={left}-{right}" for left, right in edges]


def _describe_ip(values: Values) -> str:
    identification = _first(values, "ip.id", None)
    if identification is None:
        return "IPv4 header"
    offset, more = _first(values, "ip.frag_offset", 0), _first(values, "ip.flags.mf", False)
    text = f"protocol {_first(values, 'ip.proto')}"
    if offset or more:
        text = f"fragment at byte {offset * 8} of id 0x{identification:04x}, {text}"
    return text


def _describe_other(values: Values) -> str:
    kind = _first(values, "vlan.etype", None) or _first(values, "eth.type", None)
    if kind is not None:
        return f"type 0x{kind:04x}"
    length = _first(values, "eth.len", None)
    return "" if length is None else f"IEEE 802.3, length {length}"


_DESCRIPTIONS = {
    "arp": _describe_arp,
    "icmp": _describe_icmp,
    "udp": _describe_udp,
    "tcp": _describe_tcp,
    "ip": _describe_ip,
}
