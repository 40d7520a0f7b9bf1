"""One protocol, IGMP or MLD, on one interface: its listener, and its querier where it has one."""

from wirelab.sim.host.multicast.listener import Listener
from wirelab.sim.host.multicast.messages import GroupRecord, Query
from wirelab.sim.host.multicast.querier import Querier


class Station:
    """See `GroupEars`.

    Attributes:
        listener: tells routers what this host wants.
        querier: asks others what they want, on a router.
    """

    __slots__ = ("listener", "querier")

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        self.querier: Querier | None = None

    def query(self, query: Query, source: bytes, now: int) -> None:
        """Another router asks."""
        self.listener.query(query, now)
        if self.querier is not None:
            self.querier.heard_query(query, source, now)

    def old_report(self, generation: int, group: bytes, now: int) -> None:
        """Another listener tells of a group, in generation 1 or 2."""
        self.listener.heard_report(group, now)
        if self.querier is not None:
            self.querier.heard_report(generation, group, now)

    def leave(self, group: bytes, now: int) -> None:
        """Another listener of generation 2 left a group."""
        if self.querier is not None:
            self.querier.heard_leave(group, now)

    def records(self, records: list[GroupRecord], now: int) -> None:
        """Another listener of generation 3 tells of groups."""
        if self.querier is not None:
            self.querier.heard_records(records, now)
