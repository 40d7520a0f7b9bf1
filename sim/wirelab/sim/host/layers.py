"""The layers of one host, and how they hang together.

    calls, sockets, services
      |               |
      |   Udp   TcpLayer   Icmp   Multicast   Autoconfiguration      above IP
      |    |        |        |        |              |
      |    `--------+--------+--------+--------------'
      |        down |                 ^ up, by protocol number: UpperProtocols
      |     NetworkOutputs            |
      |      |           |            |
      | Ipv4Layer     Ipv6Layer ------'                              IP: output, input, forwarding
      |   |   `--+-------'   |    ^
      |   |   Loopback       |    |      PacketHooks see what passes; PathMtus and Redirects
      |   |                  |    |      keep what routers have said about paths
      |   |  Neighborhood, one for each interface                    below IP: ARP, RARP
      |   |                  NeighborDiscovery, likewise             ... and what does it for IPv6
      |   |                  |    |
      `-> frames <-----------'    EthernetInput <-- frames that came in

A layer is given what it needs of the others as arguments, so that each can be tested alone, and
none imports this module. What can change for all of them at once is told here: `forget_ways`,
`undelivered`.

Rule: what a plain host does not use is made when it is first used: there may be thousands.
"""

from collections import deque
from dataclasses import replace
from typing import Protocol

from wirelab.codecs import IPv4
from wirelab.sim.host.autoconfiguration import means
from wirelab.sim.host.autoconfiguration.layer import Autoconfiguration
from wirelab.sim.host.config import HostConfig, RandomSource
from wirelab.sim.host.counters import Counters
from wirelab.sim.host.dead_gateways import DeadGateways
from wirelab.sim.host.ethernet_input import EthernetInput
from wirelab.sim.host.events import Event
from wirelab.sim.host.icmp.layer import Icmp
from wirelab.sim.host.interface import Interface, is_multicast
from wirelab.sim.host.ipv4 import fast_path
from wirelab.sim.host.ipv4.layer import Ipv4Layer
from wirelab.sim.host.ipv6 import fast_forwarding as fast_forwarding6
from wirelab.sim.host.ipv6.layer import Ipv6Layer
from wirelab.sim.host.ipv6.routes import Ipv6Routes
from wirelab.sim.host.loopback import Loopback
from wirelab.sim.host.multicast.multicast import Multicast
from wirelab.sim.host.neighbors.arp import Arp
from wirelab.sim.host.neighbors.discovery import NeighborDiscovery
from wirelab.sim.host.neighbors.neighborhood import AddressBook, Neighborhood
from wirelab.sim.host.neighbors.surroundings import Surroundings
from wirelab.sim.host.network_output import NetworkOutputs
from wirelab.sim.host.observer import Observer
from wirelab.sim.host.packet_hooks import PacketHooks
from wirelab.sim.host.path_mtu import PathMtus
from wirelab.sim.host.protocol_numbers import (
    PROTOCOL_ICMP,
    PROTOCOL_IGMP,
    PROTOCOL_TCP,
    PROTOCOL_UDP,
)
from wirelab.sim.host.redirects import Redirects
from wirelab.sim.host.routing import Routes
from wirelab.sim.host.sockets.hub import Sockets
from wirelab.sim.host.tcp.environment import Key
from wirelab.sim.host.tcp.input import TcpInput
from wirelab.sim.host.tcp.layer import TcpLayer
from wirelab.sim.host.tcp.tcb import Tcb
from wirelab.sim.host.timers import Timers
from wirelab.sim.host.udp import Udp
from wirelab.sim.host.upper_protocols import Handler, UpperProtocols


class Book(means.Book, AddressBook, Protocol):
    """Where addresses, routes and name servers are kept: the host's calls."""


