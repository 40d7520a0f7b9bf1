"""Why a frame did not arrive, or a call did not succeed: one stable id each.

Rule 1: an id is never reused and never means "unspecified".
Rule 2: texts (English, Japanese, what to do) live in `wirelab.sim.views.messages`, keyed by id;
a test demands that every id has its texts.
Rule 3: whatever decides names its reason here; ids that nobody decides yet are `RESERVED`.

The Linux alias is the kernel's name for the same decision (`enum skb_drop_reason`), where it has
one, so that `perf trace -e skb:kfree_skb` on the peer can be compared with our trace.
"""

from enum import StrEnum
from typing import Final


class Reason(StrEnum):
    """A named reason; its value is the id as printed (`tcp.no_listener`)."""

    linux: str | None

    def __new__(cls, value: str, linux: str | None = None) -> "Reason":
        """Make the member a string equal to its id, and attach the kernel's alias."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.linux = linux
        return member

    @property
    def layer(self) -> str:
        """The part before the dot: `link`, `eth`, `arp`, `ip`, `tcp` and so on."""
        return self.partition(".")[0]

    # link: the wire itself
    LINK_LOSS = "link.loss"
    LINK_CORRUPT = "link.corrupt"
    LINK_QUEUE_FULL = "link.queue_full", "QDISC_DROP"
    LINK_DOWN = "link.down"
    LINK_MTU = "link.mtu"
    LINK_PARTITION = "link.partition"
    # eth: the network interface
    ETH_NOT_FOR_ME = "eth.not_for_me", "OTHERHOST"
    ETH_TOO_SHORT = "eth.too_short", "PKT_TOO_SMALL"
    ETH_BAD_FCS = "eth.bad_fcs"
    ETH_NO_OTHER_PORT = "eth.no_other_port"
    ETH_RESERVED_GROUP = "eth.reserved_group"
    ETH_WRONG_VLAN = "eth.wrong_vlan"
    ETH_UNKNOWN_TYPE = "eth.unknown_type", "UNHANDLED_PROTO"
    # arp
    ARP_BAD_PACKET = "arp.bad_packet"
    ARP_NOT_FOR_ME = "arp.not_for_me"
    ARP_ADDRESS_CONFLICT = "arp.address_conflict"
    ARP_TIMEOUT = "arp.timeout", "NEIGH_FAILED"
    ARP_QUEUE_FULL = "arp.queue_full", "NEIGH_QUEUEFULL"
    # rarp
    RARP_BAD_PACKET = "rarp.bad_packet"
    RARP_NOT_FOR_ME = "rarp.not_for_me"
    # nd: neighbour discovery
    ND_BAD_PACKET = "nd.bad_packet", "IPV6_NDISC_BAD_OPTIONS"
    ND_NOT_FOR_ME = "nd.not_for_me"
    ND_ADDRESS_CONFLICT = "nd.address_conflict"
    ND_TIMEOUT = "nd.timeout", "NEIGH_FAILED"
    ND_QUEUE_FULL = "nd.queue_full", "NEIGH_QUEUEFULL"
    # ip
    IP_BAD_HEADER = "ip.bad_header", "IP_INHDR"
    IP_BAD_CHECKSUM = "ip.bad_checksum", "IP_CSUM"
    IP_BAD_SOURCE = "ip.bad_source", "IP_INVALID_SOURCE"
    IP_UNICAST_IN_BROADCAST = "ip.unicast_in_broadcast", "UNICAST_IN_L2_MULTICAST"
    IP_NOT_MY_ADDRESS = "ip.not_my_address"
    IP_NO_ROUTE = "ip.no_route", "IP_OUTNOROUTES"
    IP_NOT_FOR_ME = "ip.not_for_me", "IP_INADDRERRORS"
    IP_TTL_EXPIRED = "ip.ttl_expired"
    IP_TTL_BELOW_MINIMUM = "ip.ttl_below_minimum", "TCP_MINTTL"
    IP_TOO_BIG_DF = "ip.too_big_df", "PKT_TOO_BIG"
    IP_NO_PROTOCOL = "ip.no_protocol", "IP_NOPROTO"
    IP_NO_NEXT_HEADER = "ip.no_next_header"
    IP_UNKNOWN_OPTION = "ip.unknown_option"
    IP_FRAG_BAD = "ip.frag_bad"
    IP_FRAG_OVERLAP = "ip.frag_overlap"
    IP_FRAG_MEMORY = "ip.frag_memory"
    IP_FRAG_TIMEOUT = "ip.frag_timeout", "FRAG_REASM_TIMEOUT"
    IP_FRAG_DUPLICATE = "ip.frag_duplicate", "DUP_FRAG"
    IP_FORWARDED = "ip.forwarded"
    IP_BAD_DESTINATION = "ip.bad_destination"
    IP_BAD_OPTION = "ip.bad_option", "IP_INHDR"
    IP_SOURCE_ROUTE = "ip.source_route"
    IP_REVERSE_PATH = "ip.reverse_path", "IP_RPFILTER"
    IP_DIRECTED_BROADCAST = "ip.directed_broadcast"
    IP_FORWARDING_OFF = "ip.forwarding_off"
    IP_FILTER = "ip.filter", "NETFILTER_DROP"
    # igmp
    IGMP_BAD_PACKET = "igmp.bad_packet"
    IGMP_BAD_CHECKSUM = "igmp.bad_checksum"
    IGMP_UNKNOWN_TYPE = "igmp.unknown_type", "UNHANDLED_PROTO"
    IP_FILTER_FULL = "ip.filter_full"
    # nat
    NAT_FILTERED = "nat.filtered"
    NAT_NO_MAPPING = "nat.no_mapping"
    NAT_NO_PORTS = "nat.no_ports"
    NAT_TABLE_FULL = "nat.table_full"
    # mld
    MLD_BAD_PACKET = "mld.bad_packet"
    # icmp
    ICMP_BAD_CHECKSUM = "icmp.bad_checksum", "ICMP_CSUM"
    ICMP_BAD_PACKET = "icmp.bad_packet"
    ICMP_UNKNOWN_TYPE = "icmp.unknown_type", "UNHANDLED_PROTO"
    ICMP_ECHO_IGNORED = "icmp.echo_ignored"
    ICMP_UNMATCHED_ERROR = "icmp.unmatched_error"
    ICMP_UNMATCHED_REPLY = "icmp.unmatched_reply"
    ICMP_NO_ANSWER = "icmp.no_answer"
    ICMP_RATE_LIMITED = "icmp.rate_limited"
    ICMP_REDIRECT_IGNORED = "icmp.redirect_ignored"
    ICMP_ANSWER_FORBIDDEN = "icmp.answer_forbidden"
    # icmp, as an answer: what somebody on the path said about a packet of ours
    ICMP_NET_UNREACHABLE = "icmp.net_unreachable"
    ICMP_HOST_UNREACHABLE = "icmp.host_unreachable"
    ICMP_PROTOCOL_UNREACHABLE = "icmp.protocol_unreachable"
    ICMP_PORT_UNREACHABLE = "icmp.port_unreachable"
    ICMP_FRAGMENTATION_NEEDED = "icmp.fragmentation_needed"
    ICMP_PROHIBITED = "icmp.prohibited"
    ICMP_BEYOND_SCOPE = "icmp.beyond_scope"
    ICMP_TTL_EXPIRED = "icmp.ttl_expired"
    ICMP_REASSEMBLY_TIMEOUT = "icmp.reassembly_timeout"
    ICMP_PARAMETER_PROBLEM = "icmp.parameter_problem"
    # udp
    UDP_NO_SOCKET = "udp.no_socket", "NO_SOCKET"
    UDP_BAD_CHECKSUM = "udp.bad_checksum", "UDP_CSUM"
    UDP_NO_CHECKSUM = "udp.no_checksum"
    UDP_BAD_COVERAGE = "udp.bad_coverage"
    UDP_BAD_LENGTH = "udp.bad_length"
    UDP_PORT_IN_USE = "udp.port_in_use"
    UDP_CLOSED = "udp.closed"
    UDP_BUFFER_FULL = "udp.buffer_full", "SOCKET_RCVBUFF"
    # dhcp: why there is no address
    DHCP_TIMEOUT = "dhcp.timeout"
    # dns: why a name was not found
    DNS_NO_NAME = "dns.no_name"
    DNS_NO_DATA = "dns.no_data"
    DNS_BAD_NAME = "dns.bad_name"
    DNS_NO_SERVER = "dns.no_server"
    DNS_SERVER_FAILED = "dns.server_failed"
    DNS_TIMEOUT = "dns.timeout"
    # tcp
    TCP_BAD_HEADER = "tcp.bad_header"
    TCP_NO_LISTENER = "tcp.no_listener", "NO_SOCKET"
    TCP_NO_CONNECTION = "tcp.no_connection", "NO_SOCKET"
    TCP_BAD_CHECKSUM = "tcp.bad_checksum", "TCP_CSUM"
    TCP_BAD_FLAGS = "tcp.bad_flags", "TCP_FLAGS"
    TCP_OUT_OF_WINDOW = "tcp.out_of_window", "TCP_INVALID_SEQUENCE"
    TCP_OLD_DATA = "tcp.old_data", "TCP_OLD_DATA"
    TCP_ACK_UNSENT = "tcp.ack_unsent", "TCP_ACK_UNSENT_DATA"
    TCP_INVALID_SYN = "tcp.invalid_syn", "TCP_INVALID_SYN"
    TCP_PAWS = "tcp.paws", "TCP_RFC7323_PAWS"
    TCP_BACKLOG_FULL = "tcp.backlog_full", "TCP_LISTEN_OVERFLOW"
    TCP_ACCEPT_DEFERRED = "tcp.accept_deferred"
    TCP_WINDOW_FULL = "tcp.window_full", "TCP_OVERWINDOW"
    TCP_BROADCAST = "tcp.broadcast"
    TCP_PORT_IN_USE = "tcp.port_in_use"
    TCP_CLOSED = "tcp.closed", "TCP_CLOSE"
    TCP_RESET = "tcp.reset", "TCP_RESET"
    TCP_TIMEOUT = "tcp.timeout"
    # app: the program at the other end
    APP_BAD_RESPONSE = "app.bad_response"
    APP_HTTP_STATUS = "app.http_status"
    # live: only on a real interface
    LIVE_NO_PERMISSION = "live.no_permission"
    LIVE_KERNEL_RST = "live.kernel_rst"
    LIVE_OFFLOAD_CHECKSUM = "live.offload_checksum"
    LIVE_TIMEOUT = "live.timeout"


RESERVED: Final = frozenset(
    {
        Reason.LINK_CORRUPT,
        Reason.ETH_BAD_FCS,
    }
)
"""Ids of the public vocabulary whose deciders are not built yet: corruption, frame check sequences,
filters. None of them is ever seen in a trace."""
