"""Capture files that others wrote, and files that are missing, empty, cut, damaged or foreign."""

import contextlib
import gzip
import io
import shutil
import subprocess

import dpkt
import pytest

from wirelab.codecs.capture import CaptureError, PcapngWriter, PcapWriter, open_capture

FRAMES = [bytes([number]) * (60 + number) for number in range(5)]
TIMES = [1_700_000_000_000_000_000 + number * 1_234_567_000 for number in range(5)]


def written(writer_class, **arguments):
    """A capture in memory."""
    stream = io.BytesIO()
    with writer_class(stream, **arguments) as writer:
        if isinstance(writer, PcapngWriter):
            writer.add_interface("eth0")
        for frame, time in zip(FRAMES, TIMES, strict=True):
            writer.write(frame, time)
    return stream.getvalue()


def read(data):
    """Frames and times of a capture in memory."""
    frames = list(open_capture(io.BytesIO(data)))
    return [frame.data for frame in frames], [frame.timestamp_ns for frame in frames]


@pytest.mark.parametrize("byte_order", ["little", "big"])
@pytest.mark.parametrize("writer_class", [PcapWriter, PcapngWriter])
def test_what_is_written_is_read_back_in_both_byte_orders(writer_class, byte_order):
    data = written(writer_class, byte_order=byte_order)
    assert read(data) == (FRAMES, TIMES)
    assert open_capture(io.BytesIO(data)).byte_order == byte_order


@pytest.mark.parametrize("byte_order", ["little", "big"])
@pytest.mark.parametrize("writer_class", [PcapWriter, PcapngWriter])
def test_the_bytes_alone_are_those_of_the_frames(writer_class, byte_order):
    data = written(writer_class, byte_order=byte_order)
    assert list(open_capture(io.BytesIO(data)).data()) == FRAMES
    reader = open_capture(io.BytesIO(data[:-1])).data()
    assert [next(reader) for _ in FRAMES[1:]] == FRAMES[:-1]
    with pytest.raises(CaptureError, match="cut"):
        next(reader)


def test_microseconds_are_read():
    data = written(PcapWriter, nanoseconds=False)
    assert read(data) == (FRAMES, TIMES)


@pytest.mark.parametrize("file_format", ["pcap", "nsecpcap", "pcapng", "modpcap"])
def test_what_editcap_writes_is_read(file_format, tmp_path, tool):
    source, target = tmp_path / "in.pcapng", tmp_path / "out"
    source.write_bytes(written(PcapngWriter))
    subprocess.run([tool("editcap"), "-F", file_format, source, target], check=True)
    assert read(target.read_bytes()) == (FRAMES, TIMES)


def test_what_tcpdump_writes_is_read(tmp_path, tcpdump):
    source, target = tmp_path / "in.pcap", tmp_path / "out.pcap"
    source.write_bytes(written(PcapWriter))
    command = [*tcpdump, "--nano", "-r", source, "-w", target]
    subprocess.run(command, check=True, capture_output=True)
    assert read(target.read_bytes()) == (FRAMES, TIMES)


def test_what_tshark_writes_is_read(tmp_path, tshark):
    source, target = tmp_path / "in.pcap", tmp_path / "out.pcapng"
    source.write_bytes(written(PcapWriter))
    subprocess.run([tshark, "-r", source, "-w", target], check=True, capture_output=True)
    assert read(target.read_bytes()) == (FRAMES, TIMES)


@pytest.mark.parametrize("writer", [dpkt.pcap.Writer, dpkt.pcapng.Writer])
def test_what_dpkt_writes_is_read(writer):
    stream = io.BytesIO()
    target = writer(stream)
    for frame in FRAMES:
        target.writepkt(frame, ts=1_700_000_000.5)
    frames, times = read(stream.getvalue())
    assert frames == FRAMES
    assert set(times) == {1_700_000_000_500_000_000}


@pytest.mark.parametrize("byte_order", ["<", ">"])
def test_what_scapy_writes_is_read(byte_order, tmp_path):
    from scapy.utils import PcapNgWriter
    from scapy.utils import PcapWriter as ScapyWriter

    pcap, pcapng = tmp_path / "s.pcap", tmp_path / "s.pcapng"
    with ScapyWriter(str(pcap), linktype=1, endianness=byte_order, nano=True) as writer:
        for frame in FRAMES:
            writer.write(frame)
    assert read(pcap.read_bytes())[0] == FRAMES
    with PcapNgWriter(str(pcapng)) as writer:
        writer.linktype = 1
        for frame in FRAMES:
            writer.write(frame)
    assert read(pcapng.read_bytes())[0] == FRAMES


@pytest.mark.parametrize("writer_class", [PcapWriter, PcapngWriter])
def test_a_file_cut_anywhere_gives_its_whole_frames_first(writer_class):
    """Frames before the cut are good; then one error that says where."""
    data = written(writer_class)
    for length in range(1, len(data)):
        got: list[bytes] = []
        error = None
        try:
            got.extend(frame.data for frame in open_capture(io.BytesIO(data[:length])))
        except CaptureError as caught:
            error = caught
        assert got == FRAMES[: len(got)]
        # A cut between two records cannot be seen.
        assert error is not None or read(data[:length])[0] == got
        if error is not None and error.layer != "file":
            assert error.offset <= length


