"""HTTP/1.1 framing, against RFC 9112."""

import asyncio
from collections.abc import Iterable

import pytest

from wirelab.adapters.web.messages import HEAD_LIMIT, MessageError, MessageReader


class Pieces:
    """A stream that arrives in these pieces."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self.left = list(pieces)

    async def receive(self) -> bytes:
        return self.left.pop(0) if self.left else b""


def read(*pieces: bytes, until_close: bool = True) -> tuple[str, bytes, bytes]:
    """Start line, body, and what is left for the next message."""

    async def main() -> tuple[str, bytes, bytes]:
        reader = MessageReader(Pieces(pieces))
        head = await reader.head()
        assert head is not None
        body = b"".join([piece async for piece in reader.body(head[1], until_close=until_close)])
        rest = b"".join([piece async for piece in reader.body(type(head[1])(), until_close=True)])
        return head[0], body, rest

    return asyncio.run(main())


def byte_by_byte(data: bytes) -> list[bytes]:
    return [data[at : at + 1] for at in range(len(data))]


def test_a_body_ends_with_its_content_length():
    """RFC 9112 section 6.2."""
    data = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 ..."
    assert read(data) == ("HTTP/1.1 200 OK", b"hello", b"HTTP/1.1 ...")
    assert read(*byte_by_byte(data)) == ("HTTP/1.1 200 OK", b"hello", b"HTTP/1.1 ...")


def test_chunks_are_joined_and_extensions_and_trailers_skipped():
    """RFC 9112 sections 7.1, 7.1.1, 7.1.2."""
    data = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        b'5;a="b"\r\nhello\r\nA\r\n, chunked!\r\n0\r\nChecksum: 1\r\n\r\nnext'
    )
    assert read(data) == ("HTTP/1.1 200 OK", b"hello, chunked!", b"next")
    assert read(*byte_by_byte(data)) == ("HTTP/1.1 200 OK", b"hello, chunked!", b"next")


def test_a_response_without_framing_lasts_until_the_connection_closes():
    """RFC 9112 section 6.3 rule 8."""
    assert read(b"HTTP/1.0 200 OK\r\n\r\nall", b" of it")[1] == b"all of it"


def test_a_request_without_framing_has_no_body():
    """RFC 9112 section 6.3 rule 7."""
    read_request = read(b"GET / HTTP/1.1\r\nHost: a\r\n\r\nGET", until_close=False)
    assert read_request == ("GET / HTTP/1.1", b"", b"GET")


def test_empty_lines_before_a_request_are_skipped():
    """RFC 9112 section 2.2."""
    assert read(b"\r\n\r\nGET / HTTP/1.1\r\n\r\n", until_close=False)[0] == "GET / HTTP/1.1"


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel", "5 bytes announced, .* after 3 bytes"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\n", "no single number"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n", "no single number"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "only chunked"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n+5\r\nhello\r\n", "hex number"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "hex number"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhello\r\n", "longer than"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "ended"),
        (b"HTTP/1.1 200 OK\r\nContent-", "ended after 25 bytes"),
        (b"X: " + b"x" * (HEAD_LIMIT + 1), f"more than {HEAD_LIMIT}"),
    ],
)
def test_broken_framing_is_named_with_its_rule(data, complaint):
    with pytest.raises(MessageError, match=complaint) as caught:
        read(data)
    assert "RFC 9112" in str(caught.value) or "only chunked" in str(caught.value)


def test_repeated_equal_lengths_are_one():
    """RFC 9112 section 6.3 rule 5."""
    data = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok"
    assert read(data)[1] == b"ok"


def test_a_stream_that_ends_before_a_message_is_no_error():
    async def main() -> object:
        return await MessageReader(Pieces([])).head()

    assert asyncio.run(main()) is None
