"""What ICMP errors carry behind their header: the packet that they are about, and extensions.

Source: RFC 792; RFC 4443 section 2.4 (c); RFC 4884 (extensions); RFC 8335 section 2 (probes).

    +----------------+---------------------------------+----------------------+
    | ICMP header    | quote: as much of the packet as | extensions, if the   |
    | (quote_length) | fits, zeros up to 128 bytes     | length is not 0      |
    +----------------+---------------------------------+----------------------+
"""

from wirelab.codecs.arguments import as_bytes
from wirelab.codecs.errors import DecodeError, EncodeError
from wirelab.codecs.header import Header
from wirelab.codecs.packet import Packet, parse_quote
from wirelab.codecs.protocols.icmp_extensions import ICMPExtensions
from wirelab.codecs.protocols.icmpv4 import ICMPv4
from wirelab.codecs.protocols.icmpv6_extended_echo_request import ICMPv6ExtendedEchoRequest
from wirelab.codecs.protocols.icmpv6_packet_too_big import ICMPv6PacketTooBig
from wirelab.codecs.protocols.icmpv6_parameter_problem import ICMPv6ParameterProblem
from wirelab.codecs.protocols.icmpv6_time_exceeded import ICMPv6TimeExceeded
from wirelab.codecs.protocols.icmpv6_unreachable import ICMPv6Unreachable
from wirelab.codecs.protocols.ipv4 import IPv4
from wirelab.codecs.protocols.ipv6 import IPv6
from wirelab.codecs.registries.icmp import EXTENSIBLE_TYPES, QUOTING_TYPES

SHORTEST_QUOTE = 128
"""bytes before extensions, so that old receivers take them for a part of the quote (RFC 4884
section 5.1)."""
EXTENSIBLE_V6 = (ICMPv6Unreachable, ICMPv6TimeExceeded)
QUOTING_V6 = (*EXTENSIBLE_V6, ICMPv6PacketTooBig, ICMPv6ParameterProblem)


def quoted(packet: Packet) -> Packet | None:
    """The packet that the innermost header quotes, as far as it does, or None."""
    header = packet.layers[-1] if packet.layers else None
    first: type[IPv4] | type[IPv6]
    if isinstance(header, ICMPv4) and header.type in QUOTING_TYPES:
        first = IPv4
    elif isinstance(header, QUOTING_V6):
        first = IPv6
    else:
        return None
    length = _quote_length(header)
    payload = packet.payload
    try:
        found = parse_quote(payload[:length] if length else payload, first)
    except DecodeError:
        return None
    outer = found.layers[0]
    if isinstance(outer, IPv4):
        found.wire_length = outer.total_length
    elif isinstance(outer, IPv6) and outer.payload_length:
        found.wire_length = outer.header_length + outer.payload_length
    return found


def extensions(packet: Packet) -> ICMPExtensions | None:
    """The extensions behind the quote, or of a probe; None if there are none that can be read."""
    header = packet.layers[-1] if packet.layers else None
    if isinstance(header, ICMPExtensions):
        return header
    payload = packet.payload
    if isinstance(header, ICMPv6ExtendedEchoRequest):
        start = 0
    else:
        start = _quote_length(header)
        if not start:
            return None
    try:
        return ICMPExtensions.parse(payload, start)
    except DecodeError:
        return None


def _quote_length(header: Header | None) -> int:
    """Bytes of the quote before extensions; 0: there are none."""
    if isinstance(header, ICMPv4):
        return header.quote_length * 4 if header.type in EXTENSIBLE_TYPES else 0
    return header.quote_length * 8 if isinstance(header, EXTENSIBLE_V6) else 0


def extended_error(
    header: ICMPv4 | ICMPv6Unreachable | ICMPv6TimeExceeded,
    quote: Packet | bytes,
    extensions: ICMPExtensions,
) -> Packet:
    """An ICMP error with extensions: the quote padded, and its length in the header.

    Args:
        header: the error; what its `quote_length` says is replaced.
        quote: the packet that it is about, or as much of it as shall be quoted.
        extensions: what to say beyond the quote.

    Raises:
        EncodeError: an error that cannot have extensions, or a quote of more than 1020 bytes
            (ICMPv6: 2040).
    """
    unit = 4 if isinstance(header, ICMPv4) else 8
    if isinstance(header, ICMPv4) and header.type not in EXTENSIBLE_TYPES:
        types = ", ".join(map(str, sorted(EXTENSIBLE_TYPES)))
        raise EncodeError("ICMPv4", "type", header.type, f"one of {types}", "RFC 4884 section 4")
    data = bytes(quote) if isinstance(quote, Packet) else as_bytes("quote", quote)
    padded = data + bytes(max(SHORTEST_QUOTE - len(data), -len(data) % unit))
    return header.replace(quote_length=len(padded) // unit) / padded / bytes(extensions)
