"""One line of each link layer, extension header and tunnel, by the name of its class.

The classes themselves are not imported: a packet without them shall not load them.
"""

from collections.abc import Callable
from typing import Any

from wirelab.codecs.addresses import ipv4_text, ipv6_text, mac_text


def _rarp(header: Any) -> str:
    target = mac_text(header.target_hardware_address)
    if header.operation == 4:
        return f"RARP {target} is {ipv4_text(header.target_protocol_address)}"
    return f"RARP who is {target}? tell {mac_text(header.sender_hardware_address)}"


def _llc(header: Any) -> str:
    return f"LLC {header.ssap:#04x} > {header.dsap:#04x}"


def _snap(header: Any) -> str:
    return f"SNAP {header.oui:06x} {header.field_text('protocol_id')}"


def _options(name: str) -> Callable[[Any], str]:
    def text(header: Any) -> str:
        kinds = [type(option).__name__ for option in header.options]
        told = [kind for kind in kinds if kind not in ("Pad1", "PadN")]
        return f"{name} {', '.join(told)}" if told else name

    return text


def _fragment(header: Any) -> str:
    more = "+" if header.more_fragments else ""
    place = header.fragment_offset * 8
    return f"fragment {header.identification:#010x} at {place}{more}"


def _routing(header: Any) -> str:
    text = f"routing type {header.routing_type}"
    final = header.final_destination
    return f"{text} to {ipv6_text(final)}" if final is not None else text


def _udplite(header: Any) -> str:
    text = f"UDP-Lite {header.source_port} > {header.destination_port}"
    coverage = header.checksum_coverage
    return f"{text} sums {coverage} bytes" if coverage else text


def _gre(header: Any) -> str:
    text = f"GRE {header.field_text('protocol_type')}"
    if header.key is not None:
        text += f" key={header.key:#x}"
    if header.sequence_number is not None:
        text += f" seq={header.sequence_number}"
    return text


def _ipx(header: Any) -> str:
    ends = [
        f"{network:08x}.{node.hex()}.{socket:04x}"
        for network, node, socket in (
            (header.source_network, header.source_node, header.source_socket),
            (header.destination_network, header.destination_node, header.destination_socket),
        )
    ]
    return f"IPX {ends[0]} > {ends[1]}"


def _security(name: str) -> Callable[[Any], str]:
    return lambda header: f"{name} spi={header.spi:#010x} seq={header.sequence_number}"


def _cooked(header: Any) -> str:
    return f"cooked, {header.field_text('packet_type')}"


STACK_SUMMARIES: dict[str, Callable[[Any], str]] = {
    "RARP": _rarp,
    "LLC": _llc,
    "SNAP": _snap,
    "IPv6HopByHop": _options("hop-by-hop"),
    "IPv6Destination": _options("destination options"),
    "IPv6Fragment": _fragment,
    "IPv6Routing": _routing,
    "IPv6SourceRoute": _routing,
    "IPv6MobilityRouting": _routing,
    "IPv6SegmentRouting": _routing,
    "UDPLite": _udplite,
    "GRE": _gre,
    "VXLAN": lambda header: f"VXLAN {header.vni}",
    "IPX": _ipx,
    "AH": _security("AH"),
    "ESP": _security("ESP"),
    "LinuxCooked": _cooked,
    "LinuxCooked2": _cooked,
    "BSDNull": lambda header: "loopback",
    "BSDLoop": lambda header: "loopback",
}
