"""What the code that filters are compiled to calls."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from wirelab.codecs.dissect.fields import REGISTRY, Kind
from wirelab.codecs.dissect.visit import LayerBytes

Range: TypeAlias = tuple[int, int | None]
"""Part of a slice: start and length; None: up to the end."""
Values: TypeAlias = Mapping[str, Sequence[Any]]
"""Display name -> what occurs in the frame."""

LAYERS = "#"
"""Behind a display name: the numbers of the layers that its values are of, from 1."""


def collect(
    items: Iterable[tuple[str, Any]], layered: frozenset[str] = frozenset()
) -> dict[str, list[Any]]:
    """The items of a dissection by name.

    Args:
        items: `Dissection.items`.
        layered: names of which the numbers of their layers are needed, too (`ip.src#2`).
    """
    values: dict[str, list[Any]] = {}
    for name, value in items:
        if name in values:
            values[name].append(value)
        else:
            values[name] = [value]
    if layered:
        _number_layers(items, layered, values)
    return values


def _number_layers(
    items: Iterable[tuple[str, Any]], layered: frozenset[str], values: dict[str, list[Any]]
) -> None:
    layers: dict[str, int] = {}
    for name, _ in items:
        field = REGISTRY.get(name)
        if field is not None and field.kind is Kind.PROTOCOL:
            layers[name] = layers.get(name, 0) + 1
        if name in layered:
            values.setdefault(name + LAYERS, []).append(layers.get(name.partition(".")[0], 0))


def of_layers(values: Sequence[Any], numbers: Sequence[int], ranges: Sequence[Range]) -> list[Any]:
    """The values that stand in some layers, counted from 1, or from -1 backwards."""
    last = max(numbers, default=0)
    wanted: set[int] = set()
    for start, length in ranges:
        first = start if start > 0 else last + 1 + start
        stop = last + 1 if length is None else first + length
        wanted.update(range(max(first, 1), min(stop, last + 1)))
    return [value for value, number in zip(values, numbers, strict=True) if number in wanted]


def slices(values: Sequence[Any], ranges: Sequence[Range], empty: Any) -> list[Any]:
    """The slices of each value, joined; values in which one does not fit are left out."""
    found = []
    for value in values:
        cut = _cut(value[: value.own] if isinstance(value, LayerBytes) else value, ranges)
        if cut is not None:
            found.append(empty.join(cut))
    return found


def _cut(value: Any, ranges: Sequence[Range]) -> list[Any] | None:
    parts = []
    for start, length in ranges:
        begin = start + len(value) if start < 0 else start
        end = len(value) if length is None else begin + length
        if begin < 0 or begin >= len(value) or end > len(value) or end <= begin:
            return None
        parts.append(value[begin:end])
    return parts


def length(value: Any) -> int:
    """Bytes or characters of a value; of a layer, without what it carries."""
    return value.own if isinstance(value, LayerBytes) else len(value)


def both_bits(one: bytes, other: bytes) -> bytes:
    """`&` of byte strings, as long as the shorter one."""
    return bytes(a & b for a, b in zip(one, other, strict=False))


def chosen(choose: Callable[[list[Any]], Any], *lists: Sequence[Any]) -> list[Any]:
    """The largest or smallest value, if there is any."""
    found = [value for values in lists for value in values]
    return [choose(found)] if found else []


def any_set(values: Sequence[Any]) -> bool:
    """Whether a number is not 0, or a byte of a string."""
    return any(any(value) if isinstance(value, bytes) else value for value in values)
