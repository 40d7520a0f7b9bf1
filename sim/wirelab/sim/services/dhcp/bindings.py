"""Which client has which address: the server's memory.

Source: RFC 2131 sections 2.2 and 4.3.1 (the order in which an address is chosen).

    FREE --offer--> OFFERED --request--> LEASED --release, time over--> FREE
    (any) --decline, or a ping is answered--> ABANDONED --time over--> FREE

Rule 1: a client keeps its address when the time is over, until another needs it.
Rule 2: there is never more than one binding an address, and never more than `CAPACITY`: a flood of
forged DISCOVERs takes a bounded part of a large pool, and is answered from what it let go.
"""

from collections.abc import Iterator
from enum import Enum
from typing import Final

from wirelab.codecs.addresses import ANY_IPV4, ipv4_text
from wirelab.sim.host.durations import SECOND
from wirelab.sim.services.dhcp.subnets import Subnet

OFFER_TIME: Final = 60 * SECOND
"""How long an offered address waits for its request; ours: a client gives up after as much."""

ABANDON_TIME: Final = 24 * 3600 * SECOND
"""How long an address is not given out that somebody else uses; ours: ISC's default."""


CAPACITY: Final = 65_536
"""Bindings that are remembered; ours: a /16, of some 300 bytes each."""


class BindingState(Enum):
    """See the diagram at the top of this file."""

    OFFERED = "OFFERED"
    LEASED = "LEASED"
    RELEASED = "RELEASED"
    """Free, but its last client is remembered; so it is when LEASED is over."""
    ABANDONED = "ABANDONED"


class Binding:
    """An address and its client.

    Attributes:
        address: 4 bytes.
        client: what it is known by: type and hardware address, or its client identifier.
        mac: hardware address, as the client told it.
        host_name: as the client told it; b"": it did not.
        state: of the binding.
        until: ns, when the state is over; None: never.
    """

    __slots__ = ("address", "client", "host_name", "mac", "state", "until")

    def __init__(self, address: bytes, client: bytes, mac: bytes) -> None:
        self.address = address
        self.client = client
        self.mac = mac
        self.host_name = b""
        self.state = BindingState.RELEASED
        self.until: int | None = 0

    def __repr__(self) -> str:
        return f"<Binding {ipv4_text(self.address)} {self.mac.hex(':')} {self.state.value}>"

    def is_held(self, now: int) -> bool:
        """Whether nobody else can have the address."""
        if self.state is BindingState.RELEASED:
            return False
        return self.until is None or now < self.until


