"""Ethernet input: is it a frame, is it for us, and which layer does it go to?

Source: RFC 894 and RFC 1042 (IPv4 over Ethernet and IEEE 802.3); RFC 2464 section 3 (IPv6); RFC
826; RFC 903; RFC 1122 sections 2.3.3 and 2.4.
"""

from collections.abc import Sequence
from typing import Final

from wirelab.codecs import DecodeError, Ethernet
from wirelab.codecs.addresses import mac_text
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.interface import Interface
from wirelab.sim.host.ipv4.input import Ipv4Input
from wirelab.sim.host.ipv6.input import Ipv6Input
from wirelab.sim.host.ipv6.usual_frame import TYPE_IPV6
from wirelab.sim.host.neighbors.arp import TYPE_ARP, TYPE_IPV4
from wirelab.sim.host.neighbors.neighborhood import Neighborhood
from wirelab.sim.host.neighbors.rarp import TYPE_RARP
from wirelab.sim.reasons import Reason

ETHERNET_HEADER: Final = 14  # bytes, RFC 894

SNAP: Final = bytes.fromhex("aaaa03000000")
"""What IEEE 802.3 frames with an Ethernet type have before it (RFC 1042)."""

LONGEST_802_3: Final = 1500
"""Above it the type field is a type, up to it IEEE 802.3's length (RFC 1122 section 2.3.3)."""


class EthernetInput:
    """See the module.

    Args:
        ipv4: takes IPv4's packets.
        neighborhoods: take ARP's and RARP's, by interface index.

    Attributes:
        ipv6: takes IPv6's; None: this host does not speak it.
    """

    __slots__ = ("_ipv4", "_neighborhoods", "ipv6")

    def __init__(self, ipv4: Ipv4Input, neighborhoods: Sequence[Neighborhood]) -> None:
        self._ipv4 = ipv4
        self._neighborhoods = neighborhoods
        self.ipv6: Ipv6Input | None = None

    def receive(
        self, interface: Interface, frame: bytes, now: int, trusted: bool, looped: bool = False
    ) -> Drop | None:
        """Take a frame.

        Args:
            interface: that it came in by.
            frame: without FCS.
            now: ns.
            trusted: the checksum of the transport needs no look.
            looped: it is our own.

        Returns:
            None when somebody here took it, `FORWARDED`, or why neither.
        """
        try:
            ethernet = Ethernet.parse(frame)
            if ethernet.type <= LONGEST_802_3 and frame[14:20] == SNAP:
                frame = frame[:12] + frame[20:]  # RFC 1042's form of what RFC 894 says shorter
                ethernet = Ethernet.parse(frame)
        except DecodeError:
            return Drop(Reason.ETH_TOO_SHORT, f"{len(frame)} bytes")
        destination = ethernet.destination
        group = destination != interface.mac
        if group and not interface.hears_group(destination):
            return Drop(Reason.ETH_NOT_FOR_ME, f"destination {mac_text(destination)}")
        if ethernet.type == TYPE_IPV4:
            return self._ipv4.receive(
                interface, frame, ETHERNET_HEADER, group, trusted, now, looped
            )
        if ethernet.type == TYPE_IPV6 and self.ipv6 is not None:
            return self.ipv6.receive(interface, frame, ETHERNET_HEADER, group, trusted, now, looped)
        return self._receive_about_neighbors(ethernet.type, interface, frame, now)

    def _receive_about_neighbors(
        self, ethernet_type: int, interface: Interface, frame: bytes, now: int
    ) -> Drop | None:
        """What is no IP."""
        neighborhood = self._neighborhoods[interface.index]
        if ethernet_type == TYPE_ARP:
            return neighborhood.arp.receive(frame, ETHERNET_HEADER, now)
        if ethernet_type == TYPE_RARP:
            return neighborhood.receive_reverse(frame, ETHERNET_HEADER, now)
        return Drop(Reason.ETH_UNKNOWN_TYPE, f"type {ethernet_type:#06x}")
