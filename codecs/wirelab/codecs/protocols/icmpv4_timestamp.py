"""The body of ICMP timestamp messages (RFC 792).

Generated from schemas/icmpv4_timestamp.py by `make generate`; do not edit.
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

_FIXED = struct.Struct("!III")
_unpack = _FIXED.unpack_from
_pack = _FIXED.pack


class ICMPv4Timestamp(Header):
    """ICMP Timestamps (RFC 792).

    Attributes:
        originate: Milliseconds since midnight UTC when the asker last touched the message (RFC 792
            "Timestamp or Timestamp Reply Message").
        receive: The same, when the answerer first touched it (RFC 792 "Timestamp or Timestamp Reply
            Message").
        transmit: The same, when the answerer last touched it (RFC 792 "Timestamp or Timestamp Reply
            Message").
    """

    __slots__ = (
        "originate",
        "receive",
        "transmit",
    )
    __match_args__ = (
        "originate",
        "receive",
        "transmit",
    )

    LAYER = "ICMPv4Timestamp"
    TITLE = "ICMP Timestamps"
    DISPLAY = "icmp"
    VALUES = (
        "originate",
        "receive",
        "transmit",
    )
    WHOLE: ClassVar[Mapping[str, int]] = {"originate": 32, "receive": 32, "transmit": 32}
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"icmpv4_type": (13, 14)}
    FIELDS = (
        Field(
            "originate",
            display="icmp.originate_timestamp",
            bit_offset=0,
            bits=32,
            source='RFC 792 "Timestamp or Timestamp Reply Message"',
        ),
        Field(
            "receive",
            display="icmp.receive_timestamp",
            bit_offset=32,
            bits=32,
            source='RFC 792 "Timestamp or Timestamp Reply Message"',
        ),
        Field(
            "transmit",
            display="icmp.transmit_timestamp",
            bit_offset=64,
            bits=32,
            source='RFC 792 "Timestamp or Timestamp Reply Message"',
        ),
    )

    originate: int
    receive: int
    transmit: int

    def __init__(
        self,
        originate: int = 0,
        receive: int = 0,
        transmit: int = 0,
    ) -> None:
        try:
            refused = (originate | receive | transmit) >> 32
        except TypeError:
            refused = True
        if refused:
            raise refusal(ICMPv4Timestamp, locals())
        self.originate = originate
        self.receive = receive
        self.transmit = transmit

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (RFC 792); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (
                header.originate,
                header.receive,
                header.transmit,
            ) = _unpack(buffer, offset)
        except struct.error:
            raise explain(cls, buffer, offset, limit, strict) from None
        if offset + 12 > limit:
            raise explain(cls, buffer, offset, limit, strict)
        return header

    @property
    def header_length(self) -> int:
        """Bytes on the wire."""
        return 12

    def build(
        self,
        payload: bytes = b"",
        below: Addressed | None = None,
        above: HeaderClass | None = None,
    ) -> bytes:
        """Header and payload as they go on the wire; see `Header`."""
        try:
            return _pack(self.originate, self.receive, self.transmit) + payload
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    def _copied(self) -> Self:
        copy = object.__new__(self.__class__)
        copy.originate = self.originate
        copy.receive = self.receive
        copy.transmit = self.transmit
        return copy
