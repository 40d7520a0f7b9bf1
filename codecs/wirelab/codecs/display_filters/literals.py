"""Values that stand in a display filter, read as the type of the field beside them."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from wirelab.codecs.addresses import AddressError, ipv4_bytes, ipv6_bytes, mac_bytes
from wirelab.codecs.dissect.fields import DisplayField, Kind

_NUMBERS = frozenset((Kind.NUMBER, Kind.HEX))
TRUE, FALSE = frozenset(("true", "TRUE", "True")), frozenset(("false", "FALSE", "False"))


class LiteralError(ValueError):
    """The text is no value of that type."""


class Network(NamedTuple):
    """An address prefix; addresses compare with it by their first bits."""

    address: bytes
    bits: int

    def comparison(self, variable: str, operator: str) -> str:
        """Python for comparing the address in a variable."""
        size = len(self.address)
        shift = size * 8 - self.bits
        prefix = int.from_bytes(self.address, "big") >> shift
        if operator == "==" and self.bits % 8 == 0:
            return f"{variable}.startswith({self.address[: self.bits // 8]!r})"
        return f"int.from_bytes({variable}, 'big') >> {shift} {operator} {prefix}"


def read_literal(text: str, quoted: bool, field: DisplayField | None, kind: Kind) -> Any:
    """The value that `text` stands for.

    Args:
        text: without quotes.
        quoted: whether it had quotes.
        field: what it is compared with, for names of numbers.
        kind: the type.

    Raises:
        LiteralError: it is no value of that type.
    """
    if kind in _NUMBERS:
        return _number(text, quoted, field)
    return _READERS[kind](text, quoted)


def _number(text: str, quoted: bool, field: DisplayField | None) -> int:
    if quoted or not text[:1].isdigit():
        for number, name in ((field.names if field else None) or {}).items():
            if name.lower() == text.lower():
                return number
        if quoted:
            raise LiteralError(f"{text!r} is no number")
    return parse_integer(text)


def parse_integer(text: str) -> int:
    """Decimal, `0x` hexadecimal, `0b` binary, or octal with a leading 0."""
    try:
        if re.fullmatch(r"0[0-7]+", text):
            return int(text, 8)
        return int(text, 0)
    except ValueError:
        raise LiteralError(f"{text!r} is no number") from None


def _boolean(text: str, quoted: bool) -> bool:
    if text in TRUE:
        return True
    if text in FALSE:
        return False
    return bool(parse_integer(text))


def _ipv4(text: str, quoted: bool) -> bytes | Network:
    return _address(text, ipv4_bytes)


def _ipv6(text: str, quoted: bool) -> bytes | Network:
    return _address(text, ipv6_bytes)


def _address(text: str, read: Callable[[str], bytes]) -> bytes | Network:
    address, slash, prefix = text.partition("/")
    try:
        value = read(address)
    except AddressError as error:
        raise LiteralError(str(error)) from None
    if not slash:
        return value
    most = len(value) * 8
    if not prefix.isdecimal() or int(prefix) > most:
        raise LiteralError(f"{prefix!r} is no prefix length from 0 to {most}")
    return Network(value, int(prefix))


def _mac(text: str, quoted: bool) -> bytes:
    try:
        return mac_bytes(text)
    except AddressError as error:
        raise LiteralError(str(error)) from None


def parse_bytes(text: str, quoted: bool) -> bytes:
    """Hexadecimal bytes with `:`, `-` or `.` between them; the characters of a quoted string."""
    if quoted:
        return text.encode("utf-8", "surrogateescape")
    if re.fullmatch(r"[0-9a-fA-F]{2}([:.-]?[0-9a-fA-F]{2})*", text):
        return bytes.fromhex(re.sub(r"[:.-]", "", text))
    try:
        number = parse_integer(text)
    except LiteralError:
        number = -1
    if 0 <= number <= 255:
        return bytes((number,))
    raise LiteralError(f"{text!r} is no byte string; write 00:00:5e or a quoted string")


def _duration(text: str, quoted: bool) -> int:
    found = re.fullmatch(r"(-?)(\d+)(?:\.(\d{1,9}))?", text)
    if found is None:
        raise LiteralError(f"{text!r} is no number of seconds")
    sign, seconds, fraction = found.groups()
    value = int(seconds) * 1_000_000_000 + int((fraction or "").ljust(9, "0") or 0)
    return -value if sign else value


def _milliseconds(text: str, quoted: bool) -> int:
    try:
        return round(float(text) * 1e6)
    except ValueError:
        raise LiteralError(f"{text!r} is no number of milliseconds") from None


def _time(text: str, quoted: bool) -> int:
    # Imported here: hardly any filter names a date.
    from datetime import datetime

    whole, _, fraction = text.partition(".")
    fraction, _, zone = fraction.partition(" ")
    if whole.endswith(" UTC"):
        whole, zone = whole[:-4], "UTC"
    for layout in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%b %d, %Y %H:%M:%S", "%Y-%m-%d"):
        try:
            moment = datetime.strptime(whole, layout)
        except ValueError:
            continue
        aware = moment.astimezone() if zone != "UTC" else _utc(moment)
        return int(aware.timestamp()) * 1_000_000_000 + int((fraction or "0").ljust(9, "0"))
    raise LiteralError(f'{text!r} is no time; write "2026-01-31 12:00:00"')


def _utc(moment: Any) -> Any:
    from datetime import UTC

    return moment.replace(tzinfo=UTC)


def _string(text: str, quoted: bool) -> str:
    return text


_READERS: dict[Kind, Callable[[str, bool], Any]] = {
    Kind.BOOLEAN: _boolean,
    Kind.IPV4: _ipv4,
    Kind.IPV6: _ipv6,
    Kind.MAC: _mac,
    Kind.BYTES: parse_bytes,
    Kind.PROTOCOL: parse_bytes,
    Kind.STRING: _string,
    Kind.DURATION: _duration,
    Kind.MILLISECONDS: _milliseconds,
    Kind.TIME: _time,
}
