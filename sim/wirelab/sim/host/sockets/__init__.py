"""Berkeley sockets on a host: the calls, options, flags and errnos of Linux, never blocking.

`AF_INET` and `AF_INET6`; streams (TCP), datagrams (UDP, UDP-Lite, ICMP echo) and raw sockets.

`Host.socket` makes them. Every call takes `now` (ns) by name; what would block raises
`BlockingIOError`, and an event, or `poll`, tells when to call again.

>>> import random
>>> from wirelab.sim.host import Host, HostConfig, InterfaceConfig
>>> from wirelab.sim.host.sockets import AF_INET, POLLIN, POLLOUT, SOCK_STREAM
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

On a simulated network `run_until` waits, where a program would block in poll(2):

>>> from wirelab.sim import Network
>>> net = Network()
>>> alice, bob = net.host("alice", "10.0.0.1"), net.host("bob", "10.0.0.2")
>>> link = net.link(alice, bob)
>>> listener, client = bob.socket(AF_INET, SOCK_STREAM), alice.socket(AF_INET, SOCK_STREAM)
>>> listener.bind(("", 80), now=net.now)
>>> listener.listen(now=net.now)
>>> client.connect_ex(("10.0.0.2", 80), now=net.now)
115
>>> net.run_until(lambda: bool(listener.poll(now=net.now)))
True
>>> server, peer = listener.accept(now=net.now)
>>> client.send(b"hello", now=net.now)
5
>>> net.run_until(lambda: bool(server.poll(now=net.now) & POLLIN))
True
>>> server.recv(100, now=net.now)
b'hello'
>>> client.tcp_info(now=net.now).state_name
'ESTABLISHED'

    base            what all sockets have          addresses, families, failures, constants
    stream          TCP: data, closing             stream_opening, stream_state
    datagram        UDP: data, closing             datagram_state, mailboxes, control, control6
    ping, raw       ICMP echo; IP itself           raw_table, carriers
    options         getsockopt and setsockopt      socket_level, ip_level, ipv6_level, tcp_level,
                                                   udp_level, raw_level, memberships
    readiness       poll                           error_queue: IP_RECVERR

All constants (`AF_INET`, `SO_REUSEADDR`, `POLLIN`, ...) are names of this package: Linux's numbers,
and those of the `socket` and `select` modules on Linux.
"""

from wirelab.sim.host.sockets.addresses import Address, Address6, SocketAddress
from wirelab.sim.host.sockets.base import ControlMessage, Socket
from wirelab.sim.host.sockets.constants import *  # noqa: F403  (all of them are public)
from wirelab.sim.host.sockets.datagram import DatagramSocket
from wirelab.sim.host.sockets.failures import SocketCallError
from wirelab.sim.host.sockets.ping import PingSocket
from wirelab.sim.host.sockets.raw import RawSocket
from wirelab.sim.host.sockets.stream import StreamSocket
from wirelab.sim.host.tcp.tcp_info import TcpInfo

__all__ = [
    "Address",
    "Address6",
    "ControlMessage",
    "DatagramSocket",
    "PingSocket",
    "RawSocket",
    "Socket",
    "SocketAddress",
    "SocketCallError",
    "StreamSocket",
    "TcpInfo",
    *(name for name in list(globals()) if name.isupper()),
]
