"""Domain Name System (RFC 1035): the header of a message and its resource records."""

from construct import (
    BitsInteger,
    BitStruct,
    Bytes,
    Flag,
    GreedyBytes,
    GreedyRange,
    Int8ub,
    Int16ub,
    Int32ub,
    Nibble,
    Prefixed,
)

from wirelab.codecs.constructs import field
from wirelab.codecs.header_schema import Fits, HeaderSchema
from wirelab.codecs.option_lists import Option, OptionList
from wirelab.codecs.registries.dns import OPERATION_CODES, RESPONSE_CODES
from wirelab.codecs.resource_records import DomainName, Resource, Sections
from wirelab.codecs.tlv import TlvStyle

SOURCE = "RFC 1035 section 4.1.1"
EDNS = "RFC 6891 section 6.1"
SOA = "RFC 1035 section 3.3.13"
SRV = "RFC 2782"
CAA = "RFC 8659 section 4.1"
SUBNET = "RFC 7871 section 6"


def _name(resource: str, kind: int, name: str, display: str, source: str, doc: str) -> Resource:
    """A record that holds a single name."""
    fields = (field(name, DomainName(compress=True), display, format="name", source=source),)
    return Resource(resource, kind, fields, source=source, doc=doc)


EDNS_OPTIONS = OptionList(
    None,
    (
        Option(
            "EDNSClientSubnet",
            8,
            (
                field(
                    "family",
                    Int16ub,
                    "dns.opt.client.family",
                    default=1,
                    doc="1: IPv4, 2: IPv6.",
                    source=SUBNET,
                ),
                field(
                    "source_prefix_length",
                    Int8ub,
                    "dns.opt.client.netmask",
                    default=24,
                    source=SUBNET,
                ),
                field(
                    "scope_prefix_length",
                    Int8ub,
                    "dns.opt.client.scope",
                    default=0,
                    source=SUBNET,
                ),
                field(
                    "address",
                    GreedyBytes,
                    "dns.opt.client.addr",
                    format="bytes",
                    doc="As many bytes as the prefix has.",
                    source=SUBNET,
                ),
            ),
            source=SUBNET,
            doc="Where the asker's client is",
        ),
        Option(
            "EDNSCookie",
            10,
            (
                field(
                    "client",
                    Bytes(8),
                    "dns.opt.cookie.client",
                    format="bytes",
                    source="RFC 7873 section 4",
                ),
                field(
                    "server",
                    GreedyBytes,
                    "dns.opt.cookie.server",
                    format="bytes",
                    default=b"",
                    source="RFC 7873 section 4",
                ),
            ),
            source="RFC 7873 section 4",
            doc="Guards against forged answers",
        ),
        Option(
            "EDNSPadding",
            12,
            (
                field(
                    "padding",
                    GreedyBytes,
                    "dns.opt.padding",
                    format="bytes",
                    default=b"",
                    source="RFC 7830 section 3",
                ),
            ),
            source="RFC 7830 section 3",
            doc="Hides how long the message is",
        ),
        Option(
            "EDNSExtendedError",
            15,
            (
                field(
                    "code",
                    Int16ub,
                    "dns.opt.ext_error.info_code",
                    source="RFC 8914 section 2",
                ),
                field(
                    "text",
                    GreedyBytes,
                    "dns.opt.ext_error.extra_text",
                    format="text",
                    default=b"",
                    source="RFC 8914 section 2",
                ),
            ),
            source="RFC 8914 section 2",
            doc="Why the answer is an error",
        ),
    ),
    style=TlvStyle(kind_bytes=2, length_bytes=2, counts_head=False),
    name="dns.EDNSOption",
)

