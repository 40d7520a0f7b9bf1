"""Domain Name System (RFC 1035): the header of a message and its resource records.

Generated from schemas/dns.py by `make generate`; do not edit.
"""

from __future__ import annotations

import struct

from wirelab.codecs.addresses import ipv4_address, ipv6_address
from wirelab.codecs.arguments import address_argument, explain, refusal, text_argument
from wirelab.codecs.dns_sections import (
    DNSMalformed,
    DNSQuestion,
    DNSRecord,
    DNSResource,
    SectionedHeader,
    SectionItem,
    checked,
    decode_string,
    decode_strings,
    encode_strings,
    joined_sections,
    misfit,
)
from wirelab.codecs.domain_names import decode_name, encode_name
from wirelab.codecs.field import AUTO, Field
from wirelab.codecs.options import (
    MalformedOption,
    Option,
    UnknownOption,
    encode_list,
    items_argument,
    list_argument,
)
from wirelab.codecs.registries.dns import CLASSES, OPERATION_CODES, RESPONSE_CODES
from wirelab.codecs.tlv import TlvStyle

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import ClassVar, Self, TypeAlias

    from wirelab.codecs.addresses import AddressLike
    from wirelab.codecs.header import Addressed, Buffer, HeaderClass

from_bytes = int.from_bytes
new = object.__new__

_EDNS_CLIENT_SUBNET = struct.Struct("!HBB")


class EDNSClientSubnet(Option):
    """Where the asker's client is (RFC 7871 section 6).

    Attributes:
        family: 1: IPv4, 2: IPv6 (RFC 7871 section 6).
        address: As many bytes as the prefix has (RFC 7871 section 6).
    """

    __slots__ = (
        "address",
        "family",
        "scope_prefix_length",
        "source_prefix_length",
    )
    __match_args__ = (
        "address",
        "family",
        "source_prefix_length",
        "scope_prefix_length",
    )
    KIND = 8
    FIELDS = (
        Field(
            "family",
            display="dns.opt.client.family",
            bit_offset=32,
            bits=16,
            source="RFC 7871 section 6",
        ),
        Field(
            "source_prefix_length",
            display="dns.opt.client.netmask",
            bit_offset=48,
            bits=8,
            source="RFC 7871 section 6",
        ),
        Field(
            "scope_prefix_length",
            display="dns.opt.client.scope",
            bit_offset=56,
            bits=8,
            source="RFC 7871 section 6",
        ),
        Field(
            "address",
            display="dns.opt.client.addr",
            bit_offset=64,
            format="bytes",
            source="RFC 7871 section 6",
        ),
    )

    def __init__(
        self,
        address: bytes,
        family: int = 1,
        source_prefix_length: int = 24,
        scope_prefix_length: int = 0,
    ) -> None:
        self.address = address
        self.family = family
        self.source_prefix_length = source_prefix_length
        self.scope_prefix_length = scope_prefix_length

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return (
            _EDNS_CLIENT_SUBNET.pack(
                self.family, self.source_prefix_length, self.scope_prefix_length
            )
            + self.address
        )


_EDNS_COOKIE = struct.Struct("!8s")


class EDNSCookie(Option):
    """Guards against forged answers (RFC 7873 section 4)."""

    __slots__ = (
        "client",
        "server",
    )
    __match_args__ = (
        "client",
        "server",
    )
    KIND = 10
    FIELDS = (
        Field(
            "client",
            display="dns.opt.cookie.client",
            bit_offset=32,
            bits=64,
            format="bytes",
            source="RFC 7873 section 4",
        ),
        Field(
            "server",
            display="dns.opt.cookie.server",
            bit_offset=96,
            format="bytes",
            source="RFC 7873 section 4",
        ),
    )

    def __init__(self, client: bytes, server: bytes = b"") -> None:
        self.client = client
        self.server = server

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        if len(self.client) != 8:
            raise ValueError("too many bits, or not as many bytes as announced")
        return _EDNS_COOKIE.pack(self.client) + self.server


class EDNSPadding(Option):
    """Hides how long the message is (RFC 7830 section 3)."""

    __slots__ = ("padding",)
    __match_args__ = ("padding",)
    KIND = 12
    FIELDS = (
        Field(
            "padding",
            display="dns.opt.padding",
            bit_offset=32,
            format="bytes",
            source="RFC 7830 section 3",
        ),
    )

    def __init__(self, padding: bytes = b"") -> None:
        self.padding = padding

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return self.padding


_EDNS_EXTENDED_ERROR = struct.Struct("!H")


class EDNSExtendedError(Option):
    """Why the answer is an error (RFC 8914 section 2)."""

    __slots__ = (
        "code",
        "text",
    )
    __match_args__ = (
        "code",
        "text",
    )
    KIND = 15
    FIELDS = (
        Field(
            "code",
            display="dns.opt.ext_error.info_code",
            bit_offset=32,
            bits=16,
            source="RFC 8914 section 2",
        ),
        Field(
            "text",
            display="dns.opt.ext_error.extra_text",
            bit_offset=48,
            format="text",
            source="RFC 8914 section 2",
        ),
    )

    def __init__(self, code: int, text: bytes | str = b"") -> None:
        self.code = code
        self.text = text_argument(EDNSExtendedError, "text", text)

    def wire_data(self) -> bytes:
        """The fields as they go on the wire."""
        return _EDNS_EXTENDED_ERROR.pack(self.code) + self.text


EDNSOption: TypeAlias = (
    EDNSClientSubnet
    | EDNSCookie
    | EDNSPadding
    | EDNSExtendedError
    | UnknownOption
    | MalformedOption
)


EDNS_OPTION_STYLE = TlvStyle(
    alignment=1,
    before=0,
    counts_head=False,
    end=None,
    kind_bytes=2,
    length_bytes=2,
    length_first=False,
    padding=None,
    unit=1,
)


