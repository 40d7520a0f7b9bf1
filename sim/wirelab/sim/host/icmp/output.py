"""The way down, as ICMP needs it."""

from typing import Protocol

from wirelab.codecs import ICMPv4, ICMPv6
from wirelab.sim.host.manner import USUAL, Manner
from wirelab.sim.reasons import Reason


class IcmpOutput(Protocol):
    """What ICMP of both families sends with; the length of an address tells the family."""

    def send(
        self,
        header: ICMPv4 | ICMPv6,
        payload: bytes,
        source: bytes,
        destination: bytes,
        now: int,
        manner: Manner = USUAL,
    ) -> Reason | None:
        """Queue one message; see `NetworkOutput.send`."""

    def source_for(self, destination: bytes, interface: int | None = None) -> bytes | None:
        """The address to send from, or None without a route."""

    def mtu_for(self, destination: bytes, interface: int | None = None) -> int:
        """Largest IP packet on the way to `destination`, bytes."""
