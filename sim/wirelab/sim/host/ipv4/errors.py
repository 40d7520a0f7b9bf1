"""What IPv4 says to senders when something is wrong; ICMP does it."""

from typing import Protocol

from wirelab.sim.host.arrival import Arrival
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.icmp.complaints import Complaint
from wirelab.sim.reasons import Reason


class Errors(Protocol):
    """The rules on when nothing may be said (RFC 1122 section 3.2.2) and the limits are ICMP's."""

    def refuse(
        self,
        arrival: Arrival,
        complaint: Complaint,
        reason: Reason,
        detail: str,
        now: int,
        info: int = 0,
    ) -> Drop:
        """Drop a packet, and tell its sender; `info`: the MTU, or the place in the header."""

    def complain(
        self, packet: bytes, complaint: Complaint, now: int, info: int = 0
    ) -> Reason | None:
        """Tell the sender of a packet that was kept what became of it; None when sent."""

    def redirect(self, packet: bytes, gateway: bytes, now: int) -> Reason | None:
        """Tell the sender of a packet the shorter way; None when sent."""
