"""System calls other than the plain ones: readiness, pipes, files, vectors, messages, lingering."""

import textwrap

import pytest

from wirelab.sim.packetdrill.outcome import Verdict
from wirelab.sim.packetdrill.run import run_script

ACCEPTED = """\
0   socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0  bind(3, ..., ...) = 0
+0  listen(3, 1) = 0
+.1 < S 0:0(0) win 32792 <mss 1000,sackOK,nop,nop,nop,wscale 7>
+0  > S. 0:0(0) ack 1 <...>
+.1 < . 1:1(0) ack 1 win 257
+0  accept(3, ..., ...) = 4
"""


@pytest.fixture
def play(tmp_path):
    """Runs what happens on an accepted connection 4, or from the beginning."""

    def run_text(text, start=ACCEPTED):
        path = tmp_path / "script.pkt"
        path.write_text(start + textwrap.dedent(text))
        return run_script(path)

    return run_text


def passed(outcome):
    assert outcome.verdict is Verdict.PASS, str(outcome)


def failed(outcome, what):
    assert outcome.verdict is Verdict.FAIL, str(outcome)
    assert what in outcome.what


# --- readiness ---------------------------------------------------------------------------------


def test_poll_sees_data_that_has_come(play):
    """poll(2)."""
    passed(
        play("""\
        +0  poll([{fd=4, events=POLLIN, revents=0}], 1, 0) = 0
        +.1 < P. 1:501(500) ack 1 win 257
        +0  poll([{fd=4, events=POLLIN|POLLOUT, revents=POLLIN|POLLOUT}], 1, 0) = 1
        +.2 > . 1:1(0) ack 501
        """)
    )


def test_poll_with_other_events_fails(play):
    outcome = play("+0 poll([{fd=4, events=POLLOUT, revents=POLLIN}], 1, 0) = 1\n")
    failed(outcome, "revents")
    assert (outcome.expected, outcome.got) == ("0x1", "0x4")


def test_poll_without_revents_expects_none(play):
    """Both interpreters take 0 for what a script leaves out."""
    passed(play("+0 poll([{fd=4, events=POLLIN}], 1, 0) = 0\n"))
    failed(play("+0 poll([{fd=4, events=POLLOUT}], 1, 0) = 1\n"), "revents")


def test_poll_sleeps_until_its_time_is_over(play):
    passed(play("+0...0.25 poll([{fd=4, events=POLLIN, revents=0}], 1, 250) = 0\n"))
    failed(play("+0...0.1 poll([{fd=4, events=POLLIN}], 1, 250) = 0\n"), "has not returned")


def test_poll_sleeps_until_something_comes(play):
    passed(
        play("""\
        +0...0.1 poll([{fd=4, events=POLLIN, revents=POLLIN}], 1, 1000) = 1
        +.1 < P. 1:501(500) ack 1 win 257
        +.2 > . 1:1(0) ack 501
        """)
    )


def test_level_triggered_epoll_reports_as_long_as_there_is_data(play):
    """epoll(7)."""
    passed(
        play("""\
        +0  epoll_create(1) = 5
        +0  epoll_ctl(5, EPOLL_CTL_ADD, 4, {events=EPOLLIN, fd=4}) = 0
        +0  epoll_wait(5, {events=EPOLLIN, fd=4}, 1, 0) = 0
        +.1 < P. 1:501(500) ack 1 win 257
        +0  epoll_wait(5, {events=EPOLLIN, fd=4}, 1, 0) = 1
        +0  epoll_wait(5, {events=EPOLLIN, fd=4}, 1, 0) = 1
        +0  read(4, ..., 500) = 500
        +0  epoll_wait(5, {events=EPOLLIN, fd=4}, 1, 0) = 0
        +.2 > . 1:1(0) ack 501
        """)
    )


