"""The states of loss recovery, and the ways between them.

Source: RFC 5681 section 3.2, RFC 6675 section 5, RFC 6582 section 3.2, RFC 6937; the states are
those that Linux reports in TCP_INFO (`tcpi_ca_state`).

               duplicate ACK, SACK                    loss found
       OPEN ------------------------> DISORDER ----------------------> RECOVERY
        ^ ^  <--all acknowledged-----    |                               |  |
        | |                              | ECN-Echo                      |  |
        | +----- recovery point ------- CWR <-- ECN-Echo in OPEN         |  |
        |        acknowledged                                            |  |
        +----------------------- recovery point acknowledged ------------+  |
        |                                                                   |
        +------- recovery point acknowledged, or undone ------ LOSS <-------+-- timeout (any state)

Rule 1: in CWR and RECOVERY `Reduction` sets cwnd; in all other states congestion control does.
Rule 2: who enters CWR, RECOVERY or LOSS sets `recover` (RecoveryPoint) to SND.NXT; but from CWR to
RECOVERY that of CWR is kept, as the reduction is. Without SACK it stays in force in OPEN: duplicate
ACKs up to it are of what went again (RFC 6582 section 4).
Rule 3: nothing is sent here. What is marked lost goes again when `output` comes to it, as far as
cwnd allows.
"""

from enum import IntEnum
from typing import TYPE_CHECKING

from wirelab.sim.host.tcp import ecn, timestamps, undo
from wirelab.sim.host.tcp.proportional_rate_reduction import Reduction
from wirelab.sim.host.tcp.undo import Undo

if TYPE_CHECKING:
    from wirelab.sim.host.tcp.config import TcpConfig
    from wirelab.sim.host.tcp.delivery import Delivery
    from wirelab.sim.host.tcp.tcb import Tcb


class RecoveryState(IntEnum):
    """As Linux numbers them (TCP_CA_...)."""

    OPEN = 0
    DISORDER = 1
    CWR = 2
    RECOVERY = 3
    LOSS = 4


OPEN, DISORDER, CWR, RECOVERY, LOSS = RecoveryState


class Recovery:
    """What one connection knows of its losses.

    Attributes:
        state: see above.
        recover: RecoveryPoint: SND.NXT when the state was entered.
        threshold: DupThresh, segments; grows with the reordering that is seen.
        reordered: how often reordering has been seen.
        high_rxt: without RACK: what was sent again though it is not known to be lost ends there.
        rescued: the rescue retransmission of this recovery has gone (RFC 6675 section 4).
        reduction: how cwnd comes down; None outside of CWR and RECOVERY.
        undo: how to judge the last reduction; None when there is nothing to undo.
        first_resent_at: TSval of the first retransmission of this episode, or None.
        probing_new: F-RTO waits to see whether the timeout was spurious (RFC 5682).
        new_first: F-RTO step 2b: new data goes before what is marked lost.
        duplicates: segments that D-SACK has reported, ever.
        undone: reductions that were taken back.
        probe_due: the next thing to send is a loss probe.
        probe_end: SND.NXT when a loss probe went out (TLP.end_seq), or None.
        probe_resent: the probe was a retransmission (TLP.is_retrans).
    """

    __slots__ = (
        "duplicates",
        "first_resent_at",
        "high_rxt",
        "new_first",
        "probe_due",
        "probe_end",
        "probe_resent",
        "probing_new",
        "recover",
        "reduction",
        "reordered",
        "rescued",
        "state",
        "threshold",
        "undo",
        "undone",
    )

    def __init__(self, config: "TcpConfig", iss: int) -> None:
        self.state = OPEN
        self.recover = iss
        self.threshold = config.duplicate_threshold
        self.reordered = 0
        self.reduction: Reduction | None = None
        self.undo: Undo | None = None
        self.first_resent_at: int | None = None
        self.probing_new = False
        self.new_first = False
        self.high_rxt = iss
        self.rescued = False
        self.duplicates = 0
        self.undone = 0
        self.probe_due = False
        self.probe_end: int | None = None
        self.probe_resent = False


# Entering


def enter_recovery(tcb: "Tcb", now: int, ecn_echo: bool = False) -> None:
    """A loss was found: the window comes down, and what is lost goes again."""
    recovery = tcb.recovery
    begin_undo(tcb, reversible=not ecn_echo)
    if recovery.reduction is None:
        begin_reduction(tcb, now)
    elif recovery.undo is not None:  # the window comes down for ECN already
        recovery.undo.reversible = False
    recovery.state = RECOVERY
    recovery.high_rxt = tcb.snd_una
    recovery.rescued = False


def enter_cwr(tcb: "Tcb", now: int) -> None:
    """ECN-Echo: the window comes down although nothing is lost (RFC 3168 section 6.1.2)."""
    recovery = tcb.recovery
    if recovery.state < CWR:
        recovery.undo = None
        begin_reduction(tcb, now)
        recovery.state = CWR


