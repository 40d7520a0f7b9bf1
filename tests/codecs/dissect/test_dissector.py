"""Field values, compared with tshark on a capture of all layers."""

import collections
import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wirelab.codecs import ARP, TCP, UDP, Ethernet, IPv4, strategies
from wirelab.codecs.capture import CapturedFrame, PcapWriter, open_capture
from wirelab.codecs.dissect import REGISTRY, Dissector, Kind
from wirelab.codecs.dissect.tree import json_layers, layers

PROTOCOLS = ("frame", "eth", "arp", "ip", "udp", "tcp", "data")
"""Of the corpus; those of the others are compared in layers/."""
FIELDS = [
    name
    for name, field in REGISTRY.items()
    if field.kind is not Kind.PROTOCOL and name.partition(".")[0] in PROTOCOLS
]


def texts(dissection):
    """Display name -> printed values."""
    found = collections.defaultdict(list)
    for name, value in dissection.items:
        if name in REGISTRY:
            found[name].append(REGISTRY[name].text(value))
    return found


@pytest.fixture(scope="module")
def ours(corpus, monkeypatch_module):
    """Our values of all frames."""
    with open_capture(corpus) as capture:
        dissector = Dissector(None, capture.interfaces, is_pcapng=True)
        rows = []
        for record in capture.records():
            rows.append(texts(dissector.dissect(record)))
            dissector.displayed(record)
    return rows


@pytest.fixture(scope="module")
def monkeypatch_module():
    """Times print in UTC."""
    import time

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


@pytest.fixture(scope="module")
def theirs(corpus, tshark_run, tshark):
    """What tshark prints for all fields of all frames, in one run."""
    words = [word for name in FIELDS for word in ("-e", name)]
    output = tshark_run("-n", "-r", str(corpus), "-T", "fields", *words)
    return [
        dict(zip(FIELDS, line.split("\t"), strict=True)) for line in output.rstrip("\n").split("\n")
    ]


@pytest.mark.parametrize("field", FIELDS)
def test_every_value_of_a_field_is_what_tshark_prints(field, ours, theirs):
    assert len(ours) == len(theirs) > 400
    escapes = str.maketrans({"\t": "\\t", "\n": "\\n"})
    differences = [
        (number, expected[field], ",".join(values[field]))
        for number, (values, expected) in enumerate(zip(ours, theirs, strict=True), 1)
        if ",".join(values[field]).translate(escapes) != expected[field]
    ]
    assert differences == []


TESTED_ELSEWHERE = (
    "frame.packet_flags_",
    "tcp.options.",
    "mptcp.",
    "udp.checksum_coverage",
    "ip.opt.",
    "ip.cipso.",
    "dhcp.",
)
"""What the corpus has little of: layers/test_tcp_options.py has frames of their own."""


def test_the_corpus_gives_a_value_to_nearly_every_field(theirs):
    """A field that is never there would agree with tshark by chance."""
    absent = {field for field in FIELDS if not any(row[field] for row in theirs)}
    assert absent <= {
        "eth.invalid_lentype",
        "eth.len",
        "frame.packet_flags_packet_too_short_error",
    } | {name for name in FIELDS if name.startswith(TESTED_ELSEWHERE)}


def test_asking_for_few_fields_gives_the_same_values(corpus):
    """The fast way, which skips what nobody asked for, and the whole way agree."""
    wanted = {"ip.src", "tcp.seq", "tcp.stream", "udp.stream", "data.len", "frame.protocols"}
    with open_capture(corpus) as one, open_capture(corpus) as other:
        whole, part = Dissector(), Dissector(wanted)
        for frame, same in zip(one, other, strict=True):
            chosen = [item for item in whole.dissect(frame).items if item[0] in wanted]
            assert sorted(part.dissect(same).items, key=str) == sorted(chosen, key=str)


def frame_of(packet, number=1):
    """A packet as a captured frame."""
    data = bytes(packet)
    return CapturedFrame(number, number, data, len(data), 1)


def test_a_cut_header_shows_what_was_read_and_the_reason():
    packet = Ethernet() / IPv4(source="10.0.0.1", destination="10.0.0.2") / UDP() / b"payload"
    whole = bytes(packet)
    dissection = Dissector().dissect(CapturedFrame(1, 0, whole[:38], len(whole), 1))
    assert dissection.values("udp.srcport") == [0]
    assert dissection.values("udp.length") == []
    assert str(dissection.problem) == (
        "UDP at byte 34: expected 8 bytes, got 4 bytes (RFC 768 page 1)"
    )


def test_tunnels_inside_each_other_stop_at_a_limit():
    """No recursion whose depth a sender chooses."""
    inner = b""
    for _ in range(300):
        inner = IPv4(protocol=4 if inner else 253).build(inner)
    data = bytes(Ethernet(type=0x0800)) + inner
    dissection = Dissector().dissect(CapturedFrame(1, 0, data, len(data), 1))
    assert "at most 64 layers" in str(dissection.problem)


