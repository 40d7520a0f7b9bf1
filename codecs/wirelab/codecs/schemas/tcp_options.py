"""Options of TCP: those of IANA's registry that have a specification, but for Multipath TCP's."""

from construct import (
    BitsInteger,
    BitStruct,
    Bytes,
    Const,
    Construct,
    Flag,
    GreedyBytes,
    GreedyRange,
    Int8ub,
    Int16ub,
    Int24ub,
    Int32ub,
    Sequence,
)

from wirelab.codecs.constructs import field
from wirelab.codecs.option_lists import Option, OptionList, WhenLength
from wirelab.codecs.schemas.mptcp_options import OPTIONS as MULTIPATH_OPTIONS

MSS = "RFC 9293 section 3.2"
SCALING = "RFC 7323 section 2.2"
TIMESTAMPS = "RFC 7323 section 3.2"
ECHO = "RFC 1072 section 3"
PARTIAL_ORDER = "RFC 1693 section 3.1"
TRANSACTIONS = "RFC 1644 section 3.1"
CHECKSUM = "RFC 1146"
MD5 = "RFC 2385 section 3.0"
QUICK_START = "RFC 4782 section 4.3"
USER_TIMEOUT = "RFC 5482 section 3"
AUTHENTICATION = "RFC 5925 section 2.2"
FAST_OPEN = "RFC 7413 section 4.1.1"
ENCRYPTION = "RFC 8547 section 4.1"
ACCURATE_ECN = "RFC 9768 section 3.2.3"
EXPERIMENTS = "RFC 6994 section 3"


def _number(name: str, construct: Construct, display: str, doc: str, source: str) -> Construct:
    return field(name, construct, display, doc=doc, source=source)


def _count(name: str, kind: int, doc: str) -> Option:
    """The three options of T/TCP share their layout."""
    fields = (_number("count", Int32ub, "tcp.options.cc_value", "Connection count.", TRANSACTIONS),)
    return Option(name, kind, fields, source=TRANSACTIONS, doc=doc)


def _counters(name: str, kind: int, order: tuple[str, ...], doc: str) -> Option:
    """Accurate ECN's byte counters, of which the last ones may be missing."""
    names = {
        "ee0b": ("tcp.options.acc_ecn.ee0b", "Bytes in packets that arrived with ECT(0)."),
        "eceb": ("tcp.options.acc_ecn.eceb", "Bytes in packets that arrived with CE."),
        "ee1b": ("tcp.options.acc_ecn.ee1b", "Bytes in packets that arrived with ECT(1)."),
    }
    fields = []
    for index, counter in enumerate(order):
        lengths = [3 * count for count in range(index + 1, 4)]
        display, what = names[counter]
        fields.append(_number(counter, WhenLength(Int24ub, *lengths), display, what, ACCURATE_ECN))
    return Option(name, kind, tuple(fields), source=ACCURATE_ECN, doc=doc)


def _cookie() -> Construct:
    doc = "4 to 16 bytes; none asks for a cookie."
    display = "tcp.options.tfo.cookie"
    return field("cookie", GreedyBytes, display, format="bytes", doc=doc, source=FAST_OPEN)


def _experiment(name: str, kind: int) -> Option:
    fields = (
        field(
            "experiment_id",
            Int16ub,
            "tcp.options.experimental.exid",
            format="hex",
            doc="Which experiment it is (IANA, TCP Experimental Option Experiment Identifiers).",
            source=EXPERIMENTS,
        ),
        field(
            "data",
            GreedyBytes,
            "tcp.options.experimental.data",
            format="bytes",
            source=EXPERIMENTS,
        ),
    )
    return Option(name, kind, fields, source=EXPERIMENTS, doc="An experiment that shares its kind.")


