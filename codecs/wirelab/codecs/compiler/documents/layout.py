"""The parts of a header, an option or a record, in wire order, for people.

Unlike `description`, this walk takes any construct that has a name: what it cannot know the width
of is a part of variable length, with its construct's expression in words.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from construct import (
    Array,
    BitsInteger,
    Const,
    Construct,
    ConstructError,
    Flag,
    IfThenElse,
    Pass,
    Prefixed,
    Renamed,
    Select,
)

from wirelab.codecs.compiler.description import SchemaError, expression
from wirelab.codecs.constructs import Checksum, Noted, View
from wirelab.codecs.header_schema import is_bit_group
from wirelab.codecs.option_lists import OptionList, RecordList, WhenLength
from wirelab.codecs.resource_records import DomainName


@dataclass(frozen=True)
class Part:
    """One part on the wire.

    Attributes:
        name: attribute name.
        notes: what the schema says about it.
        construct: the construct without name, notes and condition.
        bits: width; 0: variable.
        offset: bits from the start; -1: behind a part of variable length.
        length: of a variable part, in words.
        condition: when an optional part is there, in words; empty: always.
    """

    name: str
    notes: Noted
    construct: Construct
    bits: int
    offset: int = -1
    length: str = ""
    condition: str = ""

    @property
    def is_list(self) -> bool:
        """Whether it holds options or records."""
        return isinstance(self.construct, (OptionList, RecordList))


def parts(members: Iterable[Construct]) -> list[Part]:
    """All parts of some members of a schema, with their offsets as far as they are known."""
    found: list[Part] = []
    offset = 0
    for part in _walk(members):
        found.append(replace(part, offset=offset))
        is_fixed = part.bits and not part.condition
        offset = offset + part.bits if is_fixed and offset >= 0 else -1
    return found


def _walk(members: Iterable[Construct]) -> Iterator[Part]:
    for member in members:
        if is_bit_group(member):
            yield from (_part(one, 1) for one in member.subcon.subcons)
        elif isinstance(member, Renamed) and isinstance(member.subcon, Noted):
            yield _part(member, 8)


def _part(member: Renamed, unit: int) -> Part:
    notes, inner = member.subcon, member.subcon.subcon
    condition = ""
    if isinstance(inner, IfThenElse) and inner.elsesubcon is Pass:
        condition, inner = words(inner.condfunc), inner.thensubcon
    elif isinstance(inner, Select):
        condition, inner = "if there is room for it", inner.subcons[0]
    elif isinstance(inner, WhenLength):
        lengths = ", ".join(map(str, inner.lengths))
        condition, inner = f"if the option has {lengths} bytes of data", inner.subcon
    bits = _bits(inner, unit)
    length = "" if bits else _length(inner)
    return Part(str(member.name), notes, inner, bits, length=length, condition=condition)


def _bits(inner: Construct, unit: int) -> int:
    """The width of a construct, 0 if it varies; `unit` is 1 in a group of bits, else 8."""
    core = inner.subcon if isinstance(inner, Const) else inner
    if core is Flag:
        return 1 if unit == 1 else 8
    if isinstance(core, BitsInteger):
        return int(core.length)
    if isinstance(core, Checksum):
        return 16
    is_open = isinstance(core, Array) and not isinstance(core.count, int)
    if is_open or isinstance(core, IfThenElse):
        return 0
    try:
        return int(core.sizeof()) * unit
    except (ConstructError, KeyError):  # it depends on other fields
        return 0


def _length(inner: Construct) -> str:
    """The length of a variable part in words."""
    for kind, said in _LENGTHS.items():
        if isinstance(inner, kind):
            return said(inner)
    count, length = getattr(inner, "count", None), getattr(inner, "length", None)
    if count is not None:
        return f"{words(count)} records"
    return "up to the end" if length is None else f"{words(length)} bytes"


def _alternatives(inner: Any) -> str:
    sizes = [one.sizeof() for one in (inner.thensubcon, inner.elsesubcon)]
    return f"{sizes[0]} bytes if {words(inner.condfunc)}, else {sizes[1]}"


_LENGTHS: dict[type[Construct], Callable[[Any], str]] = {
    DomainName: lambda inner: "that of the name",
    IfThenElse: _alternatives,
    Prefixed: lambda inner: f"as the {inner.lengthfield.sizeof() * 8} bits before it say",
    Array: lambda inner: f"{words(inner.count)} of {inner.subcon.sizeof()} bytes",
}


def words(value: Any) -> str:
    """A `this` expression as people write it: `data_offset * 4 - 20`."""
    try:
        return expression(value, lambda name: name)
    except (SchemaError, SyntaxError):
        return re.sub(r"this\['(\w+)'\]", r"\1", repr(value))


def tiles(part: Part) -> list[View]:
    """The views of a part, most significant first, if they divide all of its bits among them."""
    views = sorted(part.notes.views, key=lambda view: -view.shift)
    expected = part.bits
    for view in views:
        expected -= view.bits
        if view.shift != expected or view.when:
            return []
    return views if expected == 0 else []
