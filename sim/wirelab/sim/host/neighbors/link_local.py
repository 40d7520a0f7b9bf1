"""An IPv4 address without anybody who assigns one: 169.254.x.y.

Source: RFC 3927. The probing, announcing and defending is `claims.py`'s; what remains is to choose:

    (off) --start--> CLAIMING one candidate --nobody has it--> HELD
    CLAIMING --conflict--> CLAIMING the next;     HELD --lost--> CLAIMING the next
    any --stop--> (off)
"""

from collections.abc import Iterator
from typing import Final, Protocol

from wirelab.sim.host.neighbors.claims import Claim, Defence, Done, Lost
from wirelab.sim.host.tcp.siphash import siphash24

NETWORK: Final = b"\xa9\xfe\x00\x00"  # 169.254.0.0, RFC 3927 section 2.1
PREFIX_LENGTH: Final = 16
_FIRST: Final = 0x0100  # the first and last 256 addresses are reserved (RFC 3927 section 2.1)
_NUMBER: Final = 0xFE00


def candidates(mac: bytes) -> Iterator[bytes]:
    """The addresses that a station tries, in its order, without end.

    They look random, differ from station to station, and are the same after each restart (RFC 3927
    section 2.1): SipHash, keyed with the MAC address, of 0, 1, 2...
    """
    key = mac + bytes(10)
    number = 0
    while True:
        suffix = _FIRST + siphash24(key, number.to_bytes(4, "big")) % _NUMBER
        yield NETWORK[:2] + suffix.to_bytes(2, "big")
        number += 1


class AddressTaker(Protocol):
    """What gets and gives up addresses: the neighbourhood of the interface."""

    def acquire(
        self, address: bytes, now: int, done: Done, lost: Lost | None, defence: Defence
    ) -> Claim:
        """See `Neighborhood.acquire`."""

    def release(self, claim: Claim) -> None:
        """See `Neighborhood.release`."""

    def took(self, address: bytes, prefix_length: int, now: int) -> None:
        """Add an address that was won, and tell the program."""

    def forsake(self, address: bytes, mac: bytes | None, now: int) -> None:
        """Remove an address; `mac` insists on it (None: we do not want it any more)."""


class LinkLocal:
    """The link-local address of one interface.

    Args:
        mac: of the interface.
        taker: see there.

    Attributes:
        address: 4 bytes, or None while there is none.
    """

    def __init__(self, mac: bytes, taker: AddressTaker) -> None:
        self._taker = taker
        self._candidates = candidates(mac)
        self._claim: Claim | None = None
        self.address: bytes | None = None

    @property
    def is_running(self) -> bool:
        """Whether there is an address, or one is being looked for."""
        return self._claim is not None

    def start(self, now: int) -> None:
        """Look for an address; AddressAcquired follows. Starting twice is fine."""
        if self._claim is None:
            self._try_next(now)

    def stop(self, now: int) -> None:
        """Give it up: there is a better one (RFC 3927 section 1.9). Stopping twice is fine."""
        claim, self._claim = self._claim, None
        if claim is not None:
            self._taker.release(claim)
        address, self.address = self.address, None
        if address is not None:
            self._taker.forsake(address, None, now)

    def _try_next(self, now: int) -> None:
        address = next(self._candidates)
        self._claim = self._taker.acquire(address, now, self._done, self._lost, Defence.ONCE)

    def _done(self, claim: Claim, mac: bytes | None, now: int) -> None:
        if mac is not None:
            self._try_next(now)
            return
        self.address = claim.address
        self._taker.took(claim.address, PREFIX_LENGTH, now)

    def _lost(self, claim: Claim, mac: bytes, now: int) -> None:
        """RFC 3927 section 2.5 (b): immediately cease, and choose another one."""
        self.address = None
        self._taker.forsake(claim.address, mac, now)
        self._try_next(now)
