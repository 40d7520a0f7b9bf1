"""What we write, read by others: Wireshark's tools, dpkt, and our own reader."""

import io
import subprocess

import dpkt
import pytest

from wirelab.codecs import UDP, Ethernet, IPv4
from wirelab.codecs.block import Block
from wirelab.codecs.capture import (
    CapturedFrame,
    JournalEntry,
    PcapngWriter,
    PcapWriter,
    open_capture,
    read_blocks,
)
from wirelab.codecs.capture.block_walk import LARGEST_BLOCK
from wirelab.codecs.capture.blocks import (
    EnhancedPacketBlock,
    InterfaceDescriptionBlock,
    InterfaceStatisticsBlock,
)
from wirelab.codecs.capture.pcap_reader import LARGEST_RECORD
from wirelab.codecs.errors import EncodeError

ARP = bytes.fromhex(
    "ffffffffffff020000000001080600010800060400010200000000010a0000010000000000000a000002"
)
MAC = b"\x02\0\0\0\0\x01"


@pytest.fixture(params=["little", "big"])
def capture(request, tmp_path):
    """A file with every block we write."""
    path = tmp_path / "all.pcapng"
    with PcapngWriter(path, comment="seed 7", byte_order=request.param) as writer:
        alice = writer.add_interface(
            "alice", description="tap on alice", mac=MAC, speed_bits_s=10**9, snapshot_length=0
        )
        bob = writer.add_interface("bob")
        writer.write_names({"10.0.0.1": ["alice", "alice.lab"], b"\x0a\0\0\x02": "bob"})
        writer.write(ARP, 1_500, interface=alice, direction="out", packet_id=7, comment="first")
        writer.write(ARP, 2_000_000_001, interface=bob, direction="in", comment=["x", "y"])
        writer.write_journal(
            {"MESSAGE": "SYN-SENT\nthen more", "SYSLOG_IDENTIFIER": "alice"}, 2_500_000_000
        )
        writer.write(ARP[:20], 3_000_000_000, wire_length=len(ARP), drop_count=3)
        writer.write_statistics(4_000_000_000, received=3, dropped=1)
    return path


