"""Options of IPv4: those of IANA's registry that have a specification (RFC 791, RFC 1108, ...)."""

from construct import (
    BitsInteger,
    BitStruct,
    Bytes,
    Const,
    Construct,
    GreedyBytes,
    GreedyRange,
    Int8ub,
    Int16ub,
    Int32ub,
    Nibble,
)

from wirelab.codecs.constructs import field
from wirelab.codecs.option_lists import Option, OptionList, Record, RecordList
from wirelab.codecs.registries.ip_protocols import CLASSIFICATIONS

SOURCE = "RFC 791 section 3.1"
SECURITY = "RFC 1108 section 2"
EXTENDED = "RFC 1108 section 3"
QUICK_START = "RFC 4782 section 3.1"
TRACEROUTE = "RFC 1393 section 2.2"
CIPSO = "FIPS 188 section 4"


def _number(name: str, construct: Construct, display: str, doc: str, source: str) -> Construct:
    return field(name, construct, f"ip.opt.{display}" if display else "", doc=doc, source=source)


def _route(name: str, kind: int, doc: str) -> Option:
    """Record route and the two source routes share their layout."""
    fields = (
        field("pointer", Int8ub, "ip.opt.ptr", source=SOURCE),
        field("route", GreedyRange(Bytes(4)), "ip.rec_rt", format="ipv4", source=SOURCE),
    )
    return Option(name, kind, fields, source=SOURCE, doc=doc)


def _mtu(name: str, kind: int, doc: str) -> Option:
    source = "RFC 1063 section 2"
    fields = (_number("mtu", Int16ub, "mtu", "Bytes.", source),)
    return Option(name, kind, fields, source=source, doc=doc)


STAMP = Record(
    "IPv4TimestampEntry",
    (
        field("address", Bytes(4), "ip.opt.time_stamp_addr", format="ipv4", source=SOURCE),
        _number("timestamp", Int32ub, "time_stamp", "Milliseconds since midnight UTC.", SOURCE),
    ),
    source=SOURCE,
    doc="The timestamp of one router.",
)


def _timestamps(name: str, flag: int, entries: Construct, doc: str) -> Option:
    """The internet timestamp, of which the flag says what is recorded."""
    return Option(
        name,
        68,
        (
            _number("pointer", Int8ub, "ptr", "Where the next router writes, from 1.", SOURCE),
            BitStruct(
                field(
                    "overflow",
                    Nibble,
                    "ip.opt.overflow",
                    default=0,
                    doc="Routers that found no room.",
                    source=SOURCE,
                ),
                field("flag", Const(flag, Nibble), "ip.opt.flag", source=SOURCE),
            ),
            entries,
        ),
        source=SOURCE,
        doc=doc,
    )


def _stamps() -> Construct:
    return field("entries", RecordList(STAMP), format="options", source=SOURCE)


