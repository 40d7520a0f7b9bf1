"""Packets of one flow, written as fast as code made for that flow.

    >>> from wirelab.codecs import TCP, Ethernet, IPv4, FlowTemplate
    >>> packet = Ethernet() / IPv4(source="10.0.0.1", destination="10.0.0.2") / TCP(80, 50000)
    >>> template = FlowTemplate(packet, "sequence_number", "flags", "payload")
    >>> frame = template.build(sequence_number=7, flags=0x18, payload=b"data")
    >>> frame == bytes(packet.replace(TCP, sequence_number=7, flags=0x18) / b"data")
    True

A template asks the codecs once what a packet looks like and how its computed fields follow the
variable ones, and compiles a function of one `struct` call from the answers:

- a length is its value without payload, plus the payload's size;
- a checksum is linear modulo 65535 (RFC 1071 section 2): what all constant bytes add up to is one
  number, and each variable field counts with the power of two of its place.

Rule 1: the bytes are those of `bytes(packet)` with these values. What the answers do not explain
is refused when the template is made, after a comparison with made-up values.
Rule 2: a value that does not fit raises the EncodeError that the header itself would raise.
"""

from collections.abc import Callable, Sequence
from struct import Struct, error
from typing import Any, NamedTuple

from wirelab.codecs.errors import EncodeError
from wirelab.codecs.header import AUTO, Field, Header
from wirelab.codecs.packet import Packet

FORMATS = {1: "B", 2: "H", 4: "I", 8: "Q"}
BYTES = ("mac", "ipv4", "ipv6", "bytes")
"""Formats of fields whose values are bytes."""


class FlowTemplate:
    """Writes packets that differ in a few fields and in the payload.

    Attributes:
        packet: the packet that the others are like; its values are the defaults.
        names: parameters of `build`.
        build: the function: values, by keyword or in the order of `names` -> frame. Raises
            EncodeError for a value that does not fit.
        source: the Python source that was compiled.
    """

    __slots__ = ("build", "names", "packet", "source")

    packet: Packet
    names: tuple[str, ...]
    build: Callable[..., bytes]
    source: str

    def __init__(self, packet: Packet, *names: str) -> None:
        """Compile.

        Args:
            packet: headers, and the payload unless that is variable, too.
            names: attributes (`"sequence_number"`: of the innermost header that has it;
                `"IPv4.identification"`), and `"payload"`.

        Raises:
            EncodeError: a name that no header has, a field without a fixed place, one that AUTO
                computes, or a packet in which something else depends on a variable field.
        """
        if not isinstance(packet, Packet):
            raise TypeError(f"a template needs a packet, like IPv4() / UDP() / b'', not {packet!r}")
        plan = _Plan(packet, names)
        self.packet = packet
        self.names = plan.parameters
        self.source = plan.source()
        namespace = plan.namespace
        exec(compile(self.source, "<wirelab.codecs.FlowTemplate>", "exec"), namespace)
        self.build = namespace["build"]
        for values in plan.samples():
            if self.build(*values) != plan.slowly(*values):
                raise _refusal(packet, "something depends on these fields in another way")

    def __repr__(self) -> str:
        return f"FlowTemplate({self.packet!r}, {', '.join(map(repr, self.names))})"


class _Place:
    """A field in the frame, with a value or an expression for it."""

    def __init__(self, layer: int, header: Header, field: Field, start: int) -> None:
        self.layer = layer
        self.header = header
        self.field = field
        self.first = start * 8 + field.bit_offset
        self.expression = ""

    @property
    def stop(self) -> int:
        """The bit after the last."""
        return self.first + self.field.bits

    @property
    def span(self) -> tuple[int, int]:
        """First byte, and the one after the last."""
        return self.first // 8, (self.stop + 7) // 8

    def read(self, frame: bytes) -> int:
        """The value that stands there."""
        start, stop = self.span
        number = int.from_bytes(frame[start:stop], "big") >> stop * 8 - self.stop
        return number & (1 << self.field.bits) - 1


