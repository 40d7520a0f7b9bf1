"""The body of ICMPv6 packet too big messages; the quoted packet follows.

Generated from schemas/icmpv6_packet_too_big.py by `make generate`; do not edit.
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


class ICMPv6PacketTooBig(Header):
    """Packet Too Big (RFC 4443 section 3.2).

    Attributes:
        mtu: Largest packet that passes, in bytes (RFC 4443 section 3.2).
    """

    __slots__ = ("mtu",)
    __match_args__ = ("mtu",)

    LAYER = "ICMPv6PacketTooBig"
    TITLE = "Packet Too Big"
    DISPLAY = "icmpv6"
    VALUES = ("mtu",)
    WHOLE: ClassVar[Mapping[str, int]] = {"mtu": 32}
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"icmpv6_type": (2,)}
    FIELDS = (
        Field("mtu", display="icmpv6.mtu", bit_offset=0, bits=32, source="RFC 4443 section 3.2"),
    )

    mtu: int

    def __init__(
        self,
        mtu: int = 1280,
    ) -> None:
        try:
            refused = mtu >> 32
        except TypeError:
            refused = True
        if refused:
            raise refusal(ICMPv6PacketTooBig, locals())
        self.mtu = mtu

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (RFC 4443 section 3.2); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (header.mtu,) = _unpack(buffer, offset)
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
            return _pack(self.mtu) + payload
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    def _copied(self) -> Self:
        copy = object.__new__(self.__class__)
        copy.mtu = self.mtu
        return copy
