"""Who wins where two fragments, or two segments, carry the same bytes.

Sources: RFC 5722 section 3 (no overlaps); Novak, "Target-Based Fragmentation Reassembly" (2005),
for what the reassemblers of different systems do, which an observer has to imitate to see what
the receiver saw.
"""

from collections.abc import Callable
from typing import Literal, TypeAlias

Overlap: TypeAlias = Literal["refuse", "first", "last", "bsd", "bsd-right", "linux"]
"""`refuse`: no overlap is right, and the datagram is given up (RFC 5722; exact copies pass).

The others decide between an older piece and a newer one:

| policy | the older one wins |
|---|---|
| first | always (Windows, macOS) |
| last | never |
| bsd | unless it begins behind the newer one |
| bsd-right | if it begins behind the newer one |
| linux | if it begins before the newer one |
"""

OldWins: TypeAlias = Callable[[int, int], bool]
"""Of the offsets at which the older and the newer fragment begin."""

OLD_WINS: dict[str, OldWins] = {
    "first": lambda old, new: True,
    "last": lambda old, new: False,
    "bsd": lambda old, new: old <= new,
    "bsd-right": lambda old, new: old > new,
    "linux": lambda old, new: old < new,
}


def policy_of(overlap: str, *, refusing: bool) -> OldWins | None:
    """The rule of a policy's name; None: refuse.

    Raises:
        ValueError: there is no such policy.
    """
    if refusing and overlap == "refuse":
        return None
    if overlap not in OLD_WINS:
        names = [*(["refuse"] if refusing else []), *OLD_WINS]
        raise ValueError(f"overlap={overlap!r}; give one of {', '.join(names)}")
    return OLD_WINS[overlap]
