"""The pseudo-header that TCP and UDP prefix to their checksums (RFC 9293 section 3.1)."""

from construct import Bytes, Const, Construct, Int8ub, Int16ub, Rebuild, Struct, this


def ipv4_pseudo_header(protocol: int) -> Construct:
    """Addresses of the IPv4 header below, zero, protocol number, length of header and payload."""
    return Struct(
        "source" / Rebuild(Bytes(4), this._params.below.source),
        "destination" / Rebuild(Bytes(4), this._params.below.destination),
        "zero" / Const(0, Int8ub),
        "protocol" / Const(protocol, Int8ub),
        "length" / Rebuild(Int16ub, this._params.length),
    )
