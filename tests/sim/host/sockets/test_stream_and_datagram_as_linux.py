"""The same calls on the kernel's sockets (loopback) and on ours: results and errnos are equal.

What depends on the machine (buffer sizes, privileges, the default algorithm) is left out by name.
"""

import errno
import fcntl
import select
import socket as kernel
import struct
import sys
from typing import Any, ClassVar

import pytest

from wirelab.sim.host.sockets import constants as c
from wirelab.sim.host.sockets.options import _DATAGRAMS, _STREAMS

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="compares with Linux")

EVERYTHING = 0x23FF
PATIENCE = 5000
"""ms; how long the kernel may take for what happens at once."""


class KernelSocket:
    """The kernel's, with what Python's socket module does not offer."""

    CALLS: ClassVar[dict[str, Any]] = {}

    def __init__(self, world, socket):
        self.world, self.socket = world, socket
        socket.setblocking(False)

    def poll(self):
        poller = select.poll()
        poller.register(self.socket, EVERYTHING)
        found = poller.poll(0)
        return found[0][1] if found else 0

    def ioctl(self, request):
        return struct.unpack("i", fcntl.ioctl(self.socket, request, struct.pack("i", 0)))[0]

    def accept(self):
        accepted, address = self.socket.accept()
        return self.world.keep(KernelSocket(self.world, accepted)), address

    def __getattr__(self, name):
        return getattr(self.socket, name)


class OurSocket:
    """Ours, with `now` filled in; whatever a call causes happens before the next."""

    TIMELESS = ("getsockname", "getpeername")

    def __init__(self, world, socket):
        self.world, self.socket = world, socket

    def poll(self):
        return self.socket.poll(EVERYTHING, now=self.world.net.now)

    def accept(self):
        accepted, address = self.socket.accept(now=self.world.net.now)
        return self.world.keep(OurSocket(self.world, accepted)), address

    def setblocking(self, blocking):
        self.socket.setblocking(blocking)

    def __getattr__(self, name):
        method = getattr(self.socket, name)
        if name in self.TIMELESS:
            return method

        def call(*arguments):
            try:
                return method(*arguments, now=self.world.net.now)
            finally:
                self.world.net.settle()

        return call


class World:
    """Makes sockets, and writes down what every call gave."""

    host = ""

    def __init__(self):
        self.log = []
        self.kept = []
        self.named = {}

    def keep(self, socket):
        self.kept.append(socket)
        return socket

    def do(self, label, call, *arguments):
        """Call, and log the result or the errno; returns the result."""
        try:
            result = call(*arguments)
        except OSError as error:
            self.log.append((label, errno.errorcode[error.errno or 0]))
            return None
        self.log.append((label, self._shown(result)))
        return result

    def _shown(self, result):
        """Without what differs from run to run: ports, and the objects themselves."""
        if isinstance(result, tuple) and len(result) == 2 and isinstance(result[0], str):
            zero = "any" if result[0] == "0.0.0.0" else "ours"
            return (zero, self.named.get(result[1], "port" if result[1] else 0))
        if isinstance(result, tuple | list):
            return tuple(self._shown(one) for one in result)
        if result is None or isinstance(result, int | bytes | str):
            return result
        return type(result).__name__.replace("Kernel", "").replace("Our", "")

    def look(self, socket):
        """Log what can be seen of a socket without changing it."""
        self.do("poll", socket.poll)
        self.do("name", socket.getsockname)
        self.do("peer", socket.getpeername)

    def stream(self, side: str = "client") -> Any:
        raise NotImplementedError

    def wait(self, socket, mask):
        raise NotImplementedError

    def listener(self, backlog=8):
        listener = self.stream("server")
        listener.bind((self.host, 0))
        listener.listen(backlog)
        self.named[listener.getsockname()[1]] = "listener"
        return listener, listener.getsockname()

    def pair(self):
        """Two connected streams, logging nothing."""
        listener, address = self.listener()
        client = self.stream()
        client.connect_ex(address)
        self.wait(listener, c.POLLIN)
        server, _ = listener.accept()
        self.wait(client, c.POLLOUT)
        client.connect_ex(address)
        return client, server

    def closed_port(self):
        """An address where nobody listens."""
        probe = self.stream("server")
        probe.bind((self.host, 0))
        address = probe.getsockname()
        probe.close()
        return address


