"""The closed set of constructs that schemas are written in, beside construct's own.

Each one parses and builds like any construct (so the interpreted schema is the reference that
generated code is tested against) and keeps what it was told in plain attributes, which
`wirelab.codecs.compiler` reads. Schemas use `this` expressions and never a lambda, because an
expression can be compiled and a lambda cannot.

    HeaderSchema   (in `header_schema`) a whole header
    field(...)     a named field with display name, text format, default and source (`Noted`)
    Rule           a condition on what was read (`this.version == 4`)
    Checksum       16-bit Internet checksum over header, payload and pseudo-header
    present        in expressions: whether an optional field has a value

Of construct's own, schemas use integers, `BitStruct`, `Bytes`, `If` (an optional field, None where
the condition is false), `Array` of addresses, and `GreedyBytes` for the rest.
In expressions a schema may also use `this.header_length` and `this.payload_size` (bytes).
"""

from dataclasses import dataclass
from typing import Any

from construct import (
    Construct,
    ConstructError,
    Int16ub,
    Renamed,
    StreamError,
    Subconstruct,
)
from construct.core import evaluate
from construct.expr import FuncPath

from wirelab.codecs.checksum import internet_checksum
from wirelab.codecs.registries import Registries, Registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from wirelab.codecs.resource_records import Sections


class Violation(ConstructError):  # type: ignore[misc]  # noqa: N818 (it reads like what it is)
    """What was read breaks a rule of the schema, or ends too early.

    Attributes:
        name: the field to blame.
        position: bytes from the start of the header to it.
        expected: what the rule demands.
        got: what is there.
        source: where the rule stands.
    """

    def __init__(self, name: str, position: int, expected: str, got: object, source: str) -> None:
        super().__init__(f"{name}: expected {expected}, got {got}")
        self.name = name
        self.position = position
        self.expected = expected
        self.got = got
        self.source = source


class Noted(Subconstruct):  # type: ignore[misc]  # construct is untyped
    """A field with what people and the compiler want to know about it; `field()` makes it.

    Attributes:
        display: Wireshark's display-filter name.
        aliases: display names that mean this field among others (`tcp.port`).
        format: how the value is written: `dec`, `hex`, `bool`, `mac`, `ipv4`, `ipv6`, `bytes`,
            `options`.
        names: what the values mean.
        names_by: what the values mean, by the number of the header's first field.
        source: where the field is defined.
        default: value for a header made without one (text is read as an address).
        yields: such a header has AUTO: `default`, unless a header above demands another value.
        auto: expression that gives the value when the caller leaves it AUTO.
        doc: one line for the reader of the generated class.
        views: names for some of the bits.
        shown: what the bytes of an option's field are to people (see `shown_bytes`).
        flags: name of the `IntFlag` class to make of the views.
        scale: the display shows the value times this.
        sections: what sections of records the bytes are (DNS; see `resource_records`), or None.
    """

    def __init__(self, subcon: Construct, **notes: Any) -> None:
        super().__init__(subcon)
        self.display: str = notes.pop("display", "")
        self.aliases: tuple[str, ...] = notes.pop("aliases", ())
        self.format: str = notes.pop("format", "dec")
        self.names: Registry | None = notes.pop("names", None)
        self.names_by: Registries | None = notes.pop("names_by", None)
        self.source: str = notes.pop("source", "")
        self.default: Any = notes.pop("default", None)
        self.yields: bool = notes.pop("yields", False)
        self.auto: Any = notes.pop("auto", None)
        self.doc: str = notes.pop("doc", "")
        self.views: tuple[View, ...] = notes.pop("views", ())
        self.shown: str = notes.pop("shown", "")
        self.flags: str = notes.pop("flags", "")
        self.scale: int = notes.pop("scale", 1)
        self.sections: Sections | None = notes.pop("sections", None)
        if notes:
            raise TypeError(f"unknown notes: {', '.join(notes)}")
        self.flagbuildnone = True

    def _build(self, obj: Any, stream: Any, context: Any, path: str) -> Any:
        if obj is None:
            obj = self.default if self.auto is None else evaluate(self.auto, context)
        return self.subcon._build(obj, stream, context, path)


def field(name: str, subcon: Construct, display: str = "", **notes: Any) -> Renamed:
    """A named field; the keyword arguments are `Noted`'s attributes."""
    return name / Noted(subcon, display=display, **notes)


@dataclass(frozen=True)
class View:
    """Some bits of an integer field under a name of their own; not on the wire by itself.

    Attributes:
        shift: bits to the right of the view.
        bits: width.
        format: as in `Noted`; `ipv4` makes it 4 bytes, `bool` a truth value.
        names: what the values mean.
        when: numbers of the header's first field for which the view has a meaning (empty: all).
    """

    name: str
    shift: int
    bits: int
    display: str = ""
    format: str = "dec"
    doc: str = ""
    source: str = ""
    names: Registry | None = None
    aliases: tuple[str, ...] = ()
    when: tuple[int, ...] = ()
    settable: bool = False


