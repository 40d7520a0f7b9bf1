"""The sections of a DNS message: questions and resource records, behind a header of 12 bytes.

Source: RFC 1035 section 4.1. The classes of the records are generated (`protocols/dns.py`).

Rule 1: a message keeps its sections as bytes, so that they go out as they came in; what is in them
is read when somebody asks.
Rule 2: reading never fails. A record whose type is not known, or whose data do not suit it, is
a `DNSResource`; where a section cannot be followed any further, the rest of the message is a
`DNSMalformed`, which says why.
Rule 3: writing compresses names, but only where every reader must understand that (RFC 3597
section 4).
"""

import struct

from wirelab.codecs.domain_names import Labels, decode_labels, encode_name, name_text
from wirelab.codecs.errors import DecodeError, EncodeError
from wirelab.codecs.field import format_value
from wirelab.codecs.header import AUTO, Field, Header
from wirelab.codecs.registries.dns import CLASSES, TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any, ClassVar, Self, TypeAlias

    Offsets: TypeAlias = dict[tuple[bytes, ...], int]
    """Where names stand in a message that is being written."""

HEADER_SIZE = 12  # bytes, RFC 1035 section 4.1.1
QUESTION = "RFC 1035 section 4.1.2"
RECORD = "RFC 1035 section 4.1.3"
OPAQUE = "RFC 3597 section 3"

_QUESTION = struct.Struct("!HH")
_RECORD = struct.Struct("!HHIH")
_NAME = Field("name", display="dns.resp.name", format="name", source=RECORD)
_TYPE = Field("type", display="dns.resp.type", bits=16, names=TYPES, source=RECORD)
_CLASS = Field("record_class", display="dns.resp.class", bits=16, names=CLASSES, source=RECORD)
_TTL = Field("ttl", display="dns.resp.ttl", bits=32, source=RECORD)


def _repr(field: "Field | None", value: object) -> str:
    """A value as the constructor takes it, addresses as text."""
    return repr(value if field is None else format_value(field, value))


class SectionItem:
    """What sections are made of. A value: equal if all of it is equal."""

    __slots__: "tuple[str, ...]" = ()
    __match_args__: "tuple[str, ...]" = ()

    FIELDS: "ClassVar[tuple[Field, ...]]" = ()

    def encode(self, offsets: "Offsets | None" = None, at: int = 0) -> bytes:
        """The item as it stands in a message.

        Args:
            offsets: where the names so far stand, for compression; None: do not compress.
            at: where the item will stand.

        Raises:
            EncodeError: a value out of range.
        """
        raise NotImplementedError

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
        formats = {field.name: field for field in self.FIELDS if field.format in ("ipv4", "ipv6")}
        values = ", ".join(
            f"{name}={_repr(formats.get(name), getattr(self, name))}"
            for name in self.__match_args__
        )
        return f"{type(self).__name__}({values})"


class DNSQuestion(SectionItem):
    """What is asked (RFC 1035 section 4.1.2).

    Attributes:
        name: domain name as text, see `wirelab.codecs.domain_names`.
        type: number of the type of record that is wanted; 1: A.
        record_class: 1: the Internet; multicast DNS uses the top bit (RFC 6762 section 5.4).
    """

    __slots__ = ("name", "record_class", "type")
    __match_args__ = ("name", "type", "record_class")
    FIELDS = (
        Field("name", display="dns.qry.name", format="name", source=QUESTION),
        Field("type", display="dns.qry.type", bits=16, names=TYPES, source=QUESTION),
        Field("record_class", display="dns.qry.class", bits=16, names=CLASSES, source=QUESTION),
    )

    def __init__(self, name: str, type: int = 1, record_class: int = 1) -> None:  # noqa: A002
        self.name = name
        self.type = type
        self.record_class = record_class

    def encode(self, offsets: "Offsets | None" = None, at: int = 0) -> bytes:
        """The question as it stands in a message; see `SectionItem`."""
        try:
            return encode_name(self.name, offsets, at) + _QUESTION.pack(
                self.type, self.record_class
            )
        except (struct.error, TypeError) as error:
            raise self._refusal(error) from None


