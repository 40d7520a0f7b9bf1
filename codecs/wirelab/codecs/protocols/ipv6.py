"""Internet Protocol version 6 (RFC 8200).

Generated from schemas/ipv6.py by `make generate`; do not edit.
"""

from __future__ import annotations

import struct

from wirelab.codecs.addresses import ipv6_address
from wirelab.codecs.arguments import address_argument, explain, next_number, refusal
from wirelab.codecs.field import AUTO, Field
from wirelab.codecs.header import Header
from wirelab.codecs.registries.ip_protocols import DSCP, ECN, IP_PROTOCOLS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import ClassVar, Self

    from wirelab.codecs.addresses import AddressLike
    from wirelab.codecs.header import Addressed, Buffer, HeaderClass

_FIXED = struct.Struct("!IHBB16s16s")
_unpack = _FIXED.unpack_from
_pack = _FIXED.pack


class IPv6(Header):
    """Internet Protocol Version 6 (RFC 8200).

    Attributes:
        version: Version (RFC 8200 section 3; 4 bits).
        dscp: Dscp (RFC 2474; 6 bits).
        ecn: Ecn (RFC 3168 section 5; 2 bits).
        flow_label: Flow label (RFC 6437; 20 bits).
        payload_length: Bytes after this header; 0 in jumbograms and before segmentation offload
            (RFC 8200 section 3).
        next_header: Next header (RFC 8200 section 3).
        hop_limit: Hops left; AUTO: 64, or what Neighbor Discovery and MLD demand (RFC 8200 section
            3).
        source: Source (RFC 8200 section 3).
        destination: Destination (RFC 8200 section 3).
    """

    __slots__ = (
        "_word0",
        "destination",
        "dscp",
        "ecn",
        "flow_label",
        "hop_limit",
        "next_header",
        "payload_length",
        "source",
        "version",
    )
    __match_args__ = (
        "version",
        "dscp",
        "ecn",
        "flow_label",
        "payload_length",
        "next_header",
        "hop_limit",
        "source",
        "destination",
    )

    LAYER = "IPv6"
    TITLE = "Internet Protocol Version 6"
    DISPLAY = "ipv6"
    VALUES = (
        "version",
        "dscp",
        "ecn",
        "flow_label",
        "payload_length",
        "next_header",
        "hop_limit",
        "source",
        "destination",
    )
    COMPUTED = ("payload_length",)
    WHOLE: ClassVar[Mapping[str, int]] = {"payload_length": 16, "next_header": 8, "hop_limit": 8}
    IS_NETWORK = True
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {
        "ethertype": (34525,),
        "ip_protocol": (41,),
        "link_type": (229, 12, 14, 101),
        "bsd_family": (503316480, 30, 402653184, 24, 469762048, 28, 167772160, 10),
    }
    NEXT_FIELD = "next_header"
    NEXT_TABLE = "ip_protocol"
    FITS = (0, -1, ((0, 96, 111),))
    FIELDS = (
        Field("version", display="ipv6.version", bit_offset=0, bits=4, source="RFC 8200 section 3"),
        Field(
            "dscp", display="ipv6.tclass.dscp", bit_offset=4, bits=6, names=DSCP, source="RFC 2474"
        ),
        Field(
            "ecn",
            display="ipv6.tclass.ecn",
            bit_offset=10,
            bits=2,
            names=ECN,
            source="RFC 3168 section 5",
        ),
        Field(
            "flow_label",
            display="ipv6.flow",
            bit_offset=12,
            bits=20,
            format="hex",
            source="RFC 6437",
        ),
        Field(
            "payload_length",
            display="ipv6.plen",
            bit_offset=32,
            bits=16,
            source="RFC 8200 section 3",
        ),
        Field(
            "next_header",
            display="ipv6.nxt",
            bit_offset=48,
            bits=8,
            names=IP_PROTOCOLS,
            source="RFC 8200 section 3",
        ),
        Field("hop_limit", display="ipv6.hlim", bit_offset=56, bits=8, source="RFC 8200 section 3"),
        Field(
            "source",
            display="ipv6.src",
            aliases=("ipv6.addr",),
            bit_offset=64,
            bits=128,
            format="ipv6",
            source="RFC 8200 section 3",
        ),
        Field(
            "destination",
            display="ipv6.dst",
            aliases=("ipv6.addr",),
            bit_offset=192,
            bits=128,
            format="ipv6",
            source="RFC 8200 section 3",
        ),
    )

    _word0: int
    version: int
    dscp: int
    ecn: int
    flow_label: int
    payload_length: int
    next_header: int
    hop_limit: int
    source: bytes
    destination: bytes

    def __init__(
        self,
        version: int = 6,
        dscp: int = 0,
        ecn: int = 0,
        flow_label: int = 0,
        payload_length: int = AUTO,
        next_header: int = AUTO,
        hop_limit: int = AUTO,
        source: AddressLike = bytes(15) + b"\x01",
        destination: AddressLike = bytes(15) + b"\x01",
    ) -> None:
        if not (isinstance(source, bytes) and len(source) == 16):
            source = address_argument(IPv6, "source", source, ipv6_address)
        if not (isinstance(destination, bytes) and len(destination) == 16):
            destination = address_argument(IPv6, "destination", destination, ipv6_address)
        try:
            refused = (
                version >> 4
                or dscp >> 6
                or ecn >> 2
                or flow_label >> 20
                or (payload_length >> 16 and payload_length is not AUTO)
                or (next_header >> 8 and next_header is not AUTO)
                or (hop_limit >> 8 and hop_limit is not AUTO)
            )
        except TypeError:
            refused = True
        if refused:
            raise refusal(IPv6, locals())
        self.version = version
        self.dscp = dscp
        self.ecn = ecn
        self.flow_label = flow_label
        self._word0 = version << 28 | dscp << 22 | ecn << 20 | flow_label
        self.payload_length = payload_length
        self.next_header = next_header
        self.hop_limit = hop_limit
        self.source = source
        self.destination = destination

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (RFC 8200); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (
                word0,
                header.payload_length,
                header.next_header,
                header.hop_limit,
                header.source,
                header.destination,
            ) = _unpack(buffer, offset)
        except struct.error:
            raise explain(cls, buffer, offset, limit, strict) from None
        if not (
            word0 >> 28 == 6
            and offset + 40 <= limit
            and (
                not (strict and header.payload_length != 0)
                or 40 <= 40 + header.payload_length <= limit - offset
            )
        ):
            raise explain(cls, buffer, offset, limit, strict)
        header._word0 = word0
        header.version = word0 >> 28
        header.dscp = word0 >> 22 & 63
        header.ecn = word0 >> 20 & 3
        header.flow_label = word0 & 1048575
        return header

    @property
    def header_length(self) -> int:
        """Bytes on the wire."""
        return 40

    def payload_end(self, offset: int, end: int) -> int:
        """Where the payload ends: `payload_length` says, unless it cannot be right."""
        stop = end
        if self.payload_length != 0:
            stop = offset + 40 + self.payload_length
        return stop if offset + 40 <= stop <= end else end

    def build(
        self,
        payload: bytes = b"",
        below: Addressed | None = None,
        above: HeaderClass | None = None,
    ) -> bytes:
        """Header and payload as they go on the wire; see `Header`."""
        try:
            payload_length = self.payload_length
            if payload_length is AUTO:
                payload_length = len(payload)
            next_header = self.next_header
            if next_header is AUTO:
                next_header = next_number(self, above)
            hop_limit = self.hop_limit
            if hop_limit is AUTO:
                hop_limit = 64
            return (
                _pack(
                    self._word0,
                    payload_length,
                    next_header,
                    hop_limit,
                    self.source,
                    self.destination,
                )
                + payload
            )
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    def _copied(self) -> Self:
        copy = object.__new__(self.__class__)
        copy._word0 = self._word0
        copy.version = self.version
        copy.dscp = self.dscp
        copy.ecn = self.ecn
        copy.flow_label = self.flow_label
        copy.payload_length = self.payload_length
        copy.next_header = self.next_header
        copy.hop_limit = self.hop_limit
        copy.source = self.source
        copy.destination = self.destination
        return copy
