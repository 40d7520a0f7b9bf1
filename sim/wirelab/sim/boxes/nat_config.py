"""How a NAT behaves: the terms of RFC 4787 sections 4 and 5."""

from dataclasses import dataclass, field
from enum import Enum

from wirelab.sim.boxes.lifetimes import Lifetimes


class Dependence(Enum):
    """What of the other side a decision depends on (RFC 4787 sections 4.1 and 5)."""

    ENDPOINT_INDEPENDENT = "endpoint-independent"
    """Nothing: one mapping for whomever an inner port talks with; whoever knows it may answer."""
    ADDRESS_DEPENDENT = "address-dependent"
    ADDRESS_AND_PORT_DEPENDENT = "address-and-port-dependent"
    """For mapping it is what is called symmetric; for filtering, port-restricted."""

    def key(self, remote: tuple[bytes, int]) -> tuple[bytes, int] | bytes | None:
        """The part of the other side's address and port that counts."""
        if self is Dependence.ENDPOINT_INDEPENDENT:
            return None
        return remote[0] if self is Dependence.ADDRESS_DEPENDENT else remote


@dataclass(slots=True)
class NatConfig:
    """A NAT.

    Attributes:
        mapping: whether an inner port keeps its outer port for every peer (RFC 4787 REQ-1: it must;
            others are there so that programs can be tried behind them).
        filtering: who may send to a mapping (REQ-8: independent for transparency, address-dependent
            where a stricter one is wanted). By default port-restricted, as most NATs at home are.
        preserve_ports: take the inner port outside, too, if it is free (section 4.2.1).
        lifetimes: how long silence may last.
        inbound_refresh: whether packets from outside keep a UDP mapping (REQ-6 and RFC 7857
            section 5: better not).
        capacity: the most pairs of a mapping and a peer that are remembered at once; beyond that,
            new ones are refused.
    """

    mapping: Dependence = Dependence.ENDPOINT_INDEPENDENT
    filtering: Dependence = Dependence.ADDRESS_AND_PORT_DEPENDENT
    preserve_ports: bool = True
    lifetimes: Lifetimes = field(default_factory=Lifetimes)
    inbound_refresh: bool = False
    capacity: int = 65_536
