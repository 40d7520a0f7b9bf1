"""Blocks that our writer never writes (draft-ietf-opsawg-pcapng)."""

import io
import struct

import pytest

from wirelab.codecs.capture import (
    CaptureError,
    JournalEntry,
    PcapngWriter,
    open_capture,
    read_blocks,
)
from wirelab.codecs.protocols import pcapng
from wirelab.codecs.protocols.pcapng import BIG, LITTLE
from wirelab.codecs.protocols.pcapng_blocks import InterfaceDescriptionBlock


def block(kind, body, order=LITTLE):
    """A block around a body."""
    sign = "<>"[order]
    size = struct.pack(sign + "I", len(body) + 12)
    return struct.pack(sign + "I", kind) + size + body + size


def section(order=LITTLE):
    """A section header."""
    return block(
        pcapng.BLOCK_SECTION_HEADER, pcapng.SectionHeader(1, 0, -1, ()).build(order), order
    )


def interface(order=LITTLE, options=(), snapshot_length=0):
    """An interface block."""
    body = pcapng.InterfaceDescription(1, 0, snapshot_length, options).build(order)
    return block(pcapng.BLOCK_INTERFACE, body, order)


def packet(order=LITTLE, time=0, data=b"0123", number=0):
    """An enhanced packet."""
    body = pcapng.EnhancedPacket(number, time >> 32, time & 0xFFFFFFFF, len(data), data).build(
        order
    )
    return block(pcapng.BLOCK_ENHANCED_PACKET, body, order)


def read(data):
    """All frames."""
    return list(open_capture(io.BytesIO(data)))


@pytest.mark.parametrize(
    ("resolution", "ticks", "nanoseconds"),
    [
        (b"\x06", 1_500_000, 1_500_000_000),
        (b"\x09", 1_500_000, 1_500_000),
        (b"\x03", 1_500, 1_500_000_000),
        (b"\x8a", 1024 + 512, 1_500_000_000),
        (b"\x0c", 1_500_000_000_000, 1_500_000_000),
    ],
)
def test_time_counts_in_units_of_the_interface(resolution, ticks, nanoseconds):
    """Section 4.2, if_tsresol: a power of 10, or of 2 with the high bit."""
    options = ((InterfaceDescriptionBlock.time_resolution.code, resolution),)
    (frame,) = read(section() + interface(options=options) + packet(time=ticks))
    assert frame.timestamp_ns == nanoseconds


def test_without_a_resolution_time_counts_in_microseconds():
    (frame,) = read(section() + interface() + packet(time=7))
    assert frame.timestamp_ns == 7000


def test_the_interface_s_offset_is_added():
    """Section 4.2, if_tsoffset: seconds."""
    options = ((InterfaceDescriptionBlock.time_offset_s.code, struct.pack("<q", 100)),)
    (frame,) = read(section() + interface(options=options) + packet(time=7))
    assert frame.timestamp_ns == 100_000_007_000


def test_sections_of_both_byte_orders_follow_each_other():
    """Section 4.1: each section has its own byte order and its own interfaces."""
    data = b"".join(section(order) + interface(order) + packet(order) for order in (LITTLE, BIG))
    frames = read(data)
    assert [frame.data for frame in frames] == [b"0123", b"0123"]
    assert [frame.interface for frame in frames] == [0, 1]


def test_a_simple_packet_has_no_time_and_ends_at_the_snapshot_length():
    """Section 4.4."""
    body = pcapng.SimplePacket(6, b"012300\0\0").build(LITTLE)
    data = section() + interface(snapshot_length=5) + block(pcapng.BLOCK_SIMPLE_PACKET, body)
    (frame,) = read(data)
    assert (frame.data, frame.wire_length, frame.has_timestamp) == (b"01230", 6, False)


def test_an_obsolete_packet_block_is_read():
    """Appendix A."""
    body = pcapng.ObsoletePacket(0, 3, 0, 9, 4, b"0123").build(LITTLE)
    (frame,) = read(section() + interface() + block(pcapng.BLOCK_PACKET, body))
    assert (frame.timestamp_ns, frame.drop_count) == (9000, 3)


def test_unknown_blocks_and_options_are_passed_over():
    options = ((0x1234, b"what"), (InterfaceDescriptionBlock.name.code, b"eth0"))
    data = section() + block(0x0BAD, b"body") + interface(options=options) + packet()
    capture = open_capture(io.BytesIO(data))
    assert len(list(capture)) == 1
    assert capture.interfaces[0].name == "eth0"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (section() + packet(), "interface_id at byte 36: expected below 0"),
        (section() + b"\6\0\0\0\7\0\0\0" + bytes(8), "total_length at byte 32"),
        (section()[:8] + b"????" + section()[12:], "byte_order_magic at byte 8"),
        (section() + interface()[:-2], "the file is cut"),
        (section() + interface() + block(6, bytes(12) + b"\xff\0\0\0" + bytes(4)), "damaged"),
    ],
)
def test_damage_is_told_with_its_place(data, message):
    with pytest.raises(CaptureError, match=message):
        read(data)


def test_a_version_from_the_future_is_refused():
    body = pcapng.SectionHeader(2, 0, -1, ()).build(LITTLE)
    with pytest.raises(CaptureError, match="version is not known"):
        read(block(pcapng.BLOCK_SECTION_HEADER, body))


def test_names_of_ipv6_addresses_are_read_and_those_of_links_passed_over():
    stream = io.BytesIO()
    with PcapngWriter(stream) as writer:
        writer.write_names({"10.0.0.1": "alice"})
    records = ((2, bytes(15) + b"\1six\0"), (3, bytes(6) + b"mac\0"), (0, b""))
    body = pcapng.NameResolution(records).build(LITTLE)
    capture = open_capture(io.BytesIO(stream.getvalue() + block(4, body)))
    assert list(capture) == []
    assert capture.names == {"10.0.0.1": ["alice"], "::1": ["six"]}


