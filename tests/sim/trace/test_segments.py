from hypothesis import given
from hypothesis import strategies as st

from wirelab.codecs import parse
from wirelab.sim.trace.segments import Segment, SegmentReader

BACK = (80, 49153)


def read(*frames: bytes) -> list[Segment]:
    reader = SegmentReader()
    segments = [reader.read(parse(frame)) for frame in frames]
    assert all(segment is not None for segment in segments)
    return [segment for segment in segments if segment is not None]


def test_numbers_are_relative_to_the_syn_of_their_direction(story):
    segments = read(
        story.tcp("alice", "bob", "S", 1000),
        story.tcp("bob", "alice", "S.", 5000, 1001, ports=BACK),
        story.tcp("alice", "bob", ".", 1001, 5001),
        story.tcp("alice", "bob", "P.", 1001, 5001, b"hello"),
        story.tcp("bob", "alice", "F.", 5001, 1006, ports=BACK),
    )
    assert [(s.sequence, s.acknowledgment, s.space) for s in segments] == [
        (0, None, 1),
        (0, 1, 1),
        (1, 1, 0),
        (1, 1, 5),
        (1, 6, 1),
    ]


def test_a_segment_sent_again_is_counted(story):
    data = story.tcp("alice", "bob", "P.", 1001, 1, b"hello")
    segments = read(story.tcp("alice", "bob", "S", 1000), data, data, data)
    assert [segment.retransmission for segment in segments] == [0, 0, 1, 2]


def test_what_a_router_passes_on_is_sent_once_by_each(story):
    """Rule 3."""
    reader = SegmentReader()
    data = parse(story.tcp("alice", "bob", "P.", 1001, 1, b"hello"))
    sent = [reader.read(data, sender) for sender in ("alice", "router", "alice", "router")]
    assert [one.retransmission for one in sent if one is not None] == [0, 0, 1, 1]


def test_new_data_behind_a_retransmission_is_no_retransmission(story):
    segments = read(
        story.tcp("alice", "bob", "S", 1000),
        story.tcp("alice", "bob", "P.", 1001, 1, b"one"),
        story.tcp("alice", "bob", "P.", 1001, 1, b"one"),
        story.tcp("alice", "bob", "P.", 1004, 1, b"two"),
    )
    assert [segment.retransmission for segment in segments] == [0, 0, 1, 0]


def test_bare_acknowledgments_are_never_retransmissions(story):
    ack = story.tcp("alice", "bob", ".", 1001, 5001)
    assert [segment.retransmission for segment in read(ack, ack, ack)] == [0, 0, 0]


def test_a_new_syn_with_another_number_starts_a_new_conversation(story):
    segments = read(
        story.tcp("alice", "bob", "S", 1000),
        story.tcp("alice", "bob", "S", 90000),
        story.tcp("alice", "bob", ".", 90001, 5001),
    )
    assert [segment.sequence for segment in segments] == [0, 0, 1]
    assert not any(segment.retransmission for segment in segments)


def test_an_acknowledgment_of_an_unseen_side_takes_its_syn_as_acknowledged(story):
    (segment,) = read(story.tcp("bob", "alice", "R.", 0, 1001, ports=BACK))
    assert segment.acknowledgment == 1


def test_a_segment_knows_whether_its_connection_is_the_only_one_open(story):
    one, other, other_back = (50001, 80), (50002, 80), (80, 50002)
    segments = read(
        story.tcp("alice", "bob", "S", 1, ports=one),
        story.tcp("alice", "bob", "S", 1, ports=other),
        story.tcp("alice", "bob", ".", 2, 9, ports=one),
        story.tcp("alice", "bob", "F.", 2, 9, ports=other),
        story.tcp("bob", "alice", "F.", 9, 3, ports=other_back),
        story.tcp("alice", "bob", ".", 2, 9, ports=one),
        story.tcp("alice", "bob", "R", 2, ports=one),
    )
    assert [segment.alone for segment in segments] == [True, *[False] * 4, True, True]


@given(st.integers(0, 2**32 - 1))
def test_relative_numbers_survive_the_wrap_of_the_sequence_space(start):
    """RFC 9293 section 3.4: arithmetic modulo 2**32."""
    from wirelab.codecs import TCP, IPv4

    reader = SegmentReader()
    below = IPv4(source="10.0.0.1", destination="10.0.0.2")
    seen = []
    for flags, offset, payload in ((2, 0, b""), (16, 1, b"x" * 10), (16, 11, b"y")):
        sequence = (start + offset) % 2**32
        packet = below / TCP(1, 2, sequence_number=sequence, flags=flags) / payload
        segment = reader.read(parse(bytes(packet), first=IPv4))
        assert segment is not None
        seen.append((segment.sequence, segment.retransmission))
    assert seen == [(0, 0), (1, 0), (11, 0)]
