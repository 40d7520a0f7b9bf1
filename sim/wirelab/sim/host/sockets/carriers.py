"""What a datagram socket sends by: UDP, UDP-Lite, the echo requests of ping, or IP itself."""

from typing import Any, Protocol

from wirelab.sim.host.manner import Manner
from wirelab.sim.host.network_output import NetworkOutputs
from wirelab.sim.host.udp import Endpoint


class PortTable(Protocol):
    """Who holds which port, identifier or protocol."""

    def enter(self, endpoint: Any, address: bytes, port: int) -> None:
        """Give a port to an endpoint, 0 for any free one; sets its `address` and `port`.

        Raises:
            HostError: somebody else has it.
        """

    def release(self, endpoint: Any) -> None:
        """Take its port from an endpoint."""


class Carrier(Protocol):
    """The layer below a datagram socket."""

    @property
    def ports(self) -> PortTable:
        """Who holds which port."""

    @property
    def output(self) -> NetworkOutputs:
        """The way down."""

    def send(
        self,
        endpoint: Endpoint,
        data: bytes,
        address: bytes,
        port: int,
        now: int,
        manner: Manner,
        own: bytes,
        checksum: bool,
    ) -> None:
        """Send from an endpoint; see `Udp.send`.

        Raises:
            HostError: `ip.no_route`, `ip.too_big_df`.
        """
