"""Frames written as hexadecimal text, in and out."""

import re

WIDTH = 16
"""Bytes a line, as in tshark -x, xxd and tcpdump -X."""

_DUMP_LINE = re.compile(r"^\s*(?:0x)?([0-9a-fA-F]{4,8})(:?\s+|$)(.*)$")
_BYTES = re.compile(r"(?:[0-9a-fA-F]{2}){1,2}(?: (?:[0-9a-fA-F]{2}){1,2})*(?!\S)")
_CHARACTERS = re.compile(r"\s*\|.*")
"""What `hexdump -C` prints behind the bytes; it also leaves two spaces in their middle."""


class HexError(ValueError):
    """The text is no hexadecimal bytes."""


def parse_packets(text: str) -> list[bytes]:
    """Packets out of hexdumps, of which each begins at offset 0, or one as `parse_hex` reads it.

    Hexdumps are those of tshark -x, xxd, tcpdump -XX, hexdump -C and od -Ax -tx1; lines of other
    text between them are passed over.

    Raises:
        HexError: something else is in it, or half a byte.
    """
    packets: list[bytearray] = []
    for line in text.splitlines():
        found = _dumped(line)
        if found is None:
            continue
        offset, data = found
        if offset == 0 and data:
            packets.append(bytearray())
        if not packets or offset != len(packets[-1]):
            return [parse_hex(text)]
        packets[-1] += data
    return [bytes(packet) for packet in packets] or [parse_hex(text)]


def _dumped(line: str) -> tuple[int, bytes] | None:
    """Offset and bytes of a hexdump's line; None if it is none."""
    found = _DUMP_LINE.match(line)
    if found is None:
        return None
    offset, gap, rest = found.groups()
    if not rest:
        return int(offset, 16), b""
    if ":" not in gap and len(gap) == 1 and len(offset) == 4:
        return None  # groups of 16 bits; no tool prints a short offset so close to the bytes
    if "|" in rest:
        rest = " ".join(_CHARACTERS.sub("", rest).split())
    digits = _BYTES.match(rest)
    return None if digits is None else (int(offset, 16), bytes.fromhex(digits.group()))


def parse_hex(text: str) -> bytes:
    r"""Bytes out of `00 01 02`, `00:01:02`, `000102`, `0x000x01` or `\x00\x01`.

    Raises:
        HexError: something else is in it, or half a byte.
    """
    digits = re.sub(r"0[xX]|\\x|[\s:,.\-_]", "", text)
    wrong = re.search(r"[^0-9a-fA-F]", digits)
    if wrong:
        raise HexError(f"{wrong.group()!r} is no hexadecimal digit")
    if not digits:
        raise HexError("there are no hexadecimal digits")
    if len(digits) % 2:
        if len(digits) == 1:
            raise HexError("1 hexadecimal digit is no whole byte")
        raise HexError(f"{len(digits)} hexadecimal digits are no whole bytes")
    return bytes.fromhex(digits)


def hexdump(data: bytes) -> str:
    """Offset, 16 bytes and their characters a line, as tshark -x prints."""
    lines = []
    for offset in range(0, len(data), WIDTH):
        row = data[offset : offset + WIDTH]
        text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
        lines.append(f"{offset:04x}  {row.hex(' '):<47}   {text}")
    return "\n".join(lines)
