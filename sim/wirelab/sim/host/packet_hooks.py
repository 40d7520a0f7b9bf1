"""Where a box (NAT, filter) sees the packets of a host, and changes or stops them.

    link -> [sound?] -> received -> ours? -+-> ICMP, UDP, TCP
                                           |
                               forwarding: TTL, MTU -> leaving -> neighbour -> link
                                           |
                    ICMP, UDP, TCP -> route -+

Rule 1: hooks are in the order in which they were added, the outermost first: what comes in passes
them in that order, what leaves in the reverse one. So behind a NAT a filter sees inner addresses.
Rule 2: `received` comes after the checks of the header and before anybody asks whether the packet
is ours; what it returns is routed anew. `leaving` comes when all is decided (route, TTL, whether it
fits the link), so an ICMP error of the host quotes what its sender sent.
Rule 3: a host that has hooks takes no fast path: every packet passes them. One that has none pays
nothing.
Rule 4: with `wants_whole`, fragments are put together before `received`, and cut again behind
`leaving` to what they came in.

Models: Linux netfilter, whose PREROUTING and POSTROUTING these are, with `nf_defrag` for rule 4.
"""

from collections.abc import Callable
from typing import Protocol

from wirelab.sim.host.drops import Drop
from wirelab.sim.host.interface import Interface


class PacketHook(Protocol):
    """One box. Packets are whole IP packets of either family; the first 4 bits tell which."""

    @property
    def wants_whole(self) -> bool:
        """Whether it must see datagrams, never fragments, since it reads ports."""

    def received(self, packet: bytes, interface: Interface, now: int) -> bytes | Drop:
        """Judge a packet from a link.

        Args:
            packet: from the IP header to the end of its payload; no padding follows.
            interface: where it came in.
            now: ns.

        Returns:
            The packet to go on with, the same object if it is not changed; or why not. A drop that
            is `answered` asks the host to tell the sender: administratively prohibited.
        """

    def leaving(
        self, packet: bytes, arrived: Interface | None, interface: Interface, now: int
    ) -> bytes | Drop:
        """Judge a packet that is about to leave.

        Args:
            packet: as above.
            arrived: where it came in; None: it is this host's own.
            interface: where it leaves.
            now: ns.
        """

    def restored(self, packet: bytes, now: int) -> bytes:
        """Tell what a packet that has passed `leaving` was before.

        For its sender, who hears that the next hop never answered.
        """


class PacketHooks:
    """The hooks of one host, as one.

    Args:
        changed: called after a hook was added or taken out; what is remembered of earlier packets
            must be forgotten then.

    Attributes:
        wants_whole: one of them does.
    """

    __slots__ = ("_changed", "_inward", "_outward", "wants_whole")

    def __init__(self, changed: Callable[[], None] = lambda: None) -> None:
        self._changed = changed
        self._inward: tuple[PacketHook, ...] = ()
        self._outward: tuple[PacketHook, ...] = ()
        self.wants_whole = False

    def __bool__(self) -> bool:
        return bool(self._inward)

    def __len__(self) -> int:
        return len(self._inward)

    def add(self, hook: PacketHook) -> None:
        """Put a hook behind those there are, as seen from the links."""
        self._use((*self._inward, hook))

    def remove(self, hook: PacketHook) -> None:
        """Take a hook out.

        Raises:
            ValueError: it is not in.
        """
        if hook not in self._inward:
            raise ValueError(f"{hook!r} is no hook of this host; it has {list(self._inward)}")
        self._use(tuple(one for one in self._inward if one is not hook))

    def received(self, packet: bytes, interface: Interface, now: int) -> bytes | Drop:
        """Ask all, the outermost first; see `PacketHook.received`."""
        for hook in self._inward:
            judged = hook.received(packet, interface, now)
            if isinstance(judged, Drop):
                return judged
            packet = judged
        return packet

    def leaving(
        self, packet: bytes, arrived: Interface | None, interface: Interface, now: int
    ) -> bytes | Drop:
        """Ask all, the innermost first; see `PacketHook.leaving`."""
        for hook in self._outward:
            judged = hook.leaving(packet, arrived, interface, now)
            if isinstance(judged, Drop):
                return judged
            packet = judged
        return packet

    def restored(self, packet: bytes, now: int) -> bytes:
        """Undo what all have done to a packet that could not leave; see `PacketHook.restored`."""
        for hook in self._inward:
            packet = hook.restored(packet, now)
        return packet

    def _use(self, hooks: tuple[PacketHook, ...]) -> None:
        self._inward, self._outward = hooks, hooks[::-1]
        self.wants_whole = any(hook.wants_whole for hook in hooks)
        self._changed()
