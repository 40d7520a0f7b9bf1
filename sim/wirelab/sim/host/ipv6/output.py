"""IPv6 output: route, source address, header, fragments, neighbour, link.

Source: RFC 8200 sections 3 to 5; RFC 8201 (path MTU); RFC 4861 section 5.2 (sending); RFC 7739
section 5.2 (identification); RFC 6437 section 3 (flow label).

    send --> path (route, next hop, MTU) --> header --> fragments, if it must --> neighbour --> link
    flow --> Ipv6Flow, which does the same for TCP with everything prebuilt
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from wirelab.codecs import TCP, UDP, ICMPv6, IPv6, IPv6HopByHop, UDPLite
from wirelab.sim.host.config import RandomSource
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.interface import Interface, check_ttl
from wirelab.sim.host.interface_address import AddressState
from wirelab.sim.host.ipv4.hooked_link import HookedLink
from wirelab.sim.host.ipv6.extension_headers import HOP_BY_HOP, IPV6_HEADER
from wirelab.sim.host.ipv6.flow import Ipv6Flow
from wirelab.sim.host.ipv6.fragmentation import can_be_cut, fragments
from wirelab.sim.host.ipv6.routes import Ipv6Routes
from wirelab.sim.host.ipv6.scopes import (
    MINIMUM_MTU,
    is_link_local,
    is_multicast6,
    needs_zone,
    scope_of,
)
from wirelab.sim.host.ipv6.source_selection import Candidate, best_source
from wirelab.sim.host.link_output import LinkOutput
from wirelab.sim.host.loopback import LOOPBACK, Loopback
from wirelab.sim.host.manner import USUAL, Manner, TransportHeader, Upper
from wirelab.sim.host.packet_hooks import PacketHooks
from wirelab.sim.host.path_mtu import PathMtus
from wirelab.sim.host.protocol_numbers import (
    PROTOCOL_ICMPV6,
    PROTOCOL_TCP,
    PROTOCOL_UDP,
    PROTOCOL_UDPLITE,
)
from wirelab.sim.host.redirects import Redirects
from wirelab.sim.host.routing import Hop
from wirelab.sim.host.tcp.siphash import siphash24
from wirelab.sim.reasons import Reason

LARGEST_PAYLOAD: Final = 0xFFFF
"""bytes that the payload length can say (RFC 8200 section 3); we send no jumbograms."""

_HOP_LIMIT_AT: Final = 7  # bytes into the header, RFC 8200 section 3

MAXIMUM_PATHS: Final = 4096  # ours: bounds the memory


_PROTOCOLS: Final[dict[type, int]] = {
    TCP: PROTOCOL_TCP,
    UDP: PROTOCOL_UDP,
    UDPLite: PROTOCOL_UDPLITE,
    ICMPv6: PROTOCOL_ICMPV6,
}
_FLOW_LABEL: Final = 0xF_FFFF


class Path:
    """What is known about the way to one destination, looked up once and kept.

    Attributes:
        hop: the first step.
        link: who takes it.
        source: the address of ours that fits best, or None: there is none.
        mtu: largest IP packet, bytes.
        cuts_segments: the link takes a `LargeFrame`.
        is_forgotten: there is, or will be, a newer one for this destination.
    """

    __slots__ = ("cuts_segments", "hop", "is_forgotten", "link", "mtu", "source")

    def __init__(self, hop: Hop, link: LinkOutput, source: bytes | None, mtu: int) -> None:
        self.hop = hop
        self.link = link
        self.source = source
        self.mtu = mtu
        self.cuts_segments = hop.interface.cuts_segments
        self.is_forgotten = False


class Ipv6Output:
    """The way down; see `NetworkOutput` for what transport protocols ask of it.

    Args:
        routes: the routing table.
        links: by interface index.
        loopback: the link to ourselves.
        hooks: see every packet before it is cut.
        hop_limit: of everything sent unless said otherwise.
        path_mtus: what routers have said of paths.
        redirects: first hops that routers have told.
        random: gives identifications, and the secret of flow labels.
        refused: told why a hook stopped a segment of TCP.

    Attributes:
        hop_limit: as given; a router advertisement may set it (RFC 4861 section 6.3.4).
    """

    def __init__(
        self,
        routes: Ipv6Routes,
        links: Sequence[LinkOutput],
        loopback: Loopback,
        hooks: PacketHooks,
        hop_limit: int,
        path_mtus: PathMtus,
        redirects: Redirects,
        random: RandomSource,
        refused: Callable[[Reason], None],
    ) -> None:
        check_ttl(hop_limit)
        self.hop_limit = hop_limit
        self._routes = routes
        self._links = links
        self._loopback = loopback
        self._hooks = hooks
        self._redirects = redirects
        self._refused = refused
        self._path_mtus = path_mtus
        self._random = random
        self._secret = b""
        self._paths: dict[tuple[bytes, int | None], Path] = {}

    # --- packets -----------------------------------------------------------------------------

    def send(
        self,
        header: TransportHeader,
        payload: bytes,
        source: bytes,
        destination: bytes,
        now: int,
        manner: Manner = USUAL,
    ) -> Reason | None:
        """Send one packet; see `NetworkOutput.send`.

        A link-local destination is looked for on the link of `source`, unless the manner names an
        interface.
        """
        path = self.path(destination, self._zone(source, destination, manner.interface))
        if path is None:
            return Reason.IP_NO_ROUTE
        hop_limit = manner.ttl
        if hop_limit is None:
            hop_limit = 1 if is_multicast6(destination) else self.hop_limit
        elif hop_limit:
            check_ttl(hop_limit)
        protocol = header.protocol if isinstance(header, Upper) else _PROTOCOLS[type(header)]
        options = _hop_by_hop(manner.options, protocol) if manner.options else b""
        ip = IPv6(
            source=source,
            destination=destination,
            next_header=HOP_BY_HOP if options else protocol,
            hop_limit=hop_limit,
            dscp=manner.tos >> 2,
            ecn=manner.tos & 3,
            flow_label=manner.flow_label,
        )
        body = options + header.build(payload, ip)
        if len(body) > LARGEST_PAYLOAD:
            return Reason.IP_TOO_BIG_DF
        size = IPV6_HEADER + len(body)
        limit = manner.largest or path.mtu
        if size > limit and manner.dont_fragment:
            return Reason.IP_TOO_BIG_DF
        packet = ip.build(body)
        if size > limit and not can_be_cut(packet, limit):
            return Reason.IP_TOO_BIG_DF
        return self._leave(path, packet, limit, manner.loops, now)

    def _leave(self, path: Path, packet: bytes, limit: int, loops: bool, now: int) -> Reason | None:
        """Let boxes see a packet of ours; it goes to the link, and if others hear it, to us."""
        interface, _, group_mac = path.hop
        if interface is not LOOPBACK:
            if self._hooks:
                judged = self._hooks.leaving(packet, None, interface, now)
                if isinstance(judged, Drop):
                    return judged.reason
                packet = judged
            if loops and group_mac is not None:
                self._loopback.hear(packet, interface, group_mac)
        if packet[_HOP_LIMIT_AT] or interface is LOOPBACK:  # 0: no further than this host
            self.forward(path.hop, packet, limit, now)
        return None

    def forward(self, hop: Hop, packet: bytes, largest: int, now: int) -> None:
        """Hand a packet, or its fragments of at most `largest` bytes, to the link."""
        link = self.link(hop.interface)
        pieces: Iterable[bytes] = (packet,)
        if len(packet) > largest:
            pieces = fragments(packet, largest, self._random.getrandbits(32))
        for piece in pieces:
            if hop.group_mac is None:
                link.send_packet(piece, hop.next_hop, now)
            else:
                link.send_to_mac(piece, hop.group_mac)

    def link(self, interface: Interface) -> LinkOutput:
        """The link of an interface, or that to ourselves."""
        return self._loopback if interface is LOOPBACK else self._links[interface.index]

    def flow(
        self, source: bytes, source_port: int, destination: bytes, destination_port: int
    ) -> Ipv6Flow:
        """The way of one connection; see `NetworkOutput.flow`."""
        return Ipv6Flow(
            self,
            source,
            source_port,
            destination,
            destination_port,
            self.hop_limit,
            self._zone(source, destination, None),
            self.flow_label(source, source_port, destination, destination_port),
        )

    def flow_label(self, source: bytes, source_port: int, to: bytes, to_port: int) -> int:
        """The label of everything between two ports, which nobody outside can guess.

        Source: RFC 6437 section 3; appendix A gives a hash of the same five values.
        """
        if not self._secret:
            self._secret = self._random.getrandbits(128).to_bytes(16, "big")
        ends = source + to + source_port.to_bytes(2, "big") + to_port.to_bytes(2, "big")
        return siphash24(self._secret, ends) & _FLOW_LABEL or 1

    # --- what is known of ways ---------------------------------------------------------------

    def source_for(self, destination: bytes, interface: int | None = None) -> bytes | None:
        """The address to send from (RFC 6724 section 5), or None: no route, or no address."""
        path = self.path(destination, interface)
        return None if path is None else path.source

    def is_own(self, source: bytes) -> bool:
        """Whether an address is ours, as that of everything sent must be."""
        return self._routes.is_local(source)

    def mtu_for(self, destination: bytes, interface: int | None = None) -> int:
        """Largest IP packet on the way to `destination`, bytes."""
        path = self.path(destination, interface)
        return MINIMUM_MTU if path is None else path.mtu

    def link_mtu_for(self, destination: bytes, interface: int | None = None) -> int:
        """Largest IP packet on the link to the first hop, bytes."""
        path = self.path(destination, interface)
        return MINIMUM_MTU if path is None else path.hop.interface.mtu

    def path(self, destination: bytes, interface: int | None = None) -> Path | None:
        """The way to a destination, until it `is_forgotten`; None: there is none.

        Args:
            destination: 16 bytes.
            interface: index of the only one it may leave by.
        """
        key = (destination, interface)
        path = self._paths.get(key)
        if path is None:
            hop = self._routes.hop(destination, interface)
            if hop is None:
                return None
            if len(self._paths) >= MAXIMUM_PATHS:
                self.forget_paths()
            path = self._paths[key] = self._new_path(destination, hop)
        return path

    def _new_path(self, destination: bytes, hop: Hop) -> Path:
        """What the routing table says, and what routers have said since."""
        interface = hop.interface
        gateway = self._redirects.gateway(destination, interface.index)
        if gateway is not None:
            hop = hop._replace(next_hop=gateway)
        known = self._path_mtus.known(destination)
        mtu = interface.ipv6_mtu if known is None else min(known, interface.ipv6_mtu)
        link = self.link(interface)
        path = Path(hop, link, self._source(destination, interface), mtu)
        if self._hooks and interface is not LOOPBACK:
            path.link = HookedLink(link, self._hooks, interface, self._refused)
            path.cuts_segments = False
        return path

    def first_hop(self, destination: bytes) -> Hop | None:
        """Where a packet to `destination` goes now, as redirected; None: there is no route."""
        path = self.path(destination)
        return None if path is None else path.hop

    def forget_path(self, destination: bytes) -> None:
        """Look the ways to one destination up anew: a router has said something about it."""
        for key in [key for key in self._paths if key[0] == destination]:
            self._paths.pop(key).is_forgotten = True

    def forget_paths(self) -> None:
        """Addresses or routes have changed: every way is looked up anew."""
        for path in self._paths.values():
            path.is_forgotten = True
        self._paths.clear()

    def _zone(self, source: bytes, destination: bytes, interface: int | None) -> int | None:
        """The interface that a packet must leave by, if its addresses or its sender say so."""
        if interface is None and needs_zone(destination):
            owner = self._routes.local_interface(source)
            if owner is not None and (is_link_local(source) or is_multicast6(destination)):
                return owner.index
        return interface

    def _source(self, destination: bytes, leaves: Interface) -> bytes | None:
        """RFC 6724 section 4: of the interface; of all of them, if none there reaches so far."""
        if leaves is LOOPBACK:
            return destination
        found = best_source(_candidates([leaves]), destination, leaves.index)
        if found is not None and scope_of(found) >= scope_of(destination):
            return found
        others = [
            candidate
            for candidate in _candidates(self._routes.interfaces)
            if candidate.interface == leaves.index or not is_link_local(candidate.address)
        ]
        return best_source(others, destination, leaves.index)


def _candidates(interfaces: list[Interface]) -> list[Candidate]:
    """The addresses that may be sent from."""
    return [
        Candidate(
            entry.address,
            entry.prefix_length,
            interface.index,
            entry.state is AddressState.DEPRECATED,
        )
        for interface in interfaces
        for entry in interface.ipv6
        if entry.state in (AddressState.PREFERRED, AddressState.DEPRECATED)
    ]


def _hop_by_hop(options: bytes, protocol: int) -> bytes:
    """The header for every router on the way, padded (RFC 8200 sections 4.2 and 4.3)."""
    missing = -(len(options) + 2) % 8
    if missing == 1:
        options += b"\0"  # Pad1
    elif missing:
        options += bytes((1, missing - 2)) + bytes(missing - 2)  # PadN
    return IPv6HopByHop(protocol, options=options).build()
