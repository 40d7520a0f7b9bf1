"""Declaring a network in a few lines.

    office = Topology("office")
    lan = office.network("lan", "10.0.1.0/24", "2001:db8:1::/64")
    servers = office.network("servers", "10.0.2.0/24", latency="2ms")
    office.host("alice", lan)
    office.host("web", servers.at("10.0.2.80"))
    office.router("r1", lan, servers)

    print(office.text())
    network = office.build(seed=42)

Rule 1: what is not said is worked out: addresses (boxes first, then hosts, each the lowest that is
free), switches, default gateways, routes.
Rule 2: what cannot be right is refused with every problem at once, before anything is built.
Rule 3: the same declaration gives the same addresses and routes, always.
"""

from collections.abc import Iterable, Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Self

from wirelab.sim.topology.checks import problems_of
from wirelab.sim.topology.model import (
    Attachment,
    Kind,
    Member,
    Prefix,
    Segment,
    TopologyError,
)

if TYPE_CHECKING:
    from wirelab.sim.network.network import Network

Place = Segment | Attachment | str
"""Where an interface is: a network, or a network's name, or `network.at("10.0.1.20")`."""


class Topology:
    """A network as declared; `build` makes a `Network` of it, as often as wanted.

    Args:
        name: for errors and drawings.
        partitioned: parts that cannot reach each other are meant to be so.

    Attributes:
        segments: networks by name, in the order of declaration.
        members: hosts and boxes by name, in the order of declaration.
    """

    def __init__(self, name: str = "network", *, partitioned: bool = False) -> None:
        if not name.isprintable():
            raise TopologyError(repr(name), ["the name cannot be shown; use letters"])
        self.name = name
        self.partitioned = partitioned
        self.segments: dict[str, Segment] = {}
        self.members: dict[str, Member] = {}

    def __repr__(self) -> str:
        return f"<Topology {self.name}: {len(self.segments)} networks, {len(self.members)} members>"

    # Declaring.

    def network(
        self,
        name: str,
        *prefixes: str,
        latency: str = "100us",
        rate: str = "",
        loss: float = 0.0,
        mtu: int = 1500,
    ) -> Segment:
        """Add a network: a wire between two machines, or a switch with more.

        Args:
            name: unique in the topology.
            prefixes: `"10.0.1.0/24"`, `"2001:db8:1::/64"`; one or more.
            latency: from each machine to the network's other end; text such as `"1ms"`.
            rate: of each link, text such as `"10Mbit"`; empty: without limit.
            loss: probability that a link loses a frame.
            mtu: largest IP packet, bytes.

        Raises:
            TopologyError: the name is taken, or a prefix cannot be read.
        """
        self._claim(name)
        read = tuple(self._prefix(name, text) for text in prefixes)
        self.segments[name] = segment = Segment(name, read, latency, rate, loss, mtu)
        return segment

    def host(self, name: str, *places: Place, **options: object) -> Member:
        """Add a host, with an interface at each place.

        Args:
            name: unique in the topology.
            places: networks, or `network.at(address)`; `at("dhcp")` and `at("auto")` learn theirs.
            options: what else `Network.host` takes (`tcp=`, ...), and for every kind of machine
                `services=["dhcp", "dns", ...]` (`wirelab.sim.topology.services`).

        Raises:
            TopologyError: the name is taken.
        """
        return self.add(Kind.HOST, name, places, options)

    def router(self, name: str, *places: Place, **options: object) -> Member:
        """Add a router between two or more networks; `options` as `Network.router` takes them.

        Raises:
            TopologyError: the name is taken.
        """
        return self.add(Kind.ROUTER, name, places, options)

    def nat(self, name: str, *, outside: Place, inside: Place, **options: object) -> Member:
        """Add a NAT: what is inside reaches out, with the NAT's outside address (RFC 4787).

        Raises:
            TopologyError: the name is taken.
        """
        return self.add(Kind.NAT, name, (outside, inside), options)

    def filter(self, name: str, *, outside: Place, inside: Place, **options: object) -> Member:
        """Add a stateful filter: a router that lets in what answers, or what a rule allows.

        Raises:
            TopologyError: the name is taken.
        """
        return self.add(Kind.FILTER, name, (outside, inside), options)

    def add(
        self, kind: Kind, name: str, places: Iterable[Place], options: Mapping[str, object]
    ) -> Member:
        """Add a machine of any kind; the other methods are names for this one.

        Raises:
            TopologyError: the name is taken.
        """
        self._claim(name)
        attachments = [_attachment(place) for place in places]
        self.members[name] = member = Member(name, kind, attachments, dict(options))
        return member

    # Using.

    def check(self) -> Self:
        """Work out addresses and see whether all of it can be right.

        Raises:
            TopologyError: with every problem found.
        """
        problems = problems_of(self.segments, self.members, self.partitioned)
        if problems:
            raise TopologyError(self.name, problems)
        return self

    def build(self, seed: int = 0, *, trace_limit: int | None = None) -> "Network":
        """Make the network; its hosts are `network.hosts` by name.

        Raises:
            TopologyError: with every problem found.
        """
        from wirelab.sim.topology.build import build  # the simulation is not needed to draw

        return build(self.check(), seed, trace_limit)

    def text(self, *, ascii: bool = False) -> str:  # noqa: A002 (as the views call it)
        """Draw it with characters.

        Raises:
            TopologyError: with every problem found.
        """
        from wirelab.sim.topology.drawing_text import draw

        return draw(self.check(), ascii)

    def svg(self) -> str:
        """Draw it as SVG, which adapts to light and dark.

        Raises:
            TopologyError: with every problem found.
        """
        from wirelab.sim.topology.drawing_svg import draw

        return draw(self.check())

    def _repr_svg_(self) -> str:
        """What notebooks show."""
        return self.svg()

    # TOML.

    @classmethod
    def loads(cls, text: str, origin: str = "TOML") -> "Topology":
        """Read a topology from TOML text; `docs/networks.md` describes it.

        Args:
            text: the TOML.
            origin: for errors: where the text came from.

        Raises:
            TopologyError: no TOML, or with every problem found in it.
        """
        from wirelab.sim.topology.toml_form import loads

        return loads(text, origin)

    @classmethod
    def read(cls, path: str | Path) -> "Topology":
        """Read a topology from a TOML file.

        Raises:
            OSError: the file cannot be read.
            TopologyError: no TOML, or with every problem found in it.
        """
        path = Path(path)
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise TopologyError(str(path), [f"is no UTF-8 text: {error}"]) from None
        return cls.loads(text, str(path))

    def toml(self) -> str:
        """The same as TOML text; `loads` gives it back.

        Raises:
            TopologyError: an option has a value that TOML cannot hold.
        """
        from wirelab.sim.topology.toml_form import dumps

        return dumps(self)

    # Small parts.

    def _claim(self, name: str) -> None:
        if not name or not name.isprintable() or name != name.strip():
            raise TopologyError(self.name, [f"the name {name!r} cannot be shown; use letters"])
        if name in self.segments or name in self.members:
            raise TopologyError(
                self.name, [f"the name {name!r} is taken; networks and machines share their names"]
            )

    def _prefix(self, network: str, text: str) -> Prefix:
        try:
            return ip_network(text)
        except ValueError as error:
            raise TopologyError(
                self.name,
                [f"network {network}: {error}; write a prefix such as 10.0.1.0/24"],
            ) from None


def _attachment(place: Place) -> Attachment:
    if isinstance(place, Attachment):
        return Attachment(place.network, place.texts)
    return Attachment(place if isinstance(place, str) else place.name)
