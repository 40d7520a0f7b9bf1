"""An HTTP/1.1 server for one connection at a time (RFC 9110, RFC 9112): GET and HEAD, keep-alive.

Rule 1: what to answer is a `Site`'s business, how to say it is this module's.
Rule 2: a request that cannot be understood is answered, then the connection is closed: where the
next request would begin is unknown (RFC 9112 section 9.3).
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from http.client import HTTPMessage
from itertools import chain
from typing import Protocol

from wirelab.adapters.web.messages import ByteStream, MessageError, MessageReader

TARGET_LIMIT = 8000
"""Bytes of a request target; RFC 9112 section 3 recommends to support at least 8000."""

IDLE_S = 60.0
"""Seconds a client may take for a request, or to make room for the next piece of an answer (a send
buffer's worth, 256 KiB); ours (RFC 9112 section 9.5 leaves it open)."""


class ServerStream(ByteStream, Protocol):
    """What this module needs of an accepted connection."""

    async def send(self, data: bytes) -> None:
        """Queue all of it."""

    def close(self) -> None:
        """End it in order."""

    def abort(self) -> None:
        """End it at once."""


@dataclass(slots=True)
class Request:
    """One request. `target` as it stands in the request line (still percent-encoded)."""

    method: str
    target: str
    version: str
    fields: HTTPMessage


@dataclass(slots=True)
class Answer:
    """What a site says. `length` is the body's, in bytes; `body` is read only for GET."""

    status: HTTPStatus
    body: Iterable[bytes] = ()
    length: int = 0
    fields: dict[str, str] = field(default_factory=dict)


Site = Callable[[Request], Answer]
Log = Callable[[Request, Answer], None]
Clock = Callable[[], float]


def page(status: HTTPStatus, text: str, **fields: str) -> Answer:
    """A short plain-text answer."""
    body = text.encode()
    fields = {"Content-Type": "text/plain; charset=utf-8", **fields}
    return Answer(status, (body,), len(body), fields)


async def serve_connection(
    stream: ServerStream, site: Site, *, clock: Clock | None = None, log: Log | None = None
) -> None:
    """Answer requests until the peer or we have had enough.

    Args:
        stream: an accepted connection; closed at the end.
        site: makes the answers.
        clock: seconds since the epoch, for `Date`; without one the field is left out, as RFC 9110
            section 6.6.1 asks of a server without a clock.
        log: told each request and its answer.

    Raises:
        HostError: the connection failed.
    """
    reader = MessageReader(stream)
    keep = True
    while keep:
        try:
            async with asyncio.timeout(IDLE_S):
                head = await reader.head()
                if head is None:
                    break
                request = _request(*head)
                async for _ in reader.body(request.fields, until_close=False):
                    pass  # of a GET it means nothing (RFC 9110 section 9.3.1), but is to be skipped
            answer, keep = _answer(site, request), _wants_more(request)
        except TimeoutError:
            break
        except MessageError as error:
            request = Request("GET", "?", "HTTP/1.1", HTTPMessage())
            answer, keep = page(HTTPStatus.BAD_REQUEST, f"{error}\n"), False
        complete = await _send(stream, request, answer, keep, clock)
        if log is not None:
            log(request, answer)
        if not complete:
            stream.abort()  # closing would make the part look like the whole
            return
    stream.close()


def _request(line: str, fields: HTTPMessage) -> Request:
    """RFC 9112 section 3: `GET /path HTTP/1.1`."""
    words = line.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise MessageError(
            f"request line: expected 'GET /path HTTP/1.1', got {line[:60]!r} (RFC 9112 section 3)"
        )
    method, target, version = words
    if version != "HTTP/1.0" and len(fields.get_all("Host", [])) != 1:
        raise MessageError("request: needs exactly one Host field (RFC 9112 section 3.2)")
    if "Content-Length" in fields and "Transfer-Encoding" in fields:
        raise MessageError(
            "request: Content-Length and Transfer-Encoding together (RFC 9112 section 6.1)"
        )
    return Request(method, target, version, fields)


def _answer(site: Site, request: Request) -> Answer:
    if request.method not in ("GET", "HEAD"):
        return page(
            HTTPStatus.METHOD_NOT_ALLOWED, f"{request.method} is not done here\n", Allow="GET, HEAD"
        )
    if len(request.target) > TARGET_LIMIT:
        return page(HTTPStatus.REQUEST_URI_TOO_LONG, f"at most {TARGET_LIMIT} bytes\n")
    return site(request)


def _wants_more(request: Request) -> bool:
    """RFC 9112 section 9.3: whether the connection persists."""
    options = {
        option.strip().lower()
        for value in request.fields.get_all("Connection", [])
        for option in value.split(",")
    }
    if "close" in options:
        return False
    return request.version != "HTTP/1.0" or "keep-alive" in options


async def _send(
    stream: ServerStream, request: Request, answer: Answer, keep: bool, clock: Clock | None
) -> bool:
    """Send the answer; False if its body fell short: a file shrank, or the client does not read."""
    fields = {"Server": "wirelab", **answer.fields, "Content-Length": str(answer.length)}
    if clock is not None:
        fields["Date"] = formatdate(clock(), usegmt=True)
    if not keep:
        fields["Connection"] = "close"
    elif request.version == "HTTP/1.0":
        fields["Connection"] = "keep-alive"
    status = answer.status
    lines = [f"HTTP/1.1 {status.value} {status.phrase}"]
    lines += [f"{name}: {value}" for name, value in fields.items()]
    head = "\r\n".join([*lines, "", ""]).encode("latin-1")
    pieces = iter(() if request.method == "HEAD" else answer.body)
    first = next(pieces, b"")
    sent = 0
    try:
        for piece in chain((head + first,), pieces):  # one segment for a short answer
            async with asyncio.timeout(IDLE_S):
                await stream.send(piece)
            sent += len(piece)
    except TimeoutError:
        return False
    sent -= len(head)
    return sent >= answer.length or request.method == "HEAD"
