"""`wirelab tcp connect HOST PORT` and `wirelab tcp listen PORT`: stdin goes out, stdout shows."""

import argparse
import asyncio
import sys

from wirelab.adapters import options
from wirelab.adapters.exits import CommandError, Exit
from wirelab.adapters.session import Session, run_program
from wirelab.adapters.standard_streams import (
    EmptyInput,
    Input,
    PausedInput,
    StandardInput,
    join,
    output_to,
)
from wirelab.adapters.world import us
from wirelab.sim.host.errors import HostError
from wirelab.sim.programs.aio import AsyncHost
from wirelab.sim.programs.streams import Stream
from wirelab.sim.reasons import Reason

HELLO = b"Hello TCP!\n"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    verbs = parser.add_subparsers(metavar="connect|listen", required=True, dest="verb")
    connect = verbs.add_parser(
        "connect", help="open a connection; the end of stdin closes our side, and we go on reading"
    )
    connect.add_argument("host", metavar="HOST", help="an address (or bob, when simulated)")
    connect.add_argument("port", metavar="PORT", type=options.port)
    connect.add_argument("--source-port", type=options.source_port, default=0, metavar="PORT")
    options.add_time_limit(connect, 30.0, "how long the handshake may take")
    listen = verbs.add_parser("listen", help="accept connections, one after the other")
    listen.add_argument("port", metavar="PORT", type=options.source_port)
    listen.add_argument(
        "-c", "--count", type=options.count, help="stop after so many connections (simulated: 1)"
    )
    for verb in (connect, listen):
        verb.add_argument(
            "-n", "--no-stdin", action="store_true", help="send nothing: close our side at once"
        )
        options.add_family(verb)
        options.add_place(verb)
        options.add_output(verb)


def run(arguments: argparse.Namespace) -> int:
    """Connect or listen."""
    if arguments.verb == "listen":
        return _listen(arguments)
    return _connect(arguments)


def _connect(arguments: argparse.Namespace) -> int:
    async def program(session: Session) -> int:
        async with await connected(session, arguments) as stream:
            await _talk(session, stream, _source(session, arguments.no_stdin))
        return Exit.OK

    return run_program(arguments, program, transport="tcp", port=arguments.source_port)


async def connected(session: Session, arguments: argparse.Namespace) -> Stream:
    """Open the connection that `arguments` (host, port, timeout) ask for.

    Raises:
        CommandError: not within the time limit.
        HostError: refused, unreachable.
    """
    address = session.destination(arguments.host)
    try:
        async with asyncio.timeout(arguments.timeout):
            stream = await session.host.connect(address, arguments.port, source_port=session.port)
    except TimeoutError as error:
        raise CommandError(
            f"no answer from {options.at(address, arguments.port)} within {arguments.timeout:g} s",
            Exit.NO,
            session.silence(address, Reason.TCP_TIMEOUT),
        ) from error
    session.say(
        f"connected to {options.at(address, arguments.port)} from port {stream.local_port}: "
        f"{stream.state}"
    )
    return stream


def _listen(arguments: argparse.Namespace) -> int:
    async def program(session: Session) -> int:
        listener = session.host.listen(arguments.port)
        left = arguments.count or (None if session.live else 1)
        session.say(f"listening on TCP port {listener.port} of {session.address}")
        source = _source(session, arguments.no_stdin)
        failure = None
        while left is None or left > 0:
            stream = await listener.accept()
            peer = options.at(stream.remote_address, stream.remote_port)
            session.say(f"connection from {peer}")
            try:
                async with stream:
                    await _talk(session, stream, source)
            except HostError as error:  # the end of this connection, not of the listener
                session.say(f"failed: {error.reason}")
                failure = error
            left = None if left is None else left - 1
        listener.close()
        if failure is not None:
            raise failure
        return Exit.OK

    async def caller(bob: AsyncHost) -> None:
        for _ in range(arguments.count or 1):
            stream = await bob.connect(us(arguments.family), arguments.port)
            await stream.send(HELLO)
            stream.shutdown()
            await stream.receive_all()
            stream.close()
            await stream.wait_closed()

    return run_program(arguments, program, transport="tcp", port=arguments.port, caller=caller)


async def _talk(session: Session, stream: Stream, source: Input) -> None:
    typed = sys.stdin.isatty() and session.live
    output = output_to(session.output.buffer, live=session.live)
    await join(stream, source, output, interactive=typed)
    session.say(f"closed: {stream.state}")


def _source(session: Session, nothing: bool) -> Input:
    if nothing:
        return EmptyInput()
    return StandardInput() if session.live else PausedInput()
