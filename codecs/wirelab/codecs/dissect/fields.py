"""Display fields: Wireshark's names for what is in a frame, their types, and how values print.

A field that a schema declares gets its name and type from there (`schema_item`); what Wireshark
derives from several bytes or packets (`ip.flags`, `tcp.stream`) is declared beside the code that
computes it, with `derived`. A name that is in neither is refused, never guessed.

Types and texts are those of tshark 4.0 (`tshark -n -T fields`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from difflib import get_close_matches
from enum import Enum
from functools import lru_cache
from operator import attrgetter
from os import environ
from types import ModuleType
from typing import Any, NamedTuple, TypeAlias

from wirelab.codecs.addresses import ipv4_text, ipv6_text, mac_text
from wirelab.codecs.header import Field, Header


class Kind(Enum):
    """The type of a field: how it prints, and what it compares with in a display filter."""

    NUMBER = "number"
    HEX = "hex"
    BOOLEAN = "boolean"
    MAC = "mac"
    IPV4 = "ipv4"
    IPV6 = "ipv6"
    BYTES = "bytes"
    STRING = "string"
    DURATION = "duration"
    """Nanoseconds; prints as seconds with nine digits."""
    MILLISECONDS = "milliseconds"
    """Nanoseconds; prints as milliseconds, as `icmp.resptime` does."""
    TIME = "time"
    """Nanoseconds since 1970; prints as a date."""
    PROTOCOL = "protocol"
    """The presence of a layer; its value is the layer's bytes."""


class DisplayField(NamedTuple):
    """A name that can be asked for with `-e` and used in a display filter."""

    name: str
    kind: Kind
    title: str
    digits: int = 0
    """Hexadecimal digits of a HEX field."""
    names: Mapping[int, str] | None = None
    """What the numbers mean."""

    def text(self, value: Any) -> str:
        """The value as `tshark -T fields` prints it."""
        return _TEXTS[self.kind](self, value)


class Item(NamedTuple):
    """A field of a header and how to get it.

    Attributes:
        fields: the field and its aliases, in the order in which tshark adds them.
        get: header -> value; None: not there.
        needs: bytes of the header that must have been captured.
    """

    fields: tuple[DisplayField, ...]
    get: Callable[[Any], Any]
    needs: int


Entry: TypeAlias = tuple[int, Callable[[Any], Any], tuple[str, ...]]
"""Bytes needed, getter, names."""


class Plan(tuple[Entry, ...]):
    """What is asked for of one header."""

    run: Callable[[list[tuple[str, Any]], Any], None]
    """Adds all of it to a list of names and values; a function generated when it is first used."""

    def __new__(cls, entries: Iterable[Entry] = ()) -> "Plan":
        """Keep the entries; the function is generated when it is needed."""
        plan = super().__new__(cls, entries)
        plan.run = plan._first_run
        return plan

    def _first_run(self, items: list[tuple[str, Any]], header: Any) -> None:
        self.run = self._generate()
        self.run(items, header)

    def _generate(self) -> Callable[[list[tuple[str, Any]], Any], None]:
        """A function without loops: what a schema's field has is read where it stands."""
        lines = ["def run(items, header):"]
        namespace: dict[str, Any] = {}
        simple: list[str] = []
        for number, (_, get, names) in enumerate(self):
            if isinstance(get, Attribute) and get.is_fixed:
                simple += [f"({name!r}, {get.path})" for name in names]
                continue
            lines += _add_simple(simple)
            namespace[f"get_{number}"] = get
            lines += [f"    value = get_{number}(header)", "    if value is not None:"]
            found = "".join(f"({name!r}, value), " for name in names)
            several = isinstance(get, Attribute)
            if several:
                lines.append("        for value in value if type(value) is tuple else (value,):")
            lines.append(f"        {'    ' * several}items += ({found})")
        lines += [*_add_simple(simple), "    return"]
        exec("\n".join(lines), namespace)
        run: Callable[[list[tuple[str, Any]], Any], None] = namespace["run"]
        return run


