"""Fields of headers, options and records: what they are called, where they stand, how they print.

AUTO is here, too: the value of a field that `build` fills in.
"""

from __future__ import annotations

from wirelab.codecs.addresses import ipv4_text, ipv6_text, mac_text

TYPE_CHECKING = False  # for type checkers it is true; importing `typing` costs 10 ms
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Final, TypeAlias

    from wirelab.codecs.dns_sections import DNSRecord
    from wirelab.codecs.header import Header
    from wirelab.codecs.options import Record

    Owner: TypeAlias = type[Header | Record | DNSRecord]
    """A class with fields."""


class _Auto(int):
    """The type of AUTO. An int outside of every field's range, so that fields stay plain `int`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "AUTO"

    __str__ = __repr__

    def __reduce__(self) -> str:
        return "AUTO"  # a singleton, also after pickling and copying


AUTO: Final[int] = _Auto(-1)
"""The value of a field that `build` fills in: lengths, checksums, and the type of what follows."""


class Field:
    """One field of a header, as `X.FIELDS` lists them, in wire order, views after their field.

    Attributes:
        name: attribute name.
        display: Wireshark's display-filter name, empty where Wireshark has none.
        aliases: names that mean this field among others (`tcp.port`).
        bit_offset: bits from the start of the header; -1 after a part of variable length.
        bits: width; -1 if variable.
        format: `dec`, `hex`, `bool`, `mac`, `ipv4`, `ipv6`, `bytes`, `options`, `pairs`.
        names: what the values mean, or None.
        names_by: what the values mean, by the number of the header's first field, or None.
        source: where the field is defined.
        scale: the display shows the value times this (header lengths count units of 4 bytes).
        view_of: the field whose bits these are, or empty.
        when: numbers of the header's first field for which a view has a meaning; empty: all.
        optional: the value may be None: the field is not there.
        shown: what the bytes of an option's field are to people (`shown_bytes`), or empty.
    """

    __slots__ = (
        "aliases",
        "bit_offset",
        "bits",
        "display",
        "format",
        "name",
        "names",
        "names_by",
        "optional",
        "scale",
        "shown",
        "source",
        "view_of",
        "when",
    )

    def __init__(
        self,
        name: str,
        display: str = "",
        aliases: tuple[str, ...] = (),
        bit_offset: int = -1,
        bits: int = -1,
        format: str = "dec",  # noqa: A002
        names: Mapping[int, str] | None = None,
        source: str = "",
        scale: int = 1,
        view_of: str = "",
        when: tuple[int, ...] = (),
        names_by: Mapping[int, Mapping[int, str]] | None = None,
        optional: bool = False,
        shown: str = "",
    ) -> None:
        self.shown = shown
        self.name = name
        self.display = display
        self.aliases = aliases
        self.bit_offset = bit_offset
        self.bits = bits
        self.format = format
        self.names = names
        self.source = source
        self.scale = scale
        self.view_of = view_of
        self.when = when
        self.names_by = names_by
        self.optional = optional

    def __repr__(self) -> str:
        return f"Field({self.name!r}, display={self.display!r})"

    def names_in(self, header: Header) -> Mapping[int, str] | None:
        """What the values mean in this very header, or None."""
        if self.names_by is None:
            return self.names
        return self.names_by.get(getattr(header, header.VALUES[0]))


def format_value(field: Field, value: Any, names: Mapping[int, str] | None = None) -> str:
    """Write one value the way `field.format` asks for, with its name in `names` or the field's."""
    if value is AUTO:
        return "AUTO"
    if value is None:
        return "absent"
    if isinstance(value, tuple):
        return ", ".join([format_value(field, one, names) for one in value]) or "none"
    if isinstance(value, bytes):
        text = _address_text(field.format, value)
        if text is None and field.format == "text":
            return _text(value) or "none"
        return value.hex() if text is None else text
    digits = (field.bits + 3) // 4
    text = f"0x{value:0{digits}x}" if field.format == "hex" else str(value)
    names = names or field.names
    name = names.get(value) if names is not None else None
    return f"{text} ({name})" if name else text


def _address_text(format_name: str, value: bytes) -> str | None:
    if format_name == "mac" and len(value) == 6:
        return mac_text(value)
    if format_name == "ipv4" and len(value) == 4:
        return ipv4_text(value)
    if format_name == "ipv6" and len(value) == 16:
        return ipv6_text(value)
    return None


def _text(value: bytes) -> str:
    """Text up to the zeros that fill its field up; in hexadecimal what is no text."""
    value = value.rstrip(b"\0")
    text = value.decode("utf-8", "replace")
    return text if text.isprintable() and "\ufffd" not in text else value.hex()


def value_repr(field: Field, value: Any) -> str:
    """A value the way that the constructor takes it, addresses as text."""
    if isinstance(value, tuple) and field.format in ("mac", "ipv4", "ipv6"):
        return f"[{', '.join([value_repr(field, one) for one in value])}]"
    text = _address_text(field.format, value) if isinstance(value, bytes) else None
    if text is None and field.format == "text" and field.bits >= 0 and isinstance(value, bytes):
        text = _text(value)
        if text.encode().ljust(len(value), b"\0") != value:
            return repr(value)
    return repr(value if text is None else text)


def field_of(owner: Owner, name: str) -> Field:
    """The field of that name.

    Raises:
        LookupError: none has it, with those that there are.
    """
    for field in owner.FIELDS:
        if field.name == name:
            return field
    names = ", ".join(field.name for field in owner.FIELDS)
    raise LookupError(f"{owner.__name__} has no field {name!r}, but {names}")
