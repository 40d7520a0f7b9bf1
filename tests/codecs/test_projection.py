"""Readers of a few fields give what parsing gives, and say what is wrong with names."""

import io
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wirelab.codecs import (
    TCP,
    UDP,
    DecodeError,
    Dot1Q,
    Ethernet,
    FieldNameError,
    Header,
    IPv4,
    IPv6,
    fields,
    layout,
    parse,
)
from wirelab.codecs.capture import PcapngWriter, PcapWriter, open_capture
from wirelab.codecs.protocols import HEADERS
from wirelab.codecs.protocols.layouts import LAYOUTS

FIVE = ("ip.src", "ip.dst", "ip.proto", "tcp.srcport", "tcp.dstport")


@pytest.fixture(scope="module")
def all_frames(frames):
    """The frames of all tests, and stacks with a VLAN tag and with IPv6."""
    link = Ethernet("02:00:00:00:00:02", "02:00:00:00:00:01")
    ipv6 = IPv6(source="2001:db8::1", destination="2001:db8::2", flow_label=5, dscp=46)
    segment = TCP(1, 2, sequence_number=7, flags=0x112)
    tagged = link / Dot1Q(vlan_id=100, priority=5)
    return frames | {
        "ipv6_tcp": bytes(link / ipv6 / segment / b"data"),
        "ipv6_udp": bytes(link / ipv6 / UDP(53, 5000) / b"data"),
        "vlan_tcp": bytes(tagged / IPv4(dscp=10, ecn=1) / segment / b"data"),
    }


def expected(frame, columns):
    """What `fields` promises: the attributes of what lenient parsing finds."""
    try:
        packet = parse(frame, strict=False)
    except DecodeError:
        return None
    found = [packet.get(header) for header, _ in columns]
    if None in found:
        return None
    return tuple(getattr(one, name) for one, (_, name) in zip(found, columns, strict=True))


EVERY_HEADER = [header for header in HEADERS if header.FIELDS]


@pytest.mark.parametrize("header", EVERY_HEADER, ids=lambda header: header.LAYER)
def test_every_field_reads_like_its_attribute(header, all_frames):
    columns = [(header, field.name) for field in header.FIELDS]
    read = fields(*[f"{header.__name__}.{name}" for _, name in columns])
    for frame in all_frames.values():
        assert read(frame) == expected(frame, columns)


Columns = list[tuple[type[Header], str]]
TCP_AND_IP: Columns = [(IPv4, "source"), (IPv4, "dscp"), (TCP, "destination_port"), (TCP, "syn")]
READERS: list[Columns] = [
    TCP_AND_IP,
    [(IPv4, "ihl"), (IPv4, "total_length"), (IPv4, "fragment_offset")],
    [(IPv4, "destination"), (UDP, "length")],
    [(IPv6, "flow_label"), (TCP, "window")],
    [(IPv6, "source"), (UDP, "source_port")],
    [(Dot1Q, "vlan_id"), (IPv4, "more_fragments"), (TCP, "flags")],
    [(Ethernet, "type"), (TCP, "options")],
]


@pytest.fixture(scope="module")
def readers():
    """Compiled readers, with what they read."""
    return [(fields(*[f"{h.__name__}.{name}" for h, name in one]), one) for one in READERS]


