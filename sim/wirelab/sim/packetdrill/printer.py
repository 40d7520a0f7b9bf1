"""A tree back to the text of a script; reading that again gives the same tree."""

from typing import Final

from wirelab.sim.packetdrill.syntax import (
    AccurateEcn,
    AckRateRequest,
    Action,
    Array,
    Assignment,
    BitwiseOr,
    Braces,
    Call,
    Code,
    Command,
    EndOfOptions,
    Event,
    EventTime,
    Expression,
    FastOpen,
    GreLayer,
    IcmpHeader,
    Integer,
    IpInfo,
    IpLayer,
    Md5,
    MplsEntry,
    MplsStack,
    Mss,
    NoOperation,
    OtherHeader,
    OtherOption,
    OuterLayer,
    Packet,
    Ports,
    QuotedOther,
    QuotedTcp,
    QuotedUdp,
    Sack,
    SackPermitted,
    Script,
    ScriptOption,
    Sequence,
    SequenceKind,
    String,
    Struct,
    StructField,
    SystemCall,
    TcpHeader,
    TcpOption,
    TimeKind,
    Timestamps,
    Transport,
    UdpHeader,
    Wildcard,
    WindowScale,
    Word,
)

_SECOND: Final = 1_000_000_000
# In the order in which scripts write them; the ACK comes last, as a dot.
_FLAGS: Final = (
    (2, "S"),
    (1, "F"),
    (4, "R"),
    (8, "P"),
    (32, "U"),
    (64, "E"),
    (128, "W"),
    (256, "A"),
)
_ACK: Final = 16
_ECN_FLAGS: Final = 64 | 128 | 256
_ECN: Final = ("noecn", "ect1", "ect0", "ce")
_ECN_MASK: Final = 0x03
_DSCP_MASK: Final = 0xFC


def script_text(script: Script) -> str:
    """The whole script, an event a line; comments are lost."""
    lines = [_option_line(one) for one in script.options]
    if script.init is not None:
        lines.append(action_text(script.init))
    lines += map(event_text, script.events)
    if script.cleanup is not None:
        lines.append(action_text(script.cleanup))
    return "\n".join(lines) + "\n"


def _option_line(option: ScriptOption) -> str:
    if option.value is None:
        return f"--{option.name}"
    spaced = any(one.isspace() for one in option.value) and option.name != "define"
    return f'--{option.name}="{option.value}"' if spaced else f"--{option.name}={option.value}"


def event_text(event: Event) -> str:
    """One event with its time."""
    action = event.action
    if isinstance(action, SystemCall) and action.end is not None:
        return f"{time_text(event.time)}...{seconds_text(action.end)} {action_text(action)}"
    return f"{time_text(event.time)} {action_text(action)}"


def time_text(time: EventTime) -> str:
    """`+0.1`, `0.1~0.2`, `*`."""
    if time.kind is TimeKind.ANY:
        return "*"
    relative = time.kind in (TimeKind.RELATIVE, TimeKind.RELATIVE_RANGE)
    sign = "+" if relative else ""
    start = sign + seconds_text(time.start)
    return start if time.end is None else f"{start}~{sign}{seconds_text(time.end)}"


def seconds_text(time: int) -> str:
    """Nanoseconds as seconds, with as many digits as it takes."""
    whole, fraction = divmod(time, _SECOND)
    return f"{whole}.{fraction:09}".rstrip("0").rstrip(".")


def action_text(action: Action) -> str:
    """What happens, without its time."""
    match action:
        case Packet():
            return packet_text(action)
        case Command(text):
            return f"`{text}`"
        case Code(text):
            return f"%{{ {text} }}%"
        case SystemCall():
            return _call_text(action)


def _call_text(call: SystemCall) -> str:
    text = f"{call.name}({_listed(call.arguments)}) = {expression_text(call.result)}"
    if call.errno is not None:
        text += f" {call.errno.name}" + (f" ({call.errno.note})" if call.errno.note else "")
    return text if call.note is None else f"{text} ({call.note})"


# --- expressions -----------------------------------------------------------------------------


