"""IPX as Wireshark shows it."""

from typing import Any

from wirelab.codecs.dissect.fields import Kind, derived
from wirelab.codecs.dissect.header_layer import HeaderLayer
from wirelab.codecs.dissect.visit import Buffer, Visit
from wirelab.codecs.errors import DecodeError
from wirelab.codecs.protocols import IPX

FEWEST = 28
"""Bytes, by its own length, of a packet of which Wireshark shows anything."""
HEADER = 30
"""Bytes."""
SOURCE = "Novell IPX Router Specification section 3"


def _address(which: str) -> Any:
    """A getter of network and node as one text."""

    def get(header: Any) -> str:
        network = getattr(header, f"{which}_network")
        node = getattr(header, f"{which}_node")
        return f"{network:08x}.{node.hex()}"

    return get


class IpxLayer(HeaderLayer):
    """IPX; all fields are shown, or none."""

    HEADERS = (IPX,)
    EXTRA = (
        derived("ipx.src", Kind.STRING, "Source Address", 30, _address("source"), "ipx.addr"),
        derived(
            "ipx.dst", Kind.STRING, "Destination Address", 30, _address("destination"), "ipx.addr"
        ),
    )

    def dissect(self, visit: Visit, buffer: Buffer, offset: int, end: int, limit: int) -> int:
        """Refuse what is too short by its own length; a cut quote is not even named."""
        if visit.in_error and end - offset < HEADER:
            return limit
        length = int.from_bytes(buffer[offset + 2 : offset + 4], "big")
        if end - offset >= HEADER and length < FEWEST:
            visit.protocols.append(self.name)
            raise DecodeError(
                "IPX", "length", offset + 2, f"at least {HEADER}", str(length), SOURCE
            )
        return super().dissect(visit, buffer, offset, end, limit)

    def payload(
        self, visit: Visit, header: Any, buffer: Buffer, start: int, end: int, limit: int
    ) -> None:
        """Go on, if there is something."""
        if header.length > HEADER and start < end:
            layer = self.context.table("ipx_type")[header.packet_type]
            (layer or self.data).dissect(visit, buffer, start, end, limit)

    def _cut(self, visit: Visit, buffer: Buffer, offset: int, end: int) -> None:
        """Nothing."""
