"""A packet: the stack of headers of one frame, and what follows them.

    layers    headers, outermost first
    payload   what no header claims
    trailer   what lies behind the end that the innermost length field gives (Ethernet padding)

Rule 1: `bytes(parse(frame)) == frame`, for every frame that parses, strictly or leniently.
Rule 2: a packet is a value, like its headers: methods give changed copies.
Rule 3: nothing recurses over layers, so no frame is nested too deep; `MAXIMUM_LAYERS` bounds the
work, and what lies deeper stays payload.
"""

from __future__ import annotations

from wirelab.codecs.arguments import GUESS, as_bytes
from wirelab.codecs.errors import DecodeError, EncodeError
from wirelab.codecs.header import Header
from wirelab.codecs.neighbours import below_of, demanded, fitting, next_class
from wirelab.codecs.protocols import TABLES, Ethernet
from wirelab.codecs.protocols.stack_builders import BUILDERS
from wirelab.codecs.protocols.stacks import SHORTEST, USUAL, USUAL_AT

TYPE_CHECKING = False  # for type checkers it is true; importing `typing` costs 10 ms
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, TypeVar

    from wirelab.codecs.flows import FlowKey
    from wirelab.codecs.header import Buffer, Stack
    from wirelab.codecs.problems import Problem
    from wirelab.codecs.protocols.icmp_extensions import ICMPExtensions

    HeaderType = TypeVar("HeaderType", bound=Header)

MAXIMUM_LAYERS = 16  # ours: VLAN tags and IPv4 in IPv4 nest; nobody's real frames go deeper

new = object.__new__


