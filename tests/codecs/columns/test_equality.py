"""Columns say what rows say: every field, every validity, every checksum verdict."""

import inspect
import random

import pytest

from wirelab.codecs import (
    ARP,
    TCP,
    UDP,
    Dot1Q,
    Ethernet,
    ICMPv4,
    IPv4,
    IPv6,
    IPv6Destination,
    IPv6HomeAddress,
    LooseSourceRoute,
    strategies,
)
from wirelab.codecs.columns import arrays, sums, values
from wirelab.codecs.columns.equality import column_difference
from wirelab.codecs.compiler.equality import load
from wirelab.codecs.protocols import column_layouts


def whole(frames):
    return [(frame, len(frame)) for frame in frames]


def flipped(frames, count, seed):
    """Frames with some bytes changed, most of them in the headers."""
    chance = random.Random(seed)
    for _ in range(count):
        frame = bytearray(chance.choice(frames))
        for _ in range(chance.choice((1, 1, 2, 4))):
            frame[min(chance.randrange(len(frame)), chance.randrange(80))] = chance.choice(
                (0, 1, 4, 0x45, 0xFF, chance.randrange(256))
            )
        yield bytes(frame)


@pytest.fixture(scope="module")
def ordinary(frames):
    """Vectors, IPv6, tags, tunnels, odd lengths, and checksums that are wrong."""
    six = IPv6(source="2001:db8::1", destination="2001:db8::2")
    four = IPv4(source="10.0.0.1", destination="10.0.0.2")
    link = Ethernet()
    packets = [
        link / six / TCP(80, 50000, flags=2) / b"odd",
        link / six / UDP(1, 2) / b"even",
        link / six / UDP(1, 2, checksum=0) / b"none, above IPv6",
        link / Dot1Q(vlan_id=7) / Dot1Q(vlan_id=8) / Dot1Q(vlan_id=9) / six / UDP(5, 6) / b"x",
        link / four / six / TCP(1, 2) / b"in four",
        link / six / four / UDP(1, 2) / b"in six",
        link / four / IPv4(source="1.2.3.4") / IPv4(source="5.6.7.8") / ICMPv4() / b"deep",
        link / IPv4(options=[LooseSourceRoute(4, ["1.2.3.4"])]) / UDP(1, 2) / b"routed",
        link / IPv4(options=[LooseSourceRoute(8, ["1.2.3.4"])]) / UDP(1, 2) / b"arrived",
        link / six / IPv6Destination(options=[IPv6HomeAddress("::7")]) / UDP(1, 2) / b"away",
        link / four / TCP(1, 2, checksum=1) / b"bad",
        link / four / UDP(1, 2, length=900) / b"lies",
        link / IPv4(total_length=0) / TCP(1, 2) / bytes(40),
        link / IPv4(total_length=19) / TCP(1, 2) / bytes(40),
        link / IPv4(more_fragments=True) / UDP(1, 2) / bytes(16),
        link / IPv4(fragment_offset=9, protocol=17) / (b"\0" * 30),
        link / IPv4(options=bytes(40)) / TCP(1, 2, options=bytes(40)) / b"options",
        link / IPv4(checksum=7) / UDP(1, 2, checksum=0) / b"none",
        link / ARP(sender_hardware_address=bytes(8), target_hardware_address=bytes(8)),
        link / four / UDP(53, 4789) / bytes(50),
        link / IPv4(ihl=4) / UDP(1, 2) / b"short",
        link / IPv4(version=5) / UDP(1, 2) / b"five",
        link / IPv6(version=7) / UDP(1, 2) / b"seven",
        link / IPv6(payload_length=0) / UDP(1, 2) / b"jumbo",
        link / six / UDP(1, 2),
        link / four / UDP(1, 2),
        link / four / ICMPv4(type=3, code=4, next_hop_mtu=1400) / bytes(28),
    ]
    made = [bytes(packet) for packet in packets]
    return [*frames.values(), *made, *(frame + bytes(7) for frame in (*made, *frames.values()))]


