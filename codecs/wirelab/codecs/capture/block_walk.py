"""Walking over the blocks of a pcapng stream, whatever is in them.

Source: draft-ietf-opsawg-pcapng sections 3.1 and 4.1.
"""

from typing import NoReturn

from wirelab.codecs.block import BYTE_ORDERS, FRAME
from wirelab.codecs.block_options import ByteOrderName
from wirelab.codecs.capture.errors import CaptureError
from wirelab.codecs.capture.opening import PCAPNG_MAGIC
from wirelab.codecs.capture.source import Source
from wirelab.codecs.errors import DecodeError
from wirelab.codecs.protocols import pcapng
from wirelab.codecs.protocols.pcapng import BIG, LITTLE

LARGEST_BLOCK = 16 * 1024 * 1024
"""Bytes; ours: 64 packets of the largest size. A damaged length must not fill the memory."""


class BlockWalk:
    """The place in a pcapng stream: `head` looks at the next block, `skip` goes behind it.

    Attributes:
        order: `LITTLE` or `BIG`, of the section.
        number: blocks before the next one.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.order = LITTLE
        self.number = 0

    @property
    def byte_order(self) -> ByteOrderName:
        """Of the section: `little` or `big`."""
        return BYTE_ORDERS[self.order]

    def head(self) -> tuple[int, int]:
        """Type and total length of the next block, which is then wholly in the window.

        Raises:
            CaptureError: it is cut or its lengths contradict each other; the place stays.
        """
        source = self.source
        if not source.fill(FRAME):
            self._cut(FRAME)
        head = source.buffer[source.position : source.position + FRAME]
        if head[:4] == PCAPNG_MAGIC:
            self._set_byte_order(head[8:12])
        byte_order = self.byte_order
        kind = int.from_bytes(head[:4], byte_order)
        total = int.from_bytes(head[4:8], byte_order)
        if total < FRAME or total % 4 or total > LARGEST_BLOCK:
            expected = f"a multiple of 4 from {FRAME} to {LARGEST_BLOCK}"
            self.fail("total_length", source.offset + 4, expected, str(total))
        if not source.fill(total):
            self._cut(total)
        end = source.position + total
        again = int.from_bytes(source.buffer[end - 4 : end], byte_order)
        if again != total:
            field = "total_length at the end of the block"
            self.fail(field, source.offset + total - 4, str(total), str(again))
        return kind, total

    def skip(self, total: int) -> None:
        """Go behind a block whose total length `head` gave."""
        self.source.position += total
        self.number += 1

    def check_version(self, header: pcapng.SectionHeader) -> None:
        """Refuse versions that are not known; 1.2 was written by mistake and is 1.0."""
        if header.version_major != 1 or header.version_minor not in (0, 2):
            version = f"{header.version_major}.{header.version_minor}"
            place = self.source.offset + 12
            problem = "this pcapng version is not known"
            self.fail("version_major", place, "1.0 (or 1.2)", version, problem)

    def fail(
        self,
        field: str,
        offset: int,
        expected: str,
        got: str,
        problem: str = "the file is damaged",
    ) -> NoReturn:
        """Raise what is wrong with the next block."""
        raise CaptureError(
            problem,
            layer="pcapng",
            field=field,
            offset=offset,
            expected=expected,
            got=got,
            source="draft-ietf-opsawg-pcapng section 3.1",
            path=self.source.path,
            record=self.number + 1,
        )

    def fail_in_body(self, error: DecodeError, base: int) -> NoReturn:
        """Raise a body's error, whose offset counts from `base` in the file."""
        if isinstance(error, CaptureError):
            raise error
        field = f"{error.layer}.{error.field}"
        self.fail(field, base + error.offset, error.expected, error.got)

    def _set_byte_order(self, magic: bytes) -> None:
        for order in (LITTLE, BIG):
            if magic == pcapng.BYTE_ORDER_MAGIC.to_bytes(4, BYTE_ORDERS[order]):
                self.order = order
                return
        expected = "1a2b3c4d in either byte order"
        self.fail("byte_order_magic", self.source.offset + 8, expected, magic.hex())

    def _cut(self, need: int) -> NoReturn:
        source = self.source
        have = f"{source.available} bytes"
        self.fail("block", source.offset, f"{need} bytes", have, "the file is cut")
