"""What kernels take apart, put together again from a capture."""

import random
import threading
from socket import AF_INET, SOCK_DGRAM, SOCK_STREAM

import pytest

from wirelab.codecs import UDP
from wirelab.codecs.reassembly import follow, packets

pytestmark = pytest.mark.live

DATA = random.Random(7).randbytes(120_000)


def test_the_kernel_s_fragments_are_put_together(wire):
    """RFC 791 section 3.2; a datagram of the largest size, too."""
    capture = wire.peer.capture("eth0")
    sizes = (2000, 9000, 65_507)
    receiver = wire.peer.kernel_socket(AF_INET, SOCK_DGRAM)
    receiver.bind((wire.peer_address, 9000))
    sender = wire.ours.kernel_socket(AF_INET, SOCK_DGRAM)
    for size in sizes:
        sender.sendto(DATA[:size], (wire.peer_address, 9000))
        assert receiver.recv(70_000) == DATA[:size]
    datagrams = [packet for _, packet in packets(capture.stop()) if UDP in packet]
    assert [packet.payload for packet in datagrams] == [DATA[:size] for size in sizes]
    assert [packet.verify() for packet in datagrams] == [[], [], []]


def test_a_transfer_over_a_lossy_path_is_followed(bridged_wire):
    """Retransmissions and disorder of a real TCP, seen by its receiver."""
    wire = bridged_wire
    wire.peer.ip("link set eth0 gso_max_segs 1")  # a frame a segment, so that some are lost
    wire.middle.lose(4, "ours0", "peer0")
    capture = wire.ours.capture("eth0")
    listener = wire.peer.listen(8080)

    def serve():
        connection, _ = listener.accept()
        with connection:
            connection.sendall(DATA)

    server = threading.Thread(target=serve)
    server.start()
    client = wire.ours.kernel_socket(AF_INET, SOCK_STREAM)
    client.connect((wire.peer_address, 8080))
    received = b""
    while piece := client.recv(65_536):
        received += piece
    client.close()
    server.join()
    assert received == DATA
    (conversation,) = follow(capture.stop())
    assert conversation.gaps == []
    assert conversation.server_data == DATA
