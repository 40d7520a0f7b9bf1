"""Packets of a script as they go on the wire, through the codecs."""

from typing import Final

from wirelab.codecs import TCP, UDP, ICMPv4, ICMPv6, IPv4, IPv6
from wirelab.codecs import Packet as WirePacket
from wirelab.sim.host.ipv6.extension_headers import upper_layer
from wirelab.sim.packetdrill.conversation import Conversation
from wirelab.sim.packetdrill.icmp_names import message_numbers
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
_IPV6_ADDRESS: Final = 16  # bytes
_IPV6_VERSION: Final = 6
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
    """An inbound packet as an IP packet, with the numbers of the wire.

    Args:
        packet: of the script.
        conversation: whose ports and numbers it takes.
        local: address of the host under test, 4 or 16 bytes.
        remote: address that the script plays, of the same family.

    Raises:
        UnsupportedError: it is of a protocol, or in a tunnel, that this interpreter does not have.
    """
    refuse_unsupported(packet, len(local) == _IPV6_ADDRESS)
    ip = _ip(packet, remote, local)
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


def _ip(packet: Packet, source: bytes, destination: bytes) -> IPv4 | IPv6:
    tos = packet.ip.tos.value if packet.ip.tos is not None else 0
    hops = _TTL if packet.ip.ttl is None else packet.ip.ttl
    if len(source) == _IPV6_ADDRESS:
        return IPv6(
            source=source,
            destination=destination,
            hop_limit=hops,
            dscp=tos >> 2,
            ecn=tos & 3,
            flow_label=packet.ip.flow_label or 0,
        )
    return IPv4(source=source, destination=destination, ttl=hops, dscp=tos >> 2, ecn=tos & 3)


def refuse_unsupported(packet: Packet, ipv6: bool = False) -> None:
    """Say no to what no host here can take or send.

    Args:
        packet: of the script.
        ipv6: the wire carries IPv6.

    Raises:
        UnsupportedError: tunnels, other transports, TCP within UDP, mutations; in IPv4 a flow
            label.
    """
    what = ""
    if packet.outer:
        what = f"a packet within {type(packet.outer[0]).__name__.removesuffix('Layer').upper()}"
    elif packet.ip.flow_label is not None and not ipv6:
        what = "a flow label in IPv4"
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
    ipv6 = len(local) == _IPV6_ADDRESS
    numbers = message_numbers(header.type, header.code, ipv6)
    if numbers is None:
        name = header.type if header.code is None else f"{header.type} {header.code}"
        raise UnsupportedError(header.position, f"an ICMP message {name}")
    kind, code = numbers
    rest = 0
    if header.mtu is not None:
        rest = header.mtu
    elif header.id is not None:
        rest = header.id << 16
    quoted = _quoted(header, conversation, local, remote)
    if ipv6:
        return ICMPv6(type=kind, code=code) / (rest.to_bytes(4, "big") + quoted)
    return ICMPv4(type=kind, code=code, rest_of_header=rest) / quoted


def _quoted(header: IcmpHeader, conversation: Conversation, local: bytes, remote: bytes) -> bytes:
    """The packet that the host is supposed to have sent, with its lengths (RFC 1191 section 5)."""
    ports = conversation.outbound_ports
    ip: IPv4 | IPv6 = (
        IPv4(source=local, destination=remote)
        if len(local) == 4
        else IPv6(source=local, destination=remote)
    )
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
        ip: its IP header.
        protocol: what follows IP, and extension headers.
        transport: its TCP, UDP or ICMP header; None for another protocol.
        payload: what follows that.
        ports: source and destination, or None: it has none.
        damage: the header whose checksum is wrong (`TCP`), or nothing.
    """

    __slots__ = ("damage", "ip", "payload", "ports", "protocol", "transport")

    def __init__(self, data: bytes) -> None:
        self.damage = ""
        starts = True
        self.ip: IPv4 | IPv6
        if data[0] >> 4 == _IPV6_VERSION:
            self.ip = IPv6.parse(data)
            place = upper_layer(data, 0, len(data))
            self.protocol, at = (place.kind, place.at) if place is not None else (0, len(data))
        else:
            self.ip = ip = IPv4.parse(data)
            self.protocol, at, starts = ip.protocol, ip.header_length, ip.starts_payload
            self.damage = "" if IPv4.checksum_ok(data, 0, at) else "IPv4"
        end = self.ip.payload_end(0, len(data))
        self.transport: TCP | UDP | ICMPv4 | ICMPv6 | None = None
        self.ports: Ports | None = None
        header = _TRANSPORTS.get(self.protocol)
        if header is not None and starts:
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

    @property
    def hops(self) -> int:
        """Time to live, or hop limit."""
        return self.ip.ttl if isinstance(self.ip, IPv4) else self.ip.hop_limit

    @property
    def icmp_word(self) -> int:
        """What follows type, code and checksum of an ICMP message: MTU, identifier and so on."""
        if isinstance(self.transport, ICMPv4):
            return self.transport.rest_of_header
        return int.from_bytes(self.payload[:4], "big")


_TRANSPORTS: Final[dict[int, type[TCP] | type[UDP] | type[ICMPv4] | type[ICMPv6]]] = {
    1: ICMPv4,
    6: TCP,
    17: UDP,
    58: ICMPv6,
}
