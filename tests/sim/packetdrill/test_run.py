"""Scripts from text to outcome."""

import textwrap

import pytest

from wirelab.sim.packetdrill.outcome import Verdict
from wirelab.sim.packetdrill.report import report_text
from wirelab.sim.packetdrill.run import run_script

LISTENING = """\
    0   socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
    +0  bind(3, ..., ...) = 0
    +0  listen(3, 1) = 0
"""
ACCEPTED = (
    LISTENING
    + """\
    +.1 < S 0:0(0) win 32792 <mss 1000,sackOK,nop,nop,nop,wscale 7>
    +0  > S. 0:0(0) ack 1 <...>
    +.1 < . 1:1(0) ack 1 win 257
    +0  accept(3, ..., ...) = 4
"""
)


@pytest.fixture
def run(tmp_path):
    """Runs a script written in the test."""

    def run_text(text, **options):
        path = tmp_path / "script.pkt"
        path.write_text(textwrap.dedent(text))
        return run_script(path, **options)

    return run_text


def failed(outcome):
    assert outcome.verdict is Verdict.FAIL, str(outcome)
    return outcome


def passed(outcome):
    assert outcome.verdict is Verdict.PASS, str(outcome)
    return outcome


# --- what passes -------------------------------------------------------------------------------


def test_a_server_that_does_as_the_script_says_passes(run):
    passed(
        run(
            ACCEPTED
            + """\
    +.1 < P. 1:1001(1000) ack 1 win 257
    +.2 > . 1:1(0) ack 1001
    +0  read(4, ..., 2000) = 1000
    +0  write(4, ..., 500) = 500
    +0  > P. 1:501(500) ack 1001
    +.1 < . 1001:1001(0) ack 501 win 257
    +0  close(4) = 0
    +0  > F. 501:501(0) ack 1001
    +.1 < F. 1001:1001(0) ack 502 win 257
    +0  > . 502:502(0) ack 1002
"""
        )
    )


def test_a_client_that_does_not_wait_learns_of_its_connection_by_so_error(run):
    passed(
        run("""\
    0   socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
    +0  fcntl(3, F_GETFL) = 0x2 (flags O_RDWR)
    +0  fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0
    +0  connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)
    +0  > S 0:0(0) <...>
    +.1 < S. 0:0(0) ack 1 win 5792 <mss 1000>
    +0  > . 1:1(0) ack 1
    +0  getsockopt(3, SOL_SOCKET, SO_ERROR, [0], [4]) = 0
""")
    )


def test_a_connect_that_sleeps_returns_when_the_answer_has_come(run):
    passed(
        run("""\
    0   socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
    0.1...0.2 connect(3, ..., ...) = 0
    0.1 > S 0:0(0) <...>
    0.2 < S. 0:0(0) ack 1 win 5792 <mss 1000>
    +0  > . 1:1(0) ack 1
""")
    )


def test_a_connect_that_sleeps_is_told_that_it_is_refused(run):
    passed(
        run("""\
    0   socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
    +0...0.1 connect(3, ..., ...) = -1 ECONNREFUSED (Connection refused)
    +0  > S 0:0(0) <...>
    +.1 < R. 0:0(0) ack 1 win 0
""")
    )


def test_a_read_that_sleeps_returns_with_the_data(run):
    passed(
        run(
            ACCEPTED
            + """\
    +0...0.1 read(4, ..., 1000) = 500
    +.1 < P. 1:501(500) ack 1 win 257
    +.2 > . 1:1(0) ack 501
"""
        )
    )


def test_a_write_that_sleeps_goes_on_as_room_is_made(run):
    passed(
        run(
            LISTENING
            + """\
    +.1 < S 0:0(0) win 5000 <mss 1000>
    +0  > S. 0:0(0) ack 1 <...>
    +.1 < . 1:1(0) ack 1 win 5000
    +0  accept(3, ..., ...) = 4
    +0...0.1 write(4, ..., 266000) = 266000
    +0  > . 1:5001(5000) ack 1
    +.1 < . 1:1(0) ack 5001 win 0
"""
        )
    )


