"""How a network is built: machines, switches, links, each under a name of its own.

Rule 1: what is refused leaves nothing behind.
Rule 2: everything random is drawn from streams named after what draws (`streams.py`), so adding a
machine shifts nothing elsewhere.
"""

from collections.abc import Iterable
from dataclasses import fields
from functools import partial
from itertools import combinations
from typing import Any, Final, TypeVar

from wirelab.codecs.addresses import ip_bytes, ip_text
from wirelab.sim.boxes.filter import Filter
from wirelab.sim.boxes.filter_rules import Rule
from wirelab.sim.boxes.nat import Nat
from wirelab.sim.boxes.nat_config import Dependence, NatConfig
from wirelab.sim.boxes.nat_text import read_dependence, read_forwarded_port
from wirelab.sim.boxes.rule_text import read_rule
from wirelab.sim.host.config import HostConfig, InterfaceConfig, Route
from wirelab.sim.host.host import Host
from wirelab.sim.host.ipv6.scopes import is_link_local
from wirelab.sim.host.tcp.config import TcpConfig
from wirelab.sim.network.addressing import AddressBook, default_route
from wirelab.sim.network.errors import SimulationError
from wirelab.sim.network.events import EventQueue
from wirelab.sim.network.link import QUEUE_BYTES, Link
from wirelab.sim.network.machine import Machine
from wirelab.sim.network.node import HostPort, Node
from wirelab.sim.network.streams import random_stream
from wirelab.sim.network.switch import AGEING, CAPACITY, Switch, SwitchPort
from wirelab.sim.network.units import bits_per_second, nanoseconds
from wirelab.sim.trace.ledger import Trace
from wirelab.sim.trace.records import InterfaceInfo

USUAL_TCP: Final = TcpConfig()
"""One for all hosts, each of which keeps a copy of its own."""

End = Machine | Switch | HostPort | str
Listed = TypeVar("Listed")

SETTINGS: Final = sorted({one.name for one in fields(HostConfig)} - {"name", "interfaces"})
"""What may be said of a host beside its addresses."""


