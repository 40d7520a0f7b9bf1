"""The system that a script's shell commands act on, and what it may ask beside packets."""

from collections.abc import Mapping
from typing import Final

from wirelab.codecs.addresses import ip_text
from wirelab.sim.host.sockets.stream import StreamSocket
from wirelab.sim.host.tcp import states
from wirelab.sim.host.tcp.connection import Connection
from wirelab.sim.host.tcp.info import known
from wirelab.sim.host.tcp.tcp_info import STATES
from wirelab.sim.packetdrill import sysctls
from wirelab.sim.packetdrill.descriptors import SocketDescriptor
from wirelab.sim.packetdrill.outcome import ScriptUnsupported
from wirelab.sim.packetdrill.sysctls import Table
from wirelab.sim.packetdrill.system_calls import Kernel
from wirelab.sim.packetdrill.wire import Wire
from wirelab.sim.reasons import Reason

PROGRAM: Final = "packetdril"
"""sockstat cuts the names of programs at 10 characters."""

_SOCKSTAT_NAMES: Final = {
    states.CLOSED: "CLOSED",
    states.LISTEN: "LISTEN",
    states.SYN_SENT: "SYN_SENT",
    states.SYN_RECEIVED: "SYN_RCVD",
    states.ESTABLISHED: "ESTABLISHED",
    states.CLOSE_WAIT: "CLOSE_WAIT",
    states.FIN_WAIT_1: "FIN_WAIT_1",
    states.CLOSING: "CLOSING",
    states.LAST_ACK: "LAST_ACK",
    states.FIN_WAIT_2: "FIN_WAIT_2",
    states.TIME_WAIT: "TIME_WAIT",
}
"""sys/netinet/tcp_fsm.h of FreeBSD, as sockstat -s prints them."""


_COUNTERS: Final = {"TcpExtOutOfWindowIcmps": Reason.ICMP_UNMATCHED_ERROR}
"""Counters of nstat that the host keeps, too."""


def socket_info(kernel: Kernel) -> dict[str, object]:
    """TCP_INFO of the socket under test: the one that was accepted, connected or written last."""
    last: StreamSocket | None = None
    for descriptor in (*kernel.descriptors.values(), kernel.under_test):
        if isinstance(descriptor, SocketDescriptor):
            socket = descriptor.socket
            last = socket if isinstance(socket, StreamSocket) else last
    if last is None:
        return {}
    if last.connection is None:
        return {"tcpi_state": STATES[last.state]}
    info = known(last.connection.tcb, kernel.wire.now)
    return {f"tcpi_{name}": value for name, value in info.items()}


def socket_lines(kernel: Kernel) -> list[str]:
    """What `sockstat -4 -P tcp -s` prints, without the heading.

    The program's sockets come first, then connections that are nobody's (yet, or any more).
    """
    lines = []
    owned = set()
    for number, descriptor in kernel.descriptors.items():
        socket = descriptor.socket if isinstance(descriptor, SocketDescriptor) else None
        if isinstance(socket, StreamSocket):
            local, remote = _text(socket.getsockname()[:2]), "*:*"
            connection = socket.connection
            if connection is not None and connection.state != states.CLOSED:
                remote = _ends(connection)[1]
                owned.add(connection)
            state = _SOCKSTAT_NAMES[socket.state if connection is None else connection.state]
            lines.append(
                f"root     {PROGRAM} 100 {number} {_protocol(local)} {local} {remote} {state}"
            )
    for connection in kernel.wire.host.connections:
        if connection not in owned:
            local, remote = _ends(connection)
            lines.append(
                f"? ? ? ? {_protocol(local)} {local} {remote} {_SOCKSTAT_NAMES[connection.state]}"
            )
    return lines


def _protocol(local: str) -> str:
    return "tcp4" if "." in local else "tcp6"


def _ends(connection: Connection) -> tuple[str, str]:
    local = f"{ip_text(connection.local_address)}:{connection.local_port}"
    return local, f"{ip_text(connection.remote_address)}:{connection.remote_port}"


def _text(address: tuple[str, int]) -> str:
    return f"{address[0]}:{address[1]}"


class SimulatedSystem:
    """What shell commands see: the host's knobs, sockets, counters and files (`shell.System`)."""

    def __init__(self, wire: Wire, kernel: Kernel, tables: Mapping[str, Table]) -> None:
        self._wire = wire
        self._kernel = kernel
        self._tables = tables

    def set_variable(self, name: str, value: str) -> None:
        """Set a sysctl variable, or what ethtool sets."""
        sysctls.apply(self._tables, self._wire.host.tcp_config, name, value)

    def socket_lines(self) -> list[str]:
        """The lines of `sockstat -s`."""
        return socket_lines(self._kernel)

    def counter_lines(self) -> list[str]:
        """The lines of `nstat`."""
        counters = self._wire.host.counters
        lines = []
        for name, reason in _COUNTERS.items():
            count = counters.dropped.get(reason, 0) + counters.rejected.get(reason, 0)
            if count:
                lines.append(f"{name} {count} 0.0")
        return lines

    def knows_counter(self, name: str) -> bool:
        """Whether a counter of this name is kept."""
        return name in _COUNTERS

    def drop_connections(self, state: str) -> None:
        """Forget the connections in a state."""
        wanted = {name: state for state, name in _SOCKSTAT_NAMES.items()}.get(state)
        if wanted is None:
            raise ScriptUnsupported(f"tcpdrop -s {state}: no state has this name")
        self._wire.host.drop_connections(wanted, self._wire.now)
        self._wire.settle()

    def forget_peers(self) -> None:
        """Forget Fast Open's cookies."""
        self._wire.host.forget_peers()

    def make_file(self, name: str, size: int) -> None:
        """A file of so many zeros."""
        self._kernel.files[name] = size
