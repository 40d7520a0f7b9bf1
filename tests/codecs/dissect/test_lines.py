"""Lines of frames, made without dissecting the usual ones."""

import collections

from wirelab.codecs import TCP, UDP, Ethernet, IPv4
from wirelab.codecs.capture import CapturedFrame, open_capture
from wirelab.codecs.dissect import Dissector
from wirelab.codecs.dissect.lines import Lines
from wirelab.codecs.dissect.summary import FIELDS, summarize


def dissected(frames):
    """The lines of frames that are all dissected."""
    dissector = Dissector(FIELDS)
    for frame in frames:
        dissection = dissector.dissect(frame)
        values = collections.defaultdict(list)
        for name, value in dissection.items:
            values[name].append(value)
        problem = dissection.problem
        yield summarize(values, dissection.protocols, problem, frame), problem


def test_usual_frames_have_the_line_that_dissection_gives_them(corpus):
    with open_capture(corpus) as capture:
        frames = list(capture)
    lines = Lines()
    for frame, (expected, problem) in zip(frames, dissected(frames), strict=True):
        summary, why = lines.summary(frame)
        assert summary == expected, f"frame {frame.number}"
        assert str(why) == str(problem)


def test_streams_are_followed_across_both_ways(monkeypatch):
    """A SYN is dissected for its options; the data behind it is not, and counts from it."""
    lines = Lines()
    ip = Ethernet() / IPv4(source="10.0.0.1", destination="10.0.0.2")
    syn = ip / TCP(50000, 49152, sequence_number=999, flags=2, options=b"\2\4\5\xb4")
    data = ip / TCP(50000, 49152, sequence_number=1000, flags=24) / b"hello"
    found = []
    for number, packet in enumerate((syn, data, data)):
        frame = bytes(packet)
        captured = CapturedFrame(number, number * 10**9, frame, len(frame), 1)
        if number:
            monkeypatch.setattr(lines, "_dissector", None)
        found.append(lines.summary(captured)[0].information)
    assert "Seq=0 " in found[0]
    assert "MSS=1460" in found[0]
    assert "Seq=1 Ack=1 Win=65535 Len=5" in found[1]
    assert found[2].endswith("(retransmission)")


def test_ports_with_a_protocol_of_their_own_are_dissected():
    packet = bytes(Ethernet() / IPv4() / UDP(source_port=1, destination_port=123) / bytes(48))
    summary, _ = Lines().summary(CapturedFrame(1, 0, packet, len(packet), 1))
    assert summary.protocol == "NTP"
