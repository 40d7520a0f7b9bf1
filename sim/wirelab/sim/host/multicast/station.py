"""One protocol, IGMP or MLD, on one interface: its listener, and its querier where it has one."""

from wirelab.sim.host.multicast.listener import Listener
from wirelab.sim.host.multicast.messages import GroupRecord, Query


class Station:
    """See `GroupEars`.

    Attributes:
        listener: tells routers what this host wants.
    """

    __slots__ = ("listener",)

    def __init__(self, listener: Listener) -> None:
        self.listener = listener

    def query(self, query: Query, source: bytes, now: int) -> None:
        """A querier asks."""
        self.listener.query(query, now)

    def old_report(self, generation: int, group: bytes, now: int) -> None:
        """Another listener tells of a group, in generation 1 or 2."""
        self.listener.heard_report(group, now)

    def leave(self, group: bytes, now: int) -> None:
        """Another listener of generation 2 left a group."""

    def records(self, records: list[GroupRecord], now: int) -> None:
        """Another listener of generation 3 tells of groups."""
