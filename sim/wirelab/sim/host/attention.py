"""How a host tells its driver that it was called, so that nobody has to ask ten thousand hosts.

A call leaves something behind: a frame, a connection with something to send, a timer. Whoever
leaves it wakes the driver, which looks after the host when it comes to that.

Rule: one look is enough for all that happens until it. So the driver says when it wants to hear
(`asleep`), and what is done for each frame costs no more than to see that it does not.
"""

from collections.abc import Callable


def _nobody() -> None:
    """A driver that looks after its only host by itself."""


class Attention:
    """Between one host and its driver.

    Attributes:
        asleep: the driver wants to be woken; waking it is to end that.
        always: there are services, which are to be asked whatever happens: their events wait for
            the next look.
        wake: what wakes the driver.
    """

    __slots__ = ("always", "asleep", "wake")

    def __init__(self) -> None:
        self.asleep = False
        self.always = False
        self.wake: Callable[[], None] = _nobody

    def call(self) -> None:
        """Wake the driver, unless it is awake; where each frame passes, this stands in full."""
        if self.asleep:
            self.wake()
