import random

import pytest

from wirelab.sim.host.drops import Drop
from wirelab.sim.reasons import Reason
from wirelab.sim.trace import InterfaceInfo, LiveLink, Trace
from wirelab.sim.views.cells import cell_width
from wirelab.sim.views.glyphs import ASCII, UNICODE
from wirelab.sim.views.ladder import Ladder
from wirelab.sim.views.messages import Language
from wirelab.sim.views.rows import plain_text


def ladder(trace, **options):
    return [plain_text(row) for row in Ladder(trace, **options).rows(["test", "seed 1"])]


def right_of_gutter(lines):
    """The rows below the heading, without the gutter's numbers and times."""
    return [line[16:] for line in lines[3:]]


HANDSHAKE = """\
── test   seed 1   virtual clock ───────────────────────────────────────────────
 #    time, ms  alice                                                        bob
                10.0.0.1                                                10.0.0.2
                │ ▸ connect(bob, 80)                                           │
                │ [SYN-SENT]                                                   │
 1      60.000  ├─ TCP SYN seq=0 > port 80 ────────✗ DROP link.loss (nth=3)    │
                ⋮                         RTO 1.000 s                          ⋮
 2   1,060.000  ├╌ TCP SYN seq=0 > port 80 win=65535 mss=1460 ↻ 1 ╌╌╌╌╌╌╌╌╌╌╌╌▶│
                │                                               [SYN-RECEIVED] │
 3   1,061.000  │◀──────────────── TCP SYN,ACK seq=0 ack=1 win=65535 mss=1460 ─┤
                │ [ESTABLISHED]                                                │
 4   1,062.000  ├─ TCP ACK ack=1 ─────────────────────────────────────────────▶│
                │                                                [ESTABLISHED] │\
"""


def test_a_handshake_whose_syn_is_lost(handshake):
    assert "\n".join(ladder(handshake.trace)) == HANDSHAKE


def test_ascii_draws_the_same_picture_with_other_characters(handshake):
    lines = ladder(handshake.trace, glyphs=ASCII)
    assert "".join(lines).isascii()
    assert lines[5] == (
        " 1      60.000  |- TCP SYN seq=0 > port 80 --------X DROP link.loss (nth=3)    |"
    )


def test_japanese_words_take_two_cells_a_character(handshake):
    lines = ladder(handshake.trace, language=Language.JAPANESE)
    assert {cell_width(line) for line in lines} == {80}
    assert "破棄 link.loss (nth=3)" in lines[5]


def test_a_refusal_stands_at_the_host_that_refused(story):
    drop = Drop(Reason.UDP_NO_SOCKET, "port 9 is closed", True)
    story.refused("alice", "bob", story.udp("alice", "bob", b"hi", port=9), 0, drop)
    english = right_of_gutter(ladder(story.trace))[1]
    assert english.rstrip("│ ").endswith("✗ udp.no_socket: port 9 is closed")
    japanese = right_of_gutter(ladder(story.trace, language=Language.JAPANESE))[1]
    assert "✗ udp.no_socket: この UDP ポートにソケットがありません" in japanese


def test_silence_is_one_row_and_short_pauses_are_none(story):
    for at in (0, 20, 20.5, 2020.4):
        story.call("alice", "sleep()", at)
    lines = right_of_gutter(ladder(story.trace))
    assert [line.strip("⋮│ ") for line in lines] == [
        "▸ sleep()",
        "▸ sleep()",
        "▸ sleep()",
        "2.000 s of silence",
        "▸ sleep()",
    ]


def test_a_timer_without_silence_before_it_has_its_own_row(story):
    story.call("alice", "send()", 0)
    story.timer("alice", "RTO", 10, 10)
    assert "[RTO 0.010 s]" in right_of_gutter(ladder(story.trace))[1]


def test_a_flooded_frame_is_one_row_with_a_head_for_each_copy(story_of_three):
    story = story_of_three
    original = story.trace.frame_sent("alice", story.arp_request("alice", "carol"), 0)
    copy = story.trace.frame_copied(original, 1)
    story.trace.frame_arrived(original, "bob", Drop(Reason.ARP_NOT_FOR_ME), 2)
    story.trace.frame_arrived(copy, "carol", None, 2)
    lines = ladder(story.trace, width=100)
    assert len(lines) == 4
    assert lines[3].count("▶") == 2
    assert lines[3].startswith(" 1       0.000  ├─ ARP who has 10.0.0.3?")


def test_numbers_count_rows_not_copies(story_of_three):
    story = story_of_three
    original = story.trace.frame_sent("alice", story.arp_request("alice", "carol"), 0)
    copy = story.trace.frame_copied(original, 1)
    for record, name in ((original, "bob"), (copy, "carol")):
        story.trace.frame_arrived(record, name, None, 2)
    story.delivered("carol", "alice", story.arp_reply("carol", "alice"), 3)
    assert ladder(story.trace)[4].startswith(" 2       3.000  ")


