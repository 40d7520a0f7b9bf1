"""A whole TCP/IP host as one object: frames and calls in, frames and events out.

    frame --> receive_frame --> Ethernet --> ARP | IPv4 --> ICMP | UDP | TCP --> sockets, events
    calls, timers, received frames --> transport --> IPv4 output --> ARP --> poll_transmit --> frame

Rule 1: `now` (ns) is always an argument; nothing in here knows a clock, a socket or a thread.
Rule 2: receiving never returns frames. It queues work, and `poll_transmit` gives what is due, so
that one ACK answers a batch of segments (RFC 9293 section 3.10.7.4, MUST-58 and MUST-59).
Rule 3: every frame that comes in is delivered, forwarded, dropped or rejected, and counted as
exactly one.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

from wirelab.codecs import TCP, DecodeError, Ethernet, IPv4
from wirelab.codecs.addresses import ip_text, mac_text
from wirelab.sim.host.arrival import Arrival
from wirelab.sim.host.autoconfiguration.layer import Autoconfiguration
from wirelab.sim.host.autoconfiguration.means import AutoconfigurationConfig, Means
from wirelab.sim.host.autoconfiguration.router_advertiser import AdvertiserConfig, RouterAdvertiser
from wirelab.sim.host.autoconfiguration.router_discovery import RouterDiscovery
from wirelab.sim.host.config import HostConfig, RandomSource, Route
from wirelab.sim.host.counters import Counters
from wirelab.sim.host.dead_gateways import DeadGateways
from wirelab.sim.host.drops import FORWARDED, Drop
from wirelab.sim.host.errors import HostError
from wirelab.sim.host.events import Event
from wirelab.sim.host.icmp.layer import Icmp
from wirelab.sim.host.icmp.trouble import Trouble
from wirelab.sim.host.interface import Interface, is_multicast
from wirelab.sim.host.interface_address import AddressState, InterfaceAddress
from wirelab.sim.host.ipv4 import fast_path
from wirelab.sim.host.ipv4.input import (
    PROTOCOL_ICMP,
    PROTOCOL_IGMP,
    PROTOCOL_TCP,
    PROTOCOL_UDP,
    Handler,
)
from wirelab.sim.host.ipv4.layer import Ipv4Layer
from wirelab.sim.host.ipv6 import fast_path as fast_path6
from wirelab.sim.host.ipv6.layer import Ipv6Layer
from wirelab.sim.host.ipv6.routes import Ipv6Routes
from wirelab.sim.host.ipv6.usual_frame import TYPE_IPV6
from wirelab.sim.host.loopback import Loopback
from wirelab.sim.host.manner import USUAL, Manner
from wirelab.sim.host.multicast.multicast import Multicast
from wirelab.sim.host.multicast.source_filter import EVERYBODY, NOBODY, SourceFilter
from wirelab.sim.host.name_servers import NameServerBook
from wirelab.sim.host.neighbors.arp import TYPE_ARP, TYPE_IPV4, Arp
from wirelab.sim.host.neighbors.claims import Claim, Defence
from wirelab.sim.host.neighbors.discovery import NeighborDiscovery
from wirelab.sim.host.neighbors.neighborhood import Neighborhood
from wirelab.sim.host.neighbors.rarp import TYPE_RARP
from wirelab.sim.host.neighbors.surroundings import Surroundings
from wirelab.sim.host.network_output import NetworkOutputs
from wirelab.sim.host.observer import Observer
from wirelab.sim.host.packet_hooks import PacketHooks
from wirelab.sim.host.path_mtu import PathMtus
from wirelab.sim.host.redirects import Redirects
from wirelab.sim.host.routing import Routes
from wirelab.sim.host.service.desk import Desk, Service
from wirelab.sim.host.sockets.base import Socket
from wirelab.sim.host.sockets.hub import Sockets, of_sockets
from wirelab.sim.host.tcp.config import TcpConfig
from wirelab.sim.host.tcp.connection import Connection
from wirelab.sim.host.tcp.layer import TcpLayer
from wirelab.sim.host.tcp.listen import Listener
from wirelab.sim.host.timers import Timers
from wirelab.sim.host.udp import Udp, UdpSocket
from wirelab.sim.host.udp.probe import UdpProbe
from wirelab.sim.host.upper_protocols import UpperProtocols
from wirelab.sim.reasons import Reason

ETHERNET_HEADER: Final = 14  # bytes, RFC 894

SNAP: Final = bytes.fromhex("aaaa03000000")
"""What IEEE 802.3 frames with an Ethernet type have before it (RFC 1042)."""

LONGEST_802_3: Final = 1500
"""Above it the type field is a type, up to it IEEE 802.3's length (RFC 1122 section 2.3.3)."""


