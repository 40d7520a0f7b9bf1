"""Passing IPv6 packets of others on: what a router does beside being a host.

Source: RFC 8200 section 3 (hop limit) and section 5 (size); RFC 4443 section 3 (what senders are
told); RFC 4007 section 9 (packets stay in their zone); RFC 4861 section 8.2 (redirects).

    addresses --> hop limit --> route --> scope --> size --> redirect --> hooks --> neighbour

Rule 1: a packet that goes on ends its frame as `FORWARDED`; what becomes of it on the next link is
the fate of another frame.
Rule 2: the sender is told what is wrong with its packet as it sent it: hooks change it afterwards.
Rule 3: a router never cuts a packet. What came in fragments, and was put together for a hook, goes
on in fragments.
Rule 4: the short way (`fast_forwarding.py`) is opened by a packet that passed all of this, and for
packets that differ from it in nothing that is looked at here.
"""

from collections.abc import Callable
from typing import Final

from wirelab.codecs.addresses import ipv6_text
from wirelab.sim.host.arrival import Arrival
from wirelab.sim.host.drops import FORWARDED, Drop
from wirelab.sim.host.icmp.complaints import Complaint
from wirelab.sim.host.ipv4.errors import Errors
from wirelab.sim.host.ipv6.fast_forwarding import FastForwarding
from wirelab.sim.host.ipv6.output import Ipv6Output
from wirelab.sim.host.ipv6.routes import Ipv6Routes
from wirelab.sim.host.ipv6.scopes import UNSPECIFIED, is_link_local
from wirelab.sim.host.loopback import LOOPBACK
from wirelab.sim.host.packet_hooks import PacketHooks
from wirelab.sim.host.routing import Hop
from wirelab.sim.reasons import Reason

HOP_LIMIT_AT: Final = 7  # bytes from the IPv6 header, RFC 8200 section 3

Redirect = Callable[[Arrival, Hop, int], None]
"""Tells the sender of a packet, which leaves where it came in, of the shorter way."""


class Forwarding:
    """The router in a host.

    Args:
        routes: the host's.
        output: the way down.
        errors: tells senders what is wrong.
        hooks: see each packet before it leaves.
        redirect: see there; None: nobody is told.
        reverse_path_filter: see `HostConfig`.

    Attributes:
        fast: the short way of packets like those that went before.
    """

    def __init__(
        self,
        routes: Ipv6Routes,
        output: Ipv6Output,
        errors: Errors,
        hooks: PacketHooks,
        redirect: Redirect | None,
        reverse_path_filter: bool,
    ) -> None:
        self._routes = routes
        self._output = output
        self._errors = errors
        self._hooks = hooks
        self._redirect = redirect
        self._reverse_path_filter = reverse_path_filter
        self.fast = FastForwarding()

    def forward(self, arrival: Arrival, now: int) -> Drop:
        """Pass on a packet that was sent to us on the link, but to somebody else in IPv6."""
        ip = arrival.ip
        source, destination = ip.source, ip.destination
        refusal = _improper(source, destination) or self._unlikely(arrival)
        if refusal is not None:
            return refusal
        if arrival.ttl <= 1:
            detail = f"hop limit {arrival.ttl} from {ipv6_text(source)}"
            return self._errors.refuse(
                arrival, Complaint.TTL_EXPIRED, Reason.IP_TTL_EXPIRED, detail, now
            )
        hop = self._routes.hop(destination)
        if hop is None:
            detail = f"to {ipv6_text(destination)}"
            return self._errors.refuse(arrival, Complaint.NO_ROUTE, Reason.IP_NO_ROUTE, detail, now)
        if hop.interface is LOOPBACK:  # ours, but tentative or somebody else's, too
            detail = f"{ipv6_text(destination)} may not be used (RFC 4862 section 5.4)"
            return Drop(Reason.IP_NOT_FOR_ME, detail)
        if is_link_local(source) and hop.interface is not arrival.interface:
            detail = f"{ipv6_text(source)} would leave its link"
            return self._errors.refuse(
                arrival, Complaint.BEYOND_SCOPE, Reason.IP_BAD_SOURCE, detail, now
            )
        return self._send(arrival, hop, now)

    def _unlikely(self, arrival: Arrival) -> Drop | None:
        """RFC 3704 section 2.2: the way back to a sender leads to where its packet came from."""
        source = arrival.ip.source
        if not self._reverse_path_filter or is_link_local(source):
            return None
        back = self._routes.lookup(source)
        if back is not None and back.interface == arrival.interface.index:
            return None
        return Drop(Reason.IP_REVERSE_PATH, f"source {ipv6_text(source)}")

    def _send(self, arrival: Arrival, hop: Hop, now: int) -> Drop:
        """Look at the size, count the hop, and hand it to the link."""
        whole = arrival.frame[arrival.start : arrival.end]
        mtu = hop.interface.ipv6_mtu
        if (arrival.fragment_size or len(whole)) > mtu:
            detail = f"{len(whole)} bytes, MTU {mtu} towards {ipv6_text(arrival.ip.destination)}"
            return self._errors.refuse(
                arrival, Complaint.TOO_BIG, Reason.IP_TOO_BIG_DF, detail, now, mtu
            )
        turns_back = hop.interface is arrival.interface
        if self._redirect is not None and turns_back:
            self._redirect(arrival, hop, now)
        limit = bytes((arrival.ttl - 1,))
        packet = whole[:HOP_LIMIT_AT] + limit + whole[HOP_LIMIT_AT + 1 :]
        judged = self._hooks.leaving(packet, arrival.interface, hop.interface, now)
        if isinstance(judged, Drop):
            if judged.answered:
                reason, detail, _ = judged
                return self._errors.refuse(arrival, Complaint.PROHIBITED, reason, detail, now)
            return judged
        self._output.forward(hop, judged, min(mtu, arrival.fragment_size or mtu), now)
        if not self._hooks and not turns_back:
            self._learn(arrival, hop)
        return FORWARDED

    def _learn(self, arrival: Arrival, hop: Hop) -> None:
        """Let more of these go the short way, where nobody has to look at them.

        From our own address, only ICMPv6 comes as far as here; and the other link is a real one.
        """
        source, destination = arrival.ip.source, arrival.ip.destination
        if not self._routes.is_local(source) and not self._routes.is_local(destination):
            link = self._output.link(hop.interface)
            self.fast.learn(source + destination, arrival.interface, hop, link)


def _improper(source: bytes, destination: bytes) -> Drop | None:
    """Addresses that no router forwards."""
    if is_link_local(destination):  # RFC 4291 section 2.5.6
        return Drop(Reason.IP_NOT_FOR_ME, f"destination {ipv6_text(destination)}")
    if source == UNSPECIFIED:  # RFC 4291 section 2.5.2
        return Drop(Reason.IP_BAD_SOURCE, "source ::")
    return None
