"""What a trace is made of: frames with their fate, TCP states, timers, application calls.

Records are small and hold what was seen, not what it means: bytes, names, times. Views parse and
describe them when somebody looks.
"""

from enum import Enum
from typing import NamedTuple

from wirelab.sim.reasons import Reason

KERNEL = "kernel"
"""The name, in a live trace, of this machine's own kernel."""


class Fate(Enum):
    """How a frame ends. Every frame ends in exactly one of the last five."""

    __hash__ = object.__hash__  # members are single; the hash of an Enum is computed in Python

    IN_FLIGHT = "in flight"
    DELIVERED = "delivered"
    """A host took it in."""
    FORWARDED = "forwarded"
    """A router took it in, and sent its packet on in another frame."""
    LOST = "lost"
    """The link ended it."""
    DROPPED = "dropped"
    """A host (or a switch) refused it silently."""
    REJECTED = "rejected"
    """A host refused it and told the sender: RST or ICMP error."""


class InterfaceInfo(NamedTuple):
    """An interface of a host of the trace.

    Attributes:
        name: such as `eth0`.
        mac: 6 bytes.
        address: its first IPv4 address, 4 bytes; zeros where it has none.
        more: its other addresses, of both families.
    """

    name: str
    mac: bytes
    address: bytes
    more: tuple[bytes, ...] = ()

    @property
    def addresses(self) -> tuple[bytes, ...]:
        """All its addresses, those of IPv4 in front."""
        return tuple(one for one in (self.address, *self.more) if any(one))


class LiveLink(NamedTuple):
    """The real link of a live trace.

    Attributes:
        interface: its name, such as `eth0`.
        kind: how frames get on it, in words: `raw socket`, `TAP`.
        shared: the address that our host shares with the kernel; None when the
            address is ours alone.
    """

    interface: str
    kind: str
    shared: bytes | None = None


class HostInfo(NamedTuple):
    """A host of the trace."""

    name: str
    interfaces: tuple[InterfaceInfo, ...]


class FrameRecord:
    """One frame, from the host that sent it to its fate.

    Attributes:
        id: 1, 2, 3, ... in the order of sending.
        origin: the id of the frame this one is a copy of (a switch flooded it); else its own id.
        sender: name of the host that sent it.
        sender_interface: index of that host's interface.
        data: the Ethernet frame, without FCS, as it is where it is now.
        as_sent: the frame as its sender sent it, where a switch changed it (a VLAN's tag); else
            None.
        sent_at: ns.
        order: position among all frame events (sends and ends) of the trace.
        fate: `Fate.IN_FLIGHT` until it ended.
        receiver: where it ended, or was about to arrive when the link lost it: a host's name.
        receiver_interface: index of that host's interface.
        ended_at: ns; -1 while in flight.
        ended_order: like `order`, for the end.
        reason: why it was not delivered.
        detail: numbers for a person ("nth=3", "port 81 is closed"); may be empty.
    """

    __slots__ = (
        "as_sent",
        "data",
        "detail",
        "ended_at",
        "ended_order",
        "fate",
        "id",
        "order",
        "origin",
        "reason",
        "receiver",
        "receiver_interface",
        "sender",
        "sender_interface",
        "sent_at",
    )

    def __init__(
        self, number: int, sender: str, sender_interface: int, data: bytes, sent_at: int, order: int
    ) -> None:
        self.id = number
        self.origin = number
        self.sender = sender
        self.sender_interface = sender_interface
        self.data = data
        self.as_sent: bytes | None = None
        self.sent_at = sent_at
        self.order = order
        self.fate = Fate.IN_FLIGHT
        self.receiver = ""
        self.receiver_interface = 0
        self.ended_at = -1
        self.ended_order = -1
        self.reason: Reason | None = None
        self.detail = ""

    def __repr__(self) -> str:
        reason = f" {self.reason}" if self.reason else ""
        return (
            f"<FrameRecord {self.id} {self.sender} -> {self.receiver or '?'} "
            f"{len(self.data)} bytes {self.fate.value}{reason}>"
        )


class Refusal(NamedTuple):
    """The moment a host dropped or rejected a frame (a row of its own, at the host's lifeline)."""

    time: int
    frame: FrameRecord


class StateChange(NamedTuple):
    """A TCP connection of `host` went from one state to another (RFC 9293 spelling).

    `order` is that of the last frame event before it.
    """

    time: int
    host: str
    local: tuple[bytes, int]
    remote: tuple[bytes, int]
    old: str
    new: str
    order: int = 0


class TimerFired(NamedTuple):
    """A timer of `host` expired `after` ns after it was armed; `order` as in `StateChange`."""

    time: int
    host: str
    name: str
    after: int
    order: int = 0


class Call(NamedTuple):
    """What an application did, or got.

    Attributes:
        text: `connect(bob, 80)` or `recvfrom() -> b"Hello UDP!"`.
        returned: the line is a result, not a request.
    """

    time: int
    host: str
    text: str
    returned: bool = False


Event = FrameRecord | Refusal | StateChange | TimerFired | Call
