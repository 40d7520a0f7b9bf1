"""Lines of a script that hold for some systems only."""

import textwrap

import pytest

from wirelab.sim.packetdrill.conditions import is_conditional, select
from wirelab.sim.packetdrill.outcome import Verdict
from wirelab.sim.packetdrill.run import run_script
from wirelab.sim.packetdrill.script_error import ScriptError

SYSTEMS = """\
one
#ifdef FreeBSD
two
#ifndef Linux
three
#endif
#else
four
#endif
# a shell's comment
"""
ABORT = """\
{option}
 0 {command}
+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 bind(3, ..., ...) = 0
+0 listen(3, 5) = 0
+0 < S 0:0(0) win 20000 <mss 1000>
+0 > S. 0:0(0) ack 1 <...>
+0 < . 1:1(0) ack 1 win 20000
+0 accept(3, ..., ...) = 4
+0 setsockopt(4, SOL_SOCKET, SO_LINGER, {{onoff=1, linger=0}}, 8) = 0
+0 close(4) = 0
#ifdef FreeBSD
+0 > R. 1:1(0) ack 1 win 0
#endif
#ifdef Linux
+0 > R. 1:1(0) ack 1 win 65000
#endif
#ifdef STANDARD
+0 > R 1:1(0) win 0
#endif
"""


@pytest.fixture
def run(tmp_path):
    """Runs a script written in the test."""

    def run_text(text, **options):
        path = tmp_path / "script.pkt"
        path.write_text(textwrap.dedent(text))
        return run_script(path, **options)

    return run_text


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ((), ["one", "four", "# a shell's comment"]),
        (("FreeBSD",), ["one", "two", "three", "# a shell's comment"]),
        (("FreeBSD", "Linux"), ["one", "two", "# a shell's comment"]),
    ],
)
def test_lines_hold_for_the_words_that_are_defined(words, kept):
    selected = select(SYSTEMS, "x.pkt", words)
    assert selected.split() == " ".join(kept).split()
    assert selected.count("\n") == SYSTEMS.count("\n"), "every line keeps its number"


def test_a_script_without_conditions_is_left_as_it_is():
    text = "%{ # Python's comment }%\n#elsewhere\n"
    assert not is_conditional(text)
    assert select(text, "x.pkt", ()) is text


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("one\n#ifdef FreeBSD\ntwo\n", 2, "never ends"),
        ("one\n#endif\n", 2, "#endif without #ifdef"),
        ("#else\n", 1, "#else without #ifdef"),
        ("#ifdef A\n#else\n#else\n#endif\n", 3, "#else without #ifdef"),
        ("\n#ifdef\n#endif\n", 2, "#ifdef without a word"),
    ],
)
def test_a_condition_without_its_other_end_is_refused_with_its_line(text, line, problem):
    with pytest.raises(ScriptError) as refused:
        select(text, "x.pkt", ())
    assert refused.value.position.line == line
    assert problem in refused.value.problem


@pytest.mark.parametrize("profile", ["rfc", "linux", "freebsd"])
def test_the_lines_of_the_profile_that_is_asked_for_hold(run, profile):
    outcome = run(ABORT.format(option="", command="`true`"), profile=profile)
    assert outcome.verdict is Verdict.PASS, str(outcome)


@pytest.mark.parametrize(
    ("option", "command"),
    [
        ("--profile=freebsd", "`true`"),
        ("", "`sysctl -w net.inet.tcp.sack.enable=1`"),
        ("--profile=linux", "`true`"),
        ("", "`sysctl -w net.ipv4.tcp_sack=1`"),
        ("", "`true`"),
    ],
)
def test_else_the_lines_of_the_profile_that_the_script_gets(run, option, command):
    outcome = run(ABORT.format(option=option, command=command))
    assert outcome.verdict is Verdict.PASS, str(outcome)


def test_an_unknown_profile_is_unsupported_as_without_conditions(run):
    outcome = run(ABORT.format(option="--profile=plan9", command="`true`"))
    assert outcome.verdict is Verdict.UNSUPPORTED
    assert "plan9" in outcome.what
