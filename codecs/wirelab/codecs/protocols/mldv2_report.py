"""Multicast Listener Discovery, version 2: what I listen to.

Generated from schemas/mldv2_report.py by `make generate`; do not edit.
"""

# ruff: noqa: A002

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
    items_argument,
    list_argument,
)
from wirelab.codecs.registries.icmpv6 import MULTICAST_RECORD_TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import ClassVar, Self, TypeAlias

    from wirelab.codecs.addresses import AddressLike
    from wirelab.codecs.header import Addressed, Buffer, HeaderClass

new = object.__new__

_MLDV2_GROUP_RECORD = struct.Struct("!BBH16s")
_MLDV2_GROUP_RECORD_SOURCES = struct.Struct("!16s")


class MLDv2GroupRecord(Record):
    """What a host wants to hear of one group (RFC 3810 section 5.2).

    Attributes:
        auxiliary_length: Units of 4 bytes of auxiliary data (RFC 3810 section 5.2).
        group: Multicast address (RFC 3810 section 5.2).
    """

    __slots__ = (
        "auxiliary_data",
        "auxiliary_length",
        "group",
        "number_of_sources",
        "sources",
        "type",
    )
    __match_args__ = (
        "group",
        "type",
        "auxiliary_length",
        "number_of_sources",
        "sources",
        "auxiliary_data",
    )
    FIELDS = (
        Field(
            "type",
            display="icmpv6.mldr.mar.record_type",
            bit_offset=0,
            bits=8,
            names=MULTICAST_RECORD_TYPES,
            source="RFC 3810 section 5.2",
        ),
        Field(
            "auxiliary_length",
            display="icmpv6.mldr.mar.aux_data_len",
            bit_offset=8,
            bits=8,
            source="RFC 3810 section 5.2",
        ),
        Field(
            "number_of_sources",
            display="icmpv6.mldr.mar.nb_sources",
            bit_offset=16,
            bits=16,
            source="RFC 3810 section 5.2",
        ),
        Field(
            "group",
            display="icmpv6.mldr.mar.multicast_address",
            bit_offset=32,
            bits=128,
            format="ipv6",
            source="RFC 3810 section 5.2",
        ),
        Field(
            "sources",
            display="icmpv6.mldr.mar.source_address",
            bit_offset=160,
            format="ipv6",
            source="RFC 3810 section 5.2",
        ),
        Field(
            "auxiliary_data",
            display="icmpv6.mldr.mar.auxiliary_data",
            format="bytes",
            source="RFC 3810 section 5.2",
        ),
    )

    def __init__(
        self,
        group: AddressLike,
        type: int = 4,
        auxiliary_length: int = 0,
        number_of_sources: int = AUTO,
        sources: Iterable[AddressLike] = (),
        auxiliary_data: bytes = b"",
    ) -> None:
        self.group = address_argument(MLDv2GroupRecord, "group", group, ipv6_address)
        self.type = type
        self.auxiliary_length = auxiliary_length
        self.sources = tuple(
            [
                address_argument(MLDv2GroupRecord, "sources", one, ipv6_address)
                for one in items_argument(MLDv2GroupRecord, "sources", sources)
            ]
        )
        self.auxiliary_data = auxiliary_data
        self.number_of_sources = (
            len(self.sources) if number_of_sources is AUTO else number_of_sources
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if (
            len(self.group) != 16
            or len(self.sources) != self.number_of_sources
            or len(self.auxiliary_data) != self.auxiliary_length * 4
        ):
            raise ValueError("too many bits, or not as many bytes as announced")
        return (
            _MLDV2_GROUP_RECORD.pack(
                self.type, self.auxiliary_length, self.number_of_sources, self.group
            )
            + b"".join([_MLDV2_GROUP_RECORD_SOURCES.pack(one) for one in self.sources])
            + self.auxiliary_data
        )


def _read_mldv2_group_record(
    data: bytes, offset: int, stop: int
) -> tuple[MLDv2GroupRecord, int] | None:
    """The record at `offset`, and where it ends, or None if it does not fit in."""
    mldv2_group_record = new(MLDv2GroupRecord)
    if stop - offset < 20:
        return None
    (
        mldv2_group_record.type,
        mldv2_group_record.auxiliary_length,
        mldv2_group_record.number_of_sources,
        mldv2_group_record.group,
    ) = _MLDV2_GROUP_RECORD.unpack_from(data, offset)
    offset += 20
    end = offset + mldv2_group_record.number_of_sources * 16
    if not offset <= end <= stop:
        return None
    mldv2_group_record.sources = tuple(
        [item for (item,) in _MLDV2_GROUP_RECORD_SOURCES.iter_unpack(data[offset:end])]
    )
    offset = end
    end = offset + mldv2_group_record.auxiliary_length * 4
    if not offset <= end <= stop:
        return None
    mldv2_group_record.auxiliary_data = data[offset:end]
    offset = end
    return mldv2_group_record, offset


MLDv2ReportRecord: TypeAlias = MLDv2GroupRecord | MalformedRecord


def decode_mldv2_report_records(data: bytes, count: int = -1) -> tuple[MLDv2ReportRecord, ...]:
    """Read a whole list of records; loses nothing and never fails."""
    found: list[MLDv2ReportRecord] = []
    offset, end = 0, len(data)
    while offset < end:
        read = _read_mldv2_group_record(data, offset, end) if count else None
        if read is None or read[1] == offset:
            found.append(MalformedRecord(data[offset:]))
            break
        record, offset = read
        found.append(record)
        count -= 1
    return tuple(found)


_FIXED = struct.Struct("!HH")
_unpack = _FIXED.unpack_from
_pack = _FIXED.pack


class MLDv2Report(Header):
    """Multicast Listener Report v2 (RFC 3810 section 5.2).

    Attributes:
        reserved: Reserved (RFC 3810 section 5.2).
        number_of_records: Number of records (RFC 3810 section 5.2).
        records: One for each group (RFC 3810 section 5.2).
    """

    __slots__ = (
        "_decoded_records",
        "_records",
        "number_of_records",
        "reserved",
    )
    __match_args__ = (
        "reserved",
        "number_of_records",
        "records",
    )

    LAYER = "MLDv2Report"
    TITLE = "Multicast Listener Report v2"
    DISPLAY = "icmpv6"
    VALUES = (
        "reserved",
        "number_of_records",
        "records",
    )
    COMPUTED = ("number_of_records",)
    COMPUTED_ALONE = ("number_of_records",)
    WHOLE: ClassVar[Mapping[str, int]] = {"reserved": 16}
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"icmpv6_type": (143,)}
    DEMANDS: ClassVar[Mapping[str, int]] = {"hop_limit": 1}
    FIELDS = (
        Field("reserved", bit_offset=0, bits=16, format="hex", source="RFC 3810 section 5.2"),
        Field(
            "number_of_records",
            display="icmpv6.mldr.nb_mcast_records",
            bit_offset=16,
            bits=16,
            source="RFC 3810 section 5.2",
        ),
        Field("records", bit_offset=32, format="options", source="RFC 3810 section 5.2"),
    )

    reserved: int
    number_of_records: int
    _records: bytes
    _decoded_records: tuple[MLDv2ReportRecord, ...] | None

    def __init__(
        self,
        reserved: int = 0,
        number_of_records: int = AUTO,
        records: Iterable[Record] | bytes = (),
    ) -> None:
        records = list_argument("MLDv2Report", "records", records, decode_mldv2_report_records)
        encoded_records = encode_list("MLDv2Report", "records", records) if records else b""
        if number_of_records is AUTO:
            number_of_records = count_records(records)
        try:
            refused = (reserved | number_of_records) >> 16
        except TypeError:
            refused = True
        if refused:
            raise refusal(MLDv2Report, locals())
        self.reserved = reserved
        self.number_of_records = number_of_records
        self._records = encoded_records
        self._decoded_records = None

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (RFC 3810 section 5.2); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (
                header.reserved,
                header.number_of_records,
            ) = _unpack(buffer, offset)
        except struct.error:
            raise explain(cls, buffer, offset, limit, strict) from None
        if offset + 4 > limit:
            raise explain(cls, buffer, offset, limit, strict)
        if limit > offset + 4:
            header._records = bytes(buffer[offset + 4 : limit])
            header._decoded_records = None
        else:
            header._records = b""
            header._decoded_records = ()
        return header

    @property
    def header_length(self) -> int:
        """Bytes on the wire."""
        return 4 + len(self._records)

    def build(
        self,
        payload: bytes = b"",
        below: Addressed | None = None,
        above: HeaderClass | None = None,
    ) -> bytes:
        """Header and payload as they go on the wire; see `Header`."""
        records = self._records
        try:
            return _pack(self.reserved, self.number_of_records) + records + payload
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    @property
    def records(self) -> tuple[MLDv2ReportRecord, ...]:
        """The records, decoded when first asked for (RFC 3810 section 5.2)."""
        decoded = self._decoded_records
        if decoded is None:
            decoded = decode_mldv2_report_records(self._records, self.number_of_records)
            self._decoded_records = decoded
        return decoded

    @property
    def record_bytes(self) -> bytes:
        """The records as they stand on the wire."""
        return self._records

    def derived(self) -> dict[str, int]:
        """What AUTO gives for the values that depend on this header alone."""
        return {"number_of_records": count_records(self.records)}

    def _copied(self) -> Self:
        copy = object.__new__(self.__class__)
        copy.reserved = self.reserved
        copy.number_of_records = self.number_of_records
        copy._records = self._records
        copy._decoded_records = self._decoded_records
        return copy