class DNSRecord(SectionItem):
    """A resource record of a known type (RFC 1035 section 4.1.3); see the generated classes.

    Attributes:
        name: domain name of its owner as text.
    """

    __slots__ = ("name",)

    TYPE: "ClassVar[int]" = -1
    name: str

    @classmethod
    def read(cls, message: bytes, name: str, offset: int, end: int) -> "Self":
        """Read the record whose data are at `offset` up to `end` of the message.

        Raises:
            DecodeError, struct.error: the data do not suit the type.
        """
        raise NotImplementedError

    def head(self) -> bytes:
        """What stands between the type and the length of the data."""
        raise NotImplementedError

    def data(self, offsets: "Offsets | None" = None, at: int = 0) -> bytes:
        """The data, which will stand at byte `at` of a message."""
        raise NotImplementedError

    def encode(self, offsets: "Offsets | None" = None, at: int = 0) -> bytes:
        """The record as it stands in a message; see `SectionItem`."""
        try:
            name = encode_name(self.name, offsets, at)
            start = name + self.TYPE.to_bytes(2, "big") + self.head()
            data = self.data(offsets, at + len(start) + 2)
            return start + len(data).to_bytes(2, "big") + data
        except (struct.error, TypeError, ValueError, OverflowError) as error:
            if isinstance(error, EncodeError):
                raise
            raise self._refusal(error) from None


class DNSResource(SectionItem):
    """A resource record whose type is not known, or whose data do not suit it (RFC 3597).

    Attributes:
        name: domain name of its owner as text.
        type: number of its type.
        content: the data as they stand in the message.
        ttl: seconds.
        record_class: 1: the Internet.
    """

    __slots__ = ("content", "name", "record_class", "ttl", "type")
    __match_args__ = ("name", "type", "content", "ttl", "record_class")
    FIELDS = (_NAME, _TYPE, Field("content", format="bytes", source=OPAQUE), _TTL, _CLASS)

    def __init__(
        self,
        name: str,
        type: int,  # noqa: A002
        content: bytes,
        ttl: int = 0,
        record_class: int = 1,
    ) -> None:
        self.name = name
        self.type = type
        self.content = content
        self.ttl = ttl
        self.record_class = record_class

    def encode(self, offsets: "Offsets | None" = None, at: int = 0) -> bytes:
        """The record as it stands in a message; see `SectionItem`."""
        try:
            head = _RECORD.pack(self.type, self.record_class, self.ttl, len(self.content))
            return encode_name(self.name, offsets, at) + head + self.content
        except (struct.error, TypeError) as error:
            raise self._refusal(error) from None


class DNSMalformed(SectionItem):
    """The rest of a message from where a section cannot be followed any further.

    Attributes:
        content: everything from there on.
        error: why; not compared.
    """

    __slots__ = ("content", "error")
    __match_args__ = ("content",)
    FIELDS = (Field("content", format="bytes"),)

    def __init__(self, content: bytes, error: DecodeError | None = None) -> None:
        self.content = content
        self.error = error

    def encode(self, offsets: "Offsets | None" = None, at: int = 0) -> bytes:
        """The bytes as they were found."""
        return self.content


class SectionedHeader(Header):
    """What the generated `DNS` has beside its fields: its sections, read when first asked for."""

    __slots__ = ("_items",)

    SECTIONS: "ClassVar[Mapping[str, str]]"
    """Section -> the field that counts its records, in wire order."""
    RECORDS: "ClassVar[Mapping[int, type[DNSRecord]]]"
    """Number of a type -> its class."""

    _items: "dict[str, tuple[Any, ...]]"

    def section(self, name: str) -> "tuple[Any, ...]":
        """The items of a section; never fails, see `DNSMalformed`."""
        try:
            items = self._items
        except AttributeError:
            counts = {section: getattr(self, count) for section, count in self.SECTIONS.items()}
            items = self._items = decode_sections(self.build(), counts, self.RECORDS)
        return items[name]

    def replace(self, **changes: "Any") -> "Self":
        """A copy with some values changed; a changed section is counted and compressed anew."""
        if not changes.keys() & self.SECTIONS.keys():
            return super().replace(**changes)
        values = {name: getattr(self, name) for name in self.VALUES if name != "sections"}
        values |= dict.fromkeys(self.SECTIONS.values(), AUTO)
        values |= {name: self.section(name) for name in self.SECTIONS}
        return type(self)(**values | changes)


def decode_sections(
    message: bytes, counts: "Mapping[str, int]", records: "Mapping[int, type[DNSRecord]]"
) -> "dict[str, tuple[Any, ...]]":
    """All sections of a message, each as far as it goes.

    Args:
        message: with its header.
        counts: section -> how many items it should have; the first section has questions.
        records: the types that are known.
    """
    found: dict[str, tuple[Any, ...]] = dict.fromkeys(counts, ())
    known: dict[int, Labels] = {}
    offset = HEADER_SIZE
    for index, (section, count) in enumerate(counts.items()):
        items: list[SectionItem] = []
        try:
            for _ in range(count):
                if index == 0:
                    item, offset = _question(message, offset, known)
                else:
                    item, offset = _record(message, offset, known, records)
                items.append(item)
        except DecodeError as error:
            found[section] = (*items, DNSMalformed(message[offset:], error))
            break
        found[section] = tuple(items)
    return found


