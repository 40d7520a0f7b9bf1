"""MLD of one host: messages in and out, for the listeners and the querier of each interface.

Source: RFC 3810 sections 5, 6.2 and 7.6; RFC 2710 sections 3 and 5; RFC 3590.

Rule 1: every message leaves with hop limit 1, from a link-local address, with the router alert
option in a hop-by-hop header (RFC 3810 section 5). While an interface has no such address yet, its
reports come from `::` (RFC 3590 section 4), and it does not ask.
Rule 2: version 1 is generation 2 of `messages`, version 2 is generation 3.
"""

from typing import Final

from wirelab.codecs import (
    DecodeError,
    ICMPv6,
    IPv6,
    IPv6HopByHop,
    IPv6RouterAlert,
    MLDDone,
    MLDQuery,
    MLDReport,
    MLDv2GroupRecord,
    MLDv2Query,
    MLDv2Report,
    MLDv2Source,
)
from wirelab.codecs.addresses import ANY_IPV6, ip_text
from wirelab.codecs.header import Header
from wirelab.sim.host.arrival import Arrival
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.durations import MILLISECOND, SECOND
from wirelab.sim.host.interface import ALL_NODES, Interface, is_group
from wirelab.sim.host.interface_address import AddressState
from wirelab.sim.host.ipv6.scopes import INTERFACE_SCOPE, is_link_local
from wirelab.sim.host.manner import Manner, Upper
from wirelab.sim.host.multicast.messages import (
    GroupEars,
    GroupOutput,
    GroupRecord,
    Query,
    RecordType,
    code_of,
    value_of,
)
from wirelab.sim.host.protocol_numbers import PROTOCOL_ICMPV6
from wirelab.sim.reasons import Reason

LISTENER_QUERY: Final = 130  # types: RFC 3810 section 5, RFC 2710 section 3.1
V1_REPORT: Final = 131
V1_DONE: Final = 132
V2_REPORT: Final = 143

TYPES: Final = (LISTENER_QUERY, V1_REPORT, V1_DONE, V2_REPORT)
"""ICMPv6 types that are MLD's."""

ALL_ROUTERS: Final = b"\xff\x02" + bytes(13) + b"\x02"
"""ff02::2, where dones of version 1 go (RFC 2710 section 4)."""

ALL_V2_ROUTERS: Final = b"\xff\x02" + bytes(13) + b"\x16"
"""ff02::16, where reports of version 2 go (RFC 3810 section 5.2.14)."""

ROUTER_ALERT: Final = b"\x05\x02\x00\x00\x01\x00"
"""The option for MLD, and padding (RFC 2711 section 2.1, RFC 8200 section 4.2)."""

HEADERS: Final = 40 + 8 + 8
"""bytes: IPv6, hop-by-hop, and the head of a version 2 report."""

V1_SIZE: Final = 24
"""bytes of every version 1 message (RFC 2710 section 3.7)."""

SMALLEST_V2_QUERY: Final = 28
"""bytes (RFC 3810 section 8.1)."""

_GROUP_AT: Final = 8  # bytes into a message, RFC 2710 section 3
_RECORD_TYPES: Final = frozenset(RecordType)
_UPPER: Final = Upper(PROTOCOL_ICMPV6)


