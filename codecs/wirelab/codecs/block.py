"""What all blocks of pcapng files have; `protocols/pcapng_blocks.py` has the classes.

Source: draft-ietf-opsawg-pcapng section 3.

Rule 1: a block that was read keeps its bytes, and they are what is written: unknown options, odd
padding and all.
Rule 2: a block is a value: `replace` gives a changed copy, and only that is encoded anew.
Rule 3: an option whose value does not have its shape is None as an attribute; its bytes stand in
`options`.
"""

import struct
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Self

from wirelab.codecs.block_options import (
    OPTION_END,
    SOURCE,
    AnyOption,
    ByteOrderName,
    CustomOption,
    Pairs,
    until_end,
)
from wirelab.codecs.errors import EncodeError

FRAME = 12
"""Bytes of a block around its body: type, length, length again (section 3.1)."""
BYTE_ORDERS: tuple[ByteOrderName, ...] = ("little", "big")


class Block:
    """One block of a pcapng file; the base of all, and the class of types that are not known.

    Args:
        byte_order: `little` or `big`, of the section that it will stand in.
        type: the block type, of an unknown one.
        options: codes and values that have no attribute, such as custom options; they come last.
        values: fields and options by their attribute names; fields that have usual values may be
            left out.

    Attributes:
        type: the block type.
        raw: the whole block as it stands in the file.
        body: its fields and options, as a named tuple; of an unknown block, its bytes.
        offset: in the file, in bytes; -1 for a block that was not read from one.
    """

    __slots__ = ("body", "byte_order", "offset", "raw", "type")
    __hash__ = None  # type: ignore[assignment]  # like headers: compared, never keys

    TYPES: ClassVar[tuple[int, ...]] = ()
    BODY: ClassVar[Any] = None
    DEFAULTS: ClassVar[Mapping[str, int | str]] = {}
    """Field -> its usual value, or the name of the field whose length it usually has."""
    OPTIONS: ClassVar[tuple[str, ...]] = ()

    type: int
    raw: bytes
    body: Any
    byte_order: ByteOrderName
    offset: int

    def __init__(
        self,
        *,
        byte_order: ByteOrderName = "little",
        type: int | None = None,  # noqa: A002 - the attribute's name
        options: Iterable[tuple[int, bytes]] = (),
        **values: Any,
    ) -> None:
        if byte_order not in BYTE_ORDERS:
            expected = " or ".join(BYTE_ORDERS)
            raise EncodeError(self._name(), "byte_order", byte_order, expected, SOURCE)
        self.byte_order = byte_order
        self.offset = -1
        self.type = self.TYPES[0] if type is None and self.TYPES else type or 0
        if not 0 <= self.type < 1 << 32:
            raise EncodeError(self._name(), "type", type, "a block type of 32 bits", SOURCE)
        if self.BODY is None:
            self.body = bytes(values.pop("body", b""))
            self._no_more(values)
        else:
            self.body = self._body_of(values, tuple(options))
        self.raw = self._encoded()

    @classmethod
    def read(cls, raw: bytes, byte_order: ByteOrderName, offset: int = -1) -> "Self":
        """A block that stands in a file, type and both lengths included.

        Raises:
            DecodeError: the body is cut or contradicts itself.
        """
        block = object.__new__(cls)
        block.byte_order = byte_order
        block.offset = offset
        block.raw = raw
        block.type = int.from_bytes(raw[:4], byte_order)
        if cls.BODY is None:
            block.body = raw[8:-4]
        else:
            block.body = cls.BODY.parse(raw, 8, len(raw) - 4, BYTE_ORDERS.index(byte_order))
        return block

    def __bytes__(self) -> bytes:
        return self.raw

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Block):
            return NotImplemented
        return self.raw == other.raw and self.byte_order == other.byte_order

    def __repr__(self) -> str:
        name = self._name()
        if self.BODY is None:
            return f"{name}(type={self.type:#x}, body={self.body!r})"
        return f"{name}({', '.join(f'{key}={value!r}' for key, value in self.values().items())})"

    @property
    def options(self) -> Pairs:
        """Codes and values of all options up to the end mark, unknown ones included."""
        return until_end(self._pairs())

    @property
    def custom_options(self) -> tuple[CustomOption, ...]:
        """The options that have an owner."""
        found = (CustomOption.of(code, value, self.byte_order) for code, value in self.options)
        return tuple(option for option in found if option is not None)

    def values(self) -> dict[str, Any]:
        """Fields and the options that are there, by attribute name; `options`: the others."""
        if self.BODY is None:
            return {"body": self.body}
        fields = {name: getattr(self, name) for name in self._field_names()}
        options = {name: getattr(self, name) for name in self.OPTIONS}
        known = self._known_codes()
        options["options"] = tuple(pair for pair in self.options if pair[0] not in known)
        return fields | {key: value for key, value in options.items() if value not in (None, ())}

    def replace(self, **changes: Any) -> Self:
        """A copy with other values; None or () takes an option away.

        Args:
            changes: as of a new block; `options` exchanges those that have no attribute.

        Raises:
            EncodeError: a name or value that the block does not know.
        """
        copy = object.__new__(type(self))
        copy.byte_order, copy.type, copy.offset = self.byte_order, self.type, -1
        if self.BODY is None:
            copy.body = bytes(changes.pop("body", self.body))
            self._no_more(changes)
        else:
            body = {name: changes.pop(name, getattr(self, name)) for name in self._field_names()}
            pairs = list(self._pairs())
            if "options" in changes:
                pairs = self._with_others(pairs, tuple(changes.pop("options")))
            for name in [name for name in self.OPTIONS if name in changes]:
                pairs = self._with_option(pairs, name, changes.pop(name))
            self._no_more(changes)
            copy.body = self._make(body, tuple(pairs))
        copy.raw = copy._encoded()
        return copy

    # How a class keeps its options; NamesShape differs.

    def _pairs(self) -> Pairs:
        """All options as they stand in the body, the end mark included."""
        return getattr(self.body, "options", ())

    def _make(self, fields: Mapping[str, Any], pairs: Pairs) -> Any:
        """The body of fields and options."""
        if "options" in self.BODY._fields:
            return self.BODY(**fields, options=pairs)
        if pairs:
            expected = "no options: this block cannot carry any"
            raise EncodeError(self._name(), "options", pairs, expected, SOURCE)
        return self.BODY(**fields)

    @classmethod
    def _field_names(cls) -> tuple[str, ...]:
        return tuple(name for name in cls.BODY._fields if name != "options")

    # Building.

    @classmethod
    def _name(cls) -> str:
        return cls.__name__

    def _body_of(self, values: dict[str, Any], others: Pairs) -> Any:
        fields: dict[str, Any] = {}
        usual = {}
        for name in self._field_names():
            if name in values:
                fields[name] = values.pop(name)
            elif name in self.DEFAULTS:
                fields[name] = usual[name] = self.DEFAULTS[name]
            else:
                raise EncodeError(self._name(), name, None, "a value", SOURCE)
        for name, default in usual.items():
            if isinstance(default, str):
                fields[name] = len(fields[default])
        pairs: list[tuple[int, bytes]] = []
        for name in self.OPTIONS:
            option: AnyOption[Any] = getattr(type(self), name)
            pairs += option.pairs(self._name(), values.pop(name, None), self.byte_order)
        self._no_more(values)
        pairs += others
        return self._make(fields, (*pairs, (OPTION_END, b"")) if pairs else ())

    def _with_option(
        self, pairs: list[tuple[int, bytes]], name: str, value: Any
    ) -> list[tuple[int, bytes]]:
        """The options with those of one name exchanged, where the first of them stood."""
        option: AnyOption[Any] = getattr(type(self), name)
        given = option.pairs(self._name(), value, self.byte_order)
        codes = [code for code, _ in pairs]
        end = codes.index(OPTION_END) if OPTION_END in codes else len(pairs)
        place = codes.index(option.code) if option.code in codes[:end] else end
        head = [pair for pair in pairs[:place] if pair[0] != option.code]
        tail = [pair for pair in pairs[place:end] if pair[0] != option.code]
        changed = head + given + tail
        return changed + (pairs[end:] or [(OPTION_END, b"")] if changed else [])

    def _with_others(self, pairs: list[tuple[int, bytes]], others: Pairs) -> Any:
        """The options with those that have no attribute exchanged; the new ones come last."""
        known = self._known_codes()
        options = until_end(tuple(pairs))
        changed = [*(pair for pair in options if pair[0] in known), *others]
        return changed + (pairs[len(options) :] or [(OPTION_END, b"")] if changed else [])

    def _known_codes(self) -> set[int]:
        """Codes of the options that are there as attributes, which they are with a right shape."""
        names = [name for name in self.OPTIONS if getattr(self, name) not in (None, ())]
        return {getattr(type(self), name).code for name in names}

    def _no_more(self, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            names = ("body",) if self.BODY is None else (*self._field_names(), *self.OPTIONS)
            expected = f"one of the block's values: {', '.join(names)}"
            raise EncodeError(self._name(), name, value, expected, SOURCE)

    def _encoded(self) -> bytes:
        name, order = self._name(), BYTE_ORDERS.index(self.byte_order)
        try:
            body: bytes = self.body if self.BODY is None else self.body.build(order)
        except (struct.error, TypeError) as error:
            raise EncodeError(name, "", self.body, f"values that fit ({error})", SOURCE) from None
        if len(body) % 4:  # only what takes the rest of a block can be uneven
            body += bytes(-len(body) % 4)
            self.body = body if self.BODY is None else self.BODY.parse(body, 0, len(body), order)
        length = (len(body) + FRAME).to_bytes(4, self.byte_order)
        return self.type.to_bytes(4, self.byte_order) + length + body + length
