"""pcapng blocks as values: everything is read, and written back byte for byte."""

import contextlib
import gzip
import io
import subprocess

import construct
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wirelab.codecs.block import Block
from wirelab.codecs.block_options import BodyField, CustomOption, OneOption
from wirelab.codecs.capture import CaptureError, PcapngWriter, PcapWriter, open_capture
from wirelab.codecs.capture.blocks import (
    BlockWriter,
    CustomBlock,
    DecryptionSecretsBlock,
    Direction,
    EnhancedPacketBlock,
    InterfaceDescriptionBlock,
    InterfaceStatisticsBlock,
    JournalBlock,
    NameResolutionBlock,
    ObsoletePacketBlock,
    PacketFlags,
    Reception,
    SectionHeaderBlock,
    SimplePacketBlock,
    read_blocks,
)
from wirelab.codecs.errors import EncodeError
from wirelab.codecs.protocols.pcapng_blocks import BLOCKS
from wirelab.codecs.schemas import byte_order as byte_orders
from wirelab.codecs.schemas import pcapng_options

MAC = b"\x02\0\0\0\0\x01"
ORDERS = ("little", "big")
KEYS = "CLIENT_RANDOM " + "00" * 32 + " " + "11" * 48 + "\n"
PEN = 32473
"""RFC 5612: for documentation."""

CUSTOM = CustomOption(PEN, b"text", is_text=True)


def section(order):
    """Every kind of block, with every option of the draft, and what nobody knows."""
    blocks = [
        SectionHeaderBlock(
            byte_order=order,
            comments=("one", "two"),
            hardware="x86-64",
            operating_system="Linux",
            application="tests",
            options=(CUSTOM.pair(order),),
        ),
        InterfaceDescriptionBlock(
            byte_order=order,
            link_type=1,
            snapshot_length=65535,
            name="eth0",
            description="the first",
            ipv4_addresses=((b"\x0a\0\0\x01", b"\xff\xff\xff\0"), (b"\x0a\0\0\x02", b"\xff\0\0\0")),
            ipv6_addresses=((bytes(15) + b"\1", 64),),
            mac_address=MAC,
            eui_address=bytes(8),
            speed_bits_s=10**9,
            time_resolution=9,
            time_zone=-3600,
            filter=(0, b"udp port 53"),
            operating_system="Linux 6.1",
            fcs_length=4,
            time_offset_s=-5,
            hardware="Intel",
            transmit_speed_bits_s=10**10,
            receive_speed_bits_s=10**8,
            time_zone_name="Asia/Tokyo",
        ),
        EnhancedPacketBlock(
            byte_order=order,
            timestamp=1_700_000_000_123_456_789,
            data=bytes(61),
            comments="odd",
            packet_flags=2 | 3 << 2 | 4 << 5 | 1 << 24,
            hashes=((2, b"\1\2\3\4"), (3, bytes(16))),
            drop_count=3,
            packet_id=77,
            queue=5,
            verdicts=((0, b"\1"), (1, bytes(8))),
            process_and_thread=(1, 2),
        ),
        SimplePacketBlock(byte_order=order, wire_length=62, padded_data=bytes(62)),
        ObsoletePacketBlock(byte_order=order, data=b"abc", packet_flags=1, timestamp=5),
        NameResolutionBlock(
            byte_order=order,
            records=((1, b"\x0a\0\0\x01alice\0"), (2, bytes(15) + b"\1localhost\0")),
            server_name="dns",
            server_ipv4=b"\x0a\0\0\x35",
        ),
        InterfaceStatisticsBlock(
            byte_order=order,
            timestamp=9,
            start_time=(0, 1),
            end_time=(0, 9),
            received=10,
            dropped=1,
            accepted=9,
            dropped_by_system=2,
            delivered=7,
        ),
        JournalBlock(byte_order=order, padded_entry=b"__REALTIME_TIMESTAMP=5\nMESSAGE=m\n"),
        DecryptionSecretsBlock(byte_order=order, secrets_type=0x544C534B, data=KEYS.encode()),
        CustomBlock(byte_order=order, enterprise_number=PEN, contents=b"ours"),
        CustomBlock(byte_order=order, type=0x40000BAD, enterprise_number=PEN, contents=b"ours"),
        Block(byte_order=order, type=0x0ABC, body=b"unheard of"),
    ]
    return blocks


