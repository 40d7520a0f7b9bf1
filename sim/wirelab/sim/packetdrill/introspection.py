"""What a script may ask about sockets beside their packets: TCP_INFO, and lines of sockstat."""

from typing import Final

from wirelab.codecs.addresses import ipv4_text
from wirelab.sim.host.sockets.stream import StreamSocket
from wirelab.sim.host.tcp import states
from wirelab.sim.host.tcp.info import STATES, tcp_info
from wirelab.sim.packetdrill.descriptors import SocketDescriptor
from wirelab.sim.packetdrill.system_calls import Kernel

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
    return dict(tcp_info(last.connection.tcb, kernel.wire.now))


def socket_lines(kernel: Kernel) -> list[str]:
    """What `sockstat -4 -P tcp -s` prints of the program's sockets, without the heading."""
    lines = []
    for number, descriptor in kernel.descriptors.items():
        socket = descriptor.socket if isinstance(descriptor, SocketDescriptor) else None
        if isinstance(socket, StreamSocket):
            local, remote = _text(socket.getsockname()), "*:*"
            connection = socket.connection
            if connection is not None and connection.state != states.CLOSED:
                remote = f"{ipv4_text(connection.remote_address)}:{connection.remote_port}"
            state = _SOCKSTAT_NAMES[socket.state if connection is None else connection.state]
            lines.append(f"root     {PROGRAM} 100 {number} tcp4 {local} {remote} {state}")
    return lines


def _text(address: tuple[str, int]) -> str:
    return f"{address[0]}:{address[1]}"
