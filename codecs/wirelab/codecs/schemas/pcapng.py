"""The pcapng capture file: blocks, in sections that each have a byte order of their own.

Source: draft-ietf-opsawg-pcapng. The generated code is `protocols/pcapng.py`.

    +------+--------------+- - - - - - - - - -+--------------+
    | type | total length | body, padded to 4 | total length |     (section 3.1)
    +------+--------------+- - - - - - - - - -+--------------+

The schemas below are the bodies. An unknown block is skipped by its total length, an unknown
option is kept as its code and bytes.
"""

from typing import Any

from construct import Bytes, Const, GreedyRange, Padding, Rebuild, Struct, Terminated, len_, this

from wirelab.codecs.schemas.byte_order import ByteOrder

SOURCE = "draft-ietf-opsawg-pcapng"

CONSTANTS = {
    "BLOCK_SECTION_HEADER": 0x0A0D0D0A,
    "BLOCK_INTERFACE": 1,
    "BLOCK_PACKET": 2,
    "BLOCK_SIMPLE_PACKET": 3,
    "BLOCK_NAME_RESOLUTION": 4,
    "BLOCK_INTERFACE_STATISTICS": 5,
    "BLOCK_ENHANCED_PACKET": 6,
    "BLOCK_JOURNAL": 9,
    "BYTE_ORDER_MAGIC": 0x1A2B3C4D,
    # Options of every block (section 3.5).
    "OPTION_END": 0,
    "OPTION_COMMENT": 1,
    # Options of the section header (section 4.1).
    "SECTION_HARDWARE": 2,
    "SECTION_OS": 3,
    "SECTION_APPLICATION": 4,
    # Options of an interface (section 4.2).
    "INTERFACE_NAME": 2,
    "INTERFACE_DESCRIPTION": 3,
    "INTERFACE_IPV4_ADDRESS": 4,
    "INTERFACE_MAC_ADDRESS": 6,
    "INTERFACE_SPEED": 8,
    "INTERFACE_TIME_RESOLUTION": 9,
    "INTERFACE_FILTER": 11,
    "INTERFACE_OS": 12,
    "INTERFACE_TIME_OFFSET": 14,
    # Options of an enhanced packet (section 4.3).
    "PACKET_FLAGS": 2,
    "PACKET_DROP_COUNT": 4,
    "PACKET_ID": 5,
    # Records of name resolution (section 4.5).
    "NAME_END": 0,
    "NAME_IPV4": 1,
    # Options of interface statistics (section 4.6).
    "STATISTICS_START_TIME": 2,
    "STATISTICS_END_TIME": 3,
    "STATISTICS_RECEIVED": 4,
    "STATISTICS_DROPPED": 5,
}


def _padding(length: Any) -> Padding:
    """Zero bytes up to the next multiple of 4 after `length` bytes (section 3.1)."""
    return Padding(-length % 4)


def _options(order: ByteOrder) -> GreedyRange:
    """Codes and values up to the end of the block; code 0 ends them (section 3.5)."""
    return GreedyRange(
        Struct(
            "code" / order.u16,
            "length" / Rebuild(order.u16, len_(this.value)),
            "value" / Bytes(this.length),
            _padding(this.length),
        )
    )


def section_header(order: ByteOrder) -> Struct:
    """Begins a section; `section_length` -1 means "not known" (section 4.1)."""
    return Struct(
        "byte_order_magic" / Const(0x1A2B3C4D, order.u32),
        "version_major" / order.u16,
        "version_minor" / order.u16,
        "section_length" / order.i64,
        "options" / _options(order),
        Terminated,
    )


def interface_description(order: ByteOrder) -> Struct:
    """An interface; packets name it by its place in the section, from 0 (section 4.2)."""
    return Struct(
        "link_type" / order.u16,
        "reserved" / order.u16,
        "snapshot_length" / order.u32,
        "options" / _options(order),
        Terminated,
    )


def enhanced_packet(order: ByteOrder) -> Struct:
    """A packet; the time counts in units of the interface's `if_tsresol` (section 4.3)."""
    return Struct(
        "interface_id" / order.u32,
        "timestamp_high" / order.u32,
        "timestamp_low" / order.u32,
        "captured_length" / Rebuild(order.u32, len_(this.data)),
        "wire_length" / order.u32,
        "data" / Bytes(this.captured_length),
        _padding(this.captured_length),
        "options" / _options(order),
        Terminated,
    )


def obsolete_packet(order: ByteOrder) -> Struct:
    """A packet as writers before 2009 wrote it (appendix A)."""
    return Struct(
        "interface_id" / order.u16,
        "drops_count" / order.u16,
        "timestamp_high" / order.u32,
        "timestamp_low" / order.u32,
        "captured_length" / Rebuild(order.u32, len_(this.data)),
        "wire_length" / order.u32,
        "data" / Bytes(this.captured_length),
        _padding(this.captured_length),
        "options" / _options(order),
        Terminated,
    )


def simple_packet(order: ByteOrder) -> Struct:
    """The head of a packet without time, of interface 0 (section 4.4).

    Its data run to the end of the block or to the interface's snapshot length.
    """
    return Struct("wire_length" / order.u32)


def name_resolution(order: ByteOrder) -> Struct:
    """Names of addresses: records of the shape of options; type 0 ends them (section 4.5)."""
    return Struct("records" / _options(order), Terminated)


def interface_statistics(order: ByteOrder) -> Struct:
    """Counters of an interface, at the end of a capture (section 4.6)."""
    return Struct(
        "interface_id" / order.u32,
        "timestamp_high" / order.u32,
        "timestamp_low" / order.u32,
        "options" / _options(order),
        Terminated,
    )


SCHEMAS = (
    section_header,
    interface_description,
    enhanced_packet,
    obsolete_packet,
    simple_packet,
    name_resolution,
    interface_statistics,
)
