"""The state of dissecting one frame, which the layers hand to each other."""

from typing import Any, TypeAlias

from wirelab.codecs.dissect.fields import Plan
from wirelab.codecs.errors import DecodeError

Buffer: TypeAlias = bytes
"""A frame, or a reassembled datagram."""


DEEPEST = 64
"""Ours: layers inside each other; real frames have a handful, and a hostile one thousands."""

ABOVE_TRANSPORT = "above TCP and UDP"
"""`Visit.opaque` of a payload at a port for which Wireshark has a dissector."""


class LayerBytes(bytes):
    """A layer with its payload; a slice in a display filter sees the layer's own bytes only."""

    own: int
    """Bytes of the layer without its payload."""


class Visit:
    """What is known of one frame so far.

    Attributes:
        items: names and values in tshark's order; a protocol's name begins a layer.
        protocols: Wireshark's names of the layers, as in `frame.protocols`.
        source: address below the layer being dissected (IPv4), after source routing.
        destination: its counterpart.
        in_error: inside the packet that an ICMP error quotes.
        fragmented: inside the first fragment of a datagram that is not reassembled.
        problem: why dissection stopped early.
        opaque: what Wireshark dissects further and we do not; empty if there is nothing.
        vlan: number of the innermost VLAN; 0 if there is none.
    """

    __slots__ = (
        "depth",
        "destination",
        "fragmented",
        "in_error",
        "items",
        "number",
        "opaque",
        "problem",
        "protocols",
        "source",
        "time_ns",
        "vlan",
    )

    def __init__(self, number: int, time_ns: int) -> None:
        self.number = number
        self.time_ns = time_ns
        self.items: list[tuple[str, Any]] = []
        self.protocols: list[str] = []
        self.source = b""
        self.destination = b""
        self.in_error = False
        self.fragmented = False
        self.problem: DecodeError | None = None
        self.depth = 0
        self.opaque = ""
        self.vlan = 0

    def begin(self, name: str, buffer: Buffer, offset: int, end: int, own: int) -> None:
        """Begin a layer of which `own` bytes are its own."""
        data = LayerBytes(buffer[offset:end])
        data.own = own
        self.items.append((name, data))

    def deepen(self, layer: str, offset: int) -> None:
        """Count a layer that may contain itself.

        Raises:
            DecodeError: too many of them.
        """
        self.depth += 1
        if self.depth > DEEPEST:
            raise DecodeError(layer, "", offset, f"at most {DEEPEST} layers", "more", "ours")

    def emit(self, plan: Plan, header: Any, available: int) -> None:
        """Add what the plan asks for of a header of which `available` bytes are there."""
        add = self.items.append
        for needs, get, names in plan:
            if needs > available:
                return
            value = get(header)
            if value is None:
                continue
            for name in names:
                add((name, value))

    def emit_all(self, plan: Plan, header: Any) -> None:
        """Add what the plan asks for of a whole header."""
        if plan:
            plan.run(self.items, header)


def cut(layer: str, offset: int, expected: int, got: int, source: str) -> DecodeError:
    """A header that ends before it is complete."""
    return DecodeError(layer, "", offset, f"{expected} bytes", f"{max(got, 0)} bytes", source)
