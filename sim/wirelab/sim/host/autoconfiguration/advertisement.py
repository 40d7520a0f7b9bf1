"""What a router advertisement says, read and checked, with times in nanoseconds.

Source: RFC 4861 sections 4.2, 4.6 and 6.1.2; RFC 4191 section 2; RFC 8106 section 5.

Rule: an option that makes no sense (a prefix of 200 bits) is left out here, a message that breaks a
rule becomes a `Drop`; what to do with the rest is decided elsewhere.
"""

from typing import Final, NamedTuple, TypeAlias, TypeGuard

from wirelab.codecs import (
    NDMTU,
    DecodeError,
    NDPrefixInformation,
    NDRecursiveServers,
    NDRouteInformation,
    NDSearchList,
    RouterAdvertisement,
    RouterSolicitation,
)
from wirelab.codecs.addresses import ANY_IPV6, ip_text
from wirelab.sim.host.arrival import Arrival
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.ipv6.scopes import is_link_local, is_multicast6
from wirelab.sim.host.neighbors.discovery_messages import bad, read, source_mac

SOLICITATION: Final = 133  # RFC 4861 section 4.1
ADVERTISEMENT: Final = 134  # RFC 4861 section 4.2

FOR_EVER: Final = 0xFFFF_FFFF
"""Seconds that mean infinity (RFC 4861 section 4.6.2)."""

_PREFERENCES: Final = {0b01: 1, 0b00: 0, 0b11: -1}  # RFC 4191 section 2.1; 0b10 is reserved

Lifetime: TypeAlias = int | None
"""ns, or None: for ever."""


class Prefix(NamedTuple):
    """A prefix of the link (RFC 4861 section 4.6.2).

    Attributes:
        network: 16 bytes, host bits cleared.
        length: bits.
        is_on_link: its addresses are reached without a router.
        is_autonomous: hosts may make addresses of it.
        valid, preferred: lifetimes of what comes of it.
    """

    network: bytes
    length: int
    is_on_link: bool
    is_autonomous: bool
    valid: Lifetime
    preferred: Lifetime


class MoreSpecific(NamedTuple):
    """A network that the router leads to (RFC 4191 section 2.3)."""

    network: bytes
    length: int
    preference: int
    lifetime: Lifetime


class Advertisement(NamedTuple):
    """The whole message.

    Attributes:
        router: who sent it, link-local.
        link_address: its MAC address, if it says.
        hop_limit: for what hosts send; 0: it does not say.
        is_managed, is_other: DHCPv6 has addresses, or other things, for hosts.
        lifetime: as a default router, ns; 0: it is none.
        preference: -1 to 1 (RFC 4191 section 2.2).
        reachable_ms, retransmission_ms: for neighbour discovery; 0: it does not say.
        mtu: bytes, or None.
        prefixes: of the link.
        routes: more than the default route.
        servers: name servers, each with its lifetime.
        domains: to look names up in, each with its lifetime.
    """

    router: bytes
    link_address: bytes | None
    hop_limit: int
    is_managed: bool
    is_other: bool
    lifetime: int
    preference: int
    reachable_ms: int
    retransmission_ms: int
    mtu: int | None
    prefixes: tuple[Prefix, ...]
    routes: tuple[MoreSpecific, ...]
    servers: tuple[tuple[bytes, Lifetime], ...]
    domains: tuple[tuple[str, Lifetime], ...]


class Solicitation(NamedTuple):
    """A host asks for routers: where it is, if it says (RFC 4861 section 4.1)."""

    source: bytes
    link_address: bytes | None


def read_solicitation(arrival: Arrival) -> Solicitation | Drop:
    """Check a router solicitation, whose checksum was verified (RFC 4861 section 6.1.1)."""
    body = read(RouterSolicitation, arrival)
    if isinstance(body, Drop):
        return body
    source, mac = arrival.ip.source, source_mac(body)
    if mac is not None and source == ANY_IPV6:
        return bad("from :: with a source link-layer address", "6.1.1")
    return Solicitation(source, mac)


def read_advertisement(arrival: Arrival) -> Advertisement | Drop:
    """Check a router advertisement, whose checksum was verified (RFC 4861 section 6.1.2)."""
    body = read(RouterAdvertisement, arrival)
    if isinstance(body, Drop):
        return body
    router = arrival.ip.source
    if not is_link_local(router):
        return bad(f"a router advertisement from {ip_text(router)}, not link-local", "6.1.2")
    options = body.options
    mtus = [one.mtu for one in options if isinstance(one, NDMTU)]
    return Advertisement(
        router,
        source_mac(body),
        body.hop_limit,
        body.managed,
        body.other,
        body.router_lifetime * SECOND,
        _PREFERENCES.get(body.preference, 0),
        body.reachable_time,
        body.retransmission_timer,
        mtus[0] if mtus else None,
        tuple(_prefix(one) for one in options if _is_prefix(one)),
        tuple(_route(one) for one in options if _is_route(one)),
        tuple(
            (server, _lifetime(one.lifetime))
            for one in options
            if isinstance(one, NDRecursiveServers)
            for server in one.servers
            if not is_multicast6(server) and server != ANY_IPV6
        ),
        tuple(
            (domain, _lifetime(one.lifetime))
            for one in options
            if isinstance(one, NDSearchList)
            for domain in _names(one)
        ),
    )


def _lifetime(seconds: int) -> Lifetime:
    return None if seconds == FOR_EVER else seconds * SECOND


def _names(option: NDSearchList) -> tuple[str, ...]:
    """Its domains; none where they cannot be read (RFC 8106 section 5.3.1: the option is void)."""
    try:
        return option.names
    except DecodeError:
        return ()


def _is_prefix(option: object) -> TypeGuard[NDPrefixInformation]:
    """RFC 4861 section 6.3.4: the link-local prefix is no business of routers."""
    return (
        isinstance(option, NDPrefixInformation)
        and option.prefix_length <= 128
        and not is_link_local(option.prefix)
        and not is_multicast6(option.prefix)
    )


def _prefix(option: NDPrefixInformation) -> Prefix:
    return Prefix(
        network_of(option.prefix, option.prefix_length),
        option.prefix_length,
        option.on_link,
        option.autonomous,
        _lifetime(option.valid_lifetime),
        _lifetime(option.preferred_lifetime),
    )


def _is_route(option: object) -> TypeGuard[NDRouteInformation]:
    """RFC 4191 section 2.3: a reserved preference makes the option void."""
    return (
        isinstance(option, NDRouteInformation)
        and option.prefix_length <= 8 * len(option.prefix) <= 128
        and option.preference in _PREFERENCES
    )


def _route(option: NDRouteInformation) -> MoreSpecific:
    prefix = option.prefix.ljust(16, b"\0")
    return MoreSpecific(
        network_of(prefix, option.prefix_length),
        option.prefix_length,
        _PREFERENCES[option.preference],
        _lifetime(option.lifetime),
    )


def network_of(address: bytes, length: int) -> bytes:
    """An IPv6 address with the bits behind a prefix cleared."""
    value = int.from_bytes(address, "big") >> 128 - length << 128 - length
    return value.to_bytes(16, "big")
