"""Packets out of tokens: `< [ect0] 8080 > 53 S. 0:0(0) ack 1 win 65535 <mss 1460>`."""

from dataclasses import replace
from typing import Final

from wirelab.sim.packetdrill.cursor import Cursor
from wirelab.sim.packetdrill.layer_parser import ip_info, outer_layers
from wirelab.sim.packetdrill.lexer import Kind, Token
from wirelab.sim.packetdrill.syntax import (
    Direction,
    IcmpHeader,
    OtherHeader,
    Packet,
    Ports,
    Position,
    QuotedOther,
    QuotedTcp,
    QuotedUdp,
    Sequence,
    SequenceKind,
    TcpHeader,
    Transport,
    UdpHeader,
)
from wirelab.sim.packetdrill.tcp_option_parser import tcp_options

_BITS_16: Final = 0xFFFF
_BITS_32: Final = 0xFFFF_FFFF
# RFC 9293 section 3.1, RFC 3168 section 6.1 (E, W), RFC 9768 section 3.1 (A).
_FLAGS: Final = {"F": 1, "S": 2, "R": 4, "P": 8, ".": 16, "U": 32, "E": 64, "W": 128, "A": 256}
_ECN_FLAGS: Final = 64 | 128 | 256
_ECE_AND_UP: Final = 6  # AE, CWR, ECE as the three bits of the ACE field, from bit 6 up


def packet(cursor: Cursor) -> Packet:
    """One packet, from its direction on."""
    token = cursor.take()
    direction = Direction(token.text)
    outer = outer_layers(cursor)
    place = cursor.token.position
    if _starts_quote(cursor):
        quote = _icmp_after_quote(cursor)
        return Packet(direction, quote, outer=outer, position=token.position)
    info = ip_info(cursor)
    if info.tos is not None and info.tos.any_ect and direction is Direction.INBOUND:
        cursor.refuse(place, "ect01 only fits a packet that is expected (>): say ect0 or ect1")
    transport = _transport(cursor, direction)
    return Packet(direction, transport, info, outer, position=token.position)


def _transport(cursor: Cursor, direction: Direction) -> Transport:
    position = cursor.token.position
    if cursor.accept("icmp"):
        return _icmp(cursor, position)
    if cursor.accept("udp"):
        ports = _ports(cursor)
        cursor.expect("(")
        length = cursor.integer("the payload's length", _BITS_16)
        cursor.expect(")")
        return UdpHeader(length, ports, position=position)
    start = cursor.token
    ports = _ports(cursor)
    if cursor.at("sctp", "udplite"):
        return _other(cursor, start)
    return _tcp(cursor, direction, ports, position)


def _ports(cursor: Cursor) -> Ports | None:
    """`8080 > 53`, or None."""
    if cursor.following.text != ">" or cursor.token.kind is not Kind.INTEGER:
        return None
    source = cursor.integer("the source port", _BITS_16)
    cursor.expect(">")
    return Ports(source, cursor.integer("the destination port", _BITS_16))


# --- TCP -------------------------------------------------------------------------------------


def _tcp(
    cursor: Cursor, direction: Direction, ports: Ports | None, position: Position
) -> TcpHeader:
    flags, ace = _flags(cursor)
    sequence = _sequence(cursor)
    acknowledgment = cursor.integer("ack", _BITS_32) if cursor.accept("ack") else None
    window = None
    if cursor.accept("win"):
        window = cursor.integer("win", _BITS_16)
    elif direction is Direction.INBOUND:
        cursor.fail()  # a sent segment has a window, and no value of it goes without saying
    urgent_pointer = cursor.integer("urg", _BITS_16) if cursor.accept("urg") else 0
    place = cursor.token.position
    options = tcp_options(cursor)
    if options is None and direction is Direction.INBOUND:
        cursor.refuse(place, "<...> only fits a packet that is expected (>): write the options out")
    return TcpHeader(
        flags,
        sequence,
        acknowledgment,
        window,
        urgent_pointer,
        options,
        ports,
        ace,
        _udp_ports(cursor),
        _mutations(cursor),
        position=position,
    )


def _flags(cursor: Cursor) -> tuple[int, int | None]:
    """Control bits and the AccECN counter: `S.`, `FP.`, `.5`, or `-` for none."""
    if cursor.accept("-"):
        return 0, None
    description = "TCP flags (of FSRPUEWA and . for ACK, or - for none)"
    word = cursor.accept_kind(Kind.WORD, description)
    text = word.text if word else ""
    position = word.position if word else cursor.token.position
    if cursor.accept("."):
        text += "."
    elif token := cursor.accept_kind(Kind.FLOAT, description):
        text += token.text
    if not text:
        cursor.fail()
    flags = 0
    ace = None
    for one in text:
        if one in "01234567" and ace is None:
            ace = int(one)
        elif one in _FLAGS:
            flags |= _FLAGS[one]
        else:
            cursor.refuse(position, f'"{one}" of "{text}" is no TCP flag: expected {description}')
    if ace is not None:
        if flags & _ECN_FLAGS:
            cursor.refuse(position, f'"{text}" gives the ECN bits twice: by letter and by counter')
        flags |= ace << _ECE_AND_UP
    return flags, ace


