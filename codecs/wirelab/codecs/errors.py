"""What went wrong, with layer, field, place and numbers, and whose fault it is.

`DecodeError` blames the bytes, `EncodeError` the caller. No other exception (`struct.error`,
`KeyError`, construct's classes) leaves `wirelab.codecs` for wrong bytes or wrong values.
"""


class CodecError(ValueError):
    """The common base of `DecodeError` and `EncodeError`."""


class DecodeError(CodecError):
    """The bytes are no valid header.

    Attributes:
        layer: name of the header class (`"UDP"`).
        field: attribute name of the field (`"length"`), or `""` for the header as a whole.
        offset: bytes from the start of the buffer to the field.
        expected: what the standard (or the buffer's length) demands.
        got: what is there.
        source: where the rule stands (`"RFC 768 page 2"`).
    """

    def __init__(
        self, layer: str, field: str, offset: int, expected: str, got: str, source: str = ""
    ) -> None:
        super().__init__(layer, field, offset, expected, got, source)
        self.layer = layer
        self.field = field
        self.offset = offset
        self.expected = expected
        self.got = got
        self.source = source

    def __str__(self) -> str:
        where = f"{self.layer}.{self.field}" if self.field else self.layer
        source = f" ({self.source})" if self.source else ""
        return f"{where} at byte {self.offset}: expected {self.expected}, got {self.got}{source}"


class EncodeError(CodecError):
    """A value given by the caller cannot be put on the wire.

    Attributes:
        layer: name of the header class.
        field: attribute name of the field, or `""` for the header as a whole.
        value: what was given.
        expected: the allowed range or type, or the way out.
        source: where the rule stands.
    """

    def __init__(
        self, layer: str, field: str, value: object, expected: str, source: str = ""
    ) -> None:
        super().__init__(layer, field, value, expected, source)
        self.layer = layer
        self.field = field
        self.value = value
        self.expected = expected
        self.source = source

    def __str__(self) -> str:
        source = f" ({self.source})" if self.source else ""
        where = f"{self.layer}.{self.field}" if self.field else self.layer
        return f"{where}: expected {self.expected}, got {self.value!r}{source}"
