"""Domain names as Wireshark reads and prints them.

It follows pointers in both directions, and gives up where a name has as many characters as its
message; `wirelab.codecs.domain_names` is stricter. Text is not escaped as in zone files.
"""

from wirelab.codecs.domain_names import LABELS
from wirelab.codecs.errors import DecodeError

LONGEST = 1025
"""bytes of a name that Wireshark shows."""
ROOT, LOOPS, EXTENDED = (
    b"<Root>",
    b"<Name contains a pointer that loops>",
    b"<Unknown extended label>",
)
BIT_STRING = 1
"""The one type of extended label that was ever in use (RFC 2673)."""


def read_name(message: bytes, offset: int, size: int) -> tuple[bytes, int]:
    """A name with dots, and where it ends.

    Args:
        message: what was captured, from the header on.
        offset: where the name begins.
        size: bytes of the message on the wire.

    Raises:
        DecodeError: it is not all there, or has labels that nobody has defined.
    """
    labels: list[bytes] = []
    after, read = -1, 0
    while True:
        length = _byte(message, offset)
        offset += 1
        if length == 0:
            break
        read += 1
        if length < 0x40:
            if offset + length > len(message):
                raise _cut(offset)
            labels.append(message[offset : offset + length])
            offset += length
            read += length
        elif length >= 0xC0:
            target = (length & 0x3F) << 8 | _byte(message, offset)
            offset += 1
            read += 1
            if after < 0:
                after = offset
            if read >= size:
                return LOOPS, after
            offset = target
        elif length < 0x80 and length & 0x3F != BIT_STRING:
            return EXTENDED, offset
        else:
            raise _cut(offset)
    name = b".".join(labels)[:LONGEST]
    return name or ROOT, offset if after < 0 else after


def text_of(data: bytes) -> str:
    """Bytes as text: up to the first zero, what is no UTF-8 or not visible replaced."""
    text = data.partition(b"\0")[0].decode("utf-8", "replace")
    return "".join([char if char.isprintable() else f"\\{ord(char):03o}" for char in text])


def _byte(message: bytes, offset: int) -> int:
    if offset >= len(message):
        raise _cut(offset)
    return message[offset]


def _cut(offset: int) -> DecodeError:
    return DecodeError("DNS", "name", offset, "a label", "the end, or another type", LABELS)