class KernelWorld(World):
    host = "127.0.0.1"

    def stream(self, side="client"):
        return self.keep(KernelSocket(self, kernel.socket(kernel.AF_INET, kernel.SOCK_STREAM)))

    def datagram(self, side="client"):
        return self.keep(KernelSocket(self, kernel.socket(kernel.AF_INET, kernel.SOCK_DGRAM)))

    def wait(self, socket, mask):
        poller = select.poll()
        poller.register(socket.socket, mask)
        assert poller.poll(PATIENCE), f"the kernel never said {mask:#x}"

    def end(self):
        for socket in self.kept:
            socket.close()


class OurWorld(World):
    host = "10.0.0.2"

    def __init__(self, net):
        super().__init__()
        self.net = net

    def _host(self, side):
        return self.net.alice if side == "client" else self.net.bob

    def stream(self, side="client"):
        made = self.net.stream(self._host(side))
        made.setblocking(False)
        return self.keep(OurSocket(self, made))

    def datagram(self, side="client"):
        made = self.net.datagram(self._host(side))
        made.setblocking(False)
        return self.keep(OurSocket(self, made))

    def wait(self, socket, mask):
        self.net.settle()

    def end(self):
        pass


def linger(on, seconds):
    return struct.pack("ii", on, seconds)


# --- streams


def fresh(w):
    s = w.stream()
    w.look(s)
    for label, call in (
        ("recv", lambda: s.recv(5)),
        ("send", lambda: s.send(b"x")),
        ("send nothing", lambda: s.send(b"")),
        ("recv urgent", lambda: s.recv(5, c.MSG_OOB)),
        ("error queue", lambda: s.recvmsg(5, 100, c.MSG_ERRQUEUE)),
        ("accept", s.accept),
        ("FIONREAD", lambda: s.ioctl(c.FIONREAD)),
        ("SIOCOUTQ", lambda: s.ioctl(c.SIOCOUTQ)),
        ("SIOCOUTQNSD", lambda: s.ioctl(c.SIOCOUTQNSD)),
        ("SIOCATMARK", lambda: s.ioctl(c.SIOCATMARK)),
        ("no ioctl", lambda: s.ioctl(0x1234)),
        ("shutdown 9", lambda: s.shutdown(9)),
        ("shutdown", lambda: s.shutdown(1)),
    ):
        w.do(label, call)
    w.look(s)


def listening(w):
    s = w.stream("server")
    w.do("listen", s.listen)
    w.look(s)
    w.do("listen again", s.listen, 3)
    w.do("bind", s.bind, (w.host, 0))
    w.do("connect", s.connect_ex, (w.host, 9))
    w.do("recv", s.recv, 5)
    w.do("recv urgent", s.recv, 5, c.MSG_OOB)
    w.do("send", s.send, b"x")
    w.do("FIONREAD", s.ioctl, c.FIONREAD)
    w.do("SIOCOUTQ", s.ioctl, c.SIOCOUTQ)
    w.do("SIOCOUTQNSD", s.ioctl, c.SIOCOUTQNSD)
    w.do("accept", s.accept)
    w.do("ACCEPTCONN", s.getsockopt, c.SOL_SOCKET, c.SO_ACCEPTCONN)
    w.do("shutdown write", s.shutdown, 1)
    w.look(s)
    w.do("shutdown read", s.shutdown, 0)
    w.look(s)
    w.do("accept", s.accept)
    w.do("listen", s.listen)
    w.look(s)


