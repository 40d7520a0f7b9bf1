"""The options of a connection: what a SYN offers, what both sides agreed on, what each segment has.

Source: RFC 9293 sections 3.1, 3.2 and 3.7.1 (MSS); RFC 7323 sections 2.2 and 3.2 and appendix A
(window scale, timestamps); RFC 2018 sections 2 and 3 (SACK).

    our SYN:      what `TcpConfig` allows                             (`syn_options`)
    peer's SYN:   what is in it and allowed here counts from then on  (`learn`)
    SYN,ACK:      what has been agreed on                             (`syn_options`)
    later:        timestamps, and SACK blocks while there are gaps    (`segment_options`)

Rule 1: an option that is malformed, unknown or where it may not be is ignored (MUST-6, MUST-7).
Rule 2: `Tcb.snd_mss` is Eff.snd.MSS: timestamps are taken off already (RFC 9293 section 3.7.1).
SACK blocks are not, since they come and go: whoever sends text with them sends less of it.
"""

import struct
from typing import TYPE_CHECKING, Final

from wirelab.sim.host.tcp import sack_blocks, timestamps, user_timeout_option
from wirelab.sim.host.tcp.receive_window import MAXIMUM_SHIFT
from wirelab.sim.host.tcp.states import SYN_SENT

if TYPE_CHECKING:
    from wirelab.sim.host.tcp.segment import Segment
    from wirelab.sim.host.tcp.tcb import Tcb

DEFAULT_MSS: Final = 536
"""Send MSS without the option, bytes (RFC 9293 section 3.7.1, MUST-15)."""

SMALLEST_MSS: Final = 28
"""bytes: every link carries 68 (RFC 791 section 3.2), so neither a peer nor a router may talk us
down to less, which would multiply our packets at its wish."""

LARGEST_MSS: Final = 0xFFFF
"""bytes: what the option can say."""

SPACE: Final = 40
"""bytes for options: a header has at most 60 (RFC 9293 section 3.1)."""

END, NO_OPERATION, MSS, WINDOW_SCALE, SACK_PERMITTED, SACK, TIMESTAMPS = 0, 1, 2, 3, 4, 5, 8
FAST_OPEN: Final = 34  # RFC 7413 section 4.1.1
EXPERIMENT: Final = 254  # RFC 6994 section 2.1
FAST_OPEN_EXPERIMENT: Final = b"\xf9\x89"  # its id, RFC 7413 section 4.1.1

_ALIGNED: Final = b"\1\1\x08\x0a"
"""How timestamps begin on their own (RFC 7323 appendix A)."""

_TWO_WORDS: Final = struct.Struct("!II")
_two_words = _TWO_WORDS.unpack_from


class ArrivedOptions:
    """What the options of one segment say; what is not there is None, False or empty.

    Attributes:
        mss: bytes; counts in a SYN alone.
        shift: of the sender's windows, at most `MAXIMUM_SHIFT`; counts in a SYN alone.
        sack_permitted: counts in a SYN alone.
        tsval, tsecr: timestamps, 32 bits.
        sack: blocks as on the wire, left and right edge.
        fast_open: cookie, `b""` for a request of one.
        fast_open_experimental: the cookie came in the experimental option.
        user_timeout: 16 bits, with their unit (RFC 5482 section 3).
    """

    __slots__ = (
        "fast_open",
        "fast_open_experimental",
        "mss",
        "sack",
        "sack_permitted",
        "shift",
        "tsecr",
        "tsval",
        "user_timeout",
    )

    def __init__(self) -> None:
        self.mss: int | None = None
        self.shift: int | None = None
        self.sack_permitted = False
        self.tsval: int | None = None
        self.tsecr = 0
        self.sack: tuple[tuple[int, int], ...] = ()
        self.fast_open: bytes | None = None
        self.fast_open_experimental = False
        self.user_timeout: int | None = None


NONE: Final = ArrivedOptions()
"""Of a segment without options; never changed."""


