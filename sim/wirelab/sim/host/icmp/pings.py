"""Echo requests of this host and who waits for their replies (RFC 1122 section 3.2.2.6).

Timestamp requests (section 3.2.2.8) share their numbers.

An identifier belongs to a socket that has taken it, or else to `Host.ping`.
"""

from collections.abc import Callable
from typing import Final, Protocol

from wirelab.codecs import ICMPv4, ICMPv4Timestamp, ICMPv6
from wirelab.codecs.addresses import ip_text
from wirelab.sim.host.arrival import Arrival
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.errors import HostError
from wirelab.sim.host.events import EchoReply, Event, IcmpError, TimestampReply
from wirelab.sim.host.icmp.errors_out import HEADERS, HEADERS6
from wirelab.sim.host.icmp.message_types import (
    ECHO_REPLY,
    ECHO_REPLY6,
    ECHO_REQUEST,
    ECHO_REQUEST6,
    TIMESTAMP_REQUEST,
)
from wirelab.sim.host.icmp.output import IcmpOutput
from wirelab.sim.host.icmp.trouble import Trouble
from wirelab.sim.host.manner import Manner
from wirelab.sim.reasons import Reason

MAXIMUM_PINGS: Final = 1024  # ours: pings that nobody answers must not eat the memory

MAXIMUM_ANSWERS: Final = 64
"""Ours: replies whose way may prove too narrow; a router says so within a round trip."""

_REPLIES: Final = {4: ECHO_REPLY, 16: ECHO_REPLY6}


_REQUESTS: Final = {4: (ECHO_REQUEST, TIMESTAMP_REQUEST), 16: (ECHO_REQUEST6,)}


class EchoTaker(Protocol):
    """A socket that sends echo requests with an identifier of its own (IPPROTO_ICMP datagrams)."""

    def echo_reply(self, message: bytes, arrival: Arrival, now: int) -> Drop | None:
        """Take a reply, from its ICMP header on; returns None, or why not."""

    def echo_in_trouble(self, trouble: Trouble, now: int) -> None:
        """The network says something about a request that was sent from here."""