def begin_undo(tcb: "Tcb", reversible: bool) -> None:
    """From here on it will be judged whether the reduction was for nothing."""
    recovery = tcb.recovery
    segments = -(-tcb.flight.resent // tcb.snd_mss)
    if recovery.probe_end is not None and recovery.probe_resent:
        segments += 1
    recovery.undo = Undo(tcb.snd_una, segments, reversible)


def begin_reduction(tcb: "Tcb", now: int) -> None:
    """Choose ssthresh, and let `Reduction` bring cwnd down to it."""
    recovery = tcb.recovery
    congestion = tcb.congestion
    recovery.recover = tcb.snd_nxt
    recovery.probe_end = None
    recovery.reduction = Reduction(congestion.cwnd)
    # Without what limited transmit has added (RFC 5681 section 3.2, step 2).
    congestion.enter_recovery(min(tcb.flight.outstanding, congestion.cwnd), now)
    ecn.window_reduced(tcb)


# Leaving


def end_reduction(tcb: "Tcb", now: int) -> None:
    """The recovery point is acknowledged: cwnd becomes ssthresh, unless all was undone."""
    recovery = tcb.recovery
    if recovery.reduction is not None:
        recovery.reduction = None
        if recovery.state == CWR or recovery.undo is not None:
            tcb.congestion.leave_recovery(now)
            if not (tcb.sack_ok or tcb.config.burst_after_recovery):
                _avoid_burst(tcb)


def _avoid_burst(tcb: "Tcb") -> None:
    """RFC 6582 section 3.2, step 3, option 1: grow to ssthresh in slow start."""
    mss = tcb.snd_mss
    congestion = tcb.congestion
    congestion.cwnd = min(congestion.cwnd, max(tcb.flight.outstanding, mss) + mss)


def keep_open(tcb: "Tcb") -> None:
    """OPEN if nothing is missing, else DISORDER."""
    recovery = tcb.recovery
    flight = tcb.flight
    missing = flight.sacked or flight.lost or any_resent(tcb)
    recovery.state = DISORDER if missing else OPEN
    recovery.reduction = None


def any_resent(tcb: "Tcb") -> bool:
    """Whether a retransmission may be on the way (the first segment may be a loss probe)."""
    if tcb.flight.resent:
        return True
    head = tcb.flight.head
    return head is not None and head.times > 1


# Undoing


def undo_reduction(tcb: "Tcb", now: int, nothing_lost: bool) -> None:
    """Restore cwnd and ssthresh (RFC 4015 section 3.2).

    Args:
        tcb: the connection.
        now: ns.
        nothing_lost: what is marked lost is not, either.
    """
    recovery = tcb.recovery
    if nothing_lost:
        tcb.flight.forget_losses()
        if tcb.scoreboard is not None:
            tcb.scoreboard.search_again()
    if recovery.undo is not None and recovery.undo.reversible:
        tcb.congestion.undo(now)
        if tcb.ecn is not None:
            tcb.ecn.reduced = False
    recovery.undo = None
    recovery.reduction = None
    recovery.undone += 1
    if tcb.rack is not None:
        tcb.rack.advanced = True  # look again at what is on the way


def may_undo(tcb: "Tcb", delivery: "Delivery") -> bool:
    """Whether the last reduction is known to have been for nothing."""
    state = tcb.recovery.undo
    return state is not None and (state.all_duplicates or was_delayed(tcb, delivery))


def was_delayed(tcb: "Tcb", delivery: "Delivery") -> bool:
    """Whether the ACK answers an original that was thought lost (Eifel)."""
    return undo.echoes_original(tcb.recovery.first_resent_at, delivery.tsecr)


def try_undo_duplicates(tcb: "Tcb", now: int) -> bool:
    """Undo when D-SACK has reported every retransmission."""
    state = tcb.recovery.undo
    if state is None or not state.all_duplicates:
        return False
    if tcb.rack is not None:
        tcb.rack.recovered(undone=True)
    undo_reduction(tcb, now, nothing_lost=False)
    return True


def recovered(tcb: "Tcb", delivery: "Delivery", now: int) -> None:
    """The recovery point is acknowledged: OPEN, with what it was before if that was for nothing."""
    if may_undo(tcb, delivery):
        undo_reduction(tcb, now, nothing_lost=False)
    elif tcb.rack is not None:
        tcb.rack.recovered(undone=False)
    end_reduction(tcb, now)
    tcb.recovery.state = OPEN


def try_undo_partial(tcb: "Tcb", delivery: "Delivery", now: int) -> bool:
    """A partial ACK came: if a delayed original caused it, stop; True: nothing more is marked."""
    recovery = tcb.recovery
    if recovery.undo is None or not was_delayed(tcb, delivery):
        return False
    note_reordering(tcb, delivery.prior_una)
    if tcb.flight.resent:  # send new data on, but nothing again
        return True
    if not any_resent(tcb):
        recovery.first_resent_at = None
    undo_reduction(tcb, now, nothing_lost=True)
    keep_open(tcb)
    return False


# What is learnt on the way


def sent_again(tcb: "Tcb", segments: int, now: int) -> None:
    """Something marked lost went out again."""
    recovery = tcb.recovery
    if recovery.first_resent_at is None:
        recovery.first_resent_at = timestamps.value(tcb, now)
    if recovery.undo is not None:
        recovery.undo.sent_again(segments)


def note_reordering(tcb: "Tcb", lowest: int) -> None:
    """What begins at `lowest` came after something higher: more duplicates mean a loss from now on.

    Source: RFC 6675 section 5 leaves DupThresh open to this; RFC 4653 section 3.
    """
    flight = tcb.flight
    recovery = tcb.recovery
    distance = (flight.highest_sacked if flight.sacked else tcb.snd_una) - lowest
    if distance <= 0:
        return
    segments = -(-distance // tcb.snd_mss)
    if segments > recovery.threshold:
        recovery.threshold = min(segments, tcb.config.maximum_duplicate_threshold)
    recovery.reordered += 1
