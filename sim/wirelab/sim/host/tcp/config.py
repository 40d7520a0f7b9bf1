"""The knobs of TCP, given to a host when it is made. Times in nanoseconds."""

from dataclasses import dataclass
from typing import Final, Literal

from wirelab.sim.host.durations import MILLISECOND, SECOND
from wirelab.sim.reasons import Reason

ICMP_HARD_ERRORS: Final = frozenset(
    {Reason.ICMP_PROTOCOL_UNREACHABLE, Reason.ICMP_PORT_UNREACHABLE}
)
"""RFC 1122 section 4.2.3.9: codes 2 to 4 of destination unreachable; 4 is about the path MTU."""


@dataclass(slots=True)
class TcpConfig:
    """TCP's knobs.

    Attributes:
        receive_buffer: bytes held for the application; without window scaling at most 65535 are
            advertised (RFC 9293 section 3.1).
        maximum_receive_buffer: how far auto-tuning may raise `receive_buffer`; the window scale
            that we offer is what this needs (RFC 7323 section 2.3).
        window_scaling, timestamps: offered and answered (RFC 7323).
        answer_ack_of_unsent: an ACK of what was not sent is answered (RFC 9293 section 3.10.7.4);
            Linux drops it silently.
        repeat_fin: an ACK that goes alone carries our FIN again until that is acknowledged
            (4.4BSD).
        timestamps_required: once agreed on, segments without them are dropped, resets excepted
            (RFC 7323 section 3.2: SHOULD).
        sack: offered and answered (RFC 2018).
        duplicate_sack: report what came twice (RFC 2883).
        options_by_kind: lay the options of a SYN out in the order of their kinds and end them with
            zeros, as 4.4BSD's heirs do; else each on a word of its own, as RFC 7323 appendix A.
        largest_window_scale: offer the window scale that `maximum_receive_buffer` needs also when
            the application has set its buffer (4.4BSD).
        receive_buffer_rounding: once the peer's SYN is in, make the buffer a multiple of the MSS:
            "up" (4.4BSD), "down" (Linux).
        window_in_steps: the right edge moves in steps of a segment (RFC 9293 section 3.8.6.2.2);
            else all that is free is offered, unless that is less than a segment and a quarter of
            the buffer (4.4BSD).
        window_update: when a read is worth an ACK of its own: it frees "two segments"; or a
            "quarter" of the buffer (4.4BSD); or it "doubled" the window (Linux).
        accept_all_that_fits: text and resets count as inside the window where the buffer has room,
            though not offered (4.4BSD); else as far as offered (RFC 9293 section 3.10.7.4).
        quick_acks: so many ACKs at the beginning do not wait (Linux: 16); 0 for none.
        acknowledge_each: what is acknowledged without delay: "two full segments" (RFC 9293 section
            3.8.6.3, SHLD-19), "more than a full segment" (Linux), each "second segment" (4.4BSD).
        challenge_limit, challenge_period: so many challenge ACKs in such a time (RFC 5961 section 7
            gives 10 in 5 s as an example).
        send_buffer: bytes accepted from the application and not yet acknowledged, unless cwnd asks
            for more; maximum_send_buffer: how far it then grows (not after SO_SNDBUF).
        initial_rto: RFC 6298 section 2.1.
        minimum_rto: RFC 6298 section 2.4.
        maximum_rto: RFC 6298 section 2.5 (at least 60 s).
        delayed_ack: RFC 1122 section 4.2.3.2 (below 0.5 s).
        msl: RFC 9293 section 3.4.2 (2 minutes); TIME-WAIT lasts twice this.
        syn_retries: SYNs sent again before connect fails (RFC 9293 section 3.8.3, R2; 7 of them,
            from 1 s on, take the 3 minutes of MUST-23).
        synack_retries: the same for a SYN,ACK that answers a SYN.
        syn_cookies: answer SYNs without memory: "off", "needed" (while the SYN queue is full) or
            "always" (RFC 4987 section 3.6).
        drop_syn_fin: a segment with SYN and FIN is dropped in silence.
        hold_syn_text: keep text that comes with a SYN until the handshake is over (RFC 9293 section
            3.10.7.2); else it has to come again, as with Linux and FreeBSD. Fast Open keeps it.
        hold_crossing_text: of a SYN that crosses ours, keep the text (but not the FIN) anyway, and
            acknowledge it only with what is sent next, as FreeBSD.
        abort_on_overflow: reset a handshake that ends while too many wait for accept; else its
            last ACK is ignored, and the peer tries again.
        ecn: explicit congestion notification (RFC 3168): "off", "passive" (if the peer asks for
            it) or "active".
        ecn_fallback: do not ask again in a SYN that goes again (RFC 3168 section 6.1.1.1).
        fast_open_client, fast_open_server: TCP Fast Open (RFC 7413).
        fast_open_client_no_cookie: text in SYNs to everybody (RFC 7413 section 4.1.3 warns).
        fast_open_server_no_cookie: take text in SYNs from everybody.
        fast_open_all_listeners: as if every listener had asked for it, with its backlog as bound.
        fast_open_keys: secrets of 16 bytes, the first makes cookies and all are good; empty: one
            of the host's own.
        fast_open_pause: how long to send no text in SYNs after some seem to have been lost, twice
            as long each time; 0: never pause (RFC 7413 section 4.1.3.1).
        bsd_icmp_errnos: sockets translate ICMP errors as FreeBSD does (ECONNREFUSED for what is
            prohibited), else as Linux.
        icmp_hard_errors: what ends a connection attempt (RFC 1122 section 4.2.3.9).
        time_wait_heeds_reset: a reset ends TIME-WAIT (RFC 9293 section 3.10.7.4); else it is
            ignored (RFC 1337 section 4, fix F1).
        time_wait_needs_ack: in TIME-WAIT a segment without ACK is dropped in silence, unless it is
            a SYN that begins a new connection (as BSD); else it is answered as anywhere.
        time_wait_reuse, time_wait_reuse_delay: an active open may take over a connection in
            TIME-WAIT that has timestamps, so long after its last segment (RFC 6191).
        reset_in_window: a reset counts anywhere in the window (RFC 793 section 3.4); else exactly
            at RCV.NXT (RFC 5961 section 3).
        syn_in_window_resets: a SYN in the window resets the connection (RFC 793 section 3.9); else
            it is answered by a challenge ACK (RFC 5961 section 4).
        broken_pipe_after_fin: to the application, a reset after the peer's FIN is EPIPE, as with
            Linux; else ECONNRESET as ever.
        resets_offer_window: such a reset has the window field of any other segment; else 0.
        resets_acknowledge: a reset that answers nothing has ACK, window and timestamps, as every
            segment of BSD and Linux, instead of the RST alone of RFC 9293 section 3.10.5.
        fin_with_acks: in CLOSING, the ACK of the peer's FIN is our FIN again, and that FIN, if it
            comes again, is not answered, as 4.4BSD has it. Else an ACK alone answers both (RFC 9293
            section 3.10.7.4, first step).
        flush_on_reset: a reset makes what was received and not read unreadable (RFC 9293 section
            3.10.7.4: "segment queues should be flushed"); else it may be read first.
        orphan_retries: `retries` once the application has closed; window probes that are answered
            count then, too (see `persist`). None: no difference.
        retries: retransmissions of data before the connection is given up (R2).
        congestion: name of the congestion control algorithm (see `congestion.registry`).
        hystart: how CUBIC leaves slow start: "hystart++" (RFC 9406), "hystart" (Linux's) or "off".
        cubic_fast_convergence: RFC 9438 section 4.7.
        cubic_catches_up: where CUBIC imitates NewReno, it grows as fast as that once it has reached
            the window of before the loss (RFC 9438 section 4.3); Linux goes on more slowly.
        cubic_update_period: how long CUBIC goes on with the slope that it has computed, ns, while
            cwnd stays as it is; 0: every ACK has its own.
        reduce_from_cwnd: after a loss keep a share of cwnd (Linux) instead of what is on the way
            (RFC 5681 equation 4).
        reduce_to_whole_segments: and only whole segments of it, as Linux counts them.
        initial_window: segments before the first ACK (RFC 6928 section 2); 0: by RFC 5681.
        initial_window_limit: bytes; longer segments are fewer, but two (RFC 6928 section 2).
        slow_start_limit: segments that one ACK may add to cwnd (RFC 9406 section 4.2: L, 8 without
            pacing; RFC 3465: 2); 0: no limit.
        slow_start_after_idle: let cwnd shrink while it is not used (RFC 5681 section 4.1).
        gradual_idle_restart: halve cwnd for each RTO of silence (RFC 2861 section 3.2) instead of
            falling to the initial window after the first (RFC 5681 section 4.1).
        minimum_rto_variance: floor of the term 4*RTTVAR: the RTO is SRTT plus this at least
            (RFC 6298 section 2.3: the clock's granularity, which 0 means; Linux: 200 ms).
        duplicate_threshold, maximum_duplicate_threshold: DupThresh, segments, without any
            reordering (RFC 5681 section 3.2), and how far reordering may raise it.
        rack: find losses by time (RFC 8985) where SACK is on; else by RFC 6675.
        tail_loss_probe: RFC 8985 section 7, where SACK is on.
        maximum_ack_delay: TLP.max_ack_delay: how long the peer may delay the ACK of one segment
            (RFC 8985 section 7.2).
        burst_after_recovery: without SACK, a recovery ends with cwnd at ssthresh whatever is on the
            way (RFC 6582 section 3.2, step 3, option 2) instead of a segment more than that.
        timer_margin: how much later than computed RACK and loss probes act, so that an ACK that
            takes exactly as long is not overtaken (Linux: two ticks of 4 ms, and rounding).
        f_rto: find out whether a timeout was spurious (RFC 5682).
        push_bursts: the last of several segments that leave together carries PSH, and at most half
            of cwnd leaves together, as from a sender whose link cuts segments (Linux, GSO; see
            `send_queue`); else PSH says that the queue is empty (RFC 9293 MUST-61).
        burst_minimum: segments that leave together at least, where cwnd allows it; burst_share:
            which part of the window (one in so many) is worth sending before the next ACK; 0: all.
        nagle: RFC 9293 section 3.7.4.
        minshall: Nagle's algorithm waits for short segments only (draft-minshall-nagle-01).
        override_timeout: how long a window that is open but small may hold data back (RFC 9293
            section 3.8.6.2.1: 0.1 to 1 s); 0: as long as the retransmission timeout.
        user_timeout_option: tell the peer this timeout (ns) where the application has set none, and
            heed what the peer tells (RFC 5482); 0: neither.
        probe_with_text: probe a shut window with the first byte that waits (RFC 9293 section
            3.8.6.1) instead of an ACK with an old number, as Linux does.
        black_hole_timeouts: retransmission timeouts in a row after which long segments are
            suspected not to fit the path (RFC 2923 section 2.1); 0: never.
        keep_idle, keep_interval, keep_count: keepalive, for sockets that ask for it: after so much
            silence (MUST-28: at least two hours), so often, so many times (RFC 9293 section 3.8.4).
        fin_timeout: how long a connection that the application has closed waits in FIN-WAIT-2 for
            the peer's FIN. RFC 9293 sets no bound, and a peer that is gone would hold its memory
            for ever; a minute is Linux's tcp_fin_timeout.
        answer_closed_ports: send RST where nobody listens (RFC 9293 section 3.10.7.1); the host
            sets it from `HostConfig.answer_closed_ports`.
    """

    receive_buffer: int = 65_535
    maximum_receive_buffer: int = 6_291_456
    window_scaling: bool = True
    timestamps: bool = True
    answer_ack_of_unsent: bool = True
    repeat_fin: bool = False
    timestamps_required: bool = True
    sack: bool = True
    duplicate_sack: bool = True
    options_by_kind: bool = False
    largest_window_scale: bool = False
    receive_buffer_rounding: Literal["none", "up", "down"] = "none"
    window_in_steps: bool = True
    window_update: Literal["two segments", "quarter", "doubled"] = "two segments"
    accept_all_that_fits: bool = False
    quick_acks: int = 0
    acknowledge_each: Literal["two full segments", "more than a full segment", "second segment"] = (
        "two full segments"
    )
    challenge_limit: int = 10
    challenge_period: int = 5 * SECOND
    send_buffer: int = 262_144
    maximum_send_buffer: int = 4_194_304
    initial_rto: int = 1 * SECOND
    minimum_rto: int = 1 * SECOND
    maximum_rto: int = 60 * SECOND
    delayed_ack: int = 200 * MILLISECOND
    msl: int = 120 * SECOND
    syn_retries: int = 7
    synack_retries: int = 7
    syn_cookies: Literal["off", "needed", "always"] = "needed"
    drop_syn_fin: bool = False
    hold_syn_text: bool = True
    hold_crossing_text: bool = False
    abort_on_overflow: bool = False
    ecn: Literal["off", "passive", "active"] = "passive"
    ecn_fallback: bool = True
    fast_open_client: bool = True
    fast_open_server: bool = True
    fast_open_client_no_cookie: bool = False
    fast_open_server_no_cookie: bool = False
    fast_open_all_listeners: bool = False
    fast_open_keys: tuple[bytes, ...] = ()
    fast_open_pause: int = 3600 * SECOND
    bsd_icmp_errnos: bool = False
    icmp_hard_errors: frozenset[Reason] = ICMP_HARD_ERRORS
    time_wait_heeds_reset: bool = True
    time_wait_needs_ack: bool = False
    time_wait_reuse: bool = False
    time_wait_reuse_delay: int = 1 * SECOND
    reset_in_window: bool = False
    syn_in_window_resets: bool = False
    broken_pipe_after_fin: bool = True
    resets_acknowledge: bool = False
    resets_offer_window: bool = True
    fin_with_acks: bool = False
    flush_on_reset: bool = True
    orphan_retries: int | None = None
    retries: int = 15
    congestion: str = "cubic"
    hystart: str = "hystart++"
    cubic_fast_convergence: bool = True
    cubic_catches_up: bool = True
    cubic_update_period: int = 0
    reduce_from_cwnd: bool = False
    reduce_to_whole_segments: bool = False
    initial_window: int = 10
    initial_window_limit: int = 14_600
    slow_start_limit: int = 8
    slow_start_after_idle: bool = True
    gradual_idle_restart: bool = False
    minimum_rto_variance: int = 0
    duplicate_threshold: int = 3
    maximum_duplicate_threshold: int = 300
    rack: bool = True
    tail_loss_probe: bool = True
    maximum_ack_delay: int = 200 * MILLISECOND
    burst_after_recovery: bool = False
    timer_margin: int = 2 * MILLISECOND
    f_rto: bool = True
    push_bursts: bool = False
    burst_minimum: int = 2
    burst_share: int = 3
    nagle: bool = True
    minshall: bool = False
    override_timeout: int = 500 * MILLISECOND
    probe_with_text: bool = True
    black_hole_timeouts: int = 3
    user_timeout_option: int = 0
    keep_idle: int = 7200 * SECOND
    keep_interval: int = 75 * SECOND
    keep_count: int = 9
    fin_timeout: int = 60 * SECOND
    answer_closed_ports: bool = True

    def __post_init__(self) -> None:
        """Refuse what would retransmit for ever at one instant, or never move a byte."""
        for name in ("initial_rto", "minimum_rto", "maximum_rto", "receive_buffer", "send_buffer"):
            if getattr(self, name) <= 0:
                raise ValueError(f"TcpConfig.{name} is {getattr(self, name)}; give more than 0")
