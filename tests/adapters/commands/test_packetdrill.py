"""`wirelab packetdrill`."""

import pytest

from wirelab.adapters.cli import main
from wirelab.adapters.commands import packetdrill
from wirelab.adapters.exits import Exit
from wirelab.sim.packetdrill.run import run_script

GOOD = "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
BAD = "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 > S 0:0(0) <...>\n"
UNKNOWN = "0 mystery(1) = 0\n"


@pytest.fixture
def folder(tmp_path):
    """Three scripts in two folders, and something else."""
    (tmp_path / "inner").mkdir()
    (tmp_path / "good.pkt").write_text(GOOD)
    (tmp_path / "inner" / "bad.pkt").write_text(BAD)
    (tmp_path / "inner" / "unknown.pkt").write_text(UNKNOWN)
    (tmp_path / "inner" / "readme.txt").write_text("no script")
    return tmp_path


def test_each_script_has_a_line_and_the_last_line_counts_them(folder, capsys):
    assert main(["packetdrill", str(folder)]) == Exit.NO
    good, bad, unknown, counts = capsys.readouterr().out.splitlines()
    assert good == f"PASS {folder}/good.pkt"
    assert bad.startswith(f"FAIL {folder}/inner/bad.pkt line 2: the packet does not come")
    what = "line 1: the system call mystery is not known"
    assert unknown == f"UNSUPPORTED {folder}/inner/unknown.pkt {what}"
    assert counts == "1 passed, 1 failed, 1 unsupported"


def test_it_succeeds_if_none_failed(folder, capsys):
    scripts = [str(folder / "good.pkt"), str(folder / "inner" / "unknown.pkt")]
    assert main(["packetdrill", *scripts]) == Exit.OK
    assert capsys.readouterr().out.endswith("1 passed, 0 failed, 1 unsupported\n")


def test_verbose_shows_line_expected_got_and_ladder(folder, capsys):
    main(["packetdrill", "-v", "--ascii", "--color", "never", str(folder / "inner" / "bad.pkt")])
    shown = capsys.readouterr().out
    assert "  line 2    +0 > S 0:0(0) <...>\n" in shown
    assert "  expected  > S 0:0(0) <...> at 0.000000 s (tolerance 0.004000 s)\n" in shown
    assert "  got       nothing\n" in shown
    assert "  note      profile rfc: the default\n" in shown
    assert "socket(..., SOCK_STREAM, IPPROTO_TCP)" in shown


def test_a_long_fact_stays_within_the_width(tmp_path, monkeypatch, capsys):
    script = tmp_path / "long.pkt"
    script.write_text(
        BAD.replace("<...>", "<mss 1460,nop,nop,sackOK,nop,wscale 7,FO 0123456789abcdef>")
    )
    monkeypatch.setenv("COLUMNS", "80")
    main(["packetdrill", "-v", "--ascii", "--color", "never", str(script)])
    verdict, *report, _ = capsys.readouterr().out.splitlines()
    assert verdict.startswith("FAIL")
    assert max(map(len, report)) <= 80


def test_a_word_can_be_defined(tmp_path, capsys):
    script = tmp_path / "defined.pkt"
    script.write_text("0 socket(..., KIND, IPPROTO_TCP) = 3\n")
    assert main(["packetdrill", "-D", "KIND=SOCK_STREAM", str(script)]) == Exit.OK


def test_packetdrills_own_options_go_over_those_of_the_script(tmp_path, capsys):
    script = tmp_path / "connect.pkt"
    script.write_text(
        "--mtu=1500\n"
        "0 socket(..., SOCK_STREAM|SOCK_NONBLOCK, IPPROTO_TCP) = 3\n"
        "+0 connect(3, ..., ...) = -1 EINPROGRESS (in progress)\n"
        "+0 > S 0:0(0) <mss 1240>\n"
    )
    assert main(["packetdrill", "--mtu=1280", "--strict_segments", str(script)]) == Exit.NO
    assert "got <mss 1240," in capsys.readouterr().out


def test_a_folder_that_is_called_like_a_script_is_searched(folder, capsys):
    (folder / "inner").rename(folder / "inner.pkt")
    assert main(["packetdrill", str(folder)]) == Exit.NO
    assert capsys.readouterr().out.endswith("1 passed, 1 failed, 1 unsupported\n")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["missing.pkt"], Exit.BAD_INPUT, "no such file"),
        (["-D", "KIND", "."], Exit.USAGE, "NAME=VALUE"),
        (["empty"], Exit.BAD_INPUT, "no *.pkt in there"),
        (["--mtu=0", "."], Exit.USAGE, "--mtu=0: give 68 to 65535 bytes"),
        (["--wire_server_ip=192.0.2.9", "."], Exit.USAGE, "both ends of the wire are here"),
    ],
)
def test_bad_input_is_named(words, code, said, tmp_path, monkeypatch, capsys):
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    assert main(["packetdrill", *words]) == code
    assert said in capsys.readouterr().err


def test_an_interruption_keeps_what_there_is(folder, monkeypatch, capsys):
    def interrupted(path, **options):
        if path.name == "bad.pkt":
            raise KeyboardInterrupt
        return real(path, **options)

    real = run_script
    monkeypatch.setattr(packetdrill, "run_script", interrupted)
    assert main(["packetdrill", str(folder)]) == Exit.INTERRUPTED
    told = capsys.readouterr()
    assert told.out.splitlines()[-1] == "1 passed, 0 failed, 0 unsupported"
    assert "2 scripts were not run" in told.err


def test_a_file_of_garbage_fails_and_the_others_run(folder, capsys):
    (folder / "garbage.pkt").write_bytes(bytes(range(256)))
    assert main(["packetdrill", str(folder)]) == Exit.NO
    told = capsys.readouterr().out
    assert "1 passed, 2 failed, 1 unsupported" in told
    assert all(line.isprintable() for line in told.splitlines())
