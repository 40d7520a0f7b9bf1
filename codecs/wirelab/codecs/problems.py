"""What `Packet.verify` finds."""

from typing import NamedTuple


class Problem(NamedTuple):
    """A field that contradicts the rest of its packet; `Packet.verify` lists them.

    Attributes:
        layer: name of the header class.
        field: attribute name.
        expected: the value that AUTO would give.
        got: the value that is there.
        source: where the field is defined.
    """

    layer: str
    field: str
    expected: int
    got: int
    source: str

    def __str__(self) -> str:
        numbers = f"expected {self.expected}, got {self.got}"
        if self.field == "checksum":
            numbers = f"expected 0x{self.expected:04x}, got 0x{self.got:04x}"
        return f"{self.layer}.{self.field}: {numbers} ({self.source})"
