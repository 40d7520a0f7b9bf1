"""UDP-Lite: RFC 3828."""

import pytest

from wirelab.codecs import IPv4, UDPLite
from wirelab.sim.host.sockets.constants import (
    AF_INET,
    IPPROTO_UDPLITE,
    SOCK_DGRAM,
    SOL_UDPLITE,
    UDPLITE_RECV_CSCOV,
    UDPLITE_SEND_CSCOV,
)
from wirelab.sim.reasons import Reason


@pytest.fixture
def socket(met):
    made = met.host.socket(AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE)
    made.bind(("", 4000), now=met.now)
    return made


def packet(rig, payload=b"0123456789", flip=None, **fields):
    """A UDP-Lite datagram to port 4000, perhaps with one byte of payload spoilt."""
    header = UDPLite(source_port=7, destination_port=4000, **fields)
    ip = IPv4(source=rig.PEER, destination=rig.ADDRESS, protocol=136)
    body = bytearray(header.build(payload, ip))
    if flip is not None:
        body[8 + flip] ^= 1
    return rig.frame(None, bytes(body), protocol=136)


def test_damage_outside_the_coverage_is_delivered(met, socket):
    """Section 1: better a damaged payload than none."""
    assert met.receive(packet(met, checksum_coverage=12, flip=5)) is None
    assert socket.recv(99, now=met.now) == b"01234" + bytes([ord("5") ^ 1]) + b"6789"


def test_damage_inside_the_coverage_is_not(met, socket):
    drop = met.receive(packet(met, checksum_coverage=12, flip=3))
    assert drop.reason is Reason.UDP_BAD_CHECKSUM


@pytest.mark.parametrize("coverage", [1, 7, 19])
def test_a_coverage_that_cannot_be_is_refused(met, socket, coverage):
    """Section 3.1: 1 to 7, and more than the datagram has, MUST be discarded."""
    drop = met.receive(packet(met, checksum_coverage=coverage, checksum=1))
    assert drop.reason is Reason.UDP_BAD_COVERAGE
    assert f"coverage {coverage} of 18 bytes" in drop.detail


def test_a_missing_checksum_is_refused(met, socket):
    """Section 3.1: the computed value 0 goes as 0xFFFF, so 0 is never right."""
    assert met.receive(packet(met, checksum=0)).reason is Reason.UDP_BAD_CHECKSUM


def test_a_receiver_may_demand_a_minimum(met, socket):
    """Section 3.2."""
    socket.setsockopt(SOL_UDPLITE, UDPLITE_RECV_CSCOV, 14, now=met.now)
    drop = met.receive(packet(met, checksum_coverage=12))
    assert (drop.reason, drop.detail) == (
        Reason.UDP_BAD_COVERAGE,
        "coverage 12, port 4000 demands 14",
    )
    for enough in (0, 14, 18):
        assert met.receive(packet(met, checksum_coverage=enough)) is None


def test_the_sender_chooses_what_is_covered(met, socket):
    socket.setsockopt(SOL_UDPLITE, UDPLITE_SEND_CSCOV, 10, now=met.now)
    for data in (b"long enough", b"x"):
        socket.sendto(data, ("10.0.0.2", 9), now=met.now)
    found = [UDPLite.parse(frame, 34) for frame in met.frames()]
    assert [header.checksum_coverage for header in found] == [10, 0]


def test_a_port_nobody_has_is_refused_with_icmp(met, socket):
    socket.close(now=met.now)
    drop = met.receive(packet(met))
    assert (drop.reason, drop.answered) == (Reason.UDP_NO_SOCKET, True)


def test_a_host_without_such_sockets_does_not_speak_it(met):
    drop = met.receive(packet(met))
    assert (drop.reason, drop.answered) == (Reason.IP_NO_PROTOCOL, True)
