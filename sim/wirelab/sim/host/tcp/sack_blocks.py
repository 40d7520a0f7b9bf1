"""SACK blocks: telling the peer what came behind a gap, and what came twice.

Source: RFC 2018 section 4 (which blocks, in which order); RFC 2883 section 4 (D-SACK).

Rule 1: the first block is the one that the last segment out of order belongs to, then those that
were first most recently, so that each block is told of as often as the option has room for blocks.
Rule 2: a block tells of text that is held; all of them go when RCV.NXT has passed them.
Rule 3: a duplicate is reported once, in the first block, of the next ACK alone (RFC 2883).
"""

import struct
from typing import TYPE_CHECKING, Final

from wirelab.sim.host.tcp.buffers import Block
from wirelab.sim.host.tcp.sequence import MASK

if TYPE_CHECKING:
    from wirelab.sim.host.tcp.tcb import Tcb

MOST_RECENT: Final = 6
"""Ours: blocks remembered in the order of their news; an option has room for 4."""


class SackBlocks:
    """What one connection has to report; made when the first gap or duplicate shows.

    Attributes:
        duplicate: what came again, to be told of once; None: nothing.
        recent: blocks by their news, latest first.
    """

    __slots__ = ("duplicate", "recent")

    def __init__(self) -> None:
        self.duplicate: Block | None = None
        self.recent: list[Block] = []


def held(tcb: "Tcb", left: int, right: int) -> None:
    """Text from `left` to `right` lies behind a gap, together with its neighbours: one block."""
    if not tcb.sack_ok:
        return
    blocks = tcb.sack_blocks
    if blocks is None:
        blocks = tcb.sack_blocks = SackBlocks()
    apart = [block for block in blocks.recent if block[1] < left or right < block[0]]
    blocks.recent = [(left, right), *apart[: MOST_RECENT - 1]]


def came_again(tcb: "Tcb", left: int, right: int) -> None:
    """Text from `left` to `right` had come before (RFC 2883)."""
    if not (tcb.sack_ok and tcb.config.duplicate_sack):
        return
    if tcb.sack_blocks is None:
        tcb.sack_blocks = SackBlocks()
    pending = tcb.sack_blocks.duplicate
    if pending is None:
        tcb.sack_blocks.duplicate = (left, right)
    elif left <= pending[1] and pending[0] <= right:
        tcb.sack_blocks.duplicate = (min(left, pending[0]), max(right, pending[1]))


def dropped(tcb: "Tcb", block: Block) -> None:
    """Text that was held had to go (RFC 2018 section 8: reneging is allowed)."""
    blocks = tcb.sack_blocks
    if blocks is not None:
        blocks.recent = [told for told in blocks.recent if told != block]


def advanced(tcb: "Tcb") -> None:
    """RCV.NXT has moved: forget what lies before it."""
    blocks = tcb.sack_blocks
    if blocks is not None:
        blocks.recent = [block for block in blocks.recent if block[1] > tcb.rcv_nxt]
        if not blocks.recent and blocks.duplicate is None:
            tcb.sack_blocks = None


def count(tcb: "Tcb") -> int:
    """How many blocks there are to tell of."""
    blocks = tcb.sack_blocks
    return 0 if blocks is None else len(blocks.recent) + (blocks.duplicate is not None)


def to_send(tcb: "Tcb", room: int) -> bytes:
    """The blocks of the next segment, at most `room` of them; a duplicate is told of by this."""
    blocks = tcb.sack_blocks
    if blocks is None:
        return b""
    told = blocks.recent[:room]
    if blocks.duplicate is not None:
        told = [blocks.duplicate, *blocks.recent[: room - 1]]
        blocks.duplicate = None
        if not blocks.recent:
            tcb.sack_blocks = None
    return b"".join(struct.pack("!II", left & MASK, right & MASK) for left, right in told)
