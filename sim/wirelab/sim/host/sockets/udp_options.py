"""What an application has set on a datagram socket; see socket(7), ip(7), ipv6(7) and udp(7)."""

from wirelab.codecs.addresses import ANY_IPV4
from wirelab.sim.host.tcp.socket_options import PMTUDISC_WANT


class UdpOptions:
    """The options of one datagram socket.

    Attributes:
        reuse_address, reuse_port: SO_REUSEADDR, SO_REUSEPORT.
        rcv_buff, snd_buff: SO_RCVBUF and SO_SNDBUF as getsockopt gives them; None: the host's.
        ttl: hops; None: the host's. minimum_ttl: datagrams with less are dropped (IP_MINTTL).
        unicast_interface: index of where all else leaves, whatever routes prefer; None: as routed
            (IP_UNICAST_IF, IPV6_UNICAST_IF).
        multicast_ttl: hops of multicasts (RFC 1112 section 6.1: 1); None: the host's.
        multicast_interface: index of where multicasts leave; None: as routed (IP_MULTICAST_IF).
        multicast_source: the address by which that was said, or 0.0.0.0.
        multicast_loop: multicasts are heard by members on this host, too (RFC 1112 section 6.1).
        multicast_all: multicasts that only others here have joined are heard, too.
        tos: DSCP and ECN (RFC 2474, RFC 3168).
        mtu_discover: one of IP_PMTUDISC_...: when Don't Fragment is set, and how much may go.
        receive_errors: ICMP errors are queued, soft ones, too (IP_RECVERR).
        cork: what is sent is collected into one datagram (UDP_CORK).
        header_options: of IPv4, or of an IPv6 hop-by-hop header (IP_OPTIONS, IPV6_HOPOPTS).
        whole: nothing is fragmented (IPV6_DONTFRAG).
        largest_packet: bytes of IPv6 packet that are sent at most (IPV6_MTU); 0: as the path is.
        no_checksum_out, no_checksum_in: IPv6 without UDP checksums (RFC 6935 section 5).

    Most of them serve both families, since what a socket wants of IPv4 it wants of IPv6.
    """

    __slots__ = (
        "cork",
        "header_options",
        "largest_packet",
        "minimum_ttl",
        "mtu_discover",
        "multicast_all",
        "multicast_interface",
        "multicast_loop",
        "multicast_source",
        "multicast_ttl",
        "no_checksum_in",
        "no_checksum_out",
        "rcv_buff",
        "receive_errors",
        "reuse_address",
        "reuse_port",
        "snd_buff",
        "tos",
        "ttl",
        "unicast_interface",
        "whole",
    )

    def __init__(self) -> None:
        self.reuse_address = False
        self.reuse_port = False
        self.rcv_buff: int | None = None
        self.snd_buff: int | None = None
        self.ttl: int | None = None
        self.minimum_ttl = 0
        self.unicast_interface: int | None = None
        self.largest_packet = 0
        self.multicast_ttl: int | None = 1
        self.multicast_interface: int | None = None
        self.multicast_source = ANY_IPV4
        self.multicast_loop = True
        self.multicast_all = True
        self.header_options = b""
        self.whole = False
        self.no_checksum_out = False
        self.no_checksum_in = False
        self.tos = 0
        self.mtu_discover = PMTUDISC_WANT
        self.receive_errors = False
        self.cork = False
