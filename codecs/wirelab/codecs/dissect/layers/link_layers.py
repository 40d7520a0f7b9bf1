"""Links other than Ethernet that lead to IPv4, as Wireshark shows them.

Source: tcpdump.org/linktypes.html. Of the cooked headers (`sll.*` in Wireshark) no field is shown.
"""

from typing import ClassVar

from wirelab.codecs.capture.records import (
    LINK_TYPE_LINUX_SLL,
    LINK_TYPE_LINUX_SLL2,
    LINK_TYPE_LOOP,
    LINK_TYPE_NULL,
    LINK_TYPE_RAW,
)
from wirelab.codecs.dissect.layer import Context, Layer
from wirelab.codecs.dissect.layers.ethernet import TypedPayload
from wirelab.codecs.dissect.visit import Buffer, Visit, cut
from wirelab.codecs.protocols import IPv4

LINK_TYPE_JOURNAL = -1
"""Ours: no link type of a file; stands for journal entries, which are no frames."""

SLL_HEADER, SLL2_HEADER = 16, 20
"""Bytes."""

_FAMILIES_IPV6 = frozenset((10, 24, 28, 30))
"""AF_INET6 of Linux and of the BSDs."""


class RawLayer(Layer):
    """No link header: the packet begins with IPv4, or IPv6."""

    # 12 and 14: raw IP in files of BSD and OpenBSD, where the number differed.
    NUMBERS: ClassVar[dict[str, tuple[int, ...]]] = {"link_type": (LINK_TYPE_RAW, 12, 14)}

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._ipv4 = context.layer_of(IPv4)
        self._ipv6 = context.table("ethertype")[0x86DD] or self._ipv4

    def dissect(self, visit: Visit, buffer: Buffer, offset: int, end: int, limit: int) -> int:
        """Dissect by the version in the first four bits."""
        visit.protocols.append("raw")
        is_ipv6 = offset < end and buffer[offset] >> 4 == 6
        layer = self._ipv6 if is_ipv6 else self._ipv4
        return layer.dissect(visit, buffer, offset, end, limit)


class NullLayer(Layer):
    """BSD loopback: 4 bytes of address family in the byte order of the machine."""

    NUMBERS: ClassVar[dict[str, tuple[int, ...]]] = {
        "link_type": (LINK_TYPE_NULL, LINK_TYPE_LOOP),
    }

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._ipv4 = context.layer_of(IPv4)
        self._ipv6 = context.table("ethertype")[0x86DD] or self._ipv4

    def dissect(self, visit: Visit, buffer: Buffer, offset: int, end: int, limit: int) -> int:
        """Dissect as IPv4 if the family is 2."""
        visit.protocols.append("null")
        words = buffer[offset : min(offset + 4, end)]
        families = {int.from_bytes(words, "big"), int.from_bytes(words, "little")}
        if 2 in families:
            return self._ipv4.dissect(visit, buffer, offset + 4, end, limit)
        if not families.isdisjoint(_FAMILIES_IPV6):
            return self._ipv6.dissect(visit, buffer, offset + 4, end, limit)
        visit.opaque = "null"
        return limit


class CookedLayer(Layer):
    """What Linux captures on all interfaces at once: an Ethernet type somewhere in a header."""

    NUMBERS: ClassVar[dict[str, tuple[int, ...]]] = {"link_type": (LINK_TYPE_LINUX_SLL,)}
    SIZE = SLL_HEADER
    TYPE_OFFSET = 14

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._payload = TypedPayload(context)

    def dissect(self, visit: Visit, buffer: Buffer, offset: int, end: int, limit: int) -> int:
        """Pass over the header and dissect by type."""
        visit.protocols.append("sll")
        start = offset + self.SIZE
        if start > end:
            raise cut("cooked header", offset, self.SIZE, end - offset, "LINKTYPE_LINUX_SLL")
        place = offset + self.TYPE_OFFSET
        kind = int.from_bytes(buffer[place : place + 2], "big")
        self._payload.dissect(visit, buffer, kind, start, end, limit, "sll.trailer")
        return limit


class Cooked2Layer(CookedLayer):
    """Version 2 of it."""

    NUMBERS: ClassVar[dict[str, tuple[int, ...]]] = {"link_type": (LINK_TYPE_LINUX_SLL2,)}
    SIZE = SLL2_HEADER
    TYPE_OFFSET = 0


class JournalLayer(Layer):
    """An entry of systemd's journal, which is no frame."""

    NUMBERS: ClassVar[dict[str, tuple[int, ...]]] = {"link_type": (LINK_TYPE_JOURNAL,)}

    def dissect(self, visit: Visit, buffer: Buffer, offset: int, end: int, limit: int) -> int:
        """Name it."""
        visit.protocols.append("systemd_journal")
        return limit
