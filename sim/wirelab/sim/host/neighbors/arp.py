"""Address resolution on one interface: who has this IPv4 address, and answering that question.

Source: RFC 826 "Packet Reception", whose questions `Arp.receive` asks in their order; RFC 5227
sections 1.1 and 2.1.1 (probe and announcement); RFC 1812 section 3.3.2 (no group addresses).

The cache itself, with its times, is in `neighbors.py`.
"""

from collections.abc import Callable
from typing import Final

from wirelab.codecs import ARP, DecodeError, Ethernet
from wirelab.codecs.addresses import ANY_IPV4, BROADCAST_MAC, ipv4_text, mac_text
from wirelab.sim.host.counters import Counters, count
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.events import Event, NeighborFailed, NeighborResolved
from wirelab.sim.host.interface import Interface, check_address
from wirelab.sim.host.neighbors.cache import Neighbors
from wirelab.sim.host.observer import Observer
from wirelab.sim.host.timers import Timers
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


class Arp:
    """ARP of one interface, and through it the last step of every packet that leaves.

    Args:
        interface: whose addresses to speak for.
        timers: the host's.
        lifetime: of a cache entry, ns.
        answer: whether to answer requests; off where a kernel answers for the same address.
        transmit: queues a frame, with the index of its interface.
        undelivered: told of a packet whose neighbour never answered, after `NeighborFailed`.
        emit: takes events.
        counters: the host's.
        observer: told of requests that time out.
    """

    def __init__(
        self,
        interface: Interface,
        timers: Timers,
        lifetime: int,
        answer: bool,
        transmit: Callable[[tuple[int, bytes]], None],
        undelivered: Callable[[bytes, bytes | None, int], None],
        emit: Callable[[Event], None],
        counters: Counters,
        observer: Observer | None,
    ) -> None:
        self.interface = interface
        self.neighbors = Neighbors(timers, lifetime, self)
        self._answer = answer
        self.transmit = transmit
        self._undelivered = undelivered
        self._emit = emit
        self._counters = counters
        self._observer = observer
        self._probes: dict[bytes, int] = {}  # address -> until when an answer is ours

    # --- packets out -------------------------------------------------------------------------

    def send_packet(self, packet: bytes, next_hop: bytes, now: int) -> None:
        """Send an IPv4 packet to a neighbour, or keep it until the neighbour answers."""
        mac = self.neighbors.lookup(next_hop, packet, now)
        if mac is not None:
            self.send_to_mac(packet, mac)

    def send_to_mac(self, packet: bytes, mac: bytes) -> None:
        """Put an IPv4 packet into a frame."""
        header = Ethernet(destination=mac, source=self.interface.mac, type=TYPE_IPV4)
        self.transmit((self.interface.index, header.build(packet)))

    # --- calls -------------------------------------------------------------------------------

    def resolve(self, address: bytes, now: int) -> None:
        """Ask for an address; NeighborResolved or NeighborFailed follows, at once if known."""
        check_address(address)
        if address == self.interface.address:
            self._emit(NeighborResolved(address, self.interface.mac))
            return
        mac = self.neighbors.lookup(address, None, now)
        if mac is not None:
            self._emit(NeighborResolved(address, mac))

    def probe(self, address: bytes, now: int) -> None:
        """Ask without telling our own address, so that no cache is touched (RFC 5227)."""
        check_address(address)
        for old, deadline in list(self._probes.items()):
            if deadline < now:
                del self._probes[old]
        if len(self._probes) < MAXIMUM_PROBES:
            self._probes[address] = now + PROBE_PATIENCE
        self._send(REQUEST, BROADCAST_MAC, ANY_IPV4, NO_MAC, address)

    def announce(self) -> None:
        """Gratuitous ARP: tell everybody where our address is (RFC 5227 section 2.3)."""
        address = self.interface.address
        self._send(REQUEST, BROADCAST_MAC, address, NO_MAC, address)

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
        sender = packet.sender_protocol_address
        mac = packet.sender_hardware_address
        if self._probes and self._probe_answered(sender, mac, packet.operation, now):
            return None
        if sender == self.interface.address:
            return self._impostor(mac)
        merged = self.neighbors.merge(sender, mac, now)
        if packet.target_protocol_address == self.interface.address:
            if not merged and sender != ANY_IPV4:  # RFC 5227 section 1.1: a probe leaves no trace
                self.neighbors.add(sender, mac, now)
            if packet.operation == REQUEST and self._answer:  # NOW look at the opcode
                self._send(REPLY, mac, self.interface.address, mac, sender)
        elif not merged:
            target = ipv4_text(packet.target_protocol_address)
            return Drop(Reason.ARP_NOT_FOR_ME, f"asks for {target}")
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

    def _impostor(self, mac: bytes) -> Drop:
        """Somebody speaks with our address, which stays out of the cache (RFC 5227 section 2.4)."""
        if mac == self.interface.mac:
            return Drop(Reason.ARP_NOT_FOR_ME, "sent with our own addresses")
        address = ipv4_text(self.interface.address)
        return Drop(Reason.ARP_ADDRESS_CONFLICT, f"{mac_text(mac)} claims {address}, too")

    def _probe_answered(self, sender: bytes, mac: bytes, operation: int, now: int) -> bool:
        deadline = self._probes.get(sender)
        if deadline is None or now > deadline or operation != REPLY:
            return False
        del self._probes[sender]
        self.neighbors.merge(sender, mac, now)
        self._emit(NeighborResolved(sender, mac))
        return True

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
        self.transmit((self.interface.index, header.build(body.build())))

    # --- what the cache wants done (NeighborActions) -------------------------------------------

    def request(self, address: bytes, mac: bytes | None, now: int) -> None:
        """Ask everybody, or poll the one known station (RFC 1122 section 2.3.2.1 (2))."""
        own = self.interface.address
        self._send(REQUEST, mac or BROADCAST_MAC, own, mac or NO_MAC, address)

    def resolved(self, address: bytes, mac: bytes, packet: bytes | None, now: int) -> None:
        """Send what waited for the answer."""
        self._emit(NeighborResolved(address, mac))
        if packet is not None:
            self.send_to_mac(packet, mac)

    def failed(self, address: bytes, packet: bytes | None, now: int) -> None:
        """Give up: whoever sent `packet` is told."""
        self._emit(NeighborFailed(address))
        if packet is not None:
            count(self._counters.not_sent, Reason.ARP_TIMEOUT)
        self._undelivered(address, packet, now)

    def displaced(self, packet: bytes) -> None:
        """Count a packet that waited in vain."""
        count(self._counters.not_sent, Reason.ARP_QUEUE_FULL)

    def timer_fired(self, after: int, now: int) -> None:
        """Tell the onlooker."""
        if self._observer is not None:
            self._observer.timer_fired(None, "ARP", after, now)
