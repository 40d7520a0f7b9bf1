"""The syntax of display filters: from text to a tree.

    or    := xor ("||" xor)*              and  := unary ("&&" unary)*
    xor   := and ("^^" and)*              unary := "!" unary | "(" or ")" | relation
    relation := ["any" | "all"] entity [operator entity ... | ["not"] "in" "{" set "}"]
    entity := product (("+" | "-") product)*, products of "*" "/" "%", "&" below them all
    atom := word | word "#" layers | string | atom "[" ranges "]" | "-" atom
          | function "(" entities ")" | "(" entity ")"

As in Wireshark 4.0, `and` binds tighter than `or`, and `a < b < c` means both.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from wirelab.codecs.display_filters.errors import DisplayFilterError
from wirelab.codecs.display_filters.tokens import Token, tokens

RELATIONS = frozenset(("==", "!=", "===", "!==", ">", "<", ">=", "<=", "contains", "matches"))
FUNCTIONS = frozenset(("len", "count", "upper", "lower", "string", "max", "min", "abs"))
DEEPEST = 100
"""Ours: parentheses and `not` inside each other."""


@dataclass(frozen=True)
class Word:
    """A field's name or an unquoted value; which one is decided by its place."""

    text: str
    column: int


@dataclass(frozen=True)
class Text:
    """A quoted string."""

    text: str
    column: int
    source: str


class Range(NamedTuple):
    """Part of a slice: `[start:length]`, negative starts count from the end."""

    start: int
    length: int | None


@dataclass(frozen=True)
class Layered:
    """A field in some of the layers of its protocol: `ip.src#2`, `ip.src#[-1]`."""

    of: Word
    ranges: tuple[Range, ...]
    column: int


@dataclass(frozen=True)
class Slice:
    """Bytes out of a value."""

    of: "Entity"
    ranges: tuple[Range, ...]
    column: int


@dataclass(frozen=True)
class Arithmetic:
    """`+ - * / % &` of two values."""

    operator: str
    left: "Entity"
    right: "Entity"
    column: int


@dataclass(frozen=True)
class Negative:
    """`-` before a value."""

    of: "Entity"
    column: int


@dataclass(frozen=True)
class Call:
    """A function of values."""

    name: str
    arguments: tuple["Entity", ...]
    column: int


Entity: TypeAlias = Word | Text | Layered | Slice | Arithmetic | Negative | Call


@dataclass(frozen=True)
class Exists:
    """A value by itself: is there any?"""

    entity: Entity


@dataclass(frozen=True)
class Relation:
    """A comparison."""

    operator: str
    left: Entity
    right: Entity
    quantifier: str
    column: int


@dataclass(frozen=True)
class Membership:
    """`in` a set of values and ranges."""

    left: Entity
    members: tuple[tuple[Entity, Entity | None], ...]
    column: int


@dataclass(frozen=True)
class Not:
    """The opposite."""

    test: "Test"


@dataclass(frozen=True)
class Junction:
    """`&&`, `||` or `^^` of tests."""

    operator: str
    tests: tuple["Test", ...]


Test: TypeAlias = Exists | Relation | Membership | Not | Junction


