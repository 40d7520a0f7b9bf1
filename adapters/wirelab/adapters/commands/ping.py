"""`wirelab ping HOST`: ICMP echo (RFC 792 page 14), with the output fingers and scripts know."""

import argparse
import asyncio

from wirelab.adapters import options
from wirelab.adapters.exits import CommandError, Exit
from wirelab.adapters.session import Session, run_program, side_by_side
from wirelab.sim.host.errors import HostError
from wirelab.sim.programs.aio import PING_PAYLOAD, Echo
from wirelab.sim.programs.diagnostics import Lost, PingReport
from wirelab.sim.reasons import Reason

HEADER = 8  # bytes of ICMP header, counted by ping's "64 bytes from"
LARGEST = 65_507  # 65535 - 20 (IPv4) - 8 (ICMP)
SIMULATED_COUNT = 3  # a simulated hour takes seconds: endless pinging would never be interrupted


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("host", metavar="HOST", help="an address (or bob, when simulated)")
    parser.add_argument(
        "-c",
        "--count",
        type=options.count,
        help=f"stop after so many (default: Ctrl-C ends it; {SIMULATED_COUNT} when simulated)",
    )
    parser.add_argument(
        "--interval",
        type=options.seconds,
        default=1.0,
        metavar="SECONDS",
        help="between two requests (default %(default)g)",
    )
    parser.add_argument(
        "-s",
        "--size",
        type=_size,
        default=len(PING_PAYLOAD),
        metavar="BYTES",
        help="of payload (default %(default)s)",
    )
    parser.add_argument("-t", "--ttl", type=_ttl, help="hops the request may make (default 64)")
    options.add_time_limit(parser, 1.0, "how long to wait for each reply")
    options.add_family(parser)
    options.add_place(parser)
    options.add_output(parser)


def run(arguments: argparse.Namespace) -> int:
    """Ping, and print a summary even when interrupted; 0 if any reply came, else 1."""

    async def program(session: Session) -> int:
        destination = session.destination(arguments.host)
        report = PingReport(destination)
        if not arguments.json:
            heading = f"PING {destination}: {arguments.size} data bytes"
            print(heading, file=session.output, flush=True)
        began = session.host.now()
        try:
            await _ping_all(session, arguments, report)
        finally:  # also on Ctrl-C
            report.elapsed_ns = session.host.now() - began
            session.result(f"\n{report}", report.as_json())
        if report.received:
            return Exit.OK
        reason = report.lost[-1].reason if report.lost else None
        raise CommandError(f"no reply from {destination}", Exit.NO, reason or Reason.LIVE_TIMEOUT)

    return run_program(arguments, program)


async def _ping_all(session: Session, arguments: argparse.Namespace, report: PingReport) -> None:
    """Send at each interval, whether or not the last reply has come."""
    count = arguments.count or (None if session.live else SIMULATED_COUNT)
    identifier = session.random.getrandbits(16)
    async with side_by_side() as group:
        while True:
            report.sent += 1
            group.create_task(_ping_once(session, arguments, report, report.sent, identifier))
            if report.sent == count:
                break
            await asyncio.sleep(arguments.interval)


async def _ping_once(
    session: Session,
    arguments: argparse.Namespace,
    report: PingReport,
    number: int,
    identifier: int,
) -> None:
    wrapped = number & 0xFFFF
    try:
        async with asyncio.timeout(arguments.timeout):
            echo = await session.host.ping(
                report.destination,
                sequence_number=wrapped,
                identifier=identifier,
                payload=_payload(arguments.size),
                ttl=arguments.ttl,
            )
    except TimeoutError:
        reason = session.silence(report.destination, Reason.LIVE_TIMEOUT)
        report.lost.append(Lost(number, reason))
        text = f"no answer for icmp_seq={wrapped} within {arguments.timeout:g} s"
        if reason in (Reason.ARP_TIMEOUT, Reason.ND_TIMEOUT):
            text += " (nor to ARP)" if reason is Reason.ARP_TIMEOUT else " (nor to ND)"
        _tell(session, arguments, text, {"icmp_seq": wrapped, "reason": str(reason)})
    except HostError as error:
        if error.reason is Reason.LINK_DOWN:  # gone for good: no later request can leave
            raise
        report.lost.append(Lost(number, error.reason))
        text = f"{error.reason} for icmp_seq={wrapped} ({error.detail})"
        _tell(session, arguments, text, {"icmp_seq": wrapped, "reason": str(error.reason)})
    else:
        report.echoes.append(echo)
        _tell(session, arguments, *_reply(echo))


def _tell(
    session: Session, arguments: argparse.Namespace, text: str, value: dict[str, object]
) -> None:
    """What became of one request; with -q the summary alone is the result, as ping has it."""
    if not arguments.quiet:
        session.result(text, value)


def _reply(echo: Echo) -> tuple[str, dict[str, object]]:
    milliseconds = echo.round_trip_ns / 1e6
    size = len(echo.payload) + HEADER
    return (
        f"{size} bytes from {echo.source}: icmp_seq={echo.sequence_number} ttl={echo.ttl} "
        f"time={milliseconds:.3f} ms",
        {
            "source": echo.source,
            "bytes": size,
            "icmp_seq": echo.sequence_number,
            "ttl": echo.ttl,
            "time_ms": round(milliseconds, 6),
        },
    )


def _payload(size: int) -> bytes:
    """Counts up from 0x10, as iputils' ping fills it."""
    return bytes((0x10 + index) & 0xFF for index in range(size))


def _size(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text) > LARGEST:
        raise argparse.ArgumentTypeError(f"{text!r} is no payload size: use 0 to {LARGEST} bytes")
    return int(text)


def _ttl(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= 255:
        raise argparse.ArgumentTypeError(f"{text!r} is no TTL: use 1 to 255 hops")
    return int(text)
