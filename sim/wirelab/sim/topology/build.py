"""From the declaration to a simulated network."""

from functools import partial
from typing import TYPE_CHECKING, Any

from wirelab.codecs.addresses import ip_text
from wirelab.sim.network.errors import SimulationError
from wirelab.sim.network.network import Network
from wirelab.sim.topology.model import Kind, Member, Segment, TopologyError
from wirelab.sim.topology.reachability import Reachability
from wirelab.sim.topology.routes import routes_of
from wirelab.sim.topology.services import start_services

if TYPE_CHECKING:
    from wirelab.sim.topology.declaration import Topology

NO_ADDRESS = "0.0.0.0"
WIRE = 2
"""Machines that a network needs no switch for."""


def build(topology: "Topology", seed: int, trace_limit: int | None) -> Network:
    """Build a topology that was checked; see `Topology.build`.

    Raises:
        TopologyError: what the simulated network refuses: a setting, an option.
    """
    network = Network(seed, trace_limit=trace_limit)
    ways = [Reachability(topology.segments, topology.members, size) for size in (4, 16)]
    makers = {
        Kind.HOST: network.host,
        Kind.ROUTER: network.router,
        Kind.NAT: network.nat,
        Kind.FILTER: network.filter,
    }
    for member in topology.members.values():
        routes = [route for way in ways for route in routes_of(member, topology.segments, way)]
        make: Any = makers[member.kind]
        label = f"{member.kind.word} {member.name}"
        with _blamed(topology, label):
            mtus = [topology.segments[one.network].mtu for one in member.attachments]
            make(
                member.name,
                _addresses(topology, member),
                routes=routes,
                mtu=mtus,
                **{key: one for key, one in member.options.items() if key != "services"},
            )
    for segment in topology.segments.values():
        with _blamed(topology, f"network {segment.name}"):
            _wire(topology, network, segment)
    with _blamed(topology, "services"):
        start_services(topology, network)
    return network


class _blamed:  # noqa: N801 (used as a statement)
    """Says which entry of the topology an error of the network is about."""

    def __init__(self, topology: "Topology", entry: str) -> None:
        self._topology = topology
        self._entry = entry

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, (ValueError, TypeError, SimulationError)):
            text = f"{self._entry}: {error}"
            raise TopologyError(self._topology.name, [text]) from error


def _addresses(topology: "Topology", member: Member) -> list[str]:
    """For each interface its addresses with prefix lengths, in one text."""
    texts = []
    for attachment in member.attachments:
        prefixes = [
            prefix
            for prefix in topology.segments[attachment.network].prefixes
            if not attachment.learns(prefix.version)
        ]
        pairs = zip(attachment.addresses, prefixes, strict=True)
        own = [f"{ip_text(address)}/{one.prefixlen}" for address, one in pairs]
        texts.append(" ".join(own) or NO_ADDRESS)
    return texts


def _wire(topology: "Topology", network: Network, segment: Segment) -> None:
    """Join who is on a network: two machines by a link, more by a switch of the network's name."""
    places = [
        network.port(member.name, index)
        for member in topology.members.values()
        for index, attachment in enumerate(member.attachments)
        if attachment.network == segment.name
    ]
    link = partial(
        network.link,
        latency=segment.latency,
        rate=segment.rate or 0,
        loss=segment.loss,
        mtu=segment.mtu,
    )
    if len(places) == WIRE:
        link(*places)
    elif len(places) > WIRE:
        network.switch(segment.name)
        for place in places:
            link(place, segment.name)
