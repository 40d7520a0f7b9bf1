"""DNS as Wireshark shows it, also multicast DNS (RFC 1035, RFC 6762, RFC 6891).

Wireshark adds a question or a record once all of it is there, and reads the data of a record by its
type, whatever their length says.
"""

from typing import Any, Final

from wirelab.codecs.dissect.cursor import Cursor
from wirelab.codecs.dissect.fields import Kind, declare
from wirelab.codecs.dissect.layer import Context, Layer
from wirelab.codecs.dissect.layers.dns_names import read_name, text_of
from wirelab.codecs.dissect.visit import Buffer, Visit
from wirelab.codecs.protocols.dns import DNS
from wirelab.codecs.registries.dns import TYPES

SOURCE = "RFC 1035 section 4.1"
UPDATE = 5
"""Operation code (RFC 2136), in which the counts have other names."""
AUTHENTIC = 1 << 5
"""Of the flags; Wireshark shows it in a query only when it is set."""
UNICAST_OR_FLUSH = 1 << 15
"""Of a class in multicast DNS (RFC 6762 sections 5.4 and 10.2)."""
A, NS, CNAME, SOA, PTR, MX, TXT, AAAA, SRV, OPT, CAA = 1, 2, 5, 6, 12, 15, 16, 28, 33, 41, 257
CLIENT_SUBNET, COOKIE, PADDING, EXTENDED_ERROR = 8, 10, 12, 15
IPV4, IPV6 = 1, 2
"""Address families."""

COUNTS: Final = ("dns.count.queries", "dns.count.answers", "dns.count.auth_rr", "dns.count.add_rr")
UPDATE_COUNTS: Final = (
    *("dns.count.zones", "dns.count.prerequisites", "dns.count.updates"),
    "dns.count.add_rr",
)

declare("dns", Kind.PROTOCOL, "Domain Name System")
declare("mdns", Kind.PROTOCOL, "Multicast Domain Name System")
declare("dns.flags", Kind.HEX, "Flags", digits=4)
for name, title in zip(UPDATE_COUNTS, ("Zones", "Prerequisites", "Updates"), strict=False):
    declare(name, Kind.NUMBER, title)
declare("dns.qry.name", Kind.STRING, "Name")
declare("dns.qry.name.len", Kind.NUMBER, "Name length")
declare("dns.count.labels", Kind.NUMBER, "Label count")
declare("dns.qry.type", Kind.NUMBER, "Type", names=TYPES)
declare("dns.qry.class", Kind.HEX, "Class", digits=4)
declare("dns.qry.qu", Kind.BOOLEAN, "Unicast response wanted")
declare("dns.resp.name", Kind.STRING, "Name")
declare("dns.resp.type", Kind.NUMBER, "Type", names=TYPES)
declare("dns.resp.class", Kind.HEX, "Class", digits=4)
declare("dns.resp.cache_flush", Kind.BOOLEAN, "Cache flush")
declare("dns.resp.len", Kind.NUMBER, "Data length")
declare("dns.resp.ext_rcode", Kind.HEX, "Higher bits of the response code", digits=2)
declare("dns.resp.z", Kind.HEX, "Z", digits=4)
declare("dns.resp.z.reserved", Kind.HEX, "Reserved", digits=4)
declare("dns.txt", Kind.STRING, "Text")
declare("dns.txt.length", Kind.NUMBER, "Text length")
declare("dns.caa.flags", Kind.HEX, "Flags", digits=2)
declare("dns.caa.flags.issuer_critical", Kind.BOOLEAN, "Issuer critical")
declare("dns.caa.tag", Kind.STRING, "Tag")
declare("dns.caa.tag_length", Kind.NUMBER, "Tag length")
declare("dns.caa.value", Kind.STRING, "Value")
declare("dns.opt.code", Kind.NUMBER, "Option code")
declare("dns.opt.len", Kind.NUMBER, "Option length")
declare("dns.opt.data", Kind.BYTES, "Option data")
declare("dns.opt.client.addr4", Kind.IPV4, "Client address")
declare("dns.opt.client.addr6", Kind.IPV6, "Client address")
declare("dns.opt.ext_error.extra_text", Kind.STRING, "Extra text")
for _name in (
    *("dns.ns", "dns.cname", "dns.ptr.domain_name", "dns.soa.mname", "dns.soa.rname"),
    *("dns.mx.mail_exchange", "dns.srv.target"),
):
    declare(_name, Kind.STRING, "Name")
for _name in ("dns.srv.service", "dns.srv.proto", "dns.srv.name"):
    declare(_name, Kind.STRING, _name.rpartition(".")[2].capitalize())

