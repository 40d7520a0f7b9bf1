"""What a packetdrill script says, as values: the abstract syntax of both dialects.

Source: the grammars of google's packetdrill and of FreeBSD's (nplab), one tree for both.

    Script = options, init command, events, cleanup command
    Event  = time, Packet | SystemCall | Command | Code
    Packet = direction, outer layers, IP info, TcpHeader | UdpHeader | IcmpHeader | OtherHeader

Rule 1: a tree holds what is written, nothing that is looked up or worked out: `htons(8080)` is a
`Call`, a constant is a `Word`.
Rule 2: times are integer nanoseconds, sequence numbers are the script's own.
Rule 3: trees compare by meaning; where something stands does not count. What can stand in one place
with another is a dataclass, since named tuples of two classes are equal if their fields are.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple, TypeAlias


class Position(NamedTuple):
    """Where something stands in a script; both count from 1."""

    line: int
    column: int


NOWHERE = Position(0, 0)


@dataclass(frozen=True, slots=True)
class Node:
    """Anything that stands somewhere in a script."""

    position: Position = field(default=NOWHERE, compare=False, repr=False, kw_only=True)


# --- expressions: arguments and results of system calls ---------------------------------------


@dataclass(frozen=True, slots=True)
class Wildcard(Node):
    """`...`: anything will do, or a buffer that the caller makes up."""


@dataclass(frozen=True, slots=True)
class Integer(Node):
    """`1460` or `0x7fffffff`."""

    value: int
    hexadecimal: bool = False


@dataclass(frozen=True, slots=True)
class Word(Node):
    """A name: `SOCK_STREAM`, `TCP_NODELAY`, `NULL`."""

    name: str


@dataclass(frozen=True, slots=True)
class String(Node):
    """`"text"`; neighbouring strings are one.

    Attributes:
        text: its bytes, escapes resolved.
        open_ended: `"text"...`: more may follow.
    """

    text: bytes
    open_ended: bool = False


@dataclass(frozen=True, slots=True)
class BitwiseOr(Node):
    """`POLLIN | POLLOUT`, with two terms or more."""

    terms: "tuple[Expression, ...]"


@dataclass(frozen=True, slots=True)
class Assignment(Node):
    """`name = value` as an argument or an element of a list."""

    name: str
    value: "Expression"


@dataclass(frozen=True, slots=True)
class Array(Node):
    """`[a, b]`."""

    items: "tuple[Expression, ...]"


@dataclass(frozen=True, slots=True)
class Braces(Node):
    """`{a, b}` without names: an iovec such as `{..., 1000}`, or a list."""

    items: "tuple[Expression, ...]"


@dataclass(frozen=True, slots=True)
class StructField(Node):
    """`fd=3`, or with a length of its own `msg_iov(1)=[...]`."""

    name: str
    value: "Expression"
    length: "Expression | None" = None


@dataclass(frozen=True, slots=True)
class Struct(Node):
    """`{sa_family = AF_INET, sin_port = htons(8080), ...}`: named fields in the order written."""

    fields: tuple[StructField, ...]

    def get(self, name: str) -> "Expression | None":
        """The value of a field, or None where the script leaves it out."""
        for one in self.fields:
            if one.name == name:
                return one.value
        return None


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`htons(8080)`, `htonl(...)`, `inet_addr("192.0.2.1")`, `inet6_addr("::1")`."""

    function: str
    arguments: "tuple[Expression, ...]"


# --- the Internet layer and what may lie around it ---------------------------------------------


class Tos(NamedTuple):
    """What a script says about the traffic-class octet.

    Attributes:
        value: the bits that a sent packet carries.
        mask: the bits that an expected packet must have equal to `value`.
        any_ect: `ect01`: the ECN field must be ECT(0) or ECT(1), whichever (RFC 3168 section 5).
    """

    value: int
    mask: int
    any_ect: bool = False


class IpInfo(NamedTuple):
    """`[ect0, ttl 64]` before a header; None: not said, neither set nor checked."""

    tos: Tos | None = None
    ttl: int | None = None
    flow_label: int | None = None


ANY_IP_INFO = IpInfo()


class MplsEntry(NamedTuple):
    """`(label 5, tc 0, [S], ttl 64)` of a label stack (RFC 3032 section 2.1)."""

    label: int
    traffic_class: int
    bottom: bool
    ttl: int


@dataclass(frozen=True, slots=True)
class MplsStack(Node):
    """`{(label 5, tc 0, [S], ttl 64)}` as an argument of a system call."""

    entries: tuple[MplsEntry, ...]


@dataclass(frozen=True, slots=True)
class IpLayer(Node):
    """`ipv4 [info] A > B:` or `ipv6 [info] A > B:` around a packet."""

    version: int
    source: str
    destination: str
    info: IpInfo = ANY_IP_INFO


@dataclass(frozen=True, slots=True)
class MplsLayer(Node):
    """`mpls (label ..., ...) ...:` around a packet."""

    entries: tuple[MplsEntry, ...]


