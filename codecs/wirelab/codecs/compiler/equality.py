"""The equality gate: generated code against construct's own interpretation of the schema.

    decode_difference  same value, or the same error class and path, for the same bytes
    table_difference   `FIELDS` says of each field where its bits are
    encode_difference  same bytes for the same values, AUTO ones included

All return what differs, or None. Tests feed them vectors, made-up values and mutated frames; and,
with `load`, the output of a compiler that was broken on purpose, which the gate must catch.
"""

from types import ModuleType
from typing import Any

from wirelab.codecs.errors import DecodeError
from wirelab.codecs.header import AUTO, Addressed, Header
from wirelab.codecs.options import Record
from wirelab.codecs.reference import decode, encode, schema_of


def load(source: str, name: str = "wirelab_generated") -> ModuleType:
    """Import the source of a generated module without a file."""
    module = ModuleType(name)
    exec(compile(source, f"<{name}>", "exec"), module.__dict__)
    return module


def values_of(header: Header) -> dict[str, Any]:
    """A generated header as the reference gives it: fields, with options as name and values."""
    values = {field.name: getattr(header, field.name) for field in header.FIELDS}
    values.update((name, item_values(value)) for name, value in values.items())
    values["header_length"] = header.header_length
    return values


def reference_values(layer: str, data: bytes, strict: bool = True) -> dict[str, Any]:
    """What the reference reads, with the views that the schema declares."""
    values = decode(layer, data, 0, strict)
    for name, notes in schema_of(layer).noted():
        for view in notes.views:
            bits = values[name] >> view.shift & (1 << view.bits) - 1
            values[view.name] = bits.to_bytes(view.bits // 8) if view.format == "ipv4" else bits
    return values


def item_values(value: Any) -> Any:
    """Options and records as the reference gives them: name of the class, and fields by name."""
    if isinstance(value, tuple):
        return tuple(item_values(one) for one in value)
    if isinstance(value, Record):
        fields = {name: item_values(getattr(value, name)) for name in value.__match_args__}
        return type(value).__name__, fields
    return value


def decode_difference(header: type[Header], data: bytes, strict: bool = True) -> str | None:
    """What generated and interpreted decoding do differently with `data`, or None."""
    expected = _outcome(lambda: _plain(reference_values(header.LAYER, data, strict)))
    try:
        got = _outcome(lambda: _plain(values_of(header.parse(data, 0, None, strict))))
    except Exception as error:  # the gate must report whatever broken code does
        got = f"{type(error).__name__}: {error}"
    return None if got == expected else f"expected {expected}, got {got}"


def table_difference(header: type[Header], data: bytes) -> str | None:
    """The first field whose bits are not where `FIELDS` says, for a header that can be read."""
    expected = reference_values(header.LAYER, data, False)
    number, end = int.from_bytes(data, "big"), len(data) * 8
    for field in header.FIELDS:
        if min(field.bit_offset, field.bits) < 0:
            continue
        got = number >> (end - field.bit_offset - field.bits) & (1 << field.bits) - 1
        value = expected[field.name]
        if got != (int.from_bytes(value, "big") if isinstance(value, bytes) else value):
            return f"{field.name}: expected {value!r}, got {got:#x} at bit {field.bit_offset}"
    return None


def encode_difference(
    header: Header, payload: bytes = b"", below: Addressed | None = None
) -> str | None:
    """What generated and interpreted encoding do differently, or None.

    Args:
        header: values; AUTO stays AUTO on both sides.
        payload: what follows.
        below: the header below.
    """
    values = values_of(header)
    # Those that AUTO has filled in already are left to the reference, too.
    filled = {name for name, value in header.derived().items() if values[name] == value}
    explicit = {
        name: None if values[name] is AUTO or name in filled else values[name]
        for name, _ in schema_of(header.LAYER).noted()
    }
    under = None
    if below is not None:
        under = {"source": below.source, "destination": below.destination}
    expected = encode(header.LAYER, explicit, payload, under)
    try:
        got = header.build(payload, below)
    except Exception as error:  # the gate must report whatever broken code does
        return f"expected {expected.hex()}, got {type(error).__name__}: {error}"
    return None if got == expected else f"expected {expected.hex()}, got {got.hex()}"


def _outcome(run: Any) -> Any:
    try:
        return run()
    except DecodeError as error:
        return (error.layer, error.field, error.offset, error.expected, error.got)


def _plain(value: Any) -> Any:
    """Tuples and lists alike, and dictionaries without construct's classes."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value
