"""What a DHCP server serves: subnets with their pools, reservations and parameters."""

from collections.abc import Iterable, Mapping

from wirelab.codecs.addresses import AddressLike, ipv4_address, ipv4_text, mac_bytes
from wirelab.codecs.options import Option
from wirelab.codecs.protocols.dhcp_options import (
    DHCPBroadcastAddress,
    DHCPClasslessRoute,
    DHCPClasslessStaticRoute,
    DHCPDomainName,
    DHCPDomainNameServer,
    DHCPDomainSearch,
    DHCPInterfaceMTU,
    DHCPRouter,
    DHCPSubnetMask,
)
from wirelab.sim.services.dhcp.messages import FOR_EVER, mask_of

LEASE_TIME = 3600
"""s; ours: long enough for a class, short enough to see a renewal."""


class Subnet:
    """One subnet of a DHCP server; addresses are text or bytes.

    Args:
        network: `"10.0.0.0/24"`.
        first, last: the pool, both ends included; None: no pool, only reservations.
        routers: default routers, the preferred one first.
        routes: classless static routes, destination `"10.1.0.0/16"` to router (RFC 3442).
        name_servers: name servers.
        domain: for resolving names.
        search: domains in which short names are looked for.
        lease_time: s, of a lease whose client asks for nothing else.
        longest_lease: s; a client may ask for up to so much.
        renewal_time, rebinding_time: T1 and T2, s; None: 0.5 and 0.875 of the lease.
        mtu: bytes, of the interface; None: not told.
        reservations: addresses for good, by MAC address (text or 6 bytes) or by client identifier
            (the whole option 61: its type byte and what follows).
        options: further ones, of any kind; they replace those made of the arguments above.

    Raises:
        ValueError: the pool, a router or a reservation is not on the network, two reservations are
            for one address, or a time is none.
    """

    def __init__(
        self,
        network: str,
        first: AddressLike | None = None,
        last: AddressLike | None = None,
        *,
        routers: Iterable[AddressLike] = (),
        routes: Mapping[str, AddressLike] | None = None,
        name_servers: Iterable[AddressLike] = (),
        domain: str | None = None,
        search: Iterable[str] = (),
        lease_time: int = LEASE_TIME,
        longest_lease: int = 24 * 3600,
        renewal_time: int | None = None,
        rebinding_time: int | None = None,
        mtu: int | None = None,
        reservations: Mapping[str | bytes, AddressLike] | None = None,
        options: Iterable[Option] = (),
    ) -> None:
        self.network, self.prefix_length = _network(network)
        self._shift = 32 - self.prefix_length
        if (first is None) != (last is None):
            raise ValueError(f"subnet {network}: give both ends of the pool, or neither")
        start = self._inside(ipv4_address(first)) if first is not None else 1
        end = self._inside(ipv4_address(last)) if last is not None else 0
        if first is not None and end < start:
            raise ValueError(f"subnet {network}: the pool ends before it begins")
        self.pool = range(start, end + 1)
        _check_times(network, lease_time, longest_lease, renewal_time, rebinding_time)
        self.lease_time = lease_time
        self.longest_lease = longest_lease
        self.renewal_time = renewal_time
        self.rebinding_time = rebinding_time
        self.reservations = {
            _client(who): self._inside(ipv4_address(address)).to_bytes(4, "big")
            for who, address in (reservations or {}).items()
        }
        self.reserved = frozenset(self.reservations.values())
        if len(self.reserved) < len(self.reservations):
            raise ValueError(f"subnet {network}: two reservations are for one address")
        self.routers = tuple(map(ipv4_address, routers))
        for router in self.routers:
            self._inside(router)
        self.parameters: dict[int, Option] = {}
        servers = tuple(map(ipv4_address, name_servers))
        made = self._parameters(routes or {}, servers, domain, tuple(search), mtu)
        for option in (*made, *options):
            self.parameters[_kind(option)] = option

    def __repr__(self) -> str:
        return f"<Subnet {ipv4_text(self.network)}/{self.prefix_length}>"

    def contains(self, address: bytes) -> bool:
        """Whether an address is on this network."""
        difference = int.from_bytes(address, "big") ^ int.from_bytes(self.network, "big")
        return difference >> self._shift == 0

    def _inside(self, address: bytes) -> int:
        """The number of an address that must be a host's on this network."""
        value = int.from_bytes(address, "big")
        host = value & (1 << self._shift) - 1
        is_special = self._shift > 1 and host in (0, (1 << self._shift) - 1)
        if not self.contains(address) or is_special:
            raise ValueError(f"{ipv4_text(address)} is no host's address on {self!r}")
        return value

    def _parameters(
        self,
        routes: Mapping[str, AddressLike],
        servers: tuple[bytes, ...],
        domain: str | None,
        search: tuple[str, ...],
        mtu: int | None,
    ) -> list[Option]:
        """The options that follow from the arguments; the mask always comes first."""
        made: list[Option] = [DHCPSubnetMask(mask_of(self.prefix_length))]
        if routes:
            ways = [(*_network(text), ipv4_address(router)) for text, router in routes.items()]
            listed = [DHCPClasslessRoute(length, to, router) for to, length, router in ways]
            if self.routers:  # clients that know this option ignore the other (RFC 3442)
                listed.append(DHCPClasslessRoute(0, bytes(4), self.routers[0]))
            made.append(DHCPClasslessStaticRoute(listed))
        if self.routers:
            made.append(DHCPRouter(self.routers))
        if servers:
            made.append(DHCPDomainNameServer(servers))
        if domain is not None:
            made.append(DHCPDomainName(domain))
        if search:
            made.append(DHCPDomainSearch(search))
        if mtu is not None:
            made.append(DHCPInterfaceMTU(mtu))
        if self._shift > 1:
            everybody = int.from_bytes(self.network, "big") | (1 << self._shift) - 1
            made.append(DHCPBroadcastAddress(everybody.to_bytes(4, "big")))
        return made


