"""Options of pcapng blocks: the shapes of their values, and options as attributes of classes.

Source: draft-ietf-opsawg-pcapng section 3.5.
"""

import struct
from typing import (
    TYPE_CHECKING,
    Any,
    Generic,
    Literal,
    NamedTuple,
    Self,
    TypeAlias,
    TypeVar,
    overload,
)

from wirelab.codecs.errors import EncodeError

if TYPE_CHECKING:
    from wirelab.codecs.block import Block

ByteOrderName: TypeAlias = Literal["little", "big"]
Pairs: TypeAlias = tuple[tuple[int, bytes], ...]
"""Codes and values of options."""
Value = TypeVar("Value")

SOURCE = "draft-ietf-opsawg-pcapng section 3"
OPTION_END = 0
_SIGNS = {"little": "<", "big": ">"}

CUSTOM_CODES = {
    (True, True): 2988,
    (False, True): 2989,
    (True, False): 19372,
    (False, False): 19373,
}
"""Whether text, and whether to be copied -> code of a custom option (section 3.5.1)."""
_CUSTOM_KINDS = {code: kind for kind, code in CUSTOM_CODES.items()}


class CustomOption(NamedTuple):
    """An option of the owner of a private enterprise number (section 3.5.1)."""

    enterprise_number: int
    value: bytes
    is_text: bool = False
    is_copied: bool = True
    """Whether a program that does not know it may copy it into another file."""

    @classmethod
    def of(cls, code: int, value: bytes, byte_order: ByteOrderName) -> Self | None:
        """The custom option in an option's value; None if it is none, or has no owner."""
        if code not in _CUSTOM_KINDS or len(value) < 4:
            return None
        return cls(int.from_bytes(value[:4], byte_order), value[4:], *_CUSTOM_KINDS[code])

    def pair(self, byte_order: ByteOrderName) -> tuple[int, bytes]:
        """Code and value, for `options` of a new block."""
        number = self.enterprise_number.to_bytes(4, byte_order)
        return CUSTOM_CODES[self.is_text, self.is_copied], number + self.value


class Layout(Generic[Value]):
    """The shape of an option's value: struct codes, and whether bytes of any number follow."""

    __slots__ = ("_structs", "rest")

    def __init__(self, codes: str, rest: bool = False) -> None:
        self._structs = {name: struct.Struct(sign + codes) for name, sign in _SIGNS.items()}
        self.rest = rest

    def read(self, value: bytes, byte_order: ByteOrderName) -> Value | None:
        """The value, or None if the bytes do not have this shape."""
        layout = self._structs[byte_order]
        if len(value) != layout.size and not (self.rest and len(value) > layout.size):
            return None
        parts: tuple[Any, ...] = layout.unpack_from(value)
        if self.rest:
            parts += (value[layout.size :],)
        found: Any = parts if len(parts) > 1 else parts[0]
        return found  # type: ignore[no-any-return]

    def write(self, value: Any, byte_order: ByteOrderName) -> bytes:
        """The bytes; raises struct.error or TypeError for values of another shape."""
        parts = value if isinstance(value, tuple) else (value,)
        behind = bytes(parts[-1]) if self.rest else b""
        fixed = parts[:-1] if self.rest else parts
        layout = self._structs[byte_order]
        data = layout.pack(*fixed)
        if layout.unpack(data) != fixed:  # `s` cuts and pads silently
            raise struct.error("bytes of another length")
        return data + behind


class TextLayout(Layout[str]):
    """UTF-8; a zero byte that some writers append ends it."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__("", rest=True)

    def read(self, value: bytes, byte_order: ByteOrderName) -> str:
        """The text; bytes that are no UTF-8 become replacement characters."""
        return value.partition(b"\0")[0].decode("utf-8", "replace")

    def write(self, value: Any, byte_order: ByteOrderName) -> bytes:
        """The bytes of a text."""
        return str(value).encode()


TEXT = TextLayout()


class AnyOption(Generic[Value]):
    """An option as an attribute of block classes."""

    __slots__ = ("code", "layout", "name")
    many = False

    def __init__(self, code: int, layout: Layout[Value]) -> None:
        self.code = code
        self.layout = layout
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def pairs(
        self, block_name: str, value: Any, byte_order: ByteOrderName
    ) -> list[tuple[int, bytes]]:
        """The option on the wire, for a value given by a caller; None is no option."""
        if value is None:
            return []
        if isinstance(value, str) and self.many:
            value = (value,)
        try:
            found = [
                (self.code, self.layout.write(one, byte_order))
                for one in (value if self.many else (value,))
            ]
        except (struct.error, TypeError, ValueError) as error:
            expected = f"a value of the option's shape ({error})"
            raise EncodeError(block_name, self.name, value, expected, SOURCE) from None
        for _, data in found:
            if len(data) > 0xFFFF:
                raise EncodeError(block_name, self.name, value, "at most 65535 bytes", SOURCE)
        return found

    def found(self, block: "Block") -> list[Value]:
        """All values of the option in a block that have its shape."""
        values = (
            self.layout.read(data, block.byte_order)
            for code, data in block.options
            if code == self.code
        )
        return [value for value in values if value is not None]


class OneOption(AnyOption[Value]):
    """An option that occurs once; the first counts, None where there is none."""

    __slots__ = ()

    @overload
    def __get__(self, block: None, owner: type) -> Self: ...
    @overload
    def __get__(self, block: "Block", owner: type) -> Value | None: ...
    def __get__(self, block: "Block | None", owner: type) -> "Self | Value | None":
        """The value."""
        if block is None:
            return self
        found = self.found(block)
        return found[0] if found else None


class ManyOptions(AnyOption[Value]):
    """An option that may occur several times."""

    __slots__ = ()
    many = True

    @overload
    def __get__(self, block: None, owner: type) -> Self: ...
    @overload
    def __get__(self, block: "Block", owner: type) -> tuple[Value, ...]: ...
    def __get__(self, block: "Block | None", owner: type) -> "Self | tuple[Value, ...]":
        """All values."""
        return self if block is None else tuple(self.found(block))


class BodyField(Generic[Value]):
    """A fixed field of a block as an attribute of block classes."""

    __slots__ = ("index",)

    def __init__(self, index: int) -> None:
        self.index = index

    @overload
    def __get__(self, block: None, owner: type) -> Self: ...
    @overload
    def __get__(self, block: "Block", owner: type) -> Value: ...
    def __get__(self, block: "Block | None", owner: type) -> "Self | Value":
        """The value."""
        if block is None:
            return self
        value: Value = block.body[self.index]
        return value


def until_end(pairs: Pairs) -> Pairs:
    """The options before the end mark."""
    for index, (code, _) in enumerate(pairs):
        if code == OPTION_END:
            return pairs[:index]
    return pairs
