import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirelab.sim.topology import Topology, TopologyError

OFFICE = """\
name = "office"

[networks]
lan = ["10.0.1.0/24", "2001:db8:1::/64"]
servers = { prefix = "10.0.2.0/24", latency = "2ms", loss = 0.01 }
isp = "198.51.100.0/24"

[hosts]
alice = "lan"
bob = { lan = "10.0.1.20" }
both = ["lan", "servers"]
phone = "isp"

[routers]
r1 = ["lan", "servers"]

[nats]
home = { outside = "isp", inside = { lan = "10.0.1.254" } }

[filters]
wall = { outside = "isp", inside = "lan", options = { allow = ["tcp 80"] } }
"""


def test_toml_comes_back_as_it_was():
    assert Topology.loads(OFFICE).toml() == OFFICE


def test_python_and_toml_say_the_same():
    topology = Topology("office")
    lan = topology.network("lan", "10.0.1.0/24", "2001:db8:1::/64")
    servers = topology.network("servers", "10.0.2.0/24", latency="2ms", loss=0.01)
    isp = topology.network("isp", "198.51.100.0/24")
    topology.host("alice", lan)
    topology.host("bob", lan.at("10.0.1.20"))
    topology.host("both", lan, servers)
    topology.host("phone", isp)
    topology.router("r1", lan, servers)
    topology.nat("home", outside=isp, inside=lan.at("10.0.1.254"))
    topology.filter("wall", outside=isp, inside=lan, allow=["tcp 80"])
    assert topology.toml() == OFFICE


def test_a_file_is_read_and_blamed_by_its_name(tmp_path):
    path = tmp_path / "office.toml"
    path.write_text(OFFICE)
    assert Topology.read(path).name == "office"
    path.write_text("name = \n")
    with pytest.raises(TopologyError, match=r"office\.toml: is no TOML: .*line 1"):
        Topology.read(path)
    path.write_bytes(b'name = "\xff"')
    with pytest.raises(TopologyError, match=r"office\.toml: is no UTF-8 text"):
        Topology.read(path)


def test_every_mistake_is_named_with_its_place():
    text = """
    speed = 3
    partitioned = "yes"
    hosts = 7
    [networks]
    a = 5
    b = { prefix = "10.0.0.1/24", loss = "much" }
    c = { prefix = "10.0.0.0/24", colour = "red" }
    d = { prefix = "10.0.0.1/24" }
    [routers]
    r = { a = 1 }
    [nats]
    n = "a"
    m = { outside = ["a", "b"], inside = "c" }
    """
    with pytest.raises(TopologyError) as caught:
        Topology.loads(text)
    assert sorted(caught.value.problems) == [
        "[hosts] is no table of names",
        "[nats] m: outside is on 2 networks; name one",
        '[nats] n: say both sides: { outside = "...", inside = "..." }',
        "[networks] a: prefix is 5; give a text or a list of texts",
        "[networks] b: loss is 'much'; give a number",
        "[networks] c: unknown setting 'colour'; use prefix, latency, rate, loss, mtu",
        "[networks] network d: 10.0.0.1/24 has host bits set; write a prefix such as 10.0.1.0/24",
        "[routers] r: a is 1; give a text or a list of texts",
        "partitioned is 'yes'; give true or false",
        "unknown entry 'speed'; use filters, hosts, name, nats, networks, partitioned, routers",
    ]


def test_an_option_that_toml_cannot_hold_is_refused():
    topology = Topology("odd")
    topology.host("a", topology.network("lan", "10.0.0.0/24"), tcp=object())
    with pytest.raises(TopologyError, match="host a: TOML cannot hold <object"):
        topology.toml()


names = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=8)


@given(st.lists(names, min_size=2, max_size=6, unique=True))
def test_any_printable_name_survives_toml(found):
    topology = Topology(found[0])
    lan = topology.network(found[0], "10.0.0.0/24")
    for name in found[1:]:
        topology.host(name, lan)
    again = Topology.loads(topology.toml())
    assert list(again.members) == found[1:]
    assert again.text() == topology.text()
