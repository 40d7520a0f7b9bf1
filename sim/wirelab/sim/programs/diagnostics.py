"""Questions to a network: who answers, by which way, and how large a packet may be.

    report = await ping(on(alice), "10.0.2.2", count=5)
    route = await traceroute(on(alice), "10.0.2.2")
    print(route)
    mtu = await path_mtu(on(alice), "10.0.2.2")

They run on a simulated network, where seconds cost nothing, and on a real link alike, for IPv4 and
IPv6.

Source: RFC 792, RFC 4443 section 4 (echo); RFC 1812 section 5.3.1 (who discards a packet for its
TTL says so); RFC 1191, RFC 8201 (path MTU).
"""

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple, TypeAlias

from wirelab.codecs.addresses import ip_bytes, ip_text
from wirelab.sim.host.errors import HostError
from wirelab.sim.host.events import EchoReply, IcmpError, ProbeAnswered
from wirelab.sim.host.manner import Manner
from wirelab.sim.programs.aio import PING_PAYLOAD, AsyncHost, Echo
from wirelab.sim.reasons import Reason

FIRST_PORT: Final = 33_434
"""Where traceroute's datagrams go, the next one to the next port: nobody listens there."""

PROBE_PAYLOAD: Final = bytes(range(0x40, 0x60))
"""32 bytes, as traceroute sends by default."""

HEADERS: Final = {4: 28, 16: 48}
"""bytes of IP and ICMP echo header, by the length of an address."""

MOST_STEPS: Final = 16  # ours: routers whose MTU is smaller and smaller on one way

_FLAGS: Final = {
    Reason.ICMP_NET_UNREACHABLE: "!N",
    Reason.ICMP_HOST_UNREACHABLE: "!H",
    Reason.ARP_TIMEOUT: "!H",
    Reason.ND_TIMEOUT: "!H",
    Reason.ICMP_PROTOCOL_UNREACHABLE: "!P",
    Reason.ICMP_PROHIBITED: "!X",
    Reason.ICMP_FRAGMENTATION_NEEDED: "!F",
    Reason.ICMP_BEYOND_SCOPE: "!S",
}
"""What traceroute(8) prints behind the time of an answer that is an obituary."""

Method: TypeAlias = Literal["udp", "icmp"]


# --- ping


class Lost(NamedTuple):
    """A request without a reply; `reason` is None where nobody said anything."""

    sequence_number: int
    reason: Reason | None


@dataclass(slots=True)
class PingReport:
    """What became of some echo requests. Times in nanoseconds.

    Attributes:
        destination: as text.
        sent: requests.
        echoes: the replies, as they came.
        lost: the others.
        elapsed_ns: from the first request to the end.
    """

    destination: str
    sent: int = 0
    echoes: list[Echo] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)
    elapsed_ns: int = 0

    @property
    def received(self) -> int:
        """Replies."""
        return len(self.echoes)

    @property
    def loss_percent(self) -> float:
        """Requests without a reply."""
        return 100.0 * (self.sent - self.received) / self.sent if self.sent else 0.0

    def round_trips_ms(self) -> dict[str, float]:
        """Minimum, mean, maximum and standard deviation; there must be a reply."""
        times = [echo.round_trip_ns / 1e6 for echo in self.echoes]
        mean = sum(times) / len(times)
        deviation = math.sqrt(sum((time - mean) ** 2 for time in times) / len(times))
        return {"min": min(times), "avg": mean, "max": max(times), "mdev": deviation}

    def __str__(self) -> str:
        """The summary of iputils' ping."""
        lines = [
            f"--- {self.destination} ping statistics ---",
            f"{self.sent} packets transmitted, {self.received} received, "
            f"{self.loss_percent:g}% packet loss, time {self.elapsed_ns // 1_000_000}ms",
        ]
        if self.echoes:
            values = "/".join(f"{value:.3f}" for value in self.round_trips_ms().values())
            lines.append(f"rtt min/avg/max/mdev = {values} ms")
        return "\n".join(lines)

    def as_json(self) -> dict[str, object]:
        """The summary as one object."""
        spread = self.round_trips_ms() if self.echoes else {}
        return {
            "destination": self.destination,
            "transmitted": self.sent,
            "received": self.received,
            "loss_percent": self.loss_percent,
            "rtt_ms": {name: round(value, 6) for name, value in spread.items()},
        }


