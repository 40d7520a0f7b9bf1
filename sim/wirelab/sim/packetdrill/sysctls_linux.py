"""Linux's sysctl variables: what each is here.

Source: Documentation/networking/ip-sysctl.rst of the kernel.
"""

from typing import Final

from wirelab.sim.host.tcp.fast_open import key_of
from wirelab.sim.packetdrill.sysctls import (
    NO_EFFECT,
    Knob,
    Settings,
    Table,
    choice,
    count,
    in_milliseconds,
    in_seconds,
    off_switch,
    only,
    switch,
)

FASTOPEN_CLIENT: Final = 0x1
FASTOPEN_SERVER: Final = 0x2
FASTOPEN_CLIENT_NO_COOKIE: Final = 0x4
FASTOPEN_SERVER_NO_COOKIE: Final = 0x200
FASTOPEN_ALL_LISTENERS: Final = 0x400
"""Bits of tcp_fastopen; others change nothing in the kernel of today."""

_ECN: Final = {"0": "off", "1": "active", "2": "passive"}
_SYN_COOKIES: Final = {"0": "off", "1": "needed", "2": "always"}


def _receive_memory(value: str) -> Settings:
    """`min default max`, bytes: half of the default is window, half bookkeeping."""
    _, default, maximum = map(int, value.split())
    return {"receive_buffer": default // 2, "maximum_receive_buffer": maximum}


def _send_memory(value: str) -> Settings:
    """`min default max`, bytes."""
    _, default, _ = map(int, value.split())
    return {"send_buffer": default}


def _fast_open(value: str) -> Settings:
    bits = int(value, 0)
    return {
        "fast_open_client": bool(bits & FASTOPEN_CLIENT),
        "fast_open_server": bool(bits & FASTOPEN_SERVER),
        "fast_open_client_no_cookie": bool(bits & FASTOPEN_CLIENT_NO_COOKIE),
        "fast_open_server_no_cookie": bool(bits & FASTOPEN_SERVER_NO_COOKIE),
        "fast_open_all_listeners": bool(bits & FASTOPEN_ALL_LISTENERS),
    }


def _fast_open_keys(value: str) -> Settings:
    """`a1a1a1a1-b2b2b2b2-c3c3c3c3-d4d4d4d4`, two of them with a comma between."""
    return {"fast_open_keys": tuple(key_of(one.strip()) for one in value.split(","))}


TABLE: Final[Table] = {
    # what is offered
    "net.ipv4.tcp_timestamps": switch("timestamps"),
    "net.ipv4.tcp_sack": switch("sack"),
    "net.ipv4.tcp_dsack": switch("duplicate_sack"),
    "net.ipv4.tcp_window_scaling": switch("window_scaling"),
    "net.ipv4.tcp_ecn": choice("ecn", _ECN),
    "net.ipv4.tcp_ecn_fallback": switch("ecn_fallback"),
    "net.ipv4.tcp_fastopen": Knob(_fast_open),
    "net.ipv4.tcp_fastopen_key": Knob(_fast_open_keys),
    "net.ipv4.tcp_fastopen_blackhole_timeout_sec": in_seconds("fast_open_pause"),
    # opening, closing, and who is believed
    "net.ipv4.tcp_syncookies": choice("syn_cookies", _SYN_COOKIES),
    "net.ipv4.tcp_abort_on_overflow": switch("abort_on_overflow"),
    "net.ipv4.tcp_tw_reuse": choice("time_wait_reuse", {"0": False, "1": True, "2": False}),
    "net.ipv4.tcp_tw_reuse_delay": in_milliseconds("time_wait_reuse_delay"),
    "net.ipv4.tcp_rfc1337": off_switch("time_wait_heeds_reset"),
    "net.ipv4.tcp_challenge_ack_limit": NO_EFFECT,
    "net.ipv4.tcp_invalid_ratelimit": in_milliseconds("challenge_period"),
    "net.ipv4.tcp_max_syn_backlog": NO_EFFECT,
    "net.ipv4.tcp_max_tw_buckets": NO_EFFECT,
    "net.core.somaxconn": NO_EFFECT,
    # buffers
    "net.ipv4.tcp_rmem": Knob(_receive_memory),
    "net.ipv4.tcp_wmem": Knob(_send_memory),
    "net.ipv4.tcp_adv_win_scale": only(1),
    "net.ipv4.tcp_app_win": NO_EFFECT,
    "net.ipv4.tcp_mem": NO_EFFECT,
    "net.ipv4.tcp_notsent_lowat": only(4294967295, -1),
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
    "net.ipv4.tcp_orphan_retries": count("orphan_retries"),
    "net.ipv4.tcp_fin_timeout": in_seconds("fin_timeout"),
    "net.ipv4.tcp_keepalive_time": in_seconds("keep_idle"),
    "net.ipv4.tcp_keepalive_intvl": in_seconds("keep_interval"),
    "net.ipv4.tcp_keepalive_probes": count("keep_count"),
    # congestion and recovery
    "net.ipv4.tcp_congestion_control": choice("congestion", {"reno": "reno", "cubic": "cubic"}),
    "net.ipv4.tcp_available_congestion_control": NO_EFFECT,
    "net.ipv4.tcp_allowed_congestion_control": NO_EFFECT,
    "net.ipv4.tcp_slow_start_after_idle": switch("slow_start_after_idle"),
    "net.ipv4.tcp_frto": switch("f_rto"),
    "net.ipv4.tcp_reordering": count("duplicate_threshold"),
    "net.ipv4.tcp_max_reordering": count("maximum_duplicate_threshold"),
    "net.ipv4.tcp_early_retrans": switch("tail_loss_probe"),
    "net.ipv4.tcp_recovery": switch("rack"),
    "net.ipv4.tcp_fack": only(0),
    "net.ipv4.tcp_no_metrics_save": NO_EFFECT,
    "net.ipv4.tcp_no_ssthresh_metrics_save": NO_EFFECT,
    "net.ipv4.tcp_tso_win_divisor": count("burst_share"),
    "net.ipv4.tcp_tso_rtt_log": NO_EFFECT,
    "net.ipv4.tcp_min_tso_segs": count("burst_minimum"),
    "net.ipv4.tcp_limit_output_bytes": NO_EFFECT,
    "net.ipv4.tcp_pacing_ss_ratio": NO_EFFECT,
    "net.ipv4.tcp_pacing_ca_ratio": NO_EFFECT,
    "net.ipv4.tcp_retrans_collapse": NO_EFFECT,
    "net.ipv4.tcp_low_latency": NO_EFFECT,
    "ethtool.tso": NO_EFFECT,  # TCP bursts all the same, and the link layer cuts them
    "ethtool.gso": NO_EFFECT,
    "ethtool.gro": NO_EFFECT,
    "ethtool.lro": NO_EFFECT,
    "net.mptcp.enabled": NO_EFFECT,
}
