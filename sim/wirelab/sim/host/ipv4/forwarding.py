"""Passing packets of others on: what a router does beside being a host.

Source: RFC 1812 section 5.2 and 5.3, whose order of checks this is; RFC 1122 section 3.3.5 (source
routes); RFC 2644 (directed broadcasts); RFC 3927 section 2.7 (link-local addresses stay).

    addresses --> TTL --> route --> options --> size --> redirect --> hooks --> neighbour

Rule 1: a packet that goes on ends its frame as `FORWARDED`; what becomes of it on the next link is
the fate of another frame.
Rule 2: the sender is told what is wrong with its packet as it sent it: hooks change it afterwards.
Rule 3: the short way (`fast_forwarding.py`) is opened by a packet that passed all of this, and for
packets that differ from it in nothing that is looked at here. Whoever is told of a shorter way is
told again until it takes it.
"""

from typing import Final

from wirelab.codecs import IPv4
from wirelab.codecs.addresses import BROADCAST_MAC, ipv4_text
from wirelab.codecs.checksum import internet_checksum
from wirelab.sim.host.arrival import Arrival
from wirelab.sim.host.config import HostConfig
from wirelab.sim.host.drops import FORWARDED, Drop
from wirelab.sim.host.icmp.complaints import Complaint
from wirelab.sim.host.interface import LARGEST_PACKET
from wirelab.sim.host.ipv4 import options as option_rules
from wirelab.sim.host.ipv4.errors import Errors
from wirelab.sim.host.ipv4.fast_forwarding import FastForwarding
from wirelab.sim.host.ipv4.options import BadOption, Options
from wirelab.sim.host.ipv4.output import Ipv4Output
from wirelab.sim.host.packet_hooks import PacketHooks
from wirelab.sim.host.routing import LINK_LOCAL, LOOPBACK_NETWORK, Hop, Routes
from wirelab.sim.reasons import Reason

IPV4_HEADER: Final = 20  # bytes without options, RFC 791 section 3.1
CLASS_D: Final = 224  # first byte of the first multicast address (RFC 1112 section 4)


