"""What all generated header classes have in common.

Rule 1: a header is a value. Nothing here mutates one; `replace` gives a changed copy.
Rule 2: explicit values go out as they are, also wrong ones; only AUTO is filled in, by `build`.
Rule 3: generated code only fails, it never explains; explaining is done by re-reading the same
bytes with construct (`wirelab.codecs.reference`), which is loaded for that and for nothing else.
"""

from __future__ import annotations

from wirelab.codecs.addresses import (
    AddressError,
    ipv4_address,
    ipv4_text,
    ipv6_text,
    mac_text,
)
from wirelab.codecs.errors import DecodeError, EncodeError

TYPE_CHECKING = False  # for type checkers it is true; importing `typing` costs 10 ms
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from mmap import mmap
    from typing import Any, ClassVar, Final, Protocol, Self, TypeAlias, TypeVar

    from wirelab.codecs.addresses import AddressLike
    from wirelab.codecs.dns_sections import DNSRecord
    from wirelab.codecs.options import Option, Record
    from wirelab.codecs.packet import Packet

    HeaderType = TypeVar("HeaderType", bound="Header")

    HeaderClass: TypeAlias = type["Header"]
    """For annotations in classes that have a field named `type`."""

    Buffer: TypeAlias = bytes | bytearray | memoryview | mmap
    """What headers and frames are read from."""

    Maker: TypeAlias = Callable[[Packet], "Header"]
    """Makes a header of a packet's numbers."""

    class Addressed(Protocol):
        """What a pseudo-header needs to know of the header below."""

        @property
        def source(self) -> bytes:
            """Address of the sender."""

        @property
        def destination(self) -> bytes:
            """Address of the receiver."""

else:  # names that others import
    Addressed = Buffer = HeaderClass = HeaderType = Maker = object


