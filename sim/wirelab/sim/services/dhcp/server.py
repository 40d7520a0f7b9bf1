"""A DHCP server: what it answers to whom.

Source: RFC 2131 sections 4.1 and 4.3; RFC 3046 section 2.2 (relay agent information).

    DISCOVER   --> probe the address by ping --> OFFER
    REQUEST    --> ACK, NAK or nothing: for our offer (server identifier), after a reboot
                   (requested address), to renew or rebind (`ciaddr`)
    DECLINE    --> the address is abandoned       RELEASE --> it is free
    INFORM     --> ACK with parameters alone

Rule 1: a client is known by its client identifier, else by its hardware address.
Rule 2: the subnet is that of the relay agent, else that of the interface a message came in by.
Rule 3: the client's address, not the sender's, says where the answer goes.
"""

from collections.abc import Callable, Iterable
from itertools import combinations
from typing import Final, NamedTuple, TypeAlias

from wirelab.codecs import DHCP
from wirelab.codecs.addresses import ANY_IPV4, BROADCAST_IPV4
from wirelab.codecs.options import Option
from wirelab.codecs.protocols.dhcp_options import (
    DHCPClientIdentifier,
    DHCPHostName,
    DHCPLeaseTime,
    DHCPMaximumMessageSize,
    DHCPMessage,
    DHCPMessageType,
    DHCPParameterRequestList,
    DHCPRebindingTime,
    DHCPRelayAgentInformation,
    DHCPRenewalTime,
    DHCPRequestedAddress,
    DHCPServerIdentifier,
)
from wirelab.sim.host.durations import MILLISECOND, SECOND
from wirelab.sim.host.errors import HostError
from wirelab.sim.host.events import EchoReply, IcmpError
from wirelab.sim.host.manner import Manner
from wirelab.sim.host.service import Desk, Message, Service
from wirelab.sim.services.dhcp.bindings import OFFER_TIME, Binding, Bindings, BindingState
from wirelab.sim.services.dhcp.messages import (
    ACK,
    CLIENT_PORT,
    DECLINE,
    DEFAULT_MESSAGE_SIZE,
    DHCPREQUEST,
    DISCOVER,
    FOR_EVER,
    INFORM,
    NAK,
    OFFER,
    RELEASE,
    REPLY,
    REQUEST,
    SERVER_PORT,
    Dialogue,
    read,
    write,
)
from wirelab.sim.services.dhcp.subnets import Subnet

PING_WAIT: Final = 500 * MILLISECOND
"""How long an address is pinged before it is offered (RFC 2131 section 3.1 (2)); ours: a neighbour
answers in milliseconds, and clients wait for an offer at least 3 s."""

MAXIMUM_PINGS: Final = 256
"""Offers that wait for their ping; ours: with more, they are made without."""

LARGEST_MESSAGE: Final = 1500
"""bytes of IP packet; ours: what a client says it takes may be more than any link carries."""

Told: TypeAlias = Callable[[str, Binding, int], None]
"""Told what became of a binding, and `now`."""


class Question(NamedTuple):
    """A message and what follows from where it came.

    Attributes:
        dialogue: the message.
        subnet: which it is about.
        client: whom.
        interface: index of the one that it came in by.
        server: our address there, which identifies us.
    """

    dialogue: Dialogue
    subnet: Subnet
    client: bytes
    interface: int
    server: bytes


