"""Boxes that stand in the path of packets: address translation (NAT) and a stateful filter.

Each is a `PacketHook` of a host that forwards: `host.hooks.add(Nat(...))`.
"""

from wirelab.sim.boxes.filter import Filter
from wirelab.sim.boxes.filter_rules import Action, Direction, Rule
from wirelab.sim.boxes.lifetimes import Lifetimes
from wirelab.sim.boxes.nat import Nat
from wirelab.sim.boxes.nat_config import Dependence, NatConfig
from wirelab.sim.boxes.rule_text import read_rule

__all__ = [
    "Action",
    "Dependence",
    "Direction",
    "Filter",
    "Lifetimes",
    "Nat",
    "NatConfig",
    "Rule",
    "read_rule",
]