def _question(message: bytes, offset: int, known: "dict[int, Labels]") -> "tuple[SectionItem, int]":
    labels, after = decode_labels(message, offset, None, known)
    if after + 4 > len(message):
        raise _cut("DNSQuestion", after, 4, len(message), QUESTION)
    kind, record_class = _QUESTION.unpack_from(message, after)
    return DNSQuestion(name_text(labels), kind, record_class), after + 4


def _record(
    message: bytes,
    offset: int,
    known: "dict[int, Labels]",
    records: "Mapping[int, type[DNSRecord]]",
) -> "tuple[SectionItem, int]":
    labels, after = decode_labels(message, offset, None, known)
    if after + 10 > len(message):
        raise _cut("DNSRecord", after, 10, len(message), RECORD)
    kind, record_class, ttl, length = _RECORD.unpack_from(message, after)
    start = after + 10
    end = start + length
    if end > len(message):
        raise _cut("DNSRecord", start, length, len(message), RECORD)
    name = name_text(labels)
    reader = records.get(kind)
    if reader is not None:
        try:
            return reader.read(message, name, start, end), end
        except (DecodeError, struct.error):
            pass  # the data do not suit the type, but the length says where the next record is
    return DNSResource(name, kind, message[start:end], ttl, record_class), end


def joined_sections(
    header: "type[SectionedHeader]",
    sections: bytes,
    given: "Mapping[str, Iterable[SectionItem]]",
    counts: "tuple[int, ...]",
) -> "tuple[Any, ...]":
    """The bytes of the sections, and the counts of their items; AUTO counts what was given.

    Raises:
        EncodeError: both bytes and items, or bytes with a count that is AUTO.
    """
    items = {name: tuple(one) for name, one in given.items()}
    if not sections:
        encoded, found = encode_sections(items)
        chosen = zip(found, counts, strict=True)
        return (encoded, *[here if count is AUTO else count for here, count in chosen])
    if any(items.values()):
        expected = "either bytes, or questions and records"
        raise EncodeError(header.LAYER, "sections", sections, expected)
    for name, count in zip(header.SECTIONS.values(), counts, strict=True):
        if count is AUTO:
            expected = "an explicit number, because the sections are bytes"
            raise EncodeError(header.LAYER, name, count, expected)
    return (sections, *counts)


def encode_sections(
    sections: "Mapping[str, Iterable[SectionItem]]", at: int = HEADER_SIZE
) -> "tuple[bytes, list[int]]":
    """Sections as they stand behind the header, and how many items each has.

    Raises:
        EncodeError: a value out of range, or no item of a section.
    """
    offsets: Offsets = {}
    encoded = bytearray()
    counts: list[int] = []
    for section, given in sections.items():
        items = tuple(given)
        for item in items:
            if not isinstance(item, SectionItem):
                raise EncodeError("DNS", section, item, "questions and records, like DNSA(...)")
            encoded += item.encode(offsets, at + len(encoded))
        counts.append(len(items))
    return bytes(encoded), counts


def misfit(record: "type[DNSRecord]", offset: int, end: int, got: int) -> DecodeError:
    """The data of a record end elsewhere than their length says."""
    return DecodeError(record.__name__, "", offset, f"data up to byte {end}", f"{got}", RECORD)


def checked(value: int, bits: int) -> int:
    """`value`, if it fits into `bits` bits.

    Raises:
        ValueError: it does not.
    """
    if value >> bits:
        raise ValueError(f"{value} has more than {bits} bits")
    return value


def decode_string(message: bytes, offset: int, end: int) -> "tuple[bytes, int]":
    """The character string at `offset` (RFC 1035 section 3.3), and where it ends.

    Raises:
        DecodeError: it goes beyond `end`.
    """
    start = offset + 1
    stop = start + message[offset] if offset < end else end + 1
    if stop > end:
        raise DecodeError("DNS", "", offset, "a string within the data", f"byte {stop}", RECORD)
    return message[start:stop], stop


def decode_strings(message: bytes, offset: int, end: int) -> "tuple[bytes, ...]":
    """Character strings up to `end` (RFC 1035 section 3.3).

    Raises:
        DecodeError: one goes beyond the end.
    """
    found: list[bytes] = []
    while offset < end:
        string, offset = decode_string(message, offset, end)
        found.append(string)
    return tuple(found)


def encode_strings(strings: "Iterable[bytes]") -> bytes:
    """Character strings, each with its length before it; 255 bytes at most."""
    return b"".join([bytes((len(string),)) + string for string in strings])


def _cut(layer: str, offset: int, expected: int, end: int, source: str) -> DecodeError:
    return DecodeError(layer, "", offset, f"{expected} bytes", f"{end - offset} bytes", source)
