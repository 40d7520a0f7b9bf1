r"""Display filters: Wireshark's language, compiled once to a Python function.

    >>> display_filter = compile_filter("tcp.flags.syn == 1 && ip.addr == 10.0.0.0/8")
    >>> sorted(display_filter.fields)
    ['ip.addr', 'tcp.flags.syn']
    >>> display_filter.matches({"tcp.flags.syn": [True], "ip.addr": [b"\x0a\0\0\1"]})
    True
    >>> print(compile_filter("ip.ttl < 5 && udp").code)
    def matches(values):
        get = values.get
        values_0 = get('ip.ttl', ())
        values_1 = get('udp', ())
        return True if (any([one < 5 for one in values_0]) and bool(values_1)) else False

Meaning, where a field occurs several times (tshark 4.0): `==`, `<`, `contains` and the like ask
for any occurrence; `!=` and `===` for all of them, and for at least one.

A regular expression is run by Python's `re`, whose time is not bounded: it is the user's own.
"""

import re
from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

from wirelab.codecs.display_filters import runtime
from wirelab.codecs.display_filters.errors import DisplayFilterError
from wirelab.codecs.display_filters.literals import Network
from wirelab.codecs.display_filters.operands import (
    BYTES_LIKE,
    DURATIONS,
    NOTHING,
    NUMERIC,
    SLICEABLE,
    Operand,
    Operands,
)
from wirelab.codecs.display_filters.runtime import LAYERS, Values
from wirelab.codecs.display_filters.syntax import (
    Arithmetic,
    Exists,
    Junction,
    Membership,
    Not,
    Relation,
    Test,
    Text,
    Word,
    parse_filter,
)
from wirelab.codecs.dissect.fields import Kind

Predicate: TypeAlias = Callable[[Values], bool]

PYTHON = {"===": "==", "!==": "!="}
"""Operators that ask for another number of occurrences, and how Python writes them."""
MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


class DisplayFilter(NamedTuple):
    """A compiled filter."""

    text: str
    fields: frozenset[str]
    """Names that `matches` looks up."""
    layered: frozenset[str]
    """Those of them of which it needs the numbers of their layers, too; see `collect`."""
    matches: Predicate
    """Whether a frame with these values passes."""
    code: str
    """Python source of `matches`."""


class Expression(NamedTuple):
    """A filter as a Python expression over variables."""

    code: str
    variables: dict[str, str]
    """Display name, or name and `#` -> variable that holds its values."""
    namespace: dict[str, Any]
    """What the expression refers to."""


def compile_filter(text: str) -> DisplayFilter:
    """Compile a filter; an empty one passes everything.

    Raises:
        DisplayFilterError: with the column and, for an unknown field, the nearest names.
    """
    expression = compile_expression(text)
    lines = ["def matches(values):", "    get = values.get"]
    lines += [f"    {name} = get({key!r}, ())" for key, name in expression.variables.items()]
    lines.append(f"    return True if {expression.code} else False")
    code = "\n".join(lines)
    matches = define(text, code, "matches", expression.namespace)
    names = expression.variables
    fields = frozenset(name for name in names if not name.endswith(LAYERS))
    layered = frozenset(name for name in fields if name + LAYERS in names)
    return DisplayFilter(text, fields, layered, matches, code)


def compile_expression(text: str) -> Expression:
    """Compile a filter for whoever has the values in variables of their own.

    Raises:
        DisplayFilterError: as `compile_filter`.
    """
    if not text.strip():
        return Expression("True", {}, {})
    compiler = _Compiler(text)
    try:
        code = compiler.test(parse_filter(text))
    except RecursionError:
        raise _too_deep(text) from None
    return Expression(code, compiler.operands.variables, compiler.operands.namespace)


def define(text: str, code: str, name: str, namespace: dict[str, Any]) -> Any:
    """The function that the generated code defines."""
    try:
        exec(compile(code, f"<display filter {text}>", "exec"), namespace)
    except (SyntaxError, RecursionError, MemoryError):  # Python counts its parentheses, too
        raise _too_deep(text) from None
    return namespace[name]


def _too_deep(text: str) -> DisplayFilterError:
    return DisplayFilterError("this filter has too many levels of nesting", text, 0, len(text))


