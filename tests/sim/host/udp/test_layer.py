import random

import pytest

from wirelab.codecs import UDP
from wirelab.sim.host.config import HostConfig, InterfaceConfig
from wirelab.sim.host.errors import WOULD_BLOCK, HostError
from wirelab.sim.host.events import NeighborFailed, Readable, SocketError
from wirelab.sim.host.host import Host
from wirelab.sim.host.manner import Manner
from wirelab.sim.host.udp import Datagram
from wirelab.sim.reasons import Reason

HELLO = UDP(source_port=49152, destination_port=4000)


def test_a_datagram_reaches_the_socket_of_its_port(met):
    socket = met.host.udp_bind(4000, met.now)
    assert socket.receive_from(met.now) is WOULD_BLOCK
    assert met.receive(met.frame(HELLO, b"Hello UDP!")) is None
    assert met.events() == [Readable(socket)]
    assert socket.receive_from(met.now) == Datagram(b"Hello UDP!", met.PEER, 49152)
    assert socket.receive_from(met.now) is WOULD_BLOCK


def test_readable_comes_once_until_the_queue_was_empty(met):
    socket = met.host.udp_bind(4000, met.now)
    for data in (b"one", b"two"):
        met.receive(met.frame(HELLO, data))
    assert met.events() == [Readable(socket)]
    assert [socket.receive_from(met.now).data for _ in range(2)] == [b"one", b"two"]
    met.receive(met.frame(HELLO, b"three"))
    assert met.events() == [Readable(socket)]


def test_an_empty_datagram_is_a_datagram(met):
    socket = met.host.udp_bind(4000, met.now)
    assert met.receive(met.frame(HELLO)) is None
    assert socket.receive_from(met.now).data == b""


def test_what_is_sent_carries_ports_checksum_and_addresses(met):
    """RFC 1122 section 4.1.3.4: a checksum by default; verified by the rig."""
    socket = met.host.udp_bind(49152, met.now)
    socket.send_to(b"Hello UDP!", met.PEER, 4000, met.now)
    [packet] = met.sent()
    header = packet.transport
    assert (header.source_port, header.destination_port, header.length) == (49152, 4000, 18)
    assert header.checksum != 0
    assert packet.payload == b"Hello UDP!"
    assert (packet.ip.source, packet.ip.destination) == (met.ADDRESS, met.PEER)


# --- in: lengths and checksums


@pytest.mark.parametrize("length", [0, 7, 100])
def test_a_length_that_cannot_be_is_refused(met, length):
    """RFC 768: at least 8, and not more than the packet holds."""
    met.host.udp_bind(4000, met.now)
    header = UDP(source_port=1, destination_port=4000, length=length)
    drop = met.receive(met.frame(header, b"12345"))
    assert drop == (Reason.UDP_BAD_LENGTH, f"length {length} in 13 bytes (RFC 768)", False)


def test_a_cut_header_is_refused(met):
    frame = met.frame(None, b"\0\1\0\2\0", protocol=17)
    assert met.receive(frame).reason is Reason.UDP_BAD_LENGTH


def test_bytes_after_the_udp_length_are_ignored(met):
    """RFC 768: the length covers header and data."""
    socket = met.host.udp_bind(4000, met.now)
    frame = met.frame(None, HELLO.build(b"data", met.ip()) + b"junk", protocol=17)
    assert met.receive(frame) is None
    assert socket.receive_from(met.now).data == b"data"


def test_one_flipped_bit_is_noticed(met):
    """RFC 1122 section 4.1.3.4: MUST discard."""
    met.host.udp_bind(4000, met.now)
    frame = bytearray(met.frame(HELLO, b"data"))
    frame[-1] ^= 1
    assert met.receive(bytes(frame)).reason is Reason.UDP_BAD_CHECKSUM


def test_a_link_that_vouches_for_the_checksum_is_believed(met):
    socket = met.host.udp_bind(4000, met.now)
    header = UDP(source_port=1, destination_port=4000, checksum=0x1234)
    assert met.receive(met.frame(header, b"data")).reason is Reason.UDP_BAD_CHECKSUM
    assert met.receive(met.frame(header, b"data"), trusted=True) is None
    assert socket.receive_from(met.now).data == b"data"