class Pings:
    """The echo requests of one host, of both families.

    Args:
        output: the way down.
        is_group: whether an address means more than one host.
        emit: takes events.

    Attributes:
        takers: sockets, by length of address and identifier.
    """

    __slots__ = (
        "_answered",
        "_emit",
        "_is_group",
        "_output",
        "_waiting",
        "takers",
    )

    def __init__(
        self,
        output: IcmpOutput,
        is_group: Callable[[bytes], bool],
        emit: Callable[[Event], None],
    ) -> None:
        self.takers: dict[tuple[int, int], EchoTaker] = {}
        self._output = output
        self._is_group = is_group
        self._emit = emit
        self._waiting: dict[tuple[int, int, int], bytes] = {}  # family, identifier, number -> to
        self._answered: dict[bytes, bytes] = {}  # identifier and number -> to whom we replied

    def send(
        self,
        destination: bytes,
        identifier: int,
        sequence_number: int,
        payload: bytes,
        now: int,
        manner: Manner,
        type_: int = ECHO_REQUEST,
    ) -> None:
        """See `Host.ping`; `type_` is another query of ICMPv4 that is answered likewise."""
        family = len(destination)
        source = self._output.source_for(destination, manner.interface)
        if source is None or not any(source):  # RFC 1122 section 3.2.1.3 (a): not from 0.0.0.0
            detail = "" if source is None else ", and no address to send from"
            raise HostError(Reason.IP_NO_ROUTE, f"to {ip_text(destination)}{detail}")
        header: ICMPv4 | ICMPv6
        if family == 4:
            number = sequence_number
            header = ICMPv4(type_, identifier=identifier, sequence_number=number)
            body = payload
        else:
            header = ICMPv6(ECHO_REQUEST6)
            body = identifier.to_bytes(2, "big") + sequence_number.to_bytes(2, "big") + payload
        refused = self._output.send(header, body, source, destination, now, manner)
        if refused is not None:
            raise HostError(refused, f"{len(payload)} bytes to {ip_text(destination)}")
        while len(self._waiting) >= MAXIMUM_PINGS:
            del self._waiting[next(iter(self._waiting))]
        self._waiting[family, identifier, sequence_number] = destination

    def manner(self, destination: bytes, size: int, ttl: int | None) -> Manner:
        """How a request with that much payload usually goes: in one piece, if it fits."""
        headers = HEADERS if len(destination) == 4 else HEADERS6
        return Manner(ttl=ttl, dont_fragment=headers + size <= self._output.mtu_for(destination))

    def answered(self, numbers: bytes, destination: bytes) -> None:
        """We have replied to a ping: an error about that is to be believed (RFC 8201 section 4).

        Args:
            numbers: identifier and sequence number, as they go on the wire.
            destination: whom.
        """
        self._answered.pop(numbers, None)
        while len(self._answered) >= MAXIMUM_ANSWERS:
            del self._answered[next(iter(self._answered))]
        self._answered[numbers] = destination

    def reply(
        self, identifier: int, sequence_number: int, data_at: int, arrival: Arrival, now: int
    ) -> Drop | None:
        """An echo reply came; its data is at `arrival.frame[data_at:]`."""
        source = arrival.ip.source
        family = len(source)
        taker = self.takers.get((family, identifier))
        if taker is not None:
            return taker.echo_reply(arrival.frame[arrival.offset : arrival.end], arrival, now)
        key = (family, identifier, sequence_number)
        destination = self._waiting.get(key)
        group = destination is not None and self._is_group(destination)
        if destination != source and not group:
            detail = f"identifier {identifier}, number {sequence_number} from {ip_text(source)}"
            return Drop(Reason.ICMP_UNMATCHED_REPLY, detail)
        if not group:  # many may answer a broadcast
            del self._waiting[key]
        payload = arrival.frame[data_at : arrival.end]
        options = arrival.ipv4.option_bytes if family == 4 else b""
        event = EchoReply(source, identifier, sequence_number, payload, arrival.ttl, options)
        self._emit(event)
        return None

    def time(self, body: ICMPv4Timestamp, header: ICMPv4, arrival: Arrival) -> Drop | None:
        """A timestamp reply came."""
        source, number = arrival.ip.source, header.sequence_number
        key = (len(source), header.identifier, number)
        if self._waiting.get(key) != source:
            detail = f"identifier {header.identifier}, number {number} from {ip_text(source)}"
            return Drop(Reason.ICMP_UNMATCHED_REPLY, detail)
        del self._waiting[key]
        times = (body.originate, body.receive, body.transmit)
        self._emit(TimestampReply(source, header.identifier, number, *times))
        return None

    def in_trouble(self, trouble: Trouble, now: int) -> bool:
        """An error quotes an ICMP message of ours: was it one of these?"""
        packet, at = trouble.packet, trouble.offset
        if len(packet) < at + 8:  # of a raw socket, and never sent
            return False
        destination = trouble.quoted.destination
        family = len(destination)
        if packet[at] == _REPLIES[family]:  # nobody waits, but the path's MTU may be learnt
            return self._answered.get(packet[at + 4 : at + 8]) == destination
        if packet[at] not in _REQUESTS[family]:
            return False
        identifier = int.from_bytes(packet[at + 4 : at + 6], "big")
        taker = self.takers.get((family, identifier))
        if taker is not None:
            taker.echo_in_trouble(trouble, now)
            return True
        number = int.from_bytes(packet[at + 6 : at + 8], "big")
        key = (family, identifier, number)
        if self._waiting.get(key) != destination:
            return False
        del self._waiting[key]
        error = IcmpError(trouble.source, trouble.reason, destination, identifier, number)
        self._emit(error)
        return True
