"""Urgent data both ways (RFC 9293 section 3.8.5, RFC 6093; as Linux has it)."""

import asyncio
import fcntl
import socket
import struct

import pytest

from wirelab.sim.host.sockets.constants import (
    MSG_OOB,
    POLLPRI,
    SIOCATMARK,
    SO_OOBINLINE,
    SOL_SOCKET,
)

pytestmark = pytest.mark.live

PORT = 4242


async def pair(station):
    """Sockets of both sides, connected."""
    listener = station.listen(PORT)
    ours = station.socket()
    await ours.connect(station.peer_address, PORT)
    return ours, await station.accept(listener)


def at_mark(peer):
    """SIOCATMARK of the kernel."""
    return struct.unpack("i", fcntl.ioctl(peer, SIOCATMARK, bytes(4)))[0]


def urgent_byte(peer):
    """The kernel's urgent byte, once it is there."""
    try:
        return peer.recv(1, socket.MSG_OOB)
    except OSError:
        return b""


def test_our_urgent_byte_reaches_the_kernel_out_of_band(station):
    """MUST-32: the byte before the pointer is the last urgent one."""

    async def program():
        loop = asyncio.get_running_loop()
        ours, peer = await pair(station)
        await ours.sendall(b"before")
        await ours.sendall(b"!", MSG_OOB)
        await ours.sendall(b"after")
        await station.wait_until(lambda: urgent_byte_peeked(peer) == b"!")
        assert urgent_byte(peer) == b"!"
        got = b""
        while len(got) < 6:
            got += await loop.sock_recv(peer, 100)
        assert got == b"before"  # a read ends at the mark
        assert at_mark(peer) == 1
        rest = b""
        while len(rest) < 5:
            rest += await loop.sock_recv(peer, 100)
        return rest

    assert station.run(program) == b"after"


def urgent_byte_peeked(peer):
    """The same, left where it is."""
    try:
        return peer.recv(1, socket.MSG_OOB | socket.MSG_PEEK)
    except OSError:
        return b""


@pytest.mark.parametrize("inline", [False, True])
def test_the_kernels_urgent_byte_reaches_us(station, inline):
    """SO_OOBINLINE: in the stream, behind the mark; else beside it."""

    async def program():
        ours, peer = await pair(station)
        ours.call("setsockopt", SOL_SOCKET, SO_OOBINLINE, int(inline))
        peer.sendall(b"before")
        peer.send(b"!", socket.MSG_OOB)
        peer.sendall(b"after")
        await station.wait_until(lambda: ours.call("poll") & POLLPRI)
        got = b""
        while len(got) < 6:
            got += await ours.recv(100)
        assert got == b"before"
        assert ours.call("ioctl", SIOCATMARK) == 1
        if not inline:
            assert await ours.recv(1, MSG_OOB) == b"!"
        rest = b""
        while len(rest) < 5 + inline:
            rest += await ours.recv(100)
        return rest

    assert station.run(program) == (b"!after" if inline else b"after")
    pointers = [seen.tcp.urgent_pointer for seen in station.packets() if seen.tcp.urg]
    assert pointers