def expression_text(expression: Expression) -> str:  # noqa: PLR0911 - a case each
    """An argument or a result."""
    match expression:
        case Wildcard():
            return "..."
        case Integer(value, hexadecimal):
            return hex(value) if hexadecimal else str(value)
        case Word(name):
            return name
        case String(text, open_ended):
            return f'"{_escaped(text)}"' + ("..." if open_ended else "")
        case BitwiseOr(terms):
            return "|".join(map(expression_text, terms))
        case Assignment(name, value):
            return f"{name} = {expression_text(value)}"
        case Array(items):
            return f"[{_listed(items)}]"
        case Call(function, arguments):
            return f"{function}({_listed(arguments)})"
        case _:
            return "{" + _within_braces(expression) + "}"


def _within_braces(expression: Expression) -> str:
    match expression:
        case Struct(fields):
            return ", ".join(map(_field_text, fields))
        case MplsStack(entries):
            return " ".join(map(_mpls_text, entries))
        case GreLayer():
            return _gre_text(expression)
        case Braces(items):
            return _listed(items)
    raise TypeError(f"no expression: {expression!r}")


def _field_text(field: StructField) -> str:
    length = "" if field.length is None else f"({expression_text(field.length)})"
    return f"{field.name}{length}={expression_text(field.value)}"


def _listed(expressions: tuple[Expression, ...]) -> str:
    return ", ".join(map(expression_text, expressions))


def _escaped(text: bytes) -> str:
    special = {0x22: '\\"', 0x5C: "\\\\", 0x0A: "\\n", 0x0D: "\\r", 0x09: "\\t"}
    return "".join(
        special.get(one) or (chr(one) if 0x20 <= one < 0x7F else f"\\x{one:02x}") for one in text
    )


# --- packets -----------------------------------------------------------------------------------


def packet_text(packet: Packet) -> str:
    """A packet with its direction."""
    parts = [packet.direction.value]
    parts += map(_layer_text, packet.outer)
    if packet.ip != IpInfo():
        parts.append(_info_text(packet.ip))
    parts.append(_transport_text(packet.transport))
    return " ".join(parts)


def _layer_text(layer: OuterLayer) -> str:
    match layer:
        case IpLayer(version, source, destination, info):
            between = f" {_info_text(info)}" if info != IpInfo() else ""
            return f"ipv{version}{between} {source} > {destination}:"
        case GreLayer():
            return f"gre {_gre_text(layer)}:" if layer != GreLayer() else "gre:"
        case _:
            return f"mpls {' '.join(map(_mpls_text, layer.entries))}:"


def _gre_text(layer: GreLayer) -> str:
    return (
        f"flags {layer.flags:#x}, sum {layer.checksum:#x}, off {layer.offset:#x}, "
        f"key={layer.key:#x}, seq {layer.sequence_number:#x}"
    )


def _mpls_text(entry: MplsEntry) -> str:
    bottom = "[S], " if entry.bottom else ""
    return f"(label {entry.label}, tc {entry.traffic_class}, {bottom}ttl {entry.ttl})"


def _info_text(info: IpInfo) -> str:
    said = []
    if info.tos is not None:
        value, mask, any_ect = info.tos
        if mask == 0xFF:
            said.append(f"tos {value:#x}")
        elif mask & _DSCP_MASK:
            said.append(f"dscp {value >> 2:#x}")
        if any_ect:
            said.append("ecn ect01")
        elif mask == _ECN_MASK:
            said.append(_ECN[value])
    if info.flow_label is not None:
        said.append(f"flowlabel {info.flow_label:#x}")
    if info.ttl is not None:
        said.append(f"ttl {info.ttl}")
    return f"[{', '.join(said)}]"


def _transport_text(transport: Transport) -> str:
    match transport:
        case TcpHeader():
            return _tcp_text(transport)
        case UdpHeader(length, ports):
            return f"udp {_ports_text(ports)}({length})"
        case OtherHeader(_, text):
            return text
        case IcmpHeader():
            return _icmp_text(transport)


def _ports_text(ports: Ports | None) -> str:
    return "" if ports is None else f"{ports.source} > {ports.destination} "


