"""The user timeout on the wire: each side tells how long it will bear silence, and heeds the other.

Source: RFC 5482 sections 3 (the option, and in which segments), 3.1 (USER_TIMEOUT), 3.2 (limits).

Rule 1: only where `TcpConfig.user_timeout_option` is on; else the option is neither sent nor read.
Rule 2: who has set TCP_USER_TIMEOUT keeps to that (CHANGEABLE is false), and tells it (ADV_UTO).
Rule 3: else the longer one of what both sides told counts, within the limits. Until the peer has
told anything, tries count and not time.
"""

from typing import TYPE_CHECKING, Final

from wirelab.sim.host.durations import SECOND

if TYPE_CHECKING:
    from wirelab.sim.host.tcp.tcb import Tcb

KIND: Final = 28
LENGTH: Final = 4  # bytes; a multiple of 4, so that it needs no padding

SHORTEST: Final = 100 * SECOND
"""L_LIMIT: RFC 1122 section 4.2.3.5, R2; no peer may make us give up sooner."""

LONGEST: Final = 3600 * SECOND
"""U_LIMIT, ours: nor may it make us keep a dead connection for longer."""

_MINUTES: Final = 0x8000  # the bit G
_MAXIMUM: Final = 0x7FFF


class ToldTimeout:
    """What the two sides of a connection have told each other.

    Attributes:
        is_due: ours goes with the next segment.
        heard: the peer's, ns; None: it has told nothing.
    """

    __slots__ = ("heard", "is_due")

    def __init__(self) -> None:
        self.is_due = True  # once more behind the SYN, which a SYN cookie may have forgotten
        self.heard: int | None = None


def option(tcb: "Tcb") -> bytes:
    """The option as our next segment carries it."""
    value = encoded(tcb.options.user_timeout or tcb.config.user_timeout_option)
    return bytes((KIND, LENGTH)) + value.to_bytes(2, "big")


def encoded(timeout: int) -> int:
    """The 16 bits for a timeout in ns: seconds, or minutes where it is too long for these.

    >>> encoded(90 * SECOND), hex(encoded(40_000 * SECOND))
    (90, '0x829b')
    """
    seconds = max(-(-timeout // SECOND), 1)
    if seconds <= _MAXIMUM:
        return seconds
    return _MINUTES | min(-(-seconds // 60), _MAXIMUM)


def decoded(value: int) -> int:
    """Nanoseconds.

    >>> decoded(0x8002) // SECOND
    120
    """
    return (value & _MAXIMUM) * (60 if value & _MINUTES else 1) * SECOND


def heard(tcb: "Tcb", value: int) -> None:
    """The peer has told its timeout; 0 means nothing (section 3.1)."""
    told = tcb.told_timeout
    if told is not None and value & _MAXIMUM:
        told.heard = decoded(value)


def in_force(tcb: "Tcb", told: ToldTimeout) -> int:
    """USER_TIMEOUT, ns; 0: tries count."""
    own = tcb.options.user_timeout
    if own or told.heard is None:
        return own
    return min(LONGEST, max(tcb.config.user_timeout_option, told.heard, SHORTEST))


def changed(tcb: "Tcb", now: int) -> None:
    """The application has set another timeout: the peer is to know."""
    if tcb.told_timeout is not None:
        tcb.told_timeout.is_due = True
