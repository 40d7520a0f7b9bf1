"""What an authoritative server answers to one question, and how it fits into a message.

Source: RFC 1034 section 4.3.2; RFC 2308 sections 2 and 3 (SOA of negative answers); RFC 6604
(response code along aliases); RFC 6891 (EDNS); RFC 2181 section 9 (truncation).
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from wirelab.codecs import DNS
from wirelab.codecs.dns_sections import DNSQuestion
from wirelab.codecs.protocols.dns import DNSCNAME, DNSMX, DNSNS, DNSOPT, DNSSRV
from wirelab.sim.services.dns.names import (
    BAD_VERSION,
    FORMAT_ERROR,
    INTERNET,
    NAME_ERROR,
    NO_ERROR,
    NOT_IMPLEMENTED,
    REFUSED,
    is_below,
    key_of,
)
from wirelab.sim.services.dns.records import Record, ttl_of, with_ttl
from wirelab.sim.services.dns.zone import Outcome, Zone

LONGEST_CHAIN: Final = 16
"""Aliases that are followed; ours: a loop ends here."""

PLAIN_SIZE: Final = 512
"""bytes of message over UDP without EDNS (RFC 1035 section 4.2.1)."""

EDNS_SIZE: Final = 1232
"""bytes; ours: what passes everywhere without fragments, as DNS operators agreed in 2020."""

QUERY: Final = 0  # operation code, RFC 1035 section 4.1.1
FIRST_META_TYPE: Final = 249  # from TKEY to MAILA: no types of records (RFC 6895 section 3.1)
ANY_CLASS: Final = 255  # RFC 1035 section 3.2.5


class Reply(NamedTuple):
    """What there is to say about a question."""

    code: int
    authoritative: bool = False
    answers: tuple[Record, ...] = ()
    authorities: tuple[Record, ...] = ()
    additionals: tuple[Record, ...] = ()


def zone_of(zones: Sequence[Zone], name: str) -> Zone | None:
    """The zone that a name is in: the one with the longest origin."""
    key = key_of(name)
    inside = [zone for zone in zones if is_below(key, zone.key)]
    return max(inside, key=lambda zone: len(zone.key), default=None)


def look_up(zones: Sequence[Zone], name: str, kind: int) -> Reply:
    """The answer to a question of class IN."""
    zone = zone_of(zones, name)
    if zone is None:
        return Reply(REFUSED)
    answers: list[Record] = []
    seen = set()
    while True:
        seen.add(key_of(name))
        finding = zone.find(name, kind)
        if finding.outcome is Outcome.FOUND:
            answers += finding.records
            return Reply(NO_ERROR, True, tuple(answers), (), _additional(zones, answers))
        if finding.outcome is Outcome.REFERRAL:
            glue = _additional(zones, finding.records)
            return Reply(NO_ERROR, bool(answers), tuple(answers), finding.records, glue)
        if finding.outcome is not Outcome.ALIAS:
            soa = zone.soa
            negative = with_ttl([soa], min(ttl_of(soa), soa.minimum))
            code = NAME_ERROR if finding.outcome is Outcome.NO_NAME else NO_ERROR
            return Reply(code, True, tuple(answers), tuple(negative))
        answers += finding.records
        alias = finding.records[0]
        assert isinstance(alias, DNSCNAME)
        name = alias.canonical_name
        following = zone_of(zones, name)
        if following is None or key_of(name) in seen or len(answers) >= LONGEST_CHAIN:
            return Reply(NO_ERROR, True, tuple(answers))
        zone = following


def _additional(zones: Sequence[Zone], records: Sequence[Record]) -> tuple[Record, ...]:
    """Addresses of the hosts that records name (RFC 1034 section 4.3.2, step 6)."""
    found: list[Record] = []
    for record in records:
        if isinstance(record, DNSNS):
            host = record.server
        elif isinstance(record, DNSMX):
            host = record.exchange
        elif isinstance(record, DNSSRV):
            host = record.target
        else:
            continue
        zone = zone_of(zones, host)
        if zone is not None:
            found += [one for one in zone.addresses(host) if one not in found]
    return tuple(found)


def respond(zones: Sequence[Zone], query: DNS) -> DNS | None:
    """The whole response to a query, however long; None: it is none, and gets no answer."""
    if query.response:
        return None
    edns = next((one for one in query.additionals if isinstance(one, DNSOPT)), None)
    code, reply = _judged(zones, query, edns)
    additionals: list[object] = list(reply.additionals)
    if edns is not None:
        additionals.append(DNSOPT(udp_payload_size=EDNS_SIZE, extended_response_code=code >> 4))
    return DNS(
        identification=query.identification,
        response=True,
        operation_code=query.operation_code,
        authoritative=reply.authoritative,
        recursion_desired=query.recursion_desired,
        response_code=code & 0xF,
        questions=[one for one in query.questions if isinstance(one, DNSQuestion)],
        answers=reply.answers,
        authorities=reply.authorities,
        additionals=additionals,  # type: ignore[arg-type]
    )


def _judged(zones: Sequence[Zone], query: DNS, edns: DNSOPT | None) -> tuple[int, Reply]:
    if query.operation_code != QUERY:
        return NOT_IMPLEMENTED, Reply(NOT_IMPLEMENTED)
    questions = query.questions
    if len(questions) != 1 or not isinstance(questions[0], DNSQuestion):
        return FORMAT_ERROR, Reply(FORMAT_ERROR)
    if edns is not None and edns.version:
        return BAD_VERSION, Reply(BAD_VERSION)
    question = questions[0]
    is_meta = FIRST_META_TYPE <= question.type < ANY_CLASS
    if question.record_class not in (INTERNET, ANY_CLASS) or is_meta:
        return REFUSED, Reply(REFUSED)
    reply = look_up(zones, question.name, question.type)
    return reply.code, reply


def room_for(query: DNS) -> int:
    """Bytes that a response over UDP may have (RFC 6891 section 6.2.5)."""
    for one in query.additionals:
        if isinstance(one, DNSOPT):
            return max(PLAIN_SIZE, min(one.udp_payload_size, EDNS_SIZE))
    return PLAIN_SIZE


def fitted(response: DNS, room: int) -> bytes:
    """The response in `room` bytes: without additional records, else empty and marked truncated.

    RFC 2181 section 9: what is left out of the additional section needs no mark, an answer does.
    """
    data = response.build()
    if len(data) <= room:
        return data
    options = [one for one in response.additionals if isinstance(one, DNSOPT)]
    data = response.replace(additionals=options).build()
    if len(data) <= room:
        return data
    return response.replace(truncated=True, answers=(), authorities=(), additionals=options).build()
