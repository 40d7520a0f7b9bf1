"""A learning switch: it knows by which port each MAC address was last heard.

Source: IEEE 802.1Q clause 8.6 (forwarding), 8.7 (learning), 8.8 (the table and its ageing). No
spanning tree: a loop of switches would circle frames for ever, and is refused when the link that
closes it is made.

Rule 1: a frame leaves by one port, or by all other ports when its destination is unknown or a group
address; each further copy is a frame of its own in the trace. With no port to leave by it is
dropped here: `eth.no_other_port`.
Rule 2: the table is bounded. When it is full of addresses heard lately, new ones are not learned,
and what is sent to them is flooded: a flood of forged addresses displaces nobody.
Rule 3: without VLANs tags are none of its business. From the first `access` or `trunk` on, a port
that nothing was said of is an access port of VLAN 1, and each VLAN learns for itself (8.8.8).
"""

from typing import TYPE_CHECKING, Final

from wirelab.codecs.addresses import mac_text
from wirelab.sim.host.drops import Drop
from wirelab.sim.network import vlan as vlans
from wirelab.sim.network.errors import SimulationError
from wirelab.sim.network.events import EventQueue
from wirelab.sim.network.link import Direction, Link
from wirelab.sim.network.vlan import PortVlans
from wirelab.sim.reasons import Reason
from wirelab.sim.trace.ledger import Trace
from wirelab.sim.trace.records import FrameRecord

if TYPE_CHECKING:
    from collections.abc import Iterable

AGEING: Final = 300_000_000_000  # ns; IEEE 802.1Q table 8-6: 300 s is recommended
CAPACITY: Final = 16_384  # MAC addresses; ours: what a switch of this century has
SHORTEST_FRAME: Final = 14  # bytes: both addresses and the type, IEEE 802.3 clause 3.1
RESERVED_GROUPS: Final = b"\x01\x80\xc2\x00\x00"
"""Group addresses that begin so and end in 00 to 0F go no further (IEEE 802.1Q table 8-1)."""

_ACCESS_TO_THE_DEFAULT: Final = PortVlans()


class SwitchPort:
    """One port of a switch; part of it from `plug` on."""

    __slots__ = ("_switch", "name", "out", "vlans")

    def __init__(self, switch: "Switch") -> None:
        self._switch = switch
        self.name = switch.name
        self.out: Direction | None = None
        self.vlans = _ACCESS_TO_THE_DEFAULT

    def plug(self, out: Direction) -> None:
        """Join the switch, with a link to send by."""
        self.out = out
        self._switch.ports.append(self)

    def arrive(self, record: FrameRecord) -> None:
        """Learn the sender, pass the frame on."""
        self._switch.forward(record, self)


class _Station:
    """Where a MAC address was heard last, and when (ns)."""

    __slots__ = ("heard_at", "port")

    def __init__(self, port: SwitchPort, heard_at: int) -> None:
        self.port = port
        self.heard_at = heard_at


