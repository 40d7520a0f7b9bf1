"""`wirelab traceroute HOST`: which routers are on the way (`wirelab.sim.programs.diagnostics`)."""

import argparse

from wirelab.adapters import options
from wirelab.adapters.exits import CommandError, Exit
from wirelab.adapters.session import Session, run_program
from wirelab.sim.programs.diagnostics import FIRST_PORT, RouteHop, traceroute
from wirelab.sim.reasons import Reason

MOST_HOPS = 255  # what a TTL can say (RFC 791 section 3.1)


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("host", metavar="HOST", help="an address (or bob, when simulated)")
    parser.add_argument(
        "-I",
        "--icmp",
        action="store_true",
        help="send echo requests (default: datagrams to ports where nobody listens)",
    )
    parser.add_argument(
        "-m",
        "--max-hops",
        type=_hops,
        default=30,
        metavar="HOPS",
        help="where to stop (default %(default)s)",
    )
    parser.add_argument(
        "-n",
        "--queries",
        type=options.count,
        default=3,
        metavar="COUNT",
        help="probes for each distance (default %(default)s)",
    )
    parser.add_argument(
        "-p",
        "--port",
        type=options.port,
        default=FIRST_PORT,
        help="of the first datagram, the next one goes to the next (default %(default)s)",
    )
    options.add_time_limit(parser, 1.0, "how long to wait for each answer")
    options.add_family(parser)
    options.add_place(parser)
    options.add_output(parser)


def run(arguments: argparse.Namespace) -> int:
    """Show the way, line by line as it is found; 0 if the destination has answered, else 1."""

    async def program(session: Session) -> int:
        destination = session.destination(arguments.host)
        if not arguments.json:
            heading = f"traceroute to {destination}, {arguments.max_hops} hops max"
            print(heading, file=session.output, flush=True)

        def tell(hop: RouteHop) -> None:
            session.result(str(hop), hop.as_json())

        route = await traceroute(
            session.host,
            destination,
            method="icmp" if arguments.icmp else "udp",
            maximum_hops=arguments.max_hops,
            queries=arguments.queries,
            timeout_s=arguments.timeout,
            port=arguments.port,
            told=tell,
        )
        if route.is_reached:
            return Exit.OK
        said = [answer.reason for answer in route.hops[-1].answers if answer is not None]
        reason = next((one for one in said if one is not None), Reason.ICMP_NO_ANSWER)
        raise CommandError(f"{destination} was not reached", Exit.NO, reason)

    return run_program(arguments, program)


def _hops(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= MOST_HOPS:
        raise argparse.ArgumentTypeError(f"{text!r} is no distance: use 1 to {MOST_HOPS} hops")
    return int(text)
