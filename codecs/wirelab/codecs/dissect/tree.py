"""A frame as a tree of layers: for people, and typed for JSON."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from wirelab.codecs.addresses import ipv4_text, mac_text
from wirelab.codecs.dissect.dissector import Dissection
from wirelab.codecs.dissect.fields import REGISTRY, DisplayField, Kind
from wirelab.codecs.dissect.verdicts import Verdict, Verifier


class LayerTree(NamedTuple):
    """A layer and its fields in the order of their occurrence."""

    protocol: DisplayField
    fields: list[tuple[DisplayField, Any]]
    checksum: Verdict | None
    """Whether its checksum is right, computed by us."""

    def heading(self) -> str:
        """Title, and who talks to whom."""
        values = {field.name: field.text(value) for field, value in reversed(self.fields)}
        name = self.protocol.name
        ends = [values.get(each, "") for each in _ENDS.get(name, ())]
        if len(ends) == 2 and all(ends):
            return f"{self.protocol.title}, {ends[0]} → {ends[1]}"
        return f"{self.protocol.title}, {ends[0]}" if ends and ends[0] else self.protocol.title


_ENDS = {
    "frame": ("frame.number",),
    "eth": ("eth.src", "eth.dst"),
    "vlan": ("vlan.id",),
    "arp": ("arp.src.proto_ipv4", "arp.dst.proto_ipv4"),
    "ip": ("ip.src", "ip.dst"),
    "ipv6": ("ipv6.src", "ipv6.dst"),
    "udp": ("udp.srcport", "udp.dstport"),
    "udplite": ("udp.srcport", "udp.dstport"),
    "tcp": ("tcp.srcport", "tcp.dstport"),
}

ALIASES = frozenset(
    (
        "eth.addr", "eth.addr_resolved", "eth.addr.oui", "eth.lg", "eth.ig",
        "eth.dst_resolved", "eth.src_resolved",
        "ip.addr", "ip.host", "ip.src_host", "ip.dst_host",
        "ip.rec_rt_host", "ip.cur_rt_host", "ip.src_rt_host", "ip.empty_rt_host",
        "tcp.port", "udp.port",
    )
)  # fmt: skip
"""Fields that repeat another one or say nothing; the tree leaves them out."""


MOST_BYTES = 16
"""Ours: of a value that is printed for people; what -x, --json and -T fields print is whole."""


def layers(dissection: Dissection) -> list[LayerTree]:
    """The layers, outermost first; padding and trailers stand in the layer they belong to."""
    found: list[LayerTree] = []
    newest: dict[str, LayerTree] = {}
    verifier = Verifier()
    for name, value in dissection.items:
        field = REGISTRY.get(name)
        if field is None or name in ALIASES:
            continue
        if field.kind is Kind.PROTOCOL:
            found.append(LayerTree(field, [], verifier.verdict(name, value)))
            newest[_prefix(name)] = found[-1]
            continue
        layer = newest.get(name.partition(".")[0])
        if layer is not None:
            layer.fields.append((field, value))
    return found


def _prefix(protocol: str) -> str:
    """How the names of a layer's fields begin; IPv6's extension headers share one."""
    return _SHARED.get(protocol) or protocol.partition(".")[0]


_SHARED = {"udplite": "udp"}
"""Protocols whose fields Wireshark names after another one."""


def value_text(field: DisplayField, value: Any) -> str:
    """The value for people: with the name of what it means, and with its unit."""
    text = field.text(value)
    if field.name.endswith(".oui"):
        return mac_text(value.to_bytes(3, "big"))
    if field.names is not None and isinstance(value, int):
        meaning = field.names.get(value)
        return f"{text} ({meaning})" if meaning else text
    if field.kind is Kind.DURATION:
        return f"{text} s"
    if field.kind is Kind.MILLISECONDS:
        return f"{text} ms"
    if field.kind is Kind.BOOLEAN:
        return "yes" if value else "no"
    is_long = field.kind is Kind.BYTES and len(value) > MOST_BYTES
    return f"{value[:MOST_BYTES].hex()}... ({len(value)} bytes)" if is_long else text


def json_value(field: DisplayField, value: Any) -> Any:
    """The value as JSON has it: numbers and truth values as such, everything else as text."""
    return _json_converter(field)(value)


def _json_converter(field: DisplayField) -> Callable[[Any], Any]:
    """The function from a field's values to JSON's."""
    return _CONVERTERS.get(field.kind) or field.text


_CONVERTERS: dict[Kind, Callable[[Any], Any]] = {
    Kind.NUMBER: int,
    Kind.HEX: int,
    Kind.BOOLEAN: bool,
    Kind.BYTES: bytes.hex,
    Kind.DURATION: lambda nanoseconds: nanoseconds / 1_000_000_000,
    Kind.MILLISECONDS: lambda nanoseconds: nanoseconds / 1e6,
    Kind.MAC: mac_text,
    Kind.IPV4: ipv4_text,
}


@lru_cache(None)  # there are as many as fields
def _json_field(name: str) -> tuple[str, Callable[[Any], Any]] | None:
    """The layer in which a field stands, and its converter; None: it is not shown."""
    field = REGISTRY.get(name)
    if field is None or name in ALIASES:
        return None
    if field.kind is Kind.PROTOCOL:
        return "", bytes
    return name.partition(".")[0], _json_converter(field)


def json_layers(dissection: Dissection) -> list[dict[str, Any]]:
    """The layers as JSON objects; a field that occurs several times in a layer is an array."""
    found: list[dict[str, Any]] = []
    newest: dict[str, dict[str, Any]] = {}
    verifier = Verifier()
    for name, value in dissection.items:
        shown = _json_field(name)
        if shown is None:
            continue
        layer, convert = shown
        if not layer:
            fields: dict[str, Any] = {}
            newest[_prefix(name)] = fields
            found.append(_json_layer(name, fields, verifier.verdict(name, value)))
            continue
        inside = newest.get(layer)
        if inside is None:
            continue
        if name not in inside:
            inside[name] = convert(value)
        elif isinstance(inside[name], list):
            inside[name].append(convert(value))
        else:
            inside[name] = [inside[name], convert(value)]
    return found


def _json_layer(name: str, fields: dict[str, Any], checksum: Verdict | None) -> dict[str, Any]:
    entry: dict[str, Any] = {"protocol": name, "fields": fields}
    if checksum is not None:
        verdict = checksum._asdict()
        entry["checksum"] = {key: value for key, value in verdict.items() if value}
    return entry
