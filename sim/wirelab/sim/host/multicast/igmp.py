"""IGMP of one host: messages in and out, for the listeners and the querier of each interface.

Source: RFC 3376 sections 4, 7 and 9.1; RFC 2236; RFC 1112 appendix I.

Rule 1: every message leaves with TTL 1, precedence "internetwork control" and the router alert
option (RFC 3376 section 4), on the interface that it is about.
Rule 2: everything about bytes is here; what a message leads to is decided in `listener` and
`querier`.
"""

from typing import Final

from wirelab.codecs import (
    IGMP,
    DecodeError,
    IGMPLeave,
    IGMPQuery,
    IGMPv1Report,
    IGMPv2Report,
    IGMPv3GroupRecord,
    IGMPv3Query,
    IGMPv3Report,
    IGMPv3Source,
    IPv4,
)
from wirelab.codecs.addresses import ipv4_text
from wirelab.codecs.header import Header
from wirelab.codecs.protocols.ipv4_options import RouterAlert
from wirelab.sim.host.arrival import Arrival
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.interface import ALL_HOSTS, Interface, is_multicast
from wirelab.sim.host.manner import Manner, Upper
from wirelab.sim.host.multicast.messages import (
    QUERY_RESPONSE_INTERVAL,
    GroupEars,
    GroupOutput,
    GroupRecord,
    Query,
    RecordType,
    code_of,
    value_of,
)
from wirelab.sim.host.protocol_numbers import PROTOCOL_IGMP
from wirelab.sim.reasons import Reason

MEMBERSHIP_QUERY: Final = 0x11  # all types: RFC 3376 section 4
V1_REPORT: Final = 0x12
V2_REPORT: Final = 0x16
V2_LEAVE: Final = 0x17
V3_REPORT: Final = 0x22

ALL_ROUTERS: Final = b"\xe0\x00\x00\x02"
"""224.0.0.2, where leaves of version 2 go (RFC 2236 section 9)."""

ALL_V3_ROUTERS: Final = b"\xe0\x00\x00\x16"
"""224.0.0.22, where reports of version 3 go (RFC 3376 section 4.2.14)."""

INTERNETWORK_CONTROL: Final = 0xC0  # type of service, RFC 3376 section 4

ROUTER_ALERT: Final = b"\x94\x04\x00\x00"  # RFC 2113 section 2.1

HEADERS: Final = 24 + 8
"""bytes: IPv4 with router alert, and the head of a version 3 report."""

TENTH: Final = SECOND // 10
"""ns: the unit of the maximum response code (RFC 3376 section 4.1.1)."""

SMALLEST: Final = 8
"""bytes of every message (RFC 3376 section 4)."""

SMALLEST_V3_QUERY: Final = 12
"""bytes (RFC 3376 section 7.1)."""

_RECORD_TYPES: Final = frozenset(RecordType)
_UPPER: Final = Upper(PROTOCOL_IGMP)


