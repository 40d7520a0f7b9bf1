"""Generated code means what its schema means, and the gate that says so catches broken code."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wirelab.codecs import ARP, AUTO, TCP, UDP, Dot1Q, Ethernet, ICMPv4, IPv4, strategies
from wirelab.codecs.compiler import (
    description,
    fields,
    modules,
    row_build,
    row_values,
)
from wirelab.codecs.compiler.description import describe
from wirelab.codecs.compiler.equality import (
    decode_difference,
    encode_difference,
    load,
    table_difference,
)
from wirelab.codecs.compiler.modules import headers_of, module_source, schema_modules
from wirelab.codecs.compiler.row_values import bits_value
from wirelab.codecs.protocols import HEADERS

address = st.binary(min_size=4, max_size=4)
BELOW = IPv4(source="10.0.0.1", destination="10.0.0.2")


def either(header):
    """Right headers and wrong ones."""
    return strategies.headers(header) | strategies.headers(header, wrong=True)


@pytest.mark.parametrize("header", HEADERS, ids=lambda header: header.LAYER)
def test_made_up_headers_are_encoded_alike(header):
    @settings(max_examples=15, deadline=None)
    @given(either(header), st.binary(max_size=33), address, address)
    def check(value, payload, source, destination):
        below = IPv4(source=source, destination=destination)
        assert encode_difference(value, payload, below) is None

    check()


@pytest.mark.parametrize("header", HEADERS, ids=lambda header: header.LAYER)
def test_any_bytes_are_decoded_alike(header):
    """The same value, or the same error with the same path, strictly and leniently."""

    @settings(max_examples=30, deadline=None)
    @given(st.binary(max_size=80), st.booleans())
    def check(data, strict):
        assert decode_difference(header, data, strict) is None

    check()


@pytest.mark.parametrize("header", HEADERS, ids=lambda header: header.LAYER)
def test_made_up_headers_are_decoded_alike_whole_and_damaged(header):
    @settings(max_examples=15, deadline=None)
    @given(either(header), st.booleans(), st.data())
    def check(value, strict, data):
        built = bytearray(value.build(b"payload", BELOW))
        if data.draw(st.booleans()):
            place = data.draw(st.integers(0, len(built) - 1))
            built[place] = data.draw(st.integers(0, 255))
            del built[data.draw(st.integers(0, len(built))) :]
        assert decode_difference(header, bytes(built), strict) is None

    check()


def pieces(frames):
    """Each header of each frame, with all that follows it."""
    for name, frame in frames.items():
        offset = 0
        for header in layers_of(name):
            yield header, frame[offset:]
            offset += header.parse(frame, offset, None, False).header_length


def layers_of(name):
    """The stack of a fixture frame, written down here so that `parse` has no say in it."""
    below = {"vlan_udp": [Dot1Q], "double_vlan": [Dot1Q, Dot1Q]}.get(name, [])
    if name == "arp_request":
        return [Ethernet, ARP]
    if name == "fragment":
        return [Ethernet, IPv4]
    if name == "ip_in_ip":
        return [Ethernet, IPv4, IPv4, UDP]
    last = TCP if "tcp" in name else ICMPv4 if "icmp" in name or name == "double_vlan" else UDP
    return [Ethernet, *below, IPv4, last]


@pytest.mark.parametrize("strict", [True, False], ids=["strict", "lenient"])
def test_frames_cut_at_every_length_are_decoded_alike(frames, strict):
    for header, data in pieces(frames):
        for length in range(min(len(data), 70) + 1):
            assert decode_difference(header, data[:length], strict) is None


def test_frames_with_any_one_bit_flipped_are_decoded_alike(frames):
    for header, data in {header: (header, data) for header, data in pieces(frames)}.values():
        for bit in range(min(len(data), 64) * 8):
            assert decode_difference(header, flip(data, bit)) is None


def flip(data, bit):
    flipped = bytearray(data)
    flipped[bit // 8] ^= 0x80 >> bit % 8
    return bytes(flipped)


@pytest.mark.parametrize("header", HEADERS, ids=lambda header: header.LAYER)
def test_the_table_says_where_each_field_is(header, frames):
    found = [data for kind, data in pieces(frames) if kind is header]
    made = strategies.samples(strategies.headers(header), 30)
    found += [value.build(b"", BELOW) for value in made]
    assert [table_difference(header, data) for data in found] == [None] * len(found)


# Ways to break the compiler: each takes `monkeypatch`, and the gates must notice what it generates.


def shift_bits(patch):
    """The description places each bit field one bit too far to the left."""
    walk = description._word

    def broken(member, offset):
        word = walk(member, offset)
        word.bits = [replace(bit, shift=bit.shift + 1) for bit in word.bits]
        return word

    patch.setattr(description, "_word", broken)


def widen_masks(patch):
    """The row backend lets one bit too many through."""

    def broken(bit, word, raw):
        return bits_value(replace(bit, width=bit.width + 1), word, raw)

    patch.setattr(row_values, "bits_value", broken)


def shift_bytes(patch):
    """The description places each fixed part one byte too late."""
    walk = description._fixed
    patch.setattr(description, "_fixed", lambda name, notes, offset: walk(name, notes, offset + 1))


def shift_the_table(patch):
    """`FIELDS` points one word behind each field."""
    write = fields._rows
    patch.setattr(
        fields, "_rows", lambda name, notes, offset, bits: write(name, notes, offset + 16, bits)
    )


def forget_rules(patch):
    """The walk overlooks conditions."""

    def broken(schema):
        header = describe(schema)
        header.rules.clear()
        return header

    patch.setattr(modules, "describe", broken)


def forget_weights(patch):
    """The checksum takes each byte for the lower one of its word."""
    patch.setattr(row_build, "weighted", lambda part, value: value)


def shift_the_pseudo_header(patch):
    """The pseudo-header's parts are placed one byte too late."""

    def broken(construct):
        parts = description.describe_pseudo(construct)
        return [replace(part, offset=part.offset + 1) for part in parts]

    patch.setattr(row_build, "describe_pseudo", broken)


