"""The integers of a capture file in the byte order of the machine that wrote it.

Sources: draft-ietf-opsawg-pcap section 4; draft-ietf-opsawg-pcapng section 3.5.
"""

from typing import Any, NamedTuple

from construct import (
    Int16ub,
    Int16ul,
    Int32sb,
    Int32sl,
    Int32ub,
    Int32ul,
    Int64sb,
    Int64sl,
    Int64ub,
    Int64ul,
)


class ByteOrder(NamedTuple):
    """construct's integer fields in one byte order; `u16` is an unsigned integer of 16 bits."""

    u16: Any
    u32: Any
    u64: Any
    i32: Any
    i64: Any


LITTLE = ByteOrder(u16=Int16ul, u32=Int32ul, u64=Int64ul, i32=Int32sl, i64=Int64sl)
BIG = ByteOrder(u16=Int16ub, u32=Int32ub, u64=Int64ub, i32=Int32sb, i64=Int64sb)
