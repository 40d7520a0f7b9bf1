"""What is known of one connection for TCP_INFO.

Source: tcp_get_info of Linux, net/ipv4/tcp.c, for the meanings; see `TcpInfo` for the units.

Rule 1: only what this host knows is named here; `TcpInfo` has a 0 for the rest.
"""

from typing import TYPE_CHECKING

from wirelab.sim.host.durations import MICROSECOND, MILLISECOND
from wirelab.sim.host.tcp.congestion.newreno import UNLIMITED
from wirelab.sim.host.tcp.tcp_info import (
    INFINITE_SSTHRESH,
    OPT_ECN,
    OPT_ECN_SEEN,
    OPT_SACK,
    OPT_SYN_DATA,
    OPT_TIMESTAMPS,
    OPT_WSCALE,
    STATES,
)

if TYPE_CHECKING:
    from wirelab.sim.host.tcp.tcb import Tcb


def known(tcb: "Tcb", now: int) -> dict[str, int]:
    """What is known of a connection at `now` (ns), by the names of `TcpInfo`."""
    mss = max(tcb.snd_mss, 1)
    congestion = tcb.congestion
    return {
        "state": STATES[tcb.state],
        "retransmits": tcb.retransmissions,
        "backoff": tcb.retransmissions,
        "probes": tcb.probes,
        "options": _options(tcb),
        "snd_wscale": tcb.snd_wscale,
        "rcv_wscale": tcb.rcv_wscale,
        "rto": tcb.timeout.rto // MICROSECOND,
        "snd_mss": tcb.snd_mss,
        "rcv_mss": tcb.rcv_full,
        "ca_state": int(tcb.recovery.state),
        "unacked": -(-tcb.flight_size // mss),
        "sacked": tcb.flight.sacked_segments,
        "lost": -(-tcb.flight.lost // mss),
        "retrans": -(-tcb.flight.resent // mss),
        "total_retrans": tcb.flight.retransmissions,
        "reordering": tcb.recovery.threshold,
        "reord_seen": tcb.recovery.reordered,
        "dsack_dups": tcb.recovery.duplicates,
        "bytes_retrans": tcb.flight.retransmitted_bytes,
        "last_data_sent": (now - tcb.sent_at) // MILLISECOND,
        "last_data_recv": (now - tcb.text_at) // MILLISECOND,
        "last_ack_recv": (now - tcb.heard_at) // MILLISECOND,
        "pmtu": tcb.flow.mtu,
        "rcv_ssthresh": tcb.rcv_buff,
        "rtt": (tcb.timeout.srtt or 0) // MICROSECOND,
        "min_rtt": _shortest(tcb.timeout.minimum_round_trip),
        "rttvar": tcb.timeout.rttvar // MICROSECOND,
        "snd_ssthresh": _segments_of_ssthresh(congestion.ssthresh, mss),
        "snd_cwnd": congestion.cwnd // mss,
        "advmss": tcb.rcv_mss,
        "rcv_space": tcb.rcv_buff,
        "bytes_acked": max(tcb.snd_una - tcb.iss - 1, 0),
        "bytes_received": max(tcb.rcv_nxt - tcb.irs - 1, 0),
        "segs_in": tcb.segments_in,
        "segs_out": tcb.segments_out,
        "data_segs_in": tcb.text_segments_in,
        "data_segs_out": tcb.text_segments_out,
        "bytes_sent": tcb.bytes_sent,
        "rcv_ooopack": tcb.disordered_segments,
        "delivered": _delivered(tcb, mss),
        "notsent_bytes": _not_sent(tcb),
        "snd_wnd": tcb.snd_wnd,
        "rcv_wnd": tcb.rcv_wnd,
    }


def _options(tcb: "Tcb") -> int:
    return (
        (OPT_TIMESTAMPS if tcb.ts_ok else 0)
        | (OPT_SACK if tcb.sack_ok else 0)
        | (OPT_WSCALE if tcb.wscale_ok else 0)
        | (OPT_ECN if tcb.ecn is not None else 0)
        | (OPT_ECN_SEEN if tcb.ecn is not None and tcb.ecn.seen else 0)
        | (OPT_SYN_DATA if tcb.fast_open is not None and tcb.fast_open.acknowledged else 0)
    )


def _delivered(tcb: "Tcb", mss: int) -> int:
    """Segments that are known to have arrived, our SYN among them (Linux: tp->delivered)."""
    flight = tcb.flight
    first_time = tcb.text_segments_out - flight.retransmissions
    missing = -(-flight.outstanding // mss) - flight.sacked_segments
    return max(first_time - missing, 0) + int(tcb.syn_acknowledged)


def _segments_of_ssthresh(ssthresh: int, mss: int) -> int:
    return INFINITE_SSTHRESH if ssthresh >= UNLIMITED else ssthresh // mss


def _shortest(round_trip: int | None) -> int:
    """Microseconds; all ones before the first sample (Linux: minmax of ~0U)."""
    return 0xFFFF_FFFF if round_trip is None else round_trip // MICROSECOND


def _not_sent(tcb: "Tcb") -> int:
    """Bytes queued behind SND.NXT."""
    return max(len(tcb.send_buffer) - max(tcb.snd_nxt - max(tcb.snd_una, tcb.iss + 1), 0), 0)
