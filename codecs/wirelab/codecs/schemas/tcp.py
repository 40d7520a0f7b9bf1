"""Transmission Control Protocol (RFC 9293), with its options."""

from construct import (
    BitsInteger,
    BitStruct,
    Int16ub,
    Int32ub,
    Nibble,
    this,
)

from wirelab.codecs.constructs import Checksum, PseudoHeader, Rule, View, field
from wirelab.codecs.header_schema import HeaderSchema
from wirelab.codecs.schemas.tcp_options import TCP_OPTIONS

SOURCE = "RFC 9293 section 3.1"


def _flag(name: str, shift: int, display: str, doc: str, source: str = SOURCE) -> View:
    return View(name, shift, 1, display, format="bool", doc=doc, source=source)


FLAGS = (
    _flag("fin", 0, "tcp.flags.fin", "The sender has no more data."),
    _flag("syn", 1, "tcp.flags.syn", "Synchronize sequence numbers."),
    _flag("rst", 2, "tcp.flags.reset", "Reset the connection."),
    _flag("psh", 3, "tcp.flags.push", "Hand the data to the application now."),
    _flag("ack", 4, "tcp.flags.ack", "The acknowledgment number counts."),
    _flag("urg", 5, "tcp.flags.urg", "The urgent pointer counts."),
    _flag("ece", 6, "tcp.flags.ece", "ECN echo.", "RFC 3168 section 6.1"),
    _flag("cwr", 7, "tcp.flags.cwr", "Congestion window reduced.", "RFC 3168 section 6.1"),
    _flag("ae", 8, "tcp.flags.ae", "Accurate ECN.", "RFC 9768 section 3.1"),
)

TCP = HeaderSchema(
    "TCP",
    field("source_port", Int16ub, "tcp.srcport", aliases=("tcp.port",), default=0, source=SOURCE),
    field(
        "destination_port", Int16ub, "tcp.dstport", aliases=("tcp.port",), default=0, source=SOURCE
    ),
    field("sequence_number", Int32ub, "tcp.seq_raw", default=0, source=SOURCE),
    field("acknowledgment_number", Int32ub, "tcp.ack_raw", default=0, source=SOURCE),
    BitStruct(
        field(
            "data_offset",
            Nibble,
            "tcp.hdr_len",
            auto=this.header_length // 4,
            scale=4,
            doc="Header length in units of 4 bytes.",
            source=SOURCE,
        ),
        field("reserved", BitsInteger(3), "tcp.flags.res", default=0, source=SOURCE),
        field(
            "flags",
            BitsInteger(9),
            "tcp.flags",
            format="hex",
            default=0,
            views=FLAGS,
            flags="TCPFlags",
            doc="All nine control bits: `flags=TCPFlags.SYN | TCPFlags.ACK`.",
            source=SOURCE,
        ),
    ),
    Rule(this.data_offset >= 5, "data_offset", "at least 5", SOURCE),
    field(
        "window",
        Int16ub,
        "tcp.window_size_value",
        default=65535,
        doc="Bytes the sender takes from `acknowledgment_number` on, before scaling.",
        source=SOURCE,
    ),
    field(
        "checksum",
        Checksum(pseudo=PseudoHeader(6)),
        "tcp.checksum",
        format="hex",
        source=SOURCE,
    ),
    field("urgent_pointer", Int16ub, "tcp.urgent_pointer", default=0, source=SOURCE),
    field(
        "options",
        TCP_OPTIONS.within(this.data_offset * 4 - 20),
        "tcp.options",
        format="options",
        source=SOURCE,
    ),
    title="Transmission Control Protocol",
    display="tcp",
    source="RFC 9293",
    carried={"ip_protocol": (6,)},
)