def _add_simple(simple: list[str]) -> list[str]:
    """The statement that adds what was gathered, which is forgotten then."""
    line = [f"    items += ({', '.join(simple)},)"] if simple else []
    simple.clear()
    return line


class Attribute:
    """The getter of a header's field, for which code can be generated.

    Attributes:
        path: Python for the value, over `header`.
        is_fixed: there is always exactly one value: neither None nor a tuple of several.
    """

    __slots__ = ("_get", "_scale", "is_fixed", "path")

    def __init__(self, name: str, scale: int = 1, is_fixed: bool = True) -> None:
        self.is_fixed = is_fixed
        self._get = attrgetter(name)
        self._scale = scale
        self.path = f"header.{name}" + (f" * {scale}" if scale != 1 else "")

    def __call__(self, header: Any) -> Any:
        """The value."""
        value = self._get(header)
        return value * self._scale if self._scale != 1 else value


CHECKSUM_STATUS = {0: "Bad", 1: "Good", 2: "Unverified", 3: "Not present", 4: "Illegal"}
"""Of `ip.checksum.status` and its like."""

TITLES = {
    "ihl": "Header length",
    "data_offset": "Header length",
    "dscp": "DSCP",
    "ecn": "ECN",
    "ttl": "TTL",
    "dont_fragment": "Don't fragment",
    "vlan_id": "VLAN id",
    "next_hop_mtu": "Next-hop MTU",
    **{
        flag: flag.upper()
        for flag in ("fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr", "ae")
    },
}
"""Attributes whose name is no title when it is capitalized."""

USUAL = (
    *("frame.number", "frame.time_relative", "frame.len"),
    *("eth.src", "eth.dst", "eth.type"),
    *("vlan.id", "vlan.priority", "vlan.etype"),
    *("arp.opcode", "arp.src.proto_ipv4", "arp.src.hw_mac"),
    *("ip.src", "ip.dst", "ip.ttl"),
    *("icmp.type", "icmp.code", "icmp.seq"),
    *("udp.srcport", "udp.dstport", "udp.length"),
    *("tcp.srcport", "tcp.dstport", "tcp.flags"),
    *("data.data", "data.len"),
)
"""What to name of a protocol when somebody asks for what is not there."""

SHARED = {"mdns": "dns"}
"""Protocols that have no fields of their own, and whose they show."""


class Registry(MutableMapping[str, DisplayField]):
    """All display fields by name; those of a protocol are declared when one is asked for.

    Looking at all of it (a loop, a length) declares everything there is.
    """

    def __init__(self) -> None:
        self._fields: dict[str, DisplayField] = {}
        self.add = self._fields.setdefault
        """Declare a field, if there is none of that name; declares nothing else."""

    def __getitem__(self, name: str) -> DisplayField:
        if name not in self._fields:
            _catalogue().declare_protocol(name.partition(".")[0])
        return self._fields[name]

    def __setitem__(self, name: str, field: DisplayField) -> None:
        self._fields[name] = field

    def __delitem__(self, name: str) -> None:
        del self._fields[name]

    def __iter__(self) -> Iterator[str]:
        _catalogue().declare_all()
        return iter(self._fields)

    def __len__(self) -> int:
        _catalogue().declare_all()
        return len(self._fields)


def _catalogue() -> ModuleType:
    """Which file declares what; imported here because it imports this one."""
    from wirelab.codecs.dissect import catalogue

    return catalogue


REGISTRY = Registry()
"""All display fields by name."""


