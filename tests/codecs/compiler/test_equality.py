"""Generated code means what its schema means, and the gate that says so catches broken code."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wirelab.codecs import (
    ARP,
    AUTO,
    SACK,
    TCP,
    UDP,
    Dot1Q,
    EndOfOptions,
    Ethernet,
    Header,
    ICMPv4,
    IPv4,
    MaximumSegmentSize,
    NoOperation,
    RecordRoute,
    RouterAlert,
    SACKPermitted,
    Timestamps,
    UnknownOption,
    WindowScale,
)
from wirelab.codecs.compiler.equality import decode_difference, encode_difference, load
from wirelab.codecs.compiler.modules import headers_of, module_source, schema_modules
from wirelab.codecs.protocols import HEADERS

u1, u8, u16, u32 = (st.integers(0, (1 << bits) - 1) for bits in (1, 8, 16, 32))
auto16 = st.one_of(st.just(AUTO), u16)
mac, address = st.binary(min_size=6, max_size=6), st.binary(min_size=4, max_size=4)


def bits(width):
    return st.integers(0, (1 << width) - 1)


tcp_options = st.lists(
    st.one_of(
        st.builds(MaximumSegmentSize, u16),
        st.builds(WindowScale, u8),
        st.just(SACKPermitted()),
        st.builds(SACK, st.lists(st.tuples(u32, u32), max_size=1).map(tuple)),
        st.builds(Timestamps, u32, u32),
        st.just(NoOperation()),
        st.builds(UnknownOption, st.integers(9, 255), st.binary(max_size=4)),
    ),
    max_size=3,
).map(tuple)
ip_options = st.lists(
    st.one_of(
        st.builds(RecordRoute, u8, st.lists(address, max_size=2).map(tuple)),
        st.builds(RouterAlert, u16),
        st.just(NoOperation()),
        st.builds(EndOfOptions),
    ),
    max_size=2,
).map(tuple)
HEADER_VALUES: dict[type[Header], st.SearchStrategy[Header]] = {
    Ethernet: st.builds(Ethernet, mac, mac, u16),
    Dot1Q: st.builds(Dot1Q, bits(3), st.booleans(), bits(12), u16),
    ARP: st.builds(
        ARP,
        hardware_type=u16,
        protocol_type=u16,
        operation=u16,
        sender_hardware_address=mac,
        sender_protocol_address=address,
        target_hardware_address=mac,
        target_protocol_address=address,
    ),
    IPv4: st.builds(
        IPv4,
        dscp=bits(6),
        ecn=bits(2),
        total_length=auto16,
        identification=u16,
        reserved_flag=st.booleans(),
        dont_fragment=st.booleans(),
        more_fragments=st.booleans(),
        fragment_offset=bits(13),
        ttl=u8,
        protocol=u8,
        checksum=auto16,
        source=address,
        destination=address,
        options=ip_options,
    ),
    ICMPv4: st.builds(ICMPv4, u8, u8, auto16, u32),
    UDP: st.builds(UDP, u16, u16, auto16, auto16),
    TCP: st.builds(
        TCP,
        source_port=u16,
        destination_port=u16,
        sequence_number=u32,
        acknowledgment_number=u32,
        reserved=bits(3),
        flags=bits(9),
        window=u16,
        checksum=auto16,
        urgent_pointer=u16,
        options=tcp_options,
    ),
}


def test_every_header_has_a_strategy_here():
    assert set(HEADER_VALUES) == set(HEADERS)


@pytest.mark.parametrize("header", HEADERS, ids=lambda header: header.LAYER)
def test_made_up_headers_are_encoded_alike(header):
    @settings(max_examples=60, deadline=None)
    @given(HEADER_VALUES[header], st.binary(max_size=33), address, address)
    def check(value, payload, source, destination):
        below = IPv4(source=source, destination=destination)
        assert encode_difference(value, payload, below) is None

    check()


@pytest.mark.parametrize("header", HEADERS, ids=lambda header: header.LAYER)
def test_any_bytes_are_decoded_alike(header):
    """The same value, or the same error with the same path, strictly and leniently."""

    @settings(max_examples=100, deadline=None)
    @given(st.binary(max_size=80), st.booleans())
    def check(data, strict):
        assert decode_difference(header, data, strict) is None

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


# What a broken compiler would emit: (schema module, class, right, wrong).
MUTANTS = {
    "an offset shifted": ("tcp", "TCP", "_unpack(buffer, offset)", "_unpack(buffer, offset + 1)"),
    "an option offset shifted": ("tcp", "TCP", "(data, offset + 2)", "(data, offset + 1)"),
    "a mask widened": ("ipv4", "IPv4", "self._word6 & 8191", "self._word6 & 16383"),
    "a shift changed": ("tcp", "TCP", "self._word12 >> 9 & 7", "self._word12 >> 8 & 7"),
    "a bound forgotten": ("tcp", "TCP", "and header_end <= limit", "and header_end <= limit + 1"),
    "a length rule forgotten": ("udp", "UDP", "8 <= header.length", "0 <= header.length"),
    "a rule forgotten": ("ipv4", "IPv4", "word0 >> 12 == 4", "word0 >> 12 >= 4"),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_the_gate_catches_a_broken_decoder(mutant, frames):
    name, class_name, right, wrong = MUTANTS[mutant]
    source = generated(name)
    assert right in source
    sound, broken = (
        getattr(load(text), class_name) for text in (source, source.replace(right, wrong))
    )
    data = [data for header, data in pieces(frames) if class_name == header.LAYER]
    changed = [flip(one, bit) for one in data for bit in range(min(len(one), 24) * 8)]
    cut = [one[:length] for one in data for length in range(len(one))]
    lengths = [one[:4] + b"\0\7" + one[6:] for one in data]
    inputs = [*data, *changed, *cut, *lengths]
    assert all(decode_difference(sound, one) is None for one in inputs)
    assert any(decode_difference(broken, one) is not None for one in inputs)


ENCODER_MUTANTS = {
    "a checksum weight forgotten": ("ipv4", "IPv4", "(self.ttl << 8)", "self.ttl"),
    "a pseudo-header number wrong": ("udp", "UDP", "17 + (from", "18 + (from"),
    "an odd byte not shifted": ("tcp", "TCP", "len(payload) & 1", "len(payload) & 0"),
}


@pytest.mark.parametrize("mutant", ENCODER_MUTANTS)
def test_the_gate_catches_a_broken_encoder(mutant):
    name, class_name, right, wrong = ENCODER_MUTANTS[mutant]
    source = generated(name)
    assert right in source
    sound, broken = (
        getattr(load(text), class_name) for text in (source, source.replace(right, wrong))
    )
    values = {"protocol": 17, "ttl": 77} if class_name == "IPv4" else {"source_port": 99}
    below = IPv4(source="10.0.0.1", destination="10.0.0.2")
    assert encode_difference(sound(**values), b"odd", below) is None
    assert encode_difference(broken(**values), b"odd", below) is not None


def generated(name):
    """What the compiler writes for one schema module, before the layout."""
    module = next(one for one in schema_modules() if one.__name__.endswith(f".{name}"))
    return module_source(name, "", headers_of(module))
