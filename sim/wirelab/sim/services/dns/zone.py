"""A zone: the records of a domain, and what they say about a name.

Source: RFC 1034 section 4.3.2 (the algorithm), section 4.2.1 (delegation); RFC 4592 (wildcards and
empty non-terminals); RFC 2308 section 2 (no such name, no such data).
"""

from collections.abc import Iterable, Iterator
from enum import Enum
from typing import NamedTuple

from wirelab.codecs import DNS
from wirelab.codecs.protocols.dns import DNSSOA
from wirelab.sim.services.dns.names import AAAA, ANY, CNAME, NS, SOA, A, Name, is_below, key_of
from wirelab.sim.services.dns.records import Record, renamed, type_of


class Outcome(Enum):
    """What a zone says."""

    FOUND = "found"
    ALIAS = "alias"
    """There is a CNAME instead: ask again for its target."""
    REFERRAL = "referral"
    """It is another server's: these NS records say whose."""
    NO_DATA = "no data"
    NO_NAME = "no name"


class Finding(NamedTuple):
    """The answer of a zone.

    Attributes:
        outcome: what kind.
        records: of the answer, or the NS records of a referral.
    """

    outcome: Outcome
    records: tuple[Record, ...] = ()


class Zone:
    """The records of one zone.

    Args:
        origin: its name; "." is the root.
        records: among them exactly one SOA, of the origin itself; without it, one is made.

    Attributes:
        origin: its name, as given.
        key: the same, to compare.

    Raises:
        ValueError: a record of another domain, two SOA, a CNAME beside other records, or a value
            that no message can hold.
    """

    def __init__(self, origin: str, records: Iterable[Record] = ()) -> None:
        self.origin = origin.removesuffix(".") or "."
        self.key = key_of(self.origin)
        self._nodes: dict[Name, dict[int, list[Record]]] = {self.key: {}}
        for record in records:
            self.add(record)
        if not self._nodes[self.key].get(SOA):
            mailbox = "hostmaster" if not self.key else f"hostmaster.{self.origin}"
            server = "ns" if not self.key else f"ns.{self.origin}"
            self.add(DNSSOA(self.origin, server, mailbox, serial=1, ttl=3600))

    def __repr__(self) -> str:
        return f"<Zone {self.origin} {sum(1 for _ in self)} records>"

    def __iter__(self) -> Iterator[Record]:
        for node in self._nodes.values():
            for records in node.values():
                yield from records

    @property
    def soa(self) -> DNSSOA:
        """Its SOA record."""
        record = self._nodes[self.key][SOA][0]
        assert isinstance(record, DNSSOA)
        return record

    def add(self, record: Record) -> None:
        """Put a record in; the same one twice counts once.

        Raises:
            ValueError: see the class.
        """
        name, kind = key_of(record.name), type_of(record)
        if not is_below(name, self.key):
            raise ValueError(f"{record.name} is not in the zone {self.origin}")
        if kind == SOA and (name != self.key or self._nodes[name].get(SOA)):
            raise ValueError(f"SOA of {record.name}: zone {self.origin} has exactly one, its own")
        node = self._nodes.get(name, {})
        if (kind == CNAME and node) or CNAME in node:
            raise ValueError(
                f"{record.name}: a CNAME stands beside other records (RFC 1034 section 3.6.2)"
            )
        DNS(0, response=True, answers=[record]).build()  # else it would fail when it is asked for
        for length in range(len(self.key), len(name)):  # empty non-terminals exist (RFC 4592 2.2.2)
            self._nodes.setdefault(_last(name, length), {})
        records = self._nodes.setdefault(name, {}).setdefault(kind, [])
        if record not in records:
            records.append(record)

    def find(self, name: str, kind: int) -> Finding:
        """What this zone says about a name that is in it (RFC 1034 section 4.3.2, step 3)."""
        key = key_of(name)
        cut = self._cut_above(key)
        if cut is not None:
            return Finding(Outcome.REFERRAL, tuple(cut))
        node = self._nodes.get(key)
        if node is None:
            node = self._wildcard(key, name)
            if node is None:
                return Finding(Outcome.NO_NAME)
        if kind == ANY:
            every = tuple(record for records in node.values() for record in records)
            return Finding(Outcome.FOUND, every) if every else Finding(Outcome.NO_DATA)
        if kind in node:
            return Finding(Outcome.FOUND, tuple(node[kind]))
        if CNAME in node:
            return Finding(Outcome.ALIAS, tuple(node[CNAME]))
        return Finding(Outcome.NO_DATA)

    def addresses(self, name: str) -> list[Record]:
        """A and AAAA records of a name, also of one below a delegation (glue)."""
        key = key_of(name)
        node = self._nodes.get(key, {})
        return [record for kind in (A, AAAA) for record in node.get(kind, ())]

    def _cut_above(self, key: Name) -> list[Record] | None:
        """The NS records of the delegation at or above a name; the zone's own are none."""
        for length in range(len(self.key) + 1, len(key) + 1):
            node = self._nodes.get(_last(key, length))
            if node is not None and NS in node:
                return node[NS]
        return None

    def _wildcard(self, key: Name, name: str) -> dict[int, list[Record]] | None:
        """The records that the closest encloser's `*` makes for a name (RFC 4592 section 3.3)."""
        for length in range(len(key) - 1, len(self.key) - 1, -1):
            encloser = _last(key, length)
            if encloser not in self._nodes:
                continue
            source = self._nodes.get((b"*", *encloser))
            if source is None:
                return None
            return {
                kind: [renamed(record, name) for record in records]
                for kind, records in source.items()
            }
        return None


def _last(name: Name, labels: int) -> Name:
    """The name of the last labels alone."""
    return name[len(name) - labels :]
