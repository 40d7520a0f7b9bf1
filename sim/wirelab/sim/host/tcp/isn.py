"""Initial sequence numbers that nobody outside can guess, and that repeat with the seed.

Source: RFC 9293 section 3.4.1 and RFC 6528 section 3:
`ISN = M + F(local address, local port, remote address, remote port, secret)`.
M is a clock that ticks every 4 microseconds (MUST-8); F is a keyed hash (SHLD-1, MUST-9).
"""

from hashlib import blake2s
from typing import Final

from wirelab.sim.host.tcp.sequence import MASK

TICK: Final = 4_000
"""One step of M, ns (RFC 9293 section 3.4.1: about 4 microseconds)."""


def initial_sequence_number(
    secret: bytes,
    local_address: bytes,
    local_port: int,
    remote_address: bytes,
    remote_port: int,
    now: int,
) -> int:
    """The ISN of a connection that begins at `now` (ns).

    `secret` is the host's own, at most 32 bytes, and stays the same for the life of the host.
    """
    ports = (local_port << 16 | remote_port).to_bytes(4, "big")
    digest = blake2s(local_address + remote_address + ports, key=secret, digest_size=4).digest()
    return (now // TICK + int.from_bytes(digest, "big")) & MASK
