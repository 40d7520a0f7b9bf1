"""From a construct to a strategy for its values.

Rule 1: the first alternative is the plainest, because Hypothesis shrinks towards it: the default,
then named numbers, then the boundaries, then anything.
Rule 2: a construct that is not known here is refused with its name, never skipped.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, ParamSpec, TypeVar, cast

from construct import (
    BitsInteger,
    Bytes,
    BytesInteger,
    Construct,
    Flag,
    FormatField,
    GreedyBytes,
    GreedyRange,
    Prefixed,
    Renamed,
)
from construct import Sequence as ConstructSequence
from hypothesis import HealthCheck, Phase, currently_in_test_context, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from wirelab.codecs.constructs import Checksum, Noted

REPEATED = 3
"""Elements of a repeated group at most; ours: more of the same finds nothing new."""

PLAIN_BITS = 4
"""Numbers so narrow have no boundaries that any draw would miss."""

REST = 12
"""Bytes of a part without a length of its own at most; ours."""


Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")
Drawn = TypeVar("Drawn")


def cached(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """`functools.cache`, for functions of header classes.

    mypy takes a class whose instances are not hashable for not hashable itself.
    """
    return cast("Callable[Parameters, Result]", cache(function))


def integers(bits: int, notes: Noted | None = None) -> SearchStrategy[int]:
    """Numbers of a width: the default, those with a name, boundaries, and any."""
    top = (1 << bits) - 1
    if bits <= PLAIN_BITS and (notes is None or notes.default in (None, 0)):
        return st.integers(0, top)
    edges = {0, 1, top, top - 1, top >> 1, (top >> 1) + 1, 255, 256}
    if notes is not None and notes.names is not None:
        edges.update(notes.names)
    likely = sorted(edge for edge in edges if 0 <= edge <= top)
    default = notes.default if notes is not None else None
    if isinstance(default, int) and not isinstance(default, bool):
        likely = [default, *(edge for edge in likely if edge != default)]
    return st.one_of(st.sampled_from(likely), st.integers(0, top))


@cache
def fixed_bytes(size: int, notes: Noted | None = None) -> SearchStrategy[bytes]:
    """Bytes of one length: the default, all zeros, all ones, and any."""
    likely = [bytes(size), b"\xff" * size]
    if notes is not None and isinstance(notes.default, bytes) and len(notes.default) == size:
        likely = [notes.default, *(one for one in likely if one != notes.default)]
    return st.one_of(st.sampled_from(likely), st.binary(min_size=size, max_size=size))


@cache
def free_bytes(maximum: int = REST) -> SearchStrategy[bytes]:
    """Bytes of any length up to a maximum, odd and even."""
    return st.one_of(st.just(b""), st.binary(max_size=maximum))


@cache  # Hypothesis thinks about each new strategy at length, so there shall be few
def value(construct: Construct, notes: Noted | None = None) -> SearchStrategy[Any]:
    """A strategy for the values of one construct.

    Raises:
        TypeError: a construct that is not known here.
    """
    if isinstance(construct, Noted):
        return value(construct.subcon, construct)
    if isinstance(construct, Renamed):
        return value(construct.subcon, notes)
    for kind, make in _KINDS:
        if construct is kind or (isinstance(kind, type) and isinstance(construct, kind)):
            return make(construct, notes)
    name = type(construct).__name__
    raise TypeError(f"{name}: no strategy is known for its values; add one to _KINDS in {__name__}")


def _format_field(construct: Any, notes: Noted | None) -> SearchStrategy[int]:
    return integers(int(construct.sizeof()) * 8, notes)


def _bytes(construct: Any, notes: Noted | None) -> SearchStrategy[bytes]:
    length = construct.length
    return fixed_bytes(length, notes) if isinstance(length, int) else free_bytes()


def _repeated(construct: Any, notes: Noted | None) -> SearchStrategy[tuple[Any, ...]]:
    return st.lists(value(construct.subcon), max_size=REPEATED).map(tuple)


def _sequence(construct: Any, notes: Noted | None) -> SearchStrategy[tuple[Any, ...]]:
    return st.tuples(*[value(one) for one in construct.subcons])


_KINDS: Sequence[tuple[Any, Callable[[Any, Noted | None], SearchStrategy[Any]]]] = (
    (Flag, lambda construct, notes: st.booleans()),
    (GreedyBytes, lambda construct, notes: free_bytes()),
    (BitsInteger, lambda construct, notes: integers(int(construct.length), notes)),
    (BytesInteger, lambda construct, notes: integers(int(construct.length) * 8, notes)),
    (FormatField, _format_field),
    (Checksum, lambda construct, notes: integers(16)),
    (Bytes, _bytes),
    (Prefixed, lambda construct, notes: value(construct.subcon, notes)),
    (GreedyRange, _repeated),
    (ConstructSequence, _sequence),
)


def samples(strategy: SearchStrategy[Drawn], count: int = 100) -> list[Drawn]:
    """Values of a strategy, the same at every call: for a fuzzer's corpus, or a table of cases.

    Args:
        strategy: any strategy of Hypothesis's, small or large.
        count: how many at most; fewer if the strategy has no more.
    """
    found: list[Drawn] = []

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(drawn: Drawn) -> None:
        found.append(drawn)

    collect()
    return found


def prepare() -> None:
    """Let Hypothesis do now what it does at its first draw.

    It reads the constants in the source of every loaded module that is no installed package. In a
    checkout of ours that takes longer than a test of a user may draw, who would be told that the
    strategies are slow.
    """
    if not currently_in_test_context():
        samples(st.integers(), 2)
