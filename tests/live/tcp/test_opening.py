"""Openings that are not three segments: crossed, with text, by cookie, two hundred at once."""

import asyncio
import socket
from dataclasses import replace

import pytest

from wirelab.sim.host import TcpConfig
from wirelab.sim.host.sockets.constants import IPPROTO_TCP, MSG_FASTOPEN
from wirelab.sim.host.sockets.constants import TCP_FASTOPEN as OUR_TCP_FASTOPEN

pytestmark = pytest.mark.live

TCP_FASTOPEN, KERNELS_MSG_FASTOPEN = 23, 0x20000000  # linux/tcp.h, linux/socket.h
PORT, OTHER = 4242, 5353
MANY = 200


async def hello(stream, peer):
    """A word each way."""
    loop = asyncio.get_running_loop()
    await stream.send(b"Hello TCP!")
    assert await loop.sock_recv(peer, 100) == b"Hello TCP!"
    await loop.sock_sendall(peer, b"Hello wirelab!")
    assert await stream.receive_exactly(14) == b"Hello wirelab!"


def test_both_open_at_once(station):
    """RFC 9293 section 3.5, figure 7: MUST-10."""

    async def program():
        loop = asyncio.get_running_loop()
        await station.programs.resolve(station.peer_address)
        station.link.incoming.hold()
        station.link.outgoing.hold()
        peer = station.kernel_socket()
        peer.bind((station.peer_address, OTHER))
        theirs = asyncio.ensure_future(loop.sock_connect(peer, (station.address, PORT)))
        ours = asyncio.ensure_future(
            station.programs.connect(station.peer_address, OTHER, source_port=PORT)
        )
        await station.wait_until(
            lambda: station.link.incoming.waiting and station.link.outgoing.waiting
        )
        station.link.release()
        stream = await ours
        await theirs
        await hello(stream, peer)
        return station.info()

    info = station.run(program)
    states = [event.new for event in station.trace.events if hasattr(event, "new")]
    assert states[:3] == ["SYN-SENT", "SYN-RECEIVED", "ESTABLISHED"]
    assert " ts sack " in info
    assert "wscale:7," in info


async def kernel_echoes(peer):
    """The kernel's end: what comes goes back, to the end."""
    loop = asyncio.get_running_loop()
    while data := await loop.sock_recv(peer, 4096):
        await loop.sock_sendall(peer, data)
    peer.close()


async def kernel_asks(station, text):
    """Whether a connection of the kernel gets its text back."""
    loop = asyncio.get_running_loop()
    peer = await station.connect(PORT)
    await loop.sock_sendall(peer, text)
    peer.shutdown(socket.SHUT_WR)
    got = b""
    while data := await loop.sock_recv(peer, 4096):
        got += data
    return got == text


async def we_echo(listener):
    """Our end: the whole text, and back."""
    async with await listener.accept() as stream:
        await stream.send(await stream.receive_all())


async def we_ask(station, text):
    """Whether a connection of ours gets its text back."""
    stream = await station.programs.connect(station.peer_address, PORT)
    await stream.send(text)
    stream.shutdown()
    return await stream.receive_all() == text


TEXTS = [b"%d" % number * 300 for number in range(MANY)]


def test_two_hundred_connections_of_ours_at_once(station):
    """Each has its own bytes, and all of them end well."""

    async def program():
        listener = station.listen(PORT, backlog=MANY)
        asking = [asyncio.ensure_future(we_ask(station, text)) for text in TEXTS]
        peers = [await station.accept(listener) for _ in TEXTS]
        await asyncio.gather(*(kernel_echoes(peer) for peer in peers))
        return await asyncio.gather(*asking)

    assert station.run(program) == [True] * MANY


def test_two_hundred_connections_of_the_kernels_at_once(station):
    """The same, with the backlog and the accept queue ours."""

    async def program():
        listener = station.programs.listen(PORT, backlog=MANY)
        serving = [asyncio.ensure_future(we_echo(listener)) for _ in TEXTS]
        results = await asyncio.gather(*(kernel_asks(station, text) for text in TEXTS))
        await asyncio.gather(*serving)
        return results

    assert station.run(program) == [True] * MANY


def syn_texts(station, ours):
    """Bytes of text in each SYN of one side."""
    return [
        seen.size
        for seen in station.packets()
        if seen.ours == ours and seen.tcp.syn and not seen.tcp.ack
    ]


def test_our_second_syn_to_the_kernel_carries_text(station):
    """RFC 7413 sections 4.1 and 4.2.2: a cookie first, then text in the SYN."""
    station.wire.peer.sysctl("net.ipv4.tcp_fastopen", 3)

    async def program():
        loop = asyncio.get_running_loop()
        listener = station.listen(PORT, (socket.IPPROTO_TCP, TCP_FASTOPEN, 16))
        for text in (b"first", b"second"):
            ours = station.socket()
            try:
                sent = ours.call("sendto", text, MSG_FASTOPEN, (station.peer_address, PORT))
            except BlockingIOError:
                sent = 0
            peer = await station.accept(listener)
            await ours.sendall(text[sent:])
            got = b""
            while len(got) < len(text):
                got += await loop.sock_recv(peer, 100)
            assert got == text
            await loop.sock_sendall(peer, got.upper())
            assert await ours.recv(100) == text.upper()
            ours.call("close")
            assert await loop.sock_recv(peer, 100) == b""
            info = station.info()
            peer.close()
        return info

    assert " fastopen " in station.run(program)
    assert syn_texts(station, ours=True) == [0, 6]
    (answer,) = [
        seen
        for seen in station.packets()
        if not seen.ours and seen.tcp.syn and seen.tcp.ack and seen.tcp.source_port == PORT
    ][1:]
    syn = [seen for seen in station.packets() if seen.ours and seen.tcp.syn][1]
    assert answer.tcp.acknowledgment_number == (syn.tcp.sequence_number + 7) % (1 << 32)


