"""Frames written as hexadecimal text, in and out."""

import re

WIDTH = 16
"""Bytes a line, as in tshark -x, xxd and tcpdump -X."""

_OFFSET_LINE = re.compile(
    r"^\s*(?:0x)?([0-9a-fA-F]{4,8}):?\s{1,3}((?:[0-9a-fA-F]{2,4} ?)+)(?:\s.*)?$"
)


class HexError(ValueError):
    """The text is no hexadecimal bytes."""


def parse_hex(text: str) -> bytes:
    r"""Bytes out of `00 01 02`, `00:01:02`, `000102`, `0x000x01`, `\x00\x01` or a hexdump.

    A hexdump has an offset before each line and may have characters behind it (tshark -x, xxd,
    tcpdump -XX).

    Raises:
        HexError: something else is in it, or half a byte.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    dumped = [_OFFSET_LINE.match(line) for line in lines]
    if len(lines) > 1 and all(dumped) and _counts(dumped):
        text = " ".join(found.group(2) for found in dumped if found)
    digits = re.sub(r"0[xX]|\\x|[\s:,.\-_]", "", text)
    wrong = re.search(r"[^0-9a-fA-F]", digits)
    if wrong:
        raise HexError(f"{wrong.group()!r} is no hexadecimal digit")
    if not digits:
        raise HexError("there are no hexadecimal digits")
    if len(digits) % 2:
        raise HexError(f"{len(digits)} hexadecimal digits are no whole bytes")
    return bytes.fromhex(digits)


def _counts(dumped: list[re.Match[str] | None]) -> bool:
    """Whether the first column counts the bytes of the lines before."""
    offset = 0
    for found in dumped:
        if found is None or int(found.group(1), 16) != offset:
            return False
        offset += len(found.group(2).replace(" ", "")) // 2
    return True


def hexdump(data: bytes) -> str:
    """Offset, 16 bytes and their characters a line, as tshark -x prints."""
    lines = []
    for offset in range(0, len(data), WIDTH):
        row = data[offset : offset + WIDTH]
        text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
        lines.append(f"{offset:04x}  {row.hex(' '):<47}   {text}")
    return "\n".join(lines)
