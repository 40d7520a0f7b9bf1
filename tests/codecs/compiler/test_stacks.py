"""The readers of usual stacks give what going header by header gives."""

from wirelab.codecs import DecodeError, Packet, packet
from wirelab.codecs.protocols import Ethernet
from wirelab.codecs.protocols.stacks import USUAL, USUAL_AT


def quick(frame: bytes) -> Packet | None:
    """What the reader of a usual stack says, or None if it says nothing."""
    read = USUAL[frame[USUAL_AT]] if len(frame) > USUAL_AT else None
    if read is None or not read(frame, len(frame), Packet()):
        return None
    return packet.parse(frame)


def slow(frame: bytes) -> Packet:
    return packet._parse_each(frame, Ethernet, True, -1)


def test_usual_frames_are_read_at_once(frames):
    assert all(quick(frames[name]) for name in ("udp", "tcp_syn", "tcp_sack", "tcp_data"))


def test_unusual_frames_are_left_to_the_slow_path(frames):
    names = ("arp_request", "vlan_udp", "ipv4_options", "fragment", "first_fragment", "ip_in_ip")
    assert not any(quick(frames[name]) for name in names)


def test_both_paths_agree_on_every_frame_with_a_flipped_bit(frames):
    seen = 0
    for frame in frames.values():
        for bit in range(len(frame) * 8):
            flipped = bytearray(frame)
            flipped[bit // 8] ^= 0x80 >> bit % 8
            found = quick(bytes(flipped))
            if found is not None:
                seen += 1
                assert found == slow(bytes(flipped))
                assert bytes(found) == bytes(flipped)
    assert seen > 1000


def test_both_paths_agree_on_cut_frames(frames):
    for frame in frames.values():
        for length in range(len(frame)):
            if quick(frame[:length]) is not None:
                assert quick(frame[:length]) == slow(frame[:length])


def test_nothing_the_quick_path_reads_is_refused_by_the_slow_one(frames):
    for name, frame in frames.items():
        try:
            expected: Packet | None = slow(frame)
        except DecodeError:
            expected = None
        assert expected is not None, name
        assert packet.parse(frame) == expected
