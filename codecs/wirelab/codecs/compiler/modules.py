"""Whole generated modules: one for each schema module, and the index of all headers."""

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

from wirelab.codecs import schemas
from wirelab.codecs.compiler import block_classes, blocks
from wirelab.codecs.compiler.columns import columns_source
from wirelab.codecs.compiler.description import Header, SchemaError, describe
from wirelab.codecs.compiler.fields import registries_of
from wirelab.codecs.compiler.layouts import layouts_source
from wirelab.codecs.compiler.option_names import AnyList
from wirelab.codecs.compiler.option_rows import (
    COMMON,
    ListType,
    foreign_source,
    lists_of,
    lists_source,
)
from wirelab.codecs.compiler.resource_rows import resource_notes
from wirelab.codecs.compiler.rows import flags_source, header_source
from wirelab.codecs.compiler.source import Lines, format_sources, snake
from wirelab.codecs.compiler.stack_builders import builders_source
from wirelab.codecs.compiler.stacks import stacks_source
from wirelab.codecs.header_schema import HeaderSchema

PROTOCOLS = Path(__file__).resolve().parent.parent / "protocols"

NOTE = "Generated from schemas/{name}.py by `make generate`; do not edit."


def schema_modules() -> list[ModuleType]:
    """All modules of `wirelab.codecs.schemas`, by name."""
    names = sorted(module.name for module in iter_modules(schemas.__path__))
    return [import_module(f"{schemas.__name__}.{name}") for name in names]


def headers_of(module: ModuleType) -> list[Header]:
    """The headers that a schema module declares, in its order."""
    return [describe(value) for value in vars(module).values() if isinstance(value, HeaderSchema)]


def lists_alone(name: str, module: ModuleType) -> list[tuple[str, AnyList]]:
    """The lists that a schema module declares by themselves, with the module's name."""
    return [(name, value) for value in vars(module).values() if isinstance(value, AnyList)]


def generate() -> dict[str, str]:
    """All generated modules: file name in `protocols/` -> source."""
    found: list[tuple[str, ModuleType, list[Header]]] = []
    for module in schema_modules():
        name = module.__name__.rpartition(".")[2]
        found.append((name, module, headers_of(module)))
    index = [(name, header) for name, _, headers in found for header in headers]
    alone = [pair for name, module, _ in found for pair in lists_alone(name, module)]
    lists = lists_of(index, alone)
    homes = {kind.home for kind in lists.values()}
    sources = {
        f"{name}.py": module_source(name, module.__doc__ or "", headers, lists)
        for name, module, headers in found
        if headers or name in homes
    }
    sources |= _flags_modules(found)
    by_name = {header.name: header for _, header in index}
    sources["__init__.py"] = _index_source(
        list(by_name.values()), _homes(sources), displays(sources)
    )
    sources["stacks.py"] = stacks_source(by_name)
    sources["stack_builders.py"] = builders_source(by_name)
    sources["layouts.py"] = layouts_source(by_name)
    sources["column_layouts.py"] = columns_source(list(by_name.values()))
    sources |= blocks.generate() | block_classes.generate()
    return format_sources(dict(sorted(sources.items())), PROTOCOLS)


def _flags_modules(found: list[tuple[str, ModuleType, list[Header]]]) -> dict[str, str]:
    """The enumerations of flags: apart, because `enum` takes long to import and few need them."""
    sources: dict[str, str] = {}
    for name, _, headers in found:
        text = "".join(flags_source(header) for header in headers).strip()
        if text:
            note = NOTE.format(name=name)
            head = f'"""Flags of `protocols/{name}.py`.\n\n{note}\n"""\n\nfrom enum import IntFlag'
            sources[f"{name}_flags.py"] = f"{head}\n\n\n{text}\n"
    return sources


def module_source(
    name: str, doc: str, headers: list[Header], lists: Mapping[str, ListType] | None = None
) -> str:
    """One generated module.

    Args:
        name: of the module.
        doc: of the schema module.
        headers: that it declares.
        lists: all lists by alias; None: those of `headers`.
    """
    if lists is None:
        lists = lists_of([(name, header) for header in headers])
    own = [kind for kind in lists.values() if kind.home == name]
    bodies = [lists_source(own)] if own else []
    if len(headers) > 1:
        for header in headers:
            header.suffix = f"_{snake(header.name)}"
    bodies += [header_source(header) for header in headers]
    text = "\n".join(bodies)
    foreign = [kind for kind in lists.values() if kind.home != name and _uses(text, kind.alias)]
    if foreign:
        text = f"{foreign_source(foreign)}\n\n{text}"
    out = Lines()
    out.add(f'"""{doc.strip()}', "", NOTE.format(name=name), '"""', "")
    # A field may be called `type`, and an option list has a branch for each option.
    # So has a constructor for each settable view. `format_sources` drops what is not needed.
    out.add("# ruff: noqa: A002, C901, PLR0911, PLR0912", "")
    out.add(*_imports(text, headers, lists.values(), name), "")
    return f"{out.text().rstrip()}\n\n{text.strip()}\n"


