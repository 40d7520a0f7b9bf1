"""Which columns there are: display names and attribute paths, and the header fields behind them.

tcp.srcport       Wireshark's display name; a header length is in bytes
TCP.source_port   class and attribute of the row codec; the same length in its own units
frame.len         what the capture file says of a frame
"""

from functools import cache
from typing import NamedTuple

from wirelab.codecs.column_layout import Layout
from wirelab.codecs.columns.arrays import WIDTHS, is_column
from wirelab.codecs.header import Field, Header
from wirelab.codecs.number_spaces import load
from wirelab.codecs.protocols import HOMES
from wirelab.codecs.protocols.column_layouts import CARRIERS, FAMILIES, LAYOUTS


class Source(NamedTuple):
    """A header field that a column is made of.

    Attributes:
        kind: the header class.
        field: its field.
        scale: the column shows the value times this.
    """

    kind: type[Header]
    field: Field
    scale: int

    @property
    def layout(self) -> Layout:
        """The layout of the class."""
        return LAYOUTS[self.kind.LAYER]

    @property
    def is_behind(self) -> bool:
        """Whether the field stands behind the fixed parts of its header."""
        return any(part.name == self.field.name for part in self.layout.parts)

    @property
    def is_always_there(self) -> bool:
        """Whether the field has a value wherever its header is."""
        return not (self.field.when or self.is_behind)


class UnknownColumnError(LookupError):
    """No such column; the message says what to use instead.

    Attributes:
        name: that was asked for.
        nearest: columns with nearly this name.
    """

    def __init__(self, name: str, reason: str = "") -> None:
        self.name = name
        self.nearest = _nearest(name)
        reason = reason or _way_out(name, self.nearest)
        super().__init__(f"there is no column {name!r}; {reason}")


def _nearest(name: str) -> list[str]:
    from difflib import get_close_matches

    layer, _, attribute = name.partition(".")
    if layer in LAYOUTS:
        kind = load(HOMES, layer)
        paths = [field.name for field in kind.FIELDS if _is_column(kind, field)]
        return [f"{layer}.{each}" for each in get_close_matches(attribute, paths, n=3, cutoff=0.5)]
    return get_close_matches(name, display_columns(), n=3, cutoff=0.5)


def _way_out(name: str, nearest: list[str]) -> str:
    from wirelab.codecs.dissect.fields import REGISTRY

    if name in protocols():
        return f"it is a protocol; valid({name!r}) tells which frames have it"
    if name in REGISTRY:
        command = f"wirelab dissect -T fields -e {name}"
        return f"it is not one value at one place of a header; `{command}` shows such fields"
    if nearest:
        return f"did you mean {', '.join(nearest)}?"
    return "columns.all_names() lists them"


FRAME_NAMES = (
    "frame.number",
    "frame.time_epoch",
    "frame.time_relative",
    "frame.len",
    "frame.cap_len",
    "frame.link_type",
    "frame.interface_id",
)
"""What the capture file says of each frame; `frame.link_type` is ours, the rest Wireshark's."""

STATUS = ".checksum.status"


@cache
def classes_of(family: str) -> tuple[type[Header], ...]:
    """The header classes with columns whose names begin so (`ipv6`)."""
    return tuple(load(HOMES, name) for name in FAMILIES.get(family, ()))


@cache
def columns_of(family: str) -> dict[str, tuple[Source, ...]]:
    """The columns whose names begin so: display name -> the fields that have it."""
    found: dict[str, tuple[Source, ...]] = {}
    for kind in classes_of(family):
        for field in kind.FIELDS:
            if family_of(field.display) == family and _is_column(kind, field):
                source = Source(kind, field, field.scale)
                found[field.display] = (*found.get(field.display, ()), source)
    return found


@cache
def display_columns() -> dict[str, tuple[Source, ...]]:
    """The columns of all protocols. Loads their classes, which takes a moment."""
    found: dict[str, tuple[Source, ...]] = {}
    for family in FAMILIES:
        found |= columns_of(family)
    return found


@cache
def several(name: str) -> tuple[str, ...]:
    """The display names that a name means (`tcp.port`); none if it is no such name."""
    found: dict[str, None] = {}
    for kind in classes_of(family_of(name)):
        for field in kind.FIELDS:
            if name in field.aliases and _is_column(kind, field):
                found[field.display] = None
    return tuple(found)


def family_of(name: str) -> str:
    """What a field's display name begins with: mostly its protocol."""
    return name.partition(".")[0]


@cache
def protocols() -> dict[str, tuple[str, ...]]:
    """Display name or class name of a protocol -> the classes that it stands for."""
    found: dict[str, tuple[str, ...]] = {}
    displays = {name: layout.display for name, layout in LAYOUTS.items()} | CARRIERS
    for name, display in displays.items():
        found[name] = (name,)
        found[display] = (*found.get(display, ()), name)
    return found


@cache
def status_columns() -> dict[str, str]:
    """`tcp.checksum.status` and the like -> the header class whose checksum is judged."""
    return {
        f"{layout.display}{STATUS}": name
        for name, layout in LAYOUTS.items()
        if layout.checksum is not None
    }


def sums_payload(kind: str) -> bool:
    """Whether the checksum of a header class covers what is above the header, too."""
    checksum = LAYOUTS[kind].checksum
    return checksum is not None and checksum.covers_payload


def _is_column(kind: type[Header], field: Field) -> bool:
    """Whether a field of a class has a place in each header, or is an address behind them."""
    parts = {part.name: part for part in LAYOUTS[kind.LAYER].parts}
    if field.name in parts:
        return parts[field.name].is_value and field.format in WIDTHS
    return field.bit_offset >= 0 and is_column(field)


def all_names() -> tuple[str, ...]:
    """Every column by its display name: frame, fields by protocol, checksum verdicts."""
    return (*FRAME_NAMES, *display_columns(), *status_columns())


def sources_of(name: str) -> tuple[Source, ...]:
    """The fields behind a display name or attribute path.

    Raises:
        UnknownColumnError: there is none, or the name means several columns.
    """
    found = columns_of(family_of(name)).get(name)
    if found is not None:
        return found
    if several(name):
        raise UnknownColumnError(name, f"it means several: take {' or '.join(several(name))}")
    layer, _, attribute = name.partition(".")
    if layer in LAYOUTS:
        kind = load(HOMES, layer)
        for field in kind.FIELDS:
            if field.name == attribute and _is_column(kind, field):
                return (Source(kind, field, 1),)
    raise UnknownColumnError(name)


def format_of(name: str) -> str:
    """How a column's values are written: as `Field.format`, or `time` or `dec` for a frame's."""
    if name in FRAME_NAMES:
        return "time" if name == "frame.time_epoch" else "dec"
    if name in status_columns():
        return "dec"
    return sources_of(name)[0].field.format
