"""What no layer claims: shown as bytes."""

from wirelab.codecs.dissect.fields import Kind, declare
from wirelab.codecs.dissect.layer import Context, Layer
from wirelab.codecs.dissect.visit import Buffer, Visit

PROTOCOL = declare("data", Kind.PROTOCOL, "Data")
DATA = declare("data.data", Kind.BYTES, "Data")
LENGTH = declare("data.len", Kind.NUMBER, "Length")


class DataLayer(Layer):
    """Bytes without a structure that is known here."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._protocol = context.wants("data")
        self._data = context.wants("data.data")
        self._length = context.wants("data.len")

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
