"""The body of ICMPv6 extended echo replies.

Generated from schemas/icmpv6_extended_echo_reply.py by `make generate`; do not edit.
"""

from __future__ import annotations

import struct

from wirelab.codecs.arguments import explain, refusal
from wirelab.codecs.field import Field
from wirelab.codecs.header import Header
from wirelab.codecs.registries.icmp import EXTENDED_ECHO_STATES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import ClassVar, Self

    from wirelab.codecs.header import Addressed, Buffer, HeaderClass

_FIXED = struct.Struct("!HBB")
_unpack = _FIXED.unpack_from
_pack = _FIXED.pack


class ICMPv6ExtendedEchoReply(Header):
    """Extended Echo Reply (RFC 8335 section 3).

    Attributes:
        identifier: Matches replies to requests (RFC 8335 section 3).
        sequence_number: Matches replies to requests (RFC 8335 section 3).
        state: Of the probed neighbour (RFC 8335 section 3; 3 bits).
        reserved: Reserved (RFC 8335 section 3; 2 bits).
        active: The probed interface works (RFC 8335 section 3; 1 bit).
        runs_ipv4: IPv4 runs on the probed interface (RFC 8335 section 3; 1 bit).
        runs_ipv6: IPv6 runs on the probed interface (RFC 8335 section 3; 1 bit).
    """

    __slots__ = (
        "_word3",
        "active",
        "identifier",
        "reserved",
        "runs_ipv4",
        "runs_ipv6",
        "sequence_number",
        "state",
    )
    __match_args__ = (
        "identifier",
        "sequence_number",
        "state",
        "reserved",
        "active",
        "runs_ipv4",
        "runs_ipv6",
    )

    LAYER = "ICMPv6ExtendedEchoReply"
    TITLE = "Extended Echo Reply"
    DISPLAY = "icmpv6"
    VALUES = (
        "identifier",
        "sequence_number",
        "state",
        "reserved",
        "active",
        "runs_ipv4",
        "runs_ipv6",
    )
    WHOLE: ClassVar[Mapping[str, int]] = {"identifier": 16, "sequence_number": 8}
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"icmpv6_type": (161,)}
    FIELDS = (
        Field(
            "identifier",
            display="icmpv6.echo.identifier",
            bit_offset=0,
            bits=16,
            format="hex",
            source="RFC 8335 section 3",
        ),
        Field(
            "sequence_number",
            display="icmpv6.ext.echo.seq",
            bit_offset=16,
            bits=8,
            source="RFC 8335 section 3",
        ),
        Field(
            "state",
            display="icmpv6.ext.echo.rsp.state",
            bit_offset=24,
            bits=3,
            names=EXTENDED_ECHO_STATES,
            source="RFC 8335 section 3",
        ),
        Field(
            "reserved",
            display="icmpv6.ext.echo.rsp.res",
            bit_offset=27,
            bits=2,
            source="RFC 8335 section 3",
        ),
        Field(
            "active",
            display="icmpv6.ext.echo.rsp.active",
            bit_offset=29,
            bits=1,
            format="bool",
            source="RFC 8335 section 3",
        ),
        Field(
            "runs_ipv4",
            display="icmpv6.ext.echo.rsp.ipv4",
            bit_offset=30,
            bits=1,
            format="bool",
            source="RFC 8335 section 3",
        ),
        Field(
            "runs_ipv6",
            display="icmpv6.ext.echo.rsp.ipv6",
            bit_offset=31,
            bits=1,
            format="bool",
            source="RFC 8335 section 3",
        ),
    )

    identifier: int
    sequence_number: int
    _word3: int
    state: int
    reserved: int
    active: bool
    runs_ipv4: bool
    runs_ipv6: bool

    def __init__(
        self,
        identifier: int = 0,
        sequence_number: int = 0,
        state: int = 0,
        reserved: int = 0,
        active: bool = False,
        runs_ipv4: bool = False,
        runs_ipv6: bool = False,
    ) -> None:
        try:
            refused = (
                identifier >> 16
                or sequence_number >> 8
                or state >> 3
                or reserved >> 2
                or (active | runs_ipv4 | runs_ipv6) >> 1
            )
        except TypeError:
            refused = True
        if refused:
            raise refusal(ICMPv6ExtendedEchoReply, locals())
        self.identifier = identifier
        self.sequence_number = sequence_number
        self.state = state
        self.reserved = reserved
        self.active = active != 0
        self.runs_ipv4 = runs_ipv4 != 0
        self.runs_ipv6 = runs_ipv6 != 0
        self._word3 = state << 5 | reserved << 3 | active << 2 | runs_ipv4 << 1 | runs_ipv6

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (RFC 8335 section 3); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (
                header.identifier,
                header.sequence_number,
                word3,
            ) = _unpack(buffer, offset)
        except struct.error:
            raise explain(cls, buffer, offset, limit, strict) from None
        if offset + 4 > limit:
            raise explain(cls, buffer, offset, limit, strict)
        header._word3 = word3
        header.state = word3 >> 5
        header.reserved = word3 >> 3 & 3
        header.active = word3 & 4 != 0
        header.runs_ipv4 = word3 & 2 != 0
        header.runs_ipv6 = word3 & 1 != 0
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
            return _pack(self.identifier, self.sequence_number, self._word3) + payload
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    def _copied(self) -> Self:
        copy = object.__new__(self.__class__)
        copy.identifier = self.identifier
        copy.sequence_number = self.sequence_number
        copy._word3 = self._word3
        copy.state = self.state
        copy.reserved = self.reserved
        copy.active = self.active
        copy.runs_ipv4 = self.runs_ipv4
        copy.runs_ipv6 = self.runs_ipv6
        return copy