def test_a_long_run_of_segments_is_folded_but_not_what_is_new(handshake):
    story, sequence = handshake, 1001
    for number in range(40):
        data = story.tcp("alice", "bob", ".", sequence, 5001, b"x" * 100)
        if number == 30:
            story.lost("alice", "bob", data, 1070 + number)
        else:
            story.delivered("alice", "bob", data, 1070 + number)
        sequence += 100
    lines = right_of_gutter(ladder(story.trace))[10:]
    folds = [line.strip("⋮ ") for line in lines if "more segments" in line]
    assert folds == ["24 more segments, 2,400 bytes"]
    assert sum("✗ DROP link.loss" in line for line in lines) == 1
    assert "seq=3801 len=100" in lines[-2]


LIVE = """\
── live   iface tap0   TAP   test   seed 1 ─────────────────────────────────────
 #    time, ms  wirelab                                                 10.0.0.2
                10.0.0.1
 1       0.000  ├─ ARP who has 10.0.0.2? tell 10.0.0.1 ───────────────────────▶│
 3       1.000  │◀────────────────────── ARP 10.0.0.2 is at 02:00:00:00:00:02 ─┤
 4       1.000  ├─ UDP 49152 > 49152  "hi" ───────────────────────────────────▶│
                ⋮             frames of others, not shown: 1 IPv6              ⋮\
"""


def test_a_live_ladder_has_two_lifelines_and_counts_what_it_does_not_show(live):
    live.delivered("wirelab", "10.0.0.2", live.arp_request("wirelab", "10.0.0.2"), 0)
    multicast = bytes.fromhex("333300000016") + live.macs["10.0.0.3"] + b"\x86\xdd" + bytes(60)
    live.refused("network", "wirelab", multicast, 0.5, Drop(Reason.ETH_UNKNOWN_TYPE))
    live.delivered("10.0.0.2", "wirelab", live.arp_reply("10.0.0.2", "wirelab"), 1)
    live.delivered("wirelab", "10.0.0.2", live.udp("wirelab", "10.0.0.2", b"hi"), 1)
    assert "\n".join(line.rstrip() for line in ladder(live.trace)) == LIVE


def test_frames_say_whose_they_are_where_peers_share_a_lifeline(live):
    for number in range(2, 6):
        peer = f"10.0.0.{number}"
        live.delivered(peer, "wirelab", live.udp(peer, "wirelab", b"hi"), number)
    lines = ladder(live.trace)
    assert lines[1].endswith(" 4 peers")
    assert "10.0.0.4 UDP 49152 > 49152" in lines[5]


def test_a_title_has_as_many_words_as_fit(live):
    live.trace.live = LiveLink("eth0", "raw socket", bytes((192, 0, 2, 7)))
    title = plain_text(next(Ladder(live.trace).rows(["wirelab http"])))
    assert title == (
        "── live   iface eth0   raw socket   wirelab shares 192.0.2.7 with the kernel ───"
    )


def test_a_call_in_a_narrow_lane_stays_on_one_row(story_of_three):
    story_of_three.call("alice", "connect(198.51.100.1, 8000)", 0)
    lines = right_of_gutter(ladder(story_of_three.trace))
    assert [line.split("│")[1] for line in lines] == [" ▸ connect(198.51.100.1, 8000) "]
    lines = right_of_gutter(ladder(story_of_three.trace, width=66))
    assert [line.split("│")[1] for line in lines] == [" ▸ connect(198.51.100.… "]


def test_a_refusal_is_not_torn_from_its_mark(story_of_three):
    story = story_of_three
    drop = Drop(Reason.IP_UNICAST_IN_BROADCAST, "")
    story.refused("alice", "bob", story.udp("alice", "bob", b"hi"), 0, drop)
    lines = right_of_gutter(ladder(story.trace, width=66))[1:]
    assert len(lines) == 3
    assert lines[0].split("│")[2].startswith(" ✗ ip.")


def test_what_a_bounded_trace_forgot_is_said_where_it_is_missing():
    trace = Trace(limit=20)
    for number in range(100):
        trace.call("alice", f"work({number})", 0)
    lines = [line.strip("⋮│▸ ") for line in ladder(trace)[3:7]]
    assert lines == ["work(0)", "work(1)", "80 events between are not kept", "work(82)"]


def test_what_is_left_out_is_summed_up(handshake):
    for number in range(300):
        frame = handshake.udp("alice", "bob", b"x" * 10)
        handshake.lost("alice", "bob", frame, 1070) if number == 290 else handshake.delivered(
            "alice", "bob", frame, 1070
        )
    lines = ladder(handshake.trace, limit=50)
    assert len(lines) <= 53
    (fold,) = [line.strip("⋮ ") for line in lines if " more " in line]
    assert fold.endswith(" bytes")
    assert sum("✗ DROP" in line for line in lines) == 2


