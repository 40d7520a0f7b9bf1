"""`wirelab ping HOST`: ICMP echo (RFC 792 page 14), with the output fingers and scripts know."""

import argparse
import asyncio
import math
from dataclasses import dataclass, field

from wirelab.adapters import options
from wirelab.adapters.exits import CommandError, Exit
from wirelab.adapters.session import Session, run_program, side_by_side
from wirelab.sim.host.errors import HostError
from wirelab.sim.programs.aio import PING_PAYLOAD, Echo
from wirelab.sim.reasons import Reason

HEADER = 8  # bytes of ICMP header, counted by ping's "64 bytes from"
LARGEST = 65_507  # 65535 - 20 (IPv4) - 8 (ICMP)
SIMULATED_COUNT = 3  # a simulated hour takes seconds: endless pinging would never be interrupted


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("host", metavar="HOST", help="an IPv4 address (or bob, when simulated)")
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
    options.add_place(parser)
    options.add_output(parser)


def run(arguments: argparse.Namespace) -> int:
    """Ping, and print a summary even when interrupted; 0 if any reply came, else 1."""

    async def program(session: Session) -> int:
        destination = session.destination(arguments.host)
        tally = Tally(destination)
        if not arguments.json:
            heading = f"PING {destination}: {arguments.size} data bytes"
            print(heading, file=session.output, flush=True)
        began = session.host.now()
        try:
            await _ping_all(session, arguments, tally)
        finally:  # also on Ctrl-C
            tally.elapsed_ns = session.host.now() - began
            session.result(tally.text(), tally.as_json())
        if tally.received:
            return Exit.OK
        raise CommandError(f"no reply from {destination}", Exit.NO, tally.reason)

    return run_program(arguments, program)


@dataclass
class Tally:
    """What the summary needs. Times in nanoseconds."""

    destination: str
    sent: int = 0
    round_trips_ns: list[int] = field(default_factory=list)
    elapsed_ns: int = 0
    reason: Reason = Reason.LIVE_TIMEOUT

    @property
    def received(self) -> int:
        """Replies."""
        return len(self.round_trips_ns)

    @property
    def loss_percent(self) -> float:
        """Requests without a reply."""
        return 100.0 * (self.sent - self.received) / self.sent if self.sent else 0.0

    def text(self) -> str:
        """The summary of iputils' ping."""
        lines = [
            "",
            f"--- {self.destination} ping statistics ---",
            f"{self.sent} packets transmitted, {self.received} received, "
            f"{self.loss_percent:g}% packet loss, time {self.elapsed_ns // 1_000_000}ms",
        ]
        if self.received:
            lines.append(
                "rtt min/avg/max/mdev = "
                + "/".join(f"{value:.3f}" for value in self.spread_ms().values())
                + " ms"
            )
        return "\n".join(lines)

    def spread_ms(self) -> dict[str, float]:
        """Minimum, mean, maximum and standard deviation of the round trips, milliseconds."""
        times = [value / 1e6 for value in self.round_trips_ns]
        mean = sum(times) / len(times)
        deviation = math.sqrt(sum((time - mean) ** 2 for time in times) / len(times))
        return {"min": min(times), "avg": mean, "max": max(times), "mdev": deviation}

    def as_json(self) -> dict[str, object]:
        """The summary as one object."""
        spread = self.spread_ms() if self.received else {}
        return {
            "destination": self.destination,
            "transmitted": self.sent,
            "received": self.received,
            "loss_percent": self.loss_percent,
            "rtt_ms": {name: round(value, 6) for name, value in spread.items()},
        }


async def _ping_all(session: Session, arguments: argparse.Namespace, tally: Tally) -> None:
    """Send at each interval, whether or not the last reply has come."""
    count = arguments.count or (None if session.live else SIMULATED_COUNT)
    identifier = session.random.getrandbits(16)
    async with side_by_side() as group:
        while True:
            tally.sent += 1
            group.create_task(_ping_once(session, arguments, tally, tally.sent, identifier))
            if tally.sent == count:
                break
            await asyncio.sleep(arguments.interval)


async def _ping_once(
    session: Session, arguments: argparse.Namespace, tally: Tally, number: int, identifier: int
) -> None:
    wrapped = number & 0xFFFF
    try:
        async with asyncio.timeout(arguments.timeout):
            echo = await session.host.ping(
                tally.destination,
                sequence_number=wrapped,
                identifier=identifier,
                payload=_payload(arguments.size),
                ttl=arguments.ttl,
            )
    except TimeoutError:
        tally.reason = session.silence(tally.destination, Reason.LIVE_TIMEOUT)
        text = f"no answer for icmp_seq={wrapped} within {arguments.timeout:g} s"
        if tally.reason is Reason.ARP_TIMEOUT:
            text += " (nor to ARP)"
        _tell(session, arguments, text, {"icmp_seq": wrapped, "reason": str(tally.reason)})
    except HostError as error:
        if error.reason is Reason.LINK_DOWN:  # gone for good: no later request can leave
            raise
        tally.reason = error.reason
        text = f"{error.reason} for icmp_seq={wrapped} ({error.detail})"
        _tell(session, arguments, text, {"icmp_seq": wrapped, "reason": str(error.reason)})
    else:
        tally.round_trips_ns.append(echo.round_trip_ns)
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