def decode_edns_options(data: bytes) -> tuple[EDNSOption, ...]:
    """Read a whole option list; loses nothing and never fails."""
    found: list[EDNSOption] = []
    offset, end = 0, len(data)
    while offset < end:
        body = offset + 4
        if body > end:
            found.append(MalformedOption(data[offset:]))
            break
        kind = from_bytes(data[offset : offset + 2])
        stop = body + from_bytes(data[offset + 2 : offset + 4])
        if stop > end:
            found.append(MalformedOption(data[offset:]))
            break
        if kind == 8 and stop - body >= 4:
            edns_client_subnet = new(EDNSClientSubnet)
            (
                edns_client_subnet.family,
                edns_client_subnet.source_prefix_length,
                edns_client_subnet.scope_prefix_length,
            ) = _EDNS_CLIENT_SUBNET.unpack_from(data, body)
            edns_client_subnet.address = data[body + 4 : stop]
            found.append(edns_client_subnet)
        elif kind == 10 and stop - body >= 8:
            edns_cookie = new(EDNSCookie)
            (edns_cookie.client,) = _EDNS_COOKIE.unpack_from(data, body)
            edns_cookie.server = data[body + 8 : stop]
            found.append(edns_cookie)
        elif kind == 12 and stop - body >= 0:
            edns_padding = new(EDNSPadding)
            edns_padding.padding = data[body:stop]
            found.append(edns_padding)
        elif kind == 15 and stop - body >= 2:
            edns_extended_error = new(EDNSExtendedError)
            (edns_extended_error.code,) = _EDNS_EXTENDED_ERROR.unpack_from(data, body)
            edns_extended_error.text = data[body + 2 : stop]
            found.append(edns_extended_error)
        else:
            found.append(UnknownOption(kind, data[body:stop]))
        offset = stop
    return tuple(found)


_DNSA_HEAD = struct.Struct("!HI")
_DNSA_1 = struct.Struct("!4s")


class DNSA(DNSRecord):
    """An IPv4 address (RFC 1035 section 3.4.1).

    Attributes:
        name: Whose record it is (RFC 1035 section 4.1.3).
        address: Address (RFC 1035 section 3.4.1).
        record_class: Record class (RFC 1035 section 4.1.3).
        ttl: Seconds (RFC 1035 section 4.1.3).
    """

    __slots__ = (
        "address",
        "record_class",
        "ttl",
    )
    __match_args__ = (
        "name",
        "address",
        "record_class",
        "ttl",
    )
    TYPE = 1
    FIELDS = (
        Field("name", display="dns.resp.name", format="name", source="RFC 1035 section 4.1.3"),
        Field("address", display="dns.a", bits=32, format="ipv4", source="RFC 1035 section 3.4.1"),
        Field(
            "record_class",
            display="dns.resp.class",
            bits=16,
            names=CLASSES,
            source="RFC 1035 section 4.1.3",
        ),
        Field("ttl", display="dns.resp.ttl", bits=32, source="RFC 1035 section 4.1.3"),
    )

    def __init__(
        self, name: str, address: AddressLike, record_class: int = 1, ttl: int = 0
    ) -> None:
        self.name = name
        self.address = address_argument(DNSA, "address", address, ipv4_address)
        self.record_class = record_class
        self.ttl = ttl

    @classmethod
    def read(cls, message: bytes, name: str, offset: int, end: int) -> Self:
        """Read the record whose data are at `offset`; see `DNSRecord`."""
        record = cls.__new__(cls)
        record.name = name
        (
            record.record_class,
            record.ttl,
        ) = _DNSA_HEAD.unpack_from(message, offset - 8)
        if end - offset < 4:
            raise misfit(cls, offset, end, offset)
        (record.address,) = _DNSA_1.unpack_from(message, offset)
        offset += 4
        if offset != end:
            raise misfit(cls, offset, end, offset)
        return record

    def head(self) -> bytes:
        """What stands between the type and the length of the data."""
        return _DNSA_HEAD.pack(self.record_class, self.ttl)

    def data(self, offsets: dict[tuple[bytes, ...], int] | None = None, at: int = 0) -> bytes:
        """The data, which will stand at byte `at` of a message."""
        return _DNSA_1.pack(self.address)


_DNSNS_HEAD = struct.Struct("!HI")


class DNSNS(DNSRecord):
    """A name server of the zone (RFC 1035 section 3.3.11).

    Attributes:
        name: Whose record it is (RFC 1035 section 4.1.3).
        server: Server (RFC 1035 section 3.3.11).
        record_class: Record class (RFC 1035 section 4.1.3).
        ttl: Seconds (RFC 1035 section 4.1.3).
    """

    __slots__ = (
        "record_class",
        "server",
        "ttl",
    )
    __match_args__ = (
        "name",
        "server",
        "record_class",
        "ttl",
    )
    TYPE = 2
    FIELDS = (
        Field("name", display="dns.resp.name", format="name", source="RFC 1035 section 4.1.3"),
        Field("server", display="dns.ns", format="name", source="RFC 1035 section 3.3.11"),
        Field(
            "record_class",
            display="dns.resp.class",
            bits=16,
            names=CLASSES,
            source="RFC 1035 section 4.1.3",
        ),
        Field("ttl", display="dns.resp.ttl", bits=32, source="RFC 1035 section 4.1.3"),
    )

    def __init__(self, name: str, server: str, record_class: int = 1, ttl: int = 0) -> None:
        self.name = name
        self.server = server
        self.record_class = record_class
        self.ttl = ttl

    @classmethod
    def read(cls, message: bytes, name: str, offset: int, end: int) -> Self:
        """Read the record whose data are at `offset`; see `DNSRecord`."""
        record = cls.__new__(cls)
        record.name = name
        (
            record.record_class,
            record.ttl,
        ) = _DNSNS_HEAD.unpack_from(message, offset - 8)
        record.server, offset = decode_name(message, offset, end)
        if offset != end:
            raise misfit(cls, offset, end, offset)
        return record

    def head(self) -> bytes:
        """What stands between the type and the length of the data."""
        return _DNSNS_HEAD.pack(self.record_class, self.ttl)

    def data(self, offsets: dict[tuple[bytes, ...], int] | None = None, at: int = 0) -> bytes:
        """The data, which will stand at byte `at` of a message."""
        return encode_name(self.server, offsets, at)


_DNSCNAME_HEAD = struct.Struct("!HI")