def parse_filter(text: str) -> Test:
    """The tree of a filter that is not empty.

    Raises:
        DisplayFilterError: with the column.
    """
    parser = _Parser(text)
    tree = parser.either()
    parser.expect_end()
    return tree


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(tokens(text))
        self._place = 0
        self._depth = 0

    @property
    def _now(self) -> Token:
        return self._tokens[self._place]

    def _next(self) -> Token:
        token = self._now
        self._place += 1
        return token

    def _is(self, *operators: str) -> bool:
        return self._now.kind == "operator" and self._now.text in operators

    def _fail(self, message: str, token: Token | None = None) -> DisplayFilterError:
        token = token or self._now
        return DisplayFilterError(message, self._text, token.column, len(token.source))

    def _expect(self, operator: str) -> Token:
        if not self._is(operator):
            got = self._now.source or "the end"
            raise self._fail(f"expected {operator!r} here, got {got!r}")
        return self._next()

    def expect_end(self) -> None:
        if self._now.kind != "end":
            raise self._fail(f"{self._now.source!r} does not belong here; is an operator missing?")

    # Tests.

    def either(self) -> Test:
        return self._junction("||", self._one_of)

    def _one_of(self) -> Test:
        return self._junction("^^", self._both)

    def _both(self) -> Test:
        return self._junction("&&", self._unary)

    def _junction(self, operator: str, part: Callable[[], Test]) -> Test:
        tests = [part()]
        while self._is(operator):
            self._next()
            tests.append(part())
        return tests[0] if len(tests) == 1 else Junction(operator, tuple(tests))

    def _unary(self) -> Test:
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._fail(f"more than {DEEPEST} levels of nesting")
        try:
            if self._is("!"):
                self._next()
                return Not(self._unary())
            if self._is("(") and not self._is_value_in_parentheses():
                self._next()
                test = self.either()
                self._expect(")")
                return test
            return self._relation()
        finally:
            self._depth -= 1

    def _is_value_in_parentheses(self) -> bool:
        """Whether the parenthesis holds a value, as in `(tcp.flags & 2) == 2`."""
        place, depth = self._place, 0
        while self._tokens[place].kind != "end":
            token = self._tokens[place]
            if token.kind == "operator":
                depth += (token.text == "(") - (token.text == ")")
                if depth == 0:
                    after = self._tokens[place + 1]
                    follows = after.kind == "operator" and after.text in _AFTER_VALUE
                    return follows
                if token.text in RELATIONS or token.text in ("&&", "||", "^^", "!", "in"):
                    return False
            place += 1
        return False

    def _relation(self) -> Test:
        quantifier = ""
        if self._now.kind == "word" and self._now.text in ("any", "all"):
            quantifier = self._next().text
        left = self._entity()
        negated = self._is("!") and self._tokens[self._place + 1].text == "in"
        if negated:
            self._next()
        if self._is("in"):
            column = self._next().column
            test: Test = Membership(left, self._set(), column)
            return Not(test) if negated else test
        relations: list[Test] = []
        while self._now.kind == "operator" and self._now.text in RELATIONS:
            operator = self._next()
            right = self._entity()
            relations.append(Relation(operator.text, left, right, quantifier, operator.column))
            left = right
        if not relations:
            return Exists(left)
        return relations[0] if len(relations) == 1 else Junction("&&", tuple(relations))

    def _set(self) -> tuple[tuple[Entity, Entity | None], ...]:
        self._expect("{")
        members: list[tuple[Entity, Entity | None]] = []
        while not self._is("}"):
            low = self._entity()
            high = None
            if self._is(".."):
                self._next()
                high = self._entity()
            members.append((low, high))
            if self._is(","):
                self._next()
        self._expect("}")
        if not members:
            raise self._fail("the set is empty")
        return tuple(members)

    # Values.

    def _entity(self) -> Entity:
        left = self._sum()
        while self._is("&"):
            column = self._next().column
            left = Arithmetic("&", left, self._sum(), column)
        return left

    def _sum(self) -> Entity:
        left = self._product()
        while self._is("+", "-"):
            token = self._next()
            left = Arithmetic(token.text, left, self._product(), token.column)
        return left

    def _product(self) -> Entity:
        left = self._sliced()
        while self._is("*", "/", "%"):
            token = self._next()
            left = Arithmetic(token.text, left, self._sliced(), token.column)
        return left

    def _sliced(self) -> Entity:
        entity = self._atom()
        if self._is("#"):
            entity = self._layered(entity)
        while self._is("["):
            column = self._now.column
            entity = Slice(entity, self._ranges(), column)
        return entity

    def _ranges(self) -> tuple[Range, ...]:
        self._expect("[")
        ranges = [self._range()]
        while self._is(","):
            self._next()
            ranges.append(self._range())
        self._expect("]")
        return tuple(ranges)

    def _layered(self, of: Entity) -> Layered:
        """`#2`, `#[1-2]`, `#[-1]`: layers count from 1, or backwards from -1."""
        token = self._next()
        if not isinstance(of, Word):
            raise self._fail("'#' belongs behind the name of a field", token)
        if self._is("["):
            ranges = self._ranges()
        else:
            number = self._next()
            if not number.text.isdecimal():
                self._place -= 1
                raise self._fail("write the number of a layer here, or [ranges]", number)
            ranges = (Range(int(number.text), 1),)
        if any(each.start == 0 for each in ranges):
            raise self._fail("layers count from 1", token)
        return Layered(of, ranges, token.column)

    def _atom(self) -> Entity:
        token = self._next()
        if token.kind == "string":
            return Text(token.text, token.column, token.source)
        if token.kind == "word":
            if self._is("(") and token.text in FUNCTIONS:
                return self._call(token)
            return Word(token.text, token.column)
        if token.kind == "operator" and token.text == "-":
            return Negative(self._sliced(), token.column)
        if token.kind == "operator" and token.text in ("(", "{"):
            entity = self._entity()
            self._expect(")" if token.text == "(" else "}")
            return entity
        self._place -= 1
        got = repr(token.source) if token.source else "the end"
        raise self._fail(f"expected a field or a value here, got {got}")

    def _call(self, name: Token) -> Call:
        self._expect("(")
        arguments = [self._entity()]
        while self._is(","):
            self._next()
            arguments.append(self._entity())
        self._expect(")")
        return Call(name.text, tuple(arguments), name.column)

    def _range(self) -> Range:
        """`[2]`, `[2:4]` (a length), `[2-4]` (both ends), `[:4]`, `[2:]`; -1 is the last byte."""
        token = self._now
        words = ""
        while not self._is(",", "]") and self._now.kind != "end":
            words += self._next().source
        first, sign, second = _split_range(words)
        try:
            start = int(first, 0) if first else 0
            if not sign:
                return Range(start, 1)
            if not second:
                return Range(start, None)
            if sign == ":":
                return Range(start, int(second, 0))
            return Range(start, int(second, 0) - start + 1)
        except ValueError:
            raise self._fail(f"{words!r} is no range; write [start:length]", token) from None


def _split_range(words: str) -> tuple[str, str, str]:
    if ":" in words:
        first, _, second = words.partition(":")
        return first, ":", second
    place = words.find("-", 1)
    if place > 0:
        return words[:place], "-", words[place + 1 :]
    return words, "", ""


_AFTER_VALUE = RELATIONS | {"in", "+", "-", "*", "/", "%", "&", "[", "#"}
