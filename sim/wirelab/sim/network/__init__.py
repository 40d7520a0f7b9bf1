"""The simulated network: a virtual clock, links, switches, and hosts on them."""

from wirelab.sim.network.errors import SimulationError
from wirelab.sim.network.link import Link
from wirelab.sim.network.network import Network
from wirelab.sim.network.switch import Switch

__all__ = ["Link", "Network", "SimulationError", "Switch"]
