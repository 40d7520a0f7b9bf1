"""TCP options that Wireshark shows as their classes say, and what it adds to Multipath TCP's.

Sources: RFC 8684 (Multipath TCP), RFC 7413 (Fast Open), RFC 6994 (experiments), and the others that
`schemas/tcp_options.py` names.
"""

from collections.abc import Iterator
from typing import Any

from wirelab.codecs.dissect.fields import Kind, declare
from wirelab.codecs.header import Field
from wirelab.codecs.options import Option, UnknownOption
from wirelab.codecs.protocols.tcp_options import (
    DataSequenceSignal,
    FastOpen,
    FastOpenExperiment,
    MPCapable,
    MPFail,
    MPFastClose,
    MPJoinACK,
    MPJoinSYN,
    MPJoinSYNACK,
    MPPriority,
    MPReset,
    RemoveAddress,
    TCPExperiment1,
    decode_tcp_options,
)

FAST_OPEN = 0xF989
"""Fast Open's experiment identifier (RFC 7413 appendix A)."""
_MULTIPATH = 30
_MPTCP = "tcp.options.mptcp"
_FLAGS_AT = {
    MPCapable: 3,
    MPJoinSYN: 2,
    MPJoinSYNACK: 2,
    DataSequenceSignal: 3,
    MPPriority: 2,
    MPReset: 2,
}
"""Multipath TCP options of which a byte is shown as their flags, and where it stands."""
_RESERVED = (MPJoinACK, MPFail, MPFastClose)
"""Those of which the 12 bits behind the subtype are shown as reserved."""

declare("tcp.options.tfo.request", Kind.BOOLEAN, "Fast Open cookie request")
declare(f"{_MPTCP}.subtype", Kind.NUMBER, "Multipath TCP subtype")
declare(f"{_MPTCP}.flags", Kind.HEX, "Multipath TCP flags", 2)
declare(f"{_MPTCP}.reserved", Kind.HEX, "Reserved", 4)
declare(f"{_MPTCP}.reserved.flag", Kind.HEX, "Reserved", 2)
declare(f"{_MPTCP}.sha1.flag", Kind.NUMBER, "Use HMAC-SHA1")
declare(f"{_MPTCP}.rst_reason", Kind.HEX, "Reset reason", 2)
declare("mptcp", Kind.PROTOCOL, "Multipath Transmission Control Protocol")
declare("mptcp.rm_addr.count", Kind.NUMBER, "Removed addresses")


def items(option: bytes) -> Iterator[tuple[str, Any]]:
    """Names and values of what is inside of an option, in the order of the wire.

    Args:
        option: from its kind on, as far as it was captured; of one whose length does not suit its
            kind, nothing more is shown.
    """
    available, option = len(option), option.ljust(option[1], b"\0")
    (entry,) = decode_tcp_options(option)
    if option[0] == _MULTIPATH and len(option) > 2:
        yield f"{_MPTCP}.subtype", option[2] >> 4
    if isinstance(entry, TCPExperiment1) and entry.experiment_id == FAST_OPEN:
        entry = FastOpenExperiment(entry.data)  # of either kind, for Wireshark
    if isinstance(entry, UnknownOption):
        return
    assert isinstance(entry, Option)
    yield from _before(entry, option)
    is_cut = available < len(option)
    for field in entry.FIELDS:
        end = field.bit_offset + field.bits
        if is_cut and (min(field.bit_offset, field.bits) < 0 or end > available * 8):
            return
        yield from _field(entry, field)
        if isinstance(entry, MPCapable) and field.name == "version":
            yield f"{_MPTCP}.flags", option[3]
        if isinstance(entry, MPCapable) and field.name == "hmac_sha256":
            yield f"{_MPTCP}.reserved.flag", option[3] >> 1 & (31 if entry.version != 1 else 15)


def _before(entry: Option, option: bytes) -> Iterator[tuple[str, Any]]:
    """What stands before the first field."""
    place = _FLAGS_AT.get(type(entry))
    if place is not None and not isinstance(entry, MPCapable):
        yield f"{_MPTCP}.flags", option[place]
    if isinstance(entry, _RESERVED):
        yield f"{_MPTCP}.reserved", (option[2] << 8 | option[3]) & 0x0FFF
    if isinstance(entry, RemoveAddress):
        yield "mptcp.rm_addr.count", len(entry.address_ids)
    if isinstance(entry, FastOpenExperiment):
        yield "tcp.options.experimental.exid", FAST_OPEN


def _field(entry: Option, field: Field) -> Iterator[tuple[str, Any]]:
    name, value = field.display, getattr(entry, field.name)
    if isinstance(entry, (FastOpen, FastOpenExperiment)) and value == b"":
        yield "tcp.options.tfo.request", True
        return
    if isinstance(entry, MPCapable) and entry.version != 1:
        if field.name == "no_more_subflows":
            return
        if field.name == "hmac_sha256":
            name = f"{_MPTCP}.sha1.flag"
    if value is None or not name:
        return
    for one in value if isinstance(value, tuple) else (value,):
        if not (isinstance(entry, TCPExperiment1) and one == b""):
            yield name, one
