"""A DHCP client: gets its interface an address, keeps it, and gives it up when it must.

Source: RFC 2131 section 4.4 and figure 5; RFC 5227 section 2.1 (the address is probed).

                         +--------------- NAK, expired, conflict (DECLINE) ----------------+
                         v                                                                 |
    INIT --DISCOVER--> SELECTING --OFFER/REQUEST--> REQUESTING --ACK--> CHECKING --free--> BOUND
    INIT-REBOOT --REQUEST--> REBOOTING --ACK--> CHECKING            (probe)                |
                                                                                       T1  v
    BOUND <--ACK-- REBINDING <------ T2 ------ RENEWING <--REQUEST to our server ----------+

Rule 1: every state change happens in this file.
Rule 2: times of a lease count from when its request was first sent, so that we never use an address
for longer than the server believes.
Rule 3: without an address nothing but broadcasts can reach us, so we ask for them (the B flag).

CHECKING is ours: RFC 2131 has it on the arrow from REQUESTING to BOUND.
"""

from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

from wirelab.codecs.addresses import ANY_IPV4, BROADCAST_IPV4, AddressLike, ipv4_address
from wirelab.codecs.options import Option
from wirelab.codecs.protocols.dhcp_options import (
    DHCPMessage,
    DHCPRequestedAddress,
    DHCPServerIdentifier,
)
from wirelab.sim.host.durations import SECOND
from wirelab.sim.host.manner import Manner
from wirelab.sim.host.neighbors.claims import Claim
from wirelab.sim.host.service import Desk, Message, Service
from wirelab.sim.services.dhcp.client_states import HOLDING, REFUSABLE, State
from wirelab.sim.services.dhcp.client_words import WANTED, ClientWords
from wirelab.sim.services.dhcp.configuration import Configuration
from wirelab.sim.services.dhcp.lease import Lease, read_lease, read_parameters
from wirelab.sim.services.dhcp.messages import (
    ACK,
    CLIENT_PORT,
    DECLINE,
    DHCPREQUEST,
    DISCOVER,
    INFORM,
    NAK,
    OFFER,
    RELEASE,
    REPLY,
    SERVER_PORT,
    Dialogue,
    read,
    write,
)

FIRST_TIMEOUT: Final = 4 * SECOND  # RFC 2131 section 4.1: 4 s, doubled up to 64 s
LONGEST_TIMEOUT: Final = 64 * SECOND
JITTER: Final = SECOND  # RFC 2131 section 4.1: "-1 to +1"
SHORTEST_RETRY: Final = 60 * SECOND  # in RENEWING and REBINDING, RFC 2131 section 4.4.5
REQUEST_TRIES: Final = 4
"""REQUESTs without an answer before all begins anew; RFC 2131 section 3.1 (5) has 4, in 60 s."""
DECLINE_WAIT: Final = 10 * SECOND  # RFC 2131 section 3.1 (5)
REFUSAL_WAIT: Final = SECOND
"""After a NAK; ours: RFC 2131 has none, and a server that always refuses would be flooded."""

Changed: TypeAlias = Callable[["DhcpClient", int], None]
"""Told of each change of state, with the client and `now`."""

Overheard: TypeAlias = Callable[[Dialogue, int], None]
"""Told each message of the dialogue, our own and the answers to it, and `now`."""