class _Auto(int):
    """The type of AUTO. An int outside of every field's range, so that fields stay plain `int`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "AUTO"

    __str__ = __repr__

    def __reduce__(self) -> str:
        return "AUTO"  # a singleton, also after pickling and copying


AUTO: Final[int] = _Auto(-1)
"""The value of a field that `build` fills in: lengths, checksums, and the type of what follows."""


class Field:
    """One field of a header, as `X.FIELDS` lists them, in wire order, views after their field.

    Attributes:
        name: attribute name.
        display: Wireshark's display-filter name, empty where Wireshark has none.
        aliases: names that mean this field among others (`tcp.port`).
        bit_offset: bits from the start of the header; -1 after a part of variable length.
        bits: width; -1 if variable.
        format: `dec`, `hex`, `bool`, `mac`, `ipv4`, `ipv6`, `bytes`, `options`, `pairs`.
        names: what the values mean, or None.
        names_by: what the values mean, by the number of the header's first field, or None.
        source: where the field is defined.
        scale: the display shows the value times this (header lengths count units of 4 bytes).
        view_of: the field whose bits these are, or empty.
        when: numbers of the header's first field for which a view has a meaning; empty: all.
        optional: the value may be None: the field is not there.
        shown: what the bytes of an option's field are to people (`shown_bytes`), or empty.
    """

    __slots__ = (
        "aliases",
        "bit_offset",
        "bits",
        "display",
        "format",
        "name",
        "names",
        "names_by",
        "optional",
        "scale",
        "shown",
        "source",
        "view_of",
        "when",
    )

    def __init__(
        self,
        name: str,
        display: str = "",
        aliases: tuple[str, ...] = (),
        bit_offset: int = -1,
        bits: int = -1,
        format: str = "dec",  # noqa: A002
        names: Mapping[int, str] | None = None,
        source: str = "",
        scale: int = 1,
        view_of: str = "",
        when: tuple[int, ...] = (),
        names_by: Mapping[int, Mapping[int, str]] | None = None,
        optional: bool = False,
        shown: str = "",
    ) -> None:
        self.shown = shown
        self.name = name
        self.display = display
        self.aliases = aliases
        self.bit_offset = bit_offset
        self.bits = bits
        self.format = format
        self.names = names
        self.source = source
        self.scale = scale
        self.view_of = view_of
        self.when = when
        self.names_by = names_by
        self.optional = optional

    def __repr__(self) -> str:
        return f"Field({self.name!r}, display={self.display!r})"

    def names_in(self, header: Header) -> Mapping[int, str] | None:
        """What the values mean in this very header, or None."""
        if self.names_by is None:
            return self.names
        return self.names_by.get(getattr(header, header.VALUES[0]))


class Stack:
    """How to make the headers of a packet of which only the numbers have been read.

    Attributes:
        layers: the function that makes all of them.
        makers: header class -> the function that makes this header alone.
    """

    __slots__ = ("layers", "makers")

    def __init__(
        self, layers: Callable[[Packet], tuple[Header, ...]], makers: Mapping[HeaderClass, Maker]
    ) -> None:
        self.layers = layers
        self.makers = makers


class Header:
    """A header on the wire. Concrete ones are generated, in `wirelab.codecs.protocols`."""

    __slots__: tuple[str, ...] = ()

    LAYER: ClassVar[str]
    TITLE: ClassVar[str]
    FIELDS: ClassVar[tuple[Field, ...]]
    VALUES: ClassVar[tuple[str, ...]]
    """Names of the constructor's arguments that stand for bits on the wire, in wire order."""
    COMPUTED: ClassVar[tuple[str, ...]] = ()
    """Those that AUTO computes from the packet: lengths and checksums."""
    COMPUTED_ALONE: ClassVar[tuple[str, ...]] = ()
    """Those of them that do not depend on the payload."""
    NEEDS_BELOW: ClassVar[bool] = False
    """Whether the checksum covers a pseudo-header with the addresses of the header below."""
    ZERO_MEANS_NONE: ClassVar[bool] = False
    """Whether a checksum of 0 says that the sender computed none (above IPv4)."""
    IS_NETWORK: ClassVar[bool] = False
    """Whether its `source` and `destination` go into the pseudo-headers of what follows."""
    IS_TUNNEL: ClassVar[bool] = False
    """Whether UDP below it may go without a checksum, also above IPv6 (RFC 6935 section 5)."""
    IS_EXTENSION: ClassVar[bool] = False
    """Whether it may stand between those and a header that needs them."""
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {}
    """How a header below names this one: number space -> numbers, the usual one first."""
    WHOLE: ClassVar[Mapping[str, int]] = {}
    """Integers that are a slot of their own, no bits of a word: name -> width in bits."""
    NEXT_FIELD: ClassVar[str] = ""
    NEXT_TABLE: ClassVar[str] = ""
    NEXT_ELSE: ClassVar[str] = ""
    """A second number space, for some values of other fields; `next_table` knows which."""
    NEXT_OTHERWISE: ClassVar[int] = -1
    """The number for AUTO where what follows has none; -1: there must be one."""
    NEXT_ALSO: ClassVar[str] = ""
    """A second field with such a number (UDP's other port)."""
    NEXT_SUGGESTS: ClassVar[bool] = False
    """Whether the number is a hint only: what cannot be read as that header stays payload."""
    FITS: ClassVar[tuple[int, int, tuple[tuple[int, int, int], ...]]] = (0, -1, ())
    """What tells it from others with its number: the least and the largest count of bytes from its
    start to the end (-1: any), and offset, least and largest value of single bytes."""
    DEMANDS: ClassVar[Mapping[str, int]] = {}
    """Fields of headers below, and the values without which receivers would not take this one."""
    DISPLAY: ClassVar[str] = ""
    """Wireshark's name of the protocol (`ip`)."""

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header that begins at `offset`.

        Args:
            buffer: bytes, bytearray, memoryview or mmap.
            offset: where the header begins.
            end: end of what may be read; None: the buffer's end.
            strict: refuse a length field that contradicts `end`, too; otherwise only what cannot
                be read at all.

        Raises:
            DecodeError: with layer, field, offset, expected, got and source.
        """
        raise NotImplementedError

    @property
    def header_length(self) -> int:
        """Bytes on the wire."""
        raise NotImplementedError

    @property
    def next_table(self) -> str:
        """The number space of `NEXT_FIELD` in this very header; empty: it names nothing."""
        return self.NEXT_TABLE

    @property
    def final_destination(self) -> bytes | None:
        """Where a routing header with segments left sends the packet in the end, or None."""
        return None

    @property
    def starts_payload(self) -> bool:
        """Whether the payload begins with a header; False for fragments but the first."""
        return True

    @property
    def ends_payload(self) -> bool:
        """Whether the payload is whole; False for fragments but the last."""
        return True

    def payload_end(self, offset: int, end: int) -> int:
        """Where the payload ends, for a header that began at `offset` of a buffer up to `end`."""
        return end

    def build(
        self,
        payload: bytes = b"",
        below: Addressed | None = None,
        above: type[Header] | None = None,
    ) -> bytes:
        """Header and payload as they go on the wire, with AUTO values filled in.

        Args:
            payload: what follows the header, already built.
            below: the IPv4 or IPv6 header below, for the pseudo-header of TCP and UDP.
            above: the class of the header that `payload` begins with, for an AUTO type.

        Raises:
            EncodeError: a value does not fit into its field, or AUTO cannot be known.
        """
        raise NotImplementedError

    @staticmethod
    def checksum_ok(buffer: Buffer, offset: int, end: int, below: Addressed | None = None) -> bool:
        """Whether the checksum of the header at `offset` is right; True if it has none.

        Args:
            buffer: bytes, bytearray, memoryview or mmap.
            offset: where the header begins.
            end: end of what the checksum covers (`payload_end`).
            below: the IPv4 or IPv6 header below, for the pseudo-header of TCP and UDP.
        """
        return True

    def replace(self, **changes: Any) -> Self:
        """A copy with some values changed; takes what the constructor takes, and views.

        Raises:
            EncodeError: no such field, or a value out of range.
        """
        if changes.keys() <= self.WHOLE.keys():
            return self._replace_whole(changes)
        values = {name: getattr(self, name) for name in self.VALUES}
        unknown = {name: changes.pop(name) for name in list(changes) if name not in values}
        for name, value in self.derived().items():
            if name not in changes and values[name] == value:
                values[name] = AUTO  # was in step with the header, and stays in step
        values.update(changes)
        for field in self.FIELDS:
            if field.view_of and field.name in unknown:
                whole = values[field.view_of]
                values[field.view_of] = set_view(
                    type(self), whole, field.name, unknown.pop(field.name)
                )
        if unknown:
            name, value = unknown.popitem()
            raise EncodeError(self.LAYER, name, value, f"one of {', '.join(self.VALUES)}")
        return type(self)(**values)

    def _copied(self) -> Self:
        """Another header with the same values; generated classes copy their slots one by one."""
        copy = object.__new__(type(self))
        for slot in self.__slots__:
            setattr(copy, slot, getattr(self, slot))
        return copy

    def _replace_whole(self, changes: Mapping[str, Any]) -> Self:
        """The usual case (another TTL, another sequence number): copy the slots, store a few."""
        copy = self._copied()
        for name, value in changes.items():
            if not isinstance(value, int) or (value >> self.WHOLE[name] and value is not AUTO):
                raise _out_of_range(type(self), _field(type(self), name), value)
            setattr(copy, name, value)
        return copy

    def derived(self) -> dict[str, int]:
        """What AUTO gives for the values that depend on this header alone (`ihl`)."""
        return {}

    def refused(self, known: Mapping[str, Any], error: Exception) -> EncodeError:
        """Why `build` could not pack: `known` are its locals, over the header's own values."""
        payload = known.get("payload", b"")
        if not isinstance(payload, (bytes, bytearray, memoryview)):
            return EncodeError(self.LAYER, "payload", payload, "bytes")
        values = {name: getattr(self, name) for name in self.VALUES}
        values.update((name.rstrip("_"), known[name]) for name in known)
        return refusal(type(self), values, error)

    def __bytes__(self) -> bytes:
        return self.build()

    def __truediv__(self, other: Header | Packet | bytes) -> Packet:
        from wirelab.codecs.packet import stack

        return stack(self, other)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.VALUES)

    __hash__ = None  # type: ignore[assignment]  # a value with assignable slots is no key

    def __repr__(self) -> str:
        values = ", ".join(
            f"{name}={_repr(_field(type(self), name), getattr(self, name))}" for name in self.VALUES
        )
        return f"{self.LAYER}({values})"

    def field_text(self, name: str) -> str:
        """The value of a field as people read it: addresses, hexadecimal, names of numbers."""
        field = _field(type(self), name)
        return format_value(field, getattr(self, name), field.names_in(self))


