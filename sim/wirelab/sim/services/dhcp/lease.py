"""What a DHCP server grants, as the client keeps it.

Source: RFC 2131 section 4.4.5 (times), RFC 2132 (options), RFC 3442 (classless routes).
"""

from dataclasses import dataclass, field
from typing import Final

from wirelab.codecs import DecodeError
from wirelab.codecs.addresses import ANY_IPV4, ipv4_text
from wirelab.codecs.dhcp_messages import searched_domains
from wirelab.codecs.options import Option
from wirelab.codecs.protocols.dhcp_options import (
    DHCPClasslessRoute,
    DHCPClasslessStaticRoute,
    DHCPDomainName,
    DHCPDomainNameServer,
    DHCPDomainSearch,
    DHCPInterfaceMTU,
    DHCPLeaseTime,
    DHCPRebindingTime,
    DHCPRenewalTime,
    DHCPRouter,
    DHCPServerIdentifier,
    DHCPSubnetMask,
)
from wirelab.sim.host.config import Route
from wirelab.sim.host.durations import SECOND
from wirelab.sim.services.dhcp.messages import FOR_EVER, Dialogue, mask_length

SMALLEST_MTU: Final = 576
"""bytes; ours: a lower one in an answer would only slow us down (RFC 2132 allows 68)."""


@dataclass(slots=True)
class Lease:
    """An address and what came with it.

    Attributes:
        address: ours, 4 bytes.
        prefix_length: of its network.
        server: the server identifier: who granted it.
        granted_at: when we asked (ns): times count from then (RFC 2131 section 4.4.1).
        seconds: how long; None: for ever.
        renew_at, rebind_at, expires_at: T1, T2 and the end, ns; None: never.
        routers: for the default route, the preferred one first.
        routes: classless static routes; they replace the routers (RFC 3442).
        name_servers: to ask for names.
        search: domains in which short names are looked for.
        mtu: of the interface, bytes; None: not told.
        options: everything that the server sent.
    """

    address: bytes
    prefix_length: int
    server: bytes
    granted_at: int
    seconds: int | None
    renew_at: int | None = None
    rebind_at: int | None = None
    expires_at: int | None = None
    routers: tuple[bytes, ...] = ()
    routes: tuple[tuple[bytes, int, bytes], ...] = ()
    name_servers: tuple[bytes, ...] = ()
    search: tuple[str, ...] = ()
    mtu: int | None = None
    options: tuple[Option, ...] = field(default=(), repr=False)

    def __repr__(self) -> str:
        length = "for ever" if self.seconds is None else f"{self.seconds} s"
        network = f"{ipv4_text(self.address)}/{self.prefix_length}"
        return f"<Lease {network} from {ipv4_text(self.server)}, {length}>"

    def is_valid(self, now: int) -> bool:
        """Whether its time is not over."""
        return self.expires_at is None or now < self.expires_at

    def routes_by(self, interface: int) -> list[Route]:
        """What to put into the routing table for this interface."""
        if self.routes:
            return [
                Route(network, length, interface, None if router == ANY_IPV4 else router)
                for network, length, router in self.routes
            ]
        if self.routers:
            return [Route(ANY_IPV4, 0, interface, self.routers[0])]
        return []


def read_lease(reply: Dialogue, asked_at: int) -> Lease | None:
    """The lease that an OFFER or ACK describes; None: something that must be there is not.

    Args:
        reply: the message.
        asked_at: when the request was first sent, ns.
    """
    server = reply.option(DHCPServerIdentifier)
    duration = reply.option(DHCPLeaseTime)
    address = reply.message.your_address
    if server is None or duration is None or not _is_usable(address):
        return None
    lease = read_parameters(reply, address, asked_at)
    lease.server = server.address
    if duration.value != FOR_EVER:
        lease.seconds = duration.value
        _set_times(lease, reply, asked_at)
    return lease


def read_parameters(reply: Dialogue, address: bytes, asked_at: int) -> Lease:
    """What a message says about the network, as a lease without an end (DHCPINFORM)."""
    mask = reply.option(DHCPSubnetMask)
    length = mask_length(mask.address) if mask is not None else None
    server = reply.option(DHCPServerIdentifier)
    routers = reply.option(DHCPRouter)
    servers = reply.option(DHCPDomainNameServer)
    mtu = reply.option(DHCPInterfaceMTU)
    return Lease(
        address,
        length if length is not None else _class_length(address),
        server.address if server is not None else ANY_IPV4,
        asked_at,
        None,
        routers=routers.addresses if routers is not None else (),
        routes=_routes(reply),
        name_servers=servers.addresses if servers is not None else (),
        search=_search(reply),
        mtu=mtu.value if mtu is not None and mtu.value >= SMALLEST_MTU else None,
        options=reply.options,
    )


def _set_times(lease: Lease, reply: Dialogue, asked_at: int) -> None:
    """T1 and T2: as told, where that makes sense, else 0.5 and 0.875 (RFC 2131 4.4.5)."""
    assert lease.seconds is not None
    renewal, rebinding = reply.option(DHCPRenewalTime), reply.option(DHCPRebindingTime)
    duration = lease.seconds * SECOND
    t2 = duration * 7 // 8
    if rebinding is not None and rebinding.value < lease.seconds:
        t2 = rebinding.value * SECOND
    t1 = min(duration // 2, t2)
    if renewal is not None and renewal.value * SECOND <= t2:
        t1 = renewal.value * SECOND
    lease.renew_at = asked_at + t1
    lease.rebind_at = asked_at + t2
    lease.expires_at = asked_at + duration


def _is_usable(address: bytes) -> bool:
    """Whether a host can have it: no 0/8, no loopback, no multicast, no class E."""
    return address[0] not in (0, 127) and address[0] < 224


def _class_length(address: bytes) -> int:
    """Of a network whose mask is not told (RFC 1122 section 3.2.1.3)."""
    return 8 if address[0] < 128 else 16 if address[0] < 192 else 24


def _routes(reply: Dialogue) -> tuple[tuple[bytes, int, bytes], ...]:
    option = reply.option(DHCPClasslessStaticRoute)
    if option is None:
        return ()
    return tuple(
        (route.destination.ljust(4, b"\0"), route.prefix_length, route.router)
        for route in option.routes
        if isinstance(route, DHCPClasslessRoute) and route.prefix_length <= 32
    )


def _search(reply: Dialogue) -> tuple[str, ...]:
    """The search list (RFC 3397), else the domain (RFC 2132 section 3.17)."""
    listed = reply.option(DHCPDomainSearch)
    if listed is not None:
        try:
            return searched_domains(listed)
        except DecodeError:
            return ()
    domain = reply.option(DHCPDomainName)
    if domain is None:
        return ()
    text = domain.text.rstrip(b"\0").decode("ascii", "replace")
    return (text,) if text and text.isprintable() else ()
