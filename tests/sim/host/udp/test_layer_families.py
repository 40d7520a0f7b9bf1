"""UDP over IPv6, and what the two families share."""

import random

import pytest

from wirelab.codecs import UDP, IPv6
from wirelab.codecs.addresses import ANY_IPV4, ANY_IPV6, ipv6_bytes
from wirelab.sim.host.config import HostConfig, InterfaceConfig
from wirelab.sim.host.errors import HostError
from wirelab.sim.host.host import Host
from wirelab.sim.host.manner import Manner
from wirelab.sim.host.udp import Datagram
from wirelab.sim.reasons import Reason

OURS, PEER = ipv6_bytes("2001:db8::1"), ipv6_bytes("2001:db8::2")
MAC, PEER_MAC = b"\2\0\0\0\0\1", b"\2\0\0\0\0\2"
HELLO = UDP(source_port=49152, destination_port=4000)


@pytest.fixture
def host():
    card = InterfaceConfig("eth0", MAC, b"\x0a\0\0\1", addresses=[(OURS, 64)])
    return Host(HostConfig("alice", [card]), random.Random(1))


def frame(header, payload, destination=OURS, mac=MAC):
    ip = IPv6(source=PEER, destination=destination, next_header=17)
    return mac + PEER_MAC + b"\x86\xdd" + ip.build(header.build(payload, ip))


def test_a_port_of_both_families_hears_both(host, met):
    """RFC 3493 section 3.7."""
    socket = host.udp_bind(4000, 0)
    assert host.receive_frame(0, frame(HELLO, b"six"), 0) is None
    assert host.receive_frame(0, met.frame(HELLO, b"four"), 0) is None
    assert socket.receive_from(0) == Datagram(b"six", PEER, 49152)
    assert socket.receive_from(0) == Datagram(b"four", met.PEER, 49152)


@pytest.mark.parametrize("address", [ANY_IPV4, ANY_IPV6])
def test_a_port_of_one_family_leaves_the_other_free(host, address):
    host.udp_bind(4000, 0, address)
    other = ANY_IPV6 if address == ANY_IPV4 else ANY_IPV4
    assert host.udp_bind(4000, 0, other).port == 4000
    with pytest.raises(HostError, match=r"udp\.port_in_use"):
        host.udp_bind(4000, 0)


def test_a_missing_checksum_is_refused_over_ipv6(host):
    """RFC 8200 section 8.1: receivers must discard, and should log the error."""
    socket = host.udp_bind(4000, 0)
    bare = UDP(source_port=1, destination_port=4000, checksum=0)
    drop = host.receive_frame(0, frame(bare, b"data"), 0)
    assert drop == (Reason.UDP_NO_CHECKSUM, "port 4000 demands one over IPv6", False)
    socket.no_checksum = True  # a tunnel: RFC 6935 section 5
    assert host.receive_frame(0, frame(bare, b"data"), 0) is None


def test_a_wrong_checksum_is_refused_over_ipv6(host):
    host.udp_bind(4000, 0)
    wrong = UDP(source_port=1, destination_port=4000, checksum=0x1234)
    assert host.receive_frame(0, frame(wrong, b"data"), 0).reason is Reason.UDP_BAD_CHECKSUM


def test_a_socket_that_uses_one_interface_hears_nothing_else(make_rig):
    """socket(7), SO_BINDTODEVICE."""
    rig = make_rig(second=b"\xc0\0\2\1")
    socket = rig.host.udp_bind(4000, rig.now)
    socket.interface = 1
    assert rig.receive(rig.frame(HELLO, b"x")).reason is Reason.UDP_NO_SOCKET
    socket.interface = 0
    assert rig.receive(rig.frame(HELLO, b"x")) is None


def test_a_manner_says_how_one_datagram_goes(met):
    """RFC 1122 section 4.1.4: TTL, type of service and options are the application's."""
    socket = met.host.udp_bind(4000, met.now)
    options = b"\x94\x04\0\0"  # router alert, RFC 2113
    socket.send_to(b"x", met.PEER, 9, met.now, Manner(ttl=7, tos=0xB8, options=options))
    [sent] = met.sent()
    assert (sent.ip.ttl, sent.ip.dscp << 2, sent.ip.option_bytes) == (7, 0xB8, options)