class Construction:
    """What there is in a network. Make a `Network`, which is one that runs.

    Attributes:
        hosts: the hosts and routers, by name.
        boxes: the NATs and filters, by the name of their host.
        called: hosts in which something may wait since they were last touched for that.
    """

    def __init__(self, seed: int, trace: Trace) -> None:
        self.seed = seed
        self.events = EventQueue()
        self.trace = trace
        self.nodes: dict[str, Node] = {}
        self.hosts: dict[str, Host] = {}
        self.switches: dict[str, Switch] = {}
        self.links: list[Link] = []
        self.boxes: dict[str, Nat | Filter] = {}
        self._by_identity: dict[int, Node] = {}
        self._touched: list[Node] = []
        self.called: list[Node] = []
        self._group: dict[str, str] = {}
        self._addresses = AddressBook()

    def host(
        self,
        name: str,
        addresses: str | Iterable[str],
        *,
        mac: str | None = None,
        gateway: str | None = None,
        routes: Iterable[Route] = (),
        mtu: int | list[int] | tuple[int, ...] = 1500,
        tcp: TcpConfig | None = None,
        allow_conflict: bool = False,
        **settings: Any,
    ) -> Host:
        """Add a host; what comes back is the host itself, to be called with `network.now`.

        Args:
            name: unique in this network.
            addresses: one text an interface: `"10.0.0.1"` (meaning /24), `"10.0.0.1/16"`,
                `"2001:db8::1"` (meaning /64), or several with spaces between them.
            mac: of the first interface; by default 02:00:00:00:00:01 and up, in order of creation.
            gateway: next hop of the default route, on the network of one of the interfaces; of each
                family one, with a space between them.
            routes: further routes.
            mtu: of each interface, bytes; one number for all, or one for each.
            tcp: TCP's knobs.
            allow_conflict: let it have an IPv4 or MAC address that another host has.
            settings: further fields of `HostConfig`, such as `igmp_version=2`.

        Raises:
            SimulationError: the name or an address is taken, or a number is out of range.
            TypeError: there is no such setting.
            AddressError: an address cannot be read.
            ValueError: a route or a gateway that no interface leads to.
        """
        self._claim(name)
        texts = [addresses] if isinstance(addresses, str) else addresses
        interfaces = self._addresses.assign(texts, mac, mtu, allow_conflict=allow_conflict)
        all_routes = list(routes)
        if gateway is not None:
            all_routes += [default_route(ip_bytes(one), interfaces) for one in gateway.split()]
        unknown = settings.keys() - SETTINGS
        if unknown:
            raise TypeError(
                f"host {name}: there is no setting {min(unknown)!r}; "
                f"there are {', '.join(SETTINGS)}"
            )
        config = HostConfig(name, interfaces, all_routes, tcp=tcp or USUAL_TCP, **settings)
        host = Host(config, random_stream(self.seed, f"host {name}"), self.trace.observer(name))
        self.attach(name, host, len(interfaces))
        self.hosts[name] = host
        self._addresses.add(name, interfaces)
        self.trace.add_host(name, map(_described, interfaces))
        return host

    def router(
        self,
        name: str,
        addresses: str | Iterable[str],
        *,
        advertise: bool = True,
        **settings: Any,
    ) -> Host:
        """Add a host that forwards packets of both families, tells of errors, and sends redirects.

        Args:
            name: unique in this network.
            addresses: one text an interface, as for a host.
            advertise: tell the hosts of each IPv6 network that it is theirs to make addresses of,
                from now on every few minutes (RFC 4861 section 6.2); `Host.advertise` says more.
            settings: as for a host, such as `routes`, `mtu`, `reverse_path_filter=True`.

        Raises:
            SimulationError, AddressError, ValueError, TypeError: as for a host.
        """
        host = self.host(name, addresses, forwarding=True, **settings)
        if advertise:
            for interface in host.interfaces:
                if any(not is_link_local(entry.address) for entry in interface.ipv6):
                    host.advertise(self.events.now, interface.index)
        return host

    def nat(
        self,
        name: str,
        addresses: str | Iterable[str],
        *,
        mapping: Dependence | str = Dependence.ENDPOINT_INDEPENDENT,
        filtering: Dependence | str = Dependence.ADDRESS_AND_PORT_DEPENDENT,
        forward: Iterable[str] = (),
        preserve_ports: bool = True,
        **settings: Any,
    ) -> Host:
        """Add a router that hides what is behind it; its first interface is the outer one.

        The NAT itself is `boxes[name]`.

        Args:
            name: unique in this network.
            addresses: one text an interface; all share the first IPv4 address of the first.
            mapping: what an outer port depends on (RFC 4787 section 4.1); or a text such as
                `"symmetric"`.
            filtering: who may answer (section 5); or a text such as `"port-restricted"`.
            forward: outer ports that lead inside: `"tcp 8080 to 10.0.0.7 port 80"`.
            preserve_ports: take the inner port outside, too, where it is free.
            settings: as for a router.

        Raises:
            SimulationError, AddressError, ValueError, TypeError: as for a host, and for a text that
                cannot be read.
        """
        config = NatConfig(_dependence(mapping), _dependence(filtering), preserve_ports)
        ports = [read_forwarded_port(text) for text in _listed(forward, "forward")]
        for one, other in combinations(ports, 2):
            if one[:2] == other[:2]:
                to = f"{ip_text(one.inner)} and to {ip_text(other.inner)}"
                raise ValueError(f"{one.protocol} port {one.port} is forwarded twice: to {to}")
        addresses = _sides(name, addresses)
        host = self.router(name, addresses, **settings)
        box = Nat(host.interfaces[0], random_stream(self.seed, f"nat {name}"), config)
        for port in ports:
            box.forward(*port)
        self.boxes[name] = box
        host.hooks.add(box)
        return host

    def filter(
        self,
        name: str,
        addresses: str | Iterable[str],
        *,
        allow: Iterable[str | Rule] = ("out any",),
        **settings: Any,
    ) -> Host:
        """Add a router with a stateful filter; its first interface is the outer one.

        The filter itself is `boxes[name]`.

        Args:
            name: unique in this network.
            addresses: one text an interface.
            allow: who may begin, such as `"in tcp to port 22"` (`wirelab.sim.boxes.rule_text`); by
                default everybody inside. Answers pass by themselves.
            settings: as for a router.

        Raises:
            SimulationError, AddressError, ValueError, TypeError: as for a host, and for a text that
                is no rule.
        """
        texts = _listed(allow, "allow")
        rules = [read_rule(rule) if isinstance(rule, str) else rule for rule in texts]
        addresses = _sides(name, addresses)
        host = self.router(name, addresses, **settings)
        self.boxes[name] = box = Filter(host.interfaces[0], rules)
        host.hooks.add(box)
        return host

    def attach(self, name: str, machine: Machine, interfaces: int = 1) -> None:
        """Add anything that behaves like a host.

        Raises:
            SimulationError: the name is taken.
        """
        self._claim(name)
        node = Node(self, name, machine, interfaces)
        self.nodes[name] = self._by_identity[id(machine)] = node
        self.called.append(node)

    def switch(
        self, name: str = "switch", *, ageing: int | str = AGEING, capacity: int = CAPACITY
    ) -> Switch:
        """Add a learning switch.

        Args:
            name: unique in this network.
            ageing: how long an address that was not heard is remembered; ns, or text like `"300s"`.
            capacity: the most MAC addresses that it remembers.

        Raises:
            SimulationError: the name is taken, or the capacity is negative.
        """
        self._claim(name)
        self.switches[name] = switch = Switch(
            name, self.events, self.trace, ageing=nanoseconds(ageing), capacity=capacity
        )
        return switch

    def link(
        self,
        one: End,
        other: End,
        *,
        latency: int | str = "100us",
        rate: int | str = 0,
        loss: float = 0.0,
        mtu: int | None = None,
        queue: int = QUEUE_BYTES,
    ) -> Link:
        """Join two hosts, or a host and a switch; takes a host's first interface without a link.

        Args:
            one: a host, a switch, or a name; `port` gives a certain interface of a host.
            other: the same.
            latency: each way; ns, or text such as `"1ms"`.
            rate: each way; bits per second, or text such as `"10Mbit"`; 0 = without limit.
            loss: probability that a frame is lost; each direction draws for itself.
            mtu: largest IP packet the link carries, bytes; None = any.
            queue: bytes that may wait at each end when there is a rate.

        Raises:
            SimulationError: an end is unknown or has no free interface, the link closes a loop, or
                a number is out of range.
            ValueError, TypeError: a latency or a rate that cannot be read.
        """
        ends = (self._free_port(one), self._free_port(other))
        if ends[0] is ends[1]:
            raise SimulationError(f"{ends[0].name} cannot be linked to itself; link two hosts")
        purpose = f"link {len(self.links)} {ends[0].name}-{ends[1].name}"
        link = Link(
            ends,
            self.events,
            self.trace,
            (
                partial(random_stream, self.seed, purpose),
                partial(random_stream, self.seed, purpose + " back"),
            ),
            latency=nanoseconds(latency),
            rate=bits_per_second(rate),
            loss=loss,
            mtu=mtu,
            queue=queue,
        )
        self._join_groups(ends[0].name, ends[1].name)
        for end, direction in zip(ends, link.directions, strict=True):
            end.plug(direction)
        self.links.append(link)
        return link

    def host_named(self, name: str) -> Host:
        """The host of a name.

        Raises:
            SimulationError: there is none.
        """
        host = self.hosts.get(name)
        if host is None:
            names = ", ".join(self.hosts) or "none yet"
            raise SimulationError(f"no host {name!r} in this network; there are: {names}")
        return host

    def port(self, machine: Machine | str, interface: int) -> HostPort:
        """A certain interface of a host, for `link`.

        Raises:
            SimulationError: there is no such host or interface, or it has a link already.
        """
        node = self.node_of(machine)
        if not 0 <= interface < len(node.ports):
            raise SimulationError(
                f"{node.name} has no interface {interface}; it has {len(node.ports)}, from 0 on"
            )
        port = node.ports[interface]
        if port.out is not None:
            raise SimulationError(f"interface {interface} of {node.name} has a link already")
        return port

    def node_of(self, machine: Machine | str) -> Node:
        """The place of a host (or of a host's name) in this network.

        Raises:
            SimulationError: it is not on this network.
        """
        if isinstance(machine, str):
            node = self.nodes.get(machine)
        else:
            node = self._by_identity.get(id(machine))
        if node is not None:
            return node
        name = getattr(machine, "name", machine)
        names = ", ".join(self.nodes) or "none yet"
        raise SimulationError(
            f"{name!r} is not a host of this network (there are: {names}); add it with Network.host"
        )

    def touch(self, node: Node) -> None:
        """Let this host transmit at the end of the instant."""
        if not node.touched:
            node.touched = True
            self._touched.append(node)

    def _claim(self, name: str) -> None:
        if not name or not name.isprintable():
            raise SimulationError(f"the name {name!r} cannot be shown; use printable characters")
        if name in self.nodes or name in self.switches:
            raise SimulationError(f"the name {name!r} is taken; names are unique in a network")

    def _free_port(self, end: End) -> HostPort | SwitchPort:
        if isinstance(end, str):
            if end in self.switches:
                return SwitchPort(self.switches[end])
            if end in self.nodes:
                return self.nodes[end].free_port()
        elif isinstance(end, Switch):
            return SwitchPort(end)
        elif isinstance(end, HostPort):
            return end
        else:
            return self.node_of(end).free_port()
        names = ", ".join([*self.nodes, *self.switches]) or "none yet"
        raise SimulationError(f"no host or switch {end!r} in this network; there are: {names}")

    def _join_groups(self, one: str, other: str) -> None:
        """Refuse a loop of switches: floods would circle in it for ever."""
        if one not in self.switches or other not in self.switches:
            return
        group, absorbed = self._group.get(one, one), self._group.get(other, other)
        if group == absorbed:
            raise SimulationError(f"link {one}-{other} would close a loop of switches")
        for name in self.switches:
            if self._group.get(name, name) == absorbed:
                self._group[name] = group


def _described(interface: InterfaceConfig) -> InterfaceInfo:
    """An interface as the trace shows it."""
    more = tuple(address for address, _ in interface.addresses)
    return InterfaceInfo(interface.name, interface.mac, interface.address, more)


def _dependence(value: Dependence | str) -> Dependence:
    return value if isinstance(value, Dependence) else read_dependence(value)


def _listed(values: Iterable[Listed], what: str) -> Iterable[Listed]:
    """Refuse a text where there is a list of them: each of its letters would be one."""
    if isinstance(values, str):
        raise ValueError(f"{what} is {values!r}; give a list of texts: [{values!r}]")
    return values


def _sides(name: str, addresses: str | Iterable[str]) -> list[str]:
    """One text an interface, of which a box between two sides has two."""
    texts = [addresses] if isinstance(addresses, str) else list(addresses)
    if len(texts) < 2:
        raise SimulationError(
            f"{name} has one interface, and stands between nobody; give two or more texts, the "
            "outer side first"
        )
    return texts