class Layers:
    """See the module.

    Args:
        config: addresses, routes, limits.
        random: of the host.
        observer: told of TCP states and timers, if given.
        book: the host, for those below who add and remove addresses.

    Attributes:
        interfaces: in the order of the configuration.
        counters: what became of every frame.
        events: for the driver, oldest first.
        frames: to be transmitted, each with the index of its interface.
        timers: of all layers.
        random: of all layers.
        hooks: boxes that see every packet.
        routes: IPv4's routing table.
        dead_gateways: the routers that do not answer, of both families.
        neighborhoods: by interface index.
        path_mtus, redirects: what routers have said about paths, of both families.
        loopback: the link to ourselves.
        ipv4, ipv6: IPv4, and IPv6 if the host speaks it.
        fast_forwarding, fast_forwarding6: the short ways through a router; None: this host is none.
        outputs: the way down, of both families.
        icmp, udp, tcp, multicast, sockets: above IP.
        ethernet: the way up.
        expected: the connections that a short way up may serve: none with hooks, else TCP's.
    """

    __slots__ = (
        "_autoconfiguration", "_book", "_for_ipv6", "counters", "dead_gateways", "ethernet",
        "events", "expected", "fast_forwarding", "fast_forwarding6", "frames", "hooks", "icmp",
        "interfaces", "ipv4", "ipv6", "loopback", "multicast", "neighborhoods", "outputs",
        "path_mtus", "random", "redirects", "routes", "sockets", "tcp", "timers", "udp",
    )  # fmt: skip

    def __init__(
        self, config: HostConfig, random: RandomSource, observer: Observer | None, book: Book
    ) -> None:
        self.interfaces = [Interface(i, one) for i, one in enumerate(config.interfaces)]
        self.counters = Counters()
        self.events: deque[Event] = deque()
        self.frames: list[tuple[int, bytes]] = []
        self.timers = Timers()
        self.random = random
        self._book = book
        self._autoconfiguration: Autoconfiguration | None = None
        around = Surroundings(
            self.timers,
            random,
            self.frames.append,
            self.undelivered,
            self.events.append,
            self.counters,
            observer,
            tuple(interface.mac for interface in self.interfaces),
        )
        self._build_ipv4(config, around)
        self._build_what_is_above(config, observer)
        self._connect(config, around)

    def _build_ipv4(self, config: HostConfig, around: Surroundings) -> None:
        """Neighbours, routes and the way down; the way up needs those above first."""
        timers = self.timers
        self.dead_gateways = DeadGateways(timers, self.forget_ways)
        self.routes = Routes(self.interfaces, config.routes, self.dead_gateways)
        self.neighborhoods = [
            Neighborhood(
                interface,
                around,
                self._book,
                config.neighbor_lifetime,
                config.answer_arp,
                self._discovery,
            )
            for interface in self.interfaces
        ]
        self.path_mtus = PathMtus(timers, self._path_changed)
        self.redirects = Redirects(timers, self._path_changed)
        self.loopback = Loopback(timers, self._receive_looped, self._answer)
        self.hooks = PacketHooks(self.forget_ways)
        self.ipv4 = Ipv4Layer(
            config,
            self.routes,
            [one.arp for one in self.neighborhoods],
            self.loopback,
            self.hooks,
            self.path_mtus,
            self.redirects,
            timers,
            self.random,
            self.counters,
        )
        self.fast_forwarding = self.ipv4.fast_forwarding
        self.outputs = NetworkOutputs(self.ipv4.output)

    def _build_what_is_above(self, config: HostConfig, observer: Observer | None) -> None:
        """ICMP, UDP, TCP, and the groups; they send by whatever family an address is of."""
        outputs, emit = self.outputs, self.events.append
        self.icmp = Icmp(
            outputs,
            emit,
            self.counters,
            config.icmp,
            config.answer_echo,
            config.answer_closed_ports,
            config.forwarding,
            self.is_local,
            self._is_group,
            self.ipv4.output.first_hop,
            self.path_mtus,
            self.redirects,
        )
        self.udp = Udp(
            outputs, self.icmp, self.random, config.udp_receive_buffer, emit, self.is_local
        )
        tcp_config = replace(config.tcp, answer_closed_ports=config.answer_closed_ports)
        self.tcp = TcpLayer(outputs, tcp_config, self.timers, self.random, emit, observer)
        self.expected: dict[Key, Tcb] = self.tcp.connections
        self.multicast = Multicast(self.interfaces, outputs, self.timers, self.random, config)

    def _connect(self, config: HostConfig, around: Surroundings) -> None:
        """Say who takes what comes up, and speak IPv6 if there is an address of it."""
        icmp, udp, tcp_input = self.icmp, self.udp, TcpInput(self.tcp)
        handlers: dict[int, Handler] = {
            PROTOCOL_ICMP: icmp.v4.receive,
            PROTOCOL_IGMP: self.multicast.receive_igmp,
            PROTOCOL_TCP: tcp_input.receive,
            PROTOCOL_UDP: udp.receive,
        }
        handlers6: dict[int, Handler] = {
            PROTOCOL_TCP: tcp_input.receive,
            PROTOCOL_UDP: udp.receive,
        }
        icmp.troubles[PROTOCOL_UDP] = udp.trouble
        icmp.troubles[PROTOCOL_TCP] = tcp_input.trouble
        uppers = UpperProtocols([handlers, handlers6], icmp.no_protocol, icmp.troubles)
        self.sockets = Sockets(
            self.tcp, udp, self.routes, self.multicast, uppers, config, self.events.append
        )
        tcp_input.socket_in_trouble = self.sockets.in_trouble
        self.ipv4.connect(handlers, icmp.no_protocol, icmp)
        self.ethernet = EthernetInput(self.ipv4.input, self.neighborhoods)
        self.ipv6: Ipv6Layer | None = None
        self.fast_forwarding6: fast_forwarding6.FastForwarding | None = None
        self._for_ipv6 = (config, handlers6, around)
        if any(interface.ipv6 for interface in self.interfaces):
            self.speak_ipv6()

    # --- what is made on first use -----------------------------------------------------------

    def speak_ipv6(self) -> Ipv6Layer:
        """IPv6 of this host; most hosts do without."""
        if self.ipv6 is None:
            config, handlers, around = self._for_ipv6
            self.ipv6 = Ipv6Layer(
                config,
                self.interfaces,
                handlers,
                self.icmp,
                self.loopback,
                self.hooks,
                self.multicast,
                self.path_mtus,
                around,
                self.dead_gateways,
            )
            self.outputs.ipv6 = self.ipv6.output
            self.ethernet.ipv6 = self.ipv6.input
            self.fast_forwarding6 = self.ipv6.fast_forwarding
        return self.ipv6

    def autoconfiguration(self) -> Autoconfiguration:
        """Router discovery of this host, both sides."""
        if self._autoconfiguration is None:
            ipv6 = self.speak_ipv6()
            host = means.Means(
                self._book,
                ipv6.output,
                ipv6.discoveries,
                self.multicast,
                self.timers,
                self.random,
                self.events.append,
            )
            self._autoconfiguration = Autoconfiguration(
                self.interfaces, host, self.icmp.v6.handlers
            )
        return self._autoconfiguration

    def _discovery(self, interface: Interface) -> NeighborDiscovery:
        return self.speak_ipv6().discoveries[interface.index]

    # --- what is there once for each family --------------------------------------------------

    def routes_for(self, address: bytes) -> Routes | Ipv6Routes:
        """The routing table of an address's family."""
        return self.speak_ipv6().routes if len(address) == 16 else self.routes

    def resolution(self, address: bytes, interface: int) -> Arp | NeighborDiscovery:
        """Who asks for neighbours of an address's family, on an interface (index)."""
        if len(address) == 16:
            return self.speak_ipv6().discoveries[interface]
        return self.neighborhoods[interface].arp

    def is_local(self, address: bytes) -> bool:
        """Whether packets to an address are for this host."""
        return self.routes_for(address).is_local(address)

    def _is_group(self, address: bytes) -> bool:
        """Whether an address means more than one host."""
        if len(address) == 16:
            return address[0] == 0xFF
        return is_multicast(address) or any(one.is_broadcast(address) for one in self.interfaces)

    # --- what one of them tells the others ---------------------------------------------------

    def forget_ways(self) -> None:
        """Addresses, routes or hooks have changed."""
        self.redirects.clear()
        self.ipv4.forget()
        if self.ipv6 is not None:
            self.ipv6.forget()
        self.expected = {} if self.hooks else self.tcp.connections

    def _path_changed(self, destination: bytes) -> None:
        """What routers said about the way to `destination` is new, or too old to be believed."""
        self.outputs.forget_path(destination)

    def undelivered(self, neighbor: bytes, packet: bytes | None, now: int) -> None:
        """Nobody answers for `neighbor`, and `packet` waited for it (None: none did)."""
        self.tcp.neighbor_failed(neighbor, now)
        self.redirects.forget(neighbor)
        self.routes_for(neighbor).gateway_failed(neighbor, now)
        if packet is None:
            return
        if self.hooks:
            packet = self.hooks.restored(packet, now)
        if packet[0] >> 4 == 6:
            if not self.speak_ipv6().sent_otherwise(neighbor, packet, now):
                self.icmp.undelivered(packet, now)
            return
        ip = IPv4.parse(packet)
        hop = self.routes.hop(ip.destination)
        if hop is not None and hop.next_hop not in (neighbor, ip.destination):
            self.ipv4.output.forward(hop, packet, hop.interface.mtu, now)  # by another gateway
        elif ip.protocol != PROTOCOL_TCP or not self.routes.is_local(ip.source):
            self.icmp.undelivered(packet, now)
        elif ip.destination != neighbor:  # the neighbour was the gateway
            self.tcp.neighbor_failed(ip.destination, now)

    def _receive_looped(self, interface: Interface, frame: bytes, now: int) -> None:
        """Take a frame from ourselves; nothing can have happened to it on the way."""
        books = self.counters.loopback
        if books is None:
            books = self.counters.loopback = Counters()
        books.frames_in += 1
        drop = None
        if not fast_path.taken(self.tcp.connections, interface.mac, frame, True, now):
            drop = self.ethernet.receive(interface, frame, now, True, looped=True)
        books.settle(drop)

    def _answer(self, now: int) -> None:
        self.tcp.poll_transmit(now)
