"""Flow keys: what packets of one conversation have in common, in both directions.

    >>> from wirelab.codecs import TCP, IPv4, flow_key
    >>> there = IPv4(source="10.0.0.1", destination="10.0.0.2") / TCP(49152, 80)
    >>> back = IPv4(source="10.0.0.2", destination="10.0.0.1") / TCP(80, 49152)
    >>> flow_key(there) == flow_key(back)
    True
    >>> print(flow_key(back))
    TCP 10.0.0.1:49152 <-> 10.0.0.2:80

Rule 1: the innermost IP header counts: of a tunnel, what is in it.
Rule 2: every packet with an IP header has a key. Ports are 0 where there are none, and in all
fragments alike: only the first one has the ports, and a datagram is of one flow.
"""

from typing import NamedTuple

from wirelab.codecs.addresses import ipv4_text, ipv6_text
from wirelab.codecs.header import Header
from wirelab.codecs.packet import Packet
from wirelab.codecs.registries.ip_protocols import IP_PROTOCOLS

ECHO = {0, 8}
"""ICMPv4's echo reply and echo (RFC 792)."""


class Endpoint(NamedTuple):
    """One side of a flow."""

    address: bytes
    port: int
    """0 if there is none; of an ICMP echo, its identifier."""

    def __str__(self) -> str:
        if len(self.address) == 4:
            return f"{ipv4_text(self.address)}:{self.port}"
        return f"[{ipv6_text(self.address)}]:{self.port}"


class FlowKey(NamedTuple):
    """A key for dictionaries, the same in both directions.

    Attributes:
        protocol: IP protocol number.
        low: the endpoint with the smaller address (and port).
        high: the other one.
    """

    protocol: int
    low: Endpoint
    high: Endpoint

    def __str__(self) -> str:
        name = IP_PROTOCOLS.get(self.protocol, f"protocol {self.protocol}")
        return f"{name} {self.low} <-> {self.high}"


def flow_key(packet: Packet) -> FlowKey | None:
    """The flow of a packet, or None if it has no IP header."""
    layers = packet.layers
    for index in range(len(layers) - 1, -1, -1):
        network = layers[index]
        if network.IS_NETWORK:
            break
    else:
        return None
    above = index + 1
    protocol: int = getattr(network, network.NEXT_FIELD)
    fragment = not (network.starts_payload and network.ends_payload)
    while above < len(layers) and layers[above].IS_EXTENSION:
        extension = layers[above]
        fragment = fragment or not (extension.starts_payload and extension.ends_payload)
        protocol = getattr(extension, extension.NEXT_FIELD, protocol)
        above += 1
    transport = layers[above] if above < len(layers) else None
    if transport is not None and protocol < 0:  # AUTO
        protocol = transport.NUMBERS.get("ip_protocol", (protocol,))[0]
    ports = (0, 0)
    if transport is not None and not fragment:
        ports = _ports(transport, layers[above + 1] if above + 1 < len(layers) else None)
    source: bytes = network.source  # type: ignore[attr-defined]
    destination: bytes = network.destination  # type: ignore[attr-defined]
    low, high = sorted([Endpoint(source, ports[0]), Endpoint(destination, ports[1])])
    return FlowKey(protocol, low, high)


def _ports(transport: Header, body: Header | None) -> tuple[int, int]:
    """Of the source, and of the destination."""
    if "source_port" in transport.VALUES:
        return transport.source_port, transport.destination_port  # type: ignore[attr-defined]
    if transport.LAYER == "ICMPv4" and transport.type in ECHO:  # type: ignore[attr-defined]
        identifier: int = transport.identifier  # type: ignore[attr-defined]
        return identifier, identifier
    if body is not None and body.LAYER == "ICMPv6Echo":
        identifier = body.identifier  # type: ignore[attr-defined]
        return identifier, identifier
    return 0, 0
