"""`wirelab arp IP`: ask who has an IPv4 address (RFC 826)."""

import argparse
import asyncio

from wirelab.adapters import options
from wirelab.adapters.exits import CommandError, Exit
from wirelab.adapters.session import Session, run_program
from wirelab.sim.host.errors import HostError
from wirelab.sim.reasons import Reason


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("host", metavar="IP", help="an IPv4 address on the local network")
    parser.add_argument(
        "--probe",
        action="store_true",
        help="ask with sender 0.0.0.0: nobody's cache learns of us (RFC 5227)",
    )
    options.add_time_limit(parser, 3.0, "how long to wait for an answer")
    options.add_place(parser)
    options.add_output(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the MAC address, or exit with 1."""

    async def program(session: Session) -> int:
        address = session.destination(arguments.host)
        session.check_on_link(address)
        began = session.host.now()
        try:
            async with asyncio.timeout(arguments.timeout):
                mac = await session.host.resolve(address, probe=arguments.probe)
        except (TimeoutError, HostError) as error:
            reason = error.reason if isinstance(error, HostError) else Reason.ARP_TIMEOUT
            raise CommandError(f"nobody answers for {address}", Exit.NO, reason) from error
        milliseconds = (session.host.now() - began) / 1e6
        session.result(
            f"{address} is at {mac}  ({milliseconds:.3f} ms)",
            {"address": address, "mac": mac, "milliseconds": round(milliseconds, 6)},
        )
        return Exit.OK

    return run_program(arguments, program)
