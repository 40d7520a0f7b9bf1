"""Reading a message piece by piece, for layers whose fields depend on what was read before.

Wireshark adds fields until one is not all there. So does a cursor: each read adds a field, and the
first one beyond the captured bytes raises what ends the layer.
"""

from typing import Any

from wirelab.codecs.dissect.layer import Context
from wirelab.codecs.dissect.visit import Buffer, Visit, cut


class Cursor:
    """A place in a buffer that moves on as fields are taken.

    Args:
        context: knows which fields are wanted.
        visit: where fields are added.
        buffer: the frame.
        offset: where to begin.
        end: where the captured bytes end.
        layer: name for errors.
        source: where the message is defined, for errors.

    Attributes:
        offset: where the next field begins.
    """

    __slots__ = ("_add", "_buffer", "_layer", "_source", "_wanted", "end", "offset")

    def __init__(
        self,
        context: Context,
        visit: Visit,
        buffer: Buffer,
        offset: int,
        end: int,
        layer: str,
        source: str,
    ) -> None:
        self._wanted = context.wanted
        self._add = visit.items.append
        self._buffer = buffer
        self.offset = offset
        self.end = end
        self._layer = layer
        self._source = source

    @property
    def left(self) -> int:
        """Bytes that were captured from here on."""
        return self.end - self.offset

    def add(self, name: str, value: Any) -> None:
        """A field that is not read, but computed."""
        if self._wanted is None or name in self._wanted:
            self._add((name, value))

    def need(self, size: int) -> None:
        """Require that so many bytes were captured from here on.

        Raises:
            DecodeError: there are fewer.
        """
        if self.offset + size > self.end:
            raise cut(self._layer, self.offset, size, self.left, self._source)

    def number(self, name: str, size: int) -> int:
        """A big-endian integer.

        Raises:
            DecodeError: it was not captured as a whole.
        """
        value = int.from_bytes(self.bytes("", size), "big")
        if name:
            self.add(name, value)
        return value

    def bytes(self, name: str, size: int) -> bytes:
        """Bytes, such as an address.

        Raises:
            DecodeError: they were not captured as a whole.
        """
        self.need(size)
        value = bytes(self._buffer[self.offset : self.offset + size])
        self.offset += size
        if name:
            self.add(name, value)
        return value

    def bits(self, size: int, *fields: tuple[str, int]) -> int:
        """An integer made of fields: name (empty: not shown) and width, the highest first."""
        value = int.from_bytes(self.bytes("", size), "big")
        shift = size * 8
        for name, width in fields:
            shift -= width
            part = value >> shift & (1 << width) - 1
            if name:
                self.add(name, part)
        return value
