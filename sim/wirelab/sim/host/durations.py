"""Units of time: every time in a host is an integer of nanoseconds."""

from typing import Final

SECOND: Final = 1_000_000_000
MILLISECOND: Final = 1_000_000
MICROSECOND: Final = 1_000