IMPORTS = {
    "wirelab.codecs.addresses": ("ipv4_address", "ipv6_address", "mac_address"),
    "wirelab.codecs.arguments": (
        "address_argument",
        "address_arguments",
        "explain",
        "misplaced",
        "missing_below",
        "next_number",
        "refusal",
        "set_view",
        "text_argument",
    ),
    "wirelab.codecs.dns_sections": (
        "DNSMalformed",
        "DNSQuestion",
        "DNSRecord",
        "DNSResource",
        "SectionItem",
        "SectionedHeader",
        "checked",
        "decode_string",
        "decode_strings",
        "encode_strings",
        "joined_sections",
        "misfit",
    ),
    "wirelab.codecs.domain_names": ("decode_name", "encode_name"),
    "wirelab.codecs.errors": ("EncodeError",),
    "wirelab.codecs.field": ("AUTO", "Field"),
    "wirelab.codecs.header": ("Header",),
    "wirelab.codecs.options": (
        *COMMON,
        "NO_OPERATION",
        "Option",
        "count_records",
        "encode_list",
        "items_argument",
        "list_argument",
    ),
    "wirelab.codecs.shown_bytes": (
        "any_address_argument",
        "names_argument",
        "names_in",
        "prefix_argument",
    ),
    "wirelab.codecs.tlv": ("INTERNET_OPTIONS", "TlvStyle"),
}
TYPES = {
    "collections.abc": ("Callable", "Iterable", "Mapping", "Sequence"),
    "typing": ("Any", "ClassVar", "Self", "TypeAlias"),
    "wirelab.codecs.addresses": ("AddressLike",),
    "wirelab.codecs.header": ("Addressed", "Buffer", "HeaderClass"),
}
"""What only type checkers need: importing `typing` alone takes longer than all our modules."""


def _imports(text: str, headers: list[Header], lists: Collection[ListType], home: str) -> list[str]:
    """Only what the body of the module `home` uses, in ruff's order."""
    text = re.sub(r'"""[\s\S]*?"""', "", text)  # words in docstrings are no uses
    wanted = {module: [n for n in names if _uses(text, n)] for module, names in IMPORTS.items()}
    noted = [notes for header in headers for _, notes in header.schema.noted()]
    noted += [notes for kind in lists if kind.home == home for notes in kind.noted]
    noted += [notes for header in headers for notes in resource_notes(header.sections)]
    for module, variables in registries_of(noted).items():
        wanted[f"wirelab.codecs.registries.{module}"] = sorted(variables)
    types = {module: [n for n in names if _uses(text, n)] for module, names in TYPES.items()}
    for kind in lists:
        if kind.home != home and _uses(text, kind.alias):
            types.setdefault(f"wirelab.codecs.protocols.{kind.home}", []).append(kind.alias)
    shortcuts = {"from_bytes": "int.from_bytes", "new": "object.__new__"}
    used = [f"{name} = {value}" for name, value in shortcuts.items() if f"{name}(" in text]
    lines = ["from __future__ import annotations", ""]
    lines += [line for group in _groups({"struct": []} | wanted) for line in [*group, ""]]
    if any(types.values()):
        lines += ["TYPE_CHECKING = False", "if TYPE_CHECKING:"]
        lines += [f"    {line}" for group in _groups(types) for line in [*group, ""]]
    return [*lines, *used]


def _groups(wanted: dict[str, list[str]]) -> tuple[list[str], list[str]]:
    """Import statements: the standard library's, and ours. `struct` is imported as a module."""
    groups: tuple[list[str], list[str]] = ([], [])
    for module in sorted(wanted, key=lambda name: (name != "struct", name)):
        names = sorted(wanted[module], key=_isort_order)
        line = f"from {module} import {', '.join(names)}" if names else "import struct"
        if names or module == "struct":
            groups[module.startswith("wirelab")].append(line)
    return groups


def _uses(text: str, name: str) -> bool:
    return re.search(rf"\b{name}\b", text) is not None


def _import_order(name: str) -> tuple[int, str]:
    """isort's: constants, classes, functions."""
    return (0 if name.isupper() and len(name) > 1 else 1 if name[0].isupper() else 2, name)


def _isort_order(name: str) -> tuple[int, str]:
    """The same without regard to case, as isort orders the names of one import."""
    return _import_order(name)[0], name.lower()


def public_names(source: str) -> list[str]:
    """The classes and type aliases that a generated module defines for its users."""
    names = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef):
            names.append(node.name)
        elif isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation) == "TypeAlias":
            names.append(ast.unparse(node.target))
    return [name for name in names if not name.startswith("_")]


