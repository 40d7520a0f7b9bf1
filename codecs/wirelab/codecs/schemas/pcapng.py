"""The pcapng capture file: blocks, in sections that each have a byte order of their own.

Source: draft-ietf-opsawg-pcapng. The generated code is `protocols/pcapng.py`.

    +------+--------------+- - - - - - - - - -+--------------+
    | type | total length | body, padded to 4 | total length |     (section 3.1)
    +------+--------------+- - - - - - - - - -+--------------+

The schemas below are the bodies. An unknown block is kept as its bytes, an unknown option as its
code and bytes; `schemas/pcapng_options.py` says what the known ones hold.
"""

from typing import Any

from construct import (
    Bytes,
    Const,
    Default,
    GreedyBytes,
    GreedyRange,
    Padding,
    Rebuild,
    Struct,
    Terminated,
    len_,
    this,
)

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
    "BLOCK_DECRYPTION_SECRETS": 10,
    "BLOCK_CUSTOM": 0x00000BAD,
    # The same, not to be copied by a program that does not know it (section 4.8).
    "BLOCK_CUSTOM_UNCOPIED": 0x40000BAD,
    "BYTE_ORDER_MAGIC": 0x1A2B3C4D,
    # Options of every block (section 3.5).
    "OPTION_END": 0,
    "OPTION_COMMENT": 1,
    # Custom options: an enterprise number, then text or bytes, to be copied or not.
    "OPTION_CUSTOM_TEXT": 2988,
    "OPTION_CUSTOM_BYTES": 2989,
    "OPTION_CUSTOM_TEXT_UNCOPIED": 19372,
    "OPTION_CUSTOM_BYTES_UNCOPIED": 19373,
    # Records of name resolution (section 4.5).
    "NAME_END": 0,
    "NAME_IPV4": 1,
    "NAME_IPV6": 2,
    "NAME_EUI48": 3,
    "NAME_EUI64": 4,
    # Kinds of secrets (section 4.7).
    "SECRETS_SSH_KEY_LOG": 0x5353484B,
    "SECRETS_TLS_KEY_LOG": 0x544C534B,
    "SECRETS_WIREGUARD_KEY_LOG": 0x57474B4C,
    "SECRETS_ZIGBEE_NETWORK_KEY": 0x5A4E574B,
    "SECRETS_ZIGBEE_APPLICATION_KEY": 0x5A415053,
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
        "version_major" / Default(order.u16, 1),
        "version_minor" / Default(order.u16, 0),
        "section_length" / Default(order.i64, -1),
        "options" / _options(order),
        Terminated,
    )


def interface_description(order: ByteOrder) -> Struct:
    """An interface; packets name it by its place in the section, from 0 (section 4.2)."""
    return Struct(
        "link_type" / order.u16,
        "reserved" / Default(order.u16, 0),
        "snapshot_length" / Default(order.u32, 0),
        "options" / _options(order),
        Terminated,
    )


def enhanced_packet(order: ByteOrder) -> Struct:
    """A packet; the time counts in units of the interface's `if_tsresol` (section 4.3)."""
    return Struct(
        "interface_id" / Default(order.u32, 0),
        "timestamp_high" / Default(order.u32, 0),
        "timestamp_low" / Default(order.u32, 0),
        "captured_length" / Rebuild(order.u32, len_(this.data)),
        "wire_length" / Default(order.u32, len_(this.data)),
        "data" / Bytes(this.captured_length),
        _padding(this.captured_length),
        "options" / _options(order),
        Terminated,
    )


def obsolete_packet(order: ByteOrder) -> Struct:
    """A packet as writers before 2009 wrote it (appendix A)."""
    return Struct(
        "interface_id" / Default(order.u16, 0),
        "drops_count" / Default(order.u16, 0xFFFF),
        "timestamp_high" / Default(order.u32, 0),
        "timestamp_low" / Default(order.u32, 0),
        "captured_length" / Rebuild(order.u32, len_(this.data)),
        "wire_length" / Default(order.u32, len_(this.data)),
        "data" / Bytes(this.captured_length),
        _padding(this.captured_length),
        "options" / _options(order),
        Terminated,
    )


def simple_packet(order: ByteOrder) -> Struct:
    """A packet without time, of interface 0 (section 4.4).

    Its data end at `wire_length` or at the interface's snapshot length, then come zeros up to a
    multiple of 4 bytes.
    """
    return Struct("wire_length" / order.u32, "padded_data" / GreedyBytes)


def name_resolution(order: ByteOrder) -> Struct:
    """Names of addresses: records of the shape of options; type 0 ends them (section 4.5)."""
    return Struct("records" / _options(order), Terminated)


def interface_statistics(order: ByteOrder) -> Struct:
    """Counters of an interface, at the end of a capture (section 4.6)."""
    return Struct(
        "interface_id" / Default(order.u32, 0),
        "timestamp_high" / Default(order.u32, 0),
        "timestamp_low" / Default(order.u32, 0),
        "options" / _options(order),
        Terminated,
    )


def journal(order: ByteOrder) -> Struct:
    """An entry of systemd's journal in its export format, then zeros to a multiple of 4 (4.9)."""
    return Struct("padded_entry" / GreedyBytes)


def decryption_secrets(order: ByteOrder) -> Struct:
    """Keys for what the packets after it carry, such as a TLS key log (section 4.7)."""
    return Struct(
        "secrets_type" / order.u32,
        "secrets_length" / Rebuild(order.u32, len_(this.data)),
        "data" / Bytes(this.secrets_length),
        _padding(this.secrets_length),
        "options" / _options(order),
        Terminated,
    )


def custom(order: ByteOrder) -> Struct:
    """Whatever the owner of a private enterprise number put there (section 4.8).

    Where its data end and options begin is known to the owner only.
    """
    return Struct("enterprise_number" / order.u32, "contents" / GreedyBytes)


SCHEMAS = (
    section_header,
    interface_description,
    enhanced_packet,
    obsolete_packet,
    simple_packet,
    name_resolution,
    interface_statistics,
    journal,
    decryption_secrets,
    custom,
)

TYPES = {
    "section_header": ("BLOCK_SECTION_HEADER",),
    "interface_description": ("BLOCK_INTERFACE",),
    "obsolete_packet": ("BLOCK_PACKET",),
    "simple_packet": ("BLOCK_SIMPLE_PACKET",),
    "name_resolution": ("BLOCK_NAME_RESOLUTION",),
    "interface_statistics": ("BLOCK_INTERFACE_STATISTICS",),
    "enhanced_packet": ("BLOCK_ENHANCED_PACKET",),
    "journal": ("BLOCK_JOURNAL",),
    "decryption_secrets": ("BLOCK_DECRYPTION_SECRETS",),
    "custom": ("BLOCK_CUSTOM", "BLOCK_CUSTOM_UNCOPIED"),
}
"""Schema -> the block types that have it; a new block gets the first."""

SHAPES = {
    "section_header": "Block",
    "interface_description": "InterfaceShape",
    "enhanced_packet": "PacketShape",
    "obsolete_packet": "PacketShape",
    "simple_packet": "SimplePacketShape",
    "name_resolution": "NamesShape",
    "interface_statistics": "TimedShape",
    "journal": "JournalShape",
    "decryption_secrets": "SecretsShape",
    "custom": "CustomShape",
}
"""Schema -> the class of `capture/block.py` with what is computed from the body."""
