"""Logical link control (IEEE 802.2), which follows the length of an IEEE 802.3 frame.

Generated from schemas/llc.py by `make generate`; do not edit.
"""

from __future__ import annotations

import struct

from wirelab.codecs.arguments import explain, misplaced, next_number, refusal
from wirelab.codecs.field import AUTO, Field
from wirelab.codecs.header import Header
from wirelab.codecs.registries.llc import SAPS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import ClassVar, Self

    from wirelab.codecs.header import Addressed, Buffer, HeaderClass

from_bytes = int.from_bytes

_FIXED = struct.Struct("!BBB")
_unpack = _FIXED.unpack_from
_pack = _FIXED.pack


class LLC(Header):
    """Logical Link Control (IEEE 802.2).

    Attributes:
        dsap: Destination service access point; the lowest bit says that it is a group's (IEEE 802.2
            section 3.2).
        ssap: Source service access point; the lowest bit says that this is a response (IEEE 802.2
            section 3.2).
        control: Kind of the frame by its lowest bits: 0 information, 01 supervisory, 11 unnumbered
            (IEEE 802.2 section 5.2).
        control_extension: Second octet of information and supervisory frames: N(R) and the P/F bit
            (IEEE 802.2 section 5.2).
    """

    __slots__ = (
        "control",
        "control_extension",
        "dsap",
        "ssap",
    )
    __match_args__ = (
        "dsap",
        "ssap",
        "control",
        "control_extension",
    )

    LAYER = "LLC"
    TITLE = "Logical Link Control"
    DISPLAY = "llc"
    VALUES = (
        "dsap",
        "ssap",
        "control",
        "control_extension",
    )
    WHOLE: ClassVar[Mapping[str, int]] = {"dsap": 8, "ssap": 8, "control": 8}
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {
        "ethertype": range(1, 1501),
        "linux_sll_protocol": (4,),
    }
    NEXT_FIELD = "dsap"
    NEXT_TABLE = "llc_sap"
    FIELDS = (
        Field(
            "dsap",
            display="llc.dsap",
            bit_offset=0,
            bits=8,
            format="hex",
            names=SAPS,
            source="IEEE 802.2 section 3.2",
        ),
        Field(
            "ssap",
            display="llc.ssap",
            bit_offset=8,
            bits=8,
            format="hex",
            names=SAPS,
            source="IEEE 802.2 section 3.2",
        ),
        Field("control", bit_offset=16, bits=8, format="hex", source="IEEE 802.2 section 5.2"),
        Field(
            "control_extension",
            bits=8,
            format="hex",
            source="IEEE 802.2 section 5.2",
            optional=True,
        ),
    )

    dsap: int
    ssap: int
    control: int
    control_extension: int | None

    def __init__(
        self,
        dsap: int = AUTO,
        ssap: int = 170,
        control: int = 3,
        control_extension: int | None = None,
    ) -> None:
        try:
            if control_extension is None and (control & 3 != 3):
                control_extension = 0
            refused = (
                (ssap | control) >> 8
                or (dsap >> 8 and dsap is not AUTO)
                or (control_extension is not None and control_extension >> 8)
            )
        except TypeError:
            refused = True
        if refused:
            raise refusal(LLC, locals())
        self.dsap = dsap
        self.ssap = ssap
        self.control = control
        self.control_extension = control_extension

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (IEEE 802.2); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (
                header.dsap,
                header.ssap,
                header.control,
            ) = _unpack(buffer, offset)
        except struct.error:
            raise explain(cls, buffer, offset, limit, strict) from None
        header_end = offset + 3 + (1 if header.control & 3 != 3 else 0)
        if header_end > limit:
            raise explain(cls, buffer, offset, limit, strict)
        header.control_extension = (
            from_bytes(buffer[offset + 3 : header_end]) if header.control & 3 != 3 else None
        )
        return header

    @property
    def header_length(self) -> int:
        """Bytes on the wire."""
        return 3 + (1 if self.control_extension is not None else 0)

    def build(
        self,
        payload: bytes = b"",
        below: Addressed | None = None,
        above: HeaderClass | None = None,
    ) -> bytes:
        """Header and payload as they go on the wire; see `Header`."""
        if (self.control_extension is not None) != bool(self.control & 3 != 3):
            raise misplaced(self, "control_extension")
        try:
            dsap = self.dsap
            if dsap is AUTO:
                dsap = next_number(self, above)
            control_extension_bytes = (
                b"" if self.control_extension is None else self.control_extension.to_bytes(1)
            )
            return _pack(dsap, self.ssap, self.control) + control_extension_bytes + payload
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    @property
    def next_table(self) -> str:
        """The number space of what follows."""
        return "llc_sap" if (self.dsap == 170) | (self.control & 239 == 3) else ""

    def _copied(self) -> Self:
        copy = object.__new__(self.__class__)
        copy.dsap = self.dsap
        copy.ssap = self.ssap
        copy.control = self.control
        copy.control_extension = self.control_extension
        return copy