def connecting(w):
    listener, address = w.listener()
    s = w.stream()
    w.do("connect", s.connect_ex, address)
    w.wait(s, c.POLLOUT)
    w.look(s)
    w.do("connect again", s.connect_ex, address)
    w.do("connect once more", s.connect_ex, address)
    w.do("listen", s.listen)
    w.do("bind", s.bind, ("", 0))
    w.do("poll listener", listener.poll)
    w.do("accept", listener.accept)
    w.do("accept again", listener.accept)


def refused(w):
    address = w.closed_port()
    s = w.stream()
    w.do("connect", s.connect_ex, address)
    w.wait(s, c.POLLERR)
    w.do("poll", s.poll)
    w.do("connect again", s.connect_ex, address)
    w.do("poll", s.poll)
    w.do("error", s.getsockopt, c.SOL_SOCKET, c.SO_ERROR)
    w.do("third", s.connect_ex, address)
    w.wait(s, c.POLLERR)
    w.do("error", s.getsockopt, c.SOL_SOCKET, c.SO_ERROR)
    w.do("error again", s.getsockopt, c.SOL_SOCKET, c.SO_ERROR)
    w.do("poll", s.poll)
    w.do("recv", s.recv, 5)
    w.do("send", s.send, b"x")
    w.do("connect after error", s.connect_ex, address)
    w.do("poll", s.poll)


def refused_and_shut(w):
    address = w.closed_port()
    s = w.stream()
    w.do("connect", s.connect_ex, address)
    w.wait(s, c.POLLERR)
    w.do("shutdown", s.shutdown, 2)
    w.do("connect", s.connect_ex, address)
    w.do("send", s.send, b"x")
    w.do("send", s.send, b"x")
    w.do("recv", s.recv, 5)


def talking(w):
    a, b = w.pair()
    w.do("send", a.send, b"hello")
    w.wait(b, c.POLLIN)
    w.do("poll", b.poll)
    w.do("FIONREAD", b.ioctl, c.FIONREAD)
    w.do("peek", b.recv, 2, c.MSG_PEEK)
    w.do("recv", b.recv, 2)
    w.do("recvmsg", b.recvmsg, 1)
    w.do("recvfrom", b.recvfrom, 1)
    w.do("recv_into, thrown away", b.recv_into, bytearray(1), 1, c.MSG_TRUNC)
    w.do("recv", b.recv, 5)
    w.do("urgent", b.recv, 1, c.MSG_OOB)
    w.do("sendmsg", b.sendmsg, [b"ab", b"cd"])
    w.wait(a, c.POLLIN)
    w.do("waitall", a.recv, 9, c.MSG_WAITALL)
    w.do("sendto", a.sendto, b"x", (w.host, 9))
    w.do("connect", a.connect_ex, (w.host, 9))


def urgent(w):
    a, b = w.pair()
    a.send(b"hello")
    w.do("send urgent", a.send, b"zz", c.MSG_OOB)
    w.wait(b, c.POLLPRI)
    w.do("poll", b.poll)
    w.do("SIOCATMARK", b.ioctl, c.SIOCATMARK)
    w.do("FIONREAD", b.ioctl, c.FIONREAD)
    w.do("recv stops at the mark", b.recv, 100)
    w.do("SIOCATMARK", b.ioctl, c.SIOCATMARK)
    w.do("poll", b.poll)
    w.do("peek", b.recv, 5, c.MSG_OOB | c.MSG_PEEK)
    w.do("take", b.recvmsg, 5, 0, c.MSG_OOB)
    w.do("taken", b.recv, 5, c.MSG_OOB)
    w.do("poll", b.poll)
    w.do("recv", b.recv, 5)
    a.send(b"more")
    w.wait(b, c.POLLIN)
    w.do("behind it", b.recv, 5)
    w.do("SIOCATMARK", b.ioctl, c.SIOCATMARK)


def urgent_in_line(w):
    a, b = w.pair()
    w.do("in line", b.setsockopt, c.SOL_SOCKET, c.SO_OOBINLINE, 1)
    a.send(b"ab")
    a.send(b"c", c.MSG_OOB)
    a.send(b"de")
    w.wait(b, c.POLLPRI)
    w.do("not out of band", b.recv, 1, c.MSG_OOB)
    w.do("before", b.recv, 100)
    w.do("mark", b.ioctl, c.SIOCATMARK)
    w.do("behind", b.recv, 100)
    w.do("poll", b.poll)