class DNSCNAME(DNSRecord):
    """The name is an alias (RFC 1035 section 3.3.1).

    Attributes:
        name: Whose record it is (RFC 1035 section 4.1.3).
        canonical_name: Canonical name (RFC 1035 section 3.3.1).
        record_class: Record class (RFC 1035 section 4.1.3).
        ttl: Seconds (RFC 1035 section 4.1.3).
    """

    __slots__ = (
        "canonical_name",
        "record_class",
        "ttl",
    )
    __match_args__ = (
        "name",
        "canonical_name",
        "record_class",
        "ttl",
    )
    TYPE = 5
    FIELDS = (
        Field("name", display="dns.resp.name", format="name", source="RFC 1035 section 4.1.3"),
        Field(
            "canonical_name", display="dns.cname", format="name", source="RFC 1035 section 3.3.1"
        ),
        Field(
            "record_class",
            display="dns.resp.class",
            bits=16,
            names=CLASSES,
            source="RFC 1035 section 4.1.3",
        ),
        Field("ttl", display="dns.resp.ttl", bits=32, source="RFC 1035 section 4.1.3"),
    )

    def __init__(self, name: str, canonical_name: str, record_class: int = 1, ttl: int = 0) -> None:
        self.name = name
        self.canonical_name = canonical_name
        self.record_class = record_class
        self.ttl = ttl

    @classmethod
    def read(cls, message: bytes, name: str, offset: int, end: int) -> Self:
        """Read the record whose data are at `offset`; see `DNSRecord`."""
        record = cls.__new__(cls)
        record.name = name
        (
            record.record_class,
            record.ttl,
        ) = _DNSCNAME_HEAD.unpack_from(message, offset - 8)
        record.canonical_name, offset = decode_name(message, offset, end)
        if offset != end:
            raise misfit(cls, offset, end, offset)
        return record

    def head(self) -> bytes:
        """What stands between the type and the length of the data."""
        return _DNSCNAME_HEAD.pack(self.record_class, self.ttl)

    def data(self, offsets: dict[tuple[bytes, ...], int] | None = None, at: int = 0) -> bytes:
        """The data, which will stand at byte `at` of a message."""
        return encode_name(self.canonical_name, offsets, at)


_DNSSOA_HEAD = struct.Struct("!HI")
_DNSSOA_3 = struct.Struct("!IIIII")


class DNSSOA(DNSRecord):
    """The start of a zone of authority (RFC 1035 section 3.3.13).

    Attributes:
        name: Whose record it is (RFC 1035 section 4.1.3).
        server: Where the zone comes from (RFC 1035 section 3.3.13).
        mailbox: Who is responsible; the first label is the part before the @ (RFC 1035 section
            3.3.13).
        serial: Serial (RFC 1035 section 3.3.13).
        refresh: Seconds after which secondary servers look for changes (RFC 1035 section 3.3.13).
        retry: Seconds between attempts when that fails (RFC 1035 section 3.3.13).
        expire: Seconds after which they give the zone up (RFC 1035 section 3.3.13).
        minimum: Seconds for which the absence of a name may be remembered (RFC 2308) (RFC 1035
            section 3.3.13).
        record_class: Record class (RFC 1035 section 4.1.3).
        ttl: Seconds (RFC 1035 section 4.1.3).
    """

    __slots__ = (
        "expire",
        "mailbox",
        "minimum",
        "record_class",
        "refresh",
        "retry",
        "serial",
        "server",
        "ttl",
    )
    __match_args__ = (
        "name",
        "server",
        "mailbox",
        "serial",
        "refresh",
        "retry",
        "expire",
        "minimum",
        "record_class",
        "ttl",
    )
    TYPE = 6
    FIELDS = (
        Field("name", display="dns.resp.name", format="name", source="RFC 1035 section 4.1.3"),
        Field("server", display="dns.soa.mname", format="name", source="RFC 1035 section 3.3.13"),
        Field("mailbox", display="dns.soa.rname", format="name", source="RFC 1035 section 3.3.13"),
        Field("serial", display="dns.soa.serial_number", bits=32, source="RFC 1035 section 3.3.13"),
        Field(
            "refresh", display="dns.soa.refresh_interval", bits=32, source="RFC 1035 section 3.3.13"
        ),
        Field("retry", display="dns.soa.retry_interval", bits=32, source="RFC 1035 section 3.3.13"),
        Field("expire", display="dns.soa.expire_limit", bits=32, source="RFC 1035 section 3.3.13"),
        Field("minimum", display="dns.soa.minimum_ttl", bits=32, source="RFC 1035 section 3.3.13"),
        Field(
            "record_class",
            display="dns.resp.class",
            bits=16,
            names=CLASSES,
            source="RFC 1035 section 4.1.3",
        ),
        Field("ttl", display="dns.resp.ttl", bits=32, source="RFC 1035 section 4.1.3"),
    )

    def __init__(
        self,
        name: str,
        server: str,
        mailbox: str,
        serial: int,
        refresh: int = 7200,
        retry: int = 3600,
        expire: int = 1209600,
        minimum: int = 3600,
        record_class: int = 1,
        ttl: int = 0,
    ) -> None:
        self.name = name
        self.server = server
        self.mailbox = mailbox
        self.serial = serial
        self.refresh = refresh
        self.retry = retry
        self.expire = expire
        self.minimum = minimum
        self.record_class = record_class
        self.ttl = ttl

    @classmethod
    def read(cls, message: bytes, name: str, offset: int, end: int) -> Self:
        """Read the record whose data are at `offset`; see `DNSRecord`."""
        record = cls.__new__(cls)
        record.name = name
        (
            record.record_class,
            record.ttl,
        ) = _DNSSOA_HEAD.unpack_from(message, offset - 8)
        record.server, offset = decode_name(message, offset, end)
        record.mailbox, offset = decode_name(message, offset, end)
        if end - offset < 20:
            raise misfit(cls, offset, end, offset)
        (
            record.serial,
            record.refresh,
            record.retry,
            record.expire,
            record.minimum,
        ) = _DNSSOA_3.unpack_from(message, offset)
        offset += 20
        if offset != end:
            raise misfit(cls, offset, end, offset)
        return record

    def head(self) -> bytes:
        """What stands between the type and the length of the data."""
        return _DNSSOA_HEAD.pack(self.record_class, self.ttl)

    def data(self, offsets: dict[tuple[bytes, ...], int] | None = None, at: int = 0) -> bytes:
        """The data, which will stand at byte `at` of a message."""
        data = encode_name(self.server, offsets, at)
        data += encode_name(self.mailbox, offsets, at + len(data))
        data += _DNSSOA_3.pack(self.serial, self.refresh, self.retry, self.expire, self.minimum)
        return data


_DNSPTR_HEAD = struct.Struct("!HI")


