"""ICMP's knobs."""

from dataclasses import dataclass
from typing import Final


@dataclass(slots=True, frozen=True)
class IcmpConfig:
    """What a host says by ICMP, and what it lets others tell it.

    Attributes:
        errors_per_second, burst: errors that the host sends (RFC 1812 section 4.3.2.8).
        errors_per_destination, burst_per_destination: of these, to one destination.
        answer_broadcast_echo: answer pings to broadcasts and IPv4 multicasts, which RFC 1122
            section 3.2.2.6 leaves to us: they invite storms.
        answer_multicast_echo: answer pings to IPv6 multicasts, as one should (RFC 4443 section
            4.2).
        answer_timestamp: answer timestamp requests (RFC 1122 section 3.2.2.8).
        midnight: `now` (ns) at some midnight UT; None: the host does not know the time of day,
            and its timestamps say so (RFC 792 "Timestamp": high-order bit).
        accept_redirects: obey redirects (RFC 1122 section 3.2.2.2); a host that forwards never
            does (RFC 1812 section 5.2.7.2).
    """

    errors_per_second: int = 1000
    burst: int = 200
    errors_per_destination: int = 100
    burst_per_destination: int = 50
    answer_broadcast_echo: bool = False
    answer_multicast_echo: bool = True
    answer_timestamp: bool = True
    midnight: int | None = None
    accept_redirects: bool = True

    def __post_init__(self) -> None:
        """Refuse limits that are none.

        Raises:
            ValueError: a rate or burst below 1.
        """
        limits = (
            ("errors_per_second", self.errors_per_second),
            ("burst", self.burst),
            ("errors_per_destination", self.errors_per_destination),
            ("burst_per_destination", self.burst_per_destination),
        )
        for name, value in limits:
            if value < 1:
                raise ValueError(f"IcmpConfig.{name} is {value}; give at least 1")


USUAL_ICMP: Final = IcmpConfig()
"""What a host has unless told otherwise; one for all hosts, since it never changes."""
