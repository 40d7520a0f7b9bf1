"""What runs on the machines of a topology: servers, and the clients that learn addresses.

    office.host("box", lan, services=["dhcp", "dns"])
    office.host("phone", lan.at("dhcp"))

`dhcp` leases the longest run of free addresses of each network that its machine is on, and tells
the router and the name servers of the topology. `dns` knows every machine of a declared address by
its name, in the domain `internal`; all hosts ask it. The others are `small_services`.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from wirelab.codecs.addresses import ip_text
from wirelab.sim.network.network import Network
from wirelab.sim.services.dhcp import DhcpClient, DhcpServer, Subnet
from wirelab.sim.services.dns import DnsServer
from wirelab.sim.services.small_services import Chargen, Daytime, Discard, Echo, TimeOfDay
from wirelab.sim.topology.model import Attachment, Kind, Member, Segment
from wirelab.sim.topology.reachability import Reachability
from wirelab.sim.topology.routes import ANYWHERE, routes_of

if TYPE_CHECKING:
    from wirelab.sim.topology.declaration import Topology

DOMAIN: Final = "internal"
"""Set apart for private use by ICANN's board in 2024."""

SMALL: Final = {
    "echo": Echo,
    "discard": Discard,
    "daytime": Daytime,
    "chargen": Chargen,
    "time": TimeOfDay,
}
_LABEL: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")  # RFC 1123 section 2.1


def start_services(topology: "Topology", network: Network) -> None:
    """Start everything, servers first; the network is wired."""
    now = network.now
    name_servers = _name_servers(topology)
    for member in topology.members.values():
        host = network.hosts[member.name]
        if name_servers:
            host.name_servers.put("topology", name_servers, (DOMAIN,))
        for service in member.services:
            if service == "dhcp":
                host.start(DhcpServer(_subnets(topology, member, name_servers)), now)
            elif service == "dns":
                host.start(DnsServer([_zone(topology, member)]), now)
            else:
                host.start(SMALL[service](), now)
    for member in topology.members.values():
        host = network.hosts[member.name]
        for index, attachment in enumerate(member.attachments):
            if attachment.learns(4):
                host.start(DhcpClient(index), now)
            if attachment.learns(6):
                host.autoconfigure(now, index)


def _name_servers(topology: "Topology") -> tuple[bytes, ...]:
    return tuple(
        attachment.addresses[0]
        for member in topology.members.values()
        if "dns" in member.services
        for attachment in member.attachments[:1]
        if attachment.addresses
    )


def _subnets(
    topology: "Topology", server: Member, name_servers: tuple[bytes, ...]
) -> Iterator[Subnet]:
    """What a DHCP server leases: a pool on each of its networks."""
    used = {
        int.from_bytes(address, "big")
        for member in topology.members.values()
        for attachment in member.attachments
        for address in attachment.addresses
        if len(address) == 4
    }
    for attachment in server.attachments:
        segment = topology.segments[attachment.network]
        for prefix in segment.prefixes:
            if prefix.version != 4:
                continue
            first, last = int(prefix.network_address), int(prefix.broadcast_address)
            pool = _longest_run(first + 1, last, used)
            asking = sum(
                attachment.network == segment.name and attachment.learns(4)
                for member in topology.members.values()
                for attachment in member.attachments
            )
            if len(pool) < asking:
                raise ValueError(
                    f"{prefix} has {len(pool)} addresses to lease, and {asking} hosts ask for one; "
                    "use a shorter prefix"
                )
            yield Subnet(
                str(prefix),
                *(number.to_bytes(4, "big") for number in (pool[0], pool[-1])) if pool else (),
                routers=_gateways(topology, segment),
                name_servers=[one for one in name_servers if len(one) == 4],
                domain=DOMAIN if name_servers else None,
            )


def _longest_run(first: int, last: int, used: set[int]) -> range:
    """Of the numbers from `first` to below `last` those in the widest gap between used ones."""
    edges = [first - 1, *sorted(one for one in used if first <= one < last), last]
    gaps = [range(one + 1, other) for one, other in pairwise(edges)]
    return max(gaps, key=len)


def _gateways(topology: "Topology", segment: Segment) -> list[bytes]:
    """The default router that a host there would be given."""
    guest = Member("guest", Kind.HOST, [Attachment(segment.name)])
    reach = Reachability(topology.segments, topology.members, 4)
    routes = routes_of(guest, topology.segments, reach)
    return [one.gateway for one in routes if one.prefix_length == ANYWHERE and one.gateway]


def _zone(topology: "Topology", server: Member) -> str:
    """The names of all machines, as a zone's text; a name that is no host name is left out."""
    lines = [f"$ORIGIN {DOMAIN}.", "$TTL 1h", "@ SOA ns hostmaster (1 2h 1h 14d 5m)", "  NS ns"]
    for name, member in [("ns", server), *topology.members.items()]:
        if not _LABEL.fullmatch(name):
            continue
        for attachment in member.attachments:
            for address in attachment.addresses:
                kind = "A" if len(address) == 4 else "AAAA"
                lines.append(f"{name} {kind} {ip_text(address)}")
    return "\n".join(lines)
