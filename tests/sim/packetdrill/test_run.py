"""Scripts from text to outcome."""

import subprocess
import sys
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


@pytest.mark.parametrize("local", ["192.168.0.2", "10.1.2.3", "10.248.255.254"])
def test_the_host_may_have_any_address_even_that_of_the_usual_gateway(run, local):
    passed(run(f"--local_ip={local}\n--remote_ip=10.248.0.2\n" + textwrap.dedent(ACCEPTED)))


def test_the_command_line_that_runs_the_kernels_own_scripts_works(run):
    """Its host has the address of its gateway, next to that of the network."""
    options = [
        ("ip_version", "ipv4"),
        ("local_ip", "192.168.0.1"),
        ("gateway_ip", "192.168.0.1"),
        ("netmask_ip", "255.255.0.0"),
        ("remote_ip", "192.0.2.1"),
    ]
    passed(run(ACCEPTED, options=options))


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


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("assert mystery == 1", "name 'mystery' is not defined"),
        ("while:", "invalid syntax"),
        ("import sys; sys.exit(1)", "exit(1)"),
        ("1 / 0", "ZeroDivisionError"),
    ],
)
def test_python_that_does_not_end_well_fails_its_script_and_no_other(run, code, said):
    outcome = failed(run(f"0 %{{ {code} }}%\n"))
    assert said in outcome.what


def test_python_may_end_early(run):
    passed(run("0 %{ import sys; sys.exit(0) }%\n"))


def test_assertions_are_judged_under_python_o_too(tmp_path):
    path = tmp_path / "script.pkt"
    path.write_text("0 %{ assert 1 == 2 }%\n")
    command = "import sys; from wirelab.sim.packetdrill.run import run_script"
    told = subprocess.run(
        [sys.executable, "-O", "-c", f"{command}; print(run_script(sys.argv[1]))", path],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.startswith("FAIL")


def test_snippets_share_what_they_define(run):
    passed(run(ACCEPTED + "    +0 %{ seen = tcpi_snd_mss }%\n    +0 %{ assert seen == 1000 }%\n"))


# --- options -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("--local_ip=foo", "--local_ip=foo: 'foo' does not appear to be an IPv4 or IPv6 address"),
        ("--netmask_ip=255.255.255.255", "give 0.0.0.0 to 255.255.255.252"),
        ("--netmask_ip=255.0.255.0", "give 0.0.0.0 to 255.255.255.252"),
        ("--mtu=0", "give 68 to 65535 bytes"),
        ("--tolerance_usecs=soon", "give a whole number"),
        ("--tolerance_percent=much", "give a number"),
        ("--non_fatal=all", "give packet, syscall or both"),
    ],
)
def test_an_option_that_makes_no_sense_fails_with_its_line(run, option, said):
    outcome = failed(run(f"{option}\n{LISTENING}"))
    assert (outcome.line, said in outcome.what) == (1, True), str(outcome)


@pytest.mark.parametrize("option", ["wire_client", "dry_run", "so_filename=x", "tcp_ts_ecr_scaled"])
def test_what_packetdrill_has_and_is_not_here_is_unsupported_with_the_reason(run, option):
    outcome = run(f"--{option}\n{LISTENING}")
    assert outcome.verdict is Verdict.UNSUPPORTED
    assert "is not known" not in outcome.what


def test_options_of_the_caller_go_over_those_of_the_script(run):
    text = "--mtu=1500\n" + ACCEPTED.replace("<...>", "<mss 1240,nop,nop,sackOK,nop,wscale 0>")
    assert "mss 1460" in failed(run(text)).reason
    assert "mss 1240" in failed(run(text, options=[("mtu", "1280")])).got


def test_a_packet_or_a_call_that_differs_is_a_note_where_the_script_says_so(run):
    differing = ACCEPTED.replace("ack 1 <...>", "ack 2 <...>") + "+0 listen(3, 1) = 7\n"
    failed(run("--non_fatal=packet\n" + differing))
    failed(run("--non_fatal=syscall\n" + differing))
    notes = passed(run('--non_fatal="packet, syscall"\n' + differing)).notes
    assert "line 6, not fatal: ack: expected 2, got 1: expected > S. 0:0(0) ack 2" in notes[1]
    assert "line 9, not fatal: listen() returned: expected = 7, got = 0" in notes[2]


def test_a_packet_that_does_not_come_is_fatal_in_any_case(run):
    failed(run("--non_fatal=packet\n" + LISTENING + "+0 > S. 0:0(0) ack 1 <...>\n"))


def test_init_scripts_are_read_before_anything_else(tmp_path):
    (tmp_path / "settings.sh").write_text("sysctl -w net.ipv4.tcp_sack=0\n")
    script = tmp_path / "script.pkt"
    script.write_text("--init_scripts=settings.sh\n" + LISTENING)
    outcome = run_script(script)
    assert (outcome.verdict, outcome.profile) == (Verdict.PASS, "rfc")
    script.write_text("--init_scripts=settings.sh,missing.sh\n" + LISTENING)
    outcome = run_script(script)
    assert outcome.verdict is Verdict.UNSUPPORTED
    assert "missing.sh: No such file" in outcome.what


@pytest.mark.parametrize("value", ["5|6", "", "a b"])
def test_a_definition_that_is_more_or_less_than_one_word_is_refused(run, value):
    outcome = failed(run("0 socket(..., KIND, IPPROTO_TCP) = 3\n", defines={"KIND": value}))
    assert "KIND is defined as" in outcome.what


def test_a_byte_order_mark_and_foreign_line_ends_do_no_harm(tmp_path):
    script = tmp_path / "script.pkt"
    script.write_bytes(textwrap.dedent(ACCEPTED).replace("\n", "\r\n").encode("utf-8-sig"))
    passed(run_script(script))


# --- what is not supported ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "--mystery=1\n0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n",
        "0 `tc qdisc add dev tun0 root netem delay 1ms`\n",
        "0 `sysctl -w net.ipv4.tcp_mystery=1`\n",
        "0 mystery(1) = 0\n",
        "0 setsockopt(3, SOL_MYSTERY, 1, [1], 4) = 0\n",
        "0 < [flowlabel 0x12345] . 0:0(0) ack 1 win 0\n",
        "0 %{ assert tcpi_mystery == 1 }%\n",
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


# --- sockets that are nobody's -----------------------------------------------------------------


def test_sockstat_shows_handshakes_and_connections_that_nobody_has(run):
    passed(
        run(
            LISTENING
            + """\
    +0  `sockstat -s -p 8080 | grep -c SYN_RCVD | grep 0`
    +.1 < S 0:0(0) win 32792 <mss 1000>
    +0  > S. 0:0(0) ack 1 <...>
    +0  `sockstat -s -p 8080 | grep -c SYN_RCVD | grep 1`
    +0  `sockstat -s -p 8081 | grep -c SYN_RCVD | grep 0`
    +.1 < . 1:1(0) ack 1 win 257
    +0  `sockstat -s | grep -c ESTABLISHED | grep 1`
    +0  accept(3, ..., ...) = 4
    +0  `sockstat -s | grep packetdril | grep -c ESTABLISHED | grep 1`
    +0  `sockstat -s | grep -c ESTABLISHED | grep 1`
    +0  close(4) = 0
    +0  > F. 1:1(0) ack 1
    +0  `sockstat -s | grep packetdril | grep -c FIN_WAIT_1 | grep 0`
    +0  `sockstat -s | grep -c FIN_WAIT_1 | grep 1`
    """
        )
    )
