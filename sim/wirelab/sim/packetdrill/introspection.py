"""What a script may ask about sockets beside their packets: TCP_INFO, and lines of sockstat."""

from typing import Final

from wirelab.sim.host.sockets.constants import IPPROTO_TCP, SOCK_STREAM
from wirelab.sim.host.tcp import states
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
    descriptor = kernel.under_test
    if descriptor is None:
        open_ones = [one for one in kernel.descriptors.values() if _is_stream(one)]
        if not open_ones:
            return {}
        descriptor = open_ones[-1]
    assert isinstance(descriptor, SocketDescriptor)
    return descriptor.socket.tcp_info(now=kernel.wire.now)


def _is_stream(descriptor: object) -> bool:
    return (
        isinstance(descriptor, SocketDescriptor)
        and descriptor.socket.type == SOCK_STREAM
        and descriptor.socket.protocol == IPPROTO_TCP
    )


def socket_lines(kernel: Kernel) -> list[str]:
    """What `sockstat -4 -P tcp -s` prints of the program's sockets, without the heading."""
    lines = []
    for number, descriptor in kernel.descriptors.items():
        if isinstance(descriptor, SocketDescriptor) and _is_stream(descriptor):
            socket = descriptor.socket
            local, remote = _text(socket.getsockname()), "*:*"
            try:
                remote = _text(socket.getpeername())
            except OSError:
                pass
            state = _SOCKSTAT_NAMES.get(socket.state, str(socket.state))
            lines.append(f"root     {PROGRAM} 100 {number} tcp4 {local} {remote} {state}")
    return lines


def _text(address: tuple[str, int]) -> str:
    return f"{address[0]}:{address[1]}"

