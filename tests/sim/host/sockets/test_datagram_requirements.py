"""What RFC 1122 section 4.1 demands of UDP's interface to applications, on Berkeley sockets."""

import pytest

from wirelab.codecs import UDP, IPv4
from wirelab.sim.host.sockets.constants import (
    AF_INET,
    IP_OPTIONS,
    IP_PKTINFO,
    IP_RECVOPTS,
    IP_TOS,
    IP_TTL,
    SOCK_DGRAM,
    SOL_IP,
)
from wirelab.sim.reasons import Reason

ALERT = b"\x94\x04\0\0"  # router alert, RFC 2113
HELLO = UDP(source_port=7, destination_port=4000)


@pytest.fixture
def socket(met):
    made = met.host.socket(AF_INET, SOCK_DGRAM)
    made.bind(("", 4000), now=met.now)
    return made


def test_options_that_came_are_told(met, socket):
    """1122-4.1.3.2-a."""
    socket.setsockopt(SOL_IP, IP_RECVOPTS, 1, now=met.now)
    assert met.receive(met.frame(HELLO, b"x", options=ALERT)) is None
    assert socket.recvmsg(9, 99, now=met.now)[1] == [(SOL_IP, IP_RECVOPTS, ALERT)]


def test_options_that_are_given_are_sent(met, socket):
    """1122-4.1.3.2-b, 1122-4.1.3.2-c, 1122-4.1.4-b."""
    socket.setsockopt(SOL_IP, IP_OPTIONS, ALERT, now=met.now)
    socket.sendto(b"x", ("10.0.0.2", 9), now=met.now)
    [sent] = met.sent()
    assert sent.ip.option_bytes == ALERT


def test_hops_and_service_are_the_applications(met, socket):
    """1122-4.1.4-a, 1122-4.1.4-b: for the socket, and for one datagram."""
    socket.setsockopt(SOL_IP, IP_TTL, 9, now=met.now)
    socket.setsockopt(SOL_IP, IP_TOS, 0x10, now=met.now)
    socket.sendto(b"x", ("10.0.0.2", 9), now=met.now)
    once = [(SOL_IP, IP_TTL, b"\x21\0\0\0"), (SOL_IP, IP_TOS, b"\x28")]
    socket.sendmsg([b"y"], once, 0, ("10.0.0.2", 9), now=met.now)
    assert [(one.ip.ttl, one.ip.dscp << 2) for one in met.sent()] == [(9, 0x10), (33, 0x28)]


def test_an_icmp_error_reaches_the_application(net):
    """1122-4.1.3.3-a."""
    client = net.datagram()
    client.connect((net.BOB, 4000), now=net.now)
    client.send(b"x", now=net.now)
    net.settle()
    with pytest.raises(ConnectionRefusedError):
        client.recv(9, now=net.now)


def test_checksums_are_made_and_looked_at_unless_said_otherwise(met, socket):
    """1122-4.1.3.4-a, 1122-4.1.3.4-b, 1122-4.1.3.4-c: and a bad one is dropped without a word."""
    socket.sendto(b"x", ("10.0.0.2", 9), now=met.now)
    [sent] = met.sent()  # the rig verifies it
    assert sent.transport.checksum
    spoilt = bytearray(met.frame(HELLO, b"data"))
    spoilt[-1] ^= 1
    drop = met.receive(bytes(spoilt))
    assert (drop.reason, drop.answered, met.frames()) == (Reason.UDP_BAD_CHECKSUM, False, [])


@pytest.mark.parametrize("where", ["ADDRESS", "BROADCAST"])
def test_the_application_learns_where_a_datagram_was_sent_to(met, socket, where):
    """1122-4.1.3.5-a."""
    socket.setsockopt(SOL_IP, IP_PKTINFO, 1, now=met.now)
    to = met.MAC if where == "ADDRESS" else met.BROADCAST_MAC
    assert met.receive(met.frame(HELLO, b"x", to=to, destination=getattr(met, where))) is None
    [(_, _, info)] = socket.recvmsg(9, 99, now=met.now)[1]
    assert info == b"\1\0\0\0" + met.ADDRESS + getattr(met, where)


@pytest.mark.parametrize("chosen", [True, False])
def test_the_application_may_choose_its_address_or_leave_it_open(make_rig, chosen):
    """1122-4.1.3.5-b, 1122-4.1.3.5-c, 1122-4.1.3.6-b: both are addresses of ours."""
    second = b"\xc0\0\2\1"
    rig = make_rig(second=second)
    rig.introduce()
    socket = rig.host.socket(AF_INET, SOCK_DGRAM)
    if chosen:
        socket.bind(("192.0.2.1", 0), now=rig.now)
    socket.sendto(b"x", ("10.0.0.2", 9), now=rig.now)
    [sent] = rig.sent()
    assert sent.ip.source == (second if chosen else rig.ADDRESS)
    with pytest.raises(OSError, match="no address of this host"):
        rig.host.socket(AF_INET, SOCK_DGRAM).bind(("10.0.0.2", 0), now=rig.now)


@pytest.mark.parametrize("source", [b"\xff\xff\xff\xff", b"\xe0\0\0\5", b"\x0a\0\0\xff"])
def test_a_source_that_is_no_single_host_is_refused(met, socket, source):
    """1122-4.1.3.6-a."""
    ip = IPv4(source=source, destination=met.ADDRESS, protocol=17)
    frame = met.MAC + met.PEER_MAC + b"\x08\0" + ip.build(HELLO.build(b"x", ip))
    assert met.receive(frame).reason is Reason.IP_BAD_SOURCE
