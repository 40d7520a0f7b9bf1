"""Hexadecimal text, in and out."""

import pytest

from wirelab.codecs.dissect.hex_text import HexError, hexdump, parse_hex, parse_packets

DATA = bytes(range(20))


@pytest.mark.parametrize(
    "text",
    [
        DATA.hex(),
        DATA.hex(" "),
        DATA.hex(":"),
        DATA.hex("\n", 4),
        "".join(f"\\x{byte:02x}" for byte in DATA),
        ", ".join(f"0x{byte:02x}" for byte in DATA),
    ],
)
def test_usual_ways_of_writing_bytes_are_read(text):
    assert parse_hex(text) == DATA


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "no hexadecimal digits"), ("abc", "no whole bytes"), ("00 zz", "'z' is no hexadecimal")],
)
def test_anything_else_is_refused_with_the_reason(text, message):
    with pytest.raises(HexError, match=message):
        parse_hex(text)


def test_a_dump_has_offset_bytes_and_characters():
    assert hexdump(b"Hello UDP!\x00\xff" + bytes(5)) == (
        "0000  48 65 6c 6c 6f 20 55 44 50 21 00 ff 00 00 00 00   Hello UDP!......\n"
        "0010  00                                                ."
    )


XXD = """\
00000000: 0001 0203 0405 0607 0809 0a0b 0c0d 0e0f  ................
00000010: 1011 1213                                ....
"""
HEXDUMP = """\
00000000  00 01 02 03 04 05 06 07  08 09 0a 0b 0c 0d 0e 0f  |..ab cd.........|
00000010  10 11 12 13                                       |....|
00000014
"""
TCPDUMP = """\
12:00:00.000000 ARP, Request who-has 10.0.0.2 tell 10.0.0.1, length 28
\t0x0000:  0001 0203 0405 0607 0809 0a0b 0c0d 0e0f  ................
\t0x0010:  1011 1213                                ....
"""
OD = """\
000000 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f
000010 10 11 12 13
000014
"""


@pytest.mark.parametrize("text", [hexdump(DATA), XXD, HEXDUMP, TCPDUMP, OD])
def test_hexdumps_are_read_and_each_offset_0_begins_a_packet(text):
    assert parse_packets(text) == [DATA]
    assert parse_packets(text + "\n" + text) == [DATA, DATA]


@pytest.mark.parametrize("text", [DATA.hex(" "), DATA.hex("\n", 4), DATA.hex(" ", 2), DATA.hex()])
def test_bytes_without_offsets_are_one_packet(text):
    assert parse_packets(text) == [DATA]


def test_a_dump_in_which_a_line_is_missing_is_not_guessed_at():
    lines = HEXDUMP.splitlines()
    with pytest.raises(HexError):
        parse_packets("\n".join([lines[0], lines[0].replace("00000000", "00000020")]))
