"""The options of pcapng blocks: name, code, and what the value holds.

Source: draft-ietf-opsawg-pcapng, the section of each block. `protocols/pcapng_blocks.py` is
generated from it. A value that does not have its option's shape is kept as bytes.
"""

from typing import Any, NamedTuple

from construct import Bytes, GreedyBytes, GreedyString, Int8ub, Struct

from wirelab.codecs.schemas.byte_order import ByteOrder

TEXT = GreedyString("utf8")
"""UTF-8 up to the end of the value; not terminated by a zero byte (section 3.5)."""


class BlockOption(NamedTuple):
    """One kind of option.

    Attributes:
        name: the attribute of the block class.
        code: of the option; each kind of block has its own numbers from 2 up.
        value: construct of the value, in the section's byte order.
        summary: what it means, with its unit.
        many: it may occur several times.
    """

    name: str
    code: int
    value: Any
    summary: str
    many: bool = False


def every_block(order: ByteOrder) -> tuple[BlockOption, ...]:
    """Options of all blocks (section 3.5)."""
    return (BlockOption("comments", 1, TEXT, "for people to read", many=True),)


def section_header(order: ByteOrder) -> tuple[BlockOption, ...]:
    """Section 4.1."""
    return (
        BlockOption("hardware", 2, TEXT, "the machine that wrote the section"),
        BlockOption("operating_system", 3, TEXT, "of that machine"),
        BlockOption("application", 4, TEXT, "the program that wrote the section"),
    )


def interface_description(order: ByteOrder) -> tuple[BlockOption, ...]:
    """Section 4.2."""
    ipv4 = Struct("address" / Bytes(4), "mask" / Bytes(4))
    ipv6 = Struct("address" / Bytes(16), "prefix_length" / Int8ub)
    return (
        BlockOption("name", 2, TEXT, "such as `eth0`"),
        BlockOption("description", 3, TEXT, "of the interface"),
        BlockOption("ipv4_addresses", 4, ipv4, "address and mask", many=True),
        BlockOption("ipv6_addresses", 5, ipv6, "address and prefix length", many=True),
        BlockOption("mac_address", 6, Bytes(6), "EUI-48"),
        BlockOption("eui_address", 7, Bytes(8), "EUI-64"),
        BlockOption("speed_bits_s", 8, order.u64, "bits a second, both ways"),
        BlockOption("time_resolution", 9, Int8ub, "power of 10, with the high bit of 2"),
        BlockOption("time_zone", 10, order.i32, "obsolete"),
        BlockOption(
            "filter",
            11,
            Struct("kind" / Int8ub, "filter" / GreedyBytes),
            "capture filter; kind 0: as text, 1: as BPF bytes",
        ),
        BlockOption("operating_system", 12, TEXT, "of the machine with the interface"),
        BlockOption("fcs_length", 13, Int8ub, "bytes of frame check sequence behind each frame"),
        BlockOption("time_offset_s", 14, order.i64, "seconds to add to each time stamp"),
        BlockOption("hardware", 15, TEXT, "the interface's"),
        BlockOption("transmit_speed_bits_s", 16, order.u64, "bits a second"),
        BlockOption("receive_speed_bits_s", 17, order.u64, "bits a second"),
        BlockOption("time_zone_name", 18, TEXT, "IANA's name, such as `Asia/Tokyo`"),
    )


def enhanced_packet(order: ByteOrder) -> tuple[BlockOption, ...]:
    """Section 4.3."""
    tagged = Struct("kind" / Int8ub, "value" / GreedyBytes)
    return (
        BlockOption("packet_flags", 2, order.u32, "direction, reception, errors (section 4.3.1)"),
        BlockOption("hashes", 3, tagged, "algorithm and digest", many=True),
        BlockOption("drop_count", 4, order.u64, "frames lost since the last one"),
        BlockOption("packet_id", 5, order.u64, "the same wherever the same frame was seen"),
        BlockOption("queue", 6, order.u32, "of the interface"),
        BlockOption("verdicts", 7, tagged, "whose verdict, and the verdict", many=True),
        BlockOption(
            "process_and_thread",
            8,
            Struct("process" / order.u32, "thread" / order.u32),
            "ids of who sent or received the packet",
        ),
    )


def obsolete_packet(order: ByteOrder) -> tuple[BlockOption, ...]:
    """Appendix A."""
    tagged = Struct("kind" / Int8ub, "value" / GreedyBytes)
    return (
        BlockOption("packet_flags", 2, order.u32, "as of an enhanced packet"),
        BlockOption("hashes", 3, tagged, "algorithm and digest", many=True),
    )


def name_resolution(order: ByteOrder) -> tuple[BlockOption, ...]:
    """Section 4.5."""
    return (
        BlockOption("server_name", 2, TEXT, "of the DNS server"),
        BlockOption("server_ipv4", 3, Bytes(4), "its address"),
        BlockOption("server_ipv6", 4, Bytes(16), "its address"),
    )


def interface_statistics(order: ByteOrder) -> tuple[BlockOption, ...]:
    """Section 4.6; times are two words, the high one first in either byte order."""
    time = Struct("high" / order.u32, "low" / order.u32)
    return (
        BlockOption("start_time", 2, time, "high and low word, in the interface's unit"),
        BlockOption("end_time", 3, time, "high and low word, in the interface's unit"),
        BlockOption("received", 4, order.u64, "packets of the interface"),
        BlockOption("dropped", 5, order.u64, "packets that the interface lost"),
        BlockOption("accepted", 6, order.u64, "packets that the filter passed"),
        BlockOption("dropped_by_system", 7, order.u64, "packets"),
        BlockOption("delivered", 8, order.u64, "packets that reached the user"),
    )


OPTIONS = {
    function.__name__: function
    for function in (
        section_header,
        interface_description,
        enhanced_packet,
        obsolete_packet,
        name_resolution,
        interface_statistics,
    )
}
"""Schema of the block's body -> its own options."""
