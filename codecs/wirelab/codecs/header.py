"""What all generated header classes have in common.

Rule 1: a header is a value. Nothing here mutates one; `replace` gives a changed copy.
Rule 2: explicit values go out as they are, also wrong ones; only AUTO is filled in, by `build`.
Rule 3: generated code only fails, it never explains; explaining is done by re-reading the same
bytes with construct (`wirelab.codecs.reference`), which is loaded for that and for nothing else.
"""

from __future__ import annotations

from wirelab.codecs.arguments import out_of_range, refusal, set_view
from wirelab.codecs.errors import EncodeError
from wirelab.codecs.field import AUTO as AUTO
from wirelab.codecs.field import Field as Field
from wirelab.codecs.field import field_of, format_value, value_repr

TYPE_CHECKING = False  # for type checkers it is true; importing `typing` costs 10 ms
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from mmap import mmap
    from typing import Any, ClassVar, Protocol, Self, TypeAlias, TypeVar

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
                raise out_of_range(type(self), field_of(type(self), name), value)
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
            f"{name}={value_repr(field_of(type(self), name), getattr(self, name))}"
            for name in self.VALUES
        )
        return f"{self.LAYER}({values})"

    def field_text(self, name: str) -> str:
        """The value of a field as people read it: addresses, hexadecimal, names of numbers."""
        field = field_of(type(self), name)
        return format_value(field, getattr(self, name), field.names_in(self))
