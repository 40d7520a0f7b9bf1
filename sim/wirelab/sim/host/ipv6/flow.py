"""TCP over IPv6 from one port to another, with all that does not change prebuilt.

Source: RFC 9293 section 3.1, RFC 8200 sections 3 and 8.1; RFC 6437 section 3 (flow label).

As `ipv4/flow.py`, and simpler: there is no header checksum and no identification.
"""

from typing import TYPE_CHECKING, Final

from wirelab.codecs import TCP, Ethernet, IPv6
from wirelab.codecs.checksum import word_sum
from wirelab.sim.host.interface import check_ttl
from wirelab.sim.host.ipv6.scopes import MINIMUM_MTU
from wirelab.sim.host.ipv6.usual_frame import BUILD, IPV6_AT, TCP_AT, TYPE_IPV6, VERSION
from wirelab.sim.host.large_frame import LargeFrame
from wirelab.sim.host.protocol_numbers import PROTOCOL_TCP
from wirelab.sim.reasons import Reason

if TYPE_CHECKING:
    from wirelab.sim.host.ipv6.output import Ipv6Output, Path

HEADERS: Final = 60
"""IPv6 and TCP header without options, bytes (RFC 8200 section 3, RFC 9293 section 3.1)."""

LARGEST_TEXT: Final = 0xFFFF - 20 - 40
"""What a payload length has room for beside TCP's header and options, bytes."""

_IPV6_HEADER: Final = 40
_TCP_HEADER: Final = 20
_MASK: Final = 0xFFFF_FFFF
_NO_ETHERNET: Final = bytes(IPV6_AT)

_build = BUILD.pack
_from_bytes = int.from_bytes