class Forwarding:
    """The router in a host.

    Args:
        config: which broadcasts and sources it believes.
        routes: the host's.
        output: the way down.
        errors: tells senders what is wrong.
        hooks: see each packet before it leaves.
        fast: remembers what passed.

    Attributes:
        fast: the short way of packets like those that went before.
    """

    def __init__(
        self,
        config: HostConfig,
        routes: Routes,
        output: Ipv4Output,
        errors: Errors,
        hooks: PacketHooks,
        fast: FastForwarding,
    ) -> None:
        self._directed_broadcasts = config.directed_broadcasts
        self._reverse_path_filter = config.reverse_path_filter
        self._source_routes = config.source_routes
        self._send_redirects = config.send_redirects
        self._routes = routes
        self._output = output
        self._errors = errors
        self._hooks = hooks
        self.fast = fast

    def forward(self, arrival: Arrival, now: int) -> Drop:
        """Pass on a packet that was sent to us on the link, but to somebody else in IP."""
        refusal = self._improper(arrival)
        if refusal is not None:
            return refusal
        return self._pass_on(arrival, None, now)

    def by_source_route(self, arrival: Arrival, found: Options, stop: bytes, now: int) -> Drop:
        """Send a packet to the next stop of the route that it brings (RFC 1812 section 5.2.4.1).

        Args:
            arrival: sent to us, as one of the stops.
            found: its options.
            stop: the next one.
            now: ns.
        """
        frame, start = arrival.frame, arrival.start
        options = frame[start + IPV4_HEADER : arrival.offset]
        hop = self._routes.hop(stop)
        strict = option_rules.is_strict(options, found)
        if hop is None or hop.group_mac is not None or (strict and hop.next_hop != stop):
            detail = f"next stop {ipv4_text(stop)}"
            return self._errors.refuse(
                arrival, Complaint.SOURCE_ROUTE_FAILED, Reason.IP_SOURCE_ROUTE, detail, now
            )
        new = option_rules.advance(options, found, self._routes.source_for(hop))
        header = bytearray(frame[start : start + IPV4_HEADER])
        header[16:20] = stop
        packet = bytes(header) + new + frame[arrival.offset : arrival.end]
        whole = frame[:start] + packet
        led = arrival._replace(ip=IPv4.parse(whole, start), frame=whole, end=len(whole))
        return self._improper(led) or self._pass_on(led, hop, now)

    # --- may it go on ------------------------------------------------------------------------

    def _improper(self, arrival: Arrival) -> Drop | None:
        """Addresses that no router forwards (RFC 1812 sections 5.3.7 and 5.3.8)."""
        ip = arrival.ip
        source, destination = ip.source, ip.destination
        first = destination[0]
        if first in (0, LOOPBACK_NETWORK) or first >= CLASS_D or destination[:2] == LINK_LOCAL:
            return Drop(Reason.IP_BAD_DESTINATION, f"destination {ipv4_text(destination)}")
        if (
            source[0] in (0, LOOPBACK_NETWORK)
            or source[0] >= CLASS_D
            or source[:2] == LINK_LOCAL
            or (self._routes.is_local(source) and not arrival.translated)
            or arrival.interface.is_broadcast(source)
        ):
            return Drop(Reason.IP_BAD_SOURCE, f"source {ipv4_text(source)}")
        if self._reverse_path_filter:
            back = self._routes.lookup(source)
            if back is None or back.interface != arrival.interface.index:
                return Drop(Reason.IP_REVERSE_PATH, f"source {ipv4_text(source)}")
        return None

    def _pass_on(self, arrival: Arrival, hop: Hop | None, now: int) -> Drop:
        """TTL, route, options, size; `hop` is given where a source route says it."""
        ip = arrival.ipv4
        if ip.ttl <= 1:  # RFC 1812 section 5.3.1
            detail = f"TTL {ip.ttl} from {ipv4_text(ip.source)}"
            return self._errors.refuse(
                arrival, Complaint.TTL_EXPIRED, Reason.IP_TTL_EXPIRED, detail, now
            )
        routed = hop or self._routes.hop(ip.destination)
        if routed is None:
            detail = f"to {ipv4_text(ip.destination)}"
            return self._errors.refuse(arrival, Complaint.NO_ROUTE, Reason.IP_NO_ROUTE, detail, now)
        if routed.group_mac is not None:  # a broadcast to another network of ours
            if not self._directed_broadcasts or routed.interface is arrival.interface:
                detail = f"to {ipv4_text(ip.destination)}"
                return Drop(Reason.IP_DIRECTED_BROADCAST, detail)
            routed = routed._replace(group_mac=BROADCAST_MAC)
        mtu = routed.interface.mtu
        if ip.total_length > mtu and ip.dont_fragment:
            detail = f"{ip.total_length} bytes, MTU {mtu} towards {ipv4_text(ip.destination)}"
            return self._errors.refuse(
                arrival, Complaint.TOO_BIG, Reason.IP_TOO_BIG_DF, detail, now, mtu
            )
        return self._send(arrival, routed, hop is not None, now)

    def _send(self, arrival: Arrival, hop: Hop, at_stop: bool, now: int) -> Drop:
        """Count the hop, write into options, and hand it to the link.

        `at_stop`: a source route has led the packet here.
        """
        ip = arrival.ip
        options = arrival.frame[arrival.start + IPV4_HEADER : arrival.offset]
        if options:
            judged = self._write_options(arrival, options, hop, at_stop, now)
            if isinstance(judged, Drop):
                return judged
            options = judged
        whole = arrival.frame[arrival.start : arrival.end]
        shorter = self._send_redirects and not options and self._has_shorter_way(arrival, hop)
        if shorter:
            self._errors.redirect(whole, hop.next_hop, now)
        header = bytearray(whole[:IPV4_HEADER] + options)
        header[8] -= 1
        packet = with_checksum(header) + whole[len(header) :]
        judged_packet = self._hooks.leaving(packet, arrival.interface, hop.interface, now)
        if isinstance(judged_packet, Drop):
            if judged_packet.answered:
                reason, detail, _ = judged_packet
                return self._errors.refuse(arrival, Complaint.PROHIBITED, reason, detail, now)
            return judged_packet
        largest = min(hop.interface.mtu, arrival.fragment_size or LARGEST_PACKET)
        self._output.forward(hop, judged_packet, largest, now)
        if not (self._hooks or options or shorter or hop.group_mac):
            self.fast.learn(
                ip.source + ip.destination, arrival.interface, hop, self._output.link(hop.interface)
            )
        return FORWARDED

    def _write_options(
        self, arrival: Arrival, options: bytes, hop: Hop, at_stop: bool, now: int
    ) -> bytes | Drop:
        """Record route and timestamps (RFC 1812 sections 5.2.4.2 and 5.3.13).

        A strict source route leads from stop to stop: who is none has no business with the packet.
        """
        found = option_rules.read(options)
        if isinstance(found, BadOption):
            reason, detail = Reason.IP_BAD_OPTION, found.detail
            return self._errors.refuse(
                arrival, Complaint.BAD_HEADER, reason, detail, now, found.pointer
            )
        strict = option_rules.is_strict(options, found)
        if found.source_route is not None and not at_stop and (strict or not self._source_routes):
            reason, detail = Reason.IP_SOURCE_ROUTE, f"to {ipv4_text(arrival.ip.destination)}"
            return self._errors.refuse(arrival, Complaint.SOURCE_ROUTE_FAILED, reason, detail, now)
        own = self._routes.source_for(hop)
        return option_rules.record(options, found, own, self._routes.is_local, now)

    def _has_shorter_way(self, arrival: Arrival, hop: Hop) -> bool:
        """Whether the sender could give its packets to the next hop itself.

        RFC 1812 section 5.2.7.2: it leaves where it came in, and the sender is on that network, as
        the next hop is.
        """
        if hop.interface is not arrival.interface:
            return False
        network = hop.interface.on_link(arrival.ip.source)
        return network is not None and network.contains(hop.next_hop)


def with_checksum(header: bytearray) -> bytes:
    """A header with the checksum for what stands in it."""
    header[10:12] = b"\0\0"
    header[10:12] = internet_checksum(header).to_bytes(2, "big")
    return bytes(header)