class _Compiler:
    def __init__(self, text: str) -> None:
        self.operands = Operands(text)
        self._fail = self.operands.fail

    def test(self, test: Test) -> str:
        """Python for a test."""
        if isinstance(test, Junction):
            parts = [self.test(each) for each in test.tests]
            if test.operator == "^^":
                return f"({' ^ '.join(f'bool({part})' for part in parts)})"
            word = " and " if test.operator == "&&" else " or "
            return f"({word.join(parts)})"
        if isinstance(test, Not):
            return f"(not {self.test(test.test)})"
        if isinstance(test, Relation):
            return self._relation(test)
        if isinstance(test, Membership):
            return self._membership(test)
        return self._exists(test)

    def _exists(self, test: Exists) -> str:
        entity = test.entity
        if isinstance(entity, Text):
            raise self._fail("a string alone is no test", entity.column, len(entity.source))
        if isinstance(entity, Word):
            self.operands.field(entity)  # a literal alone is an unknown field
        operand = self.operands.operand(entity)
        if isinstance(entity, Arithmetic) and entity.operator == "&":
            return f"{self.operands.bind(runtime.any_set)}({operand.code})"
        return f"bool({operand.code})"

    def _relation(self, relation: Relation) -> str:
        operator = relation.operator
        if operator == "matches":
            return self._matches(relation, self.operands.operand(relation.left))
        left, right = self.operands.sides(relation.left, relation.right, relation.column)
        every = operator in ("!=", "===")
        if relation.quantifier:
            every = relation.quantifier == "all"
        if operator == "contains":
            if left.kind not in SLICEABLE:
                message = f"`contains` does not apply to a {left.kind.value}"
                raise self._fail(message, relation.column, 8)
            return _quantified(left.code, right.code, "other in one", every)
        self._check_types(left, right, relation)
        if left.constant is not NOTHING:
            left, right, operator = right, left, MIRRORED.get(operator, operator)
        return self._comparison(left, right, PYTHON.get(operator, operator), every)

    def _check_types(self, left: Operand, right: Operand, relation: Relation) -> None:
        kinds = {left.kind, right.kind}
        families = (NUMERIC, BYTES_LIKE, DURATIONS)
        if len(kinds) > 1 and not any(kinds <= family for family in families):
            message = f"a {left.kind.value} cannot be compared with a {right.kind.value}"
            raise self._fail(message, relation.column, len(relation.operator))

    def _comparison(self, left: Operand, right: Operand, operator: str, every: bool) -> str:
        value = right.constant
        if value is NOTHING:
            return _quantified(left.code, right.code, f"one {operator} other", every)
        if isinstance(value, Network):
            return _with_each(left.code, value.comparison("one", operator), every)
        constant = self.operands.bind(value)
        if operator == "==" and not every:
            return f"({constant} in {left.code})"
        if operator == "!=" and every and left.code.isidentifier():
            return f"({left.code} and {constant} not in {left.code})"
        return _with_each(left.code, f"one {operator} {constant}", every)

    def _matches(self, relation: Relation, left: Operand) -> str:
        right = relation.right
        if not isinstance(right, Text):
            raise self._fail("`matches` needs a quoted regular expression", relation.column, 7)
        if left.kind not in SLICEABLE:
            raise self._fail(f"`matches` does not apply to a {left.kind.value}", relation.column, 7)
        pattern = right.text
        flags = re.IGNORECASE
        if pattern.startswith("(?-i)"):  # PCRE; `re` knows no such switch
            flags, pattern = re.RegexFlag(0), pattern[5:]
        try:
            if left.kind is Kind.STRING:
                search: Any = re.compile(pattern, flags).search
            else:
                search = re.compile(pattern.encode("latin-1", "replace"), flags).search
        except (re.error, OverflowError, RecursionError) as error:
            message = f"no regular expression: {error}"
            raise self._fail(message, right.column, len(right.source)) from None
        name = f"search_{len(self.operands.namespace)}"
        self.operands.namespace[name] = search
        return _with_each(left.code, f"{name}(one)", relation.quantifier == "all")

    def _membership(self, membership: Membership) -> str:
        left = self.operands.operand(membership.left)
        found: list[str] = []
        single: list[Any] = []
        for low, high in membership.members:
            _, first = self.operands.sides(membership.left, low, membership.column)
            if high is not None:
                _, second = self.operands.sides(membership.left, high, membership.column)
                found.append(self._between(left, first, second, membership.column))
            elif first.constant is NOTHING or isinstance(first.constant, Network):
                found.append(self._comparison(left, first, "==", every=False))
            else:
                single.append(first.constant)
        if len(single) == 1:
            found.insert(0, f"({self.operands.bind(single[0])} in {left.code})")
        elif single:
            name = f"set_{len(self.operands.namespace)}"
            self.operands.namespace[name] = frozenset(single)
            found.insert(0, f"(not {name}.isdisjoint({left.code}))")
        return f"({' or '.join(found)})"

    def _between(self, left: Operand, low: Operand, high: Operand, column: int) -> str:
        if isinstance(low.constant, Network) or isinstance(high.constant, Network):
            raise self._fail("a network is no end of a range", column, 2)
        loops = f"for one in {left.code} for low in {low.code} for high in {high.code}"
        return f"any([low <= one <= high {loops}])"


def _with_each(code: str, condition: str, every: bool) -> str:
    """A condition on `one`, for any or for each of the values."""
    if not every:
        return f"any([{condition} for one in {code}])"
    # `all` of an empty list would pass.
    return f"((truths := [{condition} for one in {code}]) != [] and all(truths))"


def _quantified(left: str, right: str, condition: str, every: bool) -> str:
    """A condition on `one` and `other`, for any or for each pair of values."""
    pairs = f"[{condition} for one in {left} for other in {right}]"
    return f"((truths := {pairs}) != [] and all(truths))" if every else f"any({pairs})"
