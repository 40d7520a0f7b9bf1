"""The user timeout (RFC 9293 section 3.10.8, RFC 5482)."""

import pytest

from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.tcp.config import TcpConfig
from wirelab.sim.reasons import Reason


def patient(script, seconds, **establish):
    connection = script.establish(**establish)
    connection._tcb.options.user_timeout = int(seconds * SECOND)
    return connection


@pytest.mark.parametrize("seconds", [2.5, 10, 400])
def test_what_is_not_acknowledged_for_so_long_ends_the_connection_on_time(make_script, seconds):
    """Not with the next retransmission, which may be a minute away."""
    script = make_script(TcpConfig(retries=3))
    connection = patient(script, seconds)
    connection.send(b"data", script.now)
    script.pass_time(int(seconds * SECOND) - 1)
    assert connection.error is None
    script.pass_time(1)
    assert connection.error == Reason.TCP_TIMEOUT


def test_progress_starts_it_anew(script):
    connection = patient(script, 5)
    connection.send(b"data", script.now)
    script.pass_time(4 * SECOND)
    script.feed(".", 1, 3)
    script.pass_time(4 * SECOND)
    assert connection.state == "ESTABLISHED"


def test_it_counts_for_a_shut_window_even_when_probes_are_answered(script):
    """The application said how long it can wait (Linux's tcp(7))."""
    connection = patient(script, 5, window=0)
    connection.send(b"data", script.now)
    for _ in range(5):
        assert connection.error is None
        script.pass_time(SECOND)
        script.feed(".", 1, 1, window=0)
    assert connection.error == Reason.TCP_TIMEOUT


def test_without_it_the_number_of_tries_decides(make_script):
    """R2, MUST-20."""
    script = make_script(TcpConfig(retries=2))
    connection = script.establish()
    connection.send(b"data", script.now)
    script.pass_time(7 * SECOND - 1)
    assert connection.error is None
    script.pass_time(SECOND)
    assert connection.error == Reason.TCP_TIMEOUT
