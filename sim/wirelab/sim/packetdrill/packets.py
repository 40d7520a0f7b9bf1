"""Packets of a script as they go on the wire, through the codecs."""

from typing import Final

from wirelab.codecs import TCP, UDP, ICMPv4, IPv4
from wirelab.codecs import Packet as WirePacket
from wirelab.sim.packetdrill.conversation import Conversation
from wirelab.sim.packetdrill.icmp_names import icmp_code, icmp_type
from wirelab.sim.packetdrill.script_error import UnsupportedError
from wirelab.sim.packetdrill.syntax import (
    IcmpHeader,
    Md5,
    OtherOption,
    Packet,
    Ports,
    QuotedOther,
    QuotedTcp,
    QuotedUdp,
    Sequence,
    SequenceKind,
    TcpHeader,
    UdpHeader,
)
from wirelab.sim.packetdrill.wire_options import option_bytes

ACK: Final = 16
SYN: Final = 2
_MASK: Final = 0xFFFF_FFFF
_TTL: Final = 255  # ours: as a neighbour without a router in between would have it
_PATTERN: Final = bytes(range(251)) * 2  # 251 is a prime, so that a shift by 2**n shows


def text_of(start: int, length: int) -> bytes:
    """Text that the script sends from a sequence number of its own on: each byte tells its number.

    Args:
        start: the script's number of the first byte.
        length: bytes.
    """
    first = start % 251
    return (_PATTERN[first:251] + _PATTERN[:251] * (length // 251 + 1))[:length]


def build(packet: Packet, conversation: Conversation, local: bytes, remote: bytes) -> bytes:
    """An inbound packet as an IPv4 packet, with the numbers of the wire.

    Args:
        packet: of the script.
        conversation: whose ports and numbers it takes.
        local: IPv4 address of the host under test.
        remote: IPv4 address that the script plays.

    Raises:
        UnsupportedError: it is of a protocol, or in a tunnel, that this interpreter does not have.
    """
    refuse_unsupported(packet)
    tos = packet.ip.tos.value if packet.ip.tos is not None else 0
    ip = IPv4(
        source=remote,
        destination=local,
        ttl=_TTL if packet.ip.ttl is None else packet.ip.ttl,
        dscp=tos >> 2,
        ecn=tos & 3,
    )
    match packet.transport:
        case TcpHeader() as header:
            return bytes(ip / _tcp(header, conversation))
        case UdpHeader(length, ports):
            used = ports or conversation.inbound_ports
            udp = UDP(source_port=used.source, destination_port=used.destination)
            return bytes(ip / udp / text_of(0, length))
        case IcmpHeader() as header:
            return bytes(ip / _icmp(header, conversation, local, remote))
    raise UnsupportedError(packet.position, f"a {packet.transport.protocol} packet")


def refuse_unsupported(packet: Packet) -> None:
    """Say no to what no host here can take or send.

    Raises:
        UnsupportedError: tunnels, other transports, TCP within UDP, mutations, IPv6's flow label.
    """
    what = ""
    if packet.outer:
        what = f"a packet within {type(packet.outer[0]).__name__.removesuffix('Layer').upper()}"
    elif packet.ip.flow_label is not None:
        what = "a flow label"
    elif isinstance(packet.transport, TcpHeader):
        if packet.transport.udp_ports is not None:
            what = "TCP within UDP"
        elif packet.transport.mutations:
            what = "mutations of a packet"
    if what:
        raise UnsupportedError(packet.position, what)


def refuse_unknown_options(header: TcpHeader) -> None:
    """Say no to options that no host here can send.

    Raises:
        UnsupportedError: Multipath TCP's, those of another draft, MD5 signatures.
    """
    for option in header.options or ():
        if isinstance(option, OtherOption):
            raise UnsupportedError(header.position, f"the TCP option {option.name}")
        if isinstance(option, Md5):
            raise UnsupportedError(header.position, "the TCP option md5: the host signs nothing")


def _tcp(header: TcpHeader, conversation: Conversation) -> WirePacket:
    syn = bool(header.flags & SYN)
    ack = bool(header.flags & ACK)
    start = header.sequence.start
    if header.sequence.kind is SequenceKind.RELATIVE:
        start += conversation.remote_offset(syn)
    acknowledgment = header.acknowledgment or 0
    if ack:
        acknowledgment += conversation.local_offset(syn)
    ports = header.ports or conversation.inbound_ports
    try:
        options = option_bytes(conversation.inbound_options(header.options or (), syn, ack))
    except ValueError as problem:
        raise UnsupportedError(header.position, f"a TCP option: {problem}") from problem
    if len(options) % 4:
        raise UnsupportedError(
            header.position,
            f"{len(options)} bytes of TCP options: fill them up to a multiple of 4 with nop or eol",
        )
    tcp = TCP(
        source_port=ports.source,
        destination_port=ports.destination,
        sequence_number=start & _MASK,
        acknowledgment_number=acknowledgment & _MASK,
        flags=header.flags,
        window=header.window or 0,
        urgent_pointer=header.urgent_pointer,
        options=options,
    )
    return tcp / text_of(header.sequence.start, header.sequence.length)


def _icmp(
    header: IcmpHeader, conversation: Conversation, local: bytes, remote: bytes
) -> WirePacket:
    kind = icmp_type(header.type)
    code = None if kind is None else icmp_code(kind, header.code)
    if kind is None or code is None:
        name = header.type if kind is None else f"{header.type} {header.code}"
        raise UnsupportedError(header.position, f"an ICMP message {name}")
    rest = 0
    if header.mtu is not None:
        rest = header.mtu
    elif header.id is not None:
        rest = header.id << 16
    message = ICMPv4(type=kind, code=code, rest_of_header=rest)
    return message / _quoted(header, conversation, local, remote)


def _quoted(header: IcmpHeader, conversation: Conversation, local: bytes, remote: bytes) -> bytes:
    """The packet that the host is supposed to have sent, with its lengths (RFC 1191 section 5)."""
    ports = conversation.outbound_ports
    ip = IPv4(source=local, destination=remote)
    match header.quoted:
        case QuotedUdp(length):
            udp = UDP(source_port=ports.source, destination_port=ports.destination)
            return bytes(ip / udp / bytes(length))
        case QuotedOther(protocol, numbers):
            if protocol != "raw":
                raise UnsupportedError(header.position, f"a quoted {protocol} packet")
            return bytes(numbers[0])
        case QuotedTcp(sequence, _):
            pass
        case None:
            sequence = Sequence(0, 0)
    start = sequence.start
    if sequence.kind is SequenceKind.RELATIVE:
        start += conversation.local_offset(syn=False)
    tcp = TCP(
        source_port=ports.source,
        destination_port=ports.destination,
        sequence_number=start & _MASK,
        flags=ACK,
    )
    return bytes(ip / tcp / bytes(sequence.length))


# --- live packets -----------------------------------------------------------------------------


class Live:
    """A packet that the host has sent, taken apart.

    Attributes:
        ip: its IPv4 header.
        transport: its TCP, UDP or ICMP header; None for another protocol.
        payload: what follows that.
        ports: source and destination, or None: it has none.
        damage: the header whose checksum is wrong (`TCP`), or nothing.
    """

    __slots__ = ("damage", "ip", "payload", "ports", "transport")

    def __init__(self, data: bytes) -> None:
        self.ip = IPv4.parse(data)
        at = self.ip.header_length
        end = self.ip.payload_end(0, len(data))
        self.transport: TCP | UDP | ICMPv4 | None = None
        self.ports: Ports | None = None
        header = _TRANSPORTS.get(self.ip.protocol)
        self.damage = "" if IPv4.checksum_ok(data, 0, at) else "IPv4"
        if header is not None and self.ip.starts_payload:
            if not header.checksum_ok(data, at, end, self.ip):
                self.damage = header.__name__
            self.transport = header.parse(data, at, end)
            at += self.transport.header_length
        if isinstance(self.transport, (TCP, UDP)):
            self.ports = Ports(self.transport.source_port, self.transport.destination_port)
        self.payload = data[at:end]

    @property
    def tos(self) -> int:
        """DSCP and ECN as one octet."""
        return self.ip.dscp << 2 | self.ip.ecn


_TRANSPORTS: Final[dict[int, type[TCP] | type[UDP] | type[ICMPv4]]] = {
    1: ICMPv4,
    6: TCP,
    17: UDP,
}
