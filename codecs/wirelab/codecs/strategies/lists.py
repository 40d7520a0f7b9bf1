"""Strategies for what lists hold: options and records, with all that may be inside of them."""

import re
from functools import cache
from importlib import import_module
from typing import Any

from construct import Array, Bytes, Const, Construct, Container, Select
from construct.core import evaluate
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from wirelab.codecs import options as common
from wirelab.codecs.constructs import Noted
from wirelab.codecs.option_lists import Body, Option, OptionList, Record, RecordList
from wirelab.codecs.strategies.values import REPEATED, free_bytes, value


@cache
def elements(home: str, declared: OptionList | RecordList) -> SearchStrategy[Any]:
    """One element of a list.

    Args:
        home: module of the generated classes.
        declared: the list as the schema declares it.
    """
    own = declared.name_of_type.rpartition(".")[0]
    if own:  # shared by headers of several modules
        home = f"{home.rpartition('.')[0]}.{own}"
    if isinstance(declared, RecordList):
        return _made(home, declared.record)
    style = declared.style
    alternatives = [_made(home, option) for option in declared.options]
    if style.padding:
        alternatives.insert(0, st.just(generated(home, style.padding[0])()))
    alternatives.append(
        st.builds(common.UnknownOption, st.sampled_from(_unknown(declared)), free_bytes())
    )
    if style.end:
        alternatives.append(st.just(generated(home, style.end[0])()))
    return st.one_of(alternatives)


def lists(
    home: str, declared: OptionList | RecordList, maximum: int = REPEATED
) -> SearchStrategy[tuple[Any, ...]]:
    """Whole lists."""
    return st.lists(elements(home, declared), max_size=maximum).map(tuple)


def generated(home: str, name: str) -> Any:
    """A generated class: of the header's module, or one that all options share."""
    return getattr(import_module(home), name, None) or getattr(common, name)


def _unknown(declared: OptionList) -> list[int]:
    """Kinds that no option of the list has, a few of them."""
    style = declared.style
    single = {pair[1] for pair in (style.padding, style.end) if pair}
    known = {option.kind for option in declared.options} | single
    top = (1 << 8 * style.kind_bytes) - 1
    return [kind for kind in (*range(256), top - 1, top) if kind <= top and kind not in known]


def _made(home: str, declared: Option | Record) -> SearchStrategy[Any]:
    made: SearchStrategy[Any] = _instances(home, generated(home, declared.name), declared.body)
    return made


@st.composite
def _instances(draw: st.DrawFn, home: str, kind: Any, body: Body) -> Any:
    """Options or records of one class: what AUTO computes and what is constant is left out."""
    noted = body.noted()
    computed = {name for name, notes in noted if notes.auto is not None}
    steering = {name for _, notes in noted for name in names_in(_length(notes.subcon))} - computed
    values: dict[str, Any] = {}
    has_ended = False
    for name, notes in noted:
        inner = notes.subcon
        if name in computed or isinstance(inner, Const):
            continue
        if name in steering:
            values[name] = draw(st.integers(0, REPEATED))
        elif isinstance(inner, Select):  # construct's `Optional`: absent from one on, if at all
            has_ended = has_ended or draw(st.booleans())
            values[name] = None if has_ended else draw(value(inner.subcons[0], notes))
        else:
            values[name] = draw(_field(home, notes, values))
    return kind(**values)


def _field(home: str, notes: Noted, known: dict[str, Any]) -> SearchStrategy[Any]:
    inner = notes.subcon
    if isinstance(inner, (OptionList, RecordList)):
        return lists(home, inner)
    length = _length(inner)
    if length is None:
        return value(notes)
    # What steers the length has been drawn; what AUTO computes follows this field.
    count = evaluate(length, Container(known)) if names_in(length) <= known.keys() else None
    if isinstance(inner, Bytes):
        return free_bytes() if count is None else st.binary(min_size=count, max_size=count)
    low, high = (0, REPEATED) if count is None else (count, count)
    return st.lists(value(inner.subcon), min_size=low, max_size=high).map(tuple)


def _length(inner: Construct) -> Any:
    """The expression of a length that other fields steer, or None."""
    length = inner.count if isinstance(inner, Array) else getattr(inner, "length", None)
    is_variable = isinstance(inner, (Bytes, Array)) and not isinstance(length, int)
    return length if is_variable else None


def names_in(*expressions: Any) -> set[str]:
    """The fields in some expressions: construct writes them `this['name']`."""
    return set(re.findall(r"this\['(\w+)'\]", repr(expressions)))
