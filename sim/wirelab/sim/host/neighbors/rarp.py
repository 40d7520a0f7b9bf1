"""Reverse ARP: a station that knows only its MAC address asks for its IPv4 address.

Source: RFC 903. The packet is ARP's, with another EtherType and other operations; whoever keeps the
table of addresses answers, and nobody else does. It tells no prefix length: give it to `ask`.
"""

from collections.abc import Callable
from typing import Final

from wirelab.codecs import RARP, DecodeError, Ethernet
from wirelab.codecs.addresses import BROADCAST_MAC, mac_text
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.events import ReverseFailed, ReverseResolved
from wirelab.sim.host.interface import Interface
from wirelab.sim.host.neighbors.surroundings import Surroundings
from wirelab.sim.host.timers import Timer
from wirelab.sim.reasons import Reason

TYPE_RARP: Final = 0x8035  # RFC 903
REVERSE_REQUEST: Final = 3  # RFC 903
REVERSE_REPLY: Final = 4

TRIES: Final = 4
"""Requests before giving up, after 1, 2, 4 and 8 s; ours: RFC 903 leaves it to the station."""

_HARDWARE_ETHERNET: Final = 1
_TYPE_IPV4: Final = 0x0800


class Rarp:
    """Reverse ARP of one interface: who asks, and who answers.

    Args:
        interface: whose.
        around: the host.

    Attributes:
        table: IPv4 addresses by MAC address, to answer with; empty: nobody is answered.
    """

    def __init__(self, interface: Interface, around: Surroundings) -> None:
        self._interface = interface
        self._around = around
        self._timer: Timer = around.timers.timer(self._unanswered)
        self._tries = 0
        self._asked = b""
        self._assign: Callable[[bytes, int], None] | None = None
        self.table: dict[bytes, bytes] = {}

    def ask(
        self, now: int, mac: bytes | None = None, assign: Callable[[bytes, int], None] | None = None
    ) -> None:
        """Ask which address a station has; ReverseResolved or ReverseFailed follows.

        Args:
            now: ns.
            mac: the station's; None: ours.
            assign: called with the address and `now` before the event comes.
        """
        self._asked = mac or self._interface.mac
        self._assign = assign
        self._tries = 0
        self._request(now)

    def receive(self, frame: bytes, offset: int, now: int) -> Drop | None:
        """Take a packet at `frame[offset:]`."""
        try:
            packet = RARP.parse(frame, offset)
        except DecodeError as error:
            return Drop(Reason.RARP_BAD_PACKET, str(error))
        kinds = (packet.hardware_type, packet.protocol_type)
        lengths = (packet.hardware_length, packet.protocol_length)
        if kinds != (_HARDWARE_ETHERNET, _TYPE_IPV4) or lengths != (6, 4):
            detail = f"hardware type {kinds[0]}, protocol {kinds[1]:#06x}, lengths {lengths}"
            return Drop(Reason.RARP_BAD_PACKET, detail)
        if packet.operation == REVERSE_REQUEST:
            return self._answer(packet)
        if packet.operation == REVERSE_REPLY:
            return self._answered(packet, now)
        return Drop(Reason.RARP_BAD_PACKET, f"operation {packet.operation}")

    def _answer(self, packet: RARP) -> Drop | None:
        """RFC 903: only a server that knows the target answers, to the sender of the request."""
        mac = packet.target_hardware_address
        address = self.table.get(mac)
        if address is None:
            return Drop(Reason.RARP_NOT_FOR_ME, f"asks for {mac_text(mac)}")
        to = packet.sender_hardware_address
        if to[0] & 1:
            return Drop(Reason.RARP_BAD_PACKET, f"sender {mac_text(to)} is no single station")
        self._send(REVERSE_REPLY, to, self._interface.address, mac, address)
        return None

    def _answered(self, packet: RARP, now: int) -> Drop | None:
        mac, address = packet.target_hardware_address, packet.target_protocol_address
        if not self._timer.running or mac != self._asked:
            return Drop(Reason.RARP_NOT_FOR_ME, f"answer for {mac_text(mac)}")
        if address[0] in (0, 127) or address[0] >= 224:
            detail = f"answer {'.'.join(map(str, address))} is no address of a host"
            return Drop(Reason.RARP_BAD_PACKET, detail)
        self._timer.stop()
        if self._assign is not None:
            self._assign(address, now)
        server = packet.sender_protocol_address
        self._around.emit(ReverseResolved(mac, address, server, self._interface.index))
        return None

    def _request(self, now: int) -> None:
        self._timer.start(now + (SECOND << self._tries))
        self._tries += 1
        self._send(REVERSE_REQUEST, BROADCAST_MAC, bytes(4), self._asked, bytes(4))

    def _unanswered(self, now: int) -> None:
        if self._tries < TRIES:
            self._request(now)
        else:
            self._around.emit(ReverseFailed(self._asked, self._interface.index))

    def _send(self, operation: int, to: bytes, sender: bytes, mac: bytes, address: bytes) -> None:
        body = RARP(
            operation=operation,
            sender_hardware_address=self._interface.mac,
            sender_protocol_address=sender,
            target_hardware_address=mac,
            target_protocol_address=address,
        )
        header = Ethernet(destination=to, source=self._interface.mac, type=TYPE_RARP)
        self._around.send(self._interface.index, header.build(body.build()))
