"""Programs that say names."""

import asyncio

import pytest

from wirelab.sim import Network
from wirelab.sim.host.errors import HostError
from wirelab.sim.programs.loop import on, run
from wirelab.sim.programs.names import resolver_of
from wirelab.sim.services.dhcp import DhcpClient, DhcpServer, Subnet
from wirelab.sim.services.dns import DnsServer, Resolver
from wirelab.sim.services.small_services import Echo

ZONE = "$ORIGIN lab.\nbox A 10.0.0.1\nwww CNAME box\ntwo A 10.0.0.9\ntwo A 10.0.0.1\n"


@pytest.fixture
def net():
    net = Network(seed=1)
    box, phone = net.host("box", "10.0.0.1"), net.host("phone", "10.0.0.2")
    net.link(box, phone, latency="1ms")
    box.start(DnsServer([ZONE]), 0)
    box.start(Echo(), 0)
    phone.name_servers.put("by hand", (bytes([10, 0, 0, 1]),), ("lab",))
    return net


def as_phone(net, program):
    return run(program(lambda: on(net.nodes["phone"].machine)), net)


def test_a_program_finds_connects_to_and_pings_a_name(net):
    """getaddrinfo(3): the search list counts."""

    async def program(phone):
        host = phone()
        stream = await host.connect("www", 7)
        await stream.send(b"hello")
        echoed = await stream.receive()
        stream.abort()
        return await host.lookup("box"), echoed, (await host.ping("box.lab")).source

    assert as_phone(net, program) == (["10.0.0.1"], b"hello", "10.0.0.1")


def test_of_a_name_with_several_addresses_the_one_that_answers_is_connected_to(net):
    """1122-3.1-b: the first one is nobody's."""

    async def program(phone):
        stream = await phone().connect("two", 7)
        await stream.send(b"hello")
        echoed = await stream.receive()
        stream.abort()
        return await phone().lookup("two"), echoed

    assert as_phone(net, program) == (["10.0.0.9", "10.0.0.1"], b"hello")


@pytest.mark.parametrize("text", ["10.9.8.7", "fd00::1", "fe80::1%eth0"])
def test_an_address_is_asked_of_nobody(net, text):
    async def program(phone):
        return await phone().lookup(text)

    assert as_phone(net, program) == [text]
    assert list(net.trace.frames()) == []


def test_what_cannot_be_found_has_its_reason(net):
    async def program(phone):
        await phone().lookup("nobody")

    with pytest.raises(HostError, match="nobody") as caught:
        as_phone(net, program)
    assert caught.value.reason == "dns.no_name"


def test_a_lookup_that_is_given_up_leaves_nothing_behind(net):
    async def program(phone):
        host = phone()
        net.nodes["phone"].machine.start(Resolver(["10.0.0.99"]), net.now)
        async with asyncio.timeout(1):
            await host.lookup("box")

    with pytest.raises(TimeoutError):
        as_phone(net, program)
    phone = net.nodes["phone"].machine
    assert phone._layers.udp.ports._holders == {}


def test_one_resolver_serves_all_programs_of_a_host(net):
    async def program(phone):
        return resolver_of(phone()) is resolver_of(phone())

    assert as_phone(net, program)


def test_a_phone_that_knows_nothing_gets_an_address_and_finds_a_name():
    """DHCP tells the name server, and the resolver asks it: a network that stands alone."""
    net = Network(seed=1)
    box, phone = net.host("box", "10.0.0.1"), net.host("phone", "0.0.0.0")
    net.link(box, phone, latency="1ms")
    subnet = Subnet(
        "10.0.0.0/24", "10.0.0.50", "10.0.0.99", name_servers=["10.0.0.1"], domain="lab"
    )
    for service in (DhcpServer([subnet], ping=False), DnsServer([ZONE]), Echo()):
        box.start(service, 0)
    client = DhcpClient(probe=False)
    phone.start(client, 0)
    net.run_until(lambda: client.state.value == "BOUND")

    async def program():
        stream = await on(phone).connect("box", 7)
        await stream.send(b"hello")
        return await stream.receive()

    assert run(program(), net) == b"hello"
    net.check()
