"""Options of Multipath TCP (RFC 8684): one kind, told apart by four bits, the subtype.

Their layouts grow during the handshake, so the length of an option says which fields it has.
"""

from construct import (
    BitsInteger,
    BitStruct,
    Bytes,
    Const,
    Construct,
    Flag,
    GreedyRange,
    If,
    IfThenElse,
    Int8ub,
    Int16ub,
    Int32ub,
    Int64ub,
    this,
)

from wirelab.codecs.constructs import field
from wirelab.codecs.option_lists import Option, WhenLength

CAPABLE = "RFC 8684 section 3.1"
JOIN = "RFC 8684 section 3.2"
SIGNAL = "RFC 8684 section 3.3"
PRIORITY = "RFC 8684 section 3.3.8"
ADD = "RFC 8684 section 3.4.1"
REMOVE = "RFC 8684 section 3.4.2"
FAST_CLOSE = "RFC 8684 section 3.5"
RESET = "RFC 8684 section 3.6"
FAIL = "RFC 8684 section 3.7"


def _option(name: str, *fields: Construct, source: str, doc: str) -> Option:
    return Option(name, 30, fields, source=source, doc=doc)


def _subtype(number: int) -> Construct:
    return field("subtype", Const(number, BitsInteger(4)), "tcp.options.mptcp.subtype")


def _flag(name: str, display: str, source: str, doc: str = "", **notes: object) -> Construct:
    display = f"tcp.options.mptcp.{display}" if display else ""
    notes.setdefault("default", False)
    return field(name, Flag, display, format="bool", source=source, doc=doc, **notes)


def _reserved(bits: int, source: str) -> Construct:
    return field("reserved", BitsInteger(bits), default=0, source=source)


def _number(name: str, construct: Construct, display: str, source: str, doc: str = "") -> Construct:
    return field(name, construct, f"tcp.options.mptcp.{display}", source=source, doc=doc)


def _bytes(name: str, construct: Construct, display: str, source: str, kind: str) -> Construct:
    return field(name, construct, f"tcp.options.mptcp.{display}", source=source, format=kind)


def _version() -> Construct:
    display = "tcp.options.mptcp.version"
    return field("version", BitsInteger(4), display, default=1, source=CAPABLE)


def _join(name: str, *fields: Construct, doc: str) -> Option:
    """The two messages of a join that have an address identifier."""
    return _option(
        name,
        BitStruct(
            _subtype(1),
            _reserved(3, JOIN),
            _flag("backup", "backup.flag", JOIN, "Use this subflow when no other is left."),
        ),
        _number("address_id", Int8ub, "addrid", JOIN),
        *fields,
        source=JOIN,
        doc=doc,
    )


