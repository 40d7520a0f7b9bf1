"""The reference: schemas as construct itself interprets them.

Slow, and therefore used for two things only: to explain why generated code refused some bytes, and
to test generated code against. Nothing imports this module before it is needed.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from construct import Container

from wirelab.codecs import schemas
from wirelab.codecs.constructs import Violation
from wirelab.codecs.errors import DecodeError
from wirelab.codecs.header_schema import HeaderSchema
from wirelab.codecs.protocols import HOMES


@cache
def schema_of(layer: str) -> HeaderSchema:
    """The schema of a header class, by the class's name.

    A generated module is called as its schema module, so only that one is loaded.
    """
    names = sorted(module.name for module in iter_modules(schemas.__path__))
    for name in sorted(names, key=lambda name: name != HOMES.get(layer)):
        for value in vars(import_module(f"{schemas.__name__}.{name}")).values():
            if isinstance(value, HeaderSchema) and value.layer == layer:
                return value
    raise LookupError(f"no schema of {layer}")


def decode(layer: str, data: bytes, offset: int = 0, strict: bool = True) -> dict[str, Any]:
    """Read the header that `data` begins with.

    Args:
        layer: name of the header class.
        data: from the start of the header to the end of what may be read.
        offset: where `data` stood in its buffer, for the message.
        strict: as in `Header.parse`.

    Returns:
        The fields by name, and `header_length`.

    Raises:
        DecodeError: the bytes are no such header.
    """
    schema = schema_of(layer)
    try:
        values: Container = schema.parse(data, strict=strict)
    except Violation as error:
        place = offset + error.position
        raise DecodeError(
            layer, error.name, place, error.expected, str(error.got), error.source
        ) from None
    return {name: value for name, value in values.items() if name != "_io"}


def encode(layer: str, values: dict[str, Any], payload: bytes = b"", below: Any = None) -> bytes:
    """Build header and payload; a missing or None value means AUTO."""
    built: bytes = schema_of(layer).build(values, payload=payload, below=below or {})
    return built + payload


def explain_failure(layer: str, data: bytes, offset: int, strict: bool) -> DecodeError:
    """The error for bytes that generated code refused."""
    try:
        decode(layer, data, offset, strict)
    except DecodeError as error:
        return error
    raise AssertionError(f"generated {layer}.parse refuses what its schema accepts: {data.hex()}")
