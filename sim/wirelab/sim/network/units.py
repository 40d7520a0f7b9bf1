"""Durations and rates as people write them: `"1.5ms"`, `"10Mbit"`. Inside, integers only.

Integers pass through (nanoseconds, bits per second). Floats are refused, because 0.1 has no exact
binary value and a simulation must be the same everywhere.
"""

import re
from fractions import Fraction

_QUANTITY = re.compile(r"\s*([^\sA-Za-zµμ]*)\s*(\S*)\s*")  # a number, then a unit
_NANOSECONDS = {"ns": 1, "us": 10**3, "ms": 10**6, "s": 10**9, "min": 60 * 10**9}
_BITS = {"bit": 1, "kbit": 10**3, "Mbit": 10**6, "Gbit": 10**9}


def nanoseconds(duration: int | str) -> int:
    """A duration in nanoseconds.

    Args:
        duration: nanoseconds as an integer, or text such as `"250us"`, `"1.5 ms"`, `"2s"`.

    Raises:
        ValueError: a unit that is not one of ns, us, ms, s, min, or a negative duration.
        TypeError: neither an integer nor text.

    >>> nanoseconds("1.02ms")
    1020000
    """
    return _scaled(duration, _NANOSECONDS, "duration", "1.5ms")


def bits_per_second(rate: int | str) -> int:
    """A rate in bits per second.

    Args:
        rate: bits per second as an integer, or text such as `"100Mbit"`, `"1.5 Gbit"`.

    Raises:
        ValueError: a unit that is not one of bit, kbit, Mbit, Gbit, or a negative rate.
        TypeError: neither an integer nor text.

    >>> bits_per_second("10Mbit")
    10000000
    """
    return _scaled(rate, _BITS, "rate", "10Mbit")


def _scaled(value: int | str, units: dict[str, int], what: str, example: str) -> int:
    """`value` in the smallest unit of `units`."""
    if isinstance(value, int):
        number = value
    elif isinstance(value, str):
        match = _QUANTITY.fullmatch(value)
        digits, unit = match.groups() if match else (value, "")
        if unit not in units:
            raise ValueError(
                f"{what} {value!r}: no unit {unit!r}; use one of {', '.join(units)}, "
                f"for example {example!r}"
            )
        try:
            number = int(Fraction(digits) * units[unit])
        except (ValueError, ZeroDivisionError):
            raise ValueError(
                f"{what} {value!r}: {digits!r} is not a number; write it like {example!r}"
            ) from None
    else:
        raise TypeError(
            f"{what} {value!r} is a {type(value).__name__}; use an integer in "
            f"{next(iter(units))} or text such as {example!r}"
        )
    if number < 0:
        raise ValueError(f"{what} {value!r} is negative; use 0 or more")
    return number
