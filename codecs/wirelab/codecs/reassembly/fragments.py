"""Putting the fragments of IP datagrams together, in bounded memory and time.

Sources: RFC 791 section 3.2 and RFC 815 (IPv4); RFC 8200 section 4.5, RFC 5722 and RFC 6946 (IPv6);
RFC 1122 section 3.3.2 (time-out); RFC 1858 and RFC 3128 (tiny fragments).

    (none) --fragment--> waiting --all bytes here--> whole datagram, forgotten
                            | `--time-out, or memory is short--> given up: `give_up` tells
                            `--overlap, two ends, too many fragments--> refused

Rule 1: nothing raises for what is in a fragment; the answer is a whole datagram, a reason, or None.
Rule 2: a refused datagram stays known until its time is over or memory is short, so that fragments
that come later do not begin it anew (RFC 5722 section 3: "including those not yet received").
Rule 3: the time counts from the first fragment that came (RFC 8200 section 4.5), so that datagrams
run out in the order in which they began; the oldest goes, too, when memory is short.
"""

from collections import OrderedDict, deque
from typing import Any

from wirelab.codecs.reassembly.answers import GivenUp, Key, Reason, Refused, Whole
from wirelab.codecs.reassembly.overlap import Overlap, policy_of
from wirelab.codecs.reassembly.pieces import OVERHEAD, Pieces

TIMEOUT_NS = 60 * 1_000_000_000
"""RFC 8200 section 4.5; RFC 1122 section 3.3.2 asks for 60 to 120 s."""
MOST_BYTES = 4 * 1024 * 1024
"""Of all that is kept, overhead included; as Linux' `ipfrag_high_thresh`."""
MOST_FRAGMENTS = 2048
"""Of one datagram; ours: 65,535 bytes over links of 68 bytes, the least that RFC 791 allows, are
1365 fragments."""
MOST_GIVEN_UP = 1024
"""Ours: given-up datagrams that wait to be told of; the oldest of more are not told."""
STATE_COST = 1000
"""Bytes that Python needs for a datagram besides its fragments, about."""

TCP = 6
LEAST_TCP = 16
"""RFC 3128 section 2: a first fragment holds the header up to and including the flags."""


class _Datagram:
    """One that is not complete."""

    __slots__ = (
        "began", "cost", "count", "first_tag", "has_first", "header_length", "length",
        "next_header", "pieces", "refused", "tag_cost", "tags",
    )  # fmt: skip

    def __init__(self, now: int) -> None:
        self.began = now
        self.pieces = Pieces()
        self.count = 0
        self.length: int | None = None
        self.next_header = 0
        self.header_length = 0
        self.first_tag: Any = None
        self.has_first = False
        self.tags: list[Any] = []
        self.tag_cost = 0
        self.refused = False
        self.cost = 0


