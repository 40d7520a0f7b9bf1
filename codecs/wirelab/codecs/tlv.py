"""How a list of type-length-value options frames each of them.

Used by schemas (`wirelab.codecs.option_lists`), and by the code generated from them: so nothing is
imported here.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class TlvStyle:
    """The head of an option: where its kind and length stand, and what the length counts.

    Attributes:
        kind_bytes: width of the kind, bytes.
        length_bytes: width of the length, bytes.
        unit: the length counts units of so many bytes (8 in Neighbor Discovery).
        counts_head: the length counts kind and length, too (TCP), not the data alone (DHCP).
        length_first: the length stands before the kind (extension objects of RFC 4884).
        padding: class name and kind of the option that is a kind and nothing else, or None.
        end: class name and kind of the option that ends the list, or None; what follows is kept.
        alignment: the list as a whole is filled up with zeros to a multiple of so many bytes.
        before: bytes in front of the list that count for this multiple (2 in IPv6's headers).
    """

    __slots__ = (
        "alignment",
        "before",
        "counts_head",
        "end",
        "head",
        "kind_bytes",
        "length_bytes",
        "length_first",
        "padding",
        "unit",
    )

    def __init__(
        self,
        kind_bytes: int = 1,
        length_bytes: int = 1,
        unit: int = 1,
        counts_head: bool = True,
        length_first: bool = False,
        padding: tuple[str, int] | None = None,
        end: tuple[str, int] | None = None,
        alignment: int = 1,
        before: int = 0,
    ) -> None:
        if (length_first or kind_bytes > 1) and (padding or end):
            raise ValueError("options of a single byte need a kind of one byte that comes first")
        self.kind_bytes = kind_bytes
        self.length_bytes = length_bytes
        self.unit = unit
        self.counts_head = counts_head
        self.length_first = length_first
        self.padding = padding
        self.end = end
        self.alignment = alignment
        self.before = before
        self.head = kind_bytes + length_bytes

    def _values(self) -> "tuple[Any, ...]":
        return tuple(getattr(self, name) for name in self.__slots__)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TlvStyle) and self._values() == other._values()

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        names = [name for name in self.__slots__ if name != "head"]
        return f"TlvStyle({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"

    def join(self, kind: int, data: bytes) -> bytes:
        """One option: head, data, and zeros up to a whole number of units.

        Raises:
            OverflowError: kind or length does not fit into its bytes.
        """
        head = self.head
        counted = len(data) + head if self.counts_head else len(data)
        missing = -counted % self.unit
        number = kind.to_bytes(self.kind_bytes, "big")
        length = ((counted + missing) // self.unit).to_bytes(self.length_bytes, "big")
        joined = length + number + data if self.length_first else number + length + data
        return joined + bytes(missing) if missing else joined


INTERNET_OPTIONS = TlvStyle(padding=("NoOperation", 1), end=("EndOfOptions", 0), alignment=4)
"""Options of TCP (RFC 9293 section 3.1) and IPv4 (RFC 791 section 3.1)."""

PLAIN = TlvStyle()
"""Nothing but options or records, one behind the other."""
