"""The transmission control block: the variables of one connection, under the RFC's names.

Source: RFC 9293 section 3.3.1; the marks in the sequence space are those of its figures 3 and 4.

    sent, acknowledged | sent, not acknowledged | may be sent        | not yet
                    SND.UNA                  SND.NXT       SND.UNA+SND.WND

    received, in order | may come                       | not yet
                    RCV.NXT                       RCV.NXT+RCV.WND  (rcv_adv)

Rule 1: sequence numbers here do not wrap (see `sequence`); compare them with `<`.
Rule 2: `state` is changed by `transitions` only.
Rule 3: `send_buffer[0]` has the number SND.UNA (ISS+1 while the SYN is not acknowledged).
"""

from typing import TYPE_CHECKING

from wirelab.sim.host.tcp import receive_window, timestamps
from wirelab.sim.host.tcp.buffers import Reassembly, ReceiveBuffer
from wirelab.sim.host.tcp.congestion import registry
from wirelab.sim.host.tcp.congestion.control import CongestionControl
from wirelab.sim.host.tcp.ecn import Ecn
from wirelab.sim.host.tcp.environment import Environment, Key
from wirelab.sim.host.tcp.fast_open import FastOpen
from wirelab.sim.host.tcp.flight import Flight
from wirelab.sim.host.tcp.options import DEFAULT_MSS, receive_mss
from wirelab.sim.host.tcp.rack import Rack
from wirelab.sim.host.tcp.receive_window import ReadingRate
from wirelab.sim.host.tcp.recovery import Recovery
from wirelab.sim.host.tcp.retransmission_timer import RETRANSMISSION
from wirelab.sim.host.tcp.rto import RetransmissionTimeout
from wirelab.sim.host.tcp.sack_blocks import SackBlocks
from wirelab.sim.host.tcp.scoreboard import Scoreboard
from wirelab.sim.host.tcp.send_queue import SendQueue
from wirelab.sim.host.tcp.socket_options import TcpOptions
from wirelab.sim.host.tcp.states import CLOSED, State
from wirelab.sim.host.timers import Timer
from wirelab.sim.host.transport import Flow
from wirelab.sim.reasons import Reason

if TYPE_CHECKING:
    from wirelab.sim.host.tcp.connection import Connection
    from wirelab.sim.host.tcp.delayed_ack import Pace
    from wirelab.sim.host.tcp.listen import Listener
    from wirelab.sim.host.tcp.path_mtu import PathProbe
    from wirelab.sim.host.tcp.urgent import UrgentByte
    from wirelab.sim.host.tcp.user_timeout_option import ToldTimeout


