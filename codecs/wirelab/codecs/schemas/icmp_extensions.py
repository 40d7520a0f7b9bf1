"""The extension structure behind the quote of an ICMP error (RFC 4884), for both versions of ICMP.

Extended echo requests carry it, too (RFC 8335 section 2).
"""

from construct import (
    BitsInteger,
    BitStruct,
    Bytes,
    Const,
    Flag,
    GreedyBytes,
    If,
    IfThenElse,
    Int8ub,
    Int16ub,
    Int32ub,
    Nibble,
    len_,
    this,
)

from wirelab.codecs.constructs import Checksum, Rule, field
from wirelab.codecs.header_schema import HeaderSchema
from wirelab.codecs.option_lists import Option, OptionList, Record, RecordList
from wirelab.codecs.registries.icmp import INTERFACE_ROLES
from wirelab.codecs.tlv import TlvStyle

STRUCTURE = "RFC 4884 section 7"
OBJECT = "RFC 4884 section 8"
MPLS = "RFC 4950 section 3"
INTERFACE = "RFC 5837 section 4"
IDENTIFICATION = "RFC 8335 section 2.1"

OBJECT_STYLE = TlvStyle(kind_bytes=1, length_bytes=2, length_first=True)
"""The kind is the class; the C-type begins the data, because in some classes it is made of bits."""


def _c_type(number: int, source: str) -> BitStruct:
    return BitStruct(
        field("c_type", Const(number, BitsInteger(8)), "icmp.ext.ctype", source=source)
    )


LABEL = Record(
    "MPLSLabel",
    (
        BitStruct(
            field("label", BitsInteger(20), "icmp.mpls.label", source=MPLS),
            field("traffic_class", BitsInteger(3), "icmp.mpls.exp", default=0, source="RFC 5462"),
            field(
                "bottom",
                Flag,
                "icmp.mpls.s",
                format="bool",
                default=True,
                doc="The last of the stack.",
                source=MPLS,
            ),
            field("ttl", BitsInteger(8), "icmp.mpls.ttl", default=1, source=MPLS),
        ),
    ),
    source=MPLS,
    doc="An entry of an MPLS label stack",
)


def _interface(name: str, has_name: int, doc: str) -> Option:
    """Interface information with or without the name, which has a length of its own."""
    fields = [
        BitStruct(
            field(
                "role",
                BitsInteger(2),
                "icmp.int_info.role",
                names=INTERFACE_ROLES,
                default=0,
                source=f"{INTERFACE}.1",
            ),
            field(
                "reserved1",
                BitsInteger(2),
                "icmp.int_info.reserved",
                default=0,
                source=f"{INTERFACE}.1",
            ),
            field(
                "has_index",
                Flag,
                "icmp.int_info.ifindex",
                format="bool",
                default=False,
                source=f"{INTERFACE}.1",
            ),
            field(
                "has_address",
                Flag,
                "icmp.int_info.ipaddr",
                format="bool",
                default=False,
                source=f"{INTERFACE}.1",
            ),
            field("has_name", Const(has_name, BitsInteger(1)), source=f"{INTERFACE}.1"),
            field(
                "has_mtu",
                Flag,
                "icmp.int_info.mtu_present",
                format="bool",
                default=False,
                source=f"{INTERFACE}.1",
            ),
        ),
        field(
            "index",
            If(this.has_index, Int32ub),
            "icmp.int_info.index",
            doc="As SNMP's ifIndex.",
            source=f"{INTERFACE}.1",
        ),
        field(
            "address_family",
            If(this.has_address, Int16ub),
            "icmp.int_info.afi",
            doc="1: IPv4, 2: IPv6.",
            source=f"{INTERFACE}.2",
        ),
        field("reserved2", If(this.has_address, Int16ub), source=f"{INTERFACE}.2"),
        field(
            "address",
            If(this.has_address, IfThenElse(this.address_family == 2, Bytes(16), Bytes(4))),
            format="bytes",
            shown="address",
            source=f"{INTERFACE}.2",
        ),
    ]
    if has_name:
        fields += [
            field(
                "name_length",
                Int8ub,
                "icmp.int_info.name_length",
                auto=len_(this.name) + 1,
                doc="Bytes of the name and of this length.",
                source=f"{INTERFACE}.3",
            ),
            field(
                "name",
                Bytes(this.name_length - 1),
                "icmp.int_info.name",
                format="text",
                doc="Filled up with zeros, so that it and its length are a multiple of 4 bytes.",
                source=f"{INTERFACE}.3",
            ),
        ]
    fields.append(
        field(
            "mtu",
            If(this.has_mtu, Int32ub),
            "icmp.int_info.mtu",
            doc="Bytes.",
            source=f"{INTERFACE}.1",
        )
    )
    return Option(name, 2, tuple(fields), source=f"{INTERFACE}.1", doc=doc)


