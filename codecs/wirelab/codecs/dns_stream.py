"""DNS messages in a TCP stream: two bytes of length before each (RFC 1035 section 4.2.2)."""

from wirelab.codecs.errors import EncodeError
from wirelab.codecs.protocols.dns import DNS

LENGTH = 2
"""bytes of the length before each message."""
LARGEST_MESSAGE = 0xFFFF
"""bytes; what the length can say."""


def split_messages(stream: bytes) -> tuple[list[bytes], bytes]:
    """The whole messages at the start of a stream, and what is left for more to come.

    Args:
        stream: bytes in order, from the start of a message on.
    """
    messages: list[bytes] = []
    offset = 0
    while offset + LENGTH <= len(stream):
        end = offset + LENGTH + int.from_bytes(stream[offset : offset + LENGTH], "big")
        if end > len(stream):
            break
        messages.append(stream[offset + LENGTH : end])
        offset = end
    return messages, stream[offset:]


def read_messages(stream: bytes) -> tuple[list[DNS], bytes]:
    """The whole messages at the start of a stream as headers, and what is left.

    Raises:
        DecodeError: a message of less than 12 bytes.
    """
    messages, left = split_messages(stream)
    return [DNS.parse(message) for message in messages], left


def frame_message(message: DNS | bytes) -> bytes:
    """A message as it goes into a TCP stream.

    Raises:
        EncodeError: more than 65535 bytes.
    """
    data = bytes(message)
    if len(data) > LARGEST_MESSAGE:
        expected = f"at most {LARGEST_MESSAGE} bytes"
        raise EncodeError("DNS", "", len(data), expected, "RFC 1035 section 4.2.2")
    return len(data).to_bytes(LENGTH, "big") + data
