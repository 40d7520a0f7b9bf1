"""What became of every frame that came in, and of what could not go out."""

from dataclasses import dataclass, field

from wirelab.sim.host.drops import FORWARDED, Drop
from wirelab.sim.reasons import Reason


@dataclass(slots=True)
class Counters:
    """The books of one host.

    Attributes:
        frames_in: frames given to `Host.receive_frame`.
        delivered: frames that somebody here took; a fragment that waits for others is such a one.
        forwarded: frames whose packet went on towards another host.
        dropped: frames refused silently, by reason.
        rejected: frames refused with an answer (RST or ICMP error), by reason.
        frames_out: frames handed to links.
        not_sent: packets that never became a frame, by reason (`arp.timeout`, `arp.queue_full`,
            `icmp.rate_limited`).
        given_up: packets of which some fragments were taken, and that never became whole, by
            reason (`ip.frag_timeout`, `ip.frag_memory`).
        loopback: the books of what the host sent to itself; None before there is any.
    """

    frames_in: int = 0
    delivered: int = 0
    forwarded: int = 0
    dropped: dict[Reason, int] = field(default_factory=dict)
    rejected: dict[Reason, int] = field(default_factory=dict)
    frames_out: int = 0
    not_sent: dict[Reason, int] = field(default_factory=dict)
    given_up: dict[Reason, int] = field(default_factory=dict)
    loopback: "Counters | None" = None

    @property
    def balanced(self) -> bool:
        """Whether every frame that came in has exactly one fate."""
        refused = sum(self.dropped.values()) + sum(self.rejected.values())
        own = self.loopback is None or self.loopback.balanced
        return own and self.frames_in == self.delivered + self.forwarded + refused

    def settle(self, drop: Drop | None) -> None:
        """Write down what became of a frame; None: somebody took it."""
        if drop is None:
            self.delivered += 1
        elif drop is FORWARDED:
            self.forwarded += 1
        else:
            count(self.rejected if drop.answered else self.dropped, drop.reason)


def count(table: dict[Reason, int], reason: Reason) -> None:
    """Add one to a reason's count."""
    table[reason] = table.get(reason, 0) + 1
