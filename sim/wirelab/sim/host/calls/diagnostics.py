"""Calls that find out about other hosts, and the way to them.

Source: RFC 792 and RFC 4443 section 4 (echo, timestamp); RFC 1191 and RFC 8201 (path MTU).
"""

from wirelab.sim.host.layers import Layers
from wirelab.sim.host.manner import USUAL, Manner
from wirelab.sim.host.udp.probe import UdpProbe


class DiagnosticCalls:
    """See the module."""

    _layers: Layers

    def ping(
        self,
        destination: bytes,
        identifier: int,
        sequence_number: int,
        payload: bytes,
        now: int,
        ttl: int | None = None,
        manner: Manner | None = None,
    ) -> None:
        """Send an ICMP echo request (RFC 1122 section 3.2.2.6, RFC 4443 section 4.1).

        `EchoReply` or `IcmpError` follows, or nothing: a limit on the waiting is the caller's.

        Args:
            destination: 4 or 16 bytes.
            identifier: 16 bits.
            sequence_number: 16 bits.
            payload: what is to come back.
            now: ns.
            ttl: hops; None: the host's.
            manner: everything else about how it goes, with a `ttl` of its own; None: in fragments,
                if it is longer than the path's MTU.

        Raises:
            HostError: `ip.no_route`, `ip.too_big_df`.
            ValueError: `ttl` is not 1 to 255.
        """
        if len(destination) == 16:
            self._layers.speak_ipv6()
        self._layers.icmp.ping(destination, identifier, sequence_number, payload, now, ttl, manner)

    def ask_time(self, destination: bytes, identifier: int, sequence_number: int, now: int) -> None:
        """Ask another host for the time of day (RFC 792 "Timestamp", RFC 1122 section 3.2.2.8).

        `TimestampReply` or `IcmpError` follows, or nothing.

        Raises:
            HostError: `ip.no_route`.
        """
        self._layers.icmp.ask_time(destination, identifier, sequence_number, now)

    def udp_probe(
        self,
        destination: bytes,
        port: int,
        payload: bytes,
        now: int,
        manner: Manner = USUAL,
    ) -> UdpProbe:
        """Send a datagram from a port of its own to see who answers it, and how.

        `ProbeAnswered` follows, or nothing; close the probe when it is awaited no longer.

        Raises:
            HostError: `ip.no_route`, `ip.too_big_df`, `udp.port_in_use`.
        """
        layers = self._layers
        if len(destination) == 16:
            layers.speak_ipv6()
        emit = layers.events.append
        return UdpProbe(layers.udp, destination, port, payload, now, manner, emit)

    def path_mtu(self, destination: bytes, interface: int | None = None) -> int:
        """The largest IP packet on the way to an address as far as is known, in bytes.

        That is the MTU of our own link until a router says less (RFC 1191 section 3, RFC 8201
        section 3).
        """
        return self._layers.outputs.mtu_for(destination, interface)
