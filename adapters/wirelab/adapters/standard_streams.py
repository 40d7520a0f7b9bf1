"""Standard input and output, joined to a TCP stream."""

import asyncio
import os
import queue
import select
import stat
import sys
import threading
from typing import BinaryIO, Protocol

from wirelab.sim.programs.streams import Stream

BLOCK = 262_144  # bytes read at a time; ours: the size of a TCP send buffer
LOOK_UP_S = 0.1
"""Real seconds that a simulation waits for input at a time; ours: Ctrl-C seems to act at once."""


class Input(Protocol):
    """Where the bytes to send come from."""

    async def read(self) -> bytes:
        """Some bytes, or b"" at the end."""


class StandardInput:
    """File descriptor 0, read by a thread, one block ahead: not every file can be polled."""

    def __init__(self, descriptor: int = 0) -> None:
        self._descriptor = descriptor
        self._blocks: asyncio.Queue[bytes] = asyncio.Queue()
        self._room = threading.Semaphore(1)
        self._regular = stat.S_ISREG(os.fstat(descriptor).st_mode)
        self._started = False

    async def read(self) -> bytes:
        """The next bytes; b"" at the end."""
        if self._regular:
            return os.read(self._descriptor, BLOCK)
        if not self._started:
            self._started = True
            loop = asyncio.get_running_loop()
            threading.Thread(target=self._pump, args=(loop,), daemon=True).start()
        block = await self._blocks.get()
        self._room.release()
        return block

    def _pump(self, loop: asyncio.AbstractEventLoop) -> None:
        block = b"more"
        while block:
            try:
                block = os.read(self._descriptor, BLOCK)
            except OSError:  # the terminal went away
                block = b""
            self._room.acquire()
            try:
                loop.call_soon_threadsafe(self._blocks.put_nowait, block)
            except RuntimeError:  # the loop is closed: the verb has ended
                return


class PausedInput:
    """Standard input for a simulated network, whose clock stands still while we read.

    Before each block the network gets time to deliver what is under way, so that an answer is seen
    before the next question is asked.
    """

    SETTLE_S = 1.0  # virtual; ours: a thousand times the simulated link's latency

    def __init__(self, descriptor: int = 0) -> None:
        self._descriptor = descriptor

    async def read(self) -> bytes:
        """The next bytes; b"" at the end."""
        await asyncio.sleep(self.SETTLE_S)
        while not _is_readable(self._descriptor):
            await asyncio.sleep(0)  # where Ctrl-C, which cancels the program, can end it
        return os.read(self._descriptor, BLOCK)


def _is_readable(descriptor: int) -> bool:
    """Whether a read would not block, after waiting for that a little."""
    if sys.platform == "win32":  # its select knows sockets only
        return True
    return bool(select.select([descriptor], [], [], LOOK_UP_S)[0])


class EmptyInput:
    """Nothing to send."""

    async def read(self) -> bytes:
        """The end."""
        return b""


class Output(Protocol):
    """Where received bytes go."""

    async def write(self, data: bytes) -> None:
        """Take all of it, or wait until what came before is written."""

    async def finish(self) -> None:
        """Wait until all is written."""


class DirectOutput:
    """A file that takes bytes at once, or a simulation, whose clock stands still meanwhile."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    async def write(self, data: bytes) -> None:
        """Write, and flush: somebody may watch."""
        self._file.write(data)
        self._file.flush()

    async def finish(self) -> None:
        """Nothing is left."""


class StandardOutput:
    """A pipe or terminal, written by a thread, one block behind.

    A reader that dawdles (`| less`) thus holds back the peer, whose window closes, and not our
    ACKs and timers. The thread writes to the descriptor itself: a lock of the file object that it
    held at the end of the process would be fatal to the interpreter.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._blocks: queue.SimpleQueue[tuple[bytes, asyncio.Future[None]]] = queue.SimpleQueue()
        self._pending: asyncio.Future[None] | None = None
        self._started = False

    async def write(self, data: bytes) -> None:
        """Hand a block to the thread, once it has written the last one.

        Raises:
            OSError: the last one could not be written.
        """
        await self.finish()
        loop = asyncio.get_running_loop()
        self._pending = loop.create_future()
        self._blocks.put((data, self._pending))
        if not self._started:
            self._started = True
            threading.Thread(target=self._pump, args=(loop,), daemon=True).start()

    async def finish(self) -> None:
        """Wait until all is written.

        Raises:
            OSError: it could not be.
        """
        if self._pending is not None:
            pending, self._pending = self._pending, None
            await pending

    def _pump(self, loop: asyncio.AbstractEventLoop) -> None:
        while True:
            data, written = self._blocks.get()
            error = None
            rest = memoryview(data)
            try:
                while rest:
                    rest = rest[os.write(self._descriptor, rest) :]
            except OSError as failure:
                error = failure
            try:
                loop.call_soon_threadsafe(_tell, written, error)
            except RuntimeError:  # the loop is closed: the verb has ended
                return


def _tell(written: asyncio.Future[None], error: OSError | None) -> None:
    if written.done():  # cancelled
        return
    if error is None:
        written.set_result(None)
    else:
        written.set_exception(error)


def output_to(file: BinaryIO, *, live: bool) -> Output:
    """The way to write to `file` that never stops a live run."""
    try:
        mode = os.fstat(file.fileno()).st_mode
    except OSError:  # not a file of the system's (a test's)
        return DirectOutput(file)
    return DirectOutput(file) if stat.S_ISREG(mode) or not live else StandardOutput(file.fileno())


async def join(stream: Stream, source: Input, destination: Output, *, interactive: bool) -> None:
    """Carry `source` to the peer and the peer's bytes to `destination`, until both have ended.

    At the end of `source` our side is closed (FIN), and receiving goes on. When the peer has closed
    its side and a person types, nothing more is read from the keyboard.

    Raises:
        HostError: the connection failed.
    """
    sending = asyncio.get_running_loop().create_task(_send_all(stream, source))
    try:
        while data := await stream.receive():
            await destination.write(data)
        await destination.finish()
        if not interactive:
            await sending
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)  # its failure is the stream's, too
    stream.close()
    await stream.wait_closed()


async def _send_all(stream: Stream, source: Input) -> None:
    while block := await source.read():
        await stream.send(block)
    stream.shutdown()
