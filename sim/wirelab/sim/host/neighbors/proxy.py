"""Answering ARP for hosts that are not on this network: proxy ARP.

Source: RFC 1027 (a router makes several networks look like one); RFC 1812 section 3.3.2. Only for
what this host forwards by another interface, so two proxies cannot answer for one another in a
circle, and nobody is answered for who hears the question himself.
"""

from collections.abc import Callable

from wirelab.sim.host.interface_address import InterfaceAddress


class Proxy:
    """For whom one interface answers.

    Args:
        leads_elsewhere: whether packets for an address leave by another interface.
    """

    __slots__ = ("_leads_elsewhere", "_networks")

    def __init__(self, leads_elsewhere: Callable[[bytes], bool]) -> None:
        self._leads_elsewhere = leads_elsewhere
        self._networks: list[InterfaceAddress] = []

    def add(self, network: bytes, prefix_length: int) -> None:
        """Answer for a network from now on; 0.0.0.0/0 is whatever the routes lead to.

        Raises:
            ValueError: no address, or a prefix length that does not go with it.
        """
        self._networks.append(InterfaceAddress(network, prefix_length))

    def remove(self, network: bytes, prefix_length: int) -> None:
        """Answer for it no more.

        Raises:
            ValueError: it was not added.
        """
        for one in self._networks:
            if (one.address, one.prefix_length) == (network, prefix_length):
                self._networks.remove(one)
                return
        raise ValueError(f"no proxy for {'.'.join(map(str, network))}/{prefix_length}")

    def answers(self, address: bytes) -> bool:
        """Whether to answer for an address."""
        return any(one.contains(address) for one in self._networks) and self._leads_elsewhere(
            address
        )
