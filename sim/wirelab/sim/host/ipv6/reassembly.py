"""Fragments in, whole IPv6 packets out: in bounded memory, and for 60 s.

Source: RFC 8200 section 4.5; RFC 5722 section 3 (overlaps give the packet up); RFC 6946 section 4
(a packet in one fragment touches no other); RFC 7112 section 5 (all headers are in the first
fragment); RFC 3168 section 5.3 (ECN).

The rules are those of `ipv4/reassembly.py`.
"""

from typing import Final, NamedTuple

from wirelab.codecs import IPv6, IPv6Fragment
from wirelab.codecs.reassembly import IPv6Reassembler, Refused
from wirelab.codecs.reassembly import Reason as Why
from wirelab.codecs.reassembly import Whole as WholeData
from wirelab.sim.host.arrival import Arrival
from wirelab.sim.host.counters import Counters, count
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.icmp.complaints import Complaint
from wirelab.sim.host.ipv4.errors import Errors
from wirelab.sim.host.ipv4.reassembly import REASONS, congestion
from wirelab.sim.host.ipv6.extension_headers import IPV6_HEADER, Place, upper_layer
from wirelab.sim.host.timers import Timers
from wirelab.sim.reasons import Reason

TIMEOUT: Final = 60 * SECOND
"""ns for which a packet waits for its missing fragments (RFC 8200 section 4.5)."""

PAYLOAD_LENGTH_AT: Final = 4
"""Where IPv6 says how long the packet is: what a fragment of a wrong length is told."""

_FRAGMENT_HEADER: Final = 8  # bytes
_OFFSET_AT: Final = 2  # in the fragment header

LEAST_UPPER: Final = {6: 20, 17: 8, 58: 8}
"""Bytes of header by upper-layer protocol: TCP, UDP, ICMPv6; of others nothing is known."""


class Piece(NamedTuple):
    """What is remembered of a fragment beside its data.

    Attributes:
        ecn: its two bits.
        size: bytes of the whole fragment.
        unicast, trusted: see `Arrival`.
        packet: the fragment as it came, for ICMP to quote; of the one at offset 0 only.
        naming: where the fragment header is named, bytes from the IPv6 header.
        at: where the fragment header begins.
    """

    ecn: int
    size: int
    unicast: bool
    packet: bytes
    naming: int
    at: int


class Whole(NamedTuple):
    """A packet put together, and where to go on in it."""

    arrival: Arrival
    place: Place