class IgmpWire:
    """How IGMP sends on one interface; see `Wire`."""

    newest: Final = 3
    address_size: Final = 4

    def __init__(self, interface: Interface, output: GroupOutput) -> None:
        self._interface = interface
        self._output = output
        self._manner = Manner(
            ttl=1,
            tos=INTERNETWORK_CONTROL,
            options=ROUTER_ALERT,
            interface=interface.index,
            loops=False,
        )

    @property
    def group_room(self) -> int:
        """Bytes of group records that one report may carry."""
        return self._interface.mtu - HEADERS

    @property
    def source(self) -> bytes | None:
        """What queries come from (RFC 3376 section 4.1.11); None while there is no address."""
        address = self._interface.address
        return address if any(address) else None

    def is_reported(self, group: bytes) -> bool:
        """All hosts are in 224.0.0.1, so nobody tells (RFC 3376 section 6)."""
        return group != ALL_HOSTS

    def send_records(self, records: list[GroupRecord], now: int) -> None:
        """Send a version 3 report."""
        body = IGMPv3Report(
            records=[
                IGMPv3GroupRecord(group=one.group, type=one.type, sources=sorted(one.sources))
                for one in records
            ]
        )
        self._send(IGMP(V3_REPORT, 0), body, ALL_V3_ROUTERS, now)

    def send_report(self, generation: int, group: bytes, now: int) -> None:
        """Send a report of version 1 or 2, to the group itself."""
        if generation == 1:
            self._send(IGMP(V1_REPORT, 0), IGMPv1Report(group), group, now)
        else:
            self._send(IGMP(V2_REPORT, 0), IGMPv2Report(group), group, now)

    def send_leave(self, group: bytes, now: int) -> None:
        """Send a version 2 leave."""
        self._send(IGMP(V2_LEAVE, 0), IGMPLeave(group), ALL_ROUTERS, now)

    def send_query(self, query: Query, now: int) -> None:
        """Send a query, to the group that it asks about or to all hosts."""
        group = query.group or bytes(4)
        tenths = query.response_time // TENTH
        body: IGMPQuery | IGMPv3Query
        if query.generation == 3:
            header = IGMP(MEMBERSHIP_QUERY, code_of(tenths, 8))
            body = IGMPv3Query(
                group,
                suppress=query.suppress,
                robustness=query.robustness if query.robustness <= 7 else 0,
                query_interval_code=code_of(query.interval // SECOND, 8),
                sources=[IGMPv3Source(one) for one in sorted(query.sources)],
            )
        else:
            header = IGMP(MEMBERSHIP_QUERY, min(tenths, 255) if query.generation == 2 else 0)
            body = IGMPQuery(group)
        self._send(header, body, query.group or ALL_HOSTS, now)

    def _send(self, header: IGMP, body: Header, destination: bytes, now: int) -> None:
        message = header.build(body.build())
        self._output.send(_UPPER, message, self._interface.address, destination, now, self._manner)


def receive(arrival: Arrival, ears: GroupEars, now: int) -> Drop | None:
    """Check an IGMP message and tell whom it concerns.

    Args:
        arrival: the packet.
        ears: who listens on its interface.
        now: ns.
    """
    frame, offset, end = arrival.frame, arrival.offset, arrival.end
    if end - offset < SMALLEST:
        detail = f"{end - offset} bytes, at least {SMALLEST} are due (RFC 3376 section 4)"
        return Drop(Reason.IGMP_BAD_PACKET, detail)
    header = IGMP.parse(frame, offset, end)
    if not IGMP.checksum_ok(frame, offset, end):
        return Drop(Reason.IGMP_BAD_CHECKSUM, f"checksum {header.checksum:#06x}")
    if header.type == MEMBERSHIP_QUERY:
        return _query(header, arrival, ears, now)
    if header.type == V3_REPORT:
        return _records(arrival, ears, now)
    return _old_message(header.type, frame[offset + 4 : offset + SMALLEST], ears, now)


def _query(header: IGMP, arrival: Arrival, ears: GroupEars, now: int) -> Drop | None:
    """RFC 3376 section 7.1: the version is told by the length and the response code."""
    length = arrival.end - arrival.offset
    code = header.maximum_response_code
    group = arrival.frame[arrival.offset + 4 : arrival.offset + SMALLEST]
    about = None if group == bytes(4) else group
    if length >= SMALLEST_V3_QUERY:
        try:
            body = IGMPv3Query.parse(arrival.frame, arrival.offset + 4, arrival.end)
        except DecodeError as error:
            return Drop(Reason.IGMP_BAD_PACKET, str(error))
        sources = [one.address for one in body.sources if isinstance(one, IGMPv3Source)]
        if len(sources) < body.number_of_sources:
            detail = f"{body.number_of_sources} sources announced, {len(sources)} there"
            return Drop(Reason.IGMP_BAD_PACKET, f"{detail} (RFC 3376 section 4.1.8)")
        query = Query(
            3,
            about,
            frozenset(sources),
            value_of(code, 8) * TENTH,
            body.suppress,
            body.robustness,
            value_of(body.query_interval_code, 8) * SECOND,
        )
    elif length > SMALLEST:  # RFC 3376 section 7.1: silently ignored
        return Drop(Reason.IGMP_BAD_PACKET, f"query of {length} bytes; 8, or 12 or more are due")
    elif code:
        query = Query(2, about, frozenset(), code * TENTH)
    else:
        query = Query(1, None, frozenset(), QUERY_RESPONSE_INTERVAL)
    ip = arrival.ip
    assert isinstance(ip, IPv4)
    suspicion = _suspicion(query, ip)
    if suspicion is not None:
        return Drop(Reason.IGMP_BAD_PACKET, suspicion)
    ears.query(query, ip.source, now)
    return None


def _suspicion(query: Query, ip: IPv4) -> str | None:
    """What no router would send, but who wants to make listeners work (RFC 3376 section 9.1)."""
    to = ip.destination
    if query.generation > 1 and not any(isinstance(one, RouterAlert) for one in ip.options):
        return "a query without router alert (RFC 3376 section 9.1)"
    if query.group is None and is_multicast(to) and to != ALL_HOSTS:
        return f"a general query to {ipv4_text(to)} (RFC 3376 section 9.1)"
    if query.group is not None and not is_multicast(query.group):
        return f"a query about {ipv4_text(query.group)}, which is no group"
    return None


def _records(arrival: Arrival, ears: GroupEars, now: int) -> Drop | None:
    try:
        body = IGMPv3Report.parse(arrival.frame, arrival.offset + 4, arrival.end)
    except DecodeError as error:
        return Drop(Reason.IGMP_BAD_PACKET, str(error))
    records = [
        GroupRecord(RecordType(one.type), one.group, frozenset(one.sources))
        for one in body.records
        if isinstance(one, IGMPv3GroupRecord)
        and one.type in _RECORD_TYPES  # others: silently ignored (RFC 3376 section 4.2.12)
        and is_multicast(one.group)
    ]
    ears.records(records, now)
    return None


def _old_message(kind: int, group: bytes, ears: GroupEars, now: int) -> Drop | None:
    """Reports and leaves of versions 1 and 2."""
    if kind not in (V1_REPORT, V2_REPORT, V2_LEAVE):  # RFC 3376 section 4: silently ignored
        return Drop(Reason.IGMP_UNKNOWN_TYPE, f"type {kind:#04x}")
    if not is_multicast(group):
        detail = f"type {kind:#04x} about {ipv4_text(group)}, which is no group"
        return Drop(Reason.IGMP_BAD_PACKET, detail)
    if kind == V2_LEAVE:
        ears.leave(group, now)
    else:
        ears.old_report(1 if kind == V1_REPORT else 2, group, now)
    return None
