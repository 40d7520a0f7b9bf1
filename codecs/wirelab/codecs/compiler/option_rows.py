"""The row backend for lists: all lists of a module, with their classes and decoders."""

from collections.abc import Iterable
from dataclasses import dataclass

from wirelab.codecs.compiler.description import Header, Options, SchemaError
from wirelab.codecs.compiler.option_classes import write_class
from wirelab.codecs.compiler.option_decoders import (
    inline_options,
    padding_instance,
    write_option_decoder,
    write_reader,
    write_record_decoder,
)
from wirelab.codecs.compiler.option_description import Nested, describe_body
from wirelab.codecs.compiler.option_names import AnyList, alias_of, decoder_of, home_of, style_of
from wirelab.codecs.compiler.source import Lines, snake
from wirelab.codecs.constructs import Noted
from wirelab.codecs.option_lists import Option, OptionList, Record, RecordList

COMMON = (
    "EndOfOptions",
    "NoOperation",
    "UnknownOption",
    "MalformedOption",
    "MalformedRecord",
    "Padding",
    "ListEnd",
    "Record",
)
"""What generated modules may need of `wirelab.codecs.options`."""


@dataclass
class ListType:
    """A kind of list: what the type alias stands for, and where it is generated."""

    alias: str
    home: str
    construct: AnyList

    @property
    def members(self) -> tuple[Option | Record, ...]:
        """Its options, or its record."""
        construct = self.construct
        return construct.options if isinstance(construct, OptionList) else (construct.record,)

    @property
    def noted(self) -> list[Noted]:
        """The notes of all fields of its options."""
        return [notes for one in self.members for _, notes, _ in describe_body(one).fields]

    @property
    def same(self) -> tuple[object, ...]:
        """What must be equal for two lists of one alias."""
        style = getattr(self.construct, "style", None)
        return (style, *(id(member) for member in self.members))


def lists_of(
    headers: Iterable[tuple[str, Header]], alone: Iterable[tuple[str, AnyList]] = ()
) -> dict[str, ListType]:
    """All lists of headers, and those within their options, by alias; inner ones first.

    Args:
        headers: with the name of the module of each.
        alone: lists that a module declares by themselves, with its name.

    Raises:
        SchemaError: one alias for different lists.
    """
    found: dict[str, ListType] = {}
    for module, header in headers:
        for part in header.variable:
            if isinstance(part, Options):
                _collect(found, part.construct, module, header.name, part.name)
    for module, construct in alone:
        if construct.name_of_type:
            _collect(found, construct, module, "", "")
    return found


def _collect(
    found: dict[str, ListType], construct: AnyList, module: str, owner: str, field: str
) -> None:
    alias = alias_of(construct, owner, field)
    kind = ListType(alias, home_of(construct, module), construct)
    if alias in found:
        if found[alias].same != kind.same:
            raise SchemaError(f"{alias} would mean two lists; give one of them another name")
        return
    for member in kind.members:
        for part in describe_body(member).parts:
            if isinstance(part, Nested):
                _collect(found, part.construct, kind.home, member.name, part.name)
    found[alias] = kind


def foreign_source(lists: Iterable[ListType]) -> str:
    """What a module needs of lists that another one defines: decoders, loaded when first called.

    Most programs read no options, or few kinds of them, and would wait for all classes in vain.
    """
    out = Lines()
    for kind in lists:
        decode = decoder_of(kind.alias)
        counted = isinstance(kind.construct, RecordList) and kind.construct.count is not None
        extra = ", count: int = -1" if counted else ""
        out.add(f"def _load_{decode}(data: bytes{extra}) -> tuple[{kind.alias}, ...]:")
        out.add('    """Load the decoder, and put it in the place of this function."""')
        out.add(f"    global {decode}  # noqa: PLW0603")
        out.add(f"    from wirelab.codecs.protocols import {kind.home}", "")
        out.add(f"    {decode} = {kind.home}.{decode}")
        out.add(f"    return {decode}(data{', count' if counted else ''})", "", "")
        arguments = "..." if counted else "[bytes]"
        out.add(f"{decode}: Callable[{arguments}, tuple[{kind.alias}, ...]] = _load_{decode}")
        style = style_of(kind.construct, kind.alias)
        if style.endswith("_STYLE"):
            out.add(f"{style} = {getattr(kind.construct, 'style', None)!r}")
    out.add("", "")
    return out.text()


def lists_source(lists: Iterable[ListType]) -> str:
    """The classes of all options and records, then alias and decoder of each list."""
    out = Lines()
    written: dict[str, Option | Record] = {}
    for kind in lists:
        style = getattr(kind.construct, "style", None)
        inline = []
        if isinstance(kind.construct, OptionList):
            inline = inline_options(kind.construct)
            _bare_classes(out, kind.construct, written)
        for member in kind.members:
            if member.name in written:
                if written[member.name] is not member:
                    raise SchemaError(f"{member.name} would be two classes; rename one of them")
                continue
            written[member.name] = member
            body = describe_body(member)
            write_class(out, member, body, style.head if style else 0)
            if not body.fields:
                out.add(f"_{snake(member.name).upper()}_ = {member.name}()", "", "")
            if member not in inline:
                write_reader(out, member, body)
        _alias(out, kind)
        variable = style_of(kind.construct, kind.alias)
        if variable and variable != "INTERNET_OPTIONS":
            out.add(f"{variable} = {style!r}", "", "")
        if isinstance(kind.construct, OptionList):
            write_option_decoder(out, kind.alias, kind.construct)
        else:
            write_record_decoder(out, kind.alias, kind.construct)
    return out.text()


def _alias(out: Lines, kind: ListType) -> None:
    names = list(dict.fromkeys(member.name for member in kind.members))
    if isinstance(kind.construct, OptionList):
        style = kind.construct.style
        names += [pair[0] for pair in (style.end, style.padding) if pair]
        names += ["UnknownOption", "MalformedOption"]
    else:
        names.append("MalformedRecord")
    out.add(f"{kind.alias}: TypeAlias = {' | '.join(names)}", "", "")


def _bare_classes(out: Lines, construct: OptionList, written: dict[str, Option | Record]) -> None:
    """The padding and the end of a style that are not those of TCP and IPv4."""
    style = construct.style
    for pair, base, doc in (
        (style.padding, "Padding", "one byte of padding"),
        (style.end, "ListEnd", "the end of the options, with the bytes after it"),
    ):
        if pair is None or pair[0] in ("NoOperation", "EndOfOptions") or pair[0] in written:
            continue
        name, kind = pair
        written[name] = Option(name, kind)
        out.add(f"class {name}({base}):", f'    """Kind {kind}: {doc}."""', "")
        out.add("    __slots__ = ()", f"    KIND = {kind}", "", "")
        if base == "Padding":
            out.add(f"{padding_instance(name)} = {name}()", "", "")
