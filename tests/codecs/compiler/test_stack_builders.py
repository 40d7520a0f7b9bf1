"""The builders of usual stacks write what going header by header writes."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wirelab.codecs import (
    TCP,
    UDP,
    EncodeError,
    Ethernet,
    IPv4,
    IPv6,
    NoOperation,
    Packet,
    Timestamps,
    UnknownOption,
)
from wirelab.codecs.compiler import stack_builders
from wirelab.codecs.compiler.equality import load
from wirelab.codecs.compiler.modules import headers_of, schema_modules
from wirelab.codecs.compiler.row_build import weighted
from wirelab.codecs.header import AUTO
from wirelab.codecs.protocols.stack_builders import BUILDERS

OPTIONS: list[Any] = [
    [],
    [NoOperation(), NoOperation(), Timestamps(0xFFFFFFFF, 1)],
    [UnknownOption(254, b"abc")],
]


def word(bits: int, *more: int) -> st.SearchStrategy[int]:
    last = (1 << bits) - 1
    return st.sampled_from([0, 1, last, *more]) | st.integers(0, last)


IPV4 = st.builds(
    IPv4,
    dscp=word(6),
    ecn=word(2),
    total_length=word(16, AUTO, AUTO, AUTO),
    identification=word(16),
    dont_fragment=st.booleans(),
    fragment_offset=st.sampled_from([0, 5]),
    ttl=word(8),
    protocol=word(8, AUTO, AUTO, AUTO),
    checksum=word(16, AUTO, AUTO, AUTO),
    source=st.binary(min_size=4, max_size=4),
    destination=st.sampled_from([bytes(4), b"\xff" * 4]),
    options=st.sampled_from([b"", b"", b"", b"\x94\x04\0\0"]),
)
IPV6 = st.builds(
    IPv6,
    flow_label=word(20),
    payload_length=word(16, AUTO, AUTO, AUTO),
    next_header=word(8, AUTO, AUTO, AUTO),
    hop_limit=word(8),
    source=st.binary(min_size=16, max_size=16),
    destination=st.just(bytes(16)),
)
TRANSPORTS = st.builds(
    TCP,
    source_port=word(16),
    sequence_number=word(32),
    acknowledgment_number=word(32),
    flags=word(9),
    window=word(16),
    checksum=word(16, AUTO, AUTO, AUTO),
    urgent_pointer=word(16),
    options=st.sampled_from(OPTIONS),
) | st.builds(
    UDP,
    source_port=word(16),
    destination_port=word(16),
    length=word(16, AUTO, AUTO, AUTO),
    checksum=word(16, 0, AUTO, AUTO, AUTO),
)
LINKS = st.builds(Ethernet, type=word(16, AUTO, AUTO, AUTO))
PACKETS = st.builds(
    lambda *parts: Packet(parts[:3], parts[3], parts[4]),
    LINKS,
    IPV4 | IPV6,
    TRANSPORTS,
    st.binary(max_size=40) | st.sampled_from([bytes(3), b"\xff" * 9]),
    st.sampled_from([b"", b"trailer"]),
)


@settings(max_examples=300, deadline=None)
@given(PACKETS)
def test_both_ways_write_the_same_bytes(packet):
    assert bytes(packet) == packet._build_each()


def test_usual_packets_are_written_at_once(monkeypatch):
    monkeypatch.setattr(Packet, "_build_each", None)
    for network in (IPv4(), IPv6()):
        for transport in (TCP(options=OPTIONS[1]), UDP(1, 2)):
            assert bytes(Ethernet() / network / transport / b"data").endswith(b"data")


def test_all_zeros_have_the_checksum_0xffff():
    """RFC 1071 section 2; RFC 768 page 2 for UDP."""
    zero = IPv4(0, 0, total_length=0, ttl=0, protocol=0, source=bytes(4), destination=bytes(4))
    packet = Ethernet() / zero / UDP(0, 0)
    assert bytes(packet)[24:26] == b"\xff\xff"
    assert bytes(packet) == packet._build_each()


@pytest.mark.parametrize(
    ("packet", "field"),
    [
        (Ethernet() / IPv4() / TCP() / bytes(65500), "total_length"),
        (Ethernet() / IPv4() / UDP() / bytes(65530), "length"),
        (Ethernet() / IPv6() / UDP() / bytes(65530), "length"),
    ],
)
def test_what_does_not_fit_is_refused_by_the_header_that_it_is_in(packet, field):
    with pytest.raises(EncodeError) as caught:
        bytes(packet)
    assert caught.value.field == field


# Ways to break the backend; what it then generates must not agree with going header by header.


def forget_weights(patch):
    """The checksum takes each byte for the lower one of its word."""

    def broken(part, value):
        return weighted(part, value).replace(" << 8", "")

    patch.setattr(stack_builders, "weighted", broken)


def forget_pseudo_headers(patch):
    """The addresses do not count."""
    patch.setattr(stack_builders, "describe_pseudo", lambda pseudo: [])


def forget_options(patch):
    """Options in a lower header are left out."""
    write = stack_builders._Builder.write

    def broken(self, out, made=None):
        for header in self.headers[:-1]:
            header.variable.clear()
        write(self, out)

    patch.setattr(stack_builders._Builder, "write", broken)


BREAKS = [None, forget_weights, forget_pseudo_headers, forget_options]
SAMPLES = [
    Ethernet() / network / transport / b"odd"
    for network in (IPv4(ttl=3, options=b"\x94\x04\0\0"), IPv4(ttl=7), IPv6())
    for transport in (TCP(1, 2, options=OPTIONS[1]), UDP(5, 6))
]


@pytest.mark.parametrize("break_it", BREAKS)
def test_a_broken_backend_is_caught(break_it, monkeypatch):
    headers = {one.name: one for module in schema_modules() for one in headers_of(module)}
    if break_it is not None:
        break_it(monkeypatch)
    module = load(stack_builders.builders_source(headers))
    agreed = True
    for packet in SAMPLES:
        build = module.BUILDERS[packet.layers[1].__class__, packet.layers[2].__class__]
        built = build(packet.layers, packet.payload)
        agreed &= built is None or built == packet._build_each()
    assert agreed == (break_it is None)
    assert len(BUILDERS) == len(module.BUILDERS)
