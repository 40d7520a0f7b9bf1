"""Reading HTTP/1.1 messages off a stream: the head, then a body by its framing.

Source: RFC 9112 sections 2 to 7. Header fields are parsed by the standard library.
"""

import io
from collections.abc import AsyncIterator
from http.client import HTTPException, HTTPMessage, parse_headers
from typing import Protocol

HEAD_LIMIT = 65_536
"""Bytes of start line and fields together; ours: eight times what browsers send."""
LINE_LIMIT = 4096
"""Bytes of a chunk-size line with its extensions; ours."""


class MessageError(Exception):
    """The peer broke HTTP's framing: what was expected, and where the rule stands."""


class ByteStream(Protocol):
    """What this module needs of a TCP stream."""

    async def receive(self) -> bytes:
        """Some bytes, or b"" at the end."""


class MessageReader:
    """Takes messages, one after the other, out of a stream."""

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream
        self._buffer = bytearray()

    async def head(self) -> tuple[str, HTTPMessage] | None:
        """The start line and the header fields; None when the stream ended before the first byte.

        Raises:
            MessageError: too long, cut short, or not HTTP.
        """
        while len(self._buffer) < 2 or self._buffer.startswith(b"\r\n"):
            if len(self._buffer) >= 2:  # a stray empty line (RFC 9112 section 2.2)
                del self._buffer[:2]
            elif data := await self._stream.receive():
                self._buffer += data
            elif self._buffer:
                break  # a lone byte: the search for the end of the head will complain
            else:
                return None
        end = await self._find(b"\r\n\r\n", HEAD_LIMIT, "header fields", "RFC 9112 section 2.1")
        block = bytes(self._buffer[: end + 4])
        del self._buffer[: end + 4]
        start_line, _, fields = block.partition(b"\r\n")
        try:
            return start_line.decode("latin-1"), parse_headers(io.BytesIO(fields))
        except HTTPException as error:
            raise MessageError(f"header fields: {error} (RFC 9112 section 5)") from error

    async def body(self, fields: HTTPMessage, *, until_close: bool) -> AsyncIterator[bytes]:
        """The body's bytes, as they come (RFC 9112 section 6.3).

        Args:
            fields: the message's header fields.
            until_close: without any framing it lasts until the stream ends (a response), or there
                is none (a request).

        Raises:
            MessageError: bad or missing framing, or a stream that ends too early.
        """
        coding = fields.get("Transfer-Encoding")
        if coding is not None:
            if coding.strip().lower() != "chunked":
                raise MessageError(f"Transfer-Encoding {coding!r}: only chunked is understood")
            async for chunk in self._chunks():
                yield chunk
        elif (length := content_length(fields)) is not None:
            async for chunk in self._exactly(length, "Content-Length", "RFC 9112 section 6.2"):
                yield chunk
        elif until_close:
            while chunk := await self._some():
                yield chunk

    async def _chunks(self) -> AsyncIterator[bytes]:
        """RFC 9112 section 7.1. Trailer fields are read and forgotten."""
        rule = "RFC 9112 section 7.1"
        while True:
            line = await self._line("chunk size", rule)
            digits = line.partition(b";")[0].strip()
            try:
                size = int(digits, 16) if digits.isalnum() else -1
            except ValueError:
                size = -1
            if size < 0:
                raise MessageError(f"chunk size: {digits[:20]!r} is not a hex number ({rule})")
            if size == 0:
                break
            async for piece in self._exactly(size, "chunk", rule):
                yield piece
            if await self._line("end of chunk", rule):
                raise MessageError(f"chunk: longer than the {size} bytes it announced ({rule})")
        while await self._line("trailer", "RFC 9112 section 7.1.2"):
            pass

    async def _exactly(self, length: int, what: str, rule: str) -> AsyncIterator[bytes]:
        left = length
        while left:
            piece = await self._some(left)
            if not piece:
                raise MessageError(
                    f"{what}: {length} bytes announced, the stream ended after {length - left} "
                    f"bytes ({rule})"
                )
            left -= len(piece)
            yield piece

    async def _line(self, what: str, rule: str) -> bytes:
        end = await self._find(b"\r\n", LINE_LIMIT, what, rule)
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 2]
        return line

    async def _some(self, limit: int | None = None) -> bytes:
        """What is at hand, or the next bytes of the stream; at most `limit`."""
        if not self._buffer:
            data = await self._stream.receive()
            if limit is None or len(data) <= limit:
                return data
            self._buffer += data
        size = len(self._buffer) if limit is None else limit
        data = bytes(self._buffer[:size])
        del self._buffer[:size]
        return data

    async def _find(self, mark: bytes, limit: int, what: str, rule: str) -> int:
        """Where `mark` begins in the buffer."""
        searched = 0
        while (at := self._buffer.find(mark, searched)) < 0:
            searched = max(0, len(self._buffer) - len(mark) + 1)
            if len(self._buffer) > limit:
                raise MessageError(f"{what}: more than {limit} bytes ({rule})")
            data = await self._stream.receive()
            if not data:
                raise MessageError(
                    f"{what}: the stream ended after {len(self._buffer)} bytes of it ({rule})"
                )
            self._buffer += data
        return at


def content_length(fields: HTTPMessage) -> int | None:
    """The announced length, or None without one.

    Raises:
        MessageError: not a number, or several that differ (RFC 9112 section 6.3 rule 5).
    """
    values = fields.get_all("Content-Length")
    if values is None:
        return None
    texts = {text.strip() for value in values for text in value.split(",")}
    text = texts.pop()
    if texts or not (text.isascii() and text.isdigit()):
        raise MessageError(
            f"Content-Length: {', '.join(values)!r} is no single number (RFC 9112 section 6.3)"
        )
    return int(text)
