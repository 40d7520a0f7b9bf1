"""A script as a tree: options, init command, events, cleanup command.

    script = option* [command] event* [command]
    event  = time (packet | call | command | Python)
    time   = T | +T | T~T | +T~+T | *
    call   = [...T] name(arguments) = result [ERRNO (text)] [(text)]

Written by recursive descent, one function a rule; the rules of packets, options and expressions
have modules of their own. Both dialects are one grammar here: what one of them adds means nothing
in the other. No word is reserved but where another could stand in its place.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

from wirelab.sim.packetdrill import conditions
from wirelab.sim.packetdrill.cursor import Cursor
from wirelab.sim.packetdrill.expression_parser import expression, expressions
from wirelab.sim.packetdrill.lexer import Kind, Token
from wirelab.sim.packetdrill.packet_parser import packet
from wirelab.sim.packetdrill.syntax import (
    Action,
    Code,
    Command,
    Direction,
    Errno,
    Event,
    EventTime,
    Packet,
    Script,
    ScriptOption,
    SystemCall,
    TimeKind,
)

_TIME: Final = "a time (0.1, +0.1, 0.1~0.2 or *)"
_SECOND_DIGITS: Final = 9  # decimal digits of a second down to nanoseconds


def read_script(path: Path, definitions: Mapping[str, str] | None = None) -> Script:
    """Read a script from a file.

    Args:
        path: the file; its text is UTF-8, and bytes that are not are kept as they are.
        definitions: words with their values, over those of the script's own `--define`.

    Raises:
        ScriptError: the text is no script.
        OSError: the file cannot be read.
    """
    text = path.read_text(encoding="utf-8-sig", errors="surrogateescape")
    return parse_script(text, str(path), definitions)


def parse_script(
    text: str,
    path: str = "<script>",
    definitions: Mapping[str, str] | None = None,
    systems: Collection[str] = (),
) -> Script:
    """Read a script.

    Args:
        text: the script.
        path: where it is from, for messages.
        definitions: words with their values (`{"CC": '"reno"'}`), over those of the script's own
            `--define`.
        systems: words for `#ifdef`: lines for others are left out.

    Raises:
        ScriptError: what is wrong, at which line and column, and what was expected.
    """
    cursor = Cursor(conditions.select(text, path, systems), path)
    options = _options(cursor)
    cursor.define(_definitions(options) | dict(definitions or {}))
    init = _command(cursor)
    events = []
    while cursor.token.kind not in (Kind.END, Kind.COMMAND):
        events.append(_event(cursor))
    if not events:
        cursor.would_fit(_TIME)
        cursor.fail()
    cleanup = _command(cursor)
    if cursor.token.kind is not Kind.END:
        cursor.would_fit(Kind.END.value)
        cursor.fail()
    return Script(tuple(events), options, init, cleanup, path, text)


def _options(cursor: Cursor) -> tuple[ScriptOption, ...]:
    options = []
    while token := cursor.accept_kind(Kind.OPTION):
        name, equals, value = token.text[2:].partition("=")
        text = _unquoted(value.strip()) if equals else None
        options.append(ScriptOption(name.rstrip(), text, position=token.position))
    return tuple(options)


def _unquoted(value: str) -> str:
    """A value without the quotation marks around it; those within `SYMBOL="value"` stay."""
    return value[1:-1] if value.startswith('"') and value.endswith('"') else value


def _definitions(options: tuple[ScriptOption, ...]) -> dict[str, str]:
    """What `--define=SYMBOL=value` defines."""
    found = {}
    for option in options:
        if option.name == "define" and option.value:
            symbol, _, value = option.value.partition("=")
            found[symbol] = value
    return found


def _command(cursor: Cursor) -> Command | None:
    token = cursor.accept_kind(Kind.COMMAND)
    return Command(token.text[1:-1], position=token.position) if token else None


# --- events ------------------------------------------------------------------------------------


def _event(cursor: Cursor) -> Event:
    position = cursor.token.position
    time = _event_time(cursor)
    action = _action(cursor)
    ranged = time.kind in (TimeKind.ANY, TimeKind.ABSOLUTE_RANGE, TimeKind.RELATIVE_RANGE)
    outbound = isinstance(action, Packet) and action.direction is Direction.OUTBOUND
    if ranged and not outbound:
        written = "*" if time.kind is TimeKind.ANY else "a range of times"
        cursor.refuse(position, f"{written} only fits a packet that is expected (>)")
    return Event(time, action, position=position)


def _event_time(cursor: Cursor) -> EventTime:
    position = cursor.token.position
    if cursor.accept("*"):
        return EventTime(TimeKind.ANY)
    relative = cursor.accept("+") is not None
    start = _time(cursor)
    if not cursor.accept("~"):
        return EventTime(TimeKind.RELATIVE if relative else TimeKind.ABSOLUTE, start)
    if relative:
        cursor.expect("+")
    end = _time(cursor)
    if end < start:
        cursor.refuse(position, "the range of times ends before it starts")
    return EventTime(TimeKind.RELATIVE_RANGE if relative else TimeKind.ABSOLUTE_RANGE, start, end)


def _time(cursor: Cursor) -> int:
    """Seconds, as nanoseconds; what lies below a nanosecond is cut off."""
    token = cursor.accept_kind(Kind.FLOAT, _TIME) or cursor.expect_kind(Kind.INTEGER, _TIME)
    if token.text.startswith("-"):
        cursor.refuse(token.position, f"the time {token.text} is negative")
    whole, _, fraction = token.text.partition(".")
    if len(whole) > _SECOND_DIGITS:
        cursor.refuse(token.position, f"the time {token.text} lies decades ahead")
    return int(whole + fraction[:_SECOND_DIGITS].ljust(_SECOND_DIGITS, "0"))


def _action(cursor: Cursor) -> Action:
    if cursor.at("<", ">"):
        return packet(cursor)
    if command := _command(cursor):
        return command
    if token := cursor.accept_kind(Kind.CODE):
        return Code(token.text[2:-2].strip(" \t"), position=token.position)
    if cursor.accept("..."):
        return _system_call(cursor, _time(cursor))
    cursor.would_fit('a packet ("<" or ">")')
    return _system_call(cursor, None)


def _system_call(cursor: Cursor, end: int | None) -> SystemCall:
    name = cursor.expect_kind(Kind.WORD, "a system call")
    cursor.expect("(")
    arguments = expressions(cursor, ")")
    cursor.expect("=")
    result = expression(cursor)
    errno = None
    if token := cursor.accept_kind(Kind.WORD, "the name of an error such as EAGAIN"):
        errno = Errno(token.text, _note(cursor) or "")
    return SystemCall(
        name.text, arguments, result, end, errno, _note(cursor), position=name.position
    )


def _note(cursor: Cursor) -> str | None:
    """A comment in parentheses, or None."""
    opening = cursor.accept("(")
    if opening is None:
        return None
    start: Token = cursor.token
    while not cursor.at(")"):
        if cursor.token.kind is Kind.END:
            cursor.accept(")")
            cursor.fail()
        cursor.take()
    text = cursor.text_between(start, cursor.token)
    cursor.take()
    return text
