"""FreeBSD's sysctl variables: what each is here.

Source: tcp(4), mod_cc(4) and sys/netinet of FreeBSD 14.
"""

from typing import Final

from wirelab.sim.host.profiles import FREEBSD_HARD_ERRORS
from wirelab.sim.packetdrill.sysctls import (
    NO_EFFECT,
    Knob,
    Settings,
    Table,
    choice,
    count,
    in_milliseconds,
    off_switch,
    only,
    switch,
)

_ECN: Final = {"0": "off", "1": "active", "2": "passive"}


def _rfc1323(value: str) -> Settings:
    """1: window scaling and timestamps; 0: neither; 2 and 3: one of them."""
    chosen = int(value)
    return {"window_scaling": chosen in (1, 2), "timestamps": chosen in (1, 3)}


def _always_cookies(value: str) -> Settings:
    """1: cookies and no SYN queue."""
    return {"syn_cookies": "always" if int(value) else "needed"}


TABLE: Final[Table] = {
    # what is offered
    "net.inet.tcp.rfc1323": Knob(_rfc1323),
    "net.inet.tcp.sack.enable": switch("sack"),
    "net.inet.tcp.ecn.enable": choice("ecn", _ECN),
    "net.inet.tcp.rexmit_drop_options": only(0),
    "net.inet.tcp.tolerate_missing_ts": off_switch("timestamps_required"),
    "net.inet.tcp.fastopen.client_enable": switch("fast_open_client"),
    "net.inet.tcp.fastopen.server_enable": switch("fast_open_server"),
    # opening, closing, and who is believed
    "net.inet.tcp.syncookies": choice("syn_cookies", {"0": "off", "1": "needed"}),
    "net.inet.tcp.syncookies_only": Knob(_always_cookies),
    "net.inet.tcp.blackhole": off_switch("answer_closed_ports"),
    "net.inet.tcp.icmp_may_rst": choice(
        "icmp_hard_errors", {"0": frozenset(), "1": FREEBSD_HARD_ERRORS}
    ),
    "net.inet.tcp.drop_synfin": switch("drop_syn_fin"),
    "net.inet.tcp.insecure_ack": only(0),
    "net.inet.tcp.insecure_rst": switch("reset_in_window"),
    "net.inet.tcp.insecure_syn": switch("syn_in_window_resets"),
    # buffers
    "kern.ipc.maxsockbuf": NO_EFFECT,
    "net.inet.tcp.recvspace": count("receive_buffer"),
    "net.inet.tcp.sendspace": count("send_buffer"),
    # patience
    "net.inet.tcp.msl": in_milliseconds("msl"),
    "net.inet.tcp.keepidle": in_milliseconds("keep_idle"),
    "net.inet.tcp.keepintvl": in_milliseconds("keep_interval"),
    "net.inet.tcp.keepcnt": count("keep_count"),
    "net.inet.tcp.always_keepalive": NO_EFFECT,
    "net.inet.tcp.finwait2_timeout": in_milliseconds("fin_timeout"),
    "net.inet.tcp.delacktime": in_milliseconds("delayed_ack"),
    "net.inet.tcp.delayed_ack": only(1),
    "net.inet.tcp.rexmit_initial": in_milliseconds("initial_rto"),
    "net.inet.tcp.rexmit_min": in_milliseconds("minimum_rto"),
    "net.inet.tcp.rexmit_slop": NO_EFFECT,
    # congestion and recovery
    "net.inet.tcp.cc.algorithm": choice(
        "congestion", {"newreno": "reno", "cubic": "cubic", "reno": "reno"}
    ),
    "net.inet.tcp.initcwnd_segments": count("initial_window"),
    "net.inet.tcp.path_mtu_discovery": only(1),
    # nothing is remembered from an earlier run
    "net.inet.tcp.hostcache.purgenow": NO_EFFECT,
    "net.inet.tcp.hostcache.purge": NO_EFFECT,
    "net.inet.tcp.hostcache.enable": NO_EFFECT,
    "net.inet.tcp.log_debug": NO_EFFECT,
    "net.inet.tcp.log_in_vain": NO_EFFECT,
    "net.inet.tcp.tso": NO_EFFECT,
    "net.inet.icmp.icmplim": NO_EFFECT,
}
