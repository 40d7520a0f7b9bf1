"""Ping and raw sockets, call by call: the kernel's in a namespace, and those of a simulated host.

Each talks to itself (127.0.0.1, ::1). The namespace is there because ping sockets need a group that
may ping, and raw sockets a privilege.
"""

import errno
import random
import select
import socket
import struct

import pytest

from wirelab.codecs import ICMPv4
from wirelab.sim.host import Host, HostConfig, InterfaceConfig
from wirelab.sim.host.sockets import constants as c

pytestmark = pytest.mark.live

PATIENCE_MS = 5000
"""How long the kernel may take for what happens at once."""
HOMES = {c.AF_INET: "127.0.0.1", c.AF_INET6: "::1"}
EXPERIMENT = 253  # RFC 3692 section 2.1
BROKEN = bytes((9, 9))


class Kernel:
    """The kernel's sockets, of one namespace."""

    def __init__(self, namespace):
        self.namespace = namespace

    def socket(self, family, kind, protocol):
        made = self.namespace.kernel_socket(family, kind, protocol)
        made.setblocking(False)
        return made

    def wait(self, made):
        poller = select.poll()
        poller.register(made, select.POLLIN)
        assert poller.poll(PATIENCE_MS), "the kernel never said that there is something to read"


class Ours:
    """The sockets of a simulated host, with `now` filled in."""

    def __init__(self):
        ipv6 = bytes.fromhex("20010db8000000000000000000000001")
        card = InterfaceConfig("eth0", b"\2\0\0\0\0\1", b"\x0a\0\0\1", addresses=[(ipv6, 64)])
        self.host = Host(HostConfig("us", [card]), random.Random(1))

    def socket(self, family, kind, protocol):
        made = self.host.socket(family, kind, protocol)
        made.setblocking(False)
        return Timeless(made, self.host)

    def wait(self, made):
        assert made.poll() & c.POLLIN, "nothing to read"


class Timeless:
    """A socket of ours; whatever a call causes happens before the next."""

    def __init__(self, made, host):
        self._made, self._host = made, host

    def __getattr__(self, name):
        method = getattr(self._made, name)
        if name in ("getsockname", "getpeername"):
            return method

        def call(*arguments):
            try:
                return method(*arguments, now=0)
            finally:
                self._host.poll_transmit(0)

        return call


class Log:
    """What every call gave."""

    def __init__(self, world, family):
        self.world, self.family, self.home = world, family, HOMES[family]
        self.lines = []

    def do(self, label, call, *arguments):
        try:
            result = call(*arguments)
        except OSError as error:
            result = errno.errorcode[error.errno or 0]
        self.lines.append((label, tuple(result) if isinstance(result, tuple) else result))
        return result

    def made(self, kind, protocol):
        return self.world.socket(self.family, kind, protocol)

    def heard(self, label, made, shown):
        """What came, as far as it is the same everywhere."""
        self.world.wait(made)
        data, address = made.recvfrom(200)
        self.lines.append((label, shown(data), tuple(address)))


def request(family, payload=b"payload", sequence=1, identifier=0, code=0):
    """An echo request; over IPv6 whoever sends fills the checksum in."""
    if family == c.AF_INET6:
        return struct.pack("!BBHHH", 128, code, 0, identifier, sequence) + payload
    return ICMPv4(8, code, rest_of_header=identifier << 16 | sequence).build(payload)


def message(data):
    """An ICMP message without checksum and identifier."""
    return data[:2], data[6:]