class DhcpServer(Service):
    """A DHCP server for the subnets of a host, and for others behind relay agents.

    Args:
        subnets: what it serves.
        authoritative: refuse clients that it does not know, too (NAK), so that they ask anew at
            once; off, where another server may know them.
        ping: find out whether an address is in use, before it is offered.
        told: called with `"offer"`, `"lease"`, `"release"` or `"abandon"`, the binding, and `now`.

    Attributes:
        bindings: which client has which address.

    Raises:
        ValueError: two subnets overlap, so that it is not clear what a client there would get.
    """

    def __init__(
        self,
        subnets: Iterable[Subnet],
        *,
        authoritative: bool = True,
        ping: bool = True,
        told: Told | None = None,
    ) -> None:
        self.subnets = list(subnets)
        for one, other in combinations(self.subnets, 2):
            if one.contains(other.network) or other.contains(one.network):
                raise ValueError(f"{one!r} overlaps {other!r}; give one subnet for both")
        self.bindings = Bindings()
        self._authoritative = authoritative
        self._ping = ping
        self._told = told
        self._pinging: dict[bytes, Callable[[], None]] = {}
        self._handlers = {
            DISCOVER: self._discover,
            DHCPREQUEST: self._request,
            DECLINE: self._decline,
            RELEASE: self._release,
            INFORM: self._inform,
        }

    def start(self, desk: Desk, now: int) -> None:
        """Open the port."""
        self._desk = desk
        self._port = desk.udp(SERVER_PORT, self._receive, now, ANY_IPV4)

    def stop(self, now: int) -> None:
        """Close the port; what was leased stays leased."""
        for forget in self._pinging.values():
            forget()
        self._pinging.clear()
        self._port.close(now)

    # --- messages in ---------------------------------------------------------------------------

    def _receive(self, message: Message, now: int) -> None:
        dialogue = read(message.data, REQUEST)
        if dialogue is None:
            return
        question = self._question(dialogue, message)
        handler = self._handlers.get(dialogue.kind)
        if question is not None and handler is not None:
            handler(question, now)

    def _question(self, dialogue: Dialogue, message: Message) -> Question | None:
        """Whom a message is from, and which subnet it is about; None: none of ours."""
        header = dialogue.message
        interface = self._desk.host.interfaces[message.interface]
        if header.hardware_length != 6:
            return None
        at = header.relay_address
        if at == ANY_IPV4 and header.client_address != ANY_IPV4 and message.unicast:
            at = header.client_address  # renewing, perhaps over a router
        for subnet in self.subnets:
            entries = interface.ipv4
            here = next((one for one in entries if subnet.contains(one.address)), None)
            if subnet.contains(at) if at != ANY_IPV4 else here is not None:
                server = here.address if here is not None else interface.address
                if message.unicast:
                    server = message.destination
                identifier = dialogue.option(DHCPClientIdentifier)
                client = b"\x01" + header.client_hardware_address
                if identifier is not None:
                    client = identifier.wire_data()
                return Question(dialogue, subnet, client, interface.index, server)
        return None

    # --- the five messages -----------------------------------------------------------------------

    def _discover(self, question: Question, now: int) -> None:
        """RFC 2131 section 4.3.1."""
        header = question.dialogue.message
        wanted = question.dialogue.option(DHCPRequestedAddress)
        binding = self.bindings.choose(
            question.subnet,
            question.client,
            header.client_hardware_address,
            wanted.address if wanted is not None else ANY_IPV4,
            now,
        )
        if binding is None:
            return  # the pool is used up: silence (RFC 2131 section 4.3.1 wants it reported)
        is_new = binding.state is not BindingState.LEASED
        if is_new:
            binding.state = BindingState.OFFERED
            binding.until = now + OFFER_TIME
        if self._ping and is_new and binding.address not in self._pinging:
            self._probe(binding, question, now)
        elif binding.address not in self._pinging:
            self._offer(binding, question, now)

    def _probe(self, binding: Binding, question: Question, now: int) -> None:
        """Make the offer when nobody has answered a ping."""
        if len(self._pinging) >= MAXIMUM_PINGS:
            self._offer(binding, question, now)
            return

        def answered(event: EchoReply | IcmpError, now: int) -> None:
            if isinstance(event, EchoReply):
                timer.stop()
                self._pinging.pop(binding.address, None)
                self._abandon(binding, now)
                self._discover(question, now)

        def silence(now: int) -> None:
            forget = self._pinging.pop(binding.address, None)
            if forget is not None:
                forget()
                self._offer(binding, question, now)

        timer = self._desk.timer(silence)
        try:
            forget = self._desk.ping(binding.address, answered, now)
        except HostError:  # no way there but by the relay agent
            self._offer(binding, question, now)
            return

        def give_up() -> None:
            timer.stop()
            forget()

        self._pinging[binding.address] = give_up
        timer.start(now + PING_WAIT)

    def _offer(self, binding: Binding, question: Question, now: int) -> None:
        self._answer(OFFER, question, now, binding, self._terms(question))
        self._tell("offer", binding, now)

    def _request(self, question: Question, now: int) -> None:
        """RFC 2131 section 4.3.2: three kinds, told apart by what is filled in."""
        dialogue = question.dialogue
        chosen = dialogue.option(DHCPServerIdentifier)
        wanted = dialogue.option(DHCPRequestedAddress)
        if chosen is not None:
            self._selected(question, chosen.address, wanted, now)
            return
        address = wanted.address if wanted is not None else dialogue.message.client_address
        if address == ANY_IPV4:
            return
        known = self.bindings.of_client(question.subnet, question.client)
        has_reservation = question.client in question.subnet.reservations
        if not question.subnet.contains(address):
            self._refuse(question, "wrong network", now)
        elif known is None and not has_reservation and not self._authoritative:
            return  # RFC 2131 section 4.3.2: "MUST remain silent"
        elif (known is not None and known.address != address) or not self.bindings.is_allowed(
            question.subnet, address, question.client, now
        ):
            self._refuse(question, "not your address", now)
        else:
            self._lease(question, address, now)

    def _selected(
        self, question: Question, chosen: bytes, wanted: DHCPRequestedAddress | None, now: int
    ) -> None:
        """The client has chosen among offers: ours, or another's."""
        binding = self.bindings.of_client(question.subnet, question.client)
        if chosen != question.server:
            if binding is not None and binding.state is BindingState.OFFERED:
                self.bindings.free(binding, now)
        elif binding is None or wanted is None or wanted.address != binding.address:
            self._refuse(question, "no such offer", now)
        else:
            self._lease(question, binding.address, now)

    def _lease(self, question: Question, address: bytes, now: int) -> None:
        mac = question.dialogue.message.client_hardware_address
        binding = self.bindings.bind(question.subnet, address, question.client, mac, now)
        if binding is None:
            self._refuse(question, "address in use", now)
            return
        seconds = self._seconds(question)
        binding.mac = mac
        binding.state = BindingState.LEASED
        binding.until = None if seconds == FOR_EVER else now + seconds * SECOND
        name = question.dialogue.option(DHCPHostName)
        binding.host_name = name.text if name is not None else b""
        self._answer(ACK, question, now, binding, self._terms(question))
        self._tell("lease", binding, now)

    def _refuse(self, question: Question, why: str, now: int) -> None:
        self._answer(NAK, question, now, None, [DHCPMessage(why)])

    def _decline(self, question: Question, now: int) -> None:
        """RFC 2131 section 4.3.3."""
        wanted = question.dialogue.option(DHCPRequestedAddress)
        binding = self.bindings.of_client(question.subnet, question.client)
        if wanted is not None and binding is not None and binding.address == wanted.address:
            self._abandon(binding, now)

    def _release(self, question: Question, now: int) -> None:
        """RFC 2131 section 4.3.4: the client stays remembered."""
        binding = self.bindings.of_client(question.subnet, question.client)
        if binding is None or binding.address != question.dialogue.message.client_address:
            return
        if binding.state is BindingState.LEASED:
            self.bindings.free(binding, now)
            self._tell("release", binding, now)

    def _inform(self, question: Question, now: int) -> None:
        """RFC 2131 section 4.3.5: parameters, and no lease."""
        self._answer(ACK, question, now, None, [])

    def _abandon(self, binding: Binding, now: int) -> None:
        self.bindings.abandon(binding, now)
        self._tell("abandon", binding, now)

    def _tell(self, what: str, binding: Binding, now: int) -> None:
        if self._told is not None:
            self._told(what, binding, now)

    # --- messages out ----------------------------------------------------------------------------

    def _seconds(self, question: Question) -> int:
        """Of a lease: as asked, within the subnet's limit."""
        asked = question.dialogue.option(DHCPLeaseTime)
        if asked is None or not asked.value:
            return question.subnet.lease_time
        return min(asked.value, question.subnet.longest_lease)

    def _terms(self, question: Question) -> list[Option]:
        """The times of a lease (RFC 2131 section 4.3.1)."""
        subnet, seconds = question.subnet, self._seconds(question)
        terms: list[Option] = [DHCPLeaseTime(seconds)]
        if seconds != FOR_EVER:
            terms.append(DHCPRenewalTime(subnet.renewal_time or seconds // 2))
            terms.append(DHCPRebindingTime(subnet.rebinding_time or seconds * 7 // 8))
        return terms

    def _parameters(self, question: Question) -> list[Option]:
        """What the client asks for, in its order; all that there is if it does not say."""
        every = question.subnet.parameters
        wanted = question.dialogue.option(DHCPParameterRequestList)
        if wanted is None:
            return list(every.values())
        mask = [every[1]]
        codes = dict.fromkeys(wanted.codes)
        return mask + [every[code] for code in codes if code in every and code != 1]

    def _answer(
        self, kind: int, question: Question, now: int, binding: Binding | None, terms: list[Option]
    ) -> None:
        """RFC 2131 table 3."""
        asked = question.dialogue.message
        refused = kind == NAK
        header = DHCP(
            operation=REPLY,
            transaction_id=asked.transaction_id,
            broadcast=asked.broadcast or (refused and asked.relay_address != ANY_IPV4),
            client_address=ANY_IPV4 if refused or kind == OFFER else asked.client_address,
            your_address=ANY_IPV4 if binding is None else binding.address,
            relay_address=asked.relay_address,
            client_hardware_address=asked.client_hardware_address,
        )
        options = [DHCPMessageType(kind), DHCPServerIdentifier(question.server), *terms]
        if not refused:
            options += self._parameters(question)
        size = question.dialogue.option(DHCPMaximumMessageSize)
        largest = DEFAULT_MESSAGE_SIZE if size is None else size.value
        largest = max(DEFAULT_MESSAGE_SIZE, min(largest, LARGEST_MESSAGE))
        relayed = question.dialogue.option(DHCPRelayAgentInformation)
        if relayed is not None:
            options.append(relayed)
        data = write(header, options, largest)
        self._send(data, header, question, refused, now)

    def _send(self, data: bytes, header: DHCP, question: Question, refused: bool, now: int) -> None:
        """RFC 2131 section 4.1: to the relay agent, else to the client as it can be reached."""
        asked = question.dialogue.message
        manner = Manner(interface=question.interface)
        port, address = CLIENT_PORT, BROADCAST_IPV4
        if asked.relay_address != ANY_IPV4:
            port, address, manner = SERVER_PORT, asked.relay_address, Manner()
        elif refused:
            pass
        elif asked.client_address != ANY_IPV4:
            address, manner = asked.client_address, Manner()
        elif not asked.broadcast and header.your_address != ANY_IPV4:
            # It cannot answer ARP for an address that it does not have yet.
            mac = asked.client_hardware_address
            self._desk.host.add_neighbor(header.your_address, mac, now, question.interface)
            address = header.your_address
        self._port.send(data, address, port, now, manner, question.server)
