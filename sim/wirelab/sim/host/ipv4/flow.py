"""TCP over IPv4 from one port to another, with all that does not change prebuilt.

Source: RFC 9293 section 3.1, RFC 791 section 3.1; RFC 1071 section 2 (sums of parts may be added).

The codecs write the headers once, with zeros where something varies; from these bytes come the
parts that stay and what they add up to. A segment is then one `struct` call, and its checksums
count what varies only.
"""

from typing import TYPE_CHECKING, Final

from wirelab.codecs import TCP, Ethernet, IPv4
from wirelab.codecs.checksum import word_sum
from wirelab.sim.host.interface import MINIMUM_MTU, check_ttl
from wirelab.sim.host.ipv4.usual_frame import BUILD, IPV4_AT, TCP_AT, VERSION_AND_LENGTH
from wirelab.sim.host.large_frame import LargeFrame
from wirelab.sim.host.neighbors.arp import TYPE_IPV4
from wirelab.sim.host.protocol_numbers import PROTOCOL_TCP
from wirelab.sim.reasons import Reason

if TYPE_CHECKING:
    from wirelab.sim.host.ipv4.output import Ipv4Output, Path

HEADERS: Final = 40
"""IPv4 and TCP header without options, bytes (RFC 791 section 3.1, RFC 9293 section 3.1)."""

LARGEST_TEXT: Final = 0xFFFF - HEADERS - 40
"""What an IPv4 packet has room for beside all options, bytes (RFC 791 section 3.1)."""

_TCP_HEADER: Final = 20
_MASK: Final = 0xFFFF_FFFF
_NO_ETHERNET: Final = bytes(IPV4_AT)

_build = BUILD.pack
_from_bytes = int.from_bytes


class Ipv4Flow:
    """See `Flow`. Make it with `Ipv4Output.flow`.

    Attributes:
        headers: bytes of IPv4 and TCP without options.
        largest_segment: bytes of text that the link takes at once, to cut them itself; 0: it does
            not cut, or nothing has been sent yet.
    """

    __slots__ = (
        "_destination",
        "_dont_fragment",
        "_ends",
        "_ethernet",
        "_interface",
        "_ip_middle",
        "_ip_sum",
        "_mac",
        "_output",
        "_path",
        "_tcp_sum",
        "_ttl",
        "largest_segment",
    )

    headers: Final = HEADERS

    def __init__(
        self,
        output: "Ipv4Output",
        source: bytes,
        source_port: int,
        destination: bytes,
        destination_port: int,
        ttl: int,
    ) -> None:
        self._output = output
        self._destination = destination
        self._interface: int | None = None
        self._path: Path | None = None
        self._mac: bytes | None = None
        self.largest_segment = 0
        self._ethernet = b""
        ports = TCP(source_port, destination_port, checksum=0).build()[:4]
        self._ends = source + destination + ports
        # The pseudo-header's protocol, and the part of its length that every segment has.
        self._tcp_sum = (_from_bytes(self._ends) + PROTOCOL_TCP + _TCP_HEADER) % 0xFFFF
        self._dont_fragment = True
        self.ttl = ttl

    @property
    def ttl(self) -> int:
        """Hops, of every segment that follows."""
        return self._ttl

    @ttl.setter
    def ttl(self, hops: int) -> None:
        check_ttl(hops)
        self._ttl = hops
        self._make_header()

    @property
    def dont_fragment(self) -> bool:
        """Don't Fragment is set in every segment that follows (RFC 1191 section 3)."""
        return self._dont_fragment

    @dont_fragment.setter
    def dont_fragment(self, on: bool) -> None:
        self._dont_fragment = on
        self._make_header()

    def _make_header(self) -> None:
        """Build what the IPv4 headers have in common."""
        header = IPv4(
            source=self._ends[:4],
            destination=self._destination,
            protocol=PROTOCOL_TCP,
            ttl=self._ttl,
            dont_fragment=self._dont_fragment,
            total_length=0,
            checksum=0,
        ).build()
        self._ip_middle = header[6:10]
        self._ip_sum = _from_bytes(header) % 0xFFFF

    @property
    def mtu(self) -> int:
        """Largest IP packet on the way, bytes."""
        return self._output.mtu_for(self._destination, self._interface)

    @property
    def link_mtu(self) -> int:
        """Largest IP packet on the link to the first hop, bytes."""
        path = self._output.path(self._destination, self._interface)
        return MINIMUM_MTU if path is None else path.hop.interface.mtu

    def _find_path(self) -> "Path | None":
        path = self._output.path(self._destination, self._interface)
        if path is not None and not self._output.is_own(self._ends[:4]):
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
        output = self._output
        path = self._path
        if path is None or path.is_forgotten:
            path = self._find_path()
            if path is None:
                return Reason.IP_NO_ROUTE
        option_length = len(options)
        header_length = _TCP_HEADER + option_length
        size = len(text)
        is_large = 0 < segment_size < size
        if 20 + header_length + (segment_size if is_large else size) > path.mtu:
            return Reason.IP_TOO_BIG_DF
        total_length = 20 + header_length + size
        output.identification = identification = output.identification + 1 & 0xFFFF
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
            VERSION_AND_LENGTH,
            tos,
            total_length,
            identification,
            self._ip_middle,
            -(self._ip_sum + tos + total_length + identification) % 0xFFFF,
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
            frame = _large(frame, IPV4_AT + 20 + header_length, segment_size)
        if ethernet:
            path.link.transmit((hop.interface.index, frame))
        else:
            path.link.send_packet(frame[IPV4_AT:], hop.next_hop, now)
        return None

    def leave_by(self, interface: int | None) -> None:
        """Send by one interface; see `Flow.leave_by`."""
        self._interface = interface
        self._path = None

    def doubt(self, now: int) -> None:
        """Let the first hop prove that it is there; see `Flow.doubt`."""
        path = self._path
        if path is not None:
            path.link.neighbors.doubt(path.hop.next_hop, now)

    def _pseudo_sum(self, length: int) -> int:
        """What the link completes: the sum of the pseudo-header alone (`LargeFrame`)."""
        addresses = _from_bytes(self._ends[:8])
        return (addresses + PROTOCOL_TCP + length) % 0xFFFF or 0xFFFF

    def _make_ethernet(self, mac: bytes | None, own: bytes) -> None:
        """The neighbour is found, gone (None), or has another address now."""
        self._mac = mac
        self._ethernet = b""
        if mac is not None:
            self._ethernet = Ethernet(destination=mac, source=own, type=TYPE_IPV4).build()


def _large(frame: bytes, headers: int, segment_size: int) -> LargeFrame:
    large = LargeFrame(frame)
    large.headers = headers
    large.transport = TCP_AT
    large.segment_size = segment_size
    return large