_PARTS: Final[dict[int, tuple[tuple[str, int], ...]]] = {
    A: (("dns.a", 4),),
    NS: (("dns.ns", 0),),
    CNAME: (("dns.cname", 0),),
    SOA: (
        ("dns.soa.mname", 0),
        ("dns.soa.rname", 0),
        ("dns.soa.serial_number", 4),
        ("dns.soa.refresh_interval", 4),
        ("dns.soa.retry_interval", 4),
        ("dns.soa.expire_limit", 4),
        ("dns.soa.minimum_ttl", 4),
    ),
    PTR: (("dns.ptr.domain_name", 0),),
    MX: (("dns.mx.preference", 2), ("dns.mx.mail_exchange", 0)),
    AAAA: (("dns.aaaa", 16),),
    SRV: (
        ("dns.srv.priority", 2),
        ("dns.srv.weight", 2),
        ("dns.srv.port", 2),
        ("dns.srv.target", 0),
    ),
}
"""Type -> fields of its data with their bytes; 0: a name."""


class DnsLayer(Layer):
    """DNS over UDP."""

    HEADERS = (DNS,)
    PROTOCOL = "dns"
    is_multicast = False

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._shown = context.wants(self.PROTOCOL)

    def dissect(self, visit: Visit, buffer: Buffer, offset: int, end: int, limit: int) -> int:
        """Add the header's fields, and those of questions and records."""
        visit.protocols.append(self.PROTOCOL)
        if self._shown:
            visit.begin(self.PROTOCOL, buffer, offset, end, end - offset)
        message = buffer[offset:end]
        cursor = Cursor(self.context, visit, message, 0, end - offset, "DNS", SOURCE)
        cursor.need(4)
        cursor.number("dns.id", 2)
        operation = self._flags(cursor)
        names = UPDATE_COUNTS if operation == UPDATE else COUNTS
        counts = [cursor.number(name, 2) for name in names]
        size = limit - offset
        for _ in range(counts[0]):
            self._question(cursor, message, size)
        for count in counts[1:]:
            for _ in range(count):
                self._record(cursor, message, size)
        return limit

    def _flags(self, cursor: Cursor) -> int:
        """The flags of an answer, or of a query, which has fewer; gives the operation code."""
        flags = cursor.number("dns.flags", 2)
        is_response = flags >> 15
        operation = flags >> 11 & 15
        cursor.add("dns.flags.response", is_response)
        cursor.add("dns.flags.opcode", operation)
        for name, shift, in_query in (
            ("dns.flags.authoritative", 10, False),
            ("dns.flags.truncated", 9, True),
            ("dns.flags.recdesired", 8, True),
            ("dns.flags.recavail", 7, False),
            ("dns.flags.z", 6, True),
            ("dns.flags.authenticated", 5, bool(flags & AUTHENTIC)),
            ("dns.flags.checkdisable", 4, True),
        ):
            if is_response or in_query:
                cursor.add(name, flags >> shift & 1)
        if is_response:
            cursor.add("dns.flags.rcode", flags & 15)
        return operation

    def _question(self, cursor: Cursor, message: bytes, size: int) -> None:
        name, cursor.offset = read_name(message, cursor.offset, size)
        cursor.need(4)
        cursor.add("dns.qry.name", text_of(name))
        length = len(name) if len(name) > 1 else 0
        cursor.add("dns.qry.name.len", length)
        cursor.add("dns.count.labels", name.count(b".") + 1 if length else 0)
        cursor.number("dns.qry.type", 2)
        self._class(cursor, "dns.qry.class", "dns.qry.qu")

    def _class(self, cursor: Cursor, name: str, top_bit: str) -> None:
        number = cursor.number("", 2)
        if self.is_multicast:
            cursor.add(name, number & ~UNICAST_OR_FLUSH)
            cursor.add(top_bit, number >> 15)
        else:
            cursor.add(name, number)

    def _record(self, cursor: Cursor, message: bytes, size: int) -> None:
        name, cursor.offset = read_name(message, cursor.offset, size)
        cursor.need(10)
        start = cursor.offset + 10
        length = int.from_bytes(message[start - 2 : start], "big")
        kind = int.from_bytes(message[start - 10 : start - 8], "big")
        cursor.need(10 + length)
        if kind != SRV:  # its owner is shown in parts
            cursor.add("dns.resp.name", text_of(name))
        cursor.number("dns.resp.type", 2)
        if kind == OPT:
            self._opt_head(cursor)
        else:
            self._class(cursor, "dns.resp.class", "dns.resp.cache_flush")
            cursor.number("dns.resp.ttl", 4)
        cursor.number("dns.resp.len", 2)
        self._data(cursor, message, size, kind, name, start + length)
        cursor.offset = start + length

    def _opt_head(self, cursor: Cursor) -> None:
        """What stands in the place of class and time to live (RFC 6891 section 6.1.3)."""
        if self.is_multicast:
            number = cursor.number("", 2)
            cursor.add("dns.rr.udp_payload_size", number & ~UNICAST_OR_FLUSH)
            cursor.add("dns.resp.cache_flush", number >> 15)
        else:
            cursor.number("dns.rr.udp_payload_size", 2)
        cursor.number("dns.resp.ext_rcode", 1)
        cursor.number("dns.resp.edns0_version", 1)
        cursor.bits(2, ("dns.resp.z.do", 1), ("dns.resp.z.reserved", 15))
        cursor.offset -= 2
        cursor.number("dns.resp.z", 2)

    def _data(
        self, cursor: Cursor, message: bytes, size: int, kind: int, owner: bytes, end: int
    ) -> None:
        """The data of a record of a known type."""
        if kind == TXT:
            while cursor.offset < end:
                length = cursor.number("dns.txt.length", 1)
                cursor.add("dns.txt", text_of(cursor.bytes("", length)))
        elif kind == OPT:
            while cursor.offset < end:
                _option(cursor)
        elif kind == CAA:
            _authorization(cursor, end)
        else:
            if kind == SRV:
                _service(cursor, owner)
            for field, width in _PARTS.get(kind, ()):
                if width:
                    take = cursor.bytes if kind in (A, AAAA) else cursor.number
                    take(field, width)
                else:
                    found, cursor.offset = read_name(message, cursor.offset, size)
                    cursor.add(field, text_of(found))


