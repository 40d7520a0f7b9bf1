"""What can be wrong with a topology, and the addresses that nobody declared.

Every check looks at all of it and returns lines, so that one run shows all mistakes.
"""

from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network
from itertools import combinations

from wirelab.codecs.addresses import AddressError, ip_bytes
from wirelab.sim.topology.model import LEARNED, Attachment, Kind, Member, Prefix, Segment
from wirelab.sim.topology.options import option_problems
from wirelab.sim.topology.reachability import Reachability

LINK_LOCAL = IPv6Network("fe80::/10")  # RFC 4291 section 2.5.6
NO_HOSTS = (IPv4Network("0.0.0.0/8"), IPv4Network("224.0.0.0/3"))  # RFC 1122 section 3.2.1.3

Segments = dict[str, Segment]
Members = dict[str, Member]


def problems_of(segments: Segments, members: Members, partitioned: bool) -> list[str]:
    """Hand out addresses, and say everything that is wrong.

    Args:
        segments: networks by name.
        members: machines by name; their attachments get their addresses.
        partitioned: unreachable parts are no mistake.
    """
    problems = [*_networks(segments), *_attachments(segments, members)]
    problems += [line for member in members.values() for line in option_problems(member)]
    if problems:
        return problems
    problems = [*_Addresses(segments, members).settle(), *_learners(segments, members)]
    if problems or partitioned:
        return problems
    return list(_unreachable(segments, members))


def _networks(segments: Segments) -> Iterator[str]:
    for segment in segments.values():
        if not segment.prefixes:
            yield f"network {segment.name} has no prefix; give it one such as 10.0.1.0/24"
        for prefix in segment.prefixes:
            if why := _uselessness(prefix):
                yield f"network {segment.name}: {prefix} {why}; use a prefix such as 10.0.1.0/24"
    prefixes = [(segment.name, one) for segment in segments.values() for one in segment.prefixes]
    for (one, prefix), (other, further) in combinations(prefixes, 2):
        if prefix.version == further.version and prefix.overlaps(further):
            where = f"network {one}: {prefix} overlaps {further}"
            yield f"{where} of network {other}; an address must be on one network only"


def _uselessness(prefix: Prefix) -> str:
    """Why no host can have an address there; empty where hosts can (RFC 6890 section 2.2)."""
    if prefix.is_multicast:
        return "means many"
    if prefix.is_loopback:
        return "never leaves a host"
    if prefix.version == 6:
        link_local = prefix.overlaps(LINK_LOCAL)
        return "is what every interface makes for itself" if link_local else ""
    return "is no network of hosts" if any(map(prefix.overlaps, NO_HOSTS)) else ""


def _attachments(segments: Segments, members: Members) -> Iterator[str]:
    known = ", ".join(segments) or "none yet"
    for member in members.values():
        label = f"{member.kind.word} {member.name}"
        if not member.attachments:
            yield f"{label} is on no network; there are: {known}"
        elif member.kind.joins and len(member.attachments) < 2:
            yield f"{label} is on one network and joins nothing; name two or more"
        seen: set[str] = set()
        for attachment in member.attachments:
            if attachment.network not in segments:
                yield f"{label}: there is no network {attachment.network!r}; there are: {known}"
            elif attachment.network in seen:
                yield f"{label} is on network {attachment.network} twice; once is enough"
            seen.add(attachment.network)