@dataclass(frozen=True, slots=True)
class GreLayer(Node):
    """`gre:` or `gre flags [...], sum ..., off ..., key=..., seq ...:` (RFC 2784, RFC 2890).

    Attributes:
        flags: the flag word: checksum 0x8000, key 0x2000, sequence number 0x1000.
        checksum: also the other three, present as `flags` says.
    """

    flags: int = 0
    checksum: int = 0
    offset: int = 0
    key: int = 0
    sequence_number: int = 0


OuterLayer: TypeAlias = IpLayer | MplsLayer | GreLayer


class Ports(NamedTuple):
    """`8080 > 53`."""

    source: int
    destination: int


# --- TCP -----------------------------------------------------------------------------------------


class SequenceKind(Enum):
    """How a sequence number of a script is to be read."""

    RELATIVE = "relative"
    """Counted from the connection's own initial sequence number."""
    ABSOLUTE = "absolute"
    """`1:2(1)!`: the very number on the wire (FreeBSD's dialect)."""
    IGNORED = "ignored"
    """`...(0)`: whatever it is, only the length counts (FreeBSD's dialect)."""


class Sequence(NamedTuple):
    """`1:1001(1000)`; SYN and FIN are not counted in.

    Attributes:
        start: sequence number of the first byte.
        length: bytes of text.
        kind: how `start` is to be read.
    """

    start: int
    length: int
    kind: SequenceKind = SequenceKind.RELATIVE

    @property
    def end(self) -> int:
        """The number after the last byte, modulo 2**32."""
        return self.start + self.length & 0xFFFF_FFFF


@dataclass(frozen=True, slots=True)
class Mss:
    """`mss 1460` (RFC 9293 section 3.7.1)."""

    value: int


@dataclass(frozen=True, slots=True)
class WindowScale:
    """`wscale 8` (RFC 7323 section 2.2)."""

    shift: int


@dataclass(frozen=True, slots=True)
class SackPermitted:
    """`sackOK` (RFC 2018 section 2)."""


@dataclass(frozen=True, slots=True)
class Sack:
    """`sack 1001:2001 3001:4001` (RFC 2018 section 3)."""

    blocks: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Timestamps:
    """`TS val 100 ecr 0` (RFC 7323 section 3.2).

    Attributes:
        value: TSval, or None for `...`: not checked.
        echo: TSecr.
        absolute_echo: `ecr 7!`: the very number on the wire (FreeBSD's dialect).
    """

    value: int | None
    echo: int
    absolute_echo: bool = False


@dataclass(frozen=True, slots=True)
class NoOperation:
    """`nop`."""


@dataclass(frozen=True, slots=True)
class EndOfOptions:
    """`eol`."""


@dataclass(frozen=True, slots=True)
class FastOpen:
    """`FO 0123456789abcdef`, or `FOEXP` (`exp-FO`) in option 254 (RFC 7413 section 4.1.1)."""

    cookie: bytes
    experimental: bool = False


@dataclass(frozen=True, slots=True)
class Md5:
    """`md5 0123...` (RFC 2385 section 3.0).

    Attributes:
        digest: its bytes as written, or None for `md5 valid` and `md5 invalid`.
        valid: what the word says when there is no digest.
    """

    digest: bytes | None
    valid: bool = True


@dataclass(frozen=True, slots=True)
class AccurateEcn:
    """`AccECN0 ee0b 1 eceb 1 ee1b 1`, or `exp-AccECN0` in option 254 (RFC 9768 section 3.2.3).

    Attributes:
        order: 0 or 1, the order of the counters.
        counters: none to three, as they stand on the wire.
        experimental: within option 254.
    """

    order: int
    counters: tuple[int, ...]
    experimental: bool = False


@dataclass(frozen=True, slots=True)
class AckRateRequest:
    """`exp-tarr 4`: TCP ACK rate request in option 254 (draft-ietf-tcpm-ack-rate-request)."""

    rate: int | None


@dataclass(frozen=True, slots=True)
class OtherOption:
    """An option that this interpreter knows by name only, such as those of MPTCP.

    Attributes:
        name: its first word.
        text: all of it, as written.
    """

    name: str
    text: str


TcpOption: TypeAlias = (
    Mss
    | WindowScale
    | SackPermitted
    | Sack
    | Timestamps
    | NoOperation
    | EndOfOptions
    | FastOpen
    | Md5
    | AccurateEcn
    | AckRateRequest
    | OtherOption
)


@dataclass(frozen=True, slots=True)
class TcpHeader(Node):
    """`8080 > 53 S. 0:0(0) ack 1 win 65535 urg 1 <mss 1460>`.

    Attributes:
        flags: control bits as in the header (FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32, ECE 64,
            CWR 128), AE 256.
        ace: the AccECN counter of `.5` (RFC 9768 section 3.2.2), or None.
        sequence: see `Sequence`.
        acknowledgment: the script's number, or None where it is left out (0 on the wire).
        window: the field as on the wire, not scaled; None: left out, not checked.
        urgent_pointer: 0 where it is left out.
        options: in order, empty for none; None for `<...>`: not checked.
        ports: None: those of the connection under test.
        udp_ports: `/udp(1 > 2)`: TCP within UDP (RFC 6951's manner), or None.
        mutations: `{mut ...}` after the header, as written.
    """

    flags: int
    sequence: Sequence
    acknowledgment: int | None = None
    window: int | None = None
    urgent_pointer: int = 0
    options: tuple[TcpOption, ...] | None = ()
    ports: Ports | None = None
    ace: int | None = None
    udp_ports: Ports | None = None
    mutations: str = ""


