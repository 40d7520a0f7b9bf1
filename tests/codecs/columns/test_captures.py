"""Every kind of capture file gives the frames that the sequential reader gives."""

import gzip
import random
import struct
from io import BytesIO

import numpy as np
import pytest

from wirelab.codecs import TCP, UDP, VXLAN, Ethernet, IPv4, columns
from wirelab.codecs.capture import CaptureError, PcapngWriter, PcapWriter, open_capture
from wirelab.codecs.columns import capture_files, scan
from wirelab.codecs.columns.names import UnknownColumnError

FRAMES = 4000


def frame_of(number, size):
    return bytes(Ethernet() / IPv4(identification=number) / UDP(1, number) / bytes(size))


@pytest.fixture(scope="module")
def some():
    """Frames of many sizes, some cut by a snaplen: (bytes, wire length, time)."""
    chance = random.Random(5)
    made = []
    for number in range(FRAMES):
        frame = frame_of(number, chance.choice((0, 1, 7, 400, 1400)))
        kept = frame[: chance.choice((len(frame), len(frame), 60))]
        made.append((kept, len(frame), 1_700_000_000_000_000_000 + number * 1_234_567_000))
    return made


def pcap(frames, **options):
    stream = BytesIO()
    with PcapWriter(stream, **options) as writer:
        for data, wire_length, time_ns in frames:
            writer.write(data, time_ns, wire_length=wire_length)
    return stream.getvalue()


def pcapng(frames, byte_order="little", interfaces=1):
    stream = BytesIO()
    with PcapngWriter(stream, byte_order=byte_order) as writer:
        for number in range(interfaces):
            writer.add_interface(f"eth{number}")
        for number, (data, wire_length, time_ns) in enumerate(frames):
            writer.write(data, time_ns, interface=number % interfaces, wire_length=wire_length)
    return stream.getvalue()


def expected(data):
    with open_capture(BytesIO(data)) as capture:
        return [tuple(frame[:6]) for frame in capture]


def got(table):
    records = table.records
    return [
        (number, time_ns, bytes(records.buffer[start : start + captured]), wire, link, interface)
        for start, captured, wire, time_ns, link, interface, number in zip(
            *(column.tolist() for column in records[1:]), strict=True
        )
    ]


KINDS = {
    "pcap": pcap,
    "pcap, big-endian": lambda frames: pcap(frames, byte_order="big"),
    "pcap, microseconds": lambda frames: pcap(frames, nanoseconds=False),
    "pcap, big-endian microseconds": lambda frames: pcap(
        frames, byte_order="big", nanoseconds=False
    ),
    "pcap, raw IPv4": lambda frames: pcap(
        [(data[14:], wire - 14, time) for data, wire, time in frames], link_type=228
    ),
    "pcapng": pcapng,
    "pcapng, big-endian": lambda frames: pcapng(frames, "big"),
    "pcapng, three interfaces": lambda frames: pcapng(frames, interfaces=3),
    "gzip": lambda frames: gzip.compress(pcap(frames)),
    "two sections": lambda frames: pcapng(frames[:50]) + pcapng(frames[50:], "big", 2),
}


@pytest.fixture(params=KINDS)
def capture(request, some, tmp_path):
    """A file of each kind, and its bytes."""
    data = KINDS[request.param](some)
    path = tmp_path / "capture"
    path.write_bytes(data)
    return path, data


@pytest.fixture
def many_cursors(monkeypatch):
    """Stretches so small that a file of a test has many."""
    monkeypatch.setattr(scan, "STRETCH", 1 << 14)
    monkeypatch.setattr(capture_files, "SEGMENT", 1 << 20)


@pytest.mark.usefixtures("many_cursors")
def test_a_file_of_any_kind_is_read_as_the_reader_reads_it(capture):
    path, data = capture
    frames = expected(data)
    assert len(frames) == FRAMES
    assert got(columns.read(path)) == frames
    blocks = list(columns.blocks(path, rows=999))
    assert [len(block) for block in blocks] == [999] * 4 + [4]
    assert [row for block in blocks for row in got(block)] == frames


def test_a_file_object_is_read_to_its_end(some):
    data = pcap(some)
    assert got(columns.read(BytesIO(data))) == expected(data)


def test_the_chain_is_found_by_cursors_not_by_the_slow_way(some, tmp_path, monkeypatch):
    """Otherwise the tests above would say nothing about cursors."""
    monkeypatch.setattr(scan, "STRETCH", 1 << 14)
    monkeypatch.setattr(scan, "_follow_alone", None)
    for kind in (pcap, pcapng, KINDS["pcap, big-endian"], KINDS["pcap, microseconds"]):
        path = tmp_path / "capture"
        path.write_bytes(kind(some))
        assert len(columns.read(path)) == FRAMES


@pytest.mark.usefixtures("many_cursors")
def test_packets_full_of_records_mislead_nobody(tmp_path):
    """A capture of a capture's transfer: what looks like a record is inside of one."""
    inner = pcap([(frame_of(1, 60), 102, 1_700_000_000_000_000_000)] * 12)[24:]
    frames = [(bytes(Ethernet() / IPv4() / UDP(1, 2) / inner), 2000, 10**18)] * 800
    path = tmp_path / "capture"
    path.write_bytes(pcap(frames))
    assert got(columns.read(path)) == expected(path.read_bytes())


