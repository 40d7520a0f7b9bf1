"""Echo requests of this host and who waits for their replies (RFC 1122 section 3.2.2.6).

An identifier belongs to a socket that has taken it, or else to `Host.ping`.
"""

from collections.abc import Callable
from typing import Final, Protocol

from wirelab.codecs import ICMPv4, ICMPv6
from wirelab.codecs.addresses import ip_text
from wirelab.sim.host.arrival import Arrival
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.errors import HostError
from wirelab.sim.host.events import EchoReply, Event, IcmpError
from wirelab.sim.host.icmp.message_types import ECHO_REQUEST, ECHO_REQUEST6
from wirelab.sim.host.icmp.output import IcmpOutput
from wirelab.sim.host.icmp.trouble import Trouble
from wirelab.sim.host.manner import Manner
from wirelab.sim.reasons import Reason

MAXIMUM_PINGS: Final = 1024  # ours: pings that nobody answers must not eat the memory


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

    def send(
        self,
        destination: bytes,
        identifier: int,
        sequence_number: int,
        payload: bytes,
        now: int,
        manner: Manner,
    ) -> None:
        """See `Host.ping`."""
        family = len(destination)
        source = self._output.source_for(destination, manner.interface)
        if source is None:
            raise HostError(Reason.IP_NO_ROUTE, f"to {ip_text(destination)}")
        header: ICMPv4 | ICMPv6
        if family == 4:
            number = sequence_number
            header = ICMPv4(ECHO_REQUEST, identifier=identifier, sequence_number=number)
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
        self._emit(EchoReply(source, identifier, sequence_number, payload, arrival.ttl))
        return None

    def in_trouble(self, trouble: Trouble, now: int) -> bool:
        """An error quotes an ICMP message of ours: was it one of these?"""
        packet, at = trouble.packet, trouble.offset
        destination = trouble.quoted.destination
        family = len(destination)
        if packet[at] != (ECHO_REQUEST if family == 4 else ECHO_REQUEST6):
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
