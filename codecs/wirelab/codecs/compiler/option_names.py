"""How generated code names what belongs to a list."""

from wirelab.codecs.compiler.source import snake
from wirelab.codecs.option_lists import OptionList, RecordList
from wirelab.codecs.tlv import INTERNET_OPTIONS, PLAIN

AnyList = OptionList | RecordList


def alias_of(construct: AnyList, owner: str, field: str) -> str:
    """The type alias of a list: its own, or the owner's and the field's name (`TCPOption`)."""
    name: str = construct.name_of_type.rpartition(".")[2]
    return name or owner + "".join(word.capitalize() for word in singular(field).split("_"))


def home_of(construct: AnyList, module: str) -> str:
    """The generated module that a list belongs to; `module` unless the list says otherwise."""
    home: str = construct.name_of_type.rpartition(".")[0]
    return home or module


def decoder_of(alias: str) -> str:
    """`decode_tcp_options` for `TCPOption`."""
    return f"decode_{plural(snake(alias))}"


def style_of(construct: AnyList, alias: str) -> str:
    """The variable with the style of an option list; empty for the plain one, and for records."""
    if isinstance(construct, RecordList) or construct.style == PLAIN:
        return ""
    if construct.style == INTERNET_OPTIONS:
        return "INTERNET_OPTIONS"
    return f"{snake(alias).upper()}_STYLE"


def singular(name: str) -> str:
    """`options` -> `option`, `entries` -> `entry`."""
    if name.endswith("ies"):
        return f"{name[:-3]}y"
    return name.removesuffix("s")


def plural(name: str) -> str:
    """`option` -> `options`, `entry` -> `entries`."""
    return f"{name[:-1]}ies" if name.endswith("y") else f"{name}s"