class UnknownFieldError(ValueError):
    """No such display field; `nearest` are three at most: alike, or of the same protocol."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.nearest = nearest_names(name)
        protocol = name.partition(".")[0]
        if self.nearest:
            others = f"did you mean {', '.join(self.nearest)}?"
        elif usual_names(protocol):
            self.nearest = _same_protocol(name)
            others = f"{protocol} has {', '.join(self.nearest)}, ..."
        else:
            self.nearest = ["frame.number", "ip.src", "tcp.port"]
            others = f"there are {', '.join(self.nearest)}, ..."
        super().__init__(f"there is no field {name!r}; {others}")


def nearest_names(name: str, count: int = 3) -> list[str]:
    """Names of fields that look like `name`, the likeliest first."""
    wanted = name.lower()
    inside = sorted((known for known in REGISTRY if wanted in known), key=len) if wanted else []
    close = get_close_matches(wanted, REGISTRY, n=count, cutoff=0.6)
    return list(dict.fromkeys(close + inside))[:count]


def _same_protocol(name: str, count: int = 3) -> list[str]:
    """Names of fields of the protocol that `name` begins with, the likeliest first."""
    prefix = name.partition(".")[0] + "."
    known = [each for each in REGISTRY if each.startswith(prefix)]
    return get_close_matches(name.lower(), known, n=count, cutoff=0)


def usual_names(protocol: str, count: int = 3) -> list[str]:
    """Fields of a protocol that people ask for most; none when there is no such protocol."""
    prefix = f"{SHARED.get(protocol, protocol)}."
    usual = [name for name in USUAL if name.startswith(prefix)]
    return (usual or [name for name in REGISTRY if name.startswith(prefix)])[:count]


def lookup(name: str) -> DisplayField:
    """The field of that name.

    Raises:
        UnknownFieldError: there is none.
    """
    try:
        return REGISTRY[name]
    except KeyError:
        raise UnknownFieldError(name) from None


def declare(
    name: str,
    kind: Kind,
    title: str,
    digits: int = 0,
    names: Mapping[int, str] | None = None,
) -> DisplayField:
    """Register a display field, in the place of what a schema said of it."""
    field = REGISTRY[name] = DisplayField(name, kind, title, digits, names)
    return field


def declare_missing(name: str, kind: Kind, title: str, field: Field | None = None) -> DisplayField:
    """Register a display field that a schema's field has, unless something else said more of it."""
    return REGISTRY.add(name, _display_field(name, kind, title, field))


def _display_field(name: str, kind: Kind, title: str, field: Field | None) -> DisplayField:
    if field is None:
        return DisplayField(name, kind, title)
    digits = _digits(field.bits) if kind is Kind.HEX else 0
    return DisplayField(name, kind, title, digits, field.names)


