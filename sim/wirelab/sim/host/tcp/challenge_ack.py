"""Challenge ACKs: asking a sender that may be a blind attacker to prove itself.

Source: RFC 5961 sections 3.2 (RST), 4.2 (SYN), 5.2 (ACK) and 7 (throttling). The count is kept for
each connection, not for the host: a shared count can be read from outside (CVE-2016-5696).
"""

from typing import Final

from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.tcp.tcb import Tcb

LIMIT: Final = 10
PERIOD: Final = 5 * SECOND
"""At most `LIMIT` of them in a `PERIOD` (the example of RFC 5961 section 7)."""


def challenge(tcb: Tcb, now: int) -> None:
    """Answer with <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>, unless there were too many lately."""
    if now - tcb.challenge_since >= PERIOD or not tcb.challenge_count:
        tcb.challenge_since = now
        tcb.challenge_count = 0
    if tcb.challenge_count < LIMIT:
        tcb.challenge_count += 1
        tcb.acknowledge_at_once()
