"""Gates between the derivations: what is derived from the same schema says the same of a frame.

    stack_difference       the readers of usual stacks, and going header by header
    projection_difference  readers of a few fields, and the attributes of what is parsed
    template_difference    packets of a flow template, and of the headers themselves

All return what differs, or None. Header by header, `equality` holds generated code to construct, so
together they hold everything to the declarations. The columns have such a gate of their own.
"""

from functools import cache
from typing import Any

from wirelab.codecs.errors import DecodeError
from wirelab.codecs.flow_template import FlowTemplate
from wirelab.codecs.header import AUTO, Header
from wirelab.codecs.packet import Packet, _parse_each, parse
from wirelab.codecs.projection import FieldReader, fields
from wirelab.codecs.protocols import HEADERS
from wirelab.codecs.protocols.ethernet import Ethernet


def stack_difference(frame: bytes) -> str | None:
    """What the readers of usual stacks make of an Ethernet frame that going by headers does not."""
    for strict in (True, False):
        quick = _layers(lambda strict=strict: parse(frame, Ethernet, strict))
        slow = _layers(lambda strict=strict: _parse_each(frame, Ethernet, strict, -1))
        if quick != slow:
            return f"at once {quick}, header by header {slow}"
    return None


def _layers(read: Any) -> Any:
    """What parsing gives, as a value that says everything."""
    try:
        packet: Packet = read()
    except DecodeError as error:
        return str(error)
    return packet.layers, packet.payload, packet.trailer, str(packet.error)


def projection_difference(frame: bytes) -> str | None:
    """The first header of which a reader gives other values than its attributes."""
    try:
        layers = parse(frame, strict=False).layers
    except DecodeError:
        layers = ()
    for header in HEADERS:
        found = next((layer for layer in layers if isinstance(layer, header)), None)
        if found is None and header not in USUAL:
            continue  # all its readers would do is parse once more
        names = _readable(header)
        expected = None if found is None else tuple([getattr(found, name) for name in names])
        got = _reader(header)(frame) if names else None
        if names and got != expected:
            return f"{header.LAYER}: expected {expected}, got {got}"
    return None


USUAL = {header for header in HEADERS if header.LAYER in ("Ethernet", "IPv4", "IPv6", "TCP", "UDP")}
"""Headers for which readers have a way of their own."""


def _readable(header: type[Header]) -> list[str]:
    return [field.name for field in header.FIELDS]


def _reader(header: type[Header]) -> FieldReader:
    return _compiled(header.LAYER)


@cache
def _compiled(layer: str) -> FieldReader:
    header = next(header for header in HEADERS if layer == header.LAYER)
    return fields(*[f"{layer}.{name}" for name in _readable(header)])


def template_difference(packet: Packet, other: Packet) -> str | None:
    """What a template made of `packet` writes differently, given the values of `other`.

    Args:
        packet: headers and payload; AUTO where AUTO is to be computed.
        other: the same headers with other values. All fields that have a fixed place are taken from
            it, in every header in turn, and the payload.

    Raises:
        EncodeError: there is no template of such packets.
    """
    for index, (header, source) in enumerate(zip(packet.layers, other.layers, strict=True)):
        if any(type(later) is type(header) for later in packet.layers[index + 1 :]):
            continue  # a template's names mean the innermost one
        names = variable_fields(header)
        changes = {name: getattr(source, name) for name in names}
        layers = list(packet.layers)
        layers[index] = header.replace(**changes)
        expected = bytes(Packet(tuple(layers), other.payload))
        template = FlowTemplate(packet, *[f"{header.LAYER}.{name}" for name in names], "payload")
        got = template.build(*changes.values(), other.payload)
        if got != expected:
            return f"{header.LAYER}: expected {expected.hex()}, got {got.hex()}"
    return None


def variable_fields(header: Header) -> list[str]:
    """Fields with a fixed place that change nothing but themselves, sums and lengths."""
    fixed = {header.NEXT_FIELD, header.NEXT_ALSO, *header.COMPUTED}
    return [
        field.name
        for field in header.FIELDS
        if min(field.bit_offset, field.bits) >= 0
        and not field.view_of
        and field.name not in fixed
        and getattr(header, field.name) is not AUTO
    ]
