"""A frame in words, and how a payload is shown."""

from typing import NamedTuple

PREVIEW = 24  # cells of payload; ours: leaves room for the numbers at 80 columns
PREVIEW_MARK = " "  # a part that begins so is a payload: set apart, and may be cut


class Label(NamedTuple):
    """A frame in words.

    Attributes:
        style: the protocol's style.
        parts: most important first, in reading order.
        retransmission: how often these bytes were sent before.
    """

    style: str
    parts: tuple[str, ...]
    retransmission: int = 0


def preview(payload: bytes) -> str:
    r"""The first line of a payload where it is text, the first bytes in hexadecimal elsewhere.

    >>> preview(b"GET / HTTP/1.1\r\nHost: bob"), preview(bytes(4))
    ('GET / HTTP/1.1', '00000000')
    """
    line = payload.split(b"\n", 1)[0].rstrip(b"\r")
    if line and all(0x20 <= byte < 0x7F for byte in line[:PREVIEW]):
        return line[:PREVIEW].decode("ascii")
    return payload[: PREVIEW // 3].hex()


def payload_part(payload: bytes) -> str:
    """A datagram's payload: in quotes where all that is shown of it is text, else its length."""
    shown = preview(payload)
    if payload and payload[:PREVIEW] == shown.encode():
        return f'{PREVIEW_MARK}"{shown}"'
    return f"len={len(payload)}"
