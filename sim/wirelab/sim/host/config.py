"""What is given to a host when it is made: interfaces, routes, limits. Times in nanoseconds."""

from dataclasses import dataclass, field
from typing import Protocol

SECOND = 1_000_000_000
MILLISECOND = 1_000_000


class RandomSource(Protocol):
    """The one method of `random.Random` that a host uses; injected, seeded by the driver."""

    def getrandbits(self, k: int, /) -> int:
        """A uniform integer of `k` bits."""


@dataclass(slots=True)
class InterfaceConfig:
    """One network interface.

    Attributes:
        mac: 6 bytes.
        address: IPv4 address, 4 bytes.
        prefix_length: 0 to 32.
        mtu: largest IP packet, bytes.
    """

    name: str
    mac: bytes
    address: bytes
    prefix_length: int = 24
    mtu: int = 1500


@dataclass(slots=True)
class Route:
    """`destination/prefix_length` leaves by `interface` (index), via `gateway` (None: on-link)."""

    destination: bytes
    prefix_length: int
    interface: int = 0
    gateway: bytes | None = None


@dataclass(slots=True)
class TcpConfig:
    """TCP's knobs.

    Attributes:
        receive_buffer: bytes held for the application; without window scaling at most 65535 are
            advertised (RFC 9293 section 3.1).
        send_buffer: bytes accepted from the application and not yet acknowledged.
        initial_rto: RFC 6298 section 2.1.
        minimum_rto: RFC 6298 section 2.4.
        maximum_rto: RFC 6298 section 2.5 (at least 60 s).
        delayed_ack: RFC 1122 section 4.2.3.2 (below 0.5 s).
        msl: RFC 9293 section 3.4.2 (2 minutes); TIME-WAIT lasts twice this.
        syn_retries: SYNs sent again before connect fails (RFC 9293 section 3.8.3, R2; 7 of them,
            from 1 s on, take the 3 minutes of MUST-23).
        retries: retransmissions of data before the connection is given up (R2).
        nagle: RFC 9293 section 3.7.4.
        answer_closed_ports: send RST where nobody listens (RFC 9293 section 3.10.7.1); the host
            sets it from `HostConfig.answer_closed_ports`.
    """

    receive_buffer: int = 65_535
    send_buffer: int = 262_144
    initial_rto: int = 1 * SECOND
    minimum_rto: int = 1 * SECOND
    maximum_rto: int = 60 * SECOND
    delayed_ack: int = 200 * MILLISECOND
    msl: int = 120 * SECOND
    syn_retries: int = 7
    retries: int = 15
    nagle: bool = True
    answer_closed_ports: bool = True

    def __post_init__(self) -> None:
        """Refuse what would retransmit for ever at one instant, or never move a byte."""
        for name in ("initial_rto", "minimum_rto", "maximum_rto", "receive_buffer", "send_buffer"):
            if getattr(self, name) <= 0:
                raise ValueError(f"TcpConfig.{name} is {getattr(self, name)}; give more than 0")


@dataclass(slots=True)
class HostConfig:
    """A host.

    Attributes:
        routes: on top of one on-link route an interface.
        ttl: of everything sent, hops (RFC 1122 section 3.2.1.7).
        udp_receive_buffer: bytes held for the application, a socket.
        neighbor_lifetime: how long an ARP answer is believed (RFC 1122 section 2.3.2.1).
        answer_arp: answer ARP requests for our addresses.
        answer_echo: answer pings.
        answer_closed_ports: reject what nobody here waits for, with RST or ICMP unreachable.
            These three are off where a kernel owns the same address and answers itself.
    """

    name: str
    interfaces: list[InterfaceConfig]
    routes: list[Route] = field(default_factory=list)
    ttl: int = 64
    tcp: TcpConfig = field(default_factory=TcpConfig)
    udp_receive_buffer: int = 212_992
    neighbor_lifetime: int = 60 * SECOND
    answer_arp: bool = True
    answer_echo: bool = True
    answer_closed_ports: bool = True
