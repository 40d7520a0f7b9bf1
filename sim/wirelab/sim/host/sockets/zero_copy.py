"""MSG_ZEROCOPY: telling an application when the bytes of a send are no longer needed.

Source: Linux, Documentation/networking/msg_zerocopy.rst. With SO_ZEROCOPY set, every send with the
flag that takes bytes has a number, from 0 on. Once the peer has acknowledged all of its bytes, or
the connection is over, the number comes back in the error queue.

Rule 1: this host copies what it is given, and says so (SO_EE_CODE_ZEROCOPY_COPIED), as Linux does
where it has to copy after all.
Rule 2: numbers in a row are told in one entry, as a range, until somebody reads it.
"""

from collections import deque

_NUMBERS = 1 << 32


class ZeroCopySends:
    """The sends of one socket whose bytes are not yet free.

    Attributes:
        told: entries or extensions of entries so far; changes whenever something is told.
    """

    __slots__ = ("_awaited", "_next", "told")

    def __init__(self) -> None:
        self._awaited: deque[int] = deque()
        self._next = 0  # number of the first that is awaited
        self.told = 0

    def sent(self, end: int) -> None:
        """A send was taken; its last byte comes before sequence number `end` (not wrapped)."""
        self._awaited.append(end)

    def acknowledged(self, una: int | None) -> tuple[int, int] | None:
        """First and last number of what is free now; None: nothing new.

        Args:
            una: SND.UNA; None: the connection is over.
        """
        awaited = self._awaited
        count = 0
        while awaited and (una is None or awaited[0] <= una):
            awaited.popleft()
            count += 1
        if not count:
            return None
        first = self._next
        self._next = (first + count) % _NUMBERS
        self.told += 1
        return first, (first + count - 1) % _NUMBERS
