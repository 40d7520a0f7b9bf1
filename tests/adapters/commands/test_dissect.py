"""`wirelab dissect` from the outside."""

import io
import json
import os
import subprocess
import sys

import pytest

from wirelab.adapters.cli import main
from wirelab.adapters.exits import Exit
from wirelab.codecs import ARP, TCP, UDP, Ethernet, IPv4
from wirelab.codecs.capture import PcapngWriter

ALICE, BOB = "10.0.0.1", "10.0.0.2"
PACKETS = (
    Ethernet() / ARP(sender_protocol_address=ALICE, target_protocol_address=BOB),
    Ethernet()
    / IPv4(source=ALICE, destination=BOB)
    / UDP(source_port=50000, destination_port=49152)
    / b"Hello UDP!",
    Ethernet()
    / IPv4(source=BOB, destination=ALICE)
    / TCP(source_port=8300, destination_port=50001, sequence_number=7, flags=0x12),
)
HEX = bytes(PACKETS[1]).hex()


@pytest.fixture
def capture(tmp_path):
    """A capture of three packets and an event."""
    path = tmp_path / "three.pcapng"
    with PcapngWriter(path) as writer:
        writer.add_interface("alice")
        for number, packet in enumerate(PACKETS):
            writer.write(bytes(packet), number * 500_000_000)
        writer.write_journal({"MESSAGE": "alice: SYN-SENT"}, 2_000_000_000)
    return path


@pytest.fixture
def dissect(capsys):
    """Run the command: exit code, lines of stdout, stderr."""

    def run(*words):
        code = main(["dissect", *map(str, words)])
        out, err = capsys.readouterr()
        return code, out.splitlines(), err

    return run


def test_a_packet_is_a_line(capture, dissect):
    code, lines, _ = dissect(capture)
    assert code == Exit.OK
    assert [" ".join(line.split()) for line in lines] == [
        "1 0.000000 00:00:00:00:00:00 → ff:ff:ff:ff:ff:ff ARP 42 who has 10.0.0.2? tell 10.0.0.1",
        "2 0.500000 10.0.0.1 → 10.0.0.2 UDP 52 50000 → 49152 Len=10",
        "3 1.000000 10.0.0.2 → 10.0.0.1 TCP 54 8300 → 50001 [SYN, ACK] Seq=0 Ack=1 Win=65535 Len=0",
        "4 2.000000 → journal 53 alice: SYN-SENT",
    ]


def test_r_is_the_same_as_naming_the_file(capture, dissect):
    assert dissect("-r", capture) == dissect(capture)


def test_a_filter_and_a_count_choose_packets(capture, dissect):
    _, lines, _ = dissect(capture, "-Y", "udp.port == 49152")
    assert [line.split()[0] for line in lines] == ["2"]
    assert len(dissect(capture, "-c", "2")[1]) == 2


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("-E", "header=y"),
        ("-E", "separator=,", "-E", "quote=d"),
        ("-E", "separator=/s", "-E", "occurrence=f"),
        ("-E", "occurrence=l", "-E", "aggregator=;"),
        ("-E", "aggregator=/s", "-E", "quote=s", "-E", "bom=y"),
        ("-Y", "ip.addr == 10.0.0.1"),
        ("-c", "1"),
    ],
)
def test_fields_print_byte_for_byte_what_tshark_prints(options, capture, tshark):
    words = ["-T", "fields", "-e", "frame.number", "-e", "ip.addr", "-e", "tcp.port", *options]
    words += ["-e", "frame.time_epoch", "-e", "ip.flags", "-e", "frame.time_delta_displayed"]
    theirs = subprocess.run(
        [tshark, "-n", "-r", capture, *words], capture_output=True, check=True
    ).stdout
    ours = subprocess.run(
        [sys.executable, "-m", "wirelab.adapters.cli", "dissect", capture, *words],
        capture_output=True,
        check=True,
    ).stdout
    assert ours == theirs


def test_json_is_one_array_with_typed_values(capture, dissect):
    _, lines, _ = dissect(capture, "--json")
    packets = json.loads("\n".join(lines))
    assert [packet["number"] for packet in packets] == [1, 2, 3, 4]
    layers = {layer["protocol"]: layer["fields"] for layer in packets[2]["layers"]}
    assert layers["tcp"]["tcp.flags.syn"] is True
    assert layers["tcp"]["tcp.seq_raw"] == 7
    assert layers["ip"]["ip.src"] == BOB
    assert packets[2]["error"] is None
    assert lines[1].startswith('{"number": 1')