def read(data: bytes) -> ArrivedOptions:
    """What `data`, the bytes behind the fixed header, says."""
    if not data:
        return NONE
    found = ArrivedOptions()
    if len(data) == 12 and data.startswith(_ALIGNED):
        found.tsval, found.tsecr = _two_words(data, 4)
        return found
    at, end = 0, len(data)
    while at < end:
        kind = data[at]
        if kind == END:
            break
        if kind == NO_OPERATION:
            at += 1
            continue
        length = data[at + 1] if at + 1 < end else 0
        if length < 2 or at + length > end:  # nobody knows where the next one begins
            break
        _take(found, kind, data[at + 2 : at + length])
        at += length
    return found


def _take(found: ArrivedOptions, kind: int, content: bytes) -> None:
    """Note one option; a length that its kind does not have makes it unknown."""
    size = len(content)
    if kind == TIMESTAMPS and size == 8:
        found.tsval, found.tsecr = _two_words(content)
    elif kind == SACK and size and size % 8 == 0:
        found.sack = tuple(_TWO_WORDS.iter_unpack(content))
    elif kind == MSS and size == 2:
        found.mss = int.from_bytes(content, "big")
    elif kind == WINDOW_SCALE and size == 1:
        found.shift = min(content[0], MAXIMUM_SHIFT)  # RFC 7323 section 2.3
    elif kind == SACK_PERMITTED and not size:
        found.sack_permitted = True
    elif kind == user_timeout_option.KIND and size == 2:
        found.user_timeout = int.from_bytes(content, "big")
    elif kind == FAST_OPEN:
        found.fast_open = content
    elif kind == EXPERIMENT and content.startswith(FAST_OPEN_EXPERIMENT):
        found.fast_open = content[2:]
        found.fast_open_experimental = True


# What a SYN offers, and what came of it


def syn_options(tcb: "Tcb", now: int, fast_open: bytes = b"") -> bytes:
    """The options of our SYN, or of our SYN,ACK once `learn` has seen the peer's SYN.

    Args:
        tcb: the connection.
        now: ns.
        fast_open: a whole Fast Open option, if there is one to send.
    """
    if tcb.options.no_options:
        return b""
    config = tcb.config
    offers = tcb.state == SYN_SENT
    mss = struct.pack("!BBH", MSS, 4, receive_mss(tcb))  # SHLD-5, MAY-3: always
    scale = sack = stamps = b""
    if config.window_scaling if offers else tcb.wscale_ok:
        scale = bytes((WINDOW_SCALE, 3, tcb.rcv_wscale))
    if config.sack if offers else tcb.sack_ok:
        sack = bytes((SACK_PERMITTED, 2))
    if _wants_timestamps(tcb) if offers else tcb.ts_ok:
        echo = 0 if offers else tcb.ts_recent
        stamps = bytes((TIMESTAMPS, 10)) + _TWO_WORDS.pack(timestamps.value(tcb, now), echo)
    lay_out = _by_kind if config.options_by_kind else _by_word
    data = lay_out(mss, scale, sack, stamps, fast_open)
    if tcb.told_timeout is not None and len(data) + user_timeout_option.LENGTH <= SPACE:
        data += user_timeout_option.option(tcb)
    return data


def _by_word(mss: bytes, scale: bytes, sack: bytes, stamps: bytes, fast_open: bytes) -> bytes:
    """Each option ends on a word, the two padding bytes of timestamps may be SACK permitted."""
    data = mss
    if stamps:
        data += (sack or b"\1\1") + stamps
    elif sack:
        data += b"\1\1" + sack
    if scale:
        data += b"\1" + scale
    if fast_open and len(data) + len(fast_open) <= SPACE:
        data += fast_open
    return data + b"\1" * (-len(data) % 4)


def _by_kind(mss: bytes, scale: bytes, sack: bytes, stamps: bytes, fast_open: bytes) -> bytes:
    """In the order of their kinds, padding before an option; the end is marked and filled."""
    data = mss
    if scale:
        data += b"\1" + scale
    data += sack
    if stamps:
        data += b"\1" * ((2 - len(data)) % 4) + stamps
    if fast_open and len(data) + len(fast_open) <= SPACE:
        data += fast_open
    return data + bytes(-len(data) % 4)


