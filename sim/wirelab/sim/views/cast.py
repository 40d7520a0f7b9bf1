"""Which lifelines a ladder has, and where a name without one of its own is drawn.

On a simulated network: the hosts. On a real link there is no list of who is there, so:

Rule 1: we and the hosts that we exchange packets with have lifelines, in order of appearance.
Rule 2: frames that are nobody's business here (a neighbour's broadcast, IPv6 multicast) are noise:
they have neither rows nor lifelines, but are counted.
Rule 3: who is only asked for by ARP (a gateway) has no lifeline if there are others. To it we send
as to everybody; what it says comes from the far end.
Rule 4: more peers than fit share a lifeline, and their frames say whose they are.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from wirelab.codecs import (
    NeighborAdvertisement,
    NeighborSolicitation,
    RouterAdvertisement,
    RouterSolicitation,
)
from wirelab.codecs.addresses import ANY_IPV4, BROADCAST_IPV4, ip_text
from wirelab.sim.trace import KERNEL, Event, Fate, FrameRecord, Refusal, Trace
from wirelab.sim.trace.failure import is_for_many, is_ordinary
from wirelab.sim.trace.segments import network_header, read_frame
from wirelab.sim.views.messages import Language, word

NEIGHBOR_DISCOVERY = (
    RouterSolicitation,
    RouterAdvertisement,
    NeighborSolicitation,
    NeighborAdvertisement,
)
"""To IPv6 what ARP is to IPv4 (RFC 4861)."""

NETWORK = "network"
"""Stands for whoever is on the link, where nobody else does."""


class Cast(NamedTuple):
    """Who has lifelines.

    Attributes:
        names: of the lifelines, left to right.
        captions: a line under each.
        shared: names that are drawn at the last lifeline, and named on their frames.
        noise: ids of the frames that have no rows.
        complete: who has no lifeline is no host (but a switch, say).
    """

    names: list[str]
    captions: list[str]
    shared: Collection[str] = ()
    noise: Collection[int] = ()
    complete: bool = False

    def sender(self, name: str) -> str:
        """The lifeline where this host's frames start."""
        return name if name in self.names else self.names[-1]

    def receivers(self, name: str, sender: str) -> list[str]:
        """The lifelines where a frame to this host ends; none where it is no host."""
        if name in self.names:
            return [name]
        if name in self.shared:
            return self.names[-1:]
        if self.complete:
            return []
        return [other for other in self.names if other not in (sender, KERNEL)]


def choose_cast(trace: Trace, room: int, language: Language = Language.ENGLISH) -> Cast:
    """The lifelines for a trace.

    Args:
        trace: what happened.
        room: how many lifelines fit.
        language: of the captions.
    """
    if trace.live is None:
        names = list(dict.fromkeys([*trace.hosts, *_names_seen(trace.events)]))
        return Cast(names, [_addresses(trace, name) for name in names], complete=True)
    return _live_cast(trace, room, language)


def is_noise(record: FrameRecord) -> bool:
    """Whether a frame from a real link was nothing to us."""
    if record.fate is not Fate.DROPPED:
        return False
    return is_for_many(record) or is_ordinary(record)


def _live_cast(trace: Trace, room: int, language: Language) -> Cast:
    ours = {
        ip_text(address)
        for info in trace.hosts.values()
        for interface in info.interfaces
        for address in interface.addresses
    }
    nobody = {*trace.hosts, *ours, ip_text(BROADCAST_IPV4)}
    noise: set[int] = set()
    spoke: dict[str, bool] = {}  # peer: by more than ARP?
    macs: dict[str, bytes] = {}
    for record in trace.frames():
        if record.sender not in trace.hosts and is_noise(record):
            noise.add(record.id)
            continue
        peer = record.receiver if record.sender in trace.hosts else record.sender
        if peer == record.sender:
            macs[peer] = record.data[6:12]
        if peer not in nobody:
            spoke[peer] = spoke.get(peer, False) or (peer != NETWORK and _is_packet(record))
    peers = [peer for peer, packets in spoke.items() if packets]
    peers = peers or [peer for peer in spoke if peer != NETWORK]
    quiet = [peer for peer in spoke if peer not in peers]
    if not peers and trace.sent:
        peers = [NETWORK]
    hosts = list(trace.hosts)
    captions = [_live_caption(trace, name, language) for name in hosts]
    if len(peers) > max(room - len(hosts), 1):
        together = word("peers", language, count=len(peers))
        return Cast([*hosts, together], [*captions, ""], set(peers), noise)
    for peer in peers:
        gateways = [name for name in quiet if macs.get(name, b"") == macs.get(peer)]
        captions.append(word("via", language, gateway=gateways[0]) if gateways else "")
    return Cast([*hosts, *peers], captions, (), noise)


def _is_packet(record: FrameRecord) -> bool:
    """Whether it carries what a program said: IPv4, or IPv6 beyond neighbour discovery."""
    packet = read_frame(record.data)
    if packet is None or network_header(packet) is None:
        return False
    return not any(isinstance(header, NEIGHBOR_DISCOVERY) for header in packet.layers)


def _addresses(trace: Trace, name: str) -> str:
    host = trace.hosts.get(name)
    if host is None:
        return ""
    addresses = [one for each in host.interfaces for one in each.addresses]
    if not trace.speaks_ipv6():
        addresses = [one for one in addresses if len(one) == len(ANY_IPV4)]
    return " / ".join(map(ip_text, addresses or _used_by(trace, name)))


def _used_by(trace: Trace, name: str) -> list[bytes]:
    """The addresses that a host without any at the start spoke from: by DHCP, say."""
    found = {}
    for record in trace.frames():
        if record.sender == name:
            ip = network_header(read_frame(record.data))
            if ip is not None and any(ip.source):
                found[ip.source] = True
    return list(found)


def _live_caption(trace: Trace, name: str, language: Language) -> str:
    """The address; where the kernel is shown beside us, it has the address, too."""
    if name != KERNEL and KERNEL in trace.hosts:
        return word("user_space", language)
    return _addresses(trace, name)


def _names_seen(events: Iterable[Event]) -> Iterator[str]:
    """Whoever sent, took or did something, known as a host or not, in order of appearance."""
    for event in events:
        if isinstance(event, FrameRecord):
            yield event.sender
            if event.fate in (Fate.DELIVERED, Fate.FORWARDED):
                yield event.receiver
        elif not isinstance(event, Refusal):
            yield event.host