def _homes(sources: dict[str, str]) -> dict[str, str]:
    """Public name -> module.

    Raises:
        SchemaError: two modules define one name, so that `wirelab.codecs` cannot have both.
    """
    homes: dict[str, str] = {}
    for file, source in sources.items():
        module = file.removesuffix(".py")
        for name in public_names(source):
            if name in homes:
                raise SchemaError(f"{name} stands in {homes[name]} and in {module}; rename one")
            homes[name] = module
    return dict(sorted(homes.items(), key=lambda item: _import_order(item[0])))


def displays(sources: dict[str, str]) -> dict[str, list[str]]:
    """First word of a display name -> the modules that have such names, in order."""
    found: dict[str, list[str]] = {}
    for file, source in sorted(sources.items()):
        words = {name.partition(".")[0] for name in _display_names(source)}
        for word in words:
            found.setdefault(word, []).append(file.removesuffix(".py"))
    return dict(sorted(found.items()))


def _display_names(source: str) -> Iterator[str]:
    """Of a generated module's classes and of their fields."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.keyword) and node.arg == "display":
            yield ast.literal_eval(node.value)
        elif isinstance(node, ast.keyword) and node.arg == "aliases":
            yield from ast.literal_eval(node.value)
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "DISPLAY":
            yield from filter(None, [ast.literal_eval(node.value)])


def _number_spaces(index: list[Header]) -> dict[str, dict[int, list[str]]]:
    """Number space -> number -> the headers that it names, in the order of their declaration."""
    spaces: dict[str, dict[int, list[str]]] = {}
    for header in index:
        selects = header.schema.notes.selects
        for space in (selects.table, selects.or_else) if selects else ():
            spaces.setdefault(space, {})
        for space, numbers in header.schema.notes.carried.items():
            for number in numbers:
                spaces.setdefault(space, {}).setdefault(number, []).append(header.name)
    return {space: dict(sorted(spaces[space].items())) for space in sorted(spaces) if space}


def _space_source(space: str, numbers: dict[int, list[str]]) -> str:
    """One number space; neighbours with one name (IEEE 802.3 lengths) are written as a range."""
    rows: list[str] = []
    runs: list[tuple[int, int, str]] = []
    for number, names in numbers.items():
        text = " ".join(names)
        if runs and runs[-1][1:] == (number - 1, text):
            runs[-1] = (runs[-1][0], number, text)
        else:
            runs.append((number, number, text))
    for first, last, text in runs:
        if last - first > 15:
            rows.append(f"**dict.fromkeys(range({first}, {last + 1}), {text!r})")
        else:
            form = "#06x" if space == "ethertype" else "d"
            rows += [f"{format(number, form)}: {text!r}" for number in range(first, last + 1)]
    return f"{space!r}: NumberSpace({{{', '.join(rows)},}}, HOMES),"


def _index_source(index: list[Header], homes: dict[str, str], shown: dict[str, list[str]]) -> str:
    """`protocols/__init__.py`: where every name is, and which number names which header."""
    out = Lines()
    out.add('"""All names that schemas define, and which number names which header.', "")
    out.add("Generated from schemas/ by `make generate`; do not edit.", '"""', "")
    out.add("from wirelab.codecs.number_spaces import NumberSpace, load", "")
    out.add("TYPE_CHECKING = False  # for type checkers it is true; importing `typing` costs 10 ms")
    out.add("if TYPE_CHECKING:", "    from wirelab.codecs.header import Header")
    for module in sorted(set(homes.values())):
        own = sorted([name for name in homes if homes[name] == module], key=_isort_order)
        out.add(f"    from wirelab.codecs.protocols.{module} import {', '.join(own)}")
    out.add("", "    HEADERS: tuple[type[Header], ...]", '    """Every header, by module name."""')
    out.add("", "HOMES = {", *(f"    {name!r}: {home!r}," for name, home in homes.items()), "}")
    out.add('"""Public name -> the module that defines it."""', "")
    rows = [f"    {word!r}: {tuple(modules)!r}," for word, modules in shown.items()]
    out.add("DISPLAYS = {", *rows, "}")
    out.add('"""First word of a display name -> the modules that have such names."""', "")
    out.add(f"_HEADERS = ({', '.join(repr(header.name) for header in index)},)", "")
    out.add("TABLES: dict[str, NumberSpace] = {")
    out.add(*(_space_source(space, names) for space, names in _number_spaces(index).items()))
    out.add("}", '"""Number space -> number -> the header that it names."""', "")
    exported = sorted(["DISPLAYS", "HEADERS", "HOMES", "TABLES", *homes], key=_import_order)
    out.add(f"__all__ = [{', '.join(map(repr, exported))}]", "", "")
    out.add("def __getattr__(name: str) -> object:")
    out.add('    """Load a class from its home (PEP 562), once; `HEADERS` loads all of them."""')
    out.add(
        '    if name == "HEADERS":',
        "        value: object = tuple([load(HOMES, one) for one in _HEADERS])",
    )
    out.add("    elif name in HOMES:", "        value = load(HOMES, name)")
    out.add("    else:")
    out.add('        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")')
    out.add("    globals()[name] = value", "    return value")
    return out.text() + "\n"
