"""Loss recovery without SACK: duplicate ACKs stand for segments that have arrived.

Source: RFC 6582 section 3.2 (NewReno); RFC 5681 section 3.2.

Rule 1: each duplicate ACK counts one segment of the flight as arrived, whichever it was; so pipe,
limited transmit (RFC 3042) and proportional rate reduction work as with SACK.
Rule 2: of losses only the first is known: that at SND.UNA, found by the third duplicate, and by
each partial ACK during recovery.
"""

from wirelab.sim.host.tcp.flight import Flight


def duplicate_ack(flight: Flight, segment_size: int) -> int:
    """One more segment has left the network; how many bytes that is."""
    count = max(min(segment_size, flight.outstanding - flight.sacked - flight.lost), 0)
    flight.sacked += count
    flight.sacked_segments += 1
    return count


def acknowledged(flight: Flight, count: int, segment_size: int) -> int:
    """`count` bytes were acknowledged: what of them duplicates had not told of, bytes.

    One segment filled the hole; the others are those that the duplicates stood for.
    """
    known = min(max(count - segment_size, 0), flight.sacked)
    flight.sacked -= known
    flight.sacked_segments = -(-flight.sacked // segment_size)
    _keep_possible(flight)
    return count - known


def _keep_possible(flight: Flight) -> None:
    """What is lost has not arrived."""
    flight.sacked = max(min(flight.sacked, flight.outstanding - flight.lost), 0)


def forget(flight: Flight) -> None:
    """Duplicates seen so far stand for nothing any more."""
    flight.sacked = flight.sacked_segments = 0


def mark_first_lost(flight: Flight, segment_size: int) -> int:
    """The segment at SND.UNA is lost; bytes newly marked."""
    head = flight.head
    if head is None or head.lost:
        return 0
    if head.end - head.start > segment_size:
        flight.split(head, head.start + segment_size, segment_size)
    count = flight.mark_lost(head)
    _keep_possible(flight)
    return count
