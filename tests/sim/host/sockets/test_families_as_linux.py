"""One socket for both families, zones, groups and coverage: the kernel's (loopback) and ours."""

import struct
import sys

import pytest

from wirelab.sim.host.sockets import constants as c

ANYWHERE = bytes(4)
GROUP = bytes((239, 7, 7, 7))
OTHER_GROUP = bytes((239, 7, 7, 8))
GROUP6 = bytes.fromhex("ff150000000000000000000000007777")
FRIEND, STRANGER = bytes((10, 9, 9, 1)), bytes((10, 9, 9, 2))


def six(w, kind=c.SOCK_DGRAM, side="client"):
    return w.socket(c.AF_INET6, kind, 0, side)


def four(w, kind=c.SOCK_DGRAM, side="client"):
    return w.socket(c.AF_INET, kind, 0, side)


def datagrams_of_both_families(w):
    t = six(w, side="server")
    t.bind(("::", 0))
    port = t.getsockname()[1]
    s = four(w)
    s.sendto(b"four", (w.host4, port))
    w.wait(t, c.POLLIN)
    w.do("mapped", lambda: t.recvfrom(9)[1][0].startswith("::ffff:"))
    s = six(w)
    s.sendto(b"mapped", (f"::ffff:{w.host4}", port))
    w.wait(t, c.POLLIN)
    w.do("data", lambda: t.recvfrom(9)[0])
    w.do("connect", s.connect, (f"::ffff:{w.host4}", port))
    w.do("ours", lambda: s.getsockname()[0].startswith("::ffff:"))
    w.do("peer", lambda: s.getpeername()[2:])
    s.send(b"again")
    w.wait(t, c.POLLIN)
    w.do("data", lambda: t.recvfrom(9)[0])
    w.do("too late", t.setsockopt, c.SOL_IPV6, c.IPV6_V6ONLY, 1)


def only_ipv6(w):
    t, s = six(w, side="server"), six(w)
    w.do("only", t.setsockopt, c.SOL_IPV6, c.IPV6_V6ONLY, 1)
    w.do("mapped", t.bind, (f"::ffff:{w.host4}", 0))
    t.bind(("::", 0))
    w.do("beside it", four(w, side="server").bind, ("0.0.0.0", t.getsockname()[1]))
    s.setsockopt(c.SOL_IPV6, c.IPV6_V6ONLY, 1)
    w.do("mapped", s.connect, (f"::ffff:{w.host4}", 9))
    w.do("mapped", s.sendto, b"x", (f"::ffff:{w.host4}", 9))


def ports_of_both_families(w):
    for kind in (c.SOCK_DGRAM, c.SOCK_STREAM):
        t = six(w, kind, "server")
        w.do("mapped", t.bind, (f"::ffff:{w.host4}", 0))
        port = t.getsockname()[1]
        w.do("taken", four(w, kind, "server").bind, (w.host4, port))
        w.do("taken", six(w, kind, "server").bind, ("::", port))
        w.do("free", six(w, kind, "server").bind, (w.host6, port))
        w.do("taken", four(w, kind, "server").bind, ("", port))


def streams_of_both_families(w):
    listener = six(w, c.SOCK_STREAM, "server")
    listener.bind(("", 0))
    listener.listen(8)
    port = listener.getsockname()[1]
    for family, host in ((4, w.host4), (6, f"::ffff:{w.host4}"), (6, w.host6)):
        s = four(w, c.SOCK_STREAM) if family == 4 else six(w, c.SOCK_STREAM)
        s.connect_ex((host, port))
        w.wait(listener, c.POLLIN)
        accepted, peer = listener.accept()
        w.log.append((len(peer), peer[0].startswith("::ffff:"), peer[2:]))
        w.log.append(accepted.getsockname()[0].startswith("::ffff:"))
        s.send(b"hello")
        w.wait(accepted, c.POLLIN)
        w.do("data", accepted.recv, 9)
    s = six(w, c.SOCK_STREAM)
    s.setsockopt(c.SOL_IPV6, c.IPV6_V6ONLY, 1)
    w.do("only", s.connect_ex, (f"::ffff:{w.host4}", port))


def link_local_without_a_zone(w):
    w.do("bind", six(w).bind, ("fe80::1", 0))
    w.do("connect", six(w).connect, ("fe80::1", 9))
    w.do("stream", six(w, c.SOCK_STREAM).connect_ex, ("fe80::1", 9))
    w.do("no such zone", six(w).bind, ("fe80::1", 0, 0, 4711))


def told_of_hops_and_class(w):
    s, t = six(w), six(w, side="server")
    t.bind((w.host6, 0))
    for name in (c.IPV6_RECVHOPLIMIT, c.IPV6_RECVTCLASS):
        t.setsockopt(c.SOL_IPV6, name, 1)
    s.setsockopt(c.SOL_IPV6, c.IPV6_UNICAST_HOPS, 9)
    s.setsockopt(c.SOL_IPV6, c.IPV6_TCLASS, 0x28)
    s.sendto(b"x", t.getsockname())
    w.wait(t, c.POLLIN)
    w.do("told", lambda: t.recvmsg(9, 200)[:3])
    number = struct.Struct("i").pack
    asked = [(c.SOL_IPV6, c.IPV6_HOPLIMIT, number(33)), (c.SOL_IPV6, c.IPV6_TCLASS, number(16))]
    w.do("asked", s.sendmsg, [b"y"], asked, 0, t.getsockname())
    w.wait(t, c.POLLIN)
    w.do("told", lambda: t.recvmsg(9, 200)[:3])
    for kind, data in ((99, b"1234"), (c.IPV6_HOPLIMIT, number(256)), (c.IPV6_TCLASS, b"1")):
        w.do("refused", s.sendmsg, [b"y"], [(c.SOL_IPV6, kind, data)], 0, t.getsockname())
    t.setsockopt(c.SOL_IPV6, c.IPV6_RECVPKTINFO, 1)
    s.sendto(b"z", t.getsockname())
    w.wait(t, c.POLLIN)
    w.do("lengths", lambda: [(one[:2], len(one[2])) for one in t.recvmsg(9, 200)[1]])


