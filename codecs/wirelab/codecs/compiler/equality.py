"""The equality gate: generated code against construct's own interpretation of the schema.

    decode_difference  same value, or the same error class and path, for the same bytes
    encode_difference  same bytes for the same values, AUTO ones included

Both return what differs, or None. Tests feed them vectors, made-up values and mutated frames; and,
with `load`, the output of a compiler that was broken on purpose, which the gate must catch.
"""

from types import ModuleType
from typing import Any

from wirelab.codecs.errors import DecodeError
from wirelab.codecs.header import AUTO, Addressed, Header
from wirelab.codecs.options import Option
from wirelab.codecs.reference import decode, encode, schema_of


def load(source: str, name: str = "wirelab_generated") -> ModuleType:
    """Import the source of a generated module without a file."""
    module = ModuleType(name)
    exec(compile(source, f"<{name}>", "exec"), module.__dict__)
    return module


def values_of(header: Header) -> dict[str, Any]:
    """A generated header as the reference gives it: fields, with options as name and values."""
    values = {name: getattr(header, name) for name in header.VALUES}
    if "options" in values:
        values["options"] = tuple(option_values(option) for option in values["options"])
    values["header_length"] = header.header_length
    return values


def option_values(option: Option) -> tuple[str, dict[str, Any]]:
    """An option as the reference gives it; repeated groups become lists there."""
    return type(option).__name__, {name: getattr(option, name) for name in option.__match_args__}


def decode_difference(header: type[Header], data: bytes, strict: bool = True) -> str | None:
    """What generated and interpreted decoding do differently with `data`, or None."""
    expected = _outcome(lambda: _plain(decode(header.LAYER, data, 0, strict)))
    try:
        got = _outcome(lambda: _plain(values_of(header.parse(data, 0, None, strict))))
    except Exception as error:  # the gate must report whatever broken code does
        got = f"{type(error).__name__}: {error}"
    return None if got == expected else f"expected {expected}, got {got}"


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
