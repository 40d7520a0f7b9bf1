"""What an application has set on a datagram socket; see socket(7), ip(7) and udp(7)."""

from wirelab.sim.host.tcp.socket_options import PMTUDISC_WANT


class UdpOptions:
    """The options of one datagram socket.

    Attributes:
        reuse_address, reuse_port: SO_REUSEADDR, SO_REUSEPORT.
        rcv_buff, snd_buff: SO_RCVBUF and SO_SNDBUF as getsockopt gives them; None: the host's.
        ttl: hops; None: the host's. minimum_ttl: datagrams with less are dropped (IP_MINTTL).
        multicast_ttl: hops of multicasts (RFC 1112 section 6.1: 1).
        tos: DSCP and ECN (RFC 2474, RFC 3168).
        mtu_discover: one of IP_PMTUDISC_...: when Don't Fragment is set, and how much may go.
        receive_errors: ICMP errors are queued, soft ones, too (IP_RECVERR).
        cork: what is sent is collected into one datagram (UDP_CORK).
    """

    __slots__ = (
        "cork",
        "minimum_ttl",
        "mtu_discover",
        "multicast_ttl",
        "rcv_buff",
        "receive_errors",
        "reuse_address",
        "reuse_port",
        "snd_buff",
        "tos",
        "ttl",
    )

    def __init__(self) -> None:
        self.reuse_address = False
        self.reuse_port = False
        self.rcv_buff: int | None = None
        self.snd_buff: int | None = None
        self.ttl: int | None = None
        self.minimum_ttl = 0
        self.multicast_ttl = 1
        self.tos = 0
        self.mtu_discover = PMTUDISC_WANT
        self.receive_errors = False
        self.cork = False
