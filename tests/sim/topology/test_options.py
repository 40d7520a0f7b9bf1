"""What is said of a machine in `options`."""

import pytest

from wirelab.sim.topology import Topology, TopologyError

TEXT = """
[networks]
isp = "203.0.113.0/24"
lan = "192.168.0.0/24"
[hosts]
alice = {{ lan = [], options = {{ {host} }} }}
web = "isp"
[nats]
home = {{ outside = "isp", inside = "lan", options = {{ {nat} }} }}
"""


def problems(host="", nat=""):
    with pytest.raises(TopologyError) as caught:
        Topology.loads(TEXT.format(host=host, nat=nat)).check()
    return caught.value.problems


def test_an_unknown_option_is_told_with_those_that_there_are():
    (problem,) = problems(host='colour = "red"')
    assert problem.startswith("host alice: unknown option 'colour'; there are allow_conflict,")
    assert "forward," not in problem  # a NAT's


def test_every_option_of_every_machine_is_looked_at():
    assert problems(host='ttl = "far", forwarding = 1', nat='forward = "tcp 80", ttl = true') == [
        "host alice: option ttl is 'far'; give a whole number",
        "host alice: option forwarding is 1; give true or false",
        "NAT home: option forward is 'tcp 80'; give a list of texts",
        "NAT home: option ttl is True; give a whole number",
    ]


def test_an_option_out_of_range_is_blamed_on_its_machine():
    topology = Topology.loads(TEXT.format(host="igmp_version = 9", nat=""))
    with pytest.raises(TopologyError, match="host alice: igmp_version is 9; give 1 to 3"):
        topology.build()


def test_options_reach_their_machine():
    topology = Topology.loads(TEXT.format(host="ttl = 7", nat='mapping = "symmetric"'))
    network = topology.build()
    assert sorted(network.boxes) == ["home"]
    assert network.hosts["alice"].name == "alice"