def format_value(field: Field, value: Any, names: Mapping[int, str] | None = None) -> str:
    """Write one value the way `field.format` asks for, with its name in `names` or the field's."""
    if value is AUTO:
        return "AUTO"
    if value is None:
        return "absent"
    if isinstance(value, tuple):
        return ", ".join([format_value(field, one, names) for one in value]) or "none"
    if isinstance(value, bytes):
        text = _address_text(field.format, value)
        return value.hex() if text is None else text
    digits = (field.bits + 3) // 4
    text = f"0x{value:0{digits}x}" if field.format == "hex" else str(value)
    names = names or field.names
    name = names.get(value) if names is not None else None
    return f"{text} ({name})" if name else text


def _address_text(format_name: str, value: bytes) -> str | None:
    if format_name == "mac" and len(value) == 6:
        return mac_text(value)
    if format_name == "ipv4" and len(value) == 4:
        return ipv4_text(value)
    if format_name == "ipv6" and len(value) == 16:
        return ipv6_text(value)
    return None


def _repr(field: Field, value: Any) -> str:
    if isinstance(value, tuple) and field.format in ("mac", "ipv4", "ipv6"):
        return f"[{', '.join([_repr(field, one) for one in value])}]"
    text = _address_text(field.format, value) if isinstance(value, bytes) else None
    return repr(value if text is None else text)


