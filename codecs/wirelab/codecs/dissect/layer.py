"""What a layer is, and how one finds the next.

A protocol needs nothing here: its header class says what its fields are called, by which numbers
it is reached, and which of its fields names what follows (`header_layer.HeaderLayer`). What
Wireshark computes beside that stands in a file of `layers/`, as a subclass of `Layer` whose HEADERS
name the classes it shows, and a line in `catalogue`. It is imported when a frame has such a header,
or when a field of it is asked for. Protocols that Wireshark knows and we do not are only named
(`foreign`).
"""

from typing import ClassVar

from wirelab.codecs.dissect.catalogue import load_layers_of
from wirelab.codecs.dissect.fields import Item, Plan, plan
from wirelab.codecs.dissect.foreign import FOREIGN
from wirelab.codecs.dissect.visit import Buffer, Visit
from wirelab.codecs.header import Header
from wirelab.codecs.protocols import TABLES

LARGEST_LENGTH = 1500
"""Ethernet types up to this are an IEEE 802.3 length."""


class Layer:
    """A layer: adds its fields and hands its payload on.

    Subclasses are found by the headers that they show, and by numbers of their own.
    """

    HEADERS: ClassVar[tuple[type[Header], ...]] = ()
    """Header classes that this layer shows."""
    NUMBERS: ClassVar[dict[str, tuple[int, ...]]] = {}
    """Further numbers that lead here: number space -> numbers."""

    def __init_subclass__(cls) -> None:
        for header in cls.__dict__.get("HEADERS", ()):
            _SHOWN_BY[header] = cls
        for space, numbers in cls.__dict__.get("NUMBERS", {}).items():
            _CLAIMED.setdefault(space, {}).update(dict.fromkeys(numbers, cls))

    def __init__(self, context: "Context") -> None:
        self.context = context

    def dissect(self, visit: Visit, buffer: Buffer, offset: int, end: int, limit: int) -> int:
        """Dissect `buffer[offset:end]`.

        Args:
            visit: the frame's state.
            buffer: the frame.
            offset: where the layer begins.
            end: where the captured bytes end.
            limit: where the bytes ended on the wire; at least `end`.

        Returns:
            Where the layer ended on the wire, by its own length field.

        Raises:
            DecodeError: it ends too early; what could be read has been added.
        """
        raise NotImplementedError


_SHOWN_BY: dict[type[Header], type[Layer]] = {}
_CLAIMED: dict[str, dict[int, type[Layer]]] = {}


class ForeignLayer(Layer):
    """A protocol that Wireshark knows and we do not: named in `frame.protocols`, not shown."""

    def __init__(self, context: "Context", name: str) -> None:
        super().__init__(context)
        self._name = name

    def dissect(self, visit: Visit, buffer: Buffer, offset: int, end: int, limit: int) -> int:
        """Name the layer."""
        visit.protocols.append(self._name)
        visit.opaque = self._name
        return limit


class Table(dict[int, Layer | None]):
    """The layers of a number space; each is made when it is first met: ask with `table[number]`."""

    def __init__(self, context: "Context", space: str) -> None:
        super().__init__()
        self._context = context
        self._space = space
        self._foreign = FOREIGN.get(space, {})
        self._named = TABLES.get(space)
        load_layers_of(space)

    def __missing__(self, number: int) -> Layer | None:
        layer: Layer | None = None
        # An IEEE 802.3 length behind an address means nothing in the other places of a type.
        is_length = self._space == "ethertype" and number <= LARGEST_LENGTH
        named = None if self._named is None or is_length else self._named[number]
        header = named[-1] if isinstance(named, tuple) else named
        if header is not None:
            load_layers_of(header.__name__)
        claimed = _CLAIMED.get(self._space, {}).get(number)
        if claimed is not None:
            layer = self._context.layer(claimed)
        elif header is not None:
            layer = self._context.layer_of(header)
        elif number in self._foreign:
            layer = ForeignLayer(self._context, self._foreign[number])
        if layer is not None:
            self[number] = layer  # what nobody claims is not kept: there are too many numbers
        return layer


class Context:
    """What the layers of one dissector share: the fields that are wanted, and each other."""

    def __init__(self, wanted: frozenset[str] | None) -> None:
        self.wanted = wanted
        self._layers: dict[type, Layer] = {}
        self._tables: dict[str, Table] = {}

    def wants(self, *names: str) -> bool:
        """Whether any of these fields will be looked at."""
        return self.wanted is None or not self.wanted.isdisjoint(names)

    def plan(self, items: tuple[Item, ...]) -> Plan:
        """The part of the items that is wanted."""
        return plan(items, self.wanted)

    def layer(self, kind: type[Layer]) -> Layer:
        """The one instance of a layer's class: streams and fragments are counted there."""
        found = self._layers.get(kind)
        if found is None:
            found = self._layers[kind] = kind(self)
        return found

    def layer_of(self, header: type[Header]) -> Layer:
        """The layer that shows a header: its own, or the one that every header has."""
        load_layers_of(header.__name__)
        own = _SHOWN_BY.get(header)
        if own is not None:
            return self.layer(own)
        found = self._layers.get(header)
        if found is None:
            from wirelab.codecs.dissect.header_layer import HeaderLayer

            found = self._layers[header] = HeaderLayer(self, header)
        return found

    def table(self, space: str) -> Table:
        """The layers of a number space, such as `ip_protocol`."""
        found = self._tables.get(space)
        if found is None:
            found = self._tables[space] = Table(self, space)
        return found
