"""What a topology consists of: networks, and machines that have interfaces on them.

A network is one broadcast domain with its prefixes: a wire where two machines are on it, a switch
where there are more. A machine is a host, or one of the boxes that join networks.
"""

from dataclasses import dataclass, field
from enum import Enum
from ipaddress import IPv4Network, IPv6Network
from typing import Final, TypeAlias

from wirelab.codecs.addresses import ip_text

Prefix: TypeAlias = IPv4Network | IPv6Network

LEARNED: Final = {"dhcp": 4, "auto": 6}
"""Words in place of an address, by the version of IP: it is leased (RFC 2131), or made from what a
router advertises (RFC 4862)."""


class TopologyError(ValueError):
    """A topology that cannot be built.

    Attributes:
        problems: one line each: what is wrong, where it stands, and the way out.
    """

    def __init__(self, name: str, problems: list[str]) -> None:
        self.problems = problems
        if len(problems) == 1:
            super().__init__(f"topology {name}: {problems[0]}")
        else:
            lines = "".join(f"\n  {problem}" for problem in problems)
            super().__init__(f"topology {name}: {len(problems)} problems:{lines}")


class Kind(Enum):
    """What a machine is; the value is its table in TOML."""

    HOST = "hosts"
    ROUTER = "routers"
    NAT = "nats"
    FILTER = "filters"

    @property
    def joins(self) -> bool:
        """Whether packets of others pass through it."""
        return self is not Kind.HOST

    @property
    def word(self) -> str:
        """For people: `router`."""
        return "NAT" if self is Kind.NAT else self.name.lower()


@dataclass(slots=True)
class Segment:
    """One network of the topology.

    Attributes:
        prefixes: any number, of both families; none overlaps another's.
        latency, rate, loss: of each machine's link to it, as `Network.link` takes them.
        mtu: largest IP packet, bytes.
    """

    name: str
    prefixes: tuple[Prefix, ...] = ()
    latency: str = "100us"
    rate: str = ""
    loss: float = 0.0
    mtu: int = 1500

    def at(self, *addresses: str) -> "Attachment":
        """A place on this network with addresses of one's own choice."""
        return Attachment(self.name, addresses)


@dataclass(slots=True)
class Attachment:
    """A machine's interface on a network.

    Attributes:
        network: its name.
        texts: addresses as declared, or words of `LEARNED`; what is missing is handed out.
        addresses: one for each prefix of the network, in its order, but for what is learned;
            `Topology.check` fills it in.
    """

    network: str
    texts: tuple[str, ...] = ()
    addresses: list[bytes] = field(default_factory=list)

    def text(self) -> str:
        """The addresses, for people."""
        return "  ".join(self.lines())

    def lines(self) -> list[str]:
        """The addresses as texts, and the words for those that are learned."""
        return [*map(ip_text, self.addresses), *(one for one in self.texts if one in LEARNED)]

    def learns(self, version: int) -> bool:
        """Whether its addresses of IPv4 or IPv6 come from the network."""
        return any(LEARNED.get(text) == version for text in self.texts)

    def address(self, size: int) -> bytes | None:
        """The first address of a family: of 4 or of 16 bytes."""
        return next((one for one in self.addresses if len(one) == size), None)


@dataclass(slots=True)
class Member:
    """A machine.

    Attributes:
        attachments: one for each interface; of a NAT or a filter the first is the outside.
        options: what only this kind takes, as given.
    """

    name: str
    kind: Kind
    attachments: list[Attachment]
    options: dict[str, object] = field(default_factory=dict)

    @property
    def services(self) -> list[str]:
        """The names of what runs on it (`wirelab.sim.topology.services`)."""
        services = self.options.get("services", [])
        return [str(one) for one in services] if isinstance(services, list | tuple) else []

    def on(self, network: str) -> Attachment | None:
        """Its interface on a network."""
        for attachment in self.attachments:
            if attachment.network == network:
                return attachment
        return None
