"""Address resolution on one interface: who has this IPv4 address, and answering that question.

Source: RFC 826 "Packet Reception", whose questions `Arp.receive` asks in their order; RFC 5227
sections 1.1 and 2.1.1 (probe and announcement); RFC 1812 section 3.3.2 (no group addresses).

The cache, with its times, is in `cache.py`; what goes out through it in `resolution.py`.
"""

from collections.abc import Callable
from typing import Final

from wirelab.codecs import ARP, DecodeError, Ethernet
from wirelab.codecs.addresses import ANY_IPV4, BROADCAST_MAC, ipv4_text, mac_text
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.events import AddressConflict, NeighborResolved
from wirelab.sim.host.interface import Interface, check_address
from wirelab.sim.host.neighbors.cache import NeighborTimes
from wirelab.sim.host.neighbors.claims import ClaimRules
from wirelab.sim.host.neighbors.resolution import Resolution
from wirelab.sim.host.neighbors.surroundings import Surroundings
from wirelab.sim.reasons import Reason

TYPE_ARP: Final = 0x0806  # RFC 826 "Definitions"
TYPE_IPV4: Final = 0x0800  # RFC 894
HARDWARE_ETHERNET: Final = 1  # RFC 826 "Definitions"
REQUEST: Final = 1  # RFC 826 "Definitions"
REPLY: Final = 2

NO_MAC: Final = bytes(6)

PROBE_PATIENCE: Final = 3 * SECOND
"""How long an answer to a probe is listened for; ours: as long as three requests would take."""

MAXIMUM_PROBES: Final = 256  # ours: bounds the memory

LINK_LOCAL_NETWORK: Final = b"\xa9\xfe"  # 169.254.0.0/16, RFC 3927 section 2.1

CLAIM_RULES: Final = ClaimRules(
    probe_wait=1 * SECOND,
    probe_number=3,
    probe_minimum=1 * SECOND,
    probe_maximum=2 * SECOND,
    announce_wait=2 * SECOND,
    announce_number=2,
    announce_interval=2 * SECOND,
)
"""RFC 5227 section 1.1."""