def _check_times(
    network: str, lease: int, longest: int, renewal: int | None, rebinding: int | None
) -> None:
    """RFC 2131 section 4.4.5: T1 < T2 < lease time; RFC 2132 section 9.2: 32 bits."""
    if not (
        isinstance(lease, int) and isinstance(longest, int) and 0 < lease <= longest <= FOR_EVER
    ):
        raise ValueError(
            f"subnet {network}: lease time {lease} s, at most {longest} s; give whole numbers "
            f"above 0, the first no more than the second, which is at most {FOR_EVER} (for ever)"
        )
    t1 = lease // 2 if renewal is None else renewal
    t2 = lease * 7 // 8 if rebinding is None else rebinding
    if (renewal is not None or rebinding is not None) and not 0 < t1 <= t2 <= lease:
        raise ValueError(
            f"subnet {network}: renewal after {t1} s, rebinding after {t2} s, end after {lease} s; "
            "they must follow one another (RFC 2131 section 4.4.5)"
        )


def _network(text: str) -> tuple[bytes, int]:
    """`10.0.0.0/24` as bytes and prefix length."""
    address, slash, length = text.partition("/")
    if not slash or not length.isdecimal() or int(length) > 32:
        raise ValueError(f"network is {text!r}; give an address and a length, like '10.0.0.0/24'")
    value = int.from_bytes(ipv4_address(address), "big")
    if value & (1 << 32 - int(length)) - 1:
        raise ValueError(f"network {text} has host bits set; give the network's own address")
    return value.to_bytes(4, "big"), int(length)


def _client(who: str | bytes) -> bytes:
    """What a client is known by: type and hardware address, or its identifier as it is."""
    if isinstance(who, str):
        who = mac_bytes(who)
    return b"\x01" + who if len(who) == 6 else who


def _kind(option: Option) -> int:
    return option.encode()[0]
