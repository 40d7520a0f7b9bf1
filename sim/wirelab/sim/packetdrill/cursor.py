"""A place among the tokens of a script, and the message when something else was expected there."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final, NoReturn

from wirelab.sim.packetdrill.lexer import Kind, Token, tokens_of
from wirelab.sim.packetdrill.script_error import ScriptError
from wirelab.sim.packetdrill.syntax import Position

_MOST_DIGITS: Final = 20  # ours: what 64 bits can hold, with a sign
_MOST_LEVELS: Final = 50  # ours: a control message within a message takes six


class Cursor:
    """Walks over the tokens of a script, and remembers what would have fitted where it stands.

    Args:
        text: the script.
        path: for messages.
    """

    def __init__(self, text: str, path: str) -> None:
        self._text = text
        self._path = path
        self._tokens = tokens_of(text, path)
        self._index = 0
        self._fitting: list[str] = []
        self._depth = 0

    def define(self, definitions: Mapping[str, str]) -> None:
        """Put values in the place of words from here on (`--define=SYMBOL=value`).

        Args:
            definitions: word -> value as written, quotes included.
        """
        for i in range(self._index, len(self._tokens)):
            token = self._tokens[i]
            if token.kind is Kind.WORD and token.text in definitions:
                value = definitions[token.text]
                defined, *others = tokens_of(value, self._path)
                if len(others) != 1:
                    self.refuse(
                        token.position,
                        f"{token.text} is defined as {value!r}, but a word stands for a word, "
                        "a number or a string: quote the rest",
                    )
                self._tokens[i] = defined._replace(position=token.position)

    @property
    def token(self) -> Token:
        """The token to be read next."""
        return self._tokens[self._index]

    @property
    def following(self) -> Token:
        """The token after that; END follows END."""
        return self._tokens[min(self._index + 1, len(self._tokens) - 1)]

    def take(self) -> Token:
        """Read the next token, whatever it is; END stays."""
        token = self.token
        if token.kind is not Kind.END:
            self._index += 1
        self._fitting.clear()
        return token

    def at(self, *texts: str) -> bool:
        """Whether one of these words or symbols stands here."""
        return self.token.text in texts and self.token.kind in (Kind.WORD, Kind.SYMBOL)

    def accept(self, text: str) -> Token | None:
        """Read this word or symbol if it stands here, else remember that it would have fitted."""
        if self.at(text):
            return self.take()
        self._fitting.append(f'"{text}"')
        return None

    def accept_kind(self, kind: Kind, description: str = "") -> Token | None:
        """Read a token of this kind if one stands here, else remember that it would have fitted."""
        if self.token.kind is kind:
            return self.take()
        self._fitting.append(description or kind.value)
        return None

    def expect(self, text: str) -> Token:
        """Read this word or symbol.

        Raises:
            ScriptError: something else stands here.
        """
        return self.accept(text) or self.fail()

    def expect_kind(self, kind: Kind, description: str = "") -> Token:
        """Read a token of this kind.

        Raises:
            ScriptError: something else stands here.
        """
        return self.accept_kind(kind, description) or self.fail()

    def integer(self, what: str, maximum: int) -> int:
        """Read a whole number, 0 up to `maximum`.

        Raises:
            ScriptError: something else stands here, or the number is out of range.
        """
        return self._bounded(
            self.expect_kind(Kind.INTEGER, f"{what} (a whole number)"), what, maximum
        )

    def any_integer(self, what: str, maximum: int) -> int:
        """Read a whole number in decimal or hexadecimal, 0 up to `maximum`."""
        token = self.accept_kind(Kind.HEXADECIMAL) or self.expect_kind(Kind.INTEGER, what)
        return self._bounded(token, what, maximum)

    def number(self, token: Token) -> int:
        """The value of a whole number.

        Raises:
            ScriptError: it has more digits than any number here can have.
        """
        if len(token.text) > _MOST_DIGITS:
            self.refuse(
                token.position, f"a number of {len(token.text)} digits is none of these here"
            )
        return int(token.text, 16 if token.kind is Kind.HEXADECIMAL else 10)

    @contextmanager
    def nested(self) -> Iterator[None]:
        """One level deeper within brackets.

        Raises:
            ScriptError: deeper than anybody would write.
        """
        self._depth += 1
        if self._depth > _MOST_LEVELS:
            self.refuse(self.token.position, f"brackets within brackets, {_MOST_LEVELS} deep")
        try:
            yield
        finally:
            self._depth -= 1

    def _bounded(self, token: Token, what: str, maximum: int) -> int:
        value = self.number(token)
        if not 0 <= value <= maximum:
            self.refuse(token.position, f"{what} is {value}, but it lies between 0 and {maximum}")
        return value

    def would_fit(self, description: str) -> None:
        """Remember something else that would have fitted here, for the message."""
        self._fitting.append(description)

    def fail(self) -> NoReturn:
        """Refuse the next token: nothing that could stand here does."""
        fitting = list(dict.fromkeys(self._fitting))
        wanted = " or ".join([", ".join(fitting[:-1]), fitting[-1]] if fitting[1:] else fitting)
        token = self.token
        if token.kind is Kind.END:
            got = token.kind.value
        else:
            shown = token.text if token.text.isprintable() else ascii(token.text)[1:-1]
            got = f'"{shown}"' if token.kind is not Kind.STRING else shown
        self.refuse(token.position, f"expected {wanted}, got {got}")

    def refuse(self, position: Position, problem: str) -> NoReturn:
        """Say that something is wrong at a place.

        Raises:
            ScriptError: always.
        """
        lines = self._text.split("\n")
        raise ScriptError(self._path, position, problem, lines[position.line - 1].rstrip("\r"))

    def text_between(self, start: Token, stop: Token) -> str:
        """The source from one token up to another, without the blanks before that one."""
        return self._text[self._offset(start) : self._offset(stop)].rstrip()

    def _offset(self, token: Token) -> int:
        lines = self._text.split("\n")
        return sum(len(one) + 1 for one in lines[: token.position.line - 1]) + (
            token.position.column - 1
        )
