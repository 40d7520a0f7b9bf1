"""Standard input and output, joined to a stream."""

import asyncio
import io
import os

import pytest

from wirelab.adapters.standard_streams import PausedInput, StandardInput, join
from wirelab.sim.host.errors import HostError
from wirelab.sim.programs.streams import Stream
from wirelab.sim.reasons import Reason


class FakeStream(Stream):
    """Says what it is told to; remembers what it got."""

    __slots__ = ("events", "says")

    def __init__(self, *says: bytes | Exception) -> None:
        self.says = list(says)
        self.events: list[object] = []

    async def send(self, data: bytes | bytearray | memoryview) -> None:
        self.events.append(bytes(data))

    async def receive(self, limit: int = 0) -> bytes:
        await asyncio.sleep(0)
        item = self.says.pop(0) if self.says else b""
        if isinstance(item, Exception):
            raise item
        return item

    def shutdown(self) -> None:
        self.events.append("shutdown")

    def close(self) -> None:
        self.events.append("close")

    async def wait_closed(self) -> None:
        self.events.append("closed")


class Lines:
    """Input that gives these blocks, then ends, or never does."""

    def __init__(self, *blocks: bytes, endless: bool = False) -> None:
        self.blocks = list(blocks)
        self.endless = endless

    async def read(self) -> bytes:
        if not self.blocks and self.endless:
            await asyncio.Event().wait()
        return self.blocks.pop(0) if self.blocks else b""


def test_both_directions_end_before_the_connection_is_closed():
    output = io.BytesIO()
    stream = FakeStream(b"their ", b"words")
    asyncio.run(join(stream, Lines(b"our ", b"words"), output, interactive=False))
    assert stream.events == [b"our ", b"words", "shutdown", "close", "closed"]
    assert output.getvalue() == b"their words"


def test_a_person_need_not_end_the_input_when_the_peer_has_closed():
    output = io.BytesIO()
    stream = FakeStream(b"bye")
    asyncio.run(join(stream, Lines(endless=True), output, interactive=True))
    assert stream.events == ["close", "closed"]
    assert output.getvalue() == b"bye"


def test_a_failure_of_the_connection_ends_the_reading_of_input():
    output = io.BytesIO()
    stream = FakeStream(HostError(Reason.TCP_RESET))
    with pytest.raises(HostError):
        asyncio.run(join(stream, Lines(endless=True), output, interactive=False))


@pytest.fixture
def pipe():
    """A pipe's two ends; the writer may be closed by the test."""
    reader, writer = os.pipe()
    yield reader, writer
    os.close(reader)


@pytest.mark.parametrize("kind", [StandardInput, PausedInput])
def test_a_pipe_is_read_to_its_end(pipe, kind, monkeypatch):
    monkeypatch.setattr(PausedInput, "SETTLE_S", 0)
    reader, writer = pipe
    os.write(writer, b"hello")
    os.close(writer)

    async def main() -> list[bytes]:
        source = kind(reader)
        return [await source.read(), await source.read()]

    assert asyncio.run(main()) == [b"hello", b""]


def test_a_regular_file_needs_no_thread(tmp_path):
    (tmp_path / "data").write_bytes(b"hello")

    async def main(descriptor: int) -> list[bytes]:
        source = StandardInput(descriptor)
        return [await source.read(), await source.read()]

    with (tmp_path / "data").open("rb") as file:
        assert asyncio.run(main(file.fileno())) == [b"hello", b""]
