"""Long work over a capture: how far it is, and what Ctrl-C does to it.

Rule 1: what has been printed stays whole; Ctrl-C takes effect between two packets.
Rule 2: progress is for a person who would see nothing else: stderr is a terminal, stdout is none.
"""

import signal
import time
from collections.abc import Callable, Iterable, Iterator
from types import FrameType
from typing import Any, TextIO, TypeVar

STEP = 256
"""Packets between two looks at the clock."""
INTERVAL_S = 0.25
"""Between two updates of the line."""
CLEAR = "\r\x1b[K"

Record = TypeVar("Record")


class Progress:
    """Counts packets, and says on a terminal how many there were so far.

    Args:
        errors: where the line goes; replaced each time.
        output: where the packets go.
        clock: seconds, for tests.
    """

    def __init__(
        self, errors: TextIO, output: TextIO, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.done = 0
        self._errors = errors
        self._clock = clock
        self._start = self._told = clock()
        self._shown = False
        self._shows = errors.isatty() and not output.isatty()

    def count(self, records: Iterable[Record]) -> Iterator[Record]:
        """The records; each counts as done when the next is asked for."""
        if not self._shows:
            for record in records:
                yield record
                self.done += 1
            return
        for record in records:
            yield record
            self.done += 1
            if self.done % STEP == 0 and self._clock() - self._told >= INTERVAL_S:
                self._tell()

    def _tell(self) -> None:
        self._told = now = self._clock()
        rate = self.done / max(now - self._start, 1e-9)
        self._errors.write(f"{CLEAR}{self.done:,} packets, {rate:,.0f} a second")
        self._errors.flush()
        self._shown = True

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            self._errors.write(CLEAR)
            self._errors.flush()
            self._shown = False


class Interruptible:
    """Within it, Ctrl-C waits until a packet is printed; a second one does not.

    While a packet is read (which may take as long as a pipe is silent), it takes effect at once.
    """

    def __init__(self) -> None:
        self._printing = False
        self._asked = False
        self._before: Any = None

    def __enter__(self) -> "Interruptible":
        try:
            self._before = signal.signal(signal.SIGINT, self._interrupt)
        except ValueError:  # not the main thread, where no signal arrives
            self._before = None
        return self

    def __exit__(self, *exception: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        if not self._printing or self._asked:
            raise KeyboardInterrupt
        self._asked = True

    def each(self, records: Iterable[Record]) -> Iterator[Record]:
        """The records, with Ctrl-C held back while the caller works on one.

        Raises:
            KeyboardInterrupt: it was pressed.
        """
        for record in records:
            self._printing = True
            yield record
            self._printing = False
            if self._asked:
                raise KeyboardInterrupt