def _tcp_text(header: TcpHeader) -> str:
    parts = [_ports_text(header.ports) + flags_text(header.flags, header.ace)]
    parts.append(sequence_text(header.sequence))
    if header.acknowledgment is not None:
        parts.append(f"ack {header.acknowledgment}")
    if header.window is not None:
        parts.append(f"win {header.window}")
    if header.urgent_pointer:
        parts.append(f"urg {header.urgent_pointer}")
    if header.options is None:
        parts.append("<...>")
    elif header.options:
        parts.append(f"<{options_text(header.options)}>")
    if header.udp_ports is not None:
        parts.append(_udp_ports_text(header.udp_ports))
    if header.mutations:
        parts.append(header.mutations)
    return " ".join(parts)


def flags_text(flags: int, ace: int | None = None) -> str:
    """`S.`, `FP.`, `.5`, or `-` for none."""
    shown = flags & ~_ECN_FLAGS if ace is not None else flags
    text = "".join(letter for bit, letter in _FLAGS if shown & bit)
    text += "." if flags & _ACK else ""
    text += "" if ace is None else str(ace)
    return text or "-"


def sequence_text(sequence: Sequence) -> str:
    """`1:1001(1000)`."""
    if sequence.kind is SequenceKind.IGNORED:
        return f"...({sequence.length})"
    mark = "!" if sequence.kind is SequenceKind.ABSOLUTE else ""
    return f"{sequence.start}:{sequence.end}({sequence.length}){mark}"


def _udp_ports_text(ports: Ports) -> str:
    return f"/udp({ports.source} > {ports.destination})"


def options_text(options: tuple[TcpOption, ...]) -> str:
    """TCP options with commas between them."""
    return ",".join(map(_option_text, options))


_PLAIN_OPTIONS: Final = {SackPermitted: "sackOK", NoOperation: "nop", EndOfOptions: "eol"}


def _option_text(option: TcpOption) -> str:  # noqa: PLR0911 - a case each
    match option:
        case Mss(value):
            return f"mss {value}"
        case WindowScale(shift):
            return f"wscale {shift}"
        case Sack(blocks):
            return "sack " + " ".join(f"{left}:{right}" for left, right in blocks)
        case Timestamps(value, echo, absolute):
            shown = "..." if value is None else value
            return f"TS val {shown} ecr {echo}{'!' if absolute else ''}"
        case FastOpen(cookie, experimental):
            return f"{'FOEXP' if experimental else 'FO'} {cookie.hex()}".rstrip()
        case SackPermitted() | NoOperation() | EndOfOptions():
            return _PLAIN_OPTIONS[type(option)]
        case _:
            return _rare_option_text(option)


def _rare_option_text(option: TcpOption) -> str:
    match option:
        case Md5(digest, valid):
            return f"md5 {digest.hex() if digest is not None else 'valid' if valid else 'invalid'}"
        case AccurateEcn(order, counters, experimental):
            names = ("ee0b", "eceb", "ee1b") if order == 0 else ("ee1b", "eceb", "ee0b")
            shown = [f"{name} {value}" for name, value in zip(names, counters, strict=False)]
            return " ".join([f"{'exp-' if experimental else ''}AccECN{order}", *shown])
        case AckRateRequest(rate):
            return "exp-tarr" if rate is None else f"exp-tarr {rate}"
        case OtherOption(_, text):
            return text
    raise TypeError(f"no option: {option!r}")


def _icmp_text(header: IcmpHeader) -> str:
    parts = ["icmp", header.type]
    if header.code is not None:
        parts.append(header.code)
    if header.mtu is not None:
        parts.append(f"mtu {header.mtu}")
    if header.id is not None:
        parts.append(f"id {header.id}")
    match header.quoted:
        case QuotedTcp(sequence, udp_ports):
            within = "" if udp_ports is None else _udp_ports_text(udp_ports)
            parts.append(f"[{sequence_text(sequence)}{within}]")
        case QuotedUdp(length):
            parts.append(f"[udp ({length})]")
        case QuotedOther(protocol, numbers):
            parts.append(f"[{protocol} ({', '.join(map(str, numbers))})]")
    return " ".join(parts)
