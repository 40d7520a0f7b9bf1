"""SYN cookies: a SYN,ACK that needs no memory, because its sequence number remembers for us.

Source: RFC 4987 section 3.6 and appendix A; Bernstein, "SYN cookies" (1996); the layout is that of
Linux (net/ipv4/syncookies.c).

    ISN       = F(addresses, ports) + their ISN + minute * 2^24 + (F(..., minute) + index) mod 2^24
    last bits of our TSval = ECN, SACK permitted, window scale

`index` is that of the peer's MSS, rounded down, in a small table. A cookie is good for two minutes.
A peer without timestamps gets neither window scale nor SACK: there is nowhere to remember them.

Rule 1: a cookie is sent when the SYN queue is full, and never instead of a place in it.
Rule 2: nothing of a connection is kept until its ACK brings the cookie back. Then the SYN is made
up again from it, and all goes on as if it had been kept.
"""

from bisect import bisect_right
from hashlib import blake2s
from typing import Final, NamedTuple

from wirelab.codecs import TCP, MaximumSegmentSize, SACKPermitted, Timestamps, WindowScale
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.tcp import timestamps
from wirelab.sim.host.tcp.environment import Key
from wirelab.sim.host.tcp.options import read
from wirelab.sim.host.tcp.segment import CWR, ECE, SYN, WireHeader
from wirelab.sim.host.tcp.sequence import MASK
from wirelab.sim.host.tcp.tcb import Tcb

PERIOD: Final = 60 * SECOND
"""ns: how fast the counter in a cookie goes."""

LIFETIME: Final = 2
"""Periods for which a cookie is good, the current one among them."""

MSS_TABLE: Final = (28, 216, 536, 1220, 1300, 1440, 1460, 8960)
"""bytes: the values that an index can say. Ours: 28 for peers that want less than any network
has, 536 and 1220 for those that say nothing (IPv4, IPv6), the others are common."""

_LOW: Final = 0xFF_FFFF
_NO_SCALE: Final = 15  # no window scale is larger than 14 (RFC 7323 section 2.3)
_SACK: Final = 1 << 4
_ECN: Final = 1 << 5
_OPTION_BITS: Final = 0x3F


class Remembered(NamedTuple):
    """What a good cookie says.

    Attributes:
        iss: our initial sequence number: the cookie itself.
        syn: the peer's SYN, made up again.
    """

    iss: int
    syn: TCP


def initial_sequence_number(secret: bytes, key: Key, their_iss: int, mss: int, now: int) -> int:
    """The cookie for a SYN.

    Args:
        secret: of the host.
        key: of the connection that may come.
        their_iss: the number of the SYN, 32 bits.
        mss: what the peer announced, bytes.
        now: ns.
    """
    minute = now // PERIOD
    index = max(bisect_right(MSS_TABLE, mss) - 1, 0)
    low = _hash(secret, key, minute) + index & _LOW
    return _hash(secret, key, -1) + their_iss + (minute << 24) + low & MASK


def remembered_mss(secret: bytes, key: Key, their_iss: int, cookie: int, now: int) -> int | None:
    """What MSS a cookie stands for, bytes; None: we never sent it, or it is too old."""
    rest = cookie - _hash(secret, key, -1) - their_iss & MASK
    minute = now // PERIOD
    age = minute - (rest >> 24) & 0xFF
    if age >= LIFETIME:
        return None
    index = rest - _hash(secret, key, minute - age) & _LOW
    return MSS_TABLE[index] if index < len(MSS_TABLE) else None


def prepare(tcb: Tcb, now: int) -> None:
    """Let the SYN,ACK of a connection that will not be kept remember what was agreed on."""
    if not tcb.ts_ok:
        tcb.wscale_ok = tcb.sack_ok = False
        tcb.ecn = None
        return
    bits = tcb.snd_wscale if tcb.wscale_ok else _NO_SCALE
    bits |= (_SACK if tcb.sack_ok else 0) | (_ECN if tcb.ecn is not None else 0)
    value = timestamps.value(tcb, now)
    back = value - bits & _OPTION_BITS  # never ahead of the clock, by which the peer would go on
    tcb.ts_offset = tcb.ts_offset - back & MASK


def remember(secret: bytes, key: Key, header: WireHeader, now: int) -> Remembered | None:
    """The SYN that an ACK to a listener belongs to; None if it brings no cookie of ours."""
    their_iss = header.sequence_number - 1 & MASK
    iss = header.acknowledgment_number - 1 & MASK
    mss = remembered_mss(secret, key, their_iss, iss, now)
    if mss is None:
        return None
    arrived = read(header.option_bytes)
    options: list[MaximumSegmentSize | WindowScale | SACKPermitted | Timestamps]
    options = [MaximumSegmentSize(mss)]
    flags = SYN
    if arrived.tsval is not None:
        options.append(Timestamps(arrived.tsval, 0))
        shift = arrived.tsecr & _NO_SCALE
        if shift != _NO_SCALE:
            options.append(WindowScale(shift))
        if arrived.tsecr & _SACK:
            options.append(SACKPermitted())
        if arrived.tsecr & _ECN:
            flags |= ECE | CWR
    syn = TCP(
        source_port=header.source_port,
        destination_port=header.destination_port,
        sequence_number=their_iss,
        acknowledgment_number=0,
        flags=flags,
        window=header.window,
        options=tuple(options),
    )
    return Remembered(iss, syn)


def _hash(secret: bytes, key: Key, minute: int) -> int:
    local_address, local_port, remote_address, remote_port = key
    numbers = (local_port << 16 | remote_port).to_bytes(4, "big") + minute.to_bytes(
        8, "big", signed=True
    )
    data = b"cookie" + local_address + remote_address + numbers
    return int.from_bytes(blake2s(data, key=secret, digest_size=4).digest(), "big")
