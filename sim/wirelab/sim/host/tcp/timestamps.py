"""Timestamps: our clock as the peer sees it, what we echo, and which segments are too old.

Source: RFC 7323 sections 3 (the option), 4.3 (which TSval to echo), 5 (PAWS) and 7.1 (offset).

Rule 1: the clock ticks once a millisecond and begins anywhere, at another value for each pair of
addresses and ports, so that it tells nobody how long the host has been up (section 7.1).
Rule 2: TS.Recent is valid for 24 days without traffic and no longer (section 5.5).
"""

import struct
from hashlib import blake2s
from typing import TYPE_CHECKING, Final

from wirelab.codecs import NoOperation, Timestamps
from wirelab.sim.host.durations import MILLISECOND, SECOND
from wirelab.sim.host.tcp.sequence import HALF, MASK

if TYPE_CHECKING:
    from wirelab.sim.host.tcp.environment import Key
    from wirelab.sim.host.tcp.segment import Segment
    from wirelab.sim.host.tcp.tcb import Tcb

LENGTH: Final = 12
"""bytes of every segment once timestamps are agreed on, padding included."""

TICK: Final = MILLISECOND
"""One step of TSval, ns (RFC 7323 section 5.4: 1 ms to 1 s)."""

LIFETIME: Final = 24 * 86_400 * SECOND
"""How long TS.Recent counts: longer, and a clock of 1 ms has wrapped (RFC 7323 section 5.5)."""

_OPTION: Final = struct.Struct("!4sII")
_pack = _OPTION.pack


def offset(secret: bytes, key: "Key") -> int:
    """Where the clock of a connection begins; the same when the same addresses meet again.

    So TSval of a new connection goes on where that of the old one ended, and PAWS and TIME-WAIT
    can tell their segments apart (RFC 7323 section 7.1, RFC 6191).
    """
    local_address, local_port, remote_address, remote_port = key
    ports = (local_port << 16 | remote_port).to_bytes(4, "big")
    pair = b"timestamps" + local_address + remote_address + ports
    return int.from_bytes(blake2s(pair, key=secret, digest_size=4).digest(), "big")


def value(tcb: "Tcb", now: int) -> int:
    """TSval at `now` (ns), 32 bits."""
    return now // TICK + tcb.ts_offset & MASK


def option(tcb: "Tcb", now: int) -> bytes:
    """The option of a segment that goes out at `now` (ns), with its padding."""
    return _pack(b"\1\1\x08\x0a", now // TICK + tcb.ts_offset & MASK, tcb.ts_recent)


def as_options(tcb: "Tcb", now: int) -> tuple[NoOperation, NoOperation, Timestamps]:
    """The same for a header that is built apart."""
    return NoOperation(), NoOperation(), Timestamps(value(tcb, now), tcb.ts_recent)


def round_trip(tcb: "Tcb", tsecr: int, now: int) -> int | None:
    """How long ago we sent `tsecr`, ns; None if we cannot have, as the peer invented it."""
    ticks = value(tcb, now) - tsecr & MASK
    return ticks * TICK if ticks < HALF else None


def is_old(tcb: "Tcb", tsval: int, now: int) -> bool:
    """PAWS: whether a segment with this TSval was sent before another that we have (R1)."""
    return (tsval - tcb.ts_recent & MASK) >= HALF and now - tcb.ts_recent_at < LIFETIME


def remember(tcb: "Tcb", segment: "Segment", now: int) -> None:
    """Echo the TSval of the earliest segment that the next ACK answers (section 4.3, R3).

    Only a segment that reaches back to Last.ACK.sent counts: of a batch that one ACK answers the
    first, of a filled gap the one that fills it. What is old has been dropped before.
    """
    if segment.tsval is not None and segment.seq <= tcb.rcv_acked:
        tcb.ts_recent = segment.tsval
        tcb.ts_recent_at = now
