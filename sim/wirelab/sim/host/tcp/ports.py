"""Who holds which TCP port, and who may share it.

Source: RFC 9293 section 3.9.1.1 (MUST-43: one address or all of them); RFC 6056 section 3.3.1 and
RFC 6335 section 6 (ephemeral ports); socket(7) for SO_REUSEADDR and SO_REUSEPORT, whose rules are
those of Linux (inet_bind_conflict):

Two holders of one port are in conflict if their addresses overlap (one of them is the wildcard of
the other's family or of both, or both are equal) and so do their interfaces (SO_BINDTODEVICE),
unless

    both have SO_REUSEADDR, and the one that is there already does not listen; or
    both have SO_REUSEPORT.

Connections hold the port on which they were accepted until they are CLOSED, TIME-WAIT included. A
connection on an ephemeral port of its own holds that, too. `listen` looks again, because by then
somebody else may listen.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from wirelab.codecs.addresses import ip_text
from wirelab.sim.host.config import RandomSource
from wirelab.sim.host.errors import HostError
from wirelab.sim.host.local_address import ANY_OF, EVERYWHERE, overlap
from wirelab.sim.host.tcp.socket_options import TcpOptions
from wirelab.sim.reasons import Reason

if TYPE_CHECKING:
    from wirelab.sim.host.tcp.environment import Key
    from wirelab.sim.host.tcp.listen import Listener
    from wirelab.sim.host.tcp.tcb import Tcb

FIRST_EPHEMERAL: Final = 49_152
EPHEMERAL_BITS: Final = 14
"""Ports 49152 to 65535 (RFC 6335 section 6)."""

_EPHEMERAL: Final = range(FIRST_EPHEMERAL, FIRST_EPHEMERAL + (1 << EPHEMERAL_BITS))

_GOLDEN: Final = 0x9E37_79B1
"""2^32 divided by the golden ratio: spreads neighbouring numbers (Knuth, volume 3, section 6.4)."""


class Binding:
    """A port that a socket holds, until `release`.

    Attributes:
        address: one of ours, or one of `local_address.WILDCARDS`.
        port: the number.
        options: of the socket; whether it shares is looked up when somebody asks.
        listener: who listens there on behalf of this socket, or None.
    """

    __slots__ = ("_ports", "address", "listener", "options", "port")

    def __init__(self, ports: "Ports", address: bytes, port: int, options: TcpOptions) -> None:
        self._ports = ports
        self.address = address
        self.port = port
        self.options = options
        self.listener: Listener | None = None

    def __repr__(self) -> str:
        return f"<Binding {ip_text(self.address) or 'everywhere'} port {self.port}>"

    def release(self) -> None:
        """Give the port back; doing it twice is fine."""
        self._ports.release(self)


class Ports:
    """All TCP ports of one host."""

    __slots__ = ("_bindings", "_connections", "_listeners", "_random")

    def __init__(self, random: RandomSource) -> None:
        self._random = random
        self._bindings: dict[int, list[Binding]] = {}
        self._connections: dict[int, dict[Key, Tcb]] = {}
        self._listeners: dict[int, dict[bytes, list[Listener]]] = {}

    # bindings

    def bind(self, address: bytes, port: int, options: TcpOptions) -> Binding:
        """Take a port.

        Args:
            address: one of ours, or one of `local_address.WILDCARDS`.
            port: 0 for any free one.
            options: of the socket.

        Raises:
            HostError: `tcp.port_in_use`.
            ValueError: a port that does not exist.
        """
        check_own_port(port)
        binding = Binding(self, address, port, options)
        if not port:
            binding.port = self.free_port(self._is_used, options.port_range)
        elif self._conflict(binding):
            raise HostError(Reason.TCP_PORT_IN_USE, f"port {port} of {ip_text(address) or 'all'}")
        self._bindings.setdefault(binding.port, []).append(binding)
        return binding

    def unbound(self, address: bytes, options: TcpOptions) -> Binding:
        """An address without a port: `connect` will choose one (IP_BIND_ADDRESS_NO_PORT)."""
        return Binding(self, address, 0, options)

    def release(self, binding: Binding) -> None:
        """See `Binding.release`."""
        bindings = self._bindings.get(binding.port, [])
        if binding in bindings:
            bindings.remove(binding)
            if not bindings:
                del self._bindings[binding.port]

    def is_bound(self, port: int) -> bool:
        """Whether a socket was bound to this port."""
        return port in self._bindings

    def free_port(self, taken: Callable[[int], bool], port_range: int = 0) -> int:
        """A random ephemeral port, then the next free (RFC 6056 section 3.3.1).

        Args:
            taken: whether a port cannot be had.
            port_range: see `TcpOptions`.

        Raises:
            HostError: `tcp.port_in_use`: no port is left.
        """
        lowest, highest = port_range & 0xFFFF, port_range >> 16
        lowest = lowest if lowest in _EPHEMERAL else _EPHEMERAL[0]
        highest = highest if highest in _EPHEMERAL else _EPHEMERAL[-1]
        count = max(highest - lowest + 1, 0)
        first = self._random.getrandbits(EPHEMERAL_BITS)
        for step in range(count):
            port = lowest + (first + step) % count
            if not taken(port):
                return port
        raise HostError(Reason.TCP_PORT_IN_USE, "all ephemeral ports; close some connections")

    def _is_used(self, port: int) -> bool:
        return port in self._bindings or port in self._connections

    def _conflict(self, new: Binding) -> bool:
        """Whether somebody else's hold on the port excludes `new`."""
        for other in self._bindings.get(new.port, ()):
            if other is not new and _meet(new.options, other.options, new.address, other.address):
                listens = other.listener is not None
                if not _share(new.options, other.options, silent=not listens):
                    return True
        return any(
            _meet(new.options, tcb.options, new.address, tcb.local_address)
            and not _share(new.options, tcb.options, silent=True)
            for tcb in self._connections.get(new.port, {}).values()
        )

    # connections

    def enter(self, tcb: "Tcb") -> None:
        """A connection begins to hold its port."""
        self._connections.setdefault(tcb.local_port, {})[tcb.key] = tcb

    def leave(self, tcb: "Tcb") -> None:
        """A connection is CLOSED."""
        connections = self._connections[tcb.local_port]
        del connections[tcb.key]
        if not connections:
            del self._connections[tcb.local_port]

    # listeners

    def start_listening(self, listener: "Listener", binding: Binding) -> None:
        """From now on SYNs find this listener.

        Raises:
            HostError: `tcp.port_in_use`: somebody else listens there by now.
        """
        if self._conflict(binding):
            detail = f"port {binding.port} has a listener"
            raise HostError(Reason.TCP_PORT_IN_USE, detail)
        binding.listener = listener
        by_address = self._listeners.setdefault(binding.port, {})
        by_address.setdefault(binding.address, []).append(listener)

    def stop_listening(self, listener: "Listener", binding: Binding) -> None:
        """The listener is closed."""
        binding.listener = None
        by_address = self._listeners[binding.port]
        by_address[binding.address].remove(listener)
        if not by_address[binding.address]:
            del by_address[binding.address]
            if not by_address:
                del self._listeners[binding.port]

    def listener(self, key: "Key", interface: int | None = None) -> "Listener | None":
        """Who takes a new connection: on its address, else on all (RFC 9293 section 3.9.1.1).

        Of those on one address, one that is bound to the interface goes before one that is not.
        Listeners that share a port by SO_REUSEPORT each take a part of the peers.

        Args:
            key: the connection that it would become.
            interface: index of where the SYN came in; None: not known.
        """
        by_address = self._listeners.get(key[1])
        if by_address is None:
            return None
        for address in (key[0], ANY_OF[len(key[0])], EVERYWHERE):
            group = [one for one in by_address.get(address, ()) if one.options.hears(interface)]
            group = [one for one in group if one.options.device is not None] or group
            if group:
                return group[spread(key[2], key[3], len(group))] if group[1:] else group[0]
        return None


def spread(address: bytes, port: int, count: int) -> int:
    """Which of `count` sockets of one SO_REUSEPORT group takes this peer: always the same one."""
    mixed = (int.from_bytes(address, "big") + (port << 16)) * _GOLDEN & 0xFFFF_FFFF
    return mixed * count >> 32


def check_own_port(port: int) -> None:
    """Refuse a port of ours that does not exist; 0 is "any free one".

    Raises:
        ValueError: not 0 to 65535.
    """
    if not 0 <= port <= 0xFFFF:
        raise ValueError(f"TCP port is {port}; give 0 (any free one) to 65535")


def _meet(new: TcpOptions, old: TcpOptions, address: bytes, other: bytes) -> bool:
    """Whether there is an address and an interface that both would hear."""
    return overlap(address, other) and new.hears(old.device)


def _share(new: TcpOptions, old: TcpOptions, silent: bool) -> bool:
    """Whether both agreed to share; `silent`: the old one does not listen."""
    if new.reuse_address and old.reuse_address and silent:
        return True
    return new.reuse_port and old.reuse_port