def test_tshark_shows_all_that_was_written(capture, tshark):
    names = [
        "frame.number",
        "frame.time_epoch",
        "frame.interface_name",
        "frame.interface_description",
        "frame.packet_flags_direction",
        "frame.packet_id",
        "frame.drop_count",
        "frame.comment",
        "frame.cap_len",
    ]
    words = [word for name in names for word in ("-e", name)]
    output = subprocess.run(
        [tshark, "-n", "-r", capture, "-T", "fields", *words],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert [line.split("\t") for line in output.splitlines()] == [
        ["1", "0.000001500", "alice", "tap on alice", "0x00000002", "7", "", "first", "42"],
        ["2", "2.000000001", "bob", "", "0x00000001", "", "", "x,y", "42"],
        ["3", "2.500000000", "", "", "", "", "", "", "88"],
        ["4", "3.000000000", "alice", "tap on alice", "", "", "3", "", "20"],
    ]


def test_capinfos_shows_section_and_interfaces(capture, tool):
    output = subprocess.run(
        [tool("capinfos"), "-k", "-I", capture], capture_output=True, text=True, check=True
    ).stdout
    assert "Capture comment:     seed 7" in output
    assert "Name = alice" in output
    assert "Speed = 1000000000" in output


def test_wireshark_shows_the_names(tmp_path, tshark):
    path = tmp_path / "names.pcapng"
    with PcapngWriter(path) as writer:
        writer.add_interface("a")
        writer.write_names({"10.0.0.1": "alice"})
        writer.write(bytes(Ethernet() / IPv4(source="10.0.0.1") / UDP()), 0)
    output = subprocess.run(
        [tshark, "-N", "n", "-r", path, "-T", "fields", "-e", "ip.src_host"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert output == "alice\n"


def test_tcpdump_and_dpkt_skip_what_they_do_not_know(capture, tcpdump):
    output = subprocess.run(
        [*tcpdump, "-nr", capture], capture_output=True, text=True, check=True
    ).stdout
    assert len(output.splitlines()) == 3
    with capture.open("rb") as stream:
        assert [data for _, data in dpkt.pcapng.Reader(stream)] == [ARP, ARP, ARP[:20]]


def test_our_reader_gives_back_all_that_was_written(capture):
    with open_capture(capture) as reader:
        records = list(reader.records())
        assert reader.names == {"10.0.0.1": ["alice", "alice.lab"], "10.0.0.2": ["bob"]}
        assert reader.section_comments == ["seed 7"]
        assert [interface.name for interface in reader.interfaces] == ["alice", "bob"]
    first, second, entry, last = records
    assert isinstance(first, CapturedFrame)
    assert isinstance(second, CapturedFrame)
    assert isinstance(last, CapturedFrame)
    assert (first.comment, first.direction, first.packet_id) == ("first", "out", 7)
    assert (second.comments, second.direction, second.interface) == (("x", "y"), "in", 1)
    assert isinstance(entry, JournalEntry)
    assert entry.fields["MESSAGE"] == "SYN-SENT\nthen more"
    assert (last.wire_length, last.drop_count, last.number) == (42, 3, 4)


def test_the_same_calls_give_the_same_bytes():
    def once():
        stream = io.BytesIO()
        with PcapngWriter(stream) as writer:
            writer.add_interface("a")
            writer.write(ARP, 5, comment="c")
        return stream.getvalue()

    assert once() == once()


def test_a_frame_of_an_interface_that_was_not_declared_is_refused():
    with pytest.raises(EncodeError, match=r"interfaces declared with add_interface, got 0"):
        PcapngWriter(io.BytesIO()).write(ARP, 0)


@pytest.mark.parametrize("time", [-1, 1 << 64])
def test_a_time_that_does_not_fit_is_refused(time):
    writer = PcapngWriter(io.BytesIO())
    writer.add_interface("a")
    with pytest.raises(EncodeError, match="64 bits"):
        writer.write(ARP, time)


def test_pcap_refuses_times_after_2106():
    with pytest.raises(EncodeError, match="PcapngWriter takes later ones"):
        PcapWriter(io.BytesIO()).write(ARP, (1 << 32) * 10**9)


def test_a_snapshot_length_cuts_what_pcap_keeps():
    stream = io.BytesIO()
    PcapWriter(stream, snapshot_length=20).write(ARP, 0)
    stream.seek(0)
    (frame,) = open_capture(stream)
    assert (frame.data, frame.wire_length) == (ARP[:20], 42)


def test_options_are_given_by_the_names_of_the_block_classes(tmp_path):
    stream = io.BytesIO()
    with PcapngWriter(stream, comment="c") as writer:
        writer.add_interface("a", ipv6_addresses=[(bytes(16), 64)], filter=(0, b"tcp"))
        writer.write(ARP, 5, queue=3, hashes=[(2, b"1234")], direction="in")
        writer.write_names({"fe80::1": "six", bytes(4): ["four"]}, server_name="dns")
        writer.write_statistics(9, accepted=1)
        writer.write_custom(32473, b"mine", is_copied=False)
        writer.flush()
    stream.seek(0)
    _, interface, packet, names, statistics, custom = read_blocks(stream)
    assert interface.values()["ipv6_addresses"] == ((bytes(16), 64),)
    assert packet.values()["hashes"] == ((2, b"1234"),)
    assert packet.values()["queue"] == 3
    assert names.values()["server_name"] == "dns"
    assert statistics.values()["accepted"] == 1
    assert custom.type == 0x40000BAD
    stream.seek(0)
    capture = open_capture(stream)
    assert [frame.direction for frame in capture] == ["in"]
    assert capture.names == {"fe80::1": ["six"], "0.0.0.0": ["four"]}
    assert capture.interfaces[0].block == interface


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda writer: writer.write(ARP, 0, colour=1), "colour: expected an option: comments"),
        (lambda writer: writer.write(ARP, 0, data_=b""), "data_: expected an option"),
        (lambda writer: writer.add_interface("b", colour=1), "colour: expected one of the block"),
        (lambda writer: writer.write_names({bytes(5): "x"}), "an IPv4 or IPv6 address"),
        (lambda writer: writer.write_names({"fe80::x": "x"}), "expected an address"),
        (lambda writer: writer.write(ARP, 0, drop_count=1 << 64), "drop_count: expected"),
        (lambda writer: writer.write(ARP, 0, packet_id=-1), "packet_id: expected"),
        (lambda writer: writer.write(ARP, 0, flags=1 << 32), "packet_flags: expected"),
        (lambda writer: writer.write(ARP, 0, wire_length=-1), "wire_length: expected"),
        (lambda writer: writer.write(ARP, 0, comment="x" * 70_000), "at most 65535 bytes"),
    ],
)
def test_what_cannot_be_written_is_the_caller_s_fault(call, message):
    stream = io.BytesIO()
    writer = PcapngWriter(stream)
    writer.add_interface("a")
    size = len(stream.getvalue())
    with pytest.raises(EncodeError, match=message):
        call(writer)
    assert len(stream.getvalue()) == size


