"""IGMP of one host: messages in and out, for the listeners and the querier of each interface.

Source: RFC 3376 sections 4, 7 and 9.1; RFC 2236; RFC 1112 appendix I.

Rule 1: every message leaves with TTL 1, precedence "internetwork control" and the router alert
option (RFC 3376 section 4), on the interface that it is about.
Rule 2: everything about bytes is here; what a message leads to is decided in `listener` and
`querier`.
"""

from collections.abc import Callable
from typing import Final, Protocol, TypeAlias

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
    GroupRecord,
    Query,
    RecordType,
    code_of,
    value_of,
)
from wirelab.sim.reasons import Reason

PROTOCOL_IGMP: Final = 2  # RFC 1112 appendix I

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

_UPPER: Final = Upper(PROTOCOL_IGMP)


class GroupOutput(Protocol):
    """What IGMP and MLD send with."""

    def send(
        self, header: Upper, payload: bytes, source: bytes, destination: bytes, now: int,
        manner: Manner, /,
    ) -> Reason | None:  # fmt: skip
        """See `NetworkOutput.send`."""


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
        self._output.send(
            _UPPER, message, self._interface.address, destination, now, self._manner
        )


class GroupEars(Protocol):
    """Who is told what arrives on an interface; see `Multicast`."""

    def query(self, query: Query, source: bytes, now: int) -> None:
        """Somebody asks."""

    def old_report(self, generation: int, group: bytes, now: int) -> None:
        """A listener tells of a group, in generation 1 or 2."""

    def leave(self, group: bytes, now: int) -> None:
        """A listener of generation 2 left a group."""

    def records(self, records: list[GroupRecord], now: int) -> None:
        """A listener of generation 3 tells of groups."""


EarsOf: TypeAlias = Callable[[Interface], GroupEars]


class Igmp:
    """The way up: checks a message and tells whom it concerns.

    Args:
        ears_of: who listens on an interface.
    """

    def __init__(self, ears_of: EarsOf) -> None:
        self._ears_of = ears_of

    def receive(self, arrival: Arrival, now: int) -> Drop | None:
        """Take an IGMP message."""
        frame, offset, end = arrival.frame, arrival.offset, arrival.end
        if end - offset < 8:
            detail = f"{end - offset} bytes, at least 8 are due (RFC 3376 section 4)"
            return Drop(Reason.IGMP_BAD_PACKET, detail)
        header = IGMP.parse(frame, offset, end)
        if not IGMP.checksum_ok(frame, offset, end):
            return Drop(Reason.IGMP_BAD_CHECKSUM, f"checksum {header.checksum:#06x}")
        ears = self._ears_of(arrival.interface)
        group = frame[offset + 4 : offset + 8]
        match header.type:
            case 0x11:
                return self._query(ears, header, arrival, now)
            case 0x12 | 0x16 if is_multicast(group):
                ears.old_report(1 if header.type == V1_REPORT else 2, group, now)
            case 0x17 if is_multicast(group):
                ears.leave(group, now)
            case 0x22:
                return self._records(ears, arrival, now)
            case 0x12 | 0x16 | 0x17:
                detail = f"type {header.type:#04x} about {ipv4_text(group)}, which is no group"
                return Drop(Reason.IGMP_BAD_PACKET, detail)
            case _:  # RFC 3376 section 4: silently ignored
                return Drop(Reason.IGMP_UNKNOWN_TYPE, f"type {header.type:#04x}")
        return None

    def _query(self, ears: GroupEars, header: IGMP, arrival: Arrival, now: int) -> Drop | None:
        """RFC 3376 section 7.1: the version is told by the length and the response code."""
        assert isinstance(arrival.ip, IPv4)
        frame, offset, end = arrival.frame, arrival.offset + 4, arrival.end
        length = end - arrival.offset
        code = header.maximum_response_code
        group = frame[offset : offset + 4]
        about = None if group == bytes(4) else group
        sources: frozenset[bytes] = frozenset()
        if length >= 12:
            try:
                body = IGMPv3Query.parse(frame, offset, end)
            except DecodeError as error:
                return Drop(Reason.IGMP_BAD_PACKET, str(error))
            sources = frozenset(
                one.address for one in body.sources if isinstance(one, IGMPv3Source)
            )
            interval = value_of(body.query_interval_code, 8) * SECOND
            query = Query(
                3, about, sources, value_of(code, 8) * TENTH, body.suppress, body.robustness,
                interval,
            )  # fmt: skip
        elif length > 8:  # RFC 3376 section 7.1: silently ignored
            return Drop(Reason.IGMP_BAD_PACKET, f"a query of {length} bytes; give 8, or 12 or more")
        elif code:
            query = Query(2, about, sources, code * TENTH)
        else:
            query = Query(1, None, sources, QUERY_RESPONSE_INTERVAL)
        refusal = _suspicious(query, arrival.ip)
        if refusal is None:
            ears.query(query, arrival.ip.source, now)
        return refusal

    def _records(self, ears: GroupEars, arrival: Arrival, now: int) -> Drop | None:
        try:
            body = IGMPv3Report.parse(arrival.frame, arrival.offset + 4, arrival.end)
        except DecodeError as error:
            return Drop(Reason.IGMP_BAD_PACKET, str(error))
        records = [
            GroupRecord(RecordType(one.type), one.group, frozenset(one.sources))
            for one in body.records
            if isinstance(one, IGMPv3GroupRecord) and 1 <= one.type <= 6 and is_multicast(one.group)
        ]  # unknown types: silently ignored (RFC 3376 section 4.2.12)
        ears.records(records, now)
        return None


def _suspicious(query: Query, ip: IPv4) -> Drop | None:
    """Queries that no router sends (RFC 3376 section 9.1): forged, to make listeners work."""
    to = ip.destination
    if query.generation > 1 and not any(isinstance(one, RouterAlert) for one in ip.options):
        detail = "a query without router alert (RFC 3376 section 9.1)"
        return Drop(Reason.IGMP_BAD_PACKET, detail)
    if query.group is None and is_multicast(to) and to != ALL_HOSTS:
        detail = f"a general query to {ipv4_text(to)} (RFC 3376 section 9.1)"
        return Drop(Reason.IGMP_BAD_PACKET, detail)
    if query.group is not None and not is_multicast(query.group):
        detail = f"a query about {ipv4_text(query.group)}, which is no group"
        return Drop(Reason.IGMP_BAD_PACKET, detail)
    return None
