"""TLV options: what those of TCP and IPv4 have in common.

Source: RFC 9293 section 3.1 and RFC 791 section 3.1.

Decoding loses nothing: what is not understood comes as `UnknownOption`, what cannot even be
followed as `MalformedOption`, so that encoding gives the same bytes again.
"""

import struct
from collections.abc import Iterable
from typing import ClassVar

from wirelab.codecs.errors import EncodeError
from wirelab.codecs.header import Field


class Option:
    """One option. Generated classes add their fields as slots."""

    __slots__: tuple[str, ...] = ()
    __match_args__: tuple[str, ...] = ()

    KIND: ClassVar[int] = -1
    FIELDS: ClassVar[tuple[Field, ...]] = ()

    def wire_data(self) -> bytes:
        """What follows kind and length on the wire."""
        return b""

    def encode(self) -> bytes:
        """Kind, length and data.

        Raises:
            EncodeError: a value out of range, or more than 253 bytes of data.
        """
        try:
            data = self.wire_data()
            return bytes((self.KIND, len(data) + 2)) + data
        except (struct.error, TypeError, ValueError) as error:
            raise self._refusal(error) from None

    def _refusal(self, error: Exception) -> EncodeError:
        """Which value does not fit, and what would."""
        name = type(self).__name__
        for field in self.FIELDS:
            value = getattr(self, field.name)
            if field.bits > 0 and not (isinstance(value, int) and 0 <= value < 1 << field.bits):
                expected = f"0 to {(1 << field.bits) - 1}"
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
        values = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
        return f"{type(self).__name__}({values})"


class EndOfOptions(Option):
    """Kind 0: the end of the list, with the bytes after it.

    Attributes:
        padding: bytes up to the end of the header; zeros, says the standard.
    """

    __slots__ = ("padding",)
    __match_args__ = ("padding",)
    KIND = 0

    def __init__(self, padding: bytes = b"") -> None:
        self.padding = padding

    def encode(self) -> bytes:
        """The kind octet and the padding; there is no length."""
        return b"\0" + _checked(self, "padding", self.padding)


class NoOperation(Option):
    """Kind 1: one byte of padding between options."""

    __slots__ = ()
    __match_args__ = ()
    KIND = 1

    def encode(self) -> bytes:
        """The kind octet alone; there is no length."""
        return b"\1"


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

    def encode(self) -> bytes:
        """Kind, length and data; the kind is the option's own."""
        try:
            return bytes((self.kind, len(self.data) + 2)) + self.data
        except (TypeError, ValueError) as error:
            expected = f"a kind from 0 to 255 and at most 253 bytes ({error})"
            raise EncodeError("UnknownOption", "kind, data", self, expected) from None


class MalformedOption(Option):
    """The rest of a list whose length octet is missing, below 2, or past the end.

    Attributes:
        data: everything from the kind octet on.
    """

    __slots__ = ("data",)
    __match_args__ = ("data",)
    FIELDS = (Field("data", format="bytes"),)

    def __init__(self, data: bytes) -> None:
        self.data = data

    def encode(self) -> bytes:
        """The bytes as they were found."""
        return _checked(self, "data", self.data)


NO_OPERATION = NoOperation()
"""The one instance that decoding hands out."""


def encode_options(header: str, options: Iterable[Option] | bytes, limit: int) -> bytes:
    """Options as they stand in the header, padded with zeros to a multiple of 4 bytes.

    Raises:
        EncodeError: longer than `limit` bytes, a value out of range, or something else.
    """
    if isinstance(options, (bytes, bytearray, memoryview)):
        encoded = bytes(options)
    else:
        encoded = b"".join([option.encode() for option in _sequence(header, options)])
    encoded += bytes(-len(encoded) % 4)
    if len(encoded) > limit:
        raise EncodeError(header, "options", options, f"at most {limit} bytes")
    return encoded


def _sequence(header: str, options: Iterable[Option]) -> tuple[Option, ...]:
    try:
        sequence = tuple(options)
    except TypeError:
        sequence = None
    if sequence is None or not all([isinstance(option, Option) for option in sequence]):
        raise EncodeError(header, "options", options, "bytes, or a sequence of options")
    return sequence


def _checked(option: Option, name: str, value: object) -> bytes:
    if not isinstance(value, bytes):
        raise EncodeError(type(option).__name__, name, value, "bytes")
    return value
