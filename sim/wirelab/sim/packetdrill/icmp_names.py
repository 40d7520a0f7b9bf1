"""What scripts call the types and codes of ICMP, and their numbers (RFC 792, RFC 4443).

The names are those of both interpreters; `type_13` and `code_2` say a number that has none.
What only IPv4 has a name for means what is nearest to it in IPv6, so that one script serves both.
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


_UNREACHABLE6: Final = 1  # types of ICMPv6: RFC 4443 section 3
_TOO_BIG6: Final = 2
_TIME_EXCEEDED6: Final = 3
_PROBLEM6: Final = 4

_TYPES6: Final = {
    "unreachable": _UNREACHABLE6,
    "packet_too_big": _TOO_BIG6,
    "time_exceeded": _TIME_EXCEEDED6,
    "parameter_problem": _PROBLEM6,
    "echo_request": 128,
    "echo_reply": 129,
}
_CODES6: Final = {
    _UNREACHABLE6: (
        "no_route",
        "admin_prohibited",
        "beyond_scope",
        "addr_unreachable",
        "port_unreachable",
    ),
    _TIME_EXCEEDED6: _CODES[TIME_EXCEEDED],
    _PROBLEM6: ("erroneous_header", "unknown_next_header", "unknown_option"),
}
_NEAREST: Final = {
    "net_unreachable": (_UNREACHABLE6, 0),
    "net_prohibited": (_UNREACHABLE6, 1),
    "host_prohibited": (_UNREACHABLE6, 1),
    "packet_filtered": (_UNREACHABLE6, 1),
    "host_unreachable": (_UNREACHABLE6, 3),
    "protocol_unreachable": (_PROBLEM6, 1),
    "frag_needed": (_TOO_BIG6, 0),
}
"""Type and code of ICMPv6 for codes of IPv4's "unreachable"."""


def message_numbers(type_name: str, code_name: str | None, ipv6: bool) -> tuple[int, int] | None:
    """Type and code, 0 without a name of a code; or None if there is no such name."""
    types, codes = (_TYPES6, _CODES6) if ipv6 else (_TYPES, _CODES)
    kind = types.get(type_name, _numbered("type", type_name))
    if kind is None or code_name is None:
        return None if kind is None else (kind, 0)
    if ipv6 and kind == _UNREACHABLE6 and code_name in _NEAREST:
        return _NEAREST[code_name]
    names = codes.get(kind, ())
    code = names.index(code_name) if code_name in names else _numbered("code", code_name)
    return None if code is None else (kind, code)


def message_names(kind: int, code: int, ipv6: bool) -> tuple[str, str | None]:
    """How a script writes a type and a code; it leaves a code of 0 without a name out."""
    types, codes = (_TYPES6, _CODES6) if ipv6 else (_TYPES, _CODES)
    type_name = next((name for name, number in types.items() if number == kind), f"type_{kind}")
    names = codes.get(kind, ())
    if code < len(names):
        return type_name, names[code]
    return type_name, f"code_{code}" if code else None


def _numbered(what: str, name: str) -> int | None:
    match = re.fullmatch(rf"{what}_([0-9]+)", name)
    return int(match[1]) if match and int(match[1]) <= 0xFF else None
