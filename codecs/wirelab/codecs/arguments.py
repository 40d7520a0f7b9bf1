"""Arguments of constructors and values of AUTO: what generated classes leave to functions.

They convert what may be spelled in several ways, and find the words for what does not fit.
"""

from __future__ import annotations

from wirelab.codecs.addresses import AddressError, ipv4_address
from wirelab.codecs.errors import DecodeError, EncodeError
from wirelab.codecs.field import AUTO, field_of

TYPE_CHECKING = False  # for type checkers it is true; importing `typing` costs 10 ms
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from wirelab.codecs.addresses import AddressLike
    from wirelab.codecs.field import Field, Owner
    from wirelab.codecs.header import Buffer, Header


def set_view(header: type[Header], word: int, name: str, value: AddressLike | int) -> int:
    """The value `word` of a field, with other bits where the view `name` of that field is.

    Raises:
        EncodeError: `word` or `value` is out of range.
    """
    view = field_of(header, name)
    whole = field_of(header, view.view_of)
    if not isinstance(word, int):
        raise out_of_range(header, whole, word)
    if view.format == "ipv4" and not isinstance(value, int):
        value = int.from_bytes(address_argument(header, name, value, ipv4_address), "big")
    if not isinstance(value, int) or value >> view.bits:
        raise out_of_range(header, view, value)
    shift = whole.bit_offset + whole.bits - view.bit_offset - view.bits
    return word & ~((1 << view.bits) - 1 << shift) | value << shift


def refusal(
    header: type[Header], values: Mapping[str, Any], error: Exception | None = None
) -> EncodeError:
    """Find out which of `values` does not fit into its field, and say so."""
    for field in header.FIELDS:
        value = values.get(field.name)
        absent = field.name not in values or (value is None and field.optional)
        if absent or value is AUTO or field.format in ("options", "pairs"):
            continue
        if field.format in ("mac", "ipv4", "ipv6", "bytes"):
            if field.bits >= 0 and not (isinstance(value, bytes) and len(value) * 8 == field.bits):
                return EncodeError(
                    header.LAYER, field.name, value, f"{field.bits // 8} bytes", field.source
                )
            is_array = isinstance(value, tuple) and field.format != "bytes"
            if not (is_array or isinstance(value, (bytes, bytearray, memoryview))):
                return EncodeError(header.LAYER, field.name, value, "bytes", field.source)
        elif not isinstance(value, int) or value >> field.bits:
            return out_of_range(header, field, value)
    known = {name: values[name] for name in header.VALUES if name in values}
    return EncodeError(header.LAYER, "", known, f"values that fit ({error})")


def out_of_range(header: type[Header], field: Field, value: object) -> EncodeError:
    """An integer that does not fit, or none at all."""
    expected = f"0 to {(1 << field.bits) - 1}"
    if field.name == "flags" and not isinstance(value, int):
        from wirelab import codecs

        flags = f"{header.__name__}Flags"
        names = [f"{flags}.{flag.name}" for flag in list(getattr(codecs, flags, ()))[1:5:3]]
        expected = f"{expected}, like {' | '.join(names)}" if names else expected
    return EncodeError(header.LAYER, field.name, value, expected, field.source)


def address_argument(
    owner: Owner,
    name: str,
    value: Any,
    convert: Callable[[Any], bytes],
) -> bytes:
    """An address argument as bytes; a wrong one becomes an EncodeError of that field."""
    try:
        return convert(value)
    except AddressError as error:
        source = field_of(owner, name).source
        raise EncodeError(owner.__name__, name, value, error.expected, source) from None


def address_arguments(
    owner: Owner, name: str, values: Any, convert: Callable[[Any], bytes]
) -> tuple[bytes, ...]:
    """Several addresses as bytes; a wrong one becomes an EncodeError of that field."""
    if isinstance(values, (str, bytes)) or not hasattr(values, "__iter__"):
        source = field_of(owner, name).source
        raise EncodeError(owner.__name__, name, values, "a sequence of addresses", source)
    return tuple([address_argument(owner, name, value, convert) for value in values])