# --- the other headers -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class UdpHeader(Node):
    """`udp 8080 > 53 (1000)`: a datagram with so many bytes of payload."""

    length: int
    ports: Ports | None = None


@dataclass(frozen=True, slots=True)
class QuotedTcp:
    """`[1:1001(1000)]` of an ICMP error."""

    sequence: Sequence
    udp_ports: Ports | None = None


@dataclass(frozen=True, slots=True)
class QuotedUdp:
    """`[udp (1000)]` of an ICMP error."""

    length: int


@dataclass(frozen=True, slots=True)
class QuotedOther:
    """`[raw (8)]`, `[sctp(5)]`, `[udplite(8, 8)]` of an ICMP error."""

    protocol: str
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class IcmpHeader(Node):
    """`icmp unreachable frag_needed mtu 1400 [1:1001(1000)]`.

    Attributes:
        type: its name, as written: `unreachable`, `echo_request`, ...
        code: its name, or None: 0.
        mtu: next-hop MTU (RFC 1191 section 4), or None.
        id: of an echo, or None.
        quoted: the packet that it complains about; None: as if `[0:0(0)]` were written.
    """

    type: str
    code: str | None = None
    mtu: int | None = None
    id: int | None = None
    quoted: QuotedTcp | QuotedUdp | QuotedOther | None = None


@dataclass(frozen=True, slots=True)
class OtherHeader(Node):
    """A transport that is read over and cannot be run: `sctp` and `udplite`."""

    protocol: str
    text: str


Transport: TypeAlias = TcpHeader | UdpHeader | IcmpHeader | OtherHeader


# --- events ------------------------------------------------------------------------------------


class Direction(Enum):
    """Which way a packet goes, seen from the host under test."""

    INBOUND = "<"
    OUTBOUND = ">"


@dataclass(frozen=True, slots=True)
class Packet(Node):
    """A packet that the script sends (`<`) or expects (`>`).

    Attributes:
        outer: layers around the packet, from the outside in.
    """

    direction: Direction
    transport: Transport
    ip: IpInfo = ANY_IP_INFO
    outer: tuple[OuterLayer, ...] = ()


class Errno(NamedTuple):
    """`EAGAIN (Resource temporarily unavailable)`; the text is only a comment."""

    name: str
    note: str


@dataclass(frozen=True, slots=True)
class SystemCall(Node):
    """`connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)`.

    Attributes:
        end: `...0.3 read(...)`: blocks, and must return at that time; in the same terms as the
            time of the event (absolute, or after the previous event). None: returns at once.
        errno: the error that it must fail with, or None.
        note: text in parentheses after a result without an error: a comment.
    """

    name: str
    arguments: "tuple[Expression, ...]"
    result: "Expression"
    end: int | None = None
    errno: Errno | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Command(Node):
    """A shell command between backquotes, as written."""

    text: str


@dataclass(frozen=True, slots=True)
class Code(Node):
    """Python between `%{` and `}%`, without the blanks around it."""

    text: str


class TimeKind(Enum):
    """How the time of an event is given."""

    ABSOLUTE = "0.1"
    RELATIVE = "+0.1"
    ANY = "*"
    ABSOLUTE_RANGE = "0.1~0.2"
    RELATIVE_RANGE = "+0.1~+0.2"


class EventTime(NamedTuple):
    """When something happens.

    Attributes:
        kind: relative times count from the scheduled time of the event before.
        start: ns; 0 for ANY.
        end: ns, the last moment of a range; else None.
    """

    kind: TimeKind
    start: int = 0
    end: int | None = None


Action: TypeAlias = Packet | SystemCall | Command | Code


@dataclass(frozen=True, slots=True)
class Event(Node):
    """Something that happens, and when."""

    time: EventTime
    action: Action


@dataclass(frozen=True, slots=True)
class ScriptOption(Node):
    """`--tolerance_usecs=10000`, `--mss=1000`, `--flag`: the value is text, or None."""

    name: str
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Script:
    """One script.

    Attributes:
        path: where it was read from, for messages.
        source: its text.
        init: the command before all events, or None.
        cleanup: the command after them, or None.
    """

    events: tuple[Event, ...]
    options: tuple[ScriptOption, ...] = ()
    init: Command | None = None
    cleanup: Command | None = None
    path: str = field(default="<script>", compare=False)
    source: str = field(default="", compare=False, repr=False)

    def line(self, number: int) -> str:
        """A line of the source, counted from 1, or nothing past its end."""
        lines = self.source.split("\n")
        return lines[number - 1].rstrip("\r") if 0 < number <= len(lines) else ""


Expression: TypeAlias = (
    Wildcard
    | Integer
    | Word
    | String
    | BitwiseOr
    | Assignment
    | Array
    | Braces
    | Struct
    | Call
    | MplsStack
    | GreLayer
)