def test_vectors_are_the_same(ordinary):
    assert column_difference(whole(ordinary)) is None


def test_frames_cut_by_a_snaplen_are_the_same_at_every_length(ordinary):
    cuts = [
        (frame[:size], len(frame)) for frame in ordinary[::2] for size in range(0, len(frame), 2)
    ]
    assert column_difference(cuts) is None


def test_frames_that_end_early_are_the_same(ordinary):
    cuts = [frame[:size] for frame in ordinary for size in range(1, len(frame), 3)]
    assert column_difference(whole(cuts)) is None


@pytest.mark.parametrize("seed", range(2))
def test_mutated_frames_are_the_same(ordinary, seed):
    assert column_difference(whole(flipped(ordinary, 1000, seed))) is None


def test_made_up_frames_are_the_same():
    made = strategies.samples(strategies.frames(), 80)
    assert column_difference(whole(made)) is None


def test_malformed_frames_are_the_same():
    broken = [each.frame for each in strategies.samples(strategies.malformed(), 80)]
    assert column_difference(whole(broken)) is None


@pytest.mark.parametrize("link_type", [0, 12, 101, 108, 113, 228, 229, 276, 147])
def test_other_link_types_are_the_same(link_type, ordinary):
    """Null, raw, loop, cooked, IPv4, IPv6, cooked v2, and one that nobody knows."""
    heads = {0: b"\2\0\0\0", 108: b"\0\0\0\2", 113: bytes(14) + b"\x08\0"}
    heads[276] = b"\x08\0" + bytes(18)
    inner = [heads.get(link_type, b"") + frame[14:] for frame in ordinary]
    assert column_difference(whole(inner), link_type) is None


SOURCE = inspect.getsource(column_layouts)
MUTANTS = {
    "a length in other units": ("value('ihl') * 4 - 20", "value('ihl') * 4 - 16"),
    "a rule that lets less pass": ("value('ihl') >= 5", "value('ihl') > 5"),
    "a rule that is not asked": ("value('version') == 6", "value('version') >= 0"),
    "fragments that have headers": ("value('fragment_offset') == 0", "value('ttl') >= 0"),
    "pieces that count as whole": ("value('more_fragments') == 0", "value('ttl') >= 0"),
    "a payload that has no end": ("value('total_length')", "value('total_length') * 0"),
    "a jumbogram that has one": ("value('payload_length') != 0", "value('version') == 6"),
    "another pseudo-header": ("Coverage(16, True, 6, False)", "Coverage(16, True, 7, False)"),
    "a sum of the header alone": ("Coverage(2, True, None", "Coverage(2, False, None"),
    "a checksum elsewhere": ("Coverage(6, True, 17, True", "Coverage(4, True, 17, True"),
    "a header that is too short": ('"udp", 8', '"udp", 9'),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_broken_layout_is_caught(name, ordinary, monkeypatch):
    """The gate bites: each mutant is what a compiler with one mistake would write."""
    right, wrong = (text.replace("'", '"') for text in MUTANTS[name])
    assert right in SOURCE
    broken = load(SOURCE.replace(right, wrong))
    for layer, layout in broken.LAYOUTS.items():
        monkeypatch.setitem(column_layouts.LAYOUTS, layer, layout)
    assert column_difference(whole(ordinary)) is not None


def _widened(records, bit_offset, width):
    return arrays_bits(records, max(bit_offset - 1, 0), width)


arrays_bits = arrays.bits


@pytest.mark.parametrize(
    ("module", "name", "broken"),
    [
        (arrays, "bits", _widened),
        (values, "_when", lambda located, field: None),
        (values, "scatter", lambda column, rows, found: column.__setitem__(rows[:1], found[:1])),
        (sums, "_words", lambda buffer, begin, end: buffer[begin : end & ~1].view("<u2")),
    ],
)
def test_broken_array_code_is_caught(module, name, broken, ordinary, monkeypatch):
    monkeypatch.setattr(module, name, broken)
    assert column_difference(whole(ordinary)) is not None
