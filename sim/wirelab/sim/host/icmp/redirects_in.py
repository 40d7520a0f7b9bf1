"""ICMP redirects: whether to believe a router that knows a better first hop.

Source: RFC 1122 sections 3.2.2.2 and 3.3.1.2; RFC 1812 section 5.2.7.2 (routers do not).
"""

from collections.abc import Callable

from wirelab.codecs import ICMPv4
from wirelab.codecs.addresses import ipv4_text
from wirelab.sim.host.arrival import Arrival
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.icmp.quotes import read_quote
from wirelab.sim.host.redirects import Redirects
from wirelab.sim.host.routing import Hop
from wirelab.sim.reasons import Reason


class RedirectsIn:
    """What a host makes of redirects.

    Args:
        redirects: where they are kept.
        first_hop: the way that a packet takes now.
        is_local: whether an address is this host's.
        is_obedient: whether redirects are obeyed at all.
    """

    __slots__ = (
        "_first_hop",
        "_is_local",
        "_is_obedient",
        "_redirects",
    )

    def __init__(
        self,
        redirects: Redirects,
        first_hop: Callable[[bytes], Hop | None],
        is_local: Callable[[bytes], bool],
        is_obedient: bool,
    ) -> None:
        self._redirects = redirects
        self._first_hop = first_hop
        self._is_local = is_local
        self._is_obedient = is_obedient

    def receive(self, header: ICMPv4, arrival: Arrival, now: int) -> Drop | None:
        """Obey a redirect for a host, or for its network, which is taken for the host alone."""
        start = arrival.offset + header.header_length
        quote = read_quote(arrival.frame, start, arrival.end, 0)
        if isinstance(quote, Drop):
            return quote
        destination = quote.ip.destination
        gateway = header.gateway
        why = self._why_not(gateway, destination, quote.ip.source, arrival)
        if why:
            detail = f"{ipv4_text(destination)} via {ipv4_text(gateway)}: {why}"
            return Drop(Reason.ICMP_REDIRECT_IGNORED, detail)
        self._redirects.follow(destination, arrival.interface.index, gateway, now)
        return None

    def _why_not(self, gateway: bytes, destination: bytes, sender: bytes, arrival: Arrival) -> str:
        """Why it is not believed, with the rule; empty: it is."""
        interface = arrival.interface
        why = ""
        if not self._is_obedient:
            why = "this host follows no redirects"
        elif not arrival.unicast:
            why = f"sent to {ipv4_text(arrival.ip.destination)}"
        elif not self._is_local(sender):
            why = f"about a packet of {ipv4_text(sender)}"
        elif interface.on_link(gateway) is None or interface.is_broadcast(gateway):
            why = "that is no host on the network by which it came (RFC 1122 section 3.2.2.2)"
        elif self._is_local(gateway):
            why = "that is this host itself"
        else:
            hop = self._first_hop(destination)
            if hop is None or hop.next_hop != arrival.ip.source or hop.interface is not interface:
                said = ipv4_text(arrival.ip.source)
                why = f"said by {said}, who is not the first hop (RFC 1122 section 3.2.2.2)"
        return why
