"""Numbering conversations, as `udp.stream` and `tcp.stream` do, in bounded memory."""

from typing import Generic, TypeAlias, TypeVar

State = TypeVar("State")
AnyKey = TypeVar("AnyKey")

Endpoint: TypeAlias = tuple[bytes, int]
"""Address and port."""
Key: TypeAlias = tuple[Endpoint, Endpoint]

MOST = 1 << 18
"""Ours: entries that may begin before an idle one is forgotten; a TCP stream takes about 1 KiB."""


def conversation_key(
    source: bytes, source_port: int, destination: bytes, destination_port: int
) -> Key:
    """The same for both directions."""
    one, other = (source, source_port), (destination, destination_port)
    return (one, other) if one <= other else (other, one)


class Remembered(Generic[AnyKey, State]):
    """A dictionary that forgets what has not been looked up for long.

    Two generations: when `most` entries are in the young one, it becomes the old one, and what is
    left in the old one is forgotten. Looking an entry up makes it young. So at most `2 * most`
    entries are kept, and an entry stays at least until `most` others have begun.
    """

    __slots__ = ("_most", "_old", "_young")

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._young: dict[AnyKey, State] = {}
        self._old: dict[AnyKey, State] = {}

    def find(self, key: AnyKey) -> State | None:
        """The entry, if it is still known."""
        found = self._young.get(key)
        if found is None and self._old:
            found = self._old.pop(key, None)
            if found is not None:
                self.keep(key, found)
        return found

    def keep(self, key: AnyKey, state: State) -> None:
        """Set an entry."""
        if len(self._young) >= self._most:
            self._old, self._young = self._young, {}
        self._young[key] = state

    def forget(self, key: AnyKey) -> State | None:
        """Take an entry out, if it is still known."""
        return self._young.pop(key, None) or self._old.pop(key, None)


class Conversations(Generic[State]):
    """The newest conversation of each pair of endpoints, numbered from 0 as they begin."""

    __slots__ = ("_newest", "count", "find")

    def __init__(self) -> None:
        self._newest: Remembered[Key, State] = Remembered()
        self.find = self._newest.find
        """The conversation of these endpoints, if one began and is still known."""
        self.count = 0

    def begin(self, key: Key, state: State) -> State:
        """Begin one; it hides an older one of the same endpoints."""
        self._newest.keep(key, state)
        self.count += 1
        return state