def test_a_block_that_ends_with_another_length_is_damaged():
    """Section 3.1: the length stands in front and behind."""
    data = section() + interface() + packet() + packet()[:-4] + b"\x63\0\0\0"
    reader = iter(open_capture(io.BytesIO(data)))
    assert next(reader).data == b"0123"
    with pytest.raises(CaptureError, match=r"the file is damaged.*end of the block.*got 99"):
        next(reader)


def test_interfaces_are_numbered_within_their_section():
    """Section 4.2; `CapturedFrame.interface` counts through."""
    data = section() + interface() + packet() + section(BIG) + interface(BIG) + packet(BIG)
    reader = open_capture(io.BytesIO(data))
    assert [frame.interface for frame in reader] == [0, 1]
    assert [one.number for one in reader.interfaces] == [0, 0]


def test_a_comment_ends_at_a_zero_byte():
    """Section 3.5: strings are not zero-terminated, and what some writers append is no text."""
    body = pcapng.EnhancedPacket(0, 0, 0, 1, b"x", ((pcapng.OPTION_COMMENT, b"one\0two"),))
    block_of = block(pcapng.BLOCK_ENHANCED_PACKET, body.build(LITTLE))
    (frame,) = read(section() + interface() + block_of)
    assert frame.comment == "one"


def test_a_journal_time_of_thousands_of_digits_is_no_time():
    entry = b"__REALTIME_TIMESTAMP=" + b"9" * 5000 + b"\nMESSAGE=x\n"
    data = section() + block(pcapng.BLOCK_JOURNAL, entry + bytes(-len(entry) % 4))
    (record,) = open_capture(io.BytesIO(data)).records()
    assert isinstance(record, JournalEntry)
    assert not record.has_timestamp
    assert record.fields["MESSAGE"] == "x"


def simple(wire_length, data):
    """A simple packet block."""
    return block(pcapng.BLOCK_SIMPLE_PACKET, pcapng.SimplePacket(wire_length, data).build(LITTLE))


@pytest.mark.parametrize(
    ("wire_length", "snapshot_length", "size"),
    [(6, 0, 4), (1 << 31, 0, 8), (1 << 31, 1 << 30, 8), (100, 9, 8)],
)
def test_a_simple_packet_that_claims_more_than_its_block_holds_is_damaged(
    wire_length, snapshot_length, size
):
    """Section 4.4: wire_length or the snapshot length, the less, says how many bytes are here."""
    head = section() + interface(snapshot_length=snapshot_length)
    with pytest.raises(CaptureError, match=r"pcapng block 3, simple_packet.data at byte \d+"):
        read(head + simple(wire_length, bytes(size)))


@pytest.mark.parametrize("edge", [40, 60, 76, 80, 1 << 16])
@pytest.mark.parametrize("resolution", [9, 0x8A])
def test_what_stands_behind_the_last_option_is_no_damage_wherever_the_window_ends(edge, resolution):
    """Section 3.5: the end mark ends the options; Wireshark looks at nothing behind it."""
    junk = b"\x01\0\0\0" + b"\x01\0\xff\xff"
    body = pcapng.EnhancedPacket(0, 0, 7, 4, b"0123", ((1, b"note"),)).build(LITTLE)
    fine = block(pcapng.BLOCK_ENHANCED_PACKET, body + b"\0\0\0\0" + junk)
    options = ((InterfaceDescriptionBlock.time_resolution.code, bytes([resolution])),)
    data = section() + interface(options=options) + fine * 3

    class Slowly(io.BytesIO):
        """A pipe that gives a few bytes at a time."""

        def read1(self, size=-1):
            return super().read1(min(size, edge))

    frames = list(open_capture(Slowly(data)))
    assert [frame.comments for frame in frames] == [("note",)] * 3
    assert [data for _, data in open_capture(Slowly(data)).frames()] == [b"0123"] * 3


@pytest.mark.parametrize("edge", [40, 60, 76, 80, 1 << 16])
def test_damaged_options_are_passed_over_by_the_lean_loop_wherever_the_window_ends(edge):
    body = pcapng.EnhancedPacket(0, 0, 7, 4, b"0123").build(LITTLE)
    damaged = block(pcapng.BLOCK_ENHANCED_PACKET, body + b"\x01\0\xff\xff")
    data = section() + interface() + damaged * 3

    class Slowly(io.BytesIO):
        """A pipe that gives a few bytes at a time."""

        def read1(self, size=-1):
            return super().read1(min(size, edge))

    assert [data for _, data in open_capture(Slowly(data)).frames()] == [b"0123"] * 3
    with pytest.raises(CaptureError, match=r"block 3, enhanced_packet\.options"):
        list(open_capture(Slowly(data)))


def test_numbers_of_another_width_are_no_options():
    """Section 4.3: flags have 4 bytes, packet ids and drop counts 8; as the block classes say."""
    options = ((2, b""), (4, bytes(4)), (5, b"\1" * 9), (2, b"\1\0\0\0"), (5, b"\1" + bytes(7)))
    body = pcapng.EnhancedPacket(0, 0, 7, 4, b"0123", options).build(LITTLE)
    data = section() + interface() + block(pcapng.BLOCK_ENHANCED_PACKET, body)
    (frame,) = read(data)
    assert (frame.packet_flags, frame.packet_id, frame.drop_count) == (1, 1, None)
    (packet_block,) = list(read_blocks(io.BytesIO(data)))[2:]
    assert packet_block.values()["packet_flags"] == 1
    assert packet_block.values()["packet_id"] == 1
    assert "drop_count" not in packet_block.values()
