"""Lists inside a header as Wireshark shows them: options, records, and repeated values.

Each option class says in its FIELDS what its parts are called. Kind and length, which all options
of a list share, have the names that the list's owner gives (`ListNames`).
"""

from operator import attrgetter
from typing import Any, NamedTuple

from wirelab.codecs.dissect.fields import Kind, declare_missing, title_of
from wirelab.codecs.dissect.visit import Visit
from wirelab.codecs.header import Field


class ListNames(NamedTuple):
    """Display names of what all options of a list have; empty: Wireshark shows none."""

    kind: str = ""
    length: str = ""
    kind_bytes: int = 1
    length_bytes: int = 1

    def declare(self) -> None:
        """Make the names known."""
        for name in filter(None, (self.kind, self.length)):
            declare_missing(name, Kind.NUMBER, title_of(name.rpartition(".")[2]))


class ListView:
    """Adds the fields of the options or records in one field of a header.

    Args:
        wanted: names asked for; None: all.
        field: the header's field, whose value is a tuple.
        names: of the parts that all options have, if Wireshark shows them.
    """

    def __init__(
        self, wanted: frozenset[str] | None, field: Field, names: ListNames | None = None
    ) -> None:
        self._wanted = wanted
        self._get = attrgetter(field.name)
        self._names = names or ListNames()
        self._own = field
        self._fields: dict[type, list[tuple[Field, tuple[str, ...]]]] = {}
        prefix = field.display.partition(".")[0] + "."
        self.asked = (
            wanted is None or len(prefix) == 1 or any(name.startswith(prefix) for name in wanted)
        )

    def show(self, visit: Visit, header: Any) -> None:
        """Add the fields of a header's list, in the order of the wire."""
        self._value(visit, self._own, (), self._get(header))

    def _value(self, visit: Visit, field: Field, names: tuple[str, ...], value: Any) -> None:
        """A value: an option or record, several, or a number, an address, bytes."""
        if isinstance(value, tuple):
            for each in value:
                self._value(visit, field, names, each)
        elif hasattr(value, "FIELDS"):
            self._entry(visit, value)
        elif value is not None:
            for name in names:
                visit.items.append((name, value * field.scale if field.scale != 1 else value))

    def _entry(self, visit: Visit, entry: Any) -> None:
        kind = getattr(entry, "KIND", None)
        if kind is not None and (self._names.kind or self._names.length):
            number = entry.kind if kind < 0 else kind
            self._common(visit, self._names.kind, number)
            first = self._names.kind_bytes
            length = entry.encode()[first : first + self._names.length_bytes]
            if length:
                self._common(visit, self._names.length, int.from_bytes(length, "big"))
        for field, names in self._shown(type(entry)):
            self._value(visit, field, names, getattr(entry, field.name))

    def _common(self, visit: Visit, name: str, value: int) -> None:
        if name and (self._wanted is None or name in self._wanted):
            visit.items.append((name, value))

    def _shown(self, entry: type) -> list[tuple[Field, tuple[str, ...]]]:
        """The fields of an option class, with those of their names that are wanted."""
        found = self._fields.get(entry)
        if found is None:
            found = self._fields[entry] = []
            for field in getattr(entry, "FIELDS", ()):
                names = (field.display, *field.aliases) if field.display else ()
                wanted = tuple(n for n in names if self._wanted is None or n in self._wanted)
                found.append((field, wanted))
        return found