class DNSPTR(DNSRecord):
    """The name that belongs to an address, or to a service (RFC 1035 section 3.3.12).

    Attributes:
        name: Whose record it is (RFC 1035 section 4.1.3).
        domain_name: Domain name (RFC 1035 section 3.3.12).
        record_class: Record class (RFC 1035 section 4.1.3).
        ttl: Seconds (RFC 1035 section 4.1.3).
    """

    __slots__ = (
        "domain_name",
        "record_class",
        "ttl",
    )
    __match_args__ = (
        "name",
        "domain_name",
        "record_class",
        "ttl",
    )
    TYPE = 12
    FIELDS = (
        Field("name", display="dns.resp.name", format="name", source="RFC 1035 section 4.1.3"),
        Field(
            "domain_name",
            display="dns.ptr.domain_name",
            format="name",
            source="RFC 1035 section 3.3.12",
        ),
        Field(
            "record_class",
            display="dns.resp.class",
            bits=16,
            names=CLASSES,
            source="RFC 1035 section 4.1.3",
        ),
        Field("ttl", display="dns.resp.ttl", bits=32, source="RFC 1035 section 4.1.3"),
    )

    def __init__(self, name: str, domain_name: str, record_class: int = 1, ttl: int = 0) -> None:
        self.name = name
        self.domain_name = domain_name
        self.record_class = record_class
        self.ttl = ttl

    @classmethod
    def read(cls, message: bytes, name: str, offset: int, end: int) -> Self:
        """Read the record whose data are at `offset`; see `DNSRecord`."""
        record = cls.__new__(cls)
        record.name = name
        (
            record.record_class,
            record.ttl,
        ) = _DNSPTR_HEAD.unpack_from(message, offset - 8)
        record.domain_name, offset = decode_name(message, offset, end)
        if offset != end:
            raise misfit(cls, offset, end, offset)
        return record

    def head(self) -> bytes:
        """What stands between the type and the length of the data."""
        return _DNSPTR_HEAD.pack(self.record_class, self.ttl)

    def data(self, offsets: dict[tuple[bytes, ...], int] | None = None, at: int = 0) -> bytes:
        """The data, which will stand at byte `at` of a message."""
        return encode_name(self.domain_name, offsets, at)


_DNSMX_HEAD = struct.Struct("!HI")
_DNSMX_1 = struct.Struct("!H")


class DNSMX(DNSRecord):
    """A host that takes mail (RFC 1035 section 3.3.9).

    Attributes:
        name: Whose record it is (RFC 1035 section 4.1.3).
        preference: The lowest is tried first (RFC 1035 section 3.3.9).
        exchange: Exchange (RFC 1035 section 3.3.9).
        record_class: Record class (RFC 1035 section 4.1.3).
        ttl: Seconds (RFC 1035 section 4.1.3).
    """

    __slots__ = (
        "exchange",
        "preference",
        "record_class",
        "ttl",
    )
    __match_args__ = (
        "name",
        "preference",
        "exchange",
        "record_class",
        "ttl",
    )
    TYPE = 15
    FIELDS = (
        Field("name", display="dns.resp.name", format="name", source="RFC 1035 section 4.1.3"),
        Field("preference", display="dns.mx.preference", bits=16, source="RFC 1035 section 3.3.9"),
        Field(
            "exchange",
            display="dns.mx.mail_exchange",
            format="name",
            source="RFC 1035 section 3.3.9",
        ),
        Field(
            "record_class",
            display="dns.resp.class",
            bits=16,
            names=CLASSES,
            source="RFC 1035 section 4.1.3",
        ),
        Field("ttl", display="dns.resp.ttl", bits=32, source="RFC 1035 section 4.1.3"),
    )

    def __init__(
        self, name: str, preference: int, exchange: str, record_class: int = 1, ttl: int = 0
    ) -> None:
        self.name = name
        self.preference = preference
        self.exchange = exchange
        self.record_class = record_class
        self.ttl = ttl

    @classmethod
    def read(cls, message: bytes, name: str, offset: int, end: int) -> Self:
        """Read the record whose data are at `offset`; see `DNSRecord`."""
        record = cls.__new__(cls)
        record.name = name
        (
            record.record_class,
            record.ttl,
        ) = _DNSMX_HEAD.unpack_from(message, offset - 8)
        if end - offset < 2:
            raise misfit(cls, offset, end, offset)
        (record.preference,) = _DNSMX_1.unpack_from(message, offset)
        offset += 2
        record.exchange, offset = decode_name(message, offset, end)
        if offset != end:
            raise misfit(cls, offset, end, offset)
        return record

    def head(self) -> bytes:
        """What stands between the type and the length of the data."""
        return _DNSMX_HEAD.pack(self.record_class, self.ttl)

    def data(self, offsets: dict[tuple[bytes, ...], int] | None = None, at: int = 0) -> bytes:
        """The data, which will stand at byte `at` of a message."""
        data = _DNSMX_1.pack(self.preference)
        data += encode_name(self.exchange, offsets, at + len(data))
        return data


_DNSTXT_HEAD = struct.Struct("!HI")


class DNSTXT(DNSRecord):
    """Text for many uses (RFC 1035 section 3.3.14).

    Attributes:
        name: Whose record it is (RFC 1035 section 4.1.3).
        strings: At most 255 bytes each (RFC 1035 section 3.3.14).
        record_class: Record class (RFC 1035 section 4.1.3).
        ttl: Seconds (RFC 1035 section 4.1.3).
    """

    __slots__ = (
        "record_class",
        "strings",
        "ttl",
    )
    __match_args__ = (
        "name",
        "strings",
        "record_class",
        "ttl",
    )
    TYPE = 16
    FIELDS = (
        Field("name", display="dns.resp.name", format="name", source="RFC 1035 section 4.1.3"),
        Field("strings", display="dns.txt", format="text", source="RFC 1035 section 3.3.14"),
        Field(
            "record_class",
            display="dns.resp.class",
            bits=16,
            names=CLASSES,
            source="RFC 1035 section 4.1.3",
        ),
        Field("ttl", display="dns.resp.ttl", bits=32, source="RFC 1035 section 4.1.3"),
    )

    def __init__(
        self, name: str, strings: Iterable[bytes | str], record_class: int = 1, ttl: int = 0
    ) -> None:
        self.name = name
        self.strings = tuple(
            [
                text_argument(DNSTXT, "strings", one)
                for one in items_argument(DNSTXT, "strings", strings)
            ]
        )
        self.record_class = record_class
        self.ttl = ttl

    @classmethod
    def read(cls, message: bytes, name: str, offset: int, end: int) -> Self:
        """Read the record whose data are at `offset`; see `DNSRecord`."""
        record = cls.__new__(cls)
        record.name = name
        (
            record.record_class,
            record.ttl,
        ) = _DNSTXT_HEAD.unpack_from(message, offset - 8)
        record.strings = decode_strings(message, offset, end)
        offset = end
        if offset != end:
            raise misfit(cls, offset, end, offset)
        return record

    def head(self) -> bytes:
        """What stands between the type and the length of the data."""
        return _DNSTXT_HEAD.pack(self.record_class, self.ttl)

    def data(self, offsets: dict[tuple[bytes, ...], int] | None = None, at: int = 0) -> bytes:
        """The data, which will stand at byte `at` of a message."""
        return encode_strings(self.strings)