class _Addresses:
    """Hands out addresses: first those asked for, then the lowest free ones, boxes first."""

    def __init__(self, segments: Segments, members: Members) -> None:
        self._segments = segments
        self._members = members
        self._owners: dict[bytes, str] = {}
        self._next: dict[Prefix, int] = {}
        self._problems: list[str] = []

    def settle(self) -> list[str]:
        """Fill in the addresses of all attachments; returns what cannot be done."""
        chosen = [
            (member, attachment, self._declared(member, attachment))
            for member in self._members.values()
            for attachment in member.attachments
        ]
        for boxes in (True, False):
            for member, attachment, declared in chosen:
                if member.kind.joins is boxes:
                    prefixes = self._segments[attachment.network].prefixes
                    attachment.addresses = [
                        address
                        for prefix in prefixes
                        if not attachment.learns(prefix.version)
                        and (address := declared.get(prefix) or self._free(prefix, member))
                    ]
        return self._problems

    def _declared(self, member: Member, attachment: Attachment) -> dict[Prefix, bytes]:
        """The addresses that were asked for, by the prefix that each is on."""
        segment = self._segments[attachment.network]
        found: dict[Prefix, bytes] = {}
        for text in attachment.texts:
            if text in LEARNED:
                continue
            where = f"{member.kind.word} {member.name} on {segment.name}"
            try:
                address = ip_bytes(text)
            except AddressError as error:
                self._problems.append(f"{where}: {error}")
                continue
            prefix = next((one for one in segment.prefixes if _holds(one, address)), None)
            if prefix is None:
                prefixes = ", ".join(map(str, segment.prefixes))
                self._problems.append(f"{where}: {text} is not on the network ({prefixes})")
            elif prefix in found:
                self._problems.append(f"{where}: {text} is a second address of {prefix}")
            elif not _usable(prefix, int.from_bytes(address, "big")):
                self._problems.append(f"{where}: {text} is no host's address in {prefix}")
            elif (owner := self._owners.setdefault(address, member.name)) != member.name:
                self._problems.append(f"{where}: {text} is an address of {owner} already")
            else:
                found[prefix] = address
        return found

    def _free(self, prefix: Prefix, member: Member) -> bytes | None:
        value = self._next.get(prefix, int(prefix.network_address))
        last = int(prefix.broadcast_address)
        size = prefix.max_prefixlen // 8
        while value <= last:
            address = value.to_bytes(size, "big")
            if _usable(prefix, value) and address not in self._owners:
                self._owners[address] = member.name
                self._next[prefix] = value + 1
                return address
            value += 1
        self._next[prefix] = value
        label = f"{member.kind.word} {member.name}"
        self._problems.append(f"{label}: {prefix} has no free address left; use a shorter prefix")
        return None


def _holds(prefix: Prefix, address: bytes) -> bool:
    size = prefix.max_prefixlen // 8
    if len(address) != size:
        return False
    first = int(prefix.network_address)
    return first <= int.from_bytes(address, "big") < first + prefix.num_addresses


def _usable(prefix: Prefix, value: int) -> bool:
    """No network or broadcast address (RFC 1122 section 3.2.1.3; RFC 3021), no router anycast."""
    if prefix.num_addresses <= 2:
        return True
    if value == int(prefix.network_address):  # RFC 4291 section 2.6.1 for IPv6
        return False
    return prefix.version == 6 or value != int(prefix.broadcast_address)


def _learners(segments: Segments, members: Members) -> Iterator[str]:
    """Those who ask the network for an address, where nobody would answer."""
    for member in members.values():
        for attachment in member.attachments:
            for word in LEARNED.keys() & set(attachment.texts):
                where = f"{member.kind.word} {member.name} on {attachment.network}"
                yield from _learner(segments[attachment.network], members, member, where, word)


def _learner(
    segment: Segment, members: Members, member: Member, where: str, word: str
) -> Iterator[str]:
    version = LEARNED[word]
    if member.kind.joins or "dhcp" in member.services:
        yield f"{where}: {word!r} is for hosts; others look to it, so give it an address"
    elif not any(prefix.version == version for prefix in segment.prefixes):
        yield f"{where}: {word!r} needs an IPv{version} prefix; {segment.name} has none"
    elif word == "dhcp":
        if not any(
            other.on(segment.name) and "dhcp" in other.services for other in members.values()
        ):
            yield f'{where}: nobody there leases addresses; give somebody services = ["dhcp"]'
    elif not any(other.kind.joins and other.on(segment.name) for other in members.values()):
        yield f"{where}: no router is there that would advertise a prefix; add one"


def _unreachable(segments: Segments, members: Members) -> Iterator[str]:
    """Networks with hosts of which neither can reach the other."""
    with_hosts = [
        segment.name
        for segment in segments.values()
        if any(one.kind is Kind.HOST and one.on(segment.name) for one in members.values())
    ]
    for size in (4, 16):
        reach = Reachability(segments, members, size)
        names = [name for name in with_hosts if reach.speaks(name)]
        for one, other in combinations(names, 2):
            if not reach.leads(one, other) and not reach.leads(other, one):
                family = "IPv4" if size == 4 else "IPv6"
                yield (
                    f"no {family} route between network {one} and network {other}; join them with "
                    "a router, or say that the topology is partitioned"
                )
