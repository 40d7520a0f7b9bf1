"""A reader that does not read: the window shuts, is probed, and opens again."""

import asyncio
import itertools
import random
import socket

import pytest

from wirelab.sim.host import TcpConfig, profiles

pytestmark = pytest.mark.live

DATA = random.Random(2).randbytes(400_000)
SMALL = (socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
PROFILES = {"rfc": TcpConfig, "linux": profiles.linux}


@pytest.mark.parametrize("profile", PROFILES)
def test_a_kernel_that_does_not_read_is_probed_until_it_does(station, profile):
    """RFC 9293 section 3.8.6.1: MUST-35, MUST-36."""
    tcp = PROFILES[profile]()
    tcp.initial_rto = tcp.minimum_rto = 200_000_000

    async def program():
        loop = asyncio.get_running_loop()
        stream, peer = await station.joined(4242, SMALL)
        sending = asyncio.ensure_future(stream.send(DATA))
        await station.wait_until(lambda: station.timers()["persist"] >= 2)
        got = b""
        while len(got) < len(DATA):
            got += await loop.sock_recv(peer, 1 << 20)
        await sending
        return got

    assert station.run(program, tcp=tcp) == DATA
    shut = [seen for seen in station.packets() if not seen.ours and seen.tcp.window == 0]
    assert shut


@pytest.mark.parametrize("profile", PROFILES)
def test_a_kernel_that_probes_us_gets_the_whole_once_we_read(station, profile):
    """RFC 9293 section 3.8.6.1: MUST-37: the window opens by an ACK of ours."""

    async def program():
        loop = asyncio.get_running_loop()
        stream, peer = await station.called()
        sending = asyncio.ensure_future(loop.sock_sendall(peer, DATA))

        def probed():
            last = station.packets()[-6:]
            return len(last) == 6 and all(seen.tcp.window == 0 for seen in last if seen.ours)

        await station.wait_until(probed)
        got = await stream.receive_exactly(len(DATA))
        await sending
        return got

    tcp = PROFILES[profile]()
    tcp.receive_buffer = tcp.maximum_receive_buffer = 20_000
    assert station.run(program, tcp=tcp) == DATA


def test_our_window_never_shrinks_under_a_slow_reader(station):
    """RFC 9293 section 3.8.6: SHLD-14: the right edge does not move left."""

    async def program():
        loop = asyncio.get_running_loop()
        stream, peer = await station.called()
        sending = asyncio.ensure_future(loop.sock_sendall(peer, DATA))
        got = b""
        while len(got) < len(DATA):
            got += await stream.receive(7_001)
        await sending
        return got

    assert station.run(program, tcp=TcpConfig(receive_buffer=30_000)) == DATA
    edges = [
        seen.tcp.acknowledgment_number + (seen.tcp.window << 7)
        for seen in station.packets()
        if seen.ours and not seen.tcp.syn
    ]
    assert edges
    assert all(later - earlier > -128 for earlier, later in itertools.pairwise(edges))
