"""Calls of streams on the kernel's sockets (loopback) and on ours: results and errnos are equal."""

import struct

import pytest

from wirelab.sim.host.sockets import constants as c


def linger(on, seconds):
    return struct.pack("ii", on, seconds)


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
    w.do("no address of ours", t.bind, (w.foreign, 0))
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


SCENARIOS = [
    fresh,
    listening,
    connecting,
    refused,
    refused_and_shut,
    talking,
    urgent,
    urgent_in_line,
    half_closed,
    shut_for_reading,
    reset,
    reset_told_by_send,
    reset_after_the_end,
    closing_with_unread_bytes,
    unconnected_by_shutdown,
    bound,
    shared_by_reuseport,
]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_every_call_gives_what_the_kernel_gives(scenario, assert_as_linux):
    assert_as_linux(scenario)
