"""Strategies for the fields of a header, an option or a record, drawn in the order of the wire.

In that order, because what is there and how long it is depends on what stands before: a flag that
was drawn decides about its optional part, a count about its array. Where AUTO computes the flag or
the count it is the other way round, and the part is free.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from construct import Array, Bytes, Const, Construct, Container, IfThenElse, Pass, Select
from construct.core import evaluate
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from wirelab.codecs.constructs import Checksum, Noted
from wirelab.codecs.option_lists import WhenLength
from wirelab.codecs.strategies.values import REPEATED, free_bytes, value

Fields = Sequence[tuple[str, Noted]]

LEFT_OUT: SearchStrategy[Any] = st.nothing()
"""For `draw_fields`: the constructor shall have no such argument."""


def is_computed(notes: Noted) -> bool:
    """Whether AUTO computes the field: it is no argument of a right header."""
    return notes.auto is not None or isinstance(notes.subcon, Checksum)


def draw_fields(
    draw: st.DrawFn,
    noted: Fields,
    chosen: Callable[[str, Noted], SearchStrategy[Any] | None],
) -> dict[str, Any]:
    """Arguments for a constructor.

    Args:
        draw: Hypothesis's.
        noted: the fields in wire order.
        chosen: a strategy for one field, `LEFT_OUT`, or None: as the declaration says.
    """
    steering = steering_names(noted)
    state = _State(draw, noted)
    values: dict[str, Any] = {}
    for name, notes in noted:
        if isinstance(notes.subcon, Const):
            continue
        strategy = chosen(name, notes)
        if strategy is None:
            if is_computed(notes):
                continue
            steers = name in steering
            strategy = st.integers(0, REPEATED) if steers else state.derived(notes)
        if strategy is not LEFT_OUT:
            values[name] = state.known[name] = draw(strategy)
    return values


def steering_names(noted: Fields) -> set[str]:
    """The fields, not computed, by which a later part is as long as it is."""
    computed = {name for name, notes in noted if is_computed(notes)}
    return names_in(*[length_of(notes.subcon) for _, notes in noted]) - computed


class _State:
    """What is known of a body while it is drawn.

    Attributes:
        known: values so far, defaults among them; what AUTO will compute is missing.
    """

    def __init__(self, draw: st.DrawFn, noted: Fields) -> None:
        self.draw = draw
        self.known: dict[str, Any] = {}
        for name, notes in noted:
            if isinstance(notes.subcon, Const):
                self.known[name] = notes.subcon.value
            elif notes.default is not None and not is_computed(notes):
                self.known[name] = notes.default
        lengths = {
            length
            for _, notes in noted
            if isinstance(notes.subcon, WhenLength)
            for length in notes.subcon.lengths
        }
        self.size = draw(st.sampled_from([0, *sorted(lengths)])) if lengths else 0
        self.has_ended = False

    def derived(self, notes: Noted) -> SearchStrategy[Any]:
        """A strategy for a field, as its construct and what is known say."""
        return self._of(notes.subcon, notes)

    def _of(self, inner: Construct, notes: Noted) -> SearchStrategy[Any]:
        if isinstance(inner, IfThenElse):
            return self._conditional(inner, notes)
        if isinstance(inner, WhenLength):
            return value(inner.subcon, notes) if self.size in inner.lengths else st.none()
        if isinstance(inner, Select):  # construct's `Optional`: absent from one on, if at all
            self.has_ended = self.has_ended or self.draw(st.booleans())
            return st.none() if self.has_ended else value(inner.subcons[0], notes)
        length = length_of(inner)
        if length is None:
            return value(inner, notes)
        count = self._evaluated(length)
        if isinstance(inner, Bytes):
            return free_bytes() if count is None else st.binary(min_size=count, max_size=count)
        # A list with a default has no sense when it is empty.
        fewest = 1 if notes.default else 0
        low, high = (fewest, REPEATED) if count is None else (count, count)
        return st.lists(value(inner.subcon, notes), min_size=low, max_size=high).map(tuple)

    def _conditional(self, inner: IfThenElse, notes: Noted) -> SearchStrategy[Any]:
        holds = self._evaluated(inner.condfunc)
        if inner.elsesubcon is not Pass:
            return self._of(inner.thensubcon if holds else inner.elsesubcon, notes)
        if holds is None:  # AUTO sets the flag by whether there is a value
            return st.none() | self._of(inner.thensubcon, notes)
        return self._of(inner.thensubcon, notes) if holds else st.none()

    def _evaluated(self, expression: Any) -> Any:
        """The value of an expression, or None if it is about what AUTO computes."""
        if not names_in(expression) <= self.known.keys():
            return None
        found = evaluate(expression, Container(self.known))
        return max(0, int(found))


def length_of(inner: Construct) -> Any:
    """The expression of a length that other fields steer, or None."""
    length = inner.count if isinstance(inner, Array) else getattr(inner, "length", None)
    is_variable = isinstance(inner, (Bytes, Array)) and not isinstance(length, int)
    return length if is_variable else None


def names_in(*expressions: Any) -> set[str]:
    """The fields in some expressions: construct writes them `this['name']`."""
    return set(re.findall(r"this\['(\w+)'\]", repr(expressions)))
