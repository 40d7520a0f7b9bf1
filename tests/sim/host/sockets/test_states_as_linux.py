"""Every state of a connection: what poll, calls and shutdown give, the kernel's and ours.

A state is reached by calls alone; SYN-SENT is held by a listener whose accept queue is full.
"""

import contextlib
import struct

import pytest

from wirelab.sim.host.sockets import constants as c

ABORT = struct.pack("ii", 1, 0)
PATIENT = struct.pack("ii", 1, 5)


def fresh(w):
    return w.stream(), None


def bound(w):
    s = w.stream()
    s.bind(("", 0))
    return s, None


def listening(w):
    s, _ = w.listener()
    return s, None


def listening_with_one_waiting(w):
    s, address = w.listener()
    client = w.stream()
    client.connect_ex(address)
    w.wait(s, c.POLLIN)
    return s, client


def connecting(w):
    """SYN-SENT: the accept queue is full, so that nobody answers."""
    listener, address = w.listener(0)
    first = w.stream()
    first.connect_ex(address)
    w.wait(listener, c.POLLIN)
    s = w.stream()
    s.connect_ex(address)
    return s, None


def refused(w):
    s = w.stream()
    s.connect_ex(w.closed_port())
    w.wait(s, c.POLLERR)
    return s, None


def refused_and_told(w):
    s, _ = refused(w)
    s.getsockopt(c.SOL_SOCKET, c.SO_ERROR)
    return s, None


def established(w):
    return w.pair()


def established_unasked(w):
    """Connected, but connect was not called again."""
    listener, address = w.listener()
    s = w.stream()
    s.connect_ex(address)
    w.wait(s, c.POLLOUT)
    peer, _ = listener.accept()
    return s, peer


def with_text(w):
    a, b = w.pair()
    b.send(b"text")
    w.wait(a, c.POLLIN)
    return a, b


def with_urgent_text(w):
    a, b = w.pair()
    b.send(b"text!", c.MSG_OOB)
    w.wait(a, c.POLLPRI)
    return a, b


def fin_wait_2(w):
    a, b = w.pair()
    a.shutdown(c.SHUT_WR)
    w.wait(b, c.POLLRDHUP)
    return a, b


def fin_wait_2_with_text(w):
    a, b = fin_wait_2(w)
    b.send(b"text")
    w.wait(a, c.POLLIN)
    return a, b


def close_wait(w):
    a, b = w.pair()
    b.shutdown(c.SHUT_WR)
    w.wait(a, c.POLLRDHUP)
    return a, b


def close_wait_with_text(w):
    a, b = w.pair()
    b.send(b"text")
    b.shutdown(c.SHUT_WR)
    w.wait(a, c.POLLRDHUP)
    return a, b


def closed_last(w):
    """LAST-ACK, over at once."""
    a, b = close_wait(w)
    a.shutdown(c.SHUT_WR)
    w.wait(b, c.POLLHUP)
    w.wait(a, c.POLLHUP)
    return a, b


def closed_first(w):
    """TIME-WAIT, which the socket does not see."""
    a, b = fin_wait_2(w)
    b.shutdown(c.SHUT_WR)
    w.wait(a, c.POLLHUP)
    return a, b


def closed_first_with_text(w):
    a, b = fin_wait_2(w)
    b.send(b"text")
    b.shutdown(c.SHUT_WR)
    w.wait(a, c.POLLHUP)
    return a, b


def reset(w):
    a, b = w.pair()
    b.setsockopt(c.SOL_SOCKET, c.SO_LINGER, ABORT)
    b.close()
    w.wait(a, c.POLLHUP)
    return a, None


def reset_with_text(w):
    a, b = w.pair()
    b.send(b"text")
    w.wait(a, c.POLLIN)
    b.setsockopt(c.SOL_SOCKET, c.SO_LINGER, ABORT)
    b.close()
    w.wait(a, c.POLLHUP)
    return a, None


def reset_and_told(w):
    a, _ = reset(w)
    a.getsockopt(c.SOL_SOCKET, c.SO_ERROR)
    return a, None


