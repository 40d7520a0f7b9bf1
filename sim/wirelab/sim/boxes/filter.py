"""A stateful filter of both families: rules decide who may begin, and answers pass by themselves.

    begins something?  --rules, in order, the first that matches; none: drop--> accept, drop, reject
    belongs to something that began, or is an ICMP error about it?  --> accept

Source: RFC 2979 (firewalls), RFC 4890 (what a filter must let pass of ICMPv6), RFC 6092 section 3
(stateful filtering of IPv6: TCP, UDP and ICMP as below).

Rule 1: a packet is judged where it comes in, before it is known whether it is for this host or for
somebody behind it. What this host itself sends is remembered, so that it gets its answers.
Rule 2: only a SYN begins a TCP connection, and only a request an exchange of ICMP.
Rule 3: what keeps a link going passes in any case: neighbour discovery, router discovery and group
membership (RFC 4890 section 4.4.1). No router forwards it.
"""

from collections.abc import Iterable
from typing import Final

from wirelab.codecs.addresses import ip_text
from wirelab.sim.boxes.connections import Connections
from wirelab.sim.boxes.filter_rules import Action, Direction, Rule
from wirelab.sim.boxes.lifetimes import Lifetimes
from wirelab.sim.boxes.reading import ICMP_HEADER, ICMPV6, TCP, WITH_PORTS, Kind, Reading, read
from wirelab.sim.boxes.rule_text import read_rule
from wirelab.sim.boxes.tcp_progress import ACK, RST, SYN
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.interface import Interface
from wirelab.sim.reasons import Reason

CAPACITY: Final = 65_536  # ours: conversations, of some 500 bytes each

_IGMP: Final = 2  # RFC 3376 section 4
_LINK_ICMPV6: Final = frozenset(range(130, 137)) | {143}
"""Types of MLD, router and neighbour discovery (RFC 4890 section 4.4.1); not redirects (4.4.4)."""


class Filter:
    """A hook that lets pass what the rules allow, and whatever answers it.

    Args:
        outside: the interface that `in` and `out` are meant for.
        rules: in their order; texts are read by `read_rule`.
        lifetimes: how long what is silent is remembered.
        capacity: the most conversations that are remembered.

    Attributes:
        rules: a list to be changed at will; what has begun is not judged again.

    Raises:
        ValueError: a text is no rule.
    """

    wants_whole = True
    """Later fragments have no ports."""

    def __init__(
        self,
        outside: Interface,
        rules: Iterable[Rule | str] = (),
        *,
        lifetimes: Lifetimes | None = None,
        capacity: int = CAPACITY,
    ) -> None:
        self.outside = outside
        self.rules = [read_rule(rule) if isinstance(rule, str) else rule for rule in rules]
        self._connections = Connections(lifetimes or Lifetimes(), capacity)

    def __repr__(self) -> str:
        return (
            f"<Filter outside {self.outside.name}: {len(self.rules)} rules, "
            f"{len(self._connections)} connections>"
        )

    # --- the hook ----------------------------------------------------------------------------

    def received(self, packet: bytes, interface: Interface, now: int) -> bytes | Drop:
        """See `PacketHook`."""
        reading = read(packet)
        if reading is None or not _is_readable(reading):
            return Drop(Reason.IP_FILTER, "its ports cannot be read")
        if self._belongs(packet, reading, now) or _keeps_the_link(reading):
            return packet
        refusal = self._judge(reading, interface, now)
        return packet if refusal is None else refusal

    def leaving(
        self, packet: bytes, arrived: Interface | None, interface: Interface, now: int
    ) -> bytes | Drop:
        """See `PacketHook`: everything may leave; what is this host's own is remembered."""
        if arrived is None:
            reading = read(packet)
            if reading is not None and not self._belongs(packet, reading, now):
                self._begin(reading, now)
        return packet

    def restored(self, packet: bytes, now: int) -> bytes:
        """See `PacketHook`: nothing was changed."""
        return packet

    # --- decisions ---------------------------------------------------------------------------

    def _belongs(self, packet: bytes, reading: Reading, now: int) -> bool:
        """Whether something remembered is continued by this packet."""
        if reading.kind is Kind.ERROR:
            about = read(packet[reading.offset + ICMP_HEADER :])
            return about is not None and self._connections.find(about, now) is not None
        found = self._connections.find(reading, now)
        if found is None:
            return False
        connection, forward = found
        if connection.is_over and not forward and _is_first_segment(reading):
            return False  # the other side begins: that is for the rules
        self._connections.see(connection, reading, forward, now)
        return True

    def _judge(self, reading: Reading, interface: Interface, now: int) -> Drop | None:
        if reading.protocol == TCP and not _is_first_segment(reading):
            return Drop(Reason.IP_FILTER, f"{_text(reading)} belongs to no connection")
        if reading.kind is Kind.REPLY:
            return Drop(Reason.IP_FILTER, f"{_text(reading)} answers nothing")
        direction = Direction.IN if interface is self.outside else Direction.OUT
        for rule in self.rules:
            if not rule.matches(reading, direction, interface.name):
                continue
            if rule.action is not Action.ACCEPT:
                rejected = rule.action is Action.REJECT
                return Drop(Reason.IP_FILTER, f"{_text(reading)}: {rule.text}", answered=rejected)
            if self._begin(reading, now):
                return None
            return Drop(Reason.IP_FILTER_FULL, f"{len(self._connections):,} connections")
        return Drop(Reason.IP_FILTER, f"{_text(reading)}: no rule accepts it")

    def _begin(self, reading: Reading, now: int) -> bool:
        """Remember what a packet begins, if it begins anything; False: there is no room."""
        if reading.kind in (Kind.REPLY, Kind.ERROR):
            return True
        if reading.protocol == TCP and not _is_first_segment(reading):
            return True
        return self._connections.begin(reading, now)


def _is_first_segment(reading: Reading) -> bool:
    return reading.protocol == TCP and reading.code & (SYN | ACK | RST) == SYN


def _is_readable(reading: Reading) -> bool:
    return reading.kind is not Kind.OTHER or reading.protocol not in WITH_PORTS


def _keeps_the_link(reading: Reading) -> bool:
    if reading.protocol == ICMPV6:
        return reading.code in _LINK_ICMPV6
    return reading.protocol == _IGMP


def _text(reading: Reading) -> str:
    source, destination = ip_text(reading.source), ip_text(reading.destination)
    if reading.kind is Kind.PORTS:
        source, destination = (
            f"{source} port {reading.source_port}",
            f"{destination} port {reading.destination_port}",
        )
    return f"protocol {reading.protocol}, {source} to {destination}"