class FragmentReassembler:
    """What IPv4 and IPv6 have in common; see `IPv4Reassembler` and `IPv6Reassembler`.

    Args:
        overlap: who wins where fragments overlap (`overlap.py`).
        timeout_ns: after the first fragment of a datagram.
        most_bytes: of memory for all datagrams; the oldest go when it is not enough.
        most_fragments: of one datagram.
        refuse_tiny: refuse fragments that cut a TCP header before its flags.
    """

    _LONGEST = 65535

    def __init__(
        self,
        *,
        overlap: Overlap = "refuse",
        timeout_ns: int = TIMEOUT_NS,
        most_bytes: int = MOST_BYTES,
        most_fragments: int = MOST_FRAGMENTS,
        refuse_tiny: bool = True,
    ) -> None:
        self._old_wins = policy_of(overlap, refusing=True)
        self._timeout = timeout_ns
        self._most_bytes = most_bytes
        self._most_fragments = most_fragments
        self._refuse_tiny = refuse_tiny
        self._waiting: OrderedDict[Key, _Datagram] = OrderedDict()
        self._given_up: deque[GivenUp] = deque(maxlen=MOST_GIVEN_UP)
        self.cost = 0
        """Bytes of memory, about; never more than `most_bytes`."""

    def __len__(self) -> int:
        """Datagrams that are not complete, refused ones included."""
        return len(self._waiting)

    @property
    def next_timeout(self) -> int | None:
        """When the next datagram runs out, in the caller's nanoseconds."""
        for datagram in self._waiting.values():
            return datagram.began + self._timeout
        return None

    def give_up(self, now: int) -> list[GivenUp]:
        """Forget the datagrams whose time is over.

        Returns:
            These, and those that went since the last call; of more than `MOST_GIVEN_UP` the newest.
        """
        self._expire(now)
        told = list(self._given_up)
        self._given_up.clear()
        return told

    def clear(self) -> None:
        """Forget everything."""
        self._waiting.clear()
        self._given_up.clear()
        self.cost = 0

    def _add(
        self,
        key: Key,
        next_header: int,
        offset: int,
        more: bool,
        data: bytes,
        now: int,
        tag: Any,
        header_length: int,
    ) -> Whole | Refused | None:
        """Take a fragment; `header_length` counts towards the longest datagram."""
        if offset == 0 and not more:  # whole in itself (RFC 6946 section 4): touches no other
            return Whole(bytes(data), next_header, (tag,), tag, key)
        self._expire(now)
        reason = self._wrong(next_header, offset, more, len(data), header_length)
        if reason is not None:
            return Refused(reason, key, False)
        datagram = self._waiting.get(key)
        if datagram is None:
            datagram = self._waiting[key] = _Datagram(now)
        if datagram.refused:
            return Refused(Reason.REFUSED_BEFORE, key, True)
        if self._is_copy(datagram, offset, more, data):
            return None
        reason = self._put(datagram, offset, more, bytes(data))
        if reason is not None:
            return self._refuse(key, datagram, reason)
        datagram.tags.append(tag)
        datagram.tag_cost += OVERHEAD + header_length  # a tag mostly holds the headers
        if offset == 0 and not datagram.has_first:
            datagram.has_first, datagram.first_tag = True, tag
            datagram.next_header, datagram.header_length = next_header, header_length
        return self._whole(key, datagram)

    def _whole(self, key: Key, datagram: _Datagram) -> Whole | Refused | None:
        """The datagram, if it is complete now."""
        if datagram.pieces.size != datagram.length:
            self._account(datagram)
            return None
        # The first fragment's header counts, and may be longer than the others'.
        if datagram.length + datagram.header_length > self._LONGEST:
            return self._refuse(key, datagram, Reason.TOO_LARGE)
        self._forget(key)
        data, tags = datagram.pieces.take(0), tuple(datagram.tags)
        return Whole(data, datagram.next_header, tags, datagram.first_tag, key)

    def _wrong(
        self, next_header: int, offset: int, more: bool, length: int, header_length: int
    ) -> Reason | None:
        """What is wrong with a fragment by itself."""
        if more and length % 8:
            return Reason.BAD_LENGTH
        if offset + length + header_length > self._LONGEST:
            return Reason.TOO_LARGE
        if length == 0:
            return Reason.EMPTY
        cuts_header = 0 < offset < LEAST_TCP or (offset == 0 and length < LEAST_TCP)
        if self._refuse_tiny and next_header == TCP and cuts_header:
            return Reason.TINY
        return None

    def _is_copy(self, datagram: _Datagram, offset: int, more: bool, data: bytes) -> bool:
        """Whether the fragment came before; networks duplicate, so that is no overlap."""
        if not datagram.pieces.holds(offset, data):
            return False
        return more != (datagram.length == offset + len(data))

    def _put(self, datagram: _Datagram, offset: int, more: bool, data: bytes) -> Reason | None:
        """Put bytes in; the reason if they contradict what is there."""
        stop, pieces = offset + len(data), datagram.pieces
        if self._old_wins is None and pieces.overlaps(offset, stop):
            return Reason.OVERLAP
        length = datagram.length
        if length is not None and (stop > length or (not more and stop != length)):
            return Reason.END_CONFLICT
        if not more:
            if pieces.stop > stop:
                return Reason.END_CONFLICT
            datagram.length = stop
        if datagram.count >= self._most_fragments:
            return Reason.TOO_MANY_FRAGMENTS
        datagram.count += 1
        pieces.add(offset, data, self._old_wins or _never)
        return None

    def _refuse(self, key: Key, datagram: _Datagram, reason: Reason) -> Refused:
        """With a policy that lets overlaps pass, only a fragment goes: the receiver's view."""
        whole = self._old_wins is None or reason in (Reason.TOO_MANY_FRAGMENTS, Reason.TOO_LARGE)
        if whole:
            datagram.refused = True
            datagram.pieces = Pieces()
            datagram.tags, datagram.tag_cost = [], 0
        self._account(datagram)
        return Refused(reason, key, whole)

    def _account(self, datagram: _Datagram) -> None:
        """Count a datagram's memory anew, and make room if it is too much."""
        cost = STATE_COST + datagram.pieces.cost + datagram.tag_cost
        self.cost += cost - datagram.cost
        datagram.cost = cost
        while self.cost > self._most_bytes and self._waiting:
            self._drop_oldest(Reason.MEMORY)

    def _expire(self, now: int) -> None:
        while (limit := self.next_timeout) is not None and limit <= now:
            self._drop_oldest(Reason.TIMEOUT)

    def _drop_oldest(self, reason: Reason) -> None:
        key = next(iter(self._waiting))
        datagram = self._forget(key)
        if not datagram.refused:
            has_first, tag = datagram.has_first, datagram.first_tag
            self._given_up.append(GivenUp(key, reason, tag, has_first, datagram.pieces.size))

    def _forget(self, key: Key) -> _Datagram:
        datagram = self._waiting.pop(key)
        self.cost -= datagram.cost
        return datagram


