"""The English texts: one line for each reason, and what to do; and the words of the views."""

from wirelab.sim.reasons import Reason

# Reason: (what happened, what to do)
REASONS: dict[Reason, tuple[str, str]] = {
    Reason.LINK_LOSS: (
        "the link lost this frame",
        "nothing, if the protocol sends again; else lower the link's loss",
    ),
    Reason.LINK_CORRUPT: ("bits changed on the link", "lower the link's corruption rate"),
    Reason.LINK_QUEUE_FULL: (
        "the link's queue was full",
        "send more slowly, or give the link a larger queue or rate",
    ),
    Reason.LINK_DOWN: (
        "the link is down, or there is none",
        "connect the interface, or set the link up",
    ),
    Reason.LINK_MTU: (
        "the packet is larger than the link carries",
        "lower the sender's MTU or MSS, or raise the link's MTU",
    ),
    Reason.LINK_PARTITION: ("the network is partitioned here", "heal the partition"),
    Reason.ETH_NOT_FOR_ME: (
        "the destination MAC is another machine's",
        "nothing: switches flood frames while they learn; else check the ARP cache",
    ),
    Reason.ETH_TOO_SHORT: ("shorter than an Ethernet header", "check what the sender builds"),
    Reason.ETH_BAD_FCS: ("the frame check sequence is wrong", "check cable and interface"),
    Reason.ETH_NO_OTHER_PORT: (
        "the switch has no other port to send it to",
        "connect the destination to the switch",
    ),
    Reason.ETH_RESERVED_GROUP: (
        "bridges keep frames to this group address to themselves",
        "send it from where it is to be heard: it crosses no switch",
    ),
    Reason.ETH_WRONG_VLAN: (
        "the switch port is in another VLAN",
        "let the port carry this VLAN (access, trunk)",
    ),
    Reason.ETH_UNKNOWN_TYPE: (
        "nobody here speaks this EtherType",
        "use IPv4 or ARP, or add the protocol to the receiver",
    ),
    Reason.ARP_BAD_PACKET: ("an ARP packet that cannot be read", "check what the sender builds"),
    Reason.ARP_NOT_FOR_ME: ("ARP asks for another machine", "nothing: requests are broadcast"),
    Reason.ARP_ADDRESS_CONFLICT: (
        "another machine uses the same IP address",
        "give one of the two another address (--ip)",
    ),
    Reason.ARP_TIMEOUT: (
        "nobody answered ARP for the next hop",
        "check the address, and that its host is on this network and switched on",
    ),
    Reason.ARP_QUEUE_FULL: (
        "too many packets waited for ARP; a newer one took this one's place",
        "resolve the address first, or send again",
    ),
    Reason.RARP_BAD_PACKET: (
        "no RARP packet for Ethernet and IPv4",
        "look at the hardware type, the lengths and the operation in the frame",
    ),
    Reason.RARP_NOT_FOR_ME: (
        "RARP about a station that this host knows nothing of",
        "nothing: on a shared network that is usual; a server needs the MAC address in its table",
    ),
    Reason.ND_BAD_PACKET: (
        "a neighbour discovery message that breaks the rules",
        "see which rule: hop limit 255 proves that no router passed it on (RFC 4861 section 7.1)",
    ),
    Reason.ND_NOT_FOR_ME: (
        "neighbour discovery for another host",
        "nothing: groups are shared by several addresses",
    ),
    Reason.ND_ADDRESS_CONFLICT: (
        "another machine uses the same IPv6 address",
        "give one of the two another address",
    ),
    Reason.ND_TIMEOUT: (
        "nobody answered neighbour discovery for the next hop",
        "check the address, and that its host is on this network and switched on",
    ),
    Reason.ND_QUEUE_FULL: (
        "too many packets waited for the answer of a neighbour",
        "resolve the address first, or send again",
    ),
    Reason.IP_BAD_HEADER: ("the IPv4 header is malformed", "check what the sender builds"),
    Reason.IP_BAD_CHECKSUM: ("the IPv4 header checksum is wrong", "let wirelab compute it (AUTO)"),
    Reason.IP_BAD_SOURCE: (
        "the source address cannot be a sender's",
        "use the sender's own unicast address as the source",
    ),
    Reason.IP_UNICAST_IN_BROADCAST: (
        "a packet to one address came in a broadcast frame",
        "send it to the destination's own MAC",
    ),
    Reason.IP_NOT_MY_ADDRESS: (
        "the address asked for is not this host's",
        "bind to an address of the host",
    ),
    Reason.IP_NO_ROUTE: ("no route to this address", "add a route or a gateway"),
    Reason.IP_NOT_FOR_ME: (
        "the destination IP address is another machine's",
        "check the destination; a host does not forward",
    ),
    Reason.IP_TTL_EXPIRED: ("the TTL ran out", "raise the TTL, or look for a routing loop"),
    Reason.IP_TTL_BELOW_MINIMUM: (
        "the TTL is below the socket's IP_MINTTL: the sender is too far away",
        "lower IP_MINTTL, or send with a TTL of 255 from nearby",
    ),
    Reason.IP_TOO_BIG_DF: (
        "larger than the MTU, and fragmenting is forbidden",
        "send smaller packets, or raise the MTU",
    ),
    Reason.IP_NO_PROTOCOL: ("no such transport protocol here", "use ICMP, UDP or TCP"),
    Reason.IP_NO_NEXT_HEADER: (
        "carries nothing behind its IPv6 headers",
        "nothing: the sender wanted that",
    ),
    Reason.IP_UNKNOWN_OPTION: (
        "has an option that must not be ignored and that nobody here knows",
        "leave the option out",
    ),
    Reason.IP_FRAG_BAD: (
        "a fragment that belongs to no packet that could be",
        "check offset, length and the more-fragments flag",
    ),
    Reason.IP_FRAG_OVERLAP: (
        "fragments overlap, so the packet is given up",
        "check what the sender builds; somebody may be trying to slip past a filter",
    ),
    Reason.IP_FRAG_MEMORY: (
        "newer fragments needed the memory",
        "send packets no larger than the path's MTU, or raise reassembly_bytes",
    ),
    Reason.IP_FRAG_TIMEOUT: (
        "not all fragments came in time",
        "look for the lost fragment, or send smaller packets",
    ),
    Reason.IP_FRAG_DUPLICATE: ("the same fragment came before", "nothing; networks duplicate"),
    Reason.IP_FORWARDED: (
        "a router passed the packet on",
        "nothing; look for the frame in which it went on",
    ),
    Reason.IP_BAD_DESTINATION: (
        "no router may forward to that address",
        "check the destination",
    ),
    Reason.IP_BAD_OPTION: ("an IP option that cannot be followed", "check what the sender builds"),
    Reason.IP_SOURCE_ROUTE: (
        "source routes are refused",
        "send it without, or set source_routes in the HostConfig",
    ),
    Reason.IP_REVERSE_PATH: (
        "the way back to the sender leads elsewhere, so the source may be forged",
        "check the routes, or clear reverse_path_filter in the HostConfig",
    ),
    Reason.IP_DIRECTED_BROADCAST: (
        "a broadcast to another network is not forwarded",
        "set directed_broadcasts in the router's HostConfig",
    ),
    Reason.IP_FORWARDING_OFF: ("this host does not forward packets", "send it by a router"),
    Reason.IP_FILTER: ("a filter refused the packet", "change the filter's rule"),
    Reason.IP_FILTER_FULL: (
        "the filter cannot remember one more connection",
        "end some connections, or give the filter more room (capacity)",
    ),
    Reason.NAT_FILTERED: (
        "the inner host behind this NAT port has not sent to this sender",
        "let the inner host send first, forward the port, or choose another filtering",
    ),
    Reason.NAT_NO_MAPPING: (
        "the NAT knows of no packet that this one answers",
        "look whether its mapping has expired",
    ),
    Reason.NAT_NO_PORTS: (
        "the NAT can only translate what has ports: TCP, UDP, UDP-Lite, and pings",
        "use one of these, or route without NAT",
    ),
    Reason.NAT_TABLE_FULL: (
        "the NAT has no port or no memory left for this",
        "end some connections, or give the NAT more room (capacity)",
    ),
    Reason.IGMP_BAD_PACKET: (
        "an IGMP message that cannot be read, or that no router sends",
        "check what the sender builds: queries have the router alert option",
    ),
    Reason.IGMP_BAD_CHECKSUM: ("the IGMP checksum is wrong", "let wirelab compute it (AUTO)"),
    Reason.IGMP_UNKNOWN_TYPE: (
        "an IGMP type that this host does not know",
        "nothing: RFC 3376 section 4 says to ignore it",
    ),
    Reason.MLD_BAD_PACKET: (
        "an MLD message that cannot be read, or that comes from another link",
        "check what the sender builds: hop limit 1, a link-local source, router alert",
    ),
    Reason.ICMP_BAD_CHECKSUM: ("the ICMP checksum is wrong", "let wirelab compute it (AUTO)"),
    Reason.ICMP_BAD_PACKET: (
        "an ICMP message that cannot be read",
        "check what the sender builds",
    ),
    Reason.ICMP_UNKNOWN_TYPE: (
        "an ICMP type that this host does not know",
        "nothing: RFC 1122 section 3.2.2 has it ignored",
    ),
    Reason.ICMP_ECHO_IGNORED: (
        "this host does not answer echo requests",
        "set answer_echo in its HostConfig",
    ),
    Reason.ICMP_UNMATCHED_ERROR: (
        "an ICMP error about a packet that was not sent from here",
        "nothing; the socket may have been closed before",
    ),
    Reason.ICMP_UNMATCHED_REPLY: (
        "an echo reply that nobody waits for",
        "nothing; it came late, or twice",
    ),
    Reason.ICMP_RATE_LIMITED: ("ICMP errors are rate-limited", "wait a second"),
    Reason.ICMP_NO_ANSWER: (
        "an echo request got no answer, not even an error",
        "check the way there (wirelab traceroute), and that its host answers pings",
    ),
    Reason.ICMP_REDIRECT_IGNORED: (
        "a redirect that must not be believed, or that this host does not follow",
        "check who sends redirects; HostConfig.icmp.accept_redirects turns following them on",
    ),
    Reason.ICMP_ANSWER_FORBIDDEN: (
        "an ICMP error must not answer this packet",
        "nothing: errors, broadcasts and fragments are not answered (RFC 1122 section 3.2.2)",
    ),
    Reason.ICMP_NET_UNREACHABLE: ("a router has no route to the network", "check the routes"),
    Reason.ICMP_HOST_UNREACHABLE: (
        "a router cannot reach the host",
        "check that the host is on, and its address",
    ),
    Reason.ICMP_PROTOCOL_UNREACHABLE: (
        "the host does not speak this protocol",
        "use another protocol",
    ),
    Reason.ICMP_PORT_UNREACHABLE: (
        "the host, or a firewall for it, says that this port is closed",
        "start the receiver, check the port number, or ask who runs the firewall",
    ),
    Reason.ICMP_FRAGMENTATION_NEEDED: (
        "too large for a link on the way",
        "send packets no larger than the MTU that was reported",
    ),
    Reason.ICMP_BEYOND_SCOPE: (
        "the source address means nothing where the packet would have to go",
        "send from an address of wider scope, a global one",
    ),
    Reason.ICMP_PROHIBITED: ("a firewall on the way forbids it", "ask who runs the firewall"),
    Reason.ICMP_TTL_EXPIRED: (
        "the TTL ran out on the way",
        "raise the TTL, or look for a routing loop",
    ),
    Reason.ICMP_REASSEMBLY_TIMEOUT: (
        "the other side did not get all fragments",
        "send smaller packets",
    ),
    Reason.ICMP_PARAMETER_PROBLEM: (
        "the other side found a header wrong",
        "check the field that it points at",
    ),
    Reason.UDP_NO_SOCKET: (
        "no socket on this UDP port",
        "start the receiver before you send, or check the port number",
    ),
    Reason.UDP_BAD_CHECKSUM: ("the UDP checksum is wrong", "let wirelab compute it (AUTO)"),
    Reason.UDP_NO_CHECKSUM: (
        "the UDP checksum is missing, and IPv6 demands one",
        "let wirelab compute it (AUTO), or set UDP_NO_CHECK6_RX at the receiver",
    ),
    Reason.UDP_BAD_COVERAGE: (
        "the UDP-Lite checksum covers too little, or more than there is",
        "cover 0 (all) or at least what the receiver demands",
    ),
    Reason.UDP_BAD_LENGTH: (
        "the UDP length does not fit the packet",
        "let wirelab compute it (AUTO)",
    ),
    Reason.UDP_PORT_IN_USE: ("the UDP port is taken", "choose another port, or 0 for any"),
    Reason.UDP_CLOSED: ("the UDP socket is closed", "open a new one"),
    Reason.UDP_BUFFER_FULL: (
        "the receiver's buffer is full",
        "receive faster, send more slowly, or use TCP",
    ),
    Reason.DNS_NO_NAME: ("there is no such name", "check the spelling and the search list"),
    Reason.DNS_NO_DATA: (
        "the name has no records of this type",
        "ask for another type, such as A or AAAA",
    ),
    Reason.DHCP_TIMEOUT: (
        "no DHCP server gives us an address",
        "check that one is on this network, and that its pool is not used up",
    ),
    Reason.DNS_BAD_NAME: (
        "this is no domain name",
        "labels have 1 to 63 bytes, all together at most 255",
    ),
    Reason.DNS_NO_SERVER: (
        "no name server is known",
        "give the resolver one, or let DHCP tell it",
    ),
    Reason.DNS_SERVER_FAILED: (
        "the name servers cannot or will not answer",
        "check whether they serve this zone",
    ),
    Reason.DNS_TIMEOUT: (
        "no name server answers",
        "check the servers' addresses and the way there",
    ),
    Reason.TCP_BAD_HEADER: ("the TCP header is malformed", "check what the sender builds"),
    Reason.TCP_NO_LISTENER: (
        "no program listens on this TCP port",
        "start the server first, or check the port number",
    ),
    Reason.TCP_NO_CONNECTION: (
        "there is no such connection",
        "connect again; the other side forgot it, or never had it",
    ),
    Reason.TCP_BAD_CHECKSUM: ("the TCP checksum is wrong", "let wirelab compute it (AUTO)"),
    Reason.TCP_BAD_FLAGS: (
        "these flags make no sense in this state",
        "check what the sender builds",
    ),
    Reason.TCP_OUT_OF_WINDOW: (
        "outside the receive window",
        "nothing, if it is an old duplicate; else check the sequence numbers",
    ),
    Reason.TCP_OLD_DATA: ("received before", "nothing: an acknowledgment was late or lost"),
    Reason.TCP_ACK_UNSENT: (
        "acknowledges what was never sent",
        "check the acknowledgment numbers of the sender",
    ),
    Reason.TCP_INVALID_SYN: ("a SYN inside a connection", "use a new source port"),
    Reason.TCP_PAWS: ("an old segment, by its timestamp", "nothing: it is a late duplicate"),
    Reason.TCP_BACKLOG_FULL: (
        "the listener's backlog is full",
        "accept connections faster, or listen with a larger backlog",
    ),
    Reason.TCP_ACCEPT_DEFERRED: (
        "the listener waits for data (TCP_DEFER_ACCEPT)",
        "nothing: the connection is ready once data arrives",
    ),
    Reason.TCP_WINDOW_FULL: ("more than the receive window", "the receiver must read first"),
    Reason.TCP_BROADCAST: ("TCP to a broadcast address", "connect to one host's address"),
    Reason.TCP_PORT_IN_USE: ("the TCP port is taken", "choose another port, or 0 for any"),
    Reason.TCP_CLOSED: ("the connection is closed", "connect again"),
    Reason.TCP_RESET: ("the other side reset the connection", "see why in its own log or trace"),
    Reason.TCP_TIMEOUT: (
        "the other side did not answer in time",
        "check the address, the path and the firewalls between",
    ),
    Reason.APP_BAD_RESPONSE: (
        "the answer breaks the rules of its protocol",
        "check that the port belongs to a server of this protocol",
    ),
    Reason.APP_HTTP_STATUS: (
        "the server answered with an HTTP status of failure",
        "check the path of the URL; without --fail the server's page is shown",
    ),
    Reason.LIVE_NO_PERMISSION: (
        "raw frames need a privilege",
        "run as root, or give the interpreter CAP_NET_RAW (and CAP_NET_ADMIN for TAP)",
    ),
    Reason.LIVE_KERNEL_RST: (
        "the kernel owns no socket for this segment, and reset the peer",
        "an IP address of your own (--ip with a free one, or --link tap), or --guard: a rule that "
        "drops the kernel's resets of this port",
    ),
    Reason.LIVE_OFFLOAD_CHECKSUM: (
        "the checksum was left to the network card and is not in the frame yet",
        "nothing on this machine; or switch offloading off (ethtool -K IF tx off)",
    ),
    Reason.LIVE_TIMEOUT: ("nothing came back in time", "check address and cable; raise -W"),
}

