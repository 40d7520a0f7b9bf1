"""Where the fields of a usual stack of headers stand; `protocols/layouts.py` has the tables."""

from collections.abc import Sequence
from re import findall
from struct import calcsize

from wirelab.codecs.header import Field, Header


class Layout:
    """A stack of headers without variable parts, all but the last.

    Attributes:
        headers: outermost first.
        parts: the local variable and the `struct` code of each part, in wire order.
        steps: statements that compute what the conditions need besides: where payloads end.
        conditions: expressions over parts, those names and `end`, the length of the frame; where
            all hold, `parse` reads these headers there.
    """

    __slots__ = ("conditions", "headers", "parts", "steps")

    def __init__(
        self,
        headers: tuple[type[Header], ...],
        parts: tuple[tuple[str, str], ...],
        steps: tuple[str, ...],
        conditions: tuple[str, ...],
    ) -> None:
        self.headers = headers
        self.parts = parts
        self.steps = steps
        self.conditions = conditions

    def start(self, header: type[Header]) -> int:
        """Where a header begins, in bytes."""
        below = [f"{one.LAYER.lower()}_" for one in self.headers[: self.headers.index(header)]]
        sizes = [calcsize(f"!{code}") for name, code in self.parts if name.startswith(tuple(below))]
        return sum(sizes)

    def expression(self, header: type[Header], field: Field) -> str | None:
        """A field's value over the parts; None for what is no fixed number of bits."""
        if min(field.bits, field.bit_offset) < 0:
            return None
        first = self.start(header) * 8 + field.bit_offset
        offset = 0
        for name, code in self.parts:
            bits = calcsize(f"!{code}") * 8
            if offset <= first and first + field.bits <= offset + bits:
                return _cut(name, code, field, offset + bits - first - field.bits)
            offset += bits
        return None

    def reader(self, expressions: Sequence[str], name: str) -> tuple[str, list[str]]:
        """What a function needs to give `expressions` where the conditions hold.

        Args:
            expressions: over the parts.
            name: of the function that unpacks.

        Returns:
            The format that unpacks the parts that are needed, and the lines of the function. They
            return the values as a tuple, or go on.
        """
        needed = set(findall(r"\w+", " ".join([*self.steps, *self.conditions, *expressions])))
        format_ = "!"
        for part, code in self.parts:
            format_ += code if part in needed else f"{calcsize(f'!{code}')}x"
        parts = ", ".join([part for part, _ in self.parts if part in needed])
        lines = ["try:", f"    ({parts},) = {name}(frame)"]
        lines += [f"    {step}" for step in self.steps]
        lines.append(f"    if {' and '.join(self.conditions)}:")
        lines.append(f"        return ({', '.join(expressions)},)")
        return format_, [*lines, "except error:", "    pass"]


def _cut(name: str, code: str, field: Field, shift: int) -> str | None:
    """Some bits of a part."""
    whole = calcsize(f"!{code}") * 8 == field.bits
    if code.endswith("s"):
        return name if whole else None
    if field.format == "bool":
        return f"{name} & {1 << shift} != 0"
    value = name if whole else f"({name} >> {shift} & {(1 << field.bits) - 1})"
    if field.format in ("mac", "ipv4", "ipv6", "bytes"):
        return f"{value}.to_bytes({field.bits // 8}, 'big')"
    return value
