"""Domain names as keys, and what kinds of records there are.

Source: RFC 1035 sections 2.3.1 and 3.2; RFC 4343 (case); RFC 3596 section 2.5 (ip6.arpa).
"""

from typing import Final

from wirelab.codecs import EncodeError
from wirelab.codecs.domain_names import encode_name, name_labels

A: Final = 1  # types: RFC 1035 section 3.2.2
NS: Final = 2
CNAME: Final = 5
SOA: Final = 6
PTR: Final = 12
MX: Final = 15
TXT: Final = 16
AAAA: Final = 28  # RFC 3596 section 2.1
SRV: Final = 33  # RFC 2782
OPT: Final = 41  # RFC 6891 section 6.1.1
CAA: Final = 257  # RFC 8659 section 4.1
ANY: Final = 255  # RFC 1035 section 3.2.3

TYPES: Final = {
    "A": A,
    "NS": NS,
    "CNAME": CNAME,
    "SOA": SOA,
    "PTR": PTR,
    "MX": MX,
    "TXT": TXT,
    "AAAA": AAAA,
    "SRV": SRV,
    "CAA": CAA,
    "ANY": ANY,
}
TYPE_NAMES: Final = {number: text for text, number in TYPES.items()}

INTERNET: Final = 1  # class, RFC 1035 section 3.2.4

Name = tuple[bytes, ...]
"""A name to compare: its labels in lower case, without the root's."""

NO_ERROR: Final = 0  # response codes, RFC 1035 section 4.1.1
FORMAT_ERROR: Final = 1
SERVER_FAILURE: Final = 2
NAME_ERROR: Final = 3
NOT_IMPLEMENTED: Final = 4
REFUSED: Final = 5
BAD_VERSION: Final = 16  # RFC 6891 section 9


def key_of(name: str) -> Name:
    r"""What to compare names by (RFC 4343 section 3: ASCII letters have no case).

    >>> key_of("WWW.Example.") == key_of("www.example"), key_of(".")
    (True, ())

    Raises:
        ValueError: no domain name: a label is empty or too long, or the whole is.
    """
    try:
        encode_name(name)  # checks the lengths
        return tuple(label.lower() for label in name_labels(name))
    except EncodeError as error:
        raise ValueError(str(error)) from None


def is_below(name: Name, zone: Name) -> bool:
    """Whether a name is a zone's own, or one below it."""
    return not zone or name[-len(zone) :] == zone


def reverse_name(address: bytes) -> str:
    """The name whose PTR record names an address (RFC 1035 section 3.5, RFC 3596 section 2.5).

    >>> reverse_name(bytes([10, 0, 0, 1]))
    '1.0.0.10.in-addr.arpa'
    """
    if len(address) == 4:
        return ".".join(str(byte) for byte in reversed(address)) + ".in-addr.arpa"
    return ".".join(reversed(address.hex())) + ".ip6.arpa"
