"""Multicast Listener Discovery, version 2: who listens, to whom?

Generated from schemas/mldv2_query.py by `make generate`; do not edit.
"""

from __future__ import annotations

import struct

from wirelab.codecs.addresses import ipv6_address
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

_MLDV2_SOURCE = struct.Struct("!16s")


class MLDv2Source(Record):
    """A sender that a query asks about (RFC 3810 section 5.1.10)."""

    __slots__ = ("address",)
    __match_args__ = ("address",)
    FIELDS = (
        Field(
            "address",
            display="icmpv6.mld.source_address",
            bit_offset=0,
            bits=128,
            format="ipv6",
            source="RFC 3810 section 5.1.10",
        ),
    )

    def __init__(self, address: AddressLike) -> None:
        self.address = address_argument(MLDv2Source, "address", address, ipv6_address)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if len(self.address) != 16:
            raise ValueError("too many bits, or not as many bytes as announced")
        return _MLDV2_SOURCE.pack(self.address)


def _read_mldv2_source(data: bytes, offset: int, stop: int) -> tuple[MLDv2Source, int] | None:
    """The record at `offset`, and where it ends, or None if it does not fit in."""
    mldv2_source = new(MLDv2Source)
    if stop - offset < 16:
        return None
    (mldv2_source.address,) = _MLDV2_SOURCE.unpack_from(data, offset)
    offset += 16
    return mldv2_source, offset


MLDv2QuerySource: TypeAlias = MLDv2Source | MalformedRecord


def decode_mldv2_query_sources(data: bytes, count: int = -1) -> tuple[MLDv2QuerySource, ...]:
    """Read a whole list of records; loses nothing and never fails."""
    found: list[MLDv2QuerySource] = []
    offset, end = 0, len(data)
    while offset < end:
        read = _read_mldv2_source(data, offset, end) if count else None
        if read is None or read[1] == offset:
            found.append(MalformedRecord(data[offset:]))
            break
        record, offset = read
        found.append(record)
        count -= 1
    return tuple(found)


_FIXED = struct.Struct("!HH16sBBH")
_unpack = _FIXED.unpack_from
_pack = _FIXED.pack