class _Coefficients(NamedTuple):
    """What counts in a checksum, and how much, modulo 65535."""

    constant: int
    """All constant bytes together."""
    weights: list[int]
    """For each variable field."""
    content: int
    """For the payload."""
    per_byte: int
    """For each byte of the payload: lengths are covered, too."""


class _Plan:
    """What a template knows of its packet."""

    def __init__(self, packet: Packet, names: Sequence[str]) -> None:
        if packet.trailer:
            raise _refusal(packet, "it has a trailer")
        self.packet = _settled(packet)
        self.has_payload = "payload" in names
        self.starts = _starts(self.packet)
        self.order: list[_Place | None] = [self._variable(name) for name in names]
        self.variables = [place for place in self.order if place is not None]
        self.parameters = self._parameters(names)
        self.zeros: list[Any] = [_zero(place) for place in self.order]
        self.frame = self.slowly(*self.zeros)
        self.end = len(self.frame) - (0 if self.has_payload else len(packet.payload))
        self.namespace: dict[str, Any] = {
            "slowly": self.slowly,
            "error": error,
            "from_bytes": int.from_bytes,
        }

    def _variable(self, name: str) -> _Place | None:
        """Where the field of that name stands; None for the payload."""
        if name == "payload":
            return None
        kind, _, attribute = name.rpartition(".")
        for index in reversed(range(len(self.packet.layers))):
            header = self.packet.layers[index]
            if kind not in ("", type(header).__name__):
                continue
            for field in header.FIELDS:
                if field.name == attribute:
                    return self._place(index, field)
        from difflib import get_close_matches  # only a refusal needs it

        known = {field.name for header in self.packet.layers for field in header.FIELDS}
        close = get_close_matches(attribute, sorted(known), 1)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise _refusal(self.packet, f"none of its headers has a field {name!r}{hint}")

    def _place(self, index: int, field: Field) -> _Place:
        header = self.packet.layers[index]
        if min(field.bit_offset, field.bits) < 0:
            raise _refusal(self.packet, f"{header.LAYER}.{field.name} has no fixed place")
        if getattr(header, field.name) is AUTO:
            raise _refusal(self.packet, f"{header.LAYER}.{field.name} is AUTO, so it is computed")
        return _Place(index, header, field, self.starts[index])

    def _parameters(self, names: Sequence[str]) -> tuple[str, ...]:
        """The attribute's name; with the header's before it where that would be ambiguous."""
        plain = [name.rpartition(".")[2] for name in names]
        found = []
        for name, place in zip(plain, self.order, strict=True):
            if place is not None:
                if plain.count(name) > 1:
                    name = f"{place.header.LAYER.lower()}_{name}"
                place.expression = name
            found.append(name)
        bits = sum(place.field.bits for place in self.variables)
        taken = {bit for place in self.variables for bit in range(place.first, place.stop)}
        if len(set(found)) < len(found) or len(taken) < bits:
            raise _refusal(self.packet, f"{', '.join(names)} name the same bits twice")
        return tuple(found)

    def slowly(self, *values: Any) -> bytes:
        """The frame, as the headers themselves build it."""
        layers = list(self.packet.layers)
        payload = self.packet.payload
        for place, value in zip(self.order, values, strict=True):
            if place is None:
                payload = _payload(value)
            else:
                changes = {place.field.name: value}
                layers[place.layer] = layers[place.layer].replace(**changes)
        return bytes(Packet(tuple(layers), payload))

    def samples(self) -> list[list[Any]]:
        """Values to compare with: all bits set, and alternating ones, with an odd payload."""
        found = []
        for octet, payload in ((0xFF, b"\xff"), (0x55, b"\x12\x34\x56"), (0, b"\0"), (0xAA, b"")):
            values: list[Any] = []
            for place in self.order:
                if place is None:
                    values.append(payload)
                elif place.field.format in BYTES:
                    values.append(bytes([octet]) * (place.field.bits // 8))
                else:
                    pattern = int.from_bytes(bytes([octet]) * 8, "big")
                    values.append(pattern & (1 << place.field.bits) - 1)
            found.append(values)
        return found

    def source(self) -> str:
        """The function."""
        computed = self._computed()
        sums = [(one, self._coefficients(one)) for one in computed if one.field.name == "checksum"]
        lines = [f"def build({', '.join(self._arguments())}):", "    try:"]
        if self.has_payload:
            lines.append("        size = len(payload)")
            if any(coefficients.content for _, coefficients in sums):
                lines.append("        number = from_bytes(payload, 'big')")
                lines.append("        if size & 1:")
                lines.append("            number <<= 8")
        checks = [check for check in map(_check, self.variables) if check]
        if checks:
            lines.append(f"        if {' or '.join(checks)}:")
            lines.append(f"            return slowly({', '.join(self.parameters)})")
        for place, coefficients in sums:
            place.expression = f"checksum{place.layer}"
            lines.append(f"        {place.expression} = {self._checksum(place, coefficients)}")
        tail = " + payload" if self.has_payload else ""
        lines.append(f"        return {self._pack([*self.variables, *computed])}{tail}")
        lines.append("    except (error, TypeError):")
        lines.append(f"        return slowly({', '.join(self.parameters)})")
        return "\n".join(lines)

    def _arguments(self) -> list[str]:
        """Parameters with the packet's values as defaults."""
        found = []
        for name, place in zip(self.parameters, self.order, strict=True):
            value: Any = self.packet.payload
            if place is not None:
                value = getattr(place.header, place.field.name)
            found.append(f"{name}={value!r}")
        return found

    def _computed(self) -> list[_Place]:
        """Fields that depend on a variable one, with the expression of each length."""
        found = []
        for index, header in enumerate(self.packet.layers):
            for field in header.FIELDS:
                if field.name not in header.COMPUTED or getattr(header, field.name) is not AUTO:
                    continue
                place = _Place(index, header, field, self.starts[index])
                if field.name != "checksum":
                    base = place.read(self.frame)
                    if not self.has_payload or place.read(self._with_payload(bytes(2))) == base:
                        continue
                    place.expression = f"{base} + size"
                found.append(place)
        return found

    def _with_payload(self, payload: bytes) -> bytes:
        values = [
            payload if one is None else zero
            for one, zero in zip(self.order, self.zeros, strict=True)
        ]
        return self.slowly(*values)

    def _coefficients(self, place: _Place) -> "_Coefficients":
        """How a checksum follows the rest: found out by changing one thing at a time."""
        constant = 0xFFFF - place.read(self.frame)

        def more(frame: bytes) -> int:
            return (0xFFFF - place.read(frame) - constant) % 0xFFFF

        weights = []
        for variable in self.variables:
            one: Any = 1
            if variable.field.format in BYTES:
                one = one.to_bytes(variable.field.bits // 8, "big")
            values = [
                one if each is variable else zero
                for each, zero in zip(self.order, self.zeros, strict=True)
            ]
            weights.append(more(self.slowly(*values)))
        if not self.has_payload:
            return _Coefficients(constant, weights, 0, 0)
        zeros = more(self._with_payload(bytes(2)))
        content = (more(self._with_payload(b"\0\1")) - zeros) % 0xFFFF
        # 2 has an inverse modulo 65535: 2 * 32768 is 65536.
        return _Coefficients(constant, weights, content, zeros * 32768 % 0xFFFF)

    def _checksum(self, place: _Place, coefficients: "_Coefficients") -> str:
        constant, weights, content, per_byte = coefficients
        terms = [str(constant)] if constant else []
        for variable, weight in zip(self.variables, weights, strict=True):
            value = variable.expression
            if variable.field.format in BYTES:
                value = f"from_bytes({value}, 'big')"
            if weight:
                terms.append(value if weight == 1 else f"{value} * {weight}")
        if per_byte:
            terms.append("size" if per_byte == 1 else f"size * {per_byte}")
        if content:
            terms.append("number" if content == 1 else f"number * {content}")
        total = " + ".join(terms) or "0"
        if getattr(place.header, "ZERO_MEANS_NONE", place.header.LAYER == "UDP"):
            return f"-({total}) % 0xFFFF or 0xFFFF"
        if constant:
            return f"-({total}) % 0xFFFF"
        # Ones' complement has two zeros: only a sum of nothing but zeros is +0.
        return f"-({total}) % 0xFFFF if {total} else 0xFFFF"

    def _pack(self, places: Sequence[_Place]) -> str:
        """One `struct` call: constant bytes, and integers in which bits vary."""
        format_, arguments, offset = "!", [], 0
        for start, stop, inside in _cells(places):
            if start > offset:
                format_ += f"{start - offset}s"
                arguments.append(repr(self.frame[offset:start]))
            if inside[0].field.format in BYTES:
                format_ += f"{stop - start}s"
                arguments.append(inside[0].expression)
            elif stop - start in FORMATS:
                format_ += FORMATS[stop - start]
                arguments.append(self._cell(start, stop, inside))
            else:  # `struct` has no integers of, say, three bytes
                format_ += f"{stop - start}s"
                cell = self._cell(start, stop, inside)
                arguments.append(f"({cell}).to_bytes({stop - start}, 'big')")
            offset = stop
        # What follows the last variable field is constant, too, and needs no copy by `struct`.
        rest = self.frame[offset : self.end] + (b"" if self.has_payload else self.packet.payload)
        self.namespace["pack"] = Struct(format_).pack
        tail = f" + {rest!r}" if rest else ""
        return f"pack({', '.join(arguments)}){tail}"

    def _cell(self, start: int, stop: int, inside: Sequence[_Place]) -> str:
        """The integer at some bytes: constant bits, and those of variable fields."""
        constant = int.from_bytes(self.frame[start:stop], "big")
        terms = []
        for place in inside:
            shift = stop * 8 - place.stop
            constant &= ~((1 << place.field.bits) - 1 << shift)
            terms.append(f"{place.expression} << {shift}" if shift else place.expression)
        return " | ".join([*terms, str(constant)] if constant else terms)


def _settled(packet: Packet) -> Packet:
    """The packet with numbers for AUTO where the layers alone decide: ports and hop limits."""
    layers: list[Header] = []
    for header, whole in zip(packet.layers, packet.resolved().layers, strict=True):
        computed = {*header.COMPUTED} | (
            {header.NEXT_FIELD} if header.NEXT_OTHERWISE < 0 else set()
        )
        known = {
            name: getattr(whole, name)
            for name in header.WHOLE
            if getattr(header, name) is AUTO and name not in computed
        }
        layers.append(header.replace(**known) if known else header)
    return Packet(tuple(layers), packet.payload)


def _starts(packet: Packet) -> list[int]:
    """Where each header begins."""
    starts, offset = [], 0
    for header in packet.layers:
        starts.append(offset)
        offset += header.header_length
    return starts


def _zero(place: _Place | None) -> Any:
    if place is None:
        return b""
    return bytes(place.field.bits // 8) if place.field.format in BYTES else 0


def _check(place: _Place) -> str:
    """What tells that a value does not fit, where `pack` would not notice."""
    name = place.expression
    if place.field.format in BYTES:
        return f"{name}.__class__ is not bytes or len({name}) != {place.field.bits // 8}"
    start, stop = place.span
    whole = (stop - start) * 8 == place.field.bits and stop - start in FORMATS
    return "" if whole else f"{name} >> {place.field.bits}"


def _payload(value: Any) -> bytes:
    try:
        return bytes(memoryview(value))
    except TypeError:
        raise EncodeError("FlowTemplate", "payload", value, "bytes") from None


def _cells(places: Sequence[_Place]) -> list[tuple[int, int, list[_Place]]]:
    """Runs of bytes in which fields vary, each with all fields that have bits there."""
    cells: list[tuple[int, int, list[_Place]]] = []
    for place in sorted(places, key=lambda one: one.first):
        start, stop = place.span
        inside = [place]
        if cells and start < cells[-1][1]:
            start, last, others = cells.pop()
            stop = max(last, stop)
            inside = [*others, place]
        cells.append((start, stop, inside))
    return cells


def _refusal(packet: Packet, reason: str) -> EncodeError:
    layers = "/".join(header.LAYER for header in packet.layers)
    return EncodeError("FlowTemplate", "", layers, f"a packet that a template can write: {reason}")