def test_times_may_be_ranges_or_anything(run):
    passed(
        run(
            ACCEPTED
            + """\
    +.1 < P. 1:1001(1000) ack 1 win 257
    +.1~+.3 > . 1:1(0) ack 1001
    +.1 < P. 1001:2001(1000) ack 1 win 257
    *   > . 1:1(0) ack 2001
"""
        )
    )


def test_segments_in_a_row_may_be_expected_as_one(run):
    text = ACCEPTED + "    +0  write(4, ..., 3000) = 3000\n    +0  > P. 1:3001(3000) ack 1\n"
    passed(run(text))
    failed(run("--strict_segments\n" + textwrap.dedent(text)))


@pytest.mark.parametrize("local", ["192.168.0.2", "10.1.2.3"])
def test_the_host_may_have_any_address_even_that_of_the_usual_gateway(run, local):
    passed(run(f"--local_ip={local}\n--remote_ip=10.248.0.2\n" + textwrap.dedent(ACCEPTED)))


# --- what fails --------------------------------------------------------------------------------


def test_a_wrong_field_shows_its_line_and_both_sides(run):
    outcome = failed(
        run(ACCEPTED + "    +.1 < P. 1:1001(1000) ack 1 win 257\n    +.2 > . 1:1(0) ack 1002\n")
    )
    assert outcome.line == 9
    assert outcome.what == "ack: expected 1002, got 1001"
    assert "ack 1002" in outcome.expected
    assert "ack 1001" in outcome.got
    shown = report_text(outcome)
    assert "line 9" in shown
    assert "TCP ACK ack=1001" in shown  # the ladder


def test_a_packet_that_does_not_come_is_missed_at_the_end_of_the_tolerance(run):
    outcome = failed(run(ACCEPTED + "    +.1 > . 1:1(0) ack 1001\n"))
    assert outcome.what == "the packet does not come"
    assert outcome.got == "nothing"


def test_a_packet_before_its_time_fails(run):
    data = "    +.1 < P. 1:1001(1000) ack 1 win 257\n"
    outcome = failed(run(ACCEPTED + data + "    +.4 > . 1:1(0) ack 1001\n"))
    assert outcome.what == "the packet comes too early"


def test_the_tolerance_can_be_set(run):
    late = ACCEPTED + "    +.1 < P. 1:1001(1000) ack 1 win 257\n    +.15 > . 1:1(0) ack 1001\n"
    failed(run(late))
    passed(run("--tolerance_usecs=60000\n" + textwrap.dedent(late)))


def test_a_packet_that_nobody_expected_fails_at_the_end(run):
    outcome = failed(
        run(
            ACCEPTED
            + """\
    +.1 < P. 1:1001(1000) ack 1 win 257
    +.5 read(4, ..., 2000) = 1000
"""
        )
    )
    assert outcome.what == "a packet that nobody expected"


def test_the_end_is_not_looked_at_under_the_profiles_of_published_scripts(run):
    text = (
        ACCEPTED
        + """\
    +.1 < P. 1:1001(1000) ack 1 win 257
    +.5 read(4, ..., 2000) = 1000
"""
    )
    passed(run(text, profile="linux"))
    passed(run("--strict_end=no\n" + textwrap.dedent(text)))
    failed(run("--strict_end\n" + textwrap.dedent(text), profile="linux"))


def test_another_result_of_a_call_fails(run):
    outcome = failed(run(ACCEPTED + "    +0 fcntl(4, F_GETFL) = 0x4\n"))
    assert outcome.what == "fcntl() returned"
    assert (outcome.expected, outcome.got) == ("= 4", "= 2")


def test_another_error_of_a_call_fails(run):
    outcome = failed(run("0 read(7, ..., 100) = -1 EAGAIN (Try again)\n"))
    assert outcome.expected == "= -1 EAGAIN"
    assert "EBADF" in outcome.got


def test_a_call_that_sleeps_longer_than_the_script_allows_fails(run):
    outcome = failed(run(ACCEPTED + "    +0...0.1 read(4, ..., 1000) = 500\n"))
    assert "has not returned" in outcome.what
    assert outcome.line == 8


def test_a_call_that_would_sleep_without_leave_fails(run):
    outcome = failed(run(LISTENING + "    +0 accept(3, ..., ...) = 4\n"))
    assert outcome.got == "sleeps"


def test_a_script_that_cannot_be_read_fails_with_its_place(run):
    outcome = failed(run("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 > Q 0:0(0)\n"))
    assert outcome.line == 2


