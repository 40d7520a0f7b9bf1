"""Types and codes of ICMP (RFC 792) and ICMPv6 (RFC 4443); the latter's names end in 6."""

from typing import Final

ECHO_REPLY: Final = 0
DESTINATION_UNREACHABLE: Final = 3
SOURCE_QUENCH: Final = 4
REDIRECT: Final = 5
ECHO_REQUEST: Final = 8
TIME_EXCEEDED: Final = 11
PARAMETER_PROBLEM: Final = 12
TIMESTAMP_REQUEST: Final = 13
TIMESTAMP_REPLY: Final = 14

NET_UNREACHABLE: Final = 0  # codes of destination unreachable
HOST_UNREACHABLE: Final = 1
PROTOCOL_UNREACHABLE: Final = 2
PORT_UNREACHABLE: Final = 3
FRAGMENTATION_NEEDED: Final = 4

QUERIES: Final = frozenset((0, 8, 9, 10, 13, 14, 15, 16, 17, 18, 42, 43))
"""Types that are no errors: RFC 1122 section 3.2.2, RFC 1256 section 3, RFC 8335 section 2. An
unknown type may be one, and is taken for one where answering would be wrong."""

UNREACHABLE6: Final = 1
PACKET_TOO_BIG6: Final = 2
TIME_EXCEEDED6: Final = 3
PARAMETER_PROBLEM6: Final = 4
FIRST_INFORMATIONAL6: Final = 128
"""Types below are errors (RFC 4443 section 2.1)."""
ECHO_REQUEST6: Final = 128
ECHO_REPLY6: Final = 129
REDIRECT6: Final = 137  # RFC 4861 section 4.5

ADDRESS_UNREACHABLE6: Final = 3  # codes of destination unreachable
PORT_UNREACHABLE6: Final = 4
UNRECOGNIZED_NEXT_HEADER6: Final = 1  # codes of parameter problem
UNRECOGNIZED_OPTION6: Final = 2