_DNSAAAA_HEAD = struct.Struct("!HI")
_DNSAAAA_1 = struct.Struct("!16s")


class DNSAAAA(DNSRecord):
    """An IPv6 address (RFC 3596 section 2.2).

    Attributes:
        name: Whose record it is (RFC 1035 section 4.1.3).
        address: Address (RFC 3596 section 2.2).
        record_class: Record class (RFC 1035 section 4.1.3).
        ttl: Seconds (RFC 1035 section 4.1.3).
    """

    __slots__ = (
        "address",
        "record_class",
        "ttl",
    )
    __match_args__ = (
        "name",
        "address",
        "record_class",
        "ttl",
    )
    TYPE = 28
    FIELDS = (
        Field("name", display="dns.resp.name", format="name", source="RFC 1035 section 4.1.3"),
        Field(
            "address", display="dns.aaaa", bits=128, format="ipv6", source="RFC 3596 section 2.2"
        ),
        Field(
            "record_class",
            display="dns.resp.class",
            bits=16,
            names=CLASSES,
            source="RFC 1035 section 4.1.3",
        ),
        Field("ttl", display="dns.resp.ttl", bits=32, source="RFC 1035 section 4.1.3"),
    )

    def __init__(
        self, name: str, address: AddressLike, record_class: int = 1, ttl: int = 0
    ) -> None:
        self.name = name
        self.address = address_argument(DNSAAAA, "address", address, ipv6_address)
        self.record_class = record_class
        self.ttl = ttl

    @classmethod
    def read(cls, message: bytes, name: str, offset: int, end: int) -> Self:
        """Read the record whose data are at `offset`; see `DNSRecord`."""
        record = cls.__new__(cls)
        record.name = name
        (
            record.record_class,
            record.ttl,
        ) = _DNSAAAA_HEAD.unpack_from(message, offset - 8)
        if end - offset < 16:
            raise misfit(cls, offset, end, offset)
        (record.address,) = _DNSAAAA_1.unpack_from(message, offset)
        offset += 16
        if offset != end:
            raise misfit(cls, offset, end, offset)
        return record

    def head(self) -> bytes:
        """What stands between the type and the length of the data."""
        return _DNSAAAA_HEAD.pack(self.record_class, self.ttl)

    def data(self, offsets: dict[tuple[bytes, ...], int] | None = None, at: int = 0) -> bytes:
        """The data, which will stand at byte `at` of a message."""
        return _DNSAAAA_1.pack(self.address)


_DNSSRV_HEAD = struct.Struct("!HI")
_DNSSRV_1 = struct.Struct("!HHH")


class DNSSRV(DNSRecord):
    """A host that offers a service (RFC 2782).

    Attributes:
        name: Whose record it is (RFC 1035 section 4.1.3).
        priority: The lowest is tried first (RFC 2782).
        weight: How often, among those of one priority (RFC 2782).
        port: Port (RFC 2782).
        target: The root: the service is not offered (RFC 2782).
        record_class: Record class (RFC 1035 section 4.1.3).
        ttl: Seconds (RFC 1035 section 4.1.3).
    """

    __slots__ = (
        "port",
        "priority",
        "record_class",
        "target",
        "ttl",
        "weight",
    )
    __match_args__ = (
        "name",
        "priority",
        "weight",
        "port",
        "target",
        "record_class",
        "ttl",
    )
    TYPE = 33
    FIELDS = (
        Field("name", display="dns.resp.name", format="name", source="RFC 1035 section 4.1.3"),
        Field("priority", display="dns.srv.priority", bits=16, source="RFC 2782"),
        Field("weight", display="dns.srv.weight", bits=16, source="RFC 2782"),
        Field("port", display="dns.srv.port", bits=16, source="RFC 2782"),
        Field("target", display="dns.srv.target", format="name", source="RFC 2782"),
        Field(
            "record_class",
            display="dns.resp.class",
            bits=16,
            names=CLASSES,
            source="RFC 1035 section 4.1.3",
        ),
        Field("ttl", display="dns.resp.ttl", bits=32, source="RFC 1035 section 4.1.3"),
    )

    def __init__(
        self,
        name: str,
        priority: int,
        weight: int,
        port: int,
        target: str,
        record_class: int = 1,
        ttl: int = 0,
    ) -> None:
        self.name = name
        self.priority = priority
        self.weight = weight
        self.port = port
        self.target = target
        self.record_class = record_class
        self.ttl = ttl

    @classmethod
    def read(cls, message: bytes, name: str, offset: int, end: int) -> Self:
        """Read the record whose data are at `offset`; see `DNSRecord`."""
        record = cls.__new__(cls)
        record.name = name
        (
            record.record_class,
            record.ttl,
        ) = _DNSSRV_HEAD.unpack_from(message, offset - 8)
        if end - offset < 6:
            raise misfit(cls, offset, end, offset)
        (
            record.priority,
            record.weight,
            record.port,
        ) = _DNSSRV_1.unpack_from(message, offset)
        offset += 6
        record.target, offset = decode_name(message, offset, end)
        if offset != end:
            raise misfit(cls, offset, end, offset)
        return record

    def head(self) -> bytes:
        """What stands between the type and the length of the data."""
        return _DNSSRV_HEAD.pack(self.record_class, self.ttl)

    def data(self, offsets: dict[tuple[bytes, ...], int] | None = None, at: int = 0) -> bytes:
        """The data, which will stand at byte `at` of a message."""
        data = _DNSSRV_1.pack(self.priority, self.weight, self.port)
        data += encode_name(self.target)
        return data


_DNSOPT_HEAD = struct.Struct("!HI")


