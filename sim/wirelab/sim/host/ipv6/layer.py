"""All of IPv6 of one host, made when the host gets its first IPv6 address.

    frames --> Ipv6Input --> Icmp --> NeighborDiscovery of the interface
                   |            `--> echo, errors
                   `--> TCP, UDP --> Ipv6Output --> NeighborDiscovery --> frames

Every interface with an IPv6 address has a link-local one, too, and hears the groups that follow
from its addresses (RFC 4291 sections 2.1 and 2.8).
"""

from functools import partial
from typing import Final

from wirelab.codecs import IPv6
from wirelab.sim.host.arrival import Arrival
from wirelab.sim.host.config import HostConfig
from wirelab.sim.host.counters import count
from wirelab.sim.host.dead_gateways import DeadGateways
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.icmp.layer import Icmp
from wirelab.sim.host.icmp.rate_limit import RateLimit
from wirelab.sim.host.interface import ALL_NODES, Interface, group_mac
from wirelab.sim.host.interface_address import InterfaceAddress
from wirelab.sim.host.ipv6 import redirects
from wirelab.sim.host.ipv6.fast_forwarding import FastForwarding
from wirelab.sim.host.ipv6.forwarding import Forwarding
from wirelab.sim.host.ipv6.input import Handler, Ipv6Input
from wirelab.sim.host.ipv6.output import Ipv6Output
from wirelab.sim.host.ipv6.reassembly import Reassembly
from wirelab.sim.host.ipv6.routes import Ipv6Routes
from wirelab.sim.host.ipv6.scopes import (
    ALL_ROUTERS,
    LINK_LOCAL_LENGTH,
    is_link_local,
    link_local_from_mac,
    solicited_node,
)
from wirelab.sim.host.loopback import Loopback
from wirelab.sim.host.multicast import mld
from wirelab.sim.host.multicast.multicast import Multicast
from wirelab.sim.host.multicast.source_filter import EVERYBODY
from wirelab.sim.host.neighbors.discovery import NeighborDiscovery
from wirelab.sim.host.neighbors.discovery_messages import ADVERTISEMENT, REDIRECT, SOLICITATION
from wirelab.sim.host.neighbors.surroundings import Surroundings
from wirelab.sim.host.packet_hooks import PacketHooks
from wirelab.sim.host.path_mtu import PathMtus
from wirelab.sim.host.protocol_numbers import PROTOCOL_ICMPV6
from wirelab.sim.host.routing import Hop

ALL_NODES_MAC: Final = group_mac(ALL_NODES)


