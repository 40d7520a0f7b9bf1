"""The ARP cache of one interface, as a state machine per neighbour.

Source: RFC 826 "Packet Reception"; RFC 1122 section 2.3.2.1 (timeout with unicast poll, one request
a second) and section 2.3.2.2 (queue of the newest packet). The states are those of RFC 4861
section 7.3.2, which named what ARP caches had been doing all along.

    (none) --lookup--> INCOMPLETE --answer--> REACHABLE --lifetime over--> STALE --lookup--> PROBE
    REACHABLE --doubt--> STALE
    INCOMPLETE --3 requests unanswered--> (none), failed
    STALE --lifetime over, nobody asked--> (none)
    PROBE --answer--> REACHABLE;  PROBE --3 unicast requests unanswered--> (none), failed

A known address stays usable in STALE and PROBE, so a busy connection never waits for ARP again.

Rule 1: every state change happens in this file.
Rule 2: nothing here builds or reads bytes; what is to be done goes through `NeighborActions`.
"""

from enum import Enum
from functools import partial
from typing import Final, Protocol

from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.timers import Timer, Timers

REQUEST_INTERVAL: Final = 1 * SECOND
"""ns between requests for one address (RFC 1122 section 2.3.2.1: at most one a second)."""

MAXIMUM_REQUESTS: Final = 3
"""Requests before giving up (RFC 4861 section 10, MAX_MULTICAST_SOLICIT; RFC 826 has none)."""

MAXIMUM_NEIGHBORS: Final = 1024
"""Ours: a scan of our network or a flood of forged senders must not eat the memory."""


class NeighborState(Enum):
    """See the diagram at the top of this file; an unknown neighbour has no state."""

    INCOMPLETE = "INCOMPLETE"
    REACHABLE = "REACHABLE"
    STALE = "STALE"
    PROBE = "PROBE"


class NeighborActions(Protocol):
    """What the cache wants done."""

    def request(self, address: bytes, mac: bytes | None, now: int) -> None:
        """Ask who has `address`: everybody, or only `mac` where one is known."""

    def resolved(self, address: bytes, mac: bytes, packet: bytes | None, now: int) -> None:
        """An answer came; `packet` was waiting for it."""

    def failed(self, address: bytes, packet: bytes | None, now: int) -> None:
        """Nobody answered; `packet` was waiting and is given up."""

    def displaced(self, packet: bytes) -> None:
        """A packet had to make room in the queue for a newer one, or found no room at all."""

    def timer_fired(self, after: int, now: int) -> None:
        """A request stayed unanswered for `after` ns."""


class Neighbor:
    """One entry of the cache."""

    __slots__ = ("address", "mac", "requests", "state", "timer", "waiting")

    def __init__(self, address: bytes, state: NeighborState, timer: Timer) -> None:
        self.address = address
        self.state = state
        self.timer = timer
        self.mac = b""
        self.waiting: bytes | None = None
        self.requests = 0


class Neighbors:
    """The neighbours of one interface.

    Args:
        timers: the host's.
        lifetime: ns for which an answer is believed without asking again.
        actions: told what to do.
    """

    __slots__ = ("_actions", "_entries", "_lifetime", "_timers")

    def __init__(self, timers: Timers, lifetime: int, actions: NeighborActions) -> None:
        self._timers = timers
        self._lifetime = lifetime
        self._actions = actions
        self._entries: dict[bytes, Neighbor] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, address: bytes) -> Neighbor | None:
        """The entry, for reading."""
        return self._entries.get(address)

    def lookup(self, address: bytes, packet: bytes | None, now: int) -> bytes | None:
        """Where to send `packet`.

        Args:
            address: IPv4 address on this link.
            packet: kept until the answer comes, if there is none yet (RFC 1122 section 2.3.2.2).
            now: ns.

        Returns:
            The MAC address, or None: then the cache asks, and `resolved` or `failed` follows.
        """
        entry = self._entries.get(address)
        if entry is not None and entry.state is NeighborState.REACHABLE:
            return entry.mac
        if entry is None:
            entry = self._add(address, NeighborState.INCOMPLETE)
            if entry is None:
                if packet is not None:
                    self._actions.displaced(packet)
                return None
            self._request(entry, now)
        elif entry.state is NeighborState.STALE:
            entry.state = NeighborState.PROBE
            self._request(entry, now)
        if entry.state is NeighborState.PROBE:
            return entry.mac
        if packet is not None:
            if entry.waiting is not None:
                self._actions.displaced(entry.waiting)
            entry.waiting = packet
        return None

    def merge(self, address: bytes, mac: bytes, now: int) -> bool:
        """Update the entry of a sender, if it has one (RFC 826: the Merge_flag)."""
        entry = self._entries.get(address)
        if entry is None:
            return False
        asked = entry.state in (NeighborState.INCOMPLETE, NeighborState.PROBE)
        packet, entry.waiting = entry.waiting, None
        self._believe(entry, mac, now)
        if asked:
            self._actions.resolved(address, mac, packet, now)
        return True

    def add(self, address: bytes, mac: bytes, now: int) -> None:
        """Enter a sender that asked for us (RFC 826: "add the triplet")."""
        entry = self._add(address, NeighborState.REACHABLE)
        if entry is not None:
            self._believe(entry, mac, now)

    def doubt(self, address: bytes, now: int) -> None:
        """Nothing comes back by way of this neighbour: ask it when the next packet goes.

        That is what negative advice of a transport protocol is for (RFC 1122 section 3.3.1.4); a
        router that is dead will not answer, and is forgotten.
        """
        entry = self._entries.get(address)
        if entry is not None and entry.state is NeighborState.REACHABLE:
            entry.state = NeighborState.STALE
            entry.timer.start(now + self._lifetime)

    def _believe(self, entry: Neighbor, mac: bytes, now: int) -> None:
        entry.mac = mac
        entry.state = NeighborState.REACHABLE
        entry.requests = 0
        entry.timer.start(now + self._lifetime)

    def _add(self, address: bytes, state: NeighborState) -> Neighbor | None:
        """A new entry; an older one makes room, but never one that is being asked for."""
        if len(self._entries) >= MAXIMUM_NEIGHBORS:
            for old in self._entries.values():
                if old.state is not NeighborState.INCOMPLETE:
                    self._remove(old)
                    break
            else:
                return None
        timer = self._timers.timer(partial(self._expired, address))
        entry = self._entries[address] = Neighbor(address, state, timer)
        return entry

    def _remove(self, entry: Neighbor) -> None:
        entry.timer.stop()
        del self._entries[entry.address]

    def _request(self, entry: Neighbor, now: int) -> None:
        entry.requests += 1
        entry.timer.start(now + REQUEST_INTERVAL)
        mac = entry.mac if entry.state is NeighborState.PROBE else None
        self._actions.request(entry.address, mac, now)

    def _expired(self, address: bytes, now: int) -> None:
        entry = self._entries[address]
        if entry.state is NeighborState.REACHABLE:
            entry.state = NeighborState.STALE
            entry.timer.start(now + self._lifetime)
        elif entry.state is NeighborState.STALE:
            self._remove(entry)
        else:
            self._actions.timer_fired(REQUEST_INTERVAL, now)
            if entry.requests < MAXIMUM_REQUESTS:
                self._request(entry, now)
            else:
                self._remove(entry)
                self._actions.failed(address, entry.waiting, now)