class Rule(Construct):  # type: ignore[misc]  # construct is untyped
    """A condition that what was read so far must meet; nothing on the wire.

    Args:
        condition: `this` expression.
        name: the field to blame.
        expected: for the message.
    """

    def __init__(self, condition: Any, name: str, expected: str, source: str) -> None:
        super().__init__()
        self.condition = condition
        self.blames = name
        self.expected = expected
        self.source = source
        self.flagbuildnone = True

    def _parse(self, stream: Any, context: Any, path: str) -> None:
        if not evaluate(self.condition, context):
            place = context.get("_places", {}).get(self.blames, 0)
            got = context[self.blames]
            raise Violation(self.blames, place, self.expected, got, self.source)

    def _build(self, obj: Any, stream: Any, context: Any, path: str) -> None:
        return None  # explicit values go out as they are, also wrong ones

    def _sizeof(self, context: Any, path: str) -> int:
        return 0


@dataclass(frozen=True)
class PseudoHeader:
    """What transport checksums cover of the IP header below: addresses, length and a number.

    Two layouts, one for each version of IP; they have the same sum, because a 16-bit word counts as
    itself wherever it stands, and the other words are zero.

    Attributes:
        number: how IPv4's protocol field (IPv6's last next header field) names the header.
    """

    number: int

    def encode(self, below: Any, length: int) -> bytes:
        """The pseudo-header as the sum sees it.

        Args:
            below: mapping with the addresses `source` and `destination`.
            length: bytes of header and payload.
        """
        addresses = bytes(below["source"]) + bytes(below["destination"])
        if len(addresses) == 8:  # RFC 9293 section 3.1: zero, number, length
            return addresses + bytes((0, self.number)) + length.to_bytes(2, "big")
        # RFC 8200 section 8.1: length, zeros, number
        return addresses + length.to_bytes(4, "big") + self.number.to_bytes(4, "big")


def is_present(value: Any) -> bool:
    """Whether an optional field is there; `present` is the same for `this` expressions."""
    return value is not None


present = FuncPath(is_present)
"""In expressions: whether an optional field has a value (`auto=present(this.key)`)."""


class Checksum(Construct):  # type: ignore[misc]  # construct is untyped
    """The 16-bit Internet checksum of RFC 1071; the enclosing `HeaderSchema` fills it in.

    Args:
        covers_payload: the payload is summed, too (TCP, UDP, ICMP), not only the header (IPv4).
        pseudo: the pseudo-header that is summed before the header, or None.
        zero_means_none: 0 on the wire says "no checksum", so a computed 0 is sent as 0xFFFF (UDP).
        never_zero: a computed 0 is sent as 0xFFFF, and 0 on the wire is wrong (UDP-Lite).
        coverage: `this` expression, bytes from the start of the header that are summed; where it is
            0, all (UDP-Lite).
    """

    def __init__(
        self,
        covers_payload: bool = True,
        pseudo: "PseudoHeader | None" = None,
        zero_means_none: bool = False,
        never_zero: bool = False,
        coverage: Any = None,
    ) -> None:
        super().__init__()
        self.never_zero = never_zero
        self.coverage = coverage
        self.covers_payload = covers_payload
        self.pseudo = pseudo
        self.zero_means_none = zero_means_none
        self.flagbuildnone = True

    def _parse(self, stream: Any, context: Any, path: str) -> Any:
        return Int16ub._parse(stream, context, path)

    def _build(self, obj: Any, stream: Any, context: Any, path: str) -> Any:
        return Int16ub._build(0 if obj is None else obj, stream, context, path)

    def _sizeof(self, context: Any, path: str) -> int:
        return 2

    def compute(self, header: bytes, payload: bytes, below: Any, values: Any = None) -> int:
        """The value for a header whose checksum field is zero; `values` are all its fields."""
        covered = header + payload if self.covers_payload else header
        if self.coverage is not None:
            length = evaluate(self.coverage, values) or len(covered)
            covered = covered[: max(length, len(header))]
        if self.pseudo is not None:
            covered = self.pseudo.encode(below, len(header) + len(payload)) + covered
        value = internet_checksum(covered)
        return 0xFFFF if (self.zero_means_none or self.never_zero) and value == 0 else value


def take(stream: Any, length: int, path: str) -> bytes:
    """Read exactly `length` bytes; construct's own function does, but is no public name."""
    data: bytes = stream.read(length) if length >= 0 else b""
    if len(data) != length:
        raise StreamError(f"expected {length} bytes, found {len(data)}", path=path)
    return data