def test_json_of_nothing_is_an_empty_array(capture, dissect):
    assert json.loads("".join(dissect(capture, "--json", "-Y", "icmp")[1])) == []


def test_the_tree_shows_every_field_with_its_name(capture, dissect):
    _, lines, _ = dissect(capture, "-V", "-x", "-c", "2")
    text = "\n".join(lines)
    assert "49152  [udp.dstport]" in text
    assert "0030  55 44 50 21                                       UDP!" in text


@pytest.mark.parametrize(
    "text", [HEX, bytes.fromhex(HEX).hex(":"), "0x" + HEX, bytes.fromhex(HEX).hex(" ", 4)]
)
def test_hexadecimal_arguments_are_packets(text, dissect):
    code, (line,), _ = dissect(text)
    assert code == Exit.OK
    assert line.endswith("50000 → 49152 Len=10")


def test_hexadecimal_words_need_no_quotes(dissect):
    _, (line,), _ = dissect(*bytes.fromhex(HEX).hex(" ").split())
    assert line.endswith("50000 → 49152 Len=10")


@pytest.mark.parametrize(
    ("link_type", "first"),
    [
        ("ipv4", ""),
        ("raw", ""),
        ("null", "02000000"),
        ("loop", "00000002"),
        ("linux-sll", "00000001000602000000000100000800"),
        ("linux-sll2", "0800000000000002000100060200000000010000"),
    ],
)
def test_another_first_layer_can_be_chosen(link_type, first, dissect):
    _, (line,), _ = dissect(first + HEX[28:], "--link-type", link_type)
    assert line.endswith("50000 → 49152 Len=10")


def test_the_first_layer_can_be_ipv6(dissect):
    header = "60000000 0008 11 40" + "0" * 31 + "1" + "0" * 31 + "2"
    _, (line,), _ = dissect(header + "c350c0000008", "3b9d", "--link-type", "ipv6")
    assert line.endswith("50000 → 49152 Len=0")


@pytest.mark.parametrize("kind", ["capture", "hex"])
def test_standard_input_is_a_capture_or_hexadecimal(kind, capture, dissect, monkeypatch):
    data = capture.read_bytes() if kind == "capture" else HEX.encode()
    stdin = io.TextIOWrapper(io.BufferedReader(io.BytesIO(data)))
    monkeypatch.setattr(sys, "stdin", stdin)
    code, lines, _ = dissect("-")
    assert code == Exit.OK
    assert any(line.endswith("50000 → 49152 Len=10") for line in lines)


def test_a_cut_file_prints_its_packets_then_one_line_and_exit_code_4(capture, dissect):
    data = capture.read_bytes()
    capture.write_bytes(data[:-70])
    code, lines, error = dissect(capture)
    assert code == Exit.BAD_INPUT
    assert len(lines) == 2
    assert error.count("\n") == 1
    assert "the file is cut" in error


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "No such file or directory"),
        (b"", "the file is empty"),
        (b"GIF89a, a picture", "not a capture file"),
    ],
)
def test_a_missing_empty_or_foreign_file_gives_one_line_and_exit_code_4(
    content, message, tmp_path, dissect
):
    path = tmp_path / "input"
    if content is not None:
        path.write_bytes(content)
    code, lines, error = dissect(path)
    assert (code, lines) == (Exit.BAD_INPUT, [])
    assert error.count("\n") == 1
    assert message in error
    assert str(path) in error


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("-T", "fields", "-e", "ip.srcc"), "'ip.srcc'; did you mean ip.src"),
        (("-T", "fields", "-e", "tcp"), "'tcp' is a protocol, not a field, such as tcp.srcport"),
        (("-T", "fields"), "needs at least one -e"),
        (("-e", "ip.src"), "-e belongs to -T fields"),
        (("-E", "header=y"), "-E belongs to -T fields"),
        (("-T", "fields", "-e", "ip.src", "-E", "header=maybe"), "'maybe' is no value of header"),
        (("-T", "fields", "-e", "ip.src", "-E", "color=y"), "-E color=y: write header="),
        (("-Y", "tcp.prt == 1"), "did you mean tcp.port"),
        (("-r", "other"), "give the file once"),
        (("another.pcap",), "2 inputs; give one FILE at a time"),
    ],
)
def test_wrong_usage_says_what_to_write_and_ends_with_2(words, message, capture, dissect):
    code, lines, error = dissect(capture, *words)
    assert (code, lines) == (Exit.USAGE, [])
    assert message in error


def test_without_an_input_it_says_what_it_takes(dissect):
    code, _, error = dissect()
    assert code == Exit.USAGE
    assert "give a FILE" in error


