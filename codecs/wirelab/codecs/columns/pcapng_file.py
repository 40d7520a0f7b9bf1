"""pcapng files as arrays: where the blocks are, and what enhanced packets say.

One section, enhanced packets, interfaces whose clocks count whole nanoseconds: that is what nearly
all files hold. Anything else is `Unusual`, and left to the reader of `wirelab.codecs.capture`.
"""

from typing import Any, Literal

import numpy as np

from wirelab.codecs.capture.block_walk import LARGEST_BLOCK
from wirelab.codecs.columns.arrays import Array, Bytes, Flags, Rows, gather
from wirelab.codecs.columns.heads import head_type
from wirelab.codecs.columns.records import Records, Unusual
from wirelab.codecs.protocols import pcapng
from wirelab.codecs.protocols.pcapng_blocks import InterfaceDescriptionBlock

_NANOSECONDS = 1_000_000_000
_LATEST_NS = (1 << 63) - 1
_PACKET = ("interface_id", "timestamp_high", "timestamp_low", "captured_length", "wire_length")
_BLOCK_HEAD, _BLOCK_TAIL = 8, 4
"""Bytes: type and total length in front of a block's body, the total length again behind it."""
_ORDERS: tuple[tuple[Literal["little", "big"], str], ...] = (("little", "<"), ("big", ">"))
_PASSED_OVER = frozenset((pcapng.BLOCK_NAME_RESOLUTION, pcapng.BLOCK_INTERFACE_STATISTICS))


class PcapngFile:
    """The packets of a pcapng file that lies in memory whole."""

    begin = 0

    def __init__(self, buffer: Bytes) -> None:
        self._buffer = buffer
        magic = pcapng.BYTE_ORDER_MAGIC.to_bytes(4, "little")
        order = 0 if bytes(buffer[_BLOCK_HEAD : _BLOCK_HEAD + 4]) == magic else 1
        self._order_name, self._order = _ORDERS[order]
        fixed = pcapng.ENHANCED_PACKET_FIXED[order]
        self._type = head_type(fixed, _PACKET, skip=_BLOCK_HEAD)
        self.head = self._type.itemsize
        self._word = f"{self._order}u4"
        self._scales: list[int] = []
        self._link_types: list[int] = []
        self._number = 0

    @classmethod
    def recognizes(cls, buffer: Bytes) -> bool:
        """Whether the file begins with a section header."""
        begins = bytes(buffer[:4]) == pcapng.BLOCK_SECTION_HEADER.to_bytes(4, "big")
        return begins and len(buffer) > _BLOCK_HEAD + _BLOCK_TAIL

    def candidates(self, windows: Bytes, width: int) -> tuple[Rows, Rows]:
        """Words that say "enhanced packet", followed by a length; blocks begin at words."""
        words = windows.view(self._word)[:, : width // 4 + 1]
        possible = (words[:, :-1] == pcapng.BLOCK_ENHANCED_PACKET) & (words[:, 1:] <= LARGEST_BLOCK)
        rows, columns = np.nonzero(possible)
        return rows, columns * 4

    def likely(self, offsets: Rows) -> Flags:
        """`step` looks at both lengths of a block: nothing to add."""
        return np.ones(len(offsets), np.bool_)

    def step(self, offsets: Rows) -> Rows:
        """The next blocks; -1 where a block is cut or its two lengths differ."""
        size = len(self._buffer)
        fits = offsets <= size - _BLOCK_HEAD - _BLOCK_TAIL
        at = np.minimum(offsets, size - _BLOCK_HEAD)
        total = self._words(at + 4).astype(np.intp)
        fits &= (total >= _BLOCK_HEAD + _BLOCK_TAIL) & (total & 3 == 0) & (total <= LARGEST_BLOCK)
        after = offsets + total
        fits &= after <= size
        again = self._words(np.where(fits, after, 4) - 4)
        return np.where(fits & (again == total), after, -1)

    def advance(self, cursors: Rows) -> Rows | None:
        """`step`, or None if any block is cut or its two lengths differ."""
        after = self.step(cursors)
        return None if (after < 0).any() else after

    def one(self, offset: int) -> int:
        """The next block; -1 if this one is cut or its two lengths differ."""
        return int(self.step(np.array([offset]))[0])

    def records(self, offsets: Rows) -> Records:
        """The packets among the blocks at these offsets.

        Raises:
            Unusual: a block, an interface or a time that only the sequential reader follows.
        """
        kinds = self._words(offsets)
        is_packet = kinds == pcapng.BLOCK_ENHANCED_PACKET
        others = np.flatnonzero(~is_packet)
        interfaces_before = np.full(len(offsets), len(self._scales))
        for index in others:
            if self._other_block(int(kinds[index]), int(offsets[index])):
                interfaces_before[index:] += 1
        packets = offsets[is_packet]
        heads: Any = gather(self._buffer, packets, self.head).view(self._type).reshape(-1)
        interface = heads["interface_id"].astype(np.intp)
        captured = heads["captured_length"].astype(np.intp)
        room = self._words(packets + 4).astype(np.intp) - self.head - _BLOCK_TAIL
        if (interface >= interfaces_before[is_packet]).any() or (captured > room).any():
            raise Unusual
        count = len(packets)
        numbers = np.arange(self._number + 1, self._number + count + 1)
        self._number += count
        return Records(
            self._buffer,
            packets + self.head,
            captured,
            heads["wire_length"].astype(np.uint32),
            self._timestamps(heads, interface),
            np.array(self._link_types, np.uint16)[interface],
            interface.astype(np.uint32),
            numbers,
        )

    def _timestamps(self, heads: Array, interface: Rows) -> Array:
        times = heads["timestamp_high"].astype(np.uint64) << np.uint64(32)
        times |= heads["timestamp_low"]
        scales = np.array(self._scales, np.uint64)[interface]
        if (times > np.uint64(_LATEST_NS) // np.maximum(scales, 1)).any():
            raise Unusual
        return (times * scales).astype(np.int64)

    def _other_block(self, kind: int, offset: int) -> bool:
        """Take note of a block that is no packet; whether it is an interface."""
        if kind == pcapng.BLOCK_INTERFACE:
            self._interface(offset)
            return True
        if not (kind in _PASSED_OVER or (kind == pcapng.BLOCK_SECTION_HEADER and not offset)):
            raise Unusual
        return False

    def _interface(self, offset: int) -> None:
        total = int(self._words(np.array([offset + 4]))[0])
        data = bytes(self._buffer[offset : offset + total])
        block = InterfaceDescriptionBlock.read(data, self._order_name, offset)
        units = block.units_per_second
        if block.time_offset_s or _NANOSECONDS % units:
            raise Unusual
        self._scales.append(_NANOSECONDS // units)
        self._link_types.append(block.link_type)

    def _words(self, offsets: Rows) -> Array:
        words: Array = gather(self._buffer, offsets, 4).view(self._word).reshape(-1)
        return words
