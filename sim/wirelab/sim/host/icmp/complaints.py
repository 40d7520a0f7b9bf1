"""What can be wrong with a packet, in words that mean the same to both families of ICMP.

Source: RFC 792, RFC 1122 section 3.2.2.1, RFC 1812 section 5.2.7.1; RFC 4443 section 3.
"""

from enum import Enum
from typing import Final

from wirelab.sim.host.icmp import message_types

_UNREACHABLE: Final = message_types.DESTINATION_UNREACHABLE
_UNREACHABLE6: Final = message_types.UNREACHABLE6
_PROBLEM6: Final = message_types.PARAMETER_PROBLEM6


class Complaint(Enum):
    """Why a packet is refused; with type and code in ICMP, and in ICMPv6.

    `TOO_BIG` goes with the MTU of the next hop; whatever is a parameter problem (`BAD_HEADER`, and
    in ICMPv6 `PROTOCOL_UNREACHABLE`) with a pointer: the byte of the packet where the problem is.
    """

    NO_ROUTE = (_UNREACHABLE, 0), (_UNREACHABLE6, 0)
    HOST_UNREACHABLE = (_UNREACHABLE, 1), (_UNREACHABLE6, 3)
    PROTOCOL_UNREACHABLE = (_UNREACHABLE, 2), (_PROBLEM6, 1)
    PORT_UNREACHABLE = (_UNREACHABLE, 3), (_UNREACHABLE6, 4)
    TOO_BIG = (_UNREACHABLE, 4), (message_types.PACKET_TOO_BIG6, 0)
    SOURCE_ROUTE_FAILED = (_UNREACHABLE, 5), (_PROBLEM6, 0)
    BEYOND_SCOPE = (_UNREACHABLE, 10), (_UNREACHABLE6, 2)
    PROHIBITED = (_UNREACHABLE, 13), (_UNREACHABLE6, 1)
    TTL_EXPIRED = (message_types.TIME_EXCEEDED, 0), (message_types.TIME_EXCEEDED6, 0)
    REASSEMBLY_TIMEOUT = (message_types.TIME_EXCEEDED, 1), (message_types.TIME_EXCEEDED6, 1)
    BAD_HEADER = (message_types.PARAMETER_PROBLEM, 0), (_PROBLEM6, 0)
    UNKNOWN_OPTION = (message_types.PARAMETER_PROBLEM, 0), (_PROBLEM6, 2)
    INCOMPLETE_HEADERS = (message_types.PARAMETER_PROBLEM, 0), (_PROBLEM6, 3)

    @property
    def ipv4(self) -> tuple[int, int]:
        """Type and code (RFC 792)."""
        return self.value[0]

    @property
    def ipv6(self) -> tuple[int, int]:
        """Type and code (RFC 4443)."""
        return self.value[1]

    def of(self, address_length: int) -> tuple[int, int]:
        """Type and code for the family whose addresses have that many bytes."""
        return self.ipv4 if address_length == 4 else self.ipv6
