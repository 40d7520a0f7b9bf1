"""What two TCPs agree on, as the kernel sees it (`ss -ti`)."""

import asyncio

import pytest

from wirelab.sim.host import TcpConfig

pytestmark = pytest.mark.live


async def talk(station, stream, peer):
    """A few bytes each way, so that both know that the handshake is over."""
    loop = asyncio.get_running_loop()
    await stream.send(b"Hello TCP!")
    assert await loop.sock_recv(peer, 100) == b"Hello TCP!"
    await loop.sock_sendall(peer, b"Hello wirelab!")
    assert await stream.receive_exactly(14) == b"Hello wirelab!"
    return station.info()


def words(info):
    """The flags of `ss -ti`, and whether there is a window scale."""
    found = set(info.split())
    return {
        name
        for name in ("ts", "sack", "ecn", "wscale")
        if name in found or (name == "wscale" and "wscale:" in info)
    }


@pytest.mark.parametrize("opener", ["us", "kernel"])
@pytest.mark.parametrize("whose", ["ours", "the kernel's"])
def test_what_both_offer_is_used_and_nothing_else(station, opener, whose):
    """RFC 7323 sections 2.2 and 3.2, RFC 2018 section 2: each option needs both sides."""
    knobs = {"ts": "timestamps", "sack": "sack", "wscale": "window_scaling"}

    async def program():
        connect = station.joined if opener == "us" else station.called
        stream, peer = await connect()
        return await talk(station, stream, peer)

    for seed, lacking in enumerate(["nothing", *knobs]):
        tcp, sysctl = TcpConfig(), f"net.ipv4.tcp_{knobs.get(lacking)}"
        if lacking != "nothing":
            if whose == "ours":
                setattr(tcp, knobs[lacking], False)
            else:
                station.wire.peer.sysctl(sysctl, 0)
        info = station.run(program, tcp=tcp, seed=seed, judged=False)
        assert words(info) == {"ts", "sack", "wscale"} - {lacking}, f"without {lacking}: {info}"
        if lacking != "wscale":
            assert " wscale:7," in info  # 6 MiB at most, in 16 bits
        if lacking != "nothing" and whose != "ours":
            station.wire.peer.sysctl(sysctl, 1)
    station.judge()


@pytest.mark.parametrize("opener", ["us", "kernel"])
def test_the_segment_size_is_what_the_link_and_the_timestamps_leave(station, opener):
    """RFC 9293 section 3.7.1, RFC 6691: 1500 - 40 (IPv6: 60) - 12."""

    async def program():
        connect = station.joined if opener == "us" else station.called
        stream, peer = await connect()
        return await talk(station, stream, peer)

    info = station.run(program)
    size = 1448 if station.family == 4 else 1428
    assert f" mss:{size} " in info
    assert f"advmss:{size}" in info
