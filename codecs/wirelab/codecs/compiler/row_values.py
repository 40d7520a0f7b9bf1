"""The row backend: how generated code names and reaches values."""

import re
from collections.abc import Mapping

from wirelab.codecs.compiler.description import (
    Addresses,
    Bits,
    FixedPart,
    Header,
    Integer,
    Options,
    VariablePart,
    Word,
)
from wirelab.codecs.compiler.source import Lines
from wirelab.codecs.option_lists import RecordList

FORMATS = {1: "B", 2: "H", 3: "3s", 4: "I", 8: "Q"}
"""struct codes of unsigned integers by size; `struct` knows no integers of 3 bytes."""
ADDRESSES = {"mac": ("mac_address", 6), "ipv4": ("ipv4_address", 4), "ipv6": ("ipv6_address", 16)}
"""Formats of addresses: the function that reads one, and its bytes."""


def is_eager(header: Header, name: str) -> bool:
    """AUTO values that depend on the header alone are filled in at once, not by `build`."""
    notes = dict(header.schema.noted())[name]
    return notes.auto is not None and "payload_size" not in repr(notes.auto)


def all_bits(header: Header) -> list[Bits]:
    """The bit fields of all words."""
    return [bit for part in header.fixed if isinstance(part, Word) for bit in part.bits]


def bits_value(bit: Bits, word: Word, raw: str) -> str:
    """A bit field as an expression over the raw word."""
    top = bit.shift + bit.width == word.size * 8
    if bit.width == 1:
        return f"{raw} & {1 << bit.shift} != 0"
    shifted = f"{raw} >> {bit.shift}" if bit.shift else raw
    return shifted if top else f"{shifted} & {(1 << bit.width) - 1}"


def reader_of(header: Header) -> dict[str, str]:
    """How `parse` reaches each fixed field: bits through their word's local, the rest directly."""
    names: dict[str, str] = {}
    for part in header.fixed:
        if isinstance(part, Word):
            for bit in part.bits:
                names[bit.name] = f"({bits_value(bit, part, word_local(part))})"
        else:
            names[part.name] = f"header.{part.name}"
    return names


def word_local(word: Word) -> str:
    """The local variable of a word that has just been unpacked."""
    return word.name.lstrip("_")


def store_word(
    out: Lines, header: str, word: Word, raw: str, known: Mapping[str, int] | None = None
) -> None:
    """Keep a word as it is, for `build`, and each of its bit fields, for readers.

    A slot is read several times as fast as a property that shifts and masks.

    Args:
        out: where to write.
        header: variable that holds the header.
        word: the word.
        raw: its value, as an expression.
        known: fields that can have but one value.
    """
    out.add(f"{header}.{word.name} = {raw}")
    for bit in word.bits:
        value = bits_value(bit, word, raw)
        if known is not None and bit.name in known:
            value = repr(bool(known[bit.name]) if bit.width == 1 else known[bit.name])
        out.add(f"{header}.{bit.name} = {value}")


def advance(begin: str, length: str, size: int) -> str:
    """`begin + length`; an option list's `ihl * 4 - 20` meets the `offset + 20` and cancels out."""
    suffix = f" - {size}"
    if size and length.endswith(suffix):
        return f"offset + {length.removesuffix(suffix)}"
    return f"{begin} + {length}"


def variable_length(header: Header, where: str = "self._{}", own: str = "self.{}") -> str:
    """`header_length` as an expression.

    Args:
        header: the header.
        where: how code reaches the bytes of a list.
        own: how code reaches the other variable parts.
    """
    terms = [str(header.fixed_size)]
    for part in header.variable:
        value = (where if isinstance(part, Options) else own).format(part.name)
        if isinstance(part, Integer):
            terms.append(f"({part.size} if {value} is not None else 0)")
        elif isinstance(part, Addresses):
            terms.append(f"{part.size} * len({value})")
        else:
            terms.append(f"len({value})")
    return " + ".join(terms)


def packed(part: FixedPart | VariablePart, value: str) -> str:
    """What `struct.pack` takes for a part."""
    if isinstance(part, Integer) and FORMATS[part.size].endswith("s"):
        return f"{value}.to_bytes({part.size})"
    return value


def store_options(out: Lines, part: Options, header: str, raw: str, may_be: str) -> None:
    """Keep the bytes of a list in `header`; without any, there is nothing to decode.

    Args:
        out: where to write.
        part: the list.
        header: variable that holds the header.
        raw: the bytes, as an expression.
        may_be: condition for there being options; empty: there are none.
    """
    none = (f'{header}.{part.raw} = b""', f"{header}.{part.decoded} = ()")
    if not may_be:
        out.add(*none)
        return
    out.add(f"if {may_be}:", f"    {header}.{part.raw} = {raw}")
    out.add(f"    {header}.{part.decoded} = None")
    out.add("else:", *(f"    {line}" for line in none))


def counting(header: Header, text: str) -> str:
    """An expression in which the lengths of lists of records count records alone."""
    for part in header.lists:
        if isinstance(part.construct, RecordList):
            text = re.sub(rf"\blen\(((self\.)?{part.name})\)", r"count_records(\1)", text)
    return text


class LengthNames:
    """Names in AUTO expressions: `header_length`, `payload_size`, or a local of that name."""

    def __init__(self, header: Header, where: str = "{}", own: str = "self.{}") -> None:
        self.header = header
        self.where = where
        self.own = own

    def __call__(self, name: str) -> str:
        """The expression for a name."""
        if name == "header_length":
            return f"({variable_length(self.header, self.where, self.own)})"
        return "len(payload)" if name == "payload_size" else name