def half_closed(w):
    a, b = w.pair()
    a.send(b"last")
    w.do("shutdown", a.shutdown, 1)
    w.do("poll a", a.poll)
    w.do("send", a.send, b"x")
    w.wait(b, c.POLLRDHUP)
    w.do("poll b", b.poll)
    w.do("recv", b.recv, 9)
    w.do("end", b.recv, 9)
    w.do("send back", b.send, b"answer")
    w.wait(a, c.POLLIN)
    w.do("recv answer", a.recv, 9)
    w.do("b closes", b.close)
    w.wait(a, c.POLLHUP)
    w.look(a)
    w.do("end", a.recv, 9)
    w.do("shutdown again", a.shutdown, 1)
    w.do("error", a.getsockopt, c.SOL_SOCKET, c.SO_ERROR)


def shut_for_reading(w):
    a, b = w.pair()
    w.do("shutdown", a.shutdown, 0)
    w.do("poll", a.poll)
    w.do("end", a.recv, 5)
    b.send(b"more")
    w.wait(b, c.POLLOUT)
    w.do("what came later", a.recv, 9)
    w.do("end", a.recv, 9)
    w.do("send", a.send, b"x")
    w.do("shutdown both", a.shutdown, 2)
    w.do("poll", a.poll)


def reset(w):
    a, b = w.pair()
    w.do("linger", b.setsockopt, c.SOL_SOCKET, c.SO_LINGER, linger(1, 0))
    b.close()
    w.wait(a, c.POLLHUP)
    w.look(a)
    w.do("recv", a.recv, 5)
    w.do("recv again", a.recv, 5)
    w.do("send", a.send, b"x")
    w.do("poll", a.poll)
    w.do("error", a.getsockopt, c.SOL_SOCKET, c.SO_ERROR)
    w.do("shutdown", a.shutdown, 2)
    w.do("connect", a.connect_ex, (w.host, 9))


def reset_told_by_send(w):
    a, b = w.pair()
    b.setsockopt(c.SOL_SOCKET, c.SO_LINGER, linger(1, 0))
    b.close()
    w.wait(a, c.POLLHUP)
    w.do("send", a.send, b"x")
    w.do("send again", a.send, b"x")
    w.do("recv", a.recv, 5)


def reset_after_the_end(w):
    a, b = w.pair()
    b.shutdown(1)
    w.wait(a, c.POLLRDHUP)
    b.setsockopt(c.SOL_SOCKET, c.SO_LINGER, linger(1, 0))
    b.close()
    w.wait(a, c.POLLHUP)
    w.do("poll", a.poll)
    w.do("error", a.getsockopt, c.SOL_SOCKET, c.SO_ERROR)
    w.do("recv", a.recv, 5)


def closing_with_unread_bytes(w):
    a, b = w.pair()
    a.send(b"nobody reads this")
    w.wait(b, c.POLLIN)
    b.close()
    w.wait(a, c.POLLHUP)
    w.do("poll", a.poll)
    w.do("recv", a.recv, 5)
    w.do("recv", a.recv, 5)


def unconnected_by_shutdown(w):
    s = w.stream()
    w.do("shutdown both", s.shutdown, 2)
    w.do("poll", s.poll)
    w.do("recv", s.recv, 1)
    w.do("send", s.send, b"x")


def bound(w):
    s, t = w.stream("server"), w.stream("server")
    w.do("bind", s.bind, (w.host, 0))
    w.look(s)
    w.do("bind again", s.bind, (w.host, 0))
    w.do("the same port", t.bind, s.getsockname())
    w.do("no address of ours", t.bind, ("192.0.2.1", 0))
    s.setsockopt(c.SOL_SOCKET, c.SO_REUSEADDR, 1)
    t.setsockopt(c.SOL_SOCKET, c.SO_REUSEADDR, 1)
    w.do("shared", t.bind, s.getsockname())
    w.do("listen", s.listen)
    w.do("listen too", t.listen)


