"""What the column reader must know of a header beyond its `FIELDS`: lengths, rules, coverage.

The layouts of all headers are generated from the schemas into `protocols/column_layouts.py`. An
expression takes a function that gives a field's values by the field's name, so that the same source
works for whole arrays of headers. NumPy is not needed here.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

Values: TypeAlias = Callable[[str], Any]
"""Field name -> its values, one for each header."""
Expression: TypeAlias = Callable[[Values], Any]


class Part(NamedTuple):
    """A part of variable length behind the fixed ones.

    Attributes:
        name: of the field.
        length: bytes; None: all that is left of the carrier's payload.
        is_value: whether these bytes are one value (an address), not a list of some.
    """

    name: str
    length: Expression | None
    is_value: bool = False


class Coverage(NamedTuple):
    """A header's Internet checksum.

    Attributes:
        offset: bytes from the start of the header to the field.
        covers_payload: header and payload are summed, not only the header.
        pseudo: number in the pseudo-header, or None if there is none.
        zero_means_none: 0 says that the sender computed none.
        length: bytes from the header's start that are summed; 0: all (UDP-Lite). None: always all.
    """

    offset: int
    covers_payload: bool
    pseudo: int | None
    zero_means_none: bool
    length: Expression | None = None


class Layout(NamedTuple):
    """One header as columns see it.

    Attributes:
        name: of the header class.
        display: Wireshark's name of the protocol.
        size: bytes of the fixed parts.
        rule: what must hold of the fixed fields, or None.
        parts: the variable parts in wire order.
        bound: bytes from the header's start to the payload's end as a length field says, or None.
        bound_when: where that field says a length at all; None: everywhere.
        bound_trims: whether the payload ends there; else the length is only held against the end.
        starts: whether the payload begins with a header (no later fragment); None: always.
        ends: whether the payload is whole (no fragment but the last); None: always.
        names_next: where a field names the next header in the usual number space; None: everywhere.
        checksum: what it covers, or None.
    """

    name: str
    display: str
    size: int
    rule: Expression | None = None
    parts: tuple[Part, ...] = ()
    bound: Expression | None = None
    bound_when: Expression | None = None
    bound_trims: bool = True
    starts: Expression | None = None
    ends: Expression | None = None
    names_next: Expression | None = None
    checksum: Coverage | None = None
