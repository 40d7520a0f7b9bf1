"""The option headers of IPv6 as Wireshark shows them."""

from typing import Any

from wirelab.codecs.dissect.header_layer import HeaderLayer
from wirelab.codecs.dissect.visit import Buffer, Visit
from wirelab.codecs.options import MalformedOption
from wirelab.codecs.protocols import IPv6Destination, IPv6HopByHop


class IPv6OptionsLayer(HeaderLayer):
    """Hop-by-hop and destination options; Wireshark ends at an option that it cannot follow."""

    HEADERS = (IPv6HopByHop, IPv6Destination)

    def payload(
        self, visit: Visit, header: Any, buffer: Buffer, start: int, end: int, limit: int
    ) -> None:
        """Go on with the next header, unless the options are damaged."""
        if not any(isinstance(option, MalformedOption) for option in header.options):
            super().payload(visit, header, buffer, start, end, limit)