def file_of(blocks):
    """The blocks as a file."""
    return b"".join(block.raw for block in blocks)


@pytest.mark.parametrize("order", ORDERS)
def test_every_option_is_read_as_it_was_given(order):
    given_blocks = section(order)
    read = list(read_blocks(io.BytesIO(file_of(given_blocks))))
    assert read == given_blocks
    assert [block.values() for block in read] == [block.values() for block in given_blocks]
    header, interface, packet, simple, obsolete, names, statistics, journal, secrets, *customs = (
        read
    )
    assert isinstance(header, SectionHeaderBlock)
    assert header.comments == ("one", "two")
    assert header.options[-1] == (2988, PEN.to_bytes(4, order) + b"text")
    assert header.custom_options == (CUSTOM,)
    assert isinstance(interface, InterfaceDescriptionBlock)
    assert (interface.time_offset_s, interface.filter) == (-5, (0, b"udp port 53"))
    assert interface.ipv6_addresses == ((bytes(15) + b"\1", 64),)
    assert interface.units_per_second == 10**9
    assert isinstance(packet, EnhancedPacketBlock)
    assert packet.timestamp == 1_700_000_000_123_456_789
    assert packet.direction is Direction.OUTBOUND
    assert packet.flags.reception is Reception.BROADCAST
    assert (packet.flags.fcs_length, packet.flags.errors) == (4, ("crc",))
    assert packet.hashes == ((2, b"\1\2\3\4"), (3, bytes(16)))
    assert isinstance(simple, SimplePacketBlock)
    assert (len(simple.data()), len(simple.data(60))) == (62, 60)
    assert isinstance(obsolete, ObsoletePacketBlock)
    assert (obsolete.drops_count, obsolete.direction) == (0xFFFF, Direction.INBOUND)
    assert isinstance(names, NameResolutionBlock)
    assert names.names == {b"\x0a\0\0\x01": ["alice"], bytes(15) + b"\1": ["localhost"]}
    assert (names.server_name, names.server_ipv4) == ("dns", b"\x0a\0\0\x35")
    assert isinstance(statistics, InterfaceStatisticsBlock)
    assert (statistics.start_time, statistics.delivered) == ((0, 1), 7)
    assert isinstance(journal, JournalBlock)
    assert journal.entry.fields["MESSAGE"] == "m"
    assert isinstance(secrets, DecryptionSecretsBlock)
    assert secrets.key_log == KEYS
    copied, uncopied, unknown = customs
    assert isinstance(copied, CustomBlock)
    assert isinstance(uncopied, CustomBlock)
    assert (copied.is_copied, uncopied.is_copied, copied.enterprise_number) == (True, False, PEN)
    assert (type(unknown), unknown.body) == (Block, b"unheard of\0\0")


def test_a_copy_through_reader_and_writer_is_identical(tmp_path):
    """Two sections of different byte orders, junk in the padding, unknown blocks and options."""
    odd = EnhancedPacketBlock(data=b"abcde", options=((0x7777, b"x"), (0, b""), (9, b"after")))
    junk = bytearray(odd.raw)
    junk[33:36] = b"\xde\xad\xbe"
    data = file_of(section("little")) + bytes(junk) + file_of(section("big"))
    source, target = tmp_path / "in.pcapng", tmp_path / "out.pcapng"
    source.write_bytes(data)
    with BlockWriter(target) as writer:
        for block in read_blocks(source):
            writer.write(block)
    assert target.read_bytes() == data


