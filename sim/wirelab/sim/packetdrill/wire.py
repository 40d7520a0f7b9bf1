"""The host under test, the wire it is on, and the clock: what a script plays against.

    script --inject--> Host --> sent (a queue of packets with their times) --> the script expects

Rule 1: time moves only in `advance` and `wait`; timers that are due before the moment fire first,
one after the other. A timer due at the very moment fires after what the script does then: a real
host's timers are never early.
Rule 2: after everything that the host was given, all that it wants to send is taken at once, so
that each inbound packet is answered for itself, as on a real wire.
Rule 3: the MAC addresses of the gateway, and of a remote end on the same network, are known from
the start, and whoever is in doubt answers off the record, so no ARP disturbs a script.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from random import Random
from typing import Final, NamedTuple

from wirelab.codecs import ARP, Ethernet
from wirelab.sim.host.config import HostConfig, InterfaceConfig, Route
from wirelab.sim.host.host import ETHERNET_HEADER, Host
from wirelab.sim.host.neighbors.arp import REPLY, TYPE_ARP, TYPE_IPV4
from wirelab.sim.trace import InterfaceInfo, Trace

HOST: Final = "host"
SCRIPT: Final = "script"
"""The two names in the trace."""

HOST_MAC: Final = b"\x02\x00\x00\x00\x00\x01"
PEER_MAC: Final = b"\x02\x00\x00\x00\x00\x02"  # locally administered (IEEE 802 section 8.2.2)

FOREVER: Final = 1 << 62
"""ns; longer than any script: what the neighbour cache believes is never asked again."""

_IPV4: Final = TYPE_IPV4.to_bytes(2, "big")
_ARP: Final = TYPE_ARP.to_bytes(2, "big")

MOST_FIRINGS: Final = 1_000_000
"""Ours: so many wake-ups without an end are a timer that arms itself for now, not patience."""


class Addresses(NamedTuple):
    """The ends of the wire, as text. packetdrill's own defaults."""

    local: str = "192.168.0.1"
    netmask: str = "255.255.0.0"
    gateway: str = "192.168.0.2"
    remote: str = "192.0.2.1"
    mtu: int = 1500


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
        local = IPv4Address(addresses.local).packed
        self._gateway = _gateway(addresses)
        self._local = local
        interface = InterfaceConfig(
            "tun0", HOST_MAC, local, _prefix_length(addresses), addresses.mtu
        )
        default = Route(bytes(4), 0, gateway=self._gateway)
        config = replace(
            config, interfaces=[interface], routes=[default], neighbor_lifetime=FOREVER
        )
        remote = IPv4Address(addresses.remote).packed
        self.trace.add_host(HOST, [InterfaceInfo("tun0", HOST_MAC, local)])
        self.trace.add_host(SCRIPT, [InterfaceInfo("wire", PEER_MAC, remote)])
        self.host = Host(config, Random(seed), self.trace.observer(HOST))
        self._introduce(self._gateway)
        if remote != self._gateway and _is_neighbour(remote, addresses):
            self._introduce(remote)

    def inject(self, packet: bytes) -> None:
        """Give the host an IP packet now."""
        header = Ethernet(destination=HOST_MAC, source=PEER_MAC, type=TYPE_IPV4)
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
            if frame[:6] == PEER_MAC and frame[12:14] == _ARP:
                self._answer_arp(ARP.parse(frame, ETHERNET_HEADER).target_protocol_address)
                continue
            record = self.trace.frame_sent(HOST, frame, self.now)
            self.trace.frame_arrives(record)
            self.trace.frame_arrived(record, SCRIPT, None, self.now)
            if frame[12:14] == _IPV4:
                self.sent.append(Sent(self.now, frame[ETHERNET_HEADER:]))

    def _introduce(self, neighbour: bytes) -> None:
        """Rule 3, by the host's own means: it asks, and is answered off the record."""
        self.host.resolve(neighbour, 0)
        self.host.poll_transmit(0)
        self._answer_arp(neighbour)
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


def _gateway(addresses: Addresses) -> bytes:
    """The gateway, or another neighbour where a script moved the host away from it, or onto it."""
    gateway, local = IPv4Address(addresses.gateway), IPv4Address(addresses.local)
    net = IPv4Network(f"{local}/{addresses.netmask}", strict=False)
    if gateway in net and gateway != local:
        return gateway.packed
    taken = (net.network_address, net.broadcast_address)
    others = (IPv4Address(int(local) ^ bits) for bits in (1, 2, 3))
    return next(one for one in others if one not in taken).packed


def _is_neighbour(remote: bytes, addresses: Addresses) -> bool:
    net = IPv4Network(f"{addresses.local}/{addresses.netmask}", strict=False)
    return IPv4Address(remote) in net


def _prefix_length(addresses: Addresses) -> int:
    return IPv4Network(f"{addresses.local}/{addresses.netmask}", strict=False).prefixlen


def _nothing() -> None:
    """Nobody waits."""
