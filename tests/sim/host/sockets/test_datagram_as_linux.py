"""Calls of datagram sockets, the kernel's (loopback) and ours: results and errnos are equal."""

import struct

import pytest

from wirelab.sim.host.sockets import constants as c


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
    s.setsockopt(*w.receive_errors, 1)
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
    w.do("not ours", t.bind, (w.foreign, 0))
    w.do("one agrees", t.setsockopt, c.SOL_SOCKET, c.SO_REUSEADDR, 1)
    w.do("taken", t.bind, s.getsockname())
    w.do("both agree", s.setsockopt, c.SOL_SOCKET, c.SO_REUSEADDR, 1)
    w.do("shared", t.bind, s.getsockname())


SCENARIOS = [
    fresh_datagrams,
    datagrams,
    datagrams_refused,
    datagrams_refused_with_an_error_queue,
    told_of_ttl_and_tos,
    corked_datagrams,
    bound_datagrams,
]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_every_call_gives_what_the_kernel_gives(scenario, assert_as_linux):
    assert_as_linux(scenario)
