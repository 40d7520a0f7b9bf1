"""Protocols on a terminal, 80 columns wide: `wirelab protocols [NAME]`."""

import textwrap
from collections.abc import Iterable, Mapping, Sequence

from wirelab.codecs.compiler.documents.protocol import (
    ElementFacts,
    FieldFacts,
    ListFacts,
    ProtocolFacts,
    number_text,
    protocols,
    value_lines,
)

COLUMNS = 80


def find(name: str) -> ProtocolFacts | None:
    """The protocol of a class name, a display name (`ip`), a page or a title; case is ignored.

    Of several headers with one display name it is the one that the others stand in (ICMP).
    """
    wanted = name.strip().lower()
    for attribute in ("name", "display", "module", "title"):
        found = [one for one in protocols() if getattr(one, attribute).lower() == wanted]
        if found:
            return max(found, key=lambda one: len(one.carries))
    return None


def names() -> list[str]:
    """What `find` understands and people type: classes, and display names that are none."""
    classes = [one.name for one in protocols()]
    known = {name.lower() for name in classes}
    displays = {one.display for one in protocols()} - {""}
    return classes + sorted(name for name in displays if name not in known)


def listing() -> str:
    """Every header on a line of its own, or two if the numbers that name it find no room."""
    width = max(len(one.name) for one in protocols())
    filters = max(len(one.display) for one in protocols())
    lines = []
    for one in protocols():
        start = f"{one.name:<{width}}  {one.display:<{filters}}  "
        named = numbers_text(one.numbers)
        whole = f"{start}{one.title} ({named})"
        if named and len(whole) > COLUMNS:
            lines += _hanging(start, one.title)
            lines += _hanging(" " * len(start), f"({named})")
        else:
            lines += [whole] if named else _hanging(start, one.title)
    return "\n".join(lines)


def numbers_text(numbers: Mapping[str, Iterable[int]]) -> str:
    """`ethertype 0x0800, ip_protocol 4`."""
    return ", ".join(f"{space} {number_text(space, list(some))}" for space, some in numbers.items())


def page(one: ProtocolFacts) -> str:
    """All about one protocol."""
    lines = _wrapped(f"{one.name}: {one.title} ({one.source})")
    if one.doc:
        lines += ["", *_wrapped(one.doc)]
    said = [("filter", one.display), ("named by", numbers_text(one.numbers))]
    said += [("names", line) for line in one.carries]
    said += [("rule", rule.replace("`", "")) for rule in one.rules]
    lines.append("")
    for title, text in said:
        if text:
            lines += _hanging(f"{title:<10}", text)
    if one.diagram:
        lines += ["", one.diagram]
    if one.fields:
        lines += ["", *_fields(one.fields)]
    for found in one.lists:
        lines += ["", *_list(found)]
    return "\n".join(lines)


def _fields(fields: Sequence[FieldFacts], indent: str = "") -> list[str]:
    lines = []
    for one in fields:
        name = f"{'  ' if one.view_of else ''}{one.name}"
        start = f"{indent}{one.bits:<9} {name:<24} "
        filters = ", ".join(filter(None, (one.display, *one.aliases)))
        default = f"default {one.default}" if one.default else ""
        short = "; ".join(filter(None, (filters, default)))
        text = _sentence(one.meaning)
        if len(start) + len(short) <= COLUMNS:
            lines += _hanging(start, short)
        else:
            lines += _hanging(start, filters)
            text = " ".join(filter(None, (text, _sentence(f"D{default[1:]}" if default else ""))))
        lines += _hanging(f"{indent}{'':<12}", text) if text else []
        for line in value_lines(one, fields[0].name):
            lines += _hanging(f"{indent}{'':<12}", line)
    return lines


def _sentence(text: str) -> str:
    return f"{text.rstrip('.')}." if text else ""


def _list(found: ListFacts) -> list[str]:
    lines = [f"{found.name}:"]
    for element in found.elements:
        lines += _element(element)
    return lines


def _element(element: ElementFacts) -> list[str]:
    kind = "" if element.kind is None else str(element.kind)
    source = f" ({element.source})" if element.source else ""
    lines = _hanging(f"  {kind:>5}  {element.name}: ", f"{element.doc.rstrip('.')}{source}", 9)
    return lines + _fields(element.fields, " " * 9)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(" ".join(text.split()), COLUMNS)


def _hanging(start: str, text: str, indent: int = -1) -> list[str]:
    """A text behind `start`, with its further lines indented."""
    deep = " " * (len(start) if indent < 0 else indent)
    lines = textwrap.wrap(
        " ".join(text.split()),
        COLUMNS,
        initial_indent=start,
        subsequent_indent=deep,
        break_on_hyphens=False,
    )
    return [line.rstrip() for line in lines] or [start.rstrip()]
