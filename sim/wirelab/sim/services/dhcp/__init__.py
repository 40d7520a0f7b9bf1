"""DHCP for IPv4 (RFC 2131): a client that configures its host, and a server that leases addresses.

>>> from wirelab.sim import Network
>>> from wirelab.sim.services.dhcp import DhcpClient, DhcpServer, State, Subnet
>>> net = Network(seed=1)
>>> box, phone = net.host("box", "10.0.0.1/24"), net.host("phone", "0.0.0.0")
>>> link = net.link(box, phone)
>>> server = DhcpServer([Subnet("10.0.0.0/24", "10.0.0.100", "10.0.0.199", routers=["10.0.0.1"])])
>>> client = DhcpClient()
>>> box.start(server, net.now); phone.start(client, net.now)
>>> net.run_until(lambda: client.state is State.BOUND)
True
>>> client.lease
<Lease 10.0.0.100/24 from 10.0.0.1, 3600 s>

    client     the states of RFC 2131 figure 5     lease, configuration: what it brings
    server     what to answer to whom              subnets, bindings: what it leases
    messages   both: options, constants            relay: an agent that carries both over a router
"""

from wirelab.sim.services.dhcp.bindings import Binding, BindingState
from wirelab.sim.services.dhcp.client import DhcpClient
from wirelab.sim.services.dhcp.client_states import State
from wirelab.sim.services.dhcp.lease import Lease
from wirelab.sim.services.dhcp.relay import DhcpRelay
from wirelab.sim.services.dhcp.server import DhcpServer
from wirelab.sim.services.dhcp.subnets import Subnet

__all__ = [
    "Binding",
    "BindingState",
    "DhcpClient",
    "DhcpRelay",
    "DhcpServer",
    "Lease",
    "State",
    "Subnet",
]