def test_a_frame_parses_itself():
    stream = io.BytesIO()
    with PcapWriter(stream) as writer:
        writer.write(bytes(Ethernet() / IPv4() / UDP(destination_port=7) / bytes(100))[:60], 0)
    stream.seek(0)
    (frame,) = open_capture(stream)
    cut = frame._replace(wire_length=142)
    assert cut.packet()[UDP].destination_port == 7
    assert frame.packet(strict=False).error is not None


def test_pcap_refuses_a_negative_length_on_the_wire():
    with pytest.raises(EncodeError, match="wire_length: expected bytes on the wire"):
        PcapWriter(io.BytesIO()).write(ARP, 0, wire_length=-1)


def test_frames_are_numbered_as_wireshark_numbers_them(tmp_path, tshark):
    """Journal entries and custom blocks are rows there, secrets and names are not."""
    path = tmp_path / "rows.pcapng"
    with PcapngWriter(path) as writer:
        writer.add_interface("a")
        writer.write(ARP, 1)
        writer.write_custom(32473, b"ours")
        writer.write_key_log("CLIENT_RANDOM 00 11")
        writer.write(ARP, 2)
        writer.write_journal({"MESSAGE": "x"}, 3)
        writer.write_custom(32473, b"ours", is_copied=False)
        writer.write_names({"10.0.0.1": "alice"})
        writer.write(ARP, 4, comment="last")
    words = ["-Y", "arp", "-T", "fields", "-e", "frame.number"]
    output = subprocess.run(
        [tshark, "-n", "-r", path, *words], capture_output=True, text=True, check=True
    ).stdout
    with open_capture(path) as capture:
        numbers = [frame.number for frame in capture]
    assert numbers == [int(line) for line in output.split()] == [1, 3, 6]


def frames_of(stream):
    """All frames of a capture in memory."""
    stream.seek(0)
    return list(open_capture(stream))


@pytest.mark.parametrize(("resolution", "offset_s"), [(6, 0), (9, 5), (0x8A, -5), (12, 0)])
def test_times_are_written_in_the_interface_s_own_unit(resolution, offset_s):
    """Section 4.2: if_tsresol and if_tsoffset say what the two words of a packet mean."""
    stream = io.BytesIO()
    with PcapngWriter(stream) as writer:
        writer.add_interface("a", time_resolution=resolution, time_offset_s=offset_s)
        writer.write(ARP, 7_500_000_000)
        writer.write_statistics(8_500_000_000)
    (frame,) = frames_of(stream)
    assert frame.timestamp_ns == 7_500_000_000
    stream.seek(0)
    interface, packet, statistics = list(read_blocks(stream))[1:]
    assert isinstance(interface, InterfaceDescriptionBlock)
    assert isinstance(packet, EnhancedPacketBlock)
    assert isinstance(statistics, InterfaceStatisticsBlock)
    assert statistics.timestamp - packet.timestamp == interface.units_per_second


def test_times_of_an_interface_that_was_copied_are_written_in_its_unit():
    stream = io.BytesIO()
    with PcapngWriter(stream) as writer:
        writer.write_block(InterfaceDescriptionBlock(link_type=1))  # microseconds
        writer.write(ARP, 7_500_000_000)
    (frame,) = frames_of(stream)
    assert frame.timestamp_ns == 7_500_000_000


