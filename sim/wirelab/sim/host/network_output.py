"""One way down for both families: an address of 4 bytes goes by IPv4, one of 16 by IPv6.

It is the `NetworkOutput` of TCP, and what UDP, ICMP and services send with.
"""

from wirelab.sim.host.ipv4.output import Ipv4Output
from wirelab.sim.host.ipv6.output import Ipv6Output
from wirelab.sim.host.ipv6.scopes import MINIMUM_MTU
from wirelab.sim.host.manner import USUAL, Manner, TransportHeader
from wirelab.sim.host.transport import Flow
from wirelab.sim.reasons import Reason


class NetworkOutputs:
    """See the module; `NetworkOutput` says what the methods do.

    Attributes:
        ipv4: for addresses of 4 bytes.
        ipv6: for addresses of 16 bytes; None while this host speaks no IPv6.
    """

    __slots__ = ("ipv4", "ipv6")

    def __init__(self, ipv4: Ipv4Output) -> None:
        self.ipv4 = ipv4
        self.ipv6: Ipv6Output | None = None

    def send(
        self,
        header: TransportHeader,
        payload: bytes,
        source: bytes,
        destination: bytes,
        now: int,
        manner: Manner = USUAL,
    ) -> Reason | None:
        """Queue one packet; see `NetworkOutput.send`."""
        if len(destination) != 16:
            return self.ipv4.send(header, payload, source, destination, now, manner)
        if self.ipv6 is None:
            return Reason.IP_NO_ROUTE
        return self.ipv6.send(header, payload, source, destination, now, manner)

    def flow(
        self, source: bytes, source_port: int, destination: bytes, destination_port: int
    ) -> Flow:
        """The way of a connection; see `NetworkOutput.flow`.

        Raises:
            ValueError: an IPv6 address on a host that speaks no IPv6.
        """
        if len(destination) != 16:
            return self.ipv4.flow(source, source_port, destination, destination_port)
        if self.ipv6 is None:
            raise ValueError("this host speaks no IPv6; give an interface an IPv6 address")
        return self.ipv6.flow(source, source_port, destination, destination_port)

    def source_for(self, destination: bytes, interface: int | None = None) -> bytes | None:
        """The address to send from, or None without a route."""
        if len(destination) != 16:
            return self.ipv4.source_for(destination, interface)
        return None if self.ipv6 is None else self.ipv6.source_for(destination, interface)

    def mtu_for(self, destination: bytes, interface: int | None = None) -> int:
        """Largest IP packet on the way, bytes."""
        if len(destination) != 16:
            return self.ipv4.mtu_for(destination, interface)
        return MINIMUM_MTU if self.ipv6 is None else self.ipv6.mtu_for(destination, interface)

    def link_mtu_for(self, destination: bytes, interface: int | None = None) -> int:
        """Largest IP packet on the link to the first hop, bytes."""
        if len(destination) != 16:
            return self.ipv4.link_mtu_for(destination, interface)
        return MINIMUM_MTU if self.ipv6 is None else self.ipv6.link_mtu_for(destination, interface)

    def forget_paths(self) -> None:
        """Addresses or routes have changed: every way is looked up anew."""
        self.ipv4.forget_paths()
        if self.ipv6 is not None:
            self.ipv6.forget_paths()

    def forget_path(self, destination: bytes) -> None:
        """Look one way up anew: a router has said something about it, or is believed no longer."""
        if len(destination) != 16:
            self.ipv4.forget_path(destination)
        elif self.ipv6 is not None:
            self.ipv6.forget_path(destination)
