"""What client, server and relay agent share: ports, message types, reading and writing options.

Source: RFC 2131 sections 2 and 4.1; RFC 2132.
"""

from collections.abc import Iterable
from typing import Final, TypeVar

from wirelab.codecs import DHCP, DecodeError
from wirelab.codecs.dhcp_messages import (
    IN_FILE,
    IN_SERVER_NAME,
    effective_options,
    split_option,
)
from wirelab.codecs.options import Option, UnknownOption
from wirelab.codecs.protocols.dhcp_options import DHCPMessageType, DHCPOptionOverload

SERVER_PORT: Final = 67  # RFC 2131 section 4.1
CLIENT_PORT: Final = 68

REQUEST: Final = 1  # `operation`, RFC 2131 section 2
REPLY: Final = 2

ETHERNET: Final = 1  # hardware type, RFC 2131 section 2

DISCOVER: Final = 1  # message types: RFC 2132 section 9.6
OFFER: Final = 2
DHCPREQUEST: Final = 3
DECLINE: Final = 4
ACK: Final = 5
NAK: Final = 6
RELEASE: Final = 7
INFORM: Final = 8

NAMES: Final = {
    DISCOVER: "DISCOVER",
    OFFER: "OFFER",
    DHCPREQUEST: "REQUEST",
    DECLINE: "DECLINE",
    ACK: "ACK",
    NAK: "NAK",
    RELEASE: "RELEASE",
    INFORM: "INFORM",
}

MAGIC_COOKIE: Final = 0x63825363  # RFC 2131 section 3
FOR_EVER: Final = 0xFFFF_FFFF  # a lease without end, RFC 2131 section 3.3

SMALLEST_MESSAGE: Final = 300
"""bytes of UDP payload; ours: BOOTP's size, below which some relay agents drop (RFC 1542 2.1)."""

DEFAULT_MESSAGE_SIZE: Final = 576
"""bytes of IP packet that every client takes (RFC 2131 section 2)."""

BELOW: Final = 28
"""bytes of IPv4 and UDP header."""

FIXED: Final = 240
"""bytes of a message before its options."""

OptionClass = TypeVar("OptionClass", bound=Option)


class Dialogue:
    """A message with its options read.

    Attributes:
        message: the header.
        kind: its message type.
        options: all of them, put together.
    """

    __slots__ = ("kind", "message", "options")

    def __init__(self, message: DHCP, kind: int, options: tuple[Option, ...]) -> None:
        self.message = message
        self.kind = kind
        self.options = options

    def __repr__(self) -> str:
        return f"<Dialogue {NAMES.get(self.kind, self.kind)} {self.message.transaction_id:#010x}>"

    def option(self, wanted: type[OptionClass]) -> OptionClass | None:
        """The option of that class, or None."""
        for option in self.options:
            if isinstance(option, wanted):
                return option
        return None


def read(data: bytes, operation: int) -> Dialogue | None:
    """A message out of a datagram; None: it is no DHCP message that goes that way.

    Args:
        data: the UDP payload.
        operation: REQUEST or REPLY.
    """
    try:
        message = DHCP.parse(data)
        if message.operation != operation or message.magic_cookie != MAGIC_COOKIE:
            return None
        options = effective_options(message)
    except DecodeError:
        return None
    for option in options:
        if isinstance(option, DHCPMessageType):
            return Dialogue(message, option.value, options)
    return None  # BOOTP


def write(message: DHCP, options: Iterable[Option], largest: int = DEFAULT_MESSAGE_SIZE) -> bytes:
    """The datagram of a message; options that find no room spill into `file` and `sname`.

    Options that fit nowhere are left out, the last ones first (RFC 2131 section 4.1).

    Args:
        message: with neither options nor `file` nor `server_name`.
        options: in the order of their importance.
        largest: bytes of IP packet.
    """
    pieces = [piece for option in options for piece in split_option(option)]
    overload = DHCPOptionOverload(0)
    room = largest - BELOW - FIXED - 1  # for the end
    if sum(map(_size, pieces)) <= room:
        placed = {0: pieces}
    else:
        placed = {0: [], IN_FILE: [], IN_SERVER_NAME: []}
        rooms = {0: room - 3, IN_FILE: len(message.file) - 1}
        rooms[IN_SERVER_NAME] = len(message.server_name) - 1
        for piece in pieces:
            place = next((one for one, left in rooms.items() if _size(piece) <= left), None)
            if place is not None:
                placed[place].append(piece)
                rooms[place] -= _size(piece)
        overload.value = sum(place for place in (IN_FILE, IN_SERVER_NAME) if placed[place])
        if overload.value:
            placed[0].append(UnknownOption(DHCPOptionOverload.KIND, bytes((overload.value,))))
    data = message.replace(
        options=_encoded(placed[0]),
        file=_encoded(placed.get(IN_FILE, [])),
        server_name=_encoded(placed.get(IN_SERVER_NAME, [])),
    ).build()
    return data.ljust(SMALLEST_MESSAGE, b"\0")


def _size(piece: UnknownOption) -> int:
    return 2 + len(piece.data)


def _encoded(pieces: list[UnknownOption]) -> bytes:
    """Options as bytes with their end; none at all: nothing."""
    if not pieces:
        return b""
    return b"".join(bytes((one.kind, len(one.data))) + one.data for one in pieces) + b"\xff"


def mask_length(mask: bytes) -> int | None:
    """The prefix length that a mask means, or None where its ones are not contiguous.

    >>> mask_length(bytes([255, 255, 240, 0])), mask_length(bytes([255, 0, 255, 0]))
    (20, None)
    """
    bits = f"{int.from_bytes(mask, 'big'):032b}"
    ones = bits.rstrip("0")
    return len(ones) if "0" not in ones else None


def mask_of(prefix_length: int) -> bytes:
    """The mask of a prefix length.

    >>> mask_of(20).hex()
    'fffff000'
    """
    return (0xFFFF_FFFF << 32 - prefix_length & 0xFFFF_FFFF).to_bytes(4, "big")
