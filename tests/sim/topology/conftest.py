import pytest

from wirelab.sim.topology import Topology


@pytest.fixture
def drawn():
    office = Topology("office")
    lan = office.network("lan", "10.0.1.0/24", "2001:db8:1::/64")
    servers = office.network("servers", "10.0.2.0/24", latency="2ms", loss=0.01)
    isp = office.network("isp", "198.51.100.0/24", rate="10Mbit", mtu=1400)
    office.host("alice", lan)
    office.host("web", servers)
    office.router("r1", lan, servers)
    office.router("r2", lan, servers)
    office.nat("home", outside=isp, inside=lan)
    return office
