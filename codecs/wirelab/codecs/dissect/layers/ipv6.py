"""IPv6 as Wireshark shows it (RFC 8200)."""

from typing import Any

from wirelab.codecs.dissect.header_layer import HeaderLayer
from wirelab.codecs.dissect.visit import Buffer, Visit
from wirelab.codecs.protocols import IPv6

HOP_BY_HOP = 0
"""The next header that may say the length in the place of a payload length of 0 (RFC 2675)."""


class Ipv6Layer(HeaderLayer):
    """IPv6; a payload length of 0 means that there is none, except of jumbograms."""

    HEADERS = (IPv6,)

    def payload(
        self, visit: Visit, header: Any, buffer: Buffer, start: int, end: int, limit: int
    ) -> None:
        """Hand the payload on; without one, what follows is named at least."""
        if header.payload_length or header.next_header == HOP_BY_HOP or self._next is None:
            super().payload(visit, header, buffer, start, end, limit)
            return
        layer = self._next[header.next_header]
        if layer is not None:
            layer.dissect(visit, buffer, start, start, start)
