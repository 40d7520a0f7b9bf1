"""TCP_INFO: what one connection tells about itself.

Source: struct tcp_info of linux/tcp.h (6.x); tcp_get_info of net/ipv4/tcp.c for the meanings.
Counts are segments where Linux counts segments, times microseconds or milliseconds as it has them.

Rule 1: `tcp_info` names only what this host knows. In the packed structure the rest is 0, as a
kernel leaves what it does not know.
"""

import struct
from typing import TYPE_CHECKING, Final

from wirelab.sim.host.durations import MICROSECOND, MILLISECOND
from wirelab.sim.host.tcp import states
from wirelab.sim.host.tcp.congestion.newreno import UNLIMITED

if TYPE_CHECKING:
    from wirelab.sim.host.tcp.tcb import Tcb

STATES: Final[dict[str, int]] = {
    states.ESTABLISHED: 1,
    states.SYN_SENT: 2,
    states.SYN_RECEIVED: 3,
    states.FIN_WAIT_1: 4,
    states.FIN_WAIT_2: 5,
    states.TIME_WAIT: 6,
    states.CLOSED: 7,
    states.CLOSE_WAIT: 8,
    states.LAST_ACK: 9,
    states.LISTEN: 10,
    states.CLOSING: 11,
}
"""Linux: include/net/tcp_states.h."""

OPT_TIMESTAMPS: Final = 1
OPT_SACK: Final = 2
OPT_WSCALE: Final = 4
OPT_ECN: Final = 8
OPT_ECN_SEEN: Final = 16
OPT_SYN_DATA: Final = 32

INFINITE_SSTHRESH: Final = 0x7FFF_FFFF
"""Linux: TCP_INFINITE_SSTHRESH, segments."""

_FIELDS: Final = (
    ("B", "state ca_state retransmits probes backoff options wscales flags"),
    ("I", "rto ato snd_mss rcv_mss unacked sacked lost retrans fackets"),
    ("I", "last_data_sent last_ack_sent last_data_recv last_ack_recv"),
    ("I", "pmtu rcv_ssthresh rtt rttvar snd_ssthresh snd_cwnd advmss reordering"),
    ("I", "rcv_rtt rcv_space total_retrans"),
    ("Q", "pacing_rate max_pacing_rate bytes_acked bytes_received"),
    ("I", "segs_out segs_in notsent_bytes min_rtt data_segs_in data_segs_out"),
    ("Q", "delivery_rate busy_time rwnd_limited sndbuf_limited"),
    ("I", "delivered delivered_ce"),
    ("Q", "bytes_sent bytes_retrans"),
    ("I", "dsack_dups reord_seen rcv_ooopack snd_wnd rcv_wnd rehash"),
    ("H", "total_rto total_rto_recoveries"),
    ("I", "total_rto_time"),
)
_NAMES: Final = [name for _, names in _FIELDS for name in names.split()]
_LAYOUT: Final = struct.Struct("=" + "".join(kind * len(names.split()) for kind, names in _FIELDS))


def tcp_info(tcb: "Tcb", now: int) -> dict[str, int]:
    """What is known of a connection, by the names of struct tcp_info (`tcpi_rtt`)."""
    mss = max(tcb.snd_mss, 1)
    congestion = tcb.congestion
    info = {
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
    return {f"tcpi_{name}": value for name, value in info.items()}


def packed(info: dict[str, int]) -> bytes:
    """The same as getsockopt(TCP_INFO) gives it."""
    known = {name.removeprefix("tcpi_"): value for name, value in info.items()}
    known["wscales"] = known.get("snd_wscale", 0) | known.get("rcv_wscale", 0) << 4
    return _LAYOUT.pack(*(known.get(name, 0) for name in _NAMES))


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
