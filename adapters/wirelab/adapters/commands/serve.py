"""`wirelab serve DIR`: a folder over HTTP/1.1, on our own TCP."""

import argparse
import asyncio
import time

from wirelab.adapters import options
from wirelab.adapters.exits import Exit
from wirelab.adapters.session import Session, printable, run_program, side_by_side
from wirelab.adapters.web.client import fetch, parse_url
from wirelab.adapters.web.folder import Folder
from wirelab.adapters.web.server import IDLE_S, Answer, Request, serve_connection
from wirelab.adapters.world import us
from wirelab.sim.host.errors import HostError
from wirelab.sim.programs.aio import AsyncHost
from wirelab.sim.programs.streams import Stream

AT_ONCE = 100
"""Connections served at one time; ours: others wait in the backlog, so memory is bounded."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "folder", metavar="DIR", type=options.readable_folder, nargs="?", default="."
    )
    parser.add_argument(
        "-p", "--port", type=options.source_port, default=80, help="default %(default)s"
    )
    parser.add_argument(
        "-c", "--count", type=options.count, help="stop after so many connections (simulated: 1)"
    )
    options.add_family(parser)
    options.add_place(parser)
    options.add_output(parser)


def run(arguments: argparse.Namespace) -> int:
    """Serve until Ctrl-C, or until `-c` connections have been served."""
    site = Folder(arguments.folder)

    async def program(session: Session) -> int:
        listener = session.host.listen(arguments.port)
        left = arguments.count or (None if session.live else 1)
        session.say(f"serving {site.root} on http://{options.at(session.address, arguments.port)}/")
        free = asyncio.Semaphore(AT_ONCE)
        async with side_by_side() as group:
            while left is None or left > 0:
                await free.acquire()
                serving = group.create_task(_serve(session, site, await listener.accept()))
                serving.add_done_callback(lambda _: free.release())
                left = None if left is None else left - 1
            listener.close()
        return Exit.OK

    async def caller(bob: AsyncHost) -> None:
        for _ in range(arguments.count or 1):
            alice = us(arguments.family)
            stream = await bob.connect(alice, arguments.port)
            url = f"http://{options.at(alice, arguments.port)}/"
            response = await fetch(stream, parse_url(url))
            async for _ in response.body:
                pass
            stream.close()
            await stream.wait_closed()

    return run_program(arguments, program, transport="tcp", port=arguments.port, caller=caller)


async def _serve(session: Session, site: Folder, stream: Stream) -> None:
    """One connection; its failure is not the server's."""
    peer = options.at(stream.remote_address, stream.remote_port)

    def log(request: Request, answer: Answer) -> None:
        session.result(
            printable(
                f"{peer} {request.method} {request.target} {answer.status.value} {answer.length}"
            ),
            {
                "peer": peer,
                "method": request.method,
                "target": request.target,
                "status": answer.status.value,
                "bytes": answer.length,
            },
        )

    try:
        async with stream:
            await serve_connection(stream, site, clock=time.time if session.live else None, log=log)
            async with asyncio.timeout(IDLE_S):
                await stream.wait_closed()
    except HostError as error:
        session.say(f"{peer}: {error.reason}")
    except TimeoutError:
        session.say(f"{peer}: reads too slowly, given up")