def test_every_prefix_of_a_frame_can_be_dissected():
    """Nothing but a reason comes out of a frame that is cut anywhere."""
    packets = (
        Ethernet() / ARP(),
        Ethernet() / IPv4() / TCP(flags=2, options=()) / b"data",
        Ethernet() / IPv4() / UDP() / b"data",
    )
    for packet in packets:
        whole = bytes(packet)
        for length in range(len(whole)):
            frame = CapturedFrame(1, 0, whole[:length], len(whole), 1)
            dissection = Dissector().dissect(frame)
            assert dissection.protocols[0] == "eth"


HELLO = bytes(
    Ethernet()
    / IPv4(source="10.0.0.1", destination="10.0.0.2")
    / UDP(source_port=50000, destination_port=49152)
    / b"Hello UDP!"
)
WITHOUT_LENGTH = HELLO[:16] + b"\0\0" + HELLO[18:]


@pytest.mark.parametrize("wire_length", [52, 70_000])
def test_a_packet_captured_before_segmentation_has_the_length_of_its_frame(wire_length):
    """IPv4 total length 0, as Linux hands segmentation offload to a capture; also beyond 65,535."""
    dissection = Dissector().dissect(CapturedFrame(1, 0, WITHOUT_LENGTH, wire_length, 1))
    assert dissection.values("ip.len") == [wire_length - 14]
    assert dissection.values("udp.payload") == [b"Hello UDP!"]


@pytest.mark.parametrize(
    ("link_type", "header"),
    [
        (0, b"\2\0\0\0"),
        (0, b"\0\0\0\2"),
        (12, b""),
        (14, b""),
        (101, b""),
        (108, b"\0\0\0\2"),
        (113, bytes(14) + b"\x08\0"),
        (228, b""),
        (276, b"\x08\0" + bytes(18)),
    ],
)
def test_what_leads_to_ipv4_is_dissected_as_tshark_does(
    link_type, header, tmp_path, tshark_run, tshark
):
    path = tmp_path / "link.pcap"
    with PcapWriter(path, link_type) as writer:
        writer.write(header + HELLO[14:], 0)
    names = ("frame.protocols", "frame.encap_type", "ip.src", "udp.port", "data.len")
    words = [word for name in names for word in ("-e", name)]
    theirs = tshark_run("-n", "-r", str(path), "-T", "fields", *words)
    with open_capture(path) as capture:
        (frame,) = capture
    found = texts(Dissector().dissect(frame))
    assert "\t".join(",".join(found[name]) for name in names) + "\n" == theirs


@pytest.mark.parametrize(
    ("link_type", "data", "opaque"),
    [
        (1, bytes(12) + b"\x88\x47" + bytes(40), "mpls"),
        (1, bytes(12) + b"\0\x26\x42\x42\x03" + bytes(35), "stp"),
        (0, b"\7\0\0\0" + bytes(39), "osi"),
        (9999, bytes(60), "link type 9999"),
        (1, HELLO, ""),
        (1, HELLO[:36] + b"\0\x7b" + HELLO[38:], "above TCP and UDP"),
        (113, bytes(15), ""),
        (1, b"", ""),
    ],
)
def test_what_wireshark_would_look_into_is_told(link_type, data, opaque):
    dissection = Dissector().dissect(CapturedFrame(1, 0, data, len(data), link_type))
    assert dissection.opaque == opaque


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from((HELLO, WITHOUT_LENGTH, bytes(Ethernet() / ARP()))),
    st.lists(st.tuples(st.integers(0, 60), st.binary(min_size=1, max_size=3)), max_size=5),
    st.integers(0, 1 << 32),
    st.sampled_from((0, 1, 101, 113, 228, 276)),
    st.integers(-(1 << 63), 1 << 90),
)
@example(WITHOUT_LENGTH, [], 1 << 32, 1, 1 << 90)
def test_nothing_in_a_frame_makes_dissection_raise(start, changes, wire_length, link_type, time):
    data = start
    for place, new in changes:
        data = data[:place] + new + data[place + len(new) :]
    dissection = Dissector().dissect(CapturedFrame(1, time, data, wire_length, link_type))
    assert texts(dissection)
    assert layers(dissection)
    assert json_layers(dissection)


@settings(max_examples=60, deadline=None)
@given(
    strategies.frames() | strategies.malformed().map(lambda malformed: malformed.frame),
    st.integers(0, 200),
)
def test_nothing_in_a_frame_of_any_protocol_makes_dissection_raise(data, more):
    """Frames of all header classes, whole and wrong, cut by a snapshot length or not."""
    dissection = Dissector().dissect(CapturedFrame(1, 0, data, len(data) + more, 1))
    assert texts(dissection)
    assert json.loads(json.dumps(json_layers(dissection))) is not None