def test_edge_triggered_epoll_reports_each_arrival_once(play):
    """epoll(7)."""
    passed(
        play("""\
        +0  epoll_create(1) = 5
        +0  epoll_ctl(5, EPOLL_CTL_ADD, 4, {events=EPOLLIN|EPOLLET, fd=4}) = 0
        +.1 < P. 1:501(500) ack 1 win 257
        +0  epoll_wait(5, {events=EPOLLIN, fd=4}, 1, 0) = 1
        +0  epoll_wait(5, {events=EPOLLIN, fd=4}, 1, 0) = 0
        +0  < P. 501:1001(500) ack 1 win 257
        +0  epoll_wait(5, {events=EPOLLIN, fd=4}, 1, 0) = 1
        +0  epoll_wait(5, {events=EPOLLIN, fd=4}, 1, 0) = 0
        *   > . 1:1(0) ack 1001
        """)
    )


def test_epoll_once_reports_until_it_is_armed_again(play):
    passed(
        play("""\
        +0  epoll_create(1) = 5
        +0  epoll_ctl(5, EPOLL_CTL_ADD, 4, {events=EPOLLOUT|EPOLLONESHOT, fd=4}) = 0
        +0  epoll_wait(5, {events=EPOLLOUT, fd=4}, 1, 0) = 1
        +0  epoll_wait(5, {events=EPOLLOUT, fd=4}, 1, 0) = 0
        +0  epoll_ctl(5, EPOLL_CTL_MOD, 4, {events=EPOLLOUT, fd=4}) = 0
        +0  epoll_wait(5, {events=EPOLLOUT, fd=4}, 1, 0) = 1
        +0  epoll_ctl(5, EPOLL_CTL_DEL, 4, {events=0, fd=4}) = 0
        +0  epoll_ctl(5, EPOLL_CTL_DEL, 4, {events=0, fd=4}) = -1 ENOENT (not there)
        +0  epoll_wait(5, {events=EPOLLOUT, fd=4}, 1, 0) = 0
        """)
    )


# --- pipes and files ---------------------------------------------------------------------------


def test_bytes_go_through_a_pipe(play):
    passed(
        play(
            """\
            0   pipe([5, 6]) = 0
            +0  write(6, "hello", 5) = 5
            +0  ioctl(5, FIONREAD, [5]) = 0
            +0  read(5, "hello", 100) = 5
            +0  fcntl(5, F_SETFL, O_RDONLY|O_NONBLOCK) = 0
            +0  read(5, ..., 100) = -1 EAGAIN (empty)
            +0  close(6) = 0
            +0  read(5, ..., 100) = 0
            +0  close(5) = 0
            """,
            start="",
        )
    )


def test_splice_takes_from_the_socket_what_has_come(play):
    """splice(2)."""
    passed(
        play("""\
        +0  pipe([5, 6]) = 0
        +.1 < P. 1:501(500) ack 1 win 257
        +0  splice(4, NULL, 6, NULL, 1000, 0) = 500
        +0  read(5, ..., 1000) = 500
        +.2 > . 1:1(0) ack 501
        """)
    )


def test_splice_and_sendfile_send(play):
    """splice(2), sendfile(2)."""
    passed(
        play("""\
        +0  pipe([5, 6]) = 0
        +0  write(6, ..., 600) = 600
        +0  splice(5, NULL, 4, NULL, 600, 0) = 600
        +0  > P. 1:601(600) ack 1
        +0  open("/dev/zero", O_RDONLY) = 7
        +.1 < . 1:1(0) ack 601 win 257
        +0  sendfile(4, 7, [0], 300) = 300
        +0  > P. 601:901(300) ack 1
        """)
    )


# --- vectors and messages ----------------------------------------------------------------------


def test_vectors_are_written_and_read_as_one(play):
    """readv(2), writev(2)."""
    passed(
        play("""\
        +0  writev(4, [{..., 200}, {..., 300}], 2) = 500
        +0  > P. 1:501(500) ack 1
        +.1 < P. 1:701(700) ack 501 win 257
        +0  readv(4, [{..., 200}, {..., 1000}], 2) = 700
        +.2 > . 501:501(0) ack 701
        """)
    )


