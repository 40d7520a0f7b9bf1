"""Names for programs: what getaddrinfo(3) is, on the host's resolver."""

from typing import TYPE_CHECKING

from wirelab.codecs.addresses import ip_text
from wirelab.sim.host.errors import HostError

if TYPE_CHECKING:  # a program that says no names does not load the resolver
    from wirelab.sim.programs.aio import AsyncHost
    from wirelab.sim.services.dns.resolver import Addresses, Resolver


def is_address(text: str) -> bool:
    """Whether a text means an address and no name, also one that is written wrong.

    A name has neither colon nor percent sign, and its last label is no number (RFC 3696 section 2).

    >>> is_address("10.0.0.256"), is_address("fe80::1%eth0"), is_address("10.lab")
    (True, True, False)
    """
    return ":" in text or "%" in text or text.replace(".", "").isdecimal()


def resolver_of(host: "AsyncHost") -> "Resolver":
    """The host's resolver; one that asks `Host.name_servers`, if none was started."""
    from wirelab.sim.services.dns.resolver import Resolver

    for service in host.core.services:
        if isinstance(service, Resolver):
            return service
    resolver = Resolver()
    host.core.start(resolver, host.now())
    return resolver


async def lookup(host: "AsyncHost", name: str) -> list[str]:
    """The addresses of a name, in the order in which to try them; see `AsyncHost.lookup`."""
    if is_address(name):
        return [name]
    resolver = resolver_of(host)
    key = object()
    told: list[Addresses] = []

    def found(addresses: "Addresses", now: int) -> None:
        told.append(addresses)
        resolver.desk.tell(key, addresses)

    host.say("lookup({})", name)
    lookups = resolver.addresses(name, found, host.now())
    if not told:
        host.kick()
        try:
            await host.waits.readable(key, "lookup", name)
        finally:  # also a timeout
            for one in lookups:
                one.cancel(host.now())
    (answer,) = told
    if answer.reason is not None:
        raise HostError(answer.reason, name)
    texts = [ip_text(address) for address in answer.addresses]
    host.got("lookup() -> {}", ", ".join(texts))
    return texts
