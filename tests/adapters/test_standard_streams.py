"""Standard input and output, joined to a stream."""

import asyncio
import contextlib
import gc
import io
import os
import threading
import warnings

import pytest

from wirelab.adapters.standard_streams import (
    DirectOutput,
    PausedInput,
    StandardInput,
    StandardOutput,
    join,
    output_to,
)
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
    asyncio.run(join(stream, Lines(b"our ", b"words"), DirectOutput(output), interactive=False))
    assert stream.events == [b"our ", b"words", "shutdown", "close", "closed"]
    assert output.getvalue() == b"their words"


def test_a_person_need_not_end_the_input_when_the_peer_has_closed():
    output = io.BytesIO()
    stream = FakeStream(b"bye")
    asyncio.run(join(stream, Lines(endless=True), DirectOutput(output), interactive=True))
    assert stream.events == ["close", "closed"]
    assert output.getvalue() == b"bye"


def test_a_failure_of_the_connection_ends_the_reading_of_input():
    output = io.BytesIO()
    stream = FakeStream(HostError(Reason.TCP_RESET))
    with pytest.raises(HostError):
        asyncio.run(join(stream, Lines(endless=True), DirectOutput(output), interactive=False))


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


def test_input_that_comes_after_the_end_is_given_up_without_a_word(pipe):
    """The verb is over (the peer reset it, say) while its thread still reads."""
    reader, writer = pipe
    before = set(threading.enumerate())

    async def main() -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0):
                await StandardInput(reader).read()

    asyncio.run(main())
    (pump,) = set(threading.enumerate()) - before
    os.write(writer, b"too late")
    os.close(writer)
    with warnings.catch_warnings(record=True) as told:
        pump.join(10)
        gc.collect()
    assert not pump.is_alive()
    assert told == []


def test_a_regular_file_needs_no_thread(tmp_path):
    (tmp_path / "data").write_bytes(b"hello")

    async def main(descriptor: int) -> list[bytes]:
        source = StandardInput(descriptor)
        return [await source.read(), await source.read()]

    with (tmp_path / "data").open("rb") as file:
        assert asyncio.run(main(file.fileno())) == [b"hello", b""]


def test_a_reader_that_dawdles_does_not_stop_the_loop(pipe):
    """A megabyte does not fit into a pipe, and its reader is this very loop."""
    reader, writer = pipe
    os.set_blocking(reader, False)
    data = bytes(range(256)) * 4096

    async def read() -> bytes:
        taken = bytearray()
        while len(taken) < len(data):
            await asyncio.sleep(0)
            with contextlib.suppress(BlockingIOError):
                taken += os.read(reader, 65_536)
        return bytes(taken)

    async def main() -> bytes:
        output = StandardOutput(writer)
        reading = asyncio.get_running_loop().create_task(read())
        for start in range(0, len(data), 1 << 18):
            await output.write(data[start : start + (1 << 18)])
        await output.finish()
        return await reading

    assert asyncio.run(main()) == data
    os.close(writer)


def test_a_reader_that_left_is_told_to_the_writer():
    reader, writer = os.pipe()
    os.close(reader)

    async def main() -> None:
        output = StandardOutput(writer)
        await output.write(b"x")
        await output.finish()

    with pytest.raises(BrokenPipeError):
        asyncio.run(main())
    os.close(writer)


def test_only_what_may_block_gets_a_thread(tmp_path, pipe):
    _, writer = pipe
    with (tmp_path / "file").open("wb") as file, os.fdopen(writer, "wb") as end:
        assert isinstance(output_to(file, live=True), DirectOutput)
        assert isinstance(output_to(end, live=True), StandardOutput)
        assert isinstance(output_to(end, live=False), DirectOutput)
    assert isinstance(output_to(io.BytesIO(), live=True), DirectOutput)
