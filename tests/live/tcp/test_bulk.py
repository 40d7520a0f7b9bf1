"""Many bytes each way over bad wires: they arrive, and everything sent again had a cause."""

import asyncio
import random
import socket

import pytest

from wirelab.adapters.links.impaired import Impairments
from wirelab.sim.host import TcpConfig, profiles

pytestmark = pytest.mark.live

DATA = random.Random(1).randbytes(1_000_000)
MILLISECOND = 1_000_000
REORDERED = Impairments(reordering=0.03, distance=4, duplication=0.01)

# name: bytes, each way's impairments
WIRES = {
    "clean": (1_000_000, Impairments()),
    "1 % lost": (600_000, Impairments(loss=0.01)),
    "5 % lost": (300_000, Impairments(loss=0.05)),
    "10 % lost": (150_000, Impairments(loss=0.10)),
    "reordered and duplicated": (600_000, REORDERED),
    "far away, 1 % lost": (150_000, Impairments(loss=0.01, delay=10 * MILLISECOND)),
}


async def to_kernel(station, data):
    """Our bytes, as the kernel got them."""
    loop = asyncio.get_running_loop()
    stream, peer = await station.joined()

    async def read_all():
        got = b""
        while chunk := await loop.sock_recv(peer, 1 << 20):
            got += chunk
        peer.close()
        return got

    reader = asyncio.ensure_future(read_all())
    await stream.send(data)
    stream.close()
    got = await reader
    await stream.wait_closed()
    return got


async def from_kernel(station, data):
    """The kernel's bytes, as we got them."""
    loop = asyncio.get_running_loop()
    stream, peer = await station.called()

    async def write_all():
        await loop.sock_sendall(peer, data)
        peer.shutdown(socket.SHUT_WR)

    writer = asyncio.ensure_future(write_all())
    got = await stream.receive_all()
    await writer
    stream.close()
    await stream.wait_closed()
    return got


@pytest.mark.parametrize("transfer", [to_kernel, from_kernel])
@pytest.mark.parametrize("wire", WIRES)
def test_bytes_arrive_whole_over(station, wire, transfer):
    """RFC 9293 section 3.8; RFC 6675, RFC 8985, RFC 2018 for what is lost."""
    size, impairments = WIRES[wire]
    data = DATA[:size]
    got = station.run(
        lambda: transfer(station, data),
        tcp=profiles.linux(),
        outgoing=impairments,
        incoming=impairments,
        seed=3,
    )
    assert got == data
    assert bool(station.impairments) == bool(impairments.loss or impairments.reordering)


@pytest.mark.parametrize("congestion", ["cubic", "reno"])
@pytest.mark.parametrize("lacking", ["sack", "timestamps"])
def test_loss_is_mended_without(station, lacking, congestion):
    """RFC 6582 without SACK; RFC 6298 section 3 (Karn) without timestamps."""
    tcp = profiles.linux()
    setattr(tcp, lacking, False)
    tcp.congestion = congestion
    data = DATA[:200_000]
    got = station.run(
        lambda: to_kernel(station, data), tcp=tcp, outgoing=Impairments(loss=0.02), seed=4
    )
    assert got == data
    assert station.impairments


def test_loss_is_mended_with_the_timers_of_the_rfcs(station):
    """The default profile, whose timeout is a second at least (RFC 6298 section 2.4)."""
    data = DATA[:300_000]
    impairments = Impairments(loss=0.02)
    got = station.run(
        lambda: to_kernel(station, data), outgoing=impairments, incoming=impairments, seed=5
    )
    assert got == data


@pytest.mark.parametrize("transfer", [to_kernel, from_kernel])
def test_large_frames_survive_loss(station, transfer):
    """With segmentation offload a loss takes dozens of segments at once."""
    tcp = TcpConfig(receive_buffer=1 << 20, send_buffer=1 << 20, minimum_rto=200 * MILLISECOND)
    impairments = Impairments(loss=0.03)
    data = DATA * 2
    got = station.run(
        lambda: transfer(station, data),
        tcp=tcp,
        outgoing=impairments,
        incoming=impairments,
        offload=True,
    )
    assert got == data
    assert (
        max(seen.size for seen in station.packets() if seen.ours == (transfer is to_kernel)) > 1460
    )


def test_both_ways_at_once(station):
    """Text and ACKs in the same segments, with losses of both."""
    data = DATA[:200_000]

    async def program():
        loop = asyncio.get_running_loop()
        stream, peer = await station.joined()

        async def kernels_side():
            await loop.sock_sendall(peer, data)
            peer.shutdown(socket.SHUT_WR)

        async def kernel_reads():
            got = b""
            while chunk := await loop.sock_recv(peer, 1 << 20):
                got += chunk
            return got

        async def ours():
            await stream.send(data)
            stream.shutdown()

        results = await asyncio.gather(kernels_side(), kernel_reads(), ours(), stream.receive_all())
        return results[1], results[3]

    impairments = Impairments(loss=0.02)
    got = station.run(program, tcp=profiles.linux(), outgoing=impairments, incoming=impairments)
    assert got == (data, data)