async def ping(
    host: AsyncHost,
    destination: str,
    *,
    count: int = 3,
    interval_s: float = 1.0,
    timeout_s: float = 1.0,
    payload: bytes = PING_PAYLOAD,
    ttl: int | None = None,
) -> PingReport:
    """Send echo requests at an interval, whether or not the last reply has come.

    Args:
        host: who asks.
        destination: an address.
        count: requests.
        interval_s: seconds between two of them.
        timeout_s: seconds that each reply may take.
        payload: of each request; beyond the path's MTU it goes in fragments.
        ttl: hops; None: the host's.

    Raises:
        HostError: `ip.no_route`; what the network says of single requests is in the report.
    """
    report = PingReport(destination)
    began = host.now()
    identifier = host.new_identifier()

    async def one(number: int) -> None:
        try:
            async with asyncio.timeout(timeout_s):
                echo = await host.ping(
                    destination,
                    sequence_number=number & 0xFFFF,
                    identifier=identifier,
                    payload=payload,
                    ttl=ttl,
                )
        except TimeoutError:
            report.lost.append(Lost(number, None))
        except HostError as error:
            if error.reason is Reason.IP_NO_ROUTE:
                raise
            report.lost.append(Lost(number, error.reason))
        else:
            report.echoes.append(echo)

    requests = []
    for number in range(1, count + 1):
        if number > 1:
            await asyncio.sleep(interval_s)
        report.sent += 1
        requests.append(asyncio.ensure_future(one(number)))
    try:
        await asyncio.gather(*requests)
    finally:
        report.elapsed_ns = host.now() - began
    return report


# --- traceroute


class Answer(NamedTuple):
    """Who answered a probe.

    Attributes:
        address: of the router or of the destination.
        round_trip_ns: how long it took.
        reason: what ICMP says; None: the destination itself replied.
    """

    address: str
    round_trip_ns: int
    reason: Reason | None

    @property
    def is_last(self) -> bool:
        """Whether no probe that lives longer can get further."""
        return self.reason is not Reason.ICMP_TTL_EXPIRED

    def __str__(self) -> str:
        time = f"{self.round_trip_ns / 1e6:.3f} ms"
        flag = _FLAGS.get(self.reason, "") if self.reason is not None else ""
        return f"{time} {flag}" if flag else time


class RouteHop(NamedTuple):
    """One line of a traceroute: a distance in hops, and an answer or None for each probe."""

    distance: int
    answers: tuple[Answer | None, ...]

    @property
    def address(self) -> str | None:
        """Who answered first, or None: nobody did."""
        return next((answer.address for answer in self.answers if answer is not None), None)

    def __str__(self) -> str:
        parts = []
        said = ""
        for answer in self.answers:
            if answer is not None and answer.address != said:
                said = answer.address
                parts.append(said)
            parts.append("*" if answer is None else str(answer))
        return f"{self.distance:2}  " + "  ".join(parts)

    def as_json(self) -> dict[str, object]:
        """The same as one object."""
        answers = [
            None
            if answer is None
            else {
                "address": answer.address,
                "rtt_ms": answer.round_trip_ns / 1e6,
                "reason": None if answer.reason is None else str(answer.reason),
            }
            for answer in self.answers
        ]
        return {"hop": self.distance, "answers": answers}


@dataclass(slots=True)
class TraceRoute:
    """The way to a destination.

    Attributes:
        destination: as text.
        hops: the lines, by distance.
    """

    destination: str
    hops: list[RouteHop] = field(default_factory=list)

    @property
    def is_reached(self) -> bool:
        """Whether the destination itself has answered."""
        last = self.hops[-1].answers if self.hops else ()
        return any(answer is not None and answer.address == self.destination for answer in last)

    @property
    def addresses(self) -> list[str | None]:
        """Who is on the way, hop by hop; None where nobody answered."""
        return [hop.address for hop in self.hops]

    def __str__(self) -> str:
        return "\n".join(map(str, (f"traceroute to {self.destination}", *self.hops)))


