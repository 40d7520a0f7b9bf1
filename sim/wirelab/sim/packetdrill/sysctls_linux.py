"""Linux's sysctl variables: what each is here.

Source: Documentation/networking/ip-sysctl.rst of the kernel.
"""

from typing import Final

from wirelab.sim.packetdrill.sysctls import (
    NO_EFFECT,
    Knob,
    Settings,
    Table,
    choice,
    count,
    in_seconds,
    only,
    switch,
)

_RENO: Final = {"reno": "reno", "cubic": "cubic"}


def _receive_memory(value: str) -> Settings:
    """`min default max`, bytes: half of the default is window, half bookkeeping."""
    _, default, maximum = map(int, value.split())
    return {"receive_buffer": default // 2, "maximum_receive_buffer": maximum}


def _send_memory(value: str) -> Settings:
    _, default, _ = map(int, value.split())
    return {"send_buffer": default}


def _ecn(value: str) -> Settings:
    """0: never; 1: asked for and answered; 2: only answered."""
    return {"ecn": {"0": "off", "1": "on", "2": "passive"}[value]}


TABLE: Final[Table] = {
    # what is offered
    "net.ipv4.tcp_timestamps": switch("timestamps"),
    "net.ipv4.tcp_sack": switch("sack"),
    "net.ipv4.tcp_dsack": switch("duplicate_sack"),
    "net.ipv4.tcp_window_scaling": switch("window_scaling"),
    # buffers
    "net.ipv4.tcp_rmem": Knob(_receive_memory),
    "net.ipv4.tcp_wmem": Knob(_send_memory),
    "net.ipv4.tcp_adv_win_scale": only(1),
    "net.ipv4.tcp_app_win": NO_EFFECT,
    "net.ipv4.tcp_mem": NO_EFFECT,
    "net.core.rmem_max": NO_EFFECT,
    "net.core.wmem_max": NO_EFFECT,
    "net.core.optmem_max": NO_EFFECT,
    "net.core.netdev_max_backlog": NO_EFFECT,
    "net.core.default_qdisc": NO_EFFECT,
    # patience
    "net.ipv4.tcp_syn_retries": count("syn_retries"),
    "net.ipv4.tcp_synack_retries": count("synack_retries"),
    "net.ipv4.tcp_retries1": NO_EFFECT,
    "net.ipv4.tcp_retries2": count("retries"),
    "net.ipv4.tcp_fin_timeout": in_seconds("fin_timeout"),
    "net.ipv4.tcp_keepalive_time": in_seconds("keep_idle"),
    "net.ipv4.tcp_keepalive_intvl": in_seconds("keep_interval"),
    "net.ipv4.tcp_keepalive_probes": count("keep_count"),
    # congestion and recovery
    "net.ipv4.tcp_congestion_control": choice("congestion", _RENO),
    "net.ipv4.tcp_available_congestion_control": NO_EFFECT,
    "net.ipv4.tcp_allowed_congestion_control": NO_EFFECT,
    "net.ipv4.tcp_slow_start_after_idle": switch("slow_start_after_idle"),
    "net.ipv4.tcp_fack": only(0),
    "net.ipv4.tcp_frto": switch("f_rto"),
    "net.ipv4.tcp_reordering": count("duplicate_threshold"),
    "net.ipv4.tcp_max_reordering": count("maximum_duplicate_threshold"),
    "net.ipv4.tcp_early_retrans": switch("tail_loss_probe"),
    "net.ipv4.tcp_recovery": switch("rack"),
    "net.ipv4.tcp_ecn": Knob(_ecn),
    "net.ipv4.tcp_no_metrics_save": NO_EFFECT,
    "net.ipv4.tcp_no_ssthresh_metrics_save": NO_EFFECT,
    "net.ipv4.tcp_tso_win_divisor": NO_EFFECT,
    "net.ipv4.tcp_tso_rtt_log": NO_EFFECT,
    "net.ipv4.tcp_min_tso_segs": NO_EFFECT,
    "net.ipv4.tcp_limit_output_bytes": NO_EFFECT,
    "net.ipv4.tcp_pacing_ss_ratio": NO_EFFECT,
    "net.ipv4.tcp_pacing_ca_ratio": NO_EFFECT,
    "net.ipv4.tcp_notsent_lowat": only(4294967295, -1),
    "net.ipv4.tcp_retrans_collapse": NO_EFFECT,
    "net.ipv4.tcp_low_latency": NO_EFFECT,
    "net.mptcp.enabled": NO_EFFECT,
}
