"""Which of our addresses a packet to somewhere carries, and which destination to try first.

Source: RFC 6724, whose rules stand here in their order, under their numbers: section 5 (source
address), section 6 (order of destinations), section 2.1 (policy table).

Rules that ask for what this host has not got are left out: home addresses (rule 4 of both),
prefixes that the next hop advertised (5.5) and temporary addresses (7).
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from wirelab.codecs.addresses import ipv6_bytes
from wirelab.sim.host.ipv6.scopes import common_prefix, scope_of

_MAPPED: Final = ipv6_bytes("::ffff:0:0")[:12]


class Policy(NamedTuple):
    """A line of the policy table."""

    prefix: bytes
    prefix_length: int
    precedence: int
    label: int


class PolicyTable:
    """What administrators prefer; the longest prefix decides (RFC 6724 section 2.1)."""

    __slots__ = ("_policies",)

    def __init__(self, policies: Iterable[Policy]) -> None:
        self._policies = sorted(policies, key=lambda one: -one.prefix_length)

    def of(self, address: bytes) -> Policy:
        """The line for an address of either family; IPv4 counts as IPv4-mapped."""
        if len(address) == 4:
            address = _MAPPED + address
        for policy in self._policies:
            if common_prefix(policy.prefix, address) >= policy.prefix_length:
                return policy
        return _UNKNOWN


_UNKNOWN: Final = Policy(bytes(16), 0, 0, -1)

DEFAULT_POLICIES: Final = PolicyTable(
    Policy(ipv6_bytes(prefix), length, precedence, label)
    for prefix, length, precedence, label in (
        ("::1", 128, 50, 0),
        ("::", 0, 40, 1),
        ("::ffff:0:0", 96, 35, 4),
        ("2002::", 16, 30, 2),
        ("2001::", 32, 5, 5),
        ("fc00::", 7, 3, 13),
        ("::", 96, 1, 3),
        ("fec0::", 10, 1, 11),
        ("3ffe::", 16, 1, 12),
    )
)
"""RFC 6724 section 2.1."""


class Candidate(NamedTuple):
    """An address that a packet could carry.

    Attributes:
        address: 16 bytes.
        prefix_length: of its network, bits.
        interface: index of the one that it is assigned to.
        deprecated: nothing new should begin with it (RFC 4862 section 5.5.4).
    """

    address: bytes
    prefix_length: int
    interface: int
    deprecated: bool = False


def best_source(
    candidates: Sequence[Candidate],
    destination: bytes,
    interface: int,
    policies: PolicyTable = DEFAULT_POLICIES,
) -> bytes | None:
    """The address to send from (RFC 6724 section 5), or None: there is no candidate.

    Args:
        candidates: in the order of preference where no rule decides.
        destination: 16 bytes.
        interface: index of the one that the packet leaves by.
        policies: whose labels are compared.
    """
    if not candidates:
        return None
    scope = scope_of(destination)
    label = policies.of(destination).label

    def preference(one: Candidate) -> tuple[int, ...]:
        own = scope_of(one.address)
        alike = min(common_prefix(one.address, destination), one.prefix_length)
        return (
            one.address == destination,  # rule 1
            own >= scope,  # rule 2: a scope that reaches, the smallest of those; else the largest
            -own if own >= scope else own,
            not one.deprecated,  # rule 3
            one.interface == interface,  # rule 5
            policies.of(one.address).label == label,  # rule 6
            alike,  # rule 8
        )

    return max(candidates, key=preference).address


def in_order(
    destinations: Iterable[bytes],
    source_for: Callable[[bytes], bytes | None],
    deprecated: Callable[[bytes], bool] = lambda address: False,
    policies: PolicyTable = DEFAULT_POLICIES,
) -> list[bytes]:
    """Destinations of both families, the one to try first in front (RFC 6724 section 6).

    Args:
        destinations: 4 or 16 bytes each; what no rule tells apart stays in this order (rule 10).
        source_for: the address that a packet there would carry, or None: unusable.
        deprecated: whether one of our addresses is.
        policies: what administrators prefer.
    """

    def preference(destination: bytes) -> tuple[int, ...]:
        source = source_for(destination)
        scope = scope_of(destination)
        policy = policies.of(destination)
        if source is None:  # rule 1
            return (0, 0, 0, 0, policy.precedence, -scope, 0)
        alike = common_prefix(source, destination) if len(destination) == 16 else 0
        return (
            1,
            scope == scope_of(source),  # rule 2
            not deprecated(source),  # rule 3
            policies.of(source).label == policy.label,  # rule 5
            policy.precedence,  # rule 6
            -scope,  # rule 8
            alike,  # rule 9
        )

    return sorted(destinations, key=preference, reverse=True)
