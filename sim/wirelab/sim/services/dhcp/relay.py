"""A relay agent: carries DHCP between clients on its links and servers elsewhere.

Source: RFC 1542 section 4; RFC 2131 section 4.1; RFC 3046 (not added; passed on as it is).
"""

from collections.abc import Iterable
from typing import Final

from wirelab.codecs import DHCP, DecodeError
from wirelab.codecs.addresses import (
    ANY_IPV4,
    BROADCAST_IPV4,
    AddressLike,
    ipv4_address,
)
from wirelab.sim.host.manner import Manner
from wirelab.sim.host.service import Desk, Message, Service
from wirelab.sim.services.dhcp.messages import CLIENT_PORT, REPLY, REQUEST, SERVER_PORT

MAXIMUM_HOPS: Final = 16
"""RFC 1542 section 4.1.1: "MUST discard ... `hops` greater than 16"."""


class DhcpRelay(Service):
    """The relay agent of a router.

    Args:
        servers: where to send what clients ask.
    """

    def __init__(self, servers: Iterable[AddressLike]) -> None:
        self._servers = tuple(map(ipv4_address, servers))

    def start(self, desk: Desk, now: int) -> None:
        """Open the port."""
        self._desk = desk
        self._port = desk.udp(SERVER_PORT, self._receive, now, ANY_IPV4)

    def stop(self, now: int) -> None:
        """Close the port."""
        self._port.close(now)

    def _receive(self, message: Message, now: int) -> None:
        try:
            header = DHCP.parse(message.data)
        except DecodeError:
            return
        if header.operation == REQUEST:
            self._to_servers(header, message, now)
        elif header.operation == REPLY:
            self._to_client(header, now)

    def _to_servers(self, header: DHCP, message: Message, now: int) -> None:
        """RFC 1542 section 4.1.1: the first agent writes its address into `giaddr`."""
        if header.hops >= MAXIMUM_HOPS or message.unicast:
            return
        own = self._desk.host.interfaces[message.interface].address
        if header.relay_address == ANY_IPV4:
            if own == ANY_IPV4:
                return
            header = header.replace(relay_address=own)
        data = header.replace(hops=header.hops + 1).build()
        for server in self._servers:
            self._port.send(data, server, SERVER_PORT, now)

    def _to_client(self, header: DHCP, now: int) -> None:
        """RFC 1542 section 4.1.2: out of the interface that `giaddr` names."""
        host = self._desk.host
        for interface in host.interfaces:
            if interface.find(header.relay_address) is not None:
                break
        else:
            return
        address = BROADCAST_IPV4
        manner = Manner(interface=interface.index)
        if not header.broadcast and header.client_address != ANY_IPV4:
            address = header.client_address
        elif not header.broadcast and header.your_address != ANY_IPV4:
            address = header.your_address
            mac = header.client_hardware_address
            host.add_neighbor(address, mac, now, interface.index)
        self._port.send(header.build(), address, CLIENT_PORT, now, manner)
