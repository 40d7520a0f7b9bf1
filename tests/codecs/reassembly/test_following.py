"""Captures: whole packets and TCP connections, equal to what Wireshark puts together."""

import io
import random
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wirelab.codecs import TCP, UDP, Ethernet, IPv4
from wirelab.codecs.capture import CaptureError, PcapngWriter, PcapWriter
from wirelab.codecs.reassembly import (
    CLIENT,
    Data,
    Ended,
    IPDefragmenter,
    IPv4Reassembler,
    Reason,
    Refused,
    TCPStreamReassembler,
    follow,
    packets,
    tcp_events,
)
from wirelab.codecs.reassembly.following import CHUNK_COST

S = 1_000_000_000
LINK = bytes.fromhex("020000000002020000000001")
ALICE, BOB = "10.0.0.1", "10.0.0.2"


def written(path, frames, link_type=1):
    """A capture of frames, a millisecond apart."""
    with PcapWriter(path, link_type) as writer:
        for number, frame in enumerate(frames):
            writer.write(frame, number * 1_000_000)
    return path


def scapy_fragments(seed):
    """Frames of datagrams of both IP versions, in fragments of scapy's, shuffled, some twice."""
    from scapy.layers import inet
    from scapy.layers.inet6 import IPv6, IPv6ExtHdrDestOpt, IPv6ExtHdrFragment, fragment6

    generator = random.Random(seed)
    frames = []
    for number in range(12):
        data = generator.randbytes(generator.randrange(60, 9000))
        above = inet.UDP(sport=1000 + number, dport=2000) / data
        if number % 2:
            whole = inet.IP(src=ALICE, dst=BOB, id=number) / above
            pieces = inet.fragment(
                whole, fragsize=generator.choice([8, 64, 1480]) if number < 8 else 512
            )
            frames += [LINK + b"\x08\x00" + bytes(piece) for piece in pieces]
        else:
            extension = IPv6ExtHdrDestOpt() / IPv6ExtHdrFragment(id=number)
            head = IPv6(src="fe80::1", dst="fe80::2") / extension
            pieces = fragment6(head / above, generator.choice([200, 1280]))
            frames += [LINK + b"\x86\xdd" + bytes(piece) for piece in pieces]
    frames += generator.sample(frames, 20)
    generator.shuffle(frames)
    return frames


