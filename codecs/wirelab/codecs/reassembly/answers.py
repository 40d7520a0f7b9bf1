"""What the reassemblers of fragments answer: a whole datagram, or why there is none.

Sources: RFC 791 section 3.2; RFC 8200 section 4.5; RFC 5722 section 3; RFC 3128 section 2.
"""

from enum import StrEnum
from typing import Any, NamedTuple, TypeAlias

Key: TypeAlias = tuple[Any, ...]
"""Which datagram: addresses, protocol (IPv4) and identification."""


class Reason(StrEnum):
    """Why a fragment or a datagram is refused or given up."""

    OVERLAP = "overlap"
    END_CONFLICT = "end_conflict"
    TOO_LARGE = "too_large"
    BAD_LENGTH = "bad_length"
    EMPTY = "empty"
    CUT = "cut"
    TINY = "tiny"
    TOO_MANY_FRAGMENTS = "too_many_fragments"
    REFUSED_BEFORE = "refused_before"
    TIMEOUT = "timeout"
    MEMORY = "memory"

    @property
    def text(self) -> str:
        """The reason in a sentence."""
        return _TEXTS[self]


_TEXTS = {
    Reason.OVERLAP: "Fragments overlap, which nobody sends by accident (RFC 5722 section 3).",
    Reason.END_CONFLICT: "The fragment lies behind the end, or is a second end.",
    Reason.TOO_LARGE: "The datagram would be longer than 65,535 bytes (ping of death).",
    Reason.BAD_LENGTH: "More fragments follow, but the length is no multiple of 8 bytes.",
    Reason.EMPTY: "The fragment carries nothing.",
    Reason.CUT: "The header's lengths promise more than there is.",
    Reason.TINY: "The fragment cuts the TCP header before its flags (RFC 3128 section 2).",
    Reason.TOO_MANY_FRAGMENTS: "The datagram comes in more fragments than are kept of one.",
    Reason.REFUSED_BEFORE: "The datagram was refused because of a fragment before this one.",
    Reason.TIMEOUT: "The missing fragments did not come in time.",
    Reason.MEMORY: "Newer datagrams needed the memory.",
}


class Whole(NamedTuple):
    """A complete datagram.

    Attributes:
        data: the payload, without IP header.
        next_header: protocol number that the first fragment names.
        tags: what the caller gave with each fragment, in the order of arrival.
        first_tag: that of the fragment at offset 0.
        key: which datagram.
    """

    data: bytes
    next_header: int
    tags: tuple[Any, ...]
    first_tag: Any
    key: Key


class Refused(NamedTuple):
    """A fragment that is not taken.

    Attributes:
        reason: why.
        key: of which datagram.
        whole: the datagram is given up with it.
    """

    reason: Reason
    key: Key
    whole: bool


class GivenUp(NamedTuple):
    """A datagram that never became complete.

    Attributes:
        key: which one.
        reason: time-out or memory.
        first_tag: of the fragment at offset 0, of which ICMP's time exceeded speaks; or None.
        has_first: whether that fragment came; without it no ICMP error is sent (RFC 792, RFC 8200).
        received: bytes that were here.
    """

    key: Key
    reason: Reason
    first_tag: Any
    has_first: bool
    received: int
