# ruff: noqa: RUF001 - Japanese punctuation is full-width

import pytest

from wirelab.sim.host.drops import Drop
from wirelab.sim.reasons import Reason
from wirelab.sim.trace.failure import find_failure
from wirelab.sim.views.cells import cell_width
from wirelab.sim.views.glyphs import ASCII
from wirelab.sim.views.messages import Language
from wirelab.sim.views.rows import plain_text
from wirelab.sim.views.where import reason_only_rows, where_rows


def shown(trace, **options):
    failure = find_failure(trace)
    assert failure is not None
    return [plain_text(row) for row in where_rows(failure, **options)]


def closed_port(story):
    drop = Drop(Reason.TCP_NO_LISTENER, "port 81 is closed", True)
    story.refused("alice", "bob", story.tcp("alice", "bob", "S", 1, ports=(49153, 81)), 0, drop)
    return story.trace


def test_the_walk_ends_at_the_layer_that_refused(story):
    assert shown(closed_port(story)) == [
        " ✗ where: layer 4 TCP, on bob    reason: tcp.no_listener",
        "   link ✓  the frame left alice and reached bob",
        "   eth  ✓  addressed to 02:00:00:00:00:02",
        "   ip   ✓  10.0.0.1 > 10.0.0.2, TTL 64",
        "   tcp  ✗  no program listens on this TCP port (port 81 is closed)",
        "  try: start the server first, or check the port number",
    ]


def test_the_walk_in_ascii(story):
    lines = shown(closed_port(story), glyphs=ASCII)
    assert "".join(lines).isascii()
    assert lines[1] == "   link ok the frame left alice and reached bob"
    assert lines[4].startswith("   tcp  X  no program")


def test_long_texts_are_wrapped_under_themselves(story):
    lines = shown(closed_port(story), width=40)
    assert max(map(len, lines)) <= 40
    assert lines[:2] == [" ✗ where: layer 4 TCP, on bob", "   reason: tcp.no_listener"]
    assert "           reached bob" in lines


def test_japanese_says_the_same(story):
    lines = shown(closed_port(story), language=Language.JAPANESE)
    assert lines[0] == " ✗ 失敗した場所: 第4層 TCP / bob    理由 tcp.no_listener"
    assert lines[-1].startswith("  対処: ")
    assert max(map(cell_width, lines)) <= 80


def test_a_loss_is_placed_on_its_link(story):
    story.lost("alice", "bob", story.udp("alice", "bob", b"hi"), 0, "nth=1")
    lines = shown(story.trace)
    assert lines[0] == (
        " ✗ where: layer 1 link, on the link from alice to bob    reason: link.loss"
    )
    assert lines[1] == "   link ✗  the link lost this frame (nth=1)"


def test_a_frame_too_short_for_ethernet_is_walked_as_far_as_it_can_be(story):
    story.refused("alice", "bob", b"short", 0, Drop(Reason.ETH_TOO_SHORT, "5 bytes"))
    assert [line.split()[0] for line in shown(story.trace)[1:3]] == ["link", "eth"]


def test_a_reason_that_no_frame_carries_is_told_alone():
    lines = [plain_text(row) for row in reason_only_rows(Reason.ARP_TIMEOUT, "alice")]
    assert lines[:2] == [
        " ✗ where: layer 2 ARP, on alice    reason: arp.timeout",
        "   arp  ✗  nobody answered ARP for the next hop",
    ]


KERNEL_RST = {
    Language.ENGLISH: """\
 ✗ where: layer 4 TCP, in this machine's own kernel    reason: live.kernel_rst
   link ✓  the frame left 10.0.0.2 and reached the kernel
   eth  ✓  addressed to 02:00:00:00:00:01
   ip   ✓  10.0.0.2 > 10.0.0.1, TTL 64
   tcp  ✗  the kernel owns no socket for this segment, and reset the peer (no
           socket on port 49153)
  try: an IP address of your own (--ip with a free one, or --link tap), or
  --guard: a rule that drops the kernel's resets of this port""",
    Language.JAPANESE: """\
 ✗ 失敗した場所: 第4層 TCP / 自分のマシンのカーネル    理由 live.kernel_rst
   link ✓  フレームは 10.0.0.2 を出て カーネル に届いた
   eth  ✓  宛先は 02:00:00:00:00:01
   ip   ✓  10.0.0.2 > 10.0.0.1、TTL 64
   tcp  ✗  カーネルはこのポートのソケットを持っていないので、RST を返しました
           (no socket on port 49153)
  対処: 相手もネットワークも正常。別の IP を使う（--ip か --link tap）か、RST を
  捨てる規則を --guard で入れる。""",
}


@pytest.mark.parametrize("language", list(Language))
def test_a_reset_of_our_own_kernel_is_placed_there(live, language):
    syn_ack = live.tcp("10.0.0.2", "wirelab", "S.", 5, 2, ports=(80, 49153))
    drop = Drop(Reason.LIVE_KERNEL_RST, "no socket on port 49153", True)
    live.refused("10.0.0.2", "kernel", syn_ack, 0, drop)
    assert "\n".join(shown(live.trace, language=language)) == KERNEL_RST[language]


def test_a_reason_of_no_layer_is_placed_by_its_host_alone():
    lines = [plain_text(row) for row in reason_only_rows(Reason.LIVE_TIMEOUT, "wirelab")]
    assert lines[0] == " ✗ where: on wirelab    reason: live.timeout"


def test_no_row_is_wider_than_asked_however_long_the_names(story):
    story.lost("alice", "bob", story.udp("alice", "bob", b"hi"), 0, "because " * 9)
    for width in range(40, 80):
        lines = shown(story.trace, width=width)
        assert max(map(len, lines)) <= width


def test_a_frame_lost_at_an_interface_without_a_link_is_placed_at_its_sender(story):
    story.lost("alice", "", story.udp("alice", "bob", b"hi"), 0)
    assert "layer 1 link, on alice    reason" in shown(story.trace)[0]


def test_every_reason_has_a_layer(story):
    for reason in Reason:
        assert list(reason_only_rows(reason, "alice"))
