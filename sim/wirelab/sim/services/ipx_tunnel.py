"""IPX carried in UDP: hosts of an IP network are stations of one IPX network.

Source: RFC 1234 (tunnelling, port 213); NetWare/IP puts the same packets into port 43981 (RFC 2241
section 1). An IPX node number is two zero bytes and the IPv4 address (RFC 1234 section 3), so a
station needs no table to find another. A broadcast goes to every peer that was named.
"""

from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

from wirelab.codecs import IPX, DecodeError
from wirelab.codecs.addresses import ANY_IPV4, AddressLike, ipv4_address
from wirelab.sim.host.service import Desk, Message, Port, Service
from wirelab.sim.reasons import Reason

PORT: Final = 213  # RFC 1234 section 2
NETWARE_PORT: Final = 43_981  # RFC 2241; IANA: nwip
BROADCAST_NODE: Final = b"\xff" * 6
LARGEST_PACKET: Final = 576
"""bytes of IPX packet (RFC 1234 section 4: what every IPX implementation takes)."""

HEADER: Final = 30  # bytes, Novell IPX Router Specification section 3

Received: TypeAlias = Callable[[IPX, bytes, int], None]
"""Takes a packet's header, its payload, and `now`."""


def node_of(address: AddressLike) -> bytes:
    """The IPX node number of a host.

    >>> node_of("10.0.0.1").hex(":")
    '00:00:0a:00:00:01'
    """
    return b"\0\0" + ipv4_address(address)


class IpxTunnel(Service):
    """One station.

    Args:
        network: number of the IPX network that the tunnel is, 32 bits.
        received: told each packet that is for us.
        peers: who hears our broadcasts.
        port: 213, or NetWare/IP's.
    """

    def __init__(
        self,
        network: int,
        received: Received,
        peers: Iterable[AddressLike] = (),
        port: int = PORT,
    ) -> None:
        self.network = network
        self._received = received
        self._peers = tuple(map(ipv4_address, peers))
        self._number = port
        self._port: Port | None = None

    def start(self, desk: Desk, now: int) -> None:
        """Open the port."""
        self._host = desk.host
        self._port = desk.udp(self._number, self._receive, now, ANY_IPV4)

    def stop(self, now: int) -> None:
        """Close the port."""
        if self._port is not None:
            self._port.close(now)

    @property
    def node(self) -> bytes:
        """Our node number."""
        return node_of(self._host.interfaces[0].address)

    def send(
        self,
        node: bytes,
        socket: int,
        payload: bytes,
        now: int,
        source_socket: int = 0x4000,
        packet_type: int = 4,
    ) -> Reason | None:
        """Send one packet.

        Args:
            node: of the other station; six times ff: everybody.
            socket: number of the IPX socket there.
            payload: at most 546 bytes.
            now: ns.
            source_socket: ours; 0x4000 is the first that is free for anybody.
            packet_type: 4: PEP.

        Returns:
            None when it is on its way, else why not.

        Raises:
            ValueError: it is too long, or the node is no host of this tunnel.
        """
        if HEADER + len(payload) > LARGEST_PACKET:
            raise ValueError(f"{len(payload)} bytes; IPX takes {LARGEST_PACKET - HEADER}")
        if node != BROADCAST_NODE and node[:2] != b"\0\0":
            raise ValueError(f"node {node.hex(':')}: RFC 1234 wants 00:00 and an IPv4 address")
        header = IPX(
            packet_type=packet_type,
            destination_network=self.network,
            destination_node=node,
            destination_socket=socket,
            source_network=self.network,
            source_node=self.node,
            source_socket=source_socket,
        )
        assert self._port is not None
        data = header.build(payload)
        refused: Reason | None = None
        for address in self._peers if node == BROADCAST_NODE else (node[2:],):
            refused = self._port.send(data, address, self._number, now) or refused
        return refused

    def _receive(self, message: Message, now: int) -> None:
        try:
            header = IPX.parse(message.data)
        except DecodeError:
            return
        is_ours = header.destination_node in (self.node, BROADCAST_NODE)
        networks = (0, self.network)  # 0: "this network", Novell IPX Router Specification section 3
        is_true = header.source_node == node_of(message.address)
        if is_ours and is_true and header.destination_network in networks:
            self._received(header, message.data[HEADER : header.length], now)
