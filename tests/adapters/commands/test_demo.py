"""The golden files are rewritten by `WIRELAB_REWRITE_GOLDEN=1 pytest tests/adapters/commands`."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from wirelab.adapters import internet
from wirelab.adapters.cli import main
from wirelab.adapters.commands.demo import play
from wirelab.codecs import DHCP, DNS, TCP, UDP, DHCPMessageType, parse
from wirelab.codecs.capture import open_capture
from wirelab.sim.reasons import Reason
from wirelab.sim.trace import Fate, StateChange
from wirelab.sim.views.cells import cell_width

GOLDEN = Path(__file__).parent / "golden"
INTERNET = {
    "demo-internet-80.txt": ["internet", "--width", "80", "--lang", "en"],
    "demo-internet-120.txt": ["internet", "--width", "120", "--lang", "en"],
    "demo-internet-ascii.txt": ["internet", "--width", "80", "--lang", "en", "--ascii"],
    "demo-internet-ja.txt": ["internet", "--width", "120", "--lang", "ja"],
}
LOOKS = {
    "demo-80.txt": ["--width", "80", "--lang", "en"],
    "demo-120.txt": ["--width", "120", "--lang", "en"],
    "demo-ascii.txt": ["--width", "80", "--lang", "en", "--ascii"],
    "demo-ja.txt": ["--width", "80", "--lang", "ja"],
    **INTERNET,
}


def golden(path: Path, content: bytes) -> bytes:
    """What a golden file holds; it gets this content first if the environment says so."""
    if os.environ.get("WIRELAB_REWRITE_GOLDEN"):
        path.write_bytes(content)
        pytest.fail(f"{path} is rewritten: look at the difference, then run without the variable")
    return path.read_bytes()


@pytest.mark.parametrize("name", LOOKS)
def test_the_ladder_looks_as_it_did(name, capsys):
    assert main(["demo", *LOOKS[name]]) == 0
    shown = capsys.readouterr().out
    path = GOLDEN / name
    assert shown.encode() == golden(path, shown.encode())


@pytest.mark.parametrize("name", LOOKS)
def test_no_row_is_wider_than_asked_and_every_ladder_row_ends_at_its_lifeline(name, capsys):
    main(["demo", *LOOKS[name]])
    lines = capsys.readouterr().out.splitlines()
    width = int(LOOKS[name][LOOKS[name].index("--width") + 1])
    assert max(map(cell_width, lines)) == width
    ladder = lines[: lines.index("")]
    assert {cell_width(line) for line in ladder} == {width}


def test_the_story_has_every_scene():
    trace = play(42).trace
    packets = [parse(record.data) for record in trace.frames()]
    assert any(UDP in p and p.payload == b"Hello UDP!" for p in packets)
    assert [record.detail for record in trace.frames() if record.fate is Fate.LOST] == ["nth=3"]
    assert trace.reasons == {Reason.LINK_LOSS: 1, Reason.TCP_NO_LISTENER: 1}
    assert sum(len(p.payload) > 0 and TCP in p for p in packets) == 2
    states = [(e.host, e.new) for e in trace.events if isinstance(e, StateChange)]
    assert states == [
        ("bob", "LISTEN"),
        ("alice", "SYN-SENT"),
        ("bob", "SYN-RECEIVED"),
        ("alice", "ESTABLISHED"),
        ("bob", "ESTABLISHED"),
        ("alice", "FIN-WAIT-1"),
        ("bob", "CLOSE-WAIT"),
        ("bob", "LAST-ACK"),
        ("alice", "FIN-WAIT-2"),
        ("alice", "TIME-WAIT"),
        ("bob", "CLOSED"),
        ("alice", "SYN-SENT"),
        ("alice", "CLOSED"),
    ]


def test_another_seed_tells_the_same_story_with_other_numbers():
    one, other = play(1).trace, play(2).trace
    assert one.counts == other.counts
    assert [record.data for record in one.frames()] != [record.data for record in other.frames()]


def test_one_seed_writes_the_same_bytes_in_processes_that_hash_differently(tmp_path):
    files = []
    for hash_seed in ("1", "2"):
        path = tmp_path / f"{hash_seed}.pcapng"
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        command = [sys.executable, "-m", "wirelab.adapters.cli", "demo", "-w", str(path)]
        subprocess.run(command, check=True, env=environment, capture_output=True)
        files.append(path.read_bytes())
    assert files[0] == files[1]
    assert len(files[0]) > 1000


def test_the_internet_fits_on_a_page(capsys):
    """A wide terminal shows it in so few lines that nobody has to scroll far."""
    main(["demo", *INTERNET["demo-internet-120.txt"]])
    lines = capsys.readouterr().out.splitlines()
    assert lines.index("") <= 48


def test_the_internet_has_every_scene():
    trace = internet.play(42).trace
    packets = [parse(record.data) for record in trace.frames()]
    assert [type_of(p) for p in packets if DHCP in p] == [1, 2, 3, 5]
    assert sum(DNS in p for p in packets) == 6  # query and answer, on three links each
    assert trace.reasons == {
        Reason.IP_TTL_EXPIRED: 2,
        Reason.NAT_FILTERED: 1,
    }
    assert any(p.payload.endswith(b"hello\n") for p in packets)


def type_of(packet):
    """Of a DHCP message."""
    return next(one.value for one in packet[DHCP].options if isinstance(one, DHCPMessageType))


def test_an_unknown_host_has_no_tap(capsys):
    assert main(["demo", "internet", "--tap", "alice"]) == 2
    assert "there is phone, home, isp, www, all" in capsys.readouterr().err


def test_the_capture_of_a_scenario_says_how_to_replay_it(tmp_path, capsys):
    path = tmp_path / "demo.pcapng"
    main(["demo", "internet", "-w", str(path)])
    replay = b"seed 42; replay: wirelab demo internet --seed 42 --tap phone -w FILE"
    assert replay in path.read_bytes()


def test_one_seed_writes_the_same_bytes_on_every_python_and_system(tmp_path, capsys):
    """Look at the golden file with `wirelab dissect` or tshark."""
    path = tmp_path / "demo.pcapng"
    assert main(["demo", "--tap", "all", "-w", str(path)]) == 0
    content = path.read_bytes()
    assert content == golden(GOLDEN / "demo.pcapng", content)


@pytest.mark.parametrize("tap", ["alice", "bob", "all"])
def test_tshark_finds_nothing_malformed_and_every_checksum_good(tap, tshark, tmp_path, capsys):
    path = tmp_path / "demo.pcapng"
    assert main(["demo", "-w", str(path), "--tap", tap]) == 0
    assert ("retransmission" in capsys.readouterr().err) == (tap == "all")
    options = [f"{name}.check_checksum:TRUE" for name in ("ip", "udp", "tcp")]
    command = [tshark, "-n", "-r", str(path), *(word for each in options for word in ("-o", each))]
    wrong = "_ws.malformed || ip.checksum.status==0 || udp.checksum.status==0 || "
    wrong += "tcp.checksum.status==0"

    def matching(display_filter):
        run = subprocess.run([*command, "-Y", display_filter], capture_output=True, text=True)
        assert run.returncode == 0, run.stderr
        return len(run.stdout.splitlines())

    assert matching(wrong) == 0
    assert matching("udp.port == 49152 && udp.checksum.status == 1") == (2 if tap == "all" else 1)
    assert matching('frame.comment == "RETRANSMIT 1"') == (2 if tap == "all" else 1)


def test_the_capture_says_how_to_replay_it(tmp_path, tshark, capsys):
    path = tmp_path / "demo.pcapng"
    main(["demo", "--seed", "7", "-w", str(path)])
    assert b"seed 7; replay: wirelab demo --seed 7 --tap alice -w FILE" in path.read_bytes()


def test_a_capture_on_stdout_leaves_the_ladder_to_stderr(capfdbinary):
    """`wirelab demo -w - | wireshark -k -i -`."""
    assert main(["demo", "-w", "-", "--lang", "en"]) == 0
    output = capfdbinary.readouterr()
    assert output.out[:4] == bytes.fromhex("0a0d0d0a")
    assert b"Hello UDP!" in output.err


def test_a_file_that_cannot_be_written_is_impossible_here(tmp_path, capsys):
    assert main(["demo", "-w", str(tmp_path / "no" / "such.pcapng")]) == 3
    assert "choose another place for -w" in capsys.readouterr().err


def test_colour_is_for_terminals_only(capsys):
    main(["demo", "--lang", "en"])
    plain = capsys.readouterr().out
    main(["demo", "--lang", "en", "--color", "always"])
    coloured = capsys.readouterr().out
    assert "\x1b" not in plain
    assert "\x1b[1;31m" in coloured


@pytest.mark.parametrize("width", ["59", "wide", "-1"])
def test_a_width_that_cannot_hold_a_ladder_is_a_usage_error(width, capsys):
    with pytest.raises(SystemExit) as exit_:
        main(["demo", "--width", width])
    assert exit_.value.code == 2
    assert "use a number of columns from 60 up" in capsys.readouterr().err


def test_the_captured_frames_are_what_the_trace_holds(tmp_path):
    path = tmp_path / "demo.pcapng"
    main(["demo", "-w", str(path)])
    sent = {record.id: record.data for record in play(42).trace.frames()}
    with open_capture(path) as reader:
        assert {frame.packet_id: frame.data for frame in reader} == sent
