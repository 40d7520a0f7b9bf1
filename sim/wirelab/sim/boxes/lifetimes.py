"""How long a box remembers what is silent. Nanoseconds.

Source: RFC 4787 REQ-5 (UDP), RFC 5382 REQ-5 (TCP), RFC 5508 REQ-2 (ICMP).
"""

from dataclasses import dataclass

from wirelab.sim.boxes.reading import ICMPV4, ICMPV6, UDP, UDP_LITE
from wirelab.sim.boxes.tcp_progress import TcpProgress, TcpState
from wirelab.sim.host.durations import SECOND


@dataclass(slots=True)
class Lifetimes:
    """What each kind of conversation is given.

    Attributes:
        udp: not under 2 minutes, better 5.
        tcp: of an established connection: not under 2 hours and 4 minutes.
        tcp_transitory: of one that opens, closes or was reset: 4 minutes.
        icmp: of a query: not under 60 s.
        other: of a protocol without ports; ours: as UDP.
    """

    udp: int = 300 * SECOND
    tcp: int = 7_440 * SECOND
    tcp_transitory: int = 240 * SECOND
    icmp: int = 60 * SECOND
    other: int = 300 * SECOND

    def of(self, protocol: int, tcp: TcpProgress | None) -> int:
        """The one for a conversation that was just heard."""
        if tcp is not None:
            return self.tcp if tcp.state is TcpState.ESTABLISHED else self.tcp_transitory
        if protocol in (ICMPV4, ICMPV6):
            return self.icmp
        return self.udp if protocol in (UDP, UDP_LITE) else self.other