def _never(old: int, new: int) -> bool:
    raise AssertionError("refused overlaps never get here")


class IPv4Reassembler(FragmentReassembler):
    """IPv4 datagrams out of fragments.

    >>> reassembler = IPv4Reassembler()
    >>> one, two = bytes(4), bytes(4)
    >>> reassembler.add(one, two, 17, 1, 8, False, b"end", now=0)
    >>> reassembler.add(one, two, 17, 1, 0, True, b"12345678", now=1).data
    b'12345678end'
    """

    def add(
        self,
        source: bytes,
        destination: bytes,
        protocol: int,
        identification: int,
        offset: int,
        more: bool,
        data: bytes,
        now: int,
        *,
        tag: Any = None,
        header_length: int = 20,
    ) -> Whole | Refused | None:
        """Take a fragment.

        Args:
            source: address; with the next three arguments it says which datagram (RFC 791).
            destination: address.
            protocol: number.
            identification: of the datagram.
            offset: in bytes, 8 times what the header says.
            more: the more-fragments flag; False at offset 0 is a whole datagram.
            data: what follows the header.
            now: nanoseconds of any clock that does not go back.
            tag: anything, such as the header or the frame's number; comes back with the datagram.
            header_length: bytes of the IPv4 header; it counts towards the 65,535.

        Returns:
            The datagram if it is complete now, why the fragment is refused, or None: wait.
        """
        key = (source, destination, protocol, identification)
        return self._add(key, protocol, offset, more, data, now, tag, header_length)


class IPv6Reassembler(FragmentReassembler):
    """IPv6 packets out of fragments.

    A packet in a single fragment ("atomic") is given back at once and touches no other (RFC 6946).
    """

    def add(
        self,
        source: bytes,
        destination: bytes,
        identification: int,
        next_header: int,
        offset: int,
        more: bool,
        data: bytes,
        now: int,
        *,
        tag: Any = None,
        extension_length: int = 0,
    ) -> Whole | Refused | None:
        """Take a fragment.

        Args:
            source: address; with destination and identification it says which packet.
            destination: address.
            identification: of the fragment header.
            next_header: of the fragment header; that of the first fragment counts.
            offset: in bytes, 8 times what the header says.
            more: the M flag.
            data: what follows the fragment header.
            now: nanoseconds of any clock that does not go back.
            tag: anything; comes back with the packet.
            extension_length: bytes of extension headers before the fragment header; they count
                towards the 65,535 of the payload length.

        Returns:
            The packet's fragmentable part if it is complete now, why the fragment is refused, or
            None: wait. RFC 8200 section 4.5 answers `BAD_LENGTH` and `TOO_LARGE` with ICMPv6
            parameter problems.
        """
        key = (source, destination, identification)
        return self._add(key, next_header, offset, more, data, now, tag, extension_length)
