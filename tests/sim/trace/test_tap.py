import io
import subprocess

import dpkt
import pytest
from scapy.utils import rdpcap

from wirelab.codecs.capture import JournalEntry, open_capture
from wirelab.sim.host.drops import Drop
from wirelab.sim.reasons import Reason
from wirelab.sim.trace.tap import write_tap


def captured(trace, host):
    stream = io.BytesIO()
    write_tap(trace, stream, host, comment="seed 42")
    stream.seek(0)
    return list(open_capture(stream))


def test_a_tap_holds_what_its_host_sent_and_what_arrived_there(handshake):
    alice = captured(handshake.trace, "alice")
    bob = captured(handshake.trace, "bob")
    assert [frame.direction for frame in alice] == ["out", "out", "in", "out"]
    assert [frame.direction for frame in bob] == ["in", "out", "in"]  # the lost SYN never came
    assert [frame.timestamp_ns for frame in alice] == [60000000, 1060000000, 1062000000, 1062000000]


def test_a_frame_has_the_same_id_at_every_tap(handshake):
    alice = {frame.data: frame.packet_id for frame in captured(handshake.trace, "alice")[1:]}
    bob = {frame.data: frame.packet_id for frame in captured(handshake.trace, "bob")}
    assert alice == bob


def test_refusals_and_retransmissions_are_comments(handshake):
    frame = handshake.udp("alice", "bob", b"hi", port=9)
    drop = Drop(Reason.UDP_NO_SOCKET, "port 9 is closed", True)
    handshake.refused("alice", "bob", frame, 2000, drop)
    frames = captured(handshake.trace, "alice")
    assert [frame.comment for frame in frames] == [
        "DROP link.loss: nth=3",
        "RETRANSMIT 1",
        None,
        None,
        "REJECT udp.no_socket: port 9 is closed",
    ]


def test_all_taps_in_one_file_hold_each_frame_at_both_ends(handshake):
    assert len(captured(handshake.trace, None)) == 7


def test_states_and_timers_are_journal_entries_between_the_frames(handshake):
    stream = io.BytesIO()
    assert write_tap(handshake.trace, stream, "alice") == 4
    stream.seek(0)
    rows = [
        record.fields["MESSAGE"] if isinstance(record, JournalEntry) else record.direction
        for record in open_capture(stream).records()
    ]
    assert rows == [
        "TCP 10.0.0.1:49153 > 10.0.0.2:80: CLOSED -> SYN-SENT",
        "out",
        "timer RTO expired after 1.000 s",
        "out",
        "in",
        "TCP 10.0.0.1:49153 > 10.0.0.2:80: SYN-SENT -> ESTABLISHED",
        "out",
    ]


def test_dpkt_scapy_and_tcpdump_skip_the_journal(handshake, tcpdump, tmp_path):
    path = tmp_path / "alice.pcapng"
    write_tap(handshake.trace, path, "alice")
    with path.open("rb") as file:
        assert len(list(dpkt.pcapng.Reader(file))) == 4
    assert len(rdpcap(str(path))) == 4
    command = [*tcpdump, "-n", "-r", str(path)]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    assert len(run.stdout.splitlines()) == 4


def test_copies_of_a_broadcast_are_one_frame_to_their_sender(story_of_three):
    story = story_of_three
    original = story.trace.frame_sent("alice", story.arp_request("alice", "bob"), 0)
    copy = story.trace.frame_copied(original, 1)
    story.trace.frame_arrived(original, "bob", None, 2)
    story.trace.frame_arrived(copy, "carol", Drop(Reason.ARP_NOT_FOR_ME), 2)
    assert len(captured(story.trace, "alice")) == 1
    assert captured(story.trace, "carol")[0].packet_id == 1


def test_a_host_that_is_not_there_is_a_key_error(handshake):
    with pytest.raises(KeyError):
        captured(handshake.trace, "eve")


def test_tshark_reads_comments_directions_and_names(handshake, tshark, tmp_path):
    path = tmp_path / "alice.pcapng"
    write_tap(handshake.trace, path, "alice", comment="seed 42; wirelab demo --seed 42")
    command = [tshark, "-n", "-r", str(path), "-Y", "eth", "-T", "fields", "-E", "separator=|"]
    for field in ("frame.time_epoch", "frame.comment", "tcp.flags.str", "frame.packet_id"):
        command += ["-e", field]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    assert [line.split("|")[:2] for line in lines] == [
        ["0.060000000", "DROP link.loss: nth=3"],
        ["1.060000000", "RETRANSMIT 1"],
        ["1.062000000", ""],
        ["1.062000000", ""],
    ]
    check = [tshark, "-n", "-r", str(path), "-Y", "_ws.malformed || tcp.checksum.status == 0"]
    check += ["-o", "tcp.check_checksum:TRUE"]
    assert subprocess.run(check, check=True, capture_output=True, text=True).stdout == ""
