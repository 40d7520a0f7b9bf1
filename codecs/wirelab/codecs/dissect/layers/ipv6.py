"""IPv6 and its extension headers as Wireshark shows them."""

from typing import Any

from wirelab.codecs.dissect.fields import Kind, derived, schema_items
from wirelab.codecs.dissect.header_layer import HeaderLayer, show_part
from wirelab.codecs.dissect.visit import Buffer, Visit
from wirelab.codecs.options import MalformedOption
from wirelab.codecs.protocols import (
    IPv4,
    IPv6,
    IPv6Destination,
    IPv6Fragment,
    IPv6HopByHop,
    JumboPayload,
)

VERSION = 6
HOP_BY_HOP = 0  # RFC 8200 section 4.3


class IPv6Layer(HeaderLayer):
    """The fixed header. A payload length of 0 says "nothing", unless an option tells the length."""

    HEADERS = (IPv6,)
    EXTRA = (
        derived(
            "ipv6.tclass",
            Kind.HEX,
            "Traffic Class",
            2,
            lambda header: header.dscp << 2 | header.ecn,
            digits=8,
        ),
        # Wireshark gives the version of either under IPv4's name, too.
        schema_items(IPv4)["ip.version"]._replace(get=lambda header: header.version, needs=1),
    )

    def dissect(self, visit: Visit, buffer: Buffer, offset: int, end: int, limit: int) -> int:
        """Add the header's fields; another version is no IPv6 to Wireshark, but data."""
        if offset < end and buffer[offset] >> 4 != VERSION:
            for name in ("ipv6.version", "ip.version"):
                if self.context.wants(name):
                    visit.items.append((name, buffer[offset] >> 4))
            return self.data.dissect(visit, buffer, offset, end, limit)
        return super().dissect(visit, buffer, offset, end, limit)

    def payload(
        self, visit: Visit, header: Any, buffer: Buffer, start: int, end: int, limit: int
    ) -> None:
        """Go on with the next header."""
        limit = max(start, limit)
        layer = self._next[header.next_header] if self._next is not None else None
        is_there = start < limit or layer is None
        if is_there and (header.payload_length or _is_jumbogram(header, buffer, start, end)):
            # Of an unknown protocol without a byte captured Wireshark says nothing.
            if layer is not None or start < end:
                super().payload(visit, header, buffer, start, end, limit)
        elif layer is not None:
            layer.dissect(visit, buffer, start, start, start)

    def _cut(self, visit: Visit, buffer: Buffer, offset: int, end: int) -> None:
        """What Wireshark reads at once is shown together or not at all."""
        available = end - offset
        if available >= 1:
            least = 7 if available >= 7 else 4 if available >= 4 else 1
            show_part(self, visit, buffer, offset, max(offset + least, end if least == 7 else 0))


def _is_jumbogram(header: IPv6, buffer: Buffer, start: int, end: int) -> bool:
    """Whether hop-by-hop options follow that begin with a length (RFC 2675 section 2)."""
    is_first = start + 2 < end and buffer[start + 2] == JumboPayload.KIND
    return header.next_header == HOP_BY_HOP and is_first


class _OptionsLayer(HeaderLayer):
    """Options; Wireshark ends at one that it cannot follow."""

    def payload(
        self, visit: Visit, header: Any, buffer: Buffer, start: int, end: int, limit: int
    ) -> None:
        """Go on with the next header, unless the options are damaged."""
        if not any(isinstance(option, MalformedOption) for option in header.options):
            super().payload(visit, header, buffer, start, end, limit)

    def _cut(self, visit: Visit, buffer: Buffer, offset: int, end: int) -> None:
        """Next header and length are shown together or not at all."""
        if end - offset >= 2:
            super()._cut(visit, buffer, offset, end)


class IPv6HopByHopLayer(_OptionsLayer):
    """Hop-by-hop options."""

    HEADERS = (IPv6HopByHop,)


class IPv6DestinationLayer(_OptionsLayer):
    """Destination options."""

    HEADERS = (IPv6Destination,)


class IPv6FragmentLayer(HeaderLayer):
    """The fragment header."""

    HEADERS = (IPv6Fragment,)

    def _cut(self, visit: Visit, buffer: Buffer, offset: int, end: int) -> None:
        """All fields are shown, or none."""