def test_no_checksum_is_no_wrong_checksum(met):
    """RFC 768: all zero means that the sender computed none."""
    socket = met.host.udp_bind(4000, met.now)
    header = UDP(source_port=1, destination_port=4000, checksum=0)
    assert met.receive(met.frame(header, b"data")) is None
    assert socket.receive_from(met.now).data == b"data"


def test_what_the_application_does_not_read_is_bounded(make_rig):
    rig = make_rig(udp_receive_buffer=1000)
    socket = rig.host.udp_bind(4000, rig.now)
    fates = [rig.receive(rig.frame(HELLO, bytes(400))) for _ in range(3)]
    assert fates[:2] == [None, None]
    assert fates[2].reason is Reason.UDP_BUFFER_FULL
    assert fates[2].detail == "port 4000 holds 2 datagrams nobody has read"
    socket.receive_from(rig.now)
    assert rig.receive(rig.frame(HELLO, bytes(400))) is None


def test_even_empty_datagrams_fill_the_buffer(make_rig):
    rig = make_rig(udp_receive_buffer=1000)
    rig.host.udp_bind(4000, rig.now)
    fates = [rig.receive(rig.frame(HELLO)) for _ in range(1000)]
    assert fates[-1].reason is Reason.UDP_BUFFER_FULL


# --- ports


def test_a_port_is_given_only_once_and_again_after_close(met):
    socket = met.host.udp_bind(4000, met.now)
    with pytest.raises(HostError, match=r"udp\.port_in_use: port 4000"):
        met.host.udp_bind(4000, met.now)
    socket.close(met.now)
    socket.close(met.now)
    assert met.host.udp_bind(4000, met.now).port == 4000


def test_a_socket_of_one_address_and_one_of_all_do_not_share_a_port(met):
    met.host.udp_bind(4000, met.now, met.ADDRESS)
    with pytest.raises(HostError, match=r"udp\.port_in_use"):
        met.host.udp_bind(4000, met.now)


def test_only_our_own_addresses_can_be_bound(met):
    with pytest.raises(HostError, match=r"ip\.not_my_address: 10\.0\.0\.2"):
        met.host.udp_bind(4000, met.now, met.PEER)


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_port_that_does_not_exist_cannot_be_bound(met, port):
    with pytest.raises(ValueError, match="give 0"):
        met.host.udp_bind(port, met.now)


def test_a_closed_socket_does_nothing_any_more(met):
    socket = met.host.udp_bind(4000, met.now)
    met.receive(met.frame(HELLO))
    socket.close(met.now)
    with pytest.raises(HostError, match=r"udp\.closed"):
        socket.receive_from(met.now)
    with pytest.raises(HostError, match=r"udp\.closed"):
        socket.send_to(b"", met.PEER, 1, met.now)
    assert met.receive(met.frame(HELLO)).reason is Reason.UDP_NO_SOCKET


def ephemeral_ports(rig, count):
    return [rig.host.udp_bind(0, rig.now).port for _ in range(count)]


def test_ephemeral_ports_are_free_and_in_range(rig):
    """RFC 6335 section 6."""
    ports = ephemeral_ports(rig, 200)
    assert len(set(ports)) == 200
    assert all(49152 <= port <= 65535 for port in ports)


def test_ephemeral_ports_come_from_the_seed_alone(make_rig):
    """RFC 6056 section 3.3.1: not predictable without it."""
    first, again, other = (ephemeral_ports(make_rig(seed), 5) for seed in (1, 1, 2))
    assert first == again != other


def test_when_every_port_is_taken_the_error_says_so(rig):
    ephemeral_ports(rig, 65536 - 49152)
    with pytest.raises(HostError, match="every port from 49152"):
        rig.host.udp_bind(0, rig.now)


# --- addresses


def test_a_socket_of_one_address_takes_no_broadcasts(met):
    met.host.udp_bind(4000, met.now, met.ADDRESS)
    frame = met.frame(HELLO, destination=met.BROADCAST, to=met.BROADCAST_MAC)
    assert met.receive(frame).reason is Reason.UDP_NO_SOCKET
    assert met.receive(met.frame(HELLO)) is None


