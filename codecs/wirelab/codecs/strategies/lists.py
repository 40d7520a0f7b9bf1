"""Strategies for what lists hold: options and records, with all that may be inside of them."""

from collections.abc import Callable
from functools import cache, partial
from importlib import import_module
from typing import Any

from hypothesis import reject
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from wirelab.codecs import options as common
from wirelab.codecs.errors import EncodeError
from wirelab.codecs.option_lists import Option, OptionList, Record, RecordList
from wirelab.codecs.protocols import HOMES
from wirelab.codecs.strategies.bodies import Body
from wirelab.codecs.strategies.values import REPEATED, free_bytes
from wirelab.codecs.tlv import INTERNET_OPTIONS, TlvStyle


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
        return _made(home, declared.record, INTERNET_OPTIONS)
    style = declared.style
    makers: list[Callable[[], SearchStrategy[Any]]] = []
    if style.padding:
        makers.append(partial(_plain, home, style.padding[0]))
    makers += [partial(_made, home, option, style) for option in declared.options]
    makers.append(partial(_unknown_options, declared))
    if style.end:
        makers.append(partial(_plain, home, style.end[0]))
    made: SearchStrategy[Any] = _one_of(st.integers(0, len(makers) - 1), tuple(makers))
    return made


@st.composite
def _one_of(
    draw: st.DrawFn,
    choice: SearchStrategy[int],
    makers: tuple[Callable[[], SearchStrategy[Any]], ...],
) -> Any:
    """As `st.one_of`, but a list of a hundred options costs only those that are drawn."""
    return draw(makers[draw(choice)]())


@cache
def _plain(home: str, name: str) -> SearchStrategy[Any]:
    """A padding or an end."""
    return st.just(generated(home, name)())


@cache
def _unknown_options(declared: OptionList) -> SearchStrategy[Any]:
    return st.builds(common.UnknownOption, st.sampled_from(_unknown(declared)), free_bytes())


def lists(
    home: str, declared: OptionList | RecordList, maximum: int = REPEATED
) -> SearchStrategy[tuple[Any, ...]]:
    """Whole lists."""
    return st.lists(elements(home, declared), max_size=maximum).map(tuple)


def generated(home: str, name: str) -> Any:
    """A generated class: of the header's module, of another one, or shared by all options."""
    for module in (home, f"wirelab.codecs.protocols.{HOMES.get(name, '')}".rstrip(".")):
        found = getattr(import_module(module), name, None)
        if found is not None:
            return found
    return getattr(common, name)


def _unknown(declared: OptionList) -> list[int]:
    """Kinds that no option of the list has, a few of them."""
    style = declared.style
    single = {pair[1] for pair in (style.padding, style.end) if pair}
    known = {option.kind for option in declared.options} | single
    top = (1 << 8 * style.kind_bytes) - 1
    return [kind for kind in (*range(256), top - 1, top) if kind <= top and kind not in known]


@cache
def _made(home: str, declared: Option | Record, style: TlvStyle) -> SearchStrategy[Any]:
    noted = declared.body.noted()
    nested = {
        name: lists(home, notes.subcon)
        for name, notes in noted
        if isinstance(notes.subcon, (OptionList, RecordList))
    }
    made: SearchStrategy[Any] = _instances(
        generated(home, declared.name), Body(noted), nested, style
    )
    return made


@st.composite
def _instances(
    draw: st.DrawFn, kind: Any, body: Body, nested: dict[str, SearchStrategy[Any]], style: TlvStyle
) -> Any:
    """Options or records of one class: what AUTO computes and what is constant is left out."""
    made = kind(**body.draw(draw, lambda name, notes: nested.get(name)))
    try:
        made.encode(style)
    except EncodeError:  # parts that do not suit each other: padding that must fill up, say
        reject()
    return made
