"""IGMP as Wireshark shows it: the version, and the members of lists (RFC 2236, RFC 3376)."""

from typing import Final

from wirelab.codecs.checksum import verify
from wirelab.codecs.dissect.cursor import Cursor
from wirelab.codecs.dissect.fields import CHECKSUM_STATUS, Kind, declare
from wirelab.codecs.dissect.layer import Context, Layer
from wirelab.codecs.dissect.visit import Buffer, Visit
from wirelab.codecs.protocols.igmp import IGMP

SOURCE = "RFC 3376 section 4"
QUERY, V1_REPORT, V2_REPORT, LEAVE, V3_REPORT = 0x11, 0x12, 0x16, 0x17, 0x22
KNOWN: Final = frozenset((QUERY, V1_REPORT, V2_REPORT, LEAVE, V3_REPORT))
V0_CREATE_GROUP, V0_LAST = 1, 8
"""Types of RFC 988 appendix I, version 0: requests are odd, replies even."""
V0_MESSAGE = 20
"""bytes of a message of version 0."""
V0_REPLIES = 5
"""Codes of replies; higher ones are times to wait."""
GROUP_MESSAGE = 8
"""bytes of a message of versions 1 and 2."""
V3_QUERY = 12
"""bytes of the shortest query of version 3 (RFC 3376 section 7.1)."""
GROUP_RECORD = 8
"""bytes of a group record without its lists."""
GOOD, BAD, NOT_VERIFIED = 1, 0, 2

declare("igmp", Kind.PROTOCOL, "Internet Group Management Protocol")
declare("igmp.version", Kind.NUMBER, "IGMP version")
declare("igmp.reserved", Kind.BYTES, "Reserved")
declare("igmp.checksum.status", Kind.NUMBER, "Checksum status", names=CHECKSUM_STATUS)
declare("igmp.max_resp", Kind.NUMBER, "Max response time (tenths of a second)")
declare("igmp.max_resp.exp", Kind.HEX, "Exponent", digits=2)
declare("igmp.max_resp.mant", Kind.HEX, "Mantissa", digits=2)
declare("igmp.group_type", Kind.NUMBER, "Type of group")
declare("igmp.reply", Kind.NUMBER, "Reply")
declare("igmp.reply.pending", Kind.NUMBER, "Reply pending (s)")
declare("igmp.identifier", Kind.NUMBER, "Identifier")
declare("igmp.access_key", Kind.BYTES, "Access key")
declare("igmp.data", Kind.BYTES, "Data")


class IgmpLayer(Layer):
    """IGMP of all versions."""

    HEADERS = (IGMP,)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._shown = context.wants("igmp")

    def dissect(self, visit: Visit, buffer: Buffer, offset: int, end: int, limit: int) -> int:
        """Add the message's fields."""
        visit.protocols.append("igmp")
        cursor = Cursor(self.context, visit, buffer, offset, end, "IGMP", SOURCE)
        cursor.need(1)
        kind = buffer[offset]
        if self._shown:
            visit.begin("igmp", buffer, offset, end, end - offset)
        if kind <= V0_LAST:
            visit.protocols.append("igmp")
            self._version_0(cursor, visit, buffer)
            return limit
        if kind not in KNOWN:
            cursor.number("igmp.type", 1)
            if cursor.left > 0:
                cursor.bytes("igmp.data", cursor.left)
            return limit
        visit.protocols.append("igmp")
        length = limit - offset
        if kind == V3_REPORT:
            self._report(cursor, visit, buffer, length)
        elif kind == QUERY and length >= V3_QUERY:
            self._query(cursor, visit, buffer, length)
        else:
            self._group(cursor, visit, buffer)
        return limit

    def _version_0(self, cursor: Cursor, visit: Visit, buffer: Buffer) -> None:
        """A message of RFC 988, which nobody sends any more, but which damaged ones look like."""
        start = cursor.offset
        cursor.add("igmp.version", 0)
        kind = cursor.number("igmp.type", 1)
        if kind == V0_CREATE_GROUP:
            cursor.number("igmp.group_type", 1)
        elif kind % 2 == 0:
            cursor.need(1)
            pending = buffer[cursor.offset] >= V0_REPLIES
            cursor.number("igmp.reply.pending" if pending else "igmp.reply", 1)
        else:
            cursor.bytes("", 1)
        self._checksum(cursor, visit, buffer, start, V0_MESSAGE)
        cursor.number("igmp.identifier", 4)
        cursor.bytes("igmp.maddr", 4)
        cursor.bytes("igmp.access_key", 8)

    def _group(self, cursor: Cursor, visit: Visit, buffer: Buffer) -> None:
        """A message of version 1 or 2."""
        start = cursor.offset
        kind = buffer[start]
        if kind == QUERY:
            cursor.need(2)
        is_first = kind == V1_REPORT or (kind == QUERY and buffer[start + 1] == 0)
        cursor.add("igmp.version", 1 if is_first else 2)
        cursor.number("igmp.type", 1)
        if is_first:
            cursor.bytes("igmp.reserved", 1)
        else:
            cursor.number("igmp.max_resp", 1)
        self._checksum(cursor, visit, buffer, start, GROUP_MESSAGE)
        cursor.bytes("igmp.maddr", 4)

    def _query(self, cursor: Cursor, visit: Visit, buffer: Buffer, length: int) -> None:
        start = cursor.offset
        cursor.add("igmp.version", 3)
        cursor.number("igmp.type", 1)
        cursor.need(V3_QUERY - 1)
        code = cursor.number("", 1)
        cursor.add("igmp.max_resp", _floating(code))
        if code >= 128:
            cursor.add("igmp.max_resp.exp", code >> 4 & 7)
            cursor.add("igmp.max_resp.mant", code & 15)
        self._checksum(cursor, visit, buffer, start, length)
        cursor.bytes("igmp.maddr", 4)
        cursor.bits(1, ("", 4), ("igmp.s", 1), ("igmp.qrv", 3))
        cursor.number("igmp.qqic", 1)
        for _ in range(cursor.number("igmp.num_src", 2)):
            cursor.bytes("igmp.saddr", 4)

    def _report(self, cursor: Cursor, visit: Visit, buffer: Buffer, length: int) -> None:
        start = cursor.offset
        cursor.add("igmp.version", 3)
        cursor.number("igmp.type", 1)
        cursor.bytes("igmp.reserved", 1)
        self._checksum(cursor, visit, buffer, start, length)
        cursor.bytes("igmp.reserved", 2)
        for _ in range(cursor.number("igmp.num_grp_recs", 2)):
            cursor.need(GROUP_RECORD)
            cursor.number("igmp.record_type", 1)
            auxiliary = cursor.number("igmp.aux_data_len", 1) * 4
            sources = cursor.number("igmp.num_src", 2)
            cursor.bytes("igmp.maddr", 4)
            for _ in range(sources):
                cursor.bytes("igmp.saddr", 4)
            if auxiliary:
                cursor.bytes("igmp.aux_data", auxiliary)

    def _checksum(
        self, cursor: Cursor, visit: Visit, buffer: Buffer, start: int, length: int
    ) -> None:
        cursor.number("igmp.checksum", 2)
        status = NOT_VERIFIED
        if start + length <= cursor.end and not visit.fragmented:
            status = GOOD if verify(buffer[start : start + length]) else BAD
        cursor.add("igmp.checksum.status", status)


def _floating(code: int) -> int:
    """RFC 3376 section 4.1.1: above 127, an exponent of three bits and a mantissa of four."""
    return code if code < 128 else (code & 15 | 16) << (code >> 4 & 7) + 3
