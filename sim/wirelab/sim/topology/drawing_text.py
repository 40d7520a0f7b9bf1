"""A topology as a tree of characters.

Each network lists who is on it; behind a box hangs what it leads to. A network that was drawn
already is only named, so that a ring has an end.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from wirelab.sim.topology.model import Member, Segment

if TYPE_CHECKING:
    from wirelab.sim.topology.declaration import Topology


class _Glyphs(NamedTuple):
    branch: str
    last: str
    down: str


UNICODE = _Glyphs("├─ ", "└─ ", "│  ")
ASCII = _Glyphs("|- ", "`- ", "|  ")


def draw(topology: "Topology", ascii: bool) -> str:  # noqa: A002 (as the views call it)
    """Draw a topology that was checked; see `Topology.text`."""
    drawing = _Drawing(topology, ASCII if ascii else UNICODE)
    return "\n".join([summary(topology), *drawing.lines()])


def summary(topology: "Topology") -> str:
    """`office: 2 networks, 1 router, 3 hosts`."""
    counts = {"network": len(topology.segments)}
    for member in sorted(topology.members.values(), key=lambda one: not one.kind.joins):
        counts[member.kind.word] = counts.get(member.kind.word, 0) + 1
    parts = [f"{number} {word}{'s' * (number != 1)}" for word, number in counts.items()]
    return f"{topology.name}: {', '.join(parts)}"


def settings(segment: Segment) -> str:
    """What a network's links do, where it is unusual: `2ms  10Mbit  loss 1%  mtu 1400`."""
    plain = Segment("")
    parts = []
    if segment.latency != plain.latency:
        parts.append(segment.latency)
    if segment.rate:
        parts.append(segment.rate)
    if segment.loss:
        parts.append(f"loss {segment.loss * 100:g}%")
    if segment.mtu != plain.mtu:
        parts.append(f"mtu {segment.mtu}")
    return "  ".join(parts)


class _Drawing:
    def __init__(self, topology: "Topology", glyphs: _Glyphs) -> None:
        self._topology = topology
        self._glyphs = glyphs
        self._drawn: set[str] = set()

    def lines(self) -> Iterator[str]:
        for segment in self._topology.segments.values():
            if segment.name not in self._drawn:
                yield ""
                yield self._title(segment)
                yield from self._members(segment, None, "")

    def _title(self, segment: Segment) -> str:
        prefixes = "  ".join(map(str, segment.prefixes))
        return "  ".join(filter(None, (segment.name, prefixes, settings(segment))))

    def _members(self, segment: Segment, origin: Member | None, indent: str) -> Iterator[str]:
        """Who is on a network, without the box that it was reached by."""
        self._drawn.add(segment.name)
        present = [
            (member, attachment)
            for member in self._topology.members.values()
            if member is not origin and (attachment := member.on(segment.name)) is not None
        ]
        present.sort(key=lambda one: one[0].kind.joins)  # hosts first: boxes open subtrees
        for number, (member, attachment) in enumerate(present):
            last = number == len(present) - 1
            kind = f" ({member.kind.word})" if member.kind.joins else ""
            branch = self._glyphs.last if last else self._glyphs.branch
            serves = f"  serves {', '.join(member.services)}" if member.services else ""
            yield f"{indent}{branch}{member.name}{kind}  {attachment.text()}{serves}"
            below = indent + ("   " if last else self._glyphs.down)
            yield from self._beyond(member, segment, below)

    def _beyond(self, member: Member, origin: Segment, indent: str) -> Iterator[str]:
        """The other networks of a machine."""
        others = [one for one in member.attachments if one.network != origin.name]
        for number, attachment in enumerate(others):
            last = number == len(others) - 1
            branch = self._glyphs.last if last else self._glyphs.branch
            segment = self._topology.segments[attachment.network]
            if segment.name in self._drawn:
                yield f"{indent}{branch}{segment.name}, see above  {attachment.text()}"
                continue
            own = f"  ({member.name}: {attachment.text()})"
            yield f"{indent}{branch}{self._title(segment)}{own}"
            below = indent + ("   " if last else self._glyphs.down)
            yield from self._members(segment, member, below)
