"""Hexadecimal text, in and out."""

import pytest

from wirelab.codecs.dissect.hex_text import HexError, hexdump, parse_hex

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
        hexdump(DATA),
        "00000000: 0001 0203 0405 0607 0809 0a0b 0c0d 0e0f  ................\n"
        "00000010: 1011 1213                                ....\n",
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
