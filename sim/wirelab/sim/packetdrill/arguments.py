"""What the arguments of a system call mean: numbers, buffers, structures.

Rule 1: `...` is a buffer or an address that the interpreter makes up. Where a number is needed it
is an error of the script.
Rule 2: an argument of the wrong shape blames the script, with the call's name and the place.
"""

from collections.abc import Iterator
from errno import EFAULT
from ipaddress import IPv4Address, ip_address

from wirelab.sim.packetdrill.constants import errno_of, number_of
from wirelab.sim.packetdrill.outcome import ScriptFailed, ScriptUnsupported
from wirelab.sim.packetdrill.packets import text_of
from wirelab.sim.packetdrill.syntax import (
    Array,
    Assignment,
    BitwiseOr,
    Braces,
    Call,
    Expression,
    Integer,
    String,
    Struct,
    SystemCall,
    Wildcard,
    Word,
)

_SWAPS = frozenset({"htons", "htonl", "ntohs", "ntohl"})
"""Numbers here are numbers, in no byte order."""


_ADDRESS_FUNCTIONS = ("inet_addr", "inet6_addr")
_NAMED_ADDRESSES = {"INADDR_ANY": "0.0.0.0", "INADDR_LOOPBACK": "127.0.0.1"}


def number(expression: Expression) -> int:
    """The value of a numeric expression.

    Raises:
        ScriptUnsupported: a name that is not known.
        ScriptFailed: no number.
    """
    match expression:
        case Integer():
            return expression.value
        case Word():
            return _named(expression.name)
        case BitwiseOr():
            total = 0
            for term in expression.terms:
                total |= number(term)
            return total
        case Call() if expression.function in _SWAPS and len(expression.arguments) == 1:
            return number(expression.arguments[0])
        case Array() | Braces() if len(expression.items) == 1:
            return number(expression.items[0])
        case Assignment():
            return number(expression.value)
    raise ScriptFailed(f"a number is needed where {shape(expression)} stands")


def _named(name: str) -> int:
    value = number_of(name)
    if value is None:
        value = errno_of(name)
    if value is None:
        raise ScriptUnsupported(f"the constant {name} is not known")
    return value


def address_text(expression: Expression | None) -> str | None:
    """`inet_addr("192.0.2.1")` as text; None for a wildcard or nothing."""
    match expression:
        case None | Wildcard():
            return None
        case String():
            return _checked_address(expression.text.decode("ascii", "replace"))
        case Call() if expression.function in _ADDRESS_FUNCTIONS and len(expression.arguments) == 1:
            return address_text(expression.arguments[0])
        case Word() if expression.name in _NAMED_ADDRESSES:
            return _NAMED_ADDRESSES[expression.name]
    return str(IPv4Address(number(expression) & 0xFFFF_FFFF))


def _checked_address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError as error:
        raise ScriptFailed(f"no address: {error}") from None


def shape(expression: Expression) -> str:
    """What an expression is, for an error."""
    kinds = {
        Wildcard: "`...`",
        String: "a string",
        Array: "an array",
        Braces: "a list",
        Struct: "a structure",
        Call: "a function call",
        Word: "a name",
        Integer: "a number",
    }
    return kinds.get(type(expression), "something else")


class Arguments:
    """The arguments of one call, counted from 0."""

    __slots__ = ("call", "items")

    def __init__(self, call: SystemCall) -> None:
        self.call = call
        self.items = call.arguments

    def __len__(self) -> int:
        return len(self.items)

    def need(self, *counts: int) -> None:
        """Refuse another number of arguments than one of these."""
        if len(self.items) not in counts:
            wanted = " or ".join(map(str, counts))
            raise ScriptFailed(f"{self.call.name} takes {wanted} arguments, not {len(self.items)}")

    def __getitem__(self, index: int) -> Expression:
        if index >= len(self.items):
            raise ScriptFailed(f"{self.call.name} lacks its argument {index + 1}")
        return self.items[index]

    def number(self, index: int) -> int:
        """An argument as a number."""
        try:
            return number(self[index])
        except ScriptFailed as error:
            what = f"argument {index + 1} of {self.call.name}: {error.what}"
            raise ScriptFailed(what) from None

    def optional_number(self, index: int, default: int = 0) -> int:
        """An argument as a number; `default` where the script has none or `...`."""
        if index >= len(self.items) or isinstance(self.items[index], Wildcard):
            return default
        return self.number(index)

    def is_wildcard(self, index: int) -> bool:
        """Whether an argument is `...` (or left out)."""
        return index >= len(self.items) or isinstance(self.items[index], Wildcard)

    def text(self, index: int) -> bytes:
        """An argument as a string.

        Raises:
            ScriptFailed: it is none.
        """
        argument = self[index]
        if not isinstance(argument, String):
            what = f"argument {index + 1} of {self.call.name} must be a string"
            raise ScriptFailed(f"{what}, not {shape(argument)}")
        return argument.text

    def data(self, index: int, length: int) -> bytes:
        """The bytes to write: a string as it is written, a pattern for `...`."""
        return buffer(self[index], length)


def buffer(expression: Expression, length: int) -> bytes:
    """The bytes of a buffer that a script gives to a writing call.

    Raises:
        ScriptFailed: a string that is shorter than `length`.
        OSError: EFAULT for NULL.
    """
    if isinstance(expression, Word) and expression.name == "NULL" and length:
        raise OSError(EFAULT, "a buffer at NULL")
    if isinstance(expression, String):
        if len(expression.text) < length and not expression.open_ended:
            raise ScriptFailed(
                f"{length} bytes are to be written, but the string has {len(expression.text)}"
            )
        return expression.text[:length].ljust(length, b"\0")
    return text_of(0, length)


def elements(expression: Expression) -> Iterator[Expression]:
    """The elements of an array or a list; a single structure counts as a list of one."""
    if isinstance(expression, Array | Braces):
        yield from expression.items
    else:
        yield expression
