"""How an interface comes by an address that nobody else has, and what it does to keep it.

Source: RFC 5227 section 2 (IPv4: probe, announce, defend); RFC 3927 sections 2.2 to 2.5, which it
generalised; RFC 4862 section 5.4 (IPv6: duplicate address detection). One machine, other numbers.

    acquire --> WAITING --random wait over--> PROBING --probes sent, and listened for--> ANNOUNCING
    ANNOUNCING --announcements sent--> HELD;     WAITING, PROBING --conflict--> REFUSED
    ANNOUNCING, HELD --conflict, and defence is over--> LOST;     any --release--> RELEASED

Rule 1: every state change happens in this file; messages are read and written elsewhere.
Rule 2: the address itself is the caller's: to be added when told of success, to be removed when
told of its loss.
"""

from collections.abc import Callable
from enum import Enum
from functools import partial
from typing import Final, NamedTuple, Protocol, TypeAlias

from wirelab.sim.host.config import RandomSource
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.timers import Timer, Timers

MAX_CONFLICTS: Final = 10  # RFC 5227 section 1.1
RATE_LIMIT_INTERVAL: Final = 60 * SECOND  # RFC 5227 section 1.1
DEFEND_INTERVAL: Final = 10 * SECOND  # RFC 5227 section 1.1

MAXIMUM_CLAIMS: Final = 256
"""Addresses that one interface claims at a time; ours: far more than it can need."""


class ClaimState(Enum):
    """See the diagram at the top of this file."""

    WAITING = "WAITING"
    PROBING = "PROBING"
    ANNOUNCING = "ANNOUNCING"
    HELD = "HELD"
    REFUSED = "REFUSED"
    LOST = "LOST"
    RELEASED = "RELEASED"


class Defence(Enum):
    """What to do when somebody else uses an address of ours (RFC 5227 section 2.4)."""

    GIVE_UP = "a"
    """Cease to use it at once."""
    ONCE = "b"
    """Say that it is ours; but cease when that has not helped for 10 s."""
    ALWAYS = "c"
    """Say that it is ours, every 10 s at most, and go on: for what must have this very address."""


class ClaimRules(NamedTuple):
    """The numbers of one protocol; times in ns.

    Attributes:
        probe_wait: the most that is waited at random before the first probe.
        probe_number: how many probes.
        probe_minimum, probe_maximum: between two of them, at random.
        announce_wait: after the last one, before the address is ours.
        announce_number: how many announcements.
        announce_interval: between two of them.
    """

    probe_wait: int
    probe_number: int
    probe_minimum: int
    probe_maximum: int
    announce_wait: int
    announce_number: int
    announce_interval: int


class Speaker(Protocol):
    """Who writes the messages: ARP, or neighbour discovery."""

    @property
    def claim_rules(self) -> ClaimRules:
        """The numbers as they are now."""

    def send_probe(self, address: bytes, now: int) -> None:
        """Ask who has an address that is not ours yet, without telling any of ours."""

    def send_announcement(self, address: bytes, now: int) -> None:
        """Tell everybody that an address is ours."""

    def send_defence(self, address: bytes, mac: bytes, now: int) -> None:
        """Tell everybody that an address is ours although `mac` uses it, and the program so."""


class Claim:
    """One address on its way to be ours, or ours.

    Attributes:
        address: 4 or 16 bytes.
        defence: see there.
        state: see there.
    """

    __slots__ = (
        "address",
        "defence",
        "defended_at",
        "done",
        "lost",
        "sent",
        "state",
        "timer",
    )

    timer: Timer

    def __init__(self, address: bytes, defence: Defence, done: "Done", lost: "Lost | None") -> None:
        self.address = address
        self.defence = defence
        self.done = done
        self.lost = lost
        self.state = ClaimState.WAITING
        self.sent = 0  # of what the state sends
        self.defended_at: int | None = None


Done: TypeAlias = Callable[[Claim, bytes | None, int], None]
"""Told how a claim went: the claim, the MAC address of whoever has it already (None: nobody, it is
ours), and `now`."""

Lost: TypeAlias = Callable[[Claim, bytes, int], None]
"""Told that an address is ours no more: the claim, the MAC address of the other one, and `now`."""