def text_argument(
    owner: Owner,
    name: str,
    value: bytes | str,
    size: int = -1,
) -> bytes:
    """A text argument as bytes, UTF-8, filled up with zeros to `size`; -1: as long as it is.

    Raises:
        EncodeError: longer than that, or no text.
    """
    encoded = value.encode() if isinstance(value, str) else value
    if not isinstance(encoded, bytes) or len(encoded) > size >= 0:
        expected = f"text or bytes, at most {size}" if size >= 0 else "text or bytes"
        source = field_of(owner, name).source
        raise EncodeError(owner.__name__, name, value, expected, source)
    return encoded.ljust(size, b"\0")


def as_bytes(name: str, value: object) -> bytes:
    """The bytes of a buffer. Not `bytes(value)`: of a number, that would be as many zeros.

    Raises:
        TypeError: no buffer; with the argument's name, and what to write instead.
    """
    try:
        return bytes(memoryview(value))  # type: ignore[arg-type]
    except TypeError:
        hint = {str: "text.encode() or bytes.fromhex(text)", type: "an instance, like UDP()"}
        advice = hint.get(type(value), "bytes, bytearray, memoryview or mmap")
        kind = type(value).__name__
        raise TypeError(f"{name}: expected {advice}, got {kind} {value!r}") from None


def misplaced(header: Header, name: str) -> EncodeError:
    """An optional field has a value where earlier fields deny it, or None where they promise it."""
    source = field_of(type(header), name).source
    expected = "None" if getattr(header, name) is not None else "a number"
    return EncodeError(
        header.LAYER, name, getattr(header, name), f"{expected}, as earlier fields say", source
    )


def next_number(header: Header, above: type[Header] | None) -> int:
    """The number by which `header` names the header that follows it.

    Raises:
        EncodeError: nothing follows, or it has no number there.
    """
    if above is not None:
        for table in (header.NEXT_TABLE, header.NEXT_ELSE):
            numbers = above.NUMBERS.get(table)
            # A range says lengths (IEEE 802.3), and no header has both them and a second table.
            if numbers and not (isinstance(numbers, range) and header.NEXT_ELSE):
                return numbers[0]
    if header.NEXT_OTHERWISE >= 0:
        return header.NEXT_OTHERWISE
    follows = f"{above.LAYER} has no number in it" if above else "no header follows to take it from"
    raise EncodeError(
        header.LAYER, header.NEXT_FIELD, AUTO, f"an explicit value, because {follows}"
    )


def missing_below(header: type[Header]) -> EncodeError:
    """AUTO was asked for a checksum with a pseudo-header, but nothing is below."""
    return EncodeError(
        header.LAYER,
        "checksum",
        AUTO,
        "the IPv4 or IPv6 header below (build(payload, below=...) or IPv4(...) / ...) "
        "or an explicit value",
        field_of(header, "checksum").source,
    )


class _Guess:
    """As `strict` of `Header.parse`: a port only suggests the header, and may well be wrong."""

    __slots__ = ("is_strict",)

    def __init__(self, is_strict: bool) -> None:
        self.is_strict = is_strict

    def __bool__(self) -> bool:
        return self.is_strict


GUESS: tuple[Any, Any] = (_Guess(False), _Guess(True))
"""What to give as `strict` for a guess: lenient, strict."""


def explain(
    header: type[Header], buffer: Buffer, offset: int, end: int, strict: bool = True
) -> DecodeError:
    """Why these bytes are no such header. Slow: it asks the reference interpreter.

    Unless `strict` is one of GUESS: then nobody will read it.
    """
    if isinstance(strict, _Guess):
        return DecodeError(header.LAYER, "", offset, "what a port suggests", "something else", "")
    from wirelab.codecs.reference import explain_failure

    return explain_failure(header.LAYER, bytes(buffer[offset:end]), offset, strict)
