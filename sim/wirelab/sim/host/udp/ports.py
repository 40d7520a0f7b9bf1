"""Who holds which UDP port, and who of them is meant.

Source: RFC 6056 section 3.3.1 and RFC 6335 section 6 (ephemeral ports); socket(7) for SO_REUSEADDR
and SO_REUSEPORT; which of several sockets is meant: Linux, compute_score and udp4_lib_lookup2.
"""

from typing import Final

from wirelab.codecs.addresses import ip_text
from wirelab.sim.host.config import RandomSource
from wirelab.sim.host.errors import HostError
from wirelab.sim.host.local_address import EVERYWHERE, WILDCARDS, covers, overlap
from wirelab.sim.host.tcp.ports import spread
from wirelab.sim.host.udp.endpoint import Endpoint
from wirelab.sim.reasons import Reason

FIRST_EPHEMERAL: Final = 49_152  # RFC 6335 section 6: 49152 to 65535
EPHEMERAL_BITS: Final = 14


class Ports:
    """All ports of one protocol on one host."""

    __slots__ = ("_holders", "random")

    def __init__(self, random: RandomSource) -> None:
        self.random = random
        self._holders: dict[int, list[Endpoint]] = {}

    def enter(self, endpoint: Endpoint, address: bytes, port: int) -> None:
        """Give a port to an endpoint.

        Args:
            endpoint: gets `address` and `port` set.
            address: the local one, or a wildcard.
            port: 0 for any free one.

        Raises:
            HostError: `udp.port_in_use`: by somebody whose address overlaps and who does not share
                (both SO_REUSEADDR, or both SO_REUSEPORT).
            ValueError: a port that does not exist.
        """
        if not 0 <= port <= 0xFFFF:
            raise ValueError(f"UDP port is {port}; give 0 (any free one) to 65535")
        if port == 0:
            port = self._free_port()
        for other in self._holders.get(port, ()):
            meet = overlap(other.address, address) and _meet(endpoint, other)
            if meet and not _share(endpoint, other):
                raise HostError(Reason.UDP_PORT_IN_USE, _shown(address, port))
        endpoint.address, endpoint.port = address, port
        self._holders.setdefault(port, []).append(endpoint)

    def release(self, endpoint: Endpoint) -> None:
        """Take its port from an endpoint."""
        holders = self._holders[endpoint.port]
        holders.remove(endpoint)
        if not holders:
            del self._holders[endpoint.port]

    def _free_port(self) -> int:
        """RFC 6056 section 3.3.1: start at random, then the next free one."""
        start = self.random.getrandbits(EPHEMERAL_BITS)
        for step in range(1 << EPHEMERAL_BITS):
            port = FIRST_EPHEMERAL + (start + step) % (1 << EPHEMERAL_BITS)
            if port not in self._holders:
                return port
        raise HostError(Reason.UDP_PORT_IN_USE, "every port from 49152 to 65535")

    def find(
        self, local: bytes, port: int, remote: bytes, remote_port: int, interface: int | None
    ) -> Endpoint | None:
        """Whom a datagram between these two is for: who fits best, of equals the youngest.

        The peer counts most, then address and interface, then the family. Endpoints that share by
        SO_REUSEPORT each take a part of the peers.

        Args:
            local: our address.
            port: our port.
            remote: the other end's address.
            remote_port: its port.
            interface: index of where the datagram came in; None: not known.
        """
        best: list[Endpoint] = []
        highest = -1
        for endpoint in self._holders.get(port, ()):
            address, device = endpoint.address, endpoint.interface
            if address != local and not covers(address, local):
                continue
            if not endpoint.hears(remote, remote_port):
                continue
            if device is not None and device != interface and interface is not None:
                continue
            score = (
                8 * (endpoint.remote is not None)
                + 4 * (address not in WILDCARDS)
                + 4 * (device is not None)
                + (address != EVERYWHERE)
            )
            if score > highest:
                best, highest = [], score
            if score == highest:
                best.append(endpoint)
        if len(best) < 2:
            return best[0] if best else None
        if not best[-1].reuse_port:
            return best[-1]
        return best[spread(remote, remote_port, len(best))]

    def hearers(
        self, group: bytes, port: int, remote: bytes, remote_port: int, interface: int
    ) -> list[Endpoint]:
        """All who hear a broadcast or multicast (RFC 1122 section 4.1.3.6)."""
        return [
            endpoint
            for endpoint in self._holders.get(port, ())
            if covers(endpoint.address, group)
            and endpoint.hears(remote, remote_port)
            and endpoint.interface in (None, interface)
            and endpoint.hears_group(group, remote, interface)
        ]


def _meet(one: Endpoint, other: Endpoint) -> bool:
    """Whether there is an interface that both would hear."""
    return None in (one.interface, other.interface) or one.interface == other.interface


def _share(one: Endpoint, other: Endpoint) -> bool:
    return (one.reuse_address and other.reuse_address) or (one.reuse_port and other.reuse_port)


def _shown(address: bytes, port: int) -> str:
    return f"port {port}" if address in WILDCARDS else f"port {port} of {ip_text(address)}"
