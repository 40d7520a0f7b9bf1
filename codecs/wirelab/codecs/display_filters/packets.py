"""Display filters over packets and frames, without the values of a whole dissection.

    >>> from wirelab.codecs import IPv4, TCP, Ethernet, display_filter
    >>> is_web = display_filter("tcp.port == 80 && ip.ttl < 5")
    >>> is_web(Ethernet() / IPv4(ttl=3) / TCP(destination_port=80))
    True

A filter of which every field is one of a header, as it stands there, is compiled to a function over
the headers of a parsed packet. It decides only on stacks whose headers say all there is to know of
them (`_PLAIN`): everything else, and every other filter, goes through the dissector, which decides
as `tshark -Y` does.
"""

from typing import Any, TypeAlias

from wirelab.codecs.arguments import as_bytes
from wirelab.codecs.capture.records import LINK_TYPE_ETHERNET, CapturedFrame
from wirelab.codecs.display_filters.filter import compile_expression, compile_filter, define
from wirelab.codecs.display_filters.runtime import LAYERS, collect
from wirelab.codecs.dissect import Dissector
from wirelab.codecs.dissect.catalogue import headers_with
from wirelab.codecs.errors import DecodeError
from wirelab.codecs.header import Field, Header
from wirelab.codecs.packet import Packet, parse
from wirelab.codecs.protocols import ARP, TCP, UDP, Dot1Q, Ethernet, ICMPv4, IPv4, IPv6

Filterable: TypeAlias = "Packet | CapturedFrame | bytes"

_PLAIN: dict[type[Header], str] = {
    # No LLC, and no service tag (0x88A8), whose fields Wireshark does not show as those of a VLAN.
    Ethernet: "layer.type > 1500 and layer.type != 0x88A8",
    Dot1Q: "layer.type > 1500 and layer.type != 0x88A8",
    # Whether it has lengths of other addresses, of which Wireshark has other fields.
    ARP: "layer.hardware_length == 6 and layer.protocol_length == 4"
    " and layer.hardware_type == 1 and layer.protocol_type == 0x0800",
    # No source route, no segmentation offload, no fragment to be reassembled.
    IPv4: "layer.ihl == 5 and layer.total_length > 0"
    " and not layer.more_fragments and not layer.fragment_offset",
    IPv6: "layer.payload_length > 0",
    ICMPv4: "layer.type in (0, 8)",
    UDP: "layer.length >= 8",
    TCP: "True",
}
"""Headers whose fields are shown as they stand there, if this is so. AUTO is no such number."""


class PacketFilter:
    """A predicate over packets: `display_filter(text)`.

    Attributes:
        text: of the filter.
        code: Python source of the part that needs no dissection; empty if there is none.
    """

    __slots__ = ("_decide", "_dissector", "_link_type", "_slow", "code", "text")

    def __init__(self, text: str, link_type: int = LINK_TYPE_ETHERNET) -> None:
        if not isinstance(text, str):
            raise TypeError(f"a display filter is text, like 'tcp.port == 80', not {text!r}")
        self.text = text
        self._slow = compile_filter(text)
        self._link_type = link_type
        self._dissector = Dissector(self._slow.fields)
        self.code, self._decide = _over_headers(text)

    def __call__(self, packet: Filterable) -> bool:
        """Whether a packet passes; `CapturedFrame` brings its number, time and link type along.

        Streams and times refer to the packets that this filter has seen before.
        """
        if self._decide is not None:
            answer = self._quickly(packet)
            if answer is not None:
                return answer
        dissection = self._dissector.dissect(_as_frame(packet, self._link_type))
        return self._slow.matches(collect(dissection.items, self._slow.layered))

    def _quickly(self, packet: Filterable) -> bool | None:
        """What the headers say; None: not enough."""
        if isinstance(packet, Packet):
            parsed = packet
        else:
            if isinstance(packet, CapturedFrame):
                data, link_type = packet.data, packet.link_type
                if packet.wire_length > len(data):
                    return None
            else:
                data, link_type = packet, self._link_type
            if link_type != LINK_TYPE_ETHERNET:
                return None
            try:
                parsed = parse(data, strict=False)
            except DecodeError:
                return None
        found: bool | None = None if parsed.error else self._decide(parsed.layers)
        return found

    def __repr__(self) -> str:
        return f"display_filter({self.text!r})"


def display_filter(text: str, link_type: int = LINK_TYPE_ETHERNET) -> PacketFilter:
    """Compile a display filter to a predicate over packets, frames and captured frames.

    Args:
        text: as for `tshark -Y`.
        link_type: of frames that are given as bytes.

    Raises:
        DisplayFilterError: with the column and, for an unknown field, the nearest names.
    """
    return PacketFilter(text, link_type)


def _as_frame(packet: Filterable, link_type: int) -> CapturedFrame:
    if isinstance(packet, CapturedFrame):
        return packet
    data = bytes(packet) if isinstance(packet, Packet) else as_bytes("frame", packet)
    return CapturedFrame(1, 0, data, len(data), link_type, has_timestamp=False)


def _over_headers(text: str) -> tuple[str, Any]:
    """Source and function over the headers of a packet; empty and None if a field is not there."""
    expression = compile_expression(text)
    reads: dict[type[Header], list[str]] = {}
    for name, variable in expression.variables.items():
        places = _places(name)
        if not places or name.endswith(LAYERS):
            return "", None
        for header, values in places.items():
            reads.setdefault(header, []).append(f"{variable} += ({', '.join(values)},)")
            computed = [value for value in values if value[6:] in header.COMPUTED]
            if computed:  # AUTO, in a packet that was built
                reads[header].insert(0, f"if {' < 0 or '.join(computed)} < 0: return None")
    lines = ["def decide(layers):"]
    lines += [f"    {variable} = ()" for variable in expression.variables.values()]
    lines += ["    for layer in layers:", "        kind = type(layer)"]
    namespace = dict(expression.namespace)
    word = "if"
    for header in sorted({**_PLAIN, **reads}, key=lambda each: each not in reads):
        namespace[header.LAYER] = header
        lines.append(f"        {word} kind is {header.LAYER} and {_PLAIN.get(header, True)}:")
        lines += [f"            {read}" for read in reads.get(header) or ["pass"]]
        word = "elif"
    # Headers that carry no other, and do not change what is known of those below.
    lines.append("        elif kind.NEXT_TABLE or 'udp_port' not in kind.NUMBERS:")
    lines.append("            return None")
    lines.append(f"    return True if {expression.code} else False")
    code = "\n".join(lines)
    return code, define(text, code, "decide", namespace)


def _places(name: str) -> dict[type[Header], list[str]]:
    """Where the values of a display field stand in headers: Python over `layer`.

    Empty if it is computed, or of a header that is not plain.
    """
    found: dict[type[Header], list[str]] = {}
    for header in headers_with(name.partition(".")[0]):
        for field in header.FIELDS:
            if name == field.display or name in field.aliases:
                if header not in _PLAIN or not _is_plain(field):
                    return {}
                scale = f" * {field.scale}" if field.scale != 1 else ""
                found.setdefault(header, []).append(f"layer.{field.name}{scale}")
    return found


def _is_plain(field: Field) -> bool:
    simple = ("dec", "hex", "bool", "mac", "ipv4")
    # Wireshark shows the fragment offset in bytes only in words; see `layers.ipv4`.
    return field.format in simple and not field.when and field.name != "fragment_offset"