class Switch:
    """Make it with `Network.switch`.

    Attributes:
        ageing: ns after which an address that was not heard is forgotten.
        capacity: the most addresses that are remembered.
    """

    def __init__(
        self,
        name: str,
        events: EventQueue,
        trace: Trace,
        *,
        ageing: int = AGEING,
        capacity: int = CAPACITY,
    ) -> None:
        if capacity < 0:
            raise SimulationError(f"capacity {capacity}: use 0 or more MAC addresses")
        self.name = name
        self.ports: list[SwitchPort] = []
        self.ageing = ageing
        self.capacity = capacity
        self._events = events
        self._trace = trace
        self._has_vlans = False
        self._stations: dict[bytes | tuple[int, bytes], _Station] = {}
        self._sweep_at = 0  # ns: before this nothing in a full table is old

    def __repr__(self) -> str:
        return f"<Switch {self.name}: {len(self.ports)} ports, {len(self._stations)} MACs learned>"

    # VLANs.

    def access(self, port: Link | str, vlan: int) -> None:
        """Make a port an access port: its frames have no tag, and are in one VLAN.

        Args:
            port: the link there, or the name of what is at its other end.
            vlan: 1 to 4094.

        Raises:
            SimulationError: no such port, or no such VLAN.
        """
        self._set_vlans(port, vlans.access(vlan))

    def trunk(
        self, port: Link | str, carried: "Iterable[int] | None" = None, native: int | None = None
    ) -> None:
        """Make a port a trunk: its frames say by a tag which VLAN they are in.

        Args:
            port: the link there, or the name of what is at its other end.
            carried: the VLANs that may pass; None for all.
            native: a VLAN whose frames go without a tag.

        Raises:
            SimulationError: no such port, or no such VLAN.
        """
        self._set_vlans(port, vlans.trunk(carried, native))

    def _set_vlans(self, port: Link | str, port_vlans: PortVlans) -> None:
        self.port(port).vlans = port_vlans
        self._has_vlans = True
        self.forget()

    def port(self, end: Link | str) -> SwitchPort:
        """The port where a link ends, or behind which there is a host or switch of this name.

        Raises:
            SimulationError: there is none, or more than one.
        """
        found = [
            port
            for port in self.ports
            if port.out is not None and end in (port.out.link, port.out.destination.name)
        ]
        if len(found) == 1:
            return found[0]
        wanted = f"link {end.name}" if isinstance(end, Link) else repr(end)
        names = [port.out.destination.name for port in self.ports if port.out is not None]
        raise SimulationError(
            f"{len(found)} ports of {self.name} lead to {wanted}; it has ports to {names}; "
            "give the Link that Network.link returned"
        )

    # Frames.

    def forward(self, record: FrameRecord, source: SwitchPort) -> None:
        """Send a frame that came in by `source` to where its destination is, or everywhere."""
        data = record.data
        if len(data) < SHORTEST_FRAME:
            self._drop(record, Drop(Reason.ETH_TOO_SHORT, f"{len(data)} bytes"))
            return
        destination, sender = data[:6], data[6:12]
        group = destination[0] & 1
        if group and destination[:5] == RESERVED_GROUPS and destination[5] < 16:
            detail = f"destination {mac_text(destination)}"
            self._drop(record, Drop(Reason.ETH_RESERVED_GROUP, detail))
        elif self._has_vlans:
            self._forward_in_vlan(record, source)
        else:
            self._learn(sender, sender, source)
            known = None if group else self._port_of(destination)
            ports = self.ports if known is None else (known,)
            ways = [port.out for port in ports if port is not source and port.out is not None]
            if not ways:
                self._drop_without_way(record, known)
                return
            ways[0].send(record)
            for way in ways[1:]:
                way.send(self._trace.frame_copied(record, self._events.now))

    def _forward_in_vlan(self, record: FrameRecord, source: SwitchPort) -> None:
        vlan, priority, plain = source.vlans.classify(record.data)
        if vlan is None:
            tag = record.data[12:16].hex() if record.data[12:14] == vlans.TAG_TYPE else "no tag"
            self._drop(record, Drop(Reason.ETH_WRONG_VLAN, f"{tag}; the port has {source.vlans}"))
            return
        destination, sender = plain[:6], plain[6:12]
        self._learn((vlan, sender), sender, source)
        known = None if destination[0] & 1 else self._port_of((vlan, destination))
        ports = self.ports if known is None else (known,)
        leaving = [
            (port.out, port.vlans.dress(plain, vlan, priority))
            for port in ports
            if port is not source and port.out is not None and port.vlans.carries(vlan)
        ]
        if not leaving:
            self._drop_without_way(record, known)
            return
        for number, (way, dressed) in enumerate(leaving):
            leaver = self._trace.frame_copied(record, self._events.now) if number else record
            if leaver.as_sent is None and dressed != leaver.data:
                leaver.as_sent = leaver.data
            leaver.data = dressed
            way.send(leaver)

    def _drop_without_way(self, record: FrameRecord, known: SwitchPort | None) -> None:
        detail = "" if known is None else "the destination is there"
        self._drop(record, Drop(Reason.ETH_NO_OTHER_PORT, detail))

    def _drop(self, record: FrameRecord, drop: Drop) -> None:
        self._trace.frame_arrived(record, self.name, drop, self._events.now)

    # The table.

    def _learn(self, key: bytes | tuple[int, bytes], sender: bytes, source: SwitchPort) -> None:
        """Remember where a station is (IEEE 802.1Q clause 8.7); a group address is no station."""
        station = self._stations.get(key)
        now = self._events.now
        if station is not None:
            station.port = source
            station.heard_at = now
        elif sender and not sender[0] & 1 and self._has_room(now):
            self._stations[key] = _Station(source, now)

    def _port_of(self, key: bytes | tuple[int, bytes]) -> SwitchPort | None:
        station = self._stations.get(key)
        if station is None:
            return None
        if self._events.now - station.heard_at < self.ageing:
            return station.port
        del self._stations[key]
        return None

    def _has_room(self, now: int) -> bool:
        if len(self._stations) < self.capacity:
            return True
        if now >= self._sweep_at:  # a look at every address, so only when one may have grown old
            oldest = now - self.ageing
            kept = {key: one for key, one in self._stations.items() if one.heard_at > oldest}
            self._stations = kept
            first = min((one.heard_at for one in kept.values()), default=now)
            self._sweep_at = first + self.ageing
        return len(self._stations) < self.capacity

    def forget(self) -> None:
        """Unlearn every address."""
        self._stations.clear()
        self._sweep_at = 0
