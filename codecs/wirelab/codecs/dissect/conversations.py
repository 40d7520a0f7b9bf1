"""Numbering conversations, as `udp.stream` and `tcp.stream` do."""

from typing import Generic, TypeAlias, TypeVar

State = TypeVar("State")

Endpoint: TypeAlias = tuple[bytes, int]
"""Address and port."""
Key: TypeAlias = tuple[Endpoint, Endpoint]


def conversation_key(
    source: bytes, source_port: int, destination: bytes, destination_port: int
) -> Key:
    """The same for both directions."""
    one, other = (source, source_port), (destination, destination_port)
    return (one, other) if one <= other else (other, one)


class Conversations(Generic[State]):
    """The newest conversation of each pair of endpoints, numbered from 0 as they begin."""

    __slots__ = ("_newest", "count")

    def __init__(self) -> None:
        self._newest: dict[Key, State] = {}
        self.count = 0

    def find(self, key: Key) -> State | None:
        """The conversation of these endpoints, if one began."""
        return self._newest.get(key)

    def begin(self, key: Key, state: State) -> State:
        """Begin one; it hides an older one of the same endpoints."""
        self._newest[key] = state
        self.count += 1
        return state
