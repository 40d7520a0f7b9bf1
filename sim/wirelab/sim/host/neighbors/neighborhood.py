"""Everything that one interface has to do with its neighbours, behind one door.

    ARP, neighbour discovery     who is where, and what waits for the answer
    claims                       addresses that are found free before they are used
    link-local, RARP             where an address comes from that nobody configured
    proxy                        answering for hosts behind us

What most interfaces never use is made when it is first asked for.
"""

from collections.abc import Callable
from functools import partial
from typing import Protocol

from wirelab.codecs.addresses import ip_text
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.events import AddressAcquired, AddressConflict, AddressLost
from wirelab.sim.host.interface import Interface, check_address, check_own
from wirelab.sim.host.interface_address import AddressState, InterfaceAddress
from wirelab.sim.host.neighbors.arp import Arp
from wirelab.sim.host.neighbors.claims import Claim, Claims, Defence, Done, Lost
from wirelab.sim.host.neighbors.discovery import NeighborDiscovery
from wirelab.sim.host.neighbors.link_local import LinkLocal
from wirelab.sim.host.neighbors.proxy import Proxy
from wirelab.sim.host.neighbors.rarp import TYPE_RARP, Rarp
from wirelab.sim.host.neighbors.surroundings import Surroundings
from wirelab.sim.reasons import Reason


class AddressBook(Protocol):
    """Where addresses are added and removed: the host."""

    def add_address(
        self, address: bytes, prefix_length: int, now: int, interface: int = 0
    ) -> InterfaceAddress:
        """See `Host.add_address`."""

    def remove_address(self, address: bytes, now: int, interface: int = 0) -> None:
        """See `Host.remove_address`."""

    def set_address_state(self, address: bytes, state: AddressState, interface: int = 0) -> None:
        """See `Host.set_address_state`."""

    def abort_connections(self, address: bytes, now: int) -> None:
        """Reset every TCP connection from this address of ours."""

    def leads_elsewhere(self, address: bytes, interface: int) -> bool:
        """Whether packets for an address leave, by another interface than this one."""


