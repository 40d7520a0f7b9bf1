r"""How far a TCP connection has come, as a box in its path sees it.

Source: RFC 6146 section 3.5.2.2 (the state machine), with RFC 7857 section 2 (partially open,
closing, reset).

    INIT --both sides spoke--> ESTABLISHED --FIN of both--> CLOSING
       \\---------- RST --> TRANSITORY <-- RST ----------------/
                           TRANSITORY --anything else--> what it was

Ours: a segment of either side opens, not a SYN alone, so that a connection that is older than the
box is taken up.
"""

from enum import Enum
from typing import Final

FIN: Final = 0x01  # RFC 9293 section 3.1, as all flags
SYN: Final = 0x02
RST: Final = 0x04
ACK: Final = 0x10

_BOTH: Final = 3  # bits: 1 of who opened, 2 of who answers


class TcpState(Enum):
    """Where it stands; only ESTABLISHED may be silent for long."""

    INIT = "INIT"
    ESTABLISHED = "ESTABLISHED"
    CLOSING = "CLOSING"
    TRANSITORY = "TRANSITORY"


class TcpProgress:
    """Of one connection."""

    __slots__ = ("_finished", "_spoke", "state")

    def __init__(self) -> None:
        self.state = TcpState.INIT
        self._spoke = 0
        self._finished = 0

    def see(self, flags: int, *, forward: bool) -> TcpState:
        """Take a segment into account.

        Args:
            flags: of the segment.
            forward: it goes the way that the first segment went.
        """
        if flags & RST:
            self.state = TcpState.TRANSITORY
            return self.state
        if flags & (SYN | ACK) == SYN and self.state in (TcpState.CLOSING, TcpState.TRANSITORY):
            self._spoke = self._finished = 0  # the same ports again (RFC 9293 section 3.6.1)
        side = 1 if forward else 2
        self._spoke |= side
        if flags & FIN:
            self._finished |= side
        if self._finished == _BOTH:
            self.state = TcpState.CLOSING
        else:
            self.state = TcpState.ESTABLISHED if self._spoke == _BOTH else TcpState.INIT
        return self.state