class MLDv2Query(Header):
    """Multicast Listener Query v2 (RFC 3810 section 5.1).

    Attributes:
        maximum_response_code: Milliseconds up to 32767; above, a floating point number (RFC 3810
            section 5.1).
        reserved1: Reserved1 (RFC 3810 section 5.1).
        group: Multicast address; all zero in a general query (RFC 3810 section 5.1).
        reserved: Reserved (RFC 3810 section 5.1; 4 bits).
        suppress: Other routers leave their timers as they are (RFC 3810 section 5.1; 1 bit).
        robustness: The querier's robustness variable; 0: more than 7 (RFC 3810 section 5.1; 3
            bits).
        query_interval_code: Seconds between queries, up to 127; above, a floating point number (RFC
            3810 section 5.1).
        number_of_sources: Number of sources (RFC 3810 section 5.1).
        sources: Whose packets to the group are asked about (RFC 3810 section 5.1).
    """

    __slots__ = (
        "_decoded_sources",
        "_sources",
        "_word20",
        "group",
        "maximum_response_code",
        "number_of_sources",
        "query_interval_code",
        "reserved",
        "reserved1",
        "robustness",
        "suppress",
    )
    __match_args__ = (
        "maximum_response_code",
        "reserved1",
        "group",
        "reserved",
        "suppress",
        "robustness",
        "query_interval_code",
        "number_of_sources",
        "sources",
    )

    LAYER = "MLDv2Query"
    TITLE = "Multicast Listener Query v2"
    DISPLAY = "icmpv6"
    VALUES = (
        "maximum_response_code",
        "reserved1",
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
    WHOLE: ClassVar[Mapping[str, int]] = {
        "maximum_response_code": 16,
        "reserved1": 16,
        "query_interval_code": 8,
    }
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"icmpv6_type": (130,)}
    DEMANDS: ClassVar[Mapping[str, int]] = {"hop_limit": 1}
    FITS = (24, -1, ())
    FIELDS = (
        Field(
            "maximum_response_code",
            display="icmpv6.mld.maximum_response_code",
            bit_offset=0,
            bits=16,
            source="RFC 3810 section 5.1",
        ),
        Field("reserved1", bit_offset=16, bits=16, format="hex", source="RFC 3810 section 5.1"),
        Field(
            "group",
            display="icmpv6.mld.multicast_address",
            bit_offset=32,
            bits=128,
            format="ipv6",
            source="RFC 3810 section 5.1",
        ),
        Field(
            "reserved",
            display="icmpv6.mld.flag.reserved",
            bit_offset=160,
            bits=4,
            source="RFC 3810 section 5.1",
        ),
        Field(
            "suppress",
            display="icmpv6.mld.flag.s",
            bit_offset=164,
            bits=1,
            format="bool",
            source="RFC 3810 section 5.1",
        ),
        Field(
            "robustness",
            display="icmpv6.mld.flag.qrv",
            bit_offset=165,
            bits=3,
            source="RFC 3810 section 5.1",
        ),
        Field(
            "query_interval_code",
            display="icmpv6.mld.qqi",
            bit_offset=168,
            bits=8,
            source="RFC 3810 section 5.1",
        ),
        Field(
            "number_of_sources",
            display="icmpv6.mld.nb_sources",
            bit_offset=176,
            bits=16,
            source="RFC 3810 section 5.1",
        ),
        Field("sources", bit_offset=192, format="options", source="RFC 3810 section 5.1"),
    )

    maximum_response_code: int
    reserved1: int
    group: bytes
    _word20: int
    reserved: int
    suppress: bool
    robustness: int
    query_interval_code: int
    number_of_sources: int
    _sources: bytes
    _decoded_sources: tuple[MLDv2QuerySource, ...] | None

    def __init__(
        self,
        maximum_response_code: int = 10000,
        reserved1: int = 0,
        group: AddressLike = bytes(16),
        reserved: int = 0,
        suppress: bool = False,
        robustness: int = 2,
        query_interval_code: int = 125,
        number_of_sources: int = AUTO,
        sources: Iterable[Record] | bytes = (),
    ) -> None:
        if not (isinstance(group, bytes) and len(group) == 16):
            group = address_argument(MLDv2Query, "group", group, ipv6_address)
        sources = list_argument("MLDv2Query", "sources", sources, decode_mldv2_query_sources)
        encoded_sources = encode_list("MLDv2Query", "sources", sources) if sources else b""
        if number_of_sources is AUTO:
            number_of_sources = count_records(sources)
        try:
            refused = (
                (maximum_response_code | reserved1 | number_of_sources) >> 16
                or reserved >> 4
                or suppress >> 1
                or robustness >> 3
                or query_interval_code >> 8
            )
        except TypeError:
            refused = True
        if refused:
            raise refusal(MLDv2Query, locals())
        self.maximum_response_code = maximum_response_code
        self.reserved1 = reserved1
        self.group = group
        self.reserved = reserved
        self.suppress = suppress != 0
        self.robustness = robustness
        self._word20 = reserved << 4 | suppress << 3 | robustness
        self.query_interval_code = query_interval_code
        self.number_of_sources = number_of_sources
        self._sources = encoded_sources
        self._decoded_sources = None

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (RFC 3810 section 5.1); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (
                header.maximum_response_code,
                header.reserved1,
                header.group,
                word20,
                header.query_interval_code,
                header.number_of_sources,
            ) = _unpack(buffer, offset)
        except struct.error:
            raise explain(cls, buffer, offset, limit, strict) from None
        if offset + 24 > limit:
            raise explain(cls, buffer, offset, limit, strict)
        header._word20 = word20
        header.reserved = word20 >> 4
        header.suppress = word20 & 8 != 0
        header.robustness = word20 & 7
        if limit > offset + 24:
            header._sources = bytes(buffer[offset + 24 : limit])
            header._decoded_sources = None
        else:
            header._sources = b""
            header._decoded_sources = ()
        return header

    @property
    def header_length(self) -> int:
        """Bytes on the wire."""
        return 24 + len(self._sources)

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
                _pack(
                    self.maximum_response_code,
                    self.reserved1,
                    self.group,
                    self._word20,
                    self.query_interval_code,
                    self.number_of_sources,
                )
                + sources
                + payload
            )
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    @property
    def sources(self) -> tuple[MLDv2QuerySource, ...]:
        """The sources, decoded when first asked for (RFC 3810 section 5.1)."""
        decoded = self._decoded_sources
        if decoded is None:
            decoded = decode_mldv2_query_sources(self._sources, self.number_of_sources)
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
        copy.maximum_response_code = self.maximum_response_code
        copy.reserved1 = self.reserved1
        copy.group = self.group
        copy._word20 = self._word20
        copy.reserved = self.reserved
        copy.suppress = self.suppress
        copy.robustness = self.robustness
        copy.query_interval_code = self.query_interval_code
        copy.number_of_sources = self.number_of_sources
        copy._sources = self._sources
        copy._decoded_sources = self._decoded_sources
        return copy
