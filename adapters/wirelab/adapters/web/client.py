"""HTTP GET over our own TCP (RFC 9110, RFC 9112)."""

import re
from collections.abc import AsyncIterator
from http.client import HTTPMessage
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from wirelab.adapters.web.messages import MessageError, MessageReader
from wirelab.sim.programs.streams import Stream

FORBIDDEN = re.compile("[\\x00-\\x1f\\x7f\\ud800-\\udfff]")
"""Control characters, and what stands in a str for bytes that are no UTF-8."""

NO_BODY = frozenset({204, 304})  # RFC 9110 section 6.4.1; 1xx are skipped before


class Target(NamedTuple):
    """Where a URL points. `path` is ready for the request line, query included."""

    host: str
    port: int
    path: str
    authority: str


class Response(NamedTuple):
    """The head of a response, and its body as it comes."""

    status: int
    phrase: str
    fields: HTTPMessage
    body: AsyncIterator[bytes]


def parse_url(url: str) -> Target:
    """Take a URL apart; `http://` may be left out.

    Raises:
        ValueError: not an http URL; the text says what to write instead.
    """
    if FORBIDDEN.search(url):  # urlsplit would drop tabs and line ends without a word
        raise ValueError(f"{url!a}: control characters, or not UTF-8; percent-encode them")
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
    except ValueError as error:
        raise ValueError(f"{url}: {error}") from None
    if parts.scheme != "http":
        raise ValueError(f"{url}: {parts.scheme} is not spoken here; use an http:// URL")
    if not parts.hostname:
        raise ValueError(f"{url}: no host; write for example http://10.0.0.2/")
    if parts.username is not None:
        raise ValueError(f"{url}: user names and passwords are not sent; leave them out")
    try:
        port = 80 if parts.port is None else parts.port
    except ValueError:
        port = 0
    if not port:
        raise ValueError(f"{url}: the port must be a number from 1 to 65535")
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~-._?") if parts.query else ""
    authority = parts.hostname if port == 80 else f"{parts.hostname}:{port}"
    return Target(parts.hostname, port, path + query, authority)


def request_head(target: Target, method: str = "GET") -> bytes:
    """The request: one line, three fields. One request a connection keeps the end simple."""
    return (
        f"{method} {target.path} HTTP/1.1\r\nHost: {target.authority}\r\n"
        "User-Agent: wirelab\r\nAccept: */*\r\nConnection: close\r\n\r\n"
    ).encode("ascii")


async def fetch(stream: Stream, target: Target, method: str = "GET") -> Response:
    """Send a request on an open stream and read the head of the response.

    Raises:
        MessageError: what came back is not HTTP.
        HostError: the connection failed.
    """
    await stream.send(request_head(target, method))
    reader = MessageReader(stream)
    while True:
        head = await reader.head()
        if head is None:
            raise MessageError("the server closed the connection without an answer")
        status, phrase = _status(head[0])
        if status >= 200:  # RFC 9110 section 15.2: interim responses come first
            break
    bodyless = method == "HEAD" or status in NO_BODY
    body = _nothing() if bodyless else reader.body(head[1], until_close=True)
    return Response(status, phrase, head[1], body)


def _status(line: str) -> tuple[int, str]:
    """RFC 9112 section 4: `HTTP/1.1 200 OK`."""
    version, _, rest = line.partition(" ")
    code, _, phrase = rest.partition(" ")
    if not version.startswith("HTTP/1.") or len(code) != 3 or not code.isdigit():
        raise MessageError(
            f"status line: expected 'HTTP/1.1 200 OK', got {line[:40]!r} (RFC 9112 section 4)"
        )
    return int(code), phrase


async def _nothing() -> AsyncIterator[bytes]:
    return
    yield