class MldWire:
    """How MLD sends on one interface; see `Wire`."""

    newest: Final = 3
    address_size: Final = 16

    def __init__(self, interface: Interface, output: GroupOutput) -> None:
        self._interface = interface
        self._output = output
        self._manner = Manner(ttl=1, options=ROUTER_ALERT, interface=interface.index, loops=False)

    @property
    def group_room(self) -> int:
        """Bytes of group records that one report may carry."""
        return self._interface.mtu - HEADERS

    @property
    def source(self) -> bytes | None:
        """Our link-local address, once it is known to be ours alone."""
        for entry in self._interface.ipv6:
            usable = entry.state in (AddressState.PREFERRED, AddressState.DEPRECATED)
            if usable and is_link_local(entry.address):
                return entry.address
        return None

    def is_reported(self, group: bytes) -> bool:
        """Nobody tells of ff02::1, nor of what stays inside a host (RFC 3810 section 6)."""
        return group != ALL_NODES and group[1] & 0x0F > INTERFACE_SCOPE

    def send_records(self, records: list[GroupRecord], now: int) -> None:
        """Send a version 2 report."""
        body = MLDv2Report(
            records=[
                MLDv2GroupRecord(group=one.group, type=one.type, sources=sorted(one.sources))
                for one in records
            ]
        )
        self._send(V2_REPORT, body, ALL_V2_ROUTERS, now)

    def send_report(self, generation: int, group: bytes, now: int) -> None:
        """Send a version 1 report, to the group itself."""
        self._send(V1_REPORT, MLDReport(group=group), group, now)

    def send_leave(self, group: bytes, now: int) -> None:
        """Send a version 1 done."""
        self._send(V1_DONE, MLDDone(group=group), ALL_ROUTERS, now)

    def send_query(self, query: Query, now: int) -> None:
        """Send a query, to the group that it asks about or to all nodes."""
        group = query.group or ANY_IPV6
        milliseconds = query.response_time // MILLISECOND
        body: MLDQuery | MLDv2Query
        if query.generation == 3:
            body = MLDv2Query(
                code_of(milliseconds, 16),
                group=group,
                suppress=query.suppress,
                robustness=query.robustness if query.robustness <= 7 else 0,
                query_interval_code=code_of(query.interval // SECOND, 8),
                sources=[MLDv2Source(one) for one in sorted(query.sources)],
            )
        else:
            body = MLDQuery(min(milliseconds, 0xFFFF), group=group)
        self._send(LISTENER_QUERY, body, query.group or ALL_NODES, now)

    def _send(self, kind: int, body: Header, destination: bytes, now: int) -> None:
        source = self.source
        if source is None:
            if kind == LISTENER_QUERY:
                return
            source = ANY_IPV6
        ip = IPv6(source=source, destination=destination)
        message = ICMPv6(kind, 0).build(body.build(), ip)
        self._output.send(_UPPER, message, source, destination, now, self._manner)


def receive(arrival: Arrival, ears: GroupEars, now: int) -> Drop | None:
    """Check an MLD message, whose checksum was verified, and tell whom it concerns.

    Args:
        arrival: the packet, of one of the `TYPES`.
        ears: who listens on its interface.
        now: ns.
    """
    frame, offset = arrival.frame, arrival.offset
    length = arrival.end - offset
    kind = frame[offset]
    if length < (8 if kind == V2_REPORT else V1_SIZE):
        return Drop(Reason.MLD_BAD_PACKET, f"{length} bytes of type {kind}")
    suspicion = _suspicion(arrival, kind)
    if suspicion is not None:
        return Drop(Reason.MLD_BAD_PACKET, suspicion)
    if kind == V2_REPORT:
        return _records(arrival, ears, now)
    group = frame[offset + _GROUP_AT : offset + V1_SIZE]
    if kind == LISTENER_QUERY:
        return _query(group, arrival, ears, now)
    if not is_group(group):
        return Drop(Reason.MLD_BAD_PACKET, f"about {ip_text(group)}, which is no group")
    if kind == V1_DONE:
        ears.leave(group, now)
    else:
        ears.old_report(2, group, now)
    return None


def _suspicion(arrival: Arrival, kind: int) -> str | None:
    """What marks a message as not of this link (RFC 3810 section 6.2, RFC 3590 section 4)."""
    ip = arrival.ip
    assert isinstance(ip, IPv6)
    if ip.hop_limit != 1:
        return f"hop limit {ip.hop_limit}, 1 is due (RFC 3810 section 5)"
    if not is_link_local(ip.source) and (kind == LISTENER_QUERY or ip.source != ANY_IPV6):
        return f"source {ip_text(ip.source)} is not link-local (RFC 3810 section 5)"
    if not _has_router_alert(ip, arrival):
        return "no router alert in a hop-by-hop header (RFC 3810 section 5)"
    return None


def _has_router_alert(ip: IPv6, arrival: Arrival) -> bool:
    if ip.next_header != 0:
        return False
    header = IPv6HopByHop.parse(arrival.frame, arrival.start + 40, arrival.offset)
    return any(isinstance(one, IPv6RouterAlert) for one in header.options)


def _query(group: bytes, arrival: Arrival, ears: GroupEars, now: int) -> Drop | None:
    """RFC 3810 section 8.1: the version is told by the length."""
    length = arrival.end - arrival.offset
    about = None if group == ANY_IPV6 else group
    body_at = arrival.offset + 4
    if about is not None and not is_group(about):
        return Drop(Reason.MLD_BAD_PACKET, f"a query about {ip_text(about)}, which is no group")
    if length == V1_SIZE:
        delay = int.from_bytes(arrival.frame[body_at : body_at + 2], "big")
        query = Query(2, about, frozenset(), delay * MILLISECOND)
    elif length < SMALLEST_V2_QUERY:  # RFC 3810 section 8.1: silently ignored
        return Drop(Reason.MLD_BAD_PACKET, f"query of {length} bytes; 24, or 28 or more are due")
    else:
        try:
            body = MLDv2Query.parse(arrival.frame, body_at, arrival.end)
        except DecodeError as error:
            return Drop(Reason.MLD_BAD_PACKET, str(error))
        sources = [one.address for one in body.sources if isinstance(one, MLDv2Source)]
        if len(sources) < body.number_of_sources:
            detail = f"{body.number_of_sources} sources announced, {len(sources)} there"
            return Drop(Reason.MLD_BAD_PACKET, f"{detail} (RFC 3810 section 5.1.9)")
        query = Query(
            3,
            about,
            frozenset(sources),
            value_of(body.maximum_response_code, 16) * MILLISECOND,
            body.suppress,
            body.robustness,
            value_of(body.query_interval_code, 8) * SECOND,
        )
    ears.query(query, arrival.ip.source, now)
    return None


def _records(arrival: Arrival, ears: GroupEars, now: int) -> Drop | None:
    try:
        body = MLDv2Report.parse(arrival.frame, arrival.offset + 4, arrival.end)
    except DecodeError as error:
        return Drop(Reason.MLD_BAD_PACKET, str(error))
    records = [
        GroupRecord(RecordType(one.type), one.group, frozenset(one.sources))
        for one in body.records
        if isinstance(one, MLDv2GroupRecord)
        and one.type in _RECORD_TYPES  # others: silently ignored (RFC 3810 section 5.2.12)
        and is_group(one.group)
    ]
    ears.records(records, now)
    return None
