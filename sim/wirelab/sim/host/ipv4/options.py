"""The options of an IPv4 packet that a host or a router acts upon.

Source: RFC 791 section 3.1; RFC 1122 section 3.2.1.8; RFC 1812 section 5.2.4 and 5.3.13; RFC 2113
(router alert); RFC 7126 (source routes are refused unless asked for).

    type  length  pointer  | data ...             record route, source routes: pointer counts from 1
    type  length  pointer  overflow and flag | data ...                      timestamp

Rule 1: what cannot be followed is told with the place in the header that is wrong, which ICMP's
parameter problem carries (RFC 792).
Rule 2: options that nobody here knows are left alone (RFC 1122 section 3.2.1.8).
Rule 3: who writes into an option writes into a copy; the length never changes.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from wirelab.sim.host.durations import MILLISECOND

END_OF_OPTIONS: Final = 0  # all types: RFC 791 section 3.1
NO_OPERATION: Final = 1
RECORD_ROUTE: Final = 7
TIMESTAMP: Final = 68
LOOSE_SOURCE_ROUTE: Final = 131
STRICT_SOURCE_ROUTE: Final = 137
ROUTER_ALERT: Final = 148  # RFC 2113 section 2.1

HEADER: Final = 20  # bytes of IPv4 header before the options

TIMESTAMPS_ONLY: Final = 0  # flags of the timestamp option, RFC 791 section 3.1
ADDRESSES_TOO: Final = 1
PRESPECIFIED: Final = 3

MOST_OVERFLOWS: Final = 15  # four bits count routers that found no room

NOT_UNIVERSAL: Final = 0x8000_0000
"""Bit of a timestamp that is not milliseconds since midnight UT (RFC 791 section 3.1): a host knows
how long it runs, and no time of day."""


class BadOption(NamedTuple):
    """An option that cannot be followed.

    Attributes:
        pointer: bytes from the beginning of the IP header to what is wrong.
        detail: for a person.
    """

    pointer: int
    detail: str


class Options(NamedTuple):
    """Where in the options those are that are acted upon; None: not there.

    Attributes:
        record_route, timestamp, source_route: offsets in the options.
        router_alert: routers shall look into this packet.
    """

    record_route: int | None = None
    timestamp: int | None = None
    source_route: int | None = None
    router_alert: bool = False


def read(options: bytes) -> Options | BadOption:
    """Find the options, and check those that somebody writes into.

    >>> read(bytes([7, 7, 4, 0, 0, 0, 0, 0]))
    Options(record_route=0, timestamp=None, source_route=None, router_alert=False)
    >>> read(bytes([1, 7, 9, 4]))
    BadOption(pointer=22, detail='option 7 has length 9, and 3 bytes are left')
    """
    found: dict[str, int] = {}
    router_alert = False
    at = 0
    while at < len(options) and options[at] != END_OF_OPTIONS:
        kind = options[at]
        if kind == NO_OPERATION:
            at += 1
            continue
        length = options[at + 1] if at + 1 < len(options) else 0
        if not 2 <= length <= len(options) - at:
            detail = f"option {kind} has length {length}, and {len(options) - at} bytes are left"
            return BadOption(HEADER + at + 1, detail)
        if kind == ROUTER_ALERT:
            router_alert = length == 4 and options[at + 2 : at + 4] == b"\0\0"
        elif kind in _NAMES:
            name = _NAMES[kind]
            if name in found:  # RFC 1122 section 3.2.1.8 (c): only one source route
                return BadOption(HEADER + at, f"a second {name.replace('_', ' ')}")
            bad = _check_writable(options, at, length, first=5 if kind == TIMESTAMP else 4)
            if bad is not None:
                return bad
            found[name] = at
        at += length
    return Options(
        found.get("record_route"), found.get("timestamp"), found.get("source_route"), router_alert
    )


_NAMES: Final = {
    RECORD_ROUTE: "record_route",
    TIMESTAMP: "timestamp",
    LOOSE_SOURCE_ROUTE: "source_route",
    STRICT_SOURCE_ROUTE: "source_route",
}


def _check_writable(options: bytes, at: int, length: int, first: int) -> BadOption | None:
    """Whether the pointer leads to a place for an entry, or behind the last one.

    Args:
        options: all of them.
        at: where this one begins.
        length: its length.
        first: the least that its pointer can be.
    """
    kind = options[at]
    if length < first - 1:
        return BadOption(HEADER + at + 1, f"option {kind} has length {length} < {first - 1}")
    pointer = options[at + 2]
    size = 4
    if kind == TIMESTAMP:
        flag = options[at + 3] & 15
        if flag not in (TIMESTAMPS_ONLY, ADDRESSES_TOO, PRESPECIFIED):
            return BadOption(HEADER + at + 3, f"timestamps of kind {flag}")
        if pointer > length and options[at + 3] >> 4 == MOST_OVERFLOWS and flag != PRESPECIFIED:
            return BadOption(HEADER + at + 3, "the count of routers without room is full")
        size = 4 if flag == TIMESTAMPS_ONLY else 8
    if pointer < first or pointer <= length < pointer + size - 1:
        return BadOption(HEADER + at + 2, f"option {kind} of {length} bytes points at {pointer}")
    return None


def record(
    options: bytes, found: Options, address: bytes, is_local: Callable[[bytes], bool], now: int
) -> bytes:
    """Write ourselves into record route and timestamp, as far as there is room.

    Args:
        options: as they came.
        found: what `read` found in them.
        address: ours, towards where the packet goes (RFC 791), or that it was sent to.
        is_local: whether an address is ours; a prespecified timestamp asks that.
        now: ns.

    Returns:
        The options with these entries; as long as before.
    """
    if found.record_route is None and found.timestamp is None:
        return options
    new = bytearray(options)
    if found.record_route is not None:
        at = found.record_route
        pointer = new[at + 2]
        if pointer <= new[at + 1]:
            new[at + pointer - 1 : at + pointer + 3] = address
            new[at + 2] += 4
    if found.timestamp is not None:
        _stamp(new, found.timestamp, address, is_local, now)
    return bytes(new)


def _stamp(
    options: bytearray, at: int, address: bytes, is_local: Callable[[bytes], bool], now: int
) -> None:
    """Write one entry of the timestamp option (RFC 791 section 3.1)."""
    length, pointer, flag = options[at + 1], options[at + 2], options[at + 3] & 15
    entry = at + pointer - 1
    if flag == PRESPECIFIED:
        if pointer > length or not is_local(bytes(options[entry : entry + 4])):
            return
    elif pointer > length:
        options[at + 3] += 16  # one more that found no room
        return
    if flag != TIMESTAMPS_ONLY:
        if flag == ADDRESSES_TOO:
            options[entry : entry + 4] = address
        options[at + 2] += 4
        entry += 4
    options[entry : entry + 4] = timestamp(now).to_bytes(4, "big")
    options[at + 2] += 4


def timestamp(now: int) -> int:
    """The time as the timestamp option says it: milliseconds, of no known day."""
    return NOT_UNIVERSAL | now // MILLISECOND % NOT_UNIVERSAL


def next_stop(options: bytes, found: Options) -> bytes | None:
    """Where a source route leads to next; None: there is none, or it is at its end."""
    at = found.source_route
    if at is None or options[at + 2] > options[at + 1]:
        return None
    entry = at + options[at + 2] - 1
    return options[entry : entry + 4]


def is_strict(options: bytes, found: Options) -> bool:
    """Whether a source route allows no router between two stops."""
    return found.source_route is not None and options[found.source_route] == STRICT_SOURCE_ROUTE


def advance(options: bytes, found: Options, address: bytes) -> bytes:
    """Replace the stop that a packet leaves for by our address, and point at the next one."""
    assert found.source_route is not None
    new = bytearray(options)
    at = found.source_route
    entry = at + new[at + 2] - 1
    new[entry : entry + 4] = address
    new[at + 2] += 4
    return bytes(new)
