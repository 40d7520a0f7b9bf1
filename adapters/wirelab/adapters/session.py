"""Runs a verb's program where it was asked to run: in the simulated network, or on a real link.

A program is a coroutine function that gets a `Session` and returns an exit code. It cannot tell the
two places apart, and need not. When the network says no, the trace tells where and why: the
explanation is printed, and `reason=...` is the last line on stderr.
"""

import argparse
import asyncio
import json
import random
import re
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from wirelab.adapters import options
from wirelab.adapters.exits import CommandError, Exit
from wirelab.codecs.addresses import ip_bytes, ip_text, ipv4_bytes, ipv4_text
from wirelab.sim.host.errors import HostError
from wirelab.sim.host.ipv6.scopes import is_link_local, is_multicast6
from wirelab.sim.programs.aio import AsyncHost
from wirelab.sim.reasons import Reason

Program = Callable[["Session"], Coroutine[Any, Any, int]]
Caller = Callable[[AsyncHost], Coroutine[Any, Any, None]]
AddressTaker = Callable[[bytes, int], None]

CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""The control characters but tab and line feed."""
MULTICAST = 224 << 24
"""The first multicast address (RFC 1112 section 4); behind them comes the limited broadcast."""
FOR_REAL_LINKS = (
    "ip",
    "kernel_ip",
    "gateway",
    "allow_global",
    "guard",
    "no_preflight",
    "strict_checksum",
)
"""Options that mean nothing in the simulated network."""


@dataclass(slots=True)
class Job:
    """What is to run, and with what.

    Attributes:
        arguments: with the options of `options.add_place` and `options.add_output`.
        program: the verb.
        transport: `tcp` or `udp` when a local port is used; it is what `--guard` guards.
        port: that port, 0 for any.
        caller: what bob does in the simulation, for verbs that wait to be called.
        addressless: we begin without an address, to be given one; see `Session.take_address`.
    """

    arguments: argparse.Namespace
    program: Program
    transport: str | None = None
    port: int = 0
    caller: Caller | None = None
    addressless: bool = False


class Session:
    """What a verb's program works with.

    Attributes:
        host: ourselves.
        live: on a real link; else simulated.
        random: for identifiers; seeded when simulated.
        port: the local port to use, 0 for any.
        take_address: to be called with an address (4 bytes) and its prefix length as soon as it is
            ours, by a verb that began without one: before that nothing may leave in its name.
    """

    def __init__(
        self,
        host: AsyncHost,
        arguments: argparse.Namespace,
        *,
        live: bool,
        names: Mapping[str, Sequence[str]],
        source: random.Random,
        port: int = 0,
        gateway: bytes | None = None,
        take_address: AddressTaker = lambda address, prefix_length: None,
    ) -> None:
        self.host = host
        self.live = live
        self.random = source
        self.port = port
        self.take_address = take_address
        self._names = names
        self._gateway = gateway
        self.family: int | None = getattr(arguments, "family", None)
        """4 or 16, where the user insists on a family of addresses."""
        self._json: bool = arguments.json
        self._quiet: bool = arguments.quiet
        self.output = sys.stderr if arguments.write == "-" else sys.stdout
        """Where results go: stdout, unless a pcapng goes there."""
        self._progress = False

    # What is told.

    def result(self, text: str, value: dict[str, object]) -> None:
        """Put a result on stdout: as text, or with --json as one line."""
        self._end_progress()
        shown = json.dumps(value, ensure_ascii=False) if self._json else text
        print(shown, file=self.output, flush=True)

    def say(self, text: str) -> None:
        """Tell how it goes, on stderr, unless --quiet."""
        self._end_progress()
        if not self._quiet:
            print(text, file=sys.stderr, flush=True)

    def progress(self, text: str) -> None:
        """Overwrite one line on a terminal; nothing in a pipe."""
        if not self._quiet and sys.stderr.isatty():
            self._progress = True
            print(f"\r{text} ", end="", file=sys.stderr, flush=True)

    def _end_progress(self) -> None:
        if self._progress:
            self._progress = False
            print("\r\x1b[K", end="", file=sys.stderr)

    # Where things are.

    def destination(self, text: str) -> str:
        """The address that a HOST argument means; see `options.destination`.

        Raises:
            CommandError: it is no address, or our own.
        """
        address = options.destination(text, self._names, self.family)
        if ip_bytes(address.partition("%")[0]) in self._own_addresses():
            raise CommandError(
                f"{address} is our own address, and we have no loopback: name another host.",
                Exit.USAGE,
            )
        return address

    @property
    def address(self) -> str:
        """Ours, as others may use it: of IPv4 where we have one, unless IPv6 was asked for."""
        ours = [one for one in self._own_addresses() if self.family in (None, len(one))]
        return ip_text(ours[0]) if ours else self.host.address

    def _own_addresses(self) -> list[bytes]:
        """IPv4 first; those that routers know before those of the link."""
        interface = self.host.core.interfaces[0]
        six = sorted((one.address for one in interface.ipv6), key=is_link_local)
        return [*([interface.address] if any(interface.address) else []), *six]

    def check_on_link(self, address: str) -> None:
        """Refuse an address that ARP cannot be asked for.

        Raises:
            CommandError: it is not in our network.
        """
        interface = self.host.core.interfaces[0]
        if not _same_network(address, interface.address, interface.prefix_length):
            ours = f"{ipv4_text(interface.address)}/{interface.prefix_length}"
            raise CommandError(
                f"{address} is not on our network ({ours}): ARP asks neighbours only.", Exit.USAGE
            )

    async def reach(self, address: str, limit_s: float) -> None:
        """Wait until the next hop towards `address` has a MAC address, so that a frame can leave.

        A broadcast or multicast address needs none.

        Raises:
            CommandError: nobody answers for it, or there is no way there.
        """
        if self._is_for_many(address):
            return
        next_hop = self._next_hop(address)
        if next_hop is None:
            raise HostError(Reason.IP_NO_ROUTE, f"{address}: give a --gateway")
        try:
            async with asyncio.timeout(limit_s):
                await self.host.resolve(next_hop)
        except TimeoutError as error:
            raise HostError(_silent(next_hop), f"nobody answers for {next_hop}") from error

    def silence(self, address: str, otherwise: Reason) -> Reason:
        """Why nothing came from `address`: already ARP got no answer, or `otherwise`."""
        next_hop = self._next_hop(address)
        if next_hop is not None and self.host.core.neighbor(_bare(next_hop)) is None:
            return _silent(next_hop)
        return otherwise

    def _is_for_many(self, address: str) -> bool:
        """Whether it is a multicast address, or a broadcast to our network."""
        interface = self.host.core.interfaces[0]
        if ":" in address:
            return is_multicast6(_bare(address))
        number = int.from_bytes(ipv4_bytes(address))
        host_bits = (1 << 32 - interface.prefix_length) - 1
        ours = int.from_bytes(interface.address) | host_bits
        return number >= MULTICAST or (host_bits > 1 and number == ours)

    def _next_hop(self, address: str) -> str | None:
        """The neighbour by which packets to `address` leave."""
        interface = self.host.core.interfaces[0]
        if ":" in address:
            near = is_link_local(_bare(address)) or bool(interface.on_link(_bare(address)))
        else:
            near = _same_network(address, interface.address, interface.prefix_length)
        if near:
            return address.partition("%")[0]
        return None if self._gateway is None else ip_text(self._gateway)


def printable(text: str) -> str:
    r"""Text from the network, its control characters escaped: they could rule the terminal.

    >>> printable("red: \x1b[31m")
    'red: \\x1b[31m'
    """
    return CONTROLS.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


@asynccontextmanager
async def side_by_side() -> AsyncIterator[asyncio.TaskGroup]:
    """A task group whose first failure, which ended the others, comes out by itself."""
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None


def _bare(address: str) -> bytes:
    """An address without its zone."""
    return ip_bytes(address.partition("%")[0])


def _silent(next_hop: str) -> Reason:
    """That a neighbour does not say where it is."""
    return Reason.ND_TIMEOUT if ":" in next_hop else Reason.ARP_TIMEOUT


def _same_network(address: str, ours: bytes, prefix_length: int) -> bool:
    shift = 32 - prefix_length
    theirs = int.from_bytes(ipv4_bytes(address))
    return theirs >> shift == int.from_bytes(ours) >> shift


def run_program(
    arguments: argparse.Namespace,
    program: Program,
    *,
    transport: str | None = None,
    port: int = 0,
    caller: Caller | None = None,
    addressless: bool = False,
) -> int:
    """Run `program` in the place that the arguments name, and return its exit code; see `Job`.

    Raises:
        CommandError: anything but success.
    """
    job = Job(arguments, program, transport, port, caller, addressless)
    real = arguments.interface is not None or arguments.link is not None
    if real and arguments.sim:
        raise CommandError("--sim and a real link (-i, --link) exclude each other", Exit.USAGE)
    if real:
        from wirelab.adapters.live import run_live

        return run_live(job)
    given = [option for option in FOR_REAL_LINKS if getattr(arguments, option)]
    if arguments.mac != "auto":
        given.append("mac")
    if given:
        name = given[0].replace("_", "-")
        raise CommandError(f"--{name} is for a real link: add -i IF or --link tap", Exit.USAGE)
    from wirelab.adapters.simulated import run_simulated

    return run_simulated(job)
