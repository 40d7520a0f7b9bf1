"""What became of every frame that came in, and of what could not go out."""

from dataclasses import dataclass, field

from wirelab.sim.reasons import Reason


@dataclass(slots=True)
class Counters:
    """The books of one host.

    Attributes:
        frames_in: frames given to `Host.receive_frame`.
        delivered: frames that somebody here took.
        dropped: frames refused silently, by reason.
        rejected: frames refused with an answer (RST or ICMP error), by reason.
        frames_out: frames handed to links.
        not_sent: packets that never became a frame, by reason (`arp.timeout`, `arp.queue_full`,
            `icmp.rate_limited`).
    """

    frames_in: int = 0
    delivered: int = 0
    dropped: dict[Reason, int] = field(default_factory=dict)
    rejected: dict[Reason, int] = field(default_factory=dict)
    frames_out: int = 0
    not_sent: dict[Reason, int] = field(default_factory=dict)

    @property
    def balanced(self) -> bool:
        """Whether every frame that came in has exactly one fate."""
        fates = self.delivered + sum(self.dropped.values()) + sum(self.rejected.values())
        return self.frames_in == fates


def count(table: dict[Reason, int], reason: Reason) -> None:
    """Add one to a reason's count."""
    table[reason] = table.get(reason, 0) + 1
