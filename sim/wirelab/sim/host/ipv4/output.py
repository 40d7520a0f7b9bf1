"""IPv4 output: route, header, hooks, fragments, neighbour, link.

Source: RFC 1122 sections 3.2.1, 3.3.1 and 3.3.3; RFC 1191 section 3 (path MTU).

Packets go out with Don't Fragment set unless asked otherwise, and the path's MTU is learnt from the
routers. Who lets a packet be cut (`Manner`) has it cut here, and not on the way: only then are all
fragments but the last as large as the path allows.
"""

from collections.abc import Callable, Sequence
from typing import Final

from wirelab.codecs import TCP, UDP, ICMPv4, IPv4, UDPLite
from wirelab.codecs.addresses import ANY_IPV4
from wirelab.sim.host.config import RandomSource
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.interface import (
    LARGEST_PACKET,
    MINIMUM_MTU,
    Interface,
    check_ttl,
    is_multicast,
)
from wirelab.sim.host.ipv4.flow import Ipv4Flow
from wirelab.sim.host.ipv4.fragmentation import fragments
from wirelab.sim.host.ipv4.hooked_link import HookedLink
from wirelab.sim.host.ipv4.identification import Identifications
from wirelab.sim.host.ipv4.options import Options, record
from wirelab.sim.host.ipv4.source_routes import Departure, depart
from wirelab.sim.host.link_output import LinkOutput
from wirelab.sim.host.loopback import LOOPBACK, Loopback
from wirelab.sim.host.manner import USUAL, Manner, TransportHeader, Upper
from wirelab.sim.host.packet_hooks import PacketHooks
from wirelab.sim.host.path_mtu import PathMtus
from wirelab.sim.host.protocol_numbers import (
    PROTOCOL_ICMP,
    PROTOCOL_TCP,
    PROTOCOL_UDP,
    PROTOCOL_UDPLITE,
)
from wirelab.sim.host.redirects import Redirects
from wirelab.sim.host.routing import LOOPBACK_NETWORK, Hop, Routes
from wirelab.sim.reasons import Reason

MAXIMUM_PATHS: Final = 4096  # ours: bounds the memory

IPV4_HEADER: Final = 20  # bytes without options, RFC 791 section 3.1

_TTL_AT: Final = 8  # bytes into the header, RFC 791 section 3.1

_PROTOCOLS: Final[dict[type, int]] = {
    TCP: PROTOCOL_TCP,
    UDP: PROTOCOL_UDP,
    UDPLite: PROTOCOL_UDPLITE,
    ICMPv4: PROTOCOL_ICMP,
}


class Path:
    """What is known about the way to one destination, looked up once and kept.

    Attributes:
        hop: the first step.
        link: who takes it.
        source: the address to send from.
        mtu: largest IP packet, bytes.
        cuts_segments: the link takes a `LargeFrame`; never on its way through hooks.
        is_forgotten: there is, or will be, a newer one for this destination.
    """

    __slots__ = (
        "_header",
        "_wanted",
        "cuts_segments",
        "hop",
        "is_forgotten",
        "link",
        "mtu",
        "source",
    )

    _header: IPv4

    def __init__(self, hop: Hop, link: LinkOutput, source: bytes, mtu: int) -> None:
        self.hop = hop
        self.link = link
        self.source = source
        self.mtu = mtu
        self.cuts_segments = hop.interface.cuts_segments
        self.is_forgotten = False
        self._wanted: tuple[bytes, int, int, int, bool] | None = None

    def pass_hooks(self, link: LinkOutput) -> None:
        """Let the segments of TCP's flows go by another link, which lets hooks see them."""
        self.link = link
        self.cuts_segments = False

    def header(
        self,
        source: bytes,
        destination: bytes,
        protocol: int,
        ttl: int,
        tos: int,
        dont_fragment: bool,
    ) -> IPv4:
        """The header of the next packet; the last one's, if only the identification changes."""
        wanted = (source, protocol, ttl, tos, dont_fragment)
        if wanted != self._wanted:
            self._wanted = wanted
            self._header = IPv4(
                source=source,
                destination=destination,
                protocol=protocol,
                ttl=ttl,
                dscp=tos >> 2,
                ecn=tos & 3,
                dont_fragment=dont_fragment,
            )
        return self._header