class Bindings:
    """All bindings of a server.

    Args:
        capacity: the most that are remembered.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._untouched: dict[int, int] = {}  # by subnet: where the rest of its pool begins
        self._full_until: dict[int, int] = {}  # by subnet: ns, before which nothing gets free
        self._by_address: dict[bytes, Binding] = {}
        self._by_client: dict[tuple[int, bytes], Binding] = {}  # by subnet and client

    def __iter__(self) -> Iterator[Binding]:
        return iter(list(self._by_address.values()))

    def __len__(self) -> int:
        return len(self._by_address)

    def get(self, address: bytes) -> Binding | None:
        """The binding of an address."""
        return self._by_address.get(address)

    def of_client(self, subnet: Subnet, client: bytes) -> Binding | None:
        """The binding that a client has, or had last, on a subnet."""
        return self._by_client.get((id(subnet), client))

    def choose(
        self, subnet: Subnet, client: bytes, mac: bytes, wanted: bytes, now: int
    ) -> Binding | None:
        """An address for a client, in the order of RFC 2131 section 4.3.1; None: all are held.

        Its reservation, the one it has, the one it had, the one it wants, one that nobody ever had,
        the one that was free for longest.
        """
        reserved = subnet.reservations.get(client)
        own = self.of_client(subnet, client)
        if reserved is not None:
            return self.bind(subnet, reserved, client, mac, now)
        if own is not None and self._may_have(subnet, own.address, client, now):
            return own
        if wanted != ANY_IPV4 and self._may_have(subnet, wanted, client, now):
            return self.bind(subnet, wanted, client, mac, now)
        address = self._untouched_address(subnet) or self._longest_free(subnet, now)
        return None if address is None else self.bind(subnet, address, client, mac, now)

    def bind(
        self, subnet: Subnet, address: bytes, client: bytes, mac: bytes, now: int
    ) -> Binding | None:
        """Give an address to a client; None: another holds it."""
        binding = self._by_address.get(address)
        if binding is not None and binding.client == client:
            return None if binding.state is BindingState.ABANDONED else binding
        if binding is not None:
            if binding.is_held(now):
                return None
            self._by_client.pop((id(subnet), binding.client), None)
        old = self._by_client.get((id(subnet), client))
        if old is not None and old.state is not BindingState.ABANDONED:
            del self._by_address[old.address]
            self._give_back(subnet, old.address)
        self._full_until.pop(id(subnet), None)
        binding = Binding(address, client, mac)
        self._by_address[address] = self._by_client[id(subnet), client] = binding
        return binding

    def abandon(self, binding: Binding, now: int) -> None:
        """Somebody else uses the address (RFC 2131 section 4.3.3)."""
        binding.state = BindingState.ABANDONED
        binding.until = now + ABANDON_TIME
        for key, one in list(self._by_client.items()):
            if one is binding:
                del self._by_client[key]
        binding.client = b""

    def free(self, binding: Binding, now: int) -> None:
        """Its client wants the address no longer, and stays remembered."""
        binding.state = BindingState.RELEASED
        binding.until = now
        self._full_until.clear()

    def is_allowed(self, subnet: Subnet, address: bytes, client: bytes, now: int) -> bool:
        """Whether a client may have this address, or goes on having it."""
        reserved = subnet.reservations.get(client)
        if reserved is not None:
            return address == reserved
        return self._may_have(subnet, address, client, now)

    def _may_have(self, subnet: Subnet, address: bytes, client: bytes, now: int) -> bool:
        if int.from_bytes(address, "big") not in subnet.pool:
            return False
        if address in subnet.reserved:
            return False
        binding = self._by_address.get(address)
        if binding is None:
            return True
        if binding.state is BindingState.ABANDONED:
            return not binding.is_held(now)
        return binding.client == client or not binding.is_held(now)

    def _untouched_address(self, subnet: Subnet) -> bytes | None:
        """The first that nobody ever had."""
        if len(self._by_address) >= self._capacity:
            return None
        start = self._untouched.get(id(subnet), 0)
        for index in range(start, len(subnet.pool)):
            address = subnet.pool[index].to_bytes(4, "big")
            if address not in self._by_address and address not in subnet.reserved:
                self._untouched[id(subnet)] = index
                return address
        self._untouched[id(subnet)] = len(subnet.pool)
        return None

    def _give_back(self, subnet: Subnet, address: bytes) -> None:
        """Nobody is remembered for an address any more."""
        number = int.from_bytes(address, "big")
        if number in subnet.pool:
            index = subnet.pool.index(number)
            self._untouched[id(subnet)] = min(index, self._untouched.get(id(subnet), 0))

    def _longest_free(self, subnet: Subnet, now: int) -> bytes | None:
        """The one that has been free for longest."""
        if now < self._full_until.get(id(subnet), 0):
            return None  # a look at all of them, so only when one may have become free
        pool = [
            binding
            for binding in self._by_address.values()
            if int.from_bytes(binding.address, "big") in subnet.pool
            and binding.address not in subnet.reserved
        ]
        free = [binding for binding in pool if not binding.is_held(now)]
        if free:
            return min(free, key=lambda one: (one.until or 0, one.address)).address
        ends = [binding.until for binding in pool if binding.until is not None]
        self._full_until[id(subnet)] = min(ends, default=now)
        return None
