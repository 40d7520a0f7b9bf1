"""The other side of a script: the peer and the wire, in the script's numbers.

    script packet (<) --inbound--> IP packet              for the host
    script packet (>) --matcher--> Matcher.offer(live)    for what the host sends

Rule 1: one conversation is under test at a time, that of the call that was last: the next segment
to a listening socket starts a new one, and the SYN of a connecting socket, too. A packet that names
its ports is of the conversation with these ports.
Rule 2: whatever the host sends beside it is foreign, and no mismatch.
"""

from dataclasses import replace
from typing import Final

from wirelab.codecs import TCP, UDP, ICMPv4, ICMPv6
from wirelab.codecs.addresses import ip_bytes
from wirelab.sim.packetdrill.conversation import Conversation
from wirelab.sim.packetdrill.icmp_names import message_names
from wirelab.sim.packetdrill.matching import (
    DEFAULT_STRICTNESS,
    SegmentMatcher,
    Strictness,
    Verdict,
    in_script_numbers,
    match_datagram,
    match_message,
)
from wirelab.sim.packetdrill.packets import (
    ACK,
    SYN,
    Live,
    build,
    refuse_unknown_options,
    refuse_unsupported,
)
from wirelab.sim.packetdrill.printer import packet_text
from wirelab.sim.packetdrill.script_error import UnsupportedError
from wirelab.sim.packetdrill.syntax import (
    Direction,
    IcmpHeader,
    IpInfo,
    OtherHeader,
    Packet,
    Ports,
    TcpHeader,
    Timestamps,
    Tos,
    UdpHeader,
)

BIND_PORT: Final = 8080  # where a script's `bind(3, ..., ...)` goes, in both interpreters
CONNECT_PORT: Final = 8080  # where its `connect(3, ..., ...)` goes
_FIRST_REMOTE_PORT: Final = 49152  # RFC 6335 section 6: the dynamic ports