class DhcpClient(Service):
    """The client of one interface.

    Args:
        interface: index.
        remembered: an earlier lease, or just its address: it is asked for again (INIT-REBOOT).
        inform: ask for parameters only; the interface has an address already.
        host_name: told to the server; None: the host's name; "": nothing.
        client_identifier: what the server knows us by; None: the MAC address.
        wanted: numbers of options to ask for.
        start_delay: ns, the most that is waited at random before the first message. RFC 2131
            section 4.4.1 wants 1 to 10 s where many hosts start together; ours: none.
        probe: find out by ARP whether the address is free, before it is used.
        changed: told of each change of state.
        overheard: told each message, ours and the servers'.

    Raises:
        AddressError: what is remembered is no address.

    Attributes:
        state: where in the diagram we are.
        lease: what we have, or are being given; None: nothing.
        offers: offers that came in answer to the last DISCOVER.
        desk: of the host, once started.
    """

    def __init__(
        self,
        interface: int = 0,
        *,
        remembered: Lease | AddressLike | None = None,
        inform: bool = False,
        host_name: str | None = None,
        client_identifier: bytes | None = None,
        wanted: Iterable[int] = WANTED,
        start_delay: int = 0,
        probe: bool = True,
        changed: Changed | None = None,
        overheard: Overheard | None = None,
    ) -> None:
        self.state = State.STOPPED
        self.lease: Lease | None = None
        self.offers = 0
        self._index = interface
        if remembered is not None and not isinstance(remembered, Lease):
            remembered = ipv4_address(remembered)
        self._remembered = remembered
        self._inform = inform
        self._host_name = host_name
        self._identifier = client_identifier
        self._wanted = tuple(wanted)
        self._start_delay = start_delay
        self._probe = probe
        self._changed = changed
        self._overheard = overheard
        self._transaction = 0
        self._began_at = 0  # of the process, for `secs`
        self._asked_at = 0  # of the request, for the lease's times
        self._tries = 0
        self._claim: Claim | None = None

    def __repr__(self) -> str:
        return f"<DhcpClient {self.state.value} {self.lease or ''}>".replace(" >", ">")

    # --- calls -------------------------------------------------------------------------------

    def start(self, desk: Desk, now: int) -> None:
        """Begin to ask."""
        interfaces = desk.host.interfaces
        if not 0 <= self._index < len(interfaces):
            raise ValueError(
                f"DHCP client for interface {self._index}; {desk.host.name} has "
                f"{len(interfaces)}, from 0 on"
            )
        self.desk = desk
        self._interface = interfaces[self._index]
        self._words = ClientWords(self._interface, self._identifier, self._wanted)
        self._configuration = Configuration(desk.host, self._index)
        self._timer = desk.timer(self._time_is_up)
        self._port = desk.udp(CLIENT_PORT, self._receive, now, ANY_IPV4, interface=self._index)
        if self._inform:
            self._enter(State.INFORMING, now)
        elif self._remembered is not None:
            self._enter(State.INIT_REBOOT, now)
        else:
            self._enter(State.INIT, now)
        self._timer.start(now + self._between(0, self._start_delay))

    def stop(self, now: int) -> None:
        """Ask no more, and give up what the lease brought, without a word to the server."""
        if self.state is State.STOPPED:
            return
        self._give_up(now)
        self._timer.stop()
        self._port.close(now)
        self._enter(State.STOPPED, now)

    def release(self, now: int) -> None:
        """Give the lease back to the server (RFC 2131 section 4.4.6), and ask no more."""
        if self.state in HOLDING and self.lease is not None:
            identifier = DHCPServerIdentifier(self.lease.server)
            self._transaction = self.desk.random.getrandbits(32)
            self._send(RELEASE, [identifier], now, self.lease.address, self.lease.server)
        self.stop(now)

    def renew(self, now: int) -> None:
        """Ask for more time at once, whatever T1 says; without a lease, nothing happens."""
        if self.state is State.BOUND:
            self._begin_renewing(State.RENEWING, now)

    # --- timers --------------------------------------------------------------------------------

    def _time_is_up(self, now: int) -> None:
        if self.state is State.INIT:
            self._begin_selecting(now)
        elif self.state is State.INIT_REBOOT:
            self._begin_rebooting(now)
        elif self.state is State.SELECTING:
            self._discover(now)
        elif self.state in (State.REQUESTING, State.REBOOTING):
            self._request_again(now)
        elif self.state is State.INFORMING:
            self._ask_for_parameters(now)
        elif self.state is State.BOUND:
            self._begin_renewing(State.RENEWING, now)
        elif self.state in (State.RENEWING, State.REBINDING):
            self._renew_again(now)

    def _begin_selecting(self, now: int) -> None:
        self._transaction = self.desk.random.getrandbits(32)
        self._began_at = now
        self._tries = 0
        self.lease = None
        self.offers = 0
        self._enter(State.SELECTING, now)
        self._discover(now)

    def _discover(self, now: int) -> None:
        options: list[Option] = []
        address = _address_of(self._remembered)
        if address != ANY_IPV4:
            options.append(DHCPRequestedAddress(address))
        self._send(DISCOVER, options, now)
        self._back_off(now)

    def _begin_rebooting(self, now: int) -> None:
        self._transaction = self.desk.random.getrandbits(32)
        self._began_at = self._asked_at = now
        self._tries = 0
        self._enter(State.REBOOTING, now)
        self._request_again(now)

    def _request_again(self, now: int) -> None:
        """REQUEST, for the first time or once more."""
        if self._tries >= REQUEST_TRIES:
            self._nobody_answered(now)
            return
        if self.state is State.REBOOTING:
            options: list[Option] = [DHCPRequestedAddress(_address_of(self._remembered))]
        else:
            assert self.lease is not None
            server = DHCPServerIdentifier(self.lease.server)
            options = [DHCPRequestedAddress(self.lease.address), server]
        self._send(DHCPREQUEST, options, now)
        self._back_off(now)

    def _nobody_answered(self, now: int) -> None:
        """A lease that is not over may be used all the same (RFC 2131 section 3.2 (3))."""
        remembered = self._remembered
        if self.state is State.REBOOTING and isinstance(remembered, Lease):
            if remembered.is_valid(now):
                self.lease = remembered
                self._check(now)
                return
            self._remembered = None
        self._restart(now)

    def _begin_renewing(self, state: State, now: int) -> None:
        self._transaction = self.desk.random.getrandbits(32)
        self._began_at = self._asked_at = now
        self._enter(state, now)
        self._renew_again(now)

    def _renew_again(self, now: int) -> None:
        """RFC 2131 section 4.4.5: to our server, from T2 on to all, until the lease is over."""
        lease = self.lease
        assert lease is not None
        if lease.expires_at is not None and now >= lease.expires_at:
            self._give_up(now)
            self._restart(now)
            return
        if lease.rebind_at is not None and now >= lease.rebind_at and self.state is State.RENEWING:
            self._begin_renewing(State.REBINDING, now)
            return
        rebinding = self.state is State.REBINDING
        server = BROADCAST_IPV4 if rebinding else lease.server
        self._send(DHCPREQUEST, [], now, lease.address, server)
        until = lease.expires_at if rebinding else lease.rebind_at
        if until is None:  # asked by hand, for a lease without end
            self._timer.start(now + SHORTEST_RETRY)
        else:
            self._timer.start(min(until, now + max((until - now) // 2, SHORTEST_RETRY)))

    def _ask_for_parameters(self, now: int) -> None:
        if not self._tries:
            self._transaction = self.desk.random.getrandbits(32)
            self._began_at = self._asked_at = now
        self._send(INFORM, [], now, self._interface.address)
        self._back_off(now)

    def _back_off(self, now: int) -> None:
        """4 s, 8 s, ... 64 s, each up to a second more or less (RFC 2131 section 4.1)."""
        wait = min(FIRST_TIMEOUT << self._tries, LONGEST_TIMEOUT)
        self._tries += 1
        self._timer.start(now + wait + self._between(-JITTER, JITTER))

    def _between(self, low: int, high: int) -> int:
        if high <= low:
            return low
        return low + (self.desk.random.getrandbits(32) * (high - low) >> 32)

    # --- messages in -----------------------------------------------------------------------------

    def _receive(self, message: Message, now: int) -> None:
        reply = read(message.data, REPLY)
        if reply is None or message.interface != self._index:
            return
        header = reply.message
        if header.transaction_id != self._transaction:
            return
        if header.client_hardware_address != self._interface.mac:
            return
        if self._overheard is not None:
            self._overheard(reply, now)
        if reply.kind == OFFER and self.state is State.SELECTING:
            self._offered(reply, now)
        elif reply.kind == ACK:
            self._acknowledged(reply, now)
        elif reply.kind == NAK and self.state in REFUSABLE:
            self._refused(now)

    def _offered(self, offer: Dialogue, now: int) -> None:
        """The first offer that can be used is taken (RFC 2131 section 4.4.1 leaves the choice)."""
        lease = read_lease(offer, now)
        if lease is None:
            return
        self.offers += 1
        self.lease = lease
        self._tries = 0
        self._asked_at = now
        self._enter(State.REQUESTING, now)
        self._request_again(now)

    def _acknowledged(self, reply: Dialogue, now: int) -> None:
        if self.state is State.INFORMING:
            self._informed(reply, now)
            return
        lease = read_lease(reply, self._asked_at)
        if lease is None or not lease.is_valid(now):
            return
        if self.state in (State.REQUESTING, State.REBOOTING):
            self.lease = lease
            self._check(now)
        elif self.state in (State.RENEWING, State.REBINDING):
            assert self.lease is not None
            if lease.address != self.lease.address:
                return  # a server must not do that (RFC 2131 section 4.3.6)
            self.lease = lease
            self._bind(now)

    def _informed(self, reply: Dialogue, now: int) -> None:
        self._timer.stop()
        self.lease = read_parameters(reply, self._interface.address, now)
        self._configuration.apply_parameters(self.lease)
        self._enter(State.BOUND, now)

    def _refused(self, now: int) -> None:
        """NAK: what we asked for is not to be had here (RFC 2131 section 4.4.1, 4.4.2)."""
        self._give_up(now)
        self._remembered = None
        self._restart(now, REFUSAL_WAIT)

    # --- the address -----------------------------------------------------------------------------

    def _check(self, now: int) -> None:
        """RFC 2131 section 4.4.1: probe the address before it is used."""
        assert self.lease is not None
        self._timer.stop()
        address = self.lease.address
        if not self._probe or self._interface.find(address) is not None:
            self._bind(now)
            return
        self._enter(State.CHECKING, now)
        neighborhood = self.desk.host.neighborhood(self._index)
        self._claim = neighborhood.acquire(address, now, self._checked, self._lost)

    def _checked(self, claim: Claim, other: bytes | None, now: int) -> None:
        if self.state is not State.CHECKING or claim is not self._claim:
            return
        if other is None:
            self._bind(now)
        else:
            self._decline(other, now)

    def _lost(self, claim: Claim, other: bytes, now: int) -> None:
        """Somebody took the address later (RFC 5227 section 2.4)."""
        if self.state in HOLDING and claim is self._claim:
            self._decline(other, now)

    def _decline(self, other: bytes, now: int) -> None:
        """RFC 2131 section 4.4.1: tell the server, and begin anew after at least 10 s."""
        assert self.lease is not None
        options: list[Option] = [
            DHCPRequestedAddress(self.lease.address),
            DHCPServerIdentifier(self.lease.server),
            DHCPMessage(f"in use by {other.hex(':')}"),
        ]
        self._claim = None
        self._configuration.remove(now)
        self._transaction = self.desk.random.getrandbits(32)
        self._send(DECLINE, options, now)
        self._remembered = None
        self._restart(now, DECLINE_WAIT)

    def _bind(self, now: int) -> None:
        assert self.lease is not None
        self._remembered = self.lease
        self._configuration.apply(self.lease, now)
        if self.lease.renew_at is None:
            self._timer.stop()
        else:
            self._timer.start(self.lease.renew_at)
        self._enter(State.BOUND, now)

    def _give_up(self, now: int) -> None:
        """Use the address no more (RFC 2131 section 4.4.5: at once)."""
        if self._claim is not None:
            self.desk.host.neighborhood(self._index).release(self._claim)
            self._claim = None
        self._configuration.remove(now)
        self.lease = None

    def _restart(self, now: int, wait: int = 0) -> None:
        self.lease = None
        self._enter(State.INIT, now)
        self._timer.start(now + wait)

    def _enter(self, state: State, now: int) -> None:
        self.state = state
        if self._changed is not None:
            self._changed(self, now)

    # --- messages out ----------------------------------------------------------------------------

    def _send(
        self,
        kind: int,
        options: list[Option],
        now: int,
        own: bytes = ANY_IPV4,
        server: bytes = BROADCAST_IPV4,
    ) -> None:
        """Send a message of ours (RFC 2131 table 5); `own` is `ciaddr`."""
        host_name = self.desk.host.name if self._host_name is None else self._host_name
        seconds = (now - self._began_at) // SECOND
        said = self._words.say(kind, options, self._transaction, seconds, own, host_name)
        if self._overheard is not None:
            self._overheard(said, now)
        data = write(said.message, said.options)
        manner = Manner(interface=self._index)
        self._port.send(data, server, SERVER_PORT, now, manner, own)


def _address_of(remembered: Lease | bytes | None) -> bytes:
    if isinstance(remembered, Lease):
        return remembered.address
    return remembered or ANY_IPV4
