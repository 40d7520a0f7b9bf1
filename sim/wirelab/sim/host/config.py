"""What is given to a host when it is made: interfaces, routes, limits. Times in nanoseconds."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from wirelab.codecs.addresses import ANY_IPV4
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.icmp.config import USUAL_ICMP, IcmpConfig
from wirelab.sim.host.tcp.config import TcpConfig


class RandomSource(Protocol):
    """The one method of `random.Random` that a host uses; injected, seeded by the driver."""

    def getrandbits(self, k: int, /) -> int:
        """A uniform integer of `k` bits."""


@dataclass(slots=True)
class InterfaceConfig:
    """One network interface.

    Attributes:
        mac: 6 bytes.
        address: IPv4 address, 4 bytes; 0.0.0.0: none yet.
        prefix_length: 0 to 32.
        mtu: largest IP packet, bytes.
        cuts_segments: the link takes a `LargeFrame`, and cuts it into TCP segments itself.
        addresses: further ones, of 4 or of 16 bytes, each with its prefix length.
    """

    name: str
    mac: bytes
    address: bytes = ANY_IPV4
    prefix_length: int = 24
    mtu: int = 1500
    cuts_segments: bool = False
    addresses: Sequence[tuple[bytes, int]] = ()


@dataclass(slots=True)
class Route:
    """`destination/prefix_length` leaves by `interface` (index), via `gateway` (None: on-link).

    Attributes:
        metric: of several routes to one network, the one with the lowest is taken; of equals, the
            first.
    """

    destination: bytes
    prefix_length: int
    interface: int = 0
    gateway: bytes | None = None
    metric: int = 0


@dataclass(slots=True)
class HostConfig:
    """A host.

    Attributes:
        routes: on top of one on-link route an interface.
        ttl: of everything sent, hops (RFC 1122 section 3.2.1.7).
        send_buffer_limit, receive_buffer_limit: the most that SO_SNDBUF and SO_RCVBUF may ask for,
            bytes (Linux: net.core.wmem_max and rmem_max).
        udp_receive_buffer: bytes held for the application, a socket.
        icmp: what is said and believed by ICMP.
        neighbor_lifetime: how long an ARP answer is believed (RFC 1122 section 2.3.2.1).
        answer_arp: answer ARP requests for our addresses.
        answer_echo: answer pings.
        answer_closed_ports: reject what nobody here waits for, with RST or ICMP unreachable.
            These three are off where a kernel owns the same address and answers itself.
        autoconfigure: each interface makes itself a link-local address, looks for routers, and does
            what they say; `Host.autoconfigure` does so for one of them.
        igmp_version: the newest that is spoken, 1 to 3 (Linux: force_igmp_version).
        mld_version: likewise, 1 or 2.
        forwarding: pass packets for others on: be a router (RFC 1812), for both families.
        send_redirects: as a router, tell hosts the shorter way (RFC 1812 section 5.2.7.2).
        directed_broadcasts: as a router, let broadcasts through to our other networks; off, since
            they multiply what an attacker sends (RFC 2644).
        reverse_path_filter: as a router, believe a source only where the way back to it leads to
            where its packet came from (RFC 3704 section 2.2, strict).
        source_routes: follow routes that packets bring, and take packets that came by one; off,
            since they lead round filters (RFC 7126 section 4.3).
        reassembly_bytes: the most that fragments may take, overhead included (Linux:
            net.ipv4.ipfrag_high_thresh).
    """

    name: str
    interfaces: list[InterfaceConfig]
    routes: list[Route] = field(default_factory=list)
    ttl: int = 64
    tcp: TcpConfig = field(default_factory=TcpConfig)
    icmp: IcmpConfig = USUAL_ICMP
    send_buffer_limit: int = 212_992
    receive_buffer_limit: int = 212_992
    udp_receive_buffer: int = 212_992
    neighbor_lifetime: int = 60 * SECOND
    answer_arp: bool = True
    answer_echo: bool = True
    answer_closed_ports: bool = True
    autoconfigure: bool = False
    igmp_version: int = 3
    mld_version: int = 2
    forwarding: bool = False
    send_redirects: bool = True
    directed_broadcasts: bool = False
    reverse_path_filter: bool = False
    source_routes: bool = False
    reassembly_bytes: int = 4 * 1024 * 1024

    def __post_init__(self) -> None:
        """Refuse what no protocol has a version or a number for."""
        for name, least, most in (("ttl", 1, 255), ("igmp_version", 1, 3), ("mld_version", 1, 2)):
            if not least <= getattr(self, name) <= most:
                raise ValueError(f"{name} is {getattr(self, name)}; give {least} to {most}")
