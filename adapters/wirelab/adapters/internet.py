"""The story of `wirelab demo internet`: all that happens before a page is on a phone's screen.

    phone ---- home (NAT, DHCP server) ---- isp (router) ---- www (DNS and web server)

The phone gets its address by DHCP, finds www.example by DNS, looks which way packets go there
(traceroute), fetches a page by TCP; at last somebody outside tries to reach it, and the NAT says
no. Nothing outside of this network takes part.
"""

import asyncio

from wirelab.sim.boxes import Nat
from wirelab.sim.host.host import Host
from wirelab.sim.network import Network
from wirelab.sim.programs import loop
from wirelab.sim.programs.aio import AsyncHost
from wirelab.sim.programs.diagnostics import traceroute
from wirelab.sim.programs.loop import on
from wirelab.sim.services.dhcp import DhcpClient, DhcpServer, State, Subnet
from wirelab.sim.services.dns import DnsServer

NAME = "www.example"
WEB_PORT, STRANGE_PORT = 80, 9999
ZONE = """
$ORIGIN example.
@    SOA  www root (1 1h 1h 1d 5m)
www  A    192.0.2.10
"""
PAUSE_S = 0.02
REQUEST = b"GET / HTTP/1.0\r\nHost: www.example\r\n\r\n"
ANSWER = b"HTTP/1.0 200 OK\r\nContent-Length: 6\r\n\r\nhello\n"


class Internet:
    """The four machines."""

    def __init__(self, seed: int) -> None:
        self.network = net = Network(seed)
        self.phone = net.host("phone", "0.0.0.0")
        self.home = net.nat("home", ["192.0.2.2/29", "10.0.0.1/24"], gateway="192.0.2.1")
        self.isp = net.router("isp", ["192.0.2.1/29", "192.0.2.9/29"])
        self.www = net.host("www", "192.0.2.10/29", gateway="192.0.2.9")
        net.link(self.phone, net.port(self.home, 1), latency="1ms")
        net.link(self.home, self.isp, latency="5ms")
        net.link(self.isp, self.www, latency="2ms")
        self._acquaint(self.home, 0, self.isp, 0)
        self._acquaint(self.isp, 1, self.www, 0)
        pool = Subnet(
            "10.0.0.0/24",
            "10.0.0.100",
            "10.0.0.199",
            routers=["10.0.0.1"],
            name_servers=["192.0.2.10"],
        )
        self.home.start(DhcpServer([pool], ping=False), net.now)
        self.www.start(DnsServer([ZONE]), net.now)

    def _acquaint(self, one: Host, interface: int, other: Host, its_interface: int) -> None:
        """Out there they have spoken before: of ARP, that of the phone is enough to see."""
        ends = (one.interfaces[interface], one), (other.interfaces[its_interface], other)
        for (mine, host), (theirs, _) in (ends, ends[::-1]):
            host.add_neighbor(theirs.address, theirs.mac, self.network.now, mine.index)

    def join(self) -> None:
        """The phone gets an address. It is not probed first (RFC 5227): that would take seconds."""
        self.network.trace.call("phone", "join the network", self.network.now)
        client = DhcpClient(probe=False)
        self.phone.start(client, self.network.now)
        self.network.run_until(lambda: client.state is State.BOUND)

    async def story(self) -> None:
        """What happens, in order."""
        phone, www = on(self.phone), on(self.www)
        phone.note = www.note = None  # the story tells in fewer words what programs do
        server = asyncio.create_task(_serve(www))
        await self._tell(f"who is {NAME}?")
        (address,) = await phone.lookup(NAME)
        await self._tell("which way is it?")
        await traceroute(phone, address, method="icmp", queries=1)
        await self._tell("get the page")
        await _fetch(phone, address)
        await server
        await asyncio.sleep(PAUSE_S)
        await self._knock(www)

    async def _tell(self, text: str) -> None:
        """A heading of the story, beside the phone."""
        await asyncio.sleep(PAUSE_S)
        self.network.trace.call("phone", text, self.network.now)

    async def _knock(self, www: AsyncHost) -> None:
        """From a port that the phone never spoke to, www sends to one that the phone has opened."""
        nat = self.network.boxes["home"]
        assert isinstance(nat, Nat)
        port = nat.mappings(self.network.now)[0].outer[1]
        www.udp(STRANGE_PORT).send_to(b"anybody?", "192.0.2.2", port)
        await asyncio.sleep(PAUSE_S)


def play(seed: int) -> Network:
    """Play the whole story on a network of this seed."""
    internet = Internet(seed)
    internet.join()
    loop.run(internet.story, internet.network)
    internet.network.check()
    return internet.network


async def _serve(www: AsyncHost) -> None:
    """Answer one request, and close."""
    listener = www.listen(WEB_PORT)
    async with await listener.accept() as stream:
        await stream.receive()
        await stream.send(ANSWER)
    await stream.wait_closed()


async def _fetch(phone: AsyncHost, address: str) -> None:
    """The handshake; a request, an answer, a clean close."""
    async with await phone.connect(address, WEB_PORT) as stream:
        await stream.send(REQUEST)
        await stream.receive_all()
