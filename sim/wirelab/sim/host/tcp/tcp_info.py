"""struct tcp_info, with names: what getsockopt(TCP_INFO) tells, packed and unpacked.

Source: linux/tcp.h (6.x). Fields keep its names (without `tcpi_`), order and units, so that what
is known of Linux's holds here, too. What a host does not know is 0, as a kernel leaves it.
"""

import struct
from dataclasses import dataclass, fields
from typing import Final, Self

from wirelab.sim.host.tcp import states
from wirelab.sim.host.tcp.states import State

STATES: Final[dict[State, int]] = {
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

_LAYOUT: Final = struct.Struct("=8B 9I 4I 8I 3I 4Q 6I 4Q 2I 2Q 6I 2H I")
_NAMES: Final = {number: name for name, number in STATES.items()}
_SCALES_AT: Final = 6
"""The seventh value holds both window scales: ours to send with in the low four bits."""


@dataclass(frozen=True, slots=True)
class TcpInfo:
    """What a connection tells about itself; `StreamSocket.tcp_info` gives it.

    >>> TcpInfo(state=1, rtt=1500, snd_cwnd=10)
    <TcpInfo ESTABLISHED rtt=1500 snd_cwnd=10>
    >>> TcpInfo.unpack(TcpInfo(state=1, rtt=1500).pack()).rtt
    1500

    Attributes:
        state: a number of `STATES`; `state_name` is the RFC's word for it.
        ca_state: 0 open, 1 disorder, 2 CWR (ECN), 3 recovery, 4 loss (timeout).
        retransmits, probes, backoff: timeouts in a row; zero-window or keep-alive probes in a row;
            how often the timeout was doubled.
        options: OPT_... that both sides agreed on, or saw.
        snd_wscale, rcv_wscale: shifts of the windows that we are told, and that we tell.
        flags: bits that have no other place.
        rto, ato: retransmission timeout and delay of ACKs, microseconds.
        snd_mss, rcv_mss: text of our segments, and of the peer's as they come, bytes.
        unacked, sacked, lost, retrans, fackets: segments on the way; of these SACKed, counted as
            lost, sent again.
        last_data_sent, last_ack_sent, last_data_recv, last_ack_recv: milliseconds since then.
        pmtu: of the path, bytes.
        rcv_ssthresh: bound of the window that we tell, bytes.
        rtt, rttvar: smoothed round trip, and how it varies, microseconds.
        snd_ssthresh, snd_cwnd: segments.
        advmss: the MSS that we announced, bytes.
        reordering: how far segments may overtake each other, segments.
        rcv_rtt, rcv_space: the receiver's round trip, microseconds; its buffer, bytes.
        total_retrans: segments sent again so far.
        pacing_rate, max_pacing_rate, delivery_rate: bytes a second.
        bytes_acked, bytes_received: bytes so far (RFC 4898).
        segs_out, segs_in, data_segs_out, data_segs_in: segments so far (RFC 4898).
        notsent_bytes: bytes that were never sent.
        min_rtt: shortest round trip, microseconds; all ones before the first.
        busy_time, rwnd_limited, sndbuf_limited: microseconds with something to send; of these,
            limited by the peer's window, by our buffer.
        delivered, delivered_ce: segments that arrived; of these, marked by routers.
        bytes_sent, bytes_retrans: bytes so far (RFC 4898), both with what was sent again.
        dsack_dups: duplicates that the peer told of (D-SACK).
        reord_seen: how often segments overtook each other.
        rcv_ooopack: segments that came out of order.
        snd_wnd, rcv_wnd: window that we are told, and that we tell, bytes.
        rehash: how often the flow changed its hash.
        total_rto, total_rto_recoveries: timeouts, and how often one was recovered from.
        total_rto_time: milliseconds in such recoveries.
    """

    state: int = 7
    ca_state: int = 0
    retransmits: int = 0
    probes: int = 0
    backoff: int = 0
    options: int = 0
    snd_wscale: int = 0
    rcv_wscale: int = 0
    flags: int = 0
    rto: int = 0
    ato: int = 0
    snd_mss: int = 0
    rcv_mss: int = 0
    unacked: int = 0
    sacked: int = 0
    lost: int = 0
    retrans: int = 0
    fackets: int = 0
    last_data_sent: int = 0
    last_ack_sent: int = 0
    last_data_recv: int = 0
    last_ack_recv: int = 0
    pmtu: int = 0
    rcv_ssthresh: int = 0
    rtt: int = 0
    rttvar: int = 0
    snd_ssthresh: int = 0
    snd_cwnd: int = 0
    advmss: int = 0
    reordering: int = 0
    rcv_rtt: int = 0
    rcv_space: int = 0
    total_retrans: int = 0
    pacing_rate: int = 0
    max_pacing_rate: int = 0
    bytes_acked: int = 0
    bytes_received: int = 0
    segs_out: int = 0
    segs_in: int = 0
    notsent_bytes: int = 0
    min_rtt: int = 0
    data_segs_in: int = 0
    data_segs_out: int = 0
    delivery_rate: int = 0
    busy_time: int = 0
    rwnd_limited: int = 0
    sndbuf_limited: int = 0
    delivered: int = 0
    delivered_ce: int = 0
    bytes_sent: int = 0
    bytes_retrans: int = 0
    dsack_dups: int = 0
    reord_seen: int = 0
    rcv_ooopack: int = 0
    snd_wnd: int = 0
    rcv_wnd: int = 0
    rehash: int = 0
    total_rto: int = 0
    total_rto_recoveries: int = 0
    total_rto_time: int = 0

    def __repr__(self) -> str:
        """What is not 0."""
        told = [f" {name}={value}" for name, value in self._values().items() if value]
        return f"<TcpInfo {self.state_name}{''.join(told[1:] if self.state else told)}>"

    @property
    def state_name(self) -> str:
        """`ESTABLISHED`; the number of a state that does not exist."""
        return _NAMES.get(self.state, str(self.state))

    def _values(self) -> dict[str, int]:
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def pack(self) -> bytes:
        """The structure, as getsockopt(TCP_INFO) gives it."""
        values = list(self._values().values())
        scales = values[_SCALES_AT] & 0xF | values[_SCALES_AT + 1] << 4
        return _LAYOUT.pack(*values[:_SCALES_AT], scales, *values[_SCALES_AT + 2 :])

    @classmethod
    def unpack(cls, data: bytes) -> Self:
        """Read the structure; a shorter one (of an older kernel) leaves the last fields 0."""
        values = list(_LAYOUT.unpack(data[: _LAYOUT.size].ljust(_LAYOUT.size, b"\0")))
        scales = values[_SCALES_AT]
        values[_SCALES_AT : _SCALES_AT + 1] = scales & 0xF, scales >> 4
        return cls(*values)
