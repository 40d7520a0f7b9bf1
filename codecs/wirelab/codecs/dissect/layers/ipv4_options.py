"""IPv4 options as Wireshark shows them (RFC 791 section 3.1; RFC 2113; RFC 1063).

An option whose length cannot be followed ends the options; it is not shown itself.
"""

from collections.abc import Callable, Iterator
from typing import Any

from wirelab.codecs.addresses import ipv4_text
from wirelab.codecs.dissect.fields import Kind, declare
from wirelab.codecs.dissect.visit import Visit, cut
from wirelab.codecs.source_routes import END, LOOSE_ROUTE, NO_OPERATION, STRICT_ROUTE

SOURCE = "RFC 791 section 3.1"
RECORD_ROUTE, TIMESTAMP = 7, 68
STREAM_IDENTIFIER, ROUTER_ALERT = 136, 148
MTU_PROBE, MTU_REPLY = 11, 12

SHORTEST = {130: 3, 133: 3, 134: 6, 82: 12}
"""Bytes that an option of a kind must have; what is less ends the dissection of the packet."""

KNOWN_LENGTHS = {
    130: (3, None),
    LOOSE_ROUTE: (3, None),
    TIMESTAMP: (5, None),
    133: (3, None),
    134: (10, None),
    RECORD_ROUTE: (3, None),
    STREAM_IDENTIFIER: (4, 4),
    STRICT_ROUTE: (3, None),
    MTU_PROBE: (4, 4),
    MTU_REPLY: (4, 4),
    82: (12, 12),
    ROUTER_ALERT: (4, 4),
    149: (6, None),
    25: (8, 8),
}
"""Options that Wireshark 4.0 shows: type -> (smallest length, only length)."""

LEVELS = frozenset((0x0000, 0xF135, 0x789A, 0xBC4D, 0x5E26, 0xAF13, 0xD788, 0x6BC5))
LEVELS |= {0x35E2, 0x9AF1, 0x4D78, 0x24BD, 0x135E, 0x89AF, 0xC4D6, 0xE26B}
"""Levels of security (RFC 791 section 3.1), the reserved ones among them."""

_DECLARED = (
    declare("ip.opt.type", Kind.NUMBER, "Option type"),
    declare("ip.opt.type.copy", Kind.BOOLEAN, "Copy on fragmentation"),
    declare("ip.opt.type.class", Kind.NUMBER, "Class"),
    declare("ip.opt.type.number", Kind.NUMBER, "Number"),
    declare("ip.opt.len", Kind.NUMBER, "Option length"),
    declare("ip.opt.ptr", Kind.NUMBER, "Pointer"),
    declare("ip.opt.sid", Kind.NUMBER, "Stream identifier"),
    declare("ip.opt.mtu", Kind.NUMBER, "MTU"),
    declare("ip.opt.ra", Kind.NUMBER, "Router alert"),
    declare("ip.opt.overflow", Kind.NUMBER, "Overflow"),
    declare("ip.opt.flag", Kind.HEX, "Flag", 2),
    declare("ip.opt.time_stamp", Kind.NUMBER, "Time stamp"),
    declare("ip.opt.time_stamp_addr", Kind.IPV4, "Address"),
    declare("ip.rec_rt", Kind.IPV4, "Recorded route"),
    declare("ip.rec_rt_host", Kind.STRING, "Recorded route host"),
    declare("ip.cur_rt", Kind.IPV4, "Current route"),
    declare("ip.cur_rt_host", Kind.STRING, "Current route host"),
    declare("ip.src_rt", Kind.IPV4, "Source route"),
    declare("ip.src_rt_host", Kind.STRING, "Source route host"),
    *(
        declare(f"ip.opt.{name}", kind, title, digits)
        for name, kind, title, digits in (
            ("sec_cl", Kind.HEX, "Classification level", 2),
            ("sec_prot_auth_flags", Kind.HEX, "Protection authority flags", 2),
            ("sec_prot_auth_genser", Kind.BOOLEAN, "GENSER", 0),
            ("sec_prot_auth_siop_esi", Kind.BOOLEAN, "SIOP-ESI", 0),
            ("sec_prot_auth_sci", Kind.BOOLEAN, "SCI", 0),
            ("sec_prot_auth_nsa", Kind.BOOLEAN, "NSA", 0),
            ("sec_prot_auth_doe", Kind.BOOLEAN, "DOE", 0),
            ("sec_prot_auth_unassigned", Kind.HEX, "Unassigned", 2),
            ("sec_prot_auth_fti", Kind.BOOLEAN, "Field termination indicator", 0),
            ("sec_rfc791_sec", Kind.HEX, "Security", 4),
            ("sec_rfc791_comp", Kind.NUMBER, "Compartments", 0),
            ("sec_rfc791_hr", Kind.STRING, "Handling restrictions", 0),
            ("sec_rfc791_tcc", Kind.STRING, "Transmission control code", 0),
            ("ext_sec_add_sec_info_format_code", Kind.HEX, "Format code", 2),
            ("ext_sec_add_sec_info", Kind.BYTES, "Additional security info", 0),
            ("id_number", Kind.NUMBER, "Identifier", 0),
            ("ohc", Kind.NUMBER, "Outbound hops", 0),
            ("rhc", Kind.NUMBER, "Return hops", 0),
            ("originator", Kind.IPV4, "Originator", 0),
            ("qs_func", Kind.NUMBER, "Function", 0),
            ("qs_rate", Kind.NUMBER, "Rate", 0),
            ("qs_ttl", Kind.NUMBER, "TTL", 0),
            ("qs_unused", Kind.NUMBER, "Not used", 0),
            ("qs_nonce", Kind.HEX, "Nonce", 8),
            ("addr", Kind.IPV4, "Address", 0),
        )
    ),
    declare("ip.cipso.doi", Kind.NUMBER, "Domain of interpretation"),
    declare("ip.empty_rt", Kind.IPV4, "Empty route"),
    declare("ip.empty_rt_host", Kind.STRING, "Empty route host"),
)
_NAMES = frozenset(field.name for field in _DECLARED)

