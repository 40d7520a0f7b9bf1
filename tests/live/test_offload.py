"""A TAP with offload: frames of 64 KiB both ways, cut and summed by neither side."""

import asyncio
import hashlib
import random
import socket
import threading

import pytest

from wirelab.adapters.driver import LiveDriver
from wirelab.adapters.links import LinkError, open_link
from wirelab.codecs.addresses import ipv4_bytes
from wirelab.sim.host import Host
from wirelab.sim.host.config import HostConfig, InterfaceConfig
from wirelab.sim.host.tcp.config import TcpConfig

pytestmark = pytest.mark.live

SIZE = 4_000_000  # bytes each way
PORT = 4242


@pytest.fixture
def offloaded(lab):
    """A TAP with offload, its wire, and our host's configuration."""
    wire = lab.tap_wire()
    with wire.ours:
        link = open_link("tap", wire.interface, offload=True)
    interface = InterfaceConfig(
        "tap0", link.mac, ipv4_bytes(wire.own_address), 24, link.mtu, cuts_segments=True
    )
    buffers = TcpConfig(receive_buffer=1 << 20, send_buffer=1 << 20)
    yield link, wire, HostConfig("us", [interface], tcp=buffers)
    link.close()


def echo_once(listener, digests):
    """Take everything, then send it back."""
    connection, _ = listener.accept()
    with connection:
        data = b""
        while chunk := connection.recv(1 << 20):
            data += chunk
        digests.append(hashlib.sha256(data).hexdigest())
        connection.sendall(data)


def test_large_segments_go_both_ways_and_arrive_as_they_were_sent(offloaded):
    """VIRTIO 1.2 section 5.1.6: what the header says about a frame is done by the other end."""
    link, wire, config = offloaded
    data = random.Random(1).randbytes(SIZE)
    listener = wire.peer.listen(PORT)
    digests: list[str] = []
    sizes = {True: 0, False: 0}
    server = threading.Thread(target=echo_once, args=(listener, digests))
    server.start()

    def tap(frame, now, ours, drop):
        sizes[ours] = max(sizes[ours], len(frame))

    async def main():
        host = Host(config, random.Random(1))
        async with LiveDriver(host, link, tap=tap) as programs:
            stream = await programs.connect(str(wire.peer_address), PORT)
            await stream.send(data)
            stream.shutdown()
            received = b"".join([chunk async for chunk in chunks(stream)])
            stream.close()
            return received, host.counters

    received, counters = asyncio.run(asyncio.wait_for(main(), 60))
    server.join()
    assert received == data
    assert digests == [hashlib.sha256(data).hexdigest()]
    assert min(sizes.values()) > 3 * link.mtu
    assert not any("checksum" in str(reason) for reason in counters.dropped)


async def chunks(stream):
    while chunk := await stream.receive():
        yield chunk


def test_small_frames_still_go_through_a_link_with_offload(offloaded):
    """A UDP datagram of the kernel comes with a checksum that it left to us."""
    link, wire, config = offloaded
    host = Host(config, random.Random(1))
    peer = wire.peer.kernel_socket(socket.AF_INET, socket.SOCK_DGRAM)
    peer.bind((wire.peer_address, 0))
    peer.settimeout(10)

    async def main():
        async with LiveDriver(host, link) as programs:
            endpoint = programs.udp(PORT)
            peer.sendto(b"Hello UDP!", (wire.own_address, PORT))
            received = await endpoint.receive_from()
            endpoint.send_to(received.data.upper(), received.address, received.port)

    asyncio.run(asyncio.wait_for(main(), 60))
    assert peer.recv(100) == b"HELLO UDP!"


def test_offload_and_filters_exclude_each_other(offloaded):
    link, *_ = offloaded
    with pytest.raises(LinkError, match="no filters with offload"):
        link.set_filter("tcp")
    assert link.capabilities.cuts_segments
    assert not link.capabilities.filters