class Ipv4Output:
    """The way down; it is the `NetworkOutput` of the transport protocols.

    Args:
        routes: the routing table.
        links: by interface index.
        loopback: the link to ourselves.
        hooks: see every packet before it is cut.
        ttl: hops, of everything sent unless said otherwise.
        path_mtus: what routers have said of paths.
        redirects: first hops that routers have told.
        random: where identifications begin.
        refused: told why a hook stopped a segment of TCP.

    Attributes:
        identification: of the packet sent last.
    """

    def __init__(
        self,
        routes: Routes,
        links: Sequence[LinkOutput],
        loopback: Loopback,
        hooks: PacketHooks,
        ttl: int,
        path_mtus: PathMtus,
        redirects: Redirects,
        random: RandomSource,
        refused: Callable[[Reason], None],
    ) -> None:
        self._routes = routes
        self._links = links
        self._loopback = loopback
        self._hooks = hooks
        self._refused = refused
        check_ttl(ttl)
        self._ttl = ttl
        self.identification = random.getrandbits(16)
        self._identifications = Identifications(random)
        self._paths: dict[bytes | tuple[bytes, int], Path] = {}
        self._path_mtus = path_mtus
        self._redirects = redirects

    def send(
        self,
        header: TransportHeader,
        payload: bytes,
        source: bytes,
        destination: bytes,
        now: int,
        manner: Manner = USUAL,
    ) -> Reason | None:
        """Send one datagram; see `NetworkOutput.send`."""
        ttl, tos, dont_fragment, largest, options, interface, loops, _ = manner
        departure = depart(destination, options) if options else None
        if options and departure is None:
            return Reason.IP_BAD_OPTION
        stop = destination if departure is None else departure.stop
        path = self.path(stop, interface)
        refused = self._refusal(source, destination, path, departure)
        if path is None or refused is not None:
            return refused or Reason.IP_NO_ROUTE
        if ttl is not None:
            if ttl or not is_multicast(destination):
                check_ttl(ttl)
        else:
            ttl = 1 if path.hop.group_mac and is_multicast(destination) else self._ttl
        protocol = header.protocol if isinstance(header, Upper) else _PROTOCOLS[type(header)]
        ip = path.header(source, stop, protocol, ttl, tos, dont_fragment)
        if departure is not None:
            ip = ip.replace(options=self._stamped(departure, source, now), destination=destination)
        if dont_fragment:  # the packet is atomic, and its identification says nothing
            self.identification = ip.identification = (self.identification + 1) & 0xFFFF
        else:
            ip.identification = self._identifications.next(source, destination, protocol)
        datagram = header.build(payload, ip)
        limit = largest or path.mtu
        size = ip.header_length + len(datagram)
        if size > LARGEST_PACKET or (size > limit and dont_fragment):
            return Reason.IP_TOO_BIG_DF
        if departure is not None:
            ip.destination = stop  # the sum over the pseudo-header knows where the route ends
        return self._leave(path.hop, ip.build(datagram), limit, loops, now)

    def _refusal(
        self, source: bytes, destination: bytes, path: Path | None, departure: Departure | None
    ) -> Reason | None:
        """Why a packet may not go.

        RFC 1122 section 3.2.1.3: it comes from one of our addresses, or from none while we look for
        one, and 127.0.0.0/8 never leaves the host. A source route begins at one host, which a
        strict one finds on our link.
        """
        if path is None:
            return Reason.IP_NO_ROUTE
        hop = path.hop
        if source[0] == LOOPBACK_NETWORK:
            may_send = hop.interface is LOOPBACK
        else:
            may_send = self._routes.is_local(source) or source == ANY_IPV4
        if not may_send:
            return Reason.IP_NOT_MY_ADDRESS
        if departure is None or departure.stop == destination:
            return None
        nearby = hop.next_hop == departure.stop or not departure.strict
        return None if nearby and not hop.is_group else Reason.IP_NO_ROUTE

    def _leave(self, hop: Hop, packet: bytes, largest: int, loops: bool, now: int) -> Reason | None:
        """Past the hooks, to ourselves where a group has us as member, and to the link."""
        if self._hooks and hop.interface is not LOOPBACK:
            judged = self._hooks.leaving(packet, None, hop.interface, now)
            if isinstance(judged, Drop):
                return judged.reason
            packet = judged
        if loops and hop.group_mac and hop.is_group:
            self._loopback.hear(packet, hop.interface, hop.group_mac)
        if packet[_TTL_AT]:  # 0: no further than this host (RFC 1112 section 6.1)
            self._to_link(hop, packet, largest, now)
        return None

    def _stamped(self, departure: Departure, source: bytes, now: int) -> bytes:
        """The options, with the timestamp of who sends them (RFC 1122 section 3.2.1.8 (e))."""
        options, found = departure.options, departure.found
        if found.timestamp is None:
            return options
        only = Options(timestamp=found.timestamp)
        return record(options, only, source, self._routes.is_local, now)

    def forward(self, hop: Hop, packet: bytes, largest: int, now: int) -> None:
        """Send a packet of somebody else, which may be cut into packets of `largest` bytes."""
        self._to_link(hop, packet, largest, now)

    def _to_link(self, hop: Hop, packet: bytes, largest: int, now: int) -> None:
        """Hand a packet, or its fragments, to the link and the neighbour."""
        link = self.link(hop.interface)
        for piece in (packet,) if len(packet) <= largest else fragments(packet, largest):
            if hop.group_mac is None:
                link.send_packet(piece, hop.next_hop, now)
            else:
                link.send_to_mac(piece, hop.group_mac)

    def link(self, interface: Interface) -> LinkOutput:
        """The link of an interface, or that to ourselves."""
        return self._loopback if interface is LOOPBACK else self._links[interface.index]

    def flow(
        self, source: bytes, source_port: int, destination: bytes, destination_port: int
    ) -> Ipv4Flow:
        """The way of one connection; see `NetworkOutput.flow`."""
        return Ipv4Flow(self, source, source_port, destination, destination_port, self._ttl)

    def source_for(self, destination: bytes, interface: int | None = None) -> bytes | None:
        """The address to send from (RFC 1122 section 3.3.4.3), or None without a route."""
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
            destination: 4 bytes.
            interface: index of the only one it may leave by; None: any.
        """
        key = destination if interface is None else (destination, interface)
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
        mtu = interface.mtu if known is None else min(known, interface.mtu)
        link = self.link(interface)
        path = Path(hop, link, self._routes.source_for(hop), mtu)
        if self._hooks and interface is not LOOPBACK:
            path.pass_hooks(HookedLink(link, self._hooks, interface, self._refused))
        return path

    def first_hop(self, destination: bytes) -> Hop | None:
        """Where a packet to `destination` goes now, as redirected; None: there is no route."""
        path = self.path(destination)
        return None if path is None else path.hop

    def forget_path(self, destination: bytes) -> None:
        """Look one way up anew: a router has said something about it, or is believed no longer."""
        keys: list[bytes | tuple[bytes, int]] = [destination]
        keys += [(destination, interface.index) for interface in self._routes.interfaces]
        for key in keys:
            path = self._paths.pop(key, None)
            if path is not None:
                path.is_forgotten = True

    def forget_paths(self) -> None:
        """Look every way up anew: addresses or routes have changed."""
        for path in self._paths.values():
            path.is_forgotten = True
        self._paths.clear()