class Packet:
    """A stack of headers with payload; `parse` reads one, `/` builds one.

    Attributes:
        layers: the headers, outermost first.
        error: where lenient parsing stopped, or None.
        wire_length: bytes that were on the wire, more than were captured if a snaplen cut them.
    """

    # The payload is a part of the frame and is cut out only when asked for. The headers of usual
    # frames are made when asked for, too: all at once, or some alone, which are then kept in a
    # dictionary until all are there. That cannot be seen from outside, because nothing changes a
    # header.
    __slots__ = (
        "_data",
        "_layers",
        "_stack",
        "_start",
        "_stop",
        "_values",
        "error",
        "wire_length",
    )

    error: DecodeError | None
    wire_length: int
    _layers: tuple[Header, ...] | dict[type[Header], Header] | None
    _stack: Stack
    _values: tuple[Any, ...]
    _data: bytes
    _start: int
    _stop: int

    def __init__(
        self, layers: tuple[Header, ...] = (), payload: bytes = b"", trailer: bytes = b""
    ) -> None:
        self._layers = layers if layers.__class__ is tuple else tuple(layers)
        self.error = None
        self._data = payload + trailer
        self._start = 0
        self._stop = len(payload)
        self.wire_length = -1

    @property
    def layers(self) -> tuple[Header, ...]:
        """The headers, outermost first."""
        layers: Any = self._layers
        if layers is None:
            layers = self._layers = self._stack.layers(self)
            self._values = ()
        elif layers.__class__ is dict:
            # Those that have been made alone stay the same objects.
            layers = [layers.get(type(header), header) for header in self._stack.layers(self)]
            layers = self._layers = tuple(layers)
            self._values = ()
        found: tuple[Header, ...] = layers
        return found

    def __truediv__(self, other: Header | Packet | bytes) -> Packet:
        return stack(self, other)

    @property
    def payload(self) -> bytes:
        """What no header claims."""
        return self._data[self._start : self._stop]

    @property
    def trailer(self) -> bytes:
        """What lies behind the payload, up to the end of the frame."""
        return self._data[self._stop :]

    def __bytes__(self) -> bytes:
        layers: Any = self._layers
        if layers.__class__ is not tuple:
            return self._data  # just parsed
        if len(layers) == 3 and layers[0].__class__ is Ethernet:
            build = BUILDERS.get((layers[1].__class__, layers[2].__class__))
            if build is not None:
                data, stop = self._data, self._stop
                built = build(layers, data[self._start : stop])
                if built is not None:
                    return built + data[stop:] if stop < len(data) else built
        return self._build_each()

    def _build_each(self) -> bytes:
        """Header by header: for what is not usual, and to find the words for wrong values."""
        data = self.payload
        above: type[Header] | None = None
        layers = demanded(self.layers)
        for index in range(len(layers) - 1, -1, -1):
            header = layers[index]
            below = below_of(layers, index) if header.NEEDS_BELOW else None
            data = header.build(data, below, above)
            above = type(header)
        return data + self.trailer

    def get(self, kind: type[HeaderType]) -> HeaderType | None:
        """The outermost header of a class, or None."""
        if self._layers.__class__ is not tuple:
            found = self._made_alone(kind)
            if found is not None:
                return found
        try:
            for header in self.layers:
                if isinstance(header, kind):
                    return header
        except TypeError:
            hint = "ask for a header class, like packet[TCP]; packet.layers are all headers"
            raise TypeError(f"{hint}, not {kind!r}") from None
        return None

    def _made_alone(self, kind: type[HeaderType]) -> HeaderType | None:
        """A header whose stack has not been made yet; None if it is better to make all."""
        make = self._stack.makers.get(kind) if isinstance(kind, type) else None
        if make is None:
            return None
        made: Any = self._layers
        if made is None:
            made = self._layers = {}
        if kind not in made:
            made[kind] = make(self)
        found: HeaderType = made[kind]
        return found

    def __getitem__(self, kind: type[HeaderType]) -> HeaderType:
        header = self.get(kind)
        if header is None:
            names = "/".join(layer.LAYER for layer in self.layers)
            raise LookupError(f"no {kind.__name__} in {names}; packet.get() gives None instead")
        return header

    def __contains__(self, kind: type[Header]) -> bool:
        return self.get(kind) is not None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Packet):
            return NotImplemented
        return (
            self.layers == other.layers
            and self.payload == other.payload
            and self.trailer == other.trailer
        )

    __hash__ = None  # type: ignore[assignment]  # holds headers, which are no keys either

    def __repr__(self) -> str:
        parts = [repr(header) for header in self.layers]
        if self.payload or not parts:
            parts.append(repr(self.payload))
        return " / ".join(parts)

    def replace(self, kind: type[Header], **changes: Any) -> Packet:
        """A copy in which the outermost header of a class has some values changed.

        Lengths and checksums stay as they are, unless they are AUTO; see `fix_checksums`.
        """
        old = self[kind]
        return self.with_layers(
            old.replace(**changes) if one is old else one for one in self.layers
        )

    def with_layers(self, layers: Iterable[Header]) -> Packet:
        """A copy with other headers, and all else as it is."""
        copy = Packet(tuple(layers))
        for slot in ("_data", "_start", "_stop", "error", "wire_length"):
            setattr(copy, slot, getattr(self, slot))
        return copy

    def resolved(self) -> Packet:
        """A copy in which every AUTO value is the number that goes on the wire.

        Raises:
            EncodeError: a value does not fit into its field, or AUTO cannot be known.
        """
        from wirelab.codecs.verification import resolved

        return resolved(self)

    def fix_checksums(self) -> Packet:
        """A copy with right checksums.

        UDP's 0 ("none computed") stays, and so does a checksum over bytes that are not here: that
        of a transport header of which a fragment or a snaplen has cut something off, or of one
        without the IP header below.
        """
        from wirelab.codecs.verification import fixed_checksums

        return fixed_checksums(self)

    def fix(self) -> Packet:
        """A copy in which every length and every checksum is what AUTO makes of it.

        What cannot be known stays: UDP's checksum of 0 ("none computed"), and what depends on
        bytes that are not here (see `fix_checksums`).
        """
        from wirelab.codecs.verification import fixed

        return fixed(self)

    def flow_key(self) -> FlowKey | None:
        """What packets of this conversation have in common, in both directions; or None.

        See `wirelab.codecs.flows`.
        """
        from wirelab.codecs.flows import flow_key

        return flow_key(self)

    def verify(self) -> list[Problem]:
        """Fields that contradict the packet: lengths and checksums that AUTO would set otherwise.

        What cannot be known is no problem: UDP without a checksum, and the checksum and length of
        a transport header of which a fragment or a snaplen has cut something off.
        """
        from wirelab.codecs.verification import problems

        return [problem for layer in problems(self) for problem in layer]

    def known_whole(self) -> list[bool]:
        """Whether all of its payload is here, so that it can be verified, for each layer."""
        found: list[bool] = []
        whole = self.wire_length <= len(self._data)
        for header in self.layers:
            found.append(whole)
            whole = whole and header.starts_payload and header.ends_payload
        return found

    @property
    def quoted(self) -> Packet | None:
        """The packet that an ICMP error quotes, as far as it does (RFC 792, RFC 4443), or None."""
        from wirelab.codecs.quotes import quoted

        return quoted(self)

    @property
    def extensions(self) -> ICMPExtensions | None:
        """The extensions behind the quote of an ICMP error (RFC 4884), or None."""
        from wirelab.codecs.quotes import extensions

        return extensions(self)

    def summary(self) -> str:
        """One line: `IPv4 10.0.0.1 > 10.0.0.2 / UDP 49152 > 53 / 10 bytes`."""
        from wirelab.codecs.text import summary

        return summary(self)

    def show(self) -> str:
        """All layers with all fields, named numbers and the verdict on each checksum."""
        from wirelab.codecs.text import show

        return show(self)

    def hexdump(self) -> str:
        """The bytes, layer by layer, each line with its offset in the frame."""
        from wirelab.codecs.text import hexdump

        return hexdump(self)


