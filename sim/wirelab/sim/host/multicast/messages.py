"""What listeners and queriers say to each other, whichever protocol carries it.

Source: RFC 3376 section 4; RFC 3810 section 5, which is its translation to IPv6.

Rule 1: generations are counted as IGMP counts them: 1 and 2 report a group, 3 reports sources as
well. MLD began later: its version 1 is generation 2, its version 2 generation 3.
Rule 2: nothing here builds or reads bytes; `igmp` and `mld` do.
"""

from collections.abc import Iterable, Iterator
from enum import IntEnum
from typing import Final, NamedTuple, Protocol

from wirelab.sim.host.config import RandomSource
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.manner import Manner, Upper
from wirelab.sim.host.multicast.source_filter import FilterMode, SourceFilter
from wirelab.sim.reasons import Reason

ROBUSTNESS: Final = 2
"""How often a message is sent, one of which must arrive (RFC 3376 section 8.1)."""

QUERY_INTERVAL: Final = 125 * SECOND
"""ns between general queries (RFC 3376 section 8.2)."""

QUERY_RESPONSE_INTERVAL: Final = 10 * SECOND
"""ns within which listeners answer a general query (RFC 3376 section 8.3)."""


class RecordType(IntEnum):
    """Kinds of group records (RFC 3376 section 4.2.12)."""

    MODE_IS_INCLUDE = 1
    MODE_IS_EXCLUDE = 2
    CHANGE_TO_INCLUDE_MODE = 3
    CHANGE_TO_EXCLUDE_MODE = 4
    ALLOW_NEW_SOURCES = 5
    BLOCK_OLD_SOURCES = 6


class GroupRecord(NamedTuple):
    """What a listener wants of one group (RFC 3376 section 4.2.4)."""

    type: RecordType
    group: bytes
    sources: frozenset[bytes] = frozenset()


class Query(NamedTuple):
    """A querier's question.

    Attributes:
        generation: 1 to 3, by the shape of the message.
        group: None in a general query.
        sources: whose packets the question is about; empty: about all.
        response_time: within which listeners answer, ns.
        suppress: other routers leave their timers as they are.
        robustness: the querier's variable, 0 where it does not say (RFC 3376 section 4.1.6).
        interval: between general queries, ns, 0 where the querier does not say.
    """

    generation: int
    group: bytes | None
    sources: frozenset[bytes]
    response_time: int
    suppress: bool = False
    robustness: int = 0
    interval: int = 0


class Wire(Protocol):
    """How one protocol sends on one interface."""

    @property
    def newest(self) -> int:
        """The highest generation spoken."""

    @property
    def address_size(self) -> int:
        """Bytes."""

    @property
    def group_room(self) -> int:
        """Bytes of group records that one report may carry."""

    @property
    def source(self) -> bytes | None:
        """What queries come from; None while there is no address that may ask."""

    def is_reported(self, group: bytes) -> bool:
        """Whether listeners tell of this group at all: not of all-hosts and the like."""

    def send_records(self, records: list[GroupRecord], now: int) -> None:
        """Send a report of generation 3, whose records fit."""

    def send_report(self, generation: int, group: bytes, now: int) -> None:
        """Send a report of generation 1 or 2."""

    def send_leave(self, group: bytes, now: int) -> None:
        """Send generation 2's "I leave"."""

    def send_query(self, query: Query, now: int) -> None:
        """Send a question; `query.generation` says in which shape."""


class GroupOutput(Protocol):
    """What IGMP and MLD send with."""

    def send(
        self,
        header: Upper,
        payload: bytes,
        source: bytes,
        destination: bytes,
        now: int,
        manner: Manner,
        /,
    ) -> Reason | None:
        """See `NetworkOutput.send`."""


class GroupEars(Protocol):
    """Who is told what arrives on an interface; see `Station`."""

    def query(self, query: Query, source: bytes, now: int) -> None:
        """Somebody asks."""

    def old_report(self, generation: int, group: bytes, now: int) -> None:
        """A listener tells of a group, in generation 1 or 2."""

    def leave(self, group: bytes, now: int) -> None:
        """A listener of generation 2 left a group."""

    def records(self, records: list[GroupRecord], now: int) -> None:
        """A listener of generation 3 tells of groups."""


def delay_within(limit: int, random: RandomSource) -> int:
    """A uniform delay of 0 to `limit` ns."""
    return random.getrandbits(32) * limit >> 32


def current_state(group: bytes, wanted: SourceFilter) -> GroupRecord:
    """The record that answers a query (RFC 3376 section 5.2)."""
    if wanted.mode is FilterMode.INCLUDE:
        return GroupRecord(RecordType.MODE_IS_INCLUDE, group, wanted.sources)
    return GroupRecord(RecordType.MODE_IS_EXCLUDE, group, wanted.sources)


def packed(
    records: Iterable[GroupRecord], room: int, address_size: int
) -> Iterator[list[GroupRecord]]:
    """Share records out over as few reports as need be (RFC 3376 section 4.2.16).

    A list too long for any report is cut into several records, but that of an EXCLUDE record is cut
    short: routers would read a second record as taking the place of the first.

    Args:
        records: what there is to say.
        room: bytes for records in one report.
        address_size: 4 or 16.
    """
    report: list[GroupRecord] = []
    left = room
    head = 4 + address_size
    most = (room - head) // address_size
    for record in records:
        for piece in _cut(record, most):
            size = head + len(piece.sources) * address_size
            if size > left and report:
                yield report
                report, left = [], room
            report.append(piece)
            left -= size
    if report:
        yield report


_EXCLUDING: Final = (RecordType.MODE_IS_EXCLUDE, RecordType.CHANGE_TO_EXCLUDE_MODE)


def _cut(record: GroupRecord, most: int) -> Iterator[GroupRecord]:
    if len(record.sources) <= most:
        yield record
        return
    sources = sorted(record.sources)
    if record.type in _EXCLUDING:
        sources = sources[:most]
    for first in range(0, len(sources), most):
        yield record._replace(sources=frozenset(sources[first : first + most]))


def code_of(value: int, bits: int) -> int:
    """A number as the 8 or 16 bits of a code hold it, rounded down (RFC 3376 section 4.1.1).

    >>> code_of(100, 8), hex(code_of(1000, 8))
    (100, '0xaf')
    """
    mantissa_bits = bits - 4
    if value < 1 << bits - 1:
        return value
    exponent = min(value.bit_length() - mantissa_bits - 4, 7)
    mantissa = value >> exponent + 3
    if mantissa >= 2 << mantissa_bits:  # more than a code can say
        mantissa = (2 << mantissa_bits) - 1
    return 1 << bits - 1 | exponent << mantissa_bits | mantissa & (1 << mantissa_bits) - 1


def value_of(code: int, bits: int) -> int:
    """The number that a code of 8 or 16 bits means (RFC 3376 section 4.1.1).

    >>> value_of(100, 8), value_of(0xAF, 8)
    (100, 992)
    """
    if code < 1 << bits - 1:
        return code
    mantissa_bits = bits - 4
    mantissa = code & (1 << mantissa_bits) - 1 | 1 << mantissa_bits
    return mantissa << (code >> mantissa_bits & 7) + 3
