"""`wirelab http get URL`: fetch a URL over our own TCP.

(The module is not called `http`: that would shadow the standard library's for its neighbours.)
"""

import argparse
import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, nullcontext
from typing import BinaryIO

from wirelab.adapters import options
from wirelab.adapters.commands.tcp import connected
from wirelab.adapters.exits import CommandError, Exit
from wirelab.adapters.outcome import opened_for_writing
from wirelab.adapters.session import Session, printable, run_program
from wirelab.adapters.standard_streams import output_to
from wirelab.adapters.web.client import Response, fetch, parse_url
from wirelab.adapters.web.messages import MessageError
from wirelab.sim.reasons import Reason


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    verbs = parser.add_subparsers(metavar="get", required=True, dest="verb")
    get = verbs.add_parser(
        "get",
        help="fetch a URL; the body goes to stdout",
        description="Fetch a URL. Redirects are shown, not followed. As with curl, an answer such "
        "as 404 is a success (exit 0, its body is printed) unless --fail is given.",
    )
    get.add_argument("url", metavar="URL", help="http://ADDRESS[:PORT]/PATH")
    get.add_argument(
        "-o", "--output", metavar="FILE", default="-", help="of the body (default: stdout)"
    )
    get.add_argument("-I", "--head", action="store_true", help="ask for the header fields only")
    get.add_argument(
        "-f", "--fail", action="store_true", help="exit 1, without the body, on a status from 400"
    )
    get.add_argument("--source-port", type=options.source_port, default=0, metavar="PORT")
    options.add_time_limit(get, 30.0, "how long the handshake and each silence may last")
    options.add_family(get)
    options.add_place(get)
    options.add_output(get)


def run(arguments: argparse.Namespace) -> int:
    """Fetch."""
    try:
        target = parse_url(arguments.url)
    except ValueError as error:
        raise CommandError(str(error), Exit.USAGE) from error
    arguments.host, arguments.port = target.host, target.port

    async def program(session: Session) -> int:
        try:
            async with (
                await connected(session, arguments) as stream,
                asyncio.timeout(arguments.timeout) as limit,
            ):
                response = await fetch(stream, target, "HEAD" if arguments.head else "GET")
                async for size in _received(session, arguments, response):
                    limit.reschedule(asyncio.get_running_loop().time() + arguments.timeout)
                    session.progress(f"{size:,} bytes")
                stream.close()
                await stream.wait_closed()
        except MessageError as error:
            message = f"{arguments.url}: {error}"
            raise CommandError(message, Exit.NO, Reason.APP_BAD_RESPONSE) from error
        except TimeoutError as error:
            message = f"{arguments.url}: nothing came for {arguments.timeout:g} s"
            raise CommandError(message, Exit.NO, Reason.LIVE_TIMEOUT) from error
        return Exit.OK

    return run_program(arguments, program, transport="tcp", port=arguments.source_port)


async def _received(
    session: Session, arguments: argparse.Namespace, response: Response
) -> AsyncIterator[int]:
    """Show the head, put the body where it belongs; yields how many bytes have come so far."""
    status = printable(f"{response.status} {response.phrase}".rstrip())
    if arguments.head:
        lines = [f"HTTP/1.1 {status}", *(f"{k}: {v}" for k, v in response.fields.items())]
        text = printable("\n".join(lines))
        session.result(text, {"status": response.status, **dict(response.fields)})
        return
    session.say(printable(f"{status}  {response.fields.get('Content-Type', '')}".rstrip()))
    if location := response.fields.get("Location"):
        session.say(printable(f"it points to {location}"))
    if arguments.fail and response.status >= 400:
        raise CommandError(f"{arguments.url}: {status}", Exit.NO, Reason.APP_HTTP_STATUS)
    size = 0
    with _opened(session, arguments.output) as file:
        output = output_to(file, live=session.live)
        async for piece in response.body:
            await output.write(piece)
            size += len(piece)
            yield size
        await output.finish()
    session.say(f"{size} bytes")


def _opened(session: Session, name: str) -> AbstractContextManager[BinaryIO]:
    """Where the body goes."""
    return nullcontext(session.output.buffer) if name == "-" else opened_for_writing(name)
