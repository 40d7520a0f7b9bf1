"""Options of the kernel's sockets and of ours: what they take and what they give.

What depends on the machine (buffer sizes, privileges, the default algorithm) is left out by name.
"""

import errno
import select
import socket as kernel
import struct
import sys

import pytest

from wirelab.sim.host import sockets
from wirelab.sim.host.sockets import constants as c
from wirelab.sim.host.sockets.options import tables_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="compares with Linux")

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
    (c.SOL_TCP, c.TCP_TIMESTAMP): "time",
    (c.SOL_SOCKET, c.SO_BINDTOIFINDEX): "interfaces",
    (c.SOL_IPV6, c.IPV6_UNICAST_HOPS): "net.ipv6.conf.default.hop_limit",
    (c.SOL_IPV6, c.IPV6_TRANSPARENT): "a privilege",
    (c.SOL_IPV6, c.IPV6_HOPOPTS): "a privilege",
    (c.SOL_IPV6, c.IPV6_DSTOPTS): "a privilege",
    (c.SOL_IPV6, c.IPV6_RTHDR): "a privilege",
    (c.SOL_IPV6, c.IPV6_RTHDRDSTOPTS): "a privilege",
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


SORTS = {
    "stream": (c.AF_INET, c.SOCK_STREAM, c.IPPROTO_TCP),
    "datagram": (c.AF_INET, c.SOCK_DGRAM, c.IPPROTO_UDP),
    "lite": (c.AF_INET, c.SOCK_DGRAM, c.IPPROTO_UDPLITE),
    "stream6": (c.AF_INET6, c.SOCK_STREAM, c.IPPROTO_TCP),
    "datagram6": (c.AF_INET6, c.SOCK_DGRAM, c.IPPROTO_UDP),
}
OPTIONS = [
    (sort, level, name)
    for sort, how in SORTS.items()
    for level, table in tables_of(*how).items()
    for name in table
    if (level, name) not in MACHINE
    and not (sort == "lite" and level in (c.SOL_SOCKET, c.SOL_IP))  # as UDP's
    and not (sort.endswith("6") and level != c.SOL_IPV6)  # as those of AF_INET
]
UNKNOWN = [
    (sort, level, name)
    for sort in SORTS
    for level, name in ((c.SOL_SOCKET, 120), (c.SOL_IP, 120), (c.SOL_TCP, 120), (999, 1),
                        (c.SOL_UDP, 90), (255, 3), (c.SOL_UDPLITE, 91), (c.SOL_IPV6, 120))
]  # fmt: skip


@pytest.mark.parametrize(("sort", "level", "name"), OPTIONS + UNKNOWN)
def test_an_option_takes_and_gives_what_the_kernel_takes_and_gives(sort, level, name, worlds):
    linux, ours = worlds
    try:
        linux.socket(*SORTS[sort])
    except OSError as error:
        pytest.skip(f"this kernel has no such sockets: {error}")
    expected = behaviour(lambda: linux.socket(*SORTS[sort]), level, name)
    assert behaviour(lambda: ours.socket(*SORTS[sort]), level, name) == expected


SOCKETS = [
    (family, kind, protocol)
    for family in (0, c.AF_INET, c.AF_INET6, 99)
    for kind in (0, 1, 2, 4, 5, 11, 99, 1 | c.SOCK_NONBLOCK, 1 | 0o10000)
    for protocol in (0, 6, 17, 136, 300)
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


SAME_NAME = [
    (name, module)
    for name in sockets.__all__
    if name.isupper()
    for module in (kernel, select)
    if hasattr(module, name)
]


@pytest.mark.parametrize(("name", "module"), SAME_NAME, ids=[name for name, _ in SAME_NAME])
def test_a_constant_has_the_number_of_the_standard_library_on_linux(name, module):
    assert getattr(sockets, name) == getattr(module, name)
