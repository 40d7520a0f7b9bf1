"""What waits to be sent, in the chunks that a sender with segmentation offload keeps.

Source: Linux, tcp_sendmsg_locked, tcp_write_xmit, tcp_tso_should_defer, tcp_tso_autosize,
tcp_sndbuf_expand. On where `TcpConfig.push_bursts` is; every other sender cuts a stream of bytes.

                         queue                        burst
    writes -> [chunk][chunk pushed][chunk ...]  -> [seg seg P]   [seg]
                full: half of the peer's window    half of cwnd, a millisecond at the pace

Rule 1: a write fills the last chunk, unless a record ends there (MSG_EOR), then opens new ones.
Whoever may open one fills it, so a buffer is overdrawn by a chunk at most.
Rule 2: a chunk is pushed where a write ended, and after half a window without a push.
Rule 3: a burst is cut from one chunk. If it has several segments its last carries PSH, because the
receiver may join them; a single one does only where a pushed chunk ends.
Rule 4: every chunk, and every burst on the way, costs its bookkeeping beside its bytes.
"""

from collections import deque
from typing import TYPE_CHECKING, Final

from wirelab.sim.host.durations import MILLISECOND, SECOND
from wirelab.sim.host.tcp.recovery import RECOVERY

if TYPE_CHECKING:
    from wirelab.sim.host.tcp.tcb import Tcb

LARGEST_CHUNK: Final = 65_215
"""bytes: an IP packet of 64 KiB less the headers that Linux keeps room for."""

BOOKKEEPING: Final = 960
"""bytes that a chunk costs beside its own (SKB_TRUESIZE of an empty one)."""

_DEFAULT_MSS: Final = 536
_SEGMENT_BOOKKEEPING: Final = 640


class Chunk:
    """A part of the stream that is kept together.

    Attributes:
        end: its last byte comes before this number (not wrapped).
        pushed: the application expects it to go, and to be delivered.
        closed: nothing may be added (MSG_EOR).
    """

    __slots__ = ("closed", "end", "pushed")

    def __init__(self, end: int) -> None:
        self.end = end
        self.pushed = False
        self.closed = False


class SendQueue:
    """The chunks of one connection.

    Attributes:
        chunks: with text that was never sent; the first may be sent in part.
        bursts: where bursts on the way end.
        pushed_end: where the last push was.
        limit: bytes for chunks and bursts, bookkeeping included; grows (not after SO_SNDBUF).
        single: one burst only, without deferring: a writer has just filled the first chunk.
        flush: small segments go at once, until the next chunk: Nagle was turned off.
        deferred: what cwnd leaves is saved up for a larger burst, so cwnd is the limit although
            it is not used up (is_cwnd_limited of tcp_tso_should_defer).
    """

    __slots__ = ("bursts", "chunks", "deferred", "flush", "limit", "pushed_end", "single")

    def __init__(self, position: int, limit: int) -> None:
        self.chunks: deque[Chunk] = deque()
        self.bursts: deque[int] = deque()
        self.pushed_end = position
        self.limit = limit
        self.single = False
        self.flush = False
        self.deferred = False


def first_chunk(tcb: "Tcb", queue: SendQueue) -> Chunk | None:
    """The chunk that SND.NXT stands in."""
    chunks = queue.chunks
    while chunks and chunks[0].end <= tcb.snd_nxt:
        chunks.popleft()
    if not chunks:
        end = max(tcb.snd_una, tcb.iss + 1) + len(tcb.send_buffer)
        if end <= tcb.snd_nxt:
            return None
        chunks.append(Chunk(end))  # it was sent, and refused below: too long for the path
        chunks[0].pushed = True
    return chunks[0]