class Tcb:
    """One connection.

    Attributes:
        snd_una, snd_nxt, snd_wnd, snd_wl1, snd_wl2, iss: send variables of RFC 9293.
        max_snd_wnd: largest window that the peer ever offered (RFC 9293 section 3.8.6.2.1).
        snd_mss: Eff.snd.MSS, bytes of text.
        flight: all that is sent and not acknowledged; scoreboard: what of it SACK has told of,
            None before the first block.
        recovery: what is known of losses; rack: None without SACK, or switched off.
        retransmission_purpose: what the retransmission timer stands for now.
        resend_nxt: our SYN goes again; None: it does not.
        snd_sml: the end of the last short segment (SND.SML of Minshall's draft).
        send_queue: how `send_buffer` is divided, where bursts leave (see `send_queue`).
        more_follows: the application has said so of its last bytes (MSG_MORE).
        fin_queued: the application has no more to send; snd_fin: the number of our FIN, once sent.
        rcv_nxt, irs: receive variables of RFC 9293.
        rcv_adv: right edge of the window that we have offered: RCV.NXT + RCV.WND.
        rcv_mss: the MSS that we have announced; rcv_full: the largest text that has come (bytes).
        rcv_fin: the number of the peer's FIN, once seen; fin_received: everything before it came.
        rcv_acked: what our last segment acknowledged.
        challenge_due: a challenge ACK is due, unless another ACK goes.
        ack_now: an ACK is due; duplicate_acks_due: so many ACKs more, for segments out of order.
        peer_mss: what the peer's SYN said, bytes.
        wscale_ok, sack_ok, ts_ok: both sides offered window scale, SACK, timestamps.
        snd_wscale, rcv_wscale: shifts of the windows that come, and that go (RFC 7323).
        snd_up: SND.UP, behind our last urgent byte; urgent: the peer's; see `urgent`.
        reading_rate: see `receive_window`; pace: see `delayed_ack`.
        sack_blocks: what to report of text out of order; None while there is nothing.
        ts_recent, ts_recent_at: TS.Recent, and when it came, ns (RFC 7323 section 4.3); what it
            calls Last.ACK.sent is `rcv_acked`.
        ts_offset: where our own timestamps begin.
        timed_end, timed_at: the SYN whose round trip is measured ends there, went out then.
        sent_at: when text last went out, ns.
        retransmissions: expiries of the retransmission timer since the last new ACK.
        cwnd_limited, cwnd_round_end, cwnd_round_flight, cwnd_used, cwnd_used_since: see
            `window_validation`.
        probes: window or keepalive probes since the peer was last heard, at `heard_at`.
        vain_probes: window probes, answered or not, since SND.UNA reached `probed_una`.
        stalled_since: ns; what is sent, or waits for a window, has made no progress since.
        handshake_acked: the ACK of our SYN,ACK came, but its listener could not take it yet.
        stateless: our SYN,ACK is a cookie (see `syn_cookies`): nothing is kept once it is sent.
        told_timeout: what both sides told of their user timeouts; None: they do not.
        saved_syn: headers of the peer's SYN, if its listener keeps them (TCP_SAVE_SYN).
        plain_ttl: segments with fewer hops left do not take the short way; see `options`.
        fast_open: what Fast Open needs, for connections that use it (see `fast_open`).
        ecn: what ECN needs, once both sides have agreed on it.
        soft_error: what ICMP said last; the reason, should nothing ever be acknowledged again.
        options: what the application has set.
        error: why the connection failed.
        segments_in, segments_out, text_segments_in, text_segments_out, disordered_segments,
            bytes_sent: what was counted since the beginning, retransmissions included (RFC 4898).
        text_at: when text last came, ns.
        announced: the application knows of it; over: it has been told of the end.
    """

    __slots__ = (
        "ack_now",
        "announced",
        "bytes_sent",
        "challenge_count",
        "challenge_due",
        "challenge_since",
        "closed_by_user",
        "config",
        "congestion",
        "connection",
        "cwnd_limited",
        "cwnd_round_end",
        "cwnd_round_flight",
        "cwnd_used",
        "cwnd_used_since",
        "delayed_ack_timer",
        "dirty",
        "disordered_segments",
        "duplicate_acks_due",
        "ecn",
        "environment",
        "error",
        "fast_open",
        "fin_queued",
        "fin_received",
        "flight",
        "flow",
        "handshake_acked",
        "heard_at",
        "irs",
        "iss",
        "keepalive_due",
        "keepalive_timer",
        "listener",
        "local_address",
        "local_port",
        "max_snd_wnd",
        "more_follows",
        "options",
        "over",
        "pace",
        "path_probe",
        "peer_mss",
        "persist_interval",
        "persist_timer",
        "plain_ttl",
        "probe_due",
        "probed_una",
        "probes",
        "rack",
        "rcv_acked",
        "rcv_adv",
        "rcv_buff",
        "rcv_fin",
        "rcv_full",
        "rcv_mss",
        "rcv_nxt",
        "rcv_wscale",
        "reading_rate",
        "reassembly",
        "receive_buffer",
        "recovery",
        "remote_address",
        "remote_port",
        "resend_nxt",
        "retransmission_purpose",
        "retransmission_timer",
        "retransmissions",
        "sack_blocks",
        "sack_ok",
        "saved_syn",
        "scoreboard",
        "segments_in",
        "segments_out",
        "send_buffer",
        "send_queue",
        "sent_at",
        "snd_fin",
        "snd_mss",
        "snd_nxt",
        "snd_sml",
        "snd_una",
        "snd_up",
        "snd_wl1",
        "snd_wl2",
        "snd_wnd",
        "snd_wscale",
        "soft_error",
        "stalled_since",
        "state",
        "stateless",
        "syn_lost",
        "text_at",
        "text_segments_in",
        "text_segments_out",
        "time_wait_timer",
        "timed_at",
        "timed_end",
        "timeout",
        "told_timeout",
        "ts_offset",
        "ts_ok",
        "ts_recent",
        "ts_recent_at",
        "urgent",
        "vain_probes",
        "wants_write",
        "wscale_ok",
    )

    connection: "Connection"
    retransmission_timer: Timer
    persist_timer: Timer
    keepalive_timer: Timer
    delayed_ack_timer: Timer
    time_wait_timer: Timer

    def __init__(self, environment: Environment, key: Key, iss: int, options: TcpOptions) -> None:
        """An active open, still in CLOSED; `opening` makes, completes and enters it."""
        self.environment = environment
        self.config = config = environment.config
        self.options = options
        self.local_address, self.local_port, self.remote_address, self.remote_port = key
        self.flow: Flow = environment.output.flow(*key)
        if options.device is not None:
            self.flow.leave_by(options.device)
        self.state: State = CLOSED
        self.listener: Listener | None = None  # None: an active open (MUST-11)
        self.error: Reason | None = None
        self.soft_error: Reason | None = None
        self.fast_open: FastOpen | None = None
        self.saved_syn: bytes | None = None
        self.told_timeout: ToldTimeout | None = None
        self.plain_ttl = options.plain_ttl
        self.handshake_acked = False
        self.stateless = False
        self.dirty = False
        self.announced = False
        self.over = False
        self.closed_by_user = False
        self.wants_write = False
        # counting
        self.segments_in = self.segments_out = self.disordered_segments = 0
        self.text_segments_in = self.text_segments_out = self.bytes_sent = 0
        self.text_at = 0
        # sending
        self.iss = self.snd_una = self.snd_nxt = self.snd_sml = iss
        self.snd_wnd = self.snd_wl1 = self.snd_wl2 = self.max_snd_wnd = 0
        self.snd_mss = DEFAULT_MSS
        self.send_buffer = bytearray()
        self.send_queue = SendQueue(iss + 1, config.send_buffer) if config.push_bursts else None
        self.fin_queued = False
        self.snd_up: int | None = None
        self.snd_fin: int | None = None
        self.resend_nxt: int | None = None
        self.timeout = RetransmissionTimeout(config)
        self.timed_end: int | None = None
        self.timed_at = 0
        self.retransmissions = 0
        self.syn_lost = False
        self.more_follows = False
        self.flight = Flight()
        self.scoreboard: Scoreboard | None = None
        self.recovery = Recovery(config, iss)
        self.rack: Rack | None = None
        self.retransmission_purpose = RETRANSMISSION
        self.congestion: CongestionControl = registry.create(
            options.congestion or config.congestion, DEFAULT_MSS, config
        )
        self.cwnd_limited = False
        self.cwnd_round_end = iss
        self.cwnd_round_flight = self.cwnd_used = self.cwnd_used_since = 0
        self.sent_at = 0
        self.persist_interval = 0
        self.probes = self.vain_probes = 0
        self.probed_una = iss
        self.probe_due = self.keepalive_due = False
        self.heard_at = self.stalled_since = 0
        # options that both sides agreed on
        self.path_probe: PathProbe | None = None  # a black hole is suspected
        self.peer_mss = DEFAULT_MSS
        self.wscale_ok = False
        self.snd_wscale = 0
        self.rcv_buff = receive_window.first_buffer(self)
        self.rcv_wscale = receive_window.shift_to_offer(self)
        self.sack_ok = False
        self.sack_blocks: SackBlocks | None = None
        self.ts_ok = False
        self.ts_recent = self.ts_recent_at = 0
        self.ts_offset = timestamps.offset(environment.isn_secret, key)
        self.ecn: Ecn | None = None
        # receiving
        self.irs = self.rcv_nxt = self.rcv_adv = self.rcv_acked = 0
        self.reading_rate: ReadingRate | None = None
        self.urgent: UrgentByte | None = None
        self.pace: Pace | None = None
        self.rcv_mss = receive_mss(self)
        self.rcv_full = min(DEFAULT_MSS, self.rcv_mss)
        self.receive_buffer = ReceiveBuffer()
        self.reassembly = Reassembly()
        self.rcv_fin: int | None = None
        self.fin_received = False
        self.ack_now = False
        self.duplicate_acks_due = 0
        self.challenge_since = 0
        self.challenge_count = 0
        self.challenge_due = False

    @property
    def key(self) -> Key:
        """What finds this connection among all."""
        return self.local_address, self.local_port, self.remote_address, self.remote_port

    @property
    def rcv_wnd(self) -> int:
        """RCV.WND: bytes beyond RCV.NXT that we have offered to take."""
        return self.rcv_adv - self.rcv_nxt

    @property
    def syn_acknowledged(self) -> bool:
        """Whether the peer has acknowledged our SYN."""
        return self.snd_una > self.iss

    @property
    def fin_acknowledged(self) -> bool:
        """Whether the peer has acknowledged our FIN."""
        return self.snd_fin is not None and self.snd_una > self.snd_fin

    @property
    def flight_size(self) -> int:
        """Sent and not acknowledged, bytes (RFC 5681 section 2)."""
        return self.snd_nxt - self.snd_una

    def mark_dirty(self) -> None:
        """Let the next `poll_transmit` see what this connection has to send."""
        if not self.dirty:
            self.dirty = True
            environment = self.environment
            environment.dirty.append(self)
            if environment.attention.asleep:
                environment.attention.wake()

    def acknowledge_at_once(self) -> None:
        """Let the next `poll_transmit` send an ACK."""
        self.ack_now = True
        if not self.dirty:
            self.mark_dirty()
