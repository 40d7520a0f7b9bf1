"""Address resolution on one interface: who has this IPv4 address, and answering that question.

Source: RFC 826 "Packet Reception", whose questions `Arp.receive` asks in their order; RFC 5227
sections 1.1 and 2.1.1 (probe and announcement); RFC 1812 section 3.3.2 (no group addresses).

The cache, with its times, is in `cache.py`; what goes out through it in `resolution.py`.
"""

from typing import Final

from wirelab.codecs import ARP, DecodeError, Ethernet
from wirelab.codecs.addresses import ANY_IPV4, BROADCAST_MAC, ipv4_text, mac_text
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.events import NeighborResolved
from wirelab.sim.host.interface import Interface, check_address
from wirelab.sim.host.neighbors.cache import NeighborTimes
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


class Arp(Resolution):
    """ARP of one interface.

    Args:
        interface: whose addresses to speak for.
        around: the host.
        lifetime: of a cache entry, ns.
        answer: whether to answer requests; off where a kernel answers for the same address.
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

    # --- calls -------------------------------------------------------------------------------

    def resolve(self, address: bytes, now: int) -> None:
        """Ask for an address; NeighborResolved or NeighborFailed follows, at once if known."""
        check_address(address)
        super().resolve(address, now)

    def is_own(self, address: bytes) -> bool:
        """Whether the address is this interface's."""
        return address == self.interface.address

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
        self.around.emit(NeighborResolved(sender, mac))
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
