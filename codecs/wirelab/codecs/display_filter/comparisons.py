"""What the operators of display filters do, once the types of both sides are known."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from wirelab.codecs.display_filter.literals import Network
from wirelab.codecs.display_filter.syntax import Range
from wirelab.codecs.dissect.fields import Kind
from wirelab.codecs.dissect.visit import LayerBytes

Values: TypeAlias = Mapping[str, Sequence[Any]]
"""Display name -> what occurs in the frame."""
Getter: TypeAlias = Callable[[Values], Sequence[Any]]
Predicate: TypeAlias = Callable[[Values], bool]

SLICEABLE = frozenset((Kind.MAC, Kind.BYTES, Kind.PROTOCOL, Kind.STRING))
NUMERIC = frozenset((Kind.NUMBER, Kind.HEX, Kind.BOOLEAN))
BYTES_LIKE = frozenset((Kind.MAC, Kind.BYTES, Kind.PROTOCOL))
DURATIONS = frozenset((Kind.DURATION, Kind.MILLISECONDS))


def quantified(
    left: Getter, right: Getter, compare: Callable[[Any, Any], bool], every: bool
) -> Predicate:
    """Compare every occurrence of one side with every one of the other.

    Args:
        left: its values.
        right: its values.
        compare: two values.
        every: all pairs must hold, and there must be one; else any pair is enough.
    """
    if every:

        def all_of(values: Values) -> bool:
            ones, others = left(values), right(values)
            if not ones or not others:
                return False
            return all(compare(one, other) for one in ones for other in others)

        return all_of

    def any_of(values: Values) -> bool:
        others = right(values)
        return any(compare(one, other) for one in left(values) for other in others)

    return any_of


def cut_slices(value: Any, ranges: Sequence[Range], empty: Any) -> Any:
    """The slices of a value, joined; None if one lies outside of it."""
    if isinstance(value, LayerBytes):
        value = bytes(value[: value.own])
    parts = []
    for start, length in ranges:
        begin = start + len(value) if start < 0 else start
        end = len(value) if length is None else begin + length
        if begin < 0 or begin >= len(value) or end > len(value) or end <= begin:
            return None
        parts.append(value[begin:end])
    return empty.join(parts)


def number_of(value: Any) -> Any:
    """An address as a number; anything else as it is."""
    return int.from_bytes(value, "big") if isinstance(value, bytes) else value


def same(value: Any) -> Any:
    """The value itself."""
    return value


def _ipv4_equal(one: Any, other: Any) -> bool:
    first, second = number_of(one), number_of(other)
    if isinstance(second, Network):
        return bool(first & second.mask == second.address)
    if isinstance(first, Network):
        return bool(second & first.mask == first.address)
    return bool(first == second)


def _ipv4_order(one: Any, other: Any) -> int:
    """Negative, zero or positive; a network compares by its first bits."""
    first, second = number_of(one), number_of(other)
    if isinstance(second, Network):
        return int(first & second.mask) - second.address
    if isinstance(first, Network):
        return first.address - int(second & first.mask)
    return int(first - second)


def _length(value: Any) -> int:
    return value.own if isinstance(value, LayerBytes) else len(value)


def chosen(choose: Callable[[list[Any]], Any], lists: list[Sequence[Any]]) -> list[Any]:
    """The largest or smallest value, if there is any."""
    found = [value for values in lists for value in values]
    return [choose(found)] if found else []


def counted(values: Sequence[Any]) -> list[int]:
    """How often a field occurs; nothing if it does not."""
    return [len(values)] if values else []


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda one, other: one == other,
    "===": lambda one, other: one == other,
    "!=": lambda one, other: one != other,
    "!==": lambda one, other: one != other,
    ">": lambda one, other: one > other,
    "<": lambda one, other: one < other,
    ">=": lambda one, other: one >= other,
    "<=": lambda one, other: one <= other,
}
IPV4_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": _ipv4_equal,
    "===": _ipv4_equal,
    "!=": lambda one, other: not _ipv4_equal(one, other),
    "!==": lambda one, other: not _ipv4_equal(one, other),
    ">": lambda one, other: _ipv4_order(one, other) > 0,
    "<": lambda one, other: _ipv4_order(one, other) < 0,
    ">=": lambda one, other: _ipv4_order(one, other) >= 0,
    "<=": lambda one, other: _ipv4_order(one, other) <= 0,
}
ARITHMETIC: dict[str, Callable[[int, int], int]] = {
    "&": lambda one, other: one & other,
    "+": lambda one, other: one + other,
    "-": lambda one, other: one - other,
    "*": lambda one, other: one * other,
    "/": lambda one, other: one // other,
    "%": lambda one, other: one % other,
}
FUNCTIONS: dict[str, tuple[Callable[[Any], Any], frozenset[Kind], Kind]] = {
    "len": (_length, SLICEABLE, Kind.NUMBER),
    "upper": (str.upper, frozenset((Kind.STRING,)), Kind.STRING),
    "lower": (str.lower, frozenset((Kind.STRING,)), Kind.STRING),
    "abs": (abs, NUMERIC, Kind.NUMBER),
}