@pytest.mark.parametrize(
    ("destination", "mac", "ttl"),
    [("ffffffff", "ffffffffffff", 64), ("0a0000ff", "ffffffffffff", 64),
     ("e90a1405", "01005e0a1405", 1)],
)  # fmt: skip
def test_broadcasts_and_multicasts_need_no_arp(rig, destination, mac, ttl):
    """RFC 1122 section 3.3.6; RFC 1112 sections 6.1 (TTL 1) and 6.4 (Ethernet address)."""
    socket = rig.host.udp_bind(4000, rig.now)
    socket.send_to(b"all", bytes.fromhex(destination), 4000, rig.now)
    [packet] = rig.sent()
    assert packet.ethernet.destination.hex() == mac
    assert packet.ip.ttl == ttl


def test_a_socket_of_one_address_sends_from_it(make_rig):
    second = b"\xc0\0\x02\x01"
    rig = make_rig(second=second)
    rig.introduce()
    rig.host.udp_bind(4000, rig.now, second).send_to(b"", rig.PEER, 1, rig.now)
    rig.host.udp_bind(4001, rig.now).send_to(b"", rig.PEER, 1, rig.now)
    assert [packet.ip.source for packet in rig.sent()] == [second, rig.ADDRESS]


def test_a_datagram_without_a_route_is_refused(met):
    socket = met.host.udp_bind(4000, met.now)
    with pytest.raises(HostError, match=r"ip\.no_route: to 198\.51\.100\.7") as caught:
        socket.send_to(b"", met.FAR, 1, met.now)
    assert caught.value.reason is Reason.IP_NO_ROUTE


def test_a_datagram_that_does_not_fit_is_refused(met):
    """RFC 768: the length has 16 bits, and IPv4's as many."""
    socket = met.host.udp_bind(4000, met.now)
    with pytest.raises(HostError, match=r"ip\.too_big_df: 65508 bytes"):
        socket.send_to(bytes(65508), met.PEER, 1, met.now)
    assert met.frames() == []


@pytest.mark.parametrize(("size", "frames"), [(1472, 1), (1473, 2), (65507, 45)])
def test_a_datagram_longer_than_the_path_is_cut(met, size, frames):
    """RFC 1122 section 3.3.3."""
    socket = met.host.udp_bind(4000, met.now)
    socket.send_to(bytes(size), met.PEER, 1, met.now)
    assert len(met.frames()) == frames


def test_a_sender_may_say_how_long_a_packet_may_be(met):
    socket = met.host.udp_bind(4000, met.now)
    with pytest.raises(HostError, match=r"ip\.too_big_df: 1400 bytes, path MTU 1280"):
        socket.send_to(bytes(1400), met.PEER, 1, met.now, Manner(largest=1280))


@pytest.mark.parametrize("port", [0, 65536])
def test_a_port_that_does_not_exist_cannot_be_sent_to(met, port):
    socket = met.host.udp_bind(4000, met.now)
    with pytest.raises(ValueError, match="give 1 to 65535"):
        socket.send_to(b"", met.PEER, port, met.now)


def test_a_neighbor_that_never_answers_is_an_error_of_the_socket(rig):
    socket = rig.host.udp_bind(4000, rig.now)
    socket.send_to(b"", rig.PEER, 1, rig.now)
    rig.wait(3)
    assert socket.error is Reason.ARP_TIMEOUT
    assert rig.events() == [NeighborFailed(rig.PEER), SocketError(socket, Reason.ARP_TIMEOUT)]


def test_two_hosts_talk_both_ways():
    """Frames of one host are understood by another."""
    hosts = [
        Host(
            HostConfig(name, [InterfaceConfig("eth0", bytes((2, 0, 0, 0, 0, last)),
                                              bytes((10, 0, 0, last)))]),
            random.Random(last),
        )
        for name, last in (("alice", 1), ("bob", 2))
    ]  # fmt: skip
    alice, bob = hosts
    client, server = alice.udp_bind(0, 0), bob.udp_bind(49152, 0)

    def settle():
        for _ in range(4):
            for sender, receiver in ((alice, bob), (bob, alice)):
                for _, frame in sender.poll_transmit(0):
                    assert receiver.receive_frame(0, frame, 0) is None

    client.send_to(b"Hello UDP!", bytes((10, 0, 0, 2)), 49152, 0)
    settle()
    question = server.receive_from(0)
    assert isinstance(question, Datagram)
    server.send_to(question.data + b" back", question.address, question.port, 0)
    settle()
    assert client.receive_from(0) == Datagram(b"Hello UDP! back", bytes((10, 0, 0, 2)), 49152)
