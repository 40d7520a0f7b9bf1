"""Neighbours (RFC 826, RFC 5227, RFC 4861): which MAC address stands behind an IP address.

neighborhood     the room's one door, for each interface
cache            the state machine per neighbour; resolution: asking, and what waits meanwhile
arp, discovery   the questions and answers of IPv4 and IPv6 (discovery_messages)
claims           addresses that are found free before they are used, and defended
link_local, rarp, proxy   RFC 3927, RFC 903, RFC 1027
surroundings     the host, as it is seen from here
"""
