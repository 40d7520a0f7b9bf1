"""A frame as a tree of layers: for people, and typed for JSON."""

from typing import Any, NamedTuple

from wirelab.codecs.addresses import mac_text
from wirelab.codecs.dissect.dissector import Dissection
from wirelab.codecs.dissect.fields import REGISTRY, DisplayField, Kind, duration_text
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
    "udp": ("udp.srcport", "udp.dstport"),
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
            newest[name] = LayerTree(field, [], verifier.verdict(name, value))
            found.append(newest[name])
            continue
        layer = newest.get(name.partition(".")[0])
        if layer is not None:
            layer.fields.append((field, value))
    return found


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
    return text


def json_value(field: DisplayField, value: Any) -> Any:
    """The value as JSON has it: numbers and truth values as such, everything else as text."""
    if field.kind in (Kind.NUMBER, Kind.HEX):
        return int(value)
    if field.kind is Kind.BOOLEAN:
        return bool(value)
    if field.kind is Kind.BYTES:
        return value.hex()
    if field.kind is Kind.DURATION:
        return float(duration_text(value))
    if field.kind is Kind.MILLISECONDS:
        return value / 1e6
    return field.text(value)


def json_layers(dissection: Dissection) -> list[dict[str, Any]]:
    """The layers as JSON objects; a field that occurs several times in a layer is an array."""
    found = []
    for layer in layers(dissection):
        fields: dict[str, Any] = {}
        for field, value in layer.fields:
            one = json_value(field, value)
            if field.name not in fields:
                fields[field.name] = one
            elif isinstance(fields[field.name], list):
                fields[field.name].append(one)
            else:
                fields[field.name] = [fields[field.name], one]
        entry: dict[str, Any] = {"protocol": layer.protocol.name, "fields": fields}
        if layer.checksum is not None:
            verdict = layer.checksum._asdict()
            entry["checksum"] = {key: value for key, value in verdict.items() if value}
        found.append(entry)
    return found
