"""`wirelab demo [SCENARIO]`: simulated hosts talk, and the ladder shows every frame and its fate.

    hello       two hosts: ARP, a datagram, a handshake with a loss, a closed port
    internet    a phone, a NAT, a router and a server (`wirelab.adapters.internet`)

No privilege, no network, no real time: the same seed prints the same ladder and writes the same
pcapng, byte for byte.
"""

import argparse
import asyncio
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from wirelab.adapters.exits import CommandError, Exit
from wirelab.sim.host.errors import HostError
from wirelab.sim.host.host import Host
from wirelab.sim.network import Network
from wirelab.sim.programs import loop
from wirelab.sim.programs.loop import on
from wirelab.sim.trace.tap import write_tap
from wirelab.sim.views.terminal import choose_look, failure_rows, ladder_rows

LATENCY = "4.5ms"  # ours: a round trip of 9 ms, as across a country
UDP_PORT = 49152
OPEN_PORT, CLOSED_PORT = 80, 81
SYN = 3  # Alice's third frame, after her ARP request and her datagram
REQUEST = b"GET / HTTP/1.0\r\nHost: bob\r\n\r\n"
ANSWER = b"HTTP/1.0 200 OK\r\nContent-Length: 6\r\n\r\nhello\n"
PAUSE_S = 0.05
NARROWEST = 60  # columns


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "scenario",
        nargs="?",
        choices=tuple(SCENARIOS),
        default=HELLO,
        metavar="SCENARIO",
        help="; ".join(f"{name}: {story.summary}" for name, story in SCENARIOS.items()),
    )
    parser.add_argument("--seed", type=int, default=42, help="of everything random (default 42)")
    parser.add_argument("-w", "--write", metavar="FILE", help="write a pcapng; - is stdout")
    parser.add_argument(
        "--tap",
        metavar="HOST|all",
        help="whose frames to write (default: those of the first host)",
    )
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    parser.add_argument("--ascii", action="store_true", help="no box characters")
    parser.add_argument("--lang", choices=("en", "ja"), help="default: by the locale")
    parser.add_argument("--width", type=_columns, help="columns (default: the terminal's)")


def play(seed: int) -> Network:
    """Play the whole story on a network of this seed."""
    network = Network(seed)
    alice = network.host("alice", "10.0.0.1")
    bob = network.host("bob", "10.0.0.2")
    network.link(alice, bob, latency=LATENCY).drop(nth=SYN, sender="alice")
    loop.run(_story(alice, bob), network)
    network.check()
    return network


async def _story(alice: Host, bob: Host) -> None:
    server = asyncio.create_task(_serve(bob))
    await _say_hello(alice, bob)
    await asyncio.sleep(PAUSE_S)
    await _fetch(alice)
    await server
    await asyncio.sleep(PAUSE_S)
    await _knock_at_closed_port(alice)


async def _say_hello(alice: Host, bob: Host) -> None:
    """ARP finds Bob's MAC, then the datagram leaves."""
    inbox = on(bob).udp(UDP_PORT)
    on(alice).udp(UDP_PORT).send_to(b"Hello UDP!", "10.0.0.2", UDP_PORT)
    await inbox.receive_from()


async def _serve(bob: Host) -> None:
    """Answer one request; close when Alice has closed."""
    listener = on(bob).listen(OPEN_PORT)
    async with await listener.accept() as stream:
        await stream.receive()
        await stream.send(ANSWER)
        await stream.receive_all()
    await stream.wait_closed()


async def _fetch(alice: Host) -> None:
    """The handshake, whose first SYN is lost; a request, an answer, a clean close."""
    async with await on(alice).connect("10.0.0.2", OPEN_PORT) as stream:
        await stream.send(REQUEST)
        await stream.receive()


async def _knock_at_closed_port(alice: Host) -> None:
    try:
        await on(alice).connect("10.0.0.2", CLOSED_PORT)
    except HostError:
        return  # refused, as the ladder shows
    raise AssertionError(f"bob has no server on port {CLOSED_PORT}, and yet it answered")


def _internet(seed: int) -> Network:
    from wirelab.adapters import internet  # whoever asks for the first story waits for no services

    return internet.play(seed)


class Scenario(NamedTuple):
    """A story, and its hosts: the first one's frames are written by default."""

    summary: str
    hosts: tuple[str, ...]
    play: Callable[[int], Network]


HELLO = "hello"
SCENARIOS = {
    HELLO: Scenario("two hosts, the default", ("alice", "bob"), play),
    "internet": Scenario(
        "DHCP, DNS, traceroute and a web page through a NAT and a router",
        ("phone", "home", "isp", "www"),
        _internet,
    ),
}


def _command(arguments: argparse.Namespace) -> str:
    """As one types it."""
    return "wirelab demo" if arguments.scenario == HELLO else f"wirelab demo {arguments.scenario}"


def run(arguments: argparse.Namespace) -> int:
    """Play, show, write."""
    scenario = SCENARIOS[arguments.scenario]
    if arguments.tap is None:
        arguments.tap = scenario.hosts[0]
    elif arguments.tap not in (*scenario.hosts, "all"):
        hosts = ", ".join((*scenario.hosts, "all"))
        raise CommandError(f"--tap {arguments.tap}: there is {hosts}", Exit.USAGE)
    network = scenario.play(arguments.seed)
    to_stdout = arguments.write == "-"
    if arguments.write is not None:
        _write(network, arguments)
    stream = sys.stderr if to_stdout else sys.stdout
    look = choose_look(
        stream,
        os.environ,
        color=arguments.color,
        ascii_only=arguments.ascii,
        language=arguments.lang,
        width=arguments.width,
    )
    title = [_command(arguments), f"seed {arguments.seed}"]
    look.show(ladder_rows(network.trace, look, title), stream)
    print(file=stream)
    look.show(failure_rows(network.trace, look), stream)
    return Exit.OK


def _write(network: Network, arguments: argparse.Namespace) -> None:
    """Write the capture file."""
    tap = None if arguments.tap == "all" else arguments.tap
    if tap is None:
        print(
            "wirelab: --tap all: every frame is in the file at both its ends; Wireshark will call "
            "the second sight of a segment a retransmission",
            file=sys.stderr,
        )
    replay = f"{_command(arguments)} --seed {arguments.seed} --tap {arguments.tap} -w FILE"
    content = io.BytesIO()
    write_tap(network.trace, content, tap, comment=f"seed {arguments.seed}; replay: {replay}")
    if arguments.write == "-":
        sys.stdout.buffer.write(content.getvalue())
        sys.stdout.buffer.flush()
        return
    try:
        Path(arguments.write).write_bytes(content.getvalue())
    except OSError as error:
        raise CommandError(
            f"cannot write {arguments.write}: {error.strerror}; choose another place for -w",
            Exit.IMPOSSIBLE,
        ) from error


def _columns(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text) < NARROWEST:
        raise argparse.ArgumentTypeError(f"{text!r}: use a number of columns from {NARROWEST} up")
    return int(text)
