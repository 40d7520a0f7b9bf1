"""Multicast groups of a host: who listens to what, and the router that asks.

multicast        the room's one door
igmp, mld        the protocols of IPv4 (RFC 1112, 2236, 3376) and IPv6 (RFC 2710, 3810)
station          one of them on one interface: a listener, and a querier in routers
listener, querier, group_state   what both protocols do alike, in the words of `messages`
source_filter    whose packets are wanted
"""
