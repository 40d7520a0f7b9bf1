"""A host of ours and a kernel on one TAP, in one process; programs of the system on the kernel."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from wirelab.adapters.driver import LiveDriver
from wirelab.adapters.links.tap import TapLink
from wirelab.codecs.addresses import ipv4_bytes
from wirelab.sim.host import Host, HostConfig, InterfaceConfig

LIMIT_S = 20.0
"""Nothing waits so long; a test that does has failed."""


class Bench:
    """Our host on tap0, whose kernel end is 198.51.100.2."""

    KERNEL, OURS = "198.51.100.2", "198.51.100.77"

    def __init__(self, wire: Any, folder: Path) -> None:
        self.kernel = wire.ours
        self.folder = folder
        self.host: Host
        self.driver: LiveDriver

    def run(self, program: Callable[[], Awaitable[Any]], address: str = "0.0.0.0") -> Any:
        """Run a program beside our host, which has this address; its result."""
        with self.kernel:
            link = TapLink("tap0")
        card = InterfaceConfig("tap0", link.mac, ipv4_bytes(address), 24, link.mtu)
        self.host = Host(HostConfig("us", [card]), random.Random(1))
        self.driver = LiveDriver(self.host, link)
        try:
            return asyncio.run(self._run(program))
        finally:
            link.close()

    async def _run(self, program: Callable[[], Awaitable[Any]]) -> Any:
        async with self.driver, asyncio.timeout(LIMIT_S):
            return await program()

    def start(self, service: Any) -> Any:
        """Start a service on our host."""
        self.host.start(service, self.driver.now())
        self.driver.programs.kick()
        return service

    async def command(self, *words: str, check: bool = True) -> Any:
        """A command on the kernel's side, to its end, while our host goes on."""
        return await asyncio.to_thread(self.kernel.run, *words, check=check)

    def script(self, text: str) -> Path:
        """An executable shell script."""
        path = self.folder / "script"
        path.write_text(f"#!/bin/sh\n{text}")
        path.chmod(0o755)
        return path


class Changes:
    """What a DHCP client tells, as states to wait for."""

    def __init__(self) -> None:
        self.states: list[str] = []
        self._changed = asyncio.Event()

    def __call__(self, client: Any, now: int) -> None:
        self.states.append(client.state.value)
        self._changed.set()

    async def until(self, state: str) -> None:
        """Until the client has entered this state since the last call."""
        while state not in self.states:
            self._changed.clear()
            await self._changed.wait()
        self.states.clear()


@pytest.fixture
def bench(tap_wire: Any, tmp_path: Path) -> Bench:
    return Bench(tap_wire, tmp_path)


@pytest.fixture
def changes() -> type[Changes]:
    return Changes