def test_a_time_before_the_interface_s_offset_is_refused():
    writer = PcapngWriter(io.BytesIO())
    writer.add_interface("a", time_offset_s=5)
    with pytest.raises(EncodeError, match="from 5000000000"):
        writer.write(ARP, 4_999_999_999)


def test_a_snapshot_length_cuts_what_pcapng_keeps():
    """Section 4.2: what exceeds it is not stored."""
    stream = io.BytesIO()
    with PcapngWriter(stream) as writer:
        writer.add_interface("a", snapshot_length=20)
        writer.write(ARP, 0)
    (frame,) = frames_of(stream)
    assert (frame.data, frame.wire_length) == (ARP[:20], 42)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda writer: writer.write(ARP, 0, direction="outbound"),
            "direction: expected in or out",
        ),
        (lambda writer: writer.write_statistics(0, interface=1), "interface_id: expected one of"),
        (lambda writer: writer.write_statistics(-1), "timestamp: expected"),
        (lambda writer: writer.write_journal({"A=B": "x"}, 0), "A=B"),
        (lambda writer: writer.write_journal({"A": "\ud800"}, 0), "A: expected"),
        (lambda writer: writer.write_journal({"A": "x"}, -1), "timestamp: expected"),
        (lambda writer: writer.write_names({"10.0.0.1": "\ud800"}), "names: expected"),
        (lambda writer: writer.write_names({"10.0.0.1": "a\0b"}), "names: expected"),
        (lambda writer: writer.write_key_log("\ud800"), "secrets: expected"),
        (lambda writer: writer.write(bytes(LARGEST_BLOCK), 0), "block: expected at most"),
        (lambda writer: writer.write_custom(1 << 32, b""), "expected values that fit"),
        (lambda writer: writer.write_custom(1, bytes(LARGEST_BLOCK)), "block: expected at most"),
    ],
)
def test_what_would_be_lost_or_misread_is_refused(call, message):
    stream = io.BytesIO()
    writer = PcapngWriter(stream)
    writer.add_interface("a")
    size = len(stream.getvalue())
    with pytest.raises(EncodeError, match=message):
        call(writer)
    assert len(stream.getvalue()) == size


@pytest.mark.parametrize(
    ("writer_class", "arguments", "message"),
    [
        (PcapWriter, {"byte_order": "Big"}, "byte_order: expected little or big"),
        (PcapngWriter, {"byte_order": "Big"}, "byte_order: expected little or big"),
        (PcapWriter, {"link_type": 1 << 16}, "link_type: expected"),
        (PcapWriter, {"link_type": -1}, "link_type: expected"),
        (PcapWriter, {"snapshot_length": -1}, "snapshot_length: expected"),
        (PcapWriter, {"snapshot_length": 1 << 32}, "snapshot_length: expected"),
        (PcapWriter, {"fcs_length": 3}, "fcs_length: expected"),
        (PcapngWriter, {"comment": "x" * 70_000}, "at most 65535 bytes"),
    ],
)
def test_a_writer_that_is_refused_leaves_the_file_alone(writer_class, arguments, message, tmp_path):
    path = tmp_path / "precious"
    path.write_bytes(b"kept")
    with pytest.raises(EncodeError, match=message):
        writer_class(path, **arguments)
    assert path.read_bytes() == b"kept"


def test_pcap_refuses_frames_that_no_reader_takes():
    """libpcap, Wireshark and we refuse records of more than 262,144 bytes."""
    stream = io.BytesIO()
    writer = PcapWriter(stream, snapshot_length=0)
    writer.write(bytes(LARGEST_RECORD), 0)
    with pytest.raises(EncodeError, match="data: expected at most 262144 bytes"):
        writer.write(bytes(LARGEST_RECORD + 1), 0)
    assert len(frames_of(stream)) == 1


def test_a_block_of_a_byte_order_that_is_none_is_refused():
    with pytest.raises(EncodeError, match="byte_order: expected little or big"):
        InterfaceDescriptionBlock(byte_order="Big", link_type=1)  # type: ignore[arg-type]


@pytest.mark.parametrize("number", [-1, 1 << 32])
def test_a_block_type_that_does_not_fit_is_refused(number):
    with pytest.raises(EncodeError, match="type: expected a block type of 32 bits"):
        Block(type=number)
