"""Telling a neighbour of a shorter way than by us.

Source: RFC 4861 section 8.2 (when, and how often) and section 4.5 (what it says).
"""

from typing import Final

from wirelab.codecs import ICMPv6, NDRedirect, NDRedirectedHeader, NDTargetLinkAddress
from wirelab.sim.host.arrival import Arrival
from wirelab.sim.host.ipv6.output import Ipv6Output
from wirelab.sim.host.ipv6.scopes import MINIMUM_MTU, UNSPECIFIED, is_link_local
from wirelab.sim.host.manner import Manner
from wirelab.sim.host.routing import Hop
from wirelab.sim.reasons import Reason

REDIRECT: Final = 137  # type of ICMPv6, RFC 4861 section 4.5
HOP_LIMIT: Final = 255
"""Proof that no router passed it on (RFC 4861 section 8.1)."""

_ROOM: Final = MINIMUM_MTU - 40 - 40 - 8 - 8
"""Bytes that may be quoted: less IPv6 header, redirect, target option, header of the quote."""


def send(output: Ipv6Output, arrival: Arrival, hop: Hop, now: int) -> Reason | None:
    """Tell the sender of a packet, which leaves where it came in, of the better first hop.

    Nothing is said to who is no neighbour, and of a router whose link-local address, by which alone
    neighbours know routers, is not known.

    Args:
        output: the way down.
        arrival: the packet.
        hop: where it goes.
        now: ns.

    Returns:
        None when sent, or when nothing is to be said; else why not.
    """
    interface, source, destination = hop.interface, arrival.ip.source, arrival.ip.destination
    own = next((one.address for one in interface.ipv6 if is_link_local(one.address)), UNSPECIFIED)
    is_neighbor = is_link_local(source) or interface.on_link(source) is not None
    knows_target = hop.next_hop == destination or is_link_local(hop.next_hop)
    if own == UNSPECIFIED or not is_neighbor or not knows_target:
        return None
    mac = output.link(interface).neighbors.lookup(hop.next_hop, None, now)
    quote = arrival.frame[arrival.start : arrival.end][: _ROOM // 8 * 8]
    options = [NDRedirectedHeader(quote + bytes(-len(quote) % 8))]
    body = NDRedirect(
        target=hop.next_hop,
        destination=destination,
        options=[NDTargetLinkAddress(mac), *options] if mac is not None else options,
    )
    manner = Manner(ttl=HOP_LIMIT, interface=interface.index)
    return output.send(ICMPv6(type=REDIRECT), body.build(), own, source, now, manner)
