"""The `FIELDS` table of a header class."""

from collections.abc import Iterable

from wirelab.codecs.compiler.description import (
    FixedBytes,
    Header,
    Integer,
    Word,
)
from wirelab.codecs.constructs import Noted, View
from wirelab.codecs.registries import Registries, Registry


def field_table(header: Header) -> str:
    """A tuple of `Field(...)`, in wire order, views after the field whose bits they are."""
    rows: list[str] = []
    for part in header.fixed:
        if isinstance(part, Word):
            for bit in part.bits:
                end = (part.offset + part.size) * 8 - bit.shift
                rows += _rows(bit.name, bit.notes, end - bit.width, bit.width)
        elif isinstance(part, (Integer, FixedBytes)):
            rows += _rows(part.name, part.notes, part.offset * 8, part.size * 8)
    for index, variable in enumerate(header.variable):
        if isinstance(variable, Integer):
            row = _row(variable.name, variable.notes, -1, variable.size * 8)
            rows.append(f"{row[:-1]}, optional=True)")
            continue
        offset = header.fixed_size * 8 if index == 0 else -1
        rows += _rows(variable.name, variable.notes, offset, -1)
    return f"({''.join(row + ', ' for row in rows)})"


def option_table(fields: list[tuple[str, Noted, int, int]]) -> str:
    """A tuple of `Field(...)` for the fields of an option; `bits` -1 for what repeats."""
    rows = [_row(name, notes, offset, bits) for name, notes, offset, bits in fields]
    return f"({''.join(row + ', ' for row in rows)})"


def _rows(name: str, notes: Noted, offset: int, bits: int) -> list[str]:
    rows = [_row(name, notes, offset, bits)]
    for view in notes.views:
        rows.append(_view_row(name, view, offset + bits - view.shift - view.bits))
    return rows


def _row(name: str, notes: Noted, offset: int, bits: int) -> str:
    values = {
        "display": repr(notes.display) if notes.display else "",
        "aliases": repr(notes.aliases) if notes.aliases else "",
        "bit_offset": str(offset) if offset >= 0 else "",
        "bits": str(bits) if bits >= 0 else "",
        "format": repr(notes.format) if notes.format != "dec" else "",
        "names": _registry(notes.names),
        "names_by": _registry(notes.names_by),
        "source": repr(notes.source) if notes.source else "",
        "shown": repr(notes.shown) if notes.shown else "",
        "scale": str(notes.scale) if notes.scale != 1 else "",
    }
    return _call(name, values)


def _view_row(whole: str, view: View, offset: int) -> str:
    values = {
        "display": repr(view.display) if view.display else "",
        "aliases": repr(view.aliases) if view.aliases else "",
        "bit_offset": str(offset),
        "bits": str(view.bits),
        "format": repr(view.format) if view.format != "dec" else "",
        "names": _registry(view.names),
        "source": repr(view.source) if view.source else "",
        "view_of": repr(whole),
        "when": repr(view.when) if view.when else "",
    }
    return _call(view.name, values)


def _registry(names: Registry | Registries | None) -> str:
    """The variable that holds the names."""
    return names.home.partition(".")[2] if names is not None else ""


def _call(name: str, values: dict[str, str]) -> str:
    arguments = "".join(f", {key}={value}" for key, value in values.items() if value)
    return f"Field({name!r}{arguments})"


def registries_of(noted: Iterable[Noted]) -> dict[str, set[str]]:
    """The registries that the tables of such fields name: module -> variables."""
    found: dict[str, set[str]] = {}
    for notes in noted:
        for names in (notes.names, notes.names_by, *(view.names for view in notes.views)):
            if names is not None:
                module, _, variable = names.home.partition(".")
                found.setdefault(module, set()).add(variable)
    return found