class Arp(Resolution):
    """ARP of one interface.

    Args:
        interface: whose addresses to speak for.
        around: the host.
        lifetime: of a cache entry, ns.
        answer: whether to answer requests, and to defend our addresses; off where a kernel does
            that for the same address.

    Attributes:
        proxy: says whether to answer for an address that is not ours, or None (RFC 1027).
    """

    PROTOCOL = "ARP"
    TYPE = TYPE_IPV4
    TIMEOUT = Reason.ARP_TIMEOUT
    QUEUE_FULL = Reason.ARP_QUEUE_FULL

    def __init__(
        self, interface: Interface, around: Surroundings, lifetime: int, answer: bool
    ) -> None:
        super().__init__(interface, around, NeighborTimes(lifetime, lifetime))
        self._answer = answer
        self._probes: dict[bytes, int] = {}  # address -> until when an answer is ours
        self.proxy: Callable[[bytes], bool] | None = None

    # --- calls -------------------------------------------------------------------------------

    def resolve(self, address: bytes, now: int) -> None:
        """Ask for an address; NeighborResolved or NeighborFailed follows, at once if known."""
        check_address(address)
        super().resolve(address, now)

    def probe(self, address: bytes, now: int) -> None:
        """Ask without telling our own address, so that no cache is touched (RFC 5227)."""
        check_address(address)
        for old, deadline in list(self._probes.items()):
            if deadline < now:
                del self._probes[old]
        if len(self._probes) < MAXIMUM_PROBES:
            self._probes[address] = now + PROBE_PATIENCE
        self.send_probe(address, now)

    def announce(self, now: int) -> None:
        """Gratuitous ARP: tell everybody where our addresses are (RFC 5227 section 2.3)."""
        for entry in self.interface.ipv4:
            if entry.is_usable:
                self.send_announcement(entry.address, now)

    # --- packets in --------------------------------------------------------------------------

    def receive(self, frame: bytes, offset: int, now: int) -> Drop | None:
        """RFC 826 "Packet Reception"; the packet is at `frame[offset:]`."""
        try:
            packet = ARP.parse(frame, offset)
        except DecodeError as error:
            return Drop(Reason.ARP_BAD_PACKET, str(error))
        refusal = self._unacceptable(packet)
        if refusal is not None:
            return refusal
        if self._claims is not None and self._contested(packet, now):
            return None
        if self._probes and self._probe_answered(packet, now):
            return None
        if self.is_own(packet.sender_protocol_address):
            return self._impostor(packet, now)
        return self._merge_and_answer(packet, now)

    def _merge_and_answer(self, packet: ARP, now: int) -> Drop | None:
        """The heart of RFC 826: update, am I the target, add, NOW look at the opcode."""
        sender, target = packet.sender_protocol_address, packet.target_protocol_address
        mac = packet.sender_hardware_address
        merged = self.neighbors.merge(sender, mac, now)
        is_request = packet.operation == REQUEST
        if not self.is_own(target) and not (is_request and self._is_proxied(target, sender)):
            return None if merged else Drop(Reason.ARP_NOT_FOR_ME, f"asks for {ipv4_text(target)}")
        if not merged and sender != ANY_IPV4:  # RFC 5227 section 1.1: a probe leaves no trace
            self.neighbors.add(sender, mac, now)
        if is_request and self._answer:
            self._reply(target, mac, sender)
        return None

    def _unacceptable(self, packet: ARP) -> Drop | None:
        """Whether the packet is no ARP of ours, or its sender cannot be believed."""
        if packet.hardware_type != HARDWARE_ETHERNET or packet.protocol_type != TYPE_IPV4:
            detail = f"hardware type {packet.hardware_type}, protocol {packet.protocol_type:#06x}"
            return Drop(Reason.ARP_BAD_PACKET, detail)
        if packet.hardware_length != 6 or packet.protocol_length != 4:
            lengths = f"{packet.hardware_length} and {packet.protocol_length}"
            return Drop(Reason.ARP_BAD_PACKET, f"address lengths {lengths}, not 6 and 4")
        mac = packet.sender_hardware_address
        if mac[0] & 1 or mac == NO_MAC:
            return Drop(Reason.ARP_BAD_PACKET, f"sender {mac_text(mac)} is no single station")
        sender = packet.sender_protocol_address
        if sender != ANY_IPV4 and (sender[0] >= 224 or self.interface.is_broadcast(sender)):
            return Drop(Reason.ARP_BAD_PACKET, f"sender {ipv4_text(sender)} is no single host")
        return None

    def _contested(self, packet: ARP, now: int) -> bool:
        """Whether somebody has, or wants, an address that we are about to take.

        RFC 5227 section 2.1.1: any packet sent from that address, and any probe for it.
        """
        assert self._claims is not None
        mac = packet.sender_hardware_address
        if mac in self.around.macs:
            return False
        address = packet.sender_protocol_address
        if address == ANY_IPV4 and packet.operation == REQUEST:
            address = packet.target_protocol_address
        return self._claims.is_tentative(address) and self._claims.conflict(address, mac, now)

    def _impostor(self, packet: ARP, now: int) -> Drop:
        """Somebody speaks with our address, which stays out of the cache (RFC 5227 section 2.4)."""
        mac, address = packet.sender_hardware_address, packet.sender_protocol_address
        if mac in self.around.macs:
            return Drop(Reason.ARP_NOT_FOR_ME, "sent with our own addresses")
        if self._answer and not self.claims.conflict(address, mac, now):
            self.claims.defend(address, mac, now)
        detail = f"{mac_text(mac)} claims {ipv4_text(address)}, too"
        return Drop(Reason.ARP_ADDRESS_CONFLICT, detail)

    def _is_proxied(self, target: bytes, sender: bytes) -> bool:
        """Whether we answer for a host behind us (RFC 1027)."""
        return self.proxy is not None and target != sender and self.proxy(target)

    def _probe_answered(self, packet: ARP, now: int) -> bool:
        sender, mac = packet.sender_protocol_address, packet.sender_hardware_address
        deadline = self._probes.get(sender)
        if deadline is None or now > deadline or packet.operation != REPLY:
            return False
        del self._probes[sender]
        self.neighbors.merge(sender, mac, now)
        self.around.emit(NeighborResolved(sender, mac))
        return True

    # --- packets out ---------------------------------------------------------------------------

    def _reply(self, address: bytes, mac: bytes, asker: bytes) -> None:
        """Answer the asker alone; everybody, for a link-local address (RFC 3927 section 2.5)."""
        everybody = address[:2] == LINK_LOCAL_NETWORK
        self._send(REPLY, BROADCAST_MAC if everybody else mac, address, mac, asker)

    def _send(
        self, operation: int, to: bytes, sender: bytes, target_mac: bytes, target: bytes
    ) -> None:
        body = ARP(
            operation=operation,
            sender_hardware_address=self.interface.mac,
            sender_protocol_address=sender,
            target_hardware_address=target_mac,
            target_protocol_address=target,
        )
        header = Ethernet(destination=to, source=self.interface.mac, type=TYPE_ARP)
        self.around.send(self.interface.index, header.build(body.build()))

    def _own_for(self, target: bytes) -> bytes:
        """The address to ask from: that of the packet that waits, or one on the target's network.

        RFC 3927 section 2.6.1 and RFC 1122 section 3.3.4.3: what answers must find its way back.
        """
        entry = self.neighbors.get(target)
        if entry is not None and entry.waiting:
            source = entry.waiting[-1][12:16]  # RFC 791 section 3.1
            if self.is_own(source):
                return source
        near = self.interface.on_link(target)
        return near.address if near is not None else self.interface.address

    # --- what the cache wants done (NeighborActions) -------------------------------------------

    def request(self, address: bytes, mac: bytes | None, now: int) -> None:
        """Ask everybody, or poll the one known station (RFC 1122 section 2.3.2.1 (2))."""
        own = self._own_for(address)
        everybody = mac is None or own[:2] == LINK_LOCAL_NETWORK  # RFC 3927 section 2.5
        to = BROADCAST_MAC if everybody else mac
        self._send(REQUEST, to or BROADCAST_MAC, own, mac or NO_MAC, address)

    # --- what claims want said (Speaker; RFC 5227 section 1.1) -----------------------------------

    @property
    def claim_rules(self) -> ClaimRules:
        """Three probes, two announcements."""
        return CLAIM_RULES

    def send_probe(self, address: bytes, now: int) -> None:
        """A request whose sender has no protocol address."""
        self._send(REQUEST, BROADCAST_MAC, ANY_IPV4, NO_MAC, address)

    def send_announcement(self, address: bytes, now: int) -> None:
        """A request whose sender is its target."""
        self._send(REQUEST, BROADCAST_MAC, address, NO_MAC, address)

    def send_defence(self, address: bytes, mac: bytes, now: int) -> None:
        """An announcement; the program hears why."""
        self.send_announcement(address, now)
        self.around.emit(AddressConflict(address, mac, self.interface.index))
