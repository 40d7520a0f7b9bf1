"""Echo, discard, daytime, chargen and time, over TCP and UDP."""

import pytest

from wirelab.sim.host.durations import SECOND
from wirelab.sim.programs.loop import on, run
from wirelab.sim.services.small_services import (
    Chargen,
    Daytime,
    Discard,
    Echo,
    TimeOfDay,
    characters,
    start_small_services,
)

EPOCH = 382_556_262
LARGE = bytes(range(256)) * 2000


@pytest.fixture
def served(pair):
    """Bob has all five."""
    start_small_services(pair.bob, pair.net.now, epoch=EPOCH)
    return pair


def ask(pair, port, data=b"?", source_port=0):
    """The answer to one datagram, or None if none comes within a second."""

    async def program():
        sock = on(pair.alice).udp(source_port)
        sock.send_to(data, "10.0.0.2", port)
        return (await sock.receive_from(errors=True)).data

    return run(program(), pair.net)


def test_echo_sends_a_datagram_back(served):
    """RFC 862 "UDP Based Echo Service"."""
    assert ask(served, Echo.PORT, b"hello") == b"hello"


def test_echo_returns_a_stream_larger_than_every_buffer_and_closes_when_the_peer_does(served):
    """RFC 862 "TCP Based Echo Service"."""

    async def program():
        async with await on(served.alice).connect("10.0.0.2", Echo.PORT) as stream:
            await stream.send(LARGE)
            stream.shutdown()
            return await stream.receive_all()

    assert run(program(), served.net) == LARGE


def test_discard_takes_everything_and_says_nothing(served):
    """RFC 863."""

    async def program():
        sock = on(served.alice).udp()
        sock.send_to(b"lost", "10.0.0.2", Discard.PORT)
        async with await on(served.alice).connect("10.0.0.2", Discard.PORT) as stream:
            await stream.send(LARGE)
            stream.shutdown()
            return await stream.receive_all()

    assert run(program(), served.net) == b""
    served.net.run_for("1s")
    assert served.bob.connections == []


def test_daytime_is_a_line_of_text_on_tcp_and_udp(served):
    """RFC 867 "Daytime Syntax"."""

    async def program():
        async with await on(served.alice).connect("10.0.0.2", Daytime.PORT) as stream:
            return await stream.receive_all()

    line = b"Sunday, February 14, 1982 17:37:42-UTC\r\n"
    assert ask(served, Daytime.PORT) == line
    assert run(program(), served.net) == line
    served.net.run_until(61 * SECOND)
    assert ask(served, Daytime.PORT).endswith(b"17:38:43-UTC\r\n")


def test_time_counts_seconds_since_1900(served):
    """RFC 868: the example 2,629,584,000 is 00:00 1 May 1983 GMT."""
    bob = served.bob
    clock = TimeOfDay(1037, epoch=420_595_200)
    bob.start(clock, served.net.now)
    assert int.from_bytes(ask(served, 1037), "big") == 2_629_584_000


def test_chargen_fills_every_window_until_the_peer_goes(served):
    """RFC 864 "TCP Based Character Generator Service"."""

    async def program():
        stream = await on(served.alice).connect("10.0.0.2", Chargen.PORT)
        data = b""
        while len(data) < 200_000:
            data += await stream.receive()
        stream.abort()
        return data

    data = run(program(), served.net)
    assert characters(0, 3000).startswith(data[:200_000])
    served.net.run_for("1s")
    assert served.bob.connections == []


def test_chargen_answers_a_datagram_with_no_more_than_512_characters(served):
    """RFC 864 "UDP Based Character Generator Service"."""
    answer = ask(served, Chargen.PORT)
    assert answer == characters(0, 6)
    assert len(answer) <= 512


@pytest.mark.parametrize("source_port", [7, 13, 17, 19, 37])
def test_a_datagram_from_another_such_service_is_not_answered(served, source_port):
    """Two echo services would never stop."""

    async def program():
        on(served.alice).udp(source_port).send_to(b"?", "10.0.0.2", Echo.PORT)

    run(program(), served.net)
    served.net.run_for("1s")
    udp = [record for record in served.net.trace.frames() if record.data[23:24] == b"\x11"]
    assert len(udp) == 1


def test_a_broadcast_is_not_answered(served):
    """RFC 1122 section 3.2.2.6's reason: a storm."""

    async def program():
        on(served.alice).udp(5000).send_to(b"?", "10.0.0.255", Echo.PORT)

    run(program(), served.net)
    served.net.run_for("1s")
    assert len(list(served.net.trace.frames())) == 1


def test_a_stopped_service_leaves_its_ports(served):
    for service in served.bob.services:
        served.bob.stop(service, served.net.now)
    assert served.bob.services == ()
    with pytest.raises(OSError, match="port_unreachable"):
        ask(served, Echo.PORT)
    again = start_small_services(served.bob, served.net.now)
    assert list(served.bob.services) == again
    assert ask(served, Echo.PORT, b"again") == b"again"


def test_one_transport_alone_can_be_chosen(pair):
    pair.bob.start(Echo(udp=False), 0)
    with pytest.raises(OSError, match="port_unreachable"):
        ask(pair, Echo.PORT)
