"""Boxes that stand in the path of packets: address translation (NAT) and a stateful filter.

Each is a `PacketHook` of a host that forwards: `host.hooks.add(Nat(...))`.
"""

from wirelab.sim.boxes.nat import Nat
from wirelab.sim.boxes.nat_config import Dependence, NatConfig

__all__ = ["Dependence", "Nat", "NatConfig"]
