"""The short way up, for segments of established connections in their usual frame.

Rule 1: what is taken here passes every check of the general way (`EthernetInput`, `ipv4`, `tcp`),
and has the same effect; whatever is unusual in any respect is left to that way untouched.
Rule 2: that a connection exists answers the questions about addresses: it was not made with a peer
or an address of ours that IPv4 refuses.
"""

from wirelab.codecs.checksum import word_sum
from wirelab.sim.host.ipv4.usual_frame import (
    ADDRESSES_AT,
    IPV4_AT,
    MORE_OR_OFFSET,
    OPTIONS_AT,
    PLAIN,
    READ,
    READ_TIMESTAMPED,
    TCP_AT,
    TIMESTAMPED,
    TIMESTAMPS,
    TIMESTAMPS_END,
    TTL_AT,
    TYPE_IPV4,
    VERSION_AND_LENGTH,
)
from wirelab.sim.host.protocol_numbers import PROTOCOL_TCP
from wirelab.sim.host.tcp.environment import Key
from wirelab.sim.host.tcp.header_prediction import ABSENT, expected
from wirelab.sim.host.tcp.tcb import Tcb

_read = READ.unpack_from
_read_timestamped = READ_TIMESTAMPED.unpack_from
_from_bytes = int.from_bytes
_LENGTH = 0xF000
_FLAGS = 0x01FF
_CONGESTION_EXPERIENCED = 3  # both ECN bits (RFC 3168 section 5)
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
            destination_mac, type_, version_and_length, tos, total_length, fragment, protocol,
            source, destination, source_port, destination_port,
            sequence, acknowledgment, word, window, kind, tsval, tsecr,
        ) = _read_timestamped(frame)  # fmt: skip
    elif size >= OPTIONS_AT:
        (
            destination_mac, type_, version_and_length, tos, total_length, fragment, protocol,
            source, destination, source_port, destination_port,
            sequence, acknowledgment, word, window,
        ) = _read(frame)  # fmt: skip
        kind = 0
    else:
        return False
    tcb = connections.get((destination, destination_port, source, source_port))
    end = IPV4_AT + total_length
    if (
        tcb is None
        or destination_mac != mac
        or type_ != TYPE_IPV4
        or version_and_length != VERSION_AND_LENGTH
        or protocol != PROTOCOL_TCP
        or fragment & MORE_OR_OFFSET
        or tos & _CONGESTION_EXPERIENCED == _CONGESTION_EXPERIENCED
        or end > size
        or frame[TTL_AT] < tcb.plain_ttl
    ):
        return False
    if word & _LENGTH == TIMESTAMPED and kind == TIMESTAMPS:
        start = TIMESTAMPS_END
    elif word & _LENGTH == PLAIN:
        start, tsval, tsecr = OPTIONS_AT, ABSENT, ABSENT
    else:
        return False
    if start > end or _from_bytes(frame[IPV4_AT:TCP_AT]) % 0xFFFF:
        return False
    # The addresses stand right before the segment, so that one sum covers the pseudo-header, too.
    if not trusted and (word_sum(frame[ADDRESSES_AT:end]) + end + _PSEUDO) % 0xFFFF:
        return False
    return expected(
        tcb, word & _FLAGS, sequence, acknowledgment, window, tsval, tsecr, frame[start:end], now
    )
