"""Neighbour discovery on one interface: who has this IPv6 address, and answering that question.

Source: RFC 4861 sections 7.2 (resolution), 7.3 (unreachability) and 8.3 (redirects); RFC 4862
section 5.4 (duplicate addresses), RFC 7527 (one's own probes, come back).

The cache's states are in `cache.py`, the claims' in `claims.py`, the messages' rules in
`discovery_messages.py`.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

from wirelab.codecs import (
    ICMPv6,
    IPv6,
    NDNonce,
    NDRedirect,
    NDSourceLinkAddress,
    NDTargetLinkAddress,
    NeighborAdvertisement,
    NeighborSolicitation,
)
from wirelab.codecs.addresses import ipv6_text, mac_text
from wirelab.sim.host.arrival import Arrival
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.durations import MILLISECOND, SECOND
from wirelab.sim.host.events import AddressConflict
from wirelab.sim.host.interface import Interface
from wirelab.sim.host.ipv6.scopes import (
    ALL_NODES,
    UNSPECIFIED,
    check_address6,
    is_link_local,
    is_multicast6,
    multicast_mac6,
    solicited_node,
)
from wirelab.sim.host.multicast.source_filter import EVERYBODY, NOBODY
from wirelab.sim.host.neighbors.cache import NeighborTimes
from wirelab.sim.host.neighbors.claims import ClaimRules
from wirelab.sim.host.neighbors.discovery_messages import (
    ADVERTISEMENT,
    HOP_LIMIT,
    REDIRECT,
    SOLICITATION,
    nonce_of,
    read,
    source_mac,
    target_mac,
    unsound_advertisement,
    unsound_redirect,
    unsound_solicitation,
)
from wirelab.sim.host.neighbors.resolution import Resolution
from wirelab.sim.host.neighbors.surroundings import Surroundings
from wirelab.sim.host.protocol_numbers import PROTOCOL_ICMPV6
from wirelab.sim.reasons import Reason

TYPE_IPV6: Final = 0x86DD  # RFC 2464 section 3

REACHABLE_TIME: Final = 30 * SECOND  # RFC 4861 section 10
RETRANS_TIMER: Final = 1 * SECOND  # RFC 4861 section 10
DELAY_FIRST_PROBE_TIME: Final = 5 * SECOND  # RFC 4861 section 10
IDLE_TIME: Final = 600 * SECOND  # ours: RFC 4861 section 7.3.3 leaves the garbage to us
MAX_RTR_SOLICITATION_DELAY: Final = 1 * SECOND  # RFC 4861 section 10
DUP_ADDR_DETECT_TRANSMITS: Final = 1  # RFC 4862 section 5.1

NONCE_LENGTH: Final = 6  # bytes, RFC 3971 section 5.3.2

Redirected: TypeAlias = Callable[[bytes, bytes, bytes, int], bool]
"""Obeys a redirect, or not: destination, the router that says so, the better first hop, `now`."""

RouterLost: TypeAlias = Callable[[bytes, int], None]
"""Told of a router that is none any more (RFC 4861 section 7.2.5), and of every neighbour that
answers no more: whether it was a router, who chooses routers knows best (section 7.3.3)."""


class NeighborDiscovery(Resolution):
    """Neighbour discovery of one interface.

    Args:
        interface: whose addresses to speak for.
        around: the host.
        is_router: whether the host forwards packets, and says so.

    Attributes:
        is_router: see above.
        proxied: addresses of others that are answered for (RFC 4861 section 7.2.8).
        duplicate_probes: how often an address is asked for before it is used; 0: never.
        redirected: see `Redirected`; None: redirects are not obeyed.
        router_losses: see `RouterLost`.
    """

    PROTOCOL = "ND"
    TYPE = TYPE_IPV6
    TIMEOUT = Reason.ND_TIMEOUT
    QUEUE_FULL = Reason.ND_QUEUE_FULL

    def __init__(self, interface: Interface, around: Surroundings, is_router: bool = False) -> None:
        self._base_reachable_time = REACHABLE_TIME
        times = NeighborTimes(
            _spread(REACHABLE_TIME, around.random.getrandbits(32)),
            IDLE_TIME,
            DELAY_FIRST_PROBE_TIME,
            RETRANS_TIMER,
        )
        super().__init__(interface, around, times)
        self.is_router = is_router
        self.proxied: set[bytes] = set()
        self.duplicate_probes = DUP_ADDR_DETECT_TRANSMITS
        self.redirected: Redirected | None = None
        self.router_losses: list[RouterLost] = []
        self._nonces: dict[bytes, bytes] = {}  # of the probes that we sent, by target

    # --- calls -------------------------------------------------------------------------------

    def resolve(self, address: bytes, now: int) -> None:
        """Ask for an address; NeighborResolved or NeighborFailed follows, at once if known."""
        check_address6(address)
        super().resolve(address, now)

    def announce(self, now: int) -> None:
        """Tell everybody where our addresses are (RFC 4861 section 7.2.6)."""
        for entry in self.interface.ipv6:
            if entry.is_usable:
                self.send_announcement(entry.address, now)

    def set_times(self, reachable_ms: int, retransmission_ms: int) -> None:
        """Take over what a router advertises, ms each; 0: it says nothing (RFC 4861 section 6.3.4).

        A new random reachable time is drawn only where the router's value is new.
        """
        times = self.neighbors.times
        if retransmission_ms:
            times.retransmission_time = retransmission_ms * MILLISECOND
        base = reachable_ms * MILLISECOND
        if base and base != self._base_reachable_time:
            self._base_reachable_time = base
            times.reachable_time = _spread(base, self.around.random.getrandbits(32))

    def answer_for(self, address: bytes, prefix_length: int) -> None:
        """Answer for an address that is not ours; see `Neighborhood.answer_for`.

        Raises:
            ValueError: no IPv6 address, or a network of several.
        """
        check_address6(address)
        if prefix_length != 128:
            raise ValueError(f"prefix length {prefix_length}: an IPv6 proxy answers for 128 bits")
        self.proxied.add(address)
        self.interface.listen(solicited_node(address), EVERYBODY)

    def answer_no_more_for(self, address: bytes) -> None:
        """Undo `answer_for`.

        Raises:
            ValueError: it was not called for this address.
        """
        if address not in self.proxied:
            raise ValueError(f"no proxy for {ipv6_text(address)}")
        self.proxied.remove(address)
        group = solicited_node(address)
        if not any(group == solicited_node(one) for one in self._listening()):
            self.interface.listen(group, NOBODY)

    def _listening(self) -> set[bytes]:
        """The addresses in whose groups others may ask us."""
        return self.proxied | {entry.address for entry in self.interface.ipv6}

    # --- messages in -------------------------------------------------------------------------

    def receive(self, arrival: Arrival, message_type: int, now: int) -> Drop | None:
        """Take a solicitation, an advertisement or a redirect whose checksum is right."""
        if message_type == SOLICITATION:
            return self._receive_solicitation(arrival, now)
        if message_type == ADVERTISEMENT:
            return self._receive_advertisement(arrival, now)
        assert message_type == REDIRECT
        return self._receive_redirect(arrival, now)

    def _receive_solicitation(self, arrival: Arrival, now: int) -> Drop | None:
        """RFC 4861 section 7.2.3; RFC 4862 section 5.4.3 for an address that is tentative."""
        asked, ip = read(NeighborSolicitation, arrival), arrival.ip
        assert isinstance(ip, IPv6)
        if isinstance(asked, Drop):
            return asked
        refusal = unsound_solicitation(asked, ip)
        if refusal is not None:
            return refusal
        if self._claims is not None and self._claims.is_tentative(asked.target):
            return self._contested(asked, arrival, now)
        if not self.is_own(asked.target) and asked.target not in self.proxied:
            return Drop(Reason.ND_NOT_FOR_ME, f"asks for {ipv6_text(asked.target)}")
        mac = source_mac(asked)
        if ip.source != UNSPECIFIED and mac is not None:
            self.neighbors.hear(ip.source, mac, now)
        self._answer(asked.target, ip.source, now)
        return None

    def _contested(self, asked: NeighborSolicitation, arrival: Arrival, now: int) -> Drop | None:
        """Somebody asks for an address that we are about to take: another one who wants it?"""
        if arrival.ip.source != UNSPECIFIED:  # looks for its owner, and we are not it yet
            detail = f"asks for {ipv6_text(asked.target)}, which is tentative here"
            return Drop(Reason.ND_NOT_FOR_ME, f"{detail} (RFC 4862 section 5.4.3)")
        mac = arrival.frame[6:12]
        nonce = nonce_of(asked)
        sent = self._nonces.get(asked.target)
        # The nonce decides: another station may have our MAC address (RFC 4862 section 5.4.5).
        if nonce == sent if nonce is not None else mac in self.around.macs:
            return Drop(Reason.ND_NOT_FOR_ME, "our own probe, come back (RFC 7527 section 4.2)")
        self.claims.conflict(asked.target, mac, now)
        return None

    def _receive_advertisement(self, arrival: Arrival, now: int) -> Drop | None:
        """RFC 4861 section 7.2.5; RFC 4862 section 5.4.4 for an address of ours."""
        told, ip = read(NeighborAdvertisement, arrival), arrival.ip
        assert isinstance(ip, IPv6)
        if isinstance(told, Drop):
            return told
        refusal = unsound_advertisement(told, ip)
        if refusal is not None:
            return refusal
        mac = target_mac(told)
        if self.interface.find(told.target) is not None or (
            self._claims is not None and self._claims.is_tentative(told.target)
        ):
            return self._impostor(told.target, mac or arrival.frame[6:12], now)
        known = self.neighbors.get(told.target) is not None
        self.neighbors.advertised(
            told.target,
            mac,
            now,
            is_router=told.router,
            solicited=told.solicited,
            override=told.override,
        )
        if not known:
            detail = f"about {ipv6_text(told.target)}, whom nobody here looks for"
            return Drop(Reason.ND_NOT_FOR_ME, detail)
        return None

    def _impostor(self, address: bytes, mac: bytes, now: int) -> Drop | None:
        """Somebody says that an address of ours, or one that we want, is theirs."""
        was_tentative = self.claims.is_tentative(address)
        if mac in self.around.macs and not was_tentative:  # what is tentative, we never advertise
            return Drop(Reason.ND_NOT_FOR_ME, "sent with our own addresses")
        if not self.claims.conflict(address, mac, now) and self.is_own(address):
            self.claims.defend(address, mac, now)
        if was_tentative:
            return None
        detail = f"{mac_text(mac)} claims {ipv6_text(address)}, too"
        return Drop(Reason.ND_ADDRESS_CONFLICT, detail)

    def _receive_redirect(self, arrival: Arrival, now: int) -> Drop | None:
        """RFC 4861 section 8.3."""
        told, ip = read(NDRedirect, arrival), arrival.ip
        assert isinstance(ip, IPv6)
        if isinstance(told, Drop):
            return told
        refusal = unsound_redirect(told, ip)
        if refusal is not None:
            return refusal
        obey = self.redirected
        if obey is None or not obey(told.destination, ip.source, told.target, now):
            detail = f"{ipv6_text(told.destination)} via {ipv6_text(told.target)}"
            return Drop(Reason.ICMP_REDIRECT_IGNORED, detail)
        mac = target_mac(told)
        if mac is not None:
            is_router = True if told.target != told.destination else None
            self.neighbors.hear(told.target, mac, now, is_router)
        return None

    # --- messages out --------------------------------------------------------------------------

    def _answer(self, target: bytes, asker: bytes, now: int) -> None:
        """RFC 4861 section 7.2.4: to the asker; to everybody, if it has no address yet."""
        is_own = self.is_own(target)
        source = target if is_own else self._own_for(asker)
        if source is None:
            return
        is_known = asker != UNSPECIFIED
        body = NeighborAdvertisement(
            router=self.is_router,
            solicited=is_known,
            override=is_own,  # a proxy must not displace the real one (section 7.2.8)
            target=target,
            options=[NDTargetLinkAddress(self.interface.mac)],
        )
        self._send(ADVERTISEMENT, body, source, asker if is_known else ALL_NODES, now)

    def _send(
        self,
        kind: int,
        body: NeighborSolicitation | NeighborAdvertisement,
        source: bytes,
        destination: bytes,
        now: int,
        mac: bytes | None = None,
    ) -> None:
        """Send a message.

        Args:
            kind: its type.
            body: what follows the ICMPv6 header.
            source: IPv6 address.
            destination: IPv6 address.
            now: ns.
            mac: where to, if it is known without asking.
        """
        ip = IPv6(
            source=source,
            destination=destination,
            next_header=PROTOCOL_ICMPV6,
            hop_limit=HOP_LIMIT,
        )
        packet = ip.build(ICMPv6(type=kind).build(body.build(), ip))
        if is_multicast6(destination):
            mac = multicast_mac6(destination)
        if mac is None:
            self.send_packet(packet, destination, now)
        else:
            self.send_to_mac(packet, mac)

    def _own_for(self, target: bytes) -> bytes | None:
        """The address to ask from (RFC 4861 section 7.2.2), or None while there is none.

        That of the packet that waits; else one of the target's kind: link-local, or on its network.
        """
        entry = self.neighbors.get(target)
        if entry is not None and entry.waiting:
            source = entry.waiting[-1][8:24]  # RFC 8200 section 3
            if self.is_own(source):
                return source
        usable = [one for one in self.interface.ipv6 if one.is_usable]
        for one in usable:
            if not is_link_local(target) and one.contains(target):
                return one.address
        for one in usable:
            if is_link_local(one.address):
                return one.address
        return usable[0].address if usable else None

    # --- what the cache wants done (NeighborActions) -------------------------------------------

    def request(self, address: bytes, mac: bytes | None, now: int) -> None:
        """Ask the group of the address, or poll the one known station.

        Without an address of our own we must not ask: from :: it would be a probe for a duplicate
        (RFC 4862 section 5.4.2).
        """
        source = self._own_for(address)
        if source is None:
            return
        body = NeighborSolicitation(
            target=address, options=[NDSourceLinkAddress(self.interface.mac)]
        )
        self._send(
            SOLICITATION,
            body,
            source,
            solicited_node(address) if mac is None else address,
            now,
            mac,
        )

    def failed(self, address: bytes, packets: list[bytes], now: int) -> None:
        """Give up; who chooses routers hears first, so that what waited can go by another one.

        That the entry says nothing of a router means nothing: it may have been forgotten when
        nobody used it, and made anew.
        """
        self.router_lost(address, now)
        super().failed(address, packets, now)

    def router_lost(self, address: bytes, now: int) -> None:
        """Tell who chooses default routers, and who remembers redirects."""
        for tell in self.router_losses:
            tell(address, now)

    # --- what claims want said (Speaker) ---------------------------------------------------------

    @property
    def claim_rules(self) -> ClaimRules:
        """RFC 4862 sections 5.1 and 5.4.2; nothing is announced."""
        retransmission = self.neighbors.times.retransmission_time
        if not self.duplicate_probes:
            return ClaimRules(0, 0, 0, 0, 0, 0, 0)
        return ClaimRules(
            probe_wait=MAX_RTR_SOLICITATION_DELAY,
            probe_number=self.duplicate_probes,
            probe_minimum=retransmission,
            probe_maximum=retransmission,
            announce_wait=retransmission,
            announce_number=0,
            announce_interval=0,
        )

    def send_probe(self, address: bytes, now: int) -> None:
        """A solicitation from nobody, with a nonce by which it is known if it comes back."""
        nonce = self.around.random.getrandbits(8 * NONCE_LENGTH).to_bytes(NONCE_LENGTH, "big")
        self._nonces = {
            target: known
            for target, known in self._nonces.items()
            if self.claims.is_tentative(target)
        }
        self._nonces[address] = nonce
        body = NeighborSolicitation(target=address, options=[NDNonce(nonce)])
        self._send(SOLICITATION, body, UNSPECIFIED, solicited_node(address), now)

    def send_announcement(self, address: bytes, now: int) -> None:
        """An advertisement that nobody asked for, and that overrides (RFC 4861 section 7.2.6)."""
        body = NeighborAdvertisement(
            router=self.is_router,
            override=True,
            target=address,
            options=[NDTargetLinkAddress(self.interface.mac)],
        )
        self._send(ADVERTISEMENT, body, address, ALL_NODES, now)

    def send_defence(self, address: bytes, mac: bytes, now: int) -> None:
        """An advertisement; the program hears why."""
        self.send_announcement(address, now)
        self.around.emit(AddressConflict(address, mac, self.interface.index))


def _spread(base: int, bits: int) -> int:
    """Between half and one and a half of `base` ns (RFC 4861 section 6.3.2), by 32 random bits."""
    return base // 2 + (base * bits >> 32)