# --- Python ------------------------------------------------------------------------------------


def test_python_sees_tcp_info_and_the_names_of_states(run):
    code = "%{ assert tcpi_state == TCP_ESTABLISHED and tcpi_snd_mss == 1000, tcpi_state }%"
    passed(run(ACCEPTED + f"    +0 {code}\n"))


def test_an_assertion_that_does_not_hold_shows_the_values(run):
    outcome = failed(run(ACCEPTED + "    +0 %{ assert tcpi_state == TCP_LISTEN }%\n"))
    assert outcome.expected == "assert tcpi_state == TCP_LISTEN"
    assert outcome.got == "tcpi_state = 1"


def test_what_python_prints_is_kept_for_the_report(run, capsys):
    outcome = passed(run(ACCEPTED + "    +0 %{ print('mss', tcpi_snd_mss) }%\n"))
    assert "line 8 prints mss 1000" in report_text(outcome)
    assert capsys.readouterr().out == ""


def test_snippets_share_what_they_define(run):
    passed(run(ACCEPTED + "    +0 %{ seen = tcpi_snd_mss }%\n    +0 %{ assert seen == 1000 }%\n"))


# --- what is not supported ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "--ip_version=ipv6\n0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n",
        "--mystery=1\n0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n",
        "0 `tc qdisc add dev tun0 root netem delay 1ms`\n",
        "0 `sysctl -w net.ipv4.tcp_mystery=1`\n",
        "0 mystery(1) = 0\n",
        "0 setsockopt(3, SOL_MYSTERY, 1, [1], 4) = 0\n",
        "0 socket(AF_INET6, SOCK_STREAM, IPPROTO_TCP) = 3\n",
        "0 %{ assert mystery == 1 }%\n",
    ],
)
def test_what_cannot_be_done_is_unsupported_and_says_what(run, text):
    outcome = run(text)
    assert outcome.verdict is Verdict.UNSUPPORTED, str(outcome)
    assert outcome.reason


def test_a_bug_of_ours_fails_the_script_and_names_its_line(run, monkeypatch):
    def broken(self, packet):
        raise KeyError("broken")

    monkeypatch.setattr("wirelab.sim.packetdrill.wire.Wire.inject", broken)
    outcome = failed(run(ACCEPTED))
    assert outcome.line == 4
    assert "our bug: KeyError" in outcome.what
    assert any("raise KeyError" in note for note in outcome.notes)


# --- profiles ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "profile"),
    [
        ("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n", "rfc"),
        ("--profile=linux\n0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n", "linux"),
        ("0 `sysctl -q net.ipv4.tcp_sack=1`\n", "linux"),
        ("0 `sysctl -w net.inet.tcp.sack.enable=1`\n", "freebsd"),
    ],
)
def test_a_script_without_a_profile_gets_one_by_what_it_says(run, text, profile):
    outcome = passed(run(text))
    assert outcome.profile == profile
    assert run(text, profile="rfc").profile == "rfc"


def test_a_file_of_settings_is_looked_for_from_the_scripts_folder(tmp_path):
    (tmp_path / "common").mkdir()
    (tmp_path / "tcp").mkdir()
    settings = "#!/bin/sh\n# Settings.\nsysctl -q net.ipv4.tcp_sack=0 > /dev/null 2>&1\n"
    (tmp_path / "common" / "defaults.sh").write_text(settings)
    script = tmp_path / "tcp" / "script.pkt"
    answer = textwrap.dedent(ACCEPTED).replace("<...>", "<mss 1460,nop,wscale 8>")
    script.write_text("`../common/defaults.sh`\n" + answer)
    outcome = run_script(script)
    assert outcome.verdict is Verdict.PASS, str(outcome)


def test_an_unknown_profile_is_refused():
    with pytest.raises(ValueError, match="rfc, linux, freebsd"):
        run_script("any.pkt", profile="plan9")


def test_the_same_script_and_seed_give_the_same_bytes(run):
    text = ACCEPTED + "    +0 write(4, ..., 3000) = 3000\n    +0 > P. 1:3001(3000) ack 1\n"
    frames = [[frame.data for frame in run(text).trace.frames()] for _ in range(2)]
    assert frames[0] == frames[1]