OPTIONS = (
    _option(
        "MPCapable",
        BitStruct(
            _subtype(0),
            field(
                "version", BitsInteger(4), "tcp.options.mptcp.version", default=1, source=CAPABLE
            ),
            _flag("checksum_required", "checksumreq.flags", CAPABLE),
            _flag("extensibility", "extensibility.flag", CAPABLE),
            _flag(
                "no_more_subflows",
                "nomoresubflows.flag",
                CAPABLE,
                "No further subflow to this address and port.",
            ),
            _reserved(4, CAPABLE),
            _flag("hmac_sha256", "sha256.flag", CAPABLE, default=True),
        ),
        _number("sender_key", WhenLength(Int64ub, 10, 18, 20, 22), "sendkey", CAPABLE),
        _number("receiver_key", WhenLength(Int64ub, 18, 20, 22), "recvkey", CAPABLE),
        _number("data_length", WhenLength(Int16ub, 20, 22), "datalvllen", CAPABLE),
        field(
            "checksum",
            WhenLength(Int16ub, 22),
            "tcp.options.mptcp.checksum",
            format="hex",
            source=CAPABLE,
        ),
        source=CAPABLE,
        doc="MP_CAPABLE: this connection may use several paths; keys as far as they are known.",
    ),
    _join(
        "MPJoinSYN",
        _number("receiver_token", Int32ub, "recvtok", JOIN),
        _number("sender_random", Int32ub, "sendrand", JOIN),
        doc="MP_JOIN in a SYN: a further subflow of the connection with this token.",
    ),
    _join(
        "MPJoinSYNACK",
        _number("sender_truncated_hmac", Int64ub, "sendtrunchmac", JOIN),
        _number("sender_random", Int32ub, "sendrand", JOIN),
        doc="MP_JOIN in the answer to a SYN.",
    ),
    _option(
        "MPJoinACK",
        BitStruct(_subtype(1), _reserved(12, JOIN)),
        _bytes("sender_hmac", Bytes(20), "sendhmac", JOIN, "bytes"),
        source=JOIN,
        doc="MP_JOIN in the third segment of a handshake.",
    ),
    _option(
        "DataSequenceSignal",
        BitStruct(
            _subtype(2),
            _reserved(7, SIGNAL),
            _flag("data_fin", "datafin.flag", SIGNAL, "No more data."),
            _flag("data_sequence_is_8_bytes", "dseqn8.flag", SIGNAL),
            _flag(
                "mapping_present",
                "dseqnpresent.flag",
                SIGNAL,
                default=None,
                auto=this.data_sequence_number != None,  # noqa: E711 (an expression)
            ),
            _flag("data_ack_is_8_bytes", "dataack8.flag", SIGNAL),
            _flag(
                "data_ack_present",
                "dataackpresent.flag",
                SIGNAL,
                default=None,
                auto=this.data_ack != None,  # noqa: E711 (an expression)
            ),
        ),
        _number(
            "data_ack",
            If(this.data_ack_present, IfThenElse(this.data_ack_is_8_bytes, Int64ub, Int32ub)),
            "rawdataack",
            SIGNAL,
        ),
        _number(
            "data_sequence_number",
            If(this.mapping_present, IfThenElse(this.data_sequence_is_8_bytes, Int64ub, Int32ub)),
            "rawdataseqno",
            SIGNAL,
        ),
        _number(
            "subflow_sequence_number",
            If(this.mapping_present, Int32ub),
            "subflowseqno",
            SIGNAL,
            "Relative to the subflow's initial sequence number.",
        ),
        _number("data_length", If(this.mapping_present, Int16ub), "datalvllen", SIGNAL),
        # Whether there is one has been agreed upon in the handshake; only the length tells it here.
        field(
            "checksum",
            WhenLength(Int16ub, 14, 18, 22, 26),  # Wireshark 4.0 does not show it
            format="hex",
            source=SIGNAL,
        ),
        source=SIGNAL,
        doc="DSS: which bytes of the whole connection these are, and up to where data arrived.",
    ),
    _option(
        "AddAddress",
        BitStruct(
            _subtype(3),
            _reserved(3, ADD),
            _flag("echo", "echo", ADD, "The address has been received."),
        ),
        _number("address_id", Int8ub, "addrid", ADD),
        _bytes("ipv4", WhenLength(Bytes(4), 6, 8, 14, 16), "ipv4", ADD, "ipv4"),
        _bytes("ipv6", WhenLength(Bytes(16), 18, 20, 26, 28), "ipv6", ADD, "ipv6"),
        _number("port", WhenLength(Int16ub, 8, 16, 20, 28), "port", ADD),
        _number("truncated_hmac", WhenLength(Int64ub, 14, 16, 26, 28), "addaddrtrunchmac", ADD),
        source=ADD,
        doc="ADD_ADDR: a further address of the sender, of either IP version.",
    ),
    _option(
        "RemoveAddress",
        BitStruct(_subtype(4), _reserved(4, REMOVE)),
        _number("address_ids", GreedyRange(Int8ub), "addrid", REMOVE),
        source=REMOVE,
        doc="REMOVE_ADDR: addresses that the sender has lost.",
    ),
    _option(
        "MPPriority",
        BitStruct(_subtype(5), _reserved(3, PRIORITY), _flag("backup", "backup.flag", PRIORITY)),
        _number("address_id", WhenLength(Int8ub, 2), "addrid", PRIORITY, "In version 0 only."),
        source=PRIORITY,
        doc="MP_PRIO: whether this subflow is a backup from now on.",
    ),
    _option(
        "MPFail",
        BitStruct(_subtype(6), _reserved(12, FAIL)),
        _number("data_sequence_number", Int64ub, "rawdataseqno", FAIL),
        source=FAIL,
        doc="MP_FAIL: a checksum was wrong from here on.",
    ),
    _option(
        "MPFastClose",
        BitStruct(_subtype(7), _reserved(12, FAST_CLOSE)),
        _number("receiver_key", Int64ub, "recvkey", FAST_CLOSE),
        source=FAST_CLOSE,
        doc="MP_FASTCLOSE: the whole connection is reset.",
    ),
    _option(
        "MPReset",
        BitStruct(
            _subtype(8),
            _flag("flag_u", "flag_U.flag", RESET),
            _flag("flag_v", "flag_V.flag", RESET),
            _flag("flag_w", "flag_W.flag", RESET),
            _flag("transient", "flag_T.flag", RESET, "It may work again later."),
        ),
        _number("reason", Int8ub, "rst_reason", RESET),
        source=RESET,
        doc="MP_TCPRST: why this subflow is reset.",
    ),
)
