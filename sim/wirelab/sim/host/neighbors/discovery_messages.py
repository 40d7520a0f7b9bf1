"""Messages of neighbour discovery as they come in: sound or not, and what they tell.

Source: RFC 4861 sections 7.1 and 8.1 (validation), section 4.6 (options), section 9 (what is
unknown is skipped). Router solicitations and advertisements share the rules that all messages have.
"""

from typing import Final, TypeVar

from wirelab.codecs import (
    DecodeError,
    IPv6,
    NDNonce,
    NDRedirect,
    NDSourceLinkAddress,
    NDTargetLinkAddress,
    NeighborAdvertisement,
    NeighborSolicitation,
    RouterAdvertisement,
    RouterSolicitation,
)
from wirelab.codecs.addresses import ipv6_text
from wirelab.codecs.options import MalformedOption
from wirelab.sim.host.arrival import Arrival
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.ipv6.scopes import (
    UNSPECIFIED,
    is_link_local,
    is_multicast6,
    solicited_node,
)
from wirelab.sim.reasons import Reason

SOLICITATION: Final = 135  # types of ICMPv6: RFC 4861 sections 4.3 to 4.5
ADVERTISEMENT: Final = 136
REDIRECT: Final = 137

HOP_LIMIT: Final = 255
"""Of every message: proof that no router passed it on (RFC 4861 section 7.1)."""

ICMPV6_HEADER: Final = 4
"""bytes of type, code and checksum (RFC 4443 section 2.1)."""

Message = TypeVar(
    "Message",
    RouterSolicitation,
    RouterAdvertisement,
    NeighborSolicitation,
    NeighborAdvertisement,
    NDRedirect,
)


def read(kind: type[Message], arrival: Arrival) -> Message | Drop:
    """Read a message whose checksum is right, and see to the rules that all kinds have.

    Args:
        kind: what its type says it is.
        arrival: with the ICMPv6 header at its offset.
    """
    if arrival.ttl != HOP_LIMIT:
        detail = f"hop limit {arrival.ttl}, not 255: it may come from afar"
        return bad(detail, "7.1")
    if arrival.fragment_size:
        return Drop(Reason.ND_BAD_PACKET, "it came in fragments (RFC 6980 section 5)")
    code = arrival.frame[arrival.offset + 1]
    if code:
        return bad(f"code {code}, not 0", "7.1")
    try:
        message = kind.parse(arrival.frame, arrival.offset + ICMPV6_HEADER, arrival.end)
    except DecodeError as error:
        return bad(str(error), "7.1")
    if any(isinstance(option, MalformedOption) for option in message.options):
        return bad("an option whose length is 0, or reaches past the end", "7.1")
    return message


def unsound_solicitation(asked: NeighborSolicitation, ip: IPv6) -> Drop | None:
    """What is wrong with a neighbour solicitation (RFC 4861 section 7.1.1)."""
    if is_multicast6(asked.target):
        return bad(f"target {ipv6_text(asked.target)} is a group", "7.1.1")
    if ip.source != UNSPECIFIED:
        return None
    if ip.destination[:13] != solicited_node(ip.destination)[:13]:
        return bad(f"from :: to {ipv6_text(ip.destination)}, no solicited-node group", "7.1.1")
    if source_mac(asked) is not None:
        return bad("from :: with a source link-layer address", "7.1.1")
    return None


def unsound_advertisement(told: NeighborAdvertisement, ip: IPv6) -> Drop | None:
    """What is wrong with a neighbour advertisement (RFC 4861 section 7.1.2)."""
    if is_multicast6(told.target):
        return bad(f"target {ipv6_text(told.target)} is a group", "7.1.2")
    if told.solicited and is_multicast6(ip.destination):
        return bad("solicited, and yet sent to a group", "7.1.2")
    return None


def unsound_redirect(told: NDRedirect, ip: IPv6) -> Drop | None:
    """What is wrong with a redirect, as far as the message itself tells (RFC 4861 section 8.1)."""
    if not is_link_local(ip.source):
        return bad(f"a redirect from {ipv6_text(ip.source)}, not link-local", "8.1")
    if is_multicast6(told.destination):
        return bad(f"a redirect for the group {ipv6_text(told.destination)}", "8.1")
    if not is_link_local(told.target) and told.target != told.destination:
        detail = f"target {ipv6_text(told.target)} is neither link-local nor the destination"
        return bad(detail, "8.1")
    return None


def source_mac(
    message: NeighborSolicitation | RouterSolicitation | RouterAdvertisement,
) -> bytes | None:
    """What its source link-layer address option says, or None: it has none."""
    for option in message.options:
        if isinstance(option, NDSourceLinkAddress):
            return _of_one_station(option.address)
    return None


def target_mac(message: NeighborAdvertisement | NDRedirect) -> bytes | None:
    """What its target link-layer address option says, or None: it has none."""
    for option in message.options:
        if isinstance(option, NDTargetLinkAddress):
            return _of_one_station(option.address)
    return None


def _of_one_station(mac: bytes) -> bytes | None:
    """An address to send to; None: a group's or all zeros, which ARP does not believe either."""
    return mac if any(mac) and not mac[0] & 1 else None


def nonce_of(message: NeighborSolicitation) -> bytes | None:
    """What tells our own message from another's (RFC 7527 section 4.1), or None."""
    for option in message.options:
        if isinstance(option, NDNonce):
            return option.nonce
    return None


def bad(detail: str, section: str) -> Drop:
    """A message that breaks a rule of RFC 4861."""
    return Drop(Reason.ND_BAD_PACKET, f"{detail} (RFC 4861 section {section})")
