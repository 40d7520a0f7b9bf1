"""Services and learned addresses in a declaration: a network that needs nothing from outside."""

import pytest

from wirelab.codecs.addresses import ip_text
from wirelab.sim import Network, on, run
from wirelab.sim.topology import Topology, TopologyError

OFFICE = """
name = "office"

[networks]
lan = ["10.0.1.0/24", "2001:db8:1::/64"]
servers = "10.0.2.0/24"

[hosts]
phone = { lan = ["dhcp", "auto"] }
laptop = { lan = "dhcp" }
box = { servers = "10.0.2.53", options = { services = ["dns", "echo", "time"] } }

[routers]
r1 = { lan = [], servers = [], options = { services = ["dhcp"] } }
"""


@pytest.fixture
def office():
    return Topology.loads(OFFICE)


@pytest.fixture
def network(office):
    network = office.build(seed=1)
    network.run_for("10s")
    return network


def held(network: Network, name: str) -> list[str]:
    return [ip_text(one.address) for one in network.hosts[name].interfaces[0].ipv4]


def test_hosts_learn_their_addresses(network):
    """RFC 2131 section 3.1; RFC 4862 section 5.5: each as its declaration says."""
    assert held(network, "phone") + held(network, "laptop") == ["10.0.1.2", "10.0.1.3"]
    phone, laptop = (network.hosts[name].interfaces[0].ipv6 for name in ("phone", "laptop"))
    assert sorted(ip_text(one.address)[:6] for one in phone) == ["2001:d", "fe80::"]
    assert "2001:db8:1::2" not in [ip_text(one.address) for one in phone]
    assert "2001:db8:1::2" in [ip_text(one.address) for one in laptop]  # handed out: said nothing


def test_a_host_that_knew_nothing_finds_a_service_by_name_behind_a_router(network):
    async def talk() -> bytes:
        async with await on("laptop").connect("box", 7) as stream:
            await stream.send(b"Hello by name")
            return await stream.receive()

    assert run(talk(), network) == b"Hello by name"
    network.check()


def test_names_of_all_declared_machines_are_known(network):
    """RFC 1034 section 4.3.2."""

    async def ask() -> list[list[str]]:
        return [await on("box").lookup(name) for name in ("r1", "ns.internal")]

    assert run(ask(), network) == [["10.0.1.1", "10.0.2.1"], ["10.0.2.53"]]


def test_the_drawing_says_who_serves_and_who_learns(office):
    drawn = office.text()
    assert "├─ phone  dhcp  auto\n" in drawn
    assert "box  10.0.2.53  serves dns, echo, time" in drawn
    assert "serves dhcp</text>" in office.svg()


def test_toml_gives_it_back(office):
    assert Topology.loads(office.toml()).toml() == office.toml()
    assert "phone = { lan = [" in office.toml()


def test_the_same_seed_gives_the_same_frames(office):
    traces = []
    for _ in range(2):
        network = office.build(seed=5)
        network.run_for("8s")
        traces.append([(one.sender, one.data) for one in network.trace.frames()])
    assert traces[0] == traces[1]


def test_a_pool_is_the_widest_run_of_free_addresses():
    topology = Topology("small")
    lan = topology.network("lan", "10.0.0.0/28")
    topology.host("box", lan.at("10.0.0.5"), services=["dhcp"])
    topology.host("phone", lan.at("dhcp"))
    network = topology.build(seed=1)
    network.run_for("10s")
    assert held(network, "phone") == ["10.0.0.6"]


def test_more_hosts_than_addresses_to_lease_are_refused():
    topology = Topology("small")
    lan = topology.network("lan", "10.0.0.0/30")
    topology.host("box", lan, services=["dhcp"])
    for name in ("a", "b"):
        topology.host(name, lan.at("dhcp"))
    with pytest.raises(TopologyError, match="has 1 addresses to lease, and 2 hosts ask for one"):
        topology.build()


@pytest.mark.parametrize(
    ("declared", "problem"),
    [
        (
            '[hosts]\nphone = { lan = "dhcp" }',
            'host phone on lan: nobody there leases addresses; give somebody services = ["dhcp"]',
        ),
        (
            '[hosts]\nphone = { six = "auto" }',
            "host phone on six: no router is there that would advertise a prefix; add one",
        ),
        (
            '[hosts]\nphone = { six = "dhcp" }',
            "host phone on six: 'dhcp' needs an IPv4 prefix; six has none",
        ),
        (
            '[hosts]\nbox = { lan = "dhcp", options = { services = ["dhcp"] } }',
            "host box on lan: 'dhcp' is for hosts; others look to it, so give it an address",
        ),
        (
            '[hosts]\nbox = { lan = [], options = { services = ["www"] } }',
            "host box: unknown service 'www'; there are dhcp, dns, echo, discard, daytime, "
            "chargen, time",
        ),
        (
            '[hosts]\nbox = { lan = [], options = { services = ["dns", "dns"] } }',
            "host box: service dns twice; once is enough",
        ),
        (
            "[hosts]\nbox = { lan = [], options = { services = [{ dns = 1 }] } }",
            "host box: unknown service \"{'dns': 1}\"; there are dhcp, dns, echo, discard, "
            "daytime, chargen, time",
        ),
        (
            '[hosts]\nbox = { lan = [], options = { services = "dns" } }',
            "host box: option services is 'dns'; give a list of texts",
        ),
    ],
)
def test_what_nobody_would_answer_is_refused(declared, problem):
    text = f'partitioned = true\n[networks]\nlan = "10.0.0.0/24"\nsix = "2001:db8::/64"\n{declared}'
    with pytest.raises(TopologyError) as caught:
        Topology.loads(text).check()
    assert caught.value.problems == [problem]
