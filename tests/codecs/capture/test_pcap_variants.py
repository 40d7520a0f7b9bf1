"""pcap files of old versions and odd makers, and reading in several goes."""

import io
import struct
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wirelab.codecs.capture import (
    CaptureError,
    PcapngWriter,
    PcapWriter,
    open_capture,
    read_frames,
)
from wirelab.codecs.errors import EncodeError
from wirelab.codecs.protocols.pcap import (
    BIG,
    LITTLE,
    MAGIC_MODIFIED,
    FileHeader,
    ModifiedRecord,
    Record,
)

FRAMES = [bytes([number]) * (60 + number) for number in range(5)]


def pcap(version=(2, 4), lengths=lambda captured, wire: (captured, wire), sign="<"):
    """A file of microseconds, its frames cut to 60 bytes."""
    data = struct.pack(sign + "IHHiIII", 0xA1B2C3D4, *version, 0, 0, 65535, 1)
    for number, frame in enumerate(FRAMES):
        data += struct.pack(sign + "IIII", number, 7, *lengths(60, len(frame))) + frame[:60]
    return data


def swap(captured, wire):
    """The lengths the other way round."""
    return wire, captured


@pytest.mark.parametrize("sign", ["<", ">"])
@pytest.mark.parametrize(
    ("version", "lengths"),
    [((2, 4), None), ((2, 2), swap), ((2, 3), None), ((2, 3), swap), ((543, 0), swap)],
)
def test_lengths_are_found_in_files_of_every_version(version, lengths, sign, tmp_path, tcpdump):
    """libpcap's `sf-pcap.c`; tcpdump is the oracle."""
    data = pcap(version, lengths or (lambda captured, wire: (captured, wire)), sign)
    path = tmp_path / "old.pcap"
    path.write_bytes(data)
    read = lengths_of(path)
    assert read == [(frame[:60], len(frame)) for frame in FRAMES]
    assert list(read_frames(path)) == [
        (number * 10**9 + 7000, frame[:60]) for number, frame in enumerate(FRAMES)
    ]
    new = tmp_path / "new.pcap"
    subprocess.run([*tcpdump, "-r", path, "-w", new], check=True, capture_output=True)
    assert lengths_of(new) == read


def lengths_of(path):
    """Data and length on the wire of every frame."""
    with open_capture(path) as capture:
        return [(frame.data, frame.wire_length) for frame in capture]


@pytest.mark.parametrize("version", [(1, 4), (2, 5), (3, 0), (543, 1)])
def test_other_versions_are_refused(version):
    with pytest.raises(CaptureError, match=r"version is not known.*expected 2.0 to 2.4"):
        open_capture(io.BytesIO(pcap(version)))