class Peer:
    """Plays the remote side of a script.

    Args:
        local: address of the host under test (4 or 16 bytes, or text).
        remote: address that the script plays, of the same family.
        bind_port: of the host's listening sockets.
        connect_port: of the script, for the host's connecting sockets.
        strictness: how exact expectations are.
    """

    def __init__(
        self,
        local: bytes | str,
        remote: bytes | str,
        bind_port: int = BIND_PORT,
        connect_port: int = CONNECT_PORT,
        strictness: Strictness = DEFAULT_STRICTNESS,
    ) -> None:
        self.local = ip_bytes(local) if isinstance(local, str) else local
        self.remote = ip_bytes(remote) if isinstance(remote, str) else remote
        self.bind_port = bind_port
        self.connect_port = connect_port
        self.strictness = strictness
        self._conversations: list[Conversation] = []
        self._under_test: Conversation | None = None
        self._next_port = _FIRST_REMOTE_PORT
        self._listens = False

    # --- what system calls tell ----------------------------------------------------------------

    def listening(self, port: int | None = None) -> None:
        """The script's `listen` succeeded: the next inbound segment is of a new conversation.

        Args:
            port: that the socket is bound to; None: `bind_port`.
        """
        if port is not None:
            self.bind_port = port
        self._listens = True
        self._under_test = None

    def connecting(self, port: int | None = None, local_port: int = 0) -> None:
        """The script's `connect` (or a first `sendto`) was called.

        Args:
            port: it goes to; None: `connect_port`.
            local_port: if it is known already; else it is learnt from what comes.
        """
        self._begin(local_port, self.connect_port if port is None else port)

    def accepted(self, remote_port: int) -> None:
        """The script's `accept` gave the connection from this port: it is under test now."""
        for conversation in self._conversations:
            if conversation.remote_port == remote_port:
                self._under_test = conversation

    def _begin(self, local_port: int, remote_port: int) -> Conversation:
        self._under_test = Conversation(local_port, remote_port)
        self._conversations.append(self._under_test)
        return self._under_test

    def _conversation_of(self, packet: Packet) -> Conversation:
        """The conversation of a packet of the script; a new one if it is the first of it."""
        header = packet.transport
        ports = header.ports if isinstance(header, (TcpHeader, UdpHeader)) else None
        if ports is None:
            return self._under_test or self._passive()
        if packet.direction is Direction.OUTBOUND:
            ports = Ports(ports.destination, ports.source)
        for conversation in reversed(self._conversations):
            if conversation.inbound_ports == ports:
                return conversation
            if conversation.local_port == 0 and conversation.remote_port == ports.source:
                conversation.local_port = ports.destination
                return conversation
        conversation = Conversation(ports.destination, ports.source)
        self._conversations.append(conversation)
        if self._under_test is None:
            self._under_test = conversation
        return conversation

    def _passive(self) -> Conversation:
        """A conversation that the script opens, from a port that was not used before."""
        self._next_port += 1
        conversation = self._begin(self.bind_port, self._next_port)
        conversation.absolute = not self._listens
        return conversation

    # --- packets -------------------------------------------------------------------------------

    def inbound(self, packet: Packet) -> bytes:
        """What the script sends, as an IP packet.

        Raises:
            UnsupportedError: such a packet cannot be made here.
        """
        conversation = self._conversation_of(packet)
        header = packet.transport
        if isinstance(header, TcpHeader) and header.flags & SYN:
            conversation.inbound_syn(header.sequence.start, bool(header.flags & ACK))
        return build(packet, conversation, self.local, self.remote)

    def matcher(self, packet: Packet) -> "Matcher":
        """An expectation, to be offered what the host sends.

        Raises:
            UnsupportedError: no host here sends such a packet.
        """
        refuse_unsupported(packet, len(self.local) == len(self.remote) == 16)
        if isinstance(packet.transport, OtherHeader):
            raise UnsupportedError(packet.position, f"a {packet.transport.protocol} packet")
        if isinstance(packet.transport, TcpHeader):
            refuse_unknown_options(packet.transport)
        return Matcher(packet, self._conversation_of(packet), self)

    def belongs(self, live: Live, conversation: Conversation) -> bool:
        """Whether a live packet is of a conversation; learns the local port from the first."""
        if live.ip.source != self.local or live.ip.destination != self.remote:
            return False
        if live.ports is None:
            return True
        if conversation.local_port == 0 and live.ports.destination == conversation.remote_port:
            if any(_has_sent(one, live) for one in self._conversations):
                return False
            conversation.local_port = live.ports.source
        return live.ports == conversation.outbound_ports

    def is_known(self, data: bytes) -> bool:
        """Whether an IP packet that the host has sent is of the conversation under test.

        Such a packet is unexpected when no expectation takes it.
        """
        live = Live(data)
        return self._under_test is not None and self.belongs(live, self._under_test)

    def describe(self, data: bytes) -> str:
        """An IP packet that the host has sent, in the script's words and numbers."""
        live = Live(data)
        info = IpInfo(tos=Tos(live.tos, 0xFF) if live.tos else None)
        ports = live.ports
        transport: TcpHeader | UdpHeader | IcmpHeader | OtherHeader
        match live.transport:
            case TCP() as header:
                owner = self._owner(live)
                conversation = owner or Conversation(header.source_port, header.destination_port)
                transport = _with_script_time(
                    in_script_numbers(header, len(live.payload), conversation), conversation
                )
                if owner is None or owner is not self._under_test:
                    transport = replace(transport, ports=ports)
            case UDP():
                transport = UdpHeader(len(live.payload), ports)
            case ICMPv4() | ICMPv6() as message:
                names = message_names(message.type, message.code, isinstance(message, ICMPv6))
                transport = IcmpHeader(*names)
            case _:
                transport = OtherHeader("ip", f"protocol {live.protocol} ({len(live.payload)})")
        return packet_text(Packet(Direction.OUTBOUND, transport, info))

    def _owner(self, live: Live) -> Conversation | None:
        for conversation in reversed(self._conversations):
            if live.ports == conversation.outbound_ports:
                return conversation
        return None


class Matcher:
    """One expected packet.

    Attributes:
        packet: of the script.
    """

    def __init__(self, packet: Packet, conversation: Conversation, peer: Peer) -> None:
        self.packet = packet
        self._conversation = conversation
        self._peer = peer
        self._segments: SegmentMatcher | None = None
        if isinstance(packet.transport, TcpHeader):
            self._segments = SegmentMatcher(packet, conversation, peer.strictness)

    def offer(self, data: bytes) -> Verdict:
        """Take an IP packet that the host has sent.

        Raises:
            MismatchError: it is of the conversation, and not what is expected.
        """
        live = Live(data)
        if not self._peer.belongs(live, self._conversation):
            return Verdict.FOREIGN
        header = live.transport
        if isinstance(header, TCP) and self._segments is not None:
            return self._segments.offer(live, header)
        match self.packet.transport, header:
            case UdpHeader() as expected, UDP():
                match_datagram(self.packet, expected, live, header)
            case IcmpHeader() as expected, ICMPv4() | ICMPv6():
                match_message(self.packet, expected, live, header)
            case _:
                return Verdict.FOREIGN
        return Verdict.MATCHED


def _has_sent(conversation: Conversation, live: Live) -> bool:
    """Whether a packet is of a conversation, and no SYN that opens its ports again."""
    header = live.transport
    isn = conversation.local_isn
    if isinstance(header, TCP) and header.flags & (SYN | ACK) == SYN and isn is not None:
        return live.ports == conversation.outbound_ports and header.sequence_number == isn[1]
    return live.ports == conversation.outbound_ports


def _with_script_time(header: TcpHeader, conversation: Conversation) -> TcpHeader:
    options = tuple(
        replace(one, value=conversation.script_timestamp(one.value))
        if isinstance(one, Timestamps) and one.value is not None
        else one
        for one in header.options or ()
    )
    return replace(header, options=options)
