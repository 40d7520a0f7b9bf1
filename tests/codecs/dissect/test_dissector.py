"""Field values, compared with tshark on a capture of all layers."""

import collections

import pytest

from wirelab.codecs import ARP, TCP, UDP, Ethernet, IPv4
from wirelab.codecs.capture import CapturedFrame, open_capture
from wirelab.codecs.dissect import REGISTRY, Dissector, Kind

FIELDS = [name for name, field in REGISTRY.items() if field.kind is not Kind.PROTOCOL]


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


def test_the_corpus_gives_a_value_to_nearly_every_field(theirs):
    """A field that is never there would agree with tshark by chance."""
    absent = {field for field in FIELDS if not any(row[field] for row in theirs)}
    assert absent <= {
        "eth.invalid_lentype",
        "eth.len",
        "frame.packet_flags_packet_too_short_error",
    } | {name for name in FIELDS if name.startswith("frame.packet_flags_")}


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
    packet = Ethernet() / IPv4(protocol=4)
    data = bytes(packet) + bytes(IPv4(protocol=4, total_length=20)) * 0
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
