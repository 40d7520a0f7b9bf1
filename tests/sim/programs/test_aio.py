"""Programs on two hosts: the asyncio API of a host."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from wirelab.sim.host.errors import HostError
from wirelab.sim.network.network import Network
from wirelab.sim.programs.aio import AsyncHost
from wirelab.sim.programs.loop import on, run
from wirelab.sim.reasons import Reason
from wirelab.sim.trace import Call

Program = Callable[[AsyncHost, AsyncHost], Coroutine[Any, Any, Any]]


class Pair:
    """Alice and Bob, 1 ms apart; `run` runs a program with both."""

    def __init__(self, loss: float = 0.0) -> None:
        self.network = Network(seed=7)
        self.alice = self.network.host("alice", "10.0.0.1")
        self.bob = self.network.host("bob", "10.0.0.2")
        self.network.link(self.alice, self.bob, latency="1ms", loss=loss)

    def run(self, program):
        async def main():
            return await program(on(self.alice), on(self.bob))

        return run(main, self.network)

    def calls(self) -> list[str]:
        return [event.text for event in self.network.trace.events if isinstance(event, Call)]


async def both(*coroutines):
    """Run side by side; results in order."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(coroutine) for coroutine in coroutines]
    return [task.result() for task in tasks]


def reason_of(program: Program) -> Reason:
    with pytest.raises(HostError) as caught:
        Pair().run(program)
    return caught.value.reason


def test_a_neighbour_is_resolved_by_arp_and_then_from_the_cache():
    """RFC 826; the second answer costs no frame."""
    pair = Pair()

    async def program(alice, bob):
        return [await alice.resolve(bob.address) for _ in range(2)] + [bob.mac]

    first, second, mac = pair.run(program)
    assert first == second == mac
    assert pair.network.trace.sent == 2


def test_an_address_is_acquired_when_nobody_has_it():
    """RFC 5227 section 2.1; from then on others find it."""
    pair = Pair()

    async def program(alice, bob):
        await alice.acquire_address("10.0.0.50", 24)
        return await bob.resolve("10.0.0.50"), alice.mac

    found, mac = pair.run(program)
    assert found == mac


def test_an_address_that_another_has_is_not_acquired():
    """RFC 5227 section 2.1.1."""

    async def program(alice, bob):
        await alice.acquire_address(bob.address, 24)

    with pytest.raises(HostError, match="has 10") as caught:
        Pair().run(program)
    assert caught.value.reason is Reason.ARP_ADDRESS_CONFLICT


def test_nobody_at_an_address_is_an_arp_timeout():
    async def program(alice, bob):
        await alice.resolve("10.0.0.99")

    assert reason_of(program) is Reason.ARP_TIMEOUT


def test_a_ping_comes_back_with_its_payload():
    """RFC 792 page 14."""

    async def program(alice, bob):
        return await alice.ping(bob.address, sequence_number=5, payload=b"abc")

    echo = Pair().run(program)
    assert (echo.source, echo.sequence_number, echo.payload) == ("10.0.0.2", 5, b"abc")
    assert (echo.ttl, echo.round_trip_ns) == (64, 4_000_000)


def test_pings_at_once_are_told_apart():
    async def program(alice, bob):
        await alice.resolve(bob.address)  # ARP keeps only the newest packet that waits
        echoes = await both(*(alice.ping(bob.address, sequence_number=n) for n in (1, 2, 3)))
        return [echo.sequence_number for echo in echoes]

    assert Pair().run(program) == [1, 2, 3]


def test_a_ping_to_nobody_fails_with_the_reason():
    async def program(alice, bob):
        await alice.ping("10.0.0.99")

    assert reason_of(program) is Reason.ARP_TIMEOUT


def test_hello_udp_goes_both_ways():
    """RFC 768."""

    async def program(alice, bob):
        ours, theirs = alice.udp(), bob.udp(49152)
        ours.send_to(b"Hello UDP!", bob.address, 49152)
        received = await theirs.receive_from()
        theirs.send_to(received.data.upper(), received.address, received.port)
        return received, await ours.receive_from(), ours.port

    pair = Pair()
    received, answer, port = pair.run(program)
    assert received == (b"Hello UDP!", "10.0.0.1", port)
    assert answer == (b"HELLO UDP!", "10.0.0.2", 49152)
    assert 'sendto(b"Hello UDP!", ("10.0.0.2", 49152))' in pair.calls()
    assert 'recvfrom() -> b"Hello UDP!"' in pair.calls()


def test_a_closed_udp_port_is_told_to_a_client_that_asks():
    """RFC 1122 section 4.1.3.3."""

    async def program(alice, bob):
        sock = alice.udp()
        sock.send_to(b"x", bob.address, 9)
        await sock.receive_from(errors=True)

    assert reason_of(program) is Reason.ICMP_PORT_UNREACHABLE


def test_a_server_is_not_stopped_by_a_client_that_left():
    async def program(alice, bob):
        server = bob.udp(7)
        server.send_to(b"too late", alice.address, 50000)
        await asyncio.sleep(1)
        alice.udp(50001).send_to(b"next", bob.address, 7)
        return (await server.receive_from()).data

    assert Pair().run(program) == b"next"