class Reassembly:
    """The IPv6 fragments of one host.

    Args:
        most_bytes: of memory for all fragments; the oldest packets are given up for newer ones.
        timers: the host's.
        counters: the host's.
        errors: tells senders what is wrong.
    """

    def __init__(self, most_bytes: int, timers: Timers, counters: Counters, errors: Errors) -> None:
        self._reassembler = IPv6Reassembler(
            timeout_ns=TIMEOUT, most_bytes=most_bytes, refuse_tiny=False
        )
        self._timer = timers.timer(self._expire)
        self._counters = counters
        self._errors = errors

    def __len__(self) -> int:
        """Packets that are not complete, refused ones included."""
        return len(self._reassembler)

    @property
    def cost(self) -> int:
        """Bytes of memory, about."""
        return self._reassembler.cost

    def add(self, arrival: Arrival, place: Place, now: int) -> Whole | Drop | None:
        """Take a fragment.

        Args:
            arrival: the packet; the bounds of its payload do not matter here.
            place: of its fragment header.
            now: ns.

        Returns:
            The whole packet, as if it had come so; why the fragment is refused; or None: it waits.
        """
        ip, frame, start, end = arrival.ip, arrival.frame, arrival.start, arrival.end
        begin = start + place.at
        if begin + _FRAGMENT_HEADER > end:
            return Drop(Reason.IP_FRAG_BAD, f"a fragment header of {end - begin} bytes")
        header = IPv6Fragment.parse(frame, begin, end)
        first = not header.fragment_offset
        if first and not _has_all_headers(frame, start, end):
            detail = "not all headers are in the first fragment (RFC 7112 section 5)"
            return self._errors.refuse(
                arrival, Complaint.INCOMPLETE_HEADERS, Reason.IP_FRAG_BAD, detail, now
            )
        self._expire(now)
        cost = self._reassembler.cost
        packet = frame[start:end] if first else b""
        found = self._reassembler.add(
            ip.source,
            ip.destination,
            header.identification,
            header.next_header,
            header.fragment_offset * 8,
            header.more_fragments,
            frame[begin + _FRAGMENT_HEADER : end],
            now,
            tag=Piece(ip.ecn, end - start, arrival.unicast, packet, place.naming, place.at),
            extension_length=place.at - IPV6_HEADER,
        )
        detail = f"identification {header.identification:#x}, offset {header.fragment_offset * 8}"
        if isinstance(found, Refused):
            return self._refused(found, arrival, place, detail, now)
        if found is None:
            copy = self._reassembler.cost == cost  # whatever is new takes memory
            self._expire(now)
            return Drop(Reason.IP_FRAG_DUPLICATE, detail) if copy else None
        return _put_together(arrival, found)

    def _refused(
        self, found: Refused, arrival: Arrival, place: Place, detail: str, now: int
    ) -> Drop:
        """RFC 8200 section 4.5 says of two mistakes what the sender is told."""
        reason = REASONS[found.reason]
        detail = f"{detail}: {found.reason.text}"
        if found.reason is Why.BAD_LENGTH:
            pointer = PAYLOAD_LENGTH_AT
        elif found.reason is Why.TOO_LARGE:
            pointer = place.at + _OFFSET_AT
        else:
            return Drop(reason, detail)
        return self._errors.refuse(arrival, Complaint.BAD_HEADER, reason, detail, now, pointer)

    def _expire(self, now: int) -> None:
        """Count what was given up, tell who has to be told, and come back for the next."""
        for given_up in self._reassembler.give_up(now):
            reason = REASONS[given_up.reason]
            count(self._counters.given_up, reason)
            first: Piece | None = given_up.first_tag
            if reason is Reason.IP_FRAG_TIMEOUT and first is not None and first.unicast:
                self._errors.complain(first.packet, Complaint.REASSEMBLY_TIMEOUT, now)
        deadline = self._reassembler.next_timeout
        if deadline is not None:
            self._timer.start(deadline)


def _has_all_headers(frame: bytes, start: int, end: int) -> bool:
    """Whether the upper layer's header ends before the fragment does."""
    upper = upper_layer(frame, start, end)
    if upper is None:
        return False
    return start + upper.at + LEAST_UPPER.get(upper.kind, 0) <= end


def _put_together(last: Arrival, found: WholeData) -> Whole | Drop:
    """The packet behind the link header of its last fragment, with its first fragment's headers."""
    pieces: tuple[Piece, ...] = found.tags
    first: Piece = found.first_tag
    ecn = congestion([piece.ecn for piece in pieces])
    if ecn is None:
        detail = "some fragments are not capable of ECN, and others met congestion"
        return Drop(Reason.IP_FRAG_BAD, f"{detail} (RFC 3168 section 5.3)")
    headers = bytearray(first.packet[: first.at])
    headers[first.naming] = found.next_header
    headers[1] = headers[1] & 0xCF | ecn << 4
    headers[4:6] = (first.at - IPV6_HEADER + len(found.data)).to_bytes(2, "big")
    start = last.start
    frame = last.frame[:start] + bytes(headers) + found.data
    arrival = last._replace(
        ip=IPv6.parse(frame, start),
        frame=frame,
        end=len(frame),
        unicast=all(piece.unicast for piece in pieces),
        trusted=False,  # the link saw pieces, so it cannot vouch for the transport checksum
        fragment_size=max(piece.size for piece in pieces),
    )
    return Whole(arrival, Place(found.next_header, first.naming, first.at))
