"""Fragments in, whole IPv4 packets out: in bounded memory, and for 30 s.

Source: RFC 791 section 3.2; RFC 1122 section 3.3.2 (time exceeded); RFC 3168 section 5.3 (ECN);
RFC 5722 section 3, which refuses overlaps in IPv6 and is followed here, too.

Rule 1: the fragment that completes a packet has the packet's fate; those before it were taken.
Rule 2: a packet that is given up is counted in `Counters.given_up`; its sender hears of a time-out
if the fragment came that ICMP has to quote, and only then.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from wirelab.codecs import IPv4
from wirelab.codecs.checksum import internet_checksum
from wirelab.codecs.reassembly import IPv4Reassembler, Refused
from wirelab.codecs.reassembly import Reason as Why
from wirelab.sim.host.arrival import Arrival
from wirelab.sim.host.counters import Counters, count
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.interface import Interface
from wirelab.sim.host.timers import Timers
from wirelab.sim.reasons import Reason

TIMEOUT: Final = 30 * SECOND
"""ns for which a packet waits for its missing fragments; ours, as Linux' `ipfrag_time`: RFC 1122
section 3.3.2 recommends 60 to 120 s, in which identifications of today's links come twice."""

QUOTED: Final = 8  # bytes of payload that an ICMP error quotes at least, RFC 792

NOT_ECT: Final = 0  # RFC 3168 section 5
CONGESTION_EXPERIENCED: Final = 3

REASONS: Final = {
    Why.OVERLAP: Reason.IP_FRAG_OVERLAP,
    Why.END_CONFLICT: Reason.IP_FRAG_OVERLAP,
    Why.REFUSED_BEFORE: Reason.IP_FRAG_OVERLAP,
    Why.TOO_LARGE: Reason.IP_FRAG_BAD,
    Why.BAD_LENGTH: Reason.IP_FRAG_BAD,
    Why.EMPTY: Reason.IP_FRAG_BAD,
    Why.CUT: Reason.IP_FRAG_BAD,
    Why.TINY: Reason.IP_FRAG_BAD,
    Why.TOO_MANY_FRAGMENTS: Reason.IP_FRAG_BAD,
    Why.TIMEOUT: Reason.IP_FRAG_TIMEOUT,
    Why.MEMORY: Reason.IP_FRAG_MEMORY,
}
"""What the reassembler says, in our words; both versions of IP read it."""


class Piece(NamedTuple):
    """What is remembered of a fragment beside its data.

    Attributes:
        ecn: its two bits.
        size: bytes of the whole fragment.
        unicast: see `Arrival`.
        header: of the fragment at offset 0 the IP header, and what ICMP quotes behind it.
        interface: where it came in.
    """

    ecn: int
    size: int
    unicast: bool
    header: bytes
    interface: Interface


TimedOut = Callable[[Piece, int], None]


class Reassembly:
    """The fragments of one host.

    Args:
        most_bytes: of memory for all fragments; the oldest packets are given up for newer ones.
        timers: the host's.
        counters: the host's.
        timed_out: told of each packet whose time is over though its first fragment came.
    """

    def __init__(
        self, most_bytes: int, timers: Timers, counters: Counters, timed_out: TimedOut
    ) -> None:
        # A host looks at whole packets only, so that nobody is deceived by a tiny fragment.
        self._reassembler = IPv4Reassembler(
            timeout_ns=TIMEOUT, most_bytes=most_bytes, refuse_tiny=False
        )
        self._timer = timers.timer(self._timer_fired)
        self._counters = counters
        self._timed_out = timed_out

    def __len__(self) -> int:
        """Packets that are not complete, refused ones included."""
        return len(self._reassembler)

    @property
    def cost(self) -> int:
        """Bytes of memory, about."""
        return self._reassembler.cost

    def add(self, arrival: Arrival, now: int) -> Arrival | Drop | None:
        """Take a fragment.

        Returns:
            The whole packet, as if it had come so; why the fragment is refused; or None: it waits.
        """
        ip, frame, start = arrival.ip, arrival.frame, arrival.start
        assert isinstance(ip, IPv4)
        self._expire(now)
        cost = self._reassembler.cost
        first = not ip.fragment_offset
        header = frame[start : min(arrival.offset + QUOTED, arrival.end)] if first else b""
        whole = self._reassembler.add(
            ip.source,
            ip.destination,
            ip.protocol,
            ip.identification,
            ip.fragment_offset * 8,
            ip.more_fragments,
            frame[arrival.offset : arrival.end],
            now,
            tag=Piece(ip.ecn, ip.total_length, arrival.unicast, header, arrival.interface),
            header_length=ip.header_length,
        )
        if isinstance(whole, Refused):
            detail = f"identification {ip.identification:#06x}, offset {ip.fragment_offset * 8}"
            return Drop(REASONS[whole.reason], f"{detail}: {whole.reason.text}")
        if whole is None:
            # Whatever is new takes memory, of its own or of something older.
            copy = not self._expire(now) and self._reassembler.cost == cost
            detail = f"identification {ip.identification:#06x}, offset {ip.fragment_offset * 8}"
            return Drop(Reason.IP_FRAG_DUPLICATE, detail) if copy else None
        pieces: tuple[Piece, ...] = whole.tags
        ecn = congestion([piece.ecn for piece in pieces])
        if ecn is None:
            detail = "some fragments are not capable of ECN, and others met congestion"
            return Drop(Reason.IP_FRAG_BAD, f"{detail} (RFC 3168 section 5.3)")
        return _whole(arrival, whole.first_tag, whole.data, ecn)._replace(
            unicast=all(piece.unicast for piece in pieces),
            fragment_size=max(piece.size for piece in pieces),
        )

    def _timer_fired(self, now: int) -> None:
        self._expire(now)

    def _expire(self, now: int) -> bool:
        """Count what was given up, tell who has to be told, and come back for the next.

        Returns:
            Whether anything was given up.
        """
        all_given_up = self._reassembler.give_up(now)
        for given_up in all_given_up:
            reason = REASONS[given_up.reason]
            count(self._counters.given_up, reason)
            if reason is Reason.IP_FRAG_TIMEOUT and given_up.has_first:
                self._timed_out(given_up.first_tag, now)
        deadline = self._reassembler.next_timeout
        if deadline is not None:
            self._timer.start(deadline)
        return bool(all_given_up)


def congestion(marks: list[int]) -> int | None:
    """The ECN bits of a packet whose fragments have these; None: they contradict each other.

    RFC 3168 section 5.3: congestion that one fragment met must not be forgotten.

    >>> congestion([2, 3, 2])
    3
    """
    if CONGESTION_EXPERIENCED not in marks:
        return marks[0]
    return None if NOT_ECT in marks else CONGESTION_EXPERIENCED


def _whole(last: Arrival, first: Piece, data: bytes, ecn: int) -> Arrival:
    """The packet behind the link header of its last fragment, with its first fragment's header."""
    length = (first.header[0] & 15) * 4
    header = bytearray(first.header[:length])
    header[1] = header[1] & 0xFC | ecn
    header[2:4] = (length + len(data)).to_bytes(2, "big")
    header[6:8] = bytes((header[6] & 0xC0, 0))  # neither offset nor more fragments
    header[10:12] = b"\0\0"
    header[10:12] = internet_checksum(header).to_bytes(2, "big")
    start = last.start
    frame = last.frame[:start] + bytes(header) + data
    ip = IPv4.parse(frame, start)
    # The link saw pieces, so it cannot vouch for the transport checksum.
    return last._replace(ip=ip, frame=frame, offset=start + length, end=len(frame), trusted=False)