def shared_by_reuseport(w):
    s, t, u = (w.stream("server") for _ in range(3))
    for one in (s, t):
        one.setsockopt(c.SOL_SOCKET, c.SO_REUSEPORT, 1)
    w.do("bind", s.bind, (w.host, 0))
    w.do("share", t.bind, s.getsockname())
    w.do("intrude", u.bind, s.getsockname())
    w.do("listen", s.listen)
    w.do("listen too", t.listen)


# --- datagrams


def fresh_datagrams(w):
    s = w.datagram()
    w.look(s)
    w.do("recv", s.recv, 5)
    w.do("send", s.send, b"x")
    w.do("sendto port 0", s.sendto, b"x", (w.host, 0))
    w.do("urgent", s.sendto, b"x", c.MSG_OOB, (w.host, 9))
    w.do("listen", s.listen)
    w.do("accept", s.accept)
    w.do("error queue", s.recvmsg, 5, 100, c.MSG_ERRQUEUE)
    w.do("FIONREAD", s.ioctl, c.FIONREAD)
    w.do("SIOCOUTQ", s.ioctl, c.SIOCOUTQ)
    w.do("SIOCOUTQNSD", s.ioctl, c.SIOCOUTQNSD)
    w.do("shutdown", s.shutdown, 0)
    w.look(s)
    w.do("recv", s.recv, 5)
    w.do("shutdown both", s.shutdown, 2)
    w.look(s)


def datagrams(w):
    s, t = w.datagram(), w.datagram("server")
    t.bind((w.host, 0))
    s.connect(t.getsockname())
    w.look(s)
    w.do("send", s.send, b"hello")
    w.wait(t, c.POLLIN)
    w.do("poll", t.poll)
    w.do("FIONREAD", t.ioctl, c.FIONREAD)
    w.do("peek", t.recv, 2, c.MSG_PEEK)
    w.do("whole length", t.recv_into, bytearray(2), 2, c.MSG_PEEK | c.MSG_TRUNC)
    w.do("cut", t.recvmsg, 2)
    w.do("nothing left", t.recv, 5)
    w.do("nothing to send", s.send, b"")
    w.wait(t, c.POLLIN)
    w.do("empty", t.recvfrom, 5)
    w.do("too big", s.send, bytes(65508))
    w.do("connect again", s.connect, t.getsockname())
    w.do("shutdown", s.shutdown, 1)
    w.do("send", s.send, b"x")
    w.do("poll", s.poll)


def datagrams_refused(w):
    s = w.datagram()
    s.connect(w.closed_port())
    w.do("send", s.send, b"x")
    w.wait(s, c.POLLERR)
    w.do("poll", s.poll)
    w.do("send", s.send, b"x")
    w.do("send", s.send, b"x")
    w.wait(s, c.POLLERR)
    w.do("error", s.getsockopt, c.SOL_SOCKET, c.SO_ERROR)
    w.do("error", s.getsockopt, c.SOL_SOCKET, c.SO_ERROR)
    w.do("recv", s.recv, 5)
    w.do("send", s.send, b"x")
    w.wait(s, c.POLLERR)
    w.do("recv", s.recv, 5)
    w.do("recv", s.recv, 5)


def datagrams_refused_with_an_error_queue(w):
    s = w.datagram()
    s.setsockopt(c.SOL_IP, c.IP_RECVERR, 1)
    address = w.closed_port()
    w.named[address[1]] = "closed"
    w.do("send", s.sendto, b"lost", address)
    w.wait(s, c.POLLERR)
    w.do("poll", s.poll)
    result = s.recvmsg(100, 200, c.MSG_ERRQUEUE)
    data, messages, flags, destination = result
    level, kind, body = messages[0]
    w.log.append(("entry", data, level, kind, body[:16], len(body), flags))
    w.log.append(("going to", w._shown(tuple(destination))))
    w.do("poll", s.poll)
    w.do("empty", s.recvmsg, 100, 200, c.MSG_ERRQUEUE)
    w.do("error", s.getsockopt, c.SOL_SOCKET, c.SO_ERROR)