OBJECTS = (
    Option(
        "ICMPLabelStack",
        1,
        (
            _c_type(1, MPLS),
            field("labels", RecordList(LABEL), format="options", source=MPLS),
        ),
        source=MPLS,
        doc="The MPLS labels that the packet came with",
    ),
    _interface("ICMPInterface", 0, "An interface that the packet had to do with"),
    _interface("ICMPNamedInterface", 1, "The same, with the interface's name"),
    Option(
        "ICMPProbeName",
        3,
        (
            _c_type(1, IDENTIFICATION),
            field(
                "name",
                GreedyBytes,
                "icmp.int_ident.name",
                format="text",
                doc="Filled up with zeros to a multiple of 4 bytes.",
                source=IDENTIFICATION,
            ),
        ),
        source=IDENTIFICATION,
        doc="The interface to probe, by name",
    ),
    Option(
        "ICMPProbeIndex",
        3,
        (
            _c_type(2, IDENTIFICATION),
            field("index", Int32ub, "icmp.int_ident.index", source=IDENTIFICATION),
        ),
        source=IDENTIFICATION,
        doc="The interface to probe, by SNMP's ifIndex",
    ),
    Option(
        "ICMPProbeAddress",
        3,
        (
            _c_type(3, IDENTIFICATION),
            field(
                "address_family",
                Int16ub,
                "icmp.int_ident.afi",
                default=1,
                doc="1: IPv4, 2: IPv6, 6: MAC.",
                source=IDENTIFICATION,
            ),
            field(
                "address_length",
                Int8ub,
                "icmp.int_ident.addr_length",
                auto=len_(this.address),
                source=IDENTIFICATION,
            ),
            field("reserved", Int8ub, default=0, source=IDENTIFICATION),
            field(
                "address",
                Bytes(this.address_length),
                format="bytes",
                shown="address",
                source=IDENTIFICATION,
            ),
            field(
                "padding",
                GreedyBytes,
                format="bytes",
                default=b"",
                doc="Zeros up to a multiple of 4 bytes.",
                source=IDENTIFICATION,
            ),
        ),
        source=IDENTIFICATION,
        doc="The interface to probe, by address",
    ),
)

ICMP_EXTENSIONS = HeaderSchema(
    "ICMPExtensions",
    BitStruct(
        field("version", Nibble, "icmp.ext.version", default=2, source=STRUCTURE),
        field(
            "reserved", BitsInteger(12), "icmp.ext.res", format="hex", default=0, source=STRUCTURE
        ),
    ),
    Rule(this.version == 2, "version", "2", STRUCTURE),
    field(
        "checksum",
        Checksum(),
        "icmp.ext.checksum",
        format="hex",
        doc="Of the extensions alone; 0: none computed.",
        source=STRUCTURE,
    ),
    field(
        "objects",
        OptionList(None, OBJECTS, style=OBJECT_STYLE, name="ICMPExtensionObject"),
        "icmp.ext",
        format="options",
        source=OBJECT,
    ),
    title="ICMP Extensions",
    display="icmp",
    source="RFC 4884",
    carried={"icmpv4_type": (42,)},
)
