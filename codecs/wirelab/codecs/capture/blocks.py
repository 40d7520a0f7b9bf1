"""All blocks of a pcapng file as values, and back: nothing is lost on the way.

>>> import io
>>> from wirelab.codecs.capture import PcapngWriter
>>> stream, copy = io.BytesIO(), io.BytesIO()
>>> with PcapngWriter(stream) as writer:
...     _ = writer.add_interface("eth0")
...     writer.write(bytes(60), 0, comment="the first")
...     writer.write_key_log("CLIENT_RANDOM 00 11")
>>> _ = stream.seek(0)
>>> with BlockWriter(copy) as writer:
...     for block in read_blocks(stream):
...         match block:
...             case DecryptionSecretsBlock():
...                 continue  # keys stay here
...             case EnhancedPacketBlock(comments=("the first",)):
...                 block = block.replace(comments=())
...         writer.write(block)
>>> _ = copy.seek(0)
>>> [type(block).__name__ for block in read_blocks(copy)]
['SectionHeaderBlock', 'InterfaceDescriptionBlock', 'EnhancedPacketBlock']
"""

from collections.abc import Iterator
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from wirelab.codecs.block import Block
from wirelab.codecs.block_options import CustomOption
from wirelab.codecs.block_shapes import Direction, PacketFlags, Reception
from wirelab.codecs.capture.block_walk import BlockWalk
from wirelab.codecs.capture.errors import CaptureError
from wirelab.codecs.capture.opening import PCAPNG_MAGIC, Input, not_a_capture, open_source
from wirelab.codecs.capture.output import Destination, Output
from wirelab.codecs.capture.pcap_reader import MAGICS
from wirelab.codecs.errors import DecodeError
from wirelab.codecs.protocols.pcapng_blocks import (
    BLOCKS,
    CustomBlock,
    DecryptionSecretsBlock,
    EnhancedPacketBlock,
    InterfaceDescriptionBlock,
    InterfaceStatisticsBlock,
    JournalBlock,
    NameResolutionBlock,
    ObsoletePacketBlock,
    SectionHeaderBlock,
    SimplePacketBlock,
)

__all__ = [
    "Block",
    "BlockWriter",
    "CustomBlock",
    "CustomOption",
    "DecryptionSecretsBlock",
    "Direction",
    "EnhancedPacketBlock",
    "InterfaceDescriptionBlock",
    "InterfaceStatisticsBlock",
    "JournalBlock",
    "NameResolutionBlock",
    "ObsoletePacketBlock",
    "PacketFlags",
    "Reception",
    "SectionHeaderBlock",
    "SimplePacketBlock",
    "read_blocks",
]


def read_blocks(file: Input) -> Iterator[Block]:
    """Every block of a pcapng file, in order; of a type that is not known, as plain `Block`.

    Args:
        file: as of `open_capture`.

    Raises:
        CaptureError: at the block that is cut or damaged, options behind the end mark included,
            or at the first block asked for if this is no pcapng file.
    """
    with ExitStack() as closing:
        source = open_source(file, closing)
        source.fill(4)
        if source.buffer[:4] in MAGICS:
            problem = "a pcap file has no blocks: open_capture reads it"
            raise CaptureError(problem, path=source.path)
        if source.buffer[:4] != PCAPNG_MAGIC:
            raise not_a_capture(source)
        walk = BlockWalk(source)
        while source.fill(1):
            kind, total = walk.head()
            start, offset = source.position, source.offset
            raw = source.buffer[start : start + total]
            try:
                block = BLOCKS.get(kind, Block).read(raw, walk.byte_order, offset)
            except DecodeError as error:
                walk.fail_in_body(error, offset)
            if isinstance(block, SectionHeaderBlock):
                walk.check_version(block.body)
            walk.skip(total)
            yield block


class BlockWriter:
    """Writes blocks as they are, those that were read byte for byte.

    Unlike `PcapngWriter` it writes nothing of its own: the first block is to be a section header.

    Args:
        destination: a path, or a binary file object (left open).
    """

    def __init__(self, destination: Destination) -> None:
        self._output = Output(destination)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def write(self, block: Block) -> None:
        """Write a block, whose byte order is to be that of its section."""
        self._output.write(block.raw)

    def flush(self) -> None:
        """Hand everything written so far to the file."""
        self._output.flush()

    def close(self) -> None:
        """Flush, and close a file that was given as a path."""
        self._output.close()
