"""What no layer of ours claims: shown as bytes, or only named when Wireshark has a dissector."""

from wirelab.codecs.dissect.fields import Kind, declare
from wirelab.codecs.dissect.visit import Buffer, Visit

PROTOCOL = declare("data", Kind.PROTOCOL, "Data")
DATA = declare("data.data", Kind.BYTES, "Data")
LENGTH = declare("data.len", Kind.NUMBER, "Length")


class DataLayer:
    """Bytes without a structure that is known here."""

    def __init__(self, wanted: frozenset[str] | None) -> None:
        self._protocol = wanted is None or "data" in wanted
        self._data = wanted is None or "data.data" in wanted
        self._length = wanted is None or "data.len" in wanted

    def dissect(self, visit: Visit, buffer: Buffer, offset: int, end: int, limit: int) -> int:
        """Show `buffer[offset:end]`; nothing when there is nothing."""
        if offset >= limit:
            return limit
        visit.protocols.append("data")
        if self._protocol:
            visit.begin("data", buffer, offset, end, end - offset)
        if end > offset:
            if self._data:
                visit.items.append(("data.data", buffer[offset:end]))
            if self._length:
                visit.items.append(("data.len", end - offset))
        return limit


class ForeignLayer:
    """A protocol that Wireshark knows and we do not: named in `frame.protocols`, not shown."""

    def __init__(self, name: str) -> None:
        self._name = name

    def dissect(self, visit: Visit, buffer: Buffer, offset: int, end: int, limit: int) -> int:
        """Name the layer."""
        visit.protocols.append(self._name)
        visit.opaque = self._name
        return limit