def pings(log):
    made = log.made(c.SOCK_DGRAM, 1 if log.family == c.AF_INET else 58)
    log.do("fresh", made.getsockname)
    log.do("short", made.sendto, b"1234567", (log.home, 0))
    log.do("no request", made.sendto, BROKEN + request(log.family)[2:], (log.home, 0))
    log.do("code", made.sendto, request(log.family, code=1), (log.home, 0))
    log.do("nowhere", made.send, request(log.family))
    log.do("send", made.sendto, request(log.family), (log.home, 0))
    log.heard("reply", made, message)
    log.lines.append(("has an identifier", made.getsockname()[1] != 0))
    log.do("nothing else", made.recv, 99)
    log.do("any port", made.sendto, request(log.family, b"x", 7), (log.home, 9))
    log.heard("reply", made, message)
    log.do("connect", made.connect, (log.home, 0))
    log.do("peer", made.getpeername)
    log.do("send", made.send, request(log.family, bytes(range(100)), 0xFFFF))
    world_reply = 129 if log.family == c.AF_INET6 else 0
    log.world.wait(made)
    log.do("peek", lambda: made.recv(1, c.MSG_PEEK) == bytes([world_reply]))
    log.heard("reply", made, message)


def bound_pings(log):
    protocol = 1 if log.family == c.AF_INET else 58
    made = log.made(c.SOCK_DGRAM, protocol)
    log.do("bind", made.bind, (log.home, 77))
    log.do("name", made.getsockname)
    log.do("again", made.bind, (log.home, 78))
    foreign = "192.0.2.1" if log.family == c.AF_INET else "2001:db8:1::1"
    log.do("foreign", log.made(c.SOCK_DGRAM, protocol).bind, (foreign, 0))
    log.do("send", made.sendto, request(log.family, identifier=5), (log.home, 0))
    log.heard("with its own identifier", made, lambda data: data[4:])
    other = log.made(c.SOCK_DGRAM, protocol)
    log.do("send", other.sendto, request(log.family), (log.home, 0))
    log.heard("reply", other, message)
    log.do("not for it", made.recv, 99)


def hops_of_pings(log):
    made = log.made(c.SOCK_DGRAM, 1 if log.family == c.AF_INET else 58)
    if log.family == c.AF_INET:
        asked = (c.SOL_IP, c.IP_RECVTTL), (c.SOL_IP, c.IP_RECVTOS)
    else:
        asked = (c.SOL_IPV6, c.IPV6_RECVHOPLIMIT), (c.SOL_IPV6, c.IPV6_RECVTCLASS)
    for level, name in asked:
        log.do("ask", made.setsockopt, level, name, 1)
    log.do("send", made.sendto, request(log.family), (log.home, 0))
    log.world.wait(made)
    log.do("told", lambda: made.recvmsg(200, 200)[1:3])


def raw_icmp(log):
    made = log.made(c.SOCK_RAW, 1)
    log.do("fresh", made.getsockname)
    log.do("nowhere", made.send, request(log.family))
    log.do("send", made.sendto, request(log.family, identifier=7), (log.home, 0))
    log.heard("our own request", made, packet)
    log.heard("the reply", made, packet)
    log.do("filter", made.setsockopt, c.SOL_RAW, c.ICMP_FILTER, struct.pack("<I", 1 << 8))
    log.do("send", made.sendto, request(log.family, sequence=2, identifier=7), (log.home, 0))
    log.heard("the reply alone", made, packet)
    log.do("nothing else", made.recv, 99)
    log.do("short", made.sendto, b"\x08", (log.home, 0))
    log.do("connect", made.connect, (log.home, 0))
    log.do("peer", made.getpeername)
    log.do("name", made.getsockname)
    log.do("foreign", log.made(c.SOCK_RAW, 1).bind, ("192.0.2.1", 0))


def packet(data):
    """What does not differ from one IPv4 packet to the next.

    Nor does it matter whether replies may be cut: ours may not, so that path MTU discovery works.
    """
    fragment = None if data[9] == 1 and data[20] == 0 else data[6:8]
    return data[0], data[1], fragment, data[8:10], data[12:20], data[20:]


