"""FreeBSD's sysctl variables: what each is here.

Source: tcp(4), siftr(4), mod_cc(4) and sys/netinet of FreeBSD 14.
"""

from typing import Final

from wirelab.sim.packetdrill.sysctls import (
    NO_EFFECT,
    Knob,
    Settings,
    Table,
    choice,
    count,
    in_milliseconds,
    only,
    switch,
)


def _rfc1323(value: str) -> Settings:
    """1: window scaling and timestamps; 0: neither; 2 and 3: one of them."""
    chosen = int(value)
    return {"window_scaling": chosen in (1, 2), "timestamps": chosen in (1, 3)}


TABLE: Final[Table] = {
    # what is offered
    "net.inet.tcp.rfc1323": Knob(_rfc1323),
    "net.inet.tcp.sack.enable": switch("sack"),
    "net.inet.tcp.rexmit_drop_options": only(0),
    # buffers
    "kern.ipc.maxsockbuf": NO_EFFECT,
    "net.inet.tcp.recvspace": count("receive_buffer"),
    "net.inet.tcp.sendspace": count("send_buffer"),
    # patience
    "net.inet.tcp.msl": in_milliseconds("msl"),
    "net.inet.tcp.keepidle": in_milliseconds("keep_idle"),
    "net.inet.tcp.keepintvl": in_milliseconds("keep_interval"),
    "net.inet.tcp.keepcnt": count("keep_count"),
    "net.inet.tcp.finwait2_timeout": in_milliseconds("fin_timeout"),
    "net.inet.tcp.delacktime": in_milliseconds("delayed_ack"),
    "net.inet.tcp.rexmit_slop": NO_EFFECT,
    # congestion and recovery
    "net.inet.tcp.cc.algorithm": choice(
        "congestion", {"newreno": "reno", "cubic": "cubic", "reno": "reno"}
    ),
    "net.inet.tcp.initcwnd_segments": count("initial_window"),
    # nothing is remembered from an earlier run
    "net.inet.tcp.hostcache.purgenow": NO_EFFECT,
    "net.inet.tcp.hostcache.purge": NO_EFFECT,
    "net.inet.tcp.hostcache.enable": NO_EFFECT,
    "net.inet.tcp.log_debug": NO_EFFECT,
    "net.inet.tcp.log_in_vain": NO_EFFECT,
    "net.inet.tcp.tso": NO_EFFECT,
    "net.inet.icmp.icmplim": NO_EFFECT,
}
