"""Generic Routing Encapsulation (RFC 2784, RFC 2890); what others put there is kept (RFC 2637).

Generated from schemas/gre.py by `make generate`; do not edit.
"""

# ruff: noqa: C901

from __future__ import annotations

import struct

from wirelab.codecs.arguments import explain, misplaced, next_number, refusal
from wirelab.codecs.field import AUTO, Field
from wirelab.codecs.header import Header
from wirelab.codecs.registries.ethertypes import ETHERTYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import ClassVar, Self

    from wirelab.codecs.header import Addressed, Buffer, HeaderClass

from_bytes = int.from_bytes

_FIXED = struct.Struct("!HH")
_unpack = _FIXED.unpack_from
_pack = _FIXED.pack


class GRE(Header):
    """Generic Routing Encapsulation (RFC 2784; RFC 2890).

    Attributes:
        checksum_present: Checksum present (RFC 2784 section 2.2; 1 bit).
        routing_present: Routing present (RFC 1701; 1 bit).
        key_present: Key present (RFC 2890 section 2; 1 bit).
        sequence_present: Sequence present (RFC 2890 section 2; 1 bit).
        strict_source_route: Strict source route (RFC 1701; 1 bit).
        recursion_control: Recursion control (RFC 1701; 3 bits).
        acknowledgment_present: Acknowledgment present (RFC 2637 section 4.1; 1 bit).
        reserved: Reserved (RFC 1701; 4 bits).
        version: 0, or 1 in PPTP's tunnels (RFC 2784 section 2.3.1; 3 bits).
        protocol_type: What follows (RFC 2784 section 2.4).
        checksum: Over header and payload; None: there is none (RFC 2784 section 2.5).
        offset: Reserved; there if the checksum is (RFC 2784 section 2.6).
        key: Names a flow within the tunnel; None: there is none (RFC 2890 section 2.1).
        sequence_number: Counts the packets; None: there is none (RFC 2890 section 2.2).
        acknowledgment_number: PPTP's; None: there is none (RFC 2637 section 4.1).
    """

    __slots__ = (
        "_word0",
        "acknowledgment_number",
        "acknowledgment_present",
        "checksum",
        "checksum_present",
        "key",
        "key_present",
        "offset",
        "protocol_type",
        "recursion_control",
        "reserved",
        "routing_present",
        "sequence_number",
        "sequence_present",
        "strict_source_route",
        "version",
    )
    __match_args__ = (
        "checksum_present",
        "routing_present",
        "key_present",
        "sequence_present",
        "strict_source_route",
        "recursion_control",
        "acknowledgment_present",
        "reserved",
        "version",
        "protocol_type",
        "checksum",
        "offset",
        "key",
        "sequence_number",
        "acknowledgment_number",
    )

    LAYER = "GRE"
    TITLE = "Generic Routing Encapsulation"
    DISPLAY = "gre"
    VALUES = (
        "checksum_present",
        "routing_present",
        "key_present",
        "sequence_present",
        "strict_source_route",
        "recursion_control",
        "acknowledgment_present",
        "reserved",
        "version",
        "protocol_type",
        "checksum",
        "offset",
        "key",
        "sequence_number",
        "acknowledgment_number",
    )
    COMPUTED = (
        "checksum_present",
        "key_present",
        "sequence_present",
        "acknowledgment_present",
        "checksum",
    )
    COMPUTED_ALONE = (
        "checksum_present",
        "key_present",
        "sequence_present",
        "acknowledgment_present",
    )
    WHOLE: ClassVar[Mapping[str, int]] = {"protocol_type": 16}
    IS_TUNNEL = True
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"ip_protocol": (47,)}
    NEXT_FIELD = "protocol_type"
    NEXT_TABLE = "ethertype"
    FIELDS = (
        Field(
            "checksum_present",
            display="gre.flags.checksum",
            bit_offset=0,
            bits=1,
            format="bool",
            source="RFC 2784 section 2.2",
        ),
        Field(
            "routing_present",
            display="gre.flags.routing",
            bit_offset=1,
            bits=1,
            format="bool",
            source="RFC 1701",
        ),
        Field(
            "key_present",
            display="gre.flags.key",
            bit_offset=2,
            bits=1,
            format="bool",
            source="RFC 2890 section 2",
        ),
        Field(
            "sequence_present",
            display="gre.flags.sequence_number",
            bit_offset=3,
            bits=1,
            format="bool",
            source="RFC 2890 section 2",
        ),
        Field(
            "strict_source_route",
            display="gre.flags.strict_source_route",
            bit_offset=4,
            bits=1,
            format="bool",
            source="RFC 1701",
        ),
        Field(
            "recursion_control",
            display="gre.flags.recursion_control",
            bit_offset=5,
            bits=3,
            source="RFC 1701",
        ),
        Field(
            "acknowledgment_present",
            display="gre.flags.ack",
            bit_offset=8,
            bits=1,
            format="bool",
            source="RFC 2637 section 4.1",
        ),
        Field("reserved", display="gre.flags.reserved", bit_offset=9, bits=4, source="RFC 1701"),
        Field(
            "version",
            display="gre.flags.version",
            bit_offset=13,
            bits=3,
            source="RFC 2784 section 2.3.1",
        ),
        Field(
            "protocol_type",
            display="gre.proto",
            bit_offset=16,
            bits=16,
            format="hex",
            names=ETHERTYPES,
            source="RFC 2784 section 2.4",
        ),
        Field(
            "checksum",
            display="gre.checksum",
            bits=16,
            format="hex",
            source="RFC 2784 section 2.5",
            optional=True,
        ),
        Field(
            "offset", display="gre.offset", bits=16, source="RFC 2784 section 2.6", optional=True
        ),
        Field(
            "key",
            display="gre.key",
            bits=32,
            format="hex",
            source="RFC 2890 section 2.1",
            optional=True,
        ),
        Field(
            "sequence_number",
            display="gre.sequence_number",
            bits=32,
            source="RFC 2890 section 2.2",
            optional=True,
        ),
        Field(
            "acknowledgment_number",
            display="gre.ack_number",
            bits=32,
            source="RFC 2637 section 4.1",
            optional=True,
        ),
    )

    _word0: int
    checksum_present: bool
    routing_present: bool
    key_present: bool
    sequence_present: bool
    strict_source_route: bool
    recursion_control: int
    acknowledgment_present: bool
    reserved: int
    version: int
    protocol_type: int
    checksum: int | None
    offset: int | None
    key: int | None
    sequence_number: int | None
    acknowledgment_number: int | None

    def __init__(
        self,
        checksum_present: int = AUTO,
        routing_present: bool = False,
        key_present: int = AUTO,
        sequence_present: int = AUTO,
        strict_source_route: bool = False,
        recursion_control: int = 0,
        acknowledgment_present: int = AUTO,
        reserved: int = 0,
        version: int = 0,
        protocol_type: int = AUTO,
        checksum: int | None = None,
        offset: int | None = None,
        key: int | None = None,
        sequence_number: int | None = None,
        acknowledgment_number: int | None = None,
    ) -> None:
        if checksum_present is AUTO:
            checksum_present = (checksum is not None) | (offset is not None)
        if key_present is AUTO:
            key_present = key is not None
        if sequence_present is AUTO:
            sequence_present = sequence_number is not None
        if acknowledgment_present is AUTO:
            acknowledgment_present = acknowledgment_number is not None
        try:
            if checksum is None and (checksum_present | routing_present):
                checksum = AUTO
            if offset is None and (checksum_present | routing_present):
                offset = 0
            if key is None and (key_present):
                key = 0
            if sequence_number is None and (sequence_present):
                sequence_number = 0
            if acknowledgment_number is None and (acknowledgment_present & (version == 1)):
                acknowledgment_number = 0
            refused = (
                (
                    checksum_present
                    | routing_present
                    | key_present
                    | sequence_present
                    | strict_source_route
                    | acknowledgment_present
                )
                >> 1
                or (recursion_control | version) >> 3
                or reserved >> 4
                or (protocol_type >> 16 and protocol_type is not AUTO)
                or (checksum is not None and checksum is not AUTO and checksum >> 16)
                or (offset is not None and offset >> 16)
                or (key is not None and key >> 32)
                or (sequence_number is not None and sequence_number >> 32)
                or (acknowledgment_number is not None and acknowledgment_number >> 32)
            )
        except TypeError:
            refused = True
        if refused:
            raise refusal(GRE, locals())
        self.checksum_present = checksum_present != 0
        self.routing_present = routing_present != 0
        self.key_present = key_present != 0
        self.sequence_present = sequence_present != 0
        self.strict_source_route = strict_source_route != 0
        self.recursion_control = recursion_control
        self.acknowledgment_present = acknowledgment_present != 0
        self.reserved = reserved
        self.version = version
        self._word0 = (
            checksum_present << 15
            | routing_present << 14
            | key_present << 13
            | sequence_present << 12
            | strict_source_route << 11
            | recursion_control << 8
            | acknowledgment_present << 7
            | reserved << 3
            | version
        )
        self.protocol_type = protocol_type
        self.checksum = checksum
        self.offset = offset
        self.key = key
        self.sequence_number = sequence_number
        self.acknowledgment_number = acknowledgment_number

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (RFC 2784; RFC 2890); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (
                word0,
                header.protocol_type,
            ) = _unpack(buffer, offset)
        except struct.error:
            raise explain(cls, buffer, offset, limit, strict) from None
        checksum_end = offset + 4 + (2 if (word0 & 32768 != 0) | (word0 & 16384 != 0) else 0)
        offset_end = checksum_end + (2 if (word0 & 32768 != 0) | (word0 & 16384 != 0) else 0)
        key_end = offset_end + (4 if word0 & 8192 != 0 else 0)
        sequence_number_end = key_end + (4 if word0 & 4096 != 0 else 0)
        header_end = sequence_number_end + (4 if (word0 & 128 != 0) & (word0 & 7 == 1) else 0)
        if header_end > limit:
            raise explain(cls, buffer, offset, limit, strict)
        header._word0 = word0
        header.checksum_present = word0 & 32768 != 0
        header.routing_present = word0 & 16384 != 0
        header.key_present = word0 & 8192 != 0
        header.sequence_present = word0 & 4096 != 0
        header.strict_source_route = word0 & 2048 != 0
        header.recursion_control = word0 >> 8 & 7
        header.acknowledgment_present = word0 & 128 != 0
        header.reserved = word0 >> 3 & 15
        header.version = word0 & 7
        header.checksum = (
            from_bytes(buffer[offset + 4 : checksum_end])
            if (word0 & 32768 != 0) | (word0 & 16384 != 0)
            else None
        )
        header.offset = (
            from_bytes(buffer[checksum_end:offset_end])
            if (word0 & 32768 != 0) | (word0 & 16384 != 0)
            else None
        )
        header.key = from_bytes(buffer[offset_end:key_end]) if word0 & 8192 != 0 else None
        header.sequence_number = (
            from_bytes(buffer[key_end:sequence_number_end]) if word0 & 4096 != 0 else None
        )
        header.acknowledgment_number = (
            from_bytes(buffer[sequence_number_end:header_end])
            if (word0 & 128 != 0) & (word0 & 7 == 1)
            else None
        )
        return header

    @property
    def header_length(self) -> int:
        """Bytes on the wire."""
        return (
            4
            + (2 if self.checksum is not None else 0)
            + (2 if self.offset is not None else 0)
            + (4 if self.key is not None else 0)
            + (4 if self.sequence_number is not None else 0)
            + (4 if self.acknowledgment_number is not None else 0)
        )

    def build(
        self,
        payload: bytes = b"",
        below: Addressed | None = None,
        above: HeaderClass | None = None,
    ) -> bytes:
        """Header and payload as they go on the wire; see `Header`."""
        if (self.checksum is not None) != bool(self.checksum_present | self.routing_present):
            raise misplaced(self, "checksum")
        if (self.offset is not None) != bool(self.checksum_present | self.routing_present):
            raise misplaced(self, "offset")
        if (self.key is not None) != bool(self.key_present):
            raise misplaced(self, "key")
        if (self.sequence_number is not None) != bool(self.sequence_present):
            raise misplaced(self, "sequence_number")
        if (self.acknowledgment_number is not None) != bool(
            self.acknowledgment_present & (self.version == 1)
        ):
            raise misplaced(self, "acknowledgment_number")
        try:
            protocol_type = self.protocol_type
            if protocol_type is AUTO:
                protocol_type = next_number(self, above)
            checksum = self.checksum
            if checksum is AUTO:
                total = (
                    self._word0
                    + protocol_type
                    + (self.offset or 0)
                    + (self.key or 0)
                    + (self.sequence_number or 0)
                    + (self.acknowledgment_number or 0)
                    + (from_bytes(payload) << 8 if len(payload) & 1 else from_bytes(payload))
                )
                checksum = -total % 0xFFFF if total else 0xFFFF
            checksum_bytes = b"" if checksum is None else checksum.to_bytes(2)
            offset_bytes = b"" if self.offset is None else self.offset.to_bytes(2)
            key_bytes = b"" if self.key is None else self.key.to_bytes(4)
            sequence_number_bytes = (
                b"" if self.sequence_number is None else self.sequence_number.to_bytes(4)
            )
            acknowledgment_number_bytes = (
                b""
                if self.acknowledgment_number is None
                else self.acknowledgment_number.to_bytes(4)
            )
            return (
                _pack(self._word0, protocol_type)
                + checksum_bytes
                + offset_bytes
                + key_bytes
                + sequence_number_bytes
                + acknowledgment_number_bytes
                + payload
            )
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    @staticmethod
    def checksum_ok(buffer: Buffer, offset: int, end: int, below: Addressed | None = None) -> bool:
        """Whether the checksum of the header at `offset` is right; see `Header`."""
        if end - offset < 4:
            return False
        if not (buffer[offset] >> 7 & 1 | buffer[offset] >> 6 & 1):
            return True
        total = from_bytes(buffer[offset:end])
        if end - offset & 1:
            total <<= 8
        return total > 0 and total % 0xFFFF == 0

    @property
    def next_table(self) -> str:
        """The number space of what follows."""
        return (
            "ethertype"
            if (self.version == 0) & (self.routing_present == 0) & (self.protocol_type > 1500)
            else ""
        )

    def derived(self) -> dict[str, int]:
        """What AUTO gives for the values that depend on this header alone."""
        return {
            "checksum_present": (self.checksum is not None) | (self.offset is not None),
            "key_present": self.key is not None,
            "sequence_present": self.sequence_number is not None,
            "acknowledgment_present": self.acknowledgment_number is not None,
        }

    def _copied(self) -> Self:
        copy = object.__new__(self.__class__)
        copy._word0 = self._word0
        copy.checksum_present = self.checksum_present
        copy.routing_present = self.routing_present
        copy.key_present = self.key_present
        copy.sequence_present = self.sequence_present
        copy.strict_source_route = self.strict_source_route
        copy.recursion_control = self.recursion_control
        copy.acknowledgment_present = self.acknowledgment_present
        copy.reserved = self.reserved
        copy.version = self.version
        copy.protocol_type = self.protocol_type
        copy.checksum = self.checksum
        copy.offset = self.offset
        copy.key = self.key
        copy.sequence_number = self.sequence_number
        copy.acknowledgment_number = self.acknowledgment_number
        return copy
