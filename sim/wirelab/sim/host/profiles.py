"""Ready-made settings: a TCP as the RFCs have it, as Linux has it, as FreeBSD has it.

A profile is nothing but a `TcpConfig` with values: what differs between systems is a knob named
after the behaviour.

Source of the values: RFC 9293 and its companions; Linux 6 (net/ipv4, ip-sysctl.rst); FreeBSD 14
(sys/netinet, tcp(4)).
"""

from collections.abc import Callable
from typing import Final

from wirelab.sim.host.durations import MILLISECOND, SECOND
from wirelab.sim.host.tcp.config import TcpConfig
from wirelab.sim.reasons import Reason

LINUX_HARD_ERRORS: Final = frozenset(
    {
        Reason.ICMP_NET_UNREACHABLE,
        Reason.ICMP_HOST_UNREACHABLE,
        Reason.ICMP_PROTOCOL_UNREACHABLE,
        Reason.ICMP_PORT_UNREACHABLE,
        Reason.ICMP_PROHIBITED,
        Reason.ICMP_TTL_EXPIRED,
        Reason.ICMP_PARAMETER_PROBLEM,
    }
)
"""tcp_v4_err ends an attempt to connect at any of them."""

FREEBSD_HARD_ERRORS: Final = frozenset(
    {
        Reason.ICMP_PROTOCOL_UNREACHABLE,
        Reason.ICMP_PORT_UNREACHABLE,
        Reason.ICMP_PROHIBITED,
        Reason.ICMP_TTL_EXPIRED,
    }
)
"""tcp_ctlinput with net.inet.tcp.icmp_may_rst = 1."""


def rfc() -> TcpConfig:
    """The defaults: what the RFCs recommend."""
    return TcpConfig()


def linux() -> TcpConfig:
    """Linux's defaults, with the receive buffer's maximum that production kernels have (15 MiB)."""
    return TcpConfig(
        timestamps_required=False,  # PAWS looks at segments that have one
        # receiving
        receive_buffer=65_536,  # tcp_rmem[1] = 131072, half of it window
        maximum_receive_buffer=15 << 20,
        receive_buffer_rounding="down",  # tcp_select_initial_window
        answer_ack_of_unsent=False,  # tcp_ack
        window_in_steps=False,  # __tcp_select_window, with a window scale
        window_update="doubled",  # tcp_cleanup_rbuf
        quick_acks=16,  # TCP_MAX_QUICKACKS
        acknowledge_each="more than a full segment",  # __tcp_ack_snd_check
        delayed_ack=40 * MILLISECOND,  # TCP_DELACK_MIN
        challenge_limit=1,  # tcp_invalid_ratelimit: 500 ms
        challenge_period=500 * MILLISECOND,
        # opening and closing
        syn_retries=6,
        synack_retries=5,
        fast_open_server=False,  # tcp_fastopen = 1
        fast_open_pause=0,  # tcp_fastopen_blackhole_timeout_sec
        icmp_hard_errors=LINUX_HARD_ERRORS,
        msl=30 * SECOND,  # TCP_TIMEWAIT_LEN = 60 s
        fin_timeout=60 * SECOND,
        flush_on_reset=False,
        orphan_retries=8,
        hold_syn_text=False,
        resets_acknowledge=True,  # tcp_send_active_reset
        retries=15,
        # sending
        send_buffer=262_144,
        minshall=True,  # tcp_nagle_check
        probe_with_text=False,  # tcp_xmit_probe_skb
        override_timeout=0,  # tcp_probe0_base
        black_hole_timeouts=0,  # tcp_mtu_probing
        initial_rto=1 * SECOND,  # TCP_TIMEOUT_INIT
        minimum_rto=200 * MILLISECOND,  # TCP_RTO_MIN
        minimum_rto_variance=200 * MILLISECOND,  # tcp_rtt_estimator: mdev_max >= TCP_RTO_MIN
        maximum_rto=120 * SECOND,  # TCP_RTO_MAX
        congestion="cubic",
        hystart="hystart",
        reduce_from_cwnd=True,  # cubictcp_recalc_ssthresh
        reduce_to_whole_segments=True,
        cubic_catches_up=False,  # bictcp_update
        cubic_update_period=31_250_000,  # HZ / 32
        initial_window=10,  # TCP_INIT_CWND, of any size
        initial_window_limit=1 << 30,
        slow_start_limit=0,
        slow_start_after_idle=False,
        gradual_idle_restart=True,
        burst_after_recovery=True,
        timer_margin=11 * MILLISECOND,  # TCP_TIMEOUT_MIN
        push_bursts=True,  # __tcp_transmit_skb, tcp_cwnd_test
    )


def freebsd() -> TcpConfig:
    """FreeBSD's defaults."""
    return TcpConfig(
        options_by_kind=True,  # tcp_addoptions
        # receiving
        receive_buffer=65_536,  # net.inet.tcp.recvspace
        maximum_receive_buffer=2 << 20,  # net.inet.tcp.recvbuf_max
        largest_window_scale=True,  # by kern.ipc.maxsockbuf
        receive_buffer_rounding="up",  # tcp_mss
        repeat_fin=True,  # tcp_output: snd_nxt goes back to the FIN
        window_in_steps=False,
        window_update="quarter",  # tcp_output
        accept_all_that_fits=True,  # tcp_do_segment: max(rcv_adv - rcv_nxt, sbspace)
        acknowledge_each="second segment",  # net.inet.tcp.delayed_ack
        delayed_ack=40 * MILLISECOND,  # net.inet.tcp.delacktime
        challenge_limit=5,  # net.inet.tcp.ack_war_cnt, a second
        challenge_period=1 * SECOND,
        # opening and closing
        syn_retries=11,  # within 75 s: net.inet.tcp.keepinit
        synack_retries=3,  # net.inet.tcp.syncache.rexmtlimit
        fast_open_client=False,
        fast_open_server=False,
        bsd_icmp_errnos=True,
        icmp_hard_errors=FREEBSD_HARD_ERRORS,
        time_wait_heeds_reset=False,  # tcp_twcheck
        msl=30 * SECOND,
        fin_timeout=60 * SECOND,
        flush_on_reset=False,
        retries=12,  # TCP_MAXRXTSHIFT
        hold_syn_text=False,  # syncache_add
        hold_crossing_text=True,  # tcp_do_segment: dodata
        resets_acknowledge=True,  # tcp_drop, tcp_output
        resets_offer_window=False,
        broken_pipe_after_fin=False,  # tcp_do_segment
        time_wait_needs_ack=True,  # tcp_twcheck
        fin_with_acks=True,  # tcp_outflags
        # sending
        send_buffer=32_768,  # net.inet.tcp.sendspace
        initial_rto=1 * SECOND,  # net.inet.tcp.rexmit_initial
        minimum_rto=30 * MILLISECOND,  # net.inet.tcp.rexmit_min
        minimum_rto_variance=200 * MILLISECOND,  # net.inet.tcp.rexmit_slop
        maximum_rto=64 * SECOND,  # TCPTV_REXMTMAX
        rack=False,
        tail_loss_probe=False,
        congestion="cubic",
        initial_window=10,
        f_rto=False,
        burst_after_recovery=True,
    )


PROFILES: Final[dict[str, Callable[[], TcpConfig]]] = {
    "rfc": rfc,
    "linux": linux,
    "freebsd": freebsd,
}
"""The profiles by name."""