def told_of_ttl_and_tos(w):
    s, t = w.datagram(), w.datagram("server")
    t.bind((w.host, 0))
    t.setsockopt(c.SOL_IP, c.IP_RECVTTL, 1)
    t.setsockopt(c.SOL_IP, c.IP_RECVTOS, 1)
    s.setsockopt(c.SOL_IP, c.IP_TTL, 9)
    s.setsockopt(c.SOL_IP, c.IP_TOS, 0x28)
    s.sendto(b"x", t.getsockname())
    w.wait(t, c.POLLIN)
    w.do("told", lambda: t.recvmsg(9, 200)[:3])
    ttl = [(c.SOL_IP, c.IP_TTL, struct.pack("i", 33)), (c.SOL_IP, c.IP_TOS, b"\x10")]
    w.do("asked", s.sendmsg, [b"y"], ttl, 0, t.getsockname())
    w.wait(t, c.POLLIN)
    w.do("told", lambda: t.recvmsg(9, 200)[:3])
    w.do("unknown", s.sendmsg, [b"y"], [(c.SOL_IP, 99, b"1234")], 0, t.getsockname())
    w.do("bad value", s.sendmsg, [b"y"], [(c.SOL_IP, c.IP_TTL, bytes(4))], 0, t.getsockname())
    s.sendto(b"z", t.getsockname())
    w.wait(t, c.POLLIN)
    w.do("no room for it", lambda: t.recvmsg(9, 24)[:3])


def corked_datagrams(w):
    s, t = w.datagram(), w.datagram("server")
    t.bind((w.host, 0))
    s.connect(t.getsockname())
    w.do("more", s.send, b"one ", c.MSG_MORE)
    w.do("last", s.send, b"two")
    w.wait(t, c.POLLIN)
    w.do("recv", t.recv, 99)
    s.setsockopt(c.SOL_UDP, c.UDP_CORK, 1)
    w.do("corked", s.send, b"three")
    w.do("nothing yet", t.recv, 99)
    s.setsockopt(c.SOL_UDP, c.UDP_CORK, 0)
    w.wait(t, c.POLLIN)
    w.do("recv", t.recv, 99)


def bound_datagrams(w):
    s, t = w.datagram("server"), w.datagram("server")
    w.do("bind", s.bind, (w.host, 0))
    w.do("again", s.bind, (w.host, 0))
    w.do("taken", t.bind, s.getsockname())
    w.do("not ours", t.bind, ("192.0.2.1", 0))
    w.do("one agrees", t.setsockopt, c.SOL_SOCKET, c.SO_REUSEADDR, 1)
    w.do("taken", t.bind, s.getsockname())
    w.do("both agree", s.setsockopt, c.SOL_SOCKET, c.SO_REUSEADDR, 1)
    w.do("shared", t.bind, s.getsockname())


SCENARIOS = [
    fresh, listening, connecting, refused, refused_and_shut, talking, urgent, urgent_in_line,
    half_closed,
    shut_for_reading, reset, reset_told_by_send, reset_after_the_end, closing_with_unread_bytes,
    unconnected_by_shutdown, bound, shared_by_reuseport, fresh_datagrams, datagrams,
    datagrams_refused, datagrams_refused_with_an_error_queue, told_of_ttl_and_tos,
    corked_datagrams, bound_datagrams,
]  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_every_call_gives_what_the_kernel_gives(scenario, make_net):
    linux, ours = KernelWorld(), OurWorld(make_net())
    try:
        scenario(linux)
    finally:
        linux.end()
    scenario(ours)
    assert ours.log == linux.log


# --- options