def raw_protocol(log):
    made, other = log.made(c.SOCK_RAW, EXPERIMENT), log.made(c.SOCK_RAW, EXPERIMENT + 1)
    show = packet if log.family == c.AF_INET else bytes
    log.do("bind", made.bind, (log.home, 4711))
    log.do("name", made.getsockname)
    log.do("send", made.sendto, b"anything", (log.home, 0))
    log.heard("payload", made, show)
    log.do("another protocol", other.recv, 99)
    log.do("connect", made.connect, (log.home, 0))
    log.do("send", made.send, b"")
    log.heard("empty", made, show)
    log.do("listen", made.listen, 1)
    log.do("accept", made.accept)
    log.do("shutdown", made.shutdown, 1)
    log.do("none of it", lambda: log.made(c.SOCK_RAW, 0))


def raw_with_headers(log):
    made, heard = log.made(c.SOCK_RAW, 255), log.made(c.SOCK_RAW, EXPERIMENT)
    log.do("headers are its own", made.getsockopt, c.SOL_IP, c.IP_HDRINCL)
    home = socket.inet_aton(log.home)
    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0x10, 0, 0, 0x4000, 5, EXPERIMENT, 0, home, home)
    log.do("send", made.sendto, header + b"payload", (log.home, 0))
    log.heard("lengths and sums filled in", heard, packet)
    log.do("cut", made.sendto, header[:10], (log.home, 0))
    log.do("never heard", made.recv, 99)


def raw_icmpv6(log):
    made = log.made(c.SOCK_RAW, 58)
    log.do("fresh", made.getsockname)
    everything_but_replies = bytearray(b"\xff" * 32)
    everything_but_replies[16] &= ~(1 << 1)  # type 129
    log.do("filter", made.setsockopt, 58, 1, bytes(everything_but_replies))
    log.do("send", made.sendto, request(log.family, identifier=7), (log.home, 0))
    log.heard("the reply, summed", made, bytes)
    log.do("nothing else", made.recv, 99)
    log.do("short", made.sendto, b"x", (log.home, 0))
    log.do("its checksum is no choice", made.setsockopt, c.SOL_IPV6, c.IPV6_CHECKSUM, 4)


def raw_checksums(log):
    made = log.made(c.SOCK_RAW, EXPERIMENT)
    log.do("none", made.getsockopt, c.SOL_IPV6, c.IPV6_CHECKSUM)
    log.do("odd", made.setsockopt, c.SOL_IPV6, c.IPV6_CHECKSUM, 3)
    log.do("at 2", made.setsockopt, c.SOL_IPV6, c.IPV6_CHECKSUM, 2)
    log.do("send", made.sendto, b"ab\0\0data", (log.home, 0))
    log.heard("summed", made, bytes)
    log.do("too short for it", made.sendto, b"abc", (log.home, 0))


BOTH = (c.AF_INET, c.AF_INET6)
CASES = [
    *((scenario, family) for scenario in (pings, bound_pings, hops_of_pings) for family in BOTH),
    *((raw_protocol, family) for family in BOTH),
    *((scenario, c.AF_INET) for scenario in (raw_icmp, raw_with_headers)),
    *((scenario, c.AF_INET6) for scenario in (raw_icmpv6, raw_checksums)),
]


@pytest.fixture
def namespace(lab):
    """A kernel on its own, where everybody may ping."""
    made = lab.namespace("alone")
    made.ip("link set lo up")
    with made, open("/proc/sys/net/ipv4/ping_group_range", "w") as groups:
        groups.write("0 0\n")
    made.sysctl("net.ipv6.conf.all.disable_ipv6", 0)
    made.sysctl("net.ipv6.conf.lo.disable_ipv6", 0)
    return made


@pytest.mark.parametrize(
    ("scenario", "family"), CASES, ids=[f"{one.__name__}-{family}" for one, family in CASES]
)
def test_every_call_gives_what_the_kernel_gives(scenario, family, namespace):
    """Linux: net/ipv4/ping.c, net/ipv4/raw.c, net/ipv6/raw.c; RFC 3542 section 3."""
    logs = [Log(world, family) for world in (Ours(), Kernel(namespace))]
    for log in logs:
        scenario(log)
    ours, kernels = (log.lines for log in logs)
    assert ours == kernels