def _field(header: type[Header], name: str) -> Field:
    for field in header.FIELDS:
        if field.name == name:
            return field
    names = ", ".join(field.name for field in header.FIELDS)
    raise LookupError(f"{header.LAYER} has no field {name!r}, but {names}")


def set_view(header: type[Header], word: int, name: str, value: AddressLike | int) -> int:
    """The value `word` of a field, with other bits where the view `name` of that field is.

    Raises:
        EncodeError: `word` or `value` is out of range.
    """
    view = _field(header, name)
    whole = _field(header, view.view_of)
    if not isinstance(word, int):
        raise _out_of_range(header, whole, word)
    if view.format == "ipv4" and not isinstance(value, int):
        value = int.from_bytes(address_argument(header, name, value, ipv4_address), "big")
    if not isinstance(value, int) or value >> view.bits:
        raise _out_of_range(header, view, value)
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
            return _out_of_range(header, field, value)
    known = {name: values[name] for name in header.VALUES if name in values}
    return EncodeError(header.LAYER, "", known, f"values that fit ({error})")


def _out_of_range(header: type[Header], field: Field, value: object) -> EncodeError:
    expected = f"0 to {(1 << field.bits) - 1}"
    if field.name == "flags" and not isinstance(value, int):
        from wirelab import codecs

        flags = f"{header.__name__}Flags"
        names = [f"{flags}.{flag.name}" for flag in list(getattr(codecs, flags, ()))[1:5:3]]
        expected = f"{expected}, like {' | '.join(names)}" if names else expected
    return EncodeError(header.LAYER, field.name, value, expected, field.source)


def address_argument(
    owner: type[Header | Option | Record | DNSRecord],
    name: str,
    value: Any,
    convert: Callable[[Any], bytes],
) -> bytes:
    """An address argument as bytes; a wrong one becomes an EncodeError of that field."""
    try:
        return convert(value)
    except AddressError as error:
        source = next(field.source for field in owner.FIELDS if field.name == name)
        raise EncodeError(owner.__name__, name, value, error.expected, source) from None


def address_arguments(
    owner: type[Header], name: str, values: Any, convert: Callable[[Any], bytes]
) -> tuple[bytes, ...]:
    """Several addresses as bytes; a wrong one becomes an EncodeError of that field."""
    if isinstance(values, (str, bytes)) or not hasattr(values, "__iter__"):
        source = next(field.source for field in owner.FIELDS if field.name == name)
        raise EncodeError(owner.__name__, name, values, "a sequence of addresses", source)
    return tuple([address_argument(owner, name, value, convert) for value in values])


def text_argument(
    owner: type[Header | Option | Record | DNSRecord],
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
        source = next(field.source for field in owner.FIELDS if field.name == name)
        raise EncodeError(owner.__name__, name, value, expected, source)
    return encoded.ljust(size, b"\0")


def misplaced(header: Header, name: str) -> EncodeError:
    """An optional field has a value where earlier fields deny it, or None where they promise it."""
    source = _field(type(header), name).source
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
        next(field.source for field in header.FIELDS if field.name == "checksum"),
    )


def explain(
    header: type[Header], buffer: Buffer, offset: int, end: int, strict: bool = True
) -> DecodeError:
    """Why these bytes are no such header. Slow: it asks the reference interpreter."""
    from wirelab.codecs.reference import explain_failure

    return explain_failure(header.LAYER, bytes(buffer[offset:end]), offset, strict)
