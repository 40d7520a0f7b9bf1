"""The pcap capture file: one file header, then records.

Source: draft-ietf-opsawg-pcap sections 4 and 5. The generated code is `protocols/pcap.py`.

    +-------------+--------+------+--------+------+- - -
    | file header | record | data | record | data |
    +-------------+--------+------+--------+------+- - -
         24           16      n       16      n       bytes
"""

from construct import Bytes, Rebuild, Struct, len_, this

from wirelab.codecs.schemas.byte_order import ByteOrder

SOURCE = "draft-ietf-opsawg-pcap"

CONSTANTS = {
    "MAGIC_MICROSECONDS": 0xA1B2C3D4,
    "MAGIC_NANOSECONDS": 0xA1B23C4D,
    # Wireshark's "modified tcpdump" (Alexey Kuznetsov's patch): records carry 8 bytes more.
    "MAGIC_MODIFIED": 0xA1B2CD34,
}


def file_header(order: ByteOrder) -> Struct:
    """The first 24 bytes; the magic tells byte order and unit of time (section 4).

    The low 16 bits of `link_type` are the type, bit 26 says that an FCS is there, and bits 28 to
    31 hold its length in units of 2 bytes.
    """
    return Struct(
        "magic" / order.u32,
        "version_major" / order.u16,
        "version_minor" / order.u16,
        "time_zone" / order.i32,
        "significant_figures" / order.u32,
        "snapshot_length" / order.u32,
        "link_type" / order.u32,
    )


def record(order: ByteOrder) -> Struct:
    """One packet; `fraction` is in microseconds or nanoseconds by the file's magic (section 5)."""
    return Struct(
        "seconds" / order.u32,
        "fraction" / order.u32,
        "captured_length" / Rebuild(order.u32, len_(this.data)),
        "wire_length" / order.u32,
        "data" / Bytes(this.captured_length),
    )


def modified_record(order: ByteOrder) -> Struct:
    """One packet of a "modified tcpdump" file (Wireshark, `wiretap/libpcap.h`)."""
    return Struct(
        "seconds" / order.u32,
        "fraction" / order.u32,
        "captured_length" / Rebuild(order.u32, len_(this.data)),
        "wire_length" / order.u32,
        "interface_index" / order.u32,
        "protocol" / order.u16,
        "packet_type" / order.u16,
        "data" / Bytes(this.captured_length),
    )


SCHEMAS = (file_header, record, modified_record)
