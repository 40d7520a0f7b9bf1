"""What a layer returns when it refuses a frame."""

from typing import Final, NamedTuple

from wirelab.sim.reasons import Reason


class Drop(NamedTuple):
    """A frame that went no further, and why.

    Attributes:
        reason: the stable id.
        detail: numbers for a person (`"port 81 is closed"`); empty where the reason says all.
        answered: the sender is told (RST or ICMP error), so the frame's fate is `rejected`, not
            `dropped`.
    """

    reason: Reason
    detail: str = ""
    answered: bool = False


FORWARDED: Final = Drop(Reason.IP_FORWARDED)
"""This very object is what a layer returns for a frame whose packet goes on towards another host:
the frame has come to its end, and nothing is wrong."""