RESOURCES = (
    Resource(
        "DNSA",
        1,
        (field("address", Bytes(4), "dns.a", format="ipv4", source="RFC 1035 section 3.4.1"),),
        source="RFC 1035 section 3.4.1",
        doc="An IPv4 address",
    ),
    _name("DNSNS", 2, "server", "dns.ns", "RFC 1035 section 3.3.11", "A name server of the zone"),
    _name(
        "DNSCNAME",
        5,
        "canonical_name",
        "dns.cname",
        "RFC 1035 section 3.3.1",
        "The name is an alias",
    ),
    Resource(
        "DNSSOA",
        6,
        (
            field(
                "server",
                DomainName(compress=True),
                "dns.soa.mname",
                format="name",
                doc="Where the zone comes from.",
                source=SOA,
            ),
            field(
                "mailbox",
                DomainName(compress=True),
                "dns.soa.rname",
                format="name",
                doc="Who is responsible; the first label is the part before the @.",
                source=SOA,
            ),
            field("serial", Int32ub, "dns.soa.serial_number", source=SOA),
            field(
                "refresh",
                Int32ub,
                "dns.soa.refresh_interval",
                default=7200,
                doc="Seconds after which secondary servers look for changes.",
                source=SOA,
            ),
            field(
                "retry",
                Int32ub,
                "dns.soa.retry_interval",
                default=3600,
                doc="Seconds between attempts when that fails.",
                source=SOA,
            ),
            field(
                "expire",
                Int32ub,
                "dns.soa.expire_limit",
                default=1209600,
                doc="Seconds after which they give the zone up.",
                source=SOA,
            ),
            field(
                "minimum",
                Int32ub,
                "dns.soa.minimum_ttl",
                default=3600,
                doc="Seconds for which the absence of a name may be remembered (RFC 2308).",
                source=SOA,
            ),
        ),
        source=SOA,
        doc="The start of a zone of authority",
    ),
    _name(
        "DNSPTR",
        12,
        "domain_name",
        "dns.ptr.domain_name",
        "RFC 1035 section 3.3.12",
        "The name that belongs to an address, or to a service",
    ),
    Resource(
        "DNSMX",
        15,
        (
            field(
                "preference",
                Int16ub,
                "dns.mx.preference",
                doc="The lowest is tried first.",
                source="RFC 1035 section 3.3.9",
            ),
            field(
                "exchange",
                DomainName(compress=True),
                "dns.mx.mail_exchange",
                format="name",
                source="RFC 1035 section 3.3.9",
            ),
        ),
        source="RFC 1035 section 3.3.9",
        doc="A host that takes mail",
    ),
    Resource(
        "DNSTXT",
        16,
        (
            field(
                "strings",
                GreedyRange(Prefixed(Int8ub, GreedyBytes)),
                "dns.txt",
                format="text",
                doc="At most 255 bytes each.",
                source="RFC 1035 section 3.3.14",
            ),
        ),
        source="RFC 1035 section 3.3.14",
        doc="Text for many uses",
    ),
    Resource(
        "DNSAAAA",
        28,
        (field("address", Bytes(16), "dns.aaaa", format="ipv6", source="RFC 3596 section 2.2"),),
        source="RFC 3596 section 2.2",
        doc="An IPv6 address",
    ),
    Resource(
        "DNSSRV",
        33,
        (
            field(
                "priority",
                Int16ub,
                "dns.srv.priority",
                doc="The lowest is tried first.",
                source=SRV,
            ),
            field(
                "weight",
                Int16ub,
                "dns.srv.weight",
                doc="How often, among those of one priority.",
                source=SRV,
            ),
            field("port", Int16ub, "dns.srv.port", source=SRV),
            field(
                "target",
                DomainName(),
                "dns.srv.target",
                format="name",
                doc="The root: the service is not offered.",
                source=SRV,
            ),
        ),
        source=SRV,
        doc="A host that offers a service",
    ),
    Resource(
        "DNSOPT",
        41,
        (
            field(
                "options",
                EDNS_OPTIONS,
                "dns.opt",
                format="options",
                default=(),
                source="RFC 6891 section 6.1.2",
            ),
        ),
        source=EDNS,
        doc="What the sender of the message can do (EDNS)",
        head=(
            field(
                "udp_payload_size",
                Int16ub,
                "dns.rr.udp_payload_size",
                default=1232,
                doc="Largest message over UDP that it takes, in bytes.",
                source="RFC 6891 section 6.1.2",
            ),
            BitStruct(
                field(
                    "extended_response_code",
                    BitsInteger(8),
                    "dns.resp.ext_rcode",
                    default=0,
                    doc="The upper 8 bits of the response code.",
                    source="RFC 6891 section 6.1.3",
                ),
                field(
                    "version",
                    BitsInteger(8),
                    "dns.resp.edns0_version",
                    default=0,
                    source="RFC 6891 section 6.1.3",
                ),
                field(
                    "dnssec_ok",
                    Flag,
                    "dns.resp.z.do",
                    format="bool",
                    default=False,
                    doc="Send DNSSEC's records, too.",
                    source="RFC 3225 section 3",
                ),
                field(
                    "reserved",
                    BitsInteger(15),
                    "dns.resp.z.reserved",
                    default=0,
                    source="RFC 6891 section 6.1.4",
                ),
            ),
        ),
        owner=".",
    ),
    Resource(
        "DNSCAA",
        257,
        (
            field(
                "flags",
                Int8ub,
                "dns.caa.flags",
                format="hex",
                doc="128: who does not understand the tag must not issue.",
                source=CAA,
            ),
            field("tag", Prefixed(Int8ub, GreedyBytes), "dns.caa.tag", format="text", source=CAA),
            field("value", GreedyBytes, "dns.caa.value", format="text", source=CAA),
        ),
        source=CAA,
        doc="Who may issue certificates for the name",
    ),
)


