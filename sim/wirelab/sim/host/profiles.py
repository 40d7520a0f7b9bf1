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


def rfc() -> TcpConfig:
    """The defaults: what the RFCs recommend."""
    return TcpConfig()


def linux() -> TcpConfig:
    """Linux's defaults, with the receive buffer's maximum that production kernels have (15 MiB)."""
    return TcpConfig(
        receive_buffer=65_536,  # tcp_rmem[1] = 131072, half of it window
        maximum_receive_buffer=15 << 20,
        send_buffer=262_144,
        initial_rto=1 * SECOND,
        minimum_rto=200 * MILLISECOND,  # TCP_RTO_MIN
        maximum_rto=120 * SECOND,  # TCP_RTO_MAX
        delayed_ack=40 * MILLISECOND,  # TCP_DELACK_MIN
        msl=30 * SECOND,  # TCP_TIMEWAIT_LEN = 60 s
        syn_retries=6,
        retries=15,
        congestion="cubic",
        hystart="hystart",
        reduce_from_cwnd=True,
        initial_window=10,
        initial_window_limit=1 << 30,  # ten segments of any size
        slow_start_limit=0,
        slow_start_after_idle=False,
        gradual_idle_restart=True,
        fin_timeout=60 * SECOND,
    )


def freebsd() -> TcpConfig:
    """FreeBSD's defaults."""
    return TcpConfig(
        receive_buffer=65_536,  # net.inet.tcp.recvspace
        maximum_receive_buffer=2 << 20,  # net.inet.tcp.recvbuf_max
        options_by_kind=True,
        send_buffer=32_768,  # net.inet.tcp.sendspace
        initial_rto=1 * SECOND,  # net.inet.tcp.rexmit_initial
        minimum_rto=30 * MILLISECOND,  # net.inet.tcp.rexmit_min
        maximum_rto=64 * SECOND,
        delayed_ack=40 * MILLISECOND,  # net.inet.tcp.delacktime
        msl=30 * SECOND,
        syn_retries=11,
        retries=12,
        congestion="cubic",
        initial_window=10,
    )


PROFILES: Final[dict[str, Callable[[], TcpConfig]]] = {
    "rfc": rfc,
    "linux": linux,
    "freebsd": freebsd,
}
"""The profiles by name."""
