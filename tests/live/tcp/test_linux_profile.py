"""The `linux` profile beside the kernel itself: the same story told by both, segment by segment."""

import asyncio

import pytest

from wirelab.codecs import IPv6
from wirelab.sim.host import profiles

pytestmark = pytest.mark.live


def looks(seen):
    """What does not depend on the machine's memory, on chance or on time."""
    kinds = tuple(type(option).__name__ for option in seen.tcp.options)
    flags = [name for name in ("syn", "ack", "psh", "fin", "rst", "urg") if getattr(seen.tcp, name)]
    ip = seen.ip
    network = ip.hop_limit if isinstance(ip, IPv6) else (ip.dont_fragment, ip.ttl)
    return kinds, " ".join(flags), seen.size, network


async def story(send_first, read_first, send_second, read_second, close_first):
    """Question, answer, and the end, by the side that opened."""
    await send_first(b"question")
    assert await read_second() == b"question"
    await send_second(b"answer" * 1000)
    got = b""
    while len(got) < 6000:
        got += await read_first()
    await close_first()
    assert await read_second() == b""


def test_opening_talk_and_end_look_as_the_kernels(station):
    """Options and their order, flags, sizes, DF, TTL; each opens in turn. ACKs alone differ: ours
    answer a batch.
    """
    loop = asyncio.get_running_loop

    async def we_open():
        stream, peer = await station.joined()

        async def close():
            stream.close()

        await story(
            stream.send,
            stream.receive,
            lambda data: loop().sock_sendall(peer, data),
            lambda: loop().sock_recv(peer, 100_000),
            close,
        )
        peer.close()
        await stream.wait_closed()

    async def kernel_opens():
        stream, peer = await station.called()

        async def close():
            peer.close()

        await story(
            lambda data: loop().sock_sendall(peer, data),
            lambda: loop().sock_recv(peer, 100_000),
            stream.send,
            stream.receive,
            close,
        )
        stream.close()
        await stream.wait_closed()

    told = []
    for seed, program in enumerate((we_open, kernel_opens)):
        station.run(program, tcp=profiles.linux(), seed=seed, judged=False)
        first = program is we_open
        told.append(
            {
                "opener": [looks(seen) for seen in station.packets() if seen.ours == first],
                "other": [looks(seen) for seen in station.packets() if seen.ours != first],
            }
        )
    station.judge()
    ours, kernels = told
    for who in ("opener", "other"):
        with_text_ours = [look for look in ours[who] if look[2] or "syn" in look[1]]
        with_text_kernels = [look for look in kernels[who] if look[2] or "syn" in look[1]]
        assert with_text_ours == with_text_kernels, who
