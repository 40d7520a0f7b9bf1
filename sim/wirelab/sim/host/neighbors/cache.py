"""The neighbours of one interface, as a state machine per neighbour: for ARP and for ND alike.

Source: RFC 4861 sections 7.2.2, 7.2.3, 7.2.5 and 7.3 (the states, which named what ARP caches had
been doing all along); RFC 826 "Packet Reception" (merge, add); RFC 1122 section 2.3.2.1 (timeout
with unicast poll, one request a second) and section 2.3.2.2 (packets that wait for the answer).

    (none) --lookup--> INCOMPLETE --answer--> REACHABLE --reachable time over--> STALE
    STALE --lookup--> DELAY --first probe delay over--> PROBE      (ARP does not delay)
    REACHABLE --doubt--> STALE;  any --another MAC, unasked--> STALE (ND) or REACHABLE (ARP)
    STALE, DELAY, PROBE --answer--> REACHABLE
    INCOMPLETE --requests unanswered--> (none), failed
    PROBE --unicast requests unanswered--> (none), failed
    STALE --idle time over, nobody asked--> (none)

A known address stays usable in STALE, DELAY and PROBE, so a busy connection never waits again. That
TCP gets on is not taken for an answer (RFC 4861 section 7.3.1 would allow it): a neighbour in use
costs a unicast request whenever its reachable time is over, and TCP nothing per segment.

Rule 1: every state change happens in this file.
Rule 2: nothing here builds or reads bytes; what is to be done goes through `NeighborActions`.
Rule 3: what strangers send is bounded: entries, entries being asked for, packets that wait.
"""

from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Final, Protocol

from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.timers import Timer, Timers

REQUEST_INTERVAL: Final = 1 * SECOND
"""ns between requests for one address (RFC 1122 section 2.3.2.1: at most one a second; RFC 4861
section 10, RETRANS_TIMER)."""

MAXIMUM_REQUESTS: Final = 3
"""Requests before giving up (RFC 4861 section 10, MAX_MULTICAST_SOLICIT and MAX_UNICAST_SOLICIT;
RFC 826 has none)."""

MAXIMUM_NEIGHBORS: Final = 1024
"""Ours: a flood of forged senders must not eat the memory."""

MAXIMUM_INCOMPLETE: Final = 512
"""Ours: a scan of our network must not push out the neighbours that exist (RFC 6583 section 4)."""

MAXIMUM_WAITING: Final = 64
"""Packets that wait for one neighbour. RFC 1122 section 2.3.2.2 and RFC 4861 section 7.2.2 want one
at least, the newest; ours: so many that the fragments of the largest datagram fit (45 of 1,500
bytes)."""

MAXIMUM_WAITING_IN_ALL: Final = 512
"""Packets that wait for all neighbours of an interface; ours: 768 kB of the usual size."""


class NeighborState(Enum):
    """See the diagram at the top of this file; an unknown neighbour has no state."""

    INCOMPLETE = "INCOMPLETE"
    REACHABLE = "REACHABLE"
    STALE = "STALE"
    DELAY = "DELAY"
    PROBE = "PROBE"


@dataclass(slots=True)
class NeighborTimes:
    """How long everything lasts, ns; a change holds from the next timer on.

    Attributes:
        reachable_time: for how long an answer is believed without asking again.
        idle_time: for how long an entry is kept that nobody uses.
        first_probe_delay: for how long a sign of life is waited for before a neighbour whose
            answer is old is asked; 0: it is asked with the next packet.
        retransmission_time: between requests.
    """

    reachable_time: int
    idle_time: int
    first_probe_delay: int = 0
    retransmission_time: int = REQUEST_INTERVAL


class NeighborActions(Protocol):
    """What the cache wants done."""

    def request(self, address: bytes, mac: bytes | None, now: int) -> None:
        """Ask who has `address`: everybody, or only `mac` where one is known."""

    def resolved(self, address: bytes, mac: bytes, packets: list[bytes], now: int) -> None:
        """An answer came; `packets` were waiting for it, oldest first."""

    def failed(self, address: bytes, packets: list[bytes], now: int) -> None:
        """Nobody answered; `packets` were waiting and are given up."""

    def displaced(self, packet: bytes) -> None:
        """A packet had to make room in the queue for a newer one, or found no room at all."""

    def timer_fired(self, after: int, now: int) -> None:
        """A request stayed unanswered for `after` ns."""

    def router_lost(self, address: bytes, now: int) -> None:
        """A neighbour that was a router says that it is none any more."""


class Neighbor:
    """One entry of the cache.

    Attributes:
        mac: empty while it is INCOMPLETE.
        waiting: packets for it, oldest first.
        requests: sent since the last answer.
        is_router: it said so (RFC 4861 section 7.3.2; ARP knows nothing of it).
    """

    __slots__ = ("address", "is_router", "mac", "requests", "state", "timer", "waiting")

    def __init__(self, address: bytes, state: NeighborState, timer: Timer) -> None:
        self.address = address
        self.state = state
        self.timer = timer
        self.mac = b""
        self.waiting: list[bytes] = []
        self.requests = 0
        self.is_router = False