def _digits(bits: int) -> int:
    """Hexadecimal digits that Wireshark prints: those of the smallest type that holds the bits."""
    return next((size // 4 for size in (8, 16, 24, 32) if bits <= size), 16)


def is_fixed(field: Field) -> bool:
    """Whether a header always has exactly one value of a field."""
    return field.bit_offset >= 0 < field.bits and not field.optional


def kind_of(field: Field) -> Kind | None:
    """The type of a schema's field; None: a list, which is taken apart."""
    return _KINDS.get(field.format)


def title_of(name: str) -> str:
    """An attribute's name for people."""
    return TITLES.get(name) or name.replace("_", " ").capitalize()


def items_of(header: type[Header]) -> tuple[Item, ...]:
    """The items of a header's fields that have a display name, in wire order."""
    return tuple(
        _schema_item(field)
        for field in header.FIELDS
        if field.display and field.format in _KINDS  # lists of options are taken apart elsewhere
    )


def schema_items(header: type[Header]) -> dict[str, Item]:
    """The items of a header's fields that have a display name, by that name."""
    return {item.fields[0].name: item for item in items_of(header)}


def _schema_item(field: Field) -> Item:
    kind = _KINDS[field.format]
    names = (field.display, *field.aliases)
    fields = tuple(_display_field(name, kind, title_of(field.name), field) for name in names)
    scale = field.scale if kind is Kind.NUMBER else 1
    get: Callable[[Any], Any] = Attribute(field.name, scale, is_fixed(field))
    if field.when:
        get = _sometimes(get, field.when)
    return Item(fields, get, (field.bit_offset + field.bits + 7) // 8)


def _sometimes(get: Callable[[Any], Any], numbers: tuple[int, ...]) -> Callable[[Any], Any]:
    """A view that has a meaning only for some numbers of the header's first field."""
    return lambda header: get(header) if getattr(header, header.VALUES[0]) in numbers else None


def declare_fields(source: type, protocol: str) -> None:
    """Make those fields of a header, option or record class known whose names begin so."""
    for field in getattr(source, "FIELDS", ()):
        kind = kind_of(field)
        for name in (field.display, *field.aliases):
            if kind is not None and name.partition(".")[0] == protocol:
                declare_missing(name, kind, title_of(field.name), field)


def derived(
    name: str,
    kind: Kind,
    title: str,
    needs: int,
    get: Callable[[Any], Any],
    *aliases: str,
    digits: int = 0,
    names: Mapping[int, str] | None = None,
) -> Item:
    """An item that Wireshark computes from the header."""
    fields = tuple(declare(each, kind, title, digits, names) for each in (name, *aliases))
    return Item(fields, get, needs)


def plan(items: Iterable[Item], wanted: frozenset[str] | None) -> Plan:
    """The part of `items` that is wanted (None: everything)."""
    chosen = []
    for item in items:
        names = tuple(field.name for field in item.fields if wanted is None or field.name in wanted)
        if names:
            chosen.append((item.needs, item.get, names))
    return Plan(chosen)


def duration_text(nanoseconds: int) -> str:
    """Seconds with nine digits, as `frame.time_epoch` prints."""
    sign = "-" if nanoseconds < 0 else ""
    seconds, fraction = divmod(abs(nanoseconds), 1_000_000_000)
    return f"{sign}{seconds}.{fraction:09d}"


def _milliseconds_text(nanoseconds: int) -> str:
    return f"{nanoseconds / 1e6:.15g}"


def _time_text(nanoseconds: int) -> str:
    seconds, fraction = divmod(nanoseconds, 1_000_000_000)
    return _second_text(seconds, environ.get("TZ")).replace("#", f"{fraction:09}")


@lru_cache(64)  # the packets of one second follow each other
def _second_text(seconds: int, zone: str | None) -> str:
    """A second in local time, which `zone` may choose, with `#` in the place of its fraction."""
    # Imported here: only `frame.time` and `icmp.data_time` need a calendar.
    from datetime import UTC, datetime

    try:
        moment = datetime.fromtimestamp(seconds, tz=UTC).astimezone()
    except (ValueError, OverflowError, OSError):
        return "Not representable"  # tshark's words; its calendar goes on after the year 9999
    clock = f"{moment.hour:02}:{moment.minute:02}:{moment.second:02}.#"
    return f"{_MONTHS[moment.month - 1]} {moment.day:2}, {moment.year} {clock} {moment.tzname()}"


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_KINDS = {
    "dec": Kind.NUMBER,
    "hex": Kind.HEX,
    "bool": Kind.BOOLEAN,
    "mac": Kind.MAC,
    "ipv4": Kind.IPV4,
    "ipv6": Kind.IPV6,
    "bytes": Kind.BYTES,
    "text": Kind.STRING,
}

_TEXTS: dict[Kind, Callable[[DisplayField, Any], str]] = {
    Kind.NUMBER: lambda field, value: str(value),
    Kind.HEX: lambda field, value: f"0x{value:0{field.digits}x}",
    Kind.BOOLEAN: lambda field, value: "1" if value else "0",
    Kind.MAC: lambda field, value: mac_text(value),
    Kind.IPV4: lambda field, value: ipv4_text(value),
    Kind.IPV6: lambda field, value: ipv6_text(value),
    Kind.BYTES: lambda field, value: value.hex() if value else "<MISSING>",
    Kind.STRING: lambda field, value: value,
    Kind.DURATION: lambda field, value: duration_text(value),
    Kind.MILLISECONDS: lambda field, value: _milliseconds_text(value),
    Kind.TIME: lambda field, value: _time_text(value),
    Kind.PROTOCOL: lambda field, value: field.title,
}
