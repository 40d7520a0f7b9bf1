"""IGMP version 3: who is a member, and whom does he hear?

Generated from schemas/igmpv3_query.py by `make generate`; do not edit.
"""

from __future__ import annotations

import struct

from wirelab.codecs.addresses import ipv4_address
from wirelab.codecs.arguments import address_argument, explain, refusal
from wirelab.codecs.field import AUTO, Field
from wirelab.codecs.header import Header
from wirelab.codecs.options import (
    MalformedRecord,
    Record,
    count_records,
    encode_list,
    list_argument,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import ClassVar, Self, TypeAlias

    from wirelab.codecs.addresses import AddressLike
    from wirelab.codecs.header import Addressed, Buffer, HeaderClass

new = object.__new__

_IGMPV3_SOURCE = struct.Struct("!4s")


class IGMPv3Source(Record):
    """A sender that a query asks about (RFC 3376 section 4.1.9)."""

    __slots__ = ("address",)
    __match_args__ = ("address",)
    FIELDS = (
        Field(
            "address",
            display="igmp.saddr",
            bit_offset=0,
            bits=32,
            format="ipv4",
            source="RFC 3376 section 4.1.9",
        ),
    )

    def __init__(self, address: AddressLike) -> None:
        self.address = address_argument(IGMPv3Source, "address", address, ipv4_address)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if len(self.address) != 4:
            raise ValueError("too many bits, or not as many bytes as announced")
        return _IGMPV3_SOURCE.pack(self.address)


def _read_igmpv3_source(data: bytes, offset: int, stop: int) -> tuple[IGMPv3Source, int] | None:
    """The record at `offset`, and where it ends, or None if it does not fit in."""
    igmpv3_source = new(IGMPv3Source)
    if stop - offset < 4:
        return None
    (igmpv3_source.address,) = _IGMPV3_SOURCE.unpack_from(data, offset)
    offset += 4
    return igmpv3_source, offset


IGMPv3QuerySource: TypeAlias = IGMPv3Source | MalformedRecord


def decode_igmpv3_query_sources(data: bytes, count: int = -1) -> tuple[IGMPv3QuerySource, ...]:
    """Read a whole list of records; loses nothing and never fails."""
    found: list[IGMPv3QuerySource] = []
    offset, end = 0, len(data)
    while offset < end:
        read = _read_igmpv3_source(data, offset, end) if count else None
        if read is None or read[1] == offset:
            found.append(MalformedRecord(data[offset:]))
            break
        record, offset = read
        found.append(record)
        count -= 1
    return tuple(found)


_FIXED = struct.Struct("!4sBBH")
_unpack = _FIXED.unpack_from
_pack = _FIXED.pack


class IGMPv3Query(Header):
    """Membership Query v3 (RFC 3376 section 4.1).

    Attributes:
        group: Multicast address; all zero in a general query (RFC 3376 section 4.1).
        reserved: Reserved (RFC 3376 section 4.1; 4 bits).
        suppress: Other routers leave their timers as they are (RFC 3376 section 4.1; 1 bit).
        robustness: The querier's robustness variable; 0: more than 7 (RFC 3376 section 4.1; 3
            bits).
        query_interval_code: Seconds between queries, up to 127; above, a floating point number (RFC
            3376 section 4.1).
        number_of_sources: Number of sources (RFC 3376 section 4.1).
        sources: Whose packets to the group are asked about (RFC 3376 section 4.1).
    """

    __slots__ = (
        "_decoded_sources",
        "_sources",
        "_word4",
        "group",
        "number_of_sources",
        "query_interval_code",
        "reserved",
        "robustness",
        "suppress",
    )
    __match_args__ = (
        "group",
        "reserved",
        "suppress",
        "robustness",
        "query_interval_code",
        "number_of_sources",
        "sources",
    )

    LAYER = "IGMPv3Query"
    TITLE = "Membership Query v3"
    DISPLAY = "igmp"
    VALUES = (
        "group",
        "reserved",
        "suppress",
        "robustness",
        "query_interval_code",
        "number_of_sources",
        "sources",
    )
    COMPUTED = ("number_of_sources",)
    COMPUTED_ALONE = ("number_of_sources",)
    WHOLE: ClassVar[Mapping[str, int]] = {"query_interval_code": 8}
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"igmp_type": (17,)}
    DEMANDS: ClassVar[Mapping[str, int]] = {"maximum_response_code": 100}
    FITS = (8, -1, ())
    FIELDS = (
        Field(
            "group",
            display="igmp.maddr",
            bit_offset=0,
            bits=32,
            format="ipv4",
            source="RFC 3376 section 4.1",
        ),
        Field("reserved", bit_offset=32, bits=4, source="RFC 3376 section 4.1"),
        Field(
            "suppress",
            display="igmp.s",
            bit_offset=36,
            bits=1,
            format="bool",
            source="RFC 3376 section 4.1",
        ),
        Field(
            "robustness", display="igmp.qrv", bit_offset=37, bits=3, source="RFC 3376 section 4.1"
        ),
        Field(
            "query_interval_code",
            display="igmp.qqic",
            bit_offset=40,
            bits=8,
            source="RFC 3376 section 4.1",
        ),
        Field(
            "number_of_sources",
            display="igmp.num_src",
            bit_offset=48,
            bits=16,
            source="RFC 3376 section 4.1",
        ),
        Field("sources", bit_offset=64, format="options", source="RFC 3376 section 4.1"),
    )

    group: bytes
    _word4: int
    reserved: int
    suppress: bool
    robustness: int
    query_interval_code: int
    number_of_sources: int
    _sources: bytes
    _decoded_sources: tuple[IGMPv3QuerySource, ...] | None

    def __init__(
        self,
        group: AddressLike = b"\x00\x00\x00\x00",
        reserved: int = 0,
        suppress: bool = False,
        robustness: int = 2,
        query_interval_code: int = 125,
        number_of_sources: int = AUTO,
        sources: Iterable[Record] | bytes = (),
    ) -> None:
        if not (isinstance(group, bytes) and len(group) == 4):
            group = address_argument(IGMPv3Query, "group", group, ipv4_address)
        sources = list_argument("IGMPv3Query", "sources", sources, decode_igmpv3_query_sources)
        encoded_sources = encode_list("IGMPv3Query", "sources", sources) if sources else b""
        if number_of_sources is AUTO:
            number_of_sources = count_records(sources)
        try:
            refused = (
                reserved >> 4
                or suppress >> 1
                or robustness >> 3
                or query_interval_code >> 8
                or number_of_sources >> 16
            )
        except TypeError:
            refused = True
        if refused:
            raise refusal(IGMPv3Query, locals())
        self.group = group
        self.reserved = reserved
        self.suppress = suppress != 0
        self.robustness = robustness
        self._word4 = reserved << 4 | suppress << 3 | robustness
        self.query_interval_code = query_interval_code
        self.number_of_sources = number_of_sources
        self._sources = encoded_sources
        self._decoded_sources = None

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (RFC 3376 section 4.1); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (
                header.group,
                word4,
                header.query_interval_code,
                header.number_of_sources,
            ) = _unpack(buffer, offset)
        except struct.error:
            raise explain(cls, buffer, offset, limit, strict) from None
        if offset + 8 > limit:
            raise explain(cls, buffer, offset, limit, strict)
        header._word4 = word4
        header.reserved = word4 >> 4
        header.suppress = word4 & 8 != 0
        header.robustness = word4 & 7
        if limit > offset + 8:
            header._sources = bytes(buffer[offset + 8 : limit])
            header._decoded_sources = None
        else:
            header._sources = b""
            header._decoded_sources = ()
        return header

    @property
    def header_length(self) -> int:
        """Bytes on the wire."""
        return 8 + len(self._sources)

    def build(
        self,
        payload: bytes = b"",
        below: Addressed | None = None,
        above: HeaderClass | None = None,
    ) -> bytes:
        """Header and payload as they go on the wire; see `Header`."""
        sources = self._sources
        try:
            return (
                _pack(self.group, self._word4, self.query_interval_code, self.number_of_sources)
                + sources
                + payload
            )
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    @property
    def sources(self) -> tuple[IGMPv3QuerySource, ...]:
        """The sources, decoded when first asked for (RFC 3376 section 4.1)."""
        decoded = self._decoded_sources
        if decoded is None:
            decoded = decode_igmpv3_query_sources(self._sources, self.number_of_sources)
            self._decoded_sources = decoded
        return decoded

    @property
    def source_bytes(self) -> bytes:
        """The sources as they stand on the wire."""
        return self._sources

    def derived(self) -> dict[str, int]:
        """What AUTO gives for the values that depend on this header alone."""
        return {"number_of_sources": count_records(self.sources)}

    def _copied(self) -> Self:
        copy = object.__new__(self.__class__)
        copy.group = self.group
        copy._word4 = self._word4
        copy.reserved = self.reserved
        copy.suppress = self.suppress
        copy.robustness = self.robustness
        copy.query_interval_code = self.query_interval_code
        copy.number_of_sources = self.number_of_sources
        copy._sources = self._sources
        copy._decoded_sources = self._decoded_sources
        return copy
