"""What a DHCP message says, however its options are spread over it.

Sources: RFC 2131 section 4.1 (options in the fields `file` and `server_name`), RFC 3396 (options
that are longer than 255 bytes, in several pieces), RFC 3397 (lists of domain names).

The header itself keeps every piece where it is, so that its bytes stay the same.
"""

from wirelab.codecs.domain_names import decode_names, encode_names
from wirelab.codecs.options import ListEnd, Option, Padding, UnknownOption
from wirelab.codecs.protocols.dhcp import DHCP
from wirelab.codecs.protocols.dhcp_options import (
    DHCP_OPTION_STYLE,
    READ_DHCP_OPTION,
    DHCPDomainSearch,
    DHCPOption,
    DHCPOptionOverload,
    decode_dhcp_options,
)

IN_FILE, IN_SERVER_NAME = 1, 2
"""Bits of the option overload (RFC 2132 section 9.3)."""
LONGEST = 255
"""Bytes of data that a length octet can say."""


def effective_options(message: DHCP) -> tuple[DHCPOption, ...]:
    """All options of a message, pieces of one kind joined, without padding and ends.

    Options from the field `options` come first, then those of `file`, then those of `server_name`,
    as RFC 3396 section 5 demands; each kind stands where its first piece stood.
    """
    pieces: dict[int, bytes] = {}
    for option in _everywhere(message):
        if isinstance(option, (Padding, ListEnd)) or not isinstance(option, Option):
            continue
        encoded = option.encode(DHCP_OPTION_STYLE)
        pieces[encoded[0]] = pieces.get(encoded[0], b"") + encoded[2:]
    return tuple(_read(kind, data) for kind, data in pieces.items())


def _everywhere(message: DHCP) -> tuple[DHCPOption, ...]:
    """The options of all three fields."""
    found = message.options
    overload = next((one.value for one in found if isinstance(one, DHCPOptionOverload)), 0)
    if overload & IN_FILE:
        found += decode_dhcp_options(message.file)
    if overload & IN_SERVER_NAME:
        found += decode_dhcp_options(message.server_name)
    return found


def _read(kind: int, data: bytes) -> DHCPOption:
    read = READ_DHCP_OPTION.get(kind)
    option = read(data, 0, len(data)) if read is not None else None
    return UnknownOption(kind, data) if option is None else option


def split_option(option: Option) -> tuple[UnknownOption, ...]:
    """The pieces, of at most 255 bytes each, that a long option is sent in (RFC 3396 section 6)."""
    kind = option.kind if isinstance(option, UnknownOption) else option.KIND
    data = option.data if isinstance(option, UnknownOption) else option.wire_data()
    places = range(0, max(len(data), 1), LONGEST)
    return tuple(UnknownOption(kind, data[place : place + LONGEST]) for place in places)


def domain_search(names: list[str] | tuple[str, ...]) -> DHCPDomainSearch:
    """The option for a list of domains to search, compressed.

    Raises:
        EncodeError: a name that is none.
    """
    return DHCPDomainSearch(encode_names(names))


def searched_domains(option: DHCPDomainSearch) -> tuple[str, ...]:
    """The domains that an option lists.

    Raises:
        DecodeError: the bytes are no list of names.
    """
    return decode_names(option.data)
