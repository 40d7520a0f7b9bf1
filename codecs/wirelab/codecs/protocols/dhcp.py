"""Dynamic Host Configuration Protocol (RFC 2131), and BOOTP (RFC 951), whose format it has.

Generated from schemas/dhcp.py by `make generate`; do not edit.
"""

from __future__ import annotations

import struct

from wirelab.codecs.addresses import ipv4_address, mac_address
from wirelab.codecs.arguments import address_argument, explain, refusal, text_argument
from wirelab.codecs.field import Field
from wirelab.codecs.header import Header
from wirelab.codecs.options import Option, encode_list
from wirelab.codecs.registries.arp import HARDWARE_TYPES
from wirelab.codecs.registries.dhcp import OPERATIONS
from wirelab.codecs.tlv import TlvStyle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import ClassVar, Self

    from wirelab.codecs.addresses import AddressLike
    from wirelab.codecs.header import Addressed, Buffer, HeaderClass
    from wirelab.codecs.protocols.dhcp_options import DHCPOption


def _load_decode_dhcp_options(data: bytes) -> tuple[DHCPOption, ...]:
    """Load the decoder, and put it in the place of this function."""
    global decode_dhcp_options
    from wirelab.codecs.protocols import dhcp_options

    decode_dhcp_options = dhcp_options.decode_dhcp_options
    return decode_dhcp_options(data)


decode_dhcp_options: Callable[[bytes], tuple[DHCPOption, ...]] = _load_decode_dhcp_options
DHCP_OPTION_STYLE = TlvStyle(
    alignment=1,
    before=0,
    counts_head=False,
    end=("DHCPEnd", 255),
    kind_bytes=1,
    length_bytes=1,
    length_first=False,
    padding=("DHCPPad", 0),
    unit=1,
)


_FIXED = struct.Struct("!BBBBIHH4s4s4s4s6s10s64s128sI")
_unpack = _FIXED.unpack_from
_pack = _FIXED.pack