MACHINE = {
    (c.SOL_SOCKET, c.SO_DEBUG): "a privilege",
    (c.SOL_SOCKET, c.SO_SNDBUF): "net.core.wmem_max",
    (c.SOL_SOCKET, c.SO_RCVBUF): "net.core.rmem_max",
    (c.SOL_SOCKET, c.SO_SNDBUFFORCE): "a privilege",
    (c.SOL_SOCKET, c.SO_RCVBUFFORCE): "a privilege",
    (c.SOL_SOCKET, c.SO_PRIORITY): "a privilege",
    (c.SOL_SOCKET, c.SO_MARK): "a privilege",
    (c.SOL_SOCKET, c.SO_BUSY_POLL): "a privilege",
    (c.SOL_SOCKET, c.SO_COOKIE): "a counter of the machine",
    (c.SOL_SOCKET, c.SO_RCVLOWAT): "net.ipv4.tcp_rmem",
    (c.SOL_SOCKET, c.SO_TXREHASH): "net.core.txrehash, Linux 5.18",
    (c.SOL_IP, c.IP_TTL): "net.ipv4.ip_default_ttl",
    (c.SOL_IP, c.IP_TRANSPARENT): "a privilege",
    (c.SOL_TCP, c.TCP_CONGESTION): "net.ipv4.tcp_congestion_control",
    (c.SOL_TCP, c.TCP_REPAIR): "a privilege",
    (c.SOL_TCP, c.TCP_SYNCNT): "net.ipv4.tcp_syn_retries",
    (c.SOL_TCP, c.TCP_ULP): "modules",
    (c.SOL_TCP, c.TCP_INFO): "time",
}
VALUES = (0, 1, 5, 88, 200, 70_000, -1, b"", b"\1", b"\1\2\3", struct.pack("ii", 1, 3))


def outcome(call, *arguments):
    try:
        return call(*arguments)
    except OSError as error:
        return errno.errorcode[error.errno or 0]


def behaviour(make, level, name):
    """How a fresh socket answers, before and after each value was set."""
    found = [outcome(make().getsockopt, level, name), outcome(make().getsockopt, level, name, 2)]
    for value in VALUES:
        socket = make()
        found.append((value, outcome(socket.setsockopt, level, name, value)))
        found.append((value, outcome(socket.getsockopt, level, name)))
    return found


OPTIONS = [
    (kind, level, name)
    for kind, tables in (("stream", _STREAMS), ("datagram", _DATAGRAMS))
    for level, table in tables.items()
    for name in table
    if (level, name) not in MACHINE
]
UNKNOWN = [
    (kind, level, name)
    for kind in ("stream", "datagram")
    for level, name in ((c.SOL_SOCKET, 120), (c.SOL_IP, 120), (c.SOL_TCP, 120), (999, 1),
                        (c.SOL_UDP, 90), (255, 3))
]  # fmt: skip


@pytest.mark.parametrize(("kind", "level", "name"), OPTIONS + UNKNOWN)
def test_an_option_takes_and_gives_what_the_kernel_takes_and_gives(kind, level, name, make_net):
    linux, ours = KernelWorld(), OurWorld(make_net())
    try:
        expected = behaviour(getattr(linux, kind), level, name)
    finally:
        linux.end()
    assert behaviour(getattr(ours, kind), level, name) == expected


SOCKETS = [
    (family, kind, protocol)
    for family in (0, c.AF_INET, 99)
    for kind in (0, 1, 2, 4, 5, 11, 99, 1 | c.SOCK_NONBLOCK, 1 | 0o10000)
    for protocol in (0, 6, 17, 300)
]


@pytest.mark.parametrize(("family", "kind", "protocol"), SOCKETS)
def test_sockets_of_no_such_kind_are_refused_as_the_kernel_refuses(
    family, kind, protocol, make_net
):
    def made(make):
        try:
            socket = make(family, kind, protocol)
        except OSError as error:
            return errno.errorcode[error.errno or 0]
        closing = getattr(socket, "detach", None)
        if closing is not None:
            kernel.close(closing())
        return "made"

    assert made(make_net().alice.socket) == made(kernel.socket)