COMPILER_MUTANTS = [
    (shift_bits, "ipv4", "IPv4"),
    (shift_bits, "tcp", "TCP"),
    (widen_masks, "ipv4", "IPv4"),
    (widen_masks, "tcp", "TCP"),
    (widen_masks, "dot1q", "Dot1Q"),
    (shift_bytes, "icmpv4", "ICMPv4"),
    (shift_the_table, "ethernet", "Ethernet"),
    (forget_rules, "ipv4", "IPv4"),
    (forget_weights, "icmpv4", "ICMPv4"),
    (shift_the_pseudo_header, "udp", "UDP"),
]


@pytest.mark.parametrize(
    ("break_it", "name", "class_name"),
    COMPILER_MUTANTS,
    ids=[f"{break_it.__name__}-{name}" for break_it, name, _ in COMPILER_MUTANTS],
)
def test_the_gates_catch_a_broken_compiler(break_it, name, class_name, frames, monkeypatch):
    sound = generated(name)
    break_it(monkeypatch)
    broken = generated(name)
    assert broken != sound
    assert first_difference(getattr(load(sound), class_name), frames) is None
    assert first_difference(getattr(load(broken), class_name), frames) is not None


# What no single function of the compiler decides: (schema module, class, right, wrong).
OUTPUT_MUTANTS = {
    "a bound forgotten": ("tcp", "TCP", "and header_end <= limit", "and header_end <= limit + 1"),
    "a length rule forgotten": ("udp", "UDP", "8 <= header.length", "0 <= header.length"),
    "an odd byte not shifted": ("tcp", "TCP", "len(payload) & 1", "len(payload) & 0"),
    "a view widened": ("icmpv4", "ICMPv4", "rest_of_header >> 24", "rest_of_header >> 23"),
    "an optional part too short": (
        "gre",
        "GRE",
        "(4 if word0 & 8192 != 0 else 0)",
        "(2 if word0 & 8192 != 0 else 0)",
    ),
    "an optional part of another flag": (
        "gre",
        "GRE",
        "if word0 & 4096 != 0 else None",
        "if word0 & 8192 != 0 else None",
    ),
    "an optional part not summed": ("gre", "GRE", "(self.key or 0)", "0"),
    "an array that begins too late": (
        "ipv6_routing",
        "IPv6SourceRoute",
        "in range(offset + 8, addresses_end, 16)",
        "in range(offset + 16, addresses_end, 16)",
    ),
    "a rest that is cut": (
        "ipv6_routing",
        "IPv6SourceRoute",
        "buffer[addresses_end:header_end]",
        "buffer[addresses_end + 1:header_end]",
    ),
}


@pytest.mark.parametrize("mutant", OUTPUT_MUTANTS)
def test_the_gates_catch_broken_output(mutant, frames):
    name, class_name, right, wrong = OUTPUT_MUTANTS[mutant]
    source = generated(name)
    assert right in source
    assert first_difference(getattr(load(source), class_name), frames) is None
    broken = getattr(load(source.replace(right, wrong)), class_name)
    assert first_difference(broken, frames) is not None


def first_difference(header, frames):
    """All gates, on whole, damaged and cut headers, and on one that is built."""
    found = [data for kind, data in pieces(frames) if kind.LAYER == header.LAYER]
    found = found or made_up(header)
    changed = [flip(one, bit) for one in found for bit in range(min(len(one), 24) * 8)]
    cut = [one[:length] for one in found for length in range(len(one))]
    lengths = [one[:4] + b"\0\7" + one[6:] for one in found]
    for data in [*found, *changed, *cut, *lengths]:
        if difference := decode_difference(header, data):
            return difference
    for data in found:
        if difference := table_difference(header, data):
            return difference
    below = IPv4(source="10.0.0.1", destination="10.0.0.2")
    value = header.parse(found[0])
    auto = {name: AUTO for name in header.COMPUTED}
    return encode_difference(value.replace(**auto), b"odd", below)


def made_up(header):
    """Headers that no fixture has, as bytes; those with most inside come first."""
    sound = next(one for one in HEADERS if header.LAYER == one.LAYER)
    built = [one.build(b"", BELOW) for one in strategies.samples(strategies.headers(sound), 30)]
    return sorted(built, key=len, reverse=True)[:8]


def generated(name):
    """What the compiler writes for one schema module, before the layout."""
    module = next(one for one in schema_modules() if one.__name__.endswith(f".{name}"))
    return module_source(name, "", headers_of(module))
