"""Neighbour discovery on one interface: who has this IPv6 address, and answering that question.

Source: RFC 4861 sections 7.1 and 7.2.
"""

from typing import Final

from wirelab.codecs import (
    ICMPv6,
    IPv6,
    NDSourceLinkAddress,
    NDTargetLinkAddress,
    NeighborAdvertisement,
    NeighborSolicitation,
)
from wirelab.codecs.addresses import ipv6_text
from wirelab.sim.host.arrival import Arrival
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.events import AddressConflict
from wirelab.sim.host.interface import Interface
from wirelab.sim.host.ipv6.scopes import (
    ALL_NODES,
    UNSPECIFIED,
    is_link_local,
    multicast_mac6,
    solicited_node,
)
from wirelab.sim.host.neighbors.cache import NeighborTimes
from wirelab.sim.host.neighbors.claims import ClaimRules
from wirelab.sim.host.neighbors.resolution import Resolution
from wirelab.sim.host.neighbors.surroundings import Surroundings
from wirelab.sim.reasons import Reason

TYPE_IPV6: Final = 0x86DD  # RFC 2464 section 3
SOLICITATION: Final = 135  # types of ICMPv6, RFC 4861 sections 4.3 and 4.4
ADVERTISEMENT: Final = 136
HOP_LIMIT: Final = 255
"""Of every message: proof that no router passed it on (RFC 4861 section 7.1)."""

CLAIM_RULES: Final = ClaimRules(
    probe_wait=1 * SECOND,
    probe_number=1,
    probe_minimum=1 * SECOND,
    probe_maximum=1 * SECOND,
    announce_wait=1 * SECOND,
    announce_number=0,
    announce_interval=1 * SECOND,
)
"""RFC 4862 section 5.1 and RFC 4861 section 10."""

_ICMPV6: Final = 58
_HEADER: Final = 4  # bytes of type, code and checksum


class NeighborDiscovery(Resolution):
    """Neighbour discovery of one interface.

    Args:
        interface: whose addresses to speak for.
        around: the host.
        lifetime: of a cache entry, ns.
    """

    PROTOCOL = "ND"
    TYPE = TYPE_IPV6
    TIMEOUT = Reason.ARP_TIMEOUT
    QUEUE_FULL = Reason.ARP_QUEUE_FULL

    def __init__(self, interface: Interface, around: Surroundings, lifetime: int) -> None:
        super().__init__(interface, around, NeighborTimes(lifetime, lifetime))

    # --- messages in -------------------------------------------------------------------------

    def receive(self, arrival: Arrival, message_type: int, now: int) -> Drop | None:
        """Take a solicitation or an advertisement whose checksum is right."""
        if arrival.ttl != HOP_LIMIT:
            return Drop(Reason.ICMP_BAD_PACKET, f"hop limit {arrival.ttl}, not 255")
        body = arrival.offset + _HEADER
        if message_type == SOLICITATION:
            solicitation = NeighborSolicitation.parse(arrival.frame, body, arrival.end)
            return self._solicited(solicitation, arrival, now)
        advertisement = NeighborAdvertisement.parse(arrival.frame, body, arrival.end)
        for option in advertisement.options:
            if isinstance(option, NDTargetLinkAddress):
                self.neighbors.merge(advertisement.target, option.address, now)
        return None

    def _solicited(self, asked: NeighborSolicitation, arrival: Arrival, now: int) -> Drop | None:
        if not self.is_own(asked.target):
            return Drop(Reason.ARP_NOT_FOR_ME, f"asks for {ipv6_text(asked.target)}")
        source = arrival.ip.source
        for option in asked.options:
            if not isinstance(option, NDSourceLinkAddress) or source == UNSPECIFIED:
                continue
            if not self.neighbors.merge(source, option.address, now):
                self.neighbors.add(source, option.address, now)
        to = ALL_NODES if source == UNSPECIFIED else source
        answer = self._advertisement(asked.target, source != UNSPECIFIED)
        self._send(ADVERTISEMENT, answer, asked.target, to, now)
        return None

    def _send(self, kind: int, body: bytes, source: bytes, to: bytes, now: int) -> None:
        ip = IPv6(source=source, destination=to, next_header=_ICMPV6, hop_limit=HOP_LIMIT)
        packet = ip.build(ICMPv6(type=kind).build(body, ip))
        if to[0] == 0xFF:
            self.send_to_mac(packet, multicast_mac6(to))
        else:
            self.send_packet(packet, to, now)

    # --- what the cache wants done (NeighborActions) -------------------------------------------

    def request(self, address: bytes, mac: bytes | None, now: int) -> None:
        """Ask everybody in the solicited-node group, or the one known station."""
        source = next(
            (one.address for one in self.interface.ipv6 if is_link_local(one.address)), UNSPECIFIED
        )
        options = [] if source == UNSPECIFIED else [NDSourceLinkAddress(self.interface.mac)]
        body = NeighborSolicitation(target=address, options=options).build()
        self._send(SOLICITATION, body, source, solicited_node(address), now)

    # --- what claims want said (Speaker; RFC 4862 section 5.4) -----------------------------------

    @property
    def claim_rules(self) -> ClaimRules:
        """One probe, no announcement."""
        return CLAIM_RULES

    def send_probe(self, address: bytes, now: int) -> None:
        """A solicitation whose sender has no address."""
        body = NeighborSolicitation(target=address).build()
        self._send(SOLICITATION, body, UNSPECIFIED, solicited_node(address), now)

    def send_announcement(self, address: bytes, now: int) -> None:
        """An advertisement that nobody asked for (RFC 4861 section 7.2.6)."""
        self._send(ADVERTISEMENT, self._advertisement(address, False), address, ALL_NODES, now)

    def send_defence(self, address: bytes, mac: bytes, now: int) -> None:
        """An announcement; the program hears why."""
        self.send_announcement(address, now)
        self.around.emit(AddressConflict(address, mac, self.interface.index))

    def _advertisement(self, address: bytes, solicited: bool) -> bytes:
        return NeighborAdvertisement(
            solicited=solicited,
            override=True,
            target=address,
            options=[NDTargetLinkAddress(self.interface.mac)],
        ).build()