class Neighbors:
    """The cache of one interface and one protocol.

    Args:
        timers: the host's.
        times: see there; read anew whenever a timer starts.
        actions: told what to do.
    """

    __slots__ = ("_actions", "_entries", "_incomplete", "_timers", "_waiting", "times")

    def __init__(self, timers: Timers, times: NeighborTimes, actions: NeighborActions) -> None:
        self._timers = timers
        self.times = times
        self._actions = actions
        self._entries: dict[bytes, Neighbor] = {}
        self._incomplete = 0
        self._waiting = 0

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def waiting(self) -> int:
        """Packets that wait for all neighbours together."""
        return self._waiting

    def get(self, address: bytes) -> Neighbor | None:
        """The entry, for reading."""
        return self._entries.get(address)

    def entries(self) -> list[Neighbor]:
        """All entries, for reading, oldest first."""
        return list(self._entries.values())

    # --- packets and advice from above -------------------------------------------------------

    def lookup(self, address: bytes, packet: bytes | None, now: int) -> bytes | None:
        """Where to send `packet`.

        Args:
            address: of a neighbour on this link.
            packet: kept until the answer comes, if there is none yet (RFC 1122 section 2.3.2.2).
            now: ns.

        Returns:
            The MAC address, or None: then the cache asks, and `resolved` or `failed` follows.
        """
        entry = self._entries.get(address)
        if entry is not None:
            state = entry.state
            if state is NeighborState.REACHABLE:
                return entry.mac
            if state is NeighborState.STALE:
                self._verify(entry, now)
                return entry.mac
            if state is not NeighborState.INCOMPLETE:
                return entry.mac
        else:
            entry = self._ask_everybody(address, now)
            if entry is None:
                if packet is not None:
                    self._actions.displaced(packet)
                return None
        if packet is not None:
            self._wait(entry, packet)
        return None

    def doubt(self, address: bytes, now: int) -> None:
        """Nothing comes back by way of this neighbour: ask it when the next packet goes.

        That is what negative advice of a transport protocol is for (RFC 1122 section 3.3.1.4); a
        router that is dead will not answer, and is forgotten.
        """
        entry = self._entries.get(address)
        if entry is not None and entry.state is NeighborState.REACHABLE:
            self._distrust(entry, now)

    # --- what ARP hears ----------------------------------------------------------------------

    def merge(self, address: bytes, mac: bytes, now: int) -> bool:
        """Update the entry of a sender, if it has one (RFC 826: the Merge_flag)."""
        entry = self._entries.get(address)
        if entry is None:
            return False
        self._answered(entry, mac, now)
        return True

    def add(self, address: bytes, mac: bytes, now: int) -> None:
        """Enter a sender that asked for us (RFC 826: "add the triplet")."""
        entry = self._add(address, NeighborState.REACHABLE)
        entry.mac = mac
        self._believe(entry, now)

    # --- what neighbour discovery hears --------------------------------------------------------

    def hear(self, address: bytes, mac: bytes, now: int, is_router: bool | None = None) -> None:
        """A neighbour told its MAC address unasked (RFC 4861 section 7.2.3, and 6.2.6, 6.3.4, 8.3).

        That it reaches us is no proof that we reach it, so what is new is STALE.

        Args:
            address: of the sender (of the target, in a redirect).
            mac: from the link-layer address option.
            now: ns.
            is_router: what its message makes of it, or None: nothing.
        """
        entry = self._entries.get(address)
        if entry is None:
            entry = self._add(address, NeighborState.STALE)
        if entry.mac != mac:
            entry.mac = mac
            if entry.state is NeighborState.INCOMPLETE:
                self._release(entry, now)
            else:
                self._distrust(entry, now)
        if is_router is not None:
            self._set_router(entry, is_router, now)

    def advertised(
        self,
        address: bytes,
        mac: bytes | None,
        now: int,
        *,
        is_router: bool,
        solicited: bool,
        override: bool,
    ) -> bool:
        """A neighbour advertisement came (RFC 4861 section 7.2.5, rule by rule).

        Args:
            address: its target.
            mac: from its link-layer address option, or None: it had none.
            now: ns.
            is_router: the R flag.
            solicited: the S flag.
            override: the O flag.

        Returns:
            Whether it changed or confirmed something; strangers are not entered.
        """
        entry = self._entries.get(address)
        if entry is None:
            return False
        if entry.state is NeighborState.INCOMPLETE:
            if mac is None:
                return False
            entry.is_router = is_router
            if solicited:
                self._answered(entry, mac, now)
            else:
                entry.mac = mac
                self._release(entry, now)
            return True
        differs = mac is not None and mac != entry.mac
        if differs and not override:
            if entry.state is NeighborState.REACHABLE:
                self._distrust(entry, now)
            return False
        if differs and mac is not None:
            entry.mac = mac
            if not solicited:
                self._distrust(entry, now)
        if solicited:
            self._answered(entry, entry.mac, now)
        self._set_router(entry, is_router, now)
        return True

    # --- changes of state ----------------------------------------------------------------------

    def _ask_everybody(self, address: bytes, now: int) -> Neighbor | None:
        """A new entry, and the first request for it; None: too many are being asked for."""
        if self._incomplete >= MAXIMUM_INCOMPLETE:
            return None
        entry = self._add(address, NeighborState.INCOMPLETE)
        self._incomplete += 1
        self._request(entry, now)
        return entry

    def _verify(self, entry: Neighbor, now: int) -> None:
        """A STALE entry is used: does it still hold (RFC 4861 section 7.3.3)?"""
        delay = self.times.first_probe_delay
        if delay:
            entry.state = NeighborState.DELAY
            entry.timer.start(now + delay)
        else:
            entry.state = NeighborState.PROBE
            self._request(entry, now)

    def _answered(self, entry: Neighbor, mac: bytes, now: int) -> None:
        was_asked = entry.state in (NeighborState.INCOMPLETE, NeighborState.PROBE)
        if entry.state is NeighborState.INCOMPLETE:
            self._incomplete -= 1
        entry.mac = mac
        self._believe(entry, now)
        if was_asked:
            self._hand_over(entry, now)

    def _believe(self, entry: Neighbor, now: int) -> None:
        entry.state = NeighborState.REACHABLE
        entry.requests = 0
        entry.timer.start(now + self.times.reachable_time)

    def _distrust(self, entry: Neighbor, now: int) -> None:
        """Usable, but unproven from now on."""
        entry.state = NeighborState.STALE
        entry.requests = 0
        entry.timer.start(now + self.times.idle_time)

    def _release(self, entry: Neighbor, now: int) -> None:
        """An INCOMPLETE entry got its MAC address unasked: packets go, and it is STALE."""
        self._incomplete -= 1
        self._distrust(entry, now)
        if entry.waiting:
            self._verify(entry, now)
        self._hand_over(entry, now)

    def _hand_over(self, entry: Neighbor, now: int) -> None:
        packets, entry.waiting = entry.waiting, []
        self._waiting -= len(packets)
        self._actions.resolved(entry.address, entry.mac, packets, now)

    def _set_router(self, entry: Neighbor, is_router: bool, now: int) -> None:
        was_router, entry.is_router = entry.is_router, is_router
        if was_router and not is_router:
            self._actions.router_lost(entry.address, now)

    def _wait(self, entry: Neighbor, packet: bytes) -> None:
        """Queue a packet; the oldest ones make room, so the newest always waits."""
        waiting = entry.waiting
        if len(waiting) >= MAXIMUM_WAITING or (waiting and self._waiting >= MAXIMUM_WAITING_IN_ALL):
            self._actions.displaced(waiting.pop(0))
            self._waiting -= 1
        if self._waiting >= MAXIMUM_WAITING_IN_ALL:  # all of them wait for others
            self._actions.displaced(packet)
            return
        waiting.append(packet)
        self._waiting += 1

    def _add(self, address: bytes, state: NeighborState) -> Neighbor:
        """A new entry; for it an old one makes room, but never one that is being asked for.

        That is the oldest of those that nobody has proven or used: what a flood of forged senders
        brings pushes itself out, and not the router.
        """
        if len(self._entries) >= MAXIMUM_NEIGHBORS:
            entries = self._entries.values()
            stale = next((old for old in entries if old.state is NeighborState.STALE), None)
            incomplete = NeighborState.INCOMPLETE
            self._remove(stale or next(old for old in entries if old.state is not incomplete))
        timer = self._timers.timer(partial(self._expired, address))
        entry = self._entries[address] = Neighbor(address, state, timer)
        return entry

    def _remove(self, entry: Neighbor) -> None:
        if entry.state is NeighborState.INCOMPLETE:
            self._incomplete -= 1
        self._waiting -= len(entry.waiting)
        entry.timer.stop()
        del self._entries[entry.address]

    def _request(self, entry: Neighbor, now: int) -> None:
        entry.requests += 1
        entry.timer.start(now + self.times.retransmission_time)
        mac = entry.mac if entry.state is NeighborState.PROBE else None
        self._actions.request(entry.address, mac, now)

    def _expired(self, address: bytes, now: int) -> None:
        entry = self._entries[address]
        if entry.state is NeighborState.REACHABLE:
            self._distrust(entry, now)
        elif entry.state is NeighborState.STALE:
            self._remove(entry)
        elif entry.state is NeighborState.DELAY:
            entry.state = NeighborState.PROBE
            self._request(entry, now)
        else:
            self._actions.timer_fired(self.times.retransmission_time, now)
            if entry.requests < MAXIMUM_REQUESTS:
                self._request(entry, now)
            else:
                self._give_up(entry, now)

    def _give_up(self, entry: Neighbor, now: int) -> None:
        packets, entry.waiting = entry.waiting, []
        self._waiting -= len(packets)
        self._remove(entry)
        self._actions.failed(entry.address, packets, now)
