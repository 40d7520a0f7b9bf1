import io

import pytest

from wirelab.sim.host.drops import Drop
from wirelab.sim.reasons import Reason
from wirelab.sim.views.glyphs import ASCII, UNICODE
from wirelab.sim.views.messages import Language
from wirelab.sim.views.rows import plain_text
from wirelab.sim.views.sinks import plain_sink
from wirelab.sim.views.terminal import TERMINAL_ROWS, WIDEST, choose_look, failure_rows, ladder_rows


def stream(encoding="utf-8"):
    return io.TextIOWrapper(io.BytesIO(), encoding=encoding)


LOOK = choose_look(stream(), {}, width=80)


def test_a_pipe_gets_unicode_without_colour():
    assert (LOOK.glyphs, LOOK.sink, LOOK.language) == (UNICODE, plain_sink, Language.ENGLISH)


def test_the_width_is_the_terminals_up_to_a_limit(monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    assert choose_look(stream(), {}).width == 100
    monkeypatch.setenv("COLUMNS", "500")
    assert choose_look(stream(), {}).width == WIDEST
    assert choose_look(stream(), {}, width=200).width == 200


def test_an_output_that_cannot_show_japanese_is_spoken_to_in_english():
    japan = {"LANG": "ja_JP.UTF-8"}
    assert choose_look(stream(), japan).language is Language.JAPANESE
    look = choose_look(stream("ascii"), japan)
    assert (look.glyphs, look.language) == (ASCII, Language.ENGLISH)
    assert choose_look(stream(), japan, ascii_only=True).language is Language.ENGLISH


@pytest.mark.parametrize(
    ("encoding", "language"),
    [("euc-jp", Language.JAPANESE), ("latin-1", Language.ENGLISH), ("ascii", Language.ENGLISH)],
)
def test_japanese_is_spoken_on_request_where_it_can_be_written(encoding, language):
    assert choose_look(stream(encoding), {}, language="ja").language is language


def test_rows_are_shown_on_the_stream(handshake):
    out = stream()
    LOOK.show(ladder_rows(handshake.trace, LOOK, ["wirelab demo"]), out)
    out.flush()
    shown = out.buffer.getvalue().decode()
    assert shown.startswith("── wirelab demo   virtual clock ──")


def reasons(trace, reason=None):
    return [
        plain_text(row).split("reason: ")[1]
        for row in failure_rows(trace, LOOK, reason, "alice")
        if "reason: " in plain_text(row)
    ]


def test_nothing_is_said_when_nothing_failed(handshake):
    assert reasons(handshake.trace) == []


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        (None, "udp.no_socket"),
        (Reason.UDP_NO_SOCKET, "udp.no_socket"),
        (Reason.ICMP_PORT_UNREACHABLE, "udp.no_socket"),
        (Reason.ARP_TIMEOUT, "arp.timeout"),
    ],
)
def test_the_frame_is_shown_only_if_it_explains_what_the_program_was_told(story, told, shown):
    drop = Drop(Reason.UDP_NO_SOCKET, "port 9 is closed", True)
    story.refused("alice", "bob", story.udp("alice", "bob", b"hi", port=9), 0, drop)
    assert reasons(story.trace, told) == [shown]


def test_a_cause_is_found_behind_later_failures(story):
    cause = Drop(Reason.UDP_NO_SOCKET, "port 9 is closed", True)
    story.refused("alice", "bob", story.udp("alice", "bob", b"hi", port=9), 0, cause)
    later = Drop(Reason.TCP_NO_CONNECTION, "", True)
    story.refused("alice", "bob", story.tcp("alice", "bob", ".", 1), 1, later)
    assert reasons(story.trace, Reason.ICMP_PORT_UNREACHABLE) == ["udp.no_socket"]


def test_a_long_trace_takes_no_more_rows_than_a_person_reads(story):
    sequence = 1
    for number in range(3000):
        data = story.tcp("alice", "bob", "P.", sequence, 1, b"x" * 10)
        if number % 5:
            story.delivered("alice", "bob", data, number)
        else:
            story.lost("alice", "bob", data, number)
        sequence += 10
    rows = list(ladder_rows(story.trace, LOOK))
    assert TERMINAL_ROWS * 0.8 < len(rows) <= TERMINAL_ROWS + 3  # title and heading


def test_a_timeout_is_explained_by_a_loss(story):
    story.lost("alice", "bob", story.tcp("alice", "bob", "S", 1), 0)
    assert reasons(story.trace, Reason.TCP_TIMEOUT) == ["link.loss"]


def test_a_refusal_beyond_a_real_link_is_placed_at_the_peer(live):
    live.delivered("wirelab", "10.0.0.2", live.tcp("wirelab", "10.0.0.2", "S", 7), 0)
    rst = live.tcp("10.0.0.2", "wirelab", "R.", 0, 8, ports=(80, 49153))
    live.delivered("10.0.0.2", "wirelab", rst, 1)
    rows = failure_rows(live.trace, LOOK, Reason.TCP_NO_LISTENER, "wirelab")
    assert [plain_text(row) for row in rows][:2] == [
        " ✗ where: layer 4 TCP, on 10.0.0.2    reason: tcp.no_listener",
        "   link ✓  the frame left wirelab and reached 10.0.0.2",
    ]


def test_an_icmp_error_beyond_a_real_link_is_placed_at_who_sent_it(live):
    """What we refused of the peer's before does not explain what it refused of ours."""
    drop = Drop(Reason.UDP_NO_SOCKET, "port 9 is closed", True)
    live.refused("10.0.0.2", "wirelab", live.udp("10.0.0.2", "wirelab", b"hi", port=9), 0, drop)
    sent = live.udp("wirelab", "10.0.0.2", b"hi", port=9)
    live.delivered("wirelab", "10.0.0.2", sent, 1)
    live.delivered("10.0.0.2", "wirelab", live.icmp_error("10.0.0.2", "wirelab", sent, 3, 3), 2)
    rows = failure_rows(live.trace, LOOK, Reason.ICMP_PORT_UNREACHABLE, "wirelab")
    assert [plain_text(row) for row in rows][:2] == [
        " ✗ where: layer 4 UDP, on 10.0.0.2    reason: icmp.port_unreachable",
        "   link ✓  the frame left wirelab and reached 10.0.0.2",
    ]
