"""Clients on one link, the server on another, a relay agent between."""

import pytest

from wirelab.codecs import DHCP
from wirelab.sim import Network
from wirelab.sim.host.config import Route
from wirelab.sim.services.dhcp import DhcpClient, DhcpRelay, DhcpServer, State, Subnet


class Campus:
    """phone - (10.2.0.1) relay (10.1.0.1) - (10.1.0.2) server."""

    def __init__(self, servers=("10.1.0.2",)):
        net = self.net = Network(seed=3)
        self.server_host = net.host("server", "10.1.0.2/24", gateway="10.1.0.1")
        self.relay_host = net.host("relay", ["10.1.0.1/24", "10.2.0.1/24"])
        self.phone = net.host("phone", "0.0.0.0")
        net.link(self.server_host, self.relay_host)
        net.link(self.relay_host, self.phone)
        self.server = DhcpServer([Subnet("10.2.0.0/24", "10.2.0.50", "10.2.0.60")], ping=False)
        self.server_host.start(self.server, 0)
        self.relay_host.start(DhcpRelay(servers), 0)
        self.client = DhcpClient(probe=False)


@pytest.fixture
def campus():
    return Campus()


def test_a_client_behind_a_relay_agent_gets_an_address_of_its_link(campus):
    """RFC 1542 section 4, RFC 2131 section 4.1 (`giaddr`)."""
    campus.phone.start(campus.client, 0)
    assert campus.net.run_until(lambda: campus.client.state is State.BOUND)
    assert campus.client.lease.address == bytes([10, 2, 0, 50])
    assert campus.client.lease.server == bytes([10, 1, 0, 2])
    assert isinstance(campus.phone.routes[0], Route)


def test_a_message_that_passed_sixteen_agents_goes_no_further(campus):
    """RFC 1542 section 4.1.1."""
    sock = campus.phone.udp_bind(68, 0)
    for hops in (15, 16):
        sock.send_to(DHCP(hops=hops).build(), b"\xff" * 4, 67, campus.net.now)
    campus.net.run_for("1s")
    passed = [r for r in campus.net.trace.frames() if r.sender == "relay" and len(r.data) > 200]
    assert [DHCP.parse(record.data, 42).hops for record in passed] == [16]
