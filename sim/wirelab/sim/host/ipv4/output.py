"""IPv4 output: route, header, neighbour, link.

Source: RFC 1122 sections 3.2.1 and 3.3.1; RFC 6864 section 4.1 (identification); RFC 1191 section 3
(path MTU).

Packets go out with Don't Fragment set unless asked otherwise: this host never fragments, and learns
the path's MTU from the routers instead.
"""

from typing import Final

from wirelab.codecs import TCP, UDP, ICMPv4, ICMPv6, IPv4, UDPLite
from wirelab.sim.host.config import RandomSource
from wirelab.sim.host.interface import MINIMUM_MTU, check_ttl, is_multicast
from wirelab.sim.host.ipv4.flow import Ipv4Flow
from wirelab.sim.host.ipv4.input import PROTOCOL_ICMP, PROTOCOL_TCP, PROTOCOL_UDP, PROTOCOL_UDPLITE
from wirelab.sim.host.manner import USUAL, Manner, Upper
from wirelab.sim.host.neighbors.arp import Arp
from wirelab.sim.host.path_mtu import PathMtus
from wirelab.sim.host.redirects import Redirects
from wirelab.sim.host.routing import Hop, Routes
from wirelab.sim.reasons import Reason

IPV4_HEADER: Final = 20  # bytes, RFC 791 section 3.1; we send no options

MAXIMUM_PATHS: Final = 4096  # ours: bounds the memory

_PROTOCOLS: Final = {
    TCP: PROTOCOL_TCP,
    UDP: PROTOCOL_UDP,
    UDPLite: PROTOCOL_UDPLITE,
    ICMPv4: PROTOCOL_ICMP,
}


class Path:
    """What is known about the way to one destination, looked up once and kept.

    Attributes:
        hop: the first step.
        arp: who takes it.
        mtu: largest IP packet, bytes.
        is_forgotten: there is, or will be, a newer one for this destination.
    """

    __slots__ = ("_header", "_wanted", "arp", "hop", "is_forgotten", "mtu")

    _header: IPv4

    def __init__(self, hop: Hop, arp: Arp, mtu: int) -> None:
        self.hop = hop
        self.arp = arp
        self.mtu = mtu
        self.is_forgotten = False
        self._wanted: tuple[bytes, int, int, int, bool] | None = None

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
        arps: by interface index.
        ttl: hops, of everything sent unless said otherwise.
        path_mtus: what routers have said of paths.
        redirects: first hops that routers have told.
        random: seeds the identification.

    Attributes:
        identification: of the packet sent last.
    """

    def __init__(
        self,
        routes: Routes,
        arps: list[Arp],
        ttl: int,
        path_mtus: PathMtus,
        redirects: Redirects,
        random: RandomSource,
    ) -> None:
        self._routes = routes
        self._arps = arps
        check_ttl(ttl)
        self._ttl = ttl
        self.identification = random.getrandbits(16)
        self._paths: dict[bytes, Path] = {}
        self._path_mtus = path_mtus
        self._redirects = redirects

    def send(
        self,
        header: TCP | UDP | UDPLite | ICMPv4 | ICMPv6 | Upper,
        payload: bytes,
        source: bytes,
        destination: bytes,
        now: int,
        manner: Manner = USUAL,
    ) -> Reason | None:
        """Send one datagram; see `NetworkOutput.send`."""
        path = self.path(destination)
        if path is None:
            return Reason.IP_NO_ROUTE
        ttl, tos, dont_fragment, largest, *_ = manner
        if ttl is not None:
            check_ttl(ttl)
        else:
            ttl = 1 if path.hop.group_mac and is_multicast(destination) else self._ttl
        protocol = header.protocol if isinstance(header, Upper) else _PROTOCOLS[type(header)]
        ip = path.header(source, destination, protocol, ttl, tos, dont_fragment)
        self.identification = ip.identification = (self.identification + 1) & 0xFFFF
        datagram = header.build(payload, ip)
        if IPV4_HEADER + len(datagram) > (largest or path.mtu):
            return Reason.IP_TOO_BIG_DF
        packet = ip.build(datagram)
        if path.hop.group_mac is None:
            path.arp.send_packet(packet, path.hop.next_hop, now)
        else:
            path.arp.send_to_mac(packet, path.hop.group_mac)
        return None

    def flow(
        self, source: bytes, source_port: int, destination: bytes, destination_port: int
    ) -> Ipv4Flow:
        """The way of one connection; see `NetworkOutput.flow`."""
        return Ipv4Flow(self, source, source_port, destination, destination_port, self._ttl)

    def source_for(self, destination: bytes, interface: int | None = None) -> bytes | None:
        """The address of the interface that a packet leaves by, or None without a route."""
        if interface is not None:
            hop = self._routes.hop(destination, interface)
            return None if hop is None else hop.interface.address
        path = self.path(destination)
        return None if path is None else path.hop.interface.address

    def mtu_for(self, destination: bytes, interface: int | None = None) -> int:
        """Largest IP packet on the way to `destination`, bytes."""
        path = self.path(destination)
        return MINIMUM_MTU if path is None else path.mtu

    def link_mtu_for(self, destination: bytes, interface: int | None = None) -> int:
        """Largest IP packet on the link to the first hop, bytes."""
        path = self.path(destination)
        return MINIMUM_MTU if path is None else path.hop.interface.mtu

    def path(self, destination: bytes) -> Path | None:
        """The way to a destination, until it `is_forgotten`; None: there is none."""
        path = self._paths.get(destination)
        if path is None:
            hop = self._routes.hop(destination)
            if hop is None:
                return None
            if len(self._paths) >= MAXIMUM_PATHS:
                self.forget_paths()
            path = self._paths[destination] = self._new_path(destination, hop)
        return path

    def _new_path(self, destination: bytes, hop: Hop) -> Path:
        """What the routing table says, and what routers have said since."""
        interface = hop.interface
        gateway = self._redirects.gateway(destination, interface.index)
        if gateway is not None:
            hop = hop._replace(next_hop=gateway)
        known = self._path_mtus.known(destination)
        mtu = interface.mtu if known is None else min(known, interface.mtu)
        return Path(hop, self._arps[interface.index], mtu)

    def first_hop(self, destination: bytes) -> Hop | None:
        """Where a packet to `destination` goes now, as redirected; None: there is no route."""
        path = self.path(destination)
        return None if path is None else path.hop

    def forget_path(self, destination: bytes) -> None:
        """Look one way up anew: a router has said something about it, or is believed no longer."""
        path = self._paths.pop(destination, None)
        if path is not None:
            path.is_forgotten = True

    def forget_paths(self) -> None:
        """Look every way up anew: addresses or routes have changed."""
        for path in self._paths.values():
            path.is_forgotten = True
        self._paths.clear()
