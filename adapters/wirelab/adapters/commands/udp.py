"""`wirelab udp send HOST PORT [TEXT|-]` and `wirelab udp listen PORT`."""

import argparse
import asyncio
import sys

from wirelab.adapters import options
from wirelab.adapters.exits import CommandError, Exit
from wirelab.adapters.session import Session, printable, run_program
from wirelab.adapters.world import us
from wirelab.sim.programs.aio import AsyncHost
from wirelab.sim.programs.datagrams import DatagramSocket, Received
from wirelab.sim.reasons import Reason

HELLO = "Hello UDP!"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    verbs = parser.add_subparsers(metavar="send|listen", required=True, dest="verb")
    send = verbs.add_parser("send", help="send one datagram")
    send.add_argument("host", metavar="HOST", help="an address (or bob, when simulated)")
    send.add_argument("port", metavar="PORT", type=options.port)
    send.add_argument(
        "text", metavar="TEXT|-", nargs="?", default=HELLO, help=f"default: {HELLO!r}; -: stdin"
    )
    send.add_argument(
        "--wait",
        nargs="?",
        const=2.0,
        type=options.seconds,
        metavar="SECONDS",
        help="wait for an answer (default %(const)g s) and print it",
    )
    send.add_argument("--source-port", type=options.source_port, default=0, metavar="PORT")
    options.add_time_limit(send, 3.0, "how long to wait for the next hop's MAC address")
    listen = verbs.add_parser("listen", help="print the datagrams that arrive")
    listen.add_argument("port", metavar="PORT", type=options.source_port)
    listen.add_argument(
        "-c", "--count", type=options.count, help="stop after so many (simulated: 1)"
    )
    listen.add_argument("--echo", action="store_true", help="send each one back")
    for verb in (send, listen):
        verb.add_argument(
            "--raw", action="store_true", help="print datagrams as the bytes they are"
        )
        options.add_family(verb)
        options.add_place(verb)
        options.add_output(verb)


def run(arguments: argparse.Namespace) -> int:
    """Send or listen.

    Raises:
        CommandError: anything but success.
    """
    if arguments.raw and (arguments.json or arguments.write == "-"):
        other = "--json" if arguments.json else "-w -"
        raise CommandError(f"--raw and {other} exclude each other: choose one", Exit.USAGE)
    if arguments.verb == "listen":
        return _listen(arguments)
    return _send(arguments)


def _send(arguments: argparse.Namespace) -> int:
    if arguments.text == "-":
        data = sys.stdin.buffer.read()
    else:
        data = arguments.text.encode("utf-8", "surrogateescape")  # bytes that are no text, as given

    async def program(session: Session) -> int:
        address = session.destination(arguments.host)
        sock = session.host.udp(session.port)
        await session.reach(address, arguments.timeout)
        sock.send_to(data, address, arguments.port)
        session.say(
            f"sent {len(data)} bytes from port {sock.port} to {options.at(address, arguments.port)}"
        )
        if arguments.wait is not None:
            _show(session, await _answer(sock, arguments.wait), raw=arguments.raw)
        return Exit.OK

    return run_program(arguments, program, transport="udp", port=arguments.source_port)


async def _answer(sock: DatagramSocket, wait_s: float) -> Received:
    try:
        async with asyncio.timeout(wait_s):
            return await sock.receive_from(errors=True)
    except TimeoutError as error:
        message = f"no answer within {wait_s:g} s"
        raise CommandError(message, Exit.NO, Reason.LIVE_TIMEOUT) from error


def _listen(arguments: argparse.Namespace) -> int:
    async def program(session: Session) -> int:
        sock = session.host.udp(arguments.port)
        left = arguments.count or (None if session.live else 1)
        session.say(f"listening on UDP port {sock.port} of {session.address}")
        while left is None or left > 0:
            received = await sock.receive_from()
            _show(session, received, raw=arguments.raw)
            if arguments.echo:
                sock.send_to(*received)
            left = None if left is None else left - 1
        return Exit.OK

    async def caller(bob: AsyncHost) -> None:
        alice = us(arguments.family)
        await bob.resolve(alice)  # until then ARP keeps the newest packets only
        for _ in range(arguments.count or 1):
            bob.udp().send_to(HELLO.encode(), alice, arguments.port)

    return run_program(arguments, program, transport="udp", port=arguments.port, caller=caller)


def _show(session: Session, received: Received, *, raw: bool) -> None:
    data, address, port = received
    session.say(f"{len(data)} bytes from {options.at(address, port)}")
    if raw:  # as `nc -u -l` does: what the terminal makes of it is the user's matter
        session.output.buffer.write(data)
        session.output.buffer.flush()
        return
    text = printable(data.decode("utf-8", "backslashreplace"))
    session.result(text, {"address": address, "port": port, "text": text, "hex": data.hex()})
