"""Options of TCP: those of IANA's registry that have a specification, but for Multipath TCP's.

Generated from schemas/tcp_options.py by `make generate`; do not edit.
"""

# ruff: noqa: C901, PLR0911, PLR0912

from __future__ import annotations

import struct

from wirelab.codecs.addresses import ipv4_address, ipv6_address
from wirelab.codecs.arguments import address_argument
from wirelab.codecs.field import AUTO, Field
from wirelab.codecs.options import (
    NO_OPERATION,
    EndOfOptions,
    MalformedOption,
    NoOperation,
    Option,
    UnknownOption,
    items_argument,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeAlias

    from wirelab.codecs.addresses import AddressLike

from_bytes = int.from_bytes
new = object.__new__

_MAXIMUM_SEGMENT_SIZE = struct.Struct("!H")


class MaximumSegmentSize(Option):
    """Largest segment the sender takes, in bytes of payload (RFC 9293 section 3.2)."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    KIND = 2
    FIELDS = (
        Field(
            "value",
            display="tcp.options.mss_val",
            bit_offset=16,
            bits=16,
            source="RFC 9293 section 3.2",
        ),
    )

    def __init__(self, value: int) -> None:
        self.value = value

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _MAXIMUM_SEGMENT_SIZE.pack(self.value)


_WINDOW_SCALE = struct.Struct("!B")


class WindowScale(Option):
    """The sender's windows are in units of 2**shift bytes.

    At most 14 counts (RFC 7323 section 2.2).
    """

    __slots__ = ("shift",)
    __match_args__ = ("shift",)
    KIND = 3
    FIELDS = (
        Field(
            "shift",
            display="tcp.options.wscale.shift",
            bit_offset=16,
            bits=8,
            source="RFC 7323 section 2.2",
        ),
    )

    def __init__(self, shift: int) -> None:
        self.shift = shift

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _WINDOW_SCALE.pack(self.shift)


class SACKPermitted(Option):
    """The sender of this SYN understands SACK (RFC 2018 section 2)."""

    __slots__ = ()
    __match_args__ = ()
    KIND = 4


_SACK_PERMITTED_ = SACKPermitted()


_SACK_BLOCKS = struct.Struct("!II")


class SACK(Option):
    """Received blocks: first sequence number, and the one after the last (RFC 2018 section 3)."""

    __slots__ = ("blocks",)
    __match_args__ = ("blocks",)
    KIND = 5
    FIELDS = (
        Field(
            "blocks",
            display="tcp.options.sack",
            bit_offset=16,
            format="pairs",
            source="RFC 2018 section 3",
        ),
    )

    def __init__(self, blocks: Iterable[tuple[int, int]]) -> None:
        self.blocks = items_argument(SACK, "blocks", blocks)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return b"".join([_SACK_BLOCKS.pack(*one) for one in self.blocks])


_TIMESTAMPS = struct.Struct("!II")


class Timestamps(Option):
    """The sender's clock, and the newest timestamp it received (RFC 7323 section 3.2)."""

    __slots__ = (
        "echo_reply",
        "value",
    )
    __match_args__ = (
        "value",
        "echo_reply",
    )
    KIND = 8
    FIELDS = (
        Field(
            "value",
            display="tcp.options.timestamp.tsval",
            bit_offset=16,
            bits=32,
            source="RFC 7323 section 3.2",
        ),
        Field(
            "echo_reply",
            display="tcp.options.timestamp.tsecr",
            bit_offset=48,
            bits=32,
            source="RFC 7323 section 3.2",
        ),
    )

    def __init__(self, value: int, echo_reply: int) -> None:
        self.value = value
        self.echo_reply = echo_reply

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _TIMESTAMPS.pack(self.value, self.echo_reply)


class FastOpen(Option):
    """Data may come with the SYN (RFC 7413 section 4.1.1).

    Attributes:
        cookie: 4 to 16 bytes; none asks for a cookie (RFC 7413 section 4.1.1).
    """

    __slots__ = ("cookie",)
    __match_args__ = ("cookie",)
    KIND = 34
    FIELDS = (
        Field(
            "cookie",
            display="tcp.options.tfo.cookie",
            bit_offset=16,
            format="bytes",
            source="RFC 7413 section 4.1.1",
        ),
    )

    def __init__(self, cookie: bytes) -> None:
        self.cookie = cookie

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return self.cookie


_TCP_ECHO = struct.Struct("!I")


class TCPEcho(Option):
    """Echo these bytes; obsoleted by the timestamps (RFC 6247) (RFC 1072 section 3)."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    KIND = 6
    FIELDS = (
        Field(
            "value",
            display="tcp.options.echo_value",
            bit_offset=16,
            bits=32,
            source="RFC 1072 section 3",
        ),
    )

    def __init__(self, value: int) -> None:
        self.value = value

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _TCP_ECHO.pack(self.value)


def _read_tcp_echo(data: bytes, offset: int, stop: int) -> TCPEcho | None:
    """The option's data, or None if it does not fit in."""
    tcp_echo = new(TCPEcho)
    if stop - offset < 4:
        return None
    (tcp_echo.value,) = _TCP_ECHO.unpack_from(data, offset)
    offset += 4
    return tcp_echo if offset == stop else None


_TCP_ECHO_REPLY = struct.Struct("!I")


class TCPEchoReply(Option):
    """The bytes that an echo option carried; obsolete (RFC 6247) (RFC 1072 section 3)."""

    __slots__ = ("value",)
    __match_args__ = ("value",)
    KIND = 7
    FIELDS = (
        Field(
            "value",
            display="tcp.options.echo_value",
            bit_offset=16,
            bits=32,
            source="RFC 1072 section 3",
        ),
    )

    def __init__(self, value: int) -> None:
        self.value = value

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _TCP_ECHO_REPLY.pack(self.value)


def _read_tcp_echo_reply(data: bytes, offset: int, stop: int) -> TCPEchoReply | None:
    """The option's data, or None if it does not fit in."""
    tcp_echo_reply = new(TCPEchoReply)
    if stop - offset < 4:
        return None
    (tcp_echo_reply.value,) = _TCP_ECHO_REPLY.unpack_from(data, offset)
    offset += 4
    return tcp_echo_reply if offset == stop else None


class PartialOrderConnectionPermitted(Option):
    """The sender of this SYN understands partial order.

    Obsolete (RFC 6247) (RFC 1693 section 3.1).
    """

    __slots__ = ()
    __match_args__ = ()
    KIND = 9


_PARTIAL_ORDER_CONNECTION_PERMITTED_ = PartialOrderConnectionPermitted()


def _read_partial_order_connection_permitted(
    data: bytes, offset: int, stop: int
) -> PartialOrderConnectionPermitted | None:
    """The option's data, or None if it does not fit in."""
    partial_order_connection_permitted = _PARTIAL_ORDER_CONNECTION_PERMITTED_
    return partial_order_connection_permitted if offset == stop else None


_PARTIAL_ORDER_SERVICE_PROFILE = struct.Struct("!B")


class PartialOrderServiceProfile(Option):
    """Whether a service profile starts or ends here; obsolete (RFC 6247) (RFC 1693 section 3.1).

    Attributes:
        start: First segment (RFC 1693 section 3.1).
        end: Last segment (RFC 1693 section 3.1).
    """

    __slots__ = (
        "end",
        "filler",
        "start",
    )
    __match_args__ = (
        "start",
        "end",
        "filler",
    )
    KIND = 10
    FIELDS = (
        Field("start", bit_offset=16, bits=1, format="bool", source="RFC 1693 section 3.1"),
        Field("end", bit_offset=17, bits=1, format="bool", source="RFC 1693 section 3.1"),
        Field("filler", bit_offset=18, bits=6, source="RFC 1693 section 3.1"),
    )

    def __init__(self, start: bool, end: bool, filler: int = 0) -> None:
        self.start = start
        self.end = end
        self.filler = filler

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if self.start >> 1 or self.end >> 1 or self.filler >> 6:
            raise ValueError("too many bits, or not as many bytes as announced")
        return _PARTIAL_ORDER_SERVICE_PROFILE.pack(self.start << 7 | self.end << 6 | self.filler)


def _read_partial_order_service_profile(
    data: bytes, offset: int, stop: int
) -> PartialOrderServiceProfile | None:
    """The option's data, or None if it does not fit in."""
    partial_order_service_profile = new(PartialOrderServiceProfile)
    if stop - offset < 1:
        return None
    (raw0,) = _PARTIAL_ORDER_SERVICE_PROFILE.unpack_from(data, offset)
    partial_order_service_profile.start = raw0 & 0x80 != 0
    partial_order_service_profile.end = raw0 & 0x40 != 0
    partial_order_service_profile.filler = raw0 & 0x3F
    offset += 1
    return partial_order_service_profile if offset == stop else None


_CONNECTION_COUNT = struct.Struct("!I")


class ConnectionCount(Option):
    """CC: the sender's connection count; obsolete (RFC 6247) (RFC 1644 section 3.1).

    Attributes:
        count: Connection count (RFC 1644 section 3.1).
    """

    __slots__ = ("count",)
    __match_args__ = ("count",)
    KIND = 11
    FIELDS = (
        Field(
            "count",
            display="tcp.options.cc_value",
            bit_offset=16,
            bits=32,
            source="RFC 1644 section 3.1",
        ),
    )

    def __init__(self, count: int) -> None:
        self.count = count

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _CONNECTION_COUNT.pack(self.count)


def _read_connection_count(data: bytes, offset: int, stop: int) -> ConnectionCount | None:
    """The option's data, or None if it does not fit in."""
    connection_count = new(ConnectionCount)
    if stop - offset < 4:
        return None
    (connection_count.count,) = _CONNECTION_COUNT.unpack_from(data, offset)
    offset += 4
    return connection_count if offset == stop else None


_CONNECTION_COUNT_NEW = struct.Struct("!I")


class ConnectionCountNew(Option):
    """CC.NEW: start the count anew; obsolete (RFC 6247) (RFC 1644 section 3.1).

    Attributes:
        count: Connection count (RFC 1644 section 3.1).
    """

    __slots__ = ("count",)
    __match_args__ = ("count",)
    KIND = 12
    FIELDS = (
        Field(
            "count",
            display="tcp.options.cc_value",
            bit_offset=16,
            bits=32,
            source="RFC 1644 section 3.1",
        ),
    )

    def __init__(self, count: int) -> None:
        self.count = count

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _CONNECTION_COUNT_NEW.pack(self.count)


def _read_connection_count_new(data: bytes, offset: int, stop: int) -> ConnectionCountNew | None:
    """The option's data, or None if it does not fit in."""
    connection_count_new = new(ConnectionCountNew)
    if stop - offset < 4:
        return None
    (connection_count_new.count,) = _CONNECTION_COUNT_NEW.unpack_from(data, offset)
    offset += 4
    return connection_count_new if offset == stop else None


_CONNECTION_COUNT_ECHO = struct.Struct("!I")


class ConnectionCountEcho(Option):
    """CC.ECHO: the count received; obsolete (RFC 6247) (RFC 1644 section 3.1).

    Attributes:
        count: Connection count (RFC 1644 section 3.1).
    """

    __slots__ = ("count",)
    __match_args__ = ("count",)
    KIND = 13
    FIELDS = (
        Field(
            "count",
            display="tcp.options.cc_value",
            bit_offset=16,
            bits=32,
            source="RFC 1644 section 3.1",
        ),
    )

    def __init__(self, count: int) -> None:
        self.count = count

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _CONNECTION_COUNT_ECHO.pack(self.count)


def _read_connection_count_echo(data: bytes, offset: int, stop: int) -> ConnectionCountEcho | None:
    """The option's data, or None if it does not fit in."""
    connection_count_echo = new(ConnectionCountEcho)
    if stop - offset < 4:
        return None
    (connection_count_echo.count,) = _CONNECTION_COUNT_ECHO.unpack_from(data, offset)
    offset += 4
    return connection_count_echo if offset == stop else None


_ALTERNATE_CHECKSUM_REQUEST = struct.Struct("!B")


class AlternateChecksumRequest(Option):
    """Use another checksum; obsolete (RFC 6247) (RFC 1146).

    Attributes:
        algorithm: 0 TCP checksum, 1 8-bit Fletcher, 2 16-bit Fletcher (RFC 1146).
    """

    __slots__ = ("algorithm",)
    __match_args__ = ("algorithm",)
    KIND = 14
    FIELDS = (Field("algorithm", bit_offset=16, bits=8, source="RFC 1146"),)

    def __init__(self, algorithm: int) -> None:
        self.algorithm = algorithm

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _ALTERNATE_CHECKSUM_REQUEST.pack(self.algorithm)


def _read_alternate_checksum_request(
    data: bytes, offset: int, stop: int
) -> AlternateChecksumRequest | None:
    """The option's data, or None if it does not fit in."""
    alternate_checksum_request = new(AlternateChecksumRequest)
    if stop - offset < 1:
        return None
    (alternate_checksum_request.algorithm,) = _ALTERNATE_CHECKSUM_REQUEST.unpack_from(data, offset)
    offset += 1
    return alternate_checksum_request if offset == stop else None


class AlternateChecksumData(Option):
    """A checksum of more than 16 bits; obsolete (RFC 6247) (RFC 1146)."""

    __slots__ = ("checksum",)
    __match_args__ = ("checksum",)
    KIND = 15
    FIELDS = (Field("checksum", bit_offset=16, format="bytes", source="RFC 1146"),)

    def __init__(self, checksum: bytes) -> None:
        self.checksum = checksum

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return self.checksum


def _read_alternate_checksum_data(
    data: bytes, offset: int, stop: int
) -> AlternateChecksumData | None:
    """The option's data, or None if it does not fit in."""
    alternate_checksum_data = new(AlternateChecksumData)
    alternate_checksum_data.checksum = data[offset:stop]
    offset = stop
    return alternate_checksum_data


_MD_5_SIGNATURE = struct.Struct("!16s")


class MD5Signature(Option):
    """Digest of segment and shared key; obsoleted by TCP-AO (RFC 5925) (RFC 2385 section 3.0)."""

    __slots__ = ("digest",)
    __match_args__ = ("digest",)
    KIND = 19
    FIELDS = (
        Field(
            "digest",
            display="tcp.options.md5.digest",
            bit_offset=16,
            bits=128,
            format="bytes",
            source="RFC 2385 section 3.0",
        ),
    )

    def __init__(self, digest: bytes) -> None:
        self.digest = digest

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if len(self.digest) != 16:
            raise ValueError("too many bits, or not as many bytes as announced")
        return _MD_5_SIGNATURE.pack(self.digest)


def _read_md_5_signature(data: bytes, offset: int, stop: int) -> MD5Signature | None:
    """The option's data, or None if it does not fit in."""
    md_5_signature = new(MD5Signature)
    if stop - offset < 16:
        return None
    (md_5_signature.digest,) = _MD_5_SIGNATURE.unpack_from(data, offset)
    offset += 16
    return md_5_signature if offset == stop else None


_QUICK_START_RESPONSE = struct.Struct("!BBI")


class QuickStartResponse(Option):
    """The rate that all routers on the way approved (RFC 4782 section 4.3).

    Attributes:
        rate: N: the sender may send 40,000 * 2**N bits per second; 0: not approved (RFC 4782
            section 4.3).
        ttl_difference: Hops (RFC 4782 section 4.3).
    """

    __slots__ = (
        "nonce",
        "rate",
        "reserved",
        "reserved2",
        "ttl_difference",
    )
    __match_args__ = (
        "rate",
        "ttl_difference",
        "nonce",
        "reserved",
        "reserved2",
    )
    KIND = 27
    FIELDS = (
        Field("reserved", bit_offset=16, bits=4, source="RFC 4782 section 4.3"),
        Field(
            "rate",
            display="tcp.options.qs.rate",
            bit_offset=20,
            bits=4,
            source="RFC 4782 section 4.3",
        ),
        Field(
            "ttl_difference",
            display="tcp.options.qs.ttl_diff",
            bit_offset=24,
            bits=8,
            source="RFC 4782 section 4.3",
        ),
        Field("nonce", bit_offset=32, bits=30, format="hex", source="RFC 4782 section 4.3"),
        Field("reserved2", bit_offset=62, bits=2, source="RFC 4782 section 4.3"),
    )

    def __init__(
        self, rate: int, ttl_difference: int, nonce: int, reserved: int = 0, reserved2: int = 0
    ) -> None:
        self.rate = rate
        self.ttl_difference = ttl_difference
        self.nonce = nonce
        self.reserved = reserved
        self.reserved2 = reserved2

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if self.reserved >> 4 or self.rate >> 4 or self.nonce >> 30 or self.reserved2 >> 2:
            raise ValueError("too many bits, or not as many bytes as announced")
        return _QUICK_START_RESPONSE.pack(
            self.reserved << 4 | self.rate, self.ttl_difference, self.nonce << 2 | self.reserved2
        )


def _read_quick_start_response(data: bytes, offset: int, stop: int) -> QuickStartResponse | None:
    """The option's data, or None if it does not fit in."""
    quick_start_response = new(QuickStartResponse)
    if stop - offset < 6:
        return None
    (
        raw0,
        quick_start_response.ttl_difference,
        raw2,
    ) = _QUICK_START_RESPONSE.unpack_from(data, offset)
    quick_start_response.reserved = raw0 >> 4
    quick_start_response.rate = raw0 & 0xF
    quick_start_response.nonce = raw2 >> 2
    quick_start_response.reserved2 = raw2 & 0x3
    offset += 6
    return quick_start_response if offset == stop else None


_USER_TIMEOUT = struct.Struct("!H")


class UserTimeout(Option):
    """How long the sender lets data go unacknowledged (RFC 5482 section 3).

    Attributes:
        in_minutes: The timeout counts minutes, not seconds (RFC 5482 section 3).
    """

    __slots__ = (
        "in_minutes",
        "timeout",
    )
    __match_args__ = (
        "timeout",
        "in_minutes",
    )
    KIND = 28
    FIELDS = (
        Field(
            "in_minutes",
            display="tcp.options.user_to_granularity",
            bit_offset=16,
            bits=1,
            format="bool",
            source="RFC 5482 section 3",
        ),
        Field(
            "timeout",
            display="tcp.options.user_to_val",
            bit_offset=17,
            bits=15,
            source="RFC 5482 section 3",
        ),
    )

    def __init__(self, timeout: int, in_minutes: bool = False) -> None:
        self.timeout = timeout
        self.in_minutes = in_minutes

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if self.in_minutes >> 1 or self.timeout >> 15:
            raise ValueError("too many bits, or not as many bytes as announced")
        return _USER_TIMEOUT.pack(self.in_minutes << 15 | self.timeout)


def _read_user_timeout(data: bytes, offset: int, stop: int) -> UserTimeout | None:
    """The option's data, or None if it does not fit in."""
    user_timeout = new(UserTimeout)
    if stop - offset < 2:
        return None
    (raw0,) = _USER_TIMEOUT.unpack_from(data, offset)
    user_timeout.in_minutes = raw0 & 0x8000 != 0
    user_timeout.timeout = raw0 & 0x7FFF
    offset += 2
    return user_timeout if offset == stop else None


_TCP_AUTHENTICATION = struct.Struct("!BB")


class TCPAuthentication(Option):
    """TCP-AO: message authentication code of the segment (RFC 5925 section 2.2).

    Attributes:
        key_id: Key of this MAC (RFC 5925 section 2.2).
        receive_next_key_id: Key that the sender is ready to receive (RFC 5925 section 2.2).
    """

    __slots__ = (
        "key_id",
        "mac",
        "receive_next_key_id",
    )
    __match_args__ = (
        "key_id",
        "receive_next_key_id",
        "mac",
    )
    KIND = 29
    FIELDS = (
        Field(
            "key_id",
            display="tcp.options.ao.keyid",
            bit_offset=16,
            bits=8,
            source="RFC 5925 section 2.2",
        ),
        Field(
            "receive_next_key_id",
            display="tcp.options.ao.rnextkeyid",
            bit_offset=24,
            bits=8,
            source="RFC 5925 section 2.2",
        ),
        Field(
            "mac",
            display="tcp.options.ao.mac",
            bit_offset=32,
            format="bytes",
            source="RFC 5925 section 2.2",
        ),
    )

    def __init__(self, key_id: int, receive_next_key_id: int, mac: bytes) -> None:
        self.key_id = key_id
        self.receive_next_key_id = receive_next_key_id
        self.mac = mac

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _TCP_AUTHENTICATION.pack(self.key_id, self.receive_next_key_id) + self.mac


def _read_tcp_authentication(data: bytes, offset: int, stop: int) -> TCPAuthentication | None:
    """The option's data, or None if it does not fit in."""
    tcp_authentication = new(TCPAuthentication)
    if stop - offset < 2:
        return None
    (
        tcp_authentication.key_id,
        tcp_authentication.receive_next_key_id,
    ) = _TCP_AUTHENTICATION.unpack_from(data, offset)
    offset += 2
    tcp_authentication.mac = data[offset:stop]
    offset = stop
    return tcp_authentication


_MP_CAPABLE = struct.Struct("!H")


class MPCapable(Option):
    """MP_CAPABLE: this connection may use several paths.

    Keys as far as they are known (RFC 8684 section 3.1).

    Attributes:
        no_more_subflows: No further subflow to this address and port (RFC 8684 section 3.1).
    """

    __slots__ = (
        "checksum",
        "checksum_required",
        "data_length",
        "extensibility",
        "hmac_sha256",
        "no_more_subflows",
        "receiver_key",
        "reserved",
        "sender_key",
        "version",
    )
    __match_args__ = (
        "version",
        "checksum_required",
        "extensibility",
        "no_more_subflows",
        "hmac_sha256",
        "sender_key",
        "receiver_key",
        "data_length",
        "checksum",
        "reserved",
    )
    KIND = 30
    FIELDS = (
        Field(
            "version",
            display="tcp.options.mptcp.version",
            bit_offset=20,
            bits=4,
            source="RFC 8684 section 3.1",
        ),
        Field(
            "checksum_required",
            display="tcp.options.mptcp.checksumreq.flags",
            bit_offset=24,
            bits=1,
            format="bool",
            source="RFC 8684 section 3.1",
        ),
        Field(
            "extensibility",
            display="tcp.options.mptcp.extensibility.flag",
            bit_offset=25,
            bits=1,
            format="bool",
            source="RFC 8684 section 3.1",
        ),
        Field(
            "no_more_subflows",
            display="tcp.options.mptcp.nomoresubflows.flag",
            bit_offset=26,
            bits=1,
            format="bool",
            source="RFC 8684 section 3.1",
        ),
        Field("reserved", bit_offset=27, bits=4, source="RFC 8684 section 3.1"),
        Field(
            "hmac_sha256",
            display="tcp.options.mptcp.sha256.flag",
            bit_offset=31,
            bits=1,
            format="bool",
            source="RFC 8684 section 3.1",
        ),
        Field(
            "sender_key",
            display="tcp.options.mptcp.sendkey",
            bit_offset=32,
            bits=64,
            source="RFC 8684 section 3.1",
        ),
        Field(
            "receiver_key",
            display="tcp.options.mptcp.recvkey",
            bits=64,
            source="RFC 8684 section 3.1",
        ),
        Field(
            "data_length",
            display="tcp.options.mptcp.datalvllen",
            bits=16,
            source="RFC 8684 section 3.1",
        ),
        Field(
            "checksum",
            display="tcp.options.mptcp.checksum",
            bits=16,
            format="hex",
            source="RFC 8684 section 3.1",
        ),
    )

    def __init__(
        self,
        version: int = 1,
        checksum_required: bool = False,
        extensibility: bool = False,
        no_more_subflows: bool = False,
        hmac_sha256: bool = True,
        sender_key: int | None = None,
        receiver_key: int | None = None,
        data_length: int | None = None,
        checksum: int | None = None,
        reserved: int = 0,
    ) -> None:
        self.version = version
        self.checksum_required = checksum_required
        self.extensibility = extensibility
        self.no_more_subflows = no_more_subflows
        self.hmac_sha256 = hmac_sha256
        self.sender_key = sender_key
        self.receiver_key = receiver_key
        self.data_length = data_length
        self.checksum = checksum
        self.reserved = reserved

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if (
            self.version >> 4
            or self.checksum_required >> 1
            or self.extensibility >> 1
            or self.no_more_subflows >> 1
            or self.reserved >> 4
            or self.hmac_sha256 >> 1
        ):
            raise ValueError("too many bits, or not as many bytes as announced")
        return (
            _MP_CAPABLE.pack(
                0x0
                | self.version << 8
                | self.checksum_required << 7
                | self.extensibility << 6
                | self.no_more_subflows << 5
                | self.reserved << 1
                | self.hmac_sha256
            )
            + (b"" if self.sender_key is None else self.sender_key.to_bytes(8))
            + (b"" if self.receiver_key is None else self.receiver_key.to_bytes(8))
            + (b"" if self.data_length is None else self.data_length.to_bytes(2))
            + (b"" if self.checksum is None else self.checksum.to_bytes(2))
        )


def _read_mp_capable(data: bytes, offset: int, stop: int) -> MPCapable | None:
    """The option's data, or None if it does not fit in."""
    mp_capable = new(MPCapable)
    length = stop - offset
    if stop - offset < 2:
        return None
    (raw0,) = _MP_CAPABLE.unpack_from(data, offset)
    if raw0 >> 12 != 0x0:
        return None
    mp_capable.version = raw0 >> 8 & 0xF
    mp_capable.checksum_required = raw0 & 0x80 != 0
    mp_capable.extensibility = raw0 & 0x40 != 0
    mp_capable.no_more_subflows = raw0 & 0x20 != 0
    mp_capable.reserved = raw0 >> 1 & 0xF
    mp_capable.hmac_sha256 = raw0 & 0x1 != 0
    offset += 2
    mp_capable.sender_key = None
    if length in (10, 18, 20, 22):
        if stop - offset < 8:
            return None
        mp_capable.sender_key = from_bytes(data[offset : offset + 8])
        offset += 8
    mp_capable.receiver_key = None
    if length in (18, 20, 22):
        if stop - offset < 8:
            return None
        mp_capable.receiver_key = from_bytes(data[offset : offset + 8])
        offset += 8
    mp_capable.data_length = None
    if length in (20, 22):
        if stop - offset < 2:
            return None
        mp_capable.data_length = from_bytes(data[offset : offset + 2])
        offset += 2
    mp_capable.checksum = None
    if length in (22,):
        if stop - offset < 2:
            return None
        mp_capable.checksum = from_bytes(data[offset : offset + 2])
        offset += 2
    return mp_capable if offset == stop else None


_MP_JOIN_SYN = struct.Struct("!BBII")


class MPJoinSYN(Option):
    """MP_JOIN in a SYN: a further subflow of the connection with this token.

    Source: RFC 8684 section 3.2.

    Attributes:
        backup: Use this subflow when no other is left (RFC 8684 section 3.2).
    """

    __slots__ = (
        "address_id",
        "backup",
        "receiver_token",
        "reserved",
        "sender_random",
    )
    __match_args__ = (
        "address_id",
        "receiver_token",
        "sender_random",
        "backup",
        "reserved",
    )
    KIND = 30
    FIELDS = (
        Field("reserved", bit_offset=20, bits=3, source="RFC 8684 section 3.2"),
        Field(
            "backup",
            display="tcp.options.mptcp.backup.flag",
            bit_offset=23,
            bits=1,
            format="bool",
            source="RFC 8684 section 3.2",
        ),
        Field(
            "address_id",
            display="tcp.options.mptcp.addrid",
            bit_offset=24,
            bits=8,
            source="RFC 8684 section 3.2",
        ),
        Field(
            "receiver_token",
            display="tcp.options.mptcp.recvtok",
            bit_offset=32,
            bits=32,
            source="RFC 8684 section 3.2",
        ),
        Field(
            "sender_random",
            display="tcp.options.mptcp.sendrand",
            bit_offset=64,
            bits=32,
            source="RFC 8684 section 3.2",
        ),
    )

    def __init__(
        self,
        address_id: int,
        receiver_token: int,
        sender_random: int,
        backup: bool = False,
        reserved: int = 0,
    ) -> None:
        self.address_id = address_id
        self.receiver_token = receiver_token
        self.sender_random = sender_random
        self.backup = backup
        self.reserved = reserved

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if self.reserved >> 3 or self.backup >> 1:
            raise ValueError("too many bits, or not as many bytes as announced")
        return _MP_JOIN_SYN.pack(
            0x10 | self.reserved << 1 | self.backup,
            self.address_id,
            self.receiver_token,
            self.sender_random,
        )


def _read_mp_join_syn(data: bytes, offset: int, stop: int) -> MPJoinSYN | None:
    """The option's data, or None if it does not fit in."""
    mp_join_syn = new(MPJoinSYN)
    if stop - offset < 10:
        return None
    (
        raw0,
        mp_join_syn.address_id,
        mp_join_syn.receiver_token,
        mp_join_syn.sender_random,
    ) = _MP_JOIN_SYN.unpack_from(data, offset)
    if raw0 >> 4 != 0x1:
        return None
    mp_join_syn.reserved = raw0 >> 1 & 0x7
    mp_join_syn.backup = raw0 & 0x1 != 0
    offset += 10
    return mp_join_syn if offset == stop else None


_MP_JOIN_SYNACK = struct.Struct("!BBQI")


class MPJoinSYNACK(Option):
    """MP_JOIN in the answer to a SYN (RFC 8684 section 3.2).

    Attributes:
        backup: Use this subflow when no other is left (RFC 8684 section 3.2).
    """

    __slots__ = (
        "address_id",
        "backup",
        "reserved",
        "sender_random",
        "sender_truncated_hmac",
    )
    __match_args__ = (
        "address_id",
        "sender_truncated_hmac",
        "sender_random",
        "backup",
        "reserved",
    )
    KIND = 30
    FIELDS = (
        Field("reserved", bit_offset=20, bits=3, source="RFC 8684 section 3.2"),
        Field(
            "backup",
            display="tcp.options.mptcp.backup.flag",
            bit_offset=23,
            bits=1,
            format="bool",
            source="RFC 8684 section 3.2",
        ),
        Field(
            "address_id",
            display="tcp.options.mptcp.addrid",
            bit_offset=24,
            bits=8,
            source="RFC 8684 section 3.2",
        ),
        Field(
            "sender_truncated_hmac",
            display="tcp.options.mptcp.sendtrunchmac",
            bit_offset=32,
            bits=64,
            source="RFC 8684 section 3.2",
        ),
        Field(
            "sender_random",
            display="tcp.options.mptcp.sendrand",
            bit_offset=96,
            bits=32,
            source="RFC 8684 section 3.2",
        ),
    )

    def __init__(
        self,
        address_id: int,
        sender_truncated_hmac: int,
        sender_random: int,
        backup: bool = False,
        reserved: int = 0,
    ) -> None:
        self.address_id = address_id
        self.sender_truncated_hmac = sender_truncated_hmac
        self.sender_random = sender_random
        self.backup = backup
        self.reserved = reserved

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if self.reserved >> 3 or self.backup >> 1:
            raise ValueError("too many bits, or not as many bytes as announced")
        return _MP_JOIN_SYNACK.pack(
            0x10 | self.reserved << 1 | self.backup,
            self.address_id,
            self.sender_truncated_hmac,
            self.sender_random,
        )


def _read_mp_join_synack(data: bytes, offset: int, stop: int) -> MPJoinSYNACK | None:
    """The option's data, or None if it does not fit in."""
    mp_join_synack = new(MPJoinSYNACK)
    if stop - offset < 14:
        return None
    (
        raw0,
        mp_join_synack.address_id,
        mp_join_synack.sender_truncated_hmac,
        mp_join_synack.sender_random,
    ) = _MP_JOIN_SYNACK.unpack_from(data, offset)
    if raw0 >> 4 != 0x1:
        return None
    mp_join_synack.reserved = raw0 >> 1 & 0x7
    mp_join_synack.backup = raw0 & 0x1 != 0
    offset += 14
    return mp_join_synack if offset == stop else None


_MP_JOIN_ACK = struct.Struct("!H20s")


class MPJoinACK(Option):
    """MP_JOIN in the third segment of a handshake (RFC 8684 section 3.2)."""

    __slots__ = (
        "reserved",
        "sender_hmac",
    )
    __match_args__ = (
        "sender_hmac",
        "reserved",
    )
    KIND = 30
    FIELDS = (
        Field("reserved", bit_offset=20, bits=12, source="RFC 8684 section 3.2"),
        Field(
            "sender_hmac",
            display="tcp.options.mptcp.sendhmac",
            bit_offset=32,
            bits=160,
            format="bytes",
            source="RFC 8684 section 3.2",
        ),
    )

    def __init__(self, sender_hmac: bytes, reserved: int = 0) -> None:
        self.sender_hmac = sender_hmac
        self.reserved = reserved

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if self.reserved >> 12 or len(self.sender_hmac) != 20:
            raise ValueError("too many bits, or not as many bytes as announced")
        return _MP_JOIN_ACK.pack(0x1000 | self.reserved, self.sender_hmac)


def _read_mp_join_ack(data: bytes, offset: int, stop: int) -> MPJoinACK | None:
    """The option's data, or None if it does not fit in."""
    mp_join_ack = new(MPJoinACK)
    if stop - offset < 22:
        return None
    (
        raw0,
        mp_join_ack.sender_hmac,
    ) = _MP_JOIN_ACK.unpack_from(data, offset)
    if raw0 >> 12 != 0x1:
        return None
    mp_join_ack.reserved = raw0 & 0xFFF
    offset += 22
    return mp_join_ack if offset == stop else None


_DATA_SEQUENCE_SIGNAL = struct.Struct("!H")


class DataSequenceSignal(Option):
    """DSS: which bytes of the whole connection these are, and up to where data arrived.

    Source: RFC 8684 section 3.3.

    Attributes:
        data_fin: No more data (RFC 8684 section 3.3).
        subflow_sequence_number: Relative to the subflow's initial sequence number (RFC 8684 section
            3.3).
    """

    __slots__ = (
        "checksum",
        "data_ack",
        "data_ack_is_8_bytes",
        "data_ack_present",
        "data_fin",
        "data_length",
        "data_sequence_is_8_bytes",
        "data_sequence_number",
        "mapping_present",
        "reserved",
        "subflow_sequence_number",
    )
    __match_args__ = (
        "data_fin",
        "data_sequence_is_8_bytes",
        "mapping_present",
        "data_ack_is_8_bytes",
        "data_ack_present",
        "data_ack",
        "data_sequence_number",
        "subflow_sequence_number",
        "data_length",
        "checksum",
        "reserved",
    )
    KIND = 30
    FIELDS = (
        Field("reserved", bit_offset=20, bits=7, source="RFC 8684 section 3.3"),
        Field(
            "data_fin",
            display="tcp.options.mptcp.datafin.flag",
            bit_offset=27,
            bits=1,
            format="bool",
            source="RFC 8684 section 3.3",
        ),
        Field(
            "data_sequence_is_8_bytes",
            display="tcp.options.mptcp.dseqn8.flag",
            bit_offset=28,
            bits=1,
            format="bool",
            source="RFC 8684 section 3.3",
        ),
        Field(
            "mapping_present",
            display="tcp.options.mptcp.dseqnpresent.flag",
            bit_offset=29,
            bits=1,
            format="bool",
            source="RFC 8684 section 3.3",
        ),
        Field(
            "data_ack_is_8_bytes",
            display="tcp.options.mptcp.dataack8.flag",
            bit_offset=30,
            bits=1,
            format="bool",
            source="RFC 8684 section 3.3",
        ),
        Field(
            "data_ack_present",
            display="tcp.options.mptcp.dataackpresent.flag",
            bit_offset=31,
            bits=1,
            format="bool",
            source="RFC 8684 section 3.3",
        ),
        Field(
            "data_ack",
            display="tcp.options.mptcp.rawdataack",
            bit_offset=32,
            source="RFC 8684 section 3.3",
        ),
        Field(
            "data_sequence_number",
            display="tcp.options.mptcp.rawdataseqno",
            source="RFC 8684 section 3.3",
        ),
        Field(
            "subflow_sequence_number",
            display="tcp.options.mptcp.subflowseqno",
            bits=32,
            source="RFC 8684 section 3.3",
        ),
        Field(
            "data_length",
            display="tcp.options.mptcp.datalvllen",
            bits=16,
            source="RFC 8684 section 3.3",
        ),
        Field("checksum", bits=16, format="hex", source="RFC 8684 section 3.3"),
    )

    def __init__(
        self,
        data_fin: bool = False,
        data_sequence_is_8_bytes: bool = False,
        mapping_present: int = AUTO,
        data_ack_is_8_bytes: bool = False,
        data_ack_present: int = AUTO,
        data_ack: int | None = None,
        data_sequence_number: int | None = None,
        subflow_sequence_number: int | None = None,
        data_length: int | None = None,
        checksum: int | None = None,
        reserved: int = 0,
    ) -> None:
        self.data_fin = data_fin
        self.data_sequence_is_8_bytes = data_sequence_is_8_bytes
        self.data_ack_is_8_bytes = data_ack_is_8_bytes
        self.data_ack = data_ack
        self.data_sequence_number = data_sequence_number
        self.subflow_sequence_number = subflow_sequence_number
        self.data_length = data_length
        self.checksum = checksum
        self.reserved = reserved
        self.mapping_present = (
            self.data_sequence_number is not None if mapping_present is AUTO else mapping_present
        )
        self.data_ack_present = (
            self.data_ack is not None if data_ack_present is AUTO else data_ack_present
        )

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if (
            self.reserved >> 7
            or self.data_fin >> 1
            or self.data_sequence_is_8_bytes >> 1
            or self.mapping_present >> 1
            or self.data_ack_is_8_bytes >> 1
            or self.data_ack_present >> 1
            or (self.data_ack is None)
            != (((8 if self.data_ack_is_8_bytes else 4) if self.data_ack_present else 0) == 0)
            or (self.data_sequence_number is None)
            != (((8 if self.data_sequence_is_8_bytes else 4) if self.mapping_present else 0) == 0)
            or (self.subflow_sequence_number is None) != ((4 if self.mapping_present else 0) == 0)
            or (self.data_length is None) != ((2 if self.mapping_present else 0) == 0)
        ):
            raise ValueError("too many bits, or not as many bytes as announced")
        return (
            _DATA_SEQUENCE_SIGNAL.pack(
                0x2000
                | self.reserved << 5
                | self.data_fin << 4
                | self.data_sequence_is_8_bytes << 3
                | self.mapping_present << 2
                | self.data_ack_is_8_bytes << 1
                | self.data_ack_present
            )
            + (
                b""
                if self.data_ack is None
                else self.data_ack.to_bytes(
                    (8 if self.data_ack_is_8_bytes else 4) if self.data_ack_present else 0
                )
            )
            + (
                b""
                if self.data_sequence_number is None
                else self.data_sequence_number.to_bytes(
                    (8 if self.data_sequence_is_8_bytes else 4) if self.mapping_present else 0
                )
            )
            + (
                b""
                if self.subflow_sequence_number is None
                else self.subflow_sequence_number.to_bytes(4 if self.mapping_present else 0)
            )
            + (
                b""
                if self.data_length is None
                else self.data_length.to_bytes(2 if self.mapping_present else 0)
            )
            + (b"" if self.checksum is None else self.checksum.to_bytes(2))
        )


def _read_data_sequence_signal(data: bytes, offset: int, stop: int) -> DataSequenceSignal | None:
    """The option's data, or None if it does not fit in."""
    data_sequence_signal = new(DataSequenceSignal)
    length = stop - offset
    if stop - offset < 2:
        return None
    (raw0,) = _DATA_SEQUENCE_SIGNAL.unpack_from(data, offset)
    if raw0 >> 12 != 0x2:
        return None
    data_sequence_signal.reserved = raw0 >> 5 & 0x7F
    data_sequence_signal.data_fin = raw0 & 0x10 != 0
    data_sequence_signal.data_sequence_is_8_bytes = raw0 & 0x8 != 0
    data_sequence_signal.mapping_present = raw0 & 0x4 != 0
    data_sequence_signal.data_ack_is_8_bytes = raw0 & 0x2 != 0
    data_sequence_signal.data_ack_present = raw0 & 0x1 != 0
    offset += 2
    data_sequence_signal.data_ack = None
    size = (
        (8 if data_sequence_signal.data_ack_is_8_bytes else 4)
        if data_sequence_signal.data_ack_present
        else 0
    )
    if size:
        if stop - offset < size:
            return None
        data_sequence_signal.data_ack = from_bytes(data[offset : offset + size])
        offset += size
    data_sequence_signal.data_sequence_number = None
    size = (
        (8 if data_sequence_signal.data_sequence_is_8_bytes else 4)
        if data_sequence_signal.mapping_present
        else 0
    )
    if size:
        if stop - offset < size:
            return None
        data_sequence_signal.data_sequence_number = from_bytes(data[offset : offset + size])
        offset += size
    data_sequence_signal.subflow_sequence_number = None
    size = 4 if data_sequence_signal.mapping_present else 0
    if size:
        if stop - offset < size:
            return None
        data_sequence_signal.subflow_sequence_number = from_bytes(data[offset : offset + size])
        offset += size
    data_sequence_signal.data_length = None
    size = 2 if data_sequence_signal.mapping_present else 0
    if size:
        if stop - offset < size:
            return None
        data_sequence_signal.data_length = from_bytes(data[offset : offset + size])
        offset += size
    data_sequence_signal.checksum = None
    if length in (14, 18, 22, 26):
        if stop - offset < 2:
            return None
        data_sequence_signal.checksum = from_bytes(data[offset : offset + 2])
        offset += 2
    return data_sequence_signal if offset == stop else None


_ADD_ADDRESS = struct.Struct("!BB")


class AddAddress(Option):
    """ADD_ADDR: a further address of the sender, of either IP version (RFC 8684 section 3.4.1).

    Attributes:
        echo: The address has been received (RFC 8684 section 3.4.1).
    """

    __slots__ = (
        "address_id",
        "echo",
        "ipv4",
        "ipv6",
        "port",
        "reserved",
        "truncated_hmac",
    )
    __match_args__ = (
        "address_id",
        "echo",
        "ipv4",
        "ipv6",
        "port",
        "truncated_hmac",
        "reserved",
    )
    KIND = 30
    FIELDS = (
        Field("reserved", bit_offset=20, bits=3, source="RFC 8684 section 3.4.1"),
        Field(
            "echo",
            display="tcp.options.mptcp.echo",
            bit_offset=23,
            bits=1,
            format="bool",
            source="RFC 8684 section 3.4.1",
        ),
        Field(
            "address_id",
            display="tcp.options.mptcp.addrid",
            bit_offset=24,
            bits=8,
            source="RFC 8684 section 3.4.1",
        ),
        Field(
            "ipv4",
            display="tcp.options.mptcp.ipv4",
            bit_offset=32,
            bits=32,
            format="ipv4",
            source="RFC 8684 section 3.4.1",
        ),
        Field(
            "ipv6",
            display="tcp.options.mptcp.ipv6",
            bits=128,
            format="ipv6",
            source="RFC 8684 section 3.4.1",
        ),
        Field("port", display="tcp.options.mptcp.port", bits=16, source="RFC 8684 section 3.4.1"),
        Field(
            "truncated_hmac",
            display="tcp.options.mptcp.addaddrtrunchmac",
            bits=64,
            source="RFC 8684 section 3.4.1",
        ),
    )

    def __init__(
        self,
        address_id: int,
        echo: bool = False,
        ipv4: AddressLike | None = None,
        ipv6: AddressLike | None = None,
        port: int | None = None,
        truncated_hmac: int | None = None,
        reserved: int = 0,
    ) -> None:
        self.address_id = address_id
        self.echo = echo
        self.ipv4 = (
            None if ipv4 is None else address_argument(AddAddress, "ipv4", ipv4, ipv4_address)
        )
        self.ipv6 = (
            None if ipv6 is None else address_argument(AddAddress, "ipv6", ipv6, ipv6_address)
        )
        self.port = port
        self.truncated_hmac = truncated_hmac
        self.reserved = reserved

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if (
            self.reserved >> 3
            or self.echo >> 1
            or (self.ipv4 is not None and len(self.ipv4) != 4)
            or (self.ipv6 is not None and len(self.ipv6) != 16)
        ):
            raise ValueError("too many bits, or not as many bytes as announced")
        return (
            _ADD_ADDRESS.pack(0x30 | self.reserved << 1 | self.echo, self.address_id)
            + (self.ipv4 or b"")
            + (self.ipv6 or b"")
            + (b"" if self.port is None else self.port.to_bytes(2))
            + (b"" if self.truncated_hmac is None else self.truncated_hmac.to_bytes(8))
        )


def _read_add_address(data: bytes, offset: int, stop: int) -> AddAddress | None:
    """The option's data, or None if it does not fit in."""
    add_address = new(AddAddress)
    length = stop - offset
    if stop - offset < 2:
        return None
    (
        raw0,
        add_address.address_id,
    ) = _ADD_ADDRESS.unpack_from(data, offset)
    if raw0 >> 4 != 0x3:
        return None
    add_address.reserved = raw0 >> 1 & 0x7
    add_address.echo = raw0 & 0x1 != 0
    offset += 2
    add_address.ipv4 = None
    if length in (6, 8, 14, 16):
        if stop - offset < 4:
            return None
        add_address.ipv4 = data[offset : offset + 4]
        offset += 4
    add_address.ipv6 = None
    if length in (18, 20, 26, 28):
        if stop - offset < 16:
            return None
        add_address.ipv6 = data[offset : offset + 16]
        offset += 16
    add_address.port = None
    if length in (8, 16, 20, 28):
        if stop - offset < 2:
            return None
        add_address.port = from_bytes(data[offset : offset + 2])
        offset += 2
    add_address.truncated_hmac = None
    if length in (14, 16, 26, 28):
        if stop - offset < 8:
            return None
        add_address.truncated_hmac = from_bytes(data[offset : offset + 8])
        offset += 8
    return add_address if offset == stop else None


_REMOVE_ADDRESS = struct.Struct("!B")
_REMOVE_ADDRESS_ADDRESS_IDS = struct.Struct("!B")


class RemoveAddress(Option):
    """REMOVE_ADDR: addresses that the sender has lost (RFC 8684 section 3.4.2)."""

    __slots__ = (
        "address_ids",
        "reserved",
    )
    __match_args__ = (
        "address_ids",
        "reserved",
    )
    KIND = 30
    FIELDS = (
        Field("reserved", bit_offset=20, bits=4, source="RFC 8684 section 3.4.2"),
        Field(
            "address_ids",
            display="tcp.options.mptcp.addrid",
            bit_offset=24,
            source="RFC 8684 section 3.4.2",
        ),
    )

    def __init__(self, address_ids: Iterable[int], reserved: int = 0) -> None:
        self.address_ids = items_argument(RemoveAddress, "address_ids", address_ids)
        self.reserved = reserved

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if self.reserved >> 4:
            raise ValueError("too many bits, or not as many bytes as announced")
        return _REMOVE_ADDRESS.pack(0x40 | self.reserved) + b"".join(
            [_REMOVE_ADDRESS_ADDRESS_IDS.pack(one) for one in self.address_ids]
        )


def _read_remove_address(data: bytes, offset: int, stop: int) -> RemoveAddress | None:
    """The option's data, or None if it does not fit in."""
    remove_address = new(RemoveAddress)
    if stop - offset < 1:
        return None
    (raw0,) = _REMOVE_ADDRESS.unpack_from(data, offset)
    if raw0 >> 4 != 0x4:
        return None
    remove_address.reserved = raw0 & 0xF
    offset += 1
    remove_address.address_ids = tuple(
        [item for (item,) in _REMOVE_ADDRESS_ADDRESS_IDS.iter_unpack(data[offset:stop])]
    )
    offset = stop
    return remove_address


_MP_PRIORITY = struct.Struct("!B")


class MPPriority(Option):
    """MP_PRIO: whether this subflow is a backup from now on (RFC 8684 section 3.3.8).

    Attributes:
        address_id: In version 0 only (RFC 8684 section 3.3.8).
    """

    __slots__ = (
        "address_id",
        "backup",
        "reserved",
    )
    __match_args__ = (
        "backup",
        "address_id",
        "reserved",
    )
    KIND = 30
    FIELDS = (
        Field("reserved", bit_offset=20, bits=3, source="RFC 8684 section 3.3.8"),
        Field(
            "backup",
            display="tcp.options.mptcp.backup.flag",
            bit_offset=23,
            bits=1,
            format="bool",
            source="RFC 8684 section 3.3.8",
        ),
        Field(
            "address_id",
            display="tcp.options.mptcp.addrid",
            bit_offset=24,
            bits=8,
            source="RFC 8684 section 3.3.8",
        ),
    )

    def __init__(
        self, backup: bool = False, address_id: int | None = None, reserved: int = 0
    ) -> None:
        self.backup = backup
        self.address_id = address_id
        self.reserved = reserved

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if self.reserved >> 3 or self.backup >> 1:
            raise ValueError("too many bits, or not as many bytes as announced")
        return _MP_PRIORITY.pack(0x50 | self.reserved << 1 | self.backup) + (
            b"" if self.address_id is None else self.address_id.to_bytes(1)
        )


def _read_mp_priority(data: bytes, offset: int, stop: int) -> MPPriority | None:
    """The option's data, or None if it does not fit in."""
    mp_priority = new(MPPriority)
    length = stop - offset
    if stop - offset < 1:
        return None
    (raw0,) = _MP_PRIORITY.unpack_from(data, offset)
    if raw0 >> 4 != 0x5:
        return None
    mp_priority.reserved = raw0 >> 1 & 0x7
    mp_priority.backup = raw0 & 0x1 != 0
    offset += 1
    mp_priority.address_id = None
    if length in (2,):
        if stop - offset < 1:
            return None
        mp_priority.address_id = from_bytes(data[offset : offset + 1])
        offset += 1
    return mp_priority if offset == stop else None


_MP_FAIL = struct.Struct("!HQ")


class MPFail(Option):
    """MP_FAIL: a checksum was wrong from here on (RFC 8684 section 3.7)."""

    __slots__ = (
        "data_sequence_number",
        "reserved",
    )
    __match_args__ = (
        "data_sequence_number",
        "reserved",
    )
    KIND = 30
    FIELDS = (
        Field("reserved", bit_offset=20, bits=12, source="RFC 8684 section 3.7"),
        Field(
            "data_sequence_number",
            display="tcp.options.mptcp.rawdataseqno",
            bit_offset=32,
            bits=64,
            source="RFC 8684 section 3.7",
        ),
    )

    def __init__(self, data_sequence_number: int, reserved: int = 0) -> None:
        self.data_sequence_number = data_sequence_number
        self.reserved = reserved

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if self.reserved >> 12:
            raise ValueError("too many bits, or not as many bytes as announced")
        return _MP_FAIL.pack(0x6000 | self.reserved, self.data_sequence_number)


def _read_mp_fail(data: bytes, offset: int, stop: int) -> MPFail | None:
    """The option's data, or None if it does not fit in."""
    mp_fail = new(MPFail)
    if stop - offset < 10:
        return None
    (
        raw0,
        mp_fail.data_sequence_number,
    ) = _MP_FAIL.unpack_from(data, offset)
    if raw0 >> 12 != 0x6:
        return None
    mp_fail.reserved = raw0 & 0xFFF
    offset += 10
    return mp_fail if offset == stop else None


_MP_FAST_CLOSE = struct.Struct("!HQ")


class MPFastClose(Option):
    """MP_FASTCLOSE: the whole connection is reset (RFC 8684 section 3.5)."""

    __slots__ = (
        "receiver_key",
        "reserved",
    )
    __match_args__ = (
        "receiver_key",
        "reserved",
    )
    KIND = 30
    FIELDS = (
        Field("reserved", bit_offset=20, bits=12, source="RFC 8684 section 3.5"),
        Field(
            "receiver_key",
            display="tcp.options.mptcp.recvkey",
            bit_offset=32,
            bits=64,
            source="RFC 8684 section 3.5",
        ),
    )

    def __init__(self, receiver_key: int, reserved: int = 0) -> None:
        self.receiver_key = receiver_key
        self.reserved = reserved

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if self.reserved >> 12:
            raise ValueError("too many bits, or not as many bytes as announced")
        return _MP_FAST_CLOSE.pack(0x7000 | self.reserved, self.receiver_key)


def _read_mp_fast_close(data: bytes, offset: int, stop: int) -> MPFastClose | None:
    """The option's data, or None if it does not fit in."""
    mp_fast_close = new(MPFastClose)
    if stop - offset < 10:
        return None
    (
        raw0,
        mp_fast_close.receiver_key,
    ) = _MP_FAST_CLOSE.unpack_from(data, offset)
    if raw0 >> 12 != 0x7:
        return None
    mp_fast_close.reserved = raw0 & 0xFFF
    offset += 10
    return mp_fast_close if offset == stop else None


_MP_RESET = struct.Struct("!BB")


class MPReset(Option):
    """MP_TCPRST: why this subflow is reset (RFC 8684 section 3.6).

    Attributes:
        transient: It may work again later (RFC 8684 section 3.6).
    """

    __slots__ = (
        "flag_u",
        "flag_v",
        "flag_w",
        "reason",
        "transient",
    )
    __match_args__ = (
        "reason",
        "flag_u",
        "flag_v",
        "flag_w",
        "transient",
    )
    KIND = 30
    FIELDS = (
        Field(
            "flag_u",
            display="tcp.options.mptcp.flag_U.flag",
            bit_offset=20,
            bits=1,
            format="bool",
            source="RFC 8684 section 3.6",
        ),
        Field(
            "flag_v",
            display="tcp.options.mptcp.flag_V.flag",
            bit_offset=21,
            bits=1,
            format="bool",
            source="RFC 8684 section 3.6",
        ),
        Field(
            "flag_w",
            display="tcp.options.mptcp.flag_W.flag",
            bit_offset=22,
            bits=1,
            format="bool",
            source="RFC 8684 section 3.6",
        ),
        Field(
            "transient",
            display="tcp.options.mptcp.flag_T.flag",
            bit_offset=23,
            bits=1,
            format="bool",
            source="RFC 8684 section 3.6",
        ),
        Field(
            "reason",
            display="tcp.options.mptcp.rst_reason",
            bit_offset=24,
            bits=8,
            source="RFC 8684 section 3.6",
        ),
    )

    def __init__(
        self,
        reason: int,
        flag_u: bool = False,
        flag_v: bool = False,
        flag_w: bool = False,
        transient: bool = False,
    ) -> None:
        self.reason = reason
        self.flag_u = flag_u
        self.flag_v = flag_v
        self.flag_w = flag_w
        self.transient = transient

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if self.flag_u >> 1 or self.flag_v >> 1 or self.flag_w >> 1 or self.transient >> 1:
            raise ValueError("too many bits, or not as many bytes as announced")
        return _MP_RESET.pack(
            0x80 | self.flag_u << 3 | self.flag_v << 2 | self.flag_w << 1 | self.transient,
            self.reason,
        )


def _read_mp_reset(data: bytes, offset: int, stop: int) -> MPReset | None:
    """The option's data, or None if it does not fit in."""
    mp_reset = new(MPReset)
    if stop - offset < 2:
        return None
    (
        raw0,
        mp_reset.reason,
    ) = _MP_RESET.unpack_from(data, offset)
    if raw0 >> 4 != 0x8:
        return None
    mp_reset.flag_u = raw0 & 0x8 != 0
    mp_reset.flag_v = raw0 & 0x4 != 0
    mp_reset.flag_w = raw0 & 0x2 != 0
    mp_reset.transient = raw0 & 0x1 != 0
    offset += 2
    return mp_reset if offset == stop else None


class EncryptionNegotiation(Option):
    """TCP-ENO: the encryption protocols that the sender offers (RFC 8547 section 4.1)."""

    __slots__ = ("suboptions",)
    __match_args__ = ("suboptions",)
    KIND = 69
    FIELDS = (Field("suboptions", bit_offset=16, format="bytes", source="RFC 8547 section 4.1"),)

    def __init__(self, suboptions: bytes) -> None:
        self.suboptions = suboptions

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return self.suboptions


def _read_encryption_negotiation(
    data: bytes, offset: int, stop: int
) -> EncryptionNegotiation | None:
    """The option's data, or None if it does not fit in."""
    encryption_negotiation = new(EncryptionNegotiation)
    encryption_negotiation.suboptions = data[offset:stop]
    offset = stop
    return encryption_negotiation


class AccurateECN0(Option):
    """Byte counters, ECT(0) first (RFC 9768 section 3.2.3).

    Attributes:
        ee0b: Bytes in packets that arrived with ECT(0) (RFC 9768 section 3.2.3).
        eceb: Bytes in packets that arrived with CE (RFC 9768 section 3.2.3).
        ee1b: Bytes in packets that arrived with ECT(1) (RFC 9768 section 3.2.3).
    """

    __slots__ = (
        "eceb",
        "ee0b",
        "ee1b",
    )
    __match_args__ = (
        "ee0b",
        "eceb",
        "ee1b",
    )
    KIND = 172
    FIELDS = (
        Field(
            "ee0b",
            display="tcp.options.acc_ecn.ee0b",
            bit_offset=16,
            bits=24,
            source="RFC 9768 section 3.2.3",
        ),
        Field("eceb", display="tcp.options.acc_ecn.eceb", bits=24, source="RFC 9768 section 3.2.3"),
        Field("ee1b", display="tcp.options.acc_ecn.ee1b", bits=24, source="RFC 9768 section 3.2.3"),
    )

    def __init__(
        self, ee0b: int | None = None, eceb: int | None = None, ee1b: int | None = None
    ) -> None:
        self.ee0b = ee0b
        self.eceb = eceb
        self.ee1b = ee1b

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return (
            (b"" if self.ee0b is None else self.ee0b.to_bytes(3))
            + (b"" if self.eceb is None else self.eceb.to_bytes(3))
            + (b"" if self.ee1b is None else self.ee1b.to_bytes(3))
        )


def _read_accurate_ecn_0(data: bytes, offset: int, stop: int) -> AccurateECN0 | None:
    """The option's data, or None if it does not fit in."""
    accurate_ecn_0 = new(AccurateECN0)
    length = stop - offset
    accurate_ecn_0.ee0b = None
    if length in (3, 6, 9):
        if stop - offset < 3:
            return None
        accurate_ecn_0.ee0b = from_bytes(data[offset : offset + 3])
        offset += 3
    accurate_ecn_0.eceb = None
    if length in (6, 9):
        if stop - offset < 3:
            return None
        accurate_ecn_0.eceb = from_bytes(data[offset : offset + 3])
        offset += 3
    accurate_ecn_0.ee1b = None
    if length in (9,):
        if stop - offset < 3:
            return None
        accurate_ecn_0.ee1b = from_bytes(data[offset : offset + 3])
        offset += 3
    return accurate_ecn_0 if offset == stop else None


class AccurateECN1(Option):
    """Byte counters, ECT(1) first (RFC 9768 section 3.2.3).

    Attributes:
        ee1b: Bytes in packets that arrived with ECT(1) (RFC 9768 section 3.2.3).
        eceb: Bytes in packets that arrived with CE (RFC 9768 section 3.2.3).
        ee0b: Bytes in packets that arrived with ECT(0) (RFC 9768 section 3.2.3).
    """

    __slots__ = (
        "eceb",
        "ee0b",
        "ee1b",
    )
    __match_args__ = (
        "ee1b",
        "eceb",
        "ee0b",
    )
    KIND = 174
    FIELDS = (
        Field(
            "ee1b",
            display="tcp.options.acc_ecn.ee1b",
            bit_offset=16,
            bits=24,
            source="RFC 9768 section 3.2.3",
        ),
        Field("eceb", display="tcp.options.acc_ecn.eceb", bits=24, source="RFC 9768 section 3.2.3"),
        Field("ee0b", display="tcp.options.acc_ecn.ee0b", bits=24, source="RFC 9768 section 3.2.3"),
    )

    def __init__(
        self, ee1b: int | None = None, eceb: int | None = None, ee0b: int | None = None
    ) -> None:
        self.ee1b = ee1b
        self.eceb = eceb
        self.ee0b = ee0b

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return (
            (b"" if self.ee1b is None else self.ee1b.to_bytes(3))
            + (b"" if self.eceb is None else self.eceb.to_bytes(3))
            + (b"" if self.ee0b is None else self.ee0b.to_bytes(3))
        )


def _read_accurate_ecn_1(data: bytes, offset: int, stop: int) -> AccurateECN1 | None:
    """The option's data, or None if it does not fit in."""
    accurate_ecn_1 = new(AccurateECN1)
    length = stop - offset
    accurate_ecn_1.ee1b = None
    if length in (3, 6, 9):
        if stop - offset < 3:
            return None
        accurate_ecn_1.ee1b = from_bytes(data[offset : offset + 3])
        offset += 3
    accurate_ecn_1.eceb = None
    if length in (6, 9):
        if stop - offset < 3:
            return None
        accurate_ecn_1.eceb = from_bytes(data[offset : offset + 3])
        offset += 3
    accurate_ecn_1.ee0b = None
    if length in (9,):
        if stop - offset < 3:
            return None
        accurate_ecn_1.ee0b = from_bytes(data[offset : offset + 3])
        offset += 3
    return accurate_ecn_1 if offset == stop else None


_FAST_OPEN_EXPERIMENT = struct.Struct("!H")


class FastOpenExperiment(Option):
    """Fast Open as it was before it had a kind of its own (RFC 7413 appendix A).

    Attributes:
        cookie: 4 to 16 bytes; none asks for a cookie (RFC 7413 section 4.1.1).
    """

    __slots__ = ("cookie",)
    __match_args__ = ("cookie",)
    KIND = 254
    FIELDS = (
        Field(
            "cookie",
            display="tcp.options.tfo.cookie",
            bit_offset=32,
            format="bytes",
            source="RFC 7413 section 4.1.1",
        ),
    )

    def __init__(self, cookie: bytes) -> None:
        self.cookie = cookie

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _FAST_OPEN_EXPERIMENT.pack(0xF989) + self.cookie


def _read_fast_open_experiment(data: bytes, offset: int, stop: int) -> FastOpenExperiment | None:
    """The option's data, or None if it does not fit in."""
    fast_open_experiment = new(FastOpenExperiment)
    if stop - offset < 2:
        return None
    (raw0,) = _FAST_OPEN_EXPERIMENT.unpack_from(data, offset)
    if raw0 != 0xF989:
        return None
    offset += 2
    fast_open_experiment.cookie = data[offset:stop]
    offset = stop
    return fast_open_experiment


_TCP_EXPERIMENT1 = struct.Struct("!H")


class TCPExperiment1(Option):
    """An experiment that shares its kind (RFC 6994 section 3).

    Attributes:
        experiment_id: Which experiment it is (IANA, TCP Experimental Option Experiment Identifiers)
            (RFC 6994 section 3).
    """

    __slots__ = (
        "data",
        "experiment_id",
    )
    __match_args__ = (
        "experiment_id",
        "data",
    )
    KIND = 253
    FIELDS = (
        Field(
            "experiment_id",
            display="tcp.options.experimental.exid",
            bit_offset=16,
            bits=16,
            format="hex",
            source="RFC 6994 section 3",
        ),
        Field(
            "data",
            display="tcp.options.experimental.data",
            bit_offset=32,
            format="bytes",
            source="RFC 6994 section 3",
        ),
    )

    def __init__(self, experiment_id: int, data: bytes) -> None:
        self.experiment_id = experiment_id
        self.data = data

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _TCP_EXPERIMENT1.pack(self.experiment_id) + self.data


def _read_tcp_experiment1(data: bytes, offset: int, stop: int) -> TCPExperiment1 | None:
    """The option's data, or None if it does not fit in."""
    tcp_experiment1 = new(TCPExperiment1)
    if stop - offset < 2:
        return None
    (tcp_experiment1.experiment_id,) = _TCP_EXPERIMENT1.unpack_from(data, offset)
    offset += 2
    tcp_experiment1.data = data[offset:stop]
    offset = stop
    return tcp_experiment1


_TCP_EXPERIMENT2 = struct.Struct("!H")


class TCPExperiment2(Option):
    """An experiment that shares its kind (RFC 6994 section 3).

    Attributes:
        experiment_id: Which experiment it is (IANA, TCP Experimental Option Experiment Identifiers)
            (RFC 6994 section 3).
    """

    __slots__ = (
        "data",
        "experiment_id",
    )
    __match_args__ = (
        "experiment_id",
        "data",
    )
    KIND = 254
    FIELDS = (
        Field(
            "experiment_id",
            display="tcp.options.experimental.exid",
            bit_offset=16,
            bits=16,
            format="hex",
            source="RFC 6994 section 3",
        ),
        Field(
            "data",
            display="tcp.options.experimental.data",
            bit_offset=32,
            format="bytes",
            source="RFC 6994 section 3",
        ),
    )

    def __init__(self, experiment_id: int, data: bytes) -> None:
        self.experiment_id = experiment_id
        self.data = data

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _TCP_EXPERIMENT2.pack(self.experiment_id) + self.data


def _read_tcp_experiment2(data: bytes, offset: int, stop: int) -> TCPExperiment2 | None:
    """The option's data, or None if it does not fit in."""
    tcp_experiment2 = new(TCPExperiment2)
    if stop - offset < 2:
        return None
    (tcp_experiment2.experiment_id,) = _TCP_EXPERIMENT2.unpack_from(data, offset)
    offset += 2
    tcp_experiment2.data = data[offset:stop]
    offset = stop
    return tcp_experiment2


TCPOption: TypeAlias = (
    MaximumSegmentSize
    | WindowScale
    | SACKPermitted
    | SACK
    | Timestamps
    | FastOpen
    | TCPEcho
    | TCPEchoReply
    | PartialOrderConnectionPermitted
    | PartialOrderServiceProfile
    | ConnectionCount
    | ConnectionCountNew
    | ConnectionCountEcho
    | AlternateChecksumRequest
    | AlternateChecksumData
    | MD5Signature
    | QuickStartResponse
    | UserTimeout
    | TCPAuthentication
    | MPCapable
    | MPJoinSYN
    | MPJoinSYNACK
    | MPJoinACK
    | DataSequenceSignal
    | AddAddress
    | RemoveAddress
    | MPPriority
    | MPFail
    | MPFastClose
    | MPReset
    | EncryptionNegotiation
    | AccurateECN0
    | AccurateECN1
    | FastOpenExperiment
    | TCPExperiment1
    | TCPExperiment2
    | EndOfOptions
    | NoOperation
    | UnknownOption
    | MalformedOption
)


def _read_tcp_option_30(data: bytes, offset: int, stop: int) -> TCPOption | None:
    """The first option of kind 30 whose fields fit."""
    return (
        _read_mp_capable(data, offset, stop)
        or _read_mp_join_syn(data, offset, stop)
        or _read_mp_join_synack(data, offset, stop)
        or _read_mp_join_ack(data, offset, stop)
        or _read_data_sequence_signal(data, offset, stop)
        or _read_add_address(data, offset, stop)
        or _read_remove_address(data, offset, stop)
        or _read_mp_priority(data, offset, stop)
        or _read_mp_fail(data, offset, stop)
        or _read_mp_fast_close(data, offset, stop)
        or _read_mp_reset(data, offset, stop)
    )


def _read_tcp_option_254(data: bytes, offset: int, stop: int) -> TCPOption | None:
    """The first option of kind 254 whose fields fit."""
    return _read_fast_open_experiment(data, offset, stop) or _read_tcp_experiment2(
        data, offset, stop
    )


READ_TCP_OPTION: dict[int, Callable[[bytes, int, int], TCPOption | None]] = {
    6: _read_tcp_echo,
    7: _read_tcp_echo_reply,
    9: _read_partial_order_connection_permitted,
    10: _read_partial_order_service_profile,
    11: _read_connection_count,
    12: _read_connection_count_new,
    13: _read_connection_count_echo,
    14: _read_alternate_checksum_request,
    15: _read_alternate_checksum_data,
    19: _read_md_5_signature,
    27: _read_quick_start_response,
    28: _read_user_timeout,
    29: _read_tcp_authentication,
    30: _read_tcp_option_30,
    69: _read_encryption_negotiation,
    172: _read_accurate_ecn_0,
    174: _read_accurate_ecn_1,
    254: _read_tcp_option_254,
    253: _read_tcp_experiment1,
}


_USUAL_TCP_OPTION = struct.Struct("!III").unpack


def decode_tcp_options(data: bytes) -> tuple[TCPOption, ...]:
    """Read a whole option list; loses nothing and never fails."""
    if len(data) == 12:
        start, value, echo_reply = _USUAL_TCP_OPTION(data)
        if start == 0x0101080A:
            timestamps = new(Timestamps)
            timestamps.value = value
            timestamps.echo_reply = echo_reply
            return NO_OPERATION, NO_OPERATION, timestamps
    found: list[TCPOption] = []
    offset, end = 0, len(data)
    while offset < end:
        kind = data[offset]
        if kind == 1:
            found.append(NO_OPERATION)
            offset += 1
            continue
        if kind == 0:
            found.append(EndOfOptions(data[offset + 1 :]))
            break
        body = offset + 2
        if body > end:
            found.append(MalformedOption(data[offset:]))
            break
        stop = offset + data[offset + 1]
        if not body <= stop <= end:
            found.append(MalformedOption(data[offset:]))
            break
        if kind == 2 and stop - body == 2:
            maximum_segment_size = new(MaximumSegmentSize)
            (maximum_segment_size.value,) = _MAXIMUM_SEGMENT_SIZE.unpack_from(data, body)
            found.append(maximum_segment_size)
        elif kind == 3 and stop - body == 1:
            window_scale = new(WindowScale)
            (window_scale.shift,) = _WINDOW_SCALE.unpack_from(data, body)
            found.append(window_scale)
        elif kind == 4 and stop - body == 0:
            found.append(_SACK_PERMITTED_)
        elif kind == 5 and (stop - body) % 8 == 0:
            sack = new(SACK)
            sack.blocks = tuple(_SACK_BLOCKS.iter_unpack(data[body:stop]))
            found.append(sack)
        elif kind == 8 and stop - body == 8:
            timestamps = new(Timestamps)
            (
                timestamps.value,
                timestamps.echo_reply,
            ) = _TIMESTAMPS.unpack_from(data, body)
            found.append(timestamps)
        elif kind == 34 and stop - body >= 0:
            fast_open = new(FastOpen)
            fast_open.cookie = data[body:stop]
            found.append(fast_open)
        else:
            read = READ_TCP_OPTION.get(kind)
            option = read(data, body, stop) if read is not None else None
            if option is None:
                option = UnknownOption(kind, data[body:stop])
            found.append(option)
        offset = stop
    return tuple(found)