def test_a_whole_frame_in_hexadecimal_may_be_longer_than_a_file_name(dissect):
    code, (line,), _ = dissect(HEX + "00" * 1400)
    assert code == Exit.OK
    assert line.endswith("50000 → 49152 Len=10")


def test_fewer_than_one_packet_is_wrong_usage(capture, dissect, capsys):
    with pytest.raises(SystemExit) as ended:
        dissect(capture, "-c", "0")
    assert ended.value.code == Exit.USAGE
    assert "0 packets; give 1 or more" in capsys.readouterr().err


def test_an_odd_number_of_digits_is_told(dissect):
    code, _, error = dissect("00 11 22 33 4")
    assert code == Exit.BAD_INPUT
    assert "9 hexadecimal digits are no whole bytes" in error


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("zz", "'z' is no hexadecimal digit"),
        ("abc", "3 hexadecimal digits are no whole bytes"),
        ("0", "1 hexadecimal digit is no whole byte"),
        ("gone.pcap", "'g' is no hexadecimal digit"),
    ],
)
def test_neither_a_file_nor_bytes_is_told_with_what_is_wrong(word, why, dissect):
    code, lines, error = dissect(word, "--json")
    assert (code, lines) == (Exit.BAD_INPUT, [])
    assert f"{word}: cannot open: No such file or directory; nor is it bytes in hex" in error
    assert why in error


@pytest.mark.parametrize("words", [("",), ("", ""), ("-r", "")])
def test_an_empty_name_is_told(words, dissect):
    code, lines, error = dissect(*words)
    assert (code, lines) == (Exit.BAD_INPUT, [])
    assert "the input's name is empty; give a FILE, bytes in hexadecimal, or -" in error


def test_a_single_byte_is_a_packet_too(dissect):
    code, (line,), _ = dissect("0a")
    assert code == Exit.OK
    assert "got 1 byte" in line


def test_a_cut_packet_shows_what_was_read_and_why_it_stops(dissect):
    _, (line,), _ = dissect(HEX[:76])
    assert "[UDP at byte 34: expected 8 bytes, got 4 bytes" in line


def test_colour_is_for_terminals_only_unless_asked_for(capture, dissect):
    assert "\x1b[" not in "".join(dissect(capture)[1])
    assert "\x1b[33m" in "".join(dissect(capture, "--color", "always")[1])


def test_a_reader_that_leaves_is_no_error(capture):
    """`wirelab dissect ... | head -0`."""
    with PcapngWriter(capture) as writer:
        writer.add_interface("a")
        for _ in range(5000):
            writer.write(bytes(PACKETS[1]), 0)
    process = subprocess.Popen(
        [sys.executable, "-m", "wirelab.adapters.cli", "dissect", capture],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    error = process.stderr.read()
    process.stderr.close()
    assert (process.wait(), error) == (0, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="Linux has a device that is full")
def test_a_full_disk_is_told_without_a_traceback(capture):
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "wirelab.adapters.cli", "dissect", capture],
            stdout=full,
            stderr=subprocess.PIPE,
        )
    assert done.stderr == b"wirelab: cannot write: No space left on device\n"
    assert done.returncode == Exit.IMPOSSIBLE


MPLS = Ethernet(type=0x8847) / bytes(40)
HTTP = Ethernet() / IPv4() / TCP(source_port=50000, destination_port=80, flags=0x18) / b"GET /"


@pytest.mark.parametrize(
    ("words", "notes"),
    [
        (("-T", "fields", "-e", "tcp.port"), ["2 packets (the first is 1) with mpls"]),
        (("-Y", "ip.src == 10.0.0.1"), ["2 packets (the first is 1) with mpls"]),
        (("-T", "fields", "-e", "eth.src", "-e", "frame.len"), []),
        (("-T", "fields", "-e", "frame.protocols"), ["with mpls", "1 packet (the first is 3) at"]),
        (("-Y", "data.len > 3"), ["with mpls", "1 packet (the first is 3) at"]),
        ((), []),
        (("-V",), []),
    ],
)
def test_what_tshark_would_find_inside_is_noted_where_it_matters(words, notes, tmp_path, dissect):
    path = tmp_path / "foreign.pcapng"
    with PcapngWriter(path) as writer:
        writer.add_interface("eth0")
        for packet in (MPLS, MPLS, HTTP):
            writer.write(bytes(packet), 0)
    code, _, error = dissect(path, *words)
    assert code == Exit.OK
    assert len(error.splitlines()) == len(notes)
    for line, note in zip(error.splitlines(), notes, strict=True):
        assert note in line