def stack(below: Header | Packet, above: Header | Packet | bytes) -> Packet:
    """What `below / above` means."""
    layers, payload, trailer = _parts(below)
    if not isinstance(above, (Header, Packet)):
        return Packet(layers, payload + as_bytes("payload", above), trailer)
    if payload:
        raise EncodeError("Packet", "payload", payload, "nothing below a header")
    if isinstance(above, Header):
        return Packet((*layers, above), b"", trailer)
    upper, payload, trailer = _parts(above)
    return Packet(layers + upper, payload, trailer)


# So that stacking headers need not import this module each time.
Header.__truediv__ = stack  # type: ignore[method-assign]


def _parts(part: Header | Packet) -> tuple[tuple[Header, ...], bytes, bytes]:
    """Headers, payload and trailer."""
    if isinstance(part, Packet):
        return part.layers, part.payload, part.trailer
    return (part,), b"", b""


def parse(
    frame: Buffer,
    first: type[Header] = Ethernet,
    strict: bool = True,
    wire_length: int = -1,
    link_type: int | None = None,
) -> Packet:
    """Read a frame, header by header, as far as its protocols are known.

    Args:
        frame: bytes, bytearray, memoryview or mmap; anything but bytes is copied.
        first: class of the outermost header.
        strict: raise for headers that are cut short or contradict themselves; otherwise give what
            could be read, the rest as payload, and in `Packet.error` what strict parsing would
            have raised first. Lengths that promise more than there is, and an IPv4 total length
            of 0 (a capture taken before segmentation offload), are then taken as "up to the end".
        wire_length: bytes that were on the wire. If that is more than `frame` has (a snaplen cut
            it), length fields may promise more than there is, also strictly.
        link_type: number of the outermost header in capture files (LINKTYPE_...), instead of
            `first`. Of an unknown one everything is payload.

    Raises:
        DecodeError: strictly, with layer, field, offset, expected and got; leniently only if not
            even the first header can be read.
    """
    if type(frame) is not bytes:
        frame = as_bytes("frame", frame)
    end = len(frame)
    if link_type is not None and link_type != 1:
        if not isinstance(link_type, int):
            raise TypeError(f"link_type: expected a number of LINKTYPE_..., got {link_type!r}")
        named = TABLES["link_type"][link_type]
        if isinstance(named, tuple):
            named = fitting(named, frame, 0, end)
        return _parse_each(frame, named, strict, wire_length, checked=wire_length <= end)
    # Most frames are Ethernet / IPv4 / TCP or UDP: one generated function reads such a stack whole.
    if first is Ethernet and end >= SHORTEST:
        at, readers = USUAL[frame[USUAL_AT]]
        read = readers[frame[at]]
        if read is not None:
            packet = new(Packet)
            if read(frame, end, packet):
                packet._data = frame
                packet._layers = None
                packet.error = None
                packet.wire_length = wire_length
                return packet
    if not (isinstance(first, type) and issubclass(first, Header)):
        raise TypeError(f"first: expected the class of a header, such as IPv4, got {first!r}")
    return _parse_each(frame, first, strict, wire_length, checked=wire_length <= end)


def parse_quote(quote: bytes, first: type[Header]) -> Packet:
    """Read the packet that an ICMP error quotes: cut by nature, so that no length contradicts it.

    Raises:
        DecodeError: not even its first header can be read.
    """
    return _parse_each(quote, first, strict=False, wire_length=-1, checked=False)


def _parse_each(
    frame: bytes, first: type[Header] | None, strict: bool, wire_length: int, checked: bool = True
) -> Packet:
    """Header by header: for frames that are not usual, and to find the words for wrong ones.

    `checked`: a length that promises more than there is contradicts the frame.
    """
    packet = Packet()
    packet._data = frame
    packet.wire_length = wire_length
    layers: list[Header] = []
    offset, end = 0, len(frame)
    kind = first
    guessed = False
    while kind is not None and len(layers) < MAXIMUM_LAYERS:
        try:
            header = kind.parse(frame, offset, end, GUESS[checked] if guessed else checked)
        except DecodeError as error:
            if guessed:
                break  # so the port meant something else, and this is payload
            if strict:
                raise
            packet.error = packet.error or error
            readable = _whatever_can_be_read(kind, frame, offset, end) if checked else None
            if readable is None:
                if not layers:
                    raise
                break
            header = readable
        layers.append(header)
        end = header.payload_end(offset, end)
        offset += header.header_length
        checked = checked and header.ends_payload
        guessed = guessed or header.NEXT_SUGGESTS
        kind = next_class(header, frame, offset, end)
    packet._layers = tuple(layers)
    packet._start, packet._stop = offset, end
    return packet


def _whatever_can_be_read(kind: type[Header], frame: bytes, offset: int, end: int) -> Header | None:
    """A header whose lengths contradict the frame, or None if it cannot be read at all."""
    try:
        return kind.parse(frame, offset, end, strict=False)
    except DecodeError:
        return None
