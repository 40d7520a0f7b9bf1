"""The memory of a NAT: which inner port has which outer one, with whom, and until when.

Source: RFC 4787 section 4 (mapping, ports), RFC 5382 section 7.1 (no overloading), RFC 7857.

    mapping  inner 10.0.0.5:4000 <-> outer 192.0.2.1:4000
      session with 198.51.100.7:53       a mapping lives as long as its longest session
      session with 198.51.100.8:443

Rule 1: an outer port belongs to one mapping of a protocol (RFC 4787 REQ-3).
Rule 2: nothing runs here by itself: what has expired is not found any more, and is swept out when
the room is needed. `capacity` bounds the sessions, and every mapping but a forwarded port has one.
"""

from typing import Final

from wirelab.codecs.addresses import ANY_IPV4, ipv4_text
from wirelab.codecs.registries.ip_protocols import IP_PROTOCOLS
from wirelab.sim.boxes.nat_config import Dependence
from wirelab.sim.boxes.tcp_progress import TcpProgress
from wirelab.sim.host.config import RandomSource
from wirelab.sim.host.durations import SECOND

Endpoint = tuple[bytes, int]
"""An address and a port."""

Peer = Endpoint | bytes | None
"""What of a peer counts; see `Dependence.key`."""

SYSTEM_PORTS: Final = range(1, 1024)  # RFC 6335 section 6
HIGHER_PORTS: Final = range(1024, 65_536)
SEARCH_PAUSE: Final = SECOND  # ours: every port was looked at in vain, which takes its time


def endpoint_text(endpoint: Endpoint) -> str:
    """`10.0.0.5:4000`."""
    return f"{ipv4_text(endpoint[0])}:{endpoint[1]}"


class Session:
    """What a mapping remembers of one peer.

    Attributes:
        expires_at: ns.
        tcp: how far the connection has come; None where it is no TCP.
        outward: it began with a packet from inside.
    """

    __slots__ = ("expires_at", "outward", "tcp")

    def __init__(self, tcp: TcpProgress | None, outward: bool) -> None:
        self.expires_at = 0
        self.tcp = tcp
        self.outward = outward


class Mapping:
    """One inner port outside.

    Attributes:
        protocol: of IP.
        inner, outer: address and port (of an ICMP query: its identifier). They are the same for
            what the NAT's own host sends.
        peer: what of the peer it was made for, as far as mappings depend on that.
        fixed: it was configured, and does not expire.
        sessions: by peer.
    """

    __slots__ = (
        "_addresses",
        "_longest",
        "fixed",
        "inner",
        "outer",
        "peer",
        "protocol",
        "sessions",
    )

    def __init__(
        self,
        protocol: int,
        inner: Endpoint,
        outer: Endpoint,
        peer: Peer = None,
        *,
        fixed: bool = False,
    ) -> None:
        self.protocol = protocol
        self.inner = inner
        self.outer = outer
        self.peer = peer
        self.fixed = fixed
        self.sessions: dict[Endpoint, Session] = {}
        self._addresses: dict[bytes, int] = {}
        self._longest = 0  # ns: no session lasts longer

    def __repr__(self) -> str:
        name = IP_PROTOCOLS.get(self.protocol, f"protocol {self.protocol}").lower()
        ends = f"{endpoint_text(self.inner)} as {endpoint_text(self.outer)}"
        return f"<{name} {ends} for {len(self.sessions)} peers>"

    @property
    def is_own(self) -> bool:
        """Whether the inner side is the NAT's host itself."""
        return self.inner[0] == self.outer[0]

    def is_live(self, now: int) -> bool:
        """Whether it still counts."""
        return self.fixed or self._longest > now

    def session(self, remote: Endpoint, now: int) -> Session | None:
        """What there is with a peer, unless it has expired."""
        session = self.sessions.get(remote)
        return session if session is not None and session.expires_at > now else None

    def admits(self, remote: Endpoint, filtering: Dependence, now: int) -> bool:
        """Whether somebody outside may send to it (RFC 4787 section 5)."""
        if self.fixed or self.is_own or filtering is Dependence.ENDPOINT_INDEPENDENT:
            return True
        if self.session(remote, now) is not None:
            return True
        if filtering is Dependence.ADDRESS_DEPENDENT and remote[0] in self._addresses:
            return any(
                other[0] == remote[0] and session.expires_at > now
                for other, session in self.sessions.items()
            )
        return False

    def begin(self, remote: Endpoint, session: Session) -> None:
        """Remember a peer; `prolong` says for how long."""
        self.sessions[remote] = session
        self._addresses[remote[0]] = self._addresses.get(remote[0], 0) + 1

    def prolong(self, session: Session, expires_at: int) -> None:
        """Let a session last until then, which may be earlier than it was."""
        shortened = expires_at < session.expires_at
        session.expires_at = expires_at
        if shortened:
            self._longest = max(one.expires_at for one in self.sessions.values())
        elif expires_at > self._longest:
            self._longest = expires_at

    def end(self, remote: Endpoint) -> None:
        """Forget a peer."""
        del self.sessions[remote]
        left = self._addresses[remote[0]] - 1
        if left:
            self._addresses[remote[0]] = left
        else:
            del self._addresses[remote[0]]