def test_whatever_bit_is_flipped_readers_and_parsing_agree(all_frames, readers):
    """Equality gate: lengths that lie, versions that are wrong, fragments, options, all of them."""
    for name in ("tcp_sack", "udp", "ipv6_tcp", "vlan_tcp", "ipv4_options", "ip_in_ip"):
        frame = all_frames[name]
        for bit in range(12 * 8, min(len(frame), 62) * 8):
            flipped = bytearray(frame)
            flipped[bit // 8] ^= 0x80 >> bit % 8
            for read, columns in readers:
                assert read(flipped) == expected(flipped, columns), (name, bit, columns)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_whatever_is_damaged_or_cut_readers_and_parsing_agree(all_frames, readers, data):
    frame = bytearray(all_frames[data.draw(st.sampled_from(sorted(all_frames)))])
    for _ in range(data.draw(st.integers(0, 4))):
        frame[data.draw(st.integers(0, len(frame) - 1))] = data.draw(st.integers(0, 255))
    damaged = bytes(frame[: data.draw(st.integers(0, len(frame)))])
    for read, columns in readers:
        assert read(damaged) == expected(damaged, columns)


def test_a_reader_takes_any_buffer_and_raises_for_none(all_frames):
    read = fields(*FIVE)
    frame = all_frames["tcp_syn"]
    values = (b"\x0a\0\0\1", b"\x0a\0\0\2", 6, 50000, 80)
    assert [read(kind(frame)) for kind in (bytes, bytearray, memoryview)] == [values] * 3
    assert [read(b""), read(b"\0" * 13), read(all_frames["arp_request"])] == [None] * 3


def test_usual_stacks_are_read_without_parsing(all_frames, monkeypatch):
    read = fields("ip.src | ipv6.src", "tcp.dstport | udp.dstport")
    monkeypatch.setitem(read.__globals__, "slowly", None)  # type: ignore[attr-defined]
    names = ("udp", "tcp_syn", "tcp_data", "ipv6_tcp", "ipv6_udp", "vlan_tcp", "vlan_udp")
    assert all(read(all_frames[name]) is not None for name in names)


def test_alternatives_give_the_outermost_header_that_is_there(all_frames):
    read = fields("ip.src | ipv6.src", "tcp.dstport | udp.dstport")
    assert read(all_frames["tcp_syn"]) == (b"\x0a\0\0\1", 80)
    assert read(all_frames["udp"]) == (b"\x0a\0\0\1", 49152)
    assert read(all_frames["ipv6_udp"]) == (bytes.fromhex("20010db8" + "0" * 23 + "1"), 5000)
    assert read(all_frames["ip_in_ip"]) == (b"\x0a\0\0\1", 2)
    assert read(all_frames["icmp_echo"]) is None


def test_fields_are_named_by_display_name_or_by_attribute():
    for name in ("tcp.srcport", "TCP.source_port"):
        read = fields(name)
        assert read.names == (name,)
        assert read(bytes(Ethernet() / IPv4() / TCP(5, 6))) == (5,)


@pytest.mark.parametrize(
    ("name", "nearest", "message"),
    [
        ("tcp.port", ("tcp.srcport", "tcp.dstport"), "means each of tcp.srcport, tcp.dstport; ask"),
        ("ip.scr", "ip.src", "did you mean ip.src"),
        ("TCP.sorce_port", "TCP.source_port", "did you mean TCP.source_port"),
        ("frobnicate", (), "names look like 'ip.src'"),
        ("", (), "names no field"),
        ("tcp.srcport | tcp.dstport", ("tcp.dstport",), "names TCP twice"),
    ],
)
def test_a_name_that_is_none_or_ambiguous_is_refused_with_the_right_ones(name, nearest, message):
    with pytest.raises(FieldNameError, match=message) as caught:
        fields(name)
    if isinstance(nearest, str):
        assert caught.value.nearest[0] == nearest
    else:
        assert caught.value.nearest == nearest


def test_a_reader_of_nothing_is_refused():
    with pytest.raises(FieldNameError, match="ask for one"):
        fields()


def test_captures_are_read_frame_by_frame(all_frames, tmp_path):
    stream = io.BytesIO()
    writer = PcapWriter(stream)
    for frame in all_frames.values():
        writer.write(frame, 0)
    path = tmp_path / "capture.pcap"
    path.write_bytes(stream.getvalue())
    read = fields(*FIVE)
    wanted = [values for values in map(read, all_frames.values()) if values is not None]
    assert len(wanted) > 4
    assert list(read.iterate(path)) == wanted
    assert list(read.iterate(str(path))) == wanted
    assert list(read.iterate(io.BytesIO(stream.getvalue()))) == wanted
    assert list(read.iterate(all_frames.values())) == wanted
    with open_capture(path) as capture:
        assert list(read.iterate(capture)) == wanted


def test_frames_of_other_links_are_read_by_their_link_type(all_frames, tmp_path):
    """LINKTYPE_RAW: without an Ethernet header; pcapng has several in one file."""
    read = fields("ip.src", "tcp.dstport")
    frame = all_frames["tcp_syn"]
    raw = tmp_path / "raw.pcap"
    with raw.open("wb") as stream:
        PcapWriter(stream, link_type=101).write(frame[14:], 0)
    assert list(read.iterate(raw)) == [read(frame)]
    mixed = tmp_path / "mixed.pcapng"
    with mixed.open("wb") as stream, PcapngWriter(stream) as writer:
        writer.add_interface("eth0")
        writer.add_interface("tun0", link_type=101)
        writer.write(frame, 0, interface=0)
        writer.write(frame[14:], 0, interface=1)
        writer.write(b"?", 0, interface=1)
    assert list(read.iterate(mixed)) == [read(frame)] * 2


def test_the_outermost_header_may_be_another(all_frames):
    read = fields("ip.src", "tcp.dstport", first=IPv4)
    assert read(all_frames["tcp_syn"][14:]) == (b"\x0a\0\0\1", 80)


# Ways to break the backend; what is then compiled must not agree with parsing.


def shift_bits(patch):
    """Each field's bits are taken from one further to the left."""
    cut = layout._cut

    def broken(name, code, field, shift):
        return cut(name, code, field, shift + 1)

    patch.setattr(layout, "_cut", broken)


def forget_conditions(patch):
    """Fragments, and headers with options, are taken for usual ones."""
    broken = [
        layout.Layout(one.headers, one.parts, one.steps, one.conditions[:1]) for one in LAYOUTS
    ]
    patch.setattr("wirelab.codecs.projection.LAYOUTS", broken)


@pytest.mark.parametrize("break_it", [None, shift_bits, forget_conditions])
def test_a_broken_backend_is_caught(break_it, all_frames, monkeypatch):
    if break_it is not None:
        break_it(monkeypatch)
    read = fields(*[f"{header.__name__}.{name}" for header, name in TCP_AND_IP])
    source = random.Random(3)
    agreed = True
    for frame in all_frames.values():
        for _ in range(20):
            flipped = bytearray(frame)
            flipped[source.randrange(12, 40)] ^= 1 << source.randrange(8)
            agreed &= read(flipped) == expected(flipped, TCP_AND_IP)
    assert agreed == (break_it is None)
