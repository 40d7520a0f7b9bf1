"""Strategies for single headers and for their options."""

from collections.abc import Mapping
from typing import Any, TypeVar

from construct import Bytes, Container
from construct.core import evaluate
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from wirelab.codecs.constructs import Checksum, Noted, Rule
from wirelab.codecs.errors import CodecError, EncodeError
from wirelab.codecs.header import AUTO, Field, Header
from wirelab.codecs.option_lists import OptionList, RecordList
from wirelab.codecs.options import Option
from wirelab.codecs.protocols import IPv4
from wirelab.codecs.reference import schema_of
from wirelab.codecs.strategies.lists import elements, lists, names_in
from wirelab.codecs.strategies.values import cached, fixed_bytes, integers, value

HeaderType = TypeVar("HeaderType", bound=Header)

BELOW = IPv4(source="10.0.0.1", destination="10.0.0.2")
"""For pseudo-headers while a header stands alone."""

LENGTHS = range(41)
"""Bytes of a part of variable length; ours: more of the same finds nothing new."""


def headers(
    header: type[HeaderType], *, wrong: bool = False, **fields: Any
) -> SearchStrategy[HeaderType]:
    """Headers of one class.

    Args:
        header: `TCP`, `IPv4`, ...
        wrong: computed fields (lengths, checksums) and those with a rule (`version`) have any value
            that fits, not only right ones. Such a header can be built, but maybe not read.
        fields: constructor arguments, each a value or a strategy of values; also wrong ones.

    Returns:
        A strategy of `header`. Without `wrong` and `fields`, what it gives can be read back after
        building; lengths and checksums are AUTO.

    Raises:
        EncodeError: no such field.
    """
    known = {*header.VALUES, *(field.name for field in header.FIELDS)}
    for name in fields:
        if name not in known:
            raise EncodeError(
                header.LAYER, name, fields[name], f"one of {', '.join(header.VALUES)}"
            )
    given = {name: _strategy(one) for name, one in fields.items()}
    return _headers(header, {**_plan(header, wrong), **given}, frozenset(given))


def options(header: type[Header], name: str = "") -> SearchStrategy[Option]:
    """One element of a list of `header`: an option of a known kind, an unknown one, a record.

    Args:
        header: `TCP`, `IPv4`, ...
        name: the list; by default the header's first.

    Raises:
        TypeError: the header has no such list.
    """
    return elements(header.__module__, _list(header, name)[1])


def option_lists(
    header: type[Header], name: str = "", maximum: int = 8
) -> SearchStrategy[tuple[Option, ...]]:
    """Options that fit into `header` together, from none to as many as there is room for.

    Args:
        header: `TCP`, `IPv4`, ...
        name: the list; by default the header's first.
        maximum: at most so many.

    Raises:
        TypeError: the header has no such list.
    """
    name, declared = _list(header, name)
    whole = lists(header.__module__, declared, maximum)
    return whole.map(lambda chosen: _that_fit(header, name, chosen))


def _list(header: type[Header], wanted: str) -> tuple[str, OptionList | RecordList]:
    for name, notes in schema_of(header.LAYER).noted():
        if isinstance(notes.subcon, (OptionList, RecordList)) and wanted in (name, ""):
            return name, notes.subcon
    raise TypeError(f"{header.LAYER} has no list{wanted and f' {wanted}'}")


def _strategy(given: Any) -> SearchStrategy[Any]:
    return given if isinstance(given, SearchStrategy) else st.just(given)


@st.composite
def _headers(
    draw: st.DrawFn,
    header: type[HeaderType],
    plan: Mapping[str, SearchStrategy[Any]],
    given: frozenset[str],
) -> HeaderType:
    optional = [name for name in plan if name not in given and name in _with_default(header)]
    # One number says which fields are not left alone: fewer draws, and zero is the plainest header.
    changed = draw(st.integers(0, (1 << len(optional)) - 1))
    alone = {name for bit, name in enumerate(optional) if not changed >> bit & 1}
    values = {name: draw(strategy) for name, strategy in plan.items() if name not in alone}
    for lengths, names in _variable(header):
        length = draw(st.sampled_from(lengths))
        for name in names:
            if name not in given:
                values[name] = draw(_of_length(header, name, length))
    return header(**values)


