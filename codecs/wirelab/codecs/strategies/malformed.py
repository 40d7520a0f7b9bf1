"""Strategies for frames that something was done to.

Each way to damage a packet takes the packet and `draw`, and gives the bytes and one line that says
what was done; None where it has no hold on this packet.

A malformed frame is one that no honest sender sends. Some of them can still be read (a flipped bit
of a payload breaks no rule), and that is a part of the test.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from wirelab.codecs.errors import EncodeError
from wirelab.codecs.header import Header
from wirelab.codecs.packet import Packet
from wirelab.codecs.strategies.headers import field_of
from wirelab.codecs.strategies.packets import Part, packets
from wirelab.codecs.strategies.values import integers

COPIES = 40
"""Headers that nesting adds at most; ours: more than `packet.MAXIMUM_LAYERS`."""


class Malformed(NamedTuple):
    """A damaged frame.

    Attributes:
        frame: the bytes.
        what: what was done to it: `cut to 23 of 54 bytes; IPv4.ihl is 1 instead of 5`.
    """

    frame: bytes
    what: str


Damage = Callable[[st.DrawFn, bytes, Packet], tuple[bytes, str] | None]


def malformed(*parts: Part) -> SearchStrategy[Malformed]:
    """Damaged frames: cut, flipped, lying about lengths, nested, or with garbage inside.

    Args:
        parts: the stack to damage, as `packets` takes it; none: any stack.
    """
    return _malformed(packets(*parts))


@st.composite
def _malformed(draw: st.DrawFn, made: SearchStrategy[Packet]) -> Malformed:
    packet = draw(made)
    frame, told = bytes(packet), []
    structure = draw(_SOME_STRUCTURE)
    if structure is not None and (done := structure(draw, frame, packet)) is not None:
        frame, what = done
        told.append(what)
    for damage in draw(_SOME_BYTES[bool(told)]):
        if (done := damage(draw, frame, packet)) is not None:
            frame, what = done
            told.append(what)
    return Malformed(frame, "; ".join(told) or "nothing")


def place_of(packet: Packet, position: int) -> str:
    """The layer that a byte of an undamaged frame belongs to, and its place in it."""
    start = 0
    for header in packet.layers:
        stop = start + header.header_length
        if position < stop:
            return f"{header.LAYER}+{position - start}"
        start = stop
    return f"payload+{position - start}"


# What works on a packet: its headers say something wrong, or there are too many.


def _lie(draw: st.DrawFn, frame: bytes, packet: Packet) -> tuple[bytes, str] | None:
    """A computed field has another value than AUTO gives: small, huge, or next to it."""
    resolved = packet.resolved()
    choices = [
        (index, name)
        for index, header in enumerate(resolved.layers)
        for name in header.COMPUTED
        if field_of(type(header), name).bit_offset >= 0
    ]
    if not choices:
        return None
    index, name = draw(st.sampled_from(choices))
    header = resolved.layers[index]
    field, right = field_of(type(header), name), getattr(header, name)
    near = [one for one in (right - 1, right + 1) if 0 <= one < 1 << field.bits]
    wrong = draw(st.one_of(st.sampled_from(near), integers(field.bits)))
    what = f"{header.LAYER}.{name} is {wrong} instead of {right}"
    try:  # what depends on it comes out right for the lie
        return _with(packet, index, packet.layers[index].replace(**{name: wrong})), what
    except EncodeError:  # a header that would not build itself so
        start = sum(one.header_length for one in resolved.layers[:index])
        return _set_bits(frame, start * 8 + field.bit_offset, field.bits, wrong), what


def _set_bits(frame: bytes, first: int, bits: int, number: int) -> bytes:
    """The frame with other bits at one place."""
    shift = len(frame) * 8 - first - bits
    whole = int.from_bytes(frame, "big") & ~((1 << bits) - 1 << shift) | number << shift
    return whole.to_bytes(len(frame), "big")


def _garbage_options(draw: st.DrawFn, frame: bytes, packet: Packet) -> tuple[bytes, str] | None:
    """Any bytes where the options are."""
    choices = [
        (index, field.name)
        for index, header in enumerate(packet.layers)
        for field in header.FIELDS
        if field.format == "options"
    ]
    if not choices:
        return None
    index, name = draw(st.sampled_from(choices))
    header, data = packet.layers[index], draw(st.binary(min_size=1, max_size=40))
    try:
        changed = header.replace(**{name: data})
    except EncodeError:  # more than there is room for
        return None
    return _with(packet, index, changed), f"{header.LAYER}.{name} are {data.hex()}"


def _nest(draw: st.DrawFn, frame: bytes, packet: Packet) -> tuple[bytes, str] | None:
    """A header stands there many times, each naming the next."""
    index = draw(st.integers(0, len(packet.layers) - 1))
    header, copies = packet.layers[index], draw(st.integers(1, COPIES))
    if header.NEXT_TABLE in header.NUMBERS:
        header = header.replace(**{header.NEXT_FIELD: header.NUMBERS[header.NEXT_TABLE][0]})
    layers = (*packet.layers[:index], *[header] * copies, *packet.layers[index:])
    try:
        built = bytes(_copy(packet, layers))
    except EncodeError:  # lengths have 16 bits
        return None
    return built, f"{header.LAYER} stands there {copies + 1} times"


def _swap(draw: st.DrawFn, frame: bytes, packet: Packet) -> tuple[bytes, str] | None:
    """The headers stand in another order than they say."""
    if len(packet.layers) < 2:
        return None
    layers = draw(st.permutations(packet.resolved().layers))
    names = "/".join(header.LAYER for header in layers)
    data = b"".join([header.build(b"", None, None) for header in layers])
    return data + packet.payload, f"headers stand as {names}"


def _with(packet: Packet, index: int, header: Header) -> bytes:
    """The bytes of a packet with another header at one place; the rest as it says."""
    layers = (*packet.layers[:index], header, *packet.layers[index + 1 :])
    return bytes(_copy(packet, layers))


def _copy(packet: Packet, layers: Sequence[Header]) -> Packet:
    return Packet(tuple(layers), packet.payload, packet.trailer)


STRUCTURE: tuple[Damage, ...] = (_lie, _garbage_options, _nest, _swap)


# What works on the bytes, whatever they mean.


def _cut(draw: st.DrawFn, frame: bytes, packet: Packet) -> tuple[bytes, str] | None:
    length = draw(st.integers(0, max(0, len(frame) - 1)))
    return frame[:length], f"cut to {length} of {len(frame)} bytes"


def _flip(draw: st.DrawFn, frame: bytes, packet: Packet) -> tuple[bytes, str] | None:
    if not frame:
        return None
    bit = draw(st.integers(0, len(frame) * 8 - 1))
    flipped = bytearray(frame)
    flipped[bit // 8] ^= 0x80 >> bit % 8
    return bytes(
        flipped
    ), f"bit {bit % 8} of byte {bit // 8} ({place_of(packet, bit // 8)}) flipped"


def _overwrite(draw: st.DrawFn, frame: bytes, packet: Packet) -> tuple[bytes, str] | None:
    """Garbage over a few bytes."""
    if not frame:
        return None
    start = draw(st.integers(0, len(frame) - 1))
    garbage = draw(st.one_of(st.binary(min_size=1, max_size=8), st.just(b"\xff"), st.just(b"\0")))
    changed = frame[:start] + garbage + frame[start + len(garbage) :]
    return changed, f"{garbage.hex()} over byte {start} ({place_of(packet, start)})"


def _repeat(draw: st.DrawFn, frame: bytes, packet: Packet) -> tuple[bytes, str] | None:
    """A part of the frame stands there twice, and all else is shifted."""
    if not frame:
        return None
    start = draw(st.integers(0, len(frame) - 1))
    stop = draw(st.integers(start + 1, len(frame)))
    what = f"bytes {start} to {stop} ({place_of(packet, start)}) stand there twice"
    return frame[:stop] + frame[start:], what


def _remove(draw: st.DrawFn, frame: bytes, packet: Packet) -> tuple[bytes, str] | None:
    if not frame:
        return None
    start = draw(st.integers(0, len(frame) - 1))
    stop = draw(st.integers(start + 1, min(len(frame), start + 8)))
    what = f"bytes {start} to {stop} ({place_of(packet, start)}) left out"
    return frame[:start] + frame[stop:], what


BYTES: tuple[Damage, ...] = (_cut, _flip, _overwrite, _repeat, _remove)
_SOME_STRUCTURE = st.sampled_from([None, *STRUCTURE])
_SOME_BYTES = [st.lists(st.sampled_from(BYTES), min_size=1 - told, max_size=2) for told in (0, 1)]
"""How the bytes are damaged: at least in one way, if the structure is not."""