class DNSOPT(DNSRecord):
    """What the sender of the message can do (EDNS) (RFC 6891 section 6.1).

    Attributes:
        name: Whose record it is (RFC 1035 section 4.1.3).
        options: Options (RFC 6891 section 6.1.2).
        udp_payload_size: Largest message over UDP that it takes, in bytes (RFC 6891 section 6.1.2).
        extended_response_code: The upper 8 bits of the response code (RFC 6891 section 6.1.3).
        version: Version (RFC 6891 section 6.1.3).
        dnssec_ok: Send DNSSEC's records, too (RFC 3225 section 3).
        reserved: Reserved (RFC 6891 section 6.1.4).
    """

    __slots__ = (
        "dnssec_ok",
        "extended_response_code",
        "options",
        "reserved",
        "udp_payload_size",
        "version",
    )
    __match_args__ = (
        "name",
        "options",
        "udp_payload_size",
        "extended_response_code",
        "version",
        "dnssec_ok",
        "reserved",
    )
    TYPE = 41
    FIELDS = (
        Field("name", display="dns.resp.name", format="name", source="RFC 1035 section 4.1.3"),
        Field("options", display="dns.opt", format="options", source="RFC 6891 section 6.1.2"),
        Field(
            "udp_payload_size",
            display="dns.rr.udp_payload_size",
            bits=16,
            source="RFC 6891 section 6.1.2",
        ),
        Field(
            "extended_response_code",
            display="dns.resp.ext_rcode",
            bits=8,
            source="RFC 6891 section 6.1.3",
        ),
        Field("version", display="dns.resp.edns0_version", bits=8, source="RFC 6891 section 6.1.3"),
        Field(
            "dnssec_ok", display="dns.resp.z.do", bits=1, format="bool", source="RFC 3225 section 3"
        ),
        Field("reserved", display="dns.resp.z.reserved", bits=15, source="RFC 6891 section 6.1.4"),
    )

    def __init__(
        self,
        name: str = ".",
        options: Iterable[EDNSOption] | bytes = (),
        udp_payload_size: int = 1232,
        extended_response_code: int = 0,
        version: int = 0,
        dnssec_ok: bool = False,
        reserved: int = 0,
    ) -> None:
        self.name = name
        self.options = list_argument("DNSOPT", "options", options, decode_edns_options)
        self.udp_payload_size = udp_payload_size
        self.extended_response_code = extended_response_code
        self.version = version
        self.dnssec_ok = dnssec_ok
        self.reserved = reserved

    @classmethod
    def read(cls, message: bytes, name: str, offset: int, end: int) -> Self:
        """Read the record whose data are at `offset`; see `DNSRecord`."""
        record = cls.__new__(cls)
        record.name = name
        (
            record.udp_payload_size,
            word,
        ) = _DNSOPT_HEAD.unpack_from(message, offset - 8)
        record.extended_response_code = word >> 24 & 0xFF
        record.version = word >> 16 & 0xFF
        record.dnssec_ok = word & 32768 != 0
        record.reserved = word & 0x7FFF
        record.options = decode_edns_options(message[offset:end])
        offset = end
        if offset != end:
            raise misfit(cls, offset, end, offset)
        return record

    def head(self) -> bytes:
        """What stands between the type and the length of the data."""
        return _DNSOPT_HEAD.pack(
            self.udp_payload_size,
            checked(self.extended_response_code, 8) << 24
            | checked(self.version, 8) << 16
            | checked(self.dnssec_ok, 1) << 15
            | checked(self.reserved, 15) << 0,
        )

    def data(self, offsets: dict[tuple[bytes, ...], int] | None = None, at: int = 0) -> bytes:
        """The data, which will stand at byte `at` of a message."""
        return encode_list("DNSOPT", "options", self.options, EDNS_OPTION_STYLE)


_DNSCAA_HEAD = struct.Struct("!HI")
_DNSCAA_1 = struct.Struct("!B")


class DNSCAA(DNSRecord):
    """Who may issue certificates for the name (RFC 8659 section 4.1).

    Attributes:
        name: Whose record it is (RFC 1035 section 4.1.3).
        flags: 128: who does not understand the tag must not issue (RFC 8659 section 4.1).
        tag: Tag (RFC 8659 section 4.1).
        value: Value (RFC 8659 section 4.1).
        record_class: Record class (RFC 1035 section 4.1.3).
        ttl: Seconds (RFC 1035 section 4.1.3).
    """

    __slots__ = (
        "flags",
        "record_class",
        "tag",
        "ttl",
        "value",
    )
    __match_args__ = (
        "name",
        "flags",
        "tag",
        "value",
        "record_class",
        "ttl",
    )
    TYPE = 257
    FIELDS = (
        Field("name", display="dns.resp.name", format="name", source="RFC 1035 section 4.1.3"),
        Field(
            "flags", display="dns.caa.flags", bits=8, format="hex", source="RFC 8659 section 4.1"
        ),
        Field("tag", display="dns.caa.tag", format="text", source="RFC 8659 section 4.1"),
        Field("value", display="dns.caa.value", format="text", source="RFC 8659 section 4.1"),
        Field(
            "record_class",
            display="dns.resp.class",
            bits=16,
            names=CLASSES,
            source="RFC 1035 section 4.1.3",
        ),
        Field("ttl", display="dns.resp.ttl", bits=32, source="RFC 1035 section 4.1.3"),
    )

    def __init__(
        self,
        name: str,
        flags: int,
        tag: bytes | str,
        value: bytes | str,
        record_class: int = 1,
        ttl: int = 0,
    ) -> None:
        self.name = name
        self.flags = flags
        self.tag = text_argument(DNSCAA, "tag", tag)
        self.value = text_argument(DNSCAA, "value", value)
        self.record_class = record_class
        self.ttl = ttl

    @classmethod
    def read(cls, message: bytes, name: str, offset: int, end: int) -> Self:
        """Read the record whose data are at `offset`; see `DNSRecord`."""
        record = cls.__new__(cls)
        record.name = name
        (
            record.record_class,
            record.ttl,
        ) = _DNSCAA_HEAD.unpack_from(message, offset - 8)
        if end - offset < 1:
            raise misfit(cls, offset, end, offset)
        (record.flags,) = _DNSCAA_1.unpack_from(message, offset)
        offset += 1
        record.tag, offset = decode_string(message, offset, end)
        record.value = message[offset:end]
        offset = end
        if offset != end:
            raise misfit(cls, offset, end, offset)
        return record

    def head(self) -> bytes:
        """What stands between the type and the length of the data."""
        return _DNSCAA_HEAD.pack(self.record_class, self.ttl)

    def data(self, offsets: dict[tuple[bytes, ...], int] | None = None, at: int = 0) -> bytes:
        """The data, which will stand at byte `at` of a message."""
        data = _DNSCAA_1.pack(self.flags)
        data += encode_strings((self.tag,))
        data += self.value
        return data