def reset_half_closed(w):
    a, b = fin_wait_2(w)
    b.setsockopt(c.SOL_SOCKET, c.SO_LINGER, ABORT)
    b.close()
    w.wait(a, c.POLLHUP)
    return a, None


def shut_for_reading(w):
    a, b = w.pair()
    a.shutdown(c.SHUT_RD)
    return a, b


def shut_for_reading_with_text(w):
    a, b = with_text(w)
    a.shutdown(c.SHUT_RD)
    return a, b


def shut_while_fresh(w):
    s = w.stream()
    with contextlib.suppress(OSError):
        s.shutdown(c.SHUT_RDWR)
    return s, None


def disconnected(w):
    a, b = w.pair()
    w.disconnect(a)
    w.wait(b, c.POLLHUP)
    return a, b


def accepted_peer_gone(w):
    """Reset before accept gave it out."""
    listener, address = w.listener()
    s = w.stream()
    s.connect_ex(address)
    w.wait(listener, c.POLLIN)
    s.setsockopt(c.SOL_SOCKET, c.SO_LINGER, ABORT)
    s.close()
    accepted, _ = listener.accept()
    w.wait(accepted, c.POLLHUP)
    return accepted, None


def datagram(w):
    return w.datagram(), None


def datagram_connected(w):
    t = w.datagram("server")
    t.bind((w.host, 0))
    s = w.datagram()
    s.connect(t.getsockname())
    return s, t


def datagram_to_port_0(w):
    s = w.datagram()
    s.connect((w.host, 0))
    return s, None


def datagram_refused(w):
    s = w.datagram()
    s.connect(w.closed_port())
    s.send(b"x")
    w.wait(s, c.POLLERR)
    return s, None


def datagram_refused_with_error_queue(w):
    s = w.datagram()
    s.setsockopt(*w.receive_errors, 1)
    s.connect(w.closed_port())
    s.send(b"x")
    w.wait(s, c.POLLERR)
    return s, None


def datagram_disconnected(w):
    s, t = datagram_connected(w)
    w.disconnect(s)
    return s, t


STATES = [
    fresh, bound, listening, listening_with_one_waiting, connecting, refused, refused_and_told,
    established, established_unasked, with_text, with_urgent_text, fin_wait_2,
    fin_wait_2_with_text, close_wait, close_wait_with_text, closed_last, closed_first,
    closed_first_with_text, reset, reset_with_text, reset_and_told, reset_half_closed,
    shut_for_reading, shut_for_reading_with_text, shut_while_fresh, disconnected,
    accepted_peer_gone, datagram, datagram_connected, datagram_to_port_0, datagram_refused,
    datagram_refused_with_error_queue, datagram_disconnected,
]  # fmt: skip


OVER = {refused, refused_and_told, closed_last, closed_first, closed_first_with_text, reset,
        reset_with_text, reset_and_told, reset_half_closed, accepted_peer_gone}  # fmt: skip
"""Linux lets these bind again, though they are over for good: nobody can connect or listen with
them before they are disconnected. We say EINVAL."""