async def traceroute(
    host: AsyncHost,
    destination: str,
    *,
    method: Method = "udp",
    maximum_hops: int = 30,
    queries: int = 3,
    timeout_s: float = 1.0,
    port: int = FIRST_PORT,
    told: Callable[[RouteHop], None] | None = None,
) -> TraceRoute:
    """Find the routers on the way: packets that live one hop longer each time.

    Args:
        host: who asks.
        destination: an address.
        method: what is sent: datagrams to ports where nobody listens, or echo requests.
        maximum_hops: where to stop.
        queries: probes for each distance.
        timeout_s: seconds that an answer may take.
        port: of the first datagram.
        told: given each line as soon as it is known.

    Raises:
        HostError: `ip.no_route`.
    """
    target = ip_bytes(destination)
    route = TraceRoute(ip_text(target))
    identifier = host.new_identifier()
    number = 0
    for distance in range(1, maximum_hops + 1):
        manner = Manner(ttl=distance)
        probes: list[Awaitable[Answer | None]] = []
        for _ in range(queries):
            if method == "udp":
                there = FIRST_PORT + (port - FIRST_PORT + number) % (0x1_0000 - FIRST_PORT)
                probes.append(_datagram(host, target, there, manner, timeout_s))
            else:
                key = (identifier, number & 0xFFFF)
                probes.append(_echo(host, target, key, manner, timeout_s))
            number += 1
        hop = RouteHop(distance, tuple(await asyncio.gather(*probes)))
        route.hops.append(hop)
        if told is not None:
            told(hop)
        if any(answer.is_last for answer in _given(hop.answers)):
            break
    return route


def _given(answers: Iterable[Answer | None]) -> list[Answer]:
    return [answer for answer in answers if answer is not None]


async def _datagram(
    host: AsyncHost, destination: bytes, port: int, manner: Manner, timeout_s: float
) -> Answer | None:
    """Send a datagram and see who answers."""
    sent_at = host.now()
    probe = host.core.udp_probe(destination, port, PROBE_PAYLOAD, sent_at, manner)
    host.kick()
    try:
        async with asyncio.timeout(timeout_s):
            event = await host.waits.readable(probe, "traceroute", ip_text(destination))
    except TimeoutError:
        return None
    finally:
        probe.close(host.now())
    assert isinstance(event, ProbeAnswered)
    return Answer(ip_text(event.source), host.now() - sent_at, event.reason)


async def _echo(
    host: AsyncHost, destination: bytes, key: tuple[int, int], manner: Manner, timeout_s: float
) -> Answer | None:
    """Send an echo request and see who answers."""
    sent_at = host.now()
    try:
        async with asyncio.timeout(timeout_s):
            event = await host.echo(destination, *key, PROBE_PAYLOAD, manner=manner)
    except TimeoutError:
        return None
    reason = event.reason if isinstance(event, IcmpError) else None
    return Answer(ip_text(event.source), host.now() - sent_at, reason)


# --- path MTU


async def path_mtu(host: AsyncHost, destination: str, *, timeout_s: float = 1.0) -> int:
    """Find the largest IP packet that reaches a destination uncut, in bytes.

    Echo requests as long as the path is believed to carry go out with Don't Fragment, until one
    comes back; each router that says less is believed by the host, too (RFC 1191 section 3).

    Raises:
        HostError: the destination cannot be reached, or no answer tells why (`icmp.no_answer`): a
            black hole (RFC 2923 section 2.1).
    """
    target = ip_bytes(destination)
    identifier = host.new_identifier()
    for number in range(MOST_STEPS):
        mtu = host.core.path_mtu(target)
        payload = bytes(mtu - HEADERS[len(target)])
        try:
            async with asyncio.timeout(timeout_s):
                event = await host.echo(target, identifier, number, payload, manner=Manner())
        except TimeoutError:
            detail = f"no answer to {mtu} bytes within {timeout_s:g} s"
            raise HostError(Reason.ICMP_NO_ANSWER, detail) from None
        if isinstance(event, EchoReply):
            return mtu
        if event.reason is not Reason.ICMP_FRAGMENTATION_NEEDED:
            raise HostError(event.reason, f"{destination}: says {ip_text(event.source)}")
    detail = f"{MOST_STEPS} routers in turn said that {destination} takes less"
    raise HostError(Reason.ICMP_FRAGMENTATION_NEEDED, detail)
