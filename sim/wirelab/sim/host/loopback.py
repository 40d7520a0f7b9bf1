"""The link of a host to itself: packets to its own addresses, and those that others hear, too.

Source: RFC 1122 section 3.2.1.3 (g): what goes to 127.0.0.0/8 never leaves the host.

Rule 1: it has the shape of the links to neighbours (`Resolution`), so that whoever sends knows no
difference; the frames are Ethernet with addresses of zeros, as on Linux' `lo`.
Rule 2: what was sent is received before `Host.poll_transmit` returns, in the same instant.
Rule 3: its frames are on no wire, so they have books of their own: `Counters.loopback`.
"""

from collections.abc import Callable
from typing import Final

from wirelab.codecs import Ethernet
from wirelab.sim.host.config import InterfaceConfig
from wirelab.sim.host.interface import LARGEST_PACKET, Interface
from wirelab.sim.host.timers import Timer, Timers

LOOPBACK_MAC: Final = bytes(6)

LOOPBACK: Final = Interface(
    -1, InterfaceConfig("lo", LOOPBACK_MAC, b"\x7f\0\0\x01", 8, mtu=LARGEST_PACKET)
)
"""The interface; every host's is the same, and nobody changes it."""

TYPE_IPV4: Final = 0x0800  # RFC 894
TYPE_IPV6: Final = 0x86DD  # RFC 2464 section 3

ROUNDS: Final = 1000
"""Ours: how often answers are answered in one call; a quarrel between two of its programs must not
hold a host for ever."""


class NoNeighbors:
    """There is nobody to ask on this link, and nobody to doubt."""

    def lookup(self, address: bytes, packet: bytes | None, now: int) -> bytes:
        """Everybody here is the host."""
        return LOOPBACK_MAC

    def doubt(self, address: bytes, now: int) -> None:
        """The host itself is there."""


class Loopback:
    """What is on its way from the host to itself.

    Args:
        timers: the host's.
        receive: takes a frame, as if it had come in by this interface.
        answer: makes TCP's answers, after each round.

    Attributes:
        frames: on their way, each with the interface that it will come in by.
    """

    __slots__ = ("_answer", "_receive", "_timer", "_timers", "frames")

    neighbors: Final = NoNeighbors()
    interface: Final = LOOPBACK

    def __init__(
        self,
        timers: Timers,
        receive: Callable[[Interface, bytes, int], None],
        answer: Callable[[int], None],
    ) -> None:
        self.frames: list[tuple[Interface, bytes]] = []
        self._timers = timers
        self._timer: Timer | None = None
        self._receive = receive
        self._answer = answer

    def transmit(self, frame: tuple[int, bytes]) -> None:
        """Take a frame; the index of its interface says nothing here."""
        self._queue(LOOPBACK, frame[1])

    def send_packet(self, packet: bytes, next_hop: bytes, now: int) -> None:
        """Take a packet to one of our addresses."""
        self.send_to_mac(packet, LOOPBACK_MAC)

    def send_packets(self, packets: list[bytes], next_hop: bytes, now: int) -> None:
        """Take several."""
        for packet in packets:
            self.send_to_mac(packet, LOOPBACK_MAC)

    def send_to_mac(self, packet: bytes, mac: bytes) -> None:
        """Take a packet."""
        header = Ethernet(destination=mac, source=LOOPBACK_MAC, type=_ethertype(packet))
        self._queue(LOOPBACK, header.build(packet))

    def hear(self, packet: bytes, interface: Interface, mac: bytes) -> None:
        """Let us hear what we tell everybody on a link (RFC 1112 section 6.1).

        Args:
            packet: a broadcast or multicast, also sent to the link.
            interface: where it leaves, and now comes in.
            mac: the group's.
        """
        header = Ethernet(destination=mac, source=interface.mac, type=_ethertype(packet))
        self._queue(interface, header.build(packet))

    def _queue(self, interface: Interface, frame: bytes) -> None:
        self.frames.append((interface, frame))
        self._timers.attention.call()

    def deliver(self, now: int) -> None:
        """Receive what was sent, and what is sent in answer."""
        for _ in range(ROUNDS):
            frames, self.frames = self.frames, []
            if not frames:
                break
            for interface, frame in frames:
                self._receive(interface, frame, now)
            self._answer(now)
        # Programs may have something to say to what arrived: the driver is to come back at once.
        if self._timer is None:
            self._timer = self._timers.timer(_wake)
        self._timer.start(now)


def _ethertype(packet: bytes) -> int:
    return TYPE_IPV6 if packet[0] >> 4 == 6 else TYPE_IPV4


def _wake(now: int) -> None:
    """The driver is awake; that was all."""
