"""Resource records of the codecs, with another name or another time to live."""

from collections.abc import Iterable
from copy import copy
from typing import TypeAlias, TypeVar

from wirelab.codecs.dns_sections import DNSRecord, DNSResource

Record: TypeAlias = DNSRecord | DNSResource
"""A record of a known type, or of one that is not known."""

AnyRecord = TypeVar("AnyRecord", bound=Record)


def type_of(record: Record) -> int:
    """The number of its type."""
    return record.type if isinstance(record, DNSResource) else record.TYPE


def ttl_of(record: Record) -> int:
    """Seconds; what has the top bit set counts as 0 (RFC 2181 section 8)."""
    ttl: int = getattr(record, "ttl", 0)
    return ttl if ttl < 1 << 31 else 0


def renamed(record: AnyRecord, name: str) -> AnyRecord:
    """The same record of another name: what a wildcard makes (RFC 4592 section 3.3)."""
    changed = copy(record)
    changed.name = name
    return changed


def with_ttl(records: Iterable[AnyRecord], ttl: int) -> list[AnyRecord]:
    """The same records with another time to live, s."""
    changed = [copy(record) for record in records]
    for record in changed:
        setattr(record, "ttl", ttl)  # noqa: B010  (the base class does not have it)
    return changed