def test_messages_are_sent_and_received(play):
    """sendmsg(2), recvmsg(2), sendmmsg(2)."""
    passed(
        play("""\
        +0  sendmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 500}], msg_flags=0}, 0) = 500
        +0  > P. 1:501(500) ack 1
        +.1 < P. 1:701(700) ack 501 win 257
        +0  recvmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 1000}], msg_flags=0}, 0) = 700
        +.2 > . 501:501(0) ack 701
        """)
    )


def test_a_vector_that_is_miscounted_blames_the_script(play):
    failed(play("+0 writev(4, [{..., 200}], 2) = 200\n"), "1 elements")


# --- how long a call sleeps --------------------------------------------------------------------


def test_a_read_sleeps_as_long_as_the_socket_lets_it(play):
    """socket(7), SO_RCVTIMEO."""
    passed(
        play("""\
        +0  setsockopt(4, SOL_SOCKET, SO_RCVTIMEO, {tv_sec=0, tv_usec=50000}, 16) = 0
        +0...0.05 read(4, ..., 500) = -1 EAGAIN (time is up)
        """)
    )


def test_a_write_that_runs_out_of_time_returns_what_was_taken(play):
    """socket(7), SO_SNDTIMEO."""
    passed(
        play("""\
        +0  setsockopt(4, SOL_SOCKET, SO_SNDTIMEO, {tv_sec=0, tv_usec=50000}, 16) = 0
        +0...0.05 write(4, ..., 400000) = 262144
        +0  > . 1:10001(10000) ack 1
        """)
    )


def test_an_accept_that_may_sleep_waits_for_the_handshake(play):
    passed(
        play(
            """\
            0   socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
            +0  bind(3, ..., ...) = 0
            +0  listen(3, 1) = 0
            +0...0.2 accept(3, ..., ...) = 4
            +.1 < S 0:0(0) win 1000 <mss 1000>
            +0  > S. 0:0(0) ack 1 <...>
            +.1 < . 1:1(0) ack 1 win 1000
            """,
            start="",
        )
    )


# --- closing -----------------------------------------------------------------------------------


def test_a_close_that_lingers_sleeps_until_the_fin_is_acknowledged(play):
    """socket(7), SO_LINGER."""
    passed(
        play("""\
        +0  setsockopt(4, SOL_SOCKET, SO_LINGER, {onoff=1, linger=5}, 8) = 0
        +0...0.1 close(4) = 0
        +0  > F. 1:1(0) ack 1
        +.1 < . 1:1(0) ack 2 win 257
        """)
    )


def test_a_close_that_lingers_without_time_resets(play):
    """RFC 9293 section 3.9.1 (ABORT)."""
    passed(
        play("""\
        +0  setsockopt(4, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0
        +0  getsockopt(4, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, [8]) = 0
        +0  close(4) = 0
        +0  > R 1:1(0)
        """)
    )


def test_two_connections_are_told_apart_by_their_ports(play):
    passed(
        play(
            """\
            0   socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
            +0  bind(3, ..., ...) = 0
            +0  listen(3, 2) = 0
            +0  < 5001 > 8080 S 0:0(0) win 1000 <mss 1000>
            +0  > 8080 > 5001 S. 0:0(0) ack 1 <...>
            +0  < 5002 > 8080 S 500:500(0) win 1000 <mss 1000>
            +0  > 8080 > 5002 S. 0:0(0) ack 501 <...>
            +0  < 5002 > 8080 . 501:501(0) ack 1 win 1000
            +0  accept(3, {sa_family = AF_INET, sin_port = htons(5002)}, [16]) = 4
            """,
            start="",
        )
    )


def test_a_descriptor_cannot_stand_for_two_things(play):
    failed(play('+0 open("/dev/null", O_RDONLY) = 4\n'), "open already")
