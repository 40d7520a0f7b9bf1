"""Novell's Internetwork Packet Exchange: directly, and in UDP (RFC 1234; NetWare/IP, RFC 2241).

Generated from schemas/ipx.py by `make generate`; do not edit.
"""

from __future__ import annotations

import struct

from wirelab.codecs.addresses import mac_address
from wirelab.codecs.arguments import address_argument, explain, refusal
from wirelab.codecs.field import AUTO, Field
from wirelab.codecs.header import Header
from wirelab.codecs.registries.ipx import PACKET_TYPES, SOCKETS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import ClassVar, Self

    from wirelab.codecs.addresses import AddressLike
    from wirelab.codecs.header import Addressed, Buffer, HeaderClass

_FIXED = struct.Struct("!HHBBI6sHI6sH")
_unpack = _FIXED.unpack_from
_pack = _FIXED.pack


class IPX(Header):
    """Internetwork Packet Exchange (RFC 1234; RFC 2241).

    Attributes:
        checksum: 0xffff means that the sender computed none, as nearly all do (Novell IPX Router
            Specification section 3).
        length: Bytes of header and payload, at least 30 (Novell IPX Router Specification section
            3).
        hops: Routers passed (Novell IPX Router Specification section 3).
        packet_type: Packet type (Novell IPX Router Specification section 3).
        destination_network: Destination network (Novell IPX Router Specification section 3).
        destination_node: Destination node (Novell IPX Router Specification section 3).
        destination_socket: Destination socket (Novell IPX Router Specification section 3).
        source_network: Source network (Novell IPX Router Specification section 3).
        source_node: Source node (Novell IPX Router Specification section 3).
        source_socket: Source socket (Novell IPX Router Specification section 3).
    """

    __slots__ = (
        "checksum",
        "destination_network",
        "destination_node",
        "destination_socket",
        "hops",
        "length",
        "packet_type",
        "source_network",
        "source_node",
        "source_socket",
    )
    __match_args__ = (
        "checksum",
        "length",
        "hops",
        "packet_type",
        "destination_network",
        "destination_node",
        "destination_socket",
        "source_network",
        "source_node",
        "source_socket",
    )

    LAYER = "IPX"
    TITLE = "Internetwork Packet Exchange"
    DISPLAY = "ipx"
    VALUES = (
        "checksum",
        "length",
        "hops",
        "packet_type",
        "destination_network",
        "destination_node",
        "destination_socket",
        "source_network",
        "source_node",
        "source_socket",
    )
    COMPUTED = ("length",)
    WHOLE: ClassVar[Mapping[str, int]] = {
        "checksum": 16,
        "length": 16,
        "hops": 8,
        "packet_type": 8,
        "destination_network": 32,
        "destination_socket": 16,
        "source_network": 32,
        "source_socket": 16,
    }
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {
        "ethertype": (33079,),
        "llc_sap": (224,),
        "udp_port": (213, 43981, 43982),
    }
    FIELDS = (
        Field(
            "checksum",
            display="ipx.checksum",
            bit_offset=0,
            bits=16,
            format="hex",
            source="Novell IPX Router Specification section 3",
        ),
        Field(
            "length",
            display="ipx.len",
            bit_offset=16,
            bits=16,
            source="Novell IPX Router Specification section 3",
        ),
        Field(
            "hops",
            display="ipx.hops",
            bit_offset=32,
            bits=8,
            source="Novell IPX Router Specification section 3",
        ),
        Field(
            "packet_type",
            display="ipx.packet_type",
            bit_offset=40,
            bits=8,
            format="hex",
            names=PACKET_TYPES,
            source="Novell IPX Router Specification section 3",
        ),
        Field(
            "destination_network",
            display="ipx.dst.net",
            aliases=("ipx.net",),
            bit_offset=48,
            bits=32,
            format="hex",
            source="Novell IPX Router Specification section 3",
        ),
        Field(
            "destination_node",
            display="ipx.dst.node",
            aliases=("ipx.node",),
            bit_offset=80,
            bits=48,
            format="mac",
            source="Novell IPX Router Specification section 3",
        ),
        Field(
            "destination_socket",
            display="ipx.dst.socket",
            aliases=("ipx.socket",),
            bit_offset=128,
            bits=16,
            format="hex",
            names=SOCKETS,
            source="Novell IPX Router Specification section 3",
        ),
        Field(
            "source_network",
            display="ipx.src.net",
            aliases=("ipx.net",),
            bit_offset=144,
            bits=32,
            format="hex",
            source="Novell IPX Router Specification section 3",
        ),
        Field(
            "source_node",
            display="ipx.src.node",
            aliases=("ipx.node",),
            bit_offset=176,
            bits=48,
            format="mac",
            source="Novell IPX Router Specification section 3",
        ),
        Field(
            "source_socket",
            display="ipx.src.socket",
            aliases=("ipx.socket",),
            bit_offset=224,
            bits=16,
            format="hex",
            names=SOCKETS,
            source="Novell IPX Router Specification section 3",
        ),
    )

    checksum: int
    length: int
    hops: int
    packet_type: int
    destination_network: int
    destination_node: bytes
    destination_socket: int
    source_network: int
    source_node: bytes
    source_socket: int

    def __init__(
        self,
        checksum: int = 65535,
        length: int = AUTO,
        hops: int = 0,
        packet_type: int = 4,
        destination_network: int = 0,
        destination_node: AddressLike = b"\xff\xff\xff\xff\xff\xff",
        destination_socket: int = 0,
        source_network: int = 0,
        source_node: AddressLike = b"\x00\x00\x00\x00\x00\x00",
        source_socket: int = 0,
    ) -> None:
        if not (isinstance(destination_node, bytes) and len(destination_node) == 6):
            destination_node = address_argument(
                IPX, "destination_node", destination_node, mac_address
            )
        if not (isinstance(source_node, bytes) and len(source_node) == 6):
            source_node = address_argument(IPX, "source_node", source_node, mac_address)
        try:
            refused = (
                (checksum | destination_socket | source_socket) >> 16
                or (hops | packet_type) >> 8
                or (destination_network | source_network) >> 32
                or (length >> 16 and length is not AUTO)
            )
        except TypeError:
            refused = True
        if refused:
            raise refusal(IPX, locals())
        self.checksum = checksum
        self.length = length
        self.hops = hops
        self.packet_type = packet_type
        self.destination_network = destination_network
        self.destination_node = destination_node
        self.destination_socket = destination_socket
        self.source_network = source_network
        self.source_node = source_node
        self.source_socket = source_socket

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (RFC 1234; RFC 2241); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (
                header.checksum,
                header.length,
                header.hops,
                header.packet_type,
                header.destination_network,
                header.destination_node,
                header.destination_socket,
                header.source_network,
                header.source_node,
                header.source_socket,
            ) = _unpack(buffer, offset)
        except struct.error:
            raise explain(cls, buffer, offset, limit, strict) from None
        if not (offset + 30 <= limit and (not strict or 30 <= header.length <= limit - offset)):
            raise explain(cls, buffer, offset, limit, strict)
        return header

    @property
    def header_length(self) -> int:
        """Bytes on the wire."""
        return 30

    def payload_end(self, offset: int, end: int) -> int:
        """Where the payload ends: `length` says, unless it cannot be right."""
        stop = offset + self.length
        return stop if offset + 30 <= stop <= end else end

    def build(
        self,
        payload: bytes = b"",
        below: Addressed | None = None,
        above: HeaderClass | None = None,
    ) -> bytes:
        """Header and payload as they go on the wire; see `Header`."""
        try:
            length = self.length
            if length is AUTO:
                length = 30 + len(payload)
            return (
                _pack(
                    self.checksum,
                    length,
                    self.hops,
                    self.packet_type,
                    self.destination_network,
                    self.destination_node,
                    self.destination_socket,
                    self.source_network,
                    self.source_node,
                    self.source_socket,
                )
                + payload
            )
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    def _copied(self) -> Self:
        copy = object.__new__(self.__class__)
        copy.checksum = self.checksum
        copy.length = self.length
        copy.hops = self.hops
        copy.packet_type = self.packet_type
        copy.destination_network = self.destination_network
        copy.destination_node = self.destination_node
        copy.destination_socket = self.destination_socket
        copy.source_network = self.source_network
        copy.source_node = self.source_node
        copy.source_socket = self.source_socket
        return copy
