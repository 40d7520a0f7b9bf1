"""A packet: the stack of headers of one frame, and what follows them.

    Packet.layers    headers, outermost first
    Packet.payload   what no header claims
    Packet.trailer   what lies behind the payload of the outermost length field (Ethernet padding)

Rule: `bytes(parse(frame)) == frame`, for every frame that parses.
"""

from typing import Any, TypeVar

from wirelab.codecs.errors import DecodeError
from wirelab.codecs.header import Addressed, Header
from wirelab.codecs.protocols import TABLES, Ethernet, ICMPv4, IPv4

HeaderType = TypeVar("HeaderType", bound=Header)


class Packet:
    """A stack of headers with payload; `parse` reads one, `/` builds one."""

    __slots__ = ("error", "layers", "payload", "trailer")

    def __init__(
        self,
        layers: tuple[Header, ...],
        payload: bytes = b"",
        trailer: bytes = b"",
        error: DecodeError | None = None,
    ) -> None:
        self.layers = layers
        self.payload = payload
        self.trailer = trailer
        self.error = error

    @classmethod
    def stack(cls, below: "Header | Packet", above: "Header | Packet | bytes") -> "Packet":
        """What `below / above` means."""
        layers = below.layers if isinstance(below, Packet) else (below,)
        if isinstance(above, Packet):
            return cls(layers + above.layers, above.payload, above.trailer)
        if isinstance(above, Header):
            return cls((*layers, above))
        return cls(layers, bytes(above))

    def __truediv__(self, other: "Header | Packet | bytes") -> "Packet":
        return Packet.stack(self, other)

    def __bytes__(self) -> bytes:
        data = self.payload
        above: type[Header] | None = None
        for index in range(len(self.layers) - 1, -1, -1):
            header = self.layers[index]
            data = header.build(data, self._below(index), above)
            above = type(header)
        return data + self.trailer

    def _below(self, index: int) -> Addressed | None:
        below = self.layers[index - 1] if index else None
        return below if isinstance(below, IPv4) else None

    def get(self, kind: type[HeaderType]) -> HeaderType | None:
        """The outermost header of a class, or None."""
        for header in self.layers:
            if isinstance(header, kind):
                return header
        return None

    def __getitem__(self, kind: type[HeaderType]) -> HeaderType:
        header = self.get(kind)
        if header is None:
            names = "/".join(layer.LAYER for layer in self.layers)
            raise LookupError(f"no {kind.__name__} in {names}")
        return header

    def __contains__(self, kind: type[Header]) -> bool:
        return self.get(kind) is not None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Packet):
            return NotImplemented
        return (self.layers, self.payload, self.trailer) == (
            other.layers,
            other.payload,
            other.trailer,
        )

    __hash__ = None  # type: ignore[assignment]  # holds headers, which are no keys either

    def __repr__(self) -> str:
        parts = [repr(header) for header in self.layers]
        if self.payload:
            parts.append(repr(self.payload))
        return " / ".join(parts)


def parse(
    frame: bytes | bytearray | memoryview, first: type[Header] = Ethernet, strict: bool = True
) -> Packet:
    """Read a frame, header by header."""
    buffer: Any = frame
    offset, end = 0, len(frame)
    layers: list[Header] = []
    kind: type[Header] | None = first
    error: DecodeError | None = None
    checked = strict
    while kind is not None:
        try:
            header = kind.parse(buffer, offset, end, checked)
        except DecodeError as failure:
            if strict or not layers:
                raise
            error = failure
            break
        layers.append(header)
        end = header.payload_end(offset, end)
        offset += header.header_length
        kind = (
            TABLES[header.NEXT_TABLE].get(getattr(header, header.NEXT_FIELD))
            if header.NEXT_TABLE
            else None
        )
        if isinstance(header, IPv4):
            checked = strict and not header.more_fragments
            if header.fragment_offset:
                break
    return Packet(tuple(layers), bytes(buffer[offset:end]), bytes(buffer[end:]), error)


__all__ = ["ICMPv4", "Packet", "parse"]