class NatTable:
    """All mappings.

    Args:
        dependence: what of the peer a mapping depends on.
        preserve_ports: see `NatConfig`.
        capacity: the most sessions.
        random: chooses ports where the inner one is taken.
    """

    def __init__(
        self, dependence: Dependence, preserve_ports: bool, capacity: int, random: RandomSource
    ) -> None:
        self._dependence = dependence
        self._preserve_ports = preserve_ports
        self._capacity = capacity
        self._random = random
        self._inner: dict[tuple[int, Endpoint, Peer], Mapping] = {}
        self._outer: dict[tuple[int, Endpoint], Mapping] = {}
        self._forwarded: dict[tuple[int, int], Mapping] = {}
        self._sessions = 0
        self._sweep_at = 0  # ns: before this nothing in a full table has expired
        self._search_at = 0  # ns: before this no port is looked for, since all were taken

    def __len__(self) -> int:
        """Mappings, perhaps some that have expired."""
        return len(self._forwarded) + len(self._outer)

    @property
    def sessions(self) -> int:
        """Sessions that take up room."""
        return self._sessions

    def mappings(self, now: int) -> list[Mapping]:
        """Those that count."""
        live = [mapping for mapping in self._outer.values() if mapping.is_live(now)]
        return [*self._forwarded.values(), *live]

    # Finding.

    def at_outer(self, protocol: int, outer: Endpoint, now: int) -> Mapping | None:
        """The mapping that has an outer port."""
        forwarded = self._forwarded.get((protocol, outer[1]))
        if forwarded is not None:
            forwarded.outer = outer
            return forwarded
        mapping = self._outer.get((protocol, outer))
        return mapping if mapping is not None and mapping.is_live(now) else None

    def at_inner(
        self, protocol: int, inner: Endpoint, remote: Endpoint, now: int
    ) -> Mapping | None:
        """The mapping by which an inner port talks with a peer."""
        mapping = self._made_for(protocol, inner, remote)
        return mapping if mapping is not None and mapping.is_live(now) else None

    def _made_for(self, protocol: int, inner: Endpoint, remote: Endpoint) -> Mapping | None:
        """A forwarded port serves every peer, whatever the others depend on."""
        mapping = self._inner.get((protocol, inner, self._dependence.key(remote)))
        if mapping is None and self._dependence is not Dependence.ENDPOINT_INDEPENDENT:
            mapping = self._inner.get((protocol, inner, None))
        return mapping

    # Changing.

    def forward(self, protocol: int, port: int, inner: Endpoint) -> Mapping:
        """Lead an outer port inside for good, whatever the outer address is at the time.

        Raises:
            ValueError: it leads somewhere already.
        """
        taken = self._forwarded.get((protocol, port))
        if taken is not None:
            raise ValueError(f"outer port {port} is forwarded to {endpoint_text(taken.inner)}")
        mapping = Mapping(protocol, inner, (ANY_IPV4, port), fixed=True)
        # What the inner port sends by itself has the same address and port outside.
        self._forwarded[protocol, port] = self._inner[protocol, inner, None] = mapping
        return mapping

    def open(
        self, protocol: int, inner: Endpoint, address: bytes, remote: Endpoint, now: int
    ) -> Mapping | None:
        """The mapping for what an inner port sends to a peer, made if there is none.

        Args:
            protocol: of IP.
            inner: who sends.
            address: the outer address.
            remote: the peer.
            now: ns.

        Returns:
            None: every outer port is taken.
        """
        mapping = self._made_for(protocol, inner, remote)
        if mapping is not None:
            if mapping.fixed:
                mapping.outer = (address, mapping.outer[1])
                return mapping
            if mapping.is_live(now) and mapping.outer[0] == address:
                return mapping
            self._remove(mapping)
        port = self._free_port(protocol, address, inner[1], now)
        if port is None:
            return None
        mapping = Mapping(protocol, inner, (address, port), self._dependence.key(remote))
        self._inner[protocol, inner, mapping.peer] = mapping
        self._outer[protocol, mapping.outer] = mapping
        return mapping

    def begin(self, mapping: Mapping, remote: Endpoint, session: Session, now: int) -> bool:
        """Remember a peer of a mapping; False: there is no room."""
        if remote in mapping.sessions:  # it has expired
            mapping.end(remote)
            self._sessions -= 1
        if self._sessions >= self._capacity and not self._sweep(now):
            if not mapping.sessions and not mapping.fixed:
                self._remove(mapping)
            return False
        mapping.begin(remote, session)
        self._sessions += 1
        return True

    def _free_port(self, protocol: int, address: bytes, wanted: int, now: int) -> int | None:
        """An outer port: the wanted one, else of its kind (RFC 4787 REQ-3 and REQ-4), else any.

        Its kind: of the system ports or not, and even or odd.
        """
        if self._preserve_ports and wanted and self._is_free(protocol, (address, wanted), now):
            return wanted
        if now < self._search_at:
            return None
        kind = SYSTEM_PORTS if 0 < wanted < HIGHER_PORTS.start else HIGHER_PORTS
        same_parity = range(kind.start + ((kind.start ^ wanted) & 1), kind.stop, 2)
        for ports in (same_parity, HIGHER_PORTS):
            start = self._random.getrandbits(16)
            for step in range(len(ports)):
                port = ports[(start + step) % len(ports)]
                if self._is_free(protocol, (address, port), now):
                    return port
        self._search_at = now + SEARCH_PAUSE
        return None

    def _is_free(self, protocol: int, outer: Endpoint, now: int) -> bool:
        if (protocol, outer[1]) in self._forwarded:
            return False
        mapping = self._outer.get((protocol, outer))
        if mapping is None:
            return True
        if mapping.is_live(now):
            return False
        self._remove(mapping)
        return True

    def _remove(self, mapping: Mapping) -> None:
        self._sessions -= len(mapping.sessions)
        self._outer.pop((mapping.protocol, mapping.outer), None)
        key = (mapping.protocol, mapping.inner, mapping.peer)
        if self._inner.get(key) is mapping:
            del self._inner[key]

    def _sweep(self, now: int) -> bool:
        """Forget what has expired; whether that made room."""
        if now < self._sweep_at:
            return False
        next_expiry = None
        for mapping in [*self._forwarded.values(), *self._outer.values()]:
            if not mapping.is_live(now):
                self._remove(mapping)
                continue
            for remote, session in list(mapping.sessions.items()):
                if session.expires_at <= now:
                    mapping.end(remote)
                    self._sessions -= 1
                elif next_expiry is None or session.expires_at < next_expiry:
                    next_expiry = session.expires_at
        self._sweep_at = next_expiry or now
        return self._sessions < self._capacity
