"""Arguments and results of system calls, out of tokens."""

import re
from typing import Final

from wirelab.sim.packetdrill.cursor import Cursor
from wirelab.sim.packetdrill.layer_parser import gre_header, mpls_entries
from wirelab.sim.packetdrill.lexer import Kind, Token
from wirelab.sim.packetdrill.syntax import (
    Array,
    Assignment,
    BitwiseOr,
    Braces,
    Call,
    Expression,
    Integer,
    MplsStack,
    Position,
    String,
    Struct,
    StructField,
    Wildcard,
    Word,
)

# Those of C that the interpreters know; any other character after a backslash stands for itself.
_ESCAPES: Final = {
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "0": "\0",
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "v": "\v",
}


def expressions(cursor: Cursor, end: str) -> tuple[Expression, ...]:
    """Zero expressions or more with commas between them, and the symbol that ends them."""
    found: list[Expression] = []
    if cursor.accept(end):
        return ()
    while True:
        found.append(expression(cursor))
        if cursor.accept(end):
            return tuple(found)
        cursor.expect(",")


def expression(cursor: Cursor) -> Expression:
    """One expression: terms with `|` between them."""
    position = cursor.token.position
    with cursor.nested():
        terms = [_term(cursor)]
        while cursor.accept("|"):
            terms.append(_term(cursor))
    return terms[0] if len(terms) == 1 else BitwiseOr(tuple(terms), position=position)


def _term(cursor: Cursor) -> Expression:
    position = cursor.token.position
    if cursor.accept("..."):
        return Wildcard(position=position)
    if cursor.accept("["):
        return Array(expressions(cursor, "]"), position=position)
    if cursor.accept("{"):
        return _braces(cursor, position)
    if token := cursor.accept_kind(Kind.WORD):
        return _after_word(cursor, token.text, position)
    return _literal(cursor, position)


def _literal(cursor: Cursor, position: Position) -> Expression:
    if token := cursor.accept_kind(Kind.INTEGER):
        return Integer(cursor.number(token), position=position)
    if token := cursor.accept_kind(Kind.HEXADECIMAL):
        return Integer(cursor.number(token), hexadecimal=True, position=position)
    if cursor.token.kind is Kind.STRING:
        return _string(cursor, position)
    cursor.would_fit(Kind.STRING.value)
    cursor.fail()


def _after_word(cursor: Cursor, name: str, position: Position) -> Expression:
    """A constant, `function(...)`, or `name = value`."""
    if cursor.accept("("):
        return Call(name, expressions(cursor, ")"), position=position)
    if cursor.accept("="):
        return Assignment(name, expression(cursor), position=position)
    return Word(name, position=position)


def _string(cursor: Cursor, position: Position) -> String:
    """Strings side by side are one, and `...` after the last leaves its end open."""
    text = b""
    while token := cursor.accept_kind(Kind.STRING):
        text += _unescaped(cursor, token)
    return String(text, open_ended=cursor.accept("...") is not None, position=position)


def _unescaped(cursor: Cursor, token: Token) -> bytes:
    r"""The bytes of a string, with `\n`, `\x41` and their like resolved."""
    text = token.text[1:-1]
    found = bytearray()
    index = 0
    while index < len(text):
        character = text[index]
        index += 1
        if character == "\\":
            character = text[index]
            index += 1
            if character == "x":
                digits = text[index : index + 2]
                if re.fullmatch("[0-9a-fA-F]{2}", digits) is None:
                    cursor.refuse(
                        token.position, rf"\x in a string: expected two digits, got {digits!r}"
                    )
                found.append(int(digits, 16))
                index += 2
                continue
            character = _ESCAPES.get(character, character)
        found += character.encode(errors="surrogateescape")
    return bytes(found)


def _braces(cursor: Cursor, position: Position) -> Expression:
    """A struct, a list, or one of the two headers that go by control message."""
    if cursor.at("("):
        entries = mpls_entries(cursor)
        cursor.expect("}")
        return MplsStack(entries, position=position)
    if cursor.at("flags", "Flags") and cursor.following.text != "=":
        header = gre_header(cursor, position)
        cursor.expect("}")
        return header
    fields: list[StructField] = []
    items: list[Expression] = []
    while not cursor.accept("}"):
        if items or fields:
            cursor.expect(",")
        item = expression(cursor)
        field = _field(cursor, item)
        if field is None:
            items.append(item)
        else:
            fields.append(field)
    if fields and items:
        cursor.refuse(
            items[0].position, "expected name = value, as the other fields of this struct have it"
        )
    return (
        Struct(tuple(fields), position=position)
        if fields
        else Braces(tuple(items), position=position)
    )


def _field(cursor: Cursor, item: Expression) -> StructField | None:
    """`name = value` or `name(length) = value` as a field; None: it is neither."""
    if isinstance(item, Assignment):
        return StructField(item.name, item.value, position=item.position)
    if isinstance(item, Call) and len(item.arguments) == 1 and cursor.accept("="):
        return StructField(
            item.function, expression(cursor), item.arguments[0], position=item.position
        )
    return None
