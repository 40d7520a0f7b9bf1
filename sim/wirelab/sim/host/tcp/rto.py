"""The retransmission timeout of one connection.

Source: RFC 6298 (which replaced RFC 2988), sections 2, 4 and 5; RFC 9293 section 3.8.1 (MUST-18).

With a sample for every ACK the gains of RFC 6298 would forget within a fraction of a round trip, so
they are divided by the number of samples that a window gives (RFC 7323 appendix G).

Rule 1: a backed-off timeout stays until a new sample arrives (section 5, last paragraphs; Karn).
Rule 2: the caller gives no sample of a segment that was sent twice (Karn, section 3).
"""

from typing import Final

from wirelab.sim.host.durations import MILLISECOND, SECOND
from wirelab.sim.host.tcp.config import TcpConfig

CLOCK_GRANULARITY: Final = 1 * MILLISECOND
"""G of RFC 6298 section 4. Ours: no driver wakes up more exactly than this."""

AFTER_LOST_SYN: Final = 3 * SECOND
"""RFC 6298 section 5.7: where data begins with after the timer expired waiting for a SYN's ACK."""

R1: Final = 3
"""Retransmissions after which the application is told (RFC 9293 section 3.8.3, SHLD-9, SHLD-10)."""


class RetransmissionTimeout:
    """SRTT, RTTVAR and RTO, ns.

    Attributes:
        srtt: smoothed round-trip time; None before the first sample.
        rttvar: its variation.
        rto: how long to wait now, back-off included.
        minimum_round_trip: the smallest so far (RFC 8985 section 5.3, RACK.min_RTT);
            None before the first sample.
        measured: a sample was taken since the last loss probe went out, or since the beginning
            (RFC 8985 section 7.3).
    """

    __slots__ = (
        "_floor",
        "_maximum",
        "_minimum",
        "measured",
        "minimum_round_trip",
        "rto",
        "rttvar",
        "srtt",
    )

    def __init__(self, config: TcpConfig) -> None:
        self._minimum = config.minimum_rto
        self._maximum = config.maximum_rto
        self._floor = max(CLOCK_GRANULARITY, config.minimum_rto_variance)
        self.srtt: int | None = None
        self.rttvar = 0
        self.rto = config.initial_rto  # section 2.1
        self.minimum_round_trip: int | None = None
        self.measured = False

    def sample(self, round_trip: int, shortest: int | None = None, flight: int = 0) -> None:
        """Take a measured round trip into account (sections 2.2 and 2.3).

        Args:
            round_trip: from the first transmission that the ACK covers, delays included, ns.
            shortest: from the last that it covers, ns; None: the same.
            flight: segments on the way: with a sample for every second of them, the gains shrink.
        """
        if shortest is None:
            shortest = round_trip
        minimum = self.minimum_round_trip
        if minimum is None or shortest < minimum:
            self.minimum_round_trip = shortest
        self.measured = True
        if self.srtt is None:
            self.srtt = round_trip
            self.rttvar = round_trip // 2
        else:  # RTTVAR first: it uses the SRTT of before (beta = 1/4, alpha = 1/8)
            samples = (flight + 1) // 2 or 1
            deviation = abs(self.srtt - round_trip)
            self.rttvar += (deviation - self.rttvar) // (4 * samples)
            self.srtt += (round_trip - self.srtt) // (8 * samples)
        variance = 4 * self.rttvar
        if variance < self._floor:
            variance = self._floor
        rto = self.srtt + variance
        if rto < self._minimum:
            rto = self._minimum
        self.rto = rto if rto < self._maximum else self._maximum

    def back_off(self) -> None:
        """Double it after an expiry (section 5.5), up to the maximum (section 2.5)."""
        self.rto = min(self.rto * 2, self._maximum)

    def syn_was_lost(self) -> None:
        """Begin data with 3 s if the SYN had to be sent again (section 5.7)."""
        if self.srtt is None:
            self.rto = min(max(AFTER_LOST_SYN, self._minimum), self._maximum)
