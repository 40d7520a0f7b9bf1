"""The readers of usual stacks give what going header by header gives."""

import copy
import gc
import pickle
import sys
import tracemalloc
from dataclasses import replace
from typing import Any

import pytest

from wirelab.codecs import (
    TCP,
    UDP,
    DecodeError,
    Ethernet,
    IPv4,
    IPv6,
    Packet,
    Timestamps,
    packet,
    protocols,
)
from wirelab.codecs.compiler import stacks
from wirelab.codecs.compiler.equality import load
from wirelab.codecs.compiler.modules import headers_of, schema_modules
from wirelab.codecs.compiler.row_values import bits_value


def quick(frame: bytes) -> Packet | None:
    """What the reader of a usual stack says, or None if it says nothing."""
    return packet.parse(frame) if read_with(protocols.stacks, frame) else None


def read_with(module: Any, frame: bytes) -> Packet | None:
    """The same with any compiled module."""
    if len(frame) < module.SHORTEST:
        return None
    found = Packet()
    at, readers = module.USUAL[frame[module.USUAL_AT]]
    read = readers[frame[at]]
    if read is None or not read(frame, len(frame), found):
        return None
    found._data = frame
    found._layers = None
    return found


def slow(frame: bytes) -> Packet:
    return packet._parse_each(frame, Ethernet, True, -1)


def flip(frame: bytes, bit: int) -> bytes:
    flipped = bytearray(frame)
    flipped[bit // 8] ^= 0x80 >> bit % 8
    return bytes(flipped)


USUAL_FRAMES = ("udp", "tcp_syn", "tcp_sack", "tcp_data", "ipv6_udp", "ipv6_tcp")

IPV6 = Ethernet("02:00:00:00:00:02", "02:00:00:00:00:01") / IPv6(
    source="2001:db8::1", destination="2001:db8::2", dscp=46, ecn=1, flow_label=0xABCDE
)


@pytest.fixture(scope="module")
def frames(frames):
    """The frames of all tests, and some with IPv6."""
    return frames | {
        "ipv6_udp": bytes(IPV6 / UDP(7, 49152) / b"Hello UDP!"),
        "ipv6_tcp": bytes(IPV6 / TCP(1, 2, options=[Timestamps(1, 2)]) / b"data"),
        "ipv6_ip": bytes(IPV6 / IPv4() / UDP(1, 2)),
    }


def test_usual_frames_are_read_at_once(frames):
    assert all(quick(frames[name]) for name in USUAL_FRAMES)


def test_unusual_frames_are_left_to_the_slow_path(frames):
    names = ("arp_request", "vlan_udp", "ipv4_options", "fragment", "first_fragment", "ip_in_ip")
    assert not any(quick(frames[name]) for name in names)


def test_both_paths_agree_on_every_frame_with_a_flipped_bit(frames):
    seen = 0
    for frame in frames.values():
        for bit in range(len(frame) * 8):
            flipped = flip(frame, bit)
            found = quick(flipped)
            if found is not None:
                seen += 1
                assert found == slow(flipped)
                assert bytes(found) == flipped
    assert seen > 1000


def test_both_paths_agree_on_cut_frames(frames):
    for frame in frames.values():
        for length in range(len(frame)):
            if quick(frame[:length]) is not None:
                assert quick(frame[:length]) == slow(frame[:length])


def test_a_header_made_alone_is_the_one_among_all_layers(frames):
    for name in USUAL_FRAMES:
        expected = slow(frames[name])
        for kind in [type(header) for header in expected.layers]:
            found = packet.parse(frames[name])
            alone = found[kind]
            assert alone == expected[kind]
            assert found[kind] is alone
            assert alone in found.layers
            assert any(header is alone for header in found.layers)
            assert found == expected


def test_made_headers_are_like_parsed_ones_in_every_slot(frames):
    """What is known of usual stacks beforehand (version 4, no fragment) must be stored, too."""
    for name in USUAL_FRAMES:
        found, expected = packet.parse(frames[name]).layers, slow(frames[name]).layers
        for mine, other in zip(found, expected, strict=True):
            assert {slot: getattr(mine, slot) for slot in mine.__slots__} == {
                slot: getattr(other, slot) for slot in other.__slots__
            }


def test_a_packet_not_yet_made_can_be_copied_and_pickled(frames):
    for name in USUAL_FRAMES:
        found = packet.parse(frames[name])
        assert pickle.loads(pickle.dumps(found)) == found
        assert copy.copy(packet.parse(frames[name])) == found
        assert bytes(copy.deepcopy(packet.parse(frames[name]))) == frames[name]


def test_a_parsed_packet_takes_little_memory_and_leaves_no_garbage(frames):
    """codecs.md: 800 bytes or less, the frame not counted; nothing for the cycle collector."""
    frame = bytearray(frames["tcp_data"])
    frame[18:20], frame[38:46] = b"\x12\x34", bytes.fromhex("89abcdef fedcba98")
    copies = [bytes(frame) for _ in range(500)]
    packet.parse(copies[0])
    tracemalloc.start()
    packets = [packet.parse(copy) for copy in copies]
    held = tracemalloc.get_traced_memory()[0] - sys.getsizeof(packets)
    tracemalloc.stop()
    assert held / len(packets) <= 800
    gc.collect()
    gc.disable()
    try:
        for one in packets:
            assert len(one.layers) == 3
        del packets, one
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_nothing_the_quick_path_reads_is_refused_by_the_slow_one(frames):
    for name, frame in frames.items():
        try:
            expected: Packet | None = slow(frame)
        except DecodeError:
            expected = None
        assert expected is not None, name
        assert packet.parse(frame) == expected


# Ways to break the backend; what it then generates must not agree with going header by header.


def shift_offsets(patch):
    """Each header but the outermost begins one byte too late."""
    offset = stacks.UsualStack.offset
    patch.setattr(stacks.UsualStack, "offset", lambda self, header: offset(self, header) + 1)


def widen_masks(patch):
    """Each bit field reaches one bit further down."""
    patch.setattr(
        stacks,
        "bits_value",
        lambda bit, *rest: bits_value(replace(bit, shift=bit.shift - 1), *rest),
    )


def forget_demands(patch):
    """Fragments and headers with options are taken for usual ones."""
    patch.setattr(stacks.UsualStack, "_demands", lambda self, header: [])


@pytest.mark.parametrize("break_it", [None, shift_offsets, widen_masks, forget_demands])
def test_a_broken_backend_is_caught(break_it, frames, monkeypatch):
    headers = {one.name: one for module in schema_modules() for one in headers_of(module)}
    if break_it is not None:
        break_it(monkeypatch)
    module = load(stacks.stacks_source(headers))
    assert agrees(module, frames) == (break_it is None)


def agrees(module, frames):
    """Whether usual frames are read, and whatever is read is what going header by header gives."""
    if not all(read_with(module, frames[name]) for name in USUAL_FRAMES):
        return False
    flipped = [flip(frame, bit) for frame in frames.values() for bit in range(14 * 8, 42 * 8)]
    for frame in [*frames.values(), *flipped]:
        found = read_with(module, frame)
        try:
            if found is not None and found != slow(frame):
                return False
        except DecodeError:
            return False
    return True