@pytest.mark.parametrize("kind", [pcap, pcapng])
@pytest.mark.parametrize("cut", [1, 17, 30])
@pytest.mark.usefixtures("many_cursors")
def test_a_cut_file_gives_what_is_whole_and_then_the_readers_error(kind, cut, some, tmp_path):
    data = kind(some)[:-cut]
    path = tmp_path / "capture"
    path.write_bytes(data)
    with open_capture(path) as capture, pytest.raises(CaptureError) as theirs:
        list(capture)
    with pytest.raises(CaptureError) as ours:
        columns.read(path)
    assert str(ours.value) == str(theirs.value)
    table = columns.read(path, strict=False)
    assert len(table) == FRAMES - 1
    assert str(table.error) == str(theirs.value)
    blocks = columns.blocks(path, rows=1000)
    assert [len(next(blocks)) for _ in range(4)] == [1000, 1000, 1000, FRAMES - 3001]
    with pytest.raises(CaptureError, match="cut"):
        next(blocks)
    *_, last = columns.blocks(path, rows=1000, strict=False)
    assert last.error is not None


def test_a_damaged_length_ends_the_rows_there(some, tmp_path):
    data = bytearray(pcap(some[:10]))
    third = 24 + 16 * 2 + len(some[0][0]) + len(some[1][0])
    data[third + 8 : third + 12] = struct.pack("<I", 300_000)
    path = tmp_path / "capture"
    path.write_bytes(data)
    table = columns.read(path, strict=False)
    assert len(table) == 2
    assert "captured_length" in str(table.error)


@pytest.mark.parametrize("data", [b"", b"no capture at all", b"\n\r\r\n", b"\xd4\xc3\xb2\xa1"])
def test_what_is_no_capture_is_refused_as_the_reader_does(data, tmp_path):
    path = tmp_path / "capture"
    path.write_bytes(data)
    with pytest.raises(CaptureError) as theirs, open_capture(path) as capture:
        list(capture)
    for strict in (True, False):
        with pytest.raises(CaptureError) as ours:
            columns.read(path, strict=strict)
        assert str(ours.value) == str(theirs.value)
    with pytest.raises(CaptureError):
        list(columns.blocks(path, strict=False))


def test_a_missing_file_is_named():
    with pytest.raises(CaptureError, match="nowhere"):
        columns.read("/nowhere/at/all")


def test_an_empty_capture_has_no_rows_and_all_columns():
    table = columns.read(BytesIO(pcap([])))
    assert len(table) == 0
    assert table["tcp.srcport"].dtype == np.uint16
    assert table.mask("tcp").tolist() == []
    assert list(columns.blocks(BytesIO(pcap([])))) == []


def test_blocks_of_no_rows_are_refused(tmp_path):
    with pytest.raises(ValueError, match="0 rows"):
        list(columns.blocks(tmp_path, rows=0))


def test_relative_times_go_on_from_block_to_block(some, tmp_path):
    path = tmp_path / "capture"
    path.write_bytes(pcap(some))
    relative = [block["frame.time_relative"] for block in columns.blocks(path, rows=1000)]
    assert np.concatenate(relative).tolist() == [n * 1_234_567_000 for n in range(FRAMES)]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("zzz", r"columns\.all_names\(\) lists them"),
        ("tcp", r"a protocol; valid\('tcp'\)"),
        ("tcp.options", r"not one value .* `wirelab dissect -T fields -e tcp\.options`"),
        ("dns.qry.name", "`wirelab dissect -T fields -e dns.qry.name`"),
        ("TCP.ports", r"did you mean TCP\.source_port"),
    ],
)
def test_a_refusal_says_what_to_use_instead(name, says, some):
    table = columns.read(BytesIO(pcap(some[:3])))
    with pytest.raises(UnknownColumnError, match=says):
        table[name]


@pytest.mark.parametrize("name", ["arp", "tcp.srcport", "nothing"])
def test_the_protocols_with_a_checksum_are_named(name, some):
    table = columns.read(BytesIO(pcap(some[:3])))
    with pytest.raises(UnknownColumnError, match=rf"'{name}' has no checksum; .*\budp\b"):
        table.checksum(name)


def test_captured_and_wire_lengths_are_of_one_type(some):
    table = columns.read(BytesIO(pcap(some[:3])))
    assert table["frame.cap_len"].dtype == table["frame.len"].dtype == np.uint32


def test_a_column_that_is_not_there_is_refused_with_the_nearest(some):
    table = columns.read(BytesIO(pcap(some[:3])))
    with pytest.raises(UnknownColumnError, match=r"tcp.srcprt.*tcp.srcport"):
        table["tcp.srcprt"]
    with pytest.raises(UnknownColumnError, match=r"take tcp.srcport or tcp.dstport"):
        table["tcp.port"]
    with pytest.raises(UnknownColumnError, match="nothing"):
        table.valid("nothing")
    assert table.valid("udp.port").all()
    assert "tcp.srcport" in table
    assert "tcp.port" not in table
    assert table["UDP.destination_port"].tolist() == [0, 1, 2]
    assert table["IPv4.ihl"].tolist() == [5, 5, 5]
    assert table["ip.hdr_len"].tolist() == [20, 20, 20]
    assert {"udp.length", "frame.len", "ip.checksum.status"} <= set(table.names)
    assert "tcp.srcport" not in table.names


def test_checksums_around_a_tunnel_and_inside_are_judged_apart():
    """RFC 7348 section 5: UDP covers the inner frame, whose TCP covers its own segment."""
    outer = Ethernet() / IPv4() / UDP(destination_port=4789) / VXLAN(vni=1)
    sound = bytes(outer / Ethernet() / IPv4() / TCP() / b"odd")
    inner = bytes(Ethernet() / IPv4() / TCP(checksum=1) / b"odd")
    frames = [sound, bytes(outer / inner), sound[:-1] + b"x"]
    table = columns.read(BytesIO(pcap([(frame, len(frame), 0) for frame in frames])))
    good, bad = columns.GOOD, columns.BAD
    assert table.checksum("tcp").tolist() == [good, bad, bad]
    assert table.checksum("udp").tolist() == [good, good, bad]