@cached
def _with_default(header: type[Header]) -> frozenset[str]:
    """The constructor arguments that can be left out."""
    noted = schema_of(header.LAYER).noted()
    return frozenset(
        name for name, notes in noted if notes.default is not None or name in header.COMPUTED
    )


@cached
def _plan(header: type[Header], wrong: bool) -> dict[str, SearchStrategy[Any]]:
    """A strategy for each constructor argument but AUTO ones and bytes of variable length."""
    schema = schema_of(header.LAYER)
    rules = {member.blames: member for member in schema.subcons if isinstance(member, Rule)}
    # A header whose parts are not as long as it says would refuse to be built.
    steering = names_in(
        *[notes.subcon.length for _, notes in schema.noted() if _is_variable(notes)]
    )
    plan: dict[str, SearchStrategy[Any]] = {}
    for name, notes in schema.noted():
        if notes.auto is not None or isinstance(notes.subcon, Checksum):
            if wrong and name not in steering:
                bits = field_of(header, name).bits
                plan[name] = st.one_of(st.just(AUTO), integers(bits))
        elif isinstance(notes.subcon, (OptionList, RecordList)):
            plan[name] = option_lists(header, name)
        elif name in rules and not wrong:
            plan[name] = st.sampled_from(_allowed(header, name, rules[name]))
        elif not _is_variable(notes):
            plan[name] = value(notes)
    return plan


def field_of(header: type[Header], name: str) -> Field:
    """The entry of a field in the table of its class."""
    return next(field for field in header.FIELDS if field.name == name)


def _allowed(header: type[Header], name: str, rule: Rule) -> list[int]:
    """The values of a field that its rule allows, the default first."""
    noted = dict(schema_of(header.LAYER).noted())
    others = {one: notes.default or 0 for one, notes in noted.items()}
    numbers = range(1 << min(field_of(header, name).bits, 16))
    found = [
        number
        for number in numbers
        if evaluate(rule.condition, Container({**others, name: number}))
    ]
    return sorted(found, key=lambda number: number != noted[name].default)


def _is_variable(notes: Noted) -> bool:
    return isinstance(notes.subcon, Bytes) and not isinstance(notes.subcon.length, int)


@cached
def _variable(header: type[Header]) -> list[tuple[list[int], list[str]]]:
    """Groups of fields that share a length, with the lengths that they may have.

    Which lengths those are (multiples of 4, say) is found out by trying them.
    """
    groups: dict[str, list[str]] = {}
    for name, notes in schema_of(header.LAYER).noted():
        if _is_variable(notes):
            groups.setdefault(repr(notes.subcon.length), []).append(name)
    found = []
    for names in groups.values():
        default = len(dict(schema_of(header.LAYER).noted())[names[0]].default or b"")
        lengths = sorted(LENGTHS, key=lambda length: (length != default, length))
        found.append(([length for length in lengths if _works(header, names, length)], names))
    return found


def _works(header: type[Header], names: list[str], length: int) -> bool:
    """Whether a header is read back after building when those fields have that length."""
    try:
        made = header(**{name: bytes(length) for name in names})
        built = made.build(b"", BELOW, None)
        return header.parse(built).build(b"", BELOW) == built
    except CodecError:
        return False


def _of_length(header: type[Header], name: str, length: int) -> SearchStrategy[bytes]:
    return fixed_bytes(length, dict(schema_of(header.LAYER).noted())[name])


def _that_fit(header: type[Header], name: str, chosen: tuple[Option, ...]) -> tuple[Option, ...]:
    """As many of `chosen` as the header has room for."""
    while chosen:
        try:
            header(**{name: chosen})
        except EncodeError:
            chosen = chosen[:-1]
        else:
            break
    return chosen