class Host:
    """A host with one or more Ethernet interfaces.

    Args:
        config: addresses, routes, limits.
        random: a seeded `random.Random`; ports, sequence numbers and identifications come from it.
        observer: told of TCP states and timers, if given.

    Attributes:
        name: from the configuration.
        interfaces: in the order of the configuration.
        counters: what became of every frame.
        hooks: boxes that see every packet (NAT, filters); see `wirelab.sim.host.packet_hooks`.
        multicast: the groups that sockets and programs listen to.
        tcp_config: TCP's knobs; setting one changes what is done from then on, as sysctl does.
    """

    def __init__(
        self, config: HostConfig, random: RandomSource, observer: Observer | None = None
    ) -> None:
        self.name = config.name
        self.interfaces = [Interface(i, one) for i, one in enumerate(config.interfaces)]
        self.counters = Counters()
        self._events: deque[Event] = deque()
        self._frames: list[tuple[int, bytes]] = []
        self._timers = Timers()
        self._random = random
        self._desk: Desk | None = None  # made with the first service
        self._name_servers: NameServerBook | None = None
        emit = self._events.append
        dead = DeadGateways(self._timers, self._forget_ways)
        routes = self._routes = Routes(self.interfaces, config.routes, dead)
        around = Surroundings(
            self._timers,
            random,
            self._frames.append,
            self._undelivered,
            emit,
            self.counters,
            observer,
            tuple(interface.mac for interface in self.interfaces),
        )
        self._neighborhoods = [
            Neighborhood(
                interface,
                around,
                self,
                config.neighbor_lifetime,
                config.answer_arp,
                self._discovery,
            )
            for interface in self.interfaces
        ]
        self._arps = [one.arp for one in self._neighborhoods]
        path_mtus = self._path_mtus = PathMtus(self._timers, self._path_changed)
        redirects = Redirects(self._timers, self._path_changed)
        self._loopback = Loopback(self._timers, self._receive_looped, self._answer)
        self.hooks = PacketHooks(self._forget_ways)
        self._ipv4 = Ipv4Layer(
            config,
            routes,
            self._arps,
            self._loopback,
            self.hooks,
            path_mtus,
            redirects,
            self._timers,
            random,
            self.counters,
        )
        output = self._output = self._ipv4.output
        outputs = self._outputs = NetworkOutputs(output)
        self._icmp = Icmp(
            outputs,
            emit,
            self.counters,
            config.icmp,
            config.answer_echo,
            config.answer_closed_ports,
            config.forwarding,
            self._is_local,
            self._is_group,
            output.first_hop,
            path_mtus,
            redirects,
        )
        self._udp = Udp(
            outputs, self._icmp, random, config.udp_receive_buffer, emit, self._is_local
        )
        tcp = replace(config.tcp, answer_closed_ports=config.answer_closed_ports)
        self.tcp_config: TcpConfig = tcp
        self._tcp = TcpLayer(outputs, tcp, self._timers, random, emit, observer)
        self._connections = self._tcp.connections
        self._icmp.troubles[PROTOCOL_UDP] = self._udp.trouble
        self._icmp.troubles[PROTOCOL_TCP] = self._tcp_in_trouble
        self.multicast = Multicast(self.interfaces, outputs, self._timers, random, config)
        handlers: dict[int, Handler] = {
            PROTOCOL_ICMP: self._icmp.v4.receive,
            PROTOCOL_IGMP: self.multicast.receive_igmp,
            PROTOCOL_TCP: self._receive_tcp,
            PROTOCOL_UDP: self._udp.receive,
        }
        handlers6: dict[int, Handler] = {
            PROTOCOL_TCP: self._receive_tcp,
            PROTOCOL_UDP: self._udp.receive,
        }
        uppers = UpperProtocols([handlers, handlers6], self._icmp.no_protocol, self._icmp.troubles)
        self._sockets = Sockets(self._tcp, self._udp, routes, self.multicast, uppers, config, emit)
        self._ipv4.connect(handlers, self._icmp.no_protocol, self._icmp)
        self._expected = self._connections  # by the fast path; a host with hooks has none
        self._ipv6: Ipv6Layer | None = None
        self._make_ipv6: Callable[[], Ipv6Layer] = partial(
            Ipv6Layer,
            config,
            self.interfaces,
            handlers6,
            self._icmp,
            self._loopback,
            self.hooks,
            self.multicast,
            path_mtus,
            around,
            dead,
        )
        self._autoconfiguration: Autoconfiguration | None = None
        if any(interface.ipv6 for interface in self.interfaces):
            self._speak_ipv6()
        if config.autoconfigure:
            self._timers.timer(self._autoconfigure_all).start(0)  # with the first look at timers

    def _speak_ipv6(self) -> Ipv6Layer:
        """IPv6 of this host, made when it is first needed: most hosts do without."""
        if self._ipv6 is None:
            self._ipv6 = self._make_ipv6()
            self._outputs.ipv6 = self._ipv6.output
        return self._ipv6

    # --- the driver's side -------------------------------------------------------------------

    def receive_frame(
        self, interface: int, frame: bytes, now: int, trusted: bool = False
    ) -> Drop | None:
        """Take one frame from a link.

        Args:
            interface: index of the interface that it came in by.
            frame: the Ethernet frame, without FCS.
            now: ns.
            trusted: the link vouches for the TCP or UDP checksum, which is then not looked at.

        Returns:
            None when somebody here took it, `FORWARDED`, or why neither.
        """
        counters = self.counters
        counters.frames_in += 1
        arrived_at = self.interfaces[interface]
        if fast_path.taken(self._expected, arrived_at.mac, frame, trusted, now):
            counters.delivered += 1
            return None
        forwarding = self._ipv4.fast_forwarding
        if forwarding is not None and forwarding.taken(arrived_at, frame, now):
            counters.forwarded += 1
            return FORWARDED
        ipv6 = self._ipv6
        if ipv6 is not None:
            if fast_path6.taken(self._expected, arrived_at.mac, frame, trusted, now):
                counters.delivered += 1
                return None
            forwarding6 = ipv6.fast_forwarding
            if forwarding6 is not None and forwarding6.taken(arrived_at, frame, now):
                counters.forwarded += 1
                return FORWARDED
        drop = self._receive(arrived_at, frame, now, trusted)
        counters.settle(drop)
        return drop

    def poll_transmit(self, now: int) -> list[tuple[int, bytes]]:
        """Take every frame that is due, each with the index of its interface."""
        if self._desk is not None:
            self._desk.run(now)
        self._tcp.poll_transmit(now)
        if self._loopback.frames:
            self._loopback.deliver(now)
        frames = self._frames[:]
        if frames:
            self._frames.clear()
            self.counters.frames_out += len(frames)
        return frames

    def handle_timers(self, now: int) -> None:
        """Fire every timer that is due; what there is to send comes with `poll_transmit`."""
        self._timers.run(now)

    def poll_at(self, before: int | None = None) -> int | None:
        """When `handle_timers` wants to be called next (ns), or None: no timer runs.

        Args:
            before: `handle_timers` will be called then anyway: None, too, if nothing is due before.
                For whoever asks after each frame, this costs much less.
        """
        return self._timers.next_deadline(before)

    @property
    def has_events(self) -> bool:
        """Whether `poll_event` would give one."""
        return bool(self._events) if self._desk is None else self._desk.has_events

    def poll_event(self) -> Event | None:
        """Take the oldest event, or None."""
        if self._desk is not None:
            return self._desk.poll_event()
        return of_sockets(self._events.popleft()) if self._events else None

    # --- calls: addresses and routes ---------------------------------------------------------

    def add_address(
        self,
        address: bytes,
        prefix_length: int,
        now: int,
        interface: int = 0,
        on_link: bool = True,
    ) -> InterfaceAddress:
        """Give an interface one more address, at once and without asking who else has it.

        Args:
            address: 4 or 16 bytes.
            prefix_length: bits.
            now: ns.
            interface: index.
            on_link: its network is reached without a router; only IPv6 can do without
                (RFC 5942 section 4).

        Raises:
            ValueError: no address, a prefix length that does not go with it, or it is there.
        """
        owner = self.interfaces[interface]
        if len(address) == 16:
            entry = self._speak_ipv6().add_address(address, prefix_length, owner, now, on_link)
        else:
            entry = owner.add(address, prefix_length)
            self._routes.connect(owner, entry)
        self._forget_ways()
        return entry

    def remove_address(self, address: bytes, now: int, interface: int = 0) -> None:
        """Take an address from an interface, and with it the routes that only it made possible.

        Raises:
            ValueError: the interface does not have it.
        """
        owner = self.interfaces[interface]
        if len(address) == 16:
            self._speak_ipv6().remove_address(address, owner, now)
        else:
            self._routes.disconnect(owner.remove(address))
            self._neighborhoods[interface].forget(address)
        self._forget_ways()

    def set_address_state(self, address: bytes, state: AddressState, interface: int = 0) -> None:
        """Say what an address may be used for: what is TENTATIVE, say, is not sent from.

        Raises:
            ValueError: the interface does not have it.
        """
        owner = self.interfaces[interface]
        entry = owner.find(address)
        if entry is None:
            raise ValueError(f"interface {owner.name} has no address {ip_text(address)}")
        entry.state = state
        self._forget_ways()

    def add_route(self, route: Route) -> None:
        """Put a route in, as `ip route append` does.

        Raises:
            ValueError: the interface or the gateway does not exist on this host's networks.
        """
        self._table(route.destination).add(route)
        self._forget_ways()

    def remove_route(self, route: Route) -> None:
        """Take a route out.

        Raises:
            ValueError: it is not there.
        """
        self._table(route.destination).remove(route)
        self._forget_ways()

    @property
    def routes(self) -> list[Route]:
        """The routing tables, IPv4 first, in the order in which routes are considered."""
        return [*self._routes, *(self._ipv6.routes if self._ipv6 is not None else ())]

    def _table(self, address: bytes) -> Routes | Ipv6Routes:
        """The routing table of an address's family."""
        return self._speak_ipv6().routes if len(address) == 16 else self._routes

    def _is_local(self, address: bytes) -> bool:
        if len(address) == 4:
            return self._routes.is_local(address)
        return self._speak_ipv6().routes.is_local(address)

    def acquire_address(
        self,
        address: bytes,
        prefix_length: int,
        now: int,
        interface: int = 0,
        defence: Defence = Defence.ONCE,
    ) -> Claim:
        """Give an interface one more address, if nobody else has it (RFC 5227, RFC 4862).

        `AddressAcquired` or `AddressConflict` follows, for IPv4 after 4 to 7 s; when somebody takes
        it from us later, `AddressConflict` or `AddressLost`, as `defence` will have it.

        Raises:
            ValueError: no address, a prefix length that does not go with it, or it is there.
        """
        return self._neighborhoods[interface].take(address, prefix_length, now, defence)

    # --- calls: IPv6 without a hand ----------------------------------------------------------

    def autoconfigure(
        self, now: int, interface: int = 0, config: AutoconfigurationConfig | None = None
    ) -> RouterDiscovery:
        """Let an interface make its IPv6 addresses, and find its routers (RFC 4861, RFC 4862).

        `AddressAcquired` follows for each address, `AddressConflict` where somebody has it.

        Args:
            now: ns.
            interface: index.
            config: how; stable identifiers (RFC 7217) without it.
        """
        return self.autoconfiguration.start(interface, now, config)

    def advertise(
        self, now: int, interface: int = 0, config: AdvertiserConfig | None = None
    ) -> RouterAdvertiser:
        """Tell the hosts of an interface's link that we are a router (RFC 4861 section 6.2).

        Args:
            now: ns.
            interface: index.
            config: what to tell them; without it, that the networks of the interface's addresses
                are theirs to make addresses of. A later call takes the place of an earlier one.
        """
        return self.autoconfiguration.advertise(interface, now, config)

    @property
    def autoconfiguration(self) -> Autoconfiguration:
        """Router discovery of this host, both sides; made when it is first needed."""
        if self._autoconfiguration is None:
            ipv6 = self._speak_ipv6()
            means = Means(
                self,
                ipv6.output,
                ipv6.discoveries,
                self.multicast,
                self._timers,
                self._random,
                self._events.append,
            )
            handlers = self._icmp.v6.handlers
            self._autoconfiguration = Autoconfiguration(self.interfaces, means, handlers)
        return self._autoconfiguration

    def _autoconfigure_all(self, now: int) -> None:
        for interface in self.interfaces:
            self.autoconfigure(now, interface.index)

    # --- calls: services ---------------------------------------------------------------------

    @property
    def name_servers(self) -> NameServerBook:
        """Whom to ask for names, as DHCP, routers and people have told."""
        if self._name_servers is None:
            self._name_servers = NameServerBook()
        return self._name_servers

    def start(self, service: Service, now: int) -> None:
        """Let a service run on this host from now on; see `wirelab.sim.host.service`.

        Raises:
            HostError: a port that it needs is taken.
            ValueError: it runs already.
        """
        if self._desk is None:
            self._desk = Desk(self, self._random, self._timers, self._udp, self._events)
        self._desk.start(service, now)

    def stop(self, service: Service, now: int) -> None:
        """End a service; one that does not run is left alone."""
        if self._desk is not None:
            self._desk.stop(service, now)

    @property
    def services(self) -> tuple[Service, ...]:
        """The services that run, in the order in which they were started."""
        return () if self._desk is None else tuple(self._desk.services)

    # --- calls: neighbours and ping ----------------------------------------------------------

    def resolve(self, address: bytes, now: int, interface: int = 0) -> None:
        """Find the MAC address of a neighbour.

        `NeighborResolved` or `NeighborFailed` follows, also when the answer is known already.
        """
        self._resolution(address, interface).resolve(address, now)

    def probe(self, address: bytes, now: int, interface: int = 0) -> None:
        """Ask whether anybody uses an address, telling nobody ours (RFC 5227 section 2.1.1).

        An answer shows as `NeighborResolved`; silence is silence. Each call sends one request: to
        wait 1 to 2 s between them (RFC 5227 section 1.1) is the caller's part.
        """
        self._arps[interface].probe(address, now)

    def neighbor(self, address: bytes, interface: int = 0) -> bytes | None:
        """The MAC address of a neighbour as far as it is known now; asks nobody."""
        entry = self._resolution(address, interface).neighbors.get(address)
        return entry.mac or None if entry is not None else None

    def neighborhood(self, interface: int = 0) -> Neighborhood:
        """All else that has to do with neighbours: claims, link-local addresses, RARP, proxies."""
        return self._neighborhoods[interface]

    def add_neighbor(self, address: bytes, mac: bytes, now: int, interface: int = 0) -> None:
        """Believe that a neighbour is at `mac`, as if it had said so itself.

        A DHCP server answers clients so, which cannot answer ARP yet (RFC 2131 section 4.1).
        """
        self._resolution(address, interface).neighbors.add(address, mac, now)

    def _resolution(self, address: bytes, interface: int) -> Arp | NeighborDiscovery:
        """Who asks for addresses of this family."""
        if len(address) == 16:
            return self._speak_ipv6().discoveries[interface]
        return self._arps[interface]

    def announce(self, now: int, interface: int = 0) -> None:
        """Tell everybody where our addresses are: gratuitous ARP (RFC 5227 section 2.3).

        For IPv6: unsolicited neighbour advertisements (RFC 4861 section 7.2.6).
        """
        self._arps[interface].announce(now)
        if self._ipv6 is not None:
            self._ipv6.discoveries[interface].announce(now)

    def ping(
        self,
        destination: bytes,
        identifier: int,
        sequence_number: int,
        payload: bytes,
        now: int,
        ttl: int | None = None,
        manner: Manner | None = None,
    ) -> None:
        """Send an ICMP echo request (RFC 1122 section 3.2.2.6, RFC 4443 section 4.1).

        `EchoReply` or `IcmpError` follows, or nothing: a limit on the waiting is the caller's.

        Args:
            destination: 4 or 16 bytes.
            identifier: 16 bits.
            sequence_number: 16 bits.
            payload: what is to come back.
            now: ns.
            ttl: hops; None: the host's.
            manner: everything else about how it goes, with a `ttl` of its own; None: in fragments,
                if it is longer than the path's MTU.

        Raises:
            HostError: `ip.no_route`, `ip.too_big_df`.
            ValueError: `ttl` is not 1 to 255.
        """
        if len(destination) == 16:
            self._speak_ipv6()
        self._icmp.ping(destination, identifier, sequence_number, payload, now, ttl, manner)

    def ask_time(self, destination: bytes, identifier: int, sequence_number: int, now: int) -> None:
        """Ask another host for the time of day (RFC 792 "Timestamp", RFC 1122 section 3.2.2.8).

        `TimestampReply` or `IcmpError` follows, or nothing.

        Raises:
            HostError: `ip.no_route`.
        """
        self._icmp.ask_time(destination, identifier, sequence_number, now)

    def udp_probe(
        self,
        destination: bytes,
        port: int,
        payload: bytes,
        now: int,
        manner: Manner = USUAL,
    ) -> UdpProbe:
        """Send a datagram from a port of its own to see who answers it, and how.

        `ProbeAnswered` follows, or nothing; close the probe when it is awaited no longer.

        Raises:
            HostError: `ip.no_route`, `ip.too_big_df`, `udp.port_in_use`.
        """
        if len(destination) == 16:
            self._speak_ipv6()
        return UdpProbe(self._udp, destination, port, payload, now, manner, self._events.append)

    def path_mtu(self, destination: bytes, interface: int | None = None) -> int:
        """The largest IP packet on the way to an address as far as is known, in bytes.

        That is the MTU of our own link until a router says less (RFC 1191 section 3, RFC 8201
        section 3).
        """
        return self._outputs.mtu_for(destination, interface)

    def join_group(
        self, group: bytes, now: int, interface: int = 0, wanted: SourceFilter = EVERYBODY
    ) -> None:
        """Hear a multicast group, and tell the routers (IGMP, MLD).

        This is the host's own wish; each socket has its own beside it, with `multicast.listen`.

        Args:
            group: multicast address, 4 or 16 bytes.
            now: ns.
            interface: index.
            wanted: whose packets to it; takes the place of what was wanted before.

        Raises:
            ValueError: no group, or a source that is no unicast address of its family.
        """
        if len(group) == 16:
            self._speak_ipv6()
        self.multicast.listen(self, interface, group, wanted, now)

    def leave_group(self, group: bytes, now: int, interface: int = 0) -> None:
        """Hear a group no longer, unless a socket wants it."""
        self.multicast.listen(self, interface, group, NOBODY, now)

    # --- calls: sockets ----------------------------------------------------------------------

    def socket(self, family: int, kind: int, protocol: int = 0) -> Socket:
        """Make a Berkeley socket; see `wirelab.sim.host.sockets`.

        Args:
            family: AF_INET or AF_INET6.
            kind: SOCK_STREAM, SOCK_DGRAM or SOCK_RAW, perhaps with SOCK_NONBLOCK and SOCK_CLOEXEC.
            protocol: 0 for TCP or UDP; IPPROTO_UDPLITE, IPPROTO_ICMP or IPPROTO_ICMPV6 datagrams;
                any of raw sockets.

        Raises:
            OSError: EAFNOSUPPORT, EPROTONOSUPPORT, ESOCKTNOSUPPORT, EINVAL.
        """
        return self._sockets.create(family, kind, protocol)

    def udp_bind(self, port: int, now: int, address: bytes | None = None) -> UdpSocket:
        """Open a UDP socket.

        Args:
            port: 0 for a free one from 49152 on (RFC 6335 section 6).
            now: ns.
            address: one of ours, or None for all of them; only then come broadcasts.

        Raises:
            HostError: `udp.port_in_use`, `ip.not_my_address`.
        """
        return self._udp.bind(port, address)

    def tcp_connect(
        self,
        address: bytes,
        port: int,
        now: int,
        source_port: int = 0,
        interface: int | None = None,
    ) -> Connection:
        """Open a connection actively; `Connected` or `Closed` follows.

        Args:
            address: of either family.
            port: 1 to 65535.
            now: ns.
            source_port: ours; 0 for any free one.
            interface: index of the one to leave by, which a link-local address needs; None: as
                routed.

        Raises:
            HostError: `ip.no_route`, `tcp.port_in_use`; `tcp.broadcast` for an address that means
                more than one host (RFC 9293 section 3.9.1.1, MUST-46).
        """
        if not port:
            raise ValueError("TCP port to connect to is 0; give 1 to 65535")
        hop = self._table(address).hop(address, interface)
        if hop is not None and hop.is_group:
            raise HostError(Reason.TCP_BROADCAST, f"to {ip_text(address)}")
        return self._tcp.connect(address, port, now, source_port, interface=interface)

    def tcp_listen(
        self, port: int, now: int, address: bytes | None = None, backlog: int = 128
    ) -> Listener:
        """Open a port passively; `Accepted` follows for each connection.

        Raises:
            HostError: `tcp.port_in_use`, `ip.not_my_address`.
        """
        if address is not None and not self._is_local(address):
            raise HostError(Reason.IP_NOT_MY_ADDRESS, ip_text(address))
        return self._tcp.listen(port, now, address, backlog)

    @property
    def connections(self) -> list[Connection]:
        """TCP's connections that are not CLOSED, those too that wait for accept, or outlive it."""
        return [tcb.connection for tcb in self._connections.values()]

    def drop_connections(self, state: str, now: int) -> None:
        """Forget every TCP connection in a state, without a word to its peer (tcpdrop(8)).

        The applications of those that are not in TIME-WAIT are told: ECONNABORTED.
        """
        self._tcp.drop(state, now)

    def abort_connections(self, address: bytes, now: int) -> None:
        """Reset every TCP connection from an address of ours, which is ours no more."""
        for connection in self.connections:
            if connection.local_address == address:
                connection.abort(now)

    def forget_peers(self) -> None:
        """Forget what TCP has learnt of other hosts beyond a connection: Fast Open's cookies."""
        self._tcp.forget_peers()

    def leads_elsewhere(self, address: bytes, interface: int) -> bool:
        """Whether packets for an address leave, by another interface than this one (index)."""
        hop = self._routes.hop(address)
        return hop is not None and hop.group_mac is None and hop.interface.index != interface

    def _discovery(self, interface: Interface) -> NeighborDiscovery:
        return self._speak_ipv6().discoveries[interface.index]

    # --- in ----------------------------------------------------------------------------------

    def _receive(
        self, interface: Interface, frame: bytes, now: int, trusted: bool, looped: bool = False
    ) -> Drop | None:
        """Ethernet: is it a frame, is it for us (RFC 1122 section 2.4), what does it carry."""
        try:
            ethernet = Ethernet.parse(frame)
            if ethernet.type <= LONGEST_802_3 and frame[14:20] == SNAP:
                frame = frame[:12] + frame[20:]  # RFC 1042's form of what RFC 894 says shorter
                ethernet = Ethernet.parse(frame)
        except DecodeError:
            return Drop(Reason.ETH_TOO_SHORT, f"{len(frame)} bytes")
        destination = ethernet.destination
        group = destination != interface.mac
        if group and not interface.hears_group(destination):
            return Drop(Reason.ETH_NOT_FOR_ME, f"destination {mac_text(destination)}")
        if ethernet.type == TYPE_IPV4:
            return self._ipv4.input.receive(
                interface, frame, ETHERNET_HEADER, group, trusted, now, looped
            )
        if ethernet.type == TYPE_IPV6 and self._ipv6 is not None:
            return self._ipv6.input.receive(
                interface, frame, ETHERNET_HEADER, group, trusted, now, looped
            )
        return self._receive_about_neighbors(ethernet.type, interface, frame, now)

    def _receive_about_neighbors(
        self, ethernet_type: int, interface: Interface, frame: bytes, now: int
    ) -> Drop | None:
        """What is no IP."""
        neighborhood = self._neighborhoods[interface.index]
        if ethernet_type == TYPE_ARP:
            return neighborhood.arp.receive(frame, ETHERNET_HEADER, now)
        if ethernet_type == TYPE_RARP:
            return neighborhood.receive_reverse(frame, ETHERNET_HEADER, now)
        return Drop(Reason.ETH_UNKNOWN_TYPE, f"type {ethernet_type:#06x}")

    def _receive_looped(self, interface: Interface, frame: bytes, now: int) -> None:
        """Take a frame from ourselves; nothing can have happened to it on the way."""
        books = self.counters.loopback
        if books is None:
            books = self.counters.loopback = Counters()
        books.frames_in += 1
        drop = None
        if not fast_path.taken(self._connections, interface.mac, frame, True, now):
            drop = self._receive(interface, frame, now, True, looped=True)
        books.settle(drop)

    def _answer(self, now: int) -> None:
        self._tcp.poll_transmit(now)

    def _forget_ways(self) -> None:
        """Addresses, routes or hooks have changed."""
        self._icmp.redirects.clear()
        self._ipv4.forget()
        if self._ipv6 is not None:
            self._ipv6.forget()
        self._expected = {} if self.hooks else self._connections

    def _receive_tcp(self, arrival: Arrival, now: int) -> Drop | None:
        """Check a segment and hand it to TCP (RFC 9293 section 3.1)."""
        ip, frame, offset, end = arrival.ip, arrival.frame, arrival.offset, arrival.end
        if not arrival.unicast:  # RFC 1122 section 4.2.3.10
            return Drop(Reason.TCP_BROADCAST, f"sent to {ip_text(ip.destination)}")
        if not arrival.trusted and not TCP.checksum_ok(frame, offset, end, ip):
            return Drop(Reason.TCP_BAD_CHECKSUM, f"{end - offset} bytes of segment")
        try:
            segment = TCP.parse(frame, offset, end)
        except DecodeError as error:
            return Drop(Reason.TCP_BAD_HEADER, str(error))
        payload = frame[offset + segment.header_length : end]
        drop = self._tcp.receive(ip, segment, payload, now)
        if segment.syn and not segment.ack and drop is None:
            headers = frame[: offset + segment.header_length]
            self._tcp.save_syn(ip, segment, headers, arrival.start)
        return drop

    # --- out, and bad news about what went out -----------------------------------------------

    def _undelivered(self, neighbor: bytes, packet: bytes | None, now: int) -> None:
        """Nobody answers for `neighbor`, and `packet` waited for it."""
        self._tcp.neighbor_failed(neighbor, now)
        self._icmp.redirects.forget(neighbor)
        self._table(neighbor).gateway_failed(neighbor, now)
        if packet is None:
            return
        if self.hooks:
            packet = self.hooks.restored(packet, now)
        if packet[0] >> 4 == 6:
            if not self._speak_ipv6().sent_otherwise(neighbor, packet, now):
                self._icmp.undelivered(packet, now)
            return
        ip = IPv4.parse(packet)
        hop = self._routes.hop(ip.destination)
        if hop is not None and hop.next_hop not in (neighbor, ip.destination):
            self._output.forward(hop, packet, hop.interface.mtu, now)  # by another gateway
        elif ip.protocol != PROTOCOL_TCP or not self._routes.is_local(ip.source):
            self._icmp.undelivered(packet, now)
        elif ip.destination != neighbor:  # the neighbour was the gateway
            self._tcp.neighbor_failed(ip.destination, now)

    def _path_changed(self, destination: bytes) -> None:
        """What routers said about the way to `destination` is new, or too old to be believed."""
        self._outputs.forget_path(destination)

    def _is_group(self, address: bytes) -> bool:
        """Whether an address means more than one host."""
        if len(address) == 16:
            return address[0] == 0xFF
        return is_multicast(address) or any(one.is_broadcast(address) for one in self.interfaces)

    def _tcp_in_trouble(self, trouble: Trouble, now: int) -> bool:
        """Hand an ICMP error to TCP, with what its first 8 bytes tell (RFC 792)."""
        packet, at = trouble.packet, trouble.offset
        source_port = int.from_bytes(packet[at : at + 2], "big")
        destination_port = int.from_bytes(packet[at + 2 : at + 4], "big")
        sequence = int.from_bytes(packet[at + 4 : at + 8], "big")
        ports = (source_port, destination_port)
        ip = trouble.quoted
        connection = self._connections.get(
            (ip.source, source_port, ip.destination, destination_port)
        )
        taken = self._tcp.icmp_error(ip, ports, sequence, trouble.reason, now)
        if taken and connection is not None:
            self._sockets.in_trouble(connection.connection, trouble, now)
        return taken
