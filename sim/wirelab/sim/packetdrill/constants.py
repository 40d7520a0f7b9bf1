"""The names that scripts use in system calls, with Linux's numbers.

Source: the socket layer's own table, and what concerns descriptors only: fcntl(2), open(2),
poll(2), epoll(7), ioctl_tty(2), tcp(7), splice(2).

FreeBSD has other numbers for some of them. Scripts use names, and every name means here what it
means there, so the numbers never meet.
"""

import errno
from typing import Final

from wirelab.sim.host.sockets import constants as of_sockets

EPOLL_CTL_ADD: Final = 1
EPOLL_CTL_DEL: Final = 2
EPOLL_CTL_MOD: Final = 3
EPOLLET: Final = 1 << 31
EPOLLONESHOT: Final = 1 << 30


SPLICE_F_NONBLOCK: Final = 2

TCP_NOOPT: Final = 0x1008
"""FreeBSD's option at level IPPROTO_TCP, whose number (8) is another option's on Linux; ours."""

_OF_DESCRIPTORS: Final = {
    "EPOLLERR": 0x008,
    "EPOLLET": EPOLLET,
    "EPOLLEXCLUSIVE": 1 << 28,
    "EPOLLHUP": 0x010,
    "EPOLLIN": 0x001,
    "EPOLLMSG": 0x400,
    "EPOLLONESHOT": EPOLLONESHOT,
    "EPOLLOUT": 0x004,
    "EPOLLPRI": 0x002,
    "EPOLLRDBAND": 0x080,
    "EPOLLRDHUP": 0x2000,
    "EPOLLRDNORM": 0x040,
    "EPOLLWRBAND": 0x200,
    "EPOLLWRNORM": 0x100,
    "EPOLL_CLOEXEC": 0o2000000,
    "EPOLL_CTL_ADD": EPOLL_CTL_ADD,
    "EPOLL_CTL_DEL": EPOLL_CTL_DEL,
    "EPOLL_CTL_MOD": EPOLL_CTL_MOD,
    "NULL": 0,
    "O_APPEND": 0o2000,
    "O_CLOEXEC": 0o2000000,
    "O_CREAT": 0o100,
    "O_EXCL": 0o200,
    "O_RDONLY": 0,
    "O_TRUNC": 0o1000,
    "O_WRONLY": 1,
    "POLLINIGNEOF": 0,
    "TCP_NOOPT": TCP_NOOPT,
    "SPLICE_F_MORE": 4,
    "SPLICE_F_MOVE": 1,
    "SPLICE_F_NONBLOCK": SPLICE_F_NONBLOCK,
}

_ALIASES: Final = {
    "FIONWRITE": "SIOCOUTQ",
    "SOL_IPV6": "IPPROTO_IPV6",
    "TCP_KEEPINIT": "TCP_SYNCNT",
}
"""Two names for one thing; FreeBSD's that mean what one of Linux means."""


def number_of(name: str) -> int | None:
    """The number behind a name, or None for a name that nobody here knows."""
    value = _lookup(name)
    if value is None and name in _ALIASES:
        value = _lookup(_ALIASES[name])
    return value


def errno_of(name: str) -> int | None:
    """The number of an error such as `EAGAIN`, or None; `EWOULDBLOCK` is one, too."""
    value = getattr(errno, name, None)
    return value if isinstance(value, int) else None


def _lookup(name: str) -> int | None:
    if name in _OF_DESCRIPTORS:
        return _OF_DESCRIPTORS[name]
    value = getattr(of_sockets, name, None) if name.isupper() else None
    return value if isinstance(value, int) else None