def calls(w, s):
    """What is called in each state, alone and after each other."""
    peer = w.closed_port()
    return {
        "recv": lambda: s.recv(3),
        "recv nothing": lambda: s.recvmsg(0),
        "peek": lambda: s.recv(2, c.MSG_PEEK),
        "throw away": lambda: s.recv_into(bytearray(9), 9, c.MSG_TRUNC),
        "peek length": lambda: s.recv_into(bytearray(1), 1, c.MSG_TRUNC | c.MSG_PEEK),
        "wait for all": lambda: s.recv(9, c.MSG_WAITALL),
        "recv urgent": lambda: s.recv(1, c.MSG_OOB),
        "peek urgent": lambda: s.recv(1, c.MSG_OOB | c.MSG_PEEK),
        "recv error": lambda: s.recvmsg(0, 0, c.MSG_ERRQUEUE)[2],
        "recvmsg": lambda: s.recvmsg(9, 99),
        "send": lambda: s.send(b"x"),
        "send nothing": lambda: s.send(b""),
        "send more": lambda: s.send(b"x", c.MSG_MORE),
        "send urgent": lambda: s.send(b"x", c.MSG_OOB),
        "send unknown flag": lambda: s.send(b"x", 0x8000000),
        "sendall nothing": lambda: s.sendall(b""),
        "sendto": lambda: s.sendto(b"x", peer),
        "connect": lambda: s.connect_ex(peer),
        "connect to port 0": lambda: s.connect_ex((w.host, 0)),
        "disconnect": lambda: w.disconnect(s),
        "listen": lambda: s.listen(1),
        "accept": lambda: s.accept()[0],
        "bind": lambda: s.bind(("", 0)),
        "shutdown read": lambda: s.shutdown(c.SHUT_RD),
        "shutdown write": lambda: s.shutdown(c.SHUT_WR),
        "shutdown both": lambda: s.shutdown(c.SHUT_RDWR),
        "shutdown nonsense": lambda: s.shutdown(7),
        "error": lambda: s.getsockopt(c.SOL_SOCKET, c.SO_ERROR),
        "listens": lambda: s.getsockopt(c.SOL_SOCKET, c.SO_ACCEPTCONN),
        "linger": lambda: s.setsockopt(c.SOL_SOCKET, c.SO_LINGER, PATIENT),
        "fast open": lambda: s.setsockopt(c.SOL_TCP, c.TCP_FASTOPEN, 3),
        "fast open connect": lambda: s.setsockopt(c.SOL_TCP, c.TCP_FASTOPEN_CONNECT, 1),
        "no clamp": lambda: s.setsockopt(c.SOL_TCP, c.TCP_WINDOW_CLAMP, 0),
        "peer's name": lambda: s.getsockopt(c.SOL_SOCKET, c.SO_PEERNAME, 2),
        "MTU discovery": lambda: s.setsockopt(c.SOL_IP, c.IP_MTU_DISCOVER, 3),
        "FIONREAD": lambda: s.ioctl(c.FIONREAD),
        "SIOCATMARK": lambda: s.ioctl(c.SIOCATMARK),
    }


def visible(w, s):
    w.do("poll", s.poll)
    w.do("name", s.getsockname)
    w.do("peer", s.getpeername)


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_every_call_in_every_state_gives_what_the_kernel_gives(state, assert_as_linux):
    def scenario(w):
        for name in calls(w, None):
            if name == "bind" and state in OVER:
                continue
            s, _ = state(w)
            visible(w, s)
            w.log.append(name)
            w.do(name, calls(w, s)[name])
            visible(w, s)
            w.end()

    assert_as_linux(scenario)


CLOSED_BY_ONE = [established, with_text, close_wait, close_wait_with_text, fin_wait_2]
LINGERS = [None, struct.pack("ii", 0, 0), struct.pack("ii", 0, 7), ABORT, PATIENT]


@pytest.mark.parametrize("state", CLOSED_BY_ONE, ids=lambda state: state.__name__)
@pytest.mark.parametrize("wish", LINGERS, ids=["unset", "off", "off but 7 s", "0 s", "5 s"])
@pytest.mark.parametrize("queued", [False, True], ids=["nothing queued", "text queued"])
def test_a_close_is_seen_by_the_peer_as_the_kernel_lets_it_see(
    state, wish, queued, assert_as_linux
):
    """SO_LINGER; close(2) with unread text, with text on the way, after either side's FIN."""

    def scenario(w):
        s, peer = state(w)
        if wish is not None:
            w.do("linger", s.setsockopt, c.SOL_SOCKET, c.SO_LINGER, wish)
            w.do("lingers", s.getsockopt, c.SOL_SOCKET, c.SO_LINGER, 8)
        if queued:
            w.do("send", s.send, b"last words")
        s.close()
        w.wait(peer, c.POLLHUP | c.POLLRDHUP)
        visible(w, peer)
        w.do("recv", peer.recv, 99)
        w.do("recv", peer.recv, 99)
        w.do("send", peer.send, b"too late")
        w.do("error", peer.getsockopt, c.SOL_SOCKET, c.SO_ERROR)
        visible(w, peer)
        w.do("error", peer.getsockopt, c.SOL_SOCKET, c.SO_ERROR)

    assert_as_linux(scenario)
