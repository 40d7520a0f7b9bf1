"""Berkeley sockets on a host: the calls, options, flags and errnos of Linux, never blocking.

`Host.socket` makes them. Every call takes `now` (ns) by name; what would block raises
`BlockingIOError`, and an event, or `poll`, tells when to call again.

>>> import random
>>> from wirelab.sim.host import Host, HostConfig, InterfaceConfig
>>> from wirelab.sim.host.sockets import AF_INET, POLLOUT, SOCK_STREAM
>>> card = InterfaceConfig("eth0", bytes.fromhex("020000000001"), bytes([10, 0, 0, 1]))
>>> host = Host(HostConfig("alice", [card]), random.Random(1))
>>> socket = host.socket(AF_INET, SOCK_STREAM)
>>> socket.bind(("10.0.0.1", 5000), now=0)
>>> socket
<StreamSocket 10.0.0.1:5000 CLOSED>
>>> socket.connect(("10.0.0.2", 80), now=0)
Traceback (most recent call last):
wirelab.sim.host.sockets.failures.BlockingIOError: [Errno 115] connect to 10.0.0.2:80 has begun
>>> socket
<StreamSocket 10.0.0.1:5000 - 10.0.0.2:80 SYN-SENT>
>>> bool(socket.poll(now=0) & POLLOUT)
False

    base            what all sockets have          addresses, failures, constants
    stream          TCP: data, closing             stream_opening, stream_state
    datagram        UDP: data, closing             datagram_state, mailboxes, control, udp_options
    options         getsockopt and setsockopt      socket_level, ip_level, tcp_level, udp_level
    readiness       poll                           error_queue: IP_RECVERR

All constants (`AF_INET`, `SO_REUSEADDR`, `POLLIN`, ...) are names of this package: Linux's numbers,
and those of the `socket` and `select` modules on Linux.
"""

from wirelab.sim.host.sockets.addresses import Address, SocketAddress
from wirelab.sim.host.sockets.base import ControlMessage, Socket
from wirelab.sim.host.sockets.constants import *  # noqa: F403  (all of them are public)
from wirelab.sim.host.sockets.datagram import DatagramSocket
from wirelab.sim.host.sockets.failures import SocketCallError
from wirelab.sim.host.sockets.stream import StreamSocket
from wirelab.sim.host.tcp.tcp_info import TcpInfo

__all__ = [
    "Address",
    "ControlMessage",
    "DatagramSocket",
    "Socket",
    "SocketAddress",
    "SocketCallError",
    "StreamSocket",
    "TcpInfo",
    *(name for name in list(globals()) if name.isupper()),
]
