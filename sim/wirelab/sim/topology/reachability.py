"""Who reaches whom, and by which next hop: fewest boxes on the way, of equals the first declared.

A router and a filter lead both ways. A NAT leads from its inside to its outside only, since nobody
outside knows the addresses inside (RFC 4787 section 1); IPv6 it does not translate, so for that it
is a router.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from wirelab.sim.topology.model import Kind, Member, Segment


@dataclass(frozen=True, slots=True)
class Way:
    """How to begin.

    Attributes:
        network: one's own network, by which to leave.
        box: the first one on the way; its address on `network` is the next hop.
    """

    network: str
    box: Member


class Reachability:
    """The ways of one family.

    Args:
        segments: networks by name.
        members: machines by name.
        size: bytes of an address, 4 or 16: only networks with a prefix of this family count.
    """

    def __init__(self, segments: dict[str, Segment], members: dict[str, Member], size: int) -> None:
        version = 4 if size == 4 else 6
        self.size = size
        self._networks = [
            name
            for name, segment in segments.items()
            if any(prefix.version == version for prefix in segment.prefixes)
        ]
        self._boxes = [member for member in members.values() if member.kind.joins]
        self._ways: dict[tuple[str, ...], dict[str, Way]] = {}

    def speaks(self, network: str) -> bool:
        """Whether a network has a prefix of this family."""
        return network in self._networks

    def leads(self, origin: str, destination: str) -> bool:
        """Whether what is on one network reaches another."""
        return origin == destination or destination in self.ways([origin])

    def ways(self, origins: Iterable[str]) -> dict[str, Way]:
        """The way to every other network that can be reached.

        Args:
            origins: one's own networks.
        """
        key = tuple(origins)
        known = self._ways.get(key)
        if known is not None:
            return known
        found: dict[str, Way] = {}
        waiting = deque(name for name in key if self.speaks(name))
        while waiting:
            here = waiting.popleft()
            for box, further in self._steps(here):
                if further not in key and further not in found:
                    found[further] = found.get(here) or Way(here, box)
                    waiting.append(further)
        self._ways[key] = found
        return found

    def _steps(self, network: str) -> Iterator[tuple[Member, str]]:
        for box in self._boxes:
            if box.on(network) is None or not self._passes(box, network):
                continue
            for attachment in box.attachments:
                if attachment.network != network and self.speaks(attachment.network):
                    yield box, attachment.network

    def _passes(self, box: Member, origin: str) -> bool:
        one_way = box.kind is Kind.NAT and self.size == 4
        return not one_way or origin != box.attachments[0].network