class DHCP(Header):
    """Dynamic Host Configuration Protocol (RFC 2131).

    Attributes:
        operation: Operation (RFC 2131 section 2).
        hardware_type: Hardware type (RFC 2131 section 2).
        hardware_length: Bytes (RFC 2131 section 2).
        hops: Relay agents passed (RFC 2131 section 2).
        transaction_id: Chosen by the client; replies repeat it (RFC 2131 section 2).
        seconds: Since the client began to ask (RFC 2131 section 2).
        broadcast: The client cannot receive unicast yet (RFC 2131 section 2; 1 bit).
        reserved: Reserved (RFC 2131 section 2; 15 bits).
        client_address: ciaddr: what the client has already (RFC 2131 section 2).
        your_address: yiaddr: what the client is given (RFC 2131 section 2).
        server_address: siaddr: the server to boot from (RFC 2131 section 2).
        relay_address: giaddr: the relay agent (RFC 2131 section 2).
        client_hardware_address: chaddr, its first 6 bytes; a longer address goes on in the next
            field (RFC 2131 section 2).
        client_hardware_padding: chaddr, the rest (RFC 2131 section 2).
        server_name: sname: a name up to a zero, or options (RFC 2131 section 2).
        file: Boot file name up to a zero, or options (RFC 2131 section 2).
        magic_cookie: 0x63825363; with any other, BOOTP's vendor area may hold anything (RFC 951)
            (RFC 2131 section 3).
        options: Options (RFC 2132 section 2).
    """

    __slots__ = (
        "_decoded_options",
        "_options",
        "_word10",
        "broadcast",
        "client_address",
        "client_hardware_address",
        "client_hardware_padding",
        "file",
        "hardware_length",
        "hardware_type",
        "hops",
        "magic_cookie",
        "operation",
        "relay_address",
        "reserved",
        "seconds",
        "server_address",
        "server_name",
        "transaction_id",
        "your_address",
    )
    __match_args__ = (
        "operation",
        "hardware_type",
        "hardware_length",
        "hops",
        "transaction_id",
        "seconds",
        "broadcast",
        "reserved",
        "client_address",
        "your_address",
        "server_address",
        "relay_address",
        "client_hardware_address",
        "client_hardware_padding",
        "server_name",
        "file",
        "magic_cookie",
        "options",
    )

    LAYER = "DHCP"
    TITLE = "Dynamic Host Configuration Protocol"
    DISPLAY = "dhcp"
    VALUES = (
        "operation",
        "hardware_type",
        "hardware_length",
        "hops",
        "transaction_id",
        "seconds",
        "broadcast",
        "reserved",
        "client_address",
        "your_address",
        "server_address",
        "relay_address",
        "client_hardware_address",
        "client_hardware_padding",
        "server_name",
        "file",
        "magic_cookie",
        "options",
    )
    WHOLE: ClassVar[Mapping[str, int]] = {
        "operation": 8,
        "hardware_type": 8,
        "hardware_length": 8,
        "hops": 8,
        "transaction_id": 32,
        "seconds": 16,
        "magic_cookie": 32,
    }
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"udp_port": (67, 68)}
    FIELDS = (
        Field(
            "operation",
            display="dhcp.type",
            bit_offset=0,
            bits=8,
            names=OPERATIONS,
            source="RFC 2131 section 2",
        ),
        Field(
            "hardware_type",
            display="dhcp.hw.type",
            bit_offset=8,
            bits=8,
            format="hex",
            names=HARDWARE_TYPES,
            source="RFC 2131 section 2",
        ),
        Field(
            "hardware_length",
            display="dhcp.hw.len",
            bit_offset=16,
            bits=8,
            source="RFC 2131 section 2",
        ),
        Field("hops", display="dhcp.hops", bit_offset=24, bits=8, source="RFC 2131 section 2"),
        Field(
            "transaction_id",
            display="dhcp.id",
            bit_offset=32,
            bits=32,
            format="hex",
            source="RFC 2131 section 2",
        ),
        Field("seconds", display="dhcp.secs", bit_offset=64, bits=16, source="RFC 2131 section 2"),
        Field(
            "broadcast",
            display="dhcp.flags.bc",
            bit_offset=80,
            bits=1,
            format="bool",
            source="RFC 2131 section 2",
        ),
        Field(
            "reserved",
            display="dhcp.flags.reserved",
            bit_offset=81,
            bits=15,
            format="hex",
            source="RFC 2131 section 2",
        ),
        Field(
            "client_address",
            display="dhcp.ip.client",
            bit_offset=96,
            bits=32,
            format="ipv4",
            source="RFC 2131 section 2",
        ),
        Field(
            "your_address",
            display="dhcp.ip.your",
            bit_offset=128,
            bits=32,
            format="ipv4",
            source="RFC 2131 section 2",
        ),
        Field(
            "server_address",
            display="dhcp.ip.server",
            bit_offset=160,
            bits=32,
            format="ipv4",
            source="RFC 2131 section 2",
        ),
        Field(
            "relay_address",
            display="dhcp.ip.relay",
            bit_offset=192,
            bits=32,
            format="ipv4",
            source="RFC 2131 section 2",
        ),
        Field(
            "client_hardware_address",
            display="dhcp.hw.mac_addr",
            bit_offset=224,
            bits=48,
            format="mac",
            source="RFC 2131 section 2",
        ),
        Field(
            "client_hardware_padding",
            display="dhcp.hw.addr_padding",
            bit_offset=272,
            bits=80,
            format="bytes",
            source="RFC 2131 section 2",
        ),
        Field(
            "server_name",
            display="dhcp.server",
            bit_offset=352,
            bits=512,
            format="text",
            source="RFC 2131 section 2",
        ),
        Field(
            "file",
            display="dhcp.file",
            bit_offset=864,
            bits=1024,
            format="text",
            source="RFC 2131 section 2",
        ),
        Field("magic_cookie", bit_offset=1888, bits=32, format="hex", source="RFC 2131 section 3"),
        Field("options", bit_offset=1920, format="options", source="RFC 2132 section 2"),
    )

    operation: int
    hardware_type: int
    hardware_length: int
    hops: int
    transaction_id: int
    seconds: int
    _word10: int
    broadcast: bool
    reserved: int
    client_address: bytes
    your_address: bytes
    server_address: bytes
    relay_address: bytes
    client_hardware_address: bytes
    client_hardware_padding: bytes
    server_name: bytes
    file: bytes
    magic_cookie: int
    _options: bytes
    _decoded_options: tuple[DHCPOption, ...] | None

    def __init__(
        self,
        operation: int = 1,
        hardware_type: int = 1,
        hardware_length: int = 6,
        hops: int = 0,
        transaction_id: int = 0,
        seconds: int = 0,
        broadcast: bool = False,
        reserved: int = 0,
        client_address: AddressLike = b"\x00\x00\x00\x00",
        your_address: AddressLike = b"\x00\x00\x00\x00",
        server_address: AddressLike = b"\x00\x00\x00\x00",
        relay_address: AddressLike = b"\x00\x00\x00\x00",
        client_hardware_address: AddressLike = b"\x00\x00\x00\x00\x00\x00",
        client_hardware_padding: bytes = bytes(10),
        server_name: bytes | str = bytes(64),
        file: bytes | str = bytes(128),
        magic_cookie: int = 1669485411,
        options: Iterable[Option] | bytes = (),
    ) -> None:
        if not (isinstance(client_address, bytes) and len(client_address) == 4):
            client_address = address_argument(DHCP, "client_address", client_address, ipv4_address)
        if not (isinstance(your_address, bytes) and len(your_address) == 4):
            your_address = address_argument(DHCP, "your_address", your_address, ipv4_address)
        if not (isinstance(server_address, bytes) and len(server_address) == 4):
            server_address = address_argument(DHCP, "server_address", server_address, ipv4_address)
        if not (isinstance(relay_address, bytes) and len(relay_address) == 4):
            relay_address = address_argument(DHCP, "relay_address", relay_address, ipv4_address)
        if not (isinstance(client_hardware_address, bytes) and len(client_hardware_address) == 6):
            client_hardware_address = address_argument(
                DHCP, "client_hardware_address", client_hardware_address, mac_address
            )
        if not (
            isinstance(client_hardware_padding, (bytes, bytearray, memoryview))
            and len(client_hardware_padding) == 10
        ):
            raise refusal(DHCP, locals())
        client_hardware_padding = bytes(client_hardware_padding)
        server_name = text_argument(DHCP, "server_name", server_name, 64)
        file = text_argument(DHCP, "file", file, 128)
        encoded_options = (
            encode_list("DHCP", "options", options, DHCP_OPTION_STYLE) if options else b""
        )
        try:
            refused = (
                (operation | hardware_type | hardware_length | hops) >> 8
                or (transaction_id | magic_cookie) >> 32
                or seconds >> 16
                or broadcast >> 1
                or reserved >> 15
            )
        except TypeError:
            refused = True
        if refused:
            raise refusal(DHCP, locals())
        self.operation = operation
        self.hardware_type = hardware_type
        self.hardware_length = hardware_length
        self.hops = hops
        self.transaction_id = transaction_id
        self.seconds = seconds
        self.broadcast = broadcast != 0
        self.reserved = reserved
        self._word10 = broadcast << 15 | reserved
        self.client_address = client_address
        self.your_address = your_address
        self.server_address = server_address
        self.relay_address = relay_address
        self.client_hardware_address = client_hardware_address
        self.client_hardware_padding = client_hardware_padding
        self.server_name = server_name
        self.file = file
        self.magic_cookie = magic_cookie
        self._options = encoded_options
        self._decoded_options = None

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (RFC 2131); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (
                header.operation,
                header.hardware_type,
                header.hardware_length,
                header.hops,
                header.transaction_id,
                header.seconds,
                word10,
                header.client_address,
                header.your_address,
                header.server_address,
                header.relay_address,
                header.client_hardware_address,
                header.client_hardware_padding,
                header.server_name,
                header.file,
                header.magic_cookie,
            ) = _unpack(buffer, offset)
        except struct.error:
            raise explain(cls, buffer, offset, limit, strict) from None
        if offset + 240 > limit:
            raise explain(cls, buffer, offset, limit, strict)
        header._word10 = word10
        header.broadcast = word10 & 32768 != 0
        header.reserved = word10 & 32767
        if limit > offset + 240:
            header._options = bytes(buffer[offset + 240 : limit])
            header._decoded_options = None
        else:
            header._options = b""
            header._decoded_options = ()
        return header

    @property
    def header_length(self) -> int:
        """Bytes on the wire."""
        return 240 + len(self._options)

    def build(
        self,
        payload: bytes = b"",
        below: Addressed | None = None,
        above: HeaderClass | None = None,
    ) -> bytes:
        """Header and payload as they go on the wire; see `Header`."""
        options = self._options
        try:
            return (
                _pack(
                    self.operation,
                    self.hardware_type,
                    self.hardware_length,
                    self.hops,
                    self.transaction_id,
                    self.seconds,
                    self._word10,
                    self.client_address,
                    self.your_address,
                    self.server_address,
                    self.relay_address,
                    self.client_hardware_address,
                    self.client_hardware_padding,
                    self.server_name,
                    self.file,
                    self.magic_cookie,
                )
                + options
                + payload
            )
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    @property
    def options(self) -> tuple[DHCPOption, ...]:
        """The options, decoded when first asked for (RFC 2132 section 2)."""
        decoded = self._decoded_options
        if decoded is None:
            decoded = decode_dhcp_options(self._options)
            self._decoded_options = decoded
        return decoded

    @property
    def option_bytes(self) -> bytes:
        """The options as they stand on the wire."""
        return self._options

    def _copied(self) -> Self:
        copy = object.__new__(self.__class__)
        copy.operation = self.operation
        copy.hardware_type = self.hardware_type
        copy.hardware_length = self.hardware_length
        copy.hops = self.hops
        copy.transaction_id = self.transaction_id
        copy.seconds = self.seconds
        copy._word10 = self._word10
        copy.broadcast = self.broadcast
        copy.reserved = self.reserved
        copy.client_address = self.client_address
        copy.your_address = self.your_address
        copy.server_address = self.server_address
        copy.relay_address = self.relay_address
        copy.client_hardware_address = self.client_hardware_address
        copy.client_hardware_padding = self.client_hardware_padding
        copy.server_name = self.server_name
        copy.file = self.file
        copy.magic_cookie = self.magic_cookie
        copy._options = self._options
        copy._decoded_options = self._decoded_options
        return copy
