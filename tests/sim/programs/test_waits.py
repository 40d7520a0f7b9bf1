"""Suspended calls and what wakes them."""

import asyncio

import pytest

from wirelab.sim.host.events import Closed, Event, Readable, Writable
from wirelab.sim.programs.waits import Waits

KEY = object()


async def suspended(waits: Waits) -> tuple[asyncio.Task[Event], asyncio.Task[Event]]:
    """A reader and a writer that wait for KEY."""
    reader = asyncio.create_task(waits.readable(KEY, "receive", "x"))
    writer = asyncio.create_task(waits.writable(KEY, "send", "x"))
    await asyncio.sleep(0)
    return reader, writer


@pytest.mark.parametrize(
    ("event", "woken"),
    [
        (Readable(KEY), (True, False)),
        (Writable(KEY), (False, True)),
        (Closed(KEY, None), (True, True)),
    ],
)
def test_readers_and_writers_are_woken_by_their_own_events_and_both_by_the_end(event, woken):
    async def main() -> tuple[bool, bool]:
        waits = Waits()
        reader, writer = await suspended(waits)
        assert waits.wake(KEY, event)
        await asyncio.sleep(0)
        done = reader.done(), writer.done()
        reader.cancel()
        writer.cancel()
        await asyncio.gather(reader, writer, return_exceptions=True)
        assert list(waits) == []
        return done

    assert asyncio.run(main()) == woken


def test_a_call_that_was_given_up_is_forgotten():
    async def main() -> None:
        waits = Waits()
        reader, writer = await suspended(waits)
        assert [waiter.action for waiter in waits] == ["receive", "send"]
        reader.cancel()
        writer.cancel()
        await asyncio.gather(reader, writer, return_exceptions=True)
        assert list(waits) == []
        assert not waits.wake(KEY, Closed(KEY, None))

    asyncio.run(main())


def test_all_calls_fail_when_the_link_is_gone_those_that_come_later_too():
    async def main() -> tuple[Event | BaseException, ...]:
        waits = Waits()
        reader, writer = await suspended(waits)
        waits.fail(OSError("gone"))
        later = waits.readable(KEY, "accept", "x")
        return await asyncio.gather(reader, writer, later, return_exceptions=True)

    assert [str(error) for error in asyncio.run(main())] == ["gone"] * 3
