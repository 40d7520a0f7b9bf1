"""What scripts call the types and codes of ICMP for IPv4, and their numbers (RFC 792).

The names are those of both interpreters; `type_13` and `code_2` say a number that has none.
"""

import re
from typing import Final

UNREACHABLE: Final = 3
TIME_EXCEEDED: Final = 11

_TYPES: Final = {
    "echo_reply": 0,
    "unreachable": UNREACHABLE,
    "source_quench": 4,
    "redirect": 5,
    "echo_request": 8,
    "time_exceeded": TIME_EXCEEDED,
    "parameter_problem": 12,
    "timestamp_request": 13,
    "timestamp_reply": 14,
    "information_request": 15,
    "information_reply": 16,
    "address_mask_request": 17,
    "address_mask_reply": 18,
}
_CODES: Final = {
    # RFC 792 page 4, RFC 1122 section 3.2.2.1, RFC 1812 section 5.2.7.1.
    UNREACHABLE: (
        "net_unreachable",
        "host_unreachable",
        "protocol_unreachable",
        "port_unreachable",
        "frag_needed",
        "source_route_failed",
        "net_unknown",
        "host_unknown",
        "source_host_isolated",
        "net_prohibited",
        "host_prohibited",
        "net_unreachable_for_tos",
        "host_unreachable_for_tos",
        "packet_filtered",
        "precedence_violation",
        "precedence_cutoff",
    ),
    # RFC 792 page 6.
    TIME_EXCEEDED: ("ttl_exceeded_in_transit", "frag_reass_exceeded"),
}


def icmp_type(name: str) -> int | None:
    """The number of a type, or None if there is no such name."""
    return _TYPES.get(name, _numbered("type", name))


def icmp_code(kind: int, name: str | None) -> int | None:
    """The number of a code of this type, 0 without a name, or None if there is no such name."""
    if name is None:
        return 0
    names = _CODES.get(kind, ())
    if name in names:
        return names.index(name)
    return _numbered("code", name)


def icmp_type_name(kind: int) -> str:
    """How a script writes a type."""
    return next((name for name, number in _TYPES.items() if number == kind), f"type_{kind}")


def icmp_code_name(kind: int, code: int) -> str | None:
    """How a script writes a code, or None: it leaves it out."""
    names = _CODES.get(kind, ())
    if code < len(names):
        return names[code]
    return f"code_{code}" if code else None


def _numbered(what: str, name: str) -> int | None:
    match = re.fullmatch(rf"{what}_([0-9]+)", name)
    return int(match[1]) if match and int(match[1]) <= 0xFF else None
