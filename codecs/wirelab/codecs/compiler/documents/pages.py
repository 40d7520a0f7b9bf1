"""Markdown pages: one for each schema module, and an index of all headers."""

from collections.abc import Iterable, Sequence

from wirelab.codecs.compiler.documents.protocol import (
    ElementFacts,
    FieldFacts,
    ListFacts,
    ProtocolFacts,
    number_text,
    protocols,
    value_lines,
)

NOTE = "<!-- Generated from the schemas by `make generate`; do not edit. -->"


def pages() -> dict[str, str]:
    """All pages: file name in `docs/protocols/` -> text."""
    found: dict[str, list[ProtocolFacts]] = {}
    for one in protocols():
        found.setdefault(one.module, []).append(one)
    texts = {f"{module}.md": _page(members) for module, members in found.items()}
    return {"README.md": _index(), **dict(sorted(texts.items()))}


def _index() -> str:
    lines = [
        NOTE,
        "",
        "# Protocols",
        "",
        "Every header that `wirelab.codecs` reads and writes. `wirelab protocols NAME` prints the",
        "same in a terminal.",
        "",
        "| class | protocol | filter | named by | source |",
        "|---|---|---|---|---|",
    ]
    for one in protocols():
        row = (
            f"[{one.name}]({one.module}.md#{one.name.lower()})",
            one.title,
            _code(one.display),
            _numbers(one),
            one.source,
        )
        lines.append(_row(row))
    return "\n".join(lines) + "\n"


def _page(members: Sequence[ProtocolFacts]) -> str:
    return "\n\n".join([NOTE, *(_protocol(one) for one in members)]) + "\n"


def _protocol(one: ProtocolFacts) -> str:
    blocks = [f"# {one.name}", f"{one.title} ({one.source})."]
    if one.doc:
        blocks.append(one.doc.strip())
    said = [f"Display filter: `{one.display}`."] if one.display else []
    said += [f"Named by {_numbers(one)}."] if one.numbers else []
    said += [f"Names what follows {line}." for line in one.carries]
    said += [f"{rule}." for rule in one.rules]
    if said:
        blocks.append("\n".join(f"- {_escaped(line)}" for line in said))
    if one.diagram:
        blocks.append(_drawing(one.diagram))
    blocks += [_field_table(one.fields)] if one.fields else []
    blocks += _values(one.fields)
    for found in one.lists:
        blocks += _list(one, found)
    return "\n\n".join(blocks)


def _list(one: ProtocolFacts, found: ListFacts) -> list[str]:
    blocks = [f"## {one.name}.{found.name}"]
    rows = [
        _row(("" if element.kind is None else str(element.kind), element.name, element.doc))
        for element in found.elements
    ]
    blocks.append("\n".join(["| kind | class | meaning |", "|---|---|---|", *rows]))
    for element in found.elements:
        if element.fields:
            blocks += _element(element)
    return blocks


def _element(element: ElementFacts) -> list[str]:
    kind = "" if element.kind is None else f" (kind {element.kind})"
    blocks = [f"### {element.name}{kind}"]
    source = f" Source: {element.source}." if element.source else ""
    doc = f"{element.doc.rstrip('.')}." if element.doc else ""
    blocks.append(f"{doc}{source}".strip() or element.name)
    if element.diagram:
        blocks.append(_drawing(element.diagram))
    return [*blocks, _field_table(element.fields), *_values(element.fields)]


def _drawing(text: str) -> str:
    return f"```text\n{text}\n```"


def _field_table(fields: Iterable[FieldFacts]) -> str:
    lines = [
        "| bits | name | filter | meaning | default | source |",
        "|---|---|---|---|---|---|",
    ]
    for one in fields:
        name = f"{'&nbsp;&nbsp;' if one.view_of else ''}`{one.name}`"
        filters = ", ".join(_code(name) for name in (one.display, *one.aliases) if name)
        lines.append(_row((one.bits, name, filters, one.meaning, one.default, one.source)))
    return "\n".join(lines)


def _values(fields: Sequence[FieldFacts]) -> list[str]:
    """The names of numbers, field by field."""
    lines = [line for one in fields for line in value_lines(one, fields[0].name)]
    return ["\n".join(f"- {_escaped(line)}" for line in lines)] if lines else []


def _numbers(one: ProtocolFacts) -> str:
    return ", ".join(
        f"{space} {number_text(space, numbers)}" for space, numbers in one.numbers.items()
    )


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(_escaped(cell) for cell in cells)} |"


def _escaped(text: str) -> str:
    """Text in a table: no pipes, no line breaks, and nothing that looks like a tag."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;").replace(">", "&gt;")
