"""What a host tells its driver: take them with `Host.poll_event` until it returns None.

Sockets are the very objects that the calls returned. Readable and Writable are edges: they come
once when a call that returned `WOULD_BLOCK` would now do something, so call until it blocks again.
"""

from typing import NamedTuple, TypeAlias

from wirelab.sim.reasons import Reason


class Readable(NamedTuple):
    """`receive` (TCP) or `receive_from` (UDP) will return something: data, end or error."""

    socket: object


class Writable(NamedTuple):
    """`send` will accept something again."""

    socket: object


class Urgent(NamedTuple):
    """The peer has urgent data, or more of it, or its last byte is here (RFC 9293, MUST-32)."""

    connection: object


class Connected(NamedTuple):
    """An active open has reached ESTABLISHED."""

    connection: object


class Accepted(NamedTuple):
    """A passive open has reached ESTABLISHED; `listener.accept` will return `connection`."""

    listener: object
    connection: object


class Closed(NamedTuple):
    """The connection is over; `reason` is None after an orderly close."""

    connection: object
    reason: Reason | None


class SocketError(NamedTuple):
    """A soft error, such as an ICMP message about something that this socket sent."""

    socket: object
    reason: Reason


class NeighborResolved(NamedTuple):
    """`address` is at `mac` (an answer to `Host.resolve`, `Host.probe` or to a first packet)."""

    address: bytes
    mac: bytes


class NeighborFailed(NamedTuple):
    """Nobody answered for `address` (`arp.timeout`)."""

    address: bytes


class AddressAcquired(NamedTuple):
    """Nobody else uses `address`, and it is ours now (an answer to `Host.acquire_address`)."""

    address: bytes
    interface: int


class AddressConflict(NamedTuple):
    """`mac` uses our `address`, too: it is defended, or was not taken at all (RFC 5227)."""

    address: bytes
    mac: bytes
    interface: int


class AddressLost(NamedTuple):
    """We use `address` no more, since `mac` insists on it (RFC 5227 section 2.4)."""

    address: bytes
    mac: bytes
    interface: int


class AdvertisementsDiffer(NamedTuple):
    """Another router of the link advertises `what` unlike us: hosts are confused (RFC 4861)."""

    router: bytes
    what: tuple[str, ...]
    interface: int


class ReverseResolved(NamedTuple):
    """`server` says that the station `mac` has `address` (RARP)."""

    mac: bytes
    address: bytes
    server: bytes
    interface: int


class ReverseFailed(NamedTuple):
    """No RARP server knows the address of the station `mac`, or there is none."""

    mac: bytes
    interface: int


class EchoReply(NamedTuple):
    """The answer to `Host.ping`.

    Attributes:
        source: who answers.
        identifier, sequence_number: which ping.
        payload: what came back.
        ttl: what was left of it, in hops.
        options: of its IPv4 header: the route that it has recorded.
    """

    source: bytes
    identifier: int
    sequence_number: int
    payload: bytes
    ttl: int
    options: bytes = b""


class IcmpError(NamedTuple):
    """Why a ping got no answer.

    Attributes:
        source: who says so; the host itself for `arp.timeout`.
        reason: `icmp.host_unreachable`, `icmp.ttl_expired`, `arp.timeout`, ...
        destination: where the ping went.
        identifier, sequence_number: which ping.
    """

    source: bytes
    reason: Reason
    destination: bytes
    identifier: int
    sequence_number: int


class ServiceEvent(NamedTuple):
    """What a service tells a program that asked it (`Desk.tell`); `key` says which question."""

    key: object
    value: object


class TimestampReply(NamedTuple):
    """The answer to `Host.ask_time`.

    Attributes:
        source: who answers.
        identifier, sequence_number: which question.
        originate, receive, transmit: milliseconds since midnight UT; with the highest of 32 bits
            set, since whenever (RFC 792 page 16).
    """

    source: bytes
    identifier: int
    sequence_number: int
    originate: int
    receive: int
    transmit: int


class ProbeAnswered(NamedTuple):
    """Somebody has answered a `Host.udp_probe`.

    Attributes:
        probe: what the call returned.
        source: who answers.
        reason: what ICMP says; None: a datagram came back.
    """

    probe: object
    source: bytes
    reason: Reason | None


Event: TypeAlias = (
    Readable
    | Writable
    | Urgent
    | Connected
    | Accepted
    | Closed
    | SocketError
    | NeighborResolved
    | NeighborFailed
    | AddressAcquired
    | AddressConflict
    | AddressLost
    | AdvertisementsDiffer
    | ReverseResolved
    | ReverseFailed
    | EchoReply
    | TimestampReply
    | ProbeAnswered
    | IcmpError
    | ServiceEvent
)
