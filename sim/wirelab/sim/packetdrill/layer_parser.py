"""IP information and the layers around a packet, out of tokens."""

from typing import Final

from wirelab.sim.packetdrill.cursor import Cursor
from wirelab.sim.packetdrill.lexer import Kind
from wirelab.sim.packetdrill.syntax import (
    ANY_IP_INFO,
    GreLayer,
    IpInfo,
    IpLayer,
    MplsEntry,
    MplsLayer,
    OuterLayer,
    Position,
    Tos,
)

_ECN: Final = {"noecn": 0, "ect1": 1, "ect0": 2, "ce": 3}  # RFC 3168 section 5
_ECN_MASK: Final = 0x03
_DSCP_MASK: Final = 0xFC
# RFC 2474 section 4.2.2 (CS), RFC 2597 section 6 (AF), RFC 3246 (EF), RFC 5865, RFC 8622.
_DSCP: Final = {
    **{f"cs{i}": 8 * i for i in range(8)},
    **{f"af{i}{j}": 8 * i + 2 * j for i in range(1, 5) for j in range(1, 4)},
    "ef": 46,
    "voice-admit": 44,
    "voice_admit": 44,
    "le": 1,
}
# RFC 2784 section 2.1, RFC 2890 section 2.
_GRE_FLAGS: Final = {"checksum": 0x8000, "key": 0x2000, "sequence#": 0x1000}


def ip_info(cursor: Cursor) -> IpInfo:
    """`[...]` or `(...)` with what a script says about the IP header; nothing said without."""
    if cursor.accept("["):
        end = "]"
    elif cursor.accept("("):
        end = ")"
    else:
        return ANY_IP_INFO
    info = ANY_IP_INFO
    while True:
        info = _one_info(cursor, info)
        if cursor.accept(end):
            return info
        cursor.expect(",")


def _one_info(cursor: Cursor, info: IpInfo) -> IpInfo:
    if cursor.accept("ttl") or cursor.accept("hlim"):
        return info._replace(ttl=cursor.integer("the time to live", 0xFF))
    if cursor.accept("flowlabel"):
        return info._replace(flow_label=cursor.any_integer("the flow label", 0xF_FFFF))
    if cursor.accept("tos") or cursor.accept("class"):
        return info._replace(tos=Tos(cursor.any_integer("the traffic class", 0xFF), 0xFF))
    if cursor.accept("dscp"):
        return info._replace(tos=_merged(info.tos, Tos(_dscp(cursor) << 2, _DSCP_MASK)))
    cursor.accept("ecn")
    return info._replace(tos=_merged(info.tos, _ecn(cursor)))


def _merged(first: Tos | None, second: Tos) -> Tos:
    """DSCP and ECN of one octet, said one after the other."""
    if first is None:
        return second
    return Tos(
        first.value & ~second.mask | second.value,
        first.mask | second.mask,
        first.any_ect or second.any_ect,
    )


def _ecn(cursor: Cursor) -> Tos:
    if cursor.accept("ect01"):
        return Tos(0, 0, any_ect=True)
    for name, value in _ECN.items():
        if cursor.accept(name):
            return Tos(value, _ECN_MASK)
    cursor.fail()


def _dscp(cursor: Cursor) -> int:
    if cursor.token.kind is Kind.WORD:
        name = cursor.token.text.lower()
        # The lexer takes "voice-admit" for three tokens.
        if name == "voice" and cursor.following.text == "-":
            cursor.take()
            cursor.take()
            name = "voice-" + cursor.token.text.lower()
        if name in _DSCP:
            cursor.take()
            return _DSCP[name]
    cursor.would_fit("a DSCP name such as AF11, CS6 or EF")
    return cursor.any_integer("the DSCP", 0x3F)


def outer_layers(cursor: Cursor) -> tuple[OuterLayer, ...]:
    """The layers around a packet, outermost first; each ends with a colon."""
    layers: list[OuterLayer] = []
    while True:
        layer = _outer_layer(cursor)
        if layer is None:
            return tuple(layers)
        cursor.expect(":")
        layers.append(layer)


def _outer_layer(cursor: Cursor) -> OuterLayer | None:
    position = cursor.token.position
    for version, kind in ((4, Kind.IPV4), (6, Kind.IPV6)):
        if cursor.accept(f"ipv{version}"):
            info = ip_info(cursor)
            source = cursor.expect_kind(kind).text
            cursor.expect(">")
            return IpLayer(version, source, cursor.expect_kind(kind).text, info, position=position)
    if cursor.accept("mpls"):
        return MplsLayer(mpls_entries(cursor), position=position)
    if cursor.accept("gre") or cursor.accept("GREv0"):
        if cursor.at(":"):
            return GreLayer(position=position)
        cursor.accept(",")
        return gre_header(cursor, position)
    return None


def mpls_entries(cursor: Cursor) -> tuple[MplsEntry, ...]:
    """`(label 5, tc 0, [S], ttl 64)`, zero times or more."""
    entries = []
    while cursor.accept("("):
        cursor.expect("label")
        label = cursor.integer("the label", 0xF_FFFF)
        cursor.expect(",")
        cursor.expect("tc")
        traffic_class = cursor.integer("the traffic class", 7)
        cursor.expect(",")
        bottom = cursor.accept("[") is not None
        if bottom:
            cursor.expect("S")
            cursor.expect("]")
            cursor.expect(",")
        cursor.expect("ttl")
        entries.append(MplsEntry(label, traffic_class, bottom, cursor.integer("the TTL", 0xFF)))
        cursor.expect(")")
    return tuple(entries)


def gre_header(cursor: Cursor, position: Position) -> GreLayer:
    """`flags [checksum present, ...], sum 0, off 0, key=0, seq 0`; the commas may be left out."""
    if not cursor.accept("flags"):
        cursor.expect("Flags")
    flags = _gre_flags(cursor)
    numbers = []
    for name, maximum in (
        ("sum", 0xFFFF),
        ("off", 0xFFFF),
        ("key", 0xFFFF_FFFF),
        ("seq", 0xFFFF_FFFF),
    ):
        cursor.accept(",")
        cursor.expect(name)
        if name == "key":
            cursor.accept("=")
        numbers.append(cursor.any_integer(name, maximum))
    return GreLayer(flags, *numbers, position=position)


def _gre_flags(cursor: Cursor) -> int:
    if not cursor.accept("["):
        return cursor.any_integer("the flags", 0xFFFF)
    flags = 0
    while True:
        if not cursor.accept("none"):
            name = next((one for one in _GRE_FLAGS if cursor.accept(one)), None)
            if name is None:
                cursor.fail()
            cursor.expect("present")
            flags |= _GRE_FLAGS[name]
        if cursor.accept("]"):
            return flags
        cursor.expect(",")
