"""The ends of connections: half-closed, closed, reset, by either side."""

import asyncio
import socket
import struct

import pytest

from wirelab.sim.host.errors import HostError
from wirelab.sim.host.sockets.constants import SO_LINGER, SOL_SOCKET
from wirelab.sim.reasons import Reason

pytestmark = pytest.mark.live

AT_ONCE = struct.pack("ii", 1, 0)


async def read_to_end(peer):
    got = b""
    while chunk := await asyncio.get_running_loop().sock_recv(peer, 4096):
        got += chunk
    return got


def states_of(station):
    """What the kernel's connections are in, TIME-WAIT included."""
    return station.wire.peer.run("ss", "-tanH").stdout.split("\n")


def test_we_close_our_half_and_go_on_reading(station):
    """RFC 9293 section 3.6.1: half-closed by us."""

    async def program():
        loop = asyncio.get_running_loop()
        stream, peer = await station.joined()
        await stream.send(b"that is all")
        stream.shutdown()
        assert await read_to_end(peer) == b"that is all"
        await station.wait_until(lambda: stream.state == "FIN-WAIT-2")
        await loop.sock_sendall(peer, b"but not from me")
        peer.shutdown(socket.SHUT_WR)
        assert await stream.receive_all() == b"but not from me"
        await stream.wait_closed()
        return stream.state

    assert station.run(program) == "TIME-WAIT"


def test_the_kernel_closes_its_half_and_goes_on_reading(station):
    """RFC 9293 section 3.6.1: half-closed by the peer."""

    async def program():
        loop = asyncio.get_running_loop()
        stream, peer = await station.called()
        await loop.sock_sendall(peer, b"that is all")
        peer.shutdown(socket.SHUT_WR)
        assert await stream.receive_all() == b"that is all"
        assert stream.state == "CLOSE-WAIT"
        await stream.send(b"but not from me")
        stream.close()
        assert await read_to_end(peer) == b"but not from me"
        await stream.wait_closed()
        return stream.state

    assert station.run(program) == "CLOSED"
    assert any(line.startswith("TIME-WAIT") for line in states_of(station))


def test_both_close_at_once(station):
    """RFC 9293 section 3.6, figure 13: by way of CLOSING."""

    async def program():
        stream, peer = await station.joined()
        station.link.incoming.hold()
        station.link.outgoing.hold()
        stream.close()
        peer.shutdown(socket.SHUT_WR)
        await station.wait_until(
            lambda: station.link.incoming.waiting and station.link.outgoing.waiting
        )
        station.link.release()
        await stream.wait_closed()
        return stream.state

    assert station.run(program) == "TIME-WAIT"
    assert "CLOSING" in {event.new for event in station.trace.events if hasattr(event, "new")}


def test_a_kernel_that_lingers_not_resets_us(station):
    """SO_LINGER with 0 s: an abort (RFC 9293 section 3.10.5)."""

    async def program():
        stream, peer = await station.joined()
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        peer.close()
        with pytest.raises(HostError) as caught:
            await stream.receive()
        return caught.value.reason

    assert station.run(program) is Reason.TCP_RESET


def test_a_kernel_that_closes_with_unread_bytes_resets_us(station):
    """RFC 2525 section 2.17."""

    async def program():
        stream, peer = await station.joined()
        await stream.send(b"never read")
        loop = asyncio.get_running_loop()
        assert await loop.sock_recv(peer, 1) == b"n"
        peer.close()
        with pytest.raises(HostError) as caught:
            await stream.receive()
        return caught.value.reason

    assert station.run(program) is Reason.TCP_RESET


def test_we_linger_not_and_the_kernel_is_reset(station):
    """SO_LINGER with 0 s, ours."""

    async def program():
        listener = station.listen(4242)
        ours = station.socket()
        await ours.connect(station.peer_address, 4242)
        peer = await station.accept(listener)
        ours.call("setsockopt", SOL_SOCKET, SO_LINGER, AT_ONCE)
        ours.call("close")
        with pytest.raises(ConnectionResetError):
            await asyncio.get_running_loop().sock_recv(peer, 100)

    station.run(program)


def test_we_close_with_unread_bytes_and_the_kernel_is_reset(station):
    """RFC 9293 section 3.6.1: SHLD-3; RFC 2525 section 2.17."""

    async def program():
        loop = asyncio.get_running_loop()
        stream, peer = await station.called()
        await loop.sock_sendall(peer, b"never read")
        assert await stream.receive_exactly(1) == b"n"
        stream.close()
        with pytest.raises(ConnectionResetError):
            await loop.sock_recv(peer, 100)

    station.run(program)


def test_a_segment_for_a_connection_that_we_closed_is_reset(station):
    """RFC 9293 section 3.6.1: MUST-13 and after: nobody is left to read it."""

    async def program():
        loop = asyncio.get_running_loop()
        stream, peer = await station.joined()
        stream.close()
        assert await read_to_end(peer) == b""
        await loop.sock_sendall(peer, b"are you there?")
        await station.wait_until(lambda: any(one.tcp.rst for one in station.packets()))
        with pytest.raises(BrokenPipeError):  # what Linux makes of a reset in CLOSE-WAIT
            await loop.sock_sendall(peer, b"really?")

    station.run(program)


def test_a_closed_port_refuses(station):
    """RFC 9293 section 3.10.7.1, by the kernel and by us."""

    async def program():
        with pytest.raises(HostError) as caught:
            await station.programs.connect(station.peer_address, 81)
        with pytest.raises(ConnectionRefusedError):
            await station.connect(81)
        ours = station.socket()
        with pytest.raises(OSError, match="111"):
            await ours.connect(station.peer_address, 81)
        return caught.value.reason

    assert station.run(program) is Reason.TCP_NO_LISTENER
