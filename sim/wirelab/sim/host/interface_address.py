"""One address of an interface, of either family.

Source: RFC 4862 section 2 (tentative, preferred, deprecated) and section 5.5.4 (lifetimes), which
serve for IPv4 as well: RFC 5227 section 2.1 probes an address before it is used.
"""

from enum import Enum
from typing import Final

LONGEST_PREFIX: Final = {4: 32, 16: 128}
"""bits, by the length of an address in bytes (RFC 791 section 3.1, RFC 8200 section 3)."""


class AddressState(Enum):
    """What an address may be used for."""

    TENTATIVE = "TENTATIVE"
    """Whether somebody else has it is being found out: for nothing yet."""
    PREFERRED = "PREFERRED"
    DEPRECATED = "DEPRECATED"
    """For what began with it; nothing new should begin."""
    DUPLICATED = "DUPLICATED"
    """Somebody else has it: for nothing."""


class InterfaceAddress:
    """An address with its prefix.

    Args:
        address: 4 or 16 bytes.
        prefix_length: bits.

    Attributes:
        network: the address with its host bits cleared.
        broadcast: the directed broadcast address of an IPv4 network (RFC 1122 section 3.2.1.3 (e));
            None where the prefix leaves no room for one (RFC 3021), and for IPv6.
        state: see `AddressState`.
        preferred_until, valid_until: ns, or None: for ever.

    Raises:
        ValueError: no address, or a prefix length that does not go with it.
    """

    __slots__ = (
        "address",
        "broadcast",
        "network",
        "preferred_until",
        "prefix_length",
        "state",
        "valid_until",
    )

    def __init__(self, address: bytes, prefix_length: int) -> None:
        longest = LONGEST_PREFIX.get(len(address))
        if longest is None or not 0 <= prefix_length <= longest:
            raise ValueError(
                f"address has {len(address)} bytes and prefix length {prefix_length}; "
                "give 4 bytes and 0 to 32, or 16 bytes and 0 to 128"
            )
        host_bits = (1 << (longest - prefix_length)) - 1
        value = int.from_bytes(address, "big")
        size = len(address)
        self.address = address
        self.prefix_length = prefix_length
        self.network = (value & ~host_bits).to_bytes(size, "big")
        broadcast = size == 4 and host_bits > 1
        self.broadcast = (value | host_bits).to_bytes(size, "big") if broadcast else None
        self.state = AddressState.PREFERRED
        self.preferred_until: int | None = None
        self.valid_until: int | None = None

    @property
    def is_usable(self) -> bool:
        """Whether packets may be sent from it, and questions for it answered."""
        return self.state in (AddressState.PREFERRED, AddressState.DEPRECATED)

    def contains(self, address: bytes) -> bool:
        """Whether an address of the same family is on this address's network."""
        size = len(self.address)
        if len(address) != size:
            return False
        shift = 8 * size - self.prefix_length
        difference = int.from_bytes(address, "big") ^ int.from_bytes(self.address, "big")
        return difference >> shift == 0