_RECORDS: dict[int, type[DNSRecord]] = {
    1: DNSA,
    2: DNSNS,
    5: DNSCNAME,
    6: DNSSOA,
    12: DNSPTR,
    15: DNSMX,
    16: DNSTXT,
    28: DNSAAAA,
    33: DNSSRV,
    41: DNSOPT,
    257: DNSCAA,
}

DNSAnyRecord: TypeAlias = (
    DNSA
    | DNSNS
    | DNSCNAME
    | DNSSOA
    | DNSPTR
    | DNSMX
    | DNSTXT
    | DNSAAAA
    | DNSSRV
    | DNSOPT
    | DNSCAA
    | DNSResource
    | DNSMalformed
)


_FIXED = struct.Struct("!HHHHHH")
_unpack = _FIXED.unpack_from
_pack = _FIXED.pack


class DNS(SectionedHeader):
    """Domain Name System (RFC 1035).

    Attributes:
        identification: Matches answers to questions (RFC 1035 section 4.1.1).
        response: An answer (RFC 1035 section 4.1.1; 1 bit).
        operation_code: Operation code (RFC 1035 section 4.1.1; 4 bits).
        authoritative: The answerer is responsible (RFC 1035 section 4.1.1; 1 bit).
        truncated: There is more; ask over TCP (RFC 1035 section 4.1.1; 1 bit).
        recursion_desired: Ask others, too (RFC 1035 section 4.1.1; 1 bit).
        recursion_available: The answerer asks others, too (RFC 1035 section 4.1.1; 1 bit).
        reserved: 0 (RFC 1035 section 4.1.1; 1 bit).
        authentic_data: The answerer has verified the records (RFC 6840 section 5.7; 1 bit).
        checking_disabled: Records need no verification (RFC 6840 section 5.9; 1 bit).
        response_code: Response code (RFC 1035 section 4.1.1; 4 bits).
        question_count: AUTO: as many as are given (RFC 1035 section 4.1.1).
        answer_count: AUTO: as many as are given (RFC 1035 section 4.1.1).
        authority_count: AUTO: as many as are given (RFC 1035 section 4.1.1).
        additional_count: AUTO: as many as are given (RFC 1035 section 4.1.1).
        sections: Questions and records as they stand on the wire (RFC 1035 section 4.1).
    """

    __slots__ = (
        "_word2",
        "additional_count",
        "answer_count",
        "authentic_data",
        "authoritative",
        "authority_count",
        "checking_disabled",
        "identification",
        "operation_code",
        "question_count",
        "recursion_available",
        "recursion_desired",
        "reserved",
        "response",
        "response_code",
        "sections",
        "truncated",
    )
    __match_args__ = (
        "identification",
        "response",
        "operation_code",
        "authoritative",
        "truncated",
        "recursion_desired",
        "recursion_available",
        "reserved",
        "authentic_data",
        "checking_disabled",
        "response_code",
        "question_count",
        "answer_count",
        "authority_count",
        "additional_count",
        "sections",
    )

    LAYER = "DNS"
    TITLE = "Domain Name System"
    DISPLAY = "dns"
    VALUES = (
        "identification",
        "response",
        "operation_code",
        "authoritative",
        "truncated",
        "recursion_desired",
        "recursion_available",
        "reserved",
        "authentic_data",
        "checking_disabled",
        "response_code",
        "question_count",
        "answer_count",
        "authority_count",
        "additional_count",
        "sections",
    )
    WHOLE: ClassVar[Mapping[str, int]] = {
        "identification": 16,
        "question_count": 16,
        "answer_count": 16,
        "authority_count": 16,
        "additional_count": 16,
    }
    NUMBERS: ClassVar[Mapping[str, Sequence[int]]] = {"udp_port": (53, 5353)}
    FITS = (12, -1, ())
    FIELDS = (
        Field(
            "identification",
            display="dns.id",
            bit_offset=0,
            bits=16,
            format="hex",
            source="RFC 1035 section 4.1.1",
        ),
        Field(
            "response",
            display="dns.flags.response",
            bit_offset=16,
            bits=1,
            format="bool",
            source="RFC 1035 section 4.1.1",
        ),
        Field(
            "operation_code",
            display="dns.flags.opcode",
            bit_offset=17,
            bits=4,
            names=OPERATION_CODES,
            source="RFC 1035 section 4.1.1",
        ),
        Field(
            "authoritative",
            display="dns.flags.authoritative",
            bit_offset=21,
            bits=1,
            format="bool",
            source="RFC 1035 section 4.1.1",
        ),
        Field(
            "truncated",
            display="dns.flags.truncated",
            bit_offset=22,
            bits=1,
            format="bool",
            source="RFC 1035 section 4.1.1",
        ),
        Field(
            "recursion_desired",
            display="dns.flags.recdesired",
            bit_offset=23,
            bits=1,
            format="bool",
            source="RFC 1035 section 4.1.1",
        ),
        Field(
            "recursion_available",
            display="dns.flags.recavail",
            bit_offset=24,
            bits=1,
            format="bool",
            source="RFC 1035 section 4.1.1",
        ),
        Field(
            "reserved",
            display="dns.flags.z",
            bit_offset=25,
            bits=1,
            format="bool",
            source="RFC 1035 section 4.1.1",
        ),
        Field(
            "authentic_data",
            display="dns.flags.authenticated",
            bit_offset=26,
            bits=1,
            format="bool",
            source="RFC 6840 section 5.7",
        ),
        Field(
            "checking_disabled",
            display="dns.flags.checkdisable",
            bit_offset=27,
            bits=1,
            format="bool",
            source="RFC 6840 section 5.9",
        ),
        Field(
            "response_code",
            display="dns.flags.rcode",
            bit_offset=28,
            bits=4,
            names=RESPONSE_CODES,
            source="RFC 1035 section 4.1.1",
        ),
        Field(
            "question_count",
            display="dns.count.queries",
            bit_offset=32,
            bits=16,
            source="RFC 1035 section 4.1.1",
        ),
        Field(
            "answer_count",
            display="dns.count.answers",
            bit_offset=48,
            bits=16,
            source="RFC 1035 section 4.1.1",
        ),
        Field(
            "authority_count",
            display="dns.count.auth_rr",
            bit_offset=64,
            bits=16,
            source="RFC 1035 section 4.1.1",
        ),
        Field(
            "additional_count",
            display="dns.count.add_rr",
            bit_offset=80,
            bits=16,
            source="RFC 1035 section 4.1.1",
        ),
        Field("sections", bit_offset=96, format="bytes", source="RFC 1035 section 4.1"),
    )

    identification: int
    _word2: int
    response: bool
    operation_code: int
    authoritative: bool
    truncated: bool
    recursion_desired: bool
    recursion_available: bool
    reserved: bool
    authentic_data: bool
    checking_disabled: bool
    response_code: int
    question_count: int
    answer_count: int
    authority_count: int
    additional_count: int
    sections: bytes

    def __init__(
        self,
        identification: int = 0,
        response: bool = False,
        operation_code: int = 0,
        authoritative: bool = False,
        truncated: bool = False,
        recursion_desired: bool = True,
        recursion_available: bool = False,
        reserved: bool = False,
        authentic_data: bool = False,
        checking_disabled: bool = False,
        response_code: int = 0,
        question_count: int = AUTO,
        answer_count: int = AUTO,
        authority_count: int = AUTO,
        additional_count: int = AUTO,
        sections: bytes = b"",
        *,
        questions: Iterable[SectionItem] = (),
        answers: Iterable[SectionItem] = (),
        authorities: Iterable[SectionItem] = (),
        additionals: Iterable[SectionItem] = (),
    ) -> None:
        if not (isinstance(sections, (bytes, bytearray, memoryview))):
            raise refusal(DNS, locals())
        sections = bytes(sections)
        sections, question_count, answer_count, authority_count, additional_count = joined_sections(
            DNS,
            sections,
            {
                "questions": questions,
                "answers": answers,
                "authorities": authorities,
                "additionals": additionals,
            },
            (question_count, answer_count, authority_count, additional_count),
        )
        try:
            refused = (
                identification >> 16
                or (
                    response
                    | authoritative
                    | truncated
                    | recursion_desired
                    | recursion_available
                    | reserved
                    | authentic_data
                    | checking_disabled
                )
                >> 1
                or (operation_code | response_code) >> 4
                or (question_count >> 16 and question_count is not AUTO)
                or (answer_count >> 16 and answer_count is not AUTO)
                or (authority_count >> 16 and authority_count is not AUTO)
                or (additional_count >> 16 and additional_count is not AUTO)
            )
        except TypeError:
            refused = True
        if refused:
            raise refusal(DNS, locals())
        self.identification = identification
        self.response = response != 0
        self.operation_code = operation_code
        self.authoritative = authoritative != 0
        self.truncated = truncated != 0
        self.recursion_desired = recursion_desired != 0
        self.recursion_available = recursion_available != 0
        self.reserved = reserved != 0
        self.authentic_data = authentic_data != 0
        self.checking_disabled = checking_disabled != 0
        self.response_code = response_code
        self._word2 = (
            response << 15
            | operation_code << 11
            | authoritative << 10
            | truncated << 9
            | recursion_desired << 8
            | recursion_available << 7
            | reserved << 6
            | authentic_data << 5
            | checking_disabled << 4
            | response_code
        )
        self.question_count = question_count
        self.answer_count = answer_count
        self.authority_count = authority_count
        self.additional_count = additional_count
        self.sections = sections

    @classmethod
    def parse(
        cls, buffer: Buffer, offset: int = 0, end: int | None = None, strict: bool = True
    ) -> Self:
        """Read the header at `offset` (RFC 1035); see `Header`."""
        limit = len(buffer) if end is None else end
        header = cls.__new__(cls)
        try:
            (
                header.identification,
                word2,
                header.question_count,
                header.answer_count,
                header.authority_count,
                header.additional_count,
            ) = _unpack(buffer, offset)
        except struct.error:
            raise explain(cls, buffer, offset, limit, strict) from None
        if offset + 12 > limit:
            raise explain(cls, buffer, offset, limit, strict)
        header._word2 = word2
        header.response = word2 & 32768 != 0
        header.operation_code = word2 >> 11 & 15
        header.authoritative = word2 & 1024 != 0
        header.truncated = word2 & 512 != 0
        header.recursion_desired = word2 & 256 != 0
        header.recursion_available = word2 & 128 != 0
        header.reserved = word2 & 64 != 0
        header.authentic_data = word2 & 32 != 0
        header.checking_disabled = word2 & 16 != 0
        header.response_code = word2 & 15
        header.sections = bytes(buffer[offset + 12 : limit])
        return header

    @property
    def header_length(self) -> int:
        """Bytes on the wire."""
        return 12 + len(self.sections)

    def build(
        self,
        payload: bytes = b"",
        below: Addressed | None = None,
        above: HeaderClass | None = None,
    ) -> bytes:
        """Header and payload as they go on the wire; see `Header`."""
        try:
            return (
                _pack(
                    self.identification,
                    self._word2,
                    self.question_count,
                    self.answer_count,
                    self.authority_count,
                    self.additional_count,
                )
                + self.sections
                + payload
            )
        except (struct.error, TypeError) as error:
            raise self.refused(locals(), error) from None

    SECTIONS: ClassVar[Mapping[str, str]] = {
        "questions": "question_count",
        "answers": "answer_count",
        "authorities": "authority_count",
        "additionals": "additional_count",
    }
    RECORDS: ClassVar[Mapping[int, type[DNSRecord]]] = _RECORDS

    @property
    def questions(self) -> tuple[DNSQuestion | DNSMalformed, ...]:
        """The questions, read when first asked for (RFC 1035 section 4.1)."""
        return self.section("questions")

    @property
    def answers(self) -> tuple[DNSAnyRecord, ...]:
        """The answers, read when first asked for (RFC 1035 section 4.1)."""
        return self.section("answers")

    @property
    def authorities(self) -> tuple[DNSAnyRecord, ...]:
        """The authorities, read when first asked for (RFC 1035 section 4.1)."""
        return self.section("authorities")

    @property
    def additionals(self) -> tuple[DNSAnyRecord, ...]:
        """The additionals, read when first asked for (RFC 1035 section 4.1)."""
        return self.section("additionals")
