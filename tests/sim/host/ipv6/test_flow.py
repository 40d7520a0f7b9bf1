"""What a flow writes is what the codecs write."""

from hypothesis import given, settings
from hypothesis import strategies as st

from wirelab.codecs import TCP, IPv6
from wirelab.sim.reasons import Reason

WORD, LONG = st.integers(0, 0xFFFF), st.integers(0, 0xFFFF_FFFF)


def flow_of(bench, destination=None):
    output = bench.host._tcp._environment.output
    return output.flow(bench.OWN[0], 4000, destination or bench.PEERS[0], 80)


@given(
    LONG,
    LONG,
    st.integers(0, 0x1FF),
    WORD,
    st.binary(max_size=10).map(lambda data: data * 4),
    st.binary(max_size=200),
    WORD,
    st.integers(0, 255),
)
@settings(max_examples=60, deadline=None)
def test_a_segment_is_what_the_codecs_would_build(
    make_bench, sequence, ack, flags, window, options, text, urgent, tos
):
    """RFC 9293 section 3.1, RFC 8200 sections 3 and 8.1."""
    bench = make_bench()
    flow = flow_of(bench)
    assert flow.send(sequence, ack, flags, window, options, text, 0, urgent, tos) is None
    [sent] = bench.sent()
    label = sent.ip.flow_label
    ip = IPv6(
        source=bench.OWN[0],
        destination=bench.PEERS[0],
        dscp=tos >> 2,
        ecn=tos & 3,
        flow_label=label,
    )
    segment = TCP(
        source_port=4000,
        destination_port=80,
        sequence_number=sequence,
        acknowledgment_number=ack,
        flags=flags,
        window=window,
        urgent_pointer=urgent,
        options=options,
    )
    assert sent.packet == bytes(ip / segment / text)
    assert label != 0


def test_connections_have_labels_of_their_own(bench):
    """RFC 6437 section 3: the same for all of a flow, and hard to guess."""
    output = bench.host._layers.outputs.ipv6
    ends = [(bench.OWN[0], port, bench.PEERS[0], 80) for port in range(50)]
    labels = [output.flow_label(*one) for one in ends]
    assert labels == [output.flow_label(*one) for one in ends]
    assert len(set(labels)) == len(labels)
    assert all(0 < label < 1 << 20 for label in labels)


def test_what_is_larger_than_the_path_is_refused(bench):
    """RFC 8201 section 4: nothing below 1280 is believed."""
    flow = flow_of(bench)
    mtus = bench.host._layers.path_mtus
    assert flow.send(1, 2, 16, 1000, b"", bytes(1440), 0) is None
    assert not mtus.lower(bench.PEERS[0], 1279, 0)
    assert mtus.lower(bench.PEERS[0], 1280, 0)
    assert flow.mtu == 1280
    assert flow.send(1, 2, 16, 1000, b"", bytes(1221), 0) is Reason.IP_TOO_BIG_DF
    assert flow.send(1, 2, 16, 1000, b"", bytes(1220), 0) is None


def test_a_flow_waits_for_its_neighbour(make_bench):
    """RFC 4861 section 7.2.2: the packet is kept until the neighbour answers."""
    bench = make_bench()
    stranger = bench.OWN[0][:-1] + b"\x55"
    assert flow_of(bench, stranger).send(1, 2, 16, 1000, b"", b"text", 0) is None
    assert bench.sent() == []
    bench.introduce(stranger, b"\x02\0\0\0\0\x55", 0)
    bench.wait(0.1)
    flow_of(bench, stranger).send(5, 2, 16, 1000, b"", b"more", 0)
    assert bench.sent()[-1].ethernet.destination == b"\x02\0\0\0\0\x55"
