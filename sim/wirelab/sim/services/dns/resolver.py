"""A stub resolver: asks name servers, and remembers what they say.

Source: RFC 1034 section 5.3 (resolvers, aliases); RFC 1123 section 6.1.3; RFC 1535 section 6 and
resolv.conf(5) (search list and ndots); RFC 2308 (negative answers); RFC 6761 section 6.3
(localhost).

A name with a dot at its end is looked for as it is. One with at least `ndots` dots inside is tried
as it is first and then in the domains of the search list, one with fewer the other way round.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple, TypeAlias

from wirelab.codecs import DNS
from wirelab.codecs.addresses import AddressError, AddressLike, ip_bytes
from wirelab.codecs.dns_sections import DNSQuestion, DNSRecord, DNSResource
from wirelab.codecs.protocols.dns import DNSA, DNSAAAA, DNSCNAME, DNSPTR, DNSSOA
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.service import Desk, Service
from wirelab.sim.reasons import Reason
from wirelab.sim.services.dns.cache import CAPACITY, Cache
from wirelab.sim.services.dns.exchange import Exchange, Patience
from wirelab.sim.services.dns.names import AAAA, CNAME, NAME_ERROR, PTR, A, key_of, reverse_name
from wirelab.sim.services.dns.records import Record, ttl_of, type_of

LONGEST_CHAIN: Final = 8
"""Aliases that are followed by further questions; ours: a loop ends here."""

MAXIMUM_LOOKUPS: Final = 1000
"""Questions under way; ours: each has a port."""

LINK_LOCAL: Final = b"\xfe\x80"
"""fe80::/10 (RFC 4291 section 2.5.6) and what is above it, multicast: no reason to ask for AAAA."""

LOCALHOST: Final = (bytes([127, 0, 0, 1]), bytes(15) + b"\x01")


class Answer(NamedTuple):
    """What became of a lookup.

    Attributes:
        name: the name that the answer is about, its aliases followed.
        records: the records of the wanted type; () if there are none.
        aliases: the CNAME records on the way.
        reason: why there are none: `dns.no_name`, `dns.no_data`, `dns.timeout`,
            `dns.server_failed`, `dns.no_server`, `dns.bad_name`.
    """

    name: str
    records: tuple[Record, ...] = ()
    aliases: tuple[Record, ...] = ()
    reason: Reason | None = None


class Addresses(NamedTuple):
    """The addresses of a host: of 4 or 16 bytes, in the order in which to try them."""

    name: str
    addresses: tuple[bytes, ...] = ()
    reason: Reason | None = None


Done: TypeAlias = Callable[[Answer, int], None]
"""Takes the answer, and `now`; for what is known already, from within the call."""

DoneAddresses: TypeAlias = Callable[[Addresses, int], None]


class Resolver(Service):
    """The resolver of a host.

    Args:
        servers: asked before those that the host was told of (`Host.name_servers`).
        search: domains; before those that the host was told of.
        hosts: names that need no server, as in hosts(5).
        ndots: see the module.
        timeout_s: how long to wait for each server, s.
        attempts: rounds over all servers.
        edns: say that large responses are fine (RFC 6891).
        cache: answers to remember; 0: none.

    Raises:
        AddressError: a server or an address in `hosts` is none.
        ValueError: the time or the number of attempts is not above 0.
    """

    def __init__(
        self,
        servers: Iterable[AddressLike] = (),
        search: Iterable[str] = (),
        *,
        hosts: Mapping[str, str] | None = None,
        ndots: int = 1,
        timeout_s: float = 5,
        attempts: int = 2,
        edns: bool = True,
        cache: int = CAPACITY,
    ) -> None:
        if not timeout_s > 0 or attempts < 1:
            raise ValueError(
                f"timeout {timeout_s} s, {attempts} attempts: give more than 0 of both, such as 5 "
                "and 2 (resolv.conf(5))"
            )
        if isinstance(servers, str | bytes) or isinstance(search, str):
            raise ValueError("servers and search are lists: write ['10.0.0.1'], ['lab']")
        self._servers = tuple(ip_address(one) for one in servers)
        self._search = tuple(search)
        self._hosts = {key_of(name): ip_bytes(text) for name, text in (hosts or {}).items()}
        self._ndots = ndots
        self._patience = Patience(round(timeout_s * SECOND), attempts, edns)
        self.cache = Cache(cache)
        self._remembers = cache > 0
        self._lookups: set[Lookup] = set()

    def start(self, desk: Desk, now: int) -> None:
        """Nothing yet: ports are opened for questions."""
        self.desk = desk

    def stop(self, now: int) -> None:
        """Forget every question; nobody is told."""
        for lookup in list(self._lookups):
            lookup.cancel(now)

    @property
    def servers(self) -> tuple[bytes, ...]:
        """Whom to ask now."""
        return tuple(dict.fromkeys((*self._servers, *self.desk.host.name_servers.servers)))

    @property
    def search(self) -> tuple[str, ...]:
        """The search list now."""
        return tuple(dict.fromkeys((*self._search, *self.desk.host.name_servers.search)))

    # --- calls -------------------------------------------------------------------------------

    def look_up(self, name: str, kind: int, done: Done, now: int) -> "Lookup":
        """Find the records of one type.

        Args:
            name: with a dot at the end: exactly this; else the search list counts.
            kind: number of the type (`names.A`, ...).
            done: told the answer.
            now: ns.
        """
        lookup = Lookup(self, name, kind, done)
        self._lookups.add(lookup)
        lookup.begin(now)
        return lookup

    def addresses(
        self, name: str, done: DoneAddresses, now: int, families: tuple[int, ...] = ()
    ) -> "list[Lookup]":
        """Find the addresses of a host, as getaddrinfo(3) does.

        Texts of addresses are addresses; `hosts` and localhost need no server; the rest are A and
        AAAA records, asked for side by side.

        Args:
            name: see `look_up`.
            done: told all of them.
            now: ns.
            families: A, AAAA or both; (): those that the host has addresses of itself.
        """
        families = families or self._own_families()
        known = self._without_asking(name, families)
        if known:
            done(Addresses(name, known), now)
            return []
        gathering = _Gathering(name, len(families), done)
        return [self.look_up(name, kind, gathering.take, now) for kind in families]

    def _own_families(self) -> tuple[int, ...]:
        """As AI_ADDRCONFIG means it (RFC 3493 section 6.1); link-local addresses do not count."""
        interfaces = self.desk.host.interfaces
        has_ipv4 = any(interface.ipv4 for interface in interfaces)
        has_ipv6 = any(
            one.address[:2] < LINK_LOCAL for interface in interfaces for one in interface.ipv6
        )
        return (A,) * has_ipv4 + (AAAA,) * has_ipv6 or (A, AAAA)

    def name_of(self, address: bytes, done: Done, now: int) -> "Lookup":
        """Find the PTR record of an address."""
        return self.look_up(reverse_name(address) + ".", PTR, done, now)

    def _without_asking(self, name: str, families: tuple[int, ...]) -> tuple[bytes, ...]:
        try:
            return (ip_bytes(name),)
        except AddressError:
            pass
        try:
            key = key_of(name)
        except ValueError:
            return ()
        if key and key[-1] == b"localhost":
            sizes = [4 if kind == A else 16 for kind in families]
            return tuple(one for one in LOCALHOST if len(one) in sizes)
        address = self._hosts.get(key)
        return () if address is None else (address,)

    # --- for lookups -----------------------------------------------------------------------------

    def candidates(self, name: str) -> list[str]:
        """The names to try, in their order."""
        if name.endswith(".") and not name.endswith("\\."):
            return [name]
        joined = [f"{name}.{domain}" for domain in self.search]
        if name.count(".") >= self._ndots:
            return [name, *joined]
        return [*joined, name]

    def ask(
        self, name: str, kind: int, answered: "Callable[[DNS | None, Reason | None, int], None]"
    ) -> Exchange:
        """Ask the servers."""
        return Exchange(self.desk, self.servers, DNSQuestion(name, kind), self._patience, answered)

    def remember(self, name: str, kind: int, answer: Answer, ttl: int, now: int) -> None:
        """Put an answer into the cache, its aliases in front."""
        if self._remembers:
            records = (*answer.aliases, *answer.records)
            self.cache.put(key_of(name), kind, records, answer.reason, ttl, now)

    @property
    def is_full(self) -> bool:
        """Whether no more questions can be asked."""
        return len(self._lookups) > MAXIMUM_LOOKUPS

    def ended(self, lookup: "Lookup") -> None:
        """A lookup is over."""
        self._lookups.discard(lookup)


class Lookup:
    """One lookup, under way; `Resolver.look_up` makes it."""

    def __init__(self, resolver: Resolver, name: str, kind: int, done: Done) -> None:
        self._resolver = resolver
        self._name = name
        self._kind = kind
        self._done = done
        self._candidates = resolver.candidates(name)
        self._reason: Reason | None = None
        self._asked = ""  # the candidate, and then its aliases
        self._chain: list[Record] = []
        self._exchange: Exchange | None = None

    def __repr__(self) -> str:
        return f"<Lookup {self._name} type {self._kind}>"

    def cancel(self, now: int) -> None:
        """Forget it; `done` is not called."""
        if self._exchange is not None:
            self._exchange.cancel(now)
            self._exchange = None
        self._resolver.ended(self)

    def begin(self, now: int) -> None:
        """Try the first name; for the resolver."""
        self._try_next(now)

    def _try_next(self, now: int) -> None:
        """Try the next candidate, or give up."""
        if not self._candidates:
            self._end(Answer(self._name, reason=self._reason), now)
            return
        self._chain = []
        self._ask(self._candidates.pop(0), now)

    def _ask(self, name: str, now: int) -> None:
        """Answer from the cache, or ask."""
        self._asked = name
        try:
            key = key_of(name)
        except ValueError:
            self._refused(Reason.DNS_BAD_NAME, now)
            return
        cached = self._resolver.cache.get(key, self._kind, now)
        if cached is not None:
            self._judge(cached.records, cached.reason, now)
        elif self._resolver.is_full:
            self._end(Answer(self._name, reason=Reason.DNS_SERVER_FAILED), now)
        else:
            self._exchange = self._resolver.ask(name, self._kind, self._answered)
            self._exchange.start(now)

    def _answered(self, response: DNS | None, reason: Reason | None, now: int) -> None:
        self._exchange = None
        if response is None:
            assert reason is not None
            if reason is Reason.DNS_SERVER_FAILED:
                self._refused(reason, now)
            else:  # nobody answers: other names will not help
                self._end(Answer(self._name, reason=reason), now)
            return
        records = tuple(one for one in response.answers if isinstance(one, DNSRecord | DNSResource))
        chain, found = follow(records, self._asked, self._kind)
        reason = None
        if not found and (not chain or response.response_code == NAME_ERROR):
            is_unknown = response.response_code == NAME_ERROR
            reason = Reason.DNS_NO_NAME if is_unknown else Reason.DNS_NO_DATA
        ttl = _lifetime(response, [*chain, *found], reason)
        answer = Answer(self._asked, tuple(found), tuple(chain), reason)
        self._resolver.remember(self._asked, self._kind, answer, ttl, now)
        self._judge((*chain, *found), reason, now)

    def _judge(self, records: tuple[Record, ...], reason: Reason | None, now: int) -> None:
        """What an answer, old or new, means for this lookup."""
        if reason is not None:
            self._refused(reason, now)
            return
        chain, found = follow(records, self._asked, self._kind)
        self._chain += chain
        last = self._chain[-1] if self._chain else None
        name = last.canonical_name if isinstance(last, DNSCNAME) else self._asked
        if found:
            self._end(Answer(name, tuple(found), tuple(self._chain)), now)
        elif len(self._chain) >= LONGEST_CHAIN:
            self._refused(Reason.DNS_SERVER_FAILED, now)
        else:  # the alias leads to where this server knows nothing
            self._ask(name, now)

    def _refused(self, reason: Reason, now: int) -> None:
        """This name has no such records; the search goes on with the next one.

        Who asks is told what was wrong with the first one, or that there are other records.
        """
        if self._reason is None or reason is Reason.DNS_NO_DATA:
            self._reason = reason
        self._try_next(now)

    def _end(self, answer: Answer, now: int) -> None:
        self._resolver.ended(self)
        self._done(answer, now)


def follow(records: Iterable[Record], name: str, kind: int) -> tuple[list[Record], list[Record]]:
    """The aliases from a name on, and the records of the type at their end."""
    by_name: dict[object, list[Record]] = {}
    for record in records:
        by_name.setdefault(key_of(record.name), []).append(record)
    chain: list[Record] = []
    at = key_of(name)
    while True:
        here = by_name.pop(at, [])
        found = [one for one in here if type_of(one) == kind]
        alias = next((one for one in here if isinstance(one, DNSCNAME)), None)
        if found or alias is None or kind == CNAME:
            return chain, found
        chain.append(alias)
        at = key_of(alias.canonical_name)


def _lifetime(response: DNS, records: list[Record], reason: Reason | None) -> int:
    """s: the least of the records; of a negative answer what its SOA says (RFC 2308 section 5)."""
    if reason is None:
        return min((ttl_of(record) for record in records), default=0)
    for record in response.authorities:
        if isinstance(record, DNSSOA):
            return min(record.minimum, ttl_of(record))
    return 0


class _Gathering:
    """Waits for A and AAAA records alike."""

    def __init__(self, name: str, awaited: int, done: DoneAddresses) -> None:
        self._name = name
        self._awaited = awaited
        self._done = done
        self._found: dict[int, tuple[bytes, ...]] = {}
        self._reasons: list[Reason] = []

    def take(self, answer: Answer, now: int) -> None:
        """One of the answers."""
        self._awaited -= 1
        for record in answer.records:
            if isinstance(record, DNSA | DNSAAAA):
                known = self._found.get(record.TYPE, ())
                self._found[record.TYPE] = (*known, record.address)
        if answer.reason is not None:
            self._reasons.append(answer.reason)
        if self._awaited:
            return
        both = (*self._found.get(AAAA, ()), *self._found.get(A, ()))
        reason = None
        if not both:
            telling = [one for one in self._reasons if one is not Reason.DNS_NO_DATA]
            reason = (telling or self._reasons)[0]
        self._done(Addresses(self._name, both, reason), now)


def pointed_at(answer: Answer) -> tuple[str, ...]:
    """The names in the PTR records of an answer."""
    return tuple(one.domain_name for one in answer.records if isinstance(one, DNSPTR))


def ip_address(value: AddressLike) -> bytes:
    """4 or 16 bytes of a text, of bytes or of an `ipaddress` object.

    Raises:
        AddressError: none of these.
    """
    if isinstance(value, str):
        return ip_bytes(value)
    data = value if isinstance(value, bytes) else value.packed
    if len(data) not in (4, 16):
        raise AddressError(f"address has {len(data)} bytes; give 4 or 16", "4 or 16 bytes")
    return data
