"""Transmission Control Protocol (RFC 9293), with its options.

Generated from schemas/tcp.py by `make generate`; do not edit.
"""

from __future__ import annotations

import struct

from wirelab.codecs.arguments import explain, missing_below, refusal
from wirelab.codecs.field import AUTO, Field
from wirelab.codecs.header import Header
from wirelab.codecs.options import Option, encode_list
from wirelab.codecs.tlv import INTERNET_OPTIONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import ClassVar, Self

    from wirelab.codecs.header import Addressed, Buffer, HeaderClass
    from wirelab.codecs.protocols.tcp_options import TCPOption

from_bytes = int.from_bytes


def _load_decode_tcp_options(data: bytes) -> tuple[TCPOption, ...]:
    """Load the decoder, and put it in the place of this function."""
    global decode_tcp_options
    from wirelab.codecs.protocols import tcp_options

    decode_tcp_options = tcp_options.decode_tcp_options
    return decode_tcp_options(data)


decode_tcp_options: Callable[[bytes], tuple[TCPOption, ...]] = _load_decode_tcp_options


_FIXED = struct.Struct("!HHIIHHHH")
_unpack = _FIXED.unpack_from
_pack = _FIXED.pack


class TCP(Header):
    """Transmission Control Protocol (RFC 9293).

    Attributes:
        source_port: Source port (RFC 9293 section 3.1).
        destination_port: Destination port (RFC 9293 section 3.1).
        sequence_number: Sequence number (RFC 9293 section 3.1).
        acknowledgment_number: Acknowledgment number (RFC 9293 section 3.1).
        data_offset: Header length in units of 4 bytes (RFC 9293 section 3.1; 4 bits).
        reserved: Reserved (RFC 9293 section 3.1; 3 bits).
        flags: All nine control bits: `flags=TCPFlags.SYN | TCPFlags.ACK` (RFC 9293 section 3.1; 9
            bits).
        window: Bytes the sender takes from `acknowledgment_number` on, before scaling (RFC 9293
            section 3.1).
        checksum: Checksum (RFC 9293 section 3.1).
        urgent_pointer: Urgent pointer (RFC 9293 section 3.1).
        options: Options (RFC 9293 section 3.1).
    """

    __slots__ = (
        "_decoded_options",
        "_options",
        "_word12",
        "acknowledgment_number",
        "checksum",
        "data_offset",
        "destination_port",
        "flags",
        "reserved",
        "sequence_number",
        "source_port",
        "urgent_pointer",
        "window",
    )
    __match_args__ = (
        "source_port",
        "destination_port",
        "sequence_number",
        "acknowledgment_number",
        "data_offset",
        "reserved",
        "flags",
        "window",
        "checksum",
        "urgent_pointer",
        "options",
    )

    LAYER = "TCP"
    TITLE = "Transmission Control Protocol"
    DISPLAY = "tcp"
    VALUES = (
        "source_port",
        "destination_port",
        "sequence_number",
        "acknowledgment_number",
        "data_offset",
        "reserved",
        "flags",
        "window",
        "checksum",
        "urgent_pointer",
        "options",
    )
    COMPUTED = (
        "data_offset",
        "checksum",
    )
    COMPUTED_ALONE = ("data_offset",)
    WHOLE: ClassVar[Mapping[str, int]] = {
        "source_port": 16,
        "destination_port": 16,
        "sequence_number": 32,
        "acknowledgment_number": 32,
        "window": 16,
        "checksum": 16,
        "urgent_pointer": 16,
    }
    NEEDS_BELOW = True
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"ip_protocol": (6,)}
    FIELDS = (
        Field(
            "source_port",
            display="tcp.srcport",
            aliases=("tcp.port",),
            bit_offset=0,
            bits=16,
            source="RFC 9293 section 3.1",
        ),
        Field(
            "destination_port",
            display="tcp.dstport",
            aliases=("tcp.port",),
            bit_offset=16,
            bits=16,
            source="RFC 9293 section 3.1",
        ),
        Field(
            "sequence_number",
            display="tcp.seq_raw",
            bit_offset=32,
            bits=32,
            source="RFC 9293 section 3.1",
        ),
        Field(
            "acknowledgment_number",
            display="tcp.ack_raw",
            bit_offset=64,
            bits=32,
            source="RFC 9293 section 3.1",
        ),
        Field(
            "data_offset",
            display="tcp.hdr_len",
            bit_offset=96,
            bits=4,
            source="RFC 9293 section 3.1",
            scale=4,
        ),
        Field(
            "reserved",
            display="tcp.flags.res",
            bit_offset=100,
            bits=3,
            source="RFC 9293 section 3.1",
        ),
        Field(
            "flags",
            display="tcp.flags",
            bit_offset=103,
            bits=9,
            format="hex",
            source="RFC 9293 section 3.1",
        ),
        Field(
            "fin",
            display="tcp.flags.fin",
            bit_offset=111,
            bits=1,
            format="bool",
            source="RFC 9293 section 3.1",
            view_of="flags",
        ),
        Field(
            "syn",
            display="tcp.flags.syn",
            bit_offset=110,
            bits=1,
            format="bool",
            source="RFC 9293 section 3.1",
            view_of="flags",
        ),
        Field(
            "rst",
            display="tcp.flags.reset",
            bit_offset=109,
            bits=1,
            format="bool",
            source="RFC 9293 section 3.1",
            view_of="flags",
        ),
        Field(
            "psh",
            display="tcp.flags.push",
            bit_offset=108,
            bits=1,
            format="bool",
            source="RFC 9293 section 3.1",
            view_of="flags",
        ),
        Field(
            "ack",
            display="tcp.flags.ack",
            bit_offset=107,
            bits=1,
            format="bool",
            source="RFC 9293 section 3.1",
            view_of="flags",
        ),
        Field(
            "urg",
            display="tcp.flags.urg",
            bit_offset=106,
            bits=1,
            format="bool",
            source="RFC 9293 section 3.1",
            view_of="flags",
        ),
        Field(
            "ece",
            display="tcp.flags.ece",
            bit_offset=105,
            bits=1,
            format="bool",
            source="RFC 3168 section 6.1",
            view_of="flags",
        ),
        Field(
            "cwr",
            display="tcp.flags.cwr",
            bit_offset=104,
            bits=1,
            format="bool",
            source="RFC 3168 section 6.1",
            view_of="flags",
        ),
        Field(
            "ae",
            display="tcp.flags.ae",
            bit_offset=103,
            bits=1,
            format="bool",
            source="RFC 9768 section 3.1",
            view_of="flags",
        ),
        Field(
            "window",
            display="tcp.window_size_value",
            bit_offset=112,
            bits=16,
            source="RFC 9293 section 3.1",
        ),
        Field(
            "checksum",
            display="tcp.checksum",
            bit_offset=128,
            bits=16,
            format="hex",
            source="RFC 9293 section 3.1",
        ),
        Field(
            "urgent_pointer",
            display="tcp.urgent_pointer",
            bit_offset=144,
            bits=16,
            source="RFC 9293 section 3.1",
        ),
        Field(
            "options",
            display="tcp.options",
            bit_offset=160,
            format="options",
            source="RFC 9293 section 3.1",
        ),
    )

    source_port: int
    destination_port: int
    sequence_number: int
    acknowledgment_number: int
    _word12: int
    data_offset: int
    reserved: int
    flags: int
    window: int
    checksum: int
    urgent_pointer: int
    _options: bytes
    _decoded_options: tuple[TCPOption, ...] | None

    def __init__(
        self,
        source_port: int = 0,
        destination_port: int = 0,
        sequence_number: int = 0,
        acknowledgment_number: int = 0,
        data_offset: int = AUTO,
        reserved: int = 0,
        flags: int = 0,
        window: int = 65535,
        checksum: int = AUTO,
        urgent_pointer: int = 0,
        options: Iterable[Option] | bytes = (),
    ) -> None:
        encoded_options = (
            encode_list("TCP", "options", options, INTERNET_OPTIONS, limit=40) if options else b""
        )
        if data_offset is AUTO:
            data_offset = (20 + len(encoded_options)) // 4
        try:
            refused = (
                (source_port | destination_port | window | urgent_pointer) >> 16
                or (sequence_number | acknowledgment_number) >> 32
                or data_offset >> 4
                or reserved >> 3
                or flags >> 9
                or (checksum >> 16 and checksum is not AUTO)
            )
        except TypeError:
            refused = True
        if refused:
            raise refusal(TCP, locals())
        self.source_port = source_port
        self.destination_port = destination_port
        self.sequence_number = sequence_number
        self.acknowledgment_number = acknowledgment_number
        self.data_offset = data_offset
        self.reserved = reserved
        # `+` makes plain ints of flags, which are slow to combine.
        self.flags = +flags
        self._word12 = data_offset << 12 | reserved << 9 | +flags
        self.window = window
        self.checksum = checksum
        self.urgent_pointer = urgent_pointer
        self._options = encoded_options
        self._decoded_options = None

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (RFC 9293); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (
                header.source_port,
                header.destination_port,
                header.sequence_number,
                header.acknowledgment_number,
                word12,
                header.window,
                header.checksum,
                header.urgent_pointer,
            ) = _unpack(buffer, offset)
        except struct.error:
            raise explain(cls, buffer, offset, limit, strict) from None
        header_end = offset + (word12 >> 12) * 4
        if not (word12 >> 12 >= 5 and header_end <= limit):
            raise explain(cls, buffer, offset, limit, strict)
        header._word12 = word12
        header.data_offset = word12 >> 12
        header.reserved = word12 >> 9 & 7
        header.flags = word12 & 511
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

    def build(
        self,
        payload: bytes = b"",
        below: Addressed | None = None,
        above: HeaderClass | None = None,
    ) -> bytes:
        """Header and payload as they go on the wire; see `Header`."""
        options = self._options
        try:
            checksum = self.checksum
            if checksum is AUTO:
                if below is None:
                    raise missing_below(TCP)
                total = (
                    self.source_port
                    + self.destination_port
                    + self.sequence_number
                    + self.acknowledgment_number
                    + self._word12
                    + self.window
                    + self.urgent_pointer
                    + from_bytes(options)
                    + from_bytes(below.source)
                    + from_bytes(below.destination)
                    + 20
                    + len(options)
                    + len(payload)
                    + 6
                    + (from_bytes(payload) << 8 if len(payload) & 1 else from_bytes(payload))
                )
                checksum = -total % 0xFFFF
            return (
                _pack(
                    self.source_port,
                    self.destination_port,
                    self.sequence_number,
                    self.acknowledgment_number,
                    self._word12,
                    self.window,
                    checksum,
                    self.urgent_pointer,
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
        if below is None:
            raise missing_below(TCP)
        total = from_bytes(buffer[offset:end])
        if end - offset & 1:
            total <<= 8
        total += from_bytes(below.source) + from_bytes(below.destination) + end - offset + 6
        return total > 0 and total % 0xFFFF == 0

    @property
    def fin(self) -> bool:
        """The sender has no more data (RFC 9293 section 3.1)."""
        return self.flags & 1 != 0

    @property
    def syn(self) -> bool:
        """Synchronize sequence numbers (RFC 9293 section 3.1)."""
        return self.flags & 2 != 0

    @property
    def rst(self) -> bool:
        """Reset the connection (RFC 9293 section 3.1)."""
        return self.flags & 4 != 0

    @property
    def psh(self) -> bool:
        """Hand the data to the application now (RFC 9293 section 3.1)."""
        return self.flags & 8 != 0

    @property
    def ack(self) -> bool:
        """The acknowledgment number counts (RFC 9293 section 3.1)."""
        return self.flags & 16 != 0

    @property
    def urg(self) -> bool:
        """The urgent pointer counts (RFC 9293 section 3.1)."""
        return self.flags & 32 != 0

    @property
    def ece(self) -> bool:
        """ECN echo (RFC 3168 section 6.1)."""
        return self.flags & 64 != 0

    @property
    def cwr(self) -> bool:
        """Congestion window reduced (RFC 3168 section 6.1)."""
        return self.flags & 128 != 0

    @property
    def ae(self) -> bool:
        """Accurate ECN (RFC 9768 section 3.1)."""
        return self.flags & 256 != 0

    @property
    def options(self) -> tuple[TCPOption, ...]:
        """The options, decoded when first asked for (RFC 9293 section 3.1)."""
        decoded = self._decoded_options
        if decoded is None:
            decoded = decode_tcp_options(self._options)
            self._decoded_options = decoded
        return decoded

    @property
    def option_bytes(self) -> bytes:
        """The options as they stand on the wire."""
        return self._options

    def derived(self) -> dict[str, int]:
        """What AUTO gives for the values that depend on this header alone."""
        return {"data_offset": self.header_length // 4}

    def _copied(self) -> Self:
        copy = object.__new__(self.__class__)
        copy.source_port = self.source_port
        copy.destination_port = self.destination_port
        copy.sequence_number = self.sequence_number
        copy.acknowledgment_number = self.acknowledgment_number
        copy._word12 = self._word12
        copy.data_offset = self.data_offset
        copy.reserved = self.reserved
        copy.flags = self.flags
        copy.window = self.window
        copy.checksum = self.checksum
        copy.urgent_pointer = self.urgent_pointer
        copy._options = self._options
        copy._decoded_options = self._decoded_options
        return copy