@pytest.mark.parametrize("seed", range(3))
def test_fragments_are_put_together_as_tshark_does(seed, tmp_path, tshark):
    path = written(tmp_path / "fragments.pcap", scapy_fragments(seed))
    output = subprocess.run(
        [tshark, "-n", "-r", path, "-Y", "udp", "-T", "fields", "-e", "udp.srcport", "-e",
         "udp.length", "-e", "udp.checksum", "-e", "udp.payload"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    theirs = {
        (int(port), int(length), int(checksum, 16), bytes.fromhex(payload))
        for port, length, checksum, payload in (line.split("\t") for line in output.splitlines())
    }
    ours = set()
    for _, packet in packets(path):
        if UDP in packet:
            assert packet.verify() == []
        # IPv6 has 8 bytes of destination options before UDP.
        frame = bytes(packet)
        datagram = frame[34:] if frame[12] == 8 else frame[62:]
        port, length, checksum = (int.from_bytes(datagram[at : at + 2], "big") for at in (0, 4, 6))
        ours.add((port, length, checksum, datagram[8:length]))
    assert ours == theirs
    assert len(ours) == 12


@settings(max_examples=60, deadline=None)
@given(
    payload=st.binary(min_size=20, max_size=3000),
    size=st.integers(1, 60),
    options=st.sampled_from([b"", b"\x01\x01\x01\x00"]),
    padding=st.binary(max_size=10),
    order=st.randoms(use_true_random=False),
)
def test_a_packet_in_fragments_comes_back_as_it_was(payload, size, options, padding, order):
    """Header checksum and lengths right; padding of frames is no data."""
    from wirelab.codecs import internet_checksum

    head = bytearray(20 + len(options))
    head[0] = 0x40 | len(head) // 4
    head[4:6], head[8:10] = b"\x12\x34", b"\x40\x11"
    head[12:20] = bytes.fromhex("0a0000010a000002")
    head[20:] = options

    def packet(offset, data, more):
        copy = bytearray(head)
        copy[2:4] = (len(head) + len(data)).to_bytes(2, "big")
        copy[6:8] = (offset // 8 | more << 13).to_bytes(2, "big")
        copy[10:12] = internet_checksum(bytes(copy)).to_bytes(2, "big")
        return bytes(copy) + data

    step = size * 8
    pieces = [
        packet(at, payload[at : at + step], at + step < len(payload)) + padding
        for at in range(0, len(payload), step)
    ]
    order.shuffle(pieces)
    defragmenter = IPDefragmenter()
    results = [defragmenter.add(piece, 0) for piece in pieces]
    whole = packet(0, payload, False)
    assert results[-1] == (whole if len(pieces) > 1 else whole + padding)
    assert results[:-1] == [None] * (len(pieces) - 1)


def test_a_fragment_that_the_capture_cut_is_refused():
    piece = bytes(IPv4(source=ALICE, destination=BOB, more_fragments=True, protocol=17) / bytes(64))
    refused = IPDefragmenter().add(piece[:40], 0)
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.CUT


@settings(max_examples=150, deadline=None)
@given(st.lists(st.binary(max_size=80), max_size=5), st.sampled_from([0x45, 0x60, 0x46]))
def test_no_bytes_make_the_defragmenter_raise(junk, version):
    defragmenter = IPDefragmenter()
    for data in junk:
        found = defragmenter.add(bytes([version]) + data, 0)
        assert found is None or isinstance(found, bytes | Refused)


def segment(number, source, flags, sequence, data=b"", ack=0, ports=(50000, 80)):
    """A frame of a connection; source 0 is ALICE."""
    addresses = (ALICE, BOB) if source == 0 else (BOB, ALICE)
    one, other = ports if source == 0 else ports[::-1]
    ip = IPv4(source=addresses[0], destination=addresses[1], identification=number & 0xFFFF)
    tcp = TCP(
        source_port=one,
        destination_port=other,
        sequence_number=sequence % (1 << 32),
        acknowledgment_number=ack % (1 << 32),
        flags=flags,
    )
    return bytes(Ethernet() / ip / tcp / data)


def conversation(generator, ports):
    """Frames of one connection with losses, retransmissions and segments out of order."""
    firsts = [generator.randrange(1 << 32), (1 << 32) - generator.randrange(3000)]
    frames = [
        segment(0, 0, 2, firsts[0], ports=ports),
        segment(0, 1, 0x12, firsts[1], ack=firsts[0] + 1, ports=ports),
        segment(0, 0, 0x10, firsts[0] + 1, ack=firsts[1] + 1, ports=ports),
    ]
    sent = [0, 0]
    for _ in range(generator.randrange(3, 12)):
        side = generator.randrange(2)
        burst = []
        for _ in range(generator.randrange(1, 6)):
            data = generator.randbytes(generator.randrange(1, 400))
            ack = firsts[1 - side] + 1 + sent[1 - side]
            start = firsts[side] + 1 + sent[side]
            burst.append(segment(0, side, 0x18, start, data, ack, ports))
            sent[side] += len(data)
        kept = [frame for frame in burst if generator.random() > 0.1]
        kept += generator.sample(kept, min(len(kept), generator.randrange(2)))
        if generator.random() < 0.4:
            generator.shuffle(kept)
        other = firsts[1 - side] + 1 + sent[1 - side]
        ack = segment(0, 1 - side, 0x10, other, b"", firsts[side] + 1 + sent[side], ports)
        frames += [*kept, ack]
    for side in (0, 1):
        ack = firsts[1 - side] + 1 + sent[1 - side] + side
        frames.append(segment(0, side, 0x11, firsts[side] + 1 + sent[side], b"", ack, ports))
    return frames


def tshark_streams(tshark, path, count):
    """Data of both sides of each stream, as `follow` shows them."""
    words = [word for n in range(count) for word in ("-z", f"follow,tcp,raw,{n}")]
    output = subprocess.run(
        [tshark, "-n", "-q", "-r", path, *words], capture_output=True, text=True, check=True
    ).stdout
    streams = {}
    for text in output.split("Filter: tcp.stream eq ")[1:]:
        number, _, _, *lines = text.splitlines()
        sides = [b"", b""]
        for line in lines:
            if line.startswith("="):
                break
            sides[line.startswith("\t")] += bytes.fromhex(line.strip())
        streams[int(number)] = sides
    return streams


@pytest.mark.parametrize("seed", range(4))
def test_streams_are_followed_as_tshark_does(seed, tmp_path, tshark):
    """Losses, repetitions, disorder, wrapping numbers, interleaved connections, ports reused."""
    generator = random.Random(seed)
    connections = [conversation(generator, (50000 + number % 5, 80)) for number in range(5)]
    frames = []
    while any(connections):
        frames.append(generator.choice([one for one in connections if one]).pop(0))
    frames += conversation(generator, (50000, 80))
    path = written(tmp_path / "streams.pcap", frames)
    ours = {one.stream.number: one for one in follow(path)}
    assert sorted(ours) == list(range(6))
    for number, sides in tshark_streams(tshark, path, 6).items():
        # tshark writes "[17 bytes missing in capture file]" where we tell of a gap.
        data = [ours[number].client_data, ours[number].server_data]
        gaps = [[gap.size for gap in ours[number].gaps if gap.side == side] for side in (0, 1)]
        for side in (0, 1):
            rest, position = sides[side], 0
            for size in gaps[side]:
                note = f"[{size} bytes missing in capture file]".encode()
                position = rest.find(note)
                if position >= 0:
                    rest = rest[:position] + rest[position + len(note) + 1 :]
            assert rest == data[side]


def test_one_stream_is_followed_by_its_number(tmp_path):
    generator = random.Random(5)
    frames = [frame for n in range(3) for frame in conversation(generator, (50000 + n, 80))]
    path = written(tmp_path / "streams.pcap", frames)
    whole = {one.stream.number: one.client_data for one in follow(path)}
    (chosen,) = follow(path, 1)
    assert (chosen.stream.number, chosen.client_data) == (1, whole[1])
    assert list(follow(path, 9)) == []


LINKS = [
    (1, LINK + b"\x08\0"),
    (1, LINK + b"\x81\0\0\5\x08\0"),
    (101, b""),  # raw IP
    (228, b""),  # IPv4
    (0, b"\2\0\0\0"),  # BSD loopback
    (113, bytes(14) + b"\x08\0"),  # Linux cooked
    (276, b"\x08\0" + bytes(18)),  # the same, version 2
]


@pytest.mark.parametrize("link", LINKS)
def test_segments_in_fragments_are_followed(link, tmp_path):
    """A segment in fragments appears with the last of them."""
    tcp = TCP(source_port=1, destination_port=2, sequence_number=7, flags=0x18)
    segment = bytes(IPv4(source=ALICE, destination=BOB) / tcp / bytes(range(100)))[20:]
    pieces = []
    for at in range(0, len(segment), 64):
        header = IPv4(source=ALICE, destination=BOB, identification=5, protocol=6)
        packet = bytearray(bytes(header / segment[at : at + 64]))
        packet[6:8] = (at // 8 | (at + 64 < len(segment)) << 13).to_bytes(2, "big")
        pieces.append(link[1] + packet)
    (one,) = follow(written(tmp_path / "pieces.pcap", pieces, link[0]))
    assert one.client_data == bytes(range(100))


def test_events_come_as_they_are_known_and_memory_stays_bounded(tmp_path):
    frames = [segment(0, 0, 0x10, 1000 * number, bytes(1000)) for number in range(500)]
    path = written(tmp_path / "long.pcap", frames)
    reassembler = TCPStreamReassembler(most_bytes=10_000)
    events = tcp_events(path, reassembler)
    sizes = [len(event.data) for event in events if isinstance(event, Data)]
    assert sizes == [1000] * 500
    (one,) = follow(path, most_bytes=100_000)
    kept = 100_000 // (1000 + CHUNK_COST) * 1000
    assert (len(one.client_data), one.omitted) == (kept, 500_000 - kept)
    assert {side for side, _ in one.chunks} == {CLIENT}


def test_a_defragmenter_of_one_s_own_is_used(tmp_path):
    path = written(tmp_path / "fragments.pcap", scapy_fragments(0))
    tight = IPDefragmenter(IPv4Reassembler(most_fragments=1))
    found = sum(len(packet.payload) > 0 for _, packet in packets(path, tight))
    assert found == 6
    assert {len(one.key) for one in tight.give_up(1000 * S)} <= {3}  # of IPv6, begun by copies


def test_a_cut_capture_gives_its_streams_and_then_the_error(tmp_path):
    frames = [segment(0, 0, 0x10, 1 + 5 * number, b"12345") for number in range(4)]
    path = written(tmp_path / "cut.pcap", frames)
    path.write_bytes(path.read_bytes()[:-3])
    found = follow(path)
    assert next(found).client_data == b"12345" * 3
    with pytest.raises(CaptureError, match=r"cut.pcap: the file is cut \(pcap record 4, "):
        next(found)


@settings(max_examples=80, deadline=None)
@given(
    seed=st.integers(0, 3),
    places=st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 255)), max_size=40),
    cut=st.integers(0, 40),
)
def test_no_frames_make_following_raise(seed, places, cut):
    """Bytes flipped and cut in fragments and segments; the events stay in order."""
    generator = random.Random(seed)
    stream = io.BytesIO()
    first = bytes.fromhex("4500002400012000400600000a0000010a000002") + bytes(16)
    frames = [*conversation(generator, (50000, 80)), LINK + b"\x08\0" + first]
    with PcapWriter(stream) as writer:
        for number, frame in enumerate(frames):
            damaged = bytearray(frame)
            for place, bits in places[number % 3 :: 3]:
                damaged[place % len(damaged)] ^= bits
            writer.write(bytes(damaged[: len(damaged) - cut]), number, wire_length=len(frame))
    stream.seek(0)
    offsets: dict[tuple[int, int], int] = {}
    for event in tcp_events(stream):
        if not isinstance(event, Ended):
            place = (event.stream.number, event.side)
            assert event.offset == offsets.get(place, 0)
            size = len(event.data) if isinstance(event, Data) else event.size
            offsets[place] = event.offset + size


@pytest.mark.parametrize("extensions", [0, 1])
def test_the_largest_ipv6_packet_is_put_together_and_none_larger(extensions):
    """RFC 8200 section 4.5: the payload length has 16 bits."""

    def fragment(offset, data, more, options):
        extension = bytes([44, 0]) + bytes(6) if options else b""
        part = bytes([17, 0]) + (offset | more).to_bytes(2, "big") + bytes(4) + data
        payload = extension + part
        kind = 60 if options else 44
        fixed = b"\x60\0\0\0" + len(payload).to_bytes(2, "big") + bytes([kind, 64]) + bytes(32)
        return fixed + payload

    defragmenter = IPDefragmenter()
    assert defragmenter.add(fragment(65_520, bytes(15), 0, 0), 0) is None
    for at in range(32_760, 65_520, 32_760):
        assert defragmenter.add(fragment(at, bytes(32_760), 1, 0), 0) is None
    found = defragmenter.add(fragment(0, bytes(32_760), 1, extensions), 0)
    if extensions:
        assert isinstance(found, Refused)
        assert found.reason is Reason.TOO_LARGE
    else:
        assert isinstance(found, bytes)
        assert (len(found), found[6]) == (40 + 65_535, 17)


def test_frames_of_a_link_type_that_is_not_known_are_passed_over(tmp_path):
    path = written(tmp_path / "foreign.pcap", [bytes(40)], link_type=147)
    assert [packet.payload for _, packet in packets(path)] == [bytes(40)]
    assert list(follow(path)) == []


def test_long_headers_before_fragments_are_counted_as_memory():
    """Every fragment may bring 2 kB of options (RFC 8200 section 4.5), kept until the whole is."""
    defragmenter = IPDefragmenter()
    options = bytes([44, 255]) + bytes(2046)
    for number in range(1000):
        part = bytes([17, 0]) + (number * 8 | 1).to_bytes(2, "big") + bytes(4) + bytes(8)
        length = (len(options) + len(part)).to_bytes(2, "big")
        packet = b"\x60\0\0\0" + length + bytes([60, 64]) + bytes(32) + options + part
        assert defragmenter.add(packet, 0) is None
    assert defragmenter.ipv6.cost > 1000 * len(options)


def test_a_datagram_given_up_is_told_with_the_caller_s_tag():
    header = IPv4(source=ALICE, destination=BOB, identification=5, protocol=17)
    packet = bytearray(bytes(header / bytes(64)))
    packet[6] = 0x20  # more fragments
    defragmenter = IPDefragmenter()
    assert defragmenter.add(bytes(packet), 0, tag="frame 7") is None
    (told,) = defragmenter.give_up(60 * S)
    assert (told.first_tag, told.has_first, told.received) == ("frame 7", True, 64)


@pytest.mark.parametrize("version", [5, 6])
def test_a_header_that_claims_another_version_is_no_fragment_and_not_lost(version, tmp_path):
    """Bits of an IPv4 header that say "fragment" mean nothing in another version."""
    packet = bytearray(bytes(IPv4(source=ALICE, destination=BOB, protocol=17) / bytes(64)))
    packet[0], packet[6] = version << 4 | 5, 0x20
    path = written(tmp_path / "odd.pcap", [LINK + b"\x08\0" + packet])
    ((_, found),) = packets(path)
    assert bytes(found) == LINK + b"\x08\0" + packet


def test_what_a_snapshot_length_cut_of_the_last_segment_is_told_as_a_gap(tmp_path):
    """The segment with FIN is longer than what was kept of it."""
    frames = [segment(0, 0, 0x02, 99, b""), segment(0, 0, 0x11, 100, bytes(1000))]
    path = tmp_path / "cut.pcap"
    with PcapWriter(path, snapshot_length=154) as writer:
        for number, frame in enumerate(frames):
            writer.write(frame, number)
    (one,) = follow(path)
    assert len(one.client_data) == 100
    assert [(gap.offset, gap.size) for gap in one.gaps] == [(100, 900)]


def test_a_conversation_of_tiny_segments_stays_within_its_memory(tmp_path):
    """What Python needs for a piece counts, too."""
    frames = [segment(0, 0, 0x10, number, b"x") for number in range(1000)]
    (one,) = follow(written(tmp_path / "tiny.pcap", frames), most_bytes=50_000)
    assert len(one.chunks) <= 50_000 // 100
    assert len(one.client_data) + one.omitted == 1000


def test_frames_without_a_time_do_not_end_streams(tmp_path):
    """A simple packet has none (draft-ietf-opsawg-pcapng section 4.4), others go back a little."""
    path = tmp_path / "times.pcapng"
    times = (1_700_000_000 * S, 0, 1_700_000_000 * S + 1)
    with PcapngWriter(path) as writer:
        writer.add_interface("eth0")
        for number, time in enumerate(times):
            writer.write(segment(0, 0, 0x10, 5 * number, b"12345"), time)
    (one,) = follow(path)
    assert one.client_data == b"12345" * 3


def test_frames_without_a_time_do_not_end_datagrams(tmp_path):
    path = tmp_path / "times.pcapng"
    pieces = []
    for at in (0, 8, 16):
        header = IPv4(source=ALICE, destination=BOB, identification=5, protocol=17)
        packet = bytearray(bytes(header / bytes(64)))
        packet[6:8] = (at | (at < 16) << 13).to_bytes(2, "big")
        pieces.append(LINK + b"\x08\0" + packet)
    with PcapngWriter(path) as writer:
        writer.add_interface("eth0")
        for piece, time in zip(pieces, (1_700_000_000 * S, 0, 1_700_000_000 * S), strict=True):
            writer.write(piece, time)
            writer.write(segment(0, 0, 0x10, 1), 1_700_000_000 * S)
    whole = [packet for _, packet in packets(path) if TCP not in packet]
    assert [len(bytes(packet)) for packet in whole] == [34 + 3 * 64]