class Ipv6Flow:
    """See `Flow`. Make it with `Ipv6Output.flow`.

    Attributes:
        headers: bytes of IPv6 and TCP without options.
        dont_fragment: nothing to set on the wire: routers never cut IPv6 (RFC 8200 section 5).
        largest_segment: bytes of text that the link takes at once, to cut them itself; 0: it does
            not cut, or nothing has been sent yet.
    """

    __slots__ = (
        "_destination",
        "_ends",
        "_ethernet",
        "_first_word",
        "_ip_middle",
        "_mac",
        "_output",
        "_path",
        "_tcp_sum",
        "_ttl",
        "_zone",
        "dont_fragment",
        "largest_segment",
    )

    headers: Final = HEADERS

    def __init__(
        self,
        output: "Ipv6Output",
        source: bytes,
        source_port: int,
        destination: bytes,
        destination_port: int,
        hop_limit: int,
        zone: int | None,
        flow_label: int,
    ) -> None:
        self._output = output
        self._destination = destination
        self._zone = zone
        self._path: Path | None = None
        self._mac: bytes | None = None
        self._ethernet = b""
        self._first_word = VERSION | flow_label
        self.largest_segment = 0
        self.dont_fragment = True
        ports = TCP(source_port, destination_port, checksum=0).build()[:4]
        self._ends = source + destination + ports
        # The pseudo-header's protocol, and the part of its length that every segment has.
        self._tcp_sum = (_from_bytes(self._ends) + PROTOCOL_TCP + _TCP_HEADER) % 0xFFFF
        self.ttl = hop_limit

    @property
    def ttl(self) -> int:
        """Hop limit of every segment that follows."""
        return self._ttl

    @ttl.setter
    def ttl(self, hops: int) -> None:
        check_ttl(hops)
        self._ttl = hops
        header = IPv6(next_header=PROTOCOL_TCP, hop_limit=hops, payload_length=0).build()
        self._ip_middle = header[6:8]

    @property
    def mtu(self) -> int:
        """Largest IP packet on the way, bytes."""
        return self._output.mtu_for(self._destination, self._zone)

    @property
    def link_mtu(self) -> int:
        """Largest IP packet on the link to the first hop, bytes."""
        path = self._output.path(self._destination, self._zone)
        return MINIMUM_MTU if path is None else path.hop.interface.mtu

    def _find_path(self) -> "Path | None":
        path = self._output.path(self._destination, self._zone)
        if path is not None and not self._output.is_own(self._ends[:16]):
            path = None  # the address was taken from this host (RFC 1122 section 3.2.1.3)
        self._path = path
        cuts_segments = path is not None and path.cuts_segments
        self.largest_segment = LARGEST_TEXT if cuts_segments else 0
        return path

    def send(
        self,
        sequence: int,
        acknowledgment: int,
        flags: int,
        window: int,
        options: bytes,
        text: bytes,
        now: int,
        urgent_pointer: int = 0,
        tos: int = 0,
        segment_size: int = 0,
    ) -> Reason | None:
        """Queue one segment, or several in one; see `Flow.send`."""
        path = self._path
        if path is None or path.is_forgotten:
            path = self._find_path()
            if path is None:
                return Reason.IP_NO_ROUTE
        option_length = len(options)
        header_length = _TCP_HEADER + option_length
        size = len(text)
        is_large = 0 < segment_size < size
        if _IPV6_HEADER + header_length + (segment_size if is_large else size) > path.mtu:
            return Reason.IP_TOO_BIG_DF
        sequence &= _MASK
        acknowledgment &= _MASK
        word = header_length << 10 | flags
        if is_large:
            checksum = self._pseudo_sum(header_length + size)
        else:
            total = (
                self._tcp_sum + sequence + acknowledgment + word + window + urgent_pointer
                + option_length + size + _from_bytes(options)
            )  # fmt: skip
            if size:
                total += word_sum(text)
            checksum = -total % 0xFFFF
        hop = path.hop
        mac = hop.group_mac or path.link.neighbors.lookup(hop.next_hop, None, now)
        if mac is not self._mac:
            self._make_ethernet(mac, hop.interface.mac)
        ethernet = self._ethernet
        if is_large and not ethernet:
            return Reason.ARP_QUEUE_FULL  # the neighbour is asked, but this would not keep its kind
        frame = _build(
            ethernet or _NO_ETHERNET,
            self._first_word | tos << 20,
            header_length + size,
            self._ip_middle,
            self._ends,
            sequence,
            acknowledgment,
            word,
            window,
            checksum,
            urgent_pointer,
        )
        frame += options + text
        if is_large:
            frame = _large(frame, IPV6_AT + _IPV6_HEADER + header_length, segment_size)
        if ethernet:
            path.link.transmit((hop.interface.index, frame))
        else:
            path.link.send_packet(frame[IPV6_AT:], hop.next_hop, now)
        return None

    def leave_by(self, interface: int | None) -> None:
        """Send by one interface; see `Flow.leave_by`."""
        self._zone = interface
        self._path = None

    def doubt(self, now: int) -> None:
        """Let the first hop prove that it is there; see `Flow.doubt`."""
        path = self._path
        if path is not None:
            path.link.neighbors.doubt(path.hop.next_hop, now)

    def _pseudo_sum(self, length: int) -> int:
        """What the link completes: the sum of the pseudo-header alone (`LargeFrame`)."""
        addresses = _from_bytes(self._ends[:32])
        return (addresses + PROTOCOL_TCP + length) % 0xFFFF or 0xFFFF

    def _make_ethernet(self, mac: bytes | None, own: bytes) -> None:
        """The neighbour is found, gone (None), or has another address now."""
        self._mac = mac
        self._ethernet = b""
        if mac is not None:
            self._ethernet = Ethernet(destination=mac, source=own, type=TYPE_IPV6).build()


def _large(frame: bytes, headers: int, segment_size: int) -> LargeFrame:
    large = LargeFrame(frame)
    large.headers = headers
    large.transport = TCP_AT
    large.segment_size = segment_size
    return large