def learn(tcb: "Tcb", segment: "Segment", now: int) -> None:
    """Agree on what the peer's SYN says, as far as we offered it (or would have)."""
    config = tcb.config
    offered = segment.options
    plain = tcb.options.no_options
    tcb.wscale_ok = config.window_scaling and offered.shift is not None and not plain
    if tcb.wscale_ok:
        tcb.snd_wscale = offered.shift or 0
    else:  # RFC 7323 section 1.3: both directions or none
        tcb.snd_wscale = tcb.rcv_wscale = 0
    tcb.sack_ok = config.sack and offered.sack_permitted and not plain
    tcb.ts_ok = offered.tsval is not None and _wants_timestamps(tcb) and not plain
    if tcb.ts_ok:
        tcb.ts_recent = offered.tsval or 0
        tcb.ts_recent_at = now
    if offered.user_timeout is not None:
        user_timeout_option.heard(tcb, offered.user_timeout)
    tcb.peer_mss = DEFAULT_MSS if offered.mss is None else max(offered.mss, SMALLEST_MSS)
    tcb.snd_mss = send_mss(tcb)


def send_mss(tcb: "Tcb") -> int:
    """Eff.snd.MSS, bytes of text: what peer, path and application allow (MUST-16, MUST-67)."""
    flow = tcb.flow
    mss = min(tcb.peer_mss, flow.mtu - flow.headers, tcb.options.maxseg or LARGEST_MSS)
    mss = max(mss, SMALLEST_MSS)
    return mss - timestamps.LENGTH if tcb.ts_ok else mss


def receive_mss(tcb: "Tcb") -> int:
    """What we announce, bytes: an IP packet with the fixed headers fills our link (MUST-67).

    The path's MTU is that of the way there, and says nothing about the way back.
    """
    flow = tcb.flow
    return min(flow.link_mtu - flow.headers, tcb.options.maxseg or LARGEST_MSS, LARGEST_MSS)


def _wants_timestamps(tcb: "Tcb") -> bool:
    asked = tcb.options.timestamps
    return tcb.config.timestamps if asked is None else asked


# What later segments have


def text_room(tcb: "Tcb") -> int:
    """Text in the next segment, bytes: Eff.snd.MSS less what it alone will carry (SACK blocks)."""
    size = tcb.snd_mss
    if tcb.told_timeout is not None:
        size -= _timeout_length(tcb)
    blocks = sack_blocks.count(tcb)
    return size - 4 - 8 * min(blocks, _sack_room(tcb)) if blocks else size


def _timeout_length(tcb: "Tcb") -> int:
    told = tcb.told_timeout
    return user_timeout_option.LENGTH if told is not None and told.is_due else 0


def _sack_room(tcb: "Tcb") -> int:
    """SACK blocks that an option has room for: 3 with timestamps, else 4 (RFC 2018 section 3).

    Fewer where segments are so small that no text would have room beside them.
    """
    space = SPACE - (timestamps.LENGTH if tcb.ts_ok else 0) - _timeout_length(tcb)
    return (min(space, tcb.snd_mss - _timeout_length(tcb) - 1) - 4) // 8


def segment_options(tcb: "Tcb", now: int) -> bytes:
    """The options of a segment that is no SYN; call it once for each segment that goes out."""
    data = timestamps.option(tcb, now) if tcb.ts_ok else b""
    if tcb.sack_blocks is not None:
        blocks = sack_blocks.to_send(tcb, _sack_room(tcb))
        if blocks:
            data += b"\1\1" + bytes((SACK, 2 + len(blocks))) + blocks
    if tcb.told_timeout is not None and tcb.told_timeout.is_due:
        data += user_timeout_option.option(tcb)
        tcb.told_timeout.is_due = False
    return data
