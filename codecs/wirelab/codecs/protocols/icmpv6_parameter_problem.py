"""The body of ICMPv6 parameter problem messages; the quoted packet follows.

Generated from schemas/icmpv6_parameter_problem.py by `make generate`; do not edit.
"""

from __future__ import annotations

import struct

from wirelab.codecs.arguments import explain, refusal
from wirelab.codecs.field import Field
from wirelab.codecs.header import Header

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import ClassVar, Self

    from wirelab.codecs.header import Addressed, Buffer, HeaderClass

_FIXED = struct.Struct("!I")
_unpack = _FIXED.unpack_from
_pack = _FIXED.pack


class ICMPv6ParameterProblem(Header):
    """Parameter Problem (RFC 4443 section 3.4).

    Attributes:
        pointer: Byte of the quoted packet where the problem is (RFC 4443 section 3.4).
    """

    __slots__ = ("pointer",)
    __match_args__ = ("pointer",)

    LAYER = "ICMPv6ParameterProblem"
    TITLE = "Parameter Problem"
    DISPLAY = "icmpv6"
    VALUES = ("pointer",)
    WHOLE: ClassVar[Mapping[str, int]] = {"pointer": 32}
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"icmpv6_type": (4,)}
    FIELDS = (
        Field(
            "pointer",
            display="icmpv6.pointer",
            bit_offset=0,
            bits=32,
            source="RFC 4443 section 3.4",
        ),
    )

    pointer: int

    def __init__(
        self,
        pointer: int = 0,
    ) -> None:
        try:
            refused = pointer >> 32
        except TypeError:
            refused = True
        if refused:
            raise refusal(ICMPv6ParameterProblem, locals())
        self.pointer = pointer

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (RFC 4443 section 3.4); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (header.pointer,) = _unpack(buffer, offset)
        except struct.error:
            raise explain(cls, buffer, offset, limit, strict) from None
        if offset + 4 > limit:
            raise explain(cls, buffer, offset, limit, strict)
        return header

    @property
    def header_length(self) -> int:
        """Bytes on the wire."""
        return 4

    def build(
        self,
        payload: bytes = b"",
        below: Addressed | None = None,
        above: HeaderClass | None = None,
    ) -> bytes:
        """Header and payload as they go on the wire; see `Header`."""
        try:
            return _pack(self.pointer) + payload
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    def _copied(self) -> Self:
        copy = object.__new__(self.__class__)
        copy.pointer = self.pointer
        return copy