def test_the_kernels_second_syn_carries_text_for_us(station):
    """RFC 7413 section 4.2: our cookie comes back, and the text is taken with the SYN."""
    station.wire.peer.sysctl("net.ipv4.tcp_fastopen", 1)

    async def program():
        loop = asyncio.get_running_loop()
        listener = station.socket()
        listener.call("bind", (station.address, PORT))
        listener.call("setsockopt", IPPROTO_TCP, OUR_TCP_FASTOPEN, 16)
        listener.call("listen", 16)
        for text in (b"first", b"second"):
            peer = station.kernel_socket()
            sent = 0
            try:
                sent = peer.sendto(text, KERNELS_MSG_FASTOPEN, (station.address, PORT))
            except BlockingIOError:
                await station.wait_until(lambda one=peer: is_connected(one))
            ours = await listener.accept()
            await loop.sock_sendall(peer, text[sent:])
            assert await ours.recv(100) == text
            await ours.sendall(text.upper())
            assert await loop.sock_recv(peer, 100) == text.upper()
            peer.shutdown(socket.SHUT_WR)
            assert await ours.recv(100) == b""
            ours.call("close")

    station.run(program)
    assert syn_texts(station, ours=False) == [0, 6]


def is_connected(peer):
    """Whether the handshake of a kernel's socket is over."""
    try:
        peer.getpeername()
    except OSError:
        return False
    return True


@pytest.mark.parametrize("opener", ["us", "kernel"])
def test_ecn_is_agreed_on_and_marks_are_echoed_both_ways(station, opener):
    """RFC 3168 sections 6.1.1 to 6.1.3. The kernel's own firewall plays the full queue."""
    ip = "ip" if station.family == 4 else "ip6"
    marks = f"{ip} ecn ect0 meta length > 500 limit rate 5/second burst 1 packets {ip} ecn set ce"
    station.wire.peer.sysctl("net.ipv4.tcp_ecn", 1)
    station.wire.peer.nft(
        f"table {ip} full_queue {{\n"
        " chain in {\n type filter hook prerouting priority 0;\n"
        f"  {marks}\n }}\n"
        " chain out {\n type filter hook postrouting priority 0;\n"
        f"  {marks}\n }}\n"
        "}\n"
    )
    data = bytes(200_000)

    async def program():
        loop = asyncio.get_running_loop()
        connect = station.joined if opener == "us" else station.called
        stream, peer = await connect()
        sending = asyncio.ensure_future(loop.sock_sendall(peer, data))
        assert await stream.receive_exactly(len(data)) == data
        await sending
        await stream.send(data)
        got = 0
        while got < len(data):
            got += len(await loop.sock_recv(peer, 1 << 20))
        return station.info()

    info = station.run(program, tcp=TcpConfig(ecn="active"))
    assert " ecn ecnseen " in info
    segments = [seen for seen in station.packets() if not seen.tcp.syn]
    assert any(seen.ours and seen.tcp.ece for seen in segments)  # we tell of the kernel's mark
    assert any(not seen.ours and seen.tcp.cwr for seen in segments)
    assert any(not seen.ours and seen.tcp.ece for seen in segments)  # and are told of ours
    assert any(seen.ours and seen.tcp.cwr for seen in segments)


def test_without_ecn_at_one_side_nothing_is_marked(station):
    """RFC 3168 section 6.1.1: both must want it. The kernel's default answers, never asks."""

    async def program():
        stream, peer = await station.called()
        await hello(stream, peer)
        return station.info()

    assert " ecn" not in station.run(program)
    assert {seen.ip.ecn for seen in station.packets()} == {0}


def test_a_kernel_that_answers_by_cookie_keeps_our_options(station):
    """RFC 4987 section 3.6; Linux keeps them in the timestamp."""
    station.wire.peer.sysctl("net.ipv4.tcp_syncookies", 2)

    async def program():
        stream, peer = await station.joined()
        await hello(stream, peer)
        return station.info()

    info = station.run(program)
    assert " ts sack " in info
    assert "wscale:7," in info


@pytest.mark.parametrize("timestamps", [1, 0])
def test_our_cookies_serve_the_kernel(station, timestamps):
    """RFC 4987 section 3.6: no memory before the ACK; without timestamps MSS alone survives."""
    station.wire.peer.sysctl("net.ipv4.tcp_timestamps", timestamps)
    data = bytes(range(256)) * 1000

    async def program():
        loop = asyncio.get_running_loop()
        stream, peer = await station.called()
        sending = asyncio.ensure_future(loop.sock_sendall(peer, data))
        assert await stream.receive_exactly(len(data)) == data
        await sending
        await hello(stream, peer)
        return station.info()

    info = station.run(program, tcp=replace(TcpConfig(), syn_cookies="always"))
    assert (" ts sack " in info) == bool(timestamps)
    assert ("wscale:" in info) == bool(timestamps)
