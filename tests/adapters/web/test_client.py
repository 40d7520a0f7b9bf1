"""URLs and requests, and the head of a response."""

import asyncio
from typing import Any

import pytest

from wirelab.adapters.web.client import fetch, parse_url, request_head
from wirelab.adapters.web.messages import MessageError


class Server:
    """A stream that answers with these bytes, whatever is asked."""

    def __init__(self, answer: bytes) -> None:
        self.answer = answer
        self.asked = b""

    async def send(self, data: bytes) -> None:
        self.asked += data

    async def receive(self) -> bytes:
        data, self.answer = self.answer[:7], self.answer[7:]
        return data


def get(answer: bytes, method: str = "GET") -> tuple[int, bytes]:
    async def main() -> tuple[int, bytes]:
        server: Any = Server(answer)
        response = await fetch(server, parse_url("http://10.0.0.2/"), method)
        return response.status, b"".join([piece async for piece in response.body])

    return asyncio.run(main())


@pytest.mark.parametrize(
    ("url", "host", "port", "path"),
    [
        ("http://10.0.0.2", "10.0.0.2", 80, "/"),
        ("10.0.0.2:8080/a?b=c&d#e", "10.0.0.2", 8080, "/a?b=c&d"),
        ("http://bob/a b/%20/ü", "bob", 80, "/a%20b/%20/%C3%BC"),
    ],
)
def test_a_url_is_taken_apart_and_escaped_for_the_request_line(url, host, port, path):
    """RFC 3986 section 2; the fragment is never sent (section 3.5)."""
    target = parse_url(url)
    assert (target.host, target.port, target.path) == (host, port, path)


def test_a_request_names_its_host_and_port():
    """RFC 9112 section 3.2: the port only when it is not the default."""
    assert b"\r\nHost: bob:81\r\n" in request_head(parse_url("http://bob:81/"))
    assert b"\r\nHost: bob\r\n" in request_head(parse_url("http://bob/"))


def test_interim_responses_are_skipped():
    """RFC 9110 section 15.2."""
    answer = b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    assert get(answer) == (200, b"ok")


@pytest.mark.parametrize(("status", "method"), [(204, "GET"), (304, "GET"), (200, "HEAD")])
def test_some_responses_have_no_body_whatever_they_announce(status, method):
    """RFC 9112 section 6.3 rule 1."""
    answer = b"HTTP/1.1 %d X\r\nContent-Length: 5\r\n\r\n" % status
    assert get(answer, method) == (status, b"")


@pytest.mark.parametrize(
    "answer", [b"", b"SSH-2.0-x\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/2 200\r\n\r\n"]
)
def test_what_is_no_http_is_told(answer):
    with pytest.raises(MessageError):
        get(answer)
