"""The little network that traffic verbs run in when no real link is asked for.

    alice 10.0.0.1 (you) ------ 1 ms ------ bob 10.0.0.2
          2001:db8::1                           2001:db8::2
                                  answers ping; UDP 49152 and TCP 7: echo; TCP 80: HTTP;
                                  knows the names of lab. (DNS)

Everything else at bob is closed, so that refusals can be seen too.
"""

import asyncio
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any

from wirelab.adapters.web.server import Answer, Request, page, serve_connection
from wirelab.sim.host.errors import HostError
from wirelab.sim.network.network import Network
from wirelab.sim.programs.aio import AsyncHost
from wirelab.sim.programs.loop import on
from wirelab.sim.programs.streams import Stream
from wirelab.sim.services.dhcp.server import DhcpServer
from wirelab.sim.services.dhcp.subnets import Subnet
from wirelab.sim.services.dns.server import DnsServer

ALICE, BOB = "10.0.0.1", "10.0.0.2"
ALICE6, BOB6 = "2001:db8::1", "2001:db8::2"
NAMES = {"alice": (ALICE, ALICE6), "bob": (BOB, BOB6)}
NO_ADDRESS = "0.0.0.0"
POOL = ("10.0.0.100", "10.0.0.199")
"""What bob leases to those who have no address."""
HELLO_PORT, ECHO_PORT, HTTP_PORT = 49152, 7, 80
LATENCY = "1ms"
ZONE = f"""
$ORIGIN lab.
$TTL 1h
@     SOA   bob hostmaster (1 2h 1h 14d 5m)
      NS    bob
      TXT   "a zone for exercises"
alice A     {ALICE}
      AAAA  {ALICE6}
bob   A     {BOB}
      AAAA  {BOB6}
www   CNAME bob
@     MX    10 bob
"""
"""What bob's name server knows."""


def us(family: int | None) -> str:
    """Alice's address as bob uses it; `family`: 16 for IPv6, else IPv4."""
    return ALICE6 if family == 16 else ALICE


def leased() -> Subnet:
    """The network as bob tells those who ask for an address."""
    return Subnet(
        "10.0.0.0/24",
        *POOL,
        routers=[BOB],
        name_servers=[BOB],
        domain="lab",
    )


Service = Callable[[Stream], Coroutine[Any, Any, None]]
"""What serves one accepted connection."""


class World:
    """Alice, Bob, the link between them, and Bob's services.

    Args:
        seed: of everything random.
        addressless: alice has no address, and bob leases some.
    """

    def __init__(self, seed: int, *, addressless: bool = False) -> None:
        self.network = Network(seed=seed)
        self._addressless = addressless
        self.alice = self.network.host("alice", NO_ADDRESS if addressless else f"{ALICE} {ALICE6}")
        self.bob = self.network.host("bob", f"{BOB} {BOB6}")
        self.network.link(self.alice, self.bob, latency=LATENCY)
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def title(self) -> str:
        """The first line of every verb that runs here."""
        if self._addressless:
            return (
                f"simulated network, seed {self.network.seed}: you are alice, without an address; "
                f"bob {BOB} leases addresses (DHCP)"
            )
        return (
            f"simulated network, seed {self.network.seed}: you are alice {ALICE}; bob {BOB} "
            f"answers ping, UDP {HELLO_PORT} and TCP {ECHO_PORT} (echo), TCP {HTTP_PORT} (HTTP)"
        )

    def start_services(self) -> None:
        """Start Bob's servers; inside the running loop."""
        self.bob.start(DnsServer([ZONE]), self.network.now)
        if self._addressless:
            self.bob.start(DhcpServer([leased()]), self.network.now)
        bob = on(self.bob)
        self.start(_echo_datagrams(bob))
        self.start(self._serve(bob, ECHO_PORT, _echo))
        self.start(self._serve(bob, HTTP_PORT, _web))

    def start(self, program: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run something beside the verb."""
        task = asyncio.get_running_loop().create_task(program)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _serve(self, host: AsyncHost, port: int, service: Service) -> None:
        listener = host.listen(port)
        while True:
            self.start(_until_failure(service, await listener.accept()))


async def _until_failure(service: Service, stream: Stream) -> None:
    try:
        await service(stream)
    except HostError:
        stream.abort()  # the peer reset it or went away: its right


async def _echo(stream: Stream) -> None:
    """RFC 862."""
    while data := await stream.receive():
        await stream.send(data)
    stream.close()


async def _web(stream: Stream) -> None:
    await serve_connection(stream, _greeting)


def _greeting(request: Request) -> Answer:
    if request.target.partition("?")[0] in ("/", "/index.html"):
        return page(HTTPStatus.OK, "Hello from bob!\n")
    return page(HTTPStatus.NOT_FOUND, f"bob has no {request.target}\n")


async def _echo_datagrams(host: AsyncHost) -> None:
    """RFC 862, on the port of the exercise."""
    sock = host.udp(HELLO_PORT)
    while True:
        data, address, port = await sock.receive_from()
        sock.send_to(data, address, port)
