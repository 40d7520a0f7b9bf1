"""Number spaces: which number names which header, as a table that loads what it names.

A frame with TCP in it has no need of DNS, so importing `parse` imports hardly any protocol: a
header's module is loaded when its number is met for the first time.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # for type checkers it is true; importing `typing` costs 10 ms
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeAlias

    from wirelab.codecs.header import Header

    Named: TypeAlias = "type[Header] | tuple[type[Header], ...] | None"


class NumberSpace(dict[int, "Named"]):
    """What `space[number]` names: a header class, several that `Header.FITS` tells apart, or None.

    As a dictionary it holds only the numbers that were met.

    Attributes:
        names: number -> names of header classes, separated by blanks.
        homes: name of a class -> the module in `wirelab.codecs.protocols` that defines it.
    """

    __slots__ = ("homes", "names")

    def __init__(self, names: Mapping[int, str], homes: Mapping[str, str]) -> None:
        super().__init__()
        self.names = names
        self.homes = homes

    def __missing__(self, number: int) -> Named:
        names = self.names.get(number)
        if names is None:
            return None  # not kept: nobody shall fill our memory with numbers
        found = tuple([load(self.homes, name) for name in names.split()])
        value = self[number] = found[0] if len(found) == 1 else found
        return value


def load(homes: Mapping[str, str], name: str) -> type[Header]:
    """A class of `wirelab.codecs.protocols` by its name."""
    found: type[Header] = getattr(import_module(f"wirelab.codecs.protocols.{homes[name]}"), name)
    return found
