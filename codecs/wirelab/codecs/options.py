"""Options and records: what all lists of them have in common.

Source: RFC 9293 section 3.1 and RFC 791 section 3.1 for the options of TCP and IPv4.

Decoding loses nothing: what is not understood comes as `UnknownOption`, what cannot even be
followed as `MalformedOption` or `MalformedRecord`, so that encoding gives the same bytes again.
"""

from __future__ import annotations

import struct

from wirelab.codecs.errors import EncodeError
from wirelab.codecs.field import Field, field_of, format_value
from wirelab.codecs.tlv import INTERNET_OPTIONS, PLAIN, TlvStyle

TYPE_CHECKING = False  # for type checkers it is true; importing `typing` costs 10 ms
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, ClassVar, TypeVar

    from wirelab.codecs.dns_sections import DNSRecord

    T = TypeVar("T")
    RecordType = TypeVar("RecordType", bound="Record")

ADDRESS_FORMATS = ("mac", "ipv4", "ipv6")
BYTES_FORMATS = (*ADDRESS_FORMATS, "bytes", "text")


UNFIT = (struct.error, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What values that do not fit raise while they are packed."""


class Record:
    """One record of a list. Generated classes add their fields as slots."""

    __slots__: tuple[str, ...] = ()
    __match_args__: tuple[str, ...] = ()

    FIELDS: ClassVar[tuple[Field, ...]] = ()

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return b""

    def encode(self, style: TlvStyle = INTERNET_OPTIONS) -> bytes:
        """The bytes on the wire.

        Args:
            style: of the list; records have no use for it.

        Raises:
            EncodeError: a value out of range, or of the wrong type.
        """
        try:
            return self.wire_data()
        except EncodeError:
            raise  # of a list within, which knows better
        except UNFIT as error:
            raise self._refusal(error) from None

    def _refusal(self, error: Exception) -> EncodeError:
        """Which value does not fit, and what would."""
        name = type(self).__name__
        for field in self.FIELDS:
            value = getattr(self, field.name)
            expected = _expected(field, value)
            if expected:
                return EncodeError(name, field.name, value, expected, field.source)
        expected = f"values that fit ({error})"
        return EncodeError(name, ", ".join(self.__match_args__), self, expected)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.__match_args__)

    def __hash__(self) -> int:
        return hash((type(self), *(getattr(self, name) for name in self.__match_args__)))

    def __repr__(self) -> str:
        texts = {
            field.name: field
            for field in self.FIELDS
            if field.format in ADDRESS_FORMATS or field.shown
        }
        values = ", ".join(
            f"{name}={_repr(texts.get(name), getattr(self, name))}" for name in self.__match_args__
        )
        return f"{type(self).__name__}({values})"


class Option(Record):
    """One option: kind, length and data."""

    __slots__ = ()

    KIND: ClassVar[int] = -1

    def encode(self, style: TlvStyle = INTERNET_OPTIONS) -> bytes:
        """Kind, length and data.

        Args:
            style: of the list that it stands in.

        Raises:
            EncodeError: a value out of range, or more data than the length can say.
        """
        try:
            data = self.wire_data()
            if style is INTERNET_OPTIONS:
                return bytes((self.KIND, len(data) + 2)) + data
            return style.join(self.KIND, data)
        except EncodeError:
            raise  # of a list within, which knows better
        except UNFIT as error:
            raise self._refusal(error) from None


class Padding(Option):
    """An option that is its kind and nothing else."""

    __slots__ = ()
    __match_args__ = ()

    def encode(self, style: TlvStyle = INTERNET_OPTIONS) -> bytes:
        """The kind octet alone; there is no length."""
        return bytes((self.KIND,))


class ListEnd(Option):
    """The end of a list, with the bytes after it.

    Attributes:
        padding: bytes up to the end of the list; zeros, say the standards.
    """

    __slots__ = ("padding",)
    __match_args__ = ("padding",)
    FIELDS = (Field("padding", format="bytes"),)

    def __init__(self, padding: bytes = b"") -> None:
        self.padding = padding

    def encode(self, style: TlvStyle = INTERNET_OPTIONS) -> bytes:
        """The kind octet and the padding; there is no length."""
        return bytes((self.KIND,)) + _checked(self, "padding", self.padding)


class NoOperation(Padding):
    """Kind 1: one byte of padding between options of TCP or IPv4."""

    __slots__ = ()
    KIND = 1


class EndOfOptions(ListEnd):
    """Kind 0: the end of the options of TCP or IPv4, with the bytes after it."""

    __slots__ = ()
    KIND = 0


class UnknownOption(Option):
    """An option whose kind is not known, or whose length does not suit its kind.

    Attributes:
        kind: 2 to 255.
        data: what follows kind and length.
    """

    __slots__ = ("data", "kind")
    __match_args__ = ("kind", "data")
    FIELDS = (Field("kind", bits=8), Field("data", format="bytes"))

    def __init__(self, kind: int, data: bytes) -> None:
        self.kind = kind
        self.data = data

    def encode(self, style: TlvStyle = INTERNET_OPTIONS) -> bytes:
        """Kind, length and data; the kind is the option's own."""
        try:
            return style.join(self.kind, _checked(self, "data", self.data))
        except UNFIT as error:
            expected = f"a kind and a length that fit into their octets ({error})"
            raise EncodeError("UnknownOption", "kind, data", self, expected) from None


class Malformed(Record):
    """The rest of a list that cannot be followed.

    Attributes:
        data: everything from there on.
    """

    __slots__ = ("data",)
    __match_args__ = ("data",)
    FIELDS = (Field("data", format="bytes"),)

    def __init__(self, data: bytes) -> None:
        self.data = data

    def wire_data(self) -> bytes:
        """The bytes as they were found."""
        return _checked(self, "data", self.data)


class MalformedOption(Malformed, Option):
    """The rest of a list whose length octet is missing, too small, or past the end."""

    __slots__ = ()

    def encode(self, style: TlvStyle = INTERNET_OPTIONS) -> bytes:
        """The bytes as they were found."""
        return self.wire_data()


class MalformedRecord(Malformed):
    """The rest of a list that is no record, or lies behind the last one that was announced."""

    __slots__ = ()


NO_OPERATION = NoOperation()
"""The one instance that decoding hands out."""


def encode_list(
    owner: str,
    name: str,
    items: Iterable[Record] | bytes,
    style: TlvStyle = PLAIN,
    limit: int = -1,
) -> bytes:
    """A list as it stands on the wire, padded with zeros as its style demands.

    Args:
        owner: name of the class that has the list, for the message.
        name: of the list there.
        items: options or records; or bytes, which are taken as they are.
        style: how options are framed; records need none.
        limit: most bytes there may be; -1: any number.

    Raises:
        EncodeError: longer than `limit`, a value out of range, or something else.
    """
    if isinstance(items, (bytes, bytearray, memoryview)):
        encoded = bytes(items)
    else:
        encoded = b"".join([item.encode(style) for item in _sequence(owner, name, items)])
    missing = -(style.before + len(encoded)) % style.alignment
    if missing:
        encoded += bytes(missing)
    if len(encoded) > limit >= 0:
        raise EncodeError(owner, name, items, f"at most {limit} bytes")
    return encoded


def list_argument(
    owner: str,
    name: str,
    items: Iterable[RecordType] | bytes,
    decode: Callable[[bytes], tuple[RecordType, ...]],
) -> tuple[RecordType, ...]:
    """The items of a list argument, which may be bytes.

    Raises:
        EncodeError: neither bytes nor items of a list.
    """
    if isinstance(items, (bytes, bytearray, memoryview)):
        return decode(bytes(items))
    return _sequence(owner, name, items)


def items_argument(owner: type[Record | DNSRecord], name: str, items: Iterable[T]) -> tuple[T, ...]:
    """Several numbers, texts or groups of them; they are looked at when they are packed.

    Raises:
        EncodeError: text, whose characters nobody means, or no iterable.
    """
    if isinstance(items, str) or not hasattr(items, "__iter__"):
        source = field_of(owner, name).source
        expected = f"a sequence of {name}, also for one alone"
        raise EncodeError(owner.__name__, name, items, expected, source)
    return tuple(items)


def _sequence(owner: str, name: str, items: Iterable[RecordType]) -> tuple[RecordType, ...]:
    try:
        sequence = tuple(items)
    except TypeError:
        sequence = None
    if sequence is None or not all([isinstance(item, Record) for item in sequence]):
        raise EncodeError(owner, name, items, f"bytes, or a sequence of {name}")
    return sequence


def count_records(records: Iterable[Record]) -> int:
    """How many records a list has; the rest of it that is no record does not count."""
    return sum(not isinstance(record, MalformedRecord) for record in records)


def _expected(field: Field, value: object) -> str:
    """What would fit, if `value` does not fit into `field`."""
    if field.bits <= 0 or value is None:
        return ""
    if field.format in BYTES_FORMATS:
        fits = isinstance(value, bytes) and len(value) * 8 == field.bits
        return "" if fits else f"{field.bits // 8} bytes"
    fits = isinstance(value, int) and 0 <= value < 1 << field.bits
    return "" if fits else f"0 to {(1 << field.bits) - 1}"


def _repr(field: Field | None, value: Any) -> str:
    """A value as the constructor takes it, addresses as text."""
    if field is None or value is None:
        return repr(value)
    if field.shown:
        from wirelab.codecs.shown_bytes import shown

        return shown(field.shown, value)
    if isinstance(value, tuple):
        return f"({''.join(f'{_repr(field, one)}, ' for one in value)})"
    return repr(format_value(field, value))


def _checked(record: Record, name: str, value: object) -> bytes:
    if not isinstance(value, bytes):
        raise EncodeError(type(record).__name__, name, value, "bytes")
    return value