class MdnsLayer(DnsLayer):
    """Multicast DNS: the top bit of a class is a flag of its own."""

    NUMBERS = {"udp_port": (5353,)}  # noqa: RUF012 (as declared in `Layer`)
    PROTOCOL = "mdns"
    is_multicast = True


def _service(cursor: Cursor, owner: bytes) -> None:
    """The parts of an owner like `_sip._udp.example.com` (RFC 2782)."""
    service, _, rest = owner.partition(b".")
    protocol, _, domain = rest.partition(b".")
    for field, part in (
        ("dns.srv.service", service),
        ("dns.srv.proto", protocol),
        ("dns.srv.name", domain),
    ):
        if part:
            cursor.add(field, text_of(part))


def _option(cursor: Cursor) -> None:
    """An option of EDNS."""
    code = cursor.number("dns.opt.code", 2)
    length = cursor.number("dns.opt.len", 2)
    stop = cursor.offset + length
    data = cursor.bytes("dns.opt.data", length)
    part: Any
    if code == CLIENT_SUBNET and length >= 4:
        family = int.from_bytes(data[:2], "big")
        cursor.add("dns.opt.client.family", family)
        cursor.add("dns.opt.client.netmask", data[2])
        cursor.add("dns.opt.client.scope", data[3])
        part = data[4:]
        if family == IPV4 and length <= 8:
            cursor.add("dns.opt.client.addr4", part.ljust(4, b"\0"))
        elif family == IPV6 and length <= 20:
            cursor.add("dns.opt.client.addr6", part.ljust(16, b"\0"))
        elif family not in (IPV4, IPV6):
            cursor.add("dns.opt.client.addr", part)
    elif code == COOKIE:
        cursor.add("dns.opt.cookie.client", data[:8])
        cursor.add("dns.opt.cookie.server", data[8:])
    elif code == PADDING:
        cursor.add("dns.opt.padding", data)
    elif code == EXTENDED_ERROR and length >= 2:
        cursor.add("dns.opt.ext_error.info_code", int.from_bytes(data[:2], "big"))
        if length > 2:
            cursor.add("dns.opt.ext_error.extra_text", text_of(data[2:]))
    cursor.offset = stop


def _authorization(cursor: Cursor, end: int) -> None:
    """RFC 8659 section 4.1."""
    cursor.add("dns.caa.flags.issuer_critical", cursor.number("dns.caa.flags", 1) >> 7)
    length = cursor.number("dns.caa.tag_length", 1)
    cursor.add("dns.caa.tag", text_of(cursor.bytes("", length)))
    cursor.add("dns.caa.value", text_of(cursor.bytes("", max(end - cursor.offset, 0))))