class Neighborhood:
    """See the module.

    Args:
        interface: whose neighbours.
        around: the host, as seen from below.
        book: the host, as seen from above.
        lifetime: of an entry of ARP's cache, ns.
        answer: whether to answer ARP requests, and to defend our addresses.
        discovery: gives the interface's neighbour discovery, and IPv6 with it.

    Attributes:
        arp: ARP.
    """

    __slots__ = (
        "_around",
        "_book",
        "_discovery",
        "_interface",
        "_link_local",
        "_proxy",
        "_rarp",
        "arp",
    )

    def __init__(
        self,
        interface: Interface,
        around: Surroundings,
        book: AddressBook,
        lifetime: int,
        answer: bool,
        discovery: Callable[[Interface], NeighborDiscovery],
    ) -> None:
        self._interface = interface
        self._around = around
        self._book = book
        self._discovery = discovery
        self._link_local: LinkLocal | None = None
        self._proxy: Proxy | None = None
        self._rarp: Rarp | None = None
        self.arp = Arp(interface, around, lifetime, answer)

    # --- addresses that are claimed --------------------------------------------------------------

    def acquire(
        self,
        address: bytes,
        now: int,
        done: Done,
        lost: Lost | None = None,
        defence: Defence = Defence.ONCE,
    ) -> Claim:
        """Find out whether anybody has an address, and claim it (RFC 5227, RFC 4862 section 5.4).

        The address itself is the caller's: add it when `done` tells of success (an IPv6 address:
        before, as TENTATIVE), and remove it when it is `lost`.

        Args:
            address: 4 or 16 bytes.
            now: ns.
            done: `done(claim, mac, now)`; mac is None when it is ours, else who has it.
            lost: `lost(claim, mac, now)`: somebody insists on it, and the defence is over.
            defence: what to do against others who use it (RFC 5227 section 2.4).

        Raises:
            ValueError: it is being claimed already.
        """
        return self._claims(address).acquire(address, now, done, lost, defence)

    def release(self, claim: Claim) -> None:
        """Claim an address no more; releasing twice is fine."""
        self._claims(claim.address).release(claim)

    def forget(self, address: bytes) -> None:
        """An IPv4 address is removed: nothing is left to defend."""
        self.arp.forget_claim(address)

    def take(
        self, address: bytes, prefix_length: int, now: int, defence: Defence = Defence.ONCE
    ) -> Claim:
        """Acquire an address for the interface; AddressAcquired or AddressConflict follows.

        Raises:
            ValueError: no address, or it is there already.
        """
        if self._interface.find(address) is not None:
            raise ValueError(f"interface {self._interface.name} has {ip_text(address)} already")
        if len(address) == 16:
            index = self._interface.index
            self._book.add_address(address, prefix_length, now, index)
            self._book.set_address_state(address, AddressState.TENTATIVE, index)
        else:
            InterfaceAddress(address, prefix_length)  # refuses what is none
            check_own(address)
        done = partial(self._settled, prefix_length)
        return self.acquire(address, now, done, self._lost, defence)

    def took(self, address: bytes, prefix_length: int, now: int) -> None:
        """Add an address that was won (IPv6: prefer it), and tell the program."""
        if self._interface.find(address) is None:
            self._book.add_address(address, prefix_length, now, self._interface.index)
        else:
            self._book.set_address_state(address, AddressState.PREFERRED, self._interface.index)
        self._around.emit(AddressAcquired(address, self._interface.index))

    def forsake(self, address: bytes, mac: bytes | None, now: int) -> None:
        """Cease to use an address (RFC 5227 section 2.4); connections from it are reset.

        Args:
            address: one of the interface's.
            mac: who insists on it; None: nobody.
            now: ns.
        """
        self._book.abort_connections(address, now)
        if self._interface.find(address) is not None:
            self._book.remove_address(address, now, self._interface.index)
        if mac is not None:
            self._around.emit(AddressLost(address, mac, self._interface.index))

    def _claims(self, address: bytes) -> Claims:
        return self.arp.claims if len(address) == 4 else self._discovery(self._interface).claims

    def _settled(self, prefix_length: int, claim: Claim, mac: bytes | None, now: int) -> None:
        if mac is None:
            self.took(claim.address, prefix_length, now)
            return
        if self._interface.find(claim.address) is not None:
            state = AddressState.DUPLICATED
            self._book.set_address_state(claim.address, state, self._interface.index)
        self._around.emit(AddressConflict(claim.address, mac, self._interface.index))

    def _lost(self, claim: Claim, mac: bytes, now: int) -> None:
        self.forsake(claim.address, mac, now)

    @property
    def link_local(self) -> LinkLocal:
        """The interface's 169.254.x.y: `start(now)` and `stop(now)` it (RFC 3927)."""
        if self._link_local is None:
            self._link_local = LinkLocal(self._interface.mac, self)
        return self._link_local

    # --- proxy -----------------------------------------------------------------------------------

    def answer_for(self, network: bytes, prefix_length: int) -> None:
        """Answer neighbours who look for somebody behind us (RFC 1027, RFC 4861 section 7.2.8).

        Args:
            network: IPv4 network; 0.0.0.0/0 is everything that the routes lead to elsewhere. Or
                one IPv6 address.
            prefix_length: bits; 128 of IPv6, whose questions go to a group of each address.

        Raises:
            ValueError: no network, or an IPv6 network of more than one address.
        """
        if len(network) == 16:
            self._discovery(self._interface).answer_for(network, prefix_length)
            return
        if self._proxy is None:
            index = self._interface.index
            self._proxy = Proxy(lambda address: self._book.leads_elsewhere(address, index))
            self.arp.proxy = self._proxy.answers
        self._proxy.add(network, prefix_length)

    def answer_no_more_for(self, network: bytes, prefix_length: int) -> None:
        """Undo `answer_for`.

        Raises:
            ValueError: it was not called for this network.
        """
        if len(network) == 16:
            self._discovery(self._interface).answer_no_more_for(network)
        elif self._proxy is None:
            raise ValueError("this interface answers for nobody")
        else:
            self._proxy.remove(network, prefix_length)

    # --- reverse ARP -----------------------------------------------------------------------------

    def ask_own_address(self, now: int, prefix_length: int | None = None) -> None:
        """Ask a RARP server who we are; ReverseResolved or ReverseFailed follows (RFC 903).

        Args:
            now: ns.
            prefix_length: the answer is added to the interface with it; None: it is only told.
        """
        assign = None if prefix_length is None else partial(self._assign, prefix_length)
        self._reverse.ask(now, assign=assign)

    def serve_reverse(self, table: dict[bytes, bytes]) -> None:
        """Answer stations that ask for their addresses (RFC 903).

        Args:
            table: IPv4 addresses by MAC address.
        """
        for address in table.values():
            check_address(address)
        self._reverse.table = table

    def receive_reverse(self, frame: bytes, offset: int, now: int) -> Drop | None:
        """Take a RARP packet."""
        if self._rarp is None:
            return Drop(Reason.ETH_UNKNOWN_TYPE, f"type {TYPE_RARP:#06x}")
        return self._rarp.receive(frame, offset, now)

    @property
    def _reverse(self) -> Rarp:
        if self._rarp is None:
            self._rarp = Rarp(self._interface, self._around)
        return self._rarp

    def _assign(self, prefix_length: int, address: bytes, now: int) -> None:
        if self._interface.find(address) is None:
            self._book.add_address(address, prefix_length, now, self._interface.index)
