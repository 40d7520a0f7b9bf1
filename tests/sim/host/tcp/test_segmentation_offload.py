"""A link that cuts segments gets many of them in one."""

from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.tcp.config import TcpConfig


def test_text_goes_in_whole_segments_at_once_and_the_odd_rest_with_the_last(make_script):
    """Ours: as Linux's TSO; the peer sees segments of Eff.snd.MSS (RFC 9293 section 3.7.1)."""
    script = make_script(TcpConfig(initial_window=40, initial_window_limit=60_000, nagle=False))
    script.node.largest_segment = 20_000
    connection = script.establish()
    connection.send(bytes(30_000), script.now)
    sizes = [len(text) for _, _, _, text in script.poll()]
    mss = 1460
    assert sizes == [20_000 // mss * mss, 30_000 - 20_000 // mss * mss]


def test_the_congestion_window_bounds_large_segments_too(make_script):
    """RFC 6928: ten segments at first, however they are packed."""
    script = make_script()
    script.node.largest_segment = 60_000
    connection = script.establish()
    connection.send(bytes(60_000), script.now)
    assert sum(len(text) for _, _, _, text in script.poll()) == 10 * 1460


def test_what_goes_again_before_an_urgent_mark_goes_segment_by_segment(make_script):
    """RFC 6093 section 2.1: the pointer is relative to SEG.SEQ, and a link would repeat it."""
    script = make_script(TcpConfig(initial_window=40, initial_window_limit=60_000, nagle=False))
    script.node.largest_segment = 20_000
    connection = script.establish()
    connection.send(bytes(14_600), script.now)
    assert [len(text) for *_, text in script.poll()] == [14_600]
    connection.queue(b"!", script.now, urgent_byte=True)
    script.poll()
    script.feed(".", 1, 1, window=0)
    script.pass_time(10 * SECOND)
    script.feed(".", 1, 1, window=60_000)
    sizes = [len(text) for *_, text in script.poll()]
    assert sizes == [1460] * 10 + [1]
