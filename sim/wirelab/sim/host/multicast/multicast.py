"""The groups of a host: what each socket wants, and what the interfaces therefore hear.

Source: RFC 3376 sections 2 and 3.2; RFC 3810 sections 3 and 4.2; RFC 1112 section 7.

    listen(socket, interface, group, filter) --> merged, an interface and group --> Listener
                                             --> `Interface.groups`, the frames that are taken

Rule 1: whoever listens is an object of its own (a socket, an address); its wishes end with
`forget`. Which packets a socket gets is its own filter's decision, not that of the interface.
Rule 2: a host that listens to nothing and is asked nothing has no state here.
"""

from collections.abc import Callable, Hashable, Iterable
from typing import Final

from wirelab.codecs.addresses import ip_text
from wirelab.sim.host.arrival import Arrival
from wirelab.sim.host.config import HostConfig, RandomSource
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.interface import Interface, is_group
from wirelab.sim.host.multicast import igmp, mld
from wirelab.sim.host.multicast.igmp import IgmpWire
from wirelab.sim.host.multicast.listener import Listener
from wirelab.sim.host.multicast.messages import GroupOutput, Wire
from wirelab.sim.host.multicast.mld import MldWire
from wirelab.sim.host.multicast.querier import Querier, QuerierConfig
from wirelab.sim.host.multicast.source_filter import NOBODY, SourceFilter, merged
from wirelab.sim.host.multicast.station import Station
from wirelab.sim.host.timers import Timers

_WIRES: Final[dict[int, Callable[[Interface, GroupOutput], Wire]]] = {4: IgmpWire, 16: MldWire}


class Multicast:
    """Group membership of one host, both families.

    Args:
        interfaces: the host's.
        output: sends the reports.
        timers: the host's.
        random: delays come from it, once somebody listens.
        config: which versions are spoken.
    """

    __slots__ = (
        "_config",
        "_interfaces",
        "_output",
        "_random",
        "_stations",
        "_timers",
        "_wishes",
    )

    def __init__(
        self,
        interfaces: list[Interface],
        output: GroupOutput,
        timers: Timers,
        random: RandomSource,
        config: HostConfig,
    ) -> None:
        self._interfaces = interfaces
        self._output = output
        self._timers = timers
        self._random = random
        self._config = config
        self._stations: dict[tuple[int, int], Station] = {}
        self._wishes: dict[tuple[int, bytes], dict[Hashable, SourceFilter]] = {}

    # --- calls -------------------------------------------------------------------------------

    def listen(
        self,
        holder: Hashable,
        interface: int,
        group: bytes,
        wanted: SourceFilter,
        now: int | None,
    ) -> None:
        """Want this of a group from now on (RFC 3376 section 2: IPMulticastListen).

        Args:
            holder: who wants it; a later call of the same holder takes the place of this one.
            interface: index.
            group: multicast address.
            wanted: `EVERYBODY` to join, `NOBODY` to leave, or something between.
            now: ns; None: the host does not run yet, and tells nobody before it is asked.

        Raises:
            ValueError: `group` is none, one of the sources is no unicast address of its family, or
                there is no such interface.
        """
        _check_group(group, wanted.sources)
        if not 0 <= interface < len(self._interfaces):
            raise ValueError(
                f"there is no interface {interface}; this host has {len(self._interfaces)}"
            )
        key = (interface, group)
        wishes = self._wishes.setdefault(key, {})
        if wanted == NOBODY:
            wishes.pop(holder, None)
        else:
            wishes[holder] = wanted
        after = merged(wishes.values())
        if not wishes:
            del self._wishes[key]
        self._settle(self._interfaces[interface], group, after, now)

    def forget(self, holder: Hashable, now: int) -> None:
        """Whoever this was listens no longer, to anything."""
        held = [key for key, wishes in self._wishes.items() if holder in wishes]
        for interface, group in held:
            self.listen(holder, interface, group, NOBODY, now)

    def wish(self, holder: Hashable, interface: int, group: bytes) -> SourceFilter:
        """What a holder wants of a group: `NOBODY` where it did not say."""
        return self._wishes.get((interface, group), {}).get(holder, NOBODY)

    def groups(self, interface: int) -> dict[bytes, SourceFilter]:
        """What an interface wants, by group; those that every host hears are not among them."""
        return dict(self._interfaces[interface].groups)

    # --- calls: routers ----------------------------------------------------------------------

    def ask(
        self, interface: int, now: int, family: int = 4, config: QuerierConfig | None = None
    ) -> Querier:
        """Be a querier on an interface, as routers are (RFC 3376 section 6).

        Args:
            interface: index.
            now: ns.
            family: 4 for IGMP, 16 for MLD.
            config: its variables; the RFC's without it.

        Returns:
            The querier, which knows what others on the link listen to (`Querier.groups`). Asking
            again begins anew.
        """
        port = self._interfaces[interface]
        self.stop_asking(interface, family)
        station = self._station(port, family)
        wire = _WIRES[family](port, self._output)
        config = config or QuerierConfig()
        station.querier = Querier(wire, self._timers, config, station.listener.query)
        port.hears_all_groups = True
        station.querier.start(now)
        return station.querier

    def stop_asking(self, interface: int, family: int = 4) -> None:
        """Be no querier on an interface any more."""
        station = self._stations.get((interface, family))
        if station is not None and station.querier is not None:
            station.querier.stop()
            station.querier = None
            other = self._stations.get((interface, 20 - family))
            self._interfaces[interface].hears_all_groups = bool(other and other.querier)

    # --- inside the host ---------------------------------------------------------------------

    def receive_igmp(self, arrival: Arrival, now: int) -> Drop | None:
        """Take an IGMP message."""
        return igmp.receive(arrival, self._station(arrival.interface, 4), now)

    def receive_mld(self, arrival: Arrival, now: int) -> Drop | None:
        """Take an MLD message, whose checksum was verified."""
        return mld.receive(arrival, self._station(arrival.interface, 16), now)

    def _station(self, interface: Interface, family: int) -> Station:
        """The protocol of a family on an interface; made when it is first needed."""
        key = (interface.index, family)
        station = self._stations.get(key)
        if station is None:
            wire = _WIRES[family](interface, self._output)
            config = self._config
            newest = config.igmp_version if family == 4 else config.mld_version + 1
            listener = Listener(wire, self._timers, self._random, newest)
            for group, wanted in interface.groups.items():
                if len(group) == family:
                    listener.adopt(group, wanted)
            station = self._stations[key] = Station(listener)
        return station

    def _settle(
        self, interface: Interface, group: bytes, after: SourceFilter, now: int | None
    ) -> None:
        """Let an interface hear what is wanted of it now, and routers know."""
        before = interface.groups.get(group, NOBODY)
        if after == before:
            return
        station = None if now is None else self._station(interface, len(group))
        interface.listen(group, after)
        if station is not None and now is not None:
            station.listener.change(group, after, now)


def _check_group(group: bytes, sources: Iterable[bytes]) -> None:
    if len(group) not in (4, 16) or not is_group(group):
        raise ValueError(
            f"{ip_text(group)} is no multicast group; give one of 224.0.0.0/4 or ff00::/8"
        )
    for source in sources:
        if len(source) != len(group) or is_group(source):
            raise ValueError(
                f"source {ip_text(source)} of group {ip_text(group)}: "
                "give a unicast address of the same family"
            )