class Ipv6Layer:
    """See the module.

    Args:
        config: of the host.
        interfaces: of the host, with the addresses of the configuration.
        handlers: by protocol number; ICMPv6 is added to them.
        icmp: of the host.
        loopback: the link to ourselves.
        hooks: see every packet that comes in, goes out or goes through.
        multicast: of the host.
        path_mtus: what routers have said of paths.
        around: the host.
        dead: gateways that do not answer.

    Attributes:
        routes: the routing table.
        discoveries: neighbour discovery, by interface index.
        output: the way down.
        input: the way up.
        fast_forwarding: the short way through a router; None: this host is none.
    """

    def __init__(
        self,
        config: HostConfig,
        interfaces: list[Interface],
        handlers: dict[int, Handler],
        icmp: Icmp,
        loopback: Loopback,
        hooks: PacketHooks,
        multicast: Multicast,
        path_mtus: PathMtus,
        around: Surroundings,
        dead: DeadGateways,
    ) -> None:
        self._config = config
        self._icmp = icmp
        self._around = around
        self._reassembly: Reassembly | None = None
        self._redirect_limit: RateLimit | None = None
        self._multicast = multicast
        for interface in interfaces:
            if interface.ipv6:
                self._begin(interface, None)
        self.routes = Ipv6Routes(interfaces, config.routes, dead)
        self.discoveries = [
            NeighborDiscovery(interface, around, config.forwarding) for interface in interfaces
        ]
        self.output = Ipv6Output(
            self.routes,
            self.discoveries,
            loopback,
            hooks,
            config.ttl,
            path_mtus,
            icmp.redirects,
            around.random,
            partial(count, around.counters.not_sent),
        )
        for message_type in (SOLICITATION, ADVERTISEMENT, REDIRECT):
            icmp.v6.handlers[message_type] = partial(self._discover, message_type)
        if config.icmp.accept_redirects and not config.forwarding:  # RFC 4861 section 8.3
            for discovery in self.discoveries:
                discovery.redirected = partial(self._redirected, discovery.interface)
        for kind in mld.TYPES:
            icmp.v6.handlers[kind] = multicast.receive_mld
        handlers[PROTOCOL_ICMPV6] = icmp.v6.receive
        forwarding = None
        self.fast_forwarding: FastForwarding | None = None
        if config.forwarding:
            redirect = self._redirect if config.send_redirects else None
            forwarding = Forwarding(
                self.routes, self.output, icmp, hooks, redirect, config.reverse_path_filter
            )
            self.fast_forwarding = forwarding.fast
        self.input = Ipv6Input(self.routes, handlers, icmp, hooks, self.reassembly, forwarding)

    def reassembly(self) -> Reassembly:
        """The fragments of this host."""
        if self._reassembly is None:
            around = self._around
            self._reassembly = Reassembly(
                self._config.reassembly_bytes, around.timers, around.counters, self._icmp
            )
        return self._reassembly

    def forget(self) -> None:
        """Addresses, routes or hooks have changed: look every way up anew."""
        self.output.forget_paths()
        if self.fast_forwarding is not None:
            self.fast_forwarding.forget()

    def _redirect(self, arrival: Arrival, hop: Hop, now: int) -> None:
        """Tell a neighbour of the shorter way, from our address on its link."""
        if self._redirect_limit is None:
            self._redirect_limit = RateLimit(self._config.icmp)
        if not self._redirect_limit.take(arrival.ip.source, now):  # RFC 4861 section 8.2
            return
        refused = redirects.send(self.output, arrival, hop, now)
        if refused is not None:
            count(self._around.counters.not_sent, refused)

    def add_address(
        self,
        address: bytes,
        prefix_length: int,
        interface: Interface,
        now: int,
        on_link: bool = True,
    ) -> InterfaceAddress:
        """Give an interface one more address; see `Host.add_address`."""
        entry = interface.add(address, prefix_length)
        if len(interface.ipv6) == 1:
            for one in self._begin(interface, now):
                self.routes.connect(interface, one, on_link or one is not entry)
        else:
            self._hear(interface, entry, now)
            self.routes.connect(interface, entry, on_link)
        return entry

    def remove_address(self, address: bytes, interface: Interface, now: int) -> None:
        """Take an address from an interface; see `Host.remove_address`."""
        entry = interface.remove(address)
        self.routes.disconnect(entry)
        self.discoveries[interface.index].forget_claim(address)
        self._multicast.forget(entry, now)

    def sent_otherwise(self, neighbor: bytes, packet: bytes, now: int) -> bool:
        """Send a packet by another gateway than `neighbor`, which does not answer.

        Returns:
            False: there is none, or the packet does not fit its link (RFC 8200 section 5: it was
            made for another one, and nobody cuts it on the way).
        """
        destination = IPv6.parse(packet).destination
        hop = None if is_link_local(destination) else self.routes.hop(destination)
        if hop is None or hop.next_hop in (neighbor, destination):
            return False
        if len(packet) > hop.interface.ipv6_mtu:
            return False
        self.output.forward(hop, packet, len(packet), now)
        return True

    def _discover(self, message_type: int, arrival: Arrival, now: int) -> Drop | None:
        """Neighbour discovery is the interface's, by which the message came."""
        return self.discoveries[arrival.interface.index].receive(arrival, message_type, now)

    def _redirected(
        self, interface: Interface, destination: bytes, router: bytes, target: bytes, now: int
    ) -> bool:
        """Obey a redirect by the router that we use now, and nobody else (RFC 4861 section 8.1)."""
        path = self.output.path(destination, interface.index)
        if path is None or path.hop.next_hop != router:
            return False
        self._icmp.redirects.follow(destination, interface.index, target, now)
        return True

    def _begin(self, interface: Interface, now: int | None) -> list[InterfaceAddress]:
        """Speak IPv6 on an interface that has its first address; returns all that it has now.

        Without `now` the host does not run yet, and tells nobody.
        """
        if not any(is_link_local(entry.address) for entry in interface.ipv6):
            interface.add(link_local_from_mac(interface.mac), LINK_LOCAL_LENGTH)
        if not interface.hears_group(ALL_NODES_MAC):
            interface.hear_group(ALL_NODES_MAC)
        for entry in interface.ipv6:
            self._hear(interface, entry, now)
        if self._config.forwarding:
            self._multicast.listen(self, interface.index, ALL_ROUTERS, EVERYBODY, now)
        return interface.ipv6

    def _hear(self, interface: Interface, entry: InterfaceAddress, now: int | None) -> None:
        """Be in the group in which others ask for an address (RFC 4291 section 2.8)."""
        group = solicited_node(entry.address)
        self._multicast.listen(entry, interface.index, group, EVERYBODY, now)