def memberships(w):
    s = four(w)
    own = bytes(map(int, w.own4.split(".")))
    for what in (GROUP + own, GROUP + own, OTHER_GROUP + own, b"\x0a\0\0\1" + own, GROUP, b""):
        w.do("join", s.setsockopt, c.SOL_IP, c.IP_ADD_MEMBERSHIP, what)
    for what in (GROUP + own, GROUP + own, bytes((239, 9, 9, 9)) + own):
        w.do("leave", s.setsockopt, c.SOL_IP, c.IP_DROP_MEMBERSHIP, what)
    w.do("no such interface", s.setsockopt, c.SOL_IP, c.IP_ADD_MEMBERSHIP,
         GROUP + ANYWHERE + struct.pack("i", 4711))  # fmt: skip
    w.do("no such address", s.setsockopt, c.SOL_IP, c.IP_ADD_MEMBERSHIP, GROUP + STRANGER)


def sources(w):
    s = four(w)
    own = bytes(map(int, w.own4.split(".")))

    def do(name, source=FRIEND, group=GROUP):
        w.do(name, s.setsockopt, c.SOL_IP, name, group + own + source)

    for name in (c.IP_BLOCK_SOURCE, c.IP_UNBLOCK_SOURCE, c.IP_DROP_SOURCE_MEMBERSHIP):
        do(name)
    for name in (c.IP_ADD_SOURCE_MEMBERSHIP,) * 2 + (c.IP_BLOCK_SOURCE,):
        do(name)
    do(c.IP_ADD_SOURCE_MEMBERSHIP, STRANGER)
    w.do("join", s.setsockopt, c.SOL_IP, c.IP_ADD_MEMBERSHIP, GROUP + own)
    for source in (FRIEND, STRANGER, STRANGER):
        do(c.IP_DROP_SOURCE_MEMBERSHIP, source)
    w.do("join", s.setsockopt, c.SOL_IP, c.IP_ADD_MEMBERSHIP, GROUP + own)
    for name in (c.IP_UNBLOCK_SOURCE, c.IP_BLOCK_SOURCE, c.IP_BLOCK_SOURCE, c.IP_UNBLOCK_SOURCE,
                 c.IP_ADD_SOURCE_MEMBERSHIP):  # fmt: skip
        do(name)
    do(c.IP_BLOCK_SOURCE, FRIEND, b"\x0a\0\0\1")


def memberships_of_ipv6(w):
    s = six(w)
    first = struct.pack("i", 1)
    for name in (c.IPV6_LEAVE_GROUP, c.IPV6_JOIN_GROUP, c.IPV6_JOIN_GROUP, c.IPV6_LEAVE_GROUP):
        w.do(name, s.setsockopt, c.SOL_IPV6, name, GROUP6 + first)
    w.do("no group", s.setsockopt, c.SOL_IPV6, c.IPV6_JOIN_GROUP, bytes(15) + b"\1" + first)
    w.do("none such", s.setsockopt, c.SOL_IPV6, c.IPV6_JOIN_GROUP, GROUP6 + struct.pack("i", 4711))
    w.do("cut", s.setsockopt, c.SOL_IPV6, c.IPV6_JOIN_GROUP, GROUP6)


def coverage(w):
    try:
        s, t = (w.socket(c.AF_INET, c.SOCK_DGRAM, 136, side) for side in ("client", "server"))
    except OSError:
        pytest.skip("this kernel has no UDP-Lite")
    t.bind((w.host4, 0))
    w.do("three", s.setsockopt, c.SOL_UDPLITE, c.UDPLITE_SEND_CSCOV, 3)
    w.do("is eight", s.getsockopt, c.SOL_UDPLITE, c.UDPLITE_SEND_CSCOV)
    w.do("all", t.setsockopt, c.SOL_UDPLITE, c.UDPLITE_RECV_CSCOV, 12)
    w.do("too little", s.sendto, b"abcdefgh", t.getsockname())
    w.do("enough", s.setsockopt, c.SOL_UDPLITE, c.UDPLITE_SEND_CSCOV, 12)
    w.do("send", s.sendto, b"12345678", t.getsockname())
    w.wait(t, c.POLLIN)
    w.do("recv", t.recv, 99)
    w.do("more than there is", s.setsockopt, c.SOL_UDPLITE, c.UDPLITE_SEND_CSCOV, 5000)
    w.do("send", s.sendto, b"whole", t.getsockname())
    w.wait(t, c.POLLIN)
    w.do("recv", t.recv, 99)
    w.do("nothing else", t.recv, 99)
    w.do("not UDP's port", four(w, side="server").bind, t.getsockname())


SCENARIOS = [
    datagrams_of_both_families,
    only_ipv6,
    ports_of_both_families,
    streams_of_both_families,
    link_local_without_a_zone,
    told_of_hops_and_class,
    memberships,
    sources,
    memberships_of_ipv6,
    coverage,
]


@pytest.mark.skipif(sys.platform != "linux", reason="compares with Linux")
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_every_call_gives_what_the_kernel_gives(scenario, assert_as_linux_with_both_families):
    """RFC 3493 sections 3.7 and 5.3, RFC 3678 section 4, RFC 3828; Linux."""
    assert_as_linux_with_both_families(scenario)
