"""The host under test, the wire it is on, and the clock: what a script plays against.

    script --inject--> Host --> sent (a queue of packets with their times) --> the script expects

Rule 1: time moves only in `advance` and `wait`; timers that are due before the moment fire first,
one after the other. A timer due at the very moment fires after what the script does then: a real
host's timers are never early.
Rule 2: after everything that the host was given, all that it wants to send is taken at once, so
that each inbound packet is answered for itself, as on a real wire.
Rule 3: the MAC addresses of the gateway, and of a remote end on the same network, are known from
the start, and whoever is in doubt is answered off the record: neither ARP nor neighbour discovery
disturbs a script.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from random import Random
from typing import Final, NamedTuple

from wirelab.codecs import ARP, Ethernet, ICMPv6, IPv6, NDTargetLinkAddress, NeighborAdvertisement
from wirelab.codecs.addresses import ANY_IPV4
from wirelab.sim.host.config import HostConfig, InterfaceConfig, Route
from wirelab.sim.host.ethernet_input import ETHERNET_HEADER
from wirelab.sim.host.host import Host
from wirelab.sim.host.ipv6.extension_headers import upper_layer
from wirelab.sim.host.ipv6.usual_frame import TYPE_IPV6
from wirelab.sim.host.neighbors.arp import REPLY, TYPE_ARP, TYPE_IPV4
from wirelab.sim.host.protocol_numbers import PROTOCOL_ICMPV6
from wirelab.sim.trace import InterfaceInfo, Trace

HOST: Final = "host"
SCRIPT: Final = "script"
"""The two names in the trace."""

HOST_MAC: Final = b"\x02\x00\x00\x00\x00\x01"
PEER_MAC: Final = b"\x02\x00\x00\x00\x00\x02"  # locally administered (IEEE 802 section 8.2.2)

FOREVER: Final = 1 << 62
"""ns; longer than any script: what the neighbour cache believes is never asked again."""

_IPV4: Final = TYPE_IPV4.to_bytes(2, "big")
_IPV6: Final = TYPE_IPV6.to_bytes(2, "big")
_ARP: Final = TYPE_ARP.to_bytes(2, "big")

_SOLICITATION: Final = b"\x87"  # type 135 of ICMPv6, RFC 4861 section 4.3
_OF_THE_LINK: Final = (*range(130, 138), 143)
"""Types of ICMPv6 that keep a link going: MLD and neighbour discovery (RFC 4890 section 4.4.1)."""

MOST_FIRINGS: Final = 1_000_000
"""Ours: so many wake-ups without an end are a timer that arms itself for now, not patience."""


class Addresses(NamedTuple):
    """The ends of the wire, as text. packetdrill's own defaults.

    `netmask` is one for IPv4, and the prefix length for IPv6.
    """

    local: str = "192.168.0.1"
    netmask: str = "255.255.0.0"
    gateway: str = "192.168.0.2"
    remote: str = "192.0.2.1"
    mtu: int = 1500


PACKETDRILLS_IPV6: Final = Addresses(
    "fd3d:a0b:17d6::1", "48", "fd3d:a0b:17d6:8888::1", "fd3d:fa7b:d17d::1"
)
"""What those who run the published scripts over IPv6 give it: its own choice is random."""


class Sent(NamedTuple):
    """A packet that the host sent: IP header first, at `time` (ns of script time)."""

    time: int
    packet: bytes


class Wire:
    """A host in virtual time with a script at the other end.

    Args:
        config: of the host; its interfaces and routes are set from `addresses`.
        addresses: of both ends.
        seed: of everything random in the host.

    Attributes:
        host: under test.
        now: ns of script time.
        trace: of everything, for the views.
        sent: what the host sent and nobody has looked at yet.
        progress: called whenever the host may have news for a system call that waits.
        write_pending: a write waits for a connection. It goes on before the host answers, so that
            its text and the ACK of the handshake are one segment (Linux: sk_write_pending).
        alarm: ns at which `progress` is wanted in any case, or None; it rings once.
    """

    def __init__(self, config: HostConfig, addresses: Addresses, seed: int = 1) -> None:
        self.trace = Trace()
        self.now = 0
        self.sent: deque[Sent] = deque()
        self.progress: Callable[[], None] = _nothing
        self.write_pending = False
        self.alarm: int | None = None
        local = ip_address(addresses.local).packed
        self._gateway = _gateway(addresses)
        self._local = local
        self._neighbours: set[bytes] = set()
        interface = InterfaceConfig("tun0", HOST_MAC, mtu=addresses.mtu)
        interface.addresses = [(local, _network(addresses).prefixlen)]
        default = Route(bytes(len(local)), 0, gateway=self._gateway)
        config = replace(
            config, interfaces=[interface], routes=[default], neighbor_lifetime=FOREVER
        )
        remote = ip_address(addresses.remote).packed
        self.trace.add_host(HOST, [InterfaceInfo("tun0", HOST_MAC, local)])
        self.trace.add_host(SCRIPT, [InterfaceInfo("wire", PEER_MAC, remote)])
        self.host = Host(config, Random(seed), self.trace.observer(HOST))
        self._introduce(self._gateway)
        if remote != self._gateway and _is_neighbour(remote, addresses):
            self._introduce(remote)

    def inject(self, packet: bytes) -> None:
        """Give the host an IP packet now."""
        ethertype = TYPE_IPV6 if packet[0] >> 4 == 6 else TYPE_IPV4
        header = Ethernet(destination=HOST_MAC, source=PEER_MAC, type=ethertype)
        frame = header.build(packet)
        record = self.trace.frame_sent(SCRIPT, frame, self.now)
        self.trace.frame_arrives(record)
        drop = self.host.receive_frame(0, frame, self.now)
        self.trace.frame_arrived(record, HOST, drop, self.now)
        self.settle()

    def settle(self) -> None:
        """Take what the host wants to send, and let waiting system calls look for news.

        Call it after every call on the host.
        """
        if not self.write_pending:
            self._collect()
        self.progress()
        self._collect()

    def advance(self, moment: int) -> None:
        """Let time pass up to `moment` (ns); never backward."""
        self._run_timers(moment, lambda: False)
        self.now = max(self.now, moment)

    def wait(self, deadline: int, done: Callable[[], bool]) -> bool:
        """Let time pass until `done()`, at most to `deadline` (ns), timers of which still fire.

        Returns:
            Whether it is done; if so the clock stands where it became so, else at the deadline.
        """
        if done() or self._run_timers(deadline + 1, done):
            return True
        self.now = max(self.now, deadline)
        return False

    def wait_for_packet(self, deadline: int, beyond: int = 0) -> bool:
        """Let time pass until more than `beyond` packets are there to be looked at."""
        return self.wait(deadline, lambda: len(self.sent) > beyond)

    def call(self, text: str, returned: bool = False) -> None:
        """Note in the trace what the script's program did, or got."""
        self.trace.call(HOST, text, self.now, returned)

    def _run_timers(self, end: int, done: Callable[[], bool]) -> bool:
        """Fire what is due before `end`; whether `done` became true meanwhile."""
        for _ in range(MOST_FIRINGS):
            deadline = self._next_deadline()
            if deadline is None or deadline >= end:
                return False
            self.now = max(self.now, deadline)
            if self.alarm is not None and self.alarm <= self.now:
                self.alarm = None
            self.host.handle_timers(self.now)
            self.settle()
            if done():
                return True
        raise RuntimeError(f"a timer of the host fires for ever at {self.now} ns")

    def _next_deadline(self) -> int | None:
        deadline = self.host.poll_at()
        if self.alarm is None or (deadline is not None and deadline <= self.alarm):
            return deadline
        return self.alarm

    def _collect(self) -> None:
        for _, frame in self.host.poll_transmit(self.now):
            if self._is_about_neighbours(frame):
                continue
            record = self.trace.frame_sent(HOST, frame, self.now)
            self.trace.frame_arrives(record)
            self.trace.frame_arrived(record, SCRIPT, None, self.now)
            if frame[12:14] in (_IPV4, _IPV6):
                self.sent.append(Sent(self.now, frame[ETHERNET_HEADER:]))

    def _is_about_neighbours(self, frame: bytes) -> bool:
        """Whether a frame is off the record; a question among them is answered."""
        if frame[:6] == PEER_MAC and frame[12:14] == _ARP:
            self._answer_arp(ARP.parse(frame, ETHERNET_HEADER).target_protocol_address)
            return True
        if frame[12:14] != _IPV6:
            return False
        place = upper_layer(frame, ETHERNET_HEADER, len(frame))
        if place is None or place.kind != PROTOCOL_ICMPV6:
            return False
        message = frame[ETHERNET_HEADER + place.at :]
        if message[:1] == _SOLICITATION and message[8:24] in self._neighbours:
            self._advertise(message[8:24])
        return message[0] in _OF_THE_LINK

    def _introduce(self, neighbour: bytes) -> None:
        """Rule 3, by the host's own means: it asks, and is answered off the record."""
        self._neighbours.add(neighbour)
        self.host.resolve(neighbour, 0)
        self.host.poll_transmit(0)
        if len(neighbour) == len(ANY_IPV4):
            self._answer_arp(neighbour)
        else:
            self._advertise(neighbour)
        while self.host.poll_event() is not None:
            pass

    def _answer_arp(self, neighbour: bytes) -> None:
        body = ARP(
            operation=REPLY,
            sender_hardware_address=PEER_MAC,
            sender_protocol_address=neighbour,
            target_hardware_address=HOST_MAC,
            target_protocol_address=self._local,
        )
        header = Ethernet(destination=HOST_MAC, source=PEER_MAC, type=TYPE_ARP)
        self.host.receive_frame(0, header.build(body.build()), self.now)

    def _advertise(self, neighbour: bytes) -> None:
        """A neighbour advertisement: RFC 4861 section 4.4."""
        body = NeighborAdvertisement(
            solicited=True,
            override=True,
            target=neighbour,
            options=[NDTargetLinkAddress(PEER_MAC)],
        )
        ip = IPv6(source=neighbour, destination=self._local, hop_limit=255)
        packet = bytes(ip / ICMPv6() / body)
        header = Ethernet(destination=HOST_MAC, source=PEER_MAC, type=TYPE_IPV6)
        self.host.receive_frame(0, header.build(packet), self.now)


def _network(addresses: Addresses) -> IPv4Network | IPv6Network:
    return ip_network(f"{addresses.local}/{addresses.netmask}", strict=False)


def _gateway(addresses: Addresses) -> bytes:
    """The gateway, or another neighbour where a script moved the host away from it, or onto it."""
    gateway, local = ip_address(addresses.gateway), ip_address(addresses.local)
    net = _network(addresses)
    if gateway in net and gateway != local:
        return gateway.packed
    taken = (net.network_address, net.broadcast_address)
    others = (ip_address(int(local) ^ bits) for bits in (1, 2, 3))
    return next(one for one in others if one not in taken).packed


def _is_neighbour(remote: bytes, addresses: Addresses) -> bool:
    return ip_address(remote) in _network(addresses)


def _nothing() -> None:
    """Nobody waits."""