@settings(max_examples=60, deadline=None)
@given(
    kinds=st.lists(
        st.tuples(st.sampled_from([7, 8, 0x1234, 0xFFFF_FFFF]), st.binary(max_size=40)), max_size=5
    ),
    order=st.sampled_from(ORDERS),
)
def test_unknown_blocks_of_any_contents_are_kept(kinds, order):
    blocks: list[Block] = [SectionHeaderBlock(byte_order=order)]
    blocks += [Block(byte_order=order, type=kind, body=body) for kind, body in kinds]
    data = file_of(blocks)
    read = list(read_blocks(io.BytesIO(data)))
    assert file_of(read) == data
    assert [block.type for block in read] == [block.type for block in blocks]


def test_what_others_write_is_copied_identically(tmp_path, tool):
    """editcap and mergecap write their own blocks and options."""
    source, edited, merged = (tmp_path / name for name in ("a.pcapng", "b.pcapng", "c.pcapng"))
    header, interface, packet, *_ = section("big")
    # editcap 4.0 writes these options with a wrong length, and damages the file.
    packet = packet.replace(queue=None, verdicts=(), process_and_thread=None)
    source.write_bytes(file_of([header, interface, packet]))
    subprocess.run([tool("editcap"), "-a", "1:noted", source, edited], check=True)
    subprocess.run([tool("mergecap"), "-w", merged, source, edited], check=True)
    for path in (edited, merged):
        copy = io.BytesIO()
        with BlockWriter(copy) as writer:
            for block in read_blocks(path):
                writer.write(block)
        assert copy.getvalue() == path.read_bytes()
    notes = [b.comments for b in read_blocks(edited) if isinstance(b, EnhancedPacketBlock)]
    assert notes == [("odd", "noted")]


