"""A capture file as a link: frames come out of one, and what we send goes into another."""

import errno
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from wirelab.adapters.links.link import (
    Capabilities,
    Frame,
    LinkError,
    Stats,
    prepared,
    untagged,
)
from wirelab.codecs.capture import (
    LINK_TYPE_ETHERNET,
    CapturedFrame,
    PcapngWriter,
    open_capture,
)


class CaptureFileLink:
    """Replays a capture, and records what is sent into it.

    Time does not pass here: `fileno` is readable until the last frame is taken, so a driver reads
    as fast as it can. Timestamps are the capture's.

    Args:
        path: the capture to replay, pcap or pcapng; None: nothing is ever received.
        record: a pcapng file to write what is sent; None: it is counted and forgotten.
        mac: our MAC; frames for others are passed on all the same, as the file has them.
        mtu: bytes of an IP packet that may be sent.
        outgoing: also replay frames that the file marks as sent by its recorder.

    Raises:
        CaptureError: `path` is missing or no capture.
        LinkError: `record` cannot be written.
    """

    poll_interval_ns = None

    def __init__(
        self,
        path: str | Path | None,
        record: str | Path | None = None,
        *,
        mac: bytes,
        mtu: int = 1500,
        outgoing: bool = False,
    ) -> None:
        self.name = str(path or record or "nothing")
        self.mac = mac
        self.mtu = mtu
        self.capabilities = Capabilities(own_mac=True, reaches_this_host=False, filters=False)
        self.last_timestamp_ns = 0
        self._outgoing = outgoing
        self._stats = Stats()
        self._writer: PcapngWriter | None = None
        with ExitStack() as stack:
            self._frames: Iterator[CapturedFrame] = iter(())
            try:
                if path is not None:
                    reader = open_capture(path)
                    stack.callback(reader.close)
                    self._frames = iter(reader)
                if record is not None:
                    self._writer = stack.enter_context(PcapngWriter(record))
                    self._writer.add_interface("sent", mac=mac)
            except OSError as error:
                text = f"{error.filename or self.name}: {error.strerror}"
                raise LinkError(error.errno, text) from error
            # A pipe that holds one byte until the end is what an event loop can wait on: it
            # refuses regular files.
            self._readable, self._writable = os.pipe()
            stack.callback(os.close, self._readable)
            stack.callback(os.close, self._writable)
            if path is not None:
                os.write(self._writable, b"\0")
            self._close = stack.pop_all()
        self.exhausted = path is None

    def fileno(self) -> int:
        """See `Link.fileno`."""
        return self._readable

    def recv(self) -> Frame | None:
        """See `Link.recv`; None is the end of the file.

        Raises:
            CaptureError: the file is cut or broken from here on.
        """
        if self.exhausted:
            return None
        for captured in self._frames:
            if captured.link_type != LINK_TYPE_ETHERNET:
                continue
            if captured.direction == "out" and not self._outgoing:
                continue
            data, vlan = untagged(bytes(captured.data))
            truncated = captured.wire_length > len(captured.data)
            self._stats.received += 1
            self._stats.truncated += truncated
            self.last_timestamp_ns = captured.timestamp_ns
            return Frame(data, captured.timestamp_ns, "check", vlan, truncated)
        self.exhausted = True
        os.read(self._readable, 1)
        return None

    def send(self, frame: bytes) -> bool:
        """See `Link.send`; stamped with the time of the frame received last."""
        frame = prepared(frame, self.mtu, None)
        if self._writer is not None:
            self._writer.write(frame, self.last_timestamp_ns, direction="out")
        self._stats.sent += 1
        return True

    def set_filter(self, expression: str) -> None:
        """See `Link.set_filter`."""
        raise LinkError(
            errno.ENOTSUP,
            f"{self.name}: a capture file is not filtered while read; "
            f"use wirelab dissect -Y for that (asked for {expression!r}).",
        )

    def stats(self) -> Stats:
        """See `Link.stats`."""
        return self._stats

    def close(self) -> None:
        """See `Link.close`."""
        self._close.close()
        self._readable = -1  # the number may be another file's soon
        self.exhausted = True
