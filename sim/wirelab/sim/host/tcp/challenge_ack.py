"""Challenge ACKs: asking a sender that may be a blind attacker to prove itself.

Source: RFC 5961 sections 3.2 (RST), 4.2 (SYN), 5.2 (ACK) and 7 (throttling). The count is kept for
each connection, not for the host: a shared count can be read from outside (CVE-2016-5696).
"""

from wirelab.sim.host.tcp.tcb import Tcb


def challenge(tcb: Tcb, now: int) -> None:
    """Answer with <SEQ=SND.NXT><ACK=RCV.NXT><CTL=ACK>, unless there were too many lately."""
    if not tcb.syn_acknowledged:
        acknowledge_seldom(tcb, now)  # a plain ACK; the SYN,ACK has its own timer
    elif _is_due(tcb, now):
        tcb.challenge_due = True
        tcb.mark_dirty()


def acknowledge_seldom(tcb: Tcb, now: int) -> None:
    """Acknowledge what has no text: throttled too, or two confused peers would never end."""
    if _is_due(tcb, now):
        tcb.acknowledge_at_once()


def _is_due(tcb: Tcb, now: int) -> bool:
    config = tcb.config
    if now - tcb.challenge_since >= config.challenge_period or not tcb.challenge_count:
        tcb.challenge_since = now
        tcb.challenge_count = 0
    if tcb.challenge_count >= config.challenge_limit:
        return False
    tcb.challenge_count += 1
    return True