@pytest.mark.parametrize("length", [None, 0, 4, 30])
def test_the_length_of_the_fcs_stands_beside_the_link_type(length, tmp_path, tshark):
    """draft-ietf-opsawg-pcap section 4."""
    path = tmp_path / "fcs.pcap"
    with PcapWriter(path, fcs_length=length) as writer:
        writer.write(bytes(12) + b"\x08\0" + bytes(50), 0)
    with open_capture(path) as capture:
        (interface,) = capture.interfaces
    assert (interface.link_type, interface.fcs_length) == (1, length)
    status = subprocess.run(
        [tshark, "-n", "-r", path, "-T", "fields", "-e", "eth.fcs.status"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    assert bool(status) == bool(length)


def test_an_odd_length_of_the_fcs_is_refused():
    with pytest.raises(EncodeError, match="fcs_length: expected an even number"):
        PcapWriter(io.BytesIO(), fcs_length=3)


def test_a_snapshot_length_of_0_cuts_nothing():
    stream = io.BytesIO()
    PcapWriter(stream, snapshot_length=0).write(FRAMES[4], 0)
    stream.seek(0)
    assert [frame.data for frame in open_capture(stream)] == [FRAMES[4]]


def written(writer_class, count=5, **arguments):
    """A capture in memory; every other frame of a pcapng file has a comment."""
    stream = io.BytesIO()
    with writer_class(stream, **arguments) as writer:
        if isinstance(writer, PcapngWriter):
            writer.add_interface("eth0")
        for number in range(count):
            words = {"comment": "odd"} if writer_class is PcapngWriter and number % 2 else {}
            writer.write(FRAMES[number % 5], number * 10**9, **words)
        if isinstance(writer, PcapngWriter):
            writer.write_journal({"MESSAGE": "no frame"}, 5)
    return stream.getvalue()


@pytest.mark.parametrize("byte_order", ["little", "big"])
@pytest.mark.parametrize("writer_class", [PcapWriter, PcapngWriter])
def test_the_lean_loop_gives_the_same_frames(writer_class, byte_order):
    data = written(writer_class, 3000, byte_order=byte_order)
    whole = [(frame.timestamp_ns, frame.data) for frame in open_capture(io.BytesIO(data))]
    assert list(read_frames(io.BytesIO(data))) == whole
    assert len(whole) == 3000


@pytest.mark.parametrize("writer_class", [PcapWriter, PcapngWriter])
@settings(max_examples=40, deadline=None)
@given(place=st.integers(0, 10**6), bits=st.integers(1, 255))
def test_damage_is_seen_at_the_same_frame_by_every_loop(writer_class, place, bits):
    """A lean loop passes over damaged options, and over nothing else."""
    damaged = bytearray(written(writer_class))
    damaged[place % len(damaged)] ^= bits
    outcomes = []
    for loop in (lambda capture: capture.frames(), lambda capture: iter(capture)):
        got, error = [], None
        try:
            with open_capture(io.BytesIO(bytes(damaged))) as capture:
                for frame in loop(capture):
                    got.append((frame[0], frame[1]) if len(frame) == 2 else tuple(frame[1:3]))
        except CaptureError as caught:
            error = str(caught)
        outcomes.append((got, error))
    lean, full = outcomes
    if full[1] and ".options" in full[1]:
        assert lean[0][: len(full[0])] == full[0]
    else:
        assert lean == full


@pytest.mark.parametrize("writer_class", [PcapWriter, PcapngWriter])
def test_loops_go_on_where_the_last_one_stopped(writer_class):
    capture = open_capture(io.BytesIO(written(writer_class)))
    for _, data in capture.frames():
        assert data == FRAMES[0]
        break
    for frame in capture:
        assert (frame.number, frame.data) == (2, FRAMES[1])
        break
    assert [data for _, data in capture.frames()] == FRAMES[2:]


@pytest.mark.parametrize("writer_class", [PcapWriter, PcapngWriter])
def test_a_file_that_grows_is_read_on(writer_class, tmp_path):
    """`tail -f`: an incomplete record is an error now and a frame later."""
    path = tmp_path / "growing"
    whole = written(writer_class)
    cut = whole.index(FRAMES[3]) + 5
    path.write_bytes(whole[:cut])
    with open_capture(path) as capture:
        with pytest.raises(CaptureError, match="the file is cut"):
            list(capture.frames())
        with path.open("ab") as stream:
            stream.write(whole[cut:])
        frames = [data for _, data in capture.frames()]
        assert frames == FRAMES[3:]


@pytest.mark.parametrize(
    ("magic", "way_out"),
    [
        (b"\x28\xb5\x2f\xfd", "zstd -dc"),
        (b"\x04\x22\x4d\x18", "lz4 -dc"),
        (b"\xfd7zXZ\0", "xz -dc"),
        (b"BZh91AY", "bzip2 -dc"),
        (b"BZh11AY", "bzip2 -dc"),
        (b"PK\x03\x04", "unpack it first"),
        (b"snoop\0\0\0", "editcap"),
    ],
)
def test_other_kinds_of_compression_are_refused_with_the_way_out(magic, way_out):
    with pytest.raises(CaptureError, match=way_out):
        open_capture(io.BytesIO(magic + bytes(40)))


def test_reading_is_constant_in_memory():
    """200 MB of frames; the window is all that is kept."""
    head = written(PcapWriter, 0)
    record = struct.pack("<IIII", 0, 0, 1000, 1000) + bytes(1000)

    class Endless:
        def __init__(self):
            self.left = 200_000

        def read(self, size=-1):
            if self.left == 200_000:
                self.left -= 1
                return head
            self.left -= 60
            return record * 60 if self.left > 0 else b""

    capture = open_capture(Endless())
    source = capture._reader._source  # type: ignore[attr-defined]
    largest = total = 0
    for _, data in capture.frames():
        total += len(data)
        largest = max(largest, len(source.buffer))
    assert total > 190_000_000
    assert largest < 1 << 18


@pytest.mark.parametrize("sign", ["<", ">"])
@pytest.mark.parametrize("modified", [False, True])
def test_header_and_records_are_written_back_as_they_were_read(sign, modified):
    """What nobody uses included: time zone, accuracy, Kuznetsov's fields."""
    order = LITTLE if sign == "<" else BIG
    magic = MAGIC_MODIFIED if modified else 0xA1B2C3D4
    data = struct.pack(sign + "IHHiIII", magic, 2, 4, -3600, 6, 0, 0x5400_0001)
    for frame in FRAMES:
        extra = struct.pack(sign + "IHH", 3, 0x0800, 4) if modified else b""
        data += struct.pack(sign + "IIII", 1, 2, len(frame), len(frame) + 5) + extra + frame
    header = FileHeader.parse(data, 0, len(data), order)
    copy = header.build(order)
    kind = ModifiedRecord if modified else Record
    while len(copy) < len(data):
        copy += kind.parse(data, len(copy), len(data), order).build(order)
    assert copy == data
    capture = open_capture(io.BytesIO(data))
    assert [(frame.data, frame.wire_length) for frame in capture] == [
        (frame, len(frame) + 5) for frame in FRAMES
    ]
    assert (capture.interfaces[0].link_type, capture.interfaces[0].fcs_length) == (1, 10)


@pytest.mark.parametrize("writer_class", [PcapWriter, PcapngWriter])
def test_capinfos_counts_what_we_count(writer_class, tmp_path, tool):
    path = tmp_path / "capture"
    path.write_bytes(written(writer_class, 50))
    words = ["-T", "-M", "-t", "-E", "-c", "-d", "-a", "-e", "-z"]
    report = subprocess.run(
        [tool("capinfos"), *words, path], capture_output=True, text=True, check=True
    ).stdout
    titles, values = (line.split("\t") for line in report.splitlines())
    theirs = dict(zip(titles, values, strict=True))
    with open_capture(path) as capture:
        sizes = [frame.wire_length for frame in capture]
    assert (int(theirs["Number of packets"]), int(theirs["Data size (bytes)"])) == (50, sum(sizes))
    assert theirs["File encapsulation"] == "ether"
    assert theirs["File type"].startswith("nsecpcap" if writer_class is PcapWriter else "pcapng")