_WORDS = {
    STREAM_IDENTIFIER: "ip.opt.sid",
    MTU_PROBE: "ip.opt.mtu",
    MTU_REPLY: "ip.opt.mtu",
    ROUTER_ALERT: "ip.opt.ra",
}


def route_is_cut(options: bytes, size: int) -> bool:
    """Whether a source route may stand in the part of `size` bytes of options that is missing."""
    position = 0
    while position < size:
        if position >= len(options):
            return True
        kind = options[position]
        if kind == END:
            return False
        if kind == NO_OPERATION:
            position += 1
            continue
        if position + 1 >= len(options):
            return True
        length = options[position + 1]
        if length < 2 or position + length > size:
            return False
        if kind in (LOOSE_ROUTE, STRICT_ROUTE) and position + length > len(options):
            return True
        position += length
    return False


class OptionsView:
    """Adds the fields of the options that were asked for."""

    def __init__(self, wanted: frozenset[str] | None) -> None:
        self._wanted = _NAMES if wanted is None else wanted & _NAMES
        self._bodies: dict[int, Callable[[Visit, bytes, bytes, int], None]] = {
            RECORD_ROUTE: self._record_route,
            LOOSE_ROUTE: self._source_route,
            STRICT_ROUTE: self._source_route,
            TIMESTAMP: self._timestamps,
        }
        self._plain: dict[int, Callable[[bytes], Iterator[tuple[str, Any]]]] = {
            130: _security,
            133: _extended_security,
            134: _commercial_security,
            82: _traceroute,
            25: _quick_start,
            149: _directed_broadcast,
        }

    def show(self, visit: Visit, options: bytes, destination: bytes, offset: int) -> None:
        """Walk the options of a header.

        Args:
            visit: the frame's state.
            options: their bytes.
            destination: of the header as it stands: where the packet is going now.
            offset: where the options begin, for errors.

        Raises:
            DecodeError: an option is shorter than its fields.
        """
        position = 0
        while position < len(options):
            kind = options[position]
            if kind in (END, NO_OPERATION):
                self._type(visit, kind)
                position += 1
                if kind == END:
                    return
                continue
            length = options[position + 1] if position + 1 < len(options) else 0
            if length < 2 or position + length > len(options):
                return
            if kind in KNOWN_LENGTHS:
                option = options[position : position + length]
                self._type(visit, kind)
                self._add(visit, "ip.opt.len", length)
                self._body(visit, option, destination, offset + position)
            position += length

    def _body(self, visit: Visit, option: bytes, destination: bytes, offset: int) -> None:
        kind = option[0]
        if kind in _WORDS:
            if len(option) < 4:
                raise cut("IPv4", offset, 4, len(option), SOURCE)
            self._add(visit, _WORDS[kind], int.from_bytes(option[2:4], "big"))
        elif kind in self._bodies:
            if len(option) < 3:
                raise cut("IPv4", offset, 3, len(option), SOURCE)
            self._add(visit, "ip.opt.ptr", option[2])
            self._bodies[kind](visit, option, destination, offset)
        elif kind in self._plain:
            for name, value in self._plain[kind](option):
                self._add(visit, name, value)
            shortest = SHORTEST.get(kind, 2)
            if len(option) < shortest:
                raise cut("IPv4", offset, shortest, len(option), SOURCE)

    def _add(self, visit: Visit, name: str, value: Any) -> None:
        if name in self._wanted:
            visit.items.append((name, value))

    def _type(self, visit: Visit, kind: int) -> None:
        self._add(visit, "ip.opt.type", kind)
        self._add(visit, "ip.opt.type.copy", bool(kind & 0x80))
        self._add(visit, "ip.opt.type.class", kind >> 5 & 3)
        self._add(visit, "ip.opt.type.number", kind & 0x1F)

    def _route(self, visit: Visit, name: str, address: bytes) -> None:
        self._add(visit, name, address)
        self._add(visit, f"{name}_host", ipv4_text(address))

    def _record_route(self, visit: Visit, option: bytes, destination: bytes, offset: int) -> None:
        pointer = option[2]
        if pointer < 4 or pointer & 3:
            return
        for position in range(3, len(option) - 3, 4):
            name = "ip.rec_rt" if position + 1 < pointer else "ip.empty_rt"
            self._route(visit, name, option[position : position + 4])

    def _source_route(self, visit: Visit, option: bytes, destination: bytes, offset: int) -> None:
        """The address under the pointer is the next hop; the last one is the real destination."""
        pointer = option[2]
        if pointer < 4 or pointer & 3:
            return
        used_up = pointer > len(option)
        for position in range(3, len(option) - 3, 4):
            address = option[position : position + 4]
            if position + 1 < pointer:
                self._route(visit, "ip.rec_rt", address)
            elif position + 8 > len(option) and not used_up:
                # The last entry is shown as `ip.dst`; where the packet is going now, here.
                self._route(visit, "ip.cur_rt", destination)
            else:
                self._route(visit, "ip.src_rt", address)

    def _timestamps(self, visit: Visit, option: bytes, destination: bytes, offset: int) -> None:
        if len(option) < 4:
            raise cut("IPv4", offset, 4, len(option), SOURCE)
        flag = option[3] & 15
        self._add(visit, "ip.opt.overflow", option[3] >> 4)
        self._add(visit, "ip.opt.flag", flag)
        size = 8 if flag in (1, 3) else 4
        for position in range(4, len(option) - size + 1, size):
            if size == 8:
                self._add(visit, "ip.opt.time_stamp_addr", option[position : position + 4])
            stamp = option[position + size - 4 : position + size]
            self._add(visit, "ip.opt.time_stamp", int.from_bytes(stamp, "big"))


