"""What IP says that it carries: IPv4's protocol, IPv6's next header.

Source: RFC 791 section 3.1; RFC 8200 section 3; the IANA registry that both share.
"""

from typing import Final

PROTOCOL_ICMP: Final = 1  # RFC 792
PROTOCOL_IGMP: Final = 2  # RFC 1112 appendix I
PROTOCOL_TCP: Final = 6  # RFC 9293 section 3.1
PROTOCOL_UDP: Final = 17  # RFC 768
PROTOCOL_ICMPV6: Final = 58  # RFC 4443 section 1
PROTOCOL_UDPLITE: Final = 136  # RFC 3828 section 7