def _sequence(cursor: Cursor) -> Sequence:
    """`1:1001(1000)`, `1:2(1)!` or `...(0)`."""
    if cursor.accept("..."):
        return Sequence(0, _length(cursor), SequenceKind.IGNORED)
    place = cursor.token.position
    start = cursor.integer("the first sequence number", _BITS_32)
    cursor.expect(":")
    end = cursor.integer("the last sequence number", _BITS_32)
    length = _length(cursor)
    if (start + length) & _BITS_32 != end:
        cursor.refuse(
            place, f"{start} and {length} bytes make {(start + length) & _BITS_32}, not {end}"
        )
    absolute = cursor.accept("!")
    return Sequence(start, length, SequenceKind.ABSOLUTE if absolute else SequenceKind.RELATIVE)


def _length(cursor: Cursor) -> int:
    cursor.expect("(")
    length = cursor.integer("the number of bytes", _BITS_16)
    cursor.expect(")")
    return length


def _udp_ports(cursor: Cursor) -> Ports | None:
    """`/udp(1 > 2)`: within UDP."""
    if not cursor.accept("/"):
        return None
    cursor.expect("udp")
    cursor.expect("(")
    source = cursor.integer("the source port of UDP", _BITS_16)
    cursor.expect(">")
    destination = cursor.integer("the destination port of UDP", _BITS_16)
    cursor.expect(")")
    return Ports(source, destination)


def _mutations(cursor: Cursor) -> str:
    """`{mut tcp mss; ...}` as written, or nothing."""
    start = cursor.token
    if not cursor.accept("{"):
        return ""
    while not cursor.accept("}"):
        if cursor.token.kind is Kind.END:
            cursor.fail()
        cursor.take()
    return cursor.text_between(start, cursor.token)


# --- the others --------------------------------------------------------------------------------


def _starts_quote(cursor: Cursor) -> bool:
    """Whether `[1:1(0)]` stands here, which older scripts write in front of `icmp`."""
    following = cursor.following
    return cursor.at("[") and (
        following.kind is Kind.INTEGER or following.text in ("udp", "raw", "sctp", "udplite")
    )


def _icmp_after_quote(cursor: Cursor) -> IcmpHeader:
    """`[1:1(0)] icmp unreachable port_unreachable`, FreeBSD's older way to write it."""
    cursor.expect("[")
    quoted = _quoted(cursor)
    cursor.expect("]")
    position = cursor.expect("icmp").position
    return replace(_icmp(cursor, position), quoted=quoted)


def _icmp(cursor: Cursor, position: Position) -> IcmpHeader:
    kind = cursor.expect_kind(Kind.WORD, "an ICMP type such as unreachable").text
    code = None
    if not cursor.at("mtu", "id"):
        token = cursor.accept_kind(Kind.WORD, "an ICMP code such as frag_needed")
        code = token.text if token else None
    mtu = cursor.integer("mtu", _BITS_32) if cursor.accept("mtu") else None
    echo_id = cursor.integer("id", _BITS_16) if cursor.accept("id") else None
    quoted = None
    if cursor.accept("["):
        quoted = _quoted(cursor)
        cursor.expect("]")
    return IcmpHeader(kind, code, mtu, echo_id, quoted, position=position)


def _quoted(cursor: Cursor) -> QuotedTcp | QuotedUdp | QuotedOther:
    if cursor.accept("udp"):
        return QuotedUdp(_length(cursor))
    for protocol in ("raw", "sctp", "udplite"):
        if cursor.accept(protocol):
            return QuotedOther(protocol, _numbers(cursor))
    return QuotedTcp(_sequence(cursor), _udp_ports(cursor))


def _numbers(cursor: Cursor) -> tuple[int, ...]:
    cursor.expect("(")
    numbers = [cursor.integer("a number", _BITS_32)]
    while not cursor.accept(")"):
        cursor.expect(",")
        numbers.append(cursor.integer("a number", _BITS_32))
    _udp_ports(cursor)
    return tuple(numbers)


def _other(cursor: Cursor, start: Token) -> OtherHeader:
    """SCTP or UDP-Lite: read over up to the end of the event, brackets in balance."""
    protocol = cursor.take().text
    depth = 0
    while cursor.token.kind not in (Kind.END, Kind.COMMAND, Kind.CODE):
        if not depth and _starts_event(cursor):
            break
        depth += cursor.at("[", "(", "{") - cursor.at("]", ")", "}")
        cursor.take()
    return OtherHeader(protocol, cursor.text_between(start, cursor.token), position=start.position)


def _starts_event(cursor: Cursor) -> bool:
    """Whether a time stands here: chunks have none outside of their brackets."""
    return cursor.at("+", "*") or cursor.token.kind in (Kind.INTEGER, Kind.FLOAT)
