"""asyncio in virtual time."""

import asyncio
import threading

import pytest

from wirelab.sim.network.errors import SimulationError
from wirelab.sim.network.network import Network
from wirelab.sim.programs.loop import DeadlockError, SimLoop, on, run

SECOND = 1_000_000_000


@pytest.fixture
def pair():
    """A network, and its hosts alice and bob with 1 ms between them."""
    network = Network(seed=1)
    alice, bob = network.host("alice", "10.0.0.1"), network.host("bob", "10.0.0.2")
    network.link(alice, bob, latency="1ms")
    return network, alice, bob


def test_sleeping_takes_virtual_time_to_the_nanosecond():
    network = Network()

    async def main() -> float:
        await asyncio.sleep(3600)
        await asyncio.sleep(1e-9)
        return asyncio.get_running_loop().time()

    assert run(main, network) == 3600.000000001
    assert network.now == 3600 * SECOND + 1


def test_timers_fire_in_the_order_of_their_times():
    order = []

    async def note(delay: float) -> None:
        await asyncio.sleep(delay)
        order.append(delay)

    async def main() -> None:
        await asyncio.gather(*map(note, (0.3, 0.1, 0.2)))

    run(main, Network())
    assert order == [0.1, 0.2, 0.3]


def test_time_limits_are_virtual(pair):
    network, alice, _ = pair

    async def main() -> None:
        async with asyncio.timeout(2.5):
            await on(alice).udp(7).receive_from()

    with pytest.raises(TimeoutError):
        run(main, network)
    assert network.now == 2.5 * SECOND


def test_a_program_goes_on_at_the_instant_of_its_event(pair):
    """One round trip for ARP, one for the echo: 4 ms, not the next timer."""
    network, alice, _ = pair

    async def main() -> int:
        async with asyncio.timeout(100):
            await on(alice).ping("10.0.0.2")
        return int(network.now)

    assert run(main, network) == 4_000_000


def test_runs_on_one_network_follow_each_other(pair):
    network, alice, _ = pair

    async def main() -> int:
        return (await on(alice).ping("10.0.0.2")).round_trip_ns

    assert [run(main, network), run(main, network)] == [
        4_000_000,
        2_000_000,
    ]


def test_a_deadlock_says_who_waits_for_what(pair):
    network, _, bob = pair

    async def main() -> None:
        await on(bob).listen(80).accept()

    with pytest.raises(DeadlockError) as caught:
        run(main, network)
    assert "nothing is scheduled" in str(caught.value)
    assert "bob: accept on TCP port 80" in str(caught.value)
    assert "test_loop.py:" in str(caught.value)


def test_an_endless_run_is_stopped_at_its_limit():
    async def tick() -> None:
        while True:
            await asyncio.sleep(1)

    with pytest.raises(DeadlockError, match="still busy after 60 virtual seconds"):
        run(tick, Network(), limit=60 * SECOND)


def test_threads_and_real_sockets_are_refused():
    async def thread() -> None:
        await asyncio.to_thread(threading.get_ident)

    async def pipe() -> None:
        await asyncio.open_connection("127.0.0.1", 1)

    with pytest.raises(RuntimeError, match="no threads in virtual time"):
        run(thread, Network())
    with pytest.raises(RuntimeError, match="belongs to the real operating system"):
        run(pipe, Network())


def test_on_works_inside_run_only(pair):
    _, alice, _ = pair

    async def main() -> None:
        on(alice)

    with pytest.raises(RuntimeError, match="inside run"):
        asyncio.run(main())


def test_the_same_host_has_one_api_object(pair):
    network, alice, _ = pair

    async def main() -> bool:
        return on(alice) is on(alice)

    assert run(main, network)


def test_the_loop_needs_no_file_descriptor(pair):
    network, _, _ = pair
    loop = SimLoop(network)
    loop.call_soon_threadsafe(loop.stop)
    loop.run_forever()
    loop.close()
    assert loop.is_closed()


def test_the_same_seed_gives_the_same_run():
    """Rule of the project: same seed, same trace."""

    def frames(seed: int) -> list[tuple[int, bytes]]:
        network = Network(seed=seed)
        alice, bob = network.host("alice", "10.0.0.1"), network.host("bob", "10.0.0.2")
        network.link(alice, bob, latency="1ms", loss=0.1)

        async def serve() -> None:
            stream = await on(bob).listen(7).accept()
            await stream.send(await stream.receive_all())
            stream.close()

        async def main() -> None:
            server = asyncio.get_running_loop().create_task(serve())
            stream = await on(alice).connect("10.0.0.2", 7)
            await stream.send(bytes(20_000))
            stream.shutdown()
            assert await stream.receive_all() == bytes(20_000)
            await server
            stream.close()
            await stream.wait_closed()

        run(main, network)
        return [(frame.sent_at, frame.data) for frame in network.trace.frames()]

    assert frames(1) == frames(1)
    assert frames(1) != frames(2)


async def crash() -> None:
    raise ZeroDivisionError("a planted bug")


def test_a_task_that_fails_unseen_fails_the_run():
    """Else a server that crashed at once would pass for a silent one."""

    async def main() -> None:
        task = asyncio.get_running_loop().create_task(crash(), name="server")
        await asyncio.sleep(1)
        assert task.done()

    with pytest.raises(ZeroDivisionError) as caught:
        run(main, Network())
    assert caught.value.__notes__ == ["(in task server, which nobody awaited)"]


def test_a_task_whose_failure_was_taken_fails_nothing():
    async def main() -> str:
        with pytest.raises(ZeroDivisionError):
            await asyncio.get_running_loop().create_task(crash())
        return "went on"

    assert run(main, Network()) == "went on"


def test_a_deadlock_tells_of_the_crash_behind_it(pair):
    network, alice, bob = pair

    async def serve() -> None:
        stream = await on(bob).listen(7).accept()
        await stream.receive()
        await crash()  # and nobody closes the stream

    async def main() -> None:
        server = asyncio.get_running_loop().create_task(serve())
        await asyncio.sleep(0)
        stream = await on(alice).connect("10.0.0.2", 7)
        await stream.send(b"hi")
        await stream.receive()
        await server

    with pytest.raises(DeadlockError) as caught:
        run(main, network)
    assert "a planted bug" in caught.value.__notes__[0]
    assert "in serve" in caught.value.__notes__[0]


def test_a_host_can_be_called_by_its_name():
    network = Network()
    alice = network.host("alice", "10.0.0.1")
    assert network.hosts == {"alice": alice}

    async def program():
        assert on("alice") is on(alice)
        with pytest.raises(SimulationError, match="no host 'carol' in this network; there are: al"):
            on("carol")

    run(program(), network)