def _word(option: bytes, place: int, size: int = 2) -> int:
    return int.from_bytes(option[place : place + size], "big")


def _string(data: bytes) -> str:
    """Text up to the first zero."""
    return data.partition(b"\0")[0].decode("latin-1")


def _security(option: bytes) -> Iterator[tuple[str, Any]]:
    """RFC 1108 section 2; or RFC 791, if it has one of its levels and its length."""
    if len(option) == 11 and _word(option, 2) in LEVELS:
        yield "ip.opt.sec_rfc791_sec", _word(option, 2)
        yield "ip.opt.sec_rfc791_comp", _word(option, 4)
        yield "ip.opt.sec_rfc791_hr", _string(option[6:8])
        yield "ip.opt.sec_rfc791_tcc", _string(option[8:11])
        return
    if len(option) > 2:
        yield "ip.opt.sec_cl", option[2]
    for place in range(3, len(option)):
        flags = option[place]
        yield "ip.opt.sec_prot_auth_flags", flags
        if place == 3:
            for bit, name in enumerate(("genser", "siop_esi", "sci", "nsa", "doe")):
                yield f"ip.opt.sec_prot_auth_{name}", bool(flags & 0x80 >> bit)
        yield "ip.opt.sec_prot_auth_unassigned", flags >> 1 & (3 if place == 3 else 0x7F)
        yield "ip.opt.sec_prot_auth_fti", bool(flags & 1)
        if not flags & 1:
            return


def _extended_security(option: bytes) -> Iterator[tuple[str, Any]]:
    """RFC 1108 section 3."""
    if len(option) > 2:
        yield "ip.opt.ext_sec_add_sec_info_format_code", option[2]
    if len(option) > 3:
        yield "ip.opt.ext_sec_add_sec_info", option[3:]


def _commercial_security(option: bytes) -> Iterator[tuple[str, Any]]:
    """FIPS 188 section 4; the tags are not shown."""
    if len(option) >= 6:
        yield "ip.cipso.doi", _word(option, 2, 4)


def _traceroute(option: bytes) -> Iterator[tuple[str, Any]]:
    """RFC 1393 section 2.2."""
    for place, name in ((2, "id_number"), (4, "ohc"), (6, "rhc")):
        if place + 2 <= len(option):
            yield f"ip.opt.{name}", _word(option, place)
    if len(option) >= 12:
        yield "ip.opt.originator", option[8:12]


def _quick_start(option: bytes) -> Iterator[tuple[str, Any]]:
    """RFC 4782 section 3.1."""
    if len(option) < 8:
        return
    function = option[2] >> 4
    yield "ip.opt.qs_func", function
    if function in (0, 8):
        yield "ip.opt.qs_rate", option[2] & 15
        yield "ip.opt.qs_ttl" if function == 0 else "ip.opt.qs_unused", option[3]
        yield "ip.opt.qs_nonce", _word(option, 4, 4) >> 2


def _directed_broadcast(option: bytes) -> Iterator[tuple[str, Any]]:
    """RFC 1770."""
    for place in range(2, len(option) - 3, 4):
        yield "ip.opt.addr", option[place : place + 4]
