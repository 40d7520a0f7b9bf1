"""Calls about transports: UDP ports, TCP connections, and Berkeley sockets over both and more.

Source: RFC 768 "User Interface"; RFC 9293 section 3.9.1; POSIX.1-2017 <sys/socket.h>.
"""

from wirelab.codecs.addresses import ip_text
from wirelab.sim.host.errors import HostError
from wirelab.sim.host.layers import Layers
from wirelab.sim.host.sockets.base import Socket
from wirelab.sim.host.tcp.connection import Connection
from wirelab.sim.host.tcp.listen import Listener
from wirelab.sim.host.udp import UdpSocket
from wirelab.sim.reasons import Reason


class SocketCalls:
    """See the module."""

    _layers: Layers

    def socket(self, family: int, kind: int, protocol: int = 0) -> Socket:
        """Make a Berkeley socket; see `wirelab.sim.host.sockets`.

        Args:
            family: AF_INET or AF_INET6.
            kind: SOCK_STREAM, SOCK_DGRAM or SOCK_RAW, perhaps with SOCK_NONBLOCK and SOCK_CLOEXEC.
            protocol: 0 for TCP or UDP; IPPROTO_UDPLITE, IPPROTO_ICMP or IPPROTO_ICMPV6 datagrams;
                any of raw sockets.

        Raises:
            OSError: EAFNOSUPPORT, EPROTONOSUPPORT, ESOCKTNOSUPPORT, EINVAL.
        """
        return self._layers.sockets.create(family, kind, protocol)

    def udp_bind(self, port: int, now: int, address: bytes | None = None) -> UdpSocket:
        """Open a UDP socket.

        Args:
            port: 0 for a free one from 49152 on (RFC 6335 section 6).
            now: ns.
            address: one of ours, or None for all of them; only then come broadcasts.

        Raises:
            HostError: `udp.port_in_use`, `ip.not_my_address`.
        """
        return self._layers.udp.bind(port, address)

    def tcp_connect(
        self,
        address: bytes,
        port: int,
        now: int,
        source_port: int = 0,
        interface: int | None = None,
    ) -> Connection:
        """Open a connection actively; `Connected` or `Closed` follows.

        Args:
            address: of either family.
            port: 1 to 65535.
            now: ns.
            source_port: ours; 0 for any free one.
            interface: index of the one to leave by, which a link-local address needs; None: as
                routed.

        Raises:
            HostError: `ip.no_route`, `tcp.port_in_use`; `tcp.broadcast` for an address that means
                more than one host (RFC 9293 section 3.9.1.1, MUST-46).
        """
        if not port:
            raise ValueError("TCP port to connect to is 0; give 1 to 65535")
        hop = self._layers.routes_for(address).hop(address, interface)
        if hop is not None and hop.is_group:
            raise HostError(Reason.TCP_BROADCAST, f"to {ip_text(address)}")
        return self._layers.tcp.connect(address, port, now, source_port, interface=interface)

    def tcp_listen(
        self, port: int, now: int, address: bytes | None = None, backlog: int = 128
    ) -> Listener:
        """Open a port passively; `Accepted` follows for each connection.

        Raises:
            HostError: `tcp.port_in_use`, `ip.not_my_address`.
        """
        if address is not None and not self._layers.is_local(address):
            raise HostError(Reason.IP_NOT_MY_ADDRESS, ip_text(address))
        return self._layers.tcp.listen(port, now, address, backlog)

    @property
    def connections(self) -> list[Connection]:
        """TCP's connections that are not CLOSED, those too that wait for accept, or outlive it."""
        return [tcb.connection for tcb in self._layers.tcp.connections.values()]

    def drop_connections(self, state: str, now: int) -> None:
        """Forget every TCP connection in a state, without a word to its peer (tcpdrop(8)).

        The applications of those that are not in TIME-WAIT are told: ECONNABORTED.
        """
        self._layers.tcp.drop(state, now)

    def abort_connections(self, address: bytes, now: int) -> None:
        """Reset every TCP connection from an address of ours, which is ours no more."""
        for connection in self.connections:
            if connection.local_address == address:
                connection.abort(now)

    def forget_peers(self) -> None:
        """Forget what TCP has learnt of other hosts beyond a connection: Fast Open's cookies."""
        self._layers.tcp.forget_peers()
