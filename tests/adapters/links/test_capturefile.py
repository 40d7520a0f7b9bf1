"""A capture file as a link: replayed without an interface, recorded for Wireshark."""

import select

import pytest

from wirelab.adapters.links.capturefile import CaptureFileLink
from wirelab.adapters.links.link import LinkError
from wirelab.codecs import Dot1Q, Ethernet
from wirelab.codecs.capture import CaptureError, PcapngWriter, open_capture

MAC = bytes.fromhex("020000000077")
OUTER = Ethernet(destination=MAC, source="02:00:00:00:00:01", type=0x88B5)


@pytest.fixture
def capture(tmp_path):
    path = tmp_path / "in.pcapng"
    with PcapngWriter(path) as writer:
        writer.add_interface("eth0")
        writer.write(
            bytes(OUTER.replace(type=0x8100) / Dot1Q(vlan_id=5, type=0x88B5)) + bytes(46), 1_000
        )
        writer.write(bytes(OUTER) + b"ours" + bytes(42), 2_000, direction="out")
        writer.write(bytes(OUTER) + bytes(46), 3_000, wire_length=1514)
    return path


def drained(link):
    frames = []
    while (frame := link.recv()) is not None:
        frames.append(frame)
    return frames


def test_a_capture_is_replayed_to_its_end(capture):
    link = CaptureFileLink(capture, mac=MAC)
    assert select.select([link], [], [], 0)[0] == [link]
    tagged, cut = drained(link)
    assert (tagged.data, tagged.vlan) == (bytes(OUTER) + bytes(46), 5)
    assert (tagged.timestamp_ns, tagged.truncated) == (1_000, False)
    assert (cut.timestamp_ns, cut.truncated) == (3_000, True)
    assert link.exhausted
    assert select.select([link], [], [], 0)[0] == []  # an event loop can sleep
    assert link.recv() is None
    link.close()
    link.close()


def test_what_its_recorder_sent_is_replayed_on_demand(capture):
    link = CaptureFileLink(capture, mac=MAC, outgoing=True)
    assert len(drained(link)) == 3
    assert link.stats().received == 3
    link.close()


def test_what_is_sent_is_recorded_with_the_time_of_the_replay(capture, tmp_path):
    recorded = tmp_path / "out.pcapng"
    link = CaptureFileLink(capture, recorded, mac=MAC)
    drained(link)
    assert link.send(bytes(OUTER))
    link.close()
    with open_capture(recorded) as reader:
        (frame,) = reader
    assert (frame.data, frame.timestamp_ns, frame.direction) == (
        bytes(OUTER) + bytes(46),
        3_000,
        "out",
    )


def test_a_link_without_a_file_receives_nothing():
    link = CaptureFileLink(None, mac=MAC)
    assert link.recv() is None
    assert link.send(bytes(OUTER))
    assert link.stats().sent == 1
    link.close()


def test_a_closed_link_has_no_descriptor(capture):
    """Its number may be another file's by then."""
    link = CaptureFileLink(capture, mac=MAC)
    assert link.fileno() >= 0
    link.close()
    assert (link.fileno(), link.recv()) == (-1, None)


def test_bad_files_are_told_by_name(tmp_path):
    with pytest.raises(CaptureError, match=r"absent.pcap: .*No such file"):
        CaptureFileLink(tmp_path / "absent.pcap", mac=MAC)
    with pytest.raises(LinkError, match=r"absent/out.pcapng: No such file"):
        CaptureFileLink(None, tmp_path / "absent" / "out.pcapng", mac=MAC)
    (tmp_path / "letter.pcap").write_text("Dear Sir or Madam")
    with pytest.raises(CaptureError, match=r"letter.pcap"):
        CaptureFileLink(tmp_path / "letter.pcap", mac=MAC).recv()


def test_a_filter_is_refused_with_the_way_to_have_one(capture):
    link = CaptureFileLink(capture, mac=MAC)
    with pytest.raises(LinkError, match="use wirelab dissect -Y"):
        link.set_filter("udp")
    link.close()