WORDS: dict[str, str] = {
    "time": "time, ms",
    "silence": "{duration} of silence",
    "segments": "{count} more segments, {bytes} bytes",
    "frames": "{count} more frames, {bytes} bytes",
    "notable": ", {count} of them lost, refused or sent again",
    "noise": "frames of others, not shown: {kinds}",
    "forgotten": "{count} earlier events are not kept",
    "forgotten_between": "{count} events between are not kept",
    "clock": "virtual clock",
    "live": "live",
    "interface": "iface {name}",
    "shares": "wirelab shares {address} with the kernel",
    "user_space": "user space",
    "peers": "{count} peers",
    "via": "via {gateway}",
    "seed": "seed {seed}",
    "drop": "DROP {reason}",
    "in_flight": "in flight",
    "where": "where: {layer}, {place}",
    "where_only": "where: {place}",
    "in_kernel": "in this machine's own kernel",
    "kernel": "the kernel",
    "layer": "layer {number} {name}",
    "reason": "reason: {reason}",
    "on_host": "on {host}",
    "on_link": "on the link from {sender} to {receiver}",
    "try": "try: {remedy}",
    "walk_link": "the frame left {sender} and reached {receiver}",
    "walk_eth": "addressed to {mac}",
    "walk_arp": "a readable ARP packet",
    "walk_ip": "{source} > {destination}, TTL {ttl}",
    "walk_ipv6": "{source} > {destination}, hop limit {hop_limit}",
    "walk_transport": "port {source_port} > {destination_port}",
    "walk_icmp": "a readable ICMP message",
    "walk_nd": "a readable message of neighbor discovery",
    "walk_igmp": "a readable IGMP message",
    "walk_rarp": "a readable RARP packet",
    "hop": "ttl {sent}, {left} after {router}",
    "nat_source": "from {address}",
    "nat_destination": "to {address}",
}