class Claims:
    """The claims of one interface and one protocol.

    Args:
        timers: the host's.
        random: the host's.
        speaker: writes the messages.
    """

    __slots__ = (
        "_claims",
        "_conflicts",
        "_defended_at",
        "_random",
        "_speaker",
        "_timers",
        "_tried_at",
    )

    def __init__(self, timers: Timers, random: RandomSource, speaker: Speaker) -> None:
        self._timers = timers
        self._random = random
        self._speaker = speaker
        self._claims: dict[bytes, Claim] = {}
        self._conflicts = 0  # since an address was last won
        self._tried_at: int | None = None
        self._defended_at: dict[bytes, int] = {}

    def get(self, address: bytes) -> Claim | None:
        """The claim of an address, if it is being made or stands."""
        return self._claims.get(address)

    def acquire(
        self,
        address: bytes,
        now: int,
        done: Done,
        lost: Lost | None = None,
        defence: Defence = Defence.ONCE,
    ) -> Claim:
        """Find out whether an address is free, and take it.

        Args:
            address: 4 or 16 bytes.
            now: ns.
            done: told how it went, later; never from within this call.
            lost: told when it is ours no more.
            defence: what to do against others who use it.

        Raises:
            ValueError: it is claimed already, or there are too many claims.
        """
        if address in self._claims:
            raise ValueError(f"{address.hex('.')} (hex) is claimed on this interface already")
        if len(self._claims) >= MAXIMUM_CLAIMS:
            raise ValueError(f"{MAXIMUM_CLAIMS} claims on this interface; release one before")
        claim = self._claims[address] = Claim(address, defence, done, lost)
        claim.timer = self._timers.timer(partial(self._due, claim))
        wait = self._between(0, self._speaker.claim_rules.probe_wait)
        if self._conflicts >= MAX_CONFLICTS and self._tried_at is not None:
            wait = max(wait, self._tried_at + RATE_LIMIT_INTERVAL - now)
        self._tried_at = now + wait
        claim.timer.start(now + wait)
        return claim

    def release(self, claim: Claim) -> None:
        """Make no claim to the address any more; releasing twice is fine."""
        if self._claims.get(claim.address) is claim:
            self._end(claim, ClaimState.RELEASED)

    def conflict(self, address: bytes, mac: bytes, now: int) -> bool:
        """Somebody else uses or wants an address that is claimed here.

        Whether a message means that, depends on the protocol: who reads it, decides.

        Returns:
            False: nobody here claims it.
        """
        claim = self._claims.get(address)
        if claim is None:
            return False
        if claim.state in (ClaimState.WAITING, ClaimState.PROBING):
            self._conflicts += 1
            self._end(claim, ClaimState.REFUSED)
            claim.done(claim, mac, now)
        elif not self._defended(claim, mac, now):
            self._conflicts += 1
            self._end(claim, ClaimState.LOST)
            if claim.lost is not None:
                claim.lost(claim, mac, now)
        return True

    def defend(self, address: bytes, mac: bytes, now: int) -> None:
        """Say that an address is ours which was given to us for good: `Defence.ALWAYS`."""
        if now - self._defended_at.get(address, -DEFEND_INTERVAL) >= DEFEND_INTERVAL:
            self._defended_at[address] = now
            self._speaker.send_defence(address, mac, now)

    def is_tentative(self, address: bytes) -> bool:
        """Whether it is being found out if the address is free."""
        claim = self._claims.get(address)
        return claim is not None and claim.state in (ClaimState.WAITING, ClaimState.PROBING)

    # --- within --------------------------------------------------------------------------------

    def _defended(self, claim: Claim, mac: bytes, now: int) -> bool:
        """RFC 5227 section 2.4: whether the address is kept."""
        recently = claim.defended_at is not None and now - claim.defended_at < DEFEND_INTERVAL
        if claim.defence is Defence.GIVE_UP or (recently and claim.defence is Defence.ONCE):
            return False
        if not recently:
            claim.defended_at = now
            self._speaker.send_defence(claim.address, mac, now)
        return True

    def _due(self, claim: Claim, now: int) -> None:
        rules = self._speaker.claim_rules
        if claim.state is ClaimState.WAITING:
            claim.state = ClaimState.PROBING
        if claim.state is ClaimState.PROBING and claim.sent < rules.probe_number:
            self._probe(claim, rules, now)
        else:
            self._announce(claim, rules, now)

    def _probe(self, claim: Claim, rules: ClaimRules, now: int) -> None:
        claim.sent += 1
        if claim.sent < rules.probe_number:
            wait = self._between(rules.probe_minimum, rules.probe_maximum)
        else:
            wait = rules.announce_wait
        claim.timer.start(now + wait)
        self._speaker.send_probe(claim.address, now)

    def _announce(self, claim: Claim, rules: ClaimRules, now: int) -> None:
        is_won = claim.state is ClaimState.PROBING
        if is_won:
            claim.state = ClaimState.ANNOUNCING
            claim.sent = 0
            self._conflicts = 0
        if claim.sent < rules.announce_number:
            claim.sent += 1
            self._speaker.send_announcement(claim.address, now)
        if claim.sent < rules.announce_number:
            claim.timer.start(now + rules.announce_interval)
        else:
            claim.state = ClaimState.HELD
        if is_won:
            claim.done(claim, None, now)

    def _end(self, claim: Claim, state: ClaimState) -> None:
        claim.state = state
        claim.timer.stop()
        del self._claims[claim.address]

    def _between(self, low: int, high: int) -> int:
        """A random time, uniform to within 2**-32 of the range."""
        if high <= low:
            return low
        return low + (self._random.getrandbits(32) * (high - low + 1) >> 32)
