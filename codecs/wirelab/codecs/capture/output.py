"""Where a capture writer writes."""

import os
from typing import Any, Protocol


class Writable(Protocol):
    """What is needed of a binary file object."""

    def write(self, data: bytes, /) -> Any:
        """Write all of `data`."""

    def flush(self) -> Any:
        """Hand everything to the system."""


Destination = str | os.PathLike[str] | Writable


class Output:
    """A file that is closed at the end if it was opened here, or a file object that is not."""

    def __init__(self, destination: Destination) -> None:
        if isinstance(destination, str | os.PathLike):
            file = open(destination, "wb")  # noqa: SIM115 - closed by `close`
            self._stream: Writable = file
            self._close = file.close
        else:
            self._stream = destination
            self._close = lambda: None
        self.write = self._stream.write
        self._closed = False

    def flush(self) -> None:
        """Hand everything written so far to the file."""
        self._stream.flush()

    def close(self) -> None:
        """Flush, and close what was opened here; a second call does nothing."""
        if not self._closed:
            self._closed = True
            self._stream.flush()
            self._close()