def test_a_state_names_its_connection_where_there_are_several(story):
    story.state("alice", "bob", "ESTABLISHED", 0, port=50001)
    story.state("alice", "bob", "ESTABLISHED", 0, port=50002)
    story.state("alice", "bob", "CLOSED", 0, port=50001)
    story.state("alice", "bob", "FIN-WAIT-1", 0, port=50002)
    lines = [line.strip("│ ") for line in right_of_gutter(ladder(story.trace))]
    assert lines == ["[ESTABLISHED]", "[ESTABLISHED] 50002 > 80", "[CLOSED]", "[FIN-WAIT-1]"]


def test_what_a_bounded_trace_forgot_is_said():
    trace = Trace(limit=2)
    for _ in range(1502):
        trace.call("alice", "work()", 0)
    assert ladder(trace)[3].strip("⋮ ") == "1,500 earlier events are not kept"


def test_lifelines_of_a_trace_without_hosts_are_those_that_were_seen():
    trace = Trace()
    trace.frame_handed_over("wirelab", bytes(60), 0, "10.0.0.9")
    assert ladder(trace)[1].split()[-2:] == ["wirelab", "10.0.0.9"]


def test_a_live_peer_gets_a_lifeline_beside_the_hosts_that_were_added():
    trace = Trace()
    trace.add_host("wirelab", [InterfaceInfo("tap0", bytes(6), bytes((192, 0, 2, 7)))])
    trace.frame_received("wirelab", bytes(60), None, 5_000_000, "10.0.0.9")
    trace.frame_handed_over("wirelab", bytes(60), 6_000_000, "10.0.0.9")
    lines = ladder(trace)
    assert lines[1].split()[-2:] == ["wirelab", "10.0.0.9"]
    assert lines[2].split() == ["192.0.2.7"]
    assert [line.count("◀") - line.count("▶") for line in lines[3:]] == [1, -1]


def test_a_single_lifeline_is_a_ladder_too():
    trace = Trace()
    trace.add_host("alice", [InterfaceInfo("eth0", bytes(6), bytes(4))])
    trace.call("alice", "bind(49152)", 0)
    assert {len(line) for line in ladder(trace)} == {80}


def test_times_beyond_the_gutter_widen_it(story):
    story.delivered("alice", "bob", story.udp("alice", "bob", b"hi"), 123_456_789.5)
    lines = ladder(story.trace)
    assert " 1 123,456,789.500  ├─ UDP" in lines[3]
    assert {len(line) for line in lines} == {80}


def test_control_characters_are_not_sent_to_the_terminal(story):
    story.call("alice", "send(\x1b[2J\r\n)", 0)
    lines = ladder(story.trace)
    assert lines[-1].startswith("                │ ▸ send(?[2J??)")
    assert plain_text(next(Ladder(story.trace).rows(["a\nb"]))).startswith("── a?b ")


def happen(story, chance, at):
    """One event of any kind, with anything in it."""
    sender, receiver = chance.sample(list(story.macs), 2)
    data = chance.randbytes(chance.randrange(30))
    flags = chance.choice(["S", "S.", "P.", "R", "F."])
    frames = [
        story.udp(sender, receiver, data),
        story.tcp(sender, receiver, flags, 7, 9, data),
        story.arp_request(sender, receiver),
        data,
    ]
    frame = chance.choice(frames)
    match chance.randrange(6):
        case 0:
            story.delivered(sender, receiver, frame, at)
        case 1:
            detail = chance.choice(["", "port 81 is closed", "長い説明 " * 9])
            drop = Drop(chance.choice(list(Reason)), detail, answered=True)
            story.refused(sender, receiver, frame, at, drop)
        case 2:
            story.lost(sender, receiver, frame, at, "nth=3")
        case 3:
            story.state(sender, receiver, "SYN-RECEIVED", at, port=at)
        case 4:
            story.timer(sender, "RTO", 30, at)
        case _:
            story.call(sender, "sendto(" + "x" * chance.randrange(90) + ")", at)


@pytest.mark.parametrize("width", [60, 80, 81, 120, 200])
@pytest.mark.parametrize("glyphs", [UNICODE, ASCII], ids=["unicode", "ascii"])
@pytest.mark.parametrize("language", list(Language))
def test_every_row_has_exactly_the_width_whatever_happens(story_of_three, width, glyphs, language):
    chance = random.Random(width)
    for at in range(0, 3000, 37):
        happen(story_of_three, chance, at)
    lines = ladder(story_of_three.trace, width=width, glyphs=glyphs, language=language)
    assert {cell_width(line) for line in lines} == {max(width, 16 + 1 + 2 * 21)}
    assert all(line[16] in "│|├⋮:" for line in lines[3:])