OPTIONS = (
    _route("RecordRoute", 7, "Routers write their addresses at `pointer` (counted from 1)."),
    _timestamps(
        "InternetTimestamp",
        0,
        field("timestamps", GreedyRange(Int32ub), "ip.opt.time_stamp", source=SOURCE),
        "Routers write their timestamps, milliseconds since midnight UTC.",
    ),
    _timestamps(
        "InternetTimestampWithAddresses", 1, _stamps(), "Routers write address and timestamp."
    ),
    _timestamps(
        "InternetTimestampPrespecified", 3, _stamps(), "The routers named write their timestamps."
    ),
    _route("LooseSourceRoute", 131, "Routers to pass by, with others in between."),
    _route("StrictSourceRoute", 137, "Routers to pass by, and no others."),
    Option(
        "StreamIdentifier",
        136,
        (_number("value", Int16ub, "sid", "", SOURCE),),
        source=SOURCE,
        doc="SATNET stream; obsolete (RFC 6814).",
    ),
    Option(
        "RouterAlert",
        148,
        (_number("value", Int16ub, "ra", "", "RFC 2113 section 2.1"),),
        source="RFC 2113 section 2.1",
        doc="Routers shall look into this packet.",
    ),
    Option(
        "IPv4Security",
        130,
        (
            _number("level", Int16ub, "sec_rfc791_sec", "", SOURCE),
            _number("compartments", Int16ub, "sec_rfc791_comp", "", SOURCE),
            field(
                "handling_restrictions",
                Bytes(2),
                "ip.opt.sec_rfc791_hr",
                format="text",
                source=SOURCE,
            ),
            field(
                "transmission_control_code",
                Bytes(3),
                "ip.opt.sec_rfc791_tcc",
                format="text",
                source=SOURCE,
            ),
        ),
        source=SOURCE,
        doc="Security as RFC 791 had it; 9 bytes of data tell it from the basic option.",
    ),
    Option(
        "IPv4BasicSecurity",
        130,
        (
            field(
                "classification",
                Int8ub,
                "ip.opt.sec_cl",
                format="hex",
                names=CLASSIFICATIONS,
                source=SECURITY,
            ),
            field(
                "authorities",
                GreedyBytes,
                "",
                format="bytes",
                doc="Protection authorities, 7 bits a byte; the last bit says that one follows.",
                source=SECURITY,
            ),
        ),
        source=SECURITY,
        doc="U.S. Department of Defense basic security.",
    ),
    Option(
        "IPv4ExtendedSecurity",
        133,
        (
            _number(
                "format_code", Int8ub, "ext_sec_add_sec_info_format_code", "Its owner.", EXTENDED
            ),
            field(
                "information",
                GreedyBytes,
                "ip.opt.ext_sec_add_sec_info",
                format="bytes",
                source=EXTENDED,
            ),
        ),
        source=EXTENDED,
        doc="Additional security information.",
    ),
    Option(
        "IPv4CommercialSecurity",
        134,
        (
            field("domain", Int32ub, "ip.cipso.doi", doc="Of interpretation.", source=CIPSO),
            field("tags", GreedyBytes, "", format="bytes", source=CIPSO),
        ),
        source=CIPSO,
        doc="CIPSO: a security label.",
    ),
    _mtu("MTUProbe", 11, "Routers write the lowest MTU on the way; obsolete (RFC 1191)."),
    _mtu("MTUReply", 12, "The MTU that a probe found; obsolete (RFC 1191)."),
    Option(
        "IPv4Traceroute",
        82,
        (
            _number("identifier", Int16ub, "id_number", "Of the trace.", TRACEROUTE),
            _number("outbound_hops", Int16ub, "ohc", "Hops so far.", TRACEROUTE),
            _number("return_hops", Int16ub, "rhc", "Hops of the answer.", TRACEROUTE),
            field("originator", Bytes(4), "ip.opt.originator", format="ipv4", source=TRACEROUTE),
        ),
        source=TRACEROUTE,
        doc="Each router reports to the originator; obsolete (RFC 6814).",
    ),
    Option(
        "IPv4QuickStart",
        25,
        (
            BitStruct(
                field(
                    "function",
                    Nibble,
                    "ip.opt.qs_func",
                    doc="0: rate request, 8: report of an approved rate.",
                    source=QUICK_START,
                ),
                field(
                    "rate",
                    Nibble,
                    "ip.opt.qs_rate",
                    doc="N: 40,000 * 2**N bits per second.",
                    source=QUICK_START,
                ),
            ),
            _number("ttl", Int8ub, "qs_ttl", "Decremented as the header's; hops.", QUICK_START),
            BitStruct(
                field(
                    "nonce", BitsInteger(30), "ip.opt.qs_nonce", format="hex", source=QUICK_START
                ),
                field("reserved", BitsInteger(2), default=0, source=QUICK_START),
            ),
        ),
        source=QUICK_START,
        doc="Ask all routers on the way to approve of a rate.",
    ),
    Option(
        "SelectiveDirectedBroadcast",
        149,
        (
            field(
                "addresses", GreedyRange(Bytes(4)), "ip.opt.addr", format="ipv4", source="RFC 1770"
            ),
        ),
        source="RFC 1770",
        doc="The networks that a broadcast is for; obsolete (RFC 6814).",
    ),
)

IPV4_OPTIONS = OptionList(None, OPTIONS, name="ipv4_options.IPv4Option")
