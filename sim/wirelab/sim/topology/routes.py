"""The routes that follow from a topology.

A host gets a default route by the gateway that leads to most networks, and one route more for each
network that another gateway is nearer to. A box gets a route for each network and no default, so
that what is nowhere is refused where it is noticed, instead of going in circles.
"""

from collections import Counter

from wirelab.sim.host.config import Route
from wirelab.sim.topology.model import Member, Segment
from wirelab.sim.topology.reachability import Reachability

ANYWHERE = 0  # prefix length of a default route


def routes_of(member: Member, segments: dict[str, Segment], reach: Reachability) -> list[Route]:
    """The routes of one machine, for the family of `reach`; none where it learns its address."""
    routes: list[Route] = []
    networks = [attachment.network for attachment in member.attachments]
    version = 4 if reach.size == 4 else 6
    own = [one.network for one in member.attachments if not one.learns(version)]
    for destination, way in reach.ways(own).items():
        if way.box is member:
            continue
        attachment = way.box.on(way.network)
        gateway = attachment.address(reach.size) if attachment is not None else None
        for prefix in segments[destination].prefixes:
            network = prefix.network_address.packed
            if len(network) == reach.size and gateway is not None:
                interface = networks.index(way.network)
                routes.append(Route(network, prefix.prefixlen, interface, gateway))
    if member.kind.joins or not routes:
        return routes
    usual = Counter((route.interface, route.gateway) for route in routes).most_common(1)[0][0]
    default = Route(bytes(reach.size), ANYWHERE, *usual)
    return [route for route in routes if (route.interface, route.gateway) != usual] + [default]
