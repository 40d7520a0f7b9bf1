"""The HTTP server, fed by hand."""

import asyncio
from contextlib import suppress
from http import HTTPStatus

import pytest

from wirelab.adapters.web.server import (
    IDLE_S,
    Answer,
    Clock,
    Request,
    Site,
    page,
    serve_connection,
)
from wirelab.sim.host.errors import HostError
from wirelab.sim.network.network import Network
from wirelab.sim.programs.loop import on, run
from wirelab.sim.programs.streams import Stream


class Wire:
    """A stream with everything to read at hand; remembers what was sent."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.sent = b""
        self.end = ""

    async def receive(self) -> bytes:
        data, self.data = self.data, b""
        return data

    async def send(self, data: bytes) -> None:
        self.sent += data

    def close(self) -> None:
        self.end = "closed"

    def abort(self) -> None:
        self.end = "aborted"


def site(request: Request) -> Answer:
    return page(HTTPStatus.OK, f"you asked for {request.target}")


def talk(data: bytes, answers: Site = site, clock: Clock | None = None) -> Wire:
    wire = Wire(data)
    asyncio.run(serve_connection(wire, answers, clock=clock))
    return wire


def test_requests_of_one_connection_are_answered_in_order():
    """RFC 9112 section 9.3.2: pipelining."""
    wire = talk(b"GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
    assert wire.sent.index(b"asked for /1") < wire.sent.index(b"asked for /2")
    assert wire.end == "closed"


def test_head_says_the_length_and_sends_no_body():
    """RFC 9110 section 9.3.2."""
    wire = talk(b"HEAD /1 HTTP/1.1\r\nHost: a\r\n\r\n")
    assert b"Content-Length: 16\r\n" in wire.sent
    assert wire.sent.endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    ("request_head", "connection"),
    [
        (b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", b"Connection: close"),
        (b"GET / HTTP/1.0\r\n\r\n", b"Connection: close"),
        (b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", b"Connection: keep-alive"),
    ],
)
def test_the_connection_persists_as_asked(request_head, connection):
    """RFC 9112 section 9.3."""
    again = b"GET /again HTTP/1.1\r\nHost: a\r\n\r\n"
    wire = talk(request_head + again)
    assert connection in wire.sent
    assert (b"/again" in wire.sent) == (b"keep-alive" in connection)


@pytest.mark.parametrize(
    ("request_head", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\n\r\n", b"400"),  # no Host: RFC 9112 section 3.2
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"400"),
        (b"GET / SPDY/3\r\nHost: a\r\n\r\n", b"400"),
        (
            b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"400",
        ),
        (b"DELETE / HTTP/1.1\r\nHost: a\r\n\r\n", b"405"),
        (b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", b"414"),
    ],
)
def test_a_request_that_cannot_be_served_is_told_why(request_head, status):
    assert talk(request_head).sent.startswith(b"HTTP/1.1 " + status)


def test_the_body_of_a_get_is_skipped():
    """RFC 9110 section 9.3.1: it means nothing, but the next request begins behind it."""
    wire = talk(
        b"GET /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
        b"GET /2 HTTP/1.1\r\nHost: a\r\n\r\n"
    )
    assert b"asked for /2" in wire.sent


def test_a_body_that_falls_short_ends_the_connection_hard():
    """RFC 9112 section 6.2: fewer bytes than announced must not look like the whole."""
    wire = talk(
        b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", lambda _: Answer(HTTPStatus.OK, (b"ab",), length=5)
    )
    assert wire.end == "aborted"


def test_the_date_comes_from_the_clock_that_is_given():
    """RFC 9110 section 6.6.1."""
    head = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    assert b"Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n" in talk(head, clock=lambda: 0.0).sent
    assert b"Date:" not in talk(head).sent


async def greedy(stream: Stream) -> None:
    """Asks for much and never reads."""
    await stream.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")


async def slow(stream: Stream) -> None:
    """One byte of a request now and then."""
    for _ in range(30):
        await stream.send(b"G")
        await asyncio.sleep(5)


async def silent(stream: Stream) -> None:
    """Says nothing at all."""


async def stingy(stream: Stream) -> None:
    """Announces a body and keeps it."""
    await stream.send(b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n")


@pytest.mark.parametrize("client", [greedy, slow, silent, stingy])
def test_a_client_that_makes_no_progress_is_left_after_a_minute(client):
    """RFC 9112 section 9.5; each would hold memory and a place for ever."""
    network = Network(seed=1)
    ours, theirs = network.host("ours", "10.0.0.1"), network.host("theirs", "10.0.0.2")
    network.link(ours, theirs, latency="1ms")

    def much(request: Request) -> Answer:
        return Answer(HTTPStatus.OK, (bytes(1 << 18) for _ in range(40)), 40 << 18)

    async def call() -> None:
        with suppress(HostError):  # reset while it sends
            await client(await on(theirs).connect("10.0.0.1", 80))

    async def main() -> float:
        loop = asyncio.get_running_loop()
        listener = on(ours).listen(80)
        calling = loop.create_task(call())
        await serve_connection(await listener.accept(), much)
        ended = loop.time()
        await calling
        return ended

    assert IDLE_S <= run(main, network) <= IDLE_S + 1
