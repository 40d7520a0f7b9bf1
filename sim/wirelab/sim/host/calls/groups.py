"""Calls about multicast groups.

Source: RFC 3376 section 2 and RFC 3810 section 3 (the service interface of IGMP and MLD).
"""

from wirelab.sim.host.layers import Layers
from wirelab.sim.host.multicast.source_filter import EVERYBODY, NOBODY, SourceFilter


class GroupCalls:
    """See the module."""

    _layers: Layers

    def join_group(
        self, group: bytes, now: int, interface: int = 0, wanted: SourceFilter = EVERYBODY
    ) -> None:
        """Hear a multicast group, and tell the routers (IGMP, MLD).

        This is the host's own wish; each socket has its own beside it, with `multicast.listen`.

        Args:
            group: multicast address, 4 or 16 bytes.
            now: ns.
            interface: index.
            wanted: whose packets to it; takes the place of what was wanted before.

        Raises:
            ValueError: no group, or a source that is no unicast address of its family.
        """
        if len(group) == 16:
            self._layers.speak_ipv6()
        self._layers.multicast.listen(self, interface, group, wanted, now)

    def leave_group(self, group: bytes, now: int, interface: int = 0) -> None:
        """Hear a group no longer, unless a socket wants it."""
        self._layers.multicast.listen(self, interface, group, NOBODY, now)
