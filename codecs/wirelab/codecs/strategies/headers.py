"""Strategies for single headers and for their options."""

from collections.abc import Callable
from typing import Any, TypeVar

from construct import Bytes, Construct, Container, IfThenElse
from construct.core import evaluate
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from wirelab.codecs.constructs import Noted, Rule
from wirelab.codecs.errors import CodecError, EncodeError
from wirelab.codecs.header import AUTO, Field, Header
from wirelab.codecs.header_schema import Bound
from wirelab.codecs.option_lists import OptionList, RecordList
from wirelab.codecs.options import Option
from wirelab.codecs.protocols import IPv4
from wirelab.codecs.reference import schema_of
from wirelab.codecs.strategies.bodies import (
    LEFT_OUT,
    Body,
    is_computed,
    length_of,
    names_in,
)
from wirelab.codecs.strategies.lists import elements, lists
from wirelab.codecs.strategies.sections import sections
from wirelab.codecs.strategies.values import cached, fixed_bytes, integers

HeaderType = TypeVar("HeaderType", bound=Header)

BELOW = IPv4(source="10.0.0.1", destination="10.0.0.2")
"""For pseudo-headers while a header stands alone."""

SPREAD = 0x9E3779B1
"""ours: an odd number without a pattern in its bits (2**32 divided by the golden ratio)."""

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
        TypeError: `header` is no class of headers.
    """
    _require_class(header)
    known = {
        *header.VALUES,
        *(field.name for field in header.FIELDS),
        *_maker(header, wrong).sections,
    }
    for name in fields:
        if name not in known:
            raise EncodeError(
                header.LAYER, name, fields[name], f"one of {', '.join(header.VALUES)}"
            )
    given = {name: _strategy(one) for name, one in fields.items()}
    return _headers(_maker(header, wrong), given)


def options(header: type[Header], name: str = "") -> SearchStrategy[Option]:
    """One element of a list of `header`: an option of a known kind, an unknown one, a record.

    Args:
        header: `TCP`, `IPv4`, ...
        name: the list; by default the header's first.

    Raises:
        TypeError: the header has no such list.
    """
    declared = _list(header, name)[1]
    return elements(header.__module__, declared)


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
    _require_class(header)
    for name, notes in schema_of(header.LAYER).noted():
        if isinstance(notes.subcon, (OptionList, RecordList)) and wanted in (name, ""):
            return name, notes.subcon
    raise TypeError(f"{header.LAYER} has no list{wanted and f' {wanted}'}")


def _require_class(header: object) -> None:
    if not (isinstance(header, type) and issubclass(header, Header)):
        raise TypeError(f"header: expected a class of headers, like TCP, got {header!r}")


def _strategy(given: Any) -> SearchStrategy[Any]:
    return given if isinstance(given, SearchStrategy) else st.just(given)


class _Maker:
    """All that can be thought about a header class before anything is drawn.

    Attributes:
        plan: strategies for what the declaration of a field alone does not say.
        optional: constructor arguments that can be left out.
        mask: which of them are not: one number for all, fewer draws, and zero is the plainest.
        groups: fields that share a length, and a strategy for it.
        left_out: arguments that are never given.
        sections: arguments that stand for sections of records.
    """

    def __init__(self, header: type[Header], wrong: bool) -> None:
        noted = schema_of(header.LAYER).noted()
        self.header = header
        self.body = Body(noted)
        self.plan = _plan(header, wrong)
        self.optional = [
            name
            for name, notes in noted
            if (notes.default is not None or name in self.body.computed)
            # What hangs on a field that is drawn must be drawn with it.
            and names_in(_steered_by(notes.subcon)) <= self.body.computed
        ]
        self.mask = st.integers(0, (1 << len(self.optional)) - 1)
        self.groups = [(names, st.sampled_from(sizes)) for names, sizes in _variable(header)]
        self.left_out: set[str] = set()
        self.sections: dict[str, SearchStrategy[Any]] = {}
        for name, notes in noted:
            if notes.sections is not None and not wrong:
                # Their bytes come of their records, and so do the counts.
                self.left_out |= {name, *notes.sections.counts.values()}
                self.sections |= sections(header.__module__, notes.sections)


@cached
def _maker(header: type[Header], wrong: bool) -> _Maker:
    return _Maker(header, wrong)


@st.composite
def _headers(draw: st.DrawFn, maker: _Maker, given: dict[str, SearchStrategy[Any]]) -> Any:
    # Hypothesis prefers small numbers; multiplying spreads their bits over all fields.
    changed = draw(maker.mask) * SPREAD
    alone = {name for bit, name in enumerate(maker.optional) if not changed >> bit & 1}
    lengths: dict[str, int] = {}
    for names, sizes in maker.groups:
        lengths |= dict.fromkeys(names, draw(sizes))

    def chosen(name: str, notes: Noted) -> SearchStrategy[Any] | None:
        if name in given:
            return given[name]
        if name in lengths:
            return fixed_bytes(lengths[name], notes)
        return LEFT_OUT if name in alone or name in maker.left_out else maker.plan.get(name)

    values = maker.body.draw(draw, chosen)
    for name, strategy in (maker.sections | given).items():
        if name not in values:
            values[name] = draw(strategy)
    return maker.header(**values)


@cached
def _plan(header: type[Header], wrong: bool) -> dict[str, SearchStrategy[Any]]:
    """Strategies for what a declaration alone does not say: lists, rules, and wrong lengths."""
    schema = schema_of(header.LAYER)
    rules = {member.blames: member for member in schema.subcons if isinstance(member, Rule)}
    bound = schema.notes.bound
    # A header whose parts are not as long as it says, or not there, would refuse to be built.
    steering = names_in(*[_steered_by(notes.subcon) for _, notes in schema.noted()])
    plan: dict[str, SearchStrategy[Any]] = {}
    for name, notes in schema.noted():
        if is_computed(notes):
            if wrong and name not in steering:
                plan[name] = st.one_of(st.just(AUTO), integers(field_of(header, name).bits))
        elif isinstance(notes.subcon, (OptionList, RecordList)):
            plan[name] = option_lists(header, name)
        elif bound is not None and name == bound.name and not wrong:
            plan[name] = integers(field_of(header, name).bits, notes).filter(_promises_none(bound))
        elif name in rules and not wrong:
            plan[name] = st.sampled_from(_allowed(header, name, rules[name]))
    return plan


def _promises_none(bound: Bound) -> Callable[[int], bool]:
    """Whether a number says no length, so that it is right for any payload."""
    return lambda number: not evaluate(bound.when, Container({bound.name: number}))


def _steered_by(inner: Construct) -> Any:
    return inner.condfunc if isinstance(inner, IfThenElse) else length_of(inner)


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


@cached
def _variable(header: type[Header]) -> list[tuple[list[str], list[int]]]:
    """Groups of fields that share a length AUTO computes, with the lengths that they may have.

    Which lengths those are (multiples of 4, say) is found out by trying them.
    """
    noted = schema_of(header.LAYER).noted()
    computed = {name for name, notes in noted if is_computed(notes)}
    groups: dict[str, list[str]] = {}
    for name, notes in noted:
        length = length_of(notes.subcon)
        if isinstance(notes.subcon, Bytes) and names_in(length) & computed:
            groups.setdefault(repr(length), []).append(name)
    found = []
    for names in groups.values():
        default = len(dict(noted)[names[0]].default or b"")
        lengths = sorted(LENGTHS, key=lambda length: (length != default, length))
        found.append((names, [length for length in lengths if _works(header, names, length)]))
    return found


def _works(header: type[Header], names: list[str], length: int) -> bool:
    """Whether a header is read back after building when those fields have that length."""
    try:
        above = {header.NEXT_FIELD: 59} if header.NEXT_FIELD else {}  # RFC 8200: nothing follows
        made = header(**{name: bytes(length) for name in names}, **above)
        built = made.build(b"", BELOW, None)
        return header.parse(built).build(b"", BELOW) == built
    except CodecError:
        return False


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
