"""Links other than Ethernet that lead to IPv4, as Wireshark shows them.

Source: tcpdump.org/linktypes.html. Of the cooked headers (`sll.*` in Wireshark) no field is shown.
"""

from wirelab.codecs.dissect.data import ForeignLayer
from wirelab.codecs.dissect.ethernet import Layer, TypedPayload
from wirelab.codecs.dissect.visit import Buffer, Visit, cut

OLD_RAW_LINK_TYPES = (12, 14)
"""Raw IP in files of BSD and OpenBSD, where the number differed."""
SLL_HEADER, SLL2_HEADER = 16, 20
"""Bytes."""

_FAMILIES_IPV6 = frozenset((10, 24, 28, 30))
"""AF_INET6 of Linux and of the BSDs."""


class RawLayer:
    """No link header: the packet begins with IPv4, or IPv6."""

    def __init__(self, ipv4: Layer) -> None:
        self._ipv4 = ipv4
        self._ipv6 = ForeignLayer("ipv6")

    def dissect(self, visit: Visit, buffer: Buffer, offset: int, end: int, limit: int) -> int:
        """Dissect by the version in the first four bits."""
        visit.protocols.append("raw")
        is_ipv6 = offset < end and buffer[offset] >> 4 == 6
        layer = self._ipv6 if is_ipv6 else self._ipv4
        return layer.dissect(visit, buffer, offset, end, limit)


class NullLayer:
    """BSD loopback: 4 bytes of address family in the byte order of the machine."""

    def __init__(self, ipv4: Layer) -> None:
        self._ipv4 = ipv4
        self._ipv6 = ForeignLayer("ipv6")

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


class CookedLayer:
    """What Linux captures on all interfaces at once: an Ethernet type somewhere in a header."""

    def __init__(self, name: str, payload: TypedPayload, size: int, type_offset: int) -> None:
        self._name = name
        self._payload = payload
        self._size = size
        self._type_offset = type_offset

    def dissect(self, visit: Visit, buffer: Buffer, offset: int, end: int, limit: int) -> int:
        """Pass over the header and dissect by type."""
        visit.protocols.append(self._name)
        start = offset + self._size
        if start > end:
            raise cut("cooked header", offset, self._size, end - offset, "LINKTYPE_LINUX_SLL")
        place = offset + self._type_offset
        kind = int.from_bytes(buffer[place : place + 2], "big")
        self._payload.dissect(visit, buffer, kind, start, end, limit, "sll.trailer")
        return limit


class JournalLayer:
    """An entry of systemd's journal, which is no frame."""

    def dissect(self, visit: Visit, buffer: Buffer, offset: int, end: int, limit: int) -> int:
        """Name it."""
        visit.protocols.append("systemd_journal")
        return limit
