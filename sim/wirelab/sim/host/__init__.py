"""A sans-IO TCP/IP host: frames and calls in, frames and events out, `now` always an argument."""

from wirelab.sim.host.config import HostConfig, InterfaceConfig, Route
from wirelab.sim.host.drops import Drop
from wirelab.sim.host.errors import WOULD_BLOCK, HostError, WouldBlock
from wirelab.sim.host.host import Host
from wirelab.sim.host.tcp.config import TcpConfig

__all__ = [
    "WOULD_BLOCK",
    "Drop",
    "Host",
    "HostConfig",
    "HostError",
    "InterfaceConfig",
    "Route",
    "TcpConfig",
    "WouldBlock",
]
