"""Internet Protocol version 4 (RFC 791), with its options.

Generated from schemas/ipv4.py by `make generate`; do not edit.
"""

from __future__ import annotations

import struct

from wirelab.codecs.addresses import ipv4_address
from wirelab.codecs.arguments import address_argument, explain, next_number, refusal
from wirelab.codecs.field import AUTO, Field
from wirelab.codecs.header import Header
from wirelab.codecs.options import Option, encode_list
from wirelab.codecs.registries.ip_protocols import DSCP, ECN, IP_PROTOCOLS
from wirelab.codecs.tlv import INTERNET_OPTIONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import ClassVar, Self

    from wirelab.codecs.addresses import AddressLike
    from wirelab.codecs.header import Addressed, Buffer, HeaderClass
    from wirelab.codecs.protocols.ipv4_options import IPv4Option

from_bytes = int.from_bytes


def _load_decode_ipv4_options(data: bytes) -> tuple[IPv4Option, ...]:
    """Load the decoder, and put it in the place of this function."""
    global decode_ipv4_options
    from wirelab.codecs.protocols import ipv4_options

    decode_ipv4_options = ipv4_options.decode_ipv4_options
    return decode_ipv4_options(data)


decode_ipv4_options: Callable[[bytes], tuple[IPv4Option, ...]] = _load_decode_ipv4_options


_FIXED = struct.Struct("!HHHHBBH4s4s")
_unpack = _FIXED.unpack_from
_pack = _FIXED.pack


