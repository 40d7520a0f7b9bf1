"""Links without a header, as Wireshark shows them.

Source: tcpdump.org/linktypes.html.
"""

from typing import ClassVar

from wirelab.codecs.capture.records import LINK_TYPE_RAW
from wirelab.codecs.dissect.fields import Kind, declare
from wirelab.codecs.dissect.layer import Context, Layer
from wirelab.codecs.dissect.layers.data import DataLayer
from wirelab.codecs.dissect.visit import Buffer, Visit, cut
from wirelab.codecs.protocols import IPv4

LINK_TYPE_JOURNAL = -1
"""Ours: no link type of a file; stands for journal entries, which are no frames."""
FEWEST = 8
"""Bytes of a raw packet in which Wireshark looks for what some drivers put before it."""
IPV6_TYPE = 0x86DD

RAW = declare("raw", Kind.PROTOCOL, "Raw packet data")


class RawLayer(Layer):
    """No link header: the packet begins with IPv4, or IPv6."""

    # 12 and 14: raw IP in files of BSD and OpenBSD, where the number differed.
    NUMBERS: ClassVar[dict[str, tuple[int, ...]]] = {"link_type": (LINK_TYPE_RAW, 12, 14)}

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        types = context.table("ethertype")
        self._versions = {4: context.layer_of(IPv4), 6: types[IPV6_TYPE]}
        self._data = context.layer(DataLayer)
        self._shown = context.wants("raw")

    def dissect(self, visit: Visit, buffer: Buffer, offset: int, end: int, limit: int) -> int:
        """Dissect by the version in the first four bits."""
        visit.protocols.append("raw")
        if self._shown:
            visit.begin("raw", buffer, offset, end, 0)
        if end - offset < FEWEST:
            raise cut("raw", offset, FEWEST, end - offset, "LINKTYPE_RAW")
        layer = self._versions.get(buffer[offset] >> 4) or self._data
        return layer.dissect(visit, buffer, offset, end, limit)


class JournalLayer(Layer):
    """An entry of systemd's journal, which is no frame."""

    NUMBERS: ClassVar[dict[str, tuple[int, ...]]] = {"link_type": (LINK_TYPE_JOURNAL,)}

    def dissect(self, visit: Visit, buffer: Buffer, offset: int, end: int, limit: int) -> int:
        """Name it."""
        visit.protocols.append("systemd_journal")
        return limit