@pytest.mark.parametrize("order", ORDERS)
def test_wireshark_reads_the_options_that_we_write(order, tmp_path, tool, tshark):
    path = tmp_path / "all.pcapng"
    path.write_bytes(file_of(section(order)))
    words = ["frame.packet_id", "frame.drop_count", "frame.comment", "frame.packet_flags_direction"]
    words += ["frame.interface_queue", "frame.packet_flags_reception_type", "frame.time_epoch"]
    flags = [word for name in words for word in ("-e", name)]
    got = subprocess.run(
        [tshark, "-n", "-r", path, "-T", "fields", *flags, "-c", "1"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert got == "77\t3\todd\t0x00000002\t5\t3\t1699999995.123456789\n"
    report = subprocess.run(
        [tool("capinfos"), "-T", "-M", "-Q", path], capture_output=True, text=True, check=True
    ).stdout
    assert "pcapng" in report
    long = subprocess.run([tool("capinfos"), path], capture_output=True, text=True, check=True)
    for line in (
        "Name = eth0",
        "Description = the first",
        "Hardware = Intel",
        "Speed = 1000000000",
        "FCS length = 4",
        "Time resolution = 0x09",
        "Filter string = udp port 53",
        "Operating system = Linux 6.1",
        "Capture length = 65535",
        "Capture hardware:    x86-64",
        "Capture oper-sys:    Linux",
        "Capture application: tests",
        "Capture comment:     one",
    ):
        assert line in long.stdout


def test_editcap_takes_secrets_out_and_puts_them_in(tmp_path, tool):
    """Section 4.7."""
    path, target = tmp_path / "keys.pcapng", tmp_path / "keys.out"
    with PcapngWriter(path) as writer:
        writer.add_interface("a")
        writer.write_key_log(KEYS)
        writer.write(bytes(60), 0)
    subprocess.run([tool("editcap"), "--discard-all-secrets", path, target], check=True)
    assert any(isinstance(block, DecryptionSecretsBlock) for block in read_blocks(path))
    assert not any(isinstance(block, DecryptionSecretsBlock) for block in read_blocks(target))
    log, again = tmp_path / "keys.log", tmp_path / "again.pcapng"
    log.write_text(KEYS)
    subprocess.run([tool("editcap"), "--inject-secrets", f"tls,{log}", target, again], check=True)
    secrets = [b for b in read_blocks(again) if isinstance(b, DecryptionSecretsBlock)]
    assert [block.key_log for block in secrets] == [KEYS]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("name", sorted(pcapng_options.OPTIONS))
@settings(max_examples=20, deadline=None)
@given(junk=st.binary(max_size=20))
def test_option_values_are_read_as_construct_reads_them(name, order, junk):
    """The schema's shapes, interpreted; what does not have the shape is None."""
    options = pcapng_options.OPTIONS[name](getattr(byte_orders, order.upper()))
    kind = next(one for one in BLOCKS.values() if one.BODY and snake(one.BODY.__name__) == name)
    for option in options:
        ours = getattr(kind, option.name)
        assert ours.code == option.code
        assert isinstance(ours, OneOption) is not option.many
        theirs = construct.Struct("value" / option.value, construct.Terminated)
        if option.value is pcapng_options.TEXT:
            text = junk.decode("utf-8", "replace").replace("\0", "")
            assert ours.layout.read(option.value.build(text), order) == text
            continue
        try:
            parsed = theirs.parse(junk).value
        except construct.ConstructError:
            parsed = None
        if isinstance(parsed, construct.Container):
            parsed = tuple(value for key, value in parsed.items() if not key.startswith("_"))
        if not (isinstance(parsed, tuple) and parsed[-1] == b""):  # a kind without a value
            assert ours.layout.read(junk, order) == parsed


def snake(name):
    """`InterfaceStatistics` -> `interface_statistics`."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)[1:]


@settings(max_examples=150, deadline=None)
@given(
    order=st.sampled_from(ORDERS),
    places=st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 255)), min_size=1, max_size=4),
)
def test_damaged_files_never_raise_anything_else(order, places):
    """Every attribute of every block that is read can be asked for."""
    data = bytearray(file_of(section(order)))
    for place, bits in places:
        data[place % len(data)] ^= bits
    copy = b""
    with contextlib.suppress(CaptureError):
        for block in read_blocks(io.BytesIO(bytes(data))):
            assert repr(block)
            assert block.replace().values() == block.values()
            copy += bytes(block)
    assert bytes(data).startswith(copy)


def test_replacing_keeps_what_is_not_named():
    packet = EnhancedPacketBlock(data=b"abc", comments="old", packet_id=7, options=((0x99, b"x"),))
    changed = packet.replace(comments=("new", "newer"), timestamp=1 << 40)
    assert changed.options == ((1, b"new"), (1, b"newer"), (5, bytes([7]) + bytes(7)), (0x99, b"x"))
    assert (changed.timestamp, changed.data, packet.comments) == (1 << 40, b"abc", ("old",))
    bare = changed.replace(comments=(), packet_id=None)
    assert bare.options == ((0x99, b"x"),)
    names = NameResolutionBlock(records=((1, bytes(4) + b"a\0"),))
    assert names.replace(server_name="dns").records == names.records


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: EnhancedPacketBlock(), "EnhancedPacketBlock.data: expected a value"),
        (lambda: EnhancedPacketBlock(data=b"", color=1), "color: expected one of the block's"),
        (lambda: InterfaceDescriptionBlock(link_type=1 << 16), "expected values that fit"),
        (lambda: InterfaceDescriptionBlock(link_type=1, mac_address=b"123"), "mac_address"),
        (lambda: InterfaceDescriptionBlock(link_type=1, speed_bits_s=-1), "speed_bits_s"),
        (lambda: InterfaceDescriptionBlock(link_type=1, name="x" * 70_000), "at most 65535 bytes"),
        (lambda: SimplePacketBlock(wire_length=1, padded_data=b"", options=((1, b""),)), "options"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_its_name(build, message):
    with pytest.raises(EncodeError, match=message):
        build()


def test_a_damaged_body_is_told_with_block_and_place():
    data = file_of(section("little")[:2])
    bad = bytearray(EnhancedPacketBlock(data=bytes(8)).raw)
    bad[20] = 200
    with pytest.raises(CaptureError) as caught:
        list(read_blocks(io.BytesIO(data + bytes(bad))))
    assert str(caught.value) == (
        "the file is damaged (pcapng block 3, enhanced_packet.data at byte "
        f"{len(data) + 28}: expected 200 bytes, got 8 bytes)"
    )


def test_pcap_and_foreign_files_have_no_blocks():
    stream = io.BytesIO()
    PcapWriter(stream).write(b"x", 0)
    stream.seek(0)
    with pytest.raises(CaptureError, match="a pcap file has no blocks"):
        list(read_blocks(stream))
    with pytest.raises(CaptureError, match="not a capture file"):
        list(read_blocks(io.BytesIO(b"hello")))


def test_gzip_is_read_and_a_cut_gives_the_blocks_before_it():
    blocks = section("big")
    data = file_of(blocks)
    assert list(read_blocks(io.BytesIO(gzip.compress(data)))) == blocks
    ends, end = {}, 0
    for block in blocks:
        end += len(block.raw)
        ends[id(block)] = end
    for length in range(len(blocks[0].raw), len(data), 37):
        reader = read_blocks(io.BytesIO(data[:length]))
        whole = [block for block in blocks if ends[id(block)] <= length]
        assert [next(reader) for _ in whole] == whole
        if length in ends.values():
            assert next(reader, None) is None
        else:
            with pytest.raises(CaptureError, match=f"the file is cut.*block {len(whole) + 1}, "):
                next(reader)


def test_the_writer_takes_blocks_of_its_section_s_byte_order_only():
    stream = io.BytesIO()
    writer = PcapngWriter(stream)
    writer.write_block(InterfaceDescriptionBlock(link_type=1))
    writer.write(b"first", 1)
    with pytest.raises(EncodeError, match="expected little, as of the section"):
        writer.write_block(EnhancedPacketBlock(byte_order="big", data=b"x"))
    writer.write_block(SectionHeaderBlock(byte_order="big"))
    with pytest.raises(EncodeError, match="0 interfaces"):
        writer.write(b"second", 2)
    writer.add_interface("b")
    writer.write(b"second", 2)
    stream.seek(0)
    assert [frame.data for frame in open_capture(stream)] == [b"first", b"second"]


def test_numbers_of_flags_that_nobody_assigned_are_unknown():
    """Section 4.3.1."""
    flags = PacketFlags(3 | 7 << 2)
    assert (flags.direction, flags.reception) == (Direction.UNKNOWN, Reception.UNSPECIFIED)
    assert (flags.fcs_length, flags.errors) == (None, ())


@pytest.mark.parametrize("order", ORDERS)
def test_replacing_options_exchanges_those_without_an_attribute(order):
    secret = CustomOption(PEN, b"secret", is_copied=False).pair(order)
    malformed = (2, b"?")  # flags of one byte
    block = EnhancedPacketBlock(
        byte_order=order, data=b"0123", comments=("kept",), options=(malformed, secret)
    )
    other = block.replace(options=(CUSTOM.pair(order),), queue=7)
    assert other.comments == ("kept",)
    assert other.queue == 7
    assert other.custom_options == (CUSTOM,)
    assert sorted(code for code, _ in other.options) == [1, 6, 2988]
    without = {name: value for name, value in block.values().items() if name != "options"}
    assert block.replace(options=()).values() == without
    bare = EnhancedPacketBlock(byte_order=order, data=b"0123", options=(secret,))
    assert bare.replace(options=()) == EnhancedPacketBlock(byte_order=order, data=b"0123")


def test_fields_are_found_on_the_class_too():
    """As options are, so that `help` and editors see them."""
    assert isinstance(EnhancedPacketBlock.data, BodyField)
