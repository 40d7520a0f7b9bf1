"""Display filters as masks: the syntax tree of a filter, evaluated over whole columns.

An operand is a list of *occurrences*: columns that may each have a value in a frame (`tcp.port` has
two, an address in a tunnel more). A comparison pairs them up, and asks for any pair, or (`!=`,
`===`, `all`) for all pairs of which both sides are there, and at least one: Wireshark's rule.
"""

import re
from functools import reduce
from operator import and_, or_, xor
from typing import TYPE_CHECKING, Any

import numpy as np

from wirelab.codecs.columns.arrays import Flags
from wirelab.codecs.columns.comparisons import (
    compare,
    contains,
    in_network,
    search,
)
from wirelab.codecs.columns.operands import (
    BYTES_LIKE,
    Operand,
    Operands,
    is_compatible,
)
from wirelab.codecs.display_filters.literals import Network
from wirelab.codecs.display_filters.syntax import (
    Arithmetic,
    Exists,
    Junction,
    Membership,
    Not,
    Relation,
    Test,
    Text,
    parse_filter,
)

if TYPE_CHECKING:
    from wirelab.codecs.columns.table import Table

_JUNCTIONS = {"&&": and_, "||": or_, "^^": xor}
_PLAIN_OPERATORS = {"===": "==", "!==": "!="}
"""These ask for another number of occurrences than the plain ones do."""


def mask_of(table: "Table", text: str) -> Flags:
    """Which frames of a table a filter passes; an empty filter passes all.

    Raises:
        DisplayFilterError: it cannot be understood, or not be answered with columns.
    """
    if not text.strip():
        return np.ones(len(table), np.bool_)
    return _Evaluation(table, text).test(parse_filter(text))


class _Evaluation:
    def __init__(self, table: "Table", text: str) -> None:
        self._count = len(table)
        self._operands = Operands(table, text)
        self._fail = self._operands.fail

    def test(self, test: Test) -> Flags:
        """Which frames pass a test."""
        if isinstance(test, Junction):
            parts: list[Flags] = [self.test(each) for each in test.tests]
            return reduce(_JUNCTIONS[test.operator], parts)
        if isinstance(test, Not):
            return ~self.test(test.test)
        if isinstance(test, Relation):
            return self._relation(test)
        if isinstance(test, Membership):
            return self._membership(test)
        return self._exists(test)

    def _exists(self, test: Exists) -> Flags:
        entity = test.entity
        if isinstance(entity, Text):
            raise self._fail("a string alone is no test", entity.column, len(entity.source))
        operand = self._operands.operand(entity)
        if isinstance(entity, Arithmetic) and entity.operator == "&":
            return self._any(
                valid & (values.any(axis=1) if values.ndim == 2 else values != 0)
                for values, valid in operand.occurrences
            )
        return self._any(valid for _, valid in operand.occurrences)

    def _any(self, flags: Any) -> Flags:
        """Where any is true; also of none, and of single flags."""
        found = np.zeros(self._count, np.bool_)
        for each in flags:
            found |= each
        return found

    def _relation(self, relation: Relation) -> Flags:
        operator = relation.operator
        every = operator in ("!=", "===")
        if relation.quantifier:
            every = relation.quantifier == "all"
        if operator == "matches":
            return self._matches(relation, every and relation.quantifier == "all")
        left, right = self._operands.sides(relation.left, relation.right, relation.column)
        if operator == "contains":
            if left.kind not in BYTES_LIKE:
                message = f"`contains` does not apply to a {left.kind.value}"
                raise self._fail(message, relation.column, 8)
            if right.constant is None:
                message = "a mask wants a constant here; use display_filter(...) for single packets"
                raise self._fail(message, relation.column, 8)
            part = right.constant
            pairs = [(contains(values, part), valid) for values, valid in left.occurrences]
            return self._quantified(pairs, every)
        if not is_compatible(left.kind, right.kind):
            message = f"a {left.kind.value} cannot be compared with a {right.kind.value}"
            raise self._fail(message, relation.column, len(operator))
        return self._compared(left, right, _PLAIN_OPERATORS.get(operator, operator), every)

    def _compared(self, left: Operand, right: Operand, operator: str, every: bool) -> Flags:
        network = right.constant if isinstance(right.constant, Network) else None
        if network is not None:
            pairs = [
                (in_network(values, network, operator), valid) for values, valid in left.occurrences
            ]
        elif isinstance(left.constant, Network):
            mirrored = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}.get(operator, operator)
            return self._compared(right, left, mirrored, every)
        else:
            pairs = [
                (compare(operator, one, other), one_valid & other_valid)
                for one, one_valid in left.occurrences
                for other, other_valid in right.occurrences
            ]
        return self._quantified(pairs, every)

    def _quantified(self, pairs: list[tuple[Flags, Flags]], every: bool) -> Flags:
        """Any pair of values that are there, or all of them and at least one."""
        if not every:
            return self._any(truth & valid for truth, valid in pairs)
        wrong = self._any(~truth & valid for truth, valid in pairs)
        return self._any(valid for _, valid in pairs) & ~wrong

    def _matches(self, relation: Relation, every: bool) -> Flags:
        left, right = self._operands.operand(relation.left), relation.right
        if not isinstance(right, Text):
            raise self._fail("`matches` needs a quoted regular expression", relation.column, 7)
        if left.kind not in BYTES_LIKE:
            raise self._fail(f"`matches` does not apply to a {left.kind.value}", relation.column, 7)
        pattern, flags = right.text, re.IGNORECASE
        if pattern.startswith("(?-i)"):  # PCRE; `re` knows no such switch
            flags, pattern = re.RegexFlag(0), pattern[5:]
        try:
            expression = re.compile(pattern.encode("latin-1", "replace"), flags)
        except (re.error, OverflowError, RecursionError) as error:
            message = f"no regular expression: {error}"
            raise self._fail(message, right.column, len(right.source)) from None
        pairs = [(search(values, expression), valid) for values, valid in left.occurrences]
        return self._quantified(pairs, every)

    def _membership(self, membership: Membership) -> Flags:
        found = np.zeros(self._count, np.bool_)
        for low, high in membership.members:
            left, first = self._operands.sides(membership.left, low, membership.column)
            if not is_compatible(left.kind, first.kind):
                message = f"a {left.kind.value} cannot be one of {first.kind.value}s"
                raise self._fail(message, membership.column, 2)
            if high is None:
                found |= self._compared(left, first, "==", every=False)
                continue
            _, last = self._operands.sides(membership.left, high, membership.column)
            if isinstance(first.constant, Network) or isinstance(last.constant, Network):
                raise self._fail("a network is no end of a range", membership.column, 2)
            found |= self._any(
                valid
                & low_valid
                & high_valid
                & compare(">=", values, lowest)
                & compare("<=", values, highest)
                for values, valid in left.occurrences
                for lowest, low_valid in first.occurrences
                for highest, high_valid in last.occurrences
            )
        return found
