"""Zero windows (RFC 9293 section 3.8.6.1)."""

from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.tcp.config import TcpConfig
from wirelab.sim.reasons import Reason


def shut(script, data=bytes(5000)):
    """ESTABLISHED, the peer's window 0, and data that waits."""
    connection = script.establish(window=0)
    connection.send(data, script.now)
    assert script.poll() == []
    return connection


def test_shld_29_and_30_the_first_probe_comes_after_the_rto_and_then_ever_later(script):
    """SHLD-29, SHLD-30: MUST-36; one byte of the data."""
    shut(script)
    times = []
    for _ in range(200 * 10):
        if any(len(text) == 1 for *_, text in script.pass_time(SECOND // 10)):
            times.append(round(script.now / SECOND))
            script.feed(".", 1, 1, window=0)
    assert times == [1, 3, 7, 15, 31, 63, 123, 183]
    assert script.node.fired[:3] == [("persist", SECOND * 2**n) for n in range(3)]


def test_must_37_a_peer_that_answers_probes_keeps_the_connection_for_ever(make_script):
    """MUST-37."""
    script = make_script(TcpConfig(retries=3))
    connection = shut(script)
    for _ in range(600):
        if script.pass_time(SECOND):
            script.feed(".", 1, 1, window=0)
    assert connection.state == "ESTABLISHED"


def test_a_peer_that_says_nothing_at_all_is_given_up(make_script):
    """R2 of section 3.8.3, counted in probes."""
    script = make_script(TcpConfig(retries=3))
    connection = shut(script)
    script.pass_time(100 * SECOND)
    assert connection.error == Reason.TCP_TIMEOUT


def test_an_opened_window_lets_everything_go_from_the_probe_on(script):
    """The probe's byte was refused, so it goes again."""
    shut(script)
    assert script.pass_time(SECOND) == [(".", 1, 1, b"\0")]
    script.feed(".", 1, 1, window=10_000)
    sent = script.poll()
    assert [(seq, len(text)) for _, seq, _, text in sent] == [(1, 1460), (1461, 1460), (2921, 1460)]


def test_a_probe_that_was_taken_is_not_sent_again(script):
    shut(script)
    script.pass_time(SECOND)
    script.feed(".", 1, 2, window=0)
    assert [seq for _, seq, *_ in script.pass_time(10 * SECOND)] == [2, 2]
    script.feed(".", 1, 3, window=10_000)
    assert script.poll()[0][1] == 3


def test_answers_to_probes_are_not_duplicate_acks(script):
    """They would look like a loss: same number, same window."""
    shut(script)
    for _ in range(5):
        script.pass_time(20 * SECOND)
        script.feed(".", 1, 1, window=0)
        assert script.poll() == []


def test_a_fin_alone_is_probed_with(script):
    connection = script.establish(window=0)
    connection.shutdown(script.now)
    assert script.poll() == []
    assert script.pass_time(SECOND) == [("F.", 1, 1, b"")]


def test_must_35_a_window_shut_on_data_sent_is_probed_not_timed_out(make_script):
    """MUST-35: Section 3.8.6 (SHLD-17)."""
    script = make_script(TcpConfig(retries=3))
    connection = script.establish()
    connection.send(bytes(1000), script.now)
    script.poll()
    script.feed(".", 1, 1, window=0)
    for _ in range(600):
        if script.pass_time(SECOND):
            script.feed(".", 1, 1, window=0)
    assert connection.state == "ESTABLISHED"
    script.feed(".", 1, 1, window=5000)
    assert [(seq, len(text)) for _, seq, _, text in script.poll()] == [(1, 1000)]


def test_a_probe_that_an_ack_overtakes_is_not_sent(script):
    """The timer and the ACK of the FIN came before one poll."""
    connection = script.establish(window=0)
    connection.shutdown(script.now)
    script.pass_time(SECOND)
    script.now = script.node.timers.next_deadline()
    script.node.timers.run(script.now)
    script.feed(".", 1, 2)
    assert script.poll() == []
    assert script.node.timers.next_deadline() is None
    assert connection.state == "FIN-WAIT-2"


def test_a_probe_without_text_repeats_an_old_number(make_script):
    """As Linux probes: the peer has that number, so it answers and takes nothing."""
    script = make_script(TcpConfig(probe_with_text=False))
    shut(script)
    assert script.pass_time(SECOND) == [(".", 0, 1, b"")]
    script.feed(".", 1, 1, window=10_000)
    assert [seq for _, seq, *_ in script.poll()] == [1, 1461, 2921]


def test_a_small_window_is_used_after_the_override_timeout(make_script):
    """RFC 9293 section 3.8.6.2.1, rule 4; or after the retransmission timeout, by a knob."""
    for knob, waits in ((SECOND // 10, SECOND // 10), (0, SECOND)):
        script = make_script(TcpConfig(override_timeout=knob))
        connection = script.establish(window=10_000)
        script.feed(".", 1, 1, window=100)
        connection.send(bytes(5000), script.now)
        assert script.pass_time(waits - 1) == []
        assert [len(text) for *_, text in script.pass_time(1)] == [100]


def test_nothing_is_probed_once_the_last_byte_was_taken_by_a_shut_window(make_script):
    """Section 3.8.6.1 probes for data that waits; there is none, and nobody to be given up."""
    script = make_script(TcpConfig(retries=3))
    connection = shut(script, b"x")
    assert script.pass_time(SECOND) == [("P.", 1, 1, b"x")]
    script.feed(".", 1, 2, window=0)
    assert script.pass_time(10_000 * SECOND) == []
    assert connection.state == "ESTABLISHED"
    connection.send(b"y", script.now)
    assert [seq for _, seq, *_ in script.pass_time(SECOND)] == [2]


def test_a_fin_that_a_shut_window_took_ends_the_probes_too(make_script):
    """The half-closed connection lives as long as the peer wants (section 3.6.1)."""
    script = make_script(TcpConfig(retries=3))
    connection = script.establish(window=0)
    connection.shutdown(script.now)
    assert script.pass_time(SECOND) == [("F.", 1, 1, b"")]
    script.feed(".", 1, 2, window=0)
    assert script.pass_time(10_000 * SECOND) == []
    assert connection.state == "FIN-WAIT-2"


def answer_probes(script, seconds, ack=1):
    """Let time pass; the peer answers each probe with a shut window."""
    for _ in range(seconds):
        if script.pass_time(SECOND):
            script.feed(".", 1, ack, window=0)


def orphan(make_script, **knobs):
    """Closed by its application, the peer's window 0, and data that waits."""
    script = make_script(TcpConfig(maximum_rto=60 * SECOND, **knobs))
    connection = shut(script)
    connection.close(script.now)
    return script, connection


def test_probes_in_vain_end_what_its_application_has_closed(make_script):
    """Section 3.8.6.1 lets the system close it; as Linux, when the wait has become the longest."""
    script, connection = orphan(make_script, orphan_retries=8)
    answer_probes(script, 1 + 2 + 4 + 8 + 16 + 32 + 60 + 60 + 50)
    assert connection.state == "FIN-WAIT-1"
    answer_probes(script, 20)
    assert (connection.state, connection.error) == ("CLOSED", Reason.TCP_TIMEOUT)
    assert script.node.timers.next_deadline() is None


def test_few_orphan_retries_wait_until_the_wait_is_the_longest(make_script):
    """So a reader that is only slow is not cut off after three probes."""
    script, connection = orphan(make_script, orphan_retries=3)
    answer_probes(script, 1 + 2 + 4 + 8 + 16 + 32 + 50)
    assert connection.state == "FIN-WAIT-1"
    answer_probes(script, 20)
    assert connection.state == "CLOSED"


def test_progress_begins_the_count_of_probes_in_vain_anew(make_script):
    """The peer took a byte, and its window stays shut."""
    script, connection = orphan(make_script, orphan_retries=8)
    answer_probes(script, 240)
    script.feed(".", 1, 2, window=0)
    answer_probes(script, 400, ack=2)
    assert connection.state == "FIN-WAIT-1"
    answer_probes(script, 200, ack=2)
    assert connection.state == "CLOSED"


def test_must_37_holds_for_the_closed_too_where_orphans_are_not_told_apart(make_script):
    """MUST-37."""
    script, connection = orphan(make_script, retries=3)
    answer_probes(script, 3000)
    assert connection.state == "FIN-WAIT-1"