OPTIONS = (
    # Those of nearly every connection first: the decoder reads them without a table.
    Option(
        "MaximumSegmentSize",
        2,
        (field("value", Int16ub, "tcp.options.mss_val", source=MSS),),
        source=MSS,
        doc="Largest segment the sender takes, in bytes of payload.",
    ),
    Option(
        "WindowScale",
        3,
        (field("shift", Int8ub, "tcp.options.wscale.shift", source=SCALING),),
        source=SCALING,
        doc="The sender's windows are in units of 2**shift bytes; at most 14 counts.",
    ),
    Option(
        "SACKPermitted",
        4,
        source="RFC 2018 section 2",
        doc="The sender of this SYN understands SACK.",
    ),
    Option(
        "SACK",
        5,
        (
            field(
                "blocks",
                GreedyRange(Sequence(Int32ub, Int32ub)),
                "tcp.options.sack",
                format="pairs",
                source="RFC 2018 section 3",
            ),
        ),
        source="RFC 2018 section 3",
        doc="Received blocks: first sequence number, and the one after the last.",
    ),
    Option(
        "Timestamps",
        8,
        (
            field("value", Int32ub, "tcp.options.timestamp.tsval", source=TIMESTAMPS),
            field("echo_reply", Int32ub, "tcp.options.timestamp.tsecr", source=TIMESTAMPS),
        ),
        source=TIMESTAMPS,
        doc="The sender's clock, and the newest timestamp it received.",
    ),
    Option("FastOpen", 34, (_cookie(),), source=FAST_OPEN, doc="Data may come with the SYN."),
    Option(
        "TCPEcho",
        6,
        (field("value", Int32ub, "tcp.options.echo_value", source=ECHO),),
        source=ECHO,
        doc="Echo these bytes; obsoleted by the timestamps (RFC 6247).",
    ),
    Option(
        "TCPEchoReply",
        7,
        (field("value", Int32ub, "tcp.options.echo_value", source=ECHO),),
        source=ECHO,
        doc="The bytes that an echo option carried; obsolete (RFC 6247).",
    ),
    Option(
        "PartialOrderConnectionPermitted",
        9,
        source=PARTIAL_ORDER,
        doc="The sender of this SYN understands partial order; obsolete (RFC 6247).",
    ),
    Option(
        "PartialOrderServiceProfile",
        10,
        (
            BitStruct(
                field("start", Flag, format="bool", doc="First segment.", source=PARTIAL_ORDER),
                field("end", Flag, format="bool", doc="Last segment.", source=PARTIAL_ORDER),
                field("filler", BitsInteger(6), default=0, source=PARTIAL_ORDER),
            ),
        ),
        source=PARTIAL_ORDER,
        doc="Whether a service profile starts or ends here; obsolete (RFC 6247).",
    ),
    _count("ConnectionCount", 11, "CC: the sender's connection count; obsolete (RFC 6247)."),
    _count("ConnectionCountNew", 12, "CC.NEW: start the count anew; obsolete (RFC 6247)."),
    _count("ConnectionCountEcho", 13, "CC.ECHO: the count received; obsolete (RFC 6247)."),
    Option(
        "AlternateChecksumRequest",
        14,
        (
            field(
                "algorithm",
                Int8ub,
                doc="0 TCP checksum, 1 8-bit Fletcher, 2 16-bit Fletcher.",
                source=CHECKSUM,
            ),
        ),
        source=CHECKSUM,
        doc="Use another checksum; obsolete (RFC 6247).",
    ),
    Option(
        "AlternateChecksumData",
        15,
        (field("checksum", GreedyBytes, format="bytes", source=CHECKSUM),),
        source=CHECKSUM,
        doc="A checksum of more than 16 bits; obsolete (RFC 6247).",
    ),
    Option(
        "MD5Signature",
        19,
        (field("digest", Bytes(16), "tcp.options.md5.digest", format="bytes", source=MD5),),
        source=MD5,
        doc="Digest of segment and shared key; obsoleted by TCP-AO (RFC 5925).",
    ),
    Option(
        "QuickStartResponse",
        27,
        (
            BitStruct(
                field("reserved", BitsInteger(4), default=0, source=QUICK_START),
                field(
                    "rate",
                    BitsInteger(4),
                    "tcp.options.qs.rate",
                    doc="N: the sender may send 40,000 * 2**N bits per second; 0: not approved.",
                    source=QUICK_START,
                ),
            ),
            _number("ttl_difference", Int8ub, "tcp.options.qs.ttl_diff", "Hops.", QUICK_START),
            BitStruct(
                field("nonce", BitsInteger(30), format="hex", source=QUICK_START),
                field("reserved2", BitsInteger(2), default=0, source=QUICK_START),
            ),
        ),
        source=QUICK_START,
        doc="The rate that all routers on the way approved.",
    ),
    Option(
        "UserTimeout",
        28,
        (
            BitStruct(
                field(
                    "in_minutes",
                    Flag,
                    "tcp.options.user_to_granularity",
                    format="bool",
                    default=False,
                    doc="The timeout counts minutes, not seconds.",
                    source=USER_TIMEOUT,
                ),
                field("timeout", BitsInteger(15), "tcp.options.user_to_val", source=USER_TIMEOUT),
            ),
        ),
        source=USER_TIMEOUT,
        doc="How long the sender lets data go unacknowledged.",
    ),
    Option(
        "TCPAuthentication",
        29,
        (
            _number("key_id", Int8ub, "tcp.options.ao.keyid", "Key of this MAC.", AUTHENTICATION),
            _number(
                "receive_next_key_id",
                Int8ub,
                "tcp.options.ao.rnextkeyid",
                "Key that the sender is ready to receive.",
                AUTHENTICATION,
            ),
            field("mac", GreedyBytes, "tcp.options.ao.mac", format="bytes", source=AUTHENTICATION),
        ),
        source=AUTHENTICATION,
        doc="TCP-AO: message authentication code of the segment.",
    ),
    *MULTIPATH_OPTIONS,
    Option(
        "EncryptionNegotiation",
        69,
        (field("suboptions", GreedyBytes, format="bytes", source=ENCRYPTION),),
        source=ENCRYPTION,
        doc="TCP-ENO: the encryption protocols that the sender offers.",
    ),
    _counters("AccurateECN0", 172, ("ee0b", "eceb", "ee1b"), "Byte counters, ECT(0) first."),
    _counters("AccurateECN1", 174, ("ee1b", "eceb", "ee0b"), "Byte counters, ECT(1) first."),
    Option(
        "FastOpenExperiment",
        254,
        (field("experiment_id", Const(0xF989, Int16ub), source="RFC 7413 appendix A"), _cookie()),
        source="RFC 7413 appendix A",
        doc="Fast Open as it was before it had a kind of its own.",
    ),
    _experiment("TCPExperiment1", 253),
    _experiment("TCPExperiment2", 254),
)

TCP_OPTIONS = OptionList(
    None,
    OPTIONS,
    # RFC 7323 appendix A recommends this layout, and every data segment has it.
    usual=("NoOperation", "NoOperation", "Timestamps"),
    name="tcp_options.TCPOption",
)