def chunk_size(tcb: "Tcb") -> int:
    """How much text a chunk takes: whole segments, within half of the peer's largest window."""
    window = tcb.max_snd_wnd
    bound = window // 2 if window > _DEFAULT_MSS else window
    longest = min(LARGEST_CHUNK, bound) if bound else LARGEST_CHUNK
    return max(longest // tcb.snd_mss, 1) * tcb.snd_mss


def used(tcb: "Tcb", queue: SendQueue) -> int:
    """Bytes of what is queued or on the way, with its bookkeeping."""
    bursts = queue.bursts
    while bursts and bursts[0] <= tcb.snd_una:
        bursts.popleft()
    first_chunk(tcb, queue)
    return len(tcb.send_buffer) + BOOKKEEPING * (len(bursts) + len(queue.chunks))


def limit(tcb: "Tcb", queue: SendQueue) -> int:
    """Bytes there are for it: SO_SNDBUF as getsockopt tells it, or what tuning has made of it."""
    asked = tcb.options.snd_buff
    return queue.limit if asked is None else asked


def takes_a_chunk(tcb: "Tcb", queue: SendQueue) -> bool:
    """Whether one more chunk may be opened."""
    lowat = tcb.options.notsent_lowat
    if lowat is not None and _unsent(tcb) >= lowat:
        return False
    return used(tcb, queue) < limit(tcb, queue)


def room(tcb: "Tcb", queue: SendQueue) -> int:
    """Bytes that a write would be rid of now."""
    size = chunk_size(tcb)
    free = 0
    if first_chunk(tcb, queue) is not None:
        free = max(size - _length(tcb, queue), 0)
    if not takes_a_chunk(tcb, queue):
        return free
    left = limit(tcb, queue) - used(tcb, queue)
    return free + -(-left // (size + BOOKKEEPING)) * size


def is_writable(tcb: "Tcb", queue: SendQueue) -> bool:
    """Whether there is room worth telling of: half of what is used, and half below the low mark."""
    lowat = tcb.options.notsent_lowat
    if lowat is not None and 2 * _unsent(tcb) >= lowat:
        return False
    taken = used(tcb, queue)
    free = limit(tcb, queue) - taken
    return free > 0 and 2 * free >= taken


def tune(tcb: "Tcb", queue: SendQueue) -> None:
    """An application waits for room: let the buffer hold two windows of full segments."""
    if tcb.options.snd_buff is not None or tcb.flight.pipe >= tcb.congestion.cwnd:
        return
    segments = max(tcb.congestion.cwnd // tcb.snd_mss, 10, tcb.recovery.threshold + 1)
    cost = 1 << (tcb.snd_mss + _SEGMENT_BOOKKEEPING - 1).bit_length()
    wanted = 2 * segments * (cost + 256)
    queue.limit = max(queue.limit, min(wanted, tcb.config.maximum_send_buffer))


def _unsent(tcb: "Tcb") -> int:
    begin = max(tcb.snd_una, tcb.iss + 1)
    return max(begin + len(tcb.send_buffer) - max(tcb.snd_nxt, begin), 0)


def _length(tcb: "Tcb", queue: SendQueue) -> int:
    """Unsent bytes of the last chunk."""
    begin = queue.chunks[-2].end if len(queue.chunks) > 1 else max(tcb.snd_nxt, tcb.iss + 1)
    return queue.chunks[-1].end - begin


def append(tcb: "Tcb", queue: SendQueue, data: memoryview, fresh: bool) -> int:
    """Put as much of `data` into one chunk as it takes.

    Args:
        tcb: the connection.
        queue: its queue.
        data: bytes.
        fresh: these are the first of a write: what they join is no longer pushed.

    Returns:
        How many; 0: there is no room for a chunk.
    """
    size = chunk_size(tcb)
    tail = queue.chunks[-1] if first_chunk(tcb, queue) is not None else None
    free = 0 if tail is None or tail.closed else size - _length(tcb, queue)
    end = max(tcb.snd_una, tcb.iss + 1) + len(tcb.send_buffer)
    if tail is None or free <= 0:
        if not takes_a_chunk(tcb, queue):
            return 0
        free = size
        tail = Chunk(end)
        queue.chunks.append(tail)
        queue.flush = False
    count = min(free, len(data))
    tcb.send_buffer += data[:count]
    tail.end = end + count
    if fresh:
        tail.pushed = False
    return count


def is_full(tcb: "Tcb", queue: SendQueue) -> bool:
    """Whether the last chunk takes no more."""
    return _length(tcb, queue) >= chunk_size(tcb)


def is_overdue(tcb: "Tcb", queue: SendQueue) -> bool:
    """Whether half a window has been written since the last push."""
    return queue.chunks[-1].end > queue.pushed_end + tcb.max_snd_wnd // 2


def push(queue: SendQueue) -> None:
    """What was written so far is to go."""
    if queue.chunks:
        queue.chunks[-1].pushed = True
        queue.pushed_end = queue.chunks[-1].end


def is_pushed(tcb: "Tcb", queue: SendQueue, end: int) -> bool:
    """Whether a pushed chunk ends at `end`; what is asked for is about to leave, or has left."""
    for chunk in queue.chunks:
        if chunk.end >= end:
            return chunk.end == end and chunk.pushed
    return end == max(tcb.snd_una, tcb.iss + 1) + len(tcb.send_buffer)


# Bursts


def next_burst(tcb: "Tcb", queue: SendQueue, size: int, room: int, now: int) -> int | None:
    """How much of the first chunk goes next; None: nothing may.

    Args:
        tcb: the connection.
        queue: its queue.
        size: text that a segment may carry now, bytes.
        room: what cwnd leaves, bytes.
        now: ns.
    """
    chunk = first_chunk(tcb, queue)
    if chunk is None:
        return None
    length = chunk.end - tcb.snd_nxt
    last = chunk is queue.chunks[-1]
    window = tcb.snd_una + tcb.snd_wnd - tcb.snd_nxt
    if window < min(length, size) or (room < min(length, size) and tcb.flight.pipe > 0):
        return None
    if length <= size or tcb.snd_up is not None:
        count = min(length, size)
        waits = last and length < size and not tcb.fin_queued and not _may_go(tcb, queue, length)
        return None if waits else count
    if not queue.single and _is_deferred(tcb, chunk, last, size, (room, window), now):
        queue.deferred = room < window and room <= length
        return None
    half = max(tcb.congestion.cwnd // (2 * size), 1)
    longest = min(max(room // size, 1), half, burst_segments(tcb, size)) * size
    count = min(length, longest if longest <= window and not last else window)
    if longest <= count or not (last and count % size):
        return min(longest, count)
    return count if tcb.fin_queued or not _is_held(tcb) else count - count % size


def _may_go(tcb: "Tcb", queue: SendQueue, length: int) -> bool:
    """Whether a last chunk of `length` bytes, less than a segment, may go (see `segmentation`)."""
    if queue.flush or (tcb.snd_up is not None and tcb.snd_nxt < tcb.snd_up):
        return True
    return not _is_held(tcb)


def _is_held(tcb: "Tcb") -> bool:
    """Whether less than a segment waits for more: corked, or Nagle's algorithm."""
    options = tcb.options
    if options.cork or tcb.more_follows:
        return True
    awaited = tcb.snd_sml if tcb.config.minshall else tcb.snd_nxt
    return options.nagle and awaited > tcb.snd_una


def _is_deferred(
    tcb: "Tcb", chunk: Chunk, last: bool, size: int, rooms: tuple[int, int], now: int
) -> bool:
    """Whether a larger burst will be possible soon: the next ACK is near, and little may go now."""
    room, window = rooms
    head = tcb.flight.head
    if tcb.recovery.state >= RECOVERY or now - tcb.sent_at > MILLISECOND or head is None:
        return False
    length = chunk.end - tcb.snd_nxt
    allowed = min(room, window)
    if allowed >= burst_segments(tcb, size) * size or (not last and allowed >= length):
        return False
    share = tcb.config.burst_share
    if share and allowed >= min(tcb.snd_wnd, tcb.congestion.cwnd) // share:
        return False
    if now - head.sent_at <= (tcb.timeout.srtt or 0) // 2:  # the next ACK is not near
        return False
    if min(room, window) <= length:
        return True
    return not (chunk.closed or (last and tcb.fin_queued))


def burst_segments(tcb: "Tcb", size: int) -> int:
    """Segments that leave together: what the path takes in about a millisecond, and a minimum."""
    most = LARGEST_CHUNK // size
    srtt = tcb.timeout.srtt
    if srtt:
        congestion = tcb.congestion
        percent = 200 if 2 * congestion.cwnd < congestion.ssthresh else 120
        window = max(congestion.cwnd, tcb.flight.outstanding)
        count = window * percent * SECOND // (100 * srtt) >> 10
        shortest = (tcb.timeout.minimum_round_trip or 0) // 1000 >> 9  # of 512 us
        if shortest < 32:
            count += 65_536 >> shortest
        most = min(most, count // size)
    return max(most, tcb.config.burst_minimum)