@pytest.mark.parametrize("writer_class", [PcapWriter, PcapngWriter])
def test_one_flipped_byte_never_gives_more_than_a_capture_error(writer_class):
    data = written(writer_class)
    for place in range(0, len(data), 3):
        damaged = bytearray(data)
        damaged[place] ^= 0xFF
        with contextlib.suppress(CaptureError):
            assert len(read(bytes(damaged))[0]) <= len(FRAMES)


def test_a_cut_file_says_what_where_and_how_much():
    data = written(PcapWriter)
    with pytest.raises(CaptureError) as caught:
        list(open_capture(io.BytesIO(data[:-10])))
    assert str(caught.value) == (
        "the file is cut (pcap record 5, data at byte 350: expected 64 bytes, got 54 bytes)"
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "the file is empty"), (b"hello world", "not a capture file: it begins with 68 65 6c")],
)
def test_an_empty_or_foreign_file_is_refused_with_its_name(content, message, tmp_path):
    path = tmp_path / "input"
    path.write_bytes(content)
    with pytest.raises(CaptureError) as caught:
        open_capture(path)
    assert str(caught.value).startswith(f"{path}: {message}")


def test_a_missing_file_is_refused():
    with pytest.raises(CaptureError, match="cannot open: No such file"):
        open_capture("/nonexistent/file.pcap")


def test_a_record_of_absurd_length_is_damage_not_a_reason_to_read_on():
    data = bytearray(written(PcapWriter))
    data[24 + 8 : 24 + 12] = b"\xff\xff\xff\x7f"
    with pytest.raises(CaptureError, match=r"the file is damaged .*expected at most 262144 bytes"):
        list(open_capture(io.BytesIO(bytes(data))))


def test_gzip_is_read_too_also_when_cut():
    data = gzip.compress(written(PcapngWriter))
    assert read(data) == (FRAMES, TIMES)
    with pytest.raises(CaptureError, match="gzip stream is cut"):
        read(data[:-30])


def test_reading_takes_no_more_memory_than_a_window(tmp_path):
    """Captures may be larger than memory: the window is what `Source` holds."""
    stream = io.BytesIO()
    with PcapWriter(stream) as writer:
        for _ in range(3000):
            writer.write(bytes(1000), 0)
    stream.seek(0)
    capture = open_capture(stream)
    source = capture._reader._source  # type: ignore[attr-defined]
    largest = max(len(source.buffer) for _ in capture)
    assert largest < 1 << 19


def test_a_pipe_gives_each_frame_as_it_comes():
    """`read1`: a live capture is shown while it runs."""
    data = written(PcapWriter)

    class Pipe:
        def __init__(self):
            self.pieces = [data[:24], data[24:100], data[100:]]

        def read(self, size=-1):
            raise AssertionError("a full read would wait for the end")

        def read1(self, size=-1):
            return self.pieces.pop(0) if self.pieces else b""

    assert next(iter(open_capture(Pipe()))).data == FRAMES[0]


def test_leaving_the_context_closes_the_file(tmp_path):
    path = tmp_path / "a.pcap"
    path.write_bytes(written(PcapWriter))
    with open_capture(path) as capture:
        next(iter(capture))
    shutil.rmtree(tmp_path)


class Greedy(io.BytesIO):
    """A file that tells how much was asked for at once."""

    largest = 0

    def read1(self, size=-1):
        self.largest = max(self.largest, size)
        return super().read1(size)


@pytest.mark.parametrize("snapshot_length", [65_535, 0xFFFFFFFF])
def test_a_damaged_length_is_no_reason_to_ask_for_gigabytes(snapshot_length):
    data = bytearray(written(PcapWriter, snapshot_length=snapshot_length))
    data[-(len(FRAMES[-1]) + 8) : -(len(FRAMES[-1]) + 4)] = b"\xf0\xff\xff\xff"
    stream = Greedy(bytes(data))
    reader = iter(open_capture(stream))
    assert [next(reader).data for _ in FRAMES[1:]] == FRAMES[:-1]
    with pytest.raises(CaptureError, match=r"the file is damaged.*at most 262144 bytes"):
        next(reader)
    assert stream.largest < 1 << 20


def test_a_name_with_a_zero_byte_cannot_be_opened():
    with pytest.raises(CaptureError, match="cannot open: embedded null byte"):
        open_capture("a\0b")


def test_every_cut_of_a_file_gives_whole_frames_and_then_one_line():
    for data in (written(PcapWriter), written(PcapngWriter)):
        before = 0
        for size in range(1, len(data)):
            frames, error = [], None
            try:
                for frame in open_capture(io.BytesIO(data[:size])):
                    frames.append(frame.data)
            except CaptureError as caught:
                error = str(caught)
            assert frames == FRAMES[: len(frames)]
            assert len(frames) >= before
            assert error is None or "\n" not in error
            before = len(frames)


def test_a_file_opened_as_text_is_refused_with_the_way_out(tmp_path):
    path = tmp_path / "text.pcap"
    PcapWriter(path).close()
    with path.open() as stream, pytest.raises(CaptureError, match="open it with mode 'rb'"):
        open_capture(stream)
