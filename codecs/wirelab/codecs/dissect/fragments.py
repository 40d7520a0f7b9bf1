"""Putting IPv4 datagrams together again, as Wireshark does with `ip.defragment`.

Source: RFC 791 section 3.2, "An Example Reassembly Procedure"; RFC 815. A first copy of a byte
wins. The memory is bounded: the oldest incomplete datagram goes when there are too many.
"""

from typing import NamedTuple, TypeAlias

MOST_BYTES = 64 * 1024 * 1024
"""Ours: of all fragments kept, each counted with its overhead."""
OVERHEAD = 200
"""Bytes that Python needs for a fragment besides its data, about."""
MOST_FRAGMENTS = 8192
"""Of one datagram: 65,535 bytes in pieces of 8."""

Key: TypeAlias = tuple[bytes, bytes, int, int]
"""Source, destination, identification, protocol."""


class Fragment(NamedTuple):
    """A piece of a datagram."""

    offset: int
    """Bytes."""
    number: int
    """Of the frame that brought it."""
    data: bytes
    overlap: bool = False
    """It repeats bytes of a fragment before it."""


class Datagram(NamedTuple):
    """A complete datagram and the pieces it came in, by offset."""

    data: bytes
    fragments: list[Fragment]


class Reassembly:
    """The datagrams that are not complete yet."""

    def __init__(self) -> None:
        self._waiting: dict[Key, list[Fragment]] = {}
        self._lengths: dict[Key, int] = {}
        self._size = 0
        """Bytes kept."""

    def add(self, key: Key, offset: int, data: bytes, more: bool, number: int) -> Datagram | None:
        """Take a fragment; the datagram if it is complete now.

        Args:
            key: whose datagram.
            offset: bytes.
            data: what the fragment carries.
            more: the more-fragments flag.
            number: of the frame.
        """
        fragments = self._waiting.setdefault(key, [])
        fragments.append(Fragment(offset, number, data))
        if not more:
            self._lengths[key] = offset + len(data)
        self._size += len(data) + OVERHEAD
        if len(fragments) > MOST_FRAGMENTS:
            self._forget(key)
            return None
        while self._size > MOST_BYTES:
            self._forget(next(iter(self._waiting)))
        length = self._lengths.get(key)
        if length is None:
            return None
        fragments = sorted(fragments, key=lambda fragment: fragment.offset)
        whole = _join(fragments, length)
        if whole is not None:
            self._forget(key)
        return whole

    def _forget(self, key: Key) -> None:
        for fragment in self._waiting.pop(key, ()):
            self._size -= len(fragment.data) + OVERHEAD
        self._lengths.pop(key, None)


def _join(fragments: list[Fragment], length: int) -> Datagram | None:
    """The datagram, or None if bytes are missing."""
    data = bytearray()
    marked = []
    for fragment in fragments:
        if fragment.offset > len(data):
            return None
        repeated = len(data) - fragment.offset
        marked.append(fragment._replace(overlap=repeated > 0))
        data += fragment.data[repeated:]
    return Datagram(bytes(data[:length]), marked) if len(data) >= length else None