def _flag(name: str, display: str, doc: str, default: bool = False, source: str = SOURCE) -> object:
    return field(name, Flag, display, format="bool", default=default, doc=doc, source=source)


def _count(name: str, display: str) -> object:
    return field(name, Int16ub, display, doc="AUTO: as many as are given.", source=SOURCE)


DNS = HeaderSchema(
    "DNS",
    field(
        "identification",
        Int16ub,
        "dns.id",
        format="hex",
        default=0,
        doc="Matches answers to questions.",
        source=SOURCE,
    ),
    BitStruct(
        _flag("response", "dns.flags.response", "An answer."),
        field(
            "operation_code",
            Nibble,
            "dns.flags.opcode",
            names=OPERATION_CODES,
            default=0,
            source=SOURCE,
        ),
        _flag("authoritative", "dns.flags.authoritative", "The answerer is responsible."),
        _flag("truncated", "dns.flags.truncated", "There is more; ask over TCP."),
        _flag("recursion_desired", "dns.flags.recdesired", "Ask others, too.", default=True),
        _flag("recursion_available", "dns.flags.recavail", "The answerer asks others, too."),
        _flag("reserved", "dns.flags.z", "0."),
        _flag(
            "authentic_data",
            "dns.flags.authenticated",
            "The answerer has verified the records.",
            source="RFC 6840 section 5.7",
        ),
        _flag(
            "checking_disabled",
            "dns.flags.checkdisable",
            "Records need no verification.",
            source="RFC 6840 section 5.9",
        ),
        field(
            "response_code",
            Nibble,
            "dns.flags.rcode",
            names=RESPONSE_CODES,
            default=0,
            source=SOURCE,
        ),
    ),
    _count("question_count", "dns.count.queries"),
    _count("answer_count", "dns.count.answers"),
    _count("authority_count", "dns.count.auth_rr"),
    _count("additional_count", "dns.count.add_rr"),
    field(
        "sections",
        GreedyBytes,
        format="bytes",
        default=b"",
        doc="Questions and records as they stand on the wire.",
        source="RFC 1035 section 4.1",
        sections=Sections(
            counts={
                "questions": "question_count",
                "answers": "answer_count",
                "authorities": "authority_count",
                "additionals": "additional_count",
            },
            resources=RESOURCES,
        ),
    ),
    title="Domain Name System",
    display="dns",
    source="RFC 1035",
    carried={"udp_port": (53, 5353)},
    fits=Fits(minimum=12),
)
