"""What a stateful filter remembers: who has begun what with whom, and until when.

    new --first packet--> unanswered --an answer--> answered --silence--> forgotten

Rule 1: a conversation is found from both of its ends; what has expired is not found.
Rule 2: the memory is bounded. When it is full, what was never answered makes room, the oldest
first: a flood of beginnings displaces beginnings, never what is going on.
"""

from wirelab.sim.boxes.lifetimes import Lifetimes
from wirelab.sim.boxes.reading import TCP, Reading
from wirelab.sim.boxes.tcp_progress import TcpProgress, TcpState

Key = tuple[int, bytes, int, bytes, int]
"""Protocol, then address and port of who began, and of the other."""


class Connection:
    """One conversation.

    Attributes:
        expires_at: ns.
        tcp: how far it has come; None where it is no TCP.
    """

    __slots__ = ("expires_at", "tcp")

    def __init__(self, tcp: TcpProgress | None) -> None:
        self.expires_at = 0
        self.tcp = tcp

    @property
    def is_over(self) -> bool:
        """Whether its ports may begin something new."""
        return self.tcp is not None and self.tcp.state in (TcpState.CLOSING, TcpState.TRANSITORY)


class Connections:
    """The table.

    Args:
        lifetimes: how long what is remembered.
        capacity: the most conversations.
    """

    def __init__(self, lifetimes: Lifetimes, capacity: int) -> None:
        self._lifetimes = lifetimes
        self._capacity = capacity
        self._table: dict[Key, Connection] = {}
        self._unanswered: dict[Key, None] = {}
        self._sweep_at = 0  # ns: before this nothing in a full table has expired

    def __len__(self) -> int:
        """Conversations, perhaps some that have expired."""
        return len(self._table)

    def find(self, reading: Reading, now: int) -> tuple[Connection, bool] | None:
        """The conversation of a packet, and whether it goes the way that the first one went."""
        key = _key(reading)
        connection = self._table.get(key)
        if connection is not None and connection.expires_at > now:
            return connection, True
        connection = self._table.get(_reversed(key))
        if connection is not None and connection.expires_at > now:
            return connection, False
        return None

    def see(self, connection: Connection, reading: Reading, forward: bool, now: int) -> None:
        """Take one of its packets into account."""
        if connection.tcp is not None:
            connection.tcp.see(reading.code, forward=forward)
        if not forward:
            self._unanswered.pop(_reversed(_key(reading)), None)
        connection.expires_at = now + self._lifetimes.of(reading.protocol, connection.tcp)

    def begin(self, reading: Reading, now: int) -> bool:
        """Remember a new conversation by its first packet; False: there is no room."""
        key = _key(reading)
        self._forget(key)
        self._forget(_reversed(key))
        if len(self._table) >= self._capacity and not self._make_room(now):
            return False
        connection = Connection(TcpProgress() if reading.protocol == TCP else None)
        self._table[key] = connection
        self._unanswered[key] = None
        self.see(connection, reading, True, now)
        return True

    def _forget(self, key: Key) -> None:
        if self._table.pop(key, None) is not None:
            self._unanswered.pop(key, None)

    def _make_room(self, now: int) -> bool:
        if now >= self._sweep_at:  # a look at all of them, so only when one may have expired
            expired = [key for key, one in self._table.items() if one.expires_at <= now]
            for key in expired:
                self._forget(key)
            self._sweep_at = min((one.expires_at for one in self._table.values()), default=now)
        if len(self._table) < self._capacity:
            return True
        oldest = next(iter(self._unanswered), None)
        if oldest is None:
            return False
        self._forget(oldest)
        return True


def _key(reading: Reading) -> Key:
    return (
        reading.protocol,
        reading.source,
        reading.source_port,
        reading.destination,
        reading.destination_port,
    )


def _reversed(key: Key) -> Key:
    protocol, source, source_port, destination, destination_port = key
    return protocol, destination, destination_port, source, source_port
