"""TCP options between `<` and `>`, out of tokens."""

from collections.abc import Callable
from functools import partial
from typing import Final

from wirelab.sim.packetdrill.cursor import Cursor
from wirelab.sim.packetdrill.lexer import Kind
from wirelab.sim.packetdrill.syntax import (
    AccurateEcn,
    AckRateRequest,
    EndOfOptions,
    FastOpen,
    Md5,
    Mss,
    NoOperation,
    OtherOption,
    Sack,
    SackPermitted,
    TcpOption,
    Timestamps,
    WindowScale,
)

_BITS_8: Final = 0xFF
_BITS_16: Final = 0xFFFF
_BITS_24: Final = 0xFF_FFFF
_BITS_32: Final = 0xFFFF_FFFF
# Longest cookies that fit a header: 40 bytes of options less kind and length, and the magic number.
_COOKIE: Final = 38
_EXPERIMENTAL_COOKIE: Final = 36
_DIGEST: Final = 16  # bytes, RFC 2385 section 3.0
_RATE: Final = 0x7FF  # 11 bits, draft-ietf-tcpm-ack-rate-request section 3.1
# Multipath TCP's (RFC 8684) and Linux's way to write accurate ECN: known by name, not followed.
_OTHERS: Final = (
    "ECN",
    "add_addr_ipv4",
    "add_addr_ipv6",
    "add_address",
    "dss",
    "mp_capable",
    "mp_capable_no_cs",
    "mp_fail",
    "mp_fastclose",
    "mp_join_ack",
    "mp_join_syn",
    "mp_join_syn_ack",
    "mp_prio",
    "mp_reset",
    "mpcapable",
    "remove_address",
)


def tcp_options(cursor: Cursor) -> tuple[TcpOption, ...] | None:
    """`<...>` gives None, `<a, b>` the options, and nothing none."""
    if not cursor.accept("<"):
        return ()
    if cursor.accept("..."):
        cursor.expect(">")
        return None
    options = [_option(cursor)]
    while not cursor.accept(">"):
        cursor.expect(",")
        options.append(_option(cursor))
    return tuple(options)


def _option(cursor: Cursor) -> TcpOption:
    for name, read in _READERS.items():
        if cursor.accept(name):
            return read(cursor)
    if cursor.at(*_OTHERS):
        return _other(cursor)
    cursor.fail()


def _sack(cursor: Cursor) -> Sack:
    blocks = [_block(cursor)]
    while cursor.token.kind is Kind.INTEGER:
        blocks.append(_block(cursor))
    return Sack(tuple(blocks))


def _block(cursor: Cursor) -> tuple[int, int]:
    left = cursor.integer("the left edge", _BITS_32)
    cursor.expect(":")
    return left, cursor.integer("the right edge", _BITS_32)


def _timestamps(cursor: Cursor) -> Timestamps:
    cursor.expect("val")
    value = None if cursor.accept("...") else cursor.integer("TS val", _BITS_32)
    cursor.expect("ecr")
    echo = cursor.integer("TS ecr", _BITS_32)
    return Timestamps(value, echo, absolute_echo=cursor.accept("!") is not None)


def _md5(cursor: Cursor) -> Md5:
    if cursor.accept("valid"):
        return Md5(None)
    if cursor.accept("invalid"):
        return Md5(None, valid=False)
    return Md5(_blob(cursor, "the digest", _DIGEST))


def _blob(cursor: Cursor, what: str, maximum: int) -> bytes:
    """Bytes in hexadecimal digits, none where there are none."""
    token = cursor.accept_kind(Kind.WORD, what) or cursor.accept_kind(Kind.INTEGER, what)
    if token is None:
        return b""
    try:
        blob = bytes.fromhex(token.text)
    except ValueError:
        cursor.refuse(
            token.position, f'{what} "{token.text}" is no even number of hexadecimal digits'
        )
    if len(blob) > maximum:
        cursor.refuse(token.position, f"{what} has {len(blob)} bytes, but {maximum} at most fit in")
    return blob


def _counters(cursor: Cursor, *names: str) -> tuple[int, ...]:
    """The counters of an AccECN option: from the first on, none left out in between."""
    counters: list[int] = []
    for i, name in enumerate(names):
        place = cursor.token.position
        if cursor.accept(name):
            if len(counters) < i:
                cursor.refuse(place, f"{name} follows {names[i - 1]}, which is missing")
            counters.append(cursor.integer(name, _BITS_24))
    return tuple(counters)


def _accurate_ecn(order: int, experimental: bool, cursor: Cursor) -> AccurateEcn:
    names = ("ee0b", "eceb", "ee1b") if order == 0 else ("ee1b", "eceb", "ee0b")
    return AccurateEcn(order, _counters(cursor, *names), experimental)


def _ack_rate(cursor: Cursor) -> AckRateRequest:
    with_rate = cursor.token.kind is Kind.INTEGER
    return AckRateRequest(cursor.integer("the rate", _RATE) if with_rate else None)


def _fast_open(cursor: Cursor) -> FastOpen:
    return FastOpen(_blob(cursor, "the cookie", _COOKIE))


def _experimental_fast_open(cursor: Cursor) -> FastOpen:
    return FastOpen(_blob(cursor, "the cookie", _EXPERIMENTAL_COOKIE), experimental=True)


def _other(cursor: Cursor) -> OtherOption:
    """An option that is known by name only, up to the next comma or the end of the list."""
    first = cursor.take()
    depth = 0
    while cursor.token.kind is not Kind.END and (depth or not cursor.at(",", ">")):
        depth += cursor.at("[", "(", "{") - cursor.at("]", ")", "}")
        cursor.take()
    return OtherOption(first.text, cursor.text_between(first, cursor.token))


_READERS: Final[dict[str, Callable[[Cursor], TcpOption]]] = {
    "mss": lambda cursor: Mss(cursor.integer("mss", _BITS_16)),
    "nop": lambda _: NoOperation(),
    "eol": lambda _: EndOfOptions(),
    "wscale": lambda cursor: WindowScale(cursor.integer("wscale", _BITS_8)),
    "sackOK": lambda _: SackPermitted(),
    "sack": _sack,
    "TS": _timestamps,
    "FO": _fast_open,
    "FOEXP": _experimental_fast_open,
    "exp-FO": _experimental_fast_open,
    "md5": _md5,
    "AccECN0": partial(_accurate_ecn, 0, False),
    "AccECN1": partial(_accurate_ecn, 1, False),
    "exp-AccECN0": partial(_accurate_ecn, 0, True),
    "exp-AccECN1": partial(_accurate_ecn, 1, True),
    "exp-tarr": _ack_rate,
}
