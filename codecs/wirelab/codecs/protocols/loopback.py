"""The link layers of BSD's loopback and tunnel interfaces (LINKTYPE_NULL, LINKTYPE_LOOP).

Generated from schemas/loopback.py by `make generate`; do not edit.
"""

from __future__ import annotations

import struct

from wirelab.codecs.arguments import explain, next_number, refusal
from wirelab.codecs.field import AUTO, Field
from wirelab.codecs.header import Header
from wirelab.codecs.registries.families import FAMILIES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import ClassVar, Self

    from wirelab.codecs.header import Addressed, Buffer, HeaderClass

_FIXED_bsd_null = struct.Struct("!I")
_unpack_bsd_null = _FIXED_bsd_null.unpack_from
_pack_bsd_null = _FIXED_bsd_null.pack


class BSDNull(Header):
    """Null/Loopback (tcpdump.org, LINKTYPE_NULL).

    Attributes:
        family: Address family in the capturing machine's byte order; of small numbers, the bytes
            are the other way round on most (tcpdump.org, LINKTYPE_NULL).
    """

    __slots__ = ("family",)
    __match_args__ = ("family",)

    LAYER = "BSDNull"
    TITLE = "Null/Loopback"
    DISPLAY = "null"
    VALUES = ("family",)
    WHOLE: ClassVar[Mapping[str, int]] = {"family": 32}
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"link_type": (0,)}
    NEXT_FIELD = "family"
    NEXT_TABLE = "bsd_family"
    FIELDS = (
        Field(
            "family",
            display="null.family",
            bit_offset=0,
            bits=32,
            format="hex",
            names=FAMILIES,
            source="tcpdump.org, LINKTYPE_NULL",
        ),
    )

    family: int

    def __init__(
        self,
        family: int = AUTO,
    ) -> None:
        try:
            refused = family >> 32 and family is not AUTO
        except TypeError:
            refused = True
        if refused:
            raise refusal(BSDNull, locals())
        self.family = family

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (tcpdump.org, LINKTYPE_NULL); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (header.family,) = _unpack_bsd_null(buffer, offset)
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
            family = self.family
            if family is AUTO:
                family = next_number(self, above)
            return _pack_bsd_null(family) + payload
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    def _copied(self) -> Self:
        copy = object.__new__(self.__class__)
        copy.family = self.family
        return copy


_FIXED_bsd_loop = struct.Struct("!I")
_unpack_bsd_loop = _FIXED_bsd_loop.unpack_from
_pack_bsd_loop = _FIXED_bsd_loop.pack


class BSDLoop(Header):
    """Null/Loopback (tcpdump.org, LINKTYPE_LOOP).

    Attributes:
        family: Address family, in network byte order (tcpdump.org, LINKTYPE_LOOP).
    """

    __slots__ = ("family",)
    __match_args__ = ("family",)

    LAYER = "BSDLoop"
    TITLE = "Null/Loopback"
    DISPLAY = "null"
    VALUES = ("family",)
    WHOLE: ClassVar[Mapping[str, int]] = {"family": 32}
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"link_type": (108,)}
    NEXT_FIELD = "family"
    NEXT_TABLE = "bsd_family"
    FIELDS = (
        Field(
            "family",
            display="null.family",
            bit_offset=0,
            bits=32,
            format="hex",
            names=FAMILIES,
            source="tcpdump.org, LINKTYPE_LOOP",
        ),
    )

    family: int

    def __init__(
        self,
        family: int = AUTO,
    ) -> None:
        try:
            refused = family >> 32 and family is not AUTO
        except TypeError:
            refused = True
        if refused:
            raise refusal(BSDLoop, locals())
        self.family = family

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (tcpdump.org, LINKTYPE_LOOP); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (header.family,) = _unpack_bsd_loop(buffer, offset)
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
            family = self.family
            if family is AUTO:
                family = next_number(self, above)
            return _pack_bsd_loop(family) + payload
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    def _copied(self) -> Self:
        copy = object.__new__(self.__class__)
        copy.family = self.family
        return copy
