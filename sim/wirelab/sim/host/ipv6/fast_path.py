"""The short way up, for segments of established connections in their usual frame over IPv6.

The rules are those of `ipv4/fast_path.py`; there is no header checksum and nothing to fragment.
"""

from wirelab.codecs.checksum import word_sum
from wirelab.sim.host.ipv4.usual_frame import PLAIN, TIMESTAMPED, TIMESTAMPS
from wirelab.sim.host.ipv6.usual_frame import (
    ADDRESSES_AT,
    ECN_BITS,
    HOP_LIMIT_AT,
    OPTIONS_AT,
    READ,
    READ_TIMESTAMPED,
    TCP_AT,
    TIMESTAMPS_END,
    TYPE_IPV6,
)
from wirelab.sim.host.protocol_numbers import PROTOCOL_TCP
from wirelab.sim.host.tcp.environment import Key
from wirelab.sim.host.tcp.header_prediction import ABSENT, expected
from wirelab.sim.host.tcp.tcb import Tcb

_read = READ.unpack_from
_read_timestamped = READ_TIMESTAMPED.unpack_from
_LENGTH = 0xF000
_FLAGS = 0x01FF
_PSEUDO = PROTOCOL_TCP - TCP_AT  # protocol and length, but for the end of the packet


def taken(connections: dict[Key, Tcb], mac: bytes, frame: bytes, trusted: bool, now: int) -> bool:
    """Whether the frame was the usual one with the expected segment; then it is processed.

    Args:
        connections: of this host.
        mac: our address on this link.
        frame: as it came.
        trusted: TCP's checksum needs no look.
        now: ns.
    """
    size = len(frame)
    if size >= TIMESTAMPS_END:
        (
            destination_mac, type_, first_word, payload_length, protocol,
            source, destination, source_port, destination_port,
            sequence, acknowledgment, word, window, kind, tsval, tsecr,
        ) = _read_timestamped(frame)  # fmt: skip
    elif size >= OPTIONS_AT:
        (
            destination_mac, type_, first_word, payload_length, protocol,
            source, destination, source_port, destination_port,
            sequence, acknowledgment, word, window,
        ) = _read(frame)  # fmt: skip
        kind = 0
    else:
        return False
    tcb = connections.get((destination, destination_port, source, source_port))
    end = TCP_AT + payload_length
    if (
        tcb is None
        or destination_mac != mac
        or type_ != TYPE_IPV6
        or first_word >> 28 != 6
        or protocol != PROTOCOL_TCP
        or first_word & ECN_BITS == ECN_BITS
        or end > size
        or frame[HOP_LIMIT_AT] < tcb.plain_ttl
    ):
        return False
    if word & _LENGTH == TIMESTAMPED and kind == TIMESTAMPS:
        start = TIMESTAMPS_END
    elif word & _LENGTH == PLAIN:
        start, tsval, tsecr = OPTIONS_AT, ABSENT, ABSENT
    else:
        return False
    if start > end:
        return False
    # The addresses stand right before the segment, so that one sum covers the pseudo-header, too.
    if not trusted and (word_sum(frame[ADDRESSES_AT:end]) + end + _PSEUDO) % 0xFFFF:
        return False
    return expected(
        tcb, word & _FLAGS, sequence, acknowledgment, window, tsval, tsecr, frame[start:end], now
    )