class IPv4(Header):
    """Internet Protocol Version 4 (RFC 791).

    Attributes:
        version: Version (RFC 791 section 3.1; 4 bits).
        ihl: Header length in units of 4 bytes (RFC 791 section 3.1; 4 bits).
        dscp: Dscp (RFC 2474; 6 bits).
        ecn: Ecn (RFC 3168 section 5; 2 bits).
        total_length: Bytes of header and payload; 0 in captures taken before segmentation offload
            (RFC 791 section 3.1).
        identification: Identification (RFC 6864).
        reserved_flag: Reserved flag (RFC 791 section 3.1; 1 bit).
        dont_fragment: Dont fragment (RFC 791 section 3.1; 1 bit).
        more_fragments: More fragments (RFC 791 section 3.1; 1 bit).
        fragment_offset: Place of this fragment in units of 8 bytes (RFC 791 section 3.1; 13 bits).
        ttl: Hops left (RFC 791 section 3.1).
        protocol: Protocol (RFC 791 section 3.1).
        checksum: Checksum (RFC 791 section 3.1).
        source: Source (RFC 791 section 3.1).
        destination: Destination (RFC 791 section 3.1).
        options: Options (RFC 791 section 3.1).
    """

    __slots__ = (
        "_decoded_options",
        "_options",
        "_word0",
        "_word6",
        "checksum",
        "destination",
        "dont_fragment",
        "dscp",
        "ecn",
        "fragment_offset",
        "identification",
        "ihl",
        "more_fragments",
        "protocol",
        "reserved_flag",
        "source",
        "total_length",
        "ttl",
        "version",
    )
    __match_args__ = (
        "version",
        "ihl",
        "dscp",
        "ecn",
        "total_length",
        "identification",
        "reserved_flag",
        "dont_fragment",
        "more_fragments",
        "fragment_offset",
        "ttl",
        "protocol",
        "checksum",
        "source",
        "destination",
        "options",
    )

    LAYER = "IPv4"
    TITLE = "Internet Protocol Version 4"
    DISPLAY = "ip"
    VALUES = (
        "version",
        "ihl",
        "dscp",
        "ecn",
        "total_length",
        "identification",
        "reserved_flag",
        "dont_fragment",
        "more_fragments",
        "fragment_offset",
        "ttl",
        "protocol",
        "checksum",
        "source",
        "destination",
        "options",
    )
    COMPUTED = (
        "ihl",
        "total_length",
        "checksum",
    )
    COMPUTED_ALONE = (
        "ihl",
        "checksum",
    )
    WHOLE: ClassVar[Mapping[str, int]] = {
        "total_length": 16,
        "identification": 16,
        "ttl": 8,
        "protocol": 8,
    }
    IS_NETWORK = True
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {
        "ethertype": (2048,),
        "ip_protocol": (4,),
        "llc_sap": (6,),
        "link_type": (228, 12, 14, 101),
        "bsd_family": (33554432, 2),
    }
    NEXT_FIELD = "protocol"
    NEXT_TABLE = "ip_protocol"
    FITS = (0, -1, ((0, 64, 79),))
    FIELDS = (
        Field("version", display="ip.version", bit_offset=0, bits=4, source="RFC 791 section 3.1"),
        Field(
            "ihl", display="ip.hdr_len", bit_offset=4, bits=4, source="RFC 791 section 3.1", scale=4
        ),
        Field(
            "dscp", display="ip.dsfield.dscp", bit_offset=8, bits=6, names=DSCP, source="RFC 2474"
        ),
        Field(
            "ecn",
            display="ip.dsfield.ecn",
            bit_offset=14,
            bits=2,
            names=ECN,
            source="RFC 3168 section 5",
        ),
        Field(
            "total_length", display="ip.len", bit_offset=16, bits=16, source="RFC 791 section 3.1"
        ),
        Field(
            "identification",
            display="ip.id",
            bit_offset=32,
            bits=16,
            format="hex",
            source="RFC 6864",
        ),
        Field(
            "reserved_flag",
            display="ip.flags.rb",
            bit_offset=48,
            bits=1,
            format="bool",
            source="RFC 791 section 3.1",
        ),
        Field(
            "dont_fragment",
            display="ip.flags.df",
            bit_offset=49,
            bits=1,
            format="bool",
            source="RFC 791 section 3.1",
        ),
        Field(
            "more_fragments",
            display="ip.flags.mf",
            bit_offset=50,
            bits=1,
            format="bool",
            source="RFC 791 section 3.1",
        ),
        Field(
            "fragment_offset",
            display="ip.frag_offset",
            bit_offset=51,
            bits=13,
            source="RFC 791 section 3.1",
        ),
        Field("ttl", display="ip.ttl", bit_offset=64, bits=8, source="RFC 791 section 3.1"),
        Field(
            "protocol",
            display="ip.proto",
            bit_offset=72,
            bits=8,
            names=IP_PROTOCOLS,
            source="RFC 791 section 3.1",
        ),
        Field(
            "checksum",
            display="ip.checksum",
            bit_offset=80,
            bits=16,
            format="hex",
            source="RFC 791 section 3.1",
        ),
        Field(
            "source",
            display="ip.src",
            aliases=("ip.addr",),
            bit_offset=96,
            bits=32,
            format="ipv4",
            source="RFC 791 section 3.1",
        ),
        Field(
            "destination",
            display="ip.dst",
            aliases=("ip.addr",),
            bit_offset=128,
            bits=32,
            format="ipv4",
            source="RFC 791 section 3.1",
        ),
        Field(
            "options",
            display="ip.options",
            bit_offset=160,
            format="options",
            source="RFC 791 section 3.1",
        ),
    )

    _word0: int
    version: int
    ihl: int
    dscp: int
    ecn: int
    total_length: int
    identification: int
    _word6: int
    reserved_flag: bool
    dont_fragment: bool
    more_fragments: bool
    fragment_offset: int
    ttl: int
    protocol: int
    checksum: int
    source: bytes
    destination: bytes
    _options: bytes
    _decoded_options: tuple[IPv4Option, ...] | None

    def __init__(
        self,
        version: int = 4,
        ihl: int = AUTO,
        dscp: int = 0,
        ecn: int = 0,
        total_length: int = AUTO,
        identification: int = 0,
        reserved_flag: bool = False,
        dont_fragment: bool = False,
        more_fragments: bool = False,
        fragment_offset: int = 0,
        ttl: int = 64,
        protocol: int = AUTO,
        checksum: int = AUTO,
        source: AddressLike = b"\x7f\x00\x00\x01",
        destination: AddressLike = b"\x7f\x00\x00\x01",
        options: Iterable[Option] | bytes = (),
    ) -> None:
        if not (isinstance(source, bytes) and len(source) == 4):
            source = address_argument(IPv4, "source", source, ipv4_address)
        if not (isinstance(destination, bytes) and len(destination) == 4):
            destination = address_argument(IPv4, "destination", destination, ipv4_address)
        encoded_options = (
            encode_list("IPv4", "options", options, INTERNET_OPTIONS, limit=40) if options else b""
        )
        if ihl is AUTO:
            ihl = (20 + len(encoded_options)) // 4
        try:
            refused = (
                (version | ihl) >> 4
                or dscp >> 6
                or ecn >> 2
                or identification >> 16
                or (reserved_flag | dont_fragment | more_fragments) >> 1
                or fragment_offset >> 13
                or ttl >> 8
                or (total_length >> 16 and total_length is not AUTO)
                or (protocol >> 8 and protocol is not AUTO)
                or (checksum >> 16 and checksum is not AUTO)
            )
        except TypeError:
            refused = True
        if refused:
            raise refusal(IPv4, locals())
        self.version = version
        self.ihl = ihl
        self.dscp = dscp
        self.ecn = ecn
        self._word0 = version << 12 | ihl << 8 | dscp << 2 | ecn
        self.total_length = total_length
        self.identification = identification
        self.reserved_flag = reserved_flag != 0
        self.dont_fragment = dont_fragment != 0
        self.more_fragments = more_fragments != 0
        self.fragment_offset = fragment_offset
        self._word6 = (
            reserved_flag << 15 | dont_fragment << 14 | more_fragments << 13 | fragment_offset
        )
        self.ttl = ttl
        self.protocol = protocol
        self.checksum = checksum
        self.source = source
        self.destination = destination
        self._options = encoded_options
        self._decoded_options = None

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (RFC 791); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (
                word0,
                header.total_length,
                header.identification,
                word6,
                header.ttl,
                header.protocol,
                header.checksum,
                header.source,
                header.destination,
            ) = _unpack(buffer, offset)
        except struct.error:
            raise explain(cls, buffer, offset, limit, strict) from None
        header_end = offset + (word0 >> 8 & 15) * 4
        if not (
            word0 >> 12 == 4
            and word0 >> 8 & 15 >= 5
            and header_end <= limit
            and (not strict or header_end <= offset + header.total_length <= limit)
        ):
            raise explain(cls, buffer, offset, limit, strict)
        header._word0 = word0
        header.version = word0 >> 12
        header.ihl = word0 >> 8 & 15
        header.dscp = word0 >> 2 & 63
        header.ecn = word0 & 3
        header._word6 = word6
        header.reserved_flag = word6 & 32768 != 0
        header.dont_fragment = word6 & 16384 != 0
        header.more_fragments = word6 & 8192 != 0
        header.fragment_offset = word6 & 8191
        if header_end > offset + 20:
            header._options = bytes(buffer[offset + 20 : header_end])
            header._decoded_options = None
        else:
            header._options = b""
            header._decoded_options = ()
        return header

    @property
    def header_length(self) -> int:
        """Bytes on the wire."""
        return 20 + len(self._options)

    def payload_end(self, offset: int, end: int) -> int:
        """Where the payload ends: `total_length` says, unless it cannot be right."""
        stop = offset + self.total_length
        return stop if offset + 20 + len(self._options) <= stop <= end else end

    def build(
        self,
        payload: bytes = b"",
        below: Addressed | None = None,
        above: HeaderClass | None = None,
    ) -> bytes:
        """Header and payload as they go on the wire; see `Header`."""
        options = self._options
        try:
            total_length = self.total_length
            if total_length is AUTO:
                total_length = 20 + len(options) + len(payload)
            protocol = self.protocol
            if protocol is AUTO:
                protocol = next_number(self, above)
            checksum = self.checksum
            if checksum is AUTO:
                total = (
                    self._word0
                    + total_length
                    + self.identification
                    + self._word6
                    + (self.ttl << 8)
                    + protocol
                    + from_bytes(self.source)
                    + from_bytes(self.destination)
                    + from_bytes(options)
                )
                checksum = -total % 0xFFFF if total else 0xFFFF
            return (
                _pack(
                    self._word0,
                    total_length,
                    self.identification,
                    self._word6,
                    self.ttl,
                    protocol,
                    checksum,
                    self.source,
                    self.destination,
                )
                + options
                + payload
            )
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    @staticmethod
    def checksum_ok(buffer: Buffer, offset: int, end: int, below: Addressed | None = None) -> bool:
        """Whether the checksum of the header at `offset` is right; see `Header`."""
        if end - offset < 20:
            return False
        end = offset + (buffer[offset] & 15) * 4
        total = from_bytes(buffer[offset:end])
        if end - offset & 1:
            total <<= 8
        return total > 0 and total % 0xFFFF == 0

    @property
    def starts_payload(self) -> bool:
        """Whether the payload begins with a header."""
        return self.fragment_offset == 0

    @property
    def ends_payload(self) -> bool:
        """Whether nothing of the payload follows elsewhere."""
        return self.more_fragments == 0

    @property
    def options(self) -> tuple[IPv4Option, ...]:
        """The options, decoded when first asked for (RFC 791 section 3.1)."""
        decoded = self._decoded_options
        if decoded is None:
            decoded = decode_ipv4_options(self._options)
            self._decoded_options = decoded
        return decoded

    @property
    def option_bytes(self) -> bytes:
        """The options as they stand on the wire."""
        return self._options

    def derived(self) -> dict[str, int]:
        """What AUTO gives for the values that depend on this header alone."""
        return {"ihl": self.header_length // 4}

    def _copied(self) -> Self:
        copy = object.__new__(self.__class__)
        copy._word0 = self._word0
        copy.version = self.version
        copy.ihl = self.ihl
        copy.dscp = self.dscp
        copy.ecn = self.ecn
        copy.total_length = self.total_length
        copy.identification = self.identification
        copy._word6 = self._word6
        copy.reserved_flag = self.reserved_flag
        copy.dont_fragment = self.dont_fragment
        copy.more_fragments = self.more_fragments
        copy.fragment_offset = self.fragment_offset
        copy.ttl = self.ttl
        copy.protocol = self.protocol
        copy.checksum = self.checksum
        copy.source = self.source
        copy.destination = self.destination
        copy._options = self._options
        copy._decoded_options = self._decoded_options
        return copy
