"""Ethernet, IPv4 and TCP as one writes them with construct alone, to measure construct itself.

Options stay bytes, and there is neither checksum nor range check: with those, construct's own
`.compile()` does not compile.
"""

from typing import Any

from construct import (
    BitsInteger,
    BitStruct,
    Bytes,
    Flag,
    Int8ub,
    Int16ub,
    Int32ub,
    Nibble,
    Struct,
    this,
)

FRAME: Any = Struct(
    "ethernet" / Struct("destination" / Bytes(6), "source" / Bytes(6), "type" / Int16ub),
    "ipv4"
    / Struct(
        "first" / BitStruct("version" / Nibble, "ihl" / Nibble),
        "second" / BitStruct("dscp" / BitsInteger(6), "ecn" / BitsInteger(2)),
        "total_length" / Int16ub,
        "identification" / Int16ub,
        "fragment"
        / BitStruct(
            "reserved_flag" / Flag,
            "dont_fragment" / Flag,
            "more_fragments" / Flag,
            "offset" / BitsInteger(13),
        ),
        "ttl" / Int8ub,
        "protocol" / Int8ub,
        "checksum" / Int16ub,
        "source" / Bytes(4),
        "destination" / Bytes(4),
        "options" / Bytes(this.first.ihl * 4 - 20),
    ),
    "tcp"
    / Struct(
        "source_port" / Int16ub,
        "destination_port" / Int16ub,
        "sequence_number" / Int32ub,
        "acknowledgment_number" / Int32ub,
        "word"
        / BitStruct("data_offset" / Nibble, "reserved" / BitsInteger(3), "flags" / BitsInteger(9)),
        "window" / Int16ub,
        "checksum" / Int16ub,
        "urgent_pointer" / Int16ub,
        "options" / Bytes(this.word.data_offset * 4 - 20),
    ),
)