def test_a_stream_carries_bytes_both_ways_and_closes_in_halves():
    """RFC 9293 section 3.6."""

    async def serve(host):
        stream = await host.listen(7).accept()
        data = await stream.receive_all()
        assert stream.state == "CLOSE-WAIT"
        await stream.send(data[::-1])
        stream.close()
        await stream.wait_closed()
        return stream.state

    async def fetch(host, address):
        stream = await host.connect(address, 7)
        assert stream.state == "ESTABLISHED"
        await stream.send(b"Hello TCP!")
        stream.shutdown()
        data = await stream.receive_all()
        stream.close()
        await stream.wait_closed()
        return data, stream.state

    async def program(alice, bob):
        return await both(serve(bob), fetch(alice, bob.address))

    assert Pair().run(program) == ["CLOSED", (b"!PCT olleH", "TIME-WAIT")]


@pytest.mark.parametrize("loss", [0.0, 0.05], ids=["clean", "lossy"])
def test_half_a_megabyte_arrives_whole_in_both_directions_at_once(loss):
    data = bytes(range(256)) * 2048

    async def talk(stream):
        async def send():
            await stream.send(data)
            stream.shutdown()

        received, _ = await both(stream.receive_all(), send())
        return received

    async def program(alice, bob):
        listener = bob.listen(7)
        ours, theirs = await both(alice.connect(bob.address, 7), listener.accept())
        return await both(talk(ours), talk(theirs))

    assert Pair(loss).run(program) == [data, data]


def test_a_closed_tcp_port_refuses():
    """RFC 9293 section 3.10.7.1."""

    async def program(alice, bob):
        await alice.connect(bob.address, 81)

    assert reason_of(program) is Reason.TCP_NO_LISTENER


def test_connecting_to_nobody_fails_by_arp():
    async def program(alice, bob):
        await alice.connect("10.0.0.99", 80)

    assert reason_of(program) is Reason.ARP_TIMEOUT


def test_a_connect_that_is_given_up_leaves_no_connection_behind():
    pair = Pair(1.0)

    async def program(alice, bob):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await alice.connect(bob.address, 80)
        assert list(alice.waits) == []

    pair.run(program)
    assert pair.alice.poll_event() is None


def test_a_reset_reaches_the_reader():
    """RFC 9293 section 3.5.3."""

    async def program(alice, bob):
        listener = bob.listen(7)
        ours, theirs = await both(alice.connect(bob.address, 7), listener.accept())
        theirs.abort()
        await ours.receive()

    assert reason_of(program) is Reason.TCP_RESET


def test_leaving_a_stream_by_an_exception_resets_it():
    async def program(alice, bob):
        listener = bob.listen(7)
        ours, theirs = await both(alice.connect(bob.address, 7), listener.accept())
        with pytest.raises(ZeroDivisionError):
            async with ours:
                raise ZeroDivisionError
        await theirs.receive()

    assert reason_of(program) is Reason.TCP_RESET


def test_a_port_that_is_taken_is_refused():
    async def program(alice, bob):
        alice.listen(80)
        alice.listen(80)

    assert reason_of(program) is Reason.TCP_PORT_IN_USE


def test_a_call_that_waits_on_a_socket_closed_here_fails():
    """As close(2) ought to; else the program would wait for ever."""

    async def program(alice, bob):
        listener, sock = bob.listen(7), bob.udp(7)
        async with asyncio.TaskGroup() as group:
            accepting = group.create_task(refused(listener.accept()))
            receiving = group.create_task(refused(sock.receive_from()))
            await asyncio.sleep(1)
            listener.close()
            sock.close()
        assert list(bob.waits) == []
        return accepting.result(), receiving.result()

    async def refused(call):
        with pytest.raises(HostError) as caught:
            await call
        return caught.value.reason

    assert Pair().run(program) == (Reason.TCP_CLOSED, Reason.UDP_CLOSED)


def test_a_cancelled_call_leaves_no_waiter_and_loses_no_byte():
    async def program(alice, bob):
        listener = bob.listen(7)
        ours, theirs = await both(alice.connect(bob.address, 7), listener.accept())
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1):
                await ours.receive()
        assert list(alice.waits) == []
        await theirs.send(b"late")
        return await ours.receive()

    assert Pair().run(program) == b"late"


def test_exactly_so_many_bytes_are_received_however_they_were_sent():
    async def program(alice, bob):
        listener = bob.listen(7)
        ours, theirs = await both(alice.connect(bob.address, 7), listener.accept())
        for part in (b"ab", b"cde", b"f"):
            await theirs.send(part)
            await asyncio.sleep(1)
        theirs.shutdown()
        first = await ours.receive_exactly(4)
        with pytest.raises(EOFError, match="closed after 2 of 3 bytes"):
            await ours.receive_exactly(3)
        return first

    assert Pair().run(program) == b"abcd"


def test_listeners_and_sockets_give_their_port_back_at_the_end_of_a_block():
    async def program(alice, bob):
        for _ in range(2):
            async with bob.listen(7), bob.udp(7):
                pass
        with pytest.raises(HostError):
            await alice.connect(bob.address, 7)

    Pair().run(program)


def test_three_hundred_clients_at_once_are_served():
    async def program(alice, bob):
        listener = bob.listen(7)

        async def serve():
            async with await listener.accept() as stream:
                await stream.send(await stream.receive_all())

        async def fetch(number):
            async with await alice.connect(bob.address, 7) as stream:
                await stream.send(b"%d" % number)
                stream.shutdown()
                return await stream.receive_all()

        await alice.resolve(bob.address)
        count = 300
        return await both(*(fetch(n) for n in range(count)), *(serve() for _ in range(count)))

    answers = Pair().run(program)
    assert answers[:300] == [b"%d" % number for number in range(300)]
