"""Strategies for the fields of a header, an option or a record, drawn in the order of the wire.

In that order, because what is there and how long it is depends on what stands before: a flag that
was drawn decides about its optional part, a count about its array. Where AUTO computes the flag or
the count it is the other way round, and the part is free.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from construct import Array, Bytes, Const, Construct, Container, IfThenElse, Pass, Select
from construct.core import evaluate
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from wirelab.codecs.constructs import Checksum, Noted
from wirelab.codecs.header import AUTO
from wirelab.codecs.option_lists import WhenLength
from wirelab.codecs.strategies.values import REPEATED, free_bytes, value

Fields = Sequence[tuple[str, Noted]]

LEFT_OUT: SearchStrategy[Any] = st.nothing()
"""For `draw_fields`: the constructor shall have no such argument."""


def is_computed(notes: Noted) -> bool:
    """Whether AUTO computes the field: it is no argument of a right header."""
    return notes.auto is not None or isinstance(notes.subcon, Checksum)


class Body:
    """The fields of a header, option or record, with what can be known of them before drawing."""

    def __init__(self, noted: Fields) -> None:
        self.noted = [(name, notes) for name, notes in noted if not isinstance(notes.subcon, Const)]
        self.computed = {name for name, notes in noted if is_computed(notes)}
        lengths = [length_of(notes.subcon) for _, notes in noted]
        self.steering = names_in(*lengths) - self.computed
        """Fields by which a later part is as long as it is."""
        self.known: dict[str, Any] = {}
        """Values without drawing; what AUTO will compute is missing."""
        for name, notes in noted:
            if isinstance(notes.subcon, Const):
                self.known[name] = notes.subcon.value
            elif notes.default is not None and name not in self.computed:
                self.known[name] = notes.default
        sizes = {
            size
            for _, notes in noted
            if isinstance(notes.subcon, WhenLength)
            for size in notes.subcon.lengths
        }
        self.sizes = st.sampled_from([0, *sorted(sizes)]) if sizes else None

    def draw(
        self,
        draw: st.DrawFn,
        chosen: Callable[[str, Noted], SearchStrategy[Any] | None],
    ) -> dict[str, Any]:
        """Arguments for a constructor.

        Args:
            draw: Hypothesis's.
            chosen: a strategy for one field, `LEFT_OUT`, or None: as the declaration says.
        """
        state = _State(draw, self)
        values: dict[str, Any] = {}
        for name, notes in self.noted:
            strategy = chosen(name, notes)
            if strategy is None:
                if name in self.computed:
                    continue
                strategy = _FEW if name in self.steering else state.of(notes.subcon, notes)
            if strategy is not LEFT_OUT:
                values[name] = state.known[name] = draw(strategy)
        return values


_FEW = st.integers(0, REPEATED)


class _State:
    """What is known of a body while it is drawn.

    Attributes:
        known: values so far.
        size: bytes of data that were decided for, where parts depend on that.
    """

    def __init__(self, draw: st.DrawFn, body: Body) -> None:
        self.draw = draw
        self.known = dict(body.known)
        self.size = 0 if body.sizes is None else draw(body.sizes)
        self.has_ended = False

    def of(self, inner: Construct, notes: Noted) -> SearchStrategy[Any]:
        """A strategy for a field, as its construct and what is known say."""
        if isinstance(inner, IfThenElse):
            return self._conditional(inner, notes)
        if isinstance(inner, WhenLength):
            return value(inner.subcon, notes) if self.size in inner.lengths else _ABSENT
        if isinstance(inner, Select):  # construct's `Optional`: absent from one on, if at all
            self.has_ended = self.has_ended or self.draw(_EITHER)
            return _ABSENT if self.has_ended else value(inner.subcons[0], notes)
        length = length_of(inner)
        if length is None:
            return value(inner, notes)
        count = self._evaluated(length)
        return _sized(inner, notes, -1 if count is None else count)

    def _conditional(self, inner: IfThenElse, notes: Noted) -> SearchStrategy[Any]:
        holds = self._evaluated(inner.condfunc)
        if inner.elsesubcon is not Pass:
            return self.of(inner.thensubcon if holds else inner.elsesubcon, notes)
        if holds is None:
            # AUTO sets the flag by whether there is a value, if the other fields let one be there.
            flags = dict.fromkeys(names_in(inner.condfunc) - self.known.keys(), 1)
            can_hold = evaluate(inner.condfunc, Container({**flags, **self.known}))
            holds = bool(can_hold) and self.draw(_EITHER)
        if not holds:
            return _ABSENT
        is_checksum = isinstance(inner.thensubcon, Checksum)
        return _AUTO if is_checksum else self.of(inner.thensubcon, notes)

    def _evaluated(self, expression: Any) -> int | None:
        """The value of an expression, or None if it is about what AUTO computes."""
        if not names_in(expression) <= self.known.keys():
            return None
        return max(0, int(evaluate(expression, Container(self.known))))


_ABSENT = st.none()
_AUTO = st.just(AUTO)
_EITHER = st.booleans()


@cache
def _sized(inner: Construct, notes: Noted, count: int) -> SearchStrategy[Any]:
    """Bytes or elements, so many; -1: any number."""
    if isinstance(inner, Bytes):
        return free_bytes() if count < 0 else st.binary(min_size=count, max_size=count)
    # A list with a default has no sense when it is empty.
    fewest = 1 if notes.default else 0
    low, high = (fewest, REPEATED) if count < 0 else (count, count)
    return st.lists(value(inner.subcon, notes), min_size=low, max_size=high).map(tuple)


def length_of(inner: Construct) -> Any:
    """The expression of a length that other fields steer, or None."""
    length = inner.count if isinstance(inner, Array) else getattr(inner, "length", None)
    is_variable = isinstance(inner, (Bytes, Array)) and not isinstance(length, int)
    return length if is_variable else None


def names_in(*expressions: Any) -> set[str]:
    """The fields in some expressions: construct writes them `this['name']`."""
    found: set[str] = set()
    for expression in expressions:
        names = _NAMES.get(id(expression))
        if names is None:
            names = frozenset(re.findall(r"this\['(\w+)'\]", repr(expression)))
            _NAMES[id(expression)] = names
            _KEPT.append(expression)
        found |= names
    return found


_NAMES: dict[int, frozenset[str]] = {}
_KEPT: list[Any] = []
"""Keeps the expressions of schemas, so that nothing else gets their number."""
